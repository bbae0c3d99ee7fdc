"""The last exchanges of all coroutines under ``record: all``, and whose they were.

The program only leaves marks (``marks``), which name a coroutine by its address. An address may have been that of many,
one after the other: a new life begins with each start. So the marks are read in order, once, when somebody looks; each
becomes an event (``exchanges``) of a ``Life``. What the ring has dropped unread is lost but for the last marks of each
address.

A life has the id of its coroutine's ``Known`` where there is one. Such a record tells since when it has been the one at
its address (``born``), and in ``Registry.mourned`` those that are gone say how long (``died``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from itertools import islice
from operator import itemgetter
from types import CodeType

from .coroutines import Known, Registry
from .exchanges import Raw
from .mark_ring import Mark, MarkRing
from .marks import OUT, SEND, START, UNBEGUN, LastMarks
from .surviving_lock import SurvivingLock

__all__ = ["ExchangeRing", "Life"]

_number = itemgetter(0)
_time = itemgetter(0)
_time_of_raw = itemgetter(1)

_BEGINNINGS = frozenset((START, UNBEGUN))
_DRIVEN = frozenset((START, SEND))


class Life:
    """One coroutine, from its start (or from when it was seen first) on: its id, and what was recorded of it."""

    __slots__ = (
        "begun",
        "code",
        "ended",
        "events",
        "exchanges",
        "identity",
        "introduced",
        "name",
        "partial",
        "task",
        "thread",
        "thrown",
    )

    def __init__(self, identity: int, code: CodeType, name: str) -> None:
        self.identity = identity
        self.code = code
        self.name = name
        self.begun: Mark | None = None
        """The mark of its start, if there was one."""
        self.partial = False
        """Whether it has had events that were not read, as it had begun before or the ring had dropped them."""
        self.task: str | None = None
        """What the task was called that was made of it, if that was seen."""
        self.introduced = False
        """Whether its name went out with the stream of exchanges."""
        self.ended = False
        self.exchanges = 0
        """How many were read."""
        self.thread = 0
        """The system's identifier of the thread that resumed it last, and so of all it does until it is suspended."""
        self.events: list[Raw] = []
        """Its last events that were read, oldest first."""
        self.thrown: Raw | None = None
        """The last thing thrown in, which may be older."""


class ExchangeRing:
    """What the recorder keeps of all exchanges; for ``Registry``, the one who knows lives that it has no record of."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.marks = MarkRing(0, 1)
        self.last_marks = LastMarks()
        self._events: deque[Raw] = deque()
        """Of the marks that were read, with their numbers in a row."""
        self.last = 0
        """The number of the last event that was read."""
        self._limit = 1
        self._history = 0
        self._thread = 0
        """The one of the last mark that tells it."""
        self._lives: dict[int, Life] = {}
        self._gone: deque[Known] = deque()
        self._gone_from: dict[int, deque[Known]] = {}
        """Records of coroutines that are no more, in the order of their ends, also by their address."""
        self._lock = SurvivingLock()
        self._busy = False
        """Whether the thread that has the lock is at work; else it is asked by a finalizer that runs in the midst of it."""

    def begin(self, last: int, limit: int, history: int) -> None:
        """Recording begins, after the event of that number. ``limit``: events kept; ``history``: of them, of each life."""
        self._limit = limit
        self._history = max(2, history)  # always the last way in and out
        self._events = deque(self._events, maxlen=limit)
        self.last = last
        self.marks = MarkRing(last, limit)
        self.last_marks = LastMarks()
        self._lives = {known.key: _life_of(known) for known in list(self._registry.by_address.values())}
        self._registry.attend(self)

    def lives(self) -> dict[int, Life]:
        """The lives as they are, by address."""
        for address in list(self.last_marks.came):
            self._life_at(address)
        return self._lives

    def end(self) -> None:
        """Recording ends. The events are kept."""
        self.read()
        self.marks.close()
        self.last_marks = LastMarks()
        self._registry.attend(None)
        self._lives = {}

    # --- looking --------------------------------------------------------------------------------------------------

    def since(self, first: int, limit: int | None = None) -> list[Raw]:
        """The events that are kept from the one of that number on, or the first of them."""
        self.read()
        with self._lock:
            events = self._events
            behind = max(0, self.last - first + 1)
            if limit is not None and behind > 2 * limit:
                start = bisect_left(events, first, key=_number)
                return list(islice(events, start, start + limit))
            # The newest ones, as for a stream: from the end, or each batch would cost as much as the ring is long.
            found = [raw for raw in islice(reversed(events), behind) if raw[0] >= first]
        found.reverse()
        return found[:limit]

    def life_of(self, address: int, identity: int) -> Life | None:
        """What was recorded of the coroutine of that id, if it is the one at this address."""
        life = self._life_at(address)
        return life if life is not None and life.identity == identity else None

    def last_events(self, address: int, life: Life) -> list[Raw]:
        """Those of it that are known, in their order: also the last way in and out that the ring has dropped unread."""
        events = list(life.events)
        came, went = self.last_marks.came.get(address), self.last_marks.went.get(address)
        if went is not None and life.begun is not None and went[0] <= life.begun[0]:
            went = None  # of the one before at its address
        for mark in sorted((mark for mark in (came, went) if mark is not None), key=_time):
            if not any(raw[1] == mark[0] and (raw[4] in OUT) == (mark[2] in OUT) for raw in life.events):
                event = self._exit(life, mark, 0) if mark[2] in OUT else self._entry(life, mark, 0)
                events.append(event)
                life.partial = True
        events.sort(key=_time_of_raw)
        return events

    def identity_of(self, address: int, code: CodeType) -> int:
        """The id of the coroutine of that code that has started and is there; 0 if it was not recorded."""
        life = self._life_at(address)
        return life.identity if life is not None and life.code is code else 0

    def address_of(self, identity: int) -> int:
        """Where the coroutine of that id is, or was last; 0 if it was not recorded."""
        self.read()
        return next((address for address, life in self._lives.items() if life.identity == identity), 0)

    def _life_at(self, address: int) -> Life | None:
        """The present one at an address."""
        self.read()
        life = self._lives.get(address)
        if self._busy:
            return life
        begun = self.last_marks.begun.get(address)
        if begun is not None and (life is None or life.begun is not begun):
            return self._begin_lost(begun)  # with all else of it, but for the last marks
        if life is None:
            came = self.last_marks.came.get(address)
            return self._begin(came) if came is not None else None
        return life

    def is_driven(self, address: int, leaves: bool) -> bool:
        """Whether the coroutine that runs there, or leaves by a ``yield``, was resumed by ``next`` or ``send``.

        One in its deallocation never is: it is thrown into, or has its delegate closed while it stands where it was left.
        """
        came = self.last_marks.came.get(address)
        went = self.last_marks.went.get(address)
        if came is None or came[2] not in _DRIVEN:
            return False
        return leaves or went is None or went[0] < came[0]

    # --- reading --------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Tells whose each mark is that was not read yet."""
        if self.marks.is_read():
            return
        with self._lock:
            if self._busy:
                return
            self._busy = True
            try:
                self._remember_gone()
                number, marks = self.marks.taken()
                if marks:
                    time = marks[-1][0]
                    self._tell(number, marks)
                    self._forget_gone(time)
            finally:
                self._busy = False
        self.tidy()

    def tidy(self) -> None:
        """Lets go of what was kept of coroutines that have ended, once that is much."""
        if self.last_marks.tidy():
            came = self.last_marks.came
            with self._lock:
                gone = [
                    address
                    for address, life in self._lives.items()
                    if address not in came and (life.ended or life.begun is not None)
                ]
                for address in gone:
                    del self._lives[address]

    def _tell(self, number: int, marks: list[Mark]) -> None:
        """Written out, as there may be as many as the ring has room for, and somebody waits. Uses the marks up."""
        lives = self._lives
        begun = self.last_marks.begun
        beginnings, out = _BEGINNINGS, OUT
        add = self._events.append
        most = 2 * self._history
        lost = number != self.last + 1
        sure: set[int] = set()
        self.last = number + len(marks) - 1
        marks.reverse()
        for seq in range(number, self.last + 1):
            mark = marks.pop()  # an event takes its place, in the memory too
            address = mark[1]
            what = mark[2]
            life = lives.get(address)
            if what in beginnings:
                if life is None or life.begun is not mark:
                    life = self._begin(mark)
            elif lost and address not in sure:
                life = self._after_loss(life, mark, begun.get(address))
            if life is None or life.ended:
                life = self._begin(mark)
            if lost and address not in sure:
                sure.add(address)
                life.partial = life.begun is not mark
            if what is SEND:
                life.exchanges += 1
                life.thread = thread = mark[6]
                if len(mark) == 9:
                    event: Raw = (seq, mark[0], life, thread, what, mark[5], mark[4], mark[7], mark[8])
                else:
                    event = (seq, mark[0], life, thread, what, mark[5], mark[4])
            elif what in out:
                event = (seq, mark[0], life, life.thread or self._thread, what, mark[5], mark[4])
                if what != "yield":
                    life.ended = True
            else:
                life.exchanges += 1
                event = self._entry(life, mark, seq)
            add(event)
            events = life.events
            events.append(event)
            if len(events) > most:
                del events[: -self._history]
        events = self._events
        # The ring of events is as long as that of marks, but some may have been lost in between.
        while events and events[0][0] <= self.last - self._limit:
            events.popleft()

    def _after_loss(self, life: Life | None, mark: Mark, begun: Mark | None) -> Life | None:
        """Whose the first mark of an address is behind those that were lost: there may have been starts among them."""
        if begun is None or (life is not None and life.begun is begun):
            return life
        return self._begin_lost(begun) if begun[0] <= mark[0] else None

    def _begin_lost(self, begun: Mark) -> Life:
        life = self._begin(begun)
        life.partial = True
        return life

    def _begin(self, mark: Mark) -> Life:
        time, address, what, code = mark[:4]
        known = self._known(address, time)
        name: str = mark[5] if what is START else code.co_qualname
        life = Life(self._registry.new_identity() if known is None else known.identity, code, name)
        if known is not None:
            life.task = known.task
        came = self.last_marks.came.get(address)
        if came is not None:
            life.thread = came[6]  # until the marks tell
        if what in _BEGINNINGS:
            life.begun = mark
        else:
            life.partial = True
        self._lives[address] = life
        return life

    def _entry(self, life: Life, mark: Mark, number: int) -> Raw:
        time, _, what, _, offset, value, thread, *driver = mark
        if what is START:
            what, value = SEND, None
        elif what is UNBEGUN:
            what = "throw"
        life.thread = self._thread = thread
        event: Raw = (number, time, life, thread, what, value, offset, *driver)
        if what is not SEND:
            life.thrown = event
        return event

    def _exit(self, life: Life, mark: Mark, number: int) -> Raw:
        time, _, what, _, offset, value = mark
        life.ended = what != "yield"
        return (number, time, life, life.thread or self._thread, what, value, offset)

    def _known(self, address: int, time: int) -> Known | None:
        """The record of the coroutine that was there at that time."""
        known = self._registry.by_address.get(address)
        if known is not None and known.born <= time:
            return known
        for known in reversed(self._gone_from.get(address, ())):
            if known.born <= time <= known.died:
                return known
        return None

    def _remember_gone(self) -> None:
        mourned = self._registry.mourned
        while mourned:
            known = mourned.popleft()
            self._gone.append(known)
            self._gone_from.setdefault(known.key, deque()).append(known)

    def _forget_gone(self, time: int) -> None:
        """Those that had gone by the time of the last mark that was read: no other one is about them."""
        while self._gone and self._gone[0].died < time:
            known = self._gone.popleft()
            here = self._gone_from[known.key]
            here.popleft()
            if not here:
                del self._gone_from[known.key]


def _life_of(known: Known) -> Life:
    """The life of a coroutine that was known before recording began."""
    life = Life(known.identity, known.code, known.code.co_qualname)
    life.partial = known.sampled
    life.task = known.task
    life.exchanges = known.exchanges
    life.thread = known.thread
    life.events = list(known.events)
    life.thrown = known.thrown
    return life
