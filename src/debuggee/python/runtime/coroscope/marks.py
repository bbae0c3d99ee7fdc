"""The callbacks of ``record: all``, made to leave as little behind as can be: a mark for each end of an exchange.

A mark names its coroutine by the address and holds nothing but numbers, texts and code: the garbage collector lets go of
such a tuple at once, and no coroutine costs anything by its mere life. Who was meant is worked out from the beginnings
among the marks when somebody looks (``exchange_ring``). Its fields:

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
from .mark_ring import Mark
from .monitoring import events
from .positions import begun_at, delegates_at
from .task_creations import TaskCreations

__all__ = ["SEND", "START", "UNBEGUN", "callbacks"]

type Table = dict[int, Callable[..., Any]]

OUT: Final = frozenset(("yield", "return", "raise"))
SEND: Final = "send"
START: Final = "start"
UNBEGUN: Final = "throw, unbegun"
"""A throw into a coroutine that had not started: as its start, it tells that it is not the one before at its address."""

_FEW = 10_000


class LastMarks:
    """Of each address the start, and the last way in and out, as the ring may have dropped them.

    Those of a coroutine that has gone stay until there is another one at its address, or somebody tidies up.
    """

    __slots__ = ("_many", "begun", "came", "went")

    def __init__(self) -> None:
        self.begun: dict[int, Mark] = {}
        self.came: dict[int, Mark] = {}
        self.went: dict[int, Mark] = {}
        self._many = _FEW

    def tidy(self) -> bool:
        """Lets go of those that have ended, once there are many; whether it did."""
        if len(self.went) <= self._many:
            return False
        for address, mark in list(self.went.items()):
            came = self.came.get(address)
            if mark[2] != "yield" and came is not None and came[0] < mark[0]:
                # Whatever has begun there since has come later than that.
                for each in (self.begun, self.came, self.went):
                    found = each.get(address)
                    if found is not None and found[0] <= mark[0]:
                        del each[address]
        self._many = max(_FEW, 2 * len(self.went))
        return True


def callbacks(
    keep: Callable[[Mark], object],
    last: LastMarks,
    watched: Callable[[CodeType], int],
    creations: TaskCreations,
) -> tuple[Table, Callable[[FrameType], None]]:
    """The callbacks by event, and a function that takes the start of a frame whose own event came too early.

    ``keep``: takes a mark, ``last`` keeps the last ones of each address. ``watched``: whether a
    code object is recorded (two of the events come from all code). ``creations``: is told of the functions that are no
    coroutine's.
    """
    begun, came, went = last.begun, last.came, last.went
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
        key = address(handle_of(frame))
        mark = (clock(), key, what, frame.f_code, offset, value, ident(), *driver)
        keep(mark)
        came[key] = mark
        if what is START or what is UNBEGUN:
            begun[key] = mark

    def left(frame: FrameType, what: str, value: object, offset: int) -> None:
        key = address(handle_of(frame))
        mark = (clock(), key, what, frame.f_code, offset, kept(value))
        keep(mark)
        went[key] = mark

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
        table |= _quick(keep, last, creations)
    return table, take_start


def _quick(keep: Callable[[Mark], object], last: LastMarks, creations: TaskCreations) -> Table:
    """The hot ones, for interpreters whose frames have ``f_generator``; each does what its general form does.

    What they use are defaults of theirs, since a local is read quicker than the cell of a closure, and it all adds up.
    Classes are compared by identity, because their hash may be the program's own. Of whole numbers those that fit into
    one of the interpreter's digits, which it compares quickest, are kept as they are at once.
    """
    begun, came, went = last.begun, last.came, last.went
    text: Callable[[object], object] = kept
    sent_value = evaluation_stack.sent_value
    referents = interpreter.get_referents
    frame_at: Any = cast(Any, sys._getframe)  # the types of frames know no ``f_generator`` yet
    clock = perf_counter_ns
    ident = get_ident
    address = id

    def started(
        code: CodeType,
        offset: int,
        frame_at: Any = frame_at,
        clock: Callable[[], int] = clock,
        keep: Callable[[Mark], object] = keep,
    ) -> None:
        try:
            frame = frame_at(1)
            coroutine = frame.f_generator
            if coroutine is None:
                creations.started(frame)
                return
            key = address(coroutine)
            name = coroutine.__qualname__
            outer = frame.f_back
            if outer is None:
                mark: Mark = (clock(), key, START, code, offset, name, ident())
            else:
                mark = (clock(), key, START, code, offset, name, ident(), outer.f_code, outer.f_lasti)
            keep(mark)
            came[key] = begun[key] = mark
        except Exception as error:
            faults.report(error)

    def resumed(
        code: CodeType,
        offset: int,
        frame_at: Any = frame_at,
        clock: Callable[[], int] = clock,
        keep: Callable[[Mark], object] = keep,
        address: Callable[[object], int] = address,
        referents: Callable[[object], list[Any]] = referents,
        ident: Callable[[], int] = ident,
        came: dict[int, Mark] = came,
    ) -> None:
        try:
            frame = frame_at(1)
            coroutine = frame.f_generator
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
            key = address(coroutine)
            outer = frame.f_back
            if outer is None:
                mark: Mark = (clock(), key, "send", code, offset, value, ident())
            else:
                mark = (clock(), key, "send", code, offset, value, ident(), outer.f_code, outer.f_lasti)
            keep(mark)
            came[key] = mark
        except Exception as error:
            faults.report(error)

    def leaver(what: str) -> Callable[[CodeType, int, Any], None]:
        def left(
            code: CodeType,
            offset: int,
            value: Any,
            what: str = what,
            frame_at: Any = frame_at,
            clock: Callable[[], int] = clock,
            keep: Callable[[Mark], object] = keep,
            address: Callable[[object], int] = address,
            went: dict[int, Mark] = went,
        ) -> None:
            try:
                coroutine = frame_at(1).f_generator
                if coroutine is None:
                    creations.returned(frame_at(1), value)
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
                key = address(coroutine)
                mark = (clock(), key, what, code, offset, value)
                keep(mark)
                went[key] = mark
            except Exception as error:
                faults.report(error)

        return left

    return {
        events.PY_START: started,
        events.PY_RESUME: resumed,
        events.PY_YIELD: leaver("yield"),
        events.PY_RETURN: leaver("return"),
    }
