"""Findings that nothing announces: they are looked for while the program stands still, and once more at its end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import filterfalse, islice
from types import CoroutineType
from typing import Any

from . import asyncio_tasks, coroutines, finding_texts, interpreter, loops, tasks, unkept_tasks
from .asyncio_objects import stands_for
from .asyncio_reports import AsyncioReports
from .await_graph import AwaitGraph
from .coroutines import Registry
from .creations import Creations
from .explained import Place, places
from .findings import Finding
from .library_objects import field, instances, is_instance
from .snapshots import snapshot
from .stacks import Stacks
from .user_code import UserCode

_MOST_DEADLOCKED = 1000
_UVLOOP = (
    "uvloop runs its callbacks in C: what blocked it, exceptions that nobody retrieved and async generators left open are "
    "not seen there. asyncio's own loop shows them."
)


class FindingSearch:
    def __init__(
        self,
        registry: Registry,
        user_code: UserCode,
        creations: Creations,
        reports: AsyncioReports,
        graph: AwaitGraph,
        stacks: Stacks,
    ) -> None:
        self._registry = registry
        self._user_code = user_code
        self._creations = creations
        self._reports = reports
        self._graph = graph
        self._stacks = stacks

    def now(self) -> list[Finding]:
        """While the program is paused."""
        return [*self.deadlocks(), *self._unkept(), *self._failed(for_good=False)]

    def at_end(self) -> list[Finding]:
        """When no code of the program runs any more, and its objects are still there."""
        return [*self._never_awaited(), *self._failed(for_good=True), *self._never_finished()]

    def deadlocks(self) -> list[Finding]:
        """Also while the program runs."""
        if not tasks.any_scheduler():
            return []
        graph = self._graph.deadlocks(_MOST_DEADLOCKED)
        nodes = {node["id"]: node for node in graph["nodes"]}
        return [self._deadlock([nodes[each] for each in cycle]) for cycle in graph["deadlocks"]]

    def _deadlock(self, cycle: list[dict[str, Any]]) -> Finding:
        rows = [(node["name"], node["row"]) for node in cycle if "row" in node]
        found = places(
            *(Place(f"where {name} waits", row["location"]) for name, row in rows if row.get("location") is not None)
        )
        return finding_texts.deadlock([node["name"] for node in cycle], found, rows[0][1]["id"] if rows else None)

    def _unkept(self) -> list[Finding]:
        self._stacks.forget_tasks()
        # Whoever is not among the first is let go with the generator: nothing else may refer to them now.
        pending = list(islice(self._user_tasks(done=False), unkept_tasks.LIMIT))
        found: list[Finding] = []
        for task in unkept_tasks.unkept(pending):
            name, coroutine = self._reports.name_of(task)
            identity = self._registry.id_of(coroutine) if coroutine is not None else None
            found.append(finding_texts.not_kept(name, self._reports.places_of(coroutine), identity))
        return found

    def _failed(self, *, for_good: bool) -> list[Finding]:
        """Tasks that hold an exception which nobody has asked for; not those that somebody is just being told of."""
        failed = [
            (task, error)
            for task in self._user_tasks(done=True, which=_holds_exception)
            if (error := field(task, "_exception")) is not None
        ]
        told = _told() if failed and not for_good else set[int]()
        return [self._reports.failed(task, error, for_good=for_good) for task, error in failed if id(task) not in told]

    def _never_finished(self) -> list[Finding]:
        found: list[Finding] = []
        for task in self._user_tasks(done=False):
            name, coroutine = self._reports.name_of(task)
            found.append(
                finding_texts.never_finished(name, self._reports.places_of(coroutine), self._reports.known(coroutine))
            )
        return found

    def _never_awaited(self) -> list[Finding]:
        """Coroutines that nobody will await any more: the interpreter would say so when it lets go of them."""
        objects = tasks.coroutines_and_tasks()
        of_tasks = tasks.TasksByRoot(objects)
        created = [each for each in snapshot(objects).created if type(each) is CoroutineType]
        found = [
            self._creations.unawaited(each, None, self._registry.id_of(each))
            for each in created
            if each not in of_tasks
        ]
        return [finding for finding in found if finding is not None]

    def _user_tasks(self, *, done: bool, which: Callable[[Any], bool] = lambda task: True) -> Iterator[Any]:
        """Tasks, pending or done, of coroutines of the user's. Of a million, those are looked at that are asked for."""
        types = asyncio_tasks.task_types()
        everyone = instances(*types) if types else []
        for members in tasks.by_class(everyone):
            is_done = asyncio_tasks.base_of(members[0]).done
            chosen: Iterator[Any] = filter(is_done, members) if done else filterfalse(is_done, members)
            for task in chosen:
                if which(task) and self._is_users(task, types):
                    yield task

    def _is_users(self, task: Any, types: tuple[type, ...]) -> bool:
        coroutine = tasks.describe(task, types).coroutine
        chain = coroutines.chain_of(coroutine).coroutines if coroutine is not None else []
        return any(self._user_code.is_user(interpreter.code_of(each)) for each in chain)


def _holds_exception(task: object) -> bool:
    return field(task, "_log_traceback") is True or field(task, "_Future__log_traceback") is True


def _told() -> set[int]:
    """The addresses of futures whose end a callback is about to hear of, or that a task awaits."""
    found: set[int] = set()
    loop_class = loops.asyncio_part("events", "AbstractEventLoop")
    for loop in instances(loop_class) if loop_class is not None else ():
        for handle in list(loops.attribute(loop, "_ready") or ()):
            arguments: Any = field(handle, "_args") if is_instance(handle, "asyncio.events", "Handle") else None
            found.update(id(each) for each in (arguments or ()))
    for task in instances(*asyncio_tasks.task_types()):
        waiter = asyncio_tasks.waiter_of(task)
        if waiter is not None:
            found.add(id(waiter))
            inner = stands_for(waiter)
            found.update(id(each) for each in (inner[0] if inner is not None else ()))
    return found


def limits() -> list[str]:
    """What cannot be seen in this program, each in one line."""
    if "uvloop" in sys.modules:
        return [_UVLOOP]
    return []
