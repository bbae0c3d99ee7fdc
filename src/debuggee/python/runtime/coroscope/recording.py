"""Recording exchanges: both ends of every trip into a coroutine and out of it.

``auto`` keeps the last events of each coroutine of the user's code and lets go of code that is too hot to watch; ``all``
keeps every event in a ring and, if asked, streams them. The events come from a tool of its own, only on code objects of
coroutines, and the text of a value is taken when it passes: nothing of the program is kept alive.
"""

from __future__ import annotations

import sys
from _thread import RLock, get_ident
from collections import deque
from collections.abc import Callable
from time import perf_counter_ns
from types import CodeType, FrameType
from typing import Any, NamedTuple

from . import faults, interpreter, tasks, values
from .coroutines import Registry
from .interpreter import SUSPENDS, Coroutine
from .library_objects import module_of
from .monitoring import DISABLE, Tool, events, restart
from .positions import delegates_at, line_location
from .protocol import Json, RecordMode
from .schedulers import LIBRARIES
from .threads import Threads
from .user_code import UserCode

_LOCAL = events.PY_START | events.PY_RESUME | events.PY_YIELD | events.PY_RETURN
_GLOBAL = events.PY_THROW | events.PY_UNWIND

VALUE_LIMIT = 200
"""Characters kept of a value's text."""

_WINDOW_NS = 50_000_000
_WINDOW_EVENTS = 1_500
"""In `auto`, more events than this within a window (a few microseconds each, so about a twentieth of it) make code hot."""

_BATCH = 512


class Event(NamedTuple):
    """One end of an exchange. ``value`` is an atom kept as it is, or ``Text``."""

    seq: int
    time: int
    thread: int
    what: str
    value: object
    line: int
    by: tuple[CodeType, int] | None


class Text(str):
    """The text of a value that was not kept."""

    __slots__ = ()


NOTHING: Any = type("Nothing", (), {"__slots__": ()})()


def value_text(value: object) -> str | None:
    if value is NOTHING:
        return None
    return str(value) if type(value) is Text else values.text(value, VALUE_LIMIT)


class History:
    """What is known of one coroutine: its last events, the last of each kind, and how many exchanges there were."""

    __slots__ = ("count", "events", "last", "sampled")

    def __init__(self, length: int) -> None:
        self.events: deque[Event] = deque(maxlen=length)
        self.last: dict[str, Event] = {}
        self.count = 0
        self.sampled = False


class Recorder:
    def __init__(
        self,
        tool: Tool,
        registry: Registry,
        threads: Threads,
        user_code: UserCode,
        send_fact: Callable[[str, Json], None],
    ) -> None:
        self._tool = tool
        self._registry = registry
        self._threads = threads
        self._user_code = user_code
        self._send_fact = send_fact
        self._histories: dict[int, History] = {}
        self._created: dict[int, tuple[CodeType, int]] = {}
        # The functions in which schedulers make tasks, by the event at which a task shows.
        self._creates_at_start: CodeType | None = None
        self._creates_at_return: CodeType | None = None
        self._announced: set[int] = set()
        self.mode: RecordMode = "off"
        self._stream = False
        self._history_length = 16
        self._ring: deque[tuple[int, Event]] = deque(maxlen=1)
        self._batch: deque[tuple[int, Event]] = deque()
        self._batch_new: deque[Json] = deque()
        self._flushing = RLock()
        self._seq = 0
        self._dropped = 0
        self._window = 0
        self._window_count = 0
        self._let_go = False
        self._epoch = perf_counter_ns()
        self.since = 0
        registry.on_gone = self._gone
        tool.on(events.PY_START, self._on_start)
        tool.on(events.PY_RESUME, self._on_resume)
        tool.on(events.PY_YIELD, self._on_yield)
        tool.on(events.PY_RETURN, self._on_return)
        tool.on(events.PY_THROW, self._on_throw)
        tool.on(events.PY_UNWIND, self._on_unwind)

    # --- switching -----------------------------------------------------------------------------------------------

    def configure(self, mode: RecordMode, stream: bool, ring: int, history: int, codes: list[CodeType]) -> None:
        """Sets what is recorded from now on, on the code objects known so far (``found`` takes later ones in)."""
        self.mode = mode
        self._stream = stream and mode == "all"
        self._history_length = history
        if mode == "all" and self._ring.maxlen != ring:
            self._ring = deque(self._ring, maxlen=ring)
        self._tool.clear_local()
        self._tool.set_global(0 if mode == "off" else _GLOBAL)
        if mode != "off":
            for code in (*codes, self._creates_at_start, self._creates_at_return):
                if code is not None:
                    self.found(code)

    def found(self, code: CodeType) -> None:
        if self.mode == "off" or self._watch_task_creation(code):
            return
        if code.co_flags & SUSPENDS and self._user_code.is_user(code):
            self._tool.set_local(code, _LOCAL)

    def _watch_task_creation(self, code: CodeType) -> bool:
        """Whether a code object is one where a scheduler creates tasks, which is then watched."""
        at = tasks.shows_created(code)
        if at == events.PY_START:
            self._creates_at_start = code
        elif at == events.PY_RETURN:
            self._creates_at_return = code
        else:
            return False
        self._tool.set_local(code, at)
        return True

    def started(self, frame: FrameType) -> None:
        """Takes the start of a coroutine whose code was found by that very event, and so was not watched yet."""
        if self._tool.local(frame.f_code) == _LOCAL:
            self._take(frame, "next", NOTHING, incoming=True)

    def history_of(self, identity: int) -> History | None:
        return self._histories.get(identity)

    def _gone(self, identity: int) -> None:
        self._histories.pop(identity, None)
        self._created.pop(identity, None)
        self._announced.discard(identity)

    # --- events --------------------------------------------------------------------------------------------------

    def _on_start(self, code: CodeType, offset: int) -> Any:
        if code is self._creates_at_start:
            self._note_creation(sys._getframe(1), None)
            return None
        return self._take(sys._getframe(1), "next", NOTHING, incoming=True)

    def _note_creation(self, frame: FrameType, result: object) -> None:
        """Keeps where a task is created: the first frame outside of its scheduler that led there."""
        try:
            coroutine = tasks.created(frame, result)
            outer = frame.f_back
            while outer is not None and module_of(outer).partition(".")[0] in LIBRARIES:
                outer = outer.f_back
            if interpreter.is_coroutine(coroutine) and outer is not None:
                self._created[self._registry.register(coroutine)] = (outer.f_code, outer.f_lineno)
        except Exception as error:
            faults.report(error)

    def creation_of(self, identity: int) -> tuple[CodeType, int] | None:
        """Code and line that created the task a coroutine is the root of; None if that was not seen."""
        return self._created.get(identity)

    def _on_resume(self, code: CodeType, offset: int) -> Any:
        frame = sys._getframe(1)
        coroutine = interpreter.coroutine_of(frame)
        if coroutine is None:
            return DISABLE
        value = interpreter.sent_value(coroutine, code, offset)
        if value is None:
            return self._take(frame, "next", NOTHING, incoming=True)
        return self._take(frame, "send", value, incoming=True)

    def _on_yield(self, code: CodeType, offset: int, value: object) -> Any:
        return self._take(sys._getframe(1), "yield", interpreter.unwrap_yielded(value)[0])

    def _on_return(self, code: CodeType, offset: int, value: object) -> Any:
        if code is self._creates_at_return:
            self._note_creation(sys._getframe(1), value)
            return None
        return self._take(sys._getframe(1), "return", value)

    def _on_throw(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if self._tool.local(code):
            closing = type(exception) is GeneratorExit
            self._take(
                sys._getframe(1), "close" if closing else "throw", NOTHING if closing else exception, incoming=True
            )

    def _on_unwind(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if self._tool.local(code):
            self._take(sys._getframe(1), "raise", exception)

    def _take(self, frame: FrameType, what: str, value: object, incoming: bool = False) -> Any:
        try:
            coroutine = interpreter.coroutine_of(frame)
            if coroutine is None:
                return DISABLE
            now = perf_counter_ns() - self._epoch
            if what == "next" or what == "send":
                identity, dying = self._registry.register(coroutine), False
            else:
                known = self._registry.known(coroutine)
                if known is None:
                    return None  # first seen when it ends: its beginning was not recorded
                identity, dying = known
            history = self._histories.get(identity)
            if history is None:
                history = History(self._history_length)
                if not dying:
                    self._histories[identity] = history
            self._seq += 1
            kept = (
                value if value is NOTHING or values.is_immutable_atom(value) else Text(values.text(value, VALUE_LIMIT))
            )
            event = Event(
                self._seq,
                now,
                self._threads.id_of(get_ident()),
                what,
                kept,
                frame.f_lineno or frame.f_code.co_firstlineno,  # None at instructions that stand for no line
                self._driver(frame) if incoming else None,
            )
            history.events.append(event)
            history.last[what] = event
            if incoming:
                history.count += 1
            if self.mode == "all":
                self._keep(identity, event, None if dying else coroutine)
            elif now - self._window > _WINDOW_NS:
                self._window = now
                self._window_count = 0
            else:
                self._window_count += 1
                if self._window_count > _WINDOW_EVENTS:
                    history.sampled = True
                    self._let_go = True
                    return DISABLE
        except Exception as error:
            faults.report(error)
        return None

    @staticmethod
    def _driver(frame: FrameType) -> tuple[CodeType, int] | None:
        """The code and line that drove an exchange; None when an outer coroutine merely passed it on."""
        outer = frame.f_back
        if outer is None or outer.f_code.co_filename == "<sys>":
            return None  # nobody's code: the interpreter itself, at a deallocation or at its end
        if outer.f_code.co_flags & SUSPENDS and delegates_at(outer.f_code, outer.f_lasti):
            return None
        return outer.f_code, outer.f_lineno

    # --- streaming -----------------------------------------------------------------------------------------------

    def _keep(self, identity: int, event: Event, coroutine: Coroutine | None) -> None:
        ring = self._ring
        if len(ring) == ring.maxlen:
            self._dropped += 1
        ring.append((identity, event))
        if self._stream:
            if coroutine is not None and identity not in self._announced:
                self._announced.add(identity)
                self._batch_new.append(self._describe(identity, coroutine))
            self._batch.append((identity, event))
            if len(self._batch) >= _BATCH or event.time - self.since > _WINDOW_NS:
                self.flush()

    def _describe(self, identity: int, coroutine: Coroutine) -> Json:
        code = interpreter.code_of(coroutine)
        return {
            "id": identity,
            "kind": interpreter.kind_of(coroutine),
            "name": coroutine.__qualname__,
            "location": line_location(code.co_filename, code.co_firstlineno),
        }

    def tick(self) -> None:
        """A few times a second: sends what waits, and takes up code again that was let go as too hot."""
        if self._batch:
            self.flush()
        if self._let_go:
            self._let_go = False
            self._window_count = 0
            restart()

    def has_batch(self) -> bool:
        return bool(self._batch)

    def flush(self) -> None:
        """Sends what has been gathered for the stream, from whatever thread; events and batches keep their order."""
        self.since = perf_counter_ns() - self._epoch
        with self._flushing:
            # A coroutine is introduced before its first event: taken in this order, no event lacks its introduction.
            batch = _drained(self._batch)
            new = _drained(self._batch_new)
            if not batch:
                return
            dropped, self._dropped = self._dropped, 0
            self._send_fact(
                "exchanges",
                {
                    "coroutines": new,
                    "events": [event_to_wire(identity, event) for identity, event in batch],
                    # The ring is for later questions; what is streamed has not been lost.
                    "dropped": 0 if self._stream else dropped,
                },
            )


def _drained[T](waiting: deque[T]) -> list[T]:
    """Everything in the queue so far. Others may append meanwhile: each step is one of the interpreter's own."""
    taken: list[T] = []
    while waiting:
        taken.append(waiting.popleft())
    return taken


def event_to_wire(identity: int, event: Event) -> Json:
    wire: Json = {
        "seq": event.seq,
        "time": event.time / 1000,
        "coroutine": identity,
        "thread": event.thread,
        "what": event.what,
        "line": max(1, event.line),
    }
    text = value_text(event.value)
    if text is not None:
        wire["value"] = text
    if event.by is not None:
        wire["by"] = line_location(event.by[0].co_filename, event.by[1])
    return wire
