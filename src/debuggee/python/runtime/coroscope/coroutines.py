"""Identity of coroutine objects, and what can be told of one: its delegation chain, what it iterates over and is inside of.

Objects are held weakly. An id is given once, stays for the session and is never reused.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from . import interpreter
from .interpreter import Coroutine, is_coroutine
from .looking import mro, namespace

_MAX_CHAIN = 100_000


class Registry:
    """Ids for coroutine objects."""

    def __init__(self) -> None:
        self._by_key: dict[int, tuple[int, weakref.ref[Any]]] = {}
        self._by_id: dict[int, weakref.ref[Any]] = {}
        self._next = 1
        self.on_gone: Callable[[int], None] | None = None

    def id_of(self, coroutine: Coroutine) -> int:
        key = id(coroutine)
        known = self._by_key.get(key)
        if known is not None and known[1]() is coroutine:
            return known[0]
        identity = self._next
        self._next = identity + 1

        def gone(reference: Any) -> None:
            current = self._by_key.get(key)
            if current is not None and current[1] is reference:
                del self._by_key[key]
            self._by_id.pop(identity, None)
            if self.on_gone is not None:
                self.on_gone(identity)

        reference = weakref.ref(coroutine, gone)
        self._by_key[key] = (identity, reference)
        self._by_id[identity] = reference
        return identity

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
    """An open ``with`` block: its context manager."""

    manager: object


def iterating_and_inside(coroutine: Coroutine) -> tuple[list[object], list[Block]]:
    """What the ``for`` loops of a suspended coroutine run over, and the ``with`` blocks it stands in, outer ones first."""
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
