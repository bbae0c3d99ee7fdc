"""Root coroutines in groups: by task, kind, state, place, or equal delegation chains."""

from __future__ import annotations

from itertools import compress
from typing import NamedTuple

from . import interpreter
from .census import Census
from .chain_places import Chain, ChainPlaces
from .interpreter import Coroutine
from .protocol import Json

GROUPINGS = ("task", "kind", "state", "location", "stack")

_MAX_FRAMES = 50
"""More frames of a chain than a person reads; ``depth`` says how many there are."""

_OWNERS = {
    "task": "Tasks",
    "coroutine": "Coroutines that no task owns",
    "generator": "Generators",
    "async generator": "Async generators",
}


class Group(NamedTuple):
    key: str
    name: str
    members: list[Coroutine]
    chain: Chain | None
    """What the members have in common, where that is a place (one) or a delegation chain."""


type Selection = list[tuple[str, list[Coroutine]]]
"""Coroutines by their state."""


def grouped(by: str, selected: Selection, census: Census, places: ChainPlaces) -> list[Group]:
    """Groups coroutines; the largest groups first. ``by`` is one of ``GROUPINGS``."""
    if by in ("location", "stack"):
        return _sorted(_by_chain(by, selected, places))
    found: dict[str, list[Coroutine]] = {}
    for state, members in selected:
        if by == "state":
            parts = {state: members}
        elif by == "kind":
            parts = _by_kind(members)
        else:
            of_tasks = list(map(census.facts.__contains__, members))
            parts = _by_kind([each for each, is_task in zip(members, of_tasks, strict=True) if not is_task])
            parts["task"] = list(compress(members, of_tasks))
        for name, part in parts.items():
            if part:
                found[name] = [*found.get(name, ()), *part]
    names = _OWNERS if by == "task" else {}
    return _sorted([Group(key, names.get(key, key), members, None) for key, members in found.items()])


def to_wire(group: Group, places: ChainPlaces) -> Json:
    wire: Json = {"key": group.key, "name": group.name, "count": len(group.members)}
    if group.chain is not None:
        wire["location"] = places.places[places.shown(group.chain)].to_wire()["location"]
        wire["depth"] = len(group.chain)
        wire["frames"] = [places.places[number].to_wire() for number in group.chain[: -_MAX_FRAMES - 1 : -1]]
    return wire


def _by_kind(members: list[Coroutine]) -> dict[str, list[Coroutine]]:
    by_class: dict[int, list[Coroutine]] = {id(each): [] for each in set(map(type, members))}
    if len(by_class) < 2:
        return {interpreter.kind_of(each): members for each in members[:1]}
    for each in members:
        by_class[id(type(each))].append(each)
    return {interpreter.kind_of(part[0]): part for part in by_class.values()}


def _by_chain(by: str, selected: Selection, places: ChainPlaces) -> list[Group]:
    """By location, chains that are shown at the same place share a list, so that all its members keep their order."""
    found: dict[Chain, list[Coroutine]] = {}
    lists: dict[Chain, list[Coroutine]] = {}
    whole = by == "stack"
    chain_of_places = places.chain
    for _, members in selected:
        for each in members:
            chain = chain_of_places(each)
            known = lists.get(chain)
            if known is None:
                known = lists[chain] = found.setdefault(chain if whole else (places.shown(chain),), [])
            known.append(each)
    return [Group(_key(chain, places), _name(chain, places), members, chain) for chain, members in found.items()]


def _key(chain: Chain, places: ChainPlaces) -> str:
    """The same for the same chain at every stop, though its places may be numbered otherwise by then."""
    if len(chain) == 1:
        place = places.places[chain[0]]
        return f"{place.code.co_filename}:{place.line}:{place.code.co_qualname}"
    lines = tuple((places.places[number].code.co_filename, places.places[number].line) for number in chain)
    return f"{len(chain)}:{hash(lines):x}"


def _name(chain: Chain, places: ChainPlaces) -> str:
    """`main → fetch → sleep`: root first, the middle of a long chain left out."""
    names = [places.places[number].code.co_qualname for number in (chain if len(chain) < 7 else chain[:2] + chain[-3:])]
    if len(chain) >= 7:
        names.insert(2, f"… {len(chain) - 5} more …")
    return " → ".join(names)


def _sorted(groups: list[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-len(group.members), group.name, group.key))
