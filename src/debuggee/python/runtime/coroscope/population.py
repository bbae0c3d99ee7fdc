"""Every coroutine and every task of the program, found among the objects that the garbage collector knows.

A program may have millions of objects, of which a few are wanted, and a client asks at every stop. An object that is made
is put last into the collector's youngest generation, and leaves it with the first collection. So while an object of ours
is still in there, what came after it is all that is new, and of the others it is enough to know who is still alive. How
many collections there were is no such sign: the program may have moved objects itself (``gc.freeze``).
"""

from __future__ import annotations

import gc
import sys
import weakref
from types import FrameType, FunctionType
from typing import Any

from . import interpreter, tasks
from .coroutines import Registry
from .library_objects import family
from .pausing import World
from .snapshots import Sifted, sifted

_MOST = 10_000
"""Of more, each is looked for anew: there is little gained, and a million weak references take longer to make."""

_HAS_GENERATIONS = "free-threading" not in sys.version
"""Without the GIL the collector has no generations and keeps no order."""


class Population:
    def __init__(self, registry: Registry, world: World) -> None:
        self._registry = registry
        self._world = world
        self._known: dict[int, weakref.ref[Any]] = {}
        self._classes: list[weakref.ref[type]] = []
        self._mark: list[object] | None = None
        """Made before the last look, so that all which that one missed came later; None when it could not keep everything."""

    def take(self) -> Sifted:
        """All of them. While the program runs, what is found may be out of date at once."""
        classes = family(*tasks.task_types())
        if self._world.stop is None:
            return sifted(gc.get_objects(), classes)
        mark: list[object] = []
        new = self._made_since(classes)
        if new is None:
            found = sifted(gc.get_objects(), classes)
        else:
            kept = [each for known in self._known.values() if (each := known()) is not None]
            seen = set(map(id, kept))
            found = sifted(
                [*kept, *(each for each in sifted(new, classes).everything if id(each) not in seen)], classes
            )
        self._mark = mark if self._remember(found) else None
        self._classes = list(map(weakref.ref, classes))
        return found

    def _made_since(self, classes: list[type]) -> list[Any] | None:
        """The objects that were made since the last look; None where that cannot be told, or is not enough."""
        mark = self._mark
        if mark is None or len(classes) != len(self._classes):
            return None
        if not all(one is other() for one, other in zip(classes, self._classes, strict=True)):
            return None
        young = gc.get_objects(generation=0)
        for index in range(len(young) - 1, -1, -1):
            if young[index] is mark:
                return young[index + 1 :]
        return None

    def _remember(self, found: Sifted) -> bool:
        """Whether all of them could be kept in mind."""
        before, self._known = self._known, {}
        if sum(map(len, found)) > _MOST or not _HAS_GENERATIONS or _in_a_finalizer():
            return False
        recorded = self._registry.by_address
        for each in found.everything:
            key = id(each)
            reference = recorded.get(key) or before.get(key)
            if reference is None or reference() is not each:
                # One that runs may be on its way out (``Registry``): a new reference to it would be left dangling.
                if (
                    interpreter.is_coroutine(each)
                    and interpreter.is_running(each)
                    and not self._registry.is_certainly_alive(each)
                ):
                    return False
                reference = weakref.ref(each)
            self._known[key] = reference
        return True


def _in_a_finalizer() -> bool:
    """Whether some thread is in code that a coroutine's deallocation calls, with the coroutine at rest. (One that runs is
    seen to run.) A weak reference to it that is made now would be left dangling (``gen_dealloc``)."""
    called = [sys.unraisablehook, sys.get_asyncgen_hooks().finalizer]
    codes = [each.__code__ for each in called if type(each) is FunctionType]
    frame: FrameType | None = None
    pending = list(sys._current_frames().values())
    try:
        while pending:
            frame = pending.pop()
            code = frame.f_code
            if code.co_name == "_warn_unawaited_coroutine" or any(code is each for each in codes):
                return True
            if frame.f_back is not None:
                pending.append(frame.f_back)
        return False
    finally:
        # One of them is this very frame, and a frame that has itself keeps all that its callers had.
        frame = None
        pending.clear()
