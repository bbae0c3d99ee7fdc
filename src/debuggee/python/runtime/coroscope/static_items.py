"""``value[key]`` where builtin code alone decides: builtin containers, and keys that hash and compare by builtin code."""

from __future__ import annotations

import types
from collections import OrderedDict, deque
from collections.abc import Callable
from gc import get_referents
from itertools import islice
from typing import Any

from coroscope import frozen
from coroscope.looking import (
    DICT,
    LIST,
    MISSING,
    SCAN_LIMIT,
    TUPLE,
    class_attribute,
    class_module,
    class_name,
    class_of,
    full_name,
    is_a,
    is_immutable,
    namespace,
)
from coroscope.static_errors import LookupFailed, WouldRun
from coroscope.texts_builtin import is_safe_key, keys_compare_safely

__builtins__ = frozen.BUILTINS

_LARGEST_SLICE = 100_000


def item(container: Any, key: Any, expression: str) -> Any:
    """The item under ``key``. ``expression`` is source text for the sentences of WouldRun and LookupFailed."""
    cls = class_of(container)
    if cls is types.MappingProxyType:
        inside = get_referents(container)[0]
        return item(inside, key, expression)
    if is_a(container, type):
        raise WouldRun(f"Evaluating `{expression}` would run `__class_getitem__` of `{full_name(container)}`.")
    found = class_attribute(cls, "__getitem__")
    if found is None:
        raise LookupFailed(f"`{expression}` cannot be: a `{full_name(cls)}` has no items.")
    owner = found[1]
    if owner is dict or (owner is OrderedDict and is_immutable(owner)):
        return _entry(container, key, expression)
    get = _SEQUENCES.get(id(owner)) or _array_item(owner)
    if get is None:
        raise WouldRun(f"Evaluating `{expression}` would run `{full_name(owner)}.__getitem__`.")
    if not _is_index(key):
        raise WouldRun(f"Evaluating `{expression}` would use a `{full_name(class_of(key))}` as an index.")
    if class_of(key) is slice and _slice_length(cls, container, key) > _LARGEST_SLICE:
        raise LookupFailed(f"`{expression}` is too long a slice to be copied only to be looked at.")
    try:
        return get(container, key)
    except (IndexError, TypeError, ValueError, NotImplementedError) as error:
        raise LookupFailed(f"`{expression}` cannot be: {error}.") from None


def _is_index(key: Any) -> bool:
    if class_of(key) is slice:
        return all(part is None or class_of(part) is int for part in (key.start, key.stop, key.step))
    return class_of(key) is int or class_of(key) is bool


def _slice_length(cls: type, container: Any, key: slice) -> int:
    if cls is range:
        return 0
    if key.step == 0:
        return 0  # a ValueError, of which the container tells
    found = class_attribute(cls, "__len__")
    size = namespace(found[1])["__len__"](container) if found is not None and is_immutable(found[1]) else 0
    return len(range(*key.indices(size)))


def _memoryview_item(view: Any, key: Any) -> Any:
    if class_of(key) is slice:
        raise NotImplementedError("a slice of a memoryview is a view of its own")
    return view[key]


def _sequences() -> dict[int, Callable[[Any, Any], Any]]:
    queue: Any = deque
    table: dict[type[Any], Callable[[Any, Any], Any]] = {
        list: LIST.__getitem__,
        tuple: TUPLE.__getitem__,
        str: str.__getitem__,
        bytes: bytes.__getitem__,
        bytearray: bytearray.__getitem__,
        range: range.__getitem__,
        deque: queue.__getitem__,
        memoryview: _memoryview_item,
    }
    return {id(cls): get for cls, get in table.items()}


_SEQUENCES = _sequences()


def _array_item(owner: type) -> Callable[[Any, Any], Any] | None:
    if is_immutable(owner) and class_name(owner) == "array" and class_module(owner) == "array":
        return namespace(owner)["__getitem__"]
    return None


def _entry(mapping: Any, key: Any, expression: str) -> Any:
    """A lookup that calls no ``__hash__`` and no ``__eq__`` but builtin ones.

    A key that is itself in the dictionary, or an equal one of the same builtin type, is the one that a lookup would
    find: two equal keys cannot be in it. Where neither is there but other keys would be asked, only running tells.
    """
    if is_safe_key(key):
        found = (
            DICT.get(mapping, key, MISSING) if keys_compare_safely(mapping) else _scan_equal(mapping, key, expression)
        )
    else:
        found = _scan_identical(mapping, key, expression)
    if found is not MISSING:
        return found
    missing = class_attribute(class_of(mapping), "__missing__")
    if missing is not None:
        owner = full_name(missing[1])
        raise WouldRun(f"Evaluating `{expression}` would run `{owner}.__missing__`: there is no such key.")
    raise LookupFailed(f"`{expression}` cannot be: there is no such key.")


def _scan_equal(mapping: Any, key: Any, expression: str) -> Any:
    asked = False
    for candidate, value in islice(DICT.items(mapping), SCAN_LIMIT):
        if is_safe_key(candidate):
            if candidate == key:
                return value
        else:
            asked = True
    if asked:
        raise WouldRun(f"Evaluating `{expression}` could run the `__eq__` of another key.")
    if DICT.__len__(mapping) > SCAN_LIMIT:
        raise WouldRun(f"Evaluating `{expression}` could run the `__eq__` of a key: there are too many to be sure.")
    return MISSING


def _scan_identical(mapping: Any, key: Any, expression: str) -> Any:
    for candidate, value in islice(DICT.items(mapping), SCAN_LIMIT):
        if candidate is key:
            return value
    raise WouldRun(f"Evaluating `{expression}` would run `{full_name(class_of(key))}.__hash__`.")
