"""What a value holds, for a Variables view: lazily, in pages, and without running any code of the program.

Items (of sequences, and of mappings with the key's text as the name) are indexed children; attributes, fields and
groups are named ones. The children of a :class:`~coroscope.child.Group` are asked for as those of any other value.
"""

from __future__ import annotations

import types
from collections import defaultdict, deque
from typing import Any, NamedTuple

from coroscope import frozen
from coroscope.child import Child, Group, Section, group, ready, window
from coroscope.children_attributes import bare, class_sections, dot, namespace_sections, object_sections
from coroscope.children_items import items_section
from coroscope.children_traceback import entry_sections, traceback_section
from coroscope.looking import (
    MISSING,
    TUPLE,
    class_attribute,
    class_of,
    find,
    full_name,
    instance_dict,
    is_a,
    read_member,
)
from coroscope.texts_instances import field_names

__builtins__ = frozen.BUILTINS

__all__ = ["Child", "Group", "Namespace", "Shape", "describe", "indexed", "named"]

_LEAVES = frozenset(
    id(cls) for cls in (int, bool, float, complex, str, type(None), type(Ellipsis), type(NotImplemented), object)
)
_ONLY_ITEMS = frozenset(
    id(cls) for cls in (list, tuple, dict, set, frozenset, bytes, bytearray, types.MappingProxyType)
)
_FIXED = "This field is the interpreter's; it is not changed here."


class Shape(NamedTuple):
    """How many children of each kind a value has."""

    named: int
    indexed: int


class Namespace:
    """A dictionary of names shown as a scope: its children are the names, not entries with keys."""

    __slots__ = ("names",)

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names


def describe(value: Any) -> Shape:
    """How many children the value has. Counts no deeper than the value itself."""
    if id(class_of(value)) in _LEAVES:
        return Shape(0, 0)
    items = _items(value)
    return Shape(sum(section.count for section in _sections(value)), items.count if items else 0)


def named(value: Any, start: int, count: int) -> list[Child]:
    """The named children ``start`` to ``start + count``; fewer where the value has no more."""
    return list(window(_sections(value), max(start, 0), count))


def indexed(value: Any, start: int, count: int) -> list[Child]:
    """The items ``start`` to ``start + count``. In dictionaries and sets, those before them are passed over one by one."""
    items = _items(value)
    return [] if items is None else list(window([items], max(start, 0), count))


def _items(value: Any) -> Section | None:
    if is_a(value, tuple) and _fields(value) is not None:
        return None
    return items_section(value)


def _sections(value: Any) -> list[Section]:
    cls = id(class_of(value))
    if cls in _LEAVES or cls in _ONLY_ITEMS:
        return []
    if class_of(value) is Group:
        return list(value.sections())
    if class_of(value) is Namespace:
        return namespace_sections(value.names, bare)
    if is_a(value, type):
        return class_sections(value)
    if is_a(value, types.ModuleType):
        names = instance_dict(value)
        return [] if names is None else namespace_sections(names, dot)
    if is_a(value, BaseException):
        return [ready(_exception_fields(value)), *object_sections(value)]
    if class_of(value) is types.TracebackType:
        return entry_sections(value)
    if is_a(value, types.FunctionType):
        return [ready(_function_fields(value)), *object_sections(value)]
    if is_a(value, types.MethodType):
        return [ready([_fixed("__self__", value.__self__), _fixed("__func__", value.__func__)])]
    if is_a(value, types.CellType):
        return [ready([_cell("cell_contents", value, ".cell_contents")])]
    if is_a(value, tuple):
        fields = _fields(value)
        return [*([ready(fields)] if fields is not None else []), *object_sections(value)]
    if is_a(value, memoryview):
        return []
    return [ready(_builtin_fields(value)), *object_sections(value)]


def _fixed(name: str, value: Any, suffix: str = "") -> Child:
    return Child(name, value, suffix or f".{name}", why=_FIXED, hints=("readOnly",))


def _builtin_fields(value: Any) -> list[Child]:
    if is_a(value, defaultdict):
        return [_fixed("default_factory", read_member(value, defaultdict, "default_factory"))]
    if is_a(value, deque):
        return [_fixed("maxlen", read_member(value, deque, "maxlen"))]
    return []


def _fields(value: Any) -> list[Child] | None:
    """The fields of a named tuple, or of one of the interpreter's own (``os.stat_result``)."""
    cls = class_of(value)
    if cls is tuple:
        return None
    names = field_names(cls)
    if names is None or len(names) != TUPLE.__len__(value):
        return None
    why = "A tuple cannot be changed."
    return [
        Child(name, item, dot(name) if _reads_item(cls, name) else f"[{index}]", why=why, hints=("readOnly",))
        for index, (name, item) in enumerate(zip(names, TUPLE.__iter__(value), strict=True))
    ]


def _reads_item(cls: type, name: str) -> bool:
    """Whether the class's attribute of that name is the builtin accessor of a field."""
    found = class_attribute(cls, name)
    return found is not None and full_name(class_of(found[0])) == "collections._tuplegetter"


def _exception_fields(value: Any) -> list[Child]:
    fields = [_fixed("args", read_member(value, BaseException, "args"))]
    if is_a(value, BaseExceptionGroup):
        fields.append(_fixed("exceptions", read_member(value, BaseExceptionGroup, "exceptions")))
    for name in ("__cause__", "__context__"):
        other = read_member(value, BaseException, name)
        if other is not None and other is not MISSING:
            fields.append(_fixed(name, other))
    attributes = instance_dict(value)
    notes = MISSING if attributes is None else find(attributes, "__notes__")
    if notes is not MISSING:
        fields.append(_fixed("__notes__", notes))
    traceback = read_member(value, BaseException, "__traceback__")
    if class_of(traceback) is types.TracebackType:
        fields.append(group("traceback", lambda: [traceback_section(traceback)]))
    return fields


def _function_fields(value: Any) -> list[Child]:
    fields = [
        _fixed(name, stored)
        for name, stored in (("__defaults__", value.__defaults__), ("__kwdefaults__", value.__kwdefaults__))
        if stored is not None
    ]
    cells = value.__closure__
    if cells:
        names = value.__code__.co_freevars
        fields.append(group("closure", lambda: [ready([_cell(*pair) for pair in zip(names, cells, strict=False)])]))
    return fields


def _cell(name: str, cell: Any, suffix: str | None = None) -> Child:
    def assign(new: Any) -> None:
        cell.cell_contents = new

    try:
        return Child(name, cell.cell_contents, suffix, setter=assign)
    except ValueError:
        return Child(name, None, suffix, text="<not bound yet>", setter=assign)
