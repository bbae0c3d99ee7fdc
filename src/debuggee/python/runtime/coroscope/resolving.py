"""Where in a file a breakpoint can be: the lines that can be hit and the suspension points, from the source alone.

The file is compiled and never run, so a breakpoint is answered before the program has loaded its code.
"""

from __future__ import annotations

from types import CodeType
from typing import NamedTuple

from . import source_text
from .code_index import nested
from .positions import (
    Position,
    SuspensionPoint,
    body_positions,
    hittable_lines,
    position_at,
    suspension_points,
)
from .protocol import BreakpointMode
from .syntax import source_file

_INNER = ("<lambda>", "<genexpr>")


class CodeKey(NamedTuple):
    """Recognises a code object of the program as the one compiled here."""

    qualname: str
    first_line: int
    first_column: int | None

    @staticmethod
    def of(code: CodeType) -> CodeKey:
        # Several lambdas of a line begin, for the interpreter, in its first column; their bodies do not.
        column = _body_position(code).column if code.co_name in _INNER else None
        return CodeKey(code.co_qualname, code.co_firstlineno, column)


class Target(NamedTuple):
    """A place that can be hit: a line of a code object, or one of its suspension points (``points_like``)."""

    key: CodeKey
    line: int
    point: SuspensionPoint | None


class Resolved(NamedTuple):
    targets: list[Target]
    line: int
    position: Position | None
    message: str | None


class Place(NamedTuple):
    """For ``breakpointLocations``: a line (no kind, no columns), a suspension point, or the start of an inner function."""

    position: Position
    kind: str | None


def _codes(path: str) -> list[CodeType]:
    code = source_file(path).code()
    return list(nested(code)) if code is not None else []


def why_unusable(path: str) -> str | None:
    """Why a file has no lines to hit at all; None if it has."""
    file = source_file(path)
    if source_text.lines(path) is None:
        return "The file cannot be read."
    file.code()
    if file.error is not None:
        where = f" in line {file.error.lineno}" if file.error.lineno else ""
        return f"The file is not valid Python{where}: {file.error.msg}."
    return None


def places(path: str, first: int, last: int) -> list[Place]:
    """Everything that can be hit between two lines, in the order of the source."""
    found: set[Place] = set()
    for code in _codes(path):
        for line in hittable_lines(code):
            if first <= line <= last and code.co_name not in _INNER:
                found.add(Place(Position(line, line, None, None), None))
        if code.co_name in _INNER:
            start = _body_position(code)
            if first <= start.line <= last and start.column is not None:
                found.add(Place(Position(start.line, start.line, start.column, None), None))
                found.add(Place(Position(start.line, start.line, None, None), None))
        for point in suspension_points(code):
            if first <= point.position.line <= last:
                found.add(Place(point.position, point.kind))
    return sorted(found, key=lambda place: (place.position.line, place.position.column or -1, place.kind or ""))


def _body_position(code: CodeType) -> Position:
    """Where the body of a lambda or generator expression begins: its leftmost column on its first line."""
    # An empty range stands for nothing in the source: 3.12 gives one, in the first column, to what returns.
    positions = [each for each in body_positions(code) if each.column is not None and each[2:] != (0, 0)]
    if not positions:
        return position_at(code, 0)
    return min(positions, key=lambda position: (position.line, position.column or 0))


def resolve_line(path: str, line: int) -> Resolved | str:
    """A breakpoint before a line. A string says why there is none."""
    problem = why_unusable(path)
    if problem:
        return problem
    codes = _codes(path)
    lines = sorted({each for code in codes for each in hittable_lines(code)})
    if not lines:
        return "Nothing in this file can be hit: it holds no statement."
    wanted = next((each for each in lines if each >= line), None)
    if wanted is None:
        return f"There is no code on line {line} or after it."
    holders = [code for code in codes if wanted in hittable_lines(code)]
    outer = [code for code in holders if code.co_name not in _INNER]
    targets = [Target(CodeKey.of(code), wanted, None) for code in (outer or holders)]
    message = None if wanted == line else f"Moved to line {wanted}, the next one that can be hit."
    return Resolved(targets, wanted, None, message)


def resolve_column(path: str, line: int, byte_column: int, mode: BreakpointMode) -> Resolved | str:
    """A breakpoint at one suspension point of a line, or inside the lambda or generator expression that begins there."""
    problem = why_unusable(path)
    if problem:
        return problem
    candidates: list[tuple[int, Target, Position]] = []
    for code in _codes(path):
        for point in suspension_points(code):
            position = point.position
            if position.line == line and position.column is not None:
                candidates.append((abs(position.column - byte_column), Target(CodeKey.of(code), line, point), position))
        if code.co_name in _INNER and mode == "line":
            start = _body_position(code)
            if start.line == line and start.column is not None:
                distance = abs(start.column - byte_column)
                candidates.append((distance, Target(CodeKey.of(code), line, None), start))
    if not candidates:
        return resolve_line(path, line) if mode == "line" else _no_point(line, mode)
    nearest, first, position = min(candidates, key=lambda candidate: candidate[0])
    # More than one has that place: the way into an `async with` and those out of it, and each copy of a `finally`.
    # The line of a generator expression can begin where its point does (3.15), and is another place all the same.
    targets = [first]
    if first.point is not None:
        targets = [each for distance, each, at in candidates if each.point and (distance, at) == (nearest, position)]
    return Resolved(targets, line, position, None)


def points_like(code: CodeType, wanted: SuspensionPoint) -> list[SuspensionPoint]:
    """The suspension points of the program's own code that stand where one of the code compiled here does.

    By their place in the source: who rewrites what it imports, as pytest does with ``assert``, moves the instructions. A
    ``finally`` is compiled more than once, so there may be several.
    """
    points = suspension_points(code)
    same = [point for point in points if point.position == wanted.position]
    # Compiled without columns (-X no_debug_ranges): its line has to do.
    return same or [
        point for point in points if point.position.column is None and point.position.line == wanted.position.line
    ]


def resolve_points(path: str, line: int, mode: BreakpointMode) -> Resolved | str:
    """A breakpoint at every suspension point that begins on a line (or, failing that, that covers it)."""
    problem = why_unusable(path)
    if problem:
        return problem
    points = [(code, point) for code in _codes(path) for point in suspension_points(code)]
    chosen = [pair for pair in points if pair[1].position.line == line]
    if not chosen:
        chosen = [pair for pair in points if pair[1].position.line <= line <= pair[1].position.end_line]
    if not chosen:
        return _no_point(line, mode)
    # What is compiled more than once (`finally`) is one place, and every breakpoint stands there once.
    distinct = {(CodeKey.of(code), point.position): point for code, point in chosen}
    targets = [Target(key, position.line, point) for (key, position), point in distinct.items()]
    first = chosen[0][1].position
    message = None if first.line == line else f"Moved to line {first.line}, where the suspension point begins."
    return Resolved(targets, first.line, first if len(targets) == 1 else None, message)


def _no_point(line: int, mode: BreakpointMode) -> str:
    return (
        f"Line {line} has no suspension point (yield, yield from, await, async for, async with), "
        f"so nothing can {mode} there."
    )
