"""Classes whose every method reports that it was called: what looking at them must never do.

Traps behave like the base class's methods until they are armed, so that instances can be made and put into containers.
"""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar

DUNDERS = [
    "repr", "str", "format", "bytes", "hash", "eq", "ne", "lt", "le", "gt", "ge", "bool", "int", "index", "float", "complex", "trunc", "len", "length_hint", "iter", "next", "reversed", "getitem", "setitem", "delitem", "contains", "missing", "getattribute", "getattr", "setattr", "delattr", "dir", "get", "set", "delete", "enter", "exit", "aenter", "aexit", "await", "aiter", "anext", "copy", "deepcopy", "reduce", "reduce_ex", "getstate", "sizeof", "fspath", "instancecheck", "subclasscheck", "mro_entries", "add", "radd", "sub", "mul", "neg", "pos", "abs", "invert", "or", "and", "iadd", "buffer", "rich_repr", "rich_comparison",
]  # fmt: skip
METHODS = [
    "keys", "values", "items", "get", "append", "index", "count", "copy", "isoformat", "tzname", "utcoffset", "dst", "total_seconds", "as_tuple", "most_common", "popitem", "setdefault", "as_posix", "name", "value", "fields", "send", "throw", "close", "result", "exception", "get_name", "get_coro",
]  # fmt: skip


class Traps:
    armed = False
    calls: ClassVar[list[str]] = []


@contextlib.contextmanager
def armed():
    """Collects the names of what is called meanwhile."""
    Traps.calls = calls = []
    Traps.armed = True
    try:
        yield calls
    finally:
        Traps.armed = False


def _trap(name: str, original: Any) -> Any:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not Traps.armed:
            if original is None:
                raise AttributeError(name)
            return original(self, *args, **kwargs)
        Traps.calls.append(name)
        raise AssertionError(f"{name} was called")

    return method


def _traps(base: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in [f"__{dunder}__" for dunder in DUNDERS] + METHODS:
        original = getattr(base, name, None)
        if original is None and name != "__getattr__" and issubclass(base, type):
            continue
        if original is None and name in ("__set__", "__delete__", "__get__", "__buffer__"):
            continue
        found[name] = _trap(name, original)
    return found


class HostileMeta(type):
    locals().update(_traps(type))


def class_property(_: Any) -> Any:
    if Traps.armed:
        Traps.calls.append("__class__")
    return int


def hostile(base: type, **extra: Any) -> Any:
    """A class derived from ``base`` with traps for methods, a lying ``__class__`` and a hostile metaclass where it can be."""
    namespace = {**_traps(base), "__class__": property(class_property), "__module__": "hostile", **extra}
    metaclass = HostileMeta if type(base) is type else type(base)
    return metaclass(f"Hostile{type.__dict__['__name__'].__get__(base).capitalize()}", (base,), namespace)


class Tripwire:
    """A descriptor that reports being read."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if not Traps.armed:
            return self
        Traps.calls.append("descriptor")
        raise AssertionError("a descriptor was read")

    def __set__(self, instance: Any, value: Any) -> None:
        if Traps.armed:
            Traps.calls.append("descriptor set")


Object = hostile(object, wire=Tripwire(), computed=property(class_property))


class Hidden(Object):
    """Its ``__dict__`` is a property too; the real one is that of the base class."""

    __dict__ = property(class_property)  # type: ignore[assignment]


Key = hostile(str)


class LyingEqual(str):
    """Equal to every text of the same hash: a lookup that meets it calls its ``__eq__``."""

    def __hash__(self) -> int:
        return str.__hash__(self)

    def __eq__(self, other: object) -> bool:
        if Traps.armed:
            Traps.calls.append("__eq__ of a key")
        return False
