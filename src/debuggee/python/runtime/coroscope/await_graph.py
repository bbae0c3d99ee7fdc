"""The await graph: who waits for whom and for what, who holds and who wants which lock, and the deadlocks in it.

A deadlock is looked for among all tasks: a quick look tells of each whether it may be stuck at all, and a close one what
it needs. While the program runs that takes a while, so a deadlock is reported only if each of its tasks still waits for
the very future it was seen waiting for: then none of them has moved in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress
from math import inf
from time import monotonic
from types import FrameType
from typing import NamedTuple

from . import frame_locals, interpreter, tasks, thing_names, waiting, waits
from .asyncio_objects import one_look
from .coroutine_list import CoroutineList
from .coroutines import chain_of
from .deadlocks import Need, cycles, stuck_nodes
from .interpreter import Coroutine
from .open_blocks import Standing, standing
from .pausing import World
from .protocol import Json
from .schedulers import TaskFact
from .stacks import Stacks
from .tasks import TasksByRoot
from .user_code import UserCode
from .waits import Wait

_LOCKS = ("lock", "semaphore")
_NAMED = (*_LOCKS, "condition", "event", "queue", "barrier")


class Party(NamedTuple):
    """A task, or a root coroutine that something else drives: one that can wait."""

    root: Coroutine
    fact: TaskFact | None
    wait: Wait | None
    standing: Standing
    deadline: float | None
    """When a timeout around the wait ends it; not that of a plain sleep."""
    waiter: object | None
    """As ``tasks.waiter_of`` had it when all the rest was read."""

    @property
    def key(self) -> int:
        return id(self.root if self.fact is None else self.fact.task)


type _Parties = dict[int, Party]


class AwaitGraph:
    def __init__(self, listing: CoroutineList, stacks: Stacks, world: World, user_code: UserCode) -> None:
        self._listing = listing
        self._stacks = stacks
        self._world = world
        self._user_code = user_code

    def build(self, limit: int) -> Json:
        """The reply to ``awaitGraph``. Keeps nothing of the program."""
        return self._build(limit, limit)

    def deadlocks(self, limit: int) -> Json:
        """The same with those alone who are in a deadlock, at most ``limit`` of them."""
        return self._build(limit, 0)

    def _build(self, limit: int, others: int) -> Json:
        try:
            with one_look():
                return self._look(limit, others)
        finally:
            if self._world.stop is None:
                frame_locals.forget_snapshots()

    def _look(self, limit: int, others: int) -> Json:
        """``others``: as many nodes as there are to be, though they are in no deadlock."""
        census = self._listing.census()
        parts = census.facts.parts
        look_at = _Looker(self._stacks, census.facts, self._world)
        # Only those that may be stuck are looked at closely, whoever else there is, and those that are shown.
        suspects = [
            root
            for scheduler, pending, roots in parts
            for root in compress(roots, scheduler.may_be_stuck(pending, roots))
        ]
        parties = look_at(suspects)
        pending_keys = (
            frozenset(id(task) for _, pending, _ in parts for task in pending) if parties else frozenset[int]()
        )
        needs = _needs(parties, pending_keys)
        stuck = stuck_nodes(needs)
        found = [cycle for cycle in cycles(needs, stuck) if self._holds_still(cycle, parties)]
        in_deadlock = {key for cycle in found for key in cycle}
        first = self._listing.ordered([each.root for key, each in parties.items() if key in in_deadlock])
        of_tasks = [root for _, _, roots in parts for root in roots]
        alone = [each for each in census.roots["suspended"] if each not in census.facts and _delegates(each)]
        in_front = frozenset(first)
        order = [*first, *self._listing.ordered([each for each in (*of_tasks, *alone) if each not in in_front])]
        keys = [each.key for each in look_at(order[: min(limit, max(others, len(first)))], parties).values()]
        shown = [parties[key] for key in keys]
        stop = self._world.stop
        awaited = {(party.key, id(each)) for party in shown if party.wait is not None for each in party.wait.futures}
        picture = _Picture(stop.at if stop is not None else monotonic(), set(keys), awaited)
        for party in shown:
            picture.add(party, self._stacks.row(party.root, party.fact), party.key in stuck and bool(found))
        picture.name_things(thing_names.names_in(self._frames(order), set(picture.things)))
        return {
            "nodes": picture.nodes,
            "edges": picture.edges,
            "deadlocks": [
                [picture.ids[key] for key in cycle] for cycle in found if all(k in picture.ids for k in cycle)
            ],
            "total": len(order),
        }

    def _holds_still(self, cycle: list[int], parties: _Parties) -> bool:
        return all(
            party.fact is not None and party.waiter is not None and tasks.waiter_of(party.fact) is party.waiter
            for key in cycle
            if (party := parties.get(key)) is not None
        )

    def _frames(self, roots: list[Coroutine]) -> Iterator[FrameType]:
        """Those of the user's, as far as somebody goes on asking."""
        for root in roots:
            for each in chain_of(root).coroutines:
                if self._user_code.is_user(interpreter.code_of(each)):
                    frame = interpreter.frame_of(each)
                    if frame is not None:
                        yield frame


def _delegates(root: Coroutine) -> bool:
    return interpreter.raw_delegate(root) is not None


class _Looker:
    """Looks closely at some of those that can wait."""

    def __init__(self, stacks: Stacks, facts: TasksByRoot, world: World) -> None:
        self._facts = facts
        self._everyone: list[TaskFact] | None = None
        self._running = _running(stacks) if world.stop is not None else {}

    def __call__(self, roots: list[Coroutine], known: _Parties | None = None) -> _Parties:
        """One party for each root, by key. Those that are ``known`` are taken from there, and the others added to it."""
        by_root = {party.root: party for party in known.values()} if known is not None else {}
        new = [each for each in roots if each not in by_root]
        facts = self._facts.among(new)
        for root in new:
            by_root[root] = self._party(root, facts.get(root))
        found = {by_root[root].key: by_root[root] for root in roots}
        everybody = found if known is None else known
        everybody.update(found)
        _ask_the_locks(everybody)
        return found

    def _all(self) -> list[TaskFact]:
        if self._everyone is None:
            self._everyone = tasks.all_tasks()
        return self._everyone

    def _party(self, root: Coroutine, fact: TaskFact | None) -> Party:
        # The waiter first: that it is the same one later proves that all the rest was read while the task stood still.
        waiter = tasks.waiter_of(fact) if fact is not None else None
        chain = chain_of(root)
        wait = waiting.wait_of(chain, waiter, self._all) if interpreter.is_suspended(root) else None
        stands = standing(self._running.get(id(root), chain.coroutines))
        timers = stands.timers if wait is None or wait.kind == "timer" else [*stands.timers, *wait.timers]
        around = tasks.deadline_around(fact.task, wait) if fact is not None else None
        deadline = waits.deadline_of(timers if around is None else [*timers, around])
        return Party(root, fact, wait, stands, deadline, waiter)


def _running(stacks: Stacks) -> dict[int, list[Coroutine]]:
    """The coroutines on the stacks of all threads, under the ``id`` of the outermost one of each."""
    found: dict[int, list[Coroutine]] = {}
    for frame in stacks.thread_frames():
        stack: list[Coroutine] = []
        current: FrameType | None = frame
        while current is not None:
            if current.f_code.co_flags & interpreter.SUSPENDS:
                coroutine = interpreter.coroutine_of(current)
                if coroutine is not None:
                    stack.insert(0, coroutine)
            current = current.f_back
        if stack:
            found[id(stack[0])] = stack
    return found


def _needs(parties: _Parties, pending: frozenset[int]) -> dict[int, Need | None]:
    """What each party, and each lock that one of them wants, needs. None for whatever goes on by itself, or might.

    ``pending``: the keys of all tasks that are not done. One that is no party was found not to be stuck. (That locks which
    it holds are not known makes no difference: they come free, as one does whose holder is not known.)
    """
    needs: dict[int, Need | None] = {}
    holders: dict[int, list[int]] = {}
    for party in parties.values():
        for lock in party.standing.locks:
            holders.setdefault(id(lock), []).append(party.key)
    for party in parties.values():
        wait = party.wait
        if wait is None or party.fact is None or party.deadline is not None:
            needs[party.key] = None
        elif wait.kind in _LOCKS:
            needs[party.key] = Need((id(wait.thing),))
            needs[id(wait.thing)] = tasks.need_of_lock(wait.thing, tuple(holders.get(id(wait.thing), ())))
        elif wait.kind == "tasks":
            on = tuple(id(each) for each in wait.futures)
            needs[party.key] = Need(on, wait.any_of) if on else None
            for each in on:
                if each in pending:
                    needs.setdefault(each, None)
        else:
            needs[party.key] = None
    return needs


def _ask_the_locks(parties: _Parties) -> None:
    """Where a lock itself tells who has it, that counts, with a ``with`` block or without one."""
    locks = [lock for party in parties.values() for lock in party.standing.locks]
    locks += [party.wait.thing for party in parties.values() if party.wait is not None and party.wait.kind in _LOCKS]
    telling = {id(lock): holders for lock in locks if (holders := tasks.holders_of(lock)) is not None}
    for party in parties.values():
        party.standing.locks[:] = [lock for lock in party.standing.locks if id(lock) not in telling]
    for lock in {id(each): each for each in locks}.values():
        for holder in telling.get(id(lock), ()):
            if id(holder) in parties:
                parties[id(holder)].standing.locks.append(lock)


class _Picture:
    """Nodes and edges as the wire has them."""

    def __init__(self, now: float, shown: set[int], awaited: set[tuple[int, int]]) -> None:
        self._now = now
        self._shown = shown
        self._awaited = awaited
        self.nodes: list[Json] = []
        self.edges: list[Json] = []
        self.ids: dict[int, int] = {}
        self.things: dict[int, Json] = {}
        self._alive: list[object] = []  # so that no two things of one picture have the same id()

    def add(self, party: Party, row: Json, is_stuck: bool) -> None:
        node = self._party_node(party.key)
        node.update(kind="coroutine" if party.fact is None else "task", row=row)
        task, name = row.get("task", row["kind"]), row["name"]
        # trio and anyio name a task after its function: `__main__.fetch`.
        node["name"] = task if task.endswith("." + name) else f"{task} {name}"
        if is_stuck:
            node["stuck"] = True
        if party.wait is not None:
            node["waits"] = party.wait.text(self._now)
            self._waits(party, party.wait)
        for lock in {id(each): each for each in party.standing.locks}.values():
            kind, name = tasks.lock_text(lock) or ("lock", "lock")
            self._edge(party.key, self._thing(lock, kind, name), "holds")
        parent = tasks.parent_of(party.fact.task) if party.fact is not None else None
        if parent is not None and id(parent.task) in self._shown and (id(parent.task), party.key) not in self._awaited:
            self._party_node(id(parent.task))
            self._edge(party.key, id(parent.task), "awaitedBy", {"through": parent.through})

    def name_things(self, names: dict[int, str]) -> None:
        for key, name in names.items():
            node = self.things[key]
            node["name"] = (
                f"{node['name'].partition(' ')[0]} '{name}'{node['name'][len(node['name'].partition(' ')[0]) :]}"
            )

    def _waits(self, party: Party, wait: Wait) -> None:
        extra: Json = {}
        if wait.through is not None:
            extra["through"] = wait.through
        if wait.any_of:
            extra["any"] = True
        if party.deadline is not None and party.deadline != inf:
            extra["timeout"] = max(0.0, party.deadline - self._now)
        if wait.kind == "tasks":
            for each in wait.futures:
                if id(each) in self._shown:
                    self._party_node(id(each))
                    self._edge(party.key, id(each), "waitsFor", extra)
                elif not tasks.is_task(each, tasks.task_types()):
                    self._edge(party.key, self._thing(each, "future", waits.future_text(each)), "waitsFor", extra)
        elif wait.kind != "ready" and wait.thing is not None:
            name = wait.text(self._now) if wait.kind == "timer" else wait.name
            if wait.kind == "queue" and wait.through is not None:
                name = name.replace("." + wait.through, "", 1)  # its getters and putters share the node
            key = self._thing(wait.thing, wait.kind, name)
            self._edge(party.key, key, "wants" if wait.kind in _LOCKS else "waitsFor", extra)

    def _party_node(self, key: int) -> Json:
        identity = self.ids.get(key)
        return self._node(key) if identity is None else self.nodes[identity]

    def _node(self, key: int) -> Json:
        self.ids[key] = len(self.nodes)
        node: Json = {"id": len(self.nodes)}
        self.nodes.append(node)
        return node

    def _thing(self, thing: object, kind: str, name: str) -> int:
        if id(thing) not in self.ids:
            self._alive.append(thing)
            node = self._node(id(thing))
            node.update(kind=kind, name=name)
            if kind in _NAMED:
                self.things[id(thing)] = node
        return id(thing)

    def _edge(self, start: int, end: int, relation: str, extra: Json | None = None) -> None:
        self.edges.append({"from": self.ids[start], "to": self.ids[end], "relation": relation, **(extra or {})})
