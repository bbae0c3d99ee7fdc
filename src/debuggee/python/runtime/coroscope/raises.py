"""Stopping at exceptions: where they are raised, with their locals, before ``finally`` and ``__exit__`` run.

What loops, ``close()`` and cancellation raise to do their work (StopIteration, StopAsyncIteration, GeneratorExit,
CancelledError, trio's Cancelled) never stops anybody, unless the program itself says ``raise``.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from collections.abc import Callable
from opcode import opmap
from types import CodeType, FrameType
from typing import Any, NamedTuple

from . import catching, expressions, faults, tasks, values
from .explanations import explain
from .interpreter import SUSPENDS
from .library_objects import is_instance
from .looking import is_a, mro
from .monitoring import Tool, events
from .pausing import Stop, World
from .positions import opcode_at
from .protocol import Args, CommandError, Json
from .threads import Threads
from .user_code import UserCode

FILTERS = ("raised", "uncaught", "userUncaught")


def _opcodes(*prefixes: str) -> frozenset[int]:
    return frozenset(number for name, number in opmap.items() if name.startswith(prefixes))


_RAISE_STATEMENT = _opcodes("RAISE_VARARGS")
_SUBSCRIPTS = _opcodes("BINARY_")
_CALLS = _opcodes("CALL")


class Filter(NamedTuple):
    name: str
    condition: CodeType | None


class Raises:
    def __init__(
        self,
        tool: Tool,
        world: World,
        threads: Threads,
        user_code: UserCode,
        send_fact: Callable[[str, Json], None],
    ) -> None:
        self._tool = tool
        self._world = world
        self._threads = threads
        self._user_code = user_code
        self._send_fact = send_fact
        self._filters: list[Filter] = []
        self.just_my_code = True
        self._said: set[str] = set()
        # Only compared with, while the exception is still on its way: the id of the one stopped at last.
        self._stopped_at = 0
        tool.on(events.RAISE, self._on_raise)

    def set_filters(self, requested: list[Args]) -> list[Json]:
        filters: list[Filter] = []
        answers: list[Json] = []
        for args in requested:
            name = args.text("filter")
            if name not in FILTERS:
                known = ", ".join(FILTERS)
                answers.append(
                    {"verified": False, "message": f"There is no exception filter '{name}'; known are {known}."}
                )
                continue
            condition = args.optional_text("condition")
            try:
                code = expressions.compile_expression(condition, "condition") if condition else None
            except CommandError as error:
                answers.append({"verified": False, "message": error.message})
                continue
            filters.append(Filter(name, code))
            answers.append({"verified": True})
        self._filters = filters
        self._tool.set_global((self._tool.global_events & ~events.RAISE) | (events.RAISE if filters else 0))
        return answers

    def _on_raise(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if get_ident() in self._threads.hidden:
            return
        try:
            stop = self._decide(sys._getframe(1), exception)
        except Exception as error:
            faults.report(error)
            return
        if stop is not None:
            self._world.halt(stop)

    def _decide(self, frame: FrameType, exception: BaseException) -> Stop | None:
        traceback = exception.__traceback__
        first = traceback is None or (traceback.tb_next is None and traceback.tb_frame is frame)
        user_frame = self._user_code.is_user(frame.f_code)
        by_statement = opcode_at(frame.f_code, frame.f_lasti) in _RAISE_STATEMENT
        if _does_its_work(exception) and not (by_statement and user_frame and first):
            return None
        if not first:
            # It passes on through an outer frame: of interest only where it enters the user's code from a library.
            if not user_frame or not self._from_library(traceback, frame):
                return None
        elif self.just_my_code and not user_frame:
            # C code between here and the user's code may swallow it (hasattr, iteration by __getitem__): wait and see.
            return None
        for each in self._filters:
            if each.name == "raised":
                mode = "always"
            elif any(is_a(exception, each) for each in (SystemExit, KeyboardInterrupt)):
                continue  # they end a program in good order
            else:
                fate = self._fate(frame, exception)
                if fate == "caught" or (each.name == "uncaught" and fate != "uncaught"):
                    continue
                if id(exception) == self._stopped_at:
                    continue  # stopped already where it was raised in the library, before clean-up
                mode = "unhandled" if fate == "uncaught" else "userUnhandled"
            if each.condition is not None and not self._holds(each.condition, frame, exception):
                continue
            return self._stop(frame, exception, mode)
        return None

    def _from_library(self, traceback: Any, frame: FrameType) -> bool:
        """Whether every frame the exception came through before ``frame`` is a library's."""
        if traceback is None or traceback.tb_frame is not frame:
            return False
        inner = traceback.tb_next
        if inner is None:
            return False
        while inner is not None:
            if self._user_code.is_user(inner.tb_frame.f_code):
                return False
            inner = inner.tb_next
        return True

    def _fate(self, frame: FrameType, exception: BaseException) -> catching.Fate:
        left_user_code = False
        inner: FrameType | None = None
        for outer in _outward(frame):
            if inner is not None and _swallowed_between(inner, outer, exception):
                return "caught"
            inner = outer
            user = self._user_code.is_user(outer.f_code)
            if _is_boundary(outer) or self._user_code.is_runtime(outer.f_code.co_filename):
                break
            if catching.catches(outer, exception):
                return "user-uncaught" if left_user_code and not user else "caught"
            if user:
                left_user_code = True
        return "uncaught"

    def _holds(self, condition: CodeType, frame: FrameType, exception: BaseException) -> bool:
        try:
            return bool(expressions.evaluate_in(condition, frame, {"exception": exception}))
        except Exception as error:
            text = values.text(error)
            if text not in self._said:
                self._said.add(text)
                self._send_fact(
                    "output",
                    {
                        "category": "important",
                        "text": f"The condition of an exception breakpoint raised {text}, so the program did not stop.\n",
                    },
                )
            return False

    def _stop(self, frame: FrameType, exception: BaseException, mode: str) -> Stop:
        self._stopped_at = id(exception)
        text = values.text(exception, 500)
        explained = explain(exception, frame)
        if explained is not None:
            text = f"{text} · {explained.what} {explained.do}"
        return Stop("exception", frame, text=text, exception=exception, break_mode=mode)


def _outward(frame: FrameType) -> list[FrameType]:
    frames: list[FrameType] = []
    current: FrameType | None = frame
    while current is not None:
        frames.append(current)
        current = current.f_back
    return frames


def _does_its_work(exception: BaseException) -> bool:
    if any(is_a(exception, each) for each in (StopIteration, StopAsyncIteration, GeneratorExit)):
        return True
    return any(base.__name__ == "CancelledError" for base in mro(type(exception))) or is_instance(
        exception, "trio._core._exceptions", "Cancelled"
    )


def _swallowed_between(inner: FrameType, outer: FrameType, exception: BaseException) -> bool:
    """Whether C code between two frames takes the exception as an answer: the end of an iteration, a missing attribute."""
    name = inner.f_code.co_name
    calling = opcode_at(outer.f_code, outer.f_lasti)
    if any(is_a(exception, each) for each in (StopIteration, StopAsyncIteration)):
        return name in ("__next__", "__anext__")
    if is_a(exception, IndexError):
        return name == "__getitem__" and calling not in _SUBSCRIPTS
    if is_a(exception, AttributeError):
        return name in ("__getattr__", "__getattribute__", "__get__") and calling in _CALLS
    return False


def _is_boundary(frame: FrameType) -> bool:
    """Where C code or a thread's bottom takes any exception: whatever reaches it was caught by nobody."""
    code = frame.f_code
    if tasks.driver(code) is not None:
        return True
    return code.co_qualname == "Thread._bootstrap_inner" and not code.co_flags & SUSPENDS


def exception_info(exception: BaseException, mode: str, explanation: Json | None = None) -> Json:
    """For ``exceptionInfo``: type, message, traceback and causes, and what it means if that is known."""
    import traceback

    return {
        **({} if explanation is None else {"explanation": explanation}),
        "typeName": type(exception).__qualname__,
        "fullTypeName": values.type_name(exception),
        "message": _message(exception),
        "breakMode": mode,
        "stackTrace": "".join(traceback.format_tb(exception.__traceback__)),
        "causes": [{"typeName": values.type_name(cause), "message": _message(cause)} for cause in _causes(exception)],
    }


def _message(exception: BaseException) -> str:
    arguments: tuple[Any, ...] = BaseException.__dict__["args"].__get__(exception)
    if len(arguments) == 1 and type(arguments[0]) is str:
        return arguments[0]
    return ", ".join(values.text(each) for each in arguments)


def _causes(exception: BaseException) -> list[BaseException]:
    causes: list[BaseException] = []
    current: BaseException | None = exception
    while current is not None and len(causes) < 100:
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if current is not None and current not in causes:
            causes.append(current)
    return causes
