"""Texts of common classes of the standard library, by the names of class and module.

Those written in C are read through their own fields, and only where the class cannot have been patched
(``looking.is_immutable``); the names alone prove nothing. Those written in Python (``UUID``, ``Fraction``, paths) can be
patched, so their texts are composed from the fields they store. Not even ``repr(datetime)`` is safe: it asks the
``tzinfo``, which may be the program's own, as a pattern's asks the pattern's text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from coroscope import frozen
from coroscope.looking import (
    MISSING,
    class_module,
    class_name,
    class_of,
    find,
    full_name,
    has_only_text_keys,
    is_a,
    is_immutable,
    mro,
    namespace,
    plain,
    read_member,
)
from coroscope.texts_builtin import Render, enclosed, labelled, str_text
from coroscope.texts_trio import TRIO

__builtins__ = frozen.BUILTINS

type LibraryText = Callable[[Render, Any, type, int, int], str | None]
"""As a ``Texter``, with the library's class that the value is an instance of; None if the value is not as expected."""


def _getter(owner: type, name: str, value: Any) -> Any:
    """A field of ``owner`` or of a base of it, all immutable."""
    for base in mro(owner):
        found = read_member(value, base, name)
        if found is not MISSING:
            return found
    return MISSING


def _numbers(owner: type, value: Any, names: str) -> list[str]:
    return [str(_getter(owner, name, value)) for name in names.split()]


def _zone(render: Render, owner: type, value: Any, room: int, depth: int) -> list[str]:
    zone = _getter(owner, "tzinfo", value)
    tail = [] if zone is None or zone is MISSING else [f"tzinfo={render(zone, room // 2, depth - 1)}"]
    return tail + (["fold=1"] if _getter(owner, "fold", value) == 1 else [])


def _date(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str:
    return f"{full_name(class_of(value))}({', '.join(_numbers(owner, value, 'year month day'))})"


def _datetime(render: Render, value: Any, owner: type, room: int, depth: int) -> str:
    parts = _numbers(owner, value, "year month day hour minute second microsecond")
    while len(parts) > 5 and parts[-1] == "0":
        parts.pop()
    return f"{full_name(class_of(value))}({', '.join(parts + _zone(render, owner, value, room, depth))})"


def _time(render: Render, value: Any, owner: type, room: int, depth: int) -> str:
    parts = _numbers(owner, value, "hour minute second microsecond")
    while len(parts) > 2 and parts[-1] == "0":
        parts.pop()
    return f"{full_name(class_of(value))}({', '.join(parts + _zone(render, owner, value, room, depth))})"


def _timedelta(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str:
    names = ("days", "seconds", "microseconds")
    parts = [f"{name}={number}" for name in names if (number := str(_getter(owner, name, value))) != "0"]
    return f"{full_name(class_of(value))}({', '.join(parts) or '0'})"


def _timezone(render: Render, value: Any, owner: type, room: int, depth: int) -> str | None:
    if value is namespace(owner).get("utc"):
        return "datetime.timezone.utc"
    offset = namespace(owner)["utcoffset"](value, None)
    return f"datetime.timezone({render(offset, room, depth - 1)})"


def _zoneinfo(render: Render, value: Any, owner: type, room: int, depth: int) -> str:
    return f"{full_name(class_of(value))}(key={render(_getter(owner, 'key', value), room, depth - 1)})"


def _decimal(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str:
    methods = namespace(owner)
    size = methods["__sizeof__"](value)
    if size > 4096:
        return f"<{full_name(class_of(value))}, {size} bytes>"
    return class_name(class_of(value)) + methods["__repr__"](value).removeprefix("Decimal")


_PATTERN_FLAGS = ((2, "IGNORECASE"), (4, "LOCALE"), (8, "MULTILINE"), (16, "DOTALL"), (64, "VERBOSE"), (256, "ASCII"))


def _pattern(render: Render, value: Any, owner: type, room: int, depth: int) -> str:
    flags = _getter(owner, "flags", value)
    names = "|".join("re." + name for bit, name in _PATTERN_FLAGS if flags & bit)
    pattern = render(_getter(owner, "pattern", value), room - 12 - len(names), depth - 1)
    return f"re.compile({pattern}{', ' + names if names else ''})"


def _partial(render: Render, value: Any, owner: type, room: int, depth: int) -> str | None:
    function, given, named = (_getter(owner, name, value) for name in ("func", "args", "keywords"))
    if class_of(given) is not tuple or class_of(named) is not dict or not has_only_text_keys(named):
        return None
    opening = f"{full_name(class_of(value))}({render(function, room // 2, depth - 1)}"
    if given:
        opening = enclosed(render, given, room, depth, opening + ", ", "")
    return labelled(render, named.items(), room, depth, opening + ", ", ")", "=") if named else opening + ")"


def _array(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str:
    return f"{class_name(class_of(value))}({_getter(owner, 'typecode', value)!r}, {namespace(owner)['__len__'](value)} items)"


def _future(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str:
    """Tasks and futures of asyncio: their own ``repr`` would show the result, and the coroutine, by theirs."""
    state = _getter(owner, "_state", value)
    get_name = find(namespace(owner), "get_name")
    name = "" if get_name is MISSING else f" '{plain(get_name(value))}'"
    return f"<{class_name(class_of(value))}{name}, {plain(state).lower()}>"


def _uuid(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str | None:
    number = read_member(value, owner, "int")
    if type(number) is not int or not 0 <= number < 1 << 128:
        return None
    digits = f"{number:032x}"
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return f"{class_name(class_of(value))}('{'-'.join(parts)}')"


def _fraction(render: Render, value: Any, owner: type, room: int, depth: int) -> str | None:
    above, below = read_member(value, owner, "_numerator"), read_member(value, owner, "_denominator")
    if above is MISSING or below is MISSING:
        return None
    return enclosed(render, (above, below), room, depth, class_name(class_of(value)) + "(", ")")


def _path(render: Render, value: Any, owner: type, room: int, depth: int) -> str | None:
    """From the text it keeps, once it has been asked for one, and else from the parts it was made of."""
    text = read_member(value, owner, "_str")
    if type(text) is not str:
        raw = read_member(value, owner, "_raw_paths")
        windows = any(class_name(base) == "PureWindowsPath" for base in mro(class_of(value)))
        if class_of(raw) is not list or not all(is_a(part, str) for part in raw[:100]):
            return None
        parts = [str.__getitem__(part, slice(0, 5000)) for part in raw[:100]]
        text = _joined(parts, windows)
    return f"{class_name(class_of(value))}({str_text(render, text, room, depth)})"


def _joined(parts: list[str], windows: bool) -> str:
    if windows:
        return "\\".join(part.replace("/", "\\").rstrip("\\") for part in parts if part) or "."
    for index in range(len(parts) - 1, 0, -1):
        if parts[index].startswith("/"):
            parts = parts[index:]
            break
    whole = "/".join(part for part in parts if part)
    # POSIX leaves two leading slashes, and only two, to the system: pathlib keeps them.
    root = ("//" if whole.startswith("//") and not whole.startswith("///") else "/") if whole.startswith("/") else ""
    return root + "/".join(part for part in whole.split("/") if part not in ("", ".")) or "."


_IN_C: dict[tuple[str, str], LibraryText] = {
    ("datetime", "datetime"): _datetime,
    ("datetime", "date"): _date,
    ("datetime", "time"): _time,
    ("datetime", "timedelta"): _timedelta,
    ("datetime", "timezone"): _timezone,
    ("zoneinfo", "ZoneInfo"): _zoneinfo,
    ("decimal", "Decimal"): _decimal,
    ("re", "Pattern"): _pattern,
    ("functools", "partial"): _partial,
    ("array", "array"): _array,
    ("_asyncio", "Task"): _future,
    ("_asyncio", "Future"): _future,
}
_IN_PYTHON: dict[tuple[str, str], LibraryText] = {
    ("uuid", "UUID"): _uuid,
    ("fractions", "Fraction"): _fraction,
    ("pathlib", "PurePath"): _path,
    ("pathlib._local", "PurePath"): _path,
    **TRIO,
}
_NAMES = frozenset(name for _, name in (*_IN_C, *_IN_PYTHON))


def tells_state_only(cls: type) -> bool:
    """Whether instances of exactly this class have the same text wherever they have the same ``_state``, a getter in C."""
    return class_name(cls) == "Future" and library_texter(cls) is _future


def library_texter(base: type) -> LibraryText | None:
    name = class_name(base)
    if name not in _NAMES:
        return None
    key = (class_module(base), name)
    return _IN_C.get(key) if is_immutable(base) else _IN_PYTHON.get(key)
