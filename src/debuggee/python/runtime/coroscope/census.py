"""All root coroutines of the user's code at one moment: those that no other coroutine delegates to.

There may be a million of them. So the work on each is a few looks at the interpreter's own attributes; ids are given
only to those that are shown. While the program stands, the garbage collector rests (``collector``): the objects made
here would have it look through all of the program's again and again.
"""

from __future__ import annotations

from itertools import filterfalse, repeat
from operator import attrgetter, is_
from types import CodeType, CoroutineType, FrameType, GeneratorType
from typing import Any, NamedTuple

from . import frame_locals, interpreter
from .coroutines import Known, Registry, chain_of
from .interpreter import SUSPENDS, Coroutine
from .pausing import World
from .population import Population
from .positions import delegates_at
from .snapshots import Snapshot, snapshot
from .stacks import Stacks
from .tasks import TasksByRoot
from .user_code import UserCode

STATES = ("running", "suspended", "created", "closed")


class Census(NamedTuple):
    roots: dict[str, list[Coroutine]]
    """By state. Of each: those near the stop first, then those with an id in the order of their ids, then the others."""
    facts: TasksByRoot
    """Tasks, by their coroutine."""
    everyone: Snapshot
    """The coroutines that are delegated to as well."""


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
        found = snapshot(objects)
        facts = self._stacks.tasks_by_root(objects)
        del objects
        # While they are held here, nothing takes the entry of one of them away.
        known = self._registry.by_address
        near = self._near_the_stop()
        roots = {
            "running": [each for each in found.running if self._is_running_root(each)],
            "suspended": list(filterfalse(found.delegated.__contains__, found.suspended)),
            "created": found.created,
            "closed": found.closed,
        }
        return Census({state: ordered(self._own(each), known, near) for state, each in roots.items()}, facts, found)

    def _is_running_root(self, coroutine: Coroutine) -> bool:
        if self._world.stop is None and not self._registry.is_certainly_alive(coroutine):
            return False
        frame = interpreter.frame_of(coroutine)
        outer = frame.f_back if frame is not None else None
        return outer is None or not (outer.f_code.co_flags & SUSPENDS and delegates_at(outer.f_code, outer.f_lasti))

    def _own(self, roots: list[Coroutine]) -> list[Coroutine]:
        """Those that run the user's code somewhere on their delegation chain."""
        is_user = self._user_code.is_user
        codes = codes_of(roots)
        addresses = list(map(id, codes))
        # By address, which is its own as long as the coroutines at hand live: hashing a code object goes through all of it.
        users = {at: is_user(code) for at, code in dict(zip(addresses, codes, strict=True)).items()}
        if all(users.values()):
            return roots
        return [
            root
            for root, at in zip(roots, addresses, strict=True)
            if users[at] or (interpreter.raw_delegate(root) is not None and self._leads_to_user(root, users))
        ]

    def _leads_to_user(self, root: Coroutine, users: dict[int, bool]) -> bool:
        for each in chain_of(root).coroutines:
            code = interpreter.code_of(each)
            is_users = users.get(id(code))
            if is_users is None:
                is_users = users[id(code)] = self._user_code.is_user(code)
            if is_users:
                return True
        return False

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


def codes_of(coroutines: list[Coroutine]) -> list[CodeType]:
    return [
        each.cr_code
        if type(each) is CoroutineType
        else each.gi_code
        if type(each) is GeneratorType
        else interpreter.code_of(each)
        for each in coroutines
    ]


_identity = attrgetter("identity")


def ordered(roots: list[Coroutine], known: dict[int, Known], near: set[int]) -> list[Coroutine]:
    """Those near the stop, given by their ``id()``, first, then those with an id in the order of their ids, then the others.

    Steps over whole lists: for a million roots, a loop with as many decisions would take several times as long."""
    addresses = list(map(id, roots))
    first: list[Coroutine] = []
    if not near.isdisjoint(addresses):
        first = [root for root in roots if id(root) in near]
        first.sort(key=lambda root: known[id(root)].identity if id(root) in known else 0)
        roots = [root for root in roots if id(root) not in near]
        addresses = list(map(id, roots))
    records: list[Any] = list(map(known.get, addresses))
    new: list[Coroutine] = []
    if any(map(is_, records, repeat(None))):
        new = [root for root, record in zip(roots, records, strict=True) if record is None]
        roots = [root for root, record in zip(roots, records, strict=True) if record is not None]
        records = [record for record in records if record is not None]
    identities = list(map(_identity, records))
    # Most often they are in that order already, which sorting finds out in one go.
    order = sorted(range(len(roots)), key=identities.__getitem__)
    return [*first, *map(roots.__getitem__, order), *new]
