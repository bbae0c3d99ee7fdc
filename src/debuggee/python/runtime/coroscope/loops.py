"""The event loops of this program, found in whatever thread they are and whether they run or not.

Nothing of the program is run or patched, and asyncio is not imported if the program has not done so.
"""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
from typing import Any, TypeGuard

from .library_objects import instances
from .looking import MISSING, class_attribute, find, instance_dict, is_a, namespace


def asyncio_part(module: str, name: str) -> Any:
    """``asyncio.<module>.<name>``; None while the program has not imported it."""
    loaded = sys.modules.get("asyncio." + module)
    found = find(loaded.__dict__, name) if type(loaded) is ModuleType else MISSING
    return None if found is MISSING else found


def is_asyncios_own(loop: object) -> bool:
    """Whether a loop has asyncio's own base, and so its timers and its queue. (uvloop's has not.)"""
    base = asyncio_part("base_events", "BaseEventLoop")
    return base is not None and is_a(loop, base)


def attribute(loop: object, name: str) -> Any:
    """An attribute of the loop itself; None if there is none."""
    names = instance_dict(loop)
    found = MISSING if names is None else find(names, name)
    return None if found is MISSING else found


def method(loop: object, name: str) -> FunctionType | None:
    """A method of a loop's class, unbound; None if it is no plain function, or the loop has one of its own in its place."""
    found = class_attribute(type(loop), name)
    names = instance_dict(loop)
    if found is None or type(found[0]) is not FunctionType or names is None or find(names, name) is not MISSING:
        return None
    return found[0]


def is_list(value: object) -> TypeGuard[list[Any]]:
    return type(value) is list


def thread_of(loop: object) -> int | None:
    """The thread that runs a loop of asyncio's own; None if it does not run."""
    ident = attribute(loop, "_thread_id")
    return ident if type(ident) is int else None


def running_here() -> Any:
    """The loop that runs in this thread, of whatever make; None if there is none."""
    get = asyncio_part("events", "_get_running_loop")
    return None if get is None else get()


def running_elsewhere() -> list[int]:
    """The threads, other than a loop's in this one, that run a loop of asyncio's own."""
    base = asyncio_part("base_events", "BaseEventLoop")
    if base is None:
        return []
    here = running_here()
    return [ident for loop in instances(base) if loop is not here and (ident := thread_of(loop)) is not None]


def has_asyncios_clock(loop: object) -> bool:
    """Whether a loop goes by the machine's monotonic clock; one with virtual time (for tests) does not."""
    base = asyncio_part("base_events", "BaseEventLoop")
    clock = asyncio_part("base_events", "time")
    if base is None or type(clock) is not ModuleType or find(clock.__dict__, "monotonic") is not _MONOTONIC:
        return False
    own = method(loop, "time")
    return own is not None and own is find(namespace(base), "time") and own.__code__.co_filename == _file_of(base)


def _file_of(base: Any) -> str:
    some_method = find(namespace(base), "call_at")
    return some_method.__code__.co_filename if type(some_method) is FunctionType else ""


_MONOTONIC = sys.modules["time"].monotonic
"""As it was before the program began; a program that tests with a false clock replaces it."""
