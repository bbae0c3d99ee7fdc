"""The condition of an exception filter: names of classes, or an expression in which ``exception`` is the exception.

Either way an exception group fits if it does so itself or if anything it holds does, at any depth, as ``except*`` would
find it.
"""

from __future__ import annotations

import ast
from types import CodeType, FrameType
from typing import Final

from . import expressions, handlers
from .exception_groups import with_members
from .looking import MISSING, class_name, full_name, is_a, mro, plain
from .protocol import CommandError
from .quiet_compiler import quiet_compiler

_HINT: Final = (
    "Write the names of exception classes, such as 'ValueError, mylib.Error', "
    "or a Python expression in which 'exception' is the exception."
)


class Condition:
    """Raises CommandError that says what is wrong with the text."""

    def __init__(self, text: str) -> None:
        try:
            self._code: CodeType = expressions.compile_expression(text, "condition")
        except CommandError as error:
            hint = error.hint or _HINT
            raise CommandError(error.code, f"{error.message} {hint}", hint) from None
        with quiet_compiler():
            self._names = _names(ast.parse(text.strip(), mode="eval").body)

    def holds(self, frame: FrameType, exception: BaseException) -> bool:
        """Whether the exception, raised in ``frame``, is one that is meant. Raises whatever an expression raises."""
        everything = with_members(exception)
        if self._names is not None and not self._is_a_flag(frame):
            wanted = [(name, _written(name), _class(name, frame)) for name in self._names]
            return any(_fits(each, *one) for each in everything for one in wanted)
        failed: Exception | None = None
        for each in everything:
            try:
                if expressions.evaluate_in(self._code, frame, {"exception": each}):
                    return True
            except Exception as error:  # of a group, what is asked may make sense for a member only
                failed = failed or error
        if failed is not None:
            raise failed
        return False

    def _is_a_flag(self, frame: FrameType) -> bool:
        """Whether the only name is that of a value which is no class: then it is an expression after all."""
        if self._names is None or len(self._names) != 1:
            return False
        value = handlers.look_up(self._names[0], handlers.names_in(frame))
        return _written(self._names[0]) == "exception" or (value is not MISSING and handlers.classes_in(value) is None)


def _names(node: ast.expr) -> list[ast.expr] | None:
    """The names in a list of nothing else; ``A or B`` and ``A | B`` can only be meant as one, too."""
    if isinstance(node, (ast.Name, ast.Attribute)):
        written = _written(node)
        # What begins with the name of the exception itself is an expression.
        return [node] if written and written.partition(".")[0] != "exception" else None
    parts: list[ast.expr] = []
    if isinstance(node, (ast.Tuple, ast.List)):
        parts = node.elts
    elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        parts = node.values
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        parts = [node.left, node.right]
    found: list[ast.expr] = []
    for part in parts:
        inner = _names(part)
        if inner is None:
            return None
        found += inner
    return found or None


def _written(node: ast.expr) -> str:
    """``mylib.Error``; an empty text for what is no dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _written(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def _class(node: ast.expr, frame: FrameType) -> list[type]:
    value = handlers.look_up(node, handlers.names_in(frame))
    return [] if value is MISSING else handlers.classes_in(value) or []


def _fits(exception: BaseException, node: ast.expr, written: str, classes: list[type]) -> bool:
    """By identity where the name means a class at that place, and else by what the classes are called."""
    if is_a(exception, BaseException) and handlers.matches(exception, classes):
        return True
    return any(_called(each, written) for each in mro(type(exception)))


def _called(cls: type, written: str) -> bool:
    whole = full_name(cls)
    return written in (whole, class_name(cls), plain(whole)) or whole.endswith("." + written)
