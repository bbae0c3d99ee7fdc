"""Which classes the ``except`` clauses of the source stand for, looked up without running anything."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, cast

from . import frame_locals
from .looking import MISSING, class_attribute, find, instance_dict, is_a, mro, namespace

type Handler = ast.ExceptHandler


class Names:
    """What names stand for at a place; MISSING for one that stands for nothing, or where that takes running code."""

    __slots__ = ("_named",)

    def __init__(self, named: Callable[[str], object]) -> None:
        self._named = named

    def named(self, name: str) -> object:
        return self._named(name)

    def attribute(self, owner: object, name: str) -> object:
        return _attribute(owner, name)

    def doubt(self) -> None:
        """Another time something else may follow from the same names: for whoever wants to remember what followed."""


def names_in(frame: FrameType) -> Names:
    code = frame.f_code
    own = frozenset((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
    function = frame_locals.is_function(frame)

    def named(name: str) -> object:
        if not function or name in own:
            # On 3.12 the frame keeps what it is asked for, so it is asked only for what can be there.
            held = frame.f_locals
            if type(held) is dict or function:
                found = held.get(name, MISSING)
                if found is not MISSING:
                    return found
        return names_of_module(frame.f_globals, frame.f_builtins).named(name)

    return Names(named)


def names_of_module(module_names: dict[str, Any], builtin_names: dict[str, Any]) -> Names:
    def named(name: str) -> object:
        found = find(module_names, name)
        return found if found is not MISSING else find(builtin_names, name)

    return Names(named)


def takes(handler: Handler, names: Names, exception: BaseException) -> bool:
    """Whether a clause catches the exception for good. One whose type cannot be told counts as catching."""
    if raises_again(handler):
        return False
    if handler.type is None:
        return True
    types = classes(handler.type, names)
    return types is None or matches(exception, types)


def matches(exception: BaseException, types: list[type]) -> bool:
    kinds = mro(type(exception))
    return any(each is kind for each in types for kind in kinds)


def raises_again(handler: Handler) -> bool:
    """A clause that ends with a bare ``raise`` (or raises the exception it bound) passes it on."""
    last = handler.body[-1]
    if not isinstance(last, ast.Raise):
        return False
    if last.exc is None:
        return True
    return isinstance(last.exc, ast.Name) and last.exc.id == handler.name


def classes(node: ast.expr, names: Names) -> list[type] | None:
    """The classes that an expression names; None when that cannot be told without running code."""
    if isinstance(node, ast.Tuple):
        found: list[type] = []
        for element in node.elts:
            inner = classes(element, names)
            if inner is None:
                return None
            found += inner
        return found
    return classes_in(look_up(node, names))


def classes_in(value: object) -> list[type] | None:
    if is_a(value, type):
        return [cast("type", value)]
    if type(value) is tuple:
        return [cast("type", each) for each in cast("tuple[object, ...]", value) if is_a(each, type)]
    return None


def look_up(node: ast.expr, names: Names) -> object:
    """What a name, or a dotted one, stands for; MISSING if that cannot be told without running code."""
    if isinstance(node, ast.Name):
        return names.named(node.id)
    if isinstance(node, ast.Attribute):
        owner = look_up(node.value, names)
        return MISSING if owner is MISSING else names.attribute(owner, node.attr)
    return MISSING


def _attribute(owner: object, name: str) -> object:
    if is_a(owner, type):
        bases = mro(cast("type", owner))
        return next((found for base in bases if (found := find(namespace(base), name)) is not MISSING), MISSING)
    attributes = instance_dict(owner)
    found = MISSING if attributes is None else find(attributes, name)
    if found is not MISSING or type(owner) is type(sys):
        return found
    in_class = class_attribute(type(owner), name)
    return MISSING if in_class is None else in_class[0]
