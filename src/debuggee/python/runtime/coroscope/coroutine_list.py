"""The list of all coroutines: filtered, grouped and paged here, where they are.

At a stop the list is made once and kept until the program runs on or something is evaluated, so that pages fit
together. While the program runs every answer is a look of its own, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple

from . import grouping, interpreter, parallel_stacks
from .census import STATES, Census, CensusTaker, codes_of, ordered
from .chain_places import ChainPlaces
from .coroutines import Registry, chain_of
from .grouping import Group, Selection
from .interpreter import Coroutine
from .pausing import World
from .population import Population
from .protocol import Args, CommandError, Json
from .records import Records
from .schedulers import TaskFact
from .stacks import Stacks
from .threads import Threads
from .user_code import UserCode


class Query(NamedTuple):
    """Which coroutines. Empty: any; without ``states``, all but the closed ones."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = STATES[:-1]


class _Look:
    """What one look at the program has found, and what was made of it so far."""

    def __init__(self, census: Census, user_code: UserCode) -> None:
        self.census = census
        self.places = ChainPlaces(user_code)
        self.selected: tuple[Query, Selection] | None = None
        self.groups: tuple[Query, str, list[Group]] | None = None


class CoroutineList:
    def __init__(
        self,
        world: World,
        threads: Threads,
        registry: Registry,
        user_code: UserCode,
        records: Records,
        stacks: Stacks,
    ) -> None:
        self._world = world
        self._threads = threads
        self._registry = registry
        self._user_code = user_code
        self._records = records
        self._stacks = stacks
        self._taker = CensusTaker(Population(registry, world), registry, stacks, world, user_code)
        self._kept: _Look | None = None

    def forget(self, _reason: object = None) -> None:
        """The program is about to run, or part of it: lets go of everything."""
        self._kept = None

    def census(self) -> Census:
        return self._look().census

    def ordered(self, roots: list[Coroutine]) -> list[Coroutine]:
        """In the order in which they were first seen; those that never were come last."""
        return ordered(roots, self._registry.by_address, set())

    # --- commands ------------------------------------------------------------------------------------------------

    def threads(self, limit: int) -> Json:
        """The threads of the program, and rows of suspended roots; a task that has not begun is a task all the same."""
        census = self._look().census
        roots = census.roots["suspended"]
        waiting = [each for each in census.roots["created"] if each in census.facts]
        rows = self._threads.rows()
        shown = [*roots[:limit], *waiting[: max(0, limit - len(roots))]]
        facts = census.facts.among(shown)
        return {
            "threads": [{"id": row.id, "name": row.name, "paused": self._world.is_parked(row.ident)} for row in rows],
            "coroutines": [self._stacks.row(each, facts.get(each)) for each in shown],
            "totalCoroutines": len(roots) + len(waiting),
        }

    def page(self, query: Query, by: str | None, key: str | None, start: int, count: int) -> Json:
        """The reply to ``coroutines``: rows; with ``by``, groups; with ``key`` too, the rows of that group."""
        look = self._look()
        selected = self._selected(look, query)
        total = sum(len(members) for _, members in selected)
        end = start + count
        if by is None:
            rows = list(islice(chain.from_iterable(members for _, members in selected), start, end))
            return {"total": total, "length": total, "rows": self._rows(rows, look.census)}
        groups = self._groups(look, query, by)
        if key is None:
            return {
                "total": total,
                "length": len(groups),
                "groups": [grouping.to_wire(each, look.places) for each in groups[start:end]],
            }
        found = next((group for group in groups if group.key == key), None)
        members = found.members if found is not None else []
        return {"total": total, "length": len(members), "rows": self._rows(members[start:end], look.census)}

    def parallel_stacks(self, query: Query, limit: int) -> Json:
        look = self._look()
        nodes, examples, left = parallel_stacks.merged(self._groups(look, query, "stack"), look.places, limit)
        for node, example in zip(nodes, examples, strict=True):
            if interpreter.is_coroutine(example):
                node["coroutine"] = self._registry.id_of(example)
        total = sum(len(members) for _, members in self._selected(look, query))
        return {"total": total, "nodes": nodes, "left": left}

    def row(self, coroutine: Coroutine, fact: TaskFact | None) -> Json:
        """One coroutine as the list shows it."""
        row = self._stacks.row(coroutine, fact)
        row["delegates"] = len(chain_of(coroutine).coroutines) - 1
        history = self._records.history_of(row["id"])
        if history is not None and history.events:
            row["last"] = self._records.event_to_wire(row["id"], history.events[-1])
        return row

    # --- the list ------------------------------------------------------------------------------------------------

    def _look(self) -> _Look:
        if self._kept is not None:
            return self._kept
        stop = self._world.stop
        look = _Look(self._taker.take(), self._user_code)
        # One that was begun while the program ran is not that of a stop that came meanwhile.
        if stop is not None and stop is self._world.stop:
            self._kept = look
        return look

    def _rows(self, members: list[Coroutine], census: Census) -> list[Json]:
        facts = census.facts.among(members)
        return [self.row(each, facts.get(each)) for each in members]

    def _selected(self, look: _Look, query: Query) -> Selection:
        if look.selected is None or look.selected[0] != query:
            look.selected = query, list(self._matching(look, query))
        return look.selected[1]

    def _groups(self, look: _Look, query: Query, by: str) -> list[Group]:
        if look.groups is None or look.groups[:2] != (query, by):
            look.groups = query, by, grouping.grouped(by, self._selected(look, query), look.census, look.places)
        return look.groups[2]

    def _matching(self, look: _Look, query: Query) -> Iterator[tuple[str, list[Coroutine]]]:
        words = tuple(query.text.casefold().split())
        for state in STATES:
            members = look.census.roots[state] if state in query.states else []
            if query.kinds:
                members = [each for each in members if interpreter.kind_of(each) in query.kinds]
            yield state, _with_words(members, words, look) if words else members


def _with_words(members: list[Coroutine], words: tuple[str, ...], look: _Look) -> list[Coroutine]:
    """Those of which every word is in the places of their chain or the name of their task.

    Most often what their own code is called decides it; where they stand is looked at only where it does not, and names
    of tasks only where the places alone do not.
    """
    places = look.places
    codes = codes_of(members)
    different = dict(zip(map(id, codes), codes, strict=True))
    by_code = {at: places.words_left_in(code, words) for at, code in different.items()}
    left = [
        by_code[id(code)] and places.words_left(places.chain(each), words)
        for each, code in zip(members, codes, strict=True)
    ]
    facts = look.census.facts.among(each for each, words in zip(members, left, strict=True) if words)
    return [
        each
        for each, words in zip(members, left, strict=True)
        if not words or ((fact := facts.get(each)) is not None and _is_named(fact, words))
    ]


def _is_named(fact: TaskFact, words: tuple[str, ...]) -> bool:
    name = fact.name.casefold()
    return all(word in name for word in words)


KINDS = ("generator", "coroutine", "async generator")


def query_from(args: Args) -> Query:
    """The part of a command's arguments that says which coroutines. Raises CommandError for what is none."""
    return Query(
        args.optional_text("filter") or "",
        tuple(args.choices("kinds", KINDS)) if args.has("kinds") else (),
        tuple(args.choices("states", STATES)) if args.has("states") else STATES[:-1],
    )


def grouping_from(args: Args) -> tuple[str | None, str | None]:
    by = args.choice("group", grouping.GROUPINGS) if args.has("group") else None
    key = args.optional_text("path")
    if key is not None and by is None:
        raise CommandError("badArgument", "'path' of the command 'coroutines' names a group, but 'group' is missing.")
    return by, key
