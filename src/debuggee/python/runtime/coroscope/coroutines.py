"""Identity of coroutine objects, and what can be told of one: its delegation chain, what it iterates over and is inside of.

Objects are held weakly. An id is given once, stays for the session and is never reused.
"""

from __future__ import annotations

import gc
import weakref
from collections import deque
from time import perf_counter_ns
from types import CodeType
from typing import Any, NamedTuple, Protocol

from . import evaluation_stack, interpreter
from .interpreter import Coroutine, is_coroutine
from .looking import mro, namespace

_MAX_CHAIN = 100_000


class Known(weakref.ref[Coroutine]):
    """A coroutine that was seen: a weak reference to it, its id, and what was recorded of it (which is the recorder's).

    One object for each, because a program may have a million of them.
    """

    __slots__ = (
        "born",
        "code",
        "died",
        "events",
        "exchanges",
        "identity",
        "key",
        "sampled",
        "site",
        "task",
        "thread",
        "thrown",
    )

    key: int
    """The address of the coroutine, which is its own as long as this is in the registry."""
    identity: int
    code: CodeType
    events: list[tuple[Any, ...]] | deque[tuple[Any, ...]]
    """The last events, oldest first (``exchanges``)."""
    exchanges: int
    thread: int
    """The system's identifier of the thread that resumed it last, and so of all it does until it is suspended."""
    thrown: tuple[Any, ...] | None
    """The last thing thrown in, which may be older than ``events``."""
    sampled: bool
    born: int
    died: int
    """When this came to be and when the coroutine went, on the monotonic clock in nanoseconds, where all is recorded."""
    task: str | None
    """What the task was called that was made of it, if that was seen: the task may be gone when this is asked for."""
    site: tuple[CodeType, int] | None
    """Code and line that created that task, if that was seen."""


class Lives(Protocol):
    """Who records all exchanges. Addresses are those of coroutines."""

    def identity_of(self, address: int, code: CodeType) -> int:
        """The id of the coroutine of that code that has started and is there; 0 if it was not recorded."""
        ...

    def address_of(self, identity: int) -> int:
        """Where the coroutine of that id is, or was last; 0 if it was not recorded."""
        ...

    def is_driven(self, address: int, leaves: bool) -> bool:
        """Whether the coroutine that runs there, or leaves by a ``yield``, was resumed by ``next`` or ``send``."""
        ...


_NOTHING: deque[tuple[Any, ...]] = deque(maxlen=0)
_MOURNED = 65_536


class Registry:
    """Ids for coroutine objects.

    A coroutine that is being deallocated runs its clean-up after its weak references were cleared (``gen_dealloc``), and
    a new one made then would be left dangling. So a running coroutine gets a weak reference only where it was just
    driven by ``next`` or ``send`` (``know``), which a dying one never is; elsewhere it is recognised by its address
    among those that have just gone, or gets an id for the present stop only.
    """

    def __init__(self) -> None:
        self.by_address: dict[int, Known] = {}
        """What is in here is alive: an entry is taken out by the very callback of its weak reference."""
        self._by_id: dict[int, Known] = {}
        self._departing: deque[Known] = deque(maxlen=256)
        self._passing: dict[int, int] = {}
        self._next = 1
        self._lives: Lives | None = None
        self.mourned: deque[Known] = deque(maxlen=_MOURNED)
        """Where all exchanges are recorded, the records of those that have gone, until they are taken from here."""
        self._gone = self._forget

    def attend(self, lives: Lives | None) -> None:
        """Names who records all exchanges, and so knows coroutines that have no record here; None if nobody does."""
        self._lives = lives
        self.mourned.clear()

    def new_identity(self) -> int:
        identity = self._next
        self._next = identity + 1
        return identity

    def know(self, coroutine: Coroutine) -> Known:
        """The record of a coroutine that is certainly alive: suspended, created, or just resumed."""
        key = id(coroutine)
        known = self.by_address.get(key)
        if known is not None:
            return known
        known = Known(coroutine, self._gone)
        # All of it in one function, as every coroutine that is recorded passes through here.
        identity = self._passing.pop(key, 0) if self._passing else 0
        lives = self._lives
        if lives is None:
            known.born = 0
        else:
            known.born = perf_counter_ns()
            if not identity and interpreter.state_of(coroutine) != "created":
                identity = lives.identity_of(key, interpreter.code_of(coroutine))
        if not identity:
            identity = self._next
            self._next = identity + 1
        known.key = key
        known.identity = identity
        known.code = interpreter.code_of(coroutine)
        known.events = []
        known.exchanges = 0
        known.thread = 0
        known.thrown = None
        known.sampled = False
        known.task = None
        known.site = None
        self.by_address[key] = self._by_id[identity] = known
        return known

    def departed(self, coroutine: Coroutine) -> Known | None:
        """The record, which remembers nothing, of a coroutine that is being deallocated; None for one never seen."""
        key = id(coroutine)
        for departed in reversed(self._departing):
            if departed.key == key:
                return departed
        return None

    def seen(self, coroutine: Coroutine) -> Known | None:
        """The record of a coroutine that was seen before, be it alive or in its deallocation."""
        return self.by_address.get(id(coroutine)) or self.departed(coroutine)

    def is_certainly_alive(self, coroutine: Coroutine) -> bool:
        """Whether one that runs is known not to be in its deallocation."""
        key = id(coroutine)
        return key in self.by_address or (self._lives is not None and self._lives.is_driven(key, leaves=False))

    def id_of(self, coroutine: Coroutine) -> int:
        """The id of any coroutine that can be seen at a stop."""
        known = self.by_address.get(id(coroutine))
        if known is not None:
            return known.identity
        key = id(coroutine)
        lives = self._lives
        if not interpreter.is_running(coroutine) or (
            lives is not None and lives.is_driven(key, interpreter.leaving() is coroutine)
        ):
            return self.know(coroutine).identity
        if key in self._passing:
            return self._passing[key]
        identity = 0 if lives is None else lives.identity_of(key, interpreter.code_of(coroutine))
        if identity:
            self._passing[key] = identity
            return identity
        departed = self.departed(coroutine)
        if departed is not None:
            return departed.identity
        identity = self._passing[key] = self.new_identity()
        return identity

    def forget_passing(self) -> None:
        """After a stop: ids that were given to running coroutines by their address only."""
        self._passing.clear()

    def address_of(self, identity: int) -> int:
        """Where a coroutine is that is alive, as far as that is known; 0 for any other."""
        known = self._by_id.get(identity)
        if known is not None:
            return known.key
        passing = next((address for address, passing in self._passing.items() if passing == identity), 0)
        return passing or (0 if self._lives is None else self._lives.address_of(identity))

    def record_of(self, identity: int) -> Known | None:
        """The record of a coroutine that is still alive."""
        return self._by_id.get(identity)

    def _forget(self, known: Known) -> None:
        """The callback of the weak references. One for all: a program may have a million of them, and lose as many a second."""
        key = known.key
        if self.by_address.get(key) is known:
            del self.by_address[key]
        self._by_id.pop(known.identity, None)
        self._departing.append(known)
        # Its events hold it. What holds them in turn must not be left to the garbage collector, which short-lived
        # coroutines would keep busy.
        known.events = _NOTHING
        known.thrown = None
        lives = self._lives
        if lives is not None:
            known.died = perf_counter_ns()
            self.mourned.append(known)

    def find(self, identity: int) -> Coroutine | None:
        """The coroutine of that id, if it is alive."""
        known = self._by_id.get(identity)
        if known is not None:
            return known()
        address = self.address_of(identity)
        # One that was recorded but not looked at so far. It takes a look at all there is, as only somebody's wish does.
        found = [each for each in gc.get_objects() if id(each) == address] if address else []
        return next((each for each in found if is_coroutine(each) and self.id_of(each) == identity), None)

    def was_given(self, identity: int) -> bool:
        return 0 < identity < self._next


class Chain(NamedTuple):
    """A delegation chain from its root: the coroutines, and what the last of them waits for if that is no coroutine."""

    coroutines: list[Coroutine]
    leaf: object | None
    cycle: bool


def chain_of(root: Coroutine) -> Chain:
    """Follows delegates from ``root`` to the leaf that really yields."""
    coroutines: list[Coroutine] = []
    seen: set[int] = set()
    current: object | None = root
    while is_coroutine(current):
        if id(current) in seen or len(coroutines) >= _MAX_CHAIN:
            return Chain(coroutines, None, True)
        seen.add(id(current))
        coroutines.append(current)
        current = interpreter.delegate_of(current)
    return Chain(coroutines, current, False)


class Block(NamedTuple):
    """A ``with`` block: its context manager, and whether its ``__aenter__`` is still awaited."""

    manager: object
    entering: bool = False


def iterating_and_inside(coroutine: Coroutine) -> tuple[list[object], list[Block]]:
    """What the ``for`` loops of a suspended coroutine run over, and the ``with`` blocks it stands in, outer ones first.

    The innermost block may be one that it is only entering.
    """
    stack = evaluation_stack.entries(coroutine)
    delegate = interpreter.raw_delegate(coroutine)
    if delegate is not None and stack and stack[-1] is delegate:
        stack.pop()
    iterating: list[object] = []
    inside: list[Block] = []
    index = 0
    while index < len(stack):
        exit_ = evaluation_stack.exit_owner(stack, index)
        if exit_ is not None:
            inside.append(Block(exit_[0]))
            index += exit_[1]
            continue
        value = stack[index]
        if _is_iterator(value):
            iterating.append(value)
        index += 1
    if inside and stack and evaluation_stack.enters_block(coroutine):
        inside[-1] = inside[-1]._replace(entering=True)
    return iterating, inside


def _is_iterator(value: object) -> bool:
    """An object with ``__next__`` or ``__anext__`` on its type, looked up without running anything (3.15 keeps a list's
    or tuple's loop as the sequence itself, PEP 703's tagged index)."""
    kind = type(value)
    if is_coroutine(value) or kind is list or kind is tuple or kind is range:
        return True
    for base in mro(kind):
        names = namespace(base)
        if "__next__" in names or "__anext__" in names:
            return True
    return False
