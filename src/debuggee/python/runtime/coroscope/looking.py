"""Reading objects without running any code of theirs: classes, instance dictionaries, slots and names.

Attribute access runs ``__getattribute__``, ``__getattr__``, properties and other descriptors; ``isinstance`` reads
``__class__``; ``==``, ``in`` and dictionary lookups run ``__eq__`` and ``__hash__``, of metaclasses too. So everything
here goes through the C-level descriptors of ``type`` and ``object`` (as ``inspect.getattr_static`` does), asks
``is_a(value, base)`` with a ``base`` that is a plain builtin class, compares by identity, and looks a name
up in a dictionary only after making sure that every key is exactly a ``str``.

Two rules for whoever builds on this: never use a class as a dictionary key or with ``in`` (use its ``id``), and treat
a text that comes from the program as possibly a subclass of ``str`` (use :func:`plain`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice, repeat
from operator import is_
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType
from typing import Any, Final

from coroscope import frozen

__builtins__ = frozen.BUILTINS

SCAN_LIMIT: Final = 100_000
"""How many entries are looked at one by one where a direct lookup might run the program."""

NAME_LIMIT: Final = 200
"""The longest name of a class, module or function that is shown whole."""

_IMMUTABLE_TYPE = 1 << 8  # Py_TPFLAGS_IMMUTABLETYPE: only classes written in C can have it
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE


class Missing:
    """The type of :data:`MISSING`."""

    __slots__ = ()


MISSING: Final = Missing()
"""Stands for "there is no such thing", where None would be a value."""

# Classes to be used through their own methods only (`DICT.items(value)`), which then serve subclasses without running
# an override. Any, because a value of the program is of no type that a checker could know.
LIST: Final[Any] = list
TUPLE: Final[Any] = tuple
DICT: Final[Any] = dict
SET: Final[Any] = set
FROZENSET: Final[Any] = frozenset

class_of: Final[Callable[[object], type[Any]]] = type
"""The real class of a value, whatever its ``__class__`` says."""

_mro = type.__dict__["__mro__"].__get__
_namespace = type.__dict__["__dict__"].__get__
_flags = type.__dict__["__flags__"].__get__
_name = type.__dict__["__name__"].__get__
_qualname = type.__dict__["__qualname__"].__get__
_module = type.__dict__["__module__"].__get__


def is_a(value: object, base: type) -> bool:
    """Whether the value's real class derives from ``base``, a plain class. (``isinstance`` reads ``__class__``.)"""
    return issubclass(type(value), base)


def mro(cls: type) -> tuple[type, ...]:
    return _mro(cls)


def namespace(cls: type) -> MappingProxyType[str, Any]:
    """The class's own dictionary, whatever a metaclass says of ``__dict__``."""
    return _namespace(cls)


def is_immutable(cls: type) -> bool:
    """Whether the class is written in C and cannot be patched: its own methods run no code of the program."""
    return bool(_flags(cls) & _IMMUTABLE_TYPE)


def plain(text: Any) -> str:
    """The same text as exactly a ``str``, cut to a bearable length; "?" for what is no text at all."""
    if type(text) is str and len(text) <= NAME_LIMIT:
        return text
    if is_a(text, str):
        cut = str.__getitem__(text, slice(0, NAME_LIMIT))
        return cut if str.__len__(text) <= NAME_LIMIT else cut + "…"
    return "?"


def is_dunder(name: str) -> bool:
    return len(name) > 4 and name.startswith("__") and name.endswith("__")


def _is_proxy(mapping: Any) -> bool:
    return type(mapping) is MappingProxyType


def _keys(mapping: Any) -> Iterator[Any]:
    return iter(mapping) if _is_proxy(mapping) else DICT.__iter__(mapping)


def has_only_text_keys(mapping: Any) -> bool:
    """Whether every key is exactly a ``str``, so that no lookup in it can call an ``__eq__`` of the program."""
    return all(map(is_, map(type, _keys(mapping)), repeat(str)))


def find(mapping: Any, name: str) -> Any:
    """The value of ``name`` in a dict (or in a class's :func:`namespace`), or MISSING. Calls no ``__eq__``."""
    proxied = _is_proxy(mapping)
    if has_only_text_keys(mapping):
        return mapping.get(name, MISSING) if proxied else DICT.get(mapping, name, MISSING)
    pairs = iter(mapping.items()) if proxied else iter(DICT.items(mapping))
    for key, value in islice(pairs, SCAN_LIMIT):
        if type(key) is str and key == name:
            return value
    return MISSING


def class_attribute(cls: type, name: str) -> tuple[Any, type] | None:
    """What the class or a base of it defines under ``name``, unbound, and the class that does."""
    for base in _mro(cls):
        names = _namespace(base)
        # A class written in C has text keys only: no need to look at each of them.
        value = names.get(name, MISSING) if is_immutable(base) else find(names, name)
        if value is not MISSING:
            return value, base
    return None


def _is_slot(descriptor: object) -> bool:
    return type(descriptor) is MemberDescriptorType


def _is_getter(descriptor: object) -> bool:
    return type(descriptor) is GetSetDescriptorType


class _Plain:
    """An ordinary class, for its ``__dict__`` descriptor."""


def _generic_dict_getter() -> Any:
    """From 3.15, all classes share one descriptor for ``__dict__``, which reads it from any object; None before that."""
    descriptor = _namespace(_Plain)["__dict__"]
    return descriptor.__get__ if descriptor.__objclass__ is object else None


dict_of_any = _generic_dict_getter()


def dict_descriptor(base: type) -> Any:
    """What reads the ``__dict__`` that instances have by this very class; None where it gives them none."""
    descriptor = find(_namespace(base), "__dict__")
    if (_is_slot(descriptor) or _is_getter(descriptor)) and descriptor.__objclass__ is base:
        return descriptor
    return None


def instance_dict(value: Any) -> dict[Any, Any] | None:
    """The real ``__dict__`` of an object; None if it has none, or if its class hides it behind a ``__dict__`` of its own.

    The result may be an instance of a subclass of dict: use it through ``dict``'s own methods only.
    """
    if dict_of_any is not None:
        return dict_by(dict_of_any, value)
    for base in _mro(class_of(value)):
        descriptor = dict_descriptor(base)
        attributes = None if descriptor is None else dict_by(descriptor.__get__, value)
        if attributes is not None:
            return attributes
    return None


def dict_by(get: Callable[[Any], Any], value: Any) -> dict[Any, Any] | None:
    """What a getter of a ``__dict__`` gives, if that is one."""
    try:
        attributes = get(value)
    except (TypeError, AttributeError):
        return None
    return attributes if is_a(attributes, dict) else None


def own_slots(base: type) -> Iterator[tuple[str, Any]]:
    """Name and member descriptor of every slot that instances have by this very class."""
    for name, descriptor in islice(_namespace(base).items(), SCAN_LIMIT):
        if type(descriptor) is MemberDescriptorType and type(name) is str and descriptor.__objclass__ is base:
            yield name, descriptor


def slots(cls: type) -> Iterator[tuple[str, Any, type]]:
    """Name, member descriptor and owner of every slot that instances of the class have, the derived class's first."""
    for base in _mro(cls):
        for name, descriptor in own_slots(base):
            yield name, descriptor, base


def read_slot(descriptor: Any, value: Any) -> Any:
    """What stands in a slot (a member descriptor that :func:`slots` gave), or MISSING if it is empty."""
    try:
        return descriptor.__get__(value)
    except (AttributeError, TypeError, UnicodeError, SystemError):
        return MISSING


def read_member(value: Any, owner: type, name: str) -> Any:
    """What instances of ``owner`` store under ``name`` in a slot, or MISSING.

    Where ``owner`` is an immutable class written in C, its getters are read too: the caller vouches for what they do.
    """
    descriptor = find(_namespace(owner), name)
    if _is_slot(descriptor) or (_is_getter(descriptor) and is_immutable(owner)):
        return read_slot(descriptor, value)
    return MISSING


def class_name(cls: type) -> str:
    return plain(_name(cls))


def class_module(cls: type) -> str:
    """The module a class says it is from; an empty text where it says nothing that is a text."""
    if _flags(cls) & _HEAP_TYPE:
        module = find(_namespace(cls), "__module__")
        return plain(module) if is_a(module, str) else ""
    return plain(_module(cls))


def full_name(cls: type) -> str:
    """``list``, ``talk.Agent``: the qualified name, after the module unless that is ``builtins``."""
    module = class_module(cls)
    qualname = plain(_qualname(cls))
    return qualname if module in ("builtins", "") else f"{module}.{qualname}"
