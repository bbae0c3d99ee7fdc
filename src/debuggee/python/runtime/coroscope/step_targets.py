"""What a step from a line can go into: its calls and the places where it resumes something (DAP: ``stepInTargets``).

A target is a place in the source and is recognised, when code below the stepping frame is entered, by the instruction
that this frame stands at: the interpreter gives each instruction the range of its expression.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Literal, NamedTuple

from . import source_text, syntax
from .pausing import Stop
from .positions import Position, file_location, opcode_at, opcode_named, position_at
from .protocol import CommandError, Json
from .user_code import display_path

type Kind = Literal["call", "resume", "next"]

_LONGEST = 60

_CALLS = opcode_named("CALL", "CALL_KW", "CALL_FUNCTION_EX")
_ITERATES = opcode_named("FOR_ITER", "GET_ITER")
_RESUMES = opcode_named("SEND", "YIELD_VALUE", "RESUME", "GET_AWAITABLE", "GET_ANEXT", "GET_YIELD_FROM_ITER")

type Range = tuple[int, int, int, int]
"""Line and column of the start, line and column of the end; columns in UTF-8 bytes from 0."""


class StepTarget(NamedTuple):
    kind: Kind
    label: str
    position: Position
    """What to show: the range of the call, or of what is awaited or iterated."""
    ranges: tuple[Range, ...]
    """Where its instructions stand; that differs between versions for ``for`` and ``with``."""

    def is_at(self, code: CodeType, offset: int) -> bool:
        """Whether the instruction at ``offset`` is this call or resumption."""
        opcode = opcode_at(code, offset)
        wanted = _CALLS if self.kind == "call" else _ITERATES if self.kind == "next" else _RESUMES
        if opcode not in wanted:
            return False
        line, end_line, column, end_column = position_at(code, offset)
        if self.kind == "call":
            # A method's call begins at the method's name where its expression has several lines.
            return any((end_line, end_column) == known[2:] for known in self.ranges)
        return any((line, column, end_line, end_column) == known for known in self.ranges)


def targets_of(frame: FrameType) -> list[StepTarget]:
    """The targets of the statement a frame stands in that its code can still reach, in the order of the source."""
    code = frame.f_code
    path = display_path(code.co_filename)
    if path is None:
        return []
    file = syntax.source_file(path)
    if file.tree is None or frame.f_lineno is None:  # pyright: ignore[reportUnnecessaryComparison]
        return []
    first, last = file.statement(frame.f_lineno)
    lines = source_text.lines(path) or []
    ahead = range(max(frame.f_lasti, 0), len(code.co_code), 2)
    found: list[StepTarget] = []
    for target in _targets(file.expressions(first, last), lines):
        if any(target.is_at(code, offset) for offset in ahead) and target not in found:
            found.append(target)
    return sorted(found, key=lambda target: (target.position.line, target.position.column or 0, target.kind))


def _targets(nodes: list[ast.AST], lines: list[str]) -> Iterator[StepTarget]:
    for node in nodes:
        match node:
            case ast.Call():
                yield _target("call", "", node, (node,), lines)
            case ast.Await():
                yield _target("resume", "", node, (node,), lines)
            case ast.YieldFrom():
                yield _target("resume", "", node, (node,), lines)
            case ast.For():
                yield _target("next", "next of ", node.iter, (node, node.iter), lines)
            case ast.AsyncFor():
                yield _target("resume", "async for ", node.iter, (node, node.iter, node.target), lines)
            case ast.AsyncWith():
                for item in node.items:
                    yield _target("resume", "async with ", item.context_expr, (node, item.context_expr), lines)
            case ast.ListComp() | ast.SetComp() | ast.DictComp():
                for generator in node.generators:
                    places = (node, generator.iter, generator.target)
                    if generator.is_async:
                        yield _target("resume", "async for ", generator.iter, places, lines)
                    else:
                        yield _target("next", "next of ", generator.iter, places, lines)
            case _:
                pass


def _target(
    kind: Kind, prefix: str, shown: ast.expr, places: tuple[ast.expr | ast.stmt, ...], lines: list[str]
) -> StepTarget:
    line, column, end_line, end_column = _range(shown)
    text = _text(lines, line, column, end_line, end_column)
    label = prefix + (text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")
    ranges = tuple(_range(place) for place in places)
    return StepTarget(kind, label, Position(line, end_line, column, end_column), ranges)


def _range(node: ast.expr | ast.stmt) -> Range:
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0


def _text(lines: list[str], line: int, column: int, end_line: int, end_column: int) -> str:
    if not 0 < line <= end_line <= len(lines):
        return "…"
    parts = [text.encode("utf-8", "surrogatepass") for text in lines[line - 1 : end_line]]
    parts[-1] = parts[-1][:end_column]
    parts[0] = parts[0][column:]
    return " ".join(part.decode("utf-8", "replace").strip() for part in parts)


class StepTargets:
    """The targets that were given out at this stop, by id; ids are not used again at the next one."""

    def __init__(self) -> None:
        self._given: dict[int, tuple[FrameType, StepTarget]] = {}
        self._next = 1

    def of(self, frame: FrameType) -> list[Json]:
        found: list[Json] = []
        for target in targets_of(frame):
            identity = self._next
            self._next += 1
            self._given[identity] = (frame, target)
            where = file_location(frame.f_code.co_filename, target.position)
            found.append({"id": identity, "label": target.label, "location": where})
        return found

    def chosen(self, identity: int) -> tuple[FrameType, StepTarget]:
        """The frame and the target behind an id. Raises CommandError ``stale``."""
        found = self._given.get(identity)
        if found is None:
            raise CommandError(
                "stale",
                "The chosen place to step into belongs to an earlier stop.",
                "Ask for the places on this line again.",
            )
        return found

    def forget(self, stop: Stop) -> None:
        self._given.clear()
