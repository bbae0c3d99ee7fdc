"""The last exchanges of all coroutines under ``record: all``, and whose they were.

The program only appends marks (``marks``), which name a coroutine by its address. An address may have been that of many,
one after the other: a new life begins with each start. So the marks are read in order, once, and by the first of these:

- somebody looks: each mark becomes an event (``exchanges``) of a ``Life``, and stays in the ring as that;
- the ring is full: of the oldest marks, which are dropped, each life keeps the last way in and out, and how many there were.

A life has the id of its coroutine's ``Known`` where there is one. Such a record tells from when on it has been the one at
its address (``born``), and in ``Registry.mourned`` those that are gone say how long.
"""

from __future__ import annotations

from collections import deque
from types import CodeType

from .coroutines import Known, Registry
from .exchanges import Raw
from .marks import IN, SEND, START, UNBEGUN, Mark
from .surviving_lock import SurvivingLock

__all__ = ["CHUNK", "ExchangeRing", "Life"]

CHUNK = 4096
"""Marks that are dropped at a time: as much work for the program as half a millisecond, and seldom."""

_FEW = 10_000
"""Lives that are not worth looking through for those that have ended."""


class Life:
    """One coroutine, from its start (or from when it was seen first) on: its id, and what was recorded of it."""

    __slots__ = (
        "came",
        "code",
        "ended",
        "events",
        "exchanges",
        "identity",
        "introduced",
        "name",
        "task",
        "thread",
        "thrown",
        "went",
    )

    def __init__(self, identity: int, code: CodeType, name: str) -> None:
        self.identity = identity
        self.code = code
        self.name = name
        self.task: str | None = None
        """What the task was called that was made of it, if that was seen."""
        self.introduced = False
        """Whether its name went out with the stream of exchanges."""
        self.ended = False
        self.exchanges = 0
        self.thread = 0
        """The system's identifier of the thread that resumed it last, and so of all it does until it is suspended."""
        self.events: list[Raw] = []
        """Its last events, oldest first, as far as they were still there when somebody looked."""
        self.came: Raw | None = None
        self.went: Raw | None = None
        self.thrown: Raw | None = None
        """The last way in, the last way out and the last thing thrown in, which may be older."""

    def last_events(self) -> list[Raw]:
        """In their order, with the last way in and out, which stay though the ring has dropped them."""
        found = {raw[0]: raw for raw in (self.came, self.went, *self.events) if raw is not None}
        return [found[number] for number in sorted(found)]


class _Chunk:
    __slots__ = ("events", "first", "marks")

    def __init__(self, first: int, marks: list[Mark], events: list[Raw]) -> None:
        self.first = first
        """The number of its first event."""
        self.marks = marks
        self.events = events
        """Of those of its marks that were read."""


class ExchangeRing:
    """What the recorder keeps of all exchanges; for ``Registry``, the one who knows lives that it has no record of."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.marks: list[Mark] = []
        """What the program appends to. One list for ever, as the callbacks hold it."""
        self.chunk = CHUNK
        """So many of them the program puts away by ``turn``."""
        self._events: list[Raw] = []
        """Of those of ``marks`` that were read."""
        self._first = 1
        """The number of the first of ``marks``."""
        self._chunks: deque[_Chunk] = deque()
        self._read = 0
        """The number of the last event that was read."""
        self._limit = 1
        self._history = 0
        self._thread = 0
        """The one of the last mark that tells it."""
        self._lives: dict[int, Life] = {}
        self._many = _FEW
        """So many lives are looked through for those that have ended."""
        self._gone: deque[Known] = deque()
        self._gone_from: dict[int, deque[Known]] = {}
        """Records of coroutines that are no more, in the order of their ends, also by their address."""
        self._lock = SurvivingLock()
        self._busy = False
        """Whether the thread that has the lock is at work; else it is asked by a finalizer that runs in the midst of it."""

    def begin(self, first: int, limit: int, history: int) -> None:
        """Recording begins with the event of that number. ``limit``: events kept; ``history``: of them, of each life."""
        with self._lock:
            self._limit = limit
            self._history = history
            self.chunk = min(CHUNK, limit)
            self._put_away(len(self.marks))
            self._first = first
            self._read = first - 1
            self._lives = {known.key: _life_of(known) for known in list(self._registry.by_address.values())}
        self._registry.attend(self)

    def lives(self) -> dict[int, Life]:
        """The lives as they are, by address."""
        self.read()
        return self._lives

    def end(self) -> None:
        """Recording ends. The events are kept."""
        self._registry.attend(None)
        self._lives = {}

    def last(self) -> int:
        """The number of the last event; 0 before the first."""
        return self._first + len(self.marks) - 1

    def turn(self) -> None:
        """In the program, once there is a chunk of marks: puts it away, and drops the oldest ones."""
        if self._lock.tried():  # else somebody reads: it is tried again at the next event
            try:
                if not self._busy:
                    self._busy = True
                    try:
                        self._turn()
                    finally:
                        self._busy = False
            finally:
                self._lock.release()

    def _turn(self) -> None:
        while len(self.marks) >= self.chunk:
            self._put_away(self.chunk)
        kept = sum(len(chunk.marks) for chunk in self._chunks)
        while self._chunks and kept - len(self._chunks[0].marks) >= self._limit:
            oldest = self._chunks.popleft()
            kept -= len(oldest.marks)
            if len(oldest.events) < len(oldest.marks):
                self._drop(oldest)

    def _put_away(self, many: int) -> None:
        if many:
            # Between the copy and the removal nothing lets another thread have its turn, which might add to them.
            marks = self.marks[:many]
            del self.marks[:many]
            self._chunks.append(_Chunk(self._first, marks, self._events[:many]))
            self._first += many
            del self._events[:many]

    # --- looking --------------------------------------------------------------------------------------------------

    def since(self, first: int, limit: int | None = None) -> list[Raw]:
        """The events that are kept from the one of that number on, or the first of them."""
        self.read()
        with self._lock:
            first = max(first, self.last() - self._limit + 1)
            found: list[Raw] = []
            for at, events in (*((chunk.first, chunk.events) for chunk in self._chunks), (self._first, self._events)):
                if limit is not None and len(found) >= limit:
                    break
                found += events[max(0, first - at) :]
        return found[:limit]

    def life_of(self, address: int, identity: int) -> Life | None:
        """What was recorded of the coroutine of that id, if it is the one at this address."""
        self.read()
        life = self._lives.get(address)
        return life if life is not None and life.identity == identity else None

    def identity_of(self, address: int, code: CodeType) -> int:
        """The id of the coroutine of that code that has started and is there; 0 if it was not recorded."""
        self.read()
        life = self._lives.get(address)
        return life.identity if life is not None and life.code is code else 0

    def address_of(self, identity: int) -> int:
        """Where the coroutine of that id is, or was last; 0 if it was not recorded."""
        self.read()
        return next((address for address, life in self._lives.items() if life.identity == identity), 0)

    def is_driven(self, address: int, leaves: bool) -> bool:
        """Whether the coroutine that runs there, or leaves by a ``yield``, was resumed by ``next`` or ``send``.

        One in its deallocation never is: it is thrown into, or has its delegate closed while it stands where it was left.
        """
        self.read()
        life = self._lives.get(address)
        if life is None or life.came is None or life.ended:
            return False
        return life.came[4] == SEND and (leaves or life.went is None or life.went[0] < life.came[0])

    # --- reading --------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Tells whose each mark is that was not read yet."""
        if self._read >= self.last():
            return
        with self._lock:
            if self._busy:
                return
            self._busy = True
            try:
                self._remember_gone()
                for chunk in self._chunks:
                    self._tell(chunk.first, chunk.marks, chunk.events)
                self._tell(self._first, self.marks, self._events)
                self._forget_gone()
            finally:
                self._busy = False

    def _tell(self, first: int, marks: list[Mark], events: list[Raw]) -> None:
        lives = self._lives
        most = 2 * self._history
        for index in range(len(events), len(marks)):
            mark = marks[index]
            number = first + index
            what = mark[2]
            life = None if what is START or what is UNBEGUN else lives.get(mark[1])
            if life is None or life.ended:
                life = self._begin(mark, number)
            if len(mark) > IN:
                event = self._entry(life, mark, number)
                life.exchanges += 1
            else:
                event = self._exit(life, mark, number)
            events.append(event)
            life.events.append(event)
            if len(life.events) > most:
                del life.events[: -self._history]
            self._read = number

    def _drop(self, chunk: _Chunk) -> None:
        """Takes what lives keep from marks that nobody looked at. Most of them are overtaken within the chunk."""
        self._remember_gone()
        marks = chunk.marks
        begun: dict[int, int] = {}
        came: dict[int, int] = {}
        thrown: dict[int, int] = {}
        went: dict[int, int] = {}
        entries: dict[int, int] = {}
        for index in range(len(chunk.events), len(marks)):
            mark = marks[index]
            address = mark[1]
            if len(mark) > IN:
                came[address] = index
                what = mark[2]
                if what is START or what is UNBEGUN:
                    begun[address] = index
                    entries[address] = 1
                else:
                    if what is not SEND:
                        thrown[address] = index
                    try:
                        entries[address] += 1
                    except KeyError:
                        entries[address] = 1
            else:
                went[address] = index
        first = chunk.first
        lives = self._lives
        for index in begun.values():
            self._begin(marks[index], first + index)
        for found in (thrown, came, went):
            for address, index in found.items():
                if index < begun.get(address, 0):
                    continue  # of the one before at its address
                life = lives.get(address)
                if life is None or (life.ended and address not in begun):
                    life = self._begin(marks[index], first + index)
                if found is went:
                    self._exit(life, marks[index], first + index)
                else:
                    self._entry(life, marks[index], first + index)
        for address, many in entries.items():
            lives[address].exchanges += many
        self._read = max(self._read, first + len(marks) - 1)
        self._forget_gone()
        if len(lives) > self._many:
            self._lives = {address: life for address, life in lives.items() if not life.ended}
            self._many = max(_FEW, 2 * len(self._lives))

    def _begin(self, mark: Mark, number: int) -> Life:
        address, what, code = mark[1:4]
        known = self._known(address, number)
        name: str = mark[5] if what is START else code.co_qualname
        life = Life(self._registry.new_identity() if known is None else known.identity, code, name)
        if known is not None:
            life.task = known.task
        self._lives[address] = life
        return life

    def _entry(self, life: Life, mark: Mark, number: int) -> Raw:
        time, _, what, _, offset, value, thread, *driver = mark
        if what is START:
            what, value = SEND, None
        elif what is UNBEGUN:
            what = "throw"
        life.thread = self._thread = thread
        life.came = event = (number, time, life, thread, what, value, offset, *driver)
        if what is not SEND:
            life.thrown = event
        return event

    def _exit(self, life: Life, mark: Mark, number: int) -> Raw:
        time, _, what, _, offset, value = mark
        life.went = event = (number, time, life, life.thread or self._thread, what, value, offset)
        life.ended = what != "yield"
        return event

    def _known(self, address: int, number: int) -> Known | None:
        """The record of the coroutine that was there at that event."""
        known = self._registry.by_address.get(address)
        if known is not None and known.born < number:
            return known
        for known in reversed(self._gone_from.get(address, ())):
            if known.born < number <= known.died:
                return known
        return None

    def _remember_gone(self) -> None:
        mourned = self._registry.mourned
        while mourned:
            known = mourned.popleft()
            self._gone.append(known)
            self._gone_from.setdefault(known.key, deque()).append(known)

    def _forget_gone(self) -> None:
        """Those whose last events were read."""
        while self._gone and self._gone[0].died <= self._read:
            known = self._gone.popleft()
            here = self._gone_from[known.key]
            here.popleft()
            if not here:
                del self._gone_from[known.key]


def _life_of(known: Known) -> Life:
    """The life of a coroutine that was known before recording began."""
    life = Life(known.identity, known.code, known.code.co_qualname)
    life.task = known.task
    life.exchanges = known.exchanges
    life.thread = known.thread
    life.events = list(known.events)
    life.thrown = known.thrown
    return life
