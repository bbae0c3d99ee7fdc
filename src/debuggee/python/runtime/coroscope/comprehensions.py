"""Steps into and out of a comprehension, which has no frame of its own since 3.12 (PEP 709).

So its body is known by where its instructions stand in the source: those of the element and of the conditions. (The
iterations are told apart by the instructions between them, which stand at the iterable or at the whole comprehension.)
"""

from __future__ import annotations

import ast
from types import CodeType

from . import syntax
from .positions import Position, position_at
from .syntax import Comprehension
from .user_code import display_path


def _within(position: Position, node: ast.expr) -> bool:
    if position.column is None or position.end_column is None:
        return False
    begins = (node.lineno, node.col_offset) <= (position.line, position.column)
    return begins and (position.end_line, position.end_column) <= (node.end_lineno or 0, node.end_col_offset or 0)


def _body(node: Comprehension) -> list[ast.expr]:
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    return parts + [condition for generator in node.generators for condition in generator.ifs]


class Loop:
    """The comprehensions of a statement, as a step into or out of one of them sees them."""

    def __init__(self, nodes: list[Comprehension], inside: Comprehension | None) -> None:
        self._nodes = nodes
        self._leaving = inside
        self._was_inside = inside is not None

    def ends_into(self, code: CodeType, offset: int) -> bool:
        """Whether this instruction is the first of a turn of a body."""
        inside = innermost(self._nodes, position_at(code, offset)) is not None
        began = inside and not self._was_inside
        self._was_inside = inside
        return began

    def ends_out(self, code: CodeType, offset: int) -> bool:
        """Whether this instruction comes behind the comprehension that the step began in."""
        position = position_at(code, offset)
        return self._leaving is not None and position.column is not None and not _within(position, self._leaving)


def innermost(nodes: list[Comprehension], position: Position) -> Comprehension | None:
    """The innermost comprehension in whose body a position lies."""
    return next((node for node in reversed(nodes) if any(_within(position, part) for part in _body(node))), None)


def loop_at(code: CodeType, offset: int, first: int, last: int) -> Loop | None:
    """The comprehensions of the statement on these lines, seen from an instruction of it; None if there are none."""
    path = display_path(code.co_filename)
    nodes = syntax.source_file(path).comprehensions(first, last) if path is not None else []
    return Loop(nodes, innermost(nodes, position_at(code, offset))) if nodes else None


def is_in_body(code: CodeType, offset: int, first: int, last: int) -> bool:
    path = display_path(code.co_filename)
    nodes = syntax.source_file(path).comprehensions(first, last) if path is not None else []
    return innermost(nodes, position_at(code, offset)) is not None
