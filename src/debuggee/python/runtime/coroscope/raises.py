"""Stopping at exceptions: where they are raised, with their locals, before ``finally`` and ``__exit__`` run.

What loops, ``close()`` and cancellation raise to do their work (StopIteration, StopAsyncIteration, GeneratorExit,
CancelledError, trio's Cancelled) never stops anybody, unless the program itself says ``raise``, a filter asks for
just that, or it ends the program.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import Any, Final, NamedTuple

from . import fates, faults, task_fates, values
from .exception_conditions import Condition
from .exception_groups import cause_of, is_group, traceback_of, with_members
from .explanations import explain
from .fates import Fate
from .known_catches import KnownCatches
from .library_objects import is_instance
from .looking import is_a
from .monitoring import Tool, events
from .pausing import Stop, World
from .protocol import Args, CommandError, Json
from .threads import Threads
from .user_code import UserCode

_UNCAUGHT: Final = ("uncaught", "userUncaught", "unawaitedTask", "stopIterationLeaks")
_AT_WORK: Final = ("generatorExit", "cancelled")

FILTERS: Final = (
    "raised", "uncaught", "userUncaught", "unawaitedTask", "stopIterationLeaks", "generatorExit", "cancelled",
)  # fmt: skip

_IN_GOOD_ORDER: Final = (
    ("builtins", "SystemExit"),
    ("builtins", "KeyboardInterrupt"),
    ("unittest.case", "SkipTest"),
    ("_pytest.outcomes", "Skipped"),
    ("_pytest.outcomes", "XFailed"),
    ("_pytest.outcomes", "Exit"),
)
"""Where they are defined: they end a program or a test in good order, and nobody has to catch them."""

_MOST_REMEMBERED: Final = 256

_get_global: Final = dict[str, object].get
"""Of the globals of a frame, which may be of a subclass whose own `get` is the program's."""


class Filter(NamedTuple):
    name: str
    condition: Condition | None


class Sighting(NamedTuple):
    """An exception at one of the frames it passes."""

    frame: FrameType
    exception: BaseException
    first: bool
    """It was raised in this very frame."""
    in_user_code: bool
    by_statement: bool
    """The user's code says ``raise``, of a new exception or of one that was caught before."""
    visible: bool
    """Raised in the user's code (or anywhere, without ``justMyCode``), or just coming into it from a library."""
    from_library: bool
    """The frame it comes from is a library's, wherever it came from before."""
    work: str | None
    """``iteration``, ``close`` or ``cancel``: what exceptions of this class usually do the work of."""

    @property
    def does_its_work(self) -> bool:
        return self.work is not None and not (self.by_statement and self.first)


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
        self._decided = user_code.decided
        self._known = KnownCatches(user_code)
        self._only_uncaught = False
        """Whether no filter asks for an exception that the user's code catches, but for those that do their work."""
        self._asks_for_work = False
        self._just_my_code = True
        self._said: set[str] = set()
        # Ids of those stopped at, only compared with while an exception is on its way: a new one that has got the id
        # of an old one is seen first where it is raised, and forgets it.
        self._stopped_at: dict[int, None] = {}
        self._passes_libraries = False
        self._hot: _FourCodes = (None, None, None, None)
        self._passed = 0
        self._choose()

    @property
    def just_my_code(self) -> bool:
        return self._just_my_code

    @just_my_code.setter
    def just_my_code(self, asked: bool) -> None:
        self._just_my_code = asked
        self._choose()

    def _choose(self) -> None:
        """Takes the quickest callback that tells what is to be told: this one event comes from all code, however hot.

        An `await` of a future ends with an exception in a library, so a busy loop has half a million a second.
        """
        self._passes_libraries = self._only_uncaught and self._just_my_code and not self._stopped_at
        self._hot = (None, None, None, None)
        self._tool.on(events.RAISE, _passing(*self._hot, self._on_raise) if self._passes_libraries else self._on_raise)

    def _pass_from_now_on(self, code: CodeType) -> None:
        """An exception of a library's code was passed by; one in so many is that of the code that raises most."""
        self._passed += 1
        if self._passed % _PASSED_UNTIL_HOT == 0:
            self._hot = (code, *self._hot[:3])
            self._tool.on(events.RAISE, _passing(*self._hot, self._on_raise))
            if not self._passes_libraries:
                self._choose()  # another thread has stopped meanwhile

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
                filters.append(Filter(name, Condition(condition) if condition else None))
            except CommandError as error:
                answers.append({"verified": False, "message": error.message})
                continue
            answers.append({"verified": True})
        self._filters = filters
        self._only_uncaught = all(each.name in _UNCAUGHT or each.name in _AT_WORK for each in filters)
        self._asks_for_work = any(each.name in _AT_WORK for each in filters)
        self._choose()
        self._tool.set_global((self._tool.global_events & ~events.RAISE) | (events.RAISE if filters else 0))
        return answers

    def _on_raise(self, code: CodeType, offset: int, exception: BaseException, depth: int = 1) -> Any:
        """``depth``: how many calls up the program's frame is."""
        if (
            self._only_uncaught
            and self._just_my_code
            and self._decided.get(code.co_filename) is False
            and id(exception) not in self._stopped_at
        ):
            if self._passes_libraries:
                self._pass_from_now_on(code)
            return
        if self._threads.is_at_work():
            return
        try:
            frame = sys._getframe(depth)
            if self._only_uncaught and self._passes_by(frame, exception):
                return
            stop = self._decide(self._sight(frame, exception))
        except Exception as error:
            faults.report(error)
            return
        if stop is not None:
            self._world.halt(stop)

    def _passes_by(self, frame: FrameType, exception: BaseException) -> bool:
        """A quick look at what is the most frequent, in programs that raise and catch all the time.

        Whether ``_decide`` would say None, as the filters are: True is certain.
        """
        if id(exception) in self._stopped_at:
            return False
        is_user = self._user_code.is_user
        if not is_user(frame.f_code):
            return self._just_my_code
        if self._asks_for_work and self._known.is_work(frame, exception):
            return False
        traceback = traceback_of(exception)
        inner = traceback.tb_next if traceback is not None and traceback.tb_frame is frame else None
        # On its way through the user's code it was looked at already.
        if inner is not None and is_user(inner.tb_frame.f_code) and self._known.only_passes(frame, exception):
            return True
        return self._known.does_its_work(frame, exception) or self._known.caught(frame, exception)

    def _sight(self, frame: FrameType, exception: BaseException) -> Sighting:
        traceback = traceback_of(exception)
        inner = traceback.tb_next if traceback is not None and traceback.tb_frame is frame else None
        first = traceback is None or (inner is None and traceback.tb_frame is frame)
        if first:
            self._forget(exception)
        user = self._user_code.is_user(frame.f_code)
        by_statement = user and fates.is_raise_statement(frame)
        # C code between a library and the user's code may swallow it (hasattr, iteration by __getitem__): wait and see.
        shown = user or not (self._just_my_code or self._is_runtimes(frame))
        visible = shown if first else (user and self._is_from_libraries(inner))
        from_library = user and inner is not None and not self._user_code.is_user(inner.tb_frame.f_code)
        return Sighting(
            frame, exception, first, user, by_statement, visible, from_library, task_fates.work_of(exception)
        )

    def _forget(self, exception: BaseException) -> None:
        """It is a new one, whatever had its id before."""
        if self._stopped_at:
            self._stopped_at.pop(id(exception), None)
            if not self._stopped_at:
                self._choose()

    def _is_runtimes(self, frame: FrameType | None) -> bool:
        """Whether the runtime is at work there, or the library on its behalf or at its own start, and not the program."""
        while frame is not None:
            code, named = frame.f_code, _get_global(frame.f_globals, "__name__")
            name = named if type(named) is str else ""
            if self._user_code.is_user(code) or name == "__main__":
                return False
            if name == "site" or self._user_code.is_runtime(code.co_filename):
                return True
            frame = frame.f_back
        return False

    def _is_from_libraries(self, inner: TracebackType | None) -> bool:
        """Whether every frame that the exception came through before this one is a library's."""
        if inner is None:
            return False
        while inner is not None:
            if self._user_code.is_user(inner.tb_frame.f_code):
                return False
            inner = inner.tb_next
        return True

    def _decide(self, seen: Sighting) -> Stop | None:
        fate: Fate | None = None
        leaks: bool | None = None
        for each in self._filters:
            mode = "always"
            if each.name == "raised":
                if seen.does_its_work or not self._is_a_raise(seen):
                    continue
            elif each.name == "generatorExit":
                if seen.work != "close" or not seen.in_user_code or not seen.visible:
                    continue
            elif each.name == "cancelled":
                if seen.work != "cancel" or not seen.in_user_code or not seen.visible:
                    continue
            else:
                if leaks is None:
                    leaks = seen.in_user_code and seen.work == "iteration" and fates.leaks(seen.frame, seen.exception)
                if each.name == "stopIterationLeaks":
                    if not leaks:
                        continue
                else:
                    at_work = not leaks and seen.does_its_work
                    if not (leaks or (self._may_end_it(seen) if at_work else self._concerns_nobody_yet(seen))):
                        continue
                    fate = fate or fates.fate_of(seen.frame, seen.exception, self._user_code)
                    if fate.ending == "caught" or not _asked_for(each.name, fate):
                        continue
                    if at_work and not fate.ends_thread:
                        continue
                    if at_work and not fates.is_certain(seen.frame, seen.exception, self._user_code):
                        continue
                    mode = "unhandled" if fate.ending == "uncaught" else "userUnhandled"
            if each.condition is None or self._holds(each.condition, seen):
                return self._stop(seen, mode)
        return None

    def _is_a_raise(self, seen: Sighting) -> bool:
        """Whether it is raised here, as far as the user sees; an exception that was stopped at is not raised anew."""
        return seen.visible or (seen.by_statement and id(seen.exception) not in self._stopped_at)

    def _concerns_nobody_yet(self, seen: Sighting) -> bool:
        """Whether it is to be told here if anybody catches it: once for each exception, as early as it is seen."""
        if not (seen.visible or seen.by_statement or seen.from_library):
            return False
        if any(is_instance(seen.exception, *name) for name in _IN_GOOD_ORDER):
            return False
        told = [*with_members(seen.exception), cause_of(seen.exception)] if _is_a_sequel(seen) else [seen.exception]
        return not any(id(each) in self._stopped_at for each in told)

    def _may_end_it(self, seen: Sighting) -> bool:
        """Whether an exception that usually only does its work may end the program or a thread, as any other one does.

        It is asked in every frame of the user's that one passes: C code takes many a StopIteration on its way.
        """
        if not seen.in_user_code or id(seen.exception) in self._stopped_at:
            return False
        if seen.work == "iteration":
            return not fates.ends_a_loop(seen.frame, seen.exception)
        return seen.work == "cancel" and (not task_fates.is_asked_to_end() or fates.ends_task_as_asked(seen.frame))

    def _holds(self, condition: Condition, seen: Sighting) -> bool:
        try:
            return condition.holds(seen.frame, seen.exception)
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

    def _stop(self, seen: Sighting, mode: str) -> Stop:
        frame, exception = seen.frame, seen.exception
        while len(self._stopped_at) >= _MOST_REMEMBERED:
            self._stopped_at.pop(next(iter(self._stopped_at)))
        self._stopped_at[id(exception)] = None
        self._choose()
        text = values.text(exception, 500)
        explained = explain(exception, frame)
        if explained is not None:
            text = f"{text} · {explained.what} {explained.do}"
        return Stop("exception", frame, text=text, exception=exception, break_mode=mode)


type _FourCodes = tuple[CodeType | None, CodeType | None, CodeType | None, CodeType | None]

_PASSED_UNTIL_HOT: Final = 64


def _passing(
    a: CodeType | None, b: CodeType | None, c: CodeType | None, d: CodeType | None, on_raise: Callable[..., Any]
) -> Callable[[CodeType, int, BaseException], Any]:
    """A callback that passes by what is raised in four code objects, and costs hardly more than one that does nothing.

    What it compares with are defaults of its arguments: reading variables of an enclosing function takes longer than
    all of the rest.
    """

    def pass_by(
        code: CodeType,
        offset: int,
        exception: BaseException,
        a: CodeType | None = a,
        b: CodeType | None = b,
        c: CodeType | None = c,
        d: CodeType | None = d,
        on_raise: Callable[..., Any] = on_raise,
    ) -> Any:
        if code is a or code is b or code is c or code is d:
            return None
        return on_raise(code, offset, exception, 2)

    return pass_by


def _asked_for(name: str, fate: Fate) -> bool:
    if name == "unawaitedTask":
        return fate.unawaited
    return name == "userUncaught" or fate.ending == "uncaught"


def _is_a_sequel(seen: Sighting) -> bool:
    """Whether what it tells may have been told where it began: a task group's group, and PEP 479's RuntimeError."""
    if is_group(seen.exception):
        return not seen.by_statement
    cause = cause_of(seen.exception)
    return is_a(seen.exception, RuntimeError) and cause is not None and task_fates.work_of(cause) == "iteration"
