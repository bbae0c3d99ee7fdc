"""Recording exchanges: both ends of every trip into a coroutine and out of it.

``auto`` keeps the last events of each coroutine of the user's code and lets go of code that is too hot to watch; ``all``
keeps every event in a ring and, if asked, streams them. The events come from a tool of its own, only on code objects of
coroutines, and the text of a value is taken when it passes: nothing of the program is kept alive.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from types import CodeType, FrameType

from . import evaluation_stack, interpreter, marks, observing
from .coroutines import Registry
from .exchange_ring import ExchangeRing
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
        self.ring = ExchangeRing(registry)
        self._numbers = observing.Numbers()
        self._since = 1
        self._share = Share(self._let_code_go)
        self._let_go = False
        self._hot: dict[int, CodeType] = {}
        """Code that was let go at least once, by address: hashing it would go through all of its instructions."""
        self._stream = ExchangeStream(self.ring, threads, send_fact)

    # --- switching -----------------------------------------------------------------------------------------------

    def configure(self, mode: RecordMode, stream: bool, ring: int, history: int, codes: list[CodeType]) -> None:
        """Sets what is recorded from now on, on the code objects known so far (``found`` takes later ones in)."""
        self._tool.clear_local()
        self.flush()
        if self.mode == "all":
            self._hand_over(history)
        self.mode = mode if interpreter.FINDS_COROUTINES else "off"
        self._history_length = history
        if self.mode == "all":
            self._since = self._numbers.last + 1
            self.ring.begin(self._numbers.last, ring, history)
            keep = self._stream.begin() if stream else self.ring.marks.keep
            callbacks, self._take_start = marks.callbacks(keep, self.ring.last_marks, self._tool.local, self._creations)
        else:
            callbacks, self._take_start = observing.callbacks(
                self._registry, self._creations, self._numbers, history, depth=2
            )
            for event in (events.PY_START, events.PY_RESUME, events.PY_YIELD, events.PY_RETURN):
                callbacks[event] = self._share.metered(callbacks[event])
            for event in (events.PY_THROW, events.PY_UNWIND):
                callbacks[event] = self._share.metered_everywhere(callbacks[event], self._tool.local)
        for event, callback in callbacks.items():
            self._tool.on(event, callback)
        self._tool.set_global(0 if self.mode == "off" else _GLOBAL)
        if self.mode != "off":
            for code in (*codes, *self._creations.functions()):
                self.found(code)

    def _hand_over(self, history: int) -> None:
        """The ring is no longer filled: what it told of the coroutines that are there stays with them."""
        lives = self.ring.lives()
        for each in gc.get_objects():
            # One that runs may be in its deallocation; it has a record if it was seen before.
            if interpreter.is_coroutine(each) and id(each) in lives and interpreter.is_suspended(each):
                self._registry.know(each)
        events = {address: self.ring.last_events(address, life) for address, life in lives.items()}
        self.ring.end()
        self._stream.end()
        self._numbers.last = self.ring.last
        for address, life in lives.items():
            known = self._registry.by_address.get(address)
            if known is not None and known.identity == life.identity:
                known.events = events[address]
                known.exchanges = life.exchanges
                known.thrown = life.thrown
                known.thread = life.thread
                if known.exchanges >= observing.LISTED:
                    observing.bound(known, history)

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
        if self.mode == "all":
            address = self._registry.address_of(identity)
            life = self.ring.life_of(address, identity)
            if life is None:
                return None
            events = self.ring.last_events(address, life)
            told_of = sum(raw[4] not in marks.OUT for raw in events)
            return self._history(events, life.thrown, max(told_of, life.exchanges), dropped=life.partial)
        known = self._registry.record_of(identity)
        return None if known is None else self._history(known.events, known.thrown, known.exchanges, known.sampled)

    def _history(
        self, kept: Iterable[Raw], thrown: Raw | None, count: int, sampled: bool = False, dropped: bool = False
    ) -> History | None:
        events = [self._read(raw) for raw in kept]
        if not events:
            return None
        last = {event.what: event for event in events}
        if thrown is not None:
            event = self._read(thrown)
            last.setdefault(event.what, event)
        return History(events[-self._history_length :], last, count, sampled, dropped)

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
        found = self.ring.since(first, limit + 1)
        batch = found[:limit]
        return {
            "batch": self._stream.to_wire(batch),
            "since": self._since,
            "more": len(found) > limit,
        }

    # --- streaming -----------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """A few times a second: sends what waits, and takes up code again that was let go as too hot."""
        self.flush()
        self.ring.tidy()
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
