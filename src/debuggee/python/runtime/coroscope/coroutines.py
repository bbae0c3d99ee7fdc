"""Identity of coroutine objects, and what can be told of one: its delegation chain, what it iterates over and is inside of.

Objects are held weakly. An id is given once, stays for the session and is never reused.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable
from types import CodeType
from typing import Any, NamedTuple

from . import evaluation_stack, interpreter
from .interpreter import Coroutine, is_coroutine
from .looking import mro, namespace

_MAX_CHAIN = 100_000


class Known(weakref.ref[Coroutine]):
    """A coroutine that was seen: a weak reference to it, its id, and what was recorded of it (which is the recorder's).

    One object for each, because a program may have a million of them.
    """

    __slots__ = (
        "came",
        "code",
        "events",
        "exchanges",
        "identity",
        "introduced",
        "key",
        "sampled",
        "site",
        "task",
        "thread",
        "thrown",
        "went",
    )

    key: int
    """The address of the coroutine, which is its own as long as this is in the registry."""
    identity: int
    code: CodeType
    events: list[tuple[Any, ...]] | deque[tuple[Any, ...]]
    """The last events, oldest first (``exchanges``); those that are in a ring of all events may not be in here yet."""
    came: tuple[Any, ...] | None
    went: tuple[Any, ...] | None
    """Where there is such a ring, the last event in and the last one out, as the ring may have dropped them."""
    exchanges: int
    thread: int
    """The system's identifier of the thread that resumed it last, and so of all it does until it is suspended."""
    thrown: tuple[Any, ...] | None
    """The last thing thrown in, which may be older than ``events``."""
    sampled: bool
    introduced: bool
    """Whether its name went out with the stream of exchanges."""
    task: str | None
    """What the task was called that was made of it, if that was seen: the task may be gone when this is asked for."""
    site: tuple[CodeType, int] | None
    """Code and line that created that task, if that was seen."""


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
        self._gone = _forgetting(self.by_address, self._by_id, self._departing)

    def know(self, coroutine: Coroutine) -> Known:
        """The record of a coroutine that is certainly alive: suspended, created, or just resumed."""
        key = id(coroutine)
        known = self.by_address.get(key)
        if known is not None:
            return known
        known = Known(coroutine, self._gone)
        # All of it in one function, as every coroutine that is recorded passes through here.
        identity = self._passing.pop(key, 0) if self._passing else 0
        if not identity:
            identity = self._next
            self._next = identity + 1
        known.key = key
        known.identity = identity
        known.code = interpreter.code_of(coroutine)
        known.events = []
        known.came = None
        known.went = None
        known.exchanges = 0
        known.thread = 0
        known.thrown = None
        known.sampled = False
        known.introduced = False
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

    def id_of(self, coroutine: Coroutine) -> int:
        """The id of any coroutine that can be seen at a stop."""
        known = self.by_address.get(id(coroutine))
        if known is not None:
            return known.identity
        if not interpreter.is_running(coroutine):
            return self.know(coroutine).identity
        departed = self.departed(coroutine)
        if departed is not None:
            return departed.identity
        return self._passing.setdefault(id(coroutine), 0) or self._pass(coroutine)

    def _pass(self, coroutine: Coroutine) -> int:
        identity = self._passing[id(coroutine)] = self._next
        self._next = identity + 1
        return identity

    def forget_passing(self) -> None:
        """After a stop: ids that were given to running coroutines by their address only."""
        self._passing.clear()

    def record_of(self, identity: int) -> Known | None:
        """The record of a coroutine that is still alive."""
        return self._by_id.get(identity)

    def find(self, identity: int) -> Coroutine | None:
        known = self._by_id.get(identity)
        return known() if known is not None else None

    def was_given(self, identity: int) -> bool:
        return 0 < identity < self._next


_NOTHING: deque[tuple[Any, ...]] = deque(maxlen=0)


def _forgetting(
    by_address: dict[int, Known], by_id: dict[int, Known], departing: deque[Known]
) -> Callable[[Known], None]:
    """The callback of the weak references. One for all: a program may have a million of them, and lose as many a second."""

    def gone(known: Known) -> None:
        key = known.key
        if by_address.get(key) is known:
            del by_address[key]
        by_id.pop(known.identity, None)
        departing.append(known)
        # Its events hold it, as those that are still in a ring may need its name: what holds them in turn must not be
        # left to the garbage collector, which short-lived coroutines would keep busy.
        known.events = _NOTHING
        known.came = known.went = known.thrown = None

    return gone


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
