"""From instructions to places in the source: lines, exact ranges, and the suspension points of a code object."""

from __future__ import annotations

import os
import sys
from opcode import opmap
from types import CodeType
from typing import NamedTuple

from . import source_text, syntax
from .protocol import LocationDict
from .user_code import display_path

_YIELD_VALUE = opmap["YIELD_VALUE"]
_RESUME = opmap["RESUME"]
_SEND = opmap["SEND"]
_KINDS = {
    1: "yield",
    2: "yield from",
    3: "await",
}  # the two low bits of RESUME's argument (CPython's Python/bytecodes.c)


class Position(NamedTuple):
    """A range in a source: lines from 1, columns in UTF-8 bytes from 0, as ``co_positions`` gives them."""

    line: int
    end_line: int
    column: int | None
    end_column: int | None


class SuspensionPoint(NamedTuple):
    """One place where a code object suspends. ``offset`` is that of YIELD_VALUE, ``resume`` that of RESUME behind it."""

    offset: int
    resume: int
    kind: str
    position: Position


_position_cache: dict[int, tuple[CodeType, list[Position]]] = {}


def _positions(code: CodeType) -> list[Position]:
    cached = _position_cache.get(id(code))
    if cached is not None and cached[0] is code:
        return cached[1]
    first = code.co_firstlineno
    positions: list[Position] = []
    last_line = first
    for line, end_line, column, end_column in code.co_positions():
        if line is not None:
            last_line = line
        known = line if line is not None else last_line
        positions.append(Position(known, end_line if end_line is not None else known, column, end_column))
    if len(_position_cache) > 512:
        _position_cache.clear()
    _position_cache[id(code)] = (code, positions)
    return positions


def position_at(code: CodeType, offset: int) -> Position:
    """The source range of the instruction at byte ``offset``."""
    positions = _positions(code)
    index = offset // 2
    if 0 <= index < len(positions):
        return positions[index]
    return Position(code.co_firstlineno, code.co_firstlineno, None, None)


def line_at(code: CodeType, offset: int) -> int:
    """The line of the instruction at byte ``offset``; 1 or more."""
    return max(1, position_at(code, offset).line)


def _instruction(bytes_of_code: bytes, offset: int) -> int:
    """The offset of the instruction that ``offset`` belongs to: 3.12 may leave a frame at an inline cache entry (0)."""
    while offset > 0 and bytes_of_code[offset] == 0:
        offset -= 2
    return offset


def opcode_at(code: CodeType, offset: int) -> int:
    bytes_of_code = code.co_code
    return bytes_of_code[_instruction(bytes_of_code, offset)] if 0 <= offset < len(bytes_of_code) else -1


def delegates_at(code: CodeType, offset: int) -> bool:
    """Whether a running frame at ``offset`` passes control on to a delegate (it stands in a SEND loop)."""
    bytes_of_code = code.co_code
    if not 0 <= offset < len(bytes_of_code):
        return False
    offset = _instruction(bytes_of_code, offset)
    if bytes_of_code[offset] == _SEND:
        return True
    # Thrown into while it delegates: throw() goes straight to the delegate and leaves the frame where it was.
    return bytes_of_code[offset] in (_RESUME, _YIELD_VALUE) and _delegating_resume(bytes_of_code, offset)


def opcode_named(*names: str) -> frozenset[int]:
    """The instructions of these names that this version of the interpreter has."""
    return frozenset(opmap[name] for name in names if name in opmap)


_AFTER_LOOP = opcode_named("END_FOR", "POP_ITER", "END_ASYNC_FOR")
_END_FOR = opmap["END_FOR"]
_POP_TOP = opmap["POP_TOP"]


def cleans_up_loop(code: CodeType, offset: int) -> bool:
    """Whether an instruction only clears away the iterator of a loop that is through.

    3.12 jumps over them all, 3.13 goes on at a POP_TOP behind END_FOR, later ones have POP_ITER.
    """
    bytes_of_code = code.co_code
    opcode = bytes_of_code[offset]
    return opcode in _AFTER_LOOP or (opcode == _POP_TOP and offset >= 2 and bytes_of_code[offset - 2] == _END_FOR)


_PUSH_EXC_INFO = opmap["PUSH_EXC_INFO"]


def begins_handler(code: CodeType, offset: int) -> bool:
    return code.co_code[offset] == _PUSH_EXC_INFO


def _delegating_resume(bytes_of_code: bytes, offset: int) -> bool:
    if bytes_of_code[offset] == _YIELD_VALUE:
        offset += 2
    return offset + 1 < len(bytes_of_code) and (bytes_of_code[offset + 1] & 3) in (2, 3)


def repeats_line_after_throw(code: CodeType, offset: int) -> bool:
    """Whether an exception thrown in at ``offset`` is followed by a LINE event of the line the frame was suspended on.

    From 3.13, where it delegates: CLEANUP_THROW stands on the line of the ``await`` or ``yield from``.
    """
    return sys.version_info >= (3, 13) and delegates_at(code, offset)


_points_cache: dict[int, tuple[CodeType, list[SuspensionPoint]]] = {}


def suspension_points(code: CodeType) -> list[SuspensionPoint]:
    """Every suspension point of a code object (not of the ones nested in it), in the order of the bytecode."""
    cached = _points_cache.get(id(code))
    if cached is not None and cached[0] is code:
        return cached[1]
    bytes_of_code = code.co_code
    points: list[SuspensionPoint] = []
    for offset in range(0, len(bytes_of_code) - 2, 2):
        if bytes_of_code[offset] != _YIELD_VALUE or bytes_of_code[offset + 2] != _RESUME:
            continue
        kind = _KINDS.get(bytes_of_code[offset + 3] & 3)
        if kind is None:
            continue
        position = position_at(code, offset)
        if kind == "await":
            kind = syntax.await_kind(display_path(code.co_filename), position)
        points.append(SuspensionPoint(offset, offset + 2, kind, position))
    if len(_points_cache) > 512:
        _points_cache.clear()
    _points_cache[id(code)] = (code, points)
    return points


def suspension_at(code: CodeType, offset: int) -> SuspensionPoint | None:
    """The suspension point a suspended frame stands at (its last instruction is the YIELD_VALUE or the RESUME)."""
    for point in suspension_points(code):
        if offset in (point.offset, point.resume):
            return point
    return None


_sole_cache: dict[int, tuple[CodeType, tuple[int | None, int | None]]] = {}


def sole_suspensions(code: CodeType) -> tuple[int | None, int | None]:
    """The line of the only suspension point where nothing is delegated to, and that of the only one where something is.

    Where such a point is the only one of its kind, a suspended coroutine stands at it, and no frame is needed to tell.
    None where there are several, or none, or one of a kind that is not known.
    """
    cached = _sole_cache.get(id(code))
    if cached is not None and cached[0] is code:
        return cached[1]
    found: tuple[int | None, int | None] = None, None
    bytes_of_code = code.co_code
    yields = sum(1 for opcode in bytes_of_code[::2] if opcode == _YIELD_VALUE)
    points = suspension_points(code)
    if len(points) == yields and all(point.position.line == line_at(code, point.resume) for point in points):
        plain = [point.position.line for point in points if point.kind == "yield"]
        delegating = [point.position.line for point in points if point.kind != "yield"]
        found = (plain[0] if len(plain) == 1 else None, delegating[0] if len(delegating) == 1 else None)
    if len(_sole_cache) > 512:
        _sole_cache.clear()
    _sole_cache[id(code)] = (code, found)
    return found


_start_cache: dict[int, tuple[CodeType, int]] = {}


def begun_at(code: CodeType, offset: int) -> bool:
    """Whether a coroutine that stands there has started."""
    cached = _start_cache.get(id(code))
    if cached is None or cached[0] is not code:
        if len(_start_cache) > 2048:
            _start_cache.clear()
        cached = _start_cache[id(code)] = (code, _body_start(code))
    return offset >= cached[1]


def _body_start(code: CodeType) -> int:
    """The offset behind the RESUME that begins a code object's body: what comes before only sets its frame up.

    A generator expression of 3.15 has two of them: it gets its iterator before it becomes a generator.
    """
    bytes_of_code = code.co_code
    start = 0
    for offset in range(0, len(bytes_of_code), 2):
        if bytes_of_code[offset] == _RESUME and bytes_of_code[offset + 1] & 3 == 0:
            start = offset + 2
    while start < len(bytes_of_code) and bytes_of_code[start] == 0:
        start += 2  # RESUME's inline cache, from 3.15
    return start


def body_positions(code: CodeType) -> list[Position]:
    """The source ranges of the instructions of a code object's body."""
    return [position_at(code, offset) for offset in range(_body_start(code), len(code.co_code), 2)]


_hittable_cache: dict[int, tuple[CodeType, frozenset[int]]] = {}


def hittable_lines(code: CodeType) -> frozenset[int]:
    """Lines of a code object on which a LINE event can come: what lies behind its first RESUME."""
    cached = _hittable_cache.get(id(code))
    if cached is not None and cached[0] is code:
        return cached[1]
    start = _body_start(code)
    lines = frozenset(line for begin, end, line in code.co_lines() if line and end > start and begin < end)
    if len(_hittable_cache) > 2048:
        _hittable_cache.clear()
    _hittable_cache[id(code)] = (code, lines)
    return lines


_source_ids: dict[str, int] = {}


def source_id(filename: str) -> int:
    """The id under which the ``source`` command gives the text of code that has no file."""
    return _source_ids.setdefault(filename, len(_source_ids) + 1)


def filename_of_source(identity: int) -> str | None:
    return next((name for name, known in _source_ids.items() if known == identity), None)


def location(code: CodeType, position: Position) -> LocationDict:
    """The wire's form of a place: 1-based columns in UTF-16 code units, where the source can be read."""
    return file_location(code.co_filename, position)


def file_location(filename: str, position: Position) -> LocationDict:
    path = display_path(filename)
    result: LocationDict = {"name": os.path.basename(path) if path else filename, "line": max(1, position.line)}
    if path:
        result["path"] = path
    else:
        result["sourceId"] = source_id(filename)
    if position.column is not None:
        lines = source_text.lines(path or filename)
        result["column"] = _column(lines, position.line, position.column)
        if position.end_column is not None:
            result["endLine"] = position.end_line
            result["endColumn"] = _column(lines, position.end_line, position.end_column)
    return result


def _column(lines: list[str] | None, line: int, byte_offset: int) -> int:
    if lines is None or not 0 < line <= len(lines):
        return byte_offset + 1
    return source_text.utf16_column(lines[line - 1], byte_offset)


def line_location(filename: str, line: int) -> LocationDict:
    return file_location(filename, Position(line, line, None, None))
