"""``value.name`` as ``object.__getattribute__`` and ``type.__getattribute__`` would find it, without running anything.

Follows the order of the data model: data descriptors of the class, then what the instance stores, then the rest of the
class, then ``__getattr__``. Where the interpreter would call something of the program on the way, WouldRun says what.
"""

from __future__ import annotations

import types
from typing import Any, Final

from coroscope import frozen
from coroscope.looking import (
    MISSING,
    class_attribute,
    class_module,
    class_name,
    class_of,
    find,
    full_name,
    instance_dict,
    is_a,
    is_immutable,
    read_slot,
)
from coroscope.static_errors import LookupFailed, WouldRun

__builtins__ = frozen.BUILTINS

_GENERIC_IN: Final = frozenset(
    (
        "builtins",
        "collections",
        "datetime",
        "decimal",
        "re",
        "array",
        "functools",
        "_asyncio",
        "time",
        "os",
        "types",
        "zoneinfo",
    )
)
_FORWARDING: Final = frozenset(("type", "super", "method", "GenericAlias", "Union", "UnionType"))
_OF_CLASSES: Final = type.__dict__["__getattribute__"]

# Getters written in C that only hand out a field. Others may do anything: `type.__doc__` and `builtin.__qualname__` run
# descriptors and metaclasses, `function.__annotations__` evaluates annotations (PEP 649).
_PLAIN_GETTERS: dict[tuple[str, str], frozenset[str]] = {
    ("builtins", "BaseException"): frozenset(("args", "__cause__", "__context__", "__traceback__", "__dict__")),
    ("builtins", "function"): frozenset(("__name__", "__qualname__", "__code__", "__defaults__", "__kwdefaults__")),
    ("builtins", "method"): frozenset(("__func__", "__self__")),
    ("builtins", "generator"): frozenset(("__name__", "__qualname__", "gi_code", "gi_frame", "gi_running", "gi_suspended", "gi_yieldfrom")),
    ("builtins", "coroutine"): frozenset(("__name__", "__qualname__", "cr_code", "cr_frame", "cr_running", "cr_suspended", "cr_await")),
    ("builtins", "async_generator"): frozenset(("__name__", "__qualname__", "ag_code", "ag_frame", "ag_suspended", "ag_await")),
    ("builtins", "frame"): frozenset(("f_back", "f_code", "f_globals", "f_builtins", "f_lineno", "f_lasti")),
    ("builtins", "traceback"): frozenset(("tb_frame", "tb_lineno", "tb_lasti", "tb_next")),
    ("builtins", "code"): frozenset(("co_name", "co_filename", "co_firstlineno", "co_varnames", "co_freevars", "co_cellvars")),
    ("builtins", "cell"): frozenset(("cell_contents",)),
    ("builtins", "int"): frozenset(("real", "imag", "numerator", "denominator")),
    ("builtins", "float"): frozenset(("real", "imag")),
    ("datetime", "date"): frozenset(("year", "month", "day")),
    ("datetime", "datetime"): frozenset(("hour", "minute", "second", "microsecond", "tzinfo", "fold")),
    ("datetime", "time"): frozenset(("hour", "minute", "second", "microsecond", "tzinfo", "fold")),
    ("datetime", "timedelta"): frozenset(("days", "seconds", "microseconds")),
    ("collections", "deque"): frozenset(("maxlen",)),
    ("_asyncio", "Future"): frozenset(("_state", "_result", "_exception", "_loop", "_source_traceback")),
    ("_asyncio", "Task"): frozenset(("_coro", "_fut_waiter", "_must_cancel", "_state", "_result", "_exception", "_loop")),
}  # fmt: skip
_OF_TYPE = frozenset(("__name__", "__qualname__", "__mro__", "__bases__", "__base__", "__dict__", "__module__"))


def attribute(value: Any, name: str, expression: str) -> Any:
    """The attribute. ``expression`` is source text for the sentences of WouldRun and LookupFailed."""
    if name == "__class__" and (found := class_attribute(class_of(value), name)) and found[1] is object:
        return class_of(value)
    getter = class_attribute(class_of(value), "__getattribute__")
    if getter is not None and getter[0] is _OF_CLASSES:
        return _of_class(value, name, expression)
    if getter is not None and _is_generic(getter[1]):
        return _of_object(value, name, expression)
    owner = class_of(value) if getter is None else getter[1]
    raise WouldRun(f"Evaluating `{expression}` would run `{full_name(owner)}.__getattribute__`.")


def _is_generic(owner: type) -> bool:
    """Whether attributes of the class's instances are found in the one generic way.

    Classes written in C name their function even where it is the generic one, which cannot be seen from here, so the
    exceptions are listed: what forwards to another object (``method``, ``super``, aliases, proxies), and classes.
    """
    module = class_module(owner)
    return is_immutable(owner) and module in _GENERIC_IN and class_name(owner) not in _FORWARDING


def _of_object(value: Any, name: str, expression: str) -> Any:
    cls = class_of(value)
    found = class_attribute(cls, name)
    stored = _stored(value, name)
    if found is not None:
        defined, owner = found
        if stored is MISSING or _is_data_descriptor(defined):
            bound = _bind(defined, owner, value, cls, name, expression)
            if bound is not MISSING:
                return bound
    if stored is not MISSING:
        return stored
    _no_fallback(value, cls, expression)
    raise LookupFailed(f"`{expression}` cannot be: a `{full_name(cls)}` has no attribute `{name}`.")


def _of_class(cls: Any, name: str, expression: str) -> Any:
    meta = class_attribute(class_of(cls), name)
    if meta is not None and _is_data_descriptor(meta[0]):
        if meta[1] is type and name in _OF_TYPE:
            return type.__dict__[name].__get__(cls)
        bound = _bind(meta[0], meta[1], cls, class_of(cls), name, expression)
        if bound is not MISSING:
            return bound
    found = class_attribute(cls, name)
    if found is not None:
        return _bind(found[0], found[1], MISSING, cls, name, expression)
    if meta is not None:
        return _bind(meta[0], meta[1], cls, class_of(cls), name, expression)
    _no_fallback(cls, class_of(cls), expression)
    raise LookupFailed(f"`{expression}` cannot be: the class `{full_name(cls)}` has no attribute `{name}`.")


def _stored(value: Any, name: str) -> Any:
    attributes = instance_dict(value)
    return MISSING if attributes is None else find(attributes, name)


def _no_fallback(value: Any, cls: type, expression: str) -> None:
    """Raises WouldRun if a ``__getattr__`` would be asked for what is not there."""
    if class_attribute(cls, "__getattr__") is not None:
        raise WouldRun(f"Evaluating `{expression}` would run `{full_name(cls)}.__getattr__`.")
    if is_a(value, types.ModuleType) and _stored(value, "__getattr__") is not MISSING:
        raise WouldRun(f"Evaluating `{expression}` would run the module's `__getattr__` (PEP 562).")


def _is_data_descriptor(defined: Any) -> bool:
    cls = class_of(defined)
    return class_attribute(cls, "__set__") is not None or class_attribute(cls, "__delete__") is not None


_BINDING_IN_C = frozenset(
    id(cls)
    for cls in (
        types.MethodDescriptorType,
        types.WrapperDescriptorType,
        types.ClassMethodDescriptorType,
    )
)


def _bind(defined: Any, owner: type, value: Any, cls: type, name: str, expression: str) -> Any:
    """What a class's attribute becomes when it is read from ``value`` (MISSING: from the class ``cls`` itself).

    The result is MISSING for an empty slot, after which the interpreter goes on looking.
    """
    kind = class_of(defined)
    if kind is types.FunctionType:
        return defined if value is MISSING else types.MethodType(defined, value)
    if kind is staticmethod:
        return defined.__func__
    if kind is classmethod and class_of(defined.__func__) is types.FunctionType:
        return types.MethodType(defined.__func__, cls)
    if id(kind) in _BINDING_IN_C:
        return defined.__get__(None if value is MISSING else value, cls)
    if kind is types.MemberDescriptorType or (full_name(kind) == "collections._tuplegetter" and is_immutable(kind)):
        return defined if value is MISSING else read_slot(defined, value)
    if kind is types.GetSetDescriptorType:
        return defined if value is MISSING else _read_getter(defined, owner, value, name, expression)
    getter = class_attribute(kind, "__get__")
    if getter is None:
        return defined
    if is_a(defined, property):
        if value is MISSING and kind is property:
            return defined
        raise WouldRun(f"Evaluating `{expression}` would run a property.")
    if class_name(kind) == "cached_property" and class_module(kind) == "functools":
        raise WouldRun(f"Evaluating `{expression}` would run a cached property.")
    raise WouldRun(f"Evaluating `{expression}` would run `{full_name(getter[1])}.__get__`.")


def _read_getter(defined: Any, owner: type, value: Any, name: str, expression: str) -> Any:
    if name == "__dict__" and (attributes := instance_dict(value)) is not None:
        return attributes
    if is_immutable(owner) and name in _PLAIN_GETTERS.get((class_module(owner), class_name(owner)), ()):
        try:
            return defined.__get__(value)
        except (AttributeError, ValueError) as error:
            raise LookupFailed(f"`{expression}` cannot be: {error}.") from None
    raise WouldRun(f"Evaluating `{expression}` would run code of `{full_name(owner)}`, written in C.")
