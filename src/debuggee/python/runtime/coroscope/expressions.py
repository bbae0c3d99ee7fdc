"""Conditions, hit counts and log messages of breakpoints: compiled once, evaluated in a frame."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from types import CodeType, FrameType
from typing import Any

from . import values
from .ast_walk import walk
from .protocol import CommandError


def compile_expression(text: str, what: str) -> CodeType:
    """Compiles an expression. Raises CommandError with the interpreter's own words for what is wrong with it."""
    try:
        return compile(text.strip(), f"<{what}>", "eval", dont_inherit=True)
    except SyntaxError as error:
        if _awaits(text):
            raise CommandError(
                "badArgument",
                f"The {what} awaits, and it cannot: the program stands still while it is evaluated.",
                "Await in the program and use the name of what came of it, or await in the debug console at a stop.",
            ) from None
        raise CommandError("badArgument", f"The {what} is not a Python expression: {error.msg}.") from None
    except ValueError as error:
        raise CommandError("badArgument", f"The {what} is not a Python expression: {error}.") from None


def _awaits(text: str) -> bool:
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(isinstance(node, ast.Await) or getattr(node, "is_async", 0) for node in walk(tree))


def has_nested_code(code: CodeType) -> bool:
    return any(type(constant) is CodeType for constant in code.co_consts)


def evaluate_in(code: CodeType, frame: FrameType, extra: Mapping[str, object] | None = None) -> Any:
    """Evaluates in a frame, with extra names in front. A lambda or generator expression in it sees the locals too."""
    if has_nested_code(code):
        names: dict[str, Any] = {**frame.f_globals, **frame.f_locals, **(extra or {})}
        return eval(code, names)
    # A module may have thousands of globals, and this may be done at every visit of a line.
    return eval(code, frame.f_globals, {**frame.f_locals, **extra} if extra else frame.f_locals)


_HIT = re.compile(r"\s*(==|=|>=|>|<=|<|%)?\s*(\d+)\s*")


class HitCondition:
    """``5`` (the fifth time), ``>= 5``, ``% 2`` (every second time), ... Raises CommandError."""

    def __init__(self, text: str) -> None:
        match = _HIT.fullmatch(text)
        if match is None or (match[1] == "%" and int(match[2]) == 0):
            raise CommandError(
                "badArgument",
                f"The hit count {text!r} is not understood.",
                "Write a number, or one of ==, >, >=, <, <= or % and a number, such as '>= 5' or '% 2'.",
            )
        self._how = match[1] or "=="
        self._number = int(match[2])

    def holds(self, hits: int) -> bool:
        return self.next(hits - 1) == hits

    def next(self, hits: int) -> int:
        """The first count above ``hits`` for which it holds; 0 if there is none."""
        how, number = self._how, self._number
        if how == "%":
            return (hits // number + 1) * number
        if how in (">", ">="):
            return max(hits + 1, number + (how == ">"))
        last = number - (how == "<")
        first = hits + 1 if how in ("<", "<=") else number
        return first if hits < first <= last else 0


class LogMessage:
    """Text with ``{expression}`` in it; ``{{`` and ``}}`` stand for the braces themselves."""

    def __init__(self, text: str) -> None:
        self._parts: list[str | CodeType] = []
        for piece in _split(text):
            self._parts.append(compile_expression(piece[1], "expression in the log message") if piece[0] else piece[1])

    def render(self, frame: FrameType, extra: Mapping[str, object]) -> str:
        result: list[str] = []
        for part in self._parts:
            if isinstance(part, str):
                result.append(part)
                continue
            try:
                value = evaluate_in(part, frame, extra)
            except Exception as error:
                result.append(f"<{values.text(error)}>")
            else:
                result.append(value if type(value) is str else values.text(value))
        return "".join(result)


def _split(text: str) -> list[tuple[bool, str]]:
    """Cuts a log message into (is an expression, text). An expression ends at the first brace that makes it whole."""
    pieces: list[tuple[bool, str]] = []
    literal = ""
    index = 0
    while index < len(text):
        if text.startswith(("{{", "}}"), index):
            literal += text[index]
            index += 2
            continue
        if text[index] == "{":
            end = text.find("}", index + 1)
            while end >= 0 and not _is_whole(text[index + 1 : end]):
                end = text.find("}", end + 1)
            if end < 0:
                raise CommandError(
                    "badArgument",
                    f"The log message has no whole expression after '{{' in {text[index:]!r}.",
                    "Close it with '}', or write '{{' for a brace.",
                )
            pieces += [(False, literal), (True, text[index + 1 : end])]
            literal = ""
            index = end + 1
            continue
        literal += text[index]
        index += 1
    pieces.append((False, literal))
    return [piece for piece in pieces if piece[0] or piece[1]]


def _is_whole(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True
