"""Bounded, safe text of any value: what Variables, hovers, histories and recordings show.

Computing it never runs code of the program, never fails, and costs no more than what is shown, however large, deep,
recursive or hostile the value is. Texts hold no addresses: the same program gives the same texts.
"""

from __future__ import annotations

import types
from collections import OrderedDict, defaultdict, deque
from typing import Any, Final

from coroscope import frozen
from coroscope import texts_builtin as builtin
from coroscope.looking import class_name, class_of, full_name, is_a, is_immutable, mro
from coroscope.shapes import Shape, known_shape, remember
from coroscope.texts_builtin import Texter
from coroscope.texts_code import TEXTS as CODE_TEXTS
from coroscope.texts_code import class_text, module_text, plain_object_text
from coroscope.texts_instances import enum_text, exception_text, instance_text, is_enum_class, named_tuple_text
from coroscope.texts_library import library_texter, tells_state_only

__builtins__ = frozen.BUILTINS

DEFAULT_LIMIT: Final = 200
"""How many characters a text has at the most, unless its reader asks for more."""

DEFAULT_DEPTH: Final = 4
"""How many levels of containers are opened."""

_PLAIN_INT: Final = 10**18  # shown whole without a further thought

ATOM_SIZE: Final = 200
_ATOM_INT: Final = 1 << 256


FUTURES: Final[set[int]] = set()
"""Addresses of classes, once met, whose instances' text tells their ``_state`` and nothing else (a getter in C)."""


def text(value: Any, limit: int = DEFAULT_LIMIT, depth: int = DEFAULT_DEPTH) -> str:
    """What the value is, in at most ``limit`` characters (which should be 24 or more)."""
    # Recordings ask for these most: they must take no longer than a repr.
    if type(value) is int:
        if -_PLAIN_INT < value < _PLAIN_INT:
            return repr(value)
    elif value is None:
        return "None"
    elif type(value) is str and len(value) < limit:
        literal = repr(value)
        if len(literal) <= limit:
            return literal
    elif type(value) is float or type(value) is bool:
        return repr(value)
    try:
        whole = _render(value, limit, depth)
    except Exception:  # the value changes under our eyes, or the stack is all but used up
        whole = _fallback(value)
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def type_name(value: Any) -> str:
    """The qualified name of the value's class, after its module unless that is ``builtins``: ``int``, ``talk.Agent``."""
    return full_name(class_of(value))


def is_immutable_atom(value: Any) -> bool:
    """Whether the value is exactly a small builtin scalar: keeping it by reference keeps nothing of the program alive."""
    if type(value) is int:
        return -_ATOM_INT < value < _ATOM_INT
    if type(value) is str or type(value) is bytes:
        return len(value) <= ATOM_SIZE
    return value is None or type(value) is bool or type(value) is float or type(value) is complex


def _fallback(value: Any) -> str:
    try:
        return plain_object_text(value)
    except Exception:
        return "<object>"


def _render(value: Any, room: int, depth: int) -> str:
    if type(value) is int and -_PLAIN_INT < value < _PLAIN_INT:
        return repr(value)
    texter = _EXACT.get(id(class_of(value)))
    return _first_of(value, room, depth) if texter is None else texter(_render, value, room, depth)


def _first_of(value: Any, room: int, depth: int) -> str:
    """By what is remembered of the class: its shape, or how the library's are told (loops yield a future at every wait)."""
    cls = class_of(value)
    shape = known_shape(cls)
    if shape is not None:
        return instance_text(_render, value, shape, room, depth)
    known = library_texter(cls) if is_immutable(cls) else None
    if known is None:
        return _other(value, room, depth)

    def told(render: Any, value: Any, room: int, depth: int) -> str:
        # Refers to the class, so that its address stays its own.
        told_so = known(render, value, cls, room, depth)
        return _other(value, room, depth) if told_so is None else told_so

    _EXACT[id(cls)] = told
    if tells_state_only(cls):
        FUTURES.add(id(cls))
    return told(_render, value, room, depth)


def _other(value: Any, room: int, depth: int) -> str:
    """Instances of classes that the exact table has not: by what they derive from."""
    cls = class_of(value)
    if issubclass(cls, type):
        return class_text(_render, value, room, depth)
    if issubclass(cls, BaseException):
        return exception_text(_render, value, room, depth)
    is_enum = is_enum_class(cls)
    special = enum_text(_render, value, room, depth) if is_enum else None
    if special is None and is_a(value, tuple):
        special = named_tuple_text(_render, value, room, depth)
    if special is not None:
        return special
    is_plain = not is_enum
    for base in mro(cls):
        known = library_texter(base)
        if known is not None:
            is_plain = False
            told = known(_render, value, base, room, depth)
            if told is not None:
                return told
        texter = _BASES.get(id(base))
        if texter is not None:
            name = class_name(cls)
            return f"{name}({texter(_render, value, room - len(name) - 2, depth)})"
    if issubclass(cls, types.ModuleType):
        return module_text(_render, value, room, depth)
    return instance_text(_render, value, remember(cls) if is_plain else Shape(cls), room, depth)


def _constant(name: str) -> Texter:
    return lambda _render, _value, _room, _depth: name


def _items(mapping: Any) -> Any:
    return ((key, value) for key, value in builtin.mapping_items(mapping))


def _keys(mapping: Any) -> Any:
    return (key for key, _ in builtin.mapping_items(mapping))


def _values(mapping: Any) -> Any:
    return (value for _, value in builtin.mapping_items(mapping))


def _tables() -> tuple[dict[int, Texter], dict[int, Texter]]:
    bases: dict[type, Texter] = {
        int: builtin.int_text,
        float: builtin.float_text,
        complex: builtin.complex_text,
        str: builtin.str_text,
        bytes: builtin.bytes_text,
        bytearray: builtin.bytearray_text,
        list: builtin.list_text,
        tuple: builtin.tuple_text,
        dict: builtin.dict_text,
        set: builtin.set_text,
        frozenset: builtin.frozenset_text,
        deque: builtin.deque_text,
        OrderedDict: builtin.ordered_dict_text,
        defaultdict: builtin.default_dict_text,
    }
    empty: dict[Any, Any] = {}
    ordered: OrderedDict[Any, Any] = OrderedDict()
    exact: dict[type, Texter] = {
        bool: lambda _render, value, _room, _depth: repr(value),
        class_of(None): _constant("None"),
        class_of(Ellipsis): _constant("Ellipsis"),
        class_of(NotImplemented): _constant("NotImplemented"),
        object: _constant("<object object>"),
        range: builtin.range_text,
        slice: builtin.slice_text,
        memoryview: builtin.memoryview_text,
        types.MappingProxyType: builtin.proxy_text,
    }
    for mapping in (empty, ordered):
        exact[class_of(mapping.keys())] = builtin.view_text("dict_keys", _keys)
        exact[class_of(mapping.values())] = builtin.view_text("dict_values", _values)
        exact[class_of(mapping.items())] = builtin.view_text("dict_items", _items)
    by_id = {id(cls): texter for cls, texter in bases.items()}
    return {**{id(cls): texter for cls, texter in exact.items()}, **CODE_TEXTS, **by_id}, by_id


_EXACT, _BASES = _tables()
