"""Evaluates expressions by looking, never by running: what a hover or a Variables request may do.

Names, attributes, items and constants are looked up as the interpreter would, as long as that is the doing of builtin
code alone. Everything else raises :class:`WouldRun` with a sentence that names what would run.
"""

from __future__ import annotations

import _ast
from collections.abc import Iterator, Mapping
from typing import Any

from coroscope import frozen
from coroscope.looking import DICT, MISSING, class_of, find, is_a
from coroscope.quiet_compiler import quiet_compiler
from coroscope.static_attributes import attribute
from coroscope.static_errors import LookupFailed, WouldRun
from coroscope.static_items import item

__builtins__ = frozen.BUILTINS

__all__ = ["LookupFailed", "Names", "WouldRun", "evaluate", "resolve"]

LONGEST_EXPRESSION = 10_000

_ONLY_AST = 0x400  # ast.PyCF_ONLY_AST, without importing ast


class Names(Mapping[str, Any]):
    """Dictionaries of names as one, searched in order: locals, then globals, then builtins."""

    def __init__(self, *scopes: Mapping[str, Any]) -> None:
        self._scopes = scopes

    def __getitem__(self, name: str) -> Any:
        for scope in self._scopes:
            if is_a(scope, dict):
                found = find(scope, name)
                if found is not MISSING:
                    return found
            elif name in scope:  # a proxy of a frame's locals (PEP 667)
                return scope[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.pairs())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def pairs(self) -> Iterator[tuple[str, Any]]:
        """Every name with what it stands for, without a lookup for each."""
        seen: set[str] = set()
        for scope in self._scopes:
            for name, value in DICT.items(scope) if is_a(scope, dict) else scope.items():
                if class_of(name) is str and name not in seen:
                    seen.add(name)
                    yield name, value


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """The value of the expression. Raises WouldRun, LookupFailed (``x`` is not defined, has no such item), SyntaxError."""
    if len(text) > LONGEST_EXPRESSION:
        raise LookupFailed("The expression is too long to be looked up.")
    try:
        with quiet_compiler():
            tree = compile(text.strip(), "<expression>", "eval", _ONLY_AST, dont_inherit=True)
    except (ValueError, RecursionError, MemoryError) as error:
        raise LookupFailed(f"The expression cannot be read: {error}.") from None
    return resolve(tree, names)


def resolve(node: _ast.AST, names: Mapping[str, Any]) -> Any:
    """The value of the expression that the tree stands for. Raises WouldRun or LookupFailed."""
    try:
        return _resolve(node, names if type(names) is Names else Names(names))
    except RecursionError:
        raise LookupFailed("The expression is nested too deeply to be looked up.") from None


def _resolve(node: Any, names: Mapping[str, Any]) -> Any:
    match node:
        case _ast.Expression():
            return _resolve(node.body, names)
        case _ast.Constant():
            return node.value
        case _ast.Name():
            return _name(node.id, names)
        case _ast.Attribute():
            return attribute(_resolve(node.value, names), node.attr, source(node))
        case _ast.Subscript():
            return item(_resolve(node.value, names), _resolve(node.slice, names), source(node))
        case _ast.Slice():
            return slice(
                *(None if part is None else _resolve(part, names) for part in (node.lower, node.upper, node.step))
            )
        case _ast.Tuple() if not _is_starred(node.elts):
            return tuple([_resolve(element, names) for element in node.elts])
        case _ast.List() if not _is_starred(node.elts):
            return [_resolve(element, names) for element in node.elts]
        case _ast.UnaryOp(op=_ast.USub(), operand=_ast.Constant(value=int() | float() | complex() as number)):
            return -number
        case _:
            raise WouldRun(f"Evaluating `{source(node)}` would {_doing(node)}.")


def _is_starred(elements: list[_ast.expr]) -> bool:
    return any(type(element) is _ast.Starred for element in elements)


def _name(name: str, names: Mapping[str, Any]) -> Any:
    try:
        return names[name]
    except KeyError:
        raise LookupFailed(f"`{name}` is not defined here.") from None


_DOING: dict[type[_ast.AST], str] = {
    _ast.Call: "call a function",
    _ast.Await: "run an await",
    _ast.Yield: "run a yield",
    _ast.YieldFrom: "run a yield from",
    _ast.BinOp: "run an operator",
    _ast.UnaryOp: "run an operator",
    _ast.BoolOp: "run a truth test",
    _ast.Compare: "run a comparison",
    _ast.IfExp: "run a truth test",
    _ast.Lambda: "make a function",
    _ast.ListComp: "run a comprehension",
    _ast.SetComp: "run a comprehension",
    _ast.DictComp: "run a comprehension",
    _ast.GeneratorExp: "make a generator",
    _ast.NamedExpr: "assign to a name",
    _ast.JoinedStr: "format values",
    _ast.Starred: "run an iteration",
    _ast.Tuple: "run an iteration",
    _ast.List: "run an iteration",
    _ast.Dict: "hash keys",
    _ast.Set: "hash elements",
}


def _doing(node: _ast.AST) -> str:
    return _DOING.get(type(node), "run code")


def source(node: Any) -> str:
    """Short source text of a node, for the sentences of errors."""
    match node:
        case _ast.Name():
            return node.id
        case _ast.Attribute():
            return f"{source(node.value)}.{node.attr}"
        case _ast.Subscript():
            return f"{source(node.value)}[{source(node.slice)}]"
        case _ast.Constant():
            return "…" if type(node.value) is str and len(node.value) > 40 else repr(node.value)
        case _ast.Call():
            return f"{source(node.func)}(…)"
        case _ast.Await():
            return f"await {source(node.value)}"
        case _ast.Expression():
            return source(node.body)
        case _:
            return "…"
