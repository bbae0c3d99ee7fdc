"""The items of sequences, mappings and sets, as indexed children.

A page of a list or tuple costs what it shows; in dictionaries, sets and their views the entries before it have to be
passed over as well, since these have no index.
"""

from __future__ import annotations

import types
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from gc import get_referents
from itertools import islice
from typing import Any

from coroscope import frozen
from coroscope.child import Child, Section
from coroscope.looking import (
    DICT,
    FROZENSET,
    LIST,
    SET,
    TUPLE,
    class_attribute,
    class_module,
    class_name,
    class_of,
    full_name,
    is_a,
    is_immutable,
    mro,
    namespace,
)
from coroscope.texts_builtin import is_safe_key, keys_compare_safely, mapping_items
from coroscope.values import text

__builtins__ = frozen.BUILTINS

type Items = Callable[[Any], Section]

_DEQUE: Any = deque
_KEY_TEXT = 80
_LONGEST_LITERAL = 1000
_UNCHANGEABLE = "A {} cannot be changed."
_THROUGH_A_VIEW = "Assigning through a memoryview may run the new value's `__index__`; assign in the console."


def items_section(value: Any) -> Section | None:
    """The items of a value that has any by a builtin class; None for other values."""
    exact = _ITEMS.get(id(class_of(value)))
    if exact is not None:
        return exact(value)
    for base in mro(class_of(value)):
        found = _ITEMS.get(id(base))
        if found is not None:
            return found(value)
        if class_name(base) == "array" and class_module(base) == "array" and is_immutable(base):
            return _array(value, base)
    return None


def key_literal(key: Any) -> str | None:
    """Source text that gives an equal key, if there is a short one."""
    if not is_safe_key(key):
        return None
    if type(key) is str or type(key) is bytes:
        return repr(key) if len(key) <= _LONGEST_LITERAL else None
    if key is None or type(key) is bool:
        return repr(key)
    if type(key) is int:
        return repr(key) if key.bit_length() <= 1024 else None
    if type(key) is float:
        return repr(key) if key - key == 0 else None
    if class_of(key) is tuple:
        parts = [key_literal(part) for part in key]
        whole = ", ".join(part for part in parts if part is not None)
        return None if None in parts else f"({whole},)" if len(parts) == 1 else f"({whole})"
    return None


def _why_not_assigned(value: Any) -> str:
    """Empty if assigning to an item of the list, deque or dict is the builtin class's own doing."""
    found = class_attribute(class_of(value), "__setitem__")
    if found is not None and is_immutable(found[1]):
        return ""
    return f"Assigning to an item would run `{full_name(class_of(value))}.__setitem__`."


def _putting(cls: Any, value: Any) -> Callable[[int], Callable[[Any], None]]:
    def at(index: int) -> Callable[[Any], None]:
        return lambda new: cls.__setitem__(value, index, new)

    return at


def _by_index(
    items: Iterable[Any], start: int, assign: Callable[[int], Callable[[Any], None]] | None, why: str
) -> Iterator[Child]:
    for index, item in enumerate(items, start):
        if assign is None:
            yield Child(str(index), item, f"[{index}]", why=why, hints=("readOnly",))
        else:
            yield Child(str(index), item, f"[{index}]", setter=assign(index))


def _sliced(cls: Any, name: str, *, changeable: bool = False) -> Items:
    """Of classes that give a slice of themselves through their own ``__getitem__``."""

    def items(value: Any) -> Section:
        why = _why_not_assigned(value) if changeable else _UNCHANGEABLE.format(name)
        assign = None if why else _putting(cls, value)

        def page(start: int, count: int) -> Iterable[Child]:
            return _by_index(cls.__getitem__(value, slice(start, start + count)), start, assign, why)

        return Section(cls.__len__(value), page)

    return items


def _deque(value: Any) -> Section:
    why = _why_not_assigned(value)
    assign = None if why else _putting(_DEQUE, value)

    def page(start: int, count: int) -> Iterable[Child]:
        return _by_index(_quietly(islice(_DEQUE.__iter__(value), start, start + count)), start, assign, why)

    return Section(_DEQUE.__len__(value), page)


def _bytearray(value: Any) -> Section:
    why = "Assigning to a byte may run the new value's `__index__`; assign in the console."

    def page(start: int, count: int) -> Iterable[Child]:
        return _by_index(bytearray.__getitem__(value, slice(start, start + count)), start, None, why)

    return Section(bytearray.__len__(value), page)


def _array(value: Any, base: type) -> Section:
    why = "Assigning to an item of an array may run the new value's `__index__` or `__float__`; assign in the console."
    methods = namespace(base)

    def page(start: int, count: int) -> Iterable[Child]:
        return _by_index(methods["__getitem__"](value, slice(start, start + count)), start, None, why)

    return Section(methods["__len__"](value), page)


def _memoryview(value: Any) -> Section:
    def page(start: int, count: int) -> Iterable[Child]:
        return _by_index((value[index] for index in range(start, start + count)), start, None, _THROUGH_A_VIEW)

    try:
        readable = value.ndim == 1 and len(value.format) == 1
        return Section(len(value) if readable else 0, page)
    except ValueError:  # released
        return Section(0, page)


def _quietly(entries: Iterable[Any]) -> Iterator[Any]:
    """Ends where another thread changes the container meanwhile."""
    try:
        yield from entries
    except RuntimeError:
        return


def _unordered(pick: Callable[[Any], Iterable[Any]], size: Callable[[Any], int], why: str) -> Items:
    def items(value: Any) -> Section:
        def page(start: int, count: int) -> Iterator[Child]:
            for index, item in enumerate(_quietly(islice(pick(value), start, start + count)), start):
                yield Child(str(index), item, None, why=why, hints=("readOnly",))

        return Section(size(value), page)

    return items


def _assigning(mapping: Any, key: Any) -> Callable[[Any], None]:
    return lambda new: DICT.__setitem__(mapping, key, new)


def _dict(value: Any, *, writable: bool = True) -> Section:
    def page(start: int, count: int) -> Iterator[Child]:
        why = _why_not_assigned(value) if writable else "A mapping proxy cannot be changed."
        if not why and not keys_compare_safely(value):
            why = "Assigning to an entry may run a key's `__eq__`; assign in the console."
        for key, item in _quietly(islice(mapping_items(value), start, start + count)):
            literal = key_literal(key)
            suffix = None if literal is None else f"[{literal}]"
            if why or not is_safe_key(key):
                reason = why or "Assigning to this entry would run its key's `__hash__`; assign in the console."
                yield Child(text(key, _KEY_TEXT), item, suffix, why=reason, hints=("readOnly",))
            else:
                yield Child(text(key, _KEY_TEXT), item, suffix, setter=_assigning(value, key))

    return Section(DICT.__len__(value), page)


def _proxy(value: Any) -> Section:
    inside = get_referents(value)[0]
    return _dict(inside, writable=False) if is_a(inside, dict) else Section(0, lambda _start, _count: ())


def _behind(view: Any) -> Any:
    return get_referents(view)[0]


def _keys_behind(view: Any) -> Iterable[Any]:
    return (key for key, _ in mapping_items(_behind(view)))


def _values_behind(view: Any) -> Iterable[Any]:
    return (item for _, item in mapping_items(_behind(view)))


def _items_behind(view: Any) -> Iterable[Any]:
    return mapping_items(_behind(view))


def _table() -> dict[int, Items]:
    fixed = "An element of a set has no place to assign to."
    view = "A view of a dictionary cannot be assigned to; change the dictionary."
    table: dict[type[Any], Items] = {
        list: _sliced(LIST, "list", changeable=True),
        tuple: _sliced(TUPLE, "tuple"),
        range: _sliced(range, "range"),
        bytes: _sliced(bytes, "bytes object"),
        bytearray: _bytearray,
        memoryview: _memoryview,
        deque: _deque,
        dict: _dict,
        types.MappingProxyType: _proxy,
        set: _unordered(SET.__iter__, SET.__len__, fixed),
        frozenset: _unordered(FROZENSET.__iter__, FROZENSET.__len__, fixed),
    }

    def size(value: Any) -> int:
        return DICT.__len__(_behind(value))

    empty: dict[Any, Any] = {}
    ordered: OrderedDict[Any, Any] = OrderedDict()
    for mapping in (empty, ordered):
        table[class_of(mapping.keys())] = _unordered(_keys_behind, size, view)
        table[class_of(mapping.values())] = _unordered(_values_behind, size, view)
        table[class_of(mapping.items())] = _unordered(_items_behind, size, view)
    return {id(cls): items for cls, items in table.items()}


_ITEMS = _table()
