"""All root coroutines of the user's code at one moment: those that no other coroutine delegates to.

There may be a million of them. So the work on each is a few looks at the interpreter's own attributes; ids are given
only to those that are shown. While the program stands, the garbage collector rests (``collector``): the objects made
here would have it look through all of the program's again and again.
"""

from __future__ import annotations

from itertools import filterfalse
from types import CoroutineType, FrameType, GeneratorType
from typing import NamedTuple

from . import coroutines, frame_locals, interpreter
from .coroutines import Known, Registry, chain_of
from .interpreter import SUSPENDS, Coroutine
from .pausing import World
from .population import Population
from .positions import delegates_at
from .stacks import Stacks
from .tasks import TasksByRoot
from .user_code import UserCode

STATES = ("running", "suspended", "created", "closed")


class Census(NamedTuple):
    roots: dict[str, list[Coroutine]]
    """By state. Of each: those near the stop first, then those with an id in the order of their ids, then the others."""
    facts: TasksByRoot
    """Tasks, by their coroutine."""
    delegated: dict[Coroutine, Coroutine]
    """From a delegate to the coroutine that delegates to it."""


class CensusTaker:
    def __init__(
        self, population: Population, registry: Registry, stacks: Stacks, world: World, user_code: UserCode
    ) -> None:
        self._population = population
        self._registry = registry
        self._stacks = stacks
        self._world = world
        self._user_code = user_code

    def take(self) -> Census:
        """While the program runs, what is found may be out of date at once."""
        objects = self._population.take()
        found = coroutines.snapshot(objects)
        facts = self._stacks.tasks_by_root(objects)
        del objects
        known = self._registry.by_address_now()
        near = self._near_the_stop()
        roots = {
            "running": [each for each in found.running if self._is_running_root(each, known)],
            "suspended": list(filterfalse(found.delegated.__contains__, found.suspended)),
            "created": found.created,
            "closed": found.closed,
        }
        return Census(
            {state: _ordered(self._own(each), known, near) for state, each in roots.items()}, facts, found.delegated
        )

    def _is_running_root(self, coroutine: Coroutine, known: dict[int, Known]) -> bool:
        # One that is being deallocated can only be told from others by an id it had (see ``Registry``).
        if self._world.stop is None and id(coroutine) not in known:
            return False
        frame = interpreter.frame_of(coroutine)
        outer = frame.f_back if frame is not None else None
        return outer is None or not (outer.f_code.co_flags & SUSPENDS and delegates_at(outer.f_code, outer.f_lasti))

    def _own(self, roots: list[Coroutine]) -> list[Coroutine]:
        """Those that run the user's code somewhere on their delegation chain."""
        is_user = self._user_code.is_user
        known: dict[int, bool] = {}  # by the id() of code objects, which live as long as the coroutines at hand
        own: list[Coroutine] = []
        for root in roots:
            code = (
                root.gi_code
                if type(root) is GeneratorType
                else root.cr_code
                if type(root) is CoroutineType
                else interpreter.code_of(root)
            )
            users = known.get(id(code))
            if users is None:
                users = known[id(code)] = is_user(code)
            if users or (
                interpreter.raw_delegate(root) is not None
                and any(is_user(interpreter.code_of(each)) for each in chain_of(root).coroutines)
            ):
                own.append(root)
        return own

    def _near_the_stop(self) -> set[int]:
        """Coroutines on or just below the stack that the program stopped on."""
        stop = self._world.stop
        near: set[int] = set()
        frame: FrameType | None = stop.frame if stop is not None else None
        while frame is not None and len(near) < 1000:
            for value in list(frame_locals.names_of(frame).values()):
                if interpreter.is_coroutine(value):
                    near.add(id(value))
            frame = frame.f_back
        return near


def _ordered(roots: list[Coroutine], known: dict[int, Known], near: set[int]) -> list[Coroutine]:
    first: list[Coroutine] = []
    seen: list[Coroutine] = []
    new: list[Coroutine] = []
    for each in roots:
        key = id(each)
        if key in near:
            first.append(each)
        elif key in known:
            seen.append(each)
        else:
            new.append(each)
    first.sort(key=lambda each: known[id(each)].identity if id(each) in known else 0)
    seen.sort(key=lambda each: known[id(each)].identity)
    return [*first, *seen, *new]
