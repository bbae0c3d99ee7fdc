"""The callbacks of ``record: all``, made to leave as little behind as can be: a mark for each end of an exchange.

A mark names its coroutine by the address and holds nothing but numbers, texts and code: the garbage collector lets go of
such a tuple at once, and no coroutine costs anything by its mere life. Who was meant is worked out from the beginnings
among the marks when somebody looks (``exchange_ring``). A mark is, in this order:

0. the monotonic clock in nanoseconds
1. the address of the coroutine
2. what: ``start``, ``send`` (which covers ``next``), ``throw``, ``close``, ``yield``, ``return``, ``raise``
3. the coroutine's code
4. the offset of the instruction in it
5. the value as in ``exchanges``; of a start, the qualified name of the coroutine
6. (in only) the thread, by the system's identifier
7. (in only, and only if something drove it) the code and
8. the offset of the instruction that drove it

There is one callback of each kind for every interpreter, and one written out for those whose frames have ``f_generator``:
a call costs as much as the rest.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from time import perf_counter_ns
from types import CodeType, FrameType
from typing import Any, Final, cast

from . import evaluation_stack, faults, interpreter
from .exchanges import NOTHING, SHORT, kept
from .monitoring import events
from .positions import begun_at, delegates_at
from .task_creations import TaskCreations

__all__ = ["IN", "SEND", "START", "UNBEGUN", "Mark", "callbacks"]

type Mark = tuple[Any, ...]
type Table = dict[int, Callable[..., Any]]

SEND: Final = "send"
START: Final = "start"
UNBEGUN: Final = "throw, unbegun"
"""A throw into a coroutine that had not started: as its start, it tells that it is not the one before at its address."""

IN: Final = 6
"""A mark with more fields than this is one of an entry."""


def callbacks(
    marks: list[Mark],
    most: int,
    turn: Callable[[], object],
    watched: Callable[[CodeType], int],
    creations: TaskCreations,
) -> tuple[Table, Callable[[FrameType], None]]:
    """The callbacks by event, and a function that takes the start of a frame whose own event came too early.

    ``turn``: called when there are ``most`` marks, whenever a coroutine has been left. ``watched``: whether a
    code object is recorded (two of the events come from all code). ``creations``: is told of the functions that are no
    coroutine's.
    """
    keep = marks.append
    coroutine_of: Callable[[Any], Any] = interpreter.coroutine_of
    handle_of = interpreter.handle_of
    address = interpreter.address_of_handle
    sent_value = evaluation_stack.sent_value
    frame_at = sys._getframe
    clock = perf_counter_ns
    ident = get_ident

    def entered(frame: FrameType, what: str, value: object, offset: int) -> None:
        outer = frame.f_back
        driver = () if outer is None else (outer.f_code, outer.f_lasti)
        keep((clock(), address(handle_of(frame)), what, frame.f_code, offset, value, ident(), *driver))

    def left(frame: FrameType, what: str, value: object, offset: int) -> None:
        keep((clock(), address(handle_of(frame)), what, frame.f_code, offset, kept(value)))
        if len(marks) >= most:
            turn()

    def started(code: CodeType, offset: int) -> None:
        try:
            frame = frame_at(1)
            if not handle_of(frame):
                creations.started(frame)
                return
            entered(frame, START, coroutine_of(frame).__qualname__, offset)
        except Exception as error:
            faults.report(error)

    def resumed(code: CodeType, offset: int) -> None:
        try:
            frame = frame_at(1)
            entered(frame, "send", kept(sent_value(coroutine_of(frame), code, offset)), offset)
        except Exception as error:
            faults.report(error)

    def thrown_into(code: CodeType, offset: int, exception: BaseException) -> None:
        if not watched(code):
            return
        try:
            frame = frame_at(1)
            kind = type(exception)
            # What throw() threw went straight to a delegate, whose return value arrives in this shape (``_gen_throw``).
            if not handle_of(frame) or (kind is StopIteration and delegates_at(code, offset)):
                return
            if kind is GeneratorExit:
                entered(frame, "close", NOTHING, offset)
            else:
                entered(frame, "throw" if begun_at(code, offset) else UNBEGUN, kept(exception), offset)
        except Exception as error:
            faults.report(error)

    def yielded(code: CodeType, offset: int, value: Any) -> None:
        try:
            left(frame_at(1), "yield", value, offset)
        except Exception as error:
            faults.report(error)

    def returned(code: CodeType, offset: int, value: Any) -> None:
        try:
            frame = frame_at(1)
            if handle_of(frame):
                left(frame, "return", value, offset)
            else:
                creations.returned(frame, value)
        except Exception as error:
            faults.report(error)

    def raised(code: CodeType, offset: int, exception: BaseException) -> None:
        if not watched(code):
            return
        try:
            frame = frame_at(1)
            if handle_of(frame):
                left(frame, "raise", exception, offset)
        except Exception as error:
            faults.report(error)

    def take_start(frame: FrameType) -> None:
        entered(frame, START, coroutine_of(frame).__qualname__, frame.f_lasti)  # type: ignore[union-attr]

    table: Table = {
        events.PY_START: started,
        events.PY_RESUME: resumed,
        events.PY_YIELD: yielded,
        events.PY_RETURN: returned,
        events.PY_UNWIND: raised,
        events.PY_THROW: thrown_into,
    }
    if interpreter.HANDLES_ARE_OBJECTS:
        table |= _quick(marks, most, turn, creations)
    return table, take_start


def _quick(marks: list[Mark], most: int, turn: Callable[[], object], creations: TaskCreations) -> Table:
    """The hot ones, for interpreters whose frames have ``f_generator``; each does what its general form does.

    Classes are compared by identity, because their hash may be the program's own. Of whole numbers those that fit into
    one of the interpreter's digits, which it compares quickest, are kept as they are at once.
    """
    keep = marks.append
    text: Callable[[object], object] = kept
    sent_value = evaluation_stack.sent_value
    referents = interpreter.get_referents
    frame_at: Any = cast(Any, sys._getframe)  # the types of frames know no ``f_generator`` yet
    clock = perf_counter_ns
    ident = get_ident
    address = id

    def started(code: CodeType, offset: int) -> None:
        try:
            frame = frame_at(1)
            coroutine = frame.f_generator
            if coroutine is None:
                creations.started(frame)
                return
            name = coroutine.__qualname__
            outer = frame.f_back
            if outer is None:
                keep((clock(), address(coroutine), START, code, offset, name, ident()))
            else:
                keep((clock(), address(coroutine), START, code, offset, name, ident(), outer.f_code, outer.f_lasti))
        except Exception as error:
            faults.report(error)

    def resumed(code: CodeType, offset: int) -> None:
        try:
            frame = frame_at(1)
            coroutine = frame.f_generator
            value = referents(coroutine)[-1]
            if value is not None:
                kind: object = type(value)  # pyright: ignore[reportUnknownVariableType]
                if kind is int:
                    if not -0x20000000 < value < 0x20000000:
                        value = text(value)
                elif kind is str:
                    if len(value) > SHORT:
                        value = text(value)
                elif kind is not float and kind is not bool:
                    # What is none of these may be the exception that is being handled, with the value below it.
                    value = text(sent_value(coroutine, code, offset))
            outer = frame.f_back
            if outer is None:
                keep((clock(), address(coroutine), "send", code, offset, value, ident()))
            else:
                keep((clock(), address(coroutine), "send", code, offset, value, ident(), outer.f_code, outer.f_lasti))
        except Exception as error:
            faults.report(error)

    def leaver(what: str) -> Callable[[CodeType, int, Any], None]:
        def left(code: CodeType, offset: int, value: Any) -> None:
            try:
                frame = frame_at(1)
                coroutine = frame.f_generator
                if coroutine is None:
                    creations.returned(frame, value)
                    return
                if value is not None:
                    kind: object = type(value)  # pyright: ignore[reportUnknownVariableType]
                    if kind is int:
                        if not -0x20000000 < value < 0x20000000:
                            value = text(value)
                    elif kind is str:
                        if len(value) > SHORT:
                            value = text(value)
                    elif kind is not float and kind is not bool:
                        value = text(value)
                keep((clock(), address(coroutine), what, code, offset, value))
                if len(marks) >= most:
                    turn()
            except Exception as error:
                faults.report(error)

        return left

    return {
        events.PY_START: started,
        events.PY_RESUME: resumed,
        events.PY_YIELD: leaver("yield"),
        events.PY_RETURN: leaver("return"),
    }
