"""The attributes of objects, classes and modules, as named children.

First what the object itself stores, then its properties (never evaluated), then two groups that are filled when they
are opened: ``class attributes`` with what its classes define, and ``special`` with every name like ``__this__``.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from itertools import islice
from keyword import iskeyword
from typing import Any

from coroscope import frozen
from coroscope.child import Child, Section, group, ready
from coroscope.looking import (
    DICT,
    MISSING,
    SCAN_LIMIT,
    class_module,
    class_name,
    class_of,
    find,
    full_name,
    has_only_text_keys,
    instance_dict,
    is_a,
    is_dunder,
    is_immutable,
    mro,
    namespace,
    read_slot,
    slots,
)
from coroscope.values import text

__builtins__ = frozen.BUILTINS

GROUPED_UP_TO = 10_000
"""With more names than this, they are shown as they come: sorting them into groups would cost more than a page."""

_NOT_EVALUATED = "<property, not evaluated>"
_HIDDEN = frozenset(("__dict__", "__weakref__"))


def dot(name: str) -> str | None:
    """The evaluate suffix of an attribute."""
    return f".{name}" if name.isidentifier() and not iskeyword(name) else None


def bare(name: str) -> str | None:
    """The evaluate suffix of a name in a scope: there is nothing to append it to."""
    return dot(name) and name


def object_sections(value: Any) -> list[Section]:
    """What an object stores and what its classes give it."""
    attributes = instance_dict(value)
    sections: list[Section] = []
    if attributes is not None:
        sections.append(stored_section(attributes, dot))
    sections.append(ready(list(_slot_children(value))))
    if not is_immutable(class_of(value)):
        sections.append(ready(list(_properties(class_of(value), attributes))))
        sections.append(
            ready(
                [
                    group("class attributes", lambda: [ready(list(_class_attributes(value)))]),
                    group("special", lambda: [ready(list(_special(value)))]),
                ]
            )
        )
    return sections


def stored_section(
    attributes: Any, suffix: Callable[[str], str | None], keep: Callable[[Any], bool] | None = None
) -> Section:
    """The entries of a namespace dictionary, without the special names; ``keep`` chooses among their values."""
    writable = has_only_text_keys(attributes)
    if DICT.__len__(attributes) > GROUPED_UP_TO:

        def page(start: int, count: int) -> Iterator[Child]:
            for key, stored in islice(DICT.items(attributes), start, start + count):
                yield _stored_child(attributes, key, stored, suffix, writable)

        return Section(DICT.__len__(attributes), page)
    return ready(
        [
            _stored_child(attributes, key, stored, suffix, writable)
            for key, stored in DICT.items(attributes)
            if not (type(key) is str and is_dunder(key)) and (keep is None or keep(stored))
        ]
    )


def _stored_child(attributes: Any, key: Any, stored: Any, suffix: Callable[[str], str | None], writable: bool) -> Child:
    if type(key) is not str:
        return Child(text(key, 80), stored, why="The name of this attribute is not a text.", hints=("readOnly",))
    if not writable:
        return Child(
            key, stored, suffix(key), why="Assigning may run the `__eq__` of another name.", hints=("readOnly",)
        )
    return Child(key, stored, suffix(key), setter=lambda new: DICT.__setitem__(attributes, key, new))


def _slot_children(value: Any) -> Iterator[Child]:
    seen: set[str] = set()
    for name, descriptor, owner in slots(class_of(value)):
        if name in seen or is_dunder(name):
            continue
        seen.add(name)
        stored = read_slot(descriptor, value)
        if stored is MISSING:
            continue
        if is_immutable(owner) or find(namespace(owner), "__slots__") is MISSING:
            why = f"`{full_name(owner)}` is written in C and guards this field."
            yield Child(name, stored, dot(name), why=why, hints=("readOnly",))
        else:
            yield Child(name, stored, dot(name), setter=_setting(descriptor, value))


def _setting(descriptor: Any, value: Any) -> Callable[[Any], None]:
    return lambda new: descriptor.__set__(value, new)


def _is_property(defined: Any) -> bool:
    if is_a(defined, property):
        return True
    cls = class_of(defined)
    return class_name(cls) == "cached_property" and class_module(cls) == "functools"


def _properties(cls: type, attributes: Any) -> Iterator[Child]:
    for name, defined in defined_names(cls):
        if _is_property(defined) and not is_dunder(name):
            if attributes is not None and not is_a(defined, property) and find(attributes, name) is not MISSING:
                continue  # a cached property that has been computed: among what the object stores
            why = "Assigning to a property would run its setter."
            yield Child(name, defined, dot(name), text=_NOT_EVALUATED, why=why, hints=("lazy", "readOnly"))


def defined_names(cls: type) -> Iterator[tuple[str, Any]]:
    """What the Python classes among a class and its bases define, each name once."""
    seen: set[str] = set()
    for base in mro(cls):
        if is_immutable(base):
            continue
        for name, defined in islice(namespace(base).items(), SCAN_LIMIT):
            if class_of(name) is str and name not in seen and name not in _HIDDEN:
                seen.add(name)
                yield name, defined


def _defined_child(name: str, defined: Any) -> Child:
    why = "This belongs to a class; assigning to it may run a metaclass. Assign in the console."
    if _is_property(defined):
        return Child(name, defined, dot(name), text="<property>", why=why, hints=("readOnly",))
    return Child(name, defined, dot(name), why=why, hints=("readOnly",))


def _class_attributes(value: Any) -> Iterator[Child]:
    for name, defined in defined_names(class_of(value)):
        if not is_dunder(name) and not _is_property(defined) and class_of(defined) is not types.MemberDescriptorType:
            yield _defined_child(name, defined)


def _special(value: Any) -> Iterator[Child]:
    yield Child("__class__", class_of(value), ".__class__", why="The class is not changed here.", hints=("readOnly",))
    attributes = instance_dict(value)
    stored: set[str] = set()
    if attributes is not None:
        writable = has_only_text_keys(attributes)
        for key, item in islice(DICT.items(attributes), GROUPED_UP_TO):
            if type(key) is str and is_dunder(key):
                stored.add(key)
                yield _stored_child(attributes, key, item, dot, writable)
    for name, defined in defined_names(class_of(value)):
        if is_dunder(name) and name not in stored:
            yield _defined_child(name, defined)


def class_sections(cls: type) -> list[Section]:
    """What a class defines, what it inherits, and its special names."""
    own = [pair for pair in islice(namespace(cls).items(), SCAN_LIMIT) if class_of(pair[0]) is str]
    own_names = frozenset(name for name, _ in own)

    def inherit() -> list[Section]:
        inherited = [pair for pair in defined_names(cls) if pair[0] not in own_names and not is_dunder(pair[0])]
        return [ready([_defined_child(*pair) for pair in inherited])]

    def special() -> list[Section]:
        why = "A class's bases are not changed here."
        bases = Child("__bases__", type.__dict__["__bases__"].__get__(cls), ".__bases__", why=why, hints=("readOnly",))
        order = Child("__mro__", mro(cls), ".__mro__", why=why, hints=("readOnly",))
        dunders = [_defined_child(*pair) for pair in own if is_dunder(pair[0]) and pair[0] not in _HIDDEN]
        return [ready([bases, order, *dunders])]

    defined = [_defined_child(*pair) for pair in own if not is_dunder(pair[0])]
    return [ready(defined), ready([group("inherited", inherit), group("special", special)])]


_KINDS: dict[str, Callable[[Any], bool]] = {
    "functions": lambda value: is_a(value, types.FunctionType) or is_a(value, types.BuiltinFunctionType),
    "classes": lambda value: is_a(value, type),
    "modules": lambda value: is_a(value, types.ModuleType),
}


def namespace_sections(names: Any, suffix: Callable[[str], str | None]) -> list[Section]:
    """The names of a module or of a global scope: the variables, then groups of functions, classes, modules, special."""
    if DICT.__len__(names) > GROUPED_UP_TO:
        return [stored_section(names, suffix)]
    kinds = {kind for stored in DICT.values(names) for kind, belongs in _KINDS.items() if belongs(stored)}
    variables = stored_section(names, suffix, lambda stored: not any(belongs(stored) for belongs in _KINDS.values()))
    groups = [group(kind, _grouping(names, suffix, _KINDS[kind])) for kind in _KINDS if kind in kinds]

    def special() -> list[Section]:
        writable = has_only_text_keys(names)
        dunders = [pair for pair in DICT.items(names) if type(pair[0]) is str and is_dunder(pair[0])]
        return [ready([_stored_child(names, key, stored, suffix, writable) for key, stored in dunders])]

    return [variables, ready([*groups, group("special", special)])]


def _grouping(
    names: Any, suffix: Callable[[str], str | None], keep: Callable[[Any], bool]
) -> Callable[[], list[Section]]:
    return lambda: [stored_section(names, suffix, keep)]
