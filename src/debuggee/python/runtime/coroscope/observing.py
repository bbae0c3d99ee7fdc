"""The callbacks that see each exchange, made for speed: one call of the interpreter is most of what they may cost.

Everything they use is bound when they are made; no setting is looked at while the program runs. An event goes to the
coroutine's own last events (``record: auto``; ``marks`` are what ``all`` leaves). Only coroutines' code has these events,
so there always is a coroutine.

There is one of each for every interpreter, which calls others for what it does, and from 3.14 on, where a frame tells its
coroutine, one for each of the events that a hot program has, with all of it written out: a call costs as much as the rest.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections import deque
from collections.abc import Callable
from time import perf_counter_ns
from types import CodeType, FrameType
from typing import Any, cast

from . import evaluation_stack, faults, interpreter
from .coroutines import Known, Registry
from .exchanges import NOTHING, SHORT, Raw, kept
from .monitoring import events
from .positions import delegates_at
from .task_creations import TaskCreations

type Table = dict[int, Callable[..., Any]]

LISTED = 4
"""Exchanges until a coroutine gets a ring of its own: most of a great number of coroutines never have more, and a list
of a few events is a tenth of a ring's size."""


class Numbers:
    """Counts the events of a session. To add one takes less than to call anything, and where one thread runs at a time
    nothing comes between: the interpreter changes threads at calls and at jumps back only."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last = 0


def bound(known: Known, length: int) -> None:
    """Bounds what is kept of a coroutine: its list of events becomes a ring."""
    if type(known.events) is not deque:
        known.events = deque(known.events, maxlen=max(2 * LISTED, length))


def callbacks(
    registry: Registry,
    creations: TaskCreations,
    numbers: Numbers,
    length: int,
    depth: int = 1,
) -> tuple[Table, Callable[[FrameType], None]]:
    """The callbacks by event, and a function that takes the start of a frame whose own event came too early.

    ``creations``: is told of the functions that are no coroutine's. ``numbers``: counts events. ``length``: events kept of
    a coroutine. ``depth``: calls between the program and a callback, that one included. Two of the events come from all
    code: those are to be called for code only that is recorded.
    """
    by_address = registry.by_address
    know = registry.know
    departed = registry.departed
    coroutine_of: Callable[[Any], Any] = interpreter.coroutine_of
    handle_of = interpreter.handle_of
    address = interpreter.address_of_handle
    sent_value = evaluation_stack.sent_value
    frame_at = sys._getframe
    clock = perf_counter_ns
    ident = get_ident

    def resumed(code: CodeType, offset: int) -> None:
        try:
            frame = frame_at(depth)
            coroutine: Any = coroutine_of(frame)
            entering(know(coroutine), frame, "send", kept(sent_value(coroutine, code, offset)), offset)
        except Exception as error:
            faults.report(error)

    def yielded(code: CodeType, offset: int, value: Any) -> None:
        try:
            leaving("yield", frame_at(depth), offset, value)
        except Exception as error:
            faults.report(error)

    def started(code: CodeType, offset: int) -> None:
        try:
            frame = frame_at(depth)
            coroutine = coroutine_of(frame)
            if coroutine is None:
                creations.started(frame)
                return
            entering(know(coroutine), frame, "send", None, offset)
        except Exception as error:
            faults.report(error)

    def thrown_into(code: CodeType, offset: int, exception: BaseException) -> None:
        try:
            frame = frame_at(depth)
            coroutine = coroutine_of(frame)
            known = by_address.get(id(coroutine)) or departed(coroutine)
            kind = type(exception)
            # What throw() threw went straight to a delegate, whose return value arrives in this shape (``_gen_throw``).
            if known is None or (kind is StopIteration and delegates_at(code, offset)):
                return
            if kind is GeneratorExit:
                known.thrown = entering(known, frame, "close", NOTHING, offset)
            else:
                known.thrown = entering(known, frame, "throw", kept(exception), offset)
        except Exception as error:
            faults.report(error)

    def returned(code: CodeType, offset: int, value: Any) -> None:
        try:
            frame = frame_at(depth)
            if not handle_of(frame):
                creations.returned(frame, value)
                return
            leaving("return", frame, offset, value)
        except Exception as error:
            faults.report(error)

    def raised(code: CodeType, offset: int, exception: BaseException) -> None:
        try:
            leaving("raise", frame_at(depth), offset, exception)
        except Exception as error:
            faults.report(error)

    def entering(known: Known, frame: FrameType, what: str, value: object, offset: int) -> Raw:
        known.exchanges = exchanges = known.exchanges + 1
        known.thread = thread = ident()
        outer = frame.f_back
        driver = () if outer is None else (outer.f_code, outer.f_lasti)
        numbers.last = number = numbers.last + 1
        event = (number, clock(), known, thread, what, value, offset, *driver)
        if exchanges == LISTED:
            bound(known, length)
        known.events.append(event)
        return event

    def leaving(what: str, frame: FrameType, offset: int, value: object) -> None:
        known = by_address.get(address(handle_of(frame))) or departed(coroutine_of(frame))
        if known is None:
            return  # first seen when it leaves: its beginning was not recorded
        numbers.last = number = numbers.last + 1
        known.events.append((number, clock(), known, ident(), what, kept(value), offset))

    def take_start(frame: FrameType) -> None:
        entering(know(coroutine_of(frame)), frame, "send", None, frame.f_lasti)

    table: Table = {
        events.PY_START: started,
        events.PY_RESUME: resumed,
        events.PY_YIELD: yielded,
        events.PY_RETURN: returned,
        events.PY_UNWIND: raised,
        events.PY_THROW: thrown_into,
    }
    if interpreter.HANDLES_ARE_OBJECTS:
        table |= _quick(registry, creations, leaving, numbers, length, depth)
    return table, take_start


def _quick(
    registry: Registry,
    creations: TaskCreations,
    leaving: Callable[[str, FrameType, int, object], None],
    numbers: Numbers,
    length: int,
    depth: int,
) -> Table:
    """The hot ones, for interpreters whose frames have ``f_generator``; each does what its general form does.

    Classes are compared by identity, because their hash may be the program's own. Of whole numbers those that fit into
    one of the interpreter's digits, which it compares quickest, are kept as they are at once.
    """
    by_address = registry.by_address
    know = registry.know
    text: Callable[[object], object] = kept
    sent_value = evaluation_stack.sent_value
    referents = interpreter.get_referents
    frame_at: Any = cast(Any, sys._getframe)  # the types of frames know no ``f_generator`` yet
    clock = perf_counter_ns
    ident = get_ident
    address = id

    def started(code: CodeType, offset: int) -> None:
        try:
            frame = frame_at(depth)
            coroutine = frame.f_generator
            if coroutine is None:
                creations.started(frame)
                return
            known = know(coroutine)
            known.exchanges += 1
            known.thread = thread = ident()
            outer = frame.f_back
            numbers.last = number = numbers.last + 1
            if outer is None:
                event: Raw = (number, clock(), known, thread, "send", None, offset)
            else:
                event = (number, clock(), known, thread, "send", None, offset, outer.f_code, outer.f_lasti)
            known.events.append(event)
        except Exception as error:
            faults.report(error)

    def resumed(code: CodeType, offset: int) -> None:
        try:
            frame = frame_at(depth)
            coroutine = frame.f_generator
            try:
                known = by_address[address(coroutine)]
            except KeyError:
                known = know(coroutine)
            value = referents(coroutine)[-1]
            if value is not None:
                kind: object = type(value)  # pyright: ignore[reportUnknownVariableType]
                if kind is int:
                    if value > 0x1FFFFFFF or value < -0x1FFFFFFF:
                        value = text(value)
                elif kind is str:
                    if len(value) > SHORT:
                        value = text(value)
                elif kind is not float and kind is not bool:
                    # What is none of these may be the exception that is being handled, with the value below it.
                    value = text(sent_value(coroutine, code, offset))
            known.exchanges = exchanges = known.exchanges + 1
            known.thread = thread = ident()
            outer = frame.f_back
            numbers.last = number = numbers.last + 1
            if outer is None:
                event: Raw = (number, clock(), known, thread, "send", value, offset)
            else:
                event = (number, clock(), known, thread, "send", value, offset, outer.f_code, outer.f_lasti)
            if exchanges == LISTED:
                bound(known, length)
            known.events.append(event)
        except Exception as error:
            faults.report(error)

    def leaver(what: str) -> Callable[[CodeType, int, Any], None]:
        def left(code: CodeType, offset: int, value: Any) -> None:
            try:
                frame = frame_at(depth)
                coroutine = frame.f_generator
                if coroutine is None:
                    creations.returned(frame, value)
                    return
                try:
                    known = by_address[address(coroutine)]
                except KeyError:
                    leaving(what, frame, offset, value)
                    return
                if value is not None:
                    kind: object = type(value)  # pyright: ignore[reportUnknownVariableType]
                    if kind is int:
                        if value > 0x1FFFFFFF or value < -0x1FFFFFFF:
                            value = text(value)
                    elif kind is str:
                        if len(value) > SHORT:
                            value = text(value)
                    elif kind is not float and kind is not bool:
                        value = text(value)
                numbers.last = number = numbers.last + 1
                known.events.append((number, clock(), known, known.thread or ident(), what, value, offset))
            except Exception as error:
                faults.report(error)

        return left

    return {
        events.PY_START: started,
        events.PY_RESUME: resumed,
        events.PY_YIELD: leaver("yield"),
        events.PY_RETURN: leaver("return"),
    }
