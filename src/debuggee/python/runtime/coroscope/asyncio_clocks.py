"""The timers of asyncio's loops, moved by the time that the program stood still.

A loop compares its timers with the monotonic clock, so that time is added to each timer in the heap of every loop of
asyncio's own (``BaseEventLoop._scheduled``), which keeps their order, and to the deadline that ``asyncio.Timeout.when()``
tells. What it cannot reach: deadlines that the program computed itself and keeps as numbers, and loops with timers of
their own make, such as uvloop's.

A ``TimerHandle`` hashes by its time (``events.TimerHandle.__hash__``): one that the program keeps in a set while it is
pending is not found there after a pause.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from heapq import heapify
from time import monotonic
from types import CodeType, MethodType
from typing import Any

from . import loops, values
from .known_instances import KnownInstances
from .library_objects import family, instances
from .looking import class_of, is_a, mro


class AsyncioClocks:
    def __init__(self) -> None:
        self._loops = KnownInstances()
        self._made = self._entered = 0
        """Timeouts. One that was made and not entered has no timer yet, by which it would be found."""
        self._counters: dict[str, tuple[str, Callable[[], None]]] = {
            "BaseEventLoop.__init__": ("base_events.py", self._loops.look_again),
            "Timeout.__init__": ("timeouts.py", self._count_made),
            "Timeout.__aenter__": ("timeouts.py", self._count_entered),
        }
        self._foreign: list[weakref.ref[type]] = []
        """Classes of loops that are not derived from asyncio's own, whose instances were looked for."""

    def counter_of(self, code: CodeType) -> Callable[[], None] | None:
        """What is to be called at each start of this function; None for any other."""
        known = self._counters.get(code.co_qualname)
        return known[1] if known is not None and code.co_filename.endswith(known[0]) else None

    def _count_made(self) -> None:
        self._made += 1

    def _count_entered(self) -> None:
        self._entered += 1

    def shift(self, since: float) -> list[str]:
        """Adds the time since then to every timer. Says which loops keep theirs to themselves."""
        loop_class = loops.asyncio_part("base_events", "BaseEventLoop")
        timeout_class = loops.asyncio_part("timeouts", "Timeout")
        unreached = self._unreached(loop_class)
        if loop_class is None:
            return unreached
        known = self._loops.of(loop_class)
        some_wait = self._made != self._entered
        waiting = instances(timeout_class) if some_wait and timeout_class is not None else []
        # As late as can be, and the same for all of them.
        paused = monotonic() - since
        some = False
        for loop in known:
            if loops.has_asyncios_clock(loop):
                some = True
                _shift_timers(loop, paused, timeout_class)
        state = loops.asyncio_part("timeouts", "_State")
        created = [each for each in waiting if loops.attribute(each, "_state") is state.CREATED]
        if some:
            for each in created:
                _shift_deadline(each, paused)
        if some_wait:  # of those that were made, some may have been let go
            self._made = self._entered + len(created)
        return unreached

    def _unreached(self, own: Any) -> list[str]:
        """A sentence on each loop with timers of its own make: those there are when their class is first seen, and then
        the one that runs in this thread."""
        loop_class = loops.asyncio_part("events", "AbstractEventLoop")
        if loop_class is None:
            return []
        derived: list[type] = family(loop_class)
        new = [
            each
            for each in derived
            if each is not loop_class and not self._is_foreign(each) and not any(base is own for base in mro(each))
        ]
        self._foreign += map(weakref.ref, new)
        here = loops.running_here()
        found = [*(instances(*new) if new else ()), *([here] if self._is_foreign(class_of(here)) else ())]
        return [
            f"The event loop {name} keeps its timers to itself, so time spent paused counts for them: a timeout may fire "
            "because the program stood still. asyncio's own loop does without that.\n"
            for name in dict.fromkeys(values.type_name(each) for each in found)
        ]

    def _is_foreign(self, kind: type) -> bool:
        return any(each() is kind for each in self._foreign)


def _shift_timers(loop: object, paused: float, timeout_class: Any) -> None:
    timer_class = loops.asyncio_part("events", "TimerHandle")
    timers: Any = loops.attribute(loop, "_scheduled")
    if timer_class is None or not loops.is_list(timers):
        return
    when = timer_class._when
    callback_of = timer_class._callback
    for timer in list(timers):
        if not is_a(timer, timer_class):
            continue
        at = when.__get__(timer)
        if type(at) is not float and type(at) is not int:
            continue
        when.__set__(timer, at + paused)
        callback: object = callback_of.__get__(timer)
        if type(callback) is MethodType and type(callback.__self__) is timeout_class:
            timeout = callback.__self__
            if loops.attribute(timeout, "_timeout_handler") is timer:
                _shift_deadline(timeout, paused)
    if not _is_heap(timers, when):
        # Another thread has made a timer meanwhile, or there is one with a time that is no number.
        heapify(timers)


def _is_heap(timers: list[Any], when: Any) -> bool:
    try:
        times = [when.__get__(timer) for timer in timers]
        return all(times[(index - 1) // 2] <= times[index] for index in range(1, len(times)))
    except TypeError:
        return True


def _shift_deadline(timeout: Any, paused: float) -> None:
    at = loops.attribute(timeout, "_when")
    if type(at) is float:
        timeout._when = at + paused
