"""The read-only part of the runtime, inside a program that another debugger has stopped.

That debugger evaluates an expression in the thread that stopped, which runs ``boot/borrow.py``, which comes here. One
answer is one look: nothing is registered, patched or started, and what was looked at is let go before the answer is
given. Only ids stay, with the weak references behind them, so that a coroutine keeps its number from stop to stop.

Nothing was recorded before anybody asked, so there is no history, no resumer and no place of creation.
"""

from __future__ import annotations

import json
import os
import sys
from _thread import allocate_lock, get_ident
from binascii import b2a_base64
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any, cast

from . import finding_search, frame_locals, interpreter
from .asyncio_reports import AsyncioReports
from .await_graph import AwaitGraph
from .collector import Collector
from .coroutine_details import CoroutineDetails
from .coroutine_list import CoroutineList, grouping_from, query_from
from .coroutines import Registry
from .creations import Creations
from .exchanges import Event
from .finding_search import FindingSearch
from .findings import FindingLog
from .pausing import Stop, World
from .protocol import Args, CommandError, Json
from .records import History
from .stacks import Stacks
from .threads import Threads
from .user_code import UserCode

NOTE = (
    "This session is another debugger's, so values sent and yielded, the history of coroutines, who resumed them and where "
    "tasks were created are not recorded, nor what was found before this stop."
)


class _NoRecords:
    def history_of(self, identity: int) -> History | None:
        return None

    def creation_of(self, identity: int) -> tuple[CodeType, int] | None:
        return None

    def event_to_wire(self, identity: int, event: Event) -> Json:
        raise NotImplementedError


class Borrowed:
    """``debugger``: the folders of the debugger that has stopped the program."""

    def __init__(self, debugger: tuple[str, ...]) -> None:
        self._debugger = tuple(os.path.normcase(folder) + os.sep for folder in debugger)
        threads = Threads()
        user_code = UserCode(False, debugger)
        records = _NoRecords()
        self._lock = allocate_lock()
        self._stop: object = None
        self._world = World(threads, lambda name, body: None)
        self._registry = Registry()
        self._collector = Collector()
        self._stacks = Stacks(self._world, threads, self._registry, user_code, records)
        self._listing = CoroutineList(self._world, threads, self._registry, user_code, records, self._stacks)
        self._details = CoroutineDetails(self._listing, self._stacks, self._registry, records)
        self._graph = AwaitGraph(self._listing, self._stacks, self._world, user_code)
        reports = AsyncioReports(self._registry, user_code, records)
        creations = Creations(self._registry, user_code)
        self._findings = FindingSearch(self._registry, user_code, creations, reports, self._graph, self._stacks)
        self._commands: dict[str, Callable[[Args], Json]] = {
            "coroutines": self._page,
            "coroutine": lambda args: self._details.of(args.number("coroutine")),
            "parallelStacks": lambda args: self._listing.parallel_stacks(query_from(args), args.number("limit")),
            "awaitGraph": lambda args: self._graph.build(args.number("limit")),
            "findings": lambda args: self._found(),
        }

    def answer(self, request: object) -> Json:
        """``{"command", "args", "stop"}`` to ``{"result"}`` or ``{"error"}``, in the thread that is stopped. Never raises.

        ``stop`` is any number that is another one at every stop: ids of running coroutines are good for one stop.
        """
        try:
            given = cast("dict[str, Any]", request) if isinstance(request, dict) else {}
            name = given.get("command")
            work = self._commands.get(name) if isinstance(name, str) else None
            if work is None:
                raise CommandError("unknownCommand", f"There is no command '{name}' in another debugger's session.")
            args = Args(str(name), given.get("args", {}))
            with self._lock:
                if given.get("stop") != self._stop:
                    self._stop = given.get("stop")
                    self._registry.forget_passing()
                return {"result": self._at_stop(lambda: work(args))}
        except CommandError as error:
            return {"error": error.to_wire()}
        except Exception as error:
            return {"error": CommandError("internal", f"Coroscope's runtime failed inside: {error!r}.").to_wire()}

    def _at_stop(self, look: Callable[[], Json]) -> Json:
        frame = self._stopped_at()
        if frame is None:
            raise CommandError(
                "notPaused", "No frame of the program is on the stopped thread.", "Select a frame in the call stack."
            )
        stop = Stop("pause", frame)
        at = interpreter.coroutine_of(frame)
        try:
            # A debugger may stop at the event of a yield too, when the interpreter calls its coroutine suspended already.
            interpreter.set_leaving(at if at is not None and interpreter.is_suspended(at) else None)
            frame_locals.leave_snapshots_of(_traced(frame))
            self._collector.rest()
            self._world.stop = stop
            return look()
        finally:
            self._listing.forget()
            self._stacks.forget(stop)
            frame_locals.forget_snapshots()
            frame_locals.leave_snapshots_of(())
            interpreter.set_leaving(None)
            self._world.stop = None
            self._collector.work()

    def _stopped_at(self) -> FrameType | None:
        """The innermost frame of the program on this thread: the one below the debugger's, which are below ours."""
        frame: FrameType | None = sys._getframe()
        while frame is not None and not self._is_debuggers(frame):
            frame = frame.f_back
        while frame is not None and self._is_debuggers(frame):
            frame = frame.f_back
        return frame

    def _is_debuggers(self, frame: FrameType) -> bool:
        return os.path.normcase(frame.f_code.co_filename).startswith(self._debugger)

    def _page(self, args: Args) -> Json:
        by, key = grouping_from(args)
        return self._listing.page(query_from(args), by, key, args.number("start"), args.number("count"))

    def _found(self) -> Json:
        return {**FindingLog().to_wire(self._findings.now()), "notes": [*finding_search.limits(), NOTE]}


def _traced(stopped: FrameType) -> Iterator[FrameType]:
    """The frames whose trace function (``sys.settrace``) may be what runs now.

    When it returns, 3.12 writes the frame's ``f_locals`` back into its variables and deletes those that are not in it
    (``call_trampoline`` in CPython's sysmodule.c).
    """
    here = get_ident()
    if sys.gettrace() is not None:
        yield stopped
    for ident in tuple(sys._current_frames()):
        # This very frame is one of them, and must not come to refer to itself.
        frame = stopped if ident == here else sys._current_frames().get(ident)
        while frame is not None:
            if frame.f_trace is not None:
                yield frame
            frame = frame.f_back


_borrowed: dict[tuple[str, ...], Borrowed] = {}


def answer(request: str, debugger: tuple[str, ...]) -> str:
    """A request in JSON, to the answer in JSON as base64 and a full stop.

    The debugger shows the answer as the literal of a string, which base64 passes through as it is; and if it shows it
    shortened, the full stop is missing.
    """
    known = _borrowed.get(debugger)
    if known is None:
        known = _borrowed[debugger] = Borrowed(debugger)
    text = json.dumps(known.answer(json.loads(request)), separators=(",", ":"))
    return b2a_base64(text.encode(), newline=False).decode() + "."
