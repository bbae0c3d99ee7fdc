"""Recording exchanges: both ends of every trip into a coroutine and out of it.

``auto`` keeps the last events of each coroutine of the user's code and lets go of code that is too hot to watch; ``all``
keeps every event in a ring and, if asked, streams them. The events come from a tool of its own, only on code objects of
coroutines, and the text of a value is taken when it passes: nothing of the program is kept alive.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from operator import itemgetter
from types import CodeType, FrameType

from . import evaluation_stack, interpreter, observing
from .coroutines import Known, Registry
from .exchange_stream import ExchangeStream
from .exchanges import Event, Raw, read
from .interpreter import SUSPENDS
from .monitoring import Tool, events, restart
from .protocol import Json, RecordMode
from .records import History
from .sampling import Share
from .task_creations import TaskCreations
from .threads import Threads
from .user_code import UserCode

_LOCAL = events.PY_START | events.PY_RESUME | events.PY_YIELD | events.PY_RETURN
_GLOBAL = events.PY_THROW | events.PY_UNWIND


_OVERTAKEN = 64
"""How many events may stand before one of a lower number."""


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
        self._creations = TaskCreations(registry)
        self.mode: RecordMode = "off"
        self._history_length = 16
        self._ring: deque[Raw] = deque(maxlen=1)
        self._numbers = observing.Numbers()
        self._since = 1
        self._given_out = 0
        """The number of the last event of the ring that its coroutine was given."""
        self._share = Share(self._let_code_go)
        self._let_go = False
        self._hot: dict[int, CodeType] = {}
        """Code that was let go at least once, by address: hashing it would go through all of its instructions."""
        self._stream = ExchangeStream(threads, send_fact)

    # --- switching -----------------------------------------------------------------------------------------------

    def configure(self, mode: RecordMode, stream: bool, ring: int, history: int, codes: list[CodeType]) -> None:
        """Sets what is recorded from now on, on the code objects known so far (``found`` takes later ones in)."""
        self.flush()
        self._give_out()
        for known in list(self._registry.by_address.values()):
            if known.exchanges >= observing.LISTED:  # where there was a ring of all events, its list was not bounded
                observing.bound(known, self._history_length)
        self.mode = mode if interpreter.FINDS_COROUTINES else "off"
        self._history_length = history
        if mode == "all" and self._ring.maxlen != ring:
            self._ring = deque(self._ring, maxlen=ring)
        self._tool.clear_local()
        keep: observing.Keep | None = None
        if mode == "all":
            self._since = self._numbers.last + 1
            keep = self._stream.through(self._ring.append) if stream else self._ring.append
        arguments = (self._registry, self._tool.local, self._creations, self._numbers, history, keep)
        if mode == "auto":
            callbacks, self._take_start = observing.callbacks(*arguments, depth=2)
            for event in (events.PY_START, events.PY_RESUME, events.PY_YIELD, events.PY_RETURN):
                callbacks[event] = self._share.metered(callbacks[event])
        else:
            callbacks, self._take_start = observing.callbacks(*arguments)
        for event, callback in callbacks.items():
            self._tool.on(event, callback)
        self._tool.set_global(0 if self.mode == "off" else _GLOBAL)
        if self.mode != "off":
            for code in (*codes, *self._creations.functions()):
                self.found(code)

    def found(self, code: CodeType) -> None:
        if self.mode == "off":
            return
        creates = self._creations.event_of(code)
        if creates:
            self._tool.set_local(code, creates)
        elif code.co_flags & SUSPENDS and self._user_code.is_user(code):
            evaluation_stack.handled_offsets(code)  # found out once for each code: no cost of the events that come
            self._tool.set_local(code, _LOCAL)

    def started(self, frame: FrameType) -> None:
        """Takes the start of a coroutine whose code was found by that very event, and so was not watched yet."""
        if self._tool.local(frame.f_code) == _LOCAL:
            self._take_start(frame)

    def _let_code_go(self, code: CodeType, frame: FrameType) -> None:
        """In ``auto``, when it is too hot to be watched."""
        known = self._registry.by_address.get(interpreter.address_of_handle(interpreter.handle_of(frame)))
        if known is not None:
            known.sampled = True
            observing.bound(known, self._history_length)
        self._hot[id(code)] = code
        self._let_go = True

    # --- reading -------------------------------------------------------------------------------------------------

    def history_of(self, identity: int) -> History | None:
        known = self._registry.record_of(identity)
        if known is None:
            return None
        self._give_out()
        found = {raw[0]: raw for raw in (known.came, known.went, *known.events) if raw is not None}
        if not found:
            return None
        events = [self._read(found[number]) for number in sorted(found)]
        last = {event.what: event for event in events}
        if known.thrown is not None:
            thrown = self._read(known.thrown)
            last.setdefault(thrown.what, thrown)
        return History(events[-self._history_length :], last, known.exchanges, known.sampled)

    def _give_out(self) -> None:
        """Gives each coroutine those of the ring's events that are its own and that it was not given yet.

        While the program runs the ring is all that is kept: to keep an event twice would cost it more.
        """
        newest = self._numbers.last
        if self.mode != "all" or newest == self._given_out:
            return
        # Threads take their numbers before they come to write.
        least = self._given_out - _OVERTAKEN
        fresh: list[Raw] = []
        for raw in reversed(list(self._ring)):
            if raw[0] <= least:
                break
            fresh.append(raw)
        for raw in sorted(fresh, key=itemgetter(0)):
            known: Known = raw[2]
            if known.events and known.events[-1][0] >= raw[0]:
                continue
            if len(known.events) == observing.LISTED:
                observing.bound(known, self._history_length)
            known.events.append(raw)
        self._given_out = newest

    def is_hot(self, code: CodeType) -> bool:
        """Whether ``auto`` lets go of this code at times, so that a coroutine of it may run unseen."""
        return id(code) in self._hot

    def hot(self) -> list[CodeType]:
        return list(self._hot.values())

    def _read(self, raw: Raw) -> Event:
        event = read(raw)
        return event._replace(thread=self._threads.id_of(event.thread))

    def event_to_wire(self, identity: int, event: Event) -> Json:
        return self._stream.event_to_wire(identity, event)

    def creation_of(self, identity: int) -> tuple[CodeType, int] | None:
        """Code and line that created the task a coroutine is the root of; None if that was not seen."""
        known = self._registry.record_of(identity)
        return known.site if known is not None else None

    def range_to_wire(self, first: int, limit: int) -> Json:
        """What the ring holds from the event of that number on: the reply to the command ``exchanges``."""
        events = sorted(self._ring, key=itemgetter(0))  # threads take their numbers before they come to write
        start = bisect_left(events, first, key=itemgetter(0))
        batch = events[start : start + limit]
        return {
            "batch": self._stream.to_wire(batch),
            "since": self._since,
            "more": start + limit < len(events),
        }

    # --- streaming -----------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """A few times a second: sends what waits, and takes up code again that was let go as too hot."""
        self.flush()
        if self._let_go:
            self._let_go = False
            self._share.renew()
            restart()

    @property
    def clock_zero(self) -> float:
        return self._stream.clock_zero

    def has_batch(self) -> bool:
        return self._stream.waits()

    def flush(self) -> None:
        if self._stream.waits():
            self._stream.flush()
