"""What instances of a class store in public, and how to get at it, found out once for each class.

To go through the bases of a class and all names in them without running any of its code takes longer than the text of
an instance does, and a recording may ask for millions of them. What was found out holds until the class or a base of it
has more names or fewer, or other bases: only to put something else in the place of what ``__dict__``, ``__slots__`` or
``__dataclass_fields__`` stood for, which nobody does, would go unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from types import MappingProxyType
from typing import Any, Final
from weakref import ref

from coroscope import frozen
from coroscope.looking import (
    DICT,
    MISSING,
    class_attribute,
    class_of,
    dict_by,
    dict_descriptor,
    dict_of_any,
    find,
    has_only_text_keys,
    mro,
    namespace,
    own_slots,
    read_member,
    read_slot,
)

__builtins__ = frozen.BUILTINS

_MOST: Final = 1000
"""Classes that are remembered."""


class Shape:
    """Of one class, which is not kept alive by it: its descriptors, which would, are looked up anew each time."""

    __slots__ = ("_cls", "_dicts", "_hidden", "_make_up", "_slots", "is_ordinary")

    def __init__(self, cls: type) -> None:
        bases = mro(cls)
        self._cls = ref(cls)
        self._make_up = _make_up(cls)
        self.is_ordinary = all(has_only_text_keys(namespace(base)) for base in bases)
        """Whether a name can be looked up in it without further ado; else that might run code of the program."""
        self._hidden = _hidden_fields(cls)
        self._dicts = [index for index, base in enumerate(bases) if dict_descriptor(base) is not None]
        """Which of the bases give instances a dictionary."""
        self._slots = [
            (index, name)
            for index, base in enumerate(bases)
            if find(namespace(base), "__slots__") is not MISSING
            for name, _ in own_slots(base)
            if self._is_public(name)
        ]
        """Which of the bases has that slot."""

    def _is_public(self, name: str) -> bool:
        return name not in self._hidden and not name.startswith("_")

    def is_of(self, cls: type) -> bool:
        """Whether it is that of this class, as the class is now."""
        return self._cls() is cls and self._make_up == _make_up(cls)

    def stored(self, value: Any) -> Iterator[tuple[str, Any]]:
        """Name and value of what an instance stores under a public name."""
        bases = mro(class_of(value))
        look_up = _look_up if self.is_ordinary else find
        attributes = None
        if dict_of_any is not None:
            attributes = dict_by(dict_of_any, value)
        else:
            for index in self._dicts:
                attributes = dict_by(look_up(namespace(bases[index]), "__dict__").__get__, value)
                if attributes is not None:
                    break
        if attributes is not None:
            for name, held in DICT.items(attributes):
                if type(name) is str and self._is_public(name):
                    yield name[:100], held
        for index, name in self._slots:
            held = read_slot(look_up(namespace(bases[index]), name), value)
            if held is not MISSING:
                yield name[:100], held


def _look_up(names: MappingProxyType[str, Any], name: str) -> Any:
    return names.get(name, MISSING)


def _make_up(cls: type) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which bases it has (the class itself is one of them), and how many names each."""
    bases = mro(cls)
    return tuple(map(id, bases)), tuple(map(len, map(namespace, bases)))


def _hidden_fields(cls: type) -> frozenset[str]:
    """Fields that a data class was told to leave out of its ``repr`` (secrets, mostly)."""
    found = class_attribute(cls, "__dataclass_fields__")
    if found is None or class_of(found[0]) is not dict:
        return frozenset()
    fields: dict[Any, Any] = found[0]
    return frozenset(
        name
        for name, field in islice(fields.items(), 1000)
        if type(name) is str and read_member(field, class_of(field), "repr") is False
    )


_known: dict[int, Shape] = {}
"""By the address of the class."""


def known_shape(cls: type) -> Shape | None:
    """The shape that was remembered of the class."""
    shape = _known.get(id(cls))
    return shape if shape is not None and shape.is_of(cls) else None


def remember(cls: type) -> Shape:
    shape = Shape(cls)
    if shape.is_ordinary:
        if len(_known) >= _MOST:
            _known.clear()
        _known[id(cls)] = shape
    return shape
