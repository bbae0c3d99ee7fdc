"""The timers of asyncio's loops, moved by the time that the program stood still.

A loop compares its timers with the monotonic clock, so that time is added to each timer in the heap of every loop of
asyncio's own (``BaseEventLoop._scheduled``), which keeps their order, and to the deadline that ``asyncio.Timeout.when()``
tells. What it cannot reach: deadlines that the program computed itself and keeps as numbers, and loops with timers of
their own make, such as uvloop's.

A ``TimerHandle`` hashes by its time (``events.TimerHandle.__hash__``): one that the program keeps in a set while it is
pending is not found there after a pause.
"""

from __future__ import annotations

from heapq import heapify
from time import monotonic
from typing import Any

from . import loops, values
from .library_objects import instances
from .looking import is_a


def shift(since: float) -> list[str]:
    """Adds the time since then to every timer. Says which loops keep theirs to themselves."""
    loop_class = loops.asyncio_part("events", "AbstractEventLoop")
    timeout_class = loops.asyncio_part("timeouts", "Timeout")
    if loop_class is None:
        return []
    found = instances(loop_class, *([] if timeout_class is None else [timeout_class]))
    # As late as can be, and the same for all of them.
    paused = monotonic() - since
    shifted: set[int] = set()
    unreached: list[str] = []
    some = False
    for each in found:
        if not is_a(each, loop_class):
            continue
        if not loops.is_asyncios_own(each):
            unreached.append(
                f"The event loop {values.type_name(each)} keeps its timers to itself, so time spent paused counts for "
                "them: a timeout may fire because the program stood still. asyncio's own loop does without that.\n"
            )
        elif loops.has_asyncios_clock(each):
            some = True
            _shift_timers(each, paused, shifted)
    for each in found:
        if some and type(each) is timeout_class:
            _shift_deadline(each, paused, shifted)
    return unreached


def _shift_timers(loop: object, paused: float, shifted: set[int]) -> None:
    timer_class = loops.asyncio_part("events", "TimerHandle")
    timers: Any = loops.attribute(loop, "_scheduled")
    if timer_class is None or not loops.is_list(timers):
        return
    when = timer_class._when
    for timer in list(timers):
        if not is_a(timer, timer_class):
            continue
        at = when.__get__(timer)
        if type(at) is float or type(at) is int:
            when.__set__(timer, at + paused)
            shifted.add(id(timer))
    if not _is_heap(timers, when):
        # Another thread has made a timer meanwhile, or there is one with a time that is no number.
        heapify(timers)


def _is_heap(timers: list[Any], when: Any) -> bool:
    try:
        times = [when.__get__(timer) for timer in timers]
        return all(times[(index - 1) // 2] <= times[index] for index in range(1, len(times)))
    except TypeError:
        return True


def _shift_deadline(timeout: Any, paused: float, shifted: set[int]) -> None:
    """A timeout that is counting has a timer; one that was made and not entered yet goes by its deadline alone."""
    state = loops.asyncio_part("timeouts", "_State")
    at = loops.attribute(timeout, "_when")
    timer = loops.attribute(timeout, "_timeout_handler")
    is_new = loops.attribute(timeout, "_state") is state.CREATED
    if type(at) is float and (is_new or id(timer) in shifted):
        timeout._when = at + paused
