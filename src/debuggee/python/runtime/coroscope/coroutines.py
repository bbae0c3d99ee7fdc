"""Identity of coroutine objects, and what can be told of one: its delegation chain, what it iterates over and is inside of.

Objects are held weakly. An id is given once, stays for the session and is never reused.
"""

from __future__ import annotations

import gc
import weakref
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from . import interpreter
from .interpreter import Coroutine, is_coroutine
from .looking import mro, namespace

_MAX_CHAIN = 100_000


class Registry:
    """Ids for coroutine objects.

    A coroutine that is being deallocated runs its clean-up after its weak references were cleared (``gen_dealloc``), and
    a new one made then would be left dangling. So a running coroutine gets a weak reference only where it was just
    driven by ``next`` or ``send`` (``register``), which a dying one never is; elsewhere it is recognised by its address
    among those that have just gone, or gets an id for the present stop only.
    """

    def __init__(self) -> None:
        self._by_key: dict[int, tuple[int, weakref.ref[Any]]] = {}
        self._by_id: dict[int, weakref.ref[Any]] = {}
        self._departing: deque[tuple[int, int]] = deque(maxlen=256)
        self._passing: dict[int, int] = {}
        self._next = 1
        self.on_gone: Callable[[int], None] | None = None

    def register(self, coroutine: Coroutine) -> int:
        """The id of a coroutine that is certainly alive: suspended, created, or just resumed."""
        key = id(coroutine)
        known = self._by_key.get(key)
        if known is not None and known[1]() is coroutine:
            return known[0]
        identity = self._passing.pop(key, 0) or self._new_id()

        def gone(reference: Any) -> None:
            current = self._by_key.get(key)
            if current is not None and current[1] is reference:
                del self._by_key[key]
            self._by_id.pop(identity, None)
            self._departing.append((key, identity))
            if self.on_gone is not None:
                self.on_gone(identity)

        reference = weakref.ref(coroutine, gone)
        self._by_key[key] = (identity, reference)
        self._by_id[identity] = reference
        return identity

    def known(self, coroutine: Coroutine) -> tuple[int, bool] | None:
        """The id of a coroutine seen before, and whether it is being deallocated; None for one never seen."""
        key = id(coroutine)
        found = self._by_key.get(key)
        if found is not None and found[1]() is coroutine:
            return found[0], False
        for departed, identity in reversed(self._departing):
            if departed == key:
                return identity, True
        return None

    def id_of(self, coroutine: Coroutine) -> int:
        """The id of any coroutine that can be seen at a stop."""
        known = self.known(coroutine)
        if interpreter.is_running(coroutine):
            if known is not None:
                return known[0]
            return self._passing.setdefault(id(coroutine), 0) or self._pass(coroutine)
        return known[0] if known is not None and not known[1] else self.register(coroutine)

    def _pass(self, coroutine: Coroutine) -> int:
        identity = self._passing[id(coroutine)] = self._new_id()
        return identity

    def _new_id(self) -> int:
        identity = self._next
        self._next = identity + 1
        return identity

    def forget_passing(self) -> None:
        """After a stop: ids that were given to running coroutines by their address only."""
        self._passing.clear()

    def find(self, identity: int) -> Coroutine | None:
        reference = self._by_id.get(identity)
        return reference() if reference is not None else None

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


class Snapshot(NamedTuple):
    """All coroutines of the program at one moment. ``roots``: suspended or created, and nobody's delegate."""

    suspended: list[Coroutine]
    created: list[Coroutine]
    delegated: set[int]


def snapshot(objects: Iterable[object] | None = None) -> Snapshot:
    """Finds every suspended coroutine by the garbage collector's lists (frozen ones, ``gc.freeze``, are not in them)."""
    suspended: list[Coroutine] = []
    created: list[Coroutine] = []
    delegated: set[int] = set()
    for value in gc.get_objects() if objects is None else objects:
        if not is_coroutine(value):
            continue
        coroutine = value
        if interpreter.is_suspended(coroutine):
            suspended.append(coroutine)
            delegate = interpreter.delegate_of(coroutine)
            if is_coroutine(delegate):
                delegated.add(id(delegate))
        elif interpreter.frame_of(coroutine) is not None and not interpreter.is_running(coroutine):
            created.append(coroutine)
    return Snapshot(suspended, created, delegated)


class Block(NamedTuple):
    """A ``with`` block: its context manager, and whether its ``__aenter__`` is still awaited."""

    manager: object
    entering: bool = False


def iterating_and_inside(coroutine: Coroutine) -> tuple[list[object], list[Block]]:
    """What the ``for`` loops of a suspended coroutine run over, and the ``with`` blocks it stands in, outer ones first.

    The innermost block may be one that it is only entering.
    """
    stack = interpreter.evaluation_stack(coroutine)
    delegate = interpreter.raw_delegate(coroutine)
    if delegate is not None and stack and stack[-1] is delegate:
        stack.pop()
    iterating: list[object] = []
    inside: list[Block] = []
    index = 0
    while index < len(stack):
        exit_ = interpreter.exit_owner(stack, index)
        if exit_ is not None:
            inside.append(Block(exit_[0]))
            index += exit_[1]
            continue
        value = stack[index]
        if _is_iterator(value):
            iterating.append(value)
        index += 1
    if inside and stack and interpreter.enters_block(coroutine):
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
