"""Reading and writing the local names of a frame, on each version.

From 3.13 (PEP 667) ``f_locals`` of a function is a proxy that reads and writes the variables themselves. On 3.12 it is a
snapshot that the frame keeps, and which so keeps alive what it holds; ``forget_snapshots`` empties those that looking
has made. Writing goes back through ``PyFrame_LocalsToFast``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import FrameType
from typing import Any

from .interpreter import CO_OPTIMIZED
from .protocol import CommandError

_HAS_PROXIES = sys.version_info >= (3, 13)
_snapshots: dict[int, dict[str, Any]] = {}
_left: set[int] = set()
"""The ``id()`` of frames that run, for as long as they are looked at."""


def names_of(frame: FrameType) -> dict[str, Any]:
    """The bound local names of a frame and their values (cells and closure included)."""
    names = frame.f_locals
    if not _HAS_PROXIES and frame.f_code.co_flags & CO_OPTIMIZED and id(frame) not in _left:
        _snapshots[id(names)] = names
    return names


def forget_snapshots() -> None:
    """Empties the snapshots that frames of 3.12 hold because somebody looked."""
    while _snapshots:
        _snapshots.popitem()[1].clear()


def leave_snapshots_of(frames: Iterable[FrameType]) -> None:
    """From now on the snapshots of these frames, and of no others, are not emptied: another debugger needs them."""
    _left.clear()
    _left.update(id(frame) for frame in frames)


def is_function(frame: FrameType) -> bool:
    return bool(frame.f_code.co_flags & CO_OPTIMIZED)


def write_back(frame: FrameType) -> None:
    """On 3.12: takes over what was written to ``names_of(frame)``."""
    if _HAS_PROXIES or not is_function(frame):
        return
    try:
        import ctypes
    except ImportError:
        raise CommandError(
            "unsupported",
            "This Python has no ctypes, so local variables cannot be changed.",
            "Choose Python 3.13 or newer, which needs none for it.",
        ) from None
    ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))


def assign(frame: FrameType, name: str, value: object) -> None:
    """Sets a local (or closure) name. Raises CommandError where the interpreter does not allow it."""
    names = names_of(frame)
    code = frame.f_code
    known = name in code.co_varnames or name in code.co_cellvars or name in code.co_freevars
    if is_function(frame) and not known:
        raise CommandError(
            "unsupported",
            f"'{code.co_qualname}' has no variable '{name}', and a function cannot get a new one while it runs.",
            "Assign to one that it has, or to a global with 'global' in the debug console.",
        )
    try:
        names[name] = value
    except (ValueError, TypeError) as error:
        raise CommandError("unsupported", f"'{name}' cannot be assigned here: {error}.") from None
    write_back(frame)
