"""Sending exchanges while the program runs, in batches: the fact ``exchanges``.

A batch goes out as columns, one list for each field of an event, because a great number of them passes and a list of
numbers is what both sides encode and decode fastest. Places that drove an exchange are named once in a batch.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns, time_ns
from typing import Any

from .exchange_ring import ExchangeRing, Life
from .exchanges import NOTHING, Event, Raw, driver, value_text
from .interpreter import CO_ASYNC_GENERATOR, CO_GENERATOR
from .mark_ring import Mark
from .positions import line_at, line_location
from .protocol import Json
from .surviving_lock import SurvivingLock
from .threads import Threads

_BATCH = 512
_WINDOW_NS = 50_000_000

_LETTERS = {"next": "n", "send": "s", "throw": "t", "close": "c", "yield": "y", "return": "r", "raise": "x"}


class ExchangeStream:
    def __init__(self, ring: ExchangeRing, threads: Threads, send_fact: Callable[[str, Json], None]) -> None:
        self._ring = ring
        self._threads = threads
        self._send_fact = send_fact
        self._waiting = 0
        """Events that have come since a batch was sent."""
        self._sent = 0
        """The number of the last event that was sent."""
        self._flushing = SurvivingLock()
        self._epoch = perf_counter_ns()
        self.clock_zero = time_ns() / 1000
        """Microseconds since 1970 at time 0 of the events: what puts recordings of several processes on one clock."""
        self._since = self._epoch

    def begin(self) -> Callable[[Mark], None]:
        """What is recorded from now on is sent: what takes a mark. The program waits for the link: nothing is lost."""
        self._sent = self._ring.last
        self._waiting = 0
        keep = self._ring.marks.keep

        def keep_and_send(mark: Mark) -> None:
            keep(mark)
            self._waiting = waiting = self._waiting + 1
            if waiting >= _BATCH or mark[0] - self._since > _WINDOW_NS:
                self.flush()

        return keep_and_send

    def end(self) -> None:
        self._waiting = 0

    def waits(self) -> bool:
        return self._waiting > 0

    def flush(self) -> None:
        """Sends what has been gathered, from whatever thread; events and batches keep their order."""
        self._since = perf_counter_ns()
        with self._flushing:
            self._waiting = 0
            batch = self._ring.since(self._sent + 1)
            if batch:
                self._sent = batch[-1][0]
                self._send_fact("exchanges", self.to_wire(batch))

    def event_to_wire(self, identity: int, event: Event) -> Json:
        """One event by itself, on the same clock as the stream."""
        wire: Json = {
            "seq": event.seq,
            "time": max(0, event.time - self._epoch) / 1000,
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

    def to_wire(self, batch: list[Raw]) -> Json:
        """The body of the fact ``exchanges``; also what the command of that name answers."""
        epoch = self._epoch
        thread_id = self._threads.id_of
        coroutines: list[Json] = []
        places: list[Any] = []
        what: list[str] = []
        texts: list[str | None] = []
        lines: list[int] = []
        by: list[int] = []
        known_lines: dict[tuple[int, int], int] = {}
        known_places: dict[tuple[int, int], int] = {}
        for event in batch:
            life: Life = event[2]
            if not life.introduced:
                life.introduced = True
                coroutines.append(introduction(life))
            value = event[5]
            if event[4] == "send" and (value is None or value is NOTHING):
                what.append("n")
                texts.append(None)
            else:
                what.append(_LETTERS[event[4]])
                texts.append(value_text(value))
            key = (id(life.code), event[6])
            line = known_lines.get(key)
            if line is None:
                line = known_lines[key] = line_at(life.code, event[6])
            lines.append(line)
            if len(event) == 7:
                by.append(-1)
                continue
            key = (id(event[7]), event[8])
            place = known_places.get(key)
            if place is None:
                drove = driver(event[7], event[8])
                place = -1 if drove is None else len(places)
                if drove is not None:
                    places.append(line_location(drove[0].co_filename, drove[1]))
                known_places[key] = place
            by.append(place)
        return {
            "coroutines": coroutines,
            "places": places,
            "events": {
                "seq": [event[0] for event in batch],
                "time": [(event[1] - epoch) / 1000 for event in batch],
                "coroutine": [event[2].identity for event in batch],
                "thread": [thread_id(event[3]) for event in batch],
                "what": "".join(what),
                "value": texts,
                "line": lines,
                "by": by,
            },
            # The ring is for later questions; what is streamed has not been lost.
            "dropped": 0,
        }


def introduction(life: Life) -> Json:
    """What a coroutine is called, once, before its first event."""
    code = life.code
    flags = code.co_flags
    wire: Json = {
        "id": life.identity,
        "kind": "async generator"
        if flags & CO_ASYNC_GENERATOR
        else "generator"
        if flags & CO_GENERATOR
        else "coroutine",
        "name": life.name,
        "location": line_location(code.co_filename, code.co_firstlineno),
    }
    if life.task is not None:
        wire["task"] = life.task
    return wire
