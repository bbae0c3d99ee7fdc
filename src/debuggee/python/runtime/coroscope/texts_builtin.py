"""Texts of numbers, texts, bytes and containers, through the builtin classes' own methods.

Each function takes the renderer for what is inside, the value, how many characters there is room for, and how many
levels may still be opened. A text may exceed its room by a little; who asked for it cuts it. All of them also serve
instances of subclasses, of which they see what the base class stores.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from gc import get_referents
from itertools import islice
from typing import Any

from coroscope import frozen
from coroscope.looking import DICT, FROZENSET, LIST, MISSING, SCAN_LIMIT, SET, TUPLE, class_of, is_a, read_member

__builtins__ = frozen.BUILTINS

type Render = Callable[[Any, int, int], str]
type Texter = Callable[[Render, Any, int, int], str]

MORE = "…"

_DEQUE: Any = deque
_ORDERED: Any = OrderedDict

# int.__repr__ is quadratic and refuses more digits than sys.set_int_max_str_digits allows, which is 640 at the least.
LONGEST_INT_BITS = 2048


def int_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= LONGEST_INT_BITS else f"<int, {bits} bits>"


def float_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    return float.__repr__(value)


def complex_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    return complex.__repr__(value)


def _cut_literal(base: Any, value: Any, room: int) -> str:
    """The literal of a str or bytes; where it is too long, of a beginning of it, with the ellipsis after the quote."""
    size = base.__len__(value)
    take = min(size, max(room, 1))
    while True:
        literal = repr(base.__getitem__(value, slice(0, take)))
        over = len(literal) + (take < size) - room
        if over <= 0 or take <= 1:
            return literal if take == size else literal + MORE
        # An escaped character takes up to ten places: approach from above, in proportion.
        take = max(1, min(take - 1, take * max(room - 3, 1) // len(literal)))


def str_text(_: Render, value: Any, room: int, _depth: int) -> str:
    return _cut_literal(str, value, room)


def bytes_text(_: Render, value: Any, room: int, _depth: int) -> str:
    return _cut_literal(bytes, value, room)


def bytearray_text(_: Render, value: Any, room: int, _depth: int) -> str:
    beginning = bytes(bytearray.__getitem__(value, slice(0, max(room, 1))))
    literal = _cut_literal(bytes, beginning, room - 11)
    cut = len(beginning) < bytearray.__len__(value) and not literal.endswith(MORE)
    return f"bytearray({literal}{MORE if cut else ''})"


def range_text(_: Render, value: Any, room: int, depth: int) -> str:
    bounds = (value.start, value.stop) if value.step == 1 else (value.start, value.stop, value.step)
    return f"range({', '.join(int_text(_, bound, room, depth) for bound in bounds)})"


def slice_text(render: Render, value: Any, room: int, depth: int) -> str:
    return enclosed(render, (value.start, value.stop, value.step), room, depth, "slice(", ")")


def memoryview_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    try:
        return f"<memoryview of {value.nbytes} bytes>"
    except ValueError:
        return "<memoryview, released>"


def share(room: int) -> int:
    """How much of the room one of several values may take, so that a long first one leaves some for the next."""
    return room if room < 60 else room * 2 // 3


def enclosed(
    render: Render, values: Iterable[Any], room: int, depth: int, opening: str, closing: str, tail: str = ""
) -> str:
    """``opening`` and ``closing`` around as many of the values as there is room for, one level further in."""
    iterator = iter(values)
    pieces: list[str] = []
    room -= len(opening) + len(closing)
    try:
        for value in iterator:
            if depth <= 0 or room < 4:
                pieces.append(MORE)
                break
            piece = render(value, share(room), depth - 1)
            pieces.append(piece)
            room -= len(piece) + 2
    except RuntimeError:  # changed by another thread meanwhile
        pieces.append(MORE)
    return opening + ", ".join(pieces) + (tail if len(pieces) == 1 else "") + closing


def labelled(
    render: Render, pairs: Iterable[tuple[Any, Any]], room: int, depth: int, opening: str, closing: str, between: str
) -> str:
    """Like :func:`enclosed`, for pairs: ``{k: v, …}`` and ``Name(k=v, …)``. A label that is a str is shown bare with ``=``."""
    pieces: list[str] = []
    room -= len(opening) + len(closing)
    try:
        for label, value in pairs:
            if depth <= 0 or room < 6:
                pieces.append(MORE)
                break
            most = share(room)
            name = label if between == "=" else render(label, most, depth - 1)
            piece = name + between + render(value, most - len(name) - len(between), depth - 1)
            pieces.append(piece)
            room -= len(piece) + 2
    except RuntimeError:
        pieces.append(MORE)
    return opening + ", ".join(pieces) + closing


def list_text(render: Render, value: Any, room: int, depth: int) -> str:
    return enclosed(render, LIST.__iter__(value), room, depth, "[", "]")


def tuple_text(render: Render, value: Any, room: int, depth: int) -> str:
    return enclosed(render, TUPLE.__iter__(value), room, depth, "(", ")", tail=",")


def set_text(render: Render, value: Any, room: int, depth: int) -> str:
    return enclosed(render, SET.__iter__(value), room, depth, "{", "}") if SET.__len__(value) else "set()"


def frozenset_text(render: Render, value: Any, room: int, depth: int) -> str:
    if not FROZENSET.__len__(value):
        return "frozenset()"
    return enclosed(render, FROZENSET.__iter__(value), room, depth, "frozenset({", "})")


def dict_text(render: Render, value: Any, room: int, depth: int) -> str:
    return labelled(render, mapping_items(value), room, depth, "{", "}", ": ")


def ordered_dict_text(render: Render, value: Any, room: int, depth: int) -> str:
    return labelled(render, mapping_items(value), room, depth, "OrderedDict({", "})", ": ")


def default_dict_text(render: Render, value: Any, room: int, depth: int) -> str:
    factory = read_member(value, defaultdict, "default_factory")
    opening = f"defaultdict({render(None if factory is MISSING else factory, room, depth)}, {{"
    return labelled(render, DICT.items(value), room, depth, opening, "})", ": ")


def deque_text(render: Render, value: Any, room: int, depth: int) -> str:
    longest = read_member(value, deque, "maxlen")
    closing = "])" if longest is None or longest is MISSING else f"], maxlen={longest})"
    return enclosed(render, _DEQUE.__iter__(value), room, depth, "deque([", closing)


def proxy_text(render: Render, value: Any, room: int, depth: int) -> str:
    """A mappingproxy forwards even ``len`` to what it wraps, which may be a mapping of the program's own."""
    return f"mappingproxy({render(get_referents(value)[0], room - 14, depth)})"


def view_text(opening: str, pick: Callable[[Any], Iterable[Any]]) -> Texter:
    """Views of dictionaries: iterated through the dictionary they are of, since an OrderedDict's would hash the keys."""

    def view(render: Render, value: Any, room: int, depth: int) -> str:
        return enclosed(render, pick(get_referents(value)[0]), room, depth, opening + "([", "])")

    return view


def mapping_items(value: Any) -> Iterable[tuple[Any, Any]]:
    """Key and value of every entry of a dict, in order, without hashing a key.

    An OrderedDict's own iterator looks each key up, so its order (which ``move_to_end`` changes) is used only where all
    keys are of exact builtin types; with others, and in very large ones, the order is that of insertion.
    """
    if not is_a(value, OrderedDict) or DICT.__len__(value) > SCAN_LIMIT or not keys_compare_safely(value):
        return DICT.items(value)
    return ((key, DICT.get(value, key)) for key in _ORDERED.__iter__(value))


_SAFE_KEYS = frozenset(id(cls) for cls in (str, int, float, complex, bool, bytes, class_of(None), range))


def is_safe_key(key: Any, depth: int = 4) -> bool:
    """Whether hashing and comparing the key runs nothing but builtin code."""
    cls: type = class_of(key)
    if id(cls) in _SAFE_KEYS:
        return True
    if (cls is tuple or cls is frozenset) and depth > 0 and len(key) <= 100:
        return all(is_safe_key(item, depth - 1) for item in key)
    return False


def keys_compare_safely(mapping: Any) -> bool:
    """Whether a lookup in the dict can run only builtin code, provided the key looked up is a safe one too.

    False as well where there are too many entries to be sure within a page's time.
    """
    if DICT.__len__(mapping) > SCAN_LIMIT:
        return False
    if all(map(_SAFE_KEYS.__contains__, map(id, map(type, DICT.__iter__(mapping))))):
        return True
    return all(is_safe_key(key) for key in islice(DICT.__iter__(mapping), SCAN_LIMIT))
