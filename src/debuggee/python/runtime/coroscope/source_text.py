"""The lines of source files as the interpreter reads them, and columns in the two units that meet here.

CPython counts columns in bytes of the line's UTF-8 text, from 0 (``code.co_positions``); the wire counts UTF-16 code
units, from 1.
"""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from io import BytesIO, TextIOWrapper, open_code
from os import stat
from typing import Any, Final

from coroscope import frozen
from coroscope.looking import MISSING, class_of, find, instance_dict, is_a

__builtins__ = frozen.BUILTINS

LARGEST_FILE: Final = 32 * 1024 * 1024
"""Bytes. What is larger is data; it is treated as a file that cannot be read."""

_CACHED_FILES: Final = 128
_CACHED_CHARACTERS: Final = 16 * 1024 * 1024
_REGULAR_FILE: Final = 0o100000  # stat.S_IFREG: reading a pipe or a device could wait for ever
_FILE_KIND: Final = 0o170000

# Path to (time of change, size, lines), the least recently used first. Each step is one atomic dictionary operation,
# so that threads need no lock, which a paused thread might hold.
_cache: dict[str, tuple[int, int, list[str]]] = {}


def lines(path: str) -> list[str] | None:
    """The lines of a file, without their ends; None if it cannot be read as Python source. Not to be changed.

    For a name like ``<string>``, the lines that the program registered with ``linecache`` (IPython and doctest do).
    """
    if class_of(path) is not str:
        path = str.__str__(path)  # the file name of a code object may be of a subclass, with methods of its own
    if path.startswith("<"):
        return _registered(path)
    try:
        status = stat(path)
    except (OSError, ValueError):
        _cache.pop(path, None)
        return None
    version = (status.st_mtime_ns, status.st_size)
    known = _cache.pop(path, None)
    if known is not None and known[:2] == version:
        _cache[path] = known
        return known[2]
    if status.st_mode & _FILE_KIND != _REGULAR_FILE or status.st_size > LARGEST_FILE:
        return None
    read = _read(path)
    if read is not None:
        _cache[path] = (*version, read)
        _trim()
    return read


def version(path: str) -> tuple[int, int] | None:
    """The time of a file's last change in nanoseconds, and its size in bytes; None if there is no such file."""
    try:
        status = stat(path)
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size)


def _read(path: str) -> list[str] | None:
    try:
        with open_code(path) as file:
            data = file.read(LARGEST_FILE).removeprefix(BOM_UTF8)
        # As the interpreter does: universal line ends, and no other character ends a line.
        text = TextIOWrapper(BytesIO(data), _encoding(data), "replace").read()
    except (OSError, ValueError, SyntaxError, LookupError, ImportError):
        return None
    read = text.split("\n")
    if not read[-1]:
        read.pop()
    return read


def _encoding(data: bytes) -> str:
    """The encoding that the cookie in the first two lines names (PEP 263); a byte order mark says no other than UTF-8.

    Raises SyntaxError where the interpreter would.
    """
    if b"coding" not in b"".join(data.split(b"\n", 2)[:2]):
        return "utf-8"
    # Only here, since most files have no cookie and the import takes ten milliseconds.
    from tokenize import detect_encoding

    return detect_encoding(BytesIO(data).readline)[0]


def _trim() -> None:
    held = sum(size for _, size, _ in list(_cache.values()))
    while len(_cache) > 1 and (len(_cache) > _CACHED_FILES or held > _CACHED_CHARACTERS):
        oldest = next(iter(_cache), None)
        dropped = None if oldest is None else _cache.pop(oldest, None)
        if dropped is None:
            return
        held -= dropped[1]


def _registered(name: str) -> list[str] | None:
    """What ``linecache`` holds under a name. Entries that are still to be loaded would call a loader: not for us."""
    module = find(sys.modules, "linecache") if is_a(sys.modules, dict) else MISSING
    attributes = None if module is MISSING else instance_dict(module)
    cache: Any = MISSING if attributes is None else find(attributes, "cache")
    entry: Any = find(cache, name) if class_of(cache) is dict else MISSING
    if class_of(entry) is not tuple or len(entry) != 4 or class_of(entry[2]) is not list:
        return None
    kept: list[Any] = entry[2]
    if not all(type(line) is str for line in kept):
        return None
    return [line.rstrip("\r\n") for line in kept]


def utf16_column(line_text: str, byte_offset: int) -> int:
    """The 1-based column in UTF-16 code units of a 0-based offset into the line's UTF-8 bytes.

    An offset inside a character is that character's; one past the end keeps its distance from the end.
    """
    if line_text.isascii():
        return byte_offset + 1
    data = line_text.encode("utf-8", "surrogatepass")
    end = min(byte_offset, len(data))
    while 0 < end < len(data) and data[end] & 0xC0 == 0x80:
        end -= 1
    units = sum(1 + (byte >= 0xF0) for byte in data[:end] if byte & 0xC0 != 0x80)
    return units + max(0, byte_offset - len(data)) + 1


def byte_offset(line_text: str, column: int) -> int:
    """The inverse: the 0-based UTF-8 byte offset of a 1-based column in UTF-16 code units."""
    wanted = max(0, column - 1)
    if line_text.isascii():
        return wanted
    units = 0
    offset = 0
    for character in line_text:
        width = 2 if character > "\uffff" else 1
        if units + width > wanted:
            return offset
        units += width
        offset += len(character.encode("utf-8", "surrogatepass"))
    return offset + wanted - units


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)


def utf16_index(text: str, column: int) -> int:
    """The index into the text of a 1-based column in UTF-16 code units; its length where the column lies beyond."""
    if text.isascii():
        return min(max(0, column - 1), len(text))
    units = 1
    for index, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > column:
            return index
    return len(text)
