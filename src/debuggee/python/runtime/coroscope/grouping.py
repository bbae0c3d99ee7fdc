"""Root coroutines in groups: by task, kind, state, place, or equal delegation chains."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


def grouped(by: str, selected: Iterable[tuple[str, Coroutine]], census: Census, places: ChainPlaces) -> list[Group]:
    """Groups coroutines, given with their states; the largest groups first. ``by`` is one of ``GROUPINGS``."""
    if by in ("location", "stack"):
        return _sorted(_by_chain(by, selected, places))
    name_of: Callable[[str, Coroutine], str]
    if by == "kind":
        name_of = _kind
    elif by == "state":
        name_of = _state
    else:
        facts = census.facts
        name_of = lambda state, each: "task" if each in facts else interpreter.kind_of(each)  # noqa: E731
    found: dict[str, list[Coroutine]] = {}
    for state, each in selected:
        found.setdefault(name_of(state, each), []).append(each)
    names = _OWNERS if by == "task" else {}
    return _sorted([Group(key, names.get(key, key), members, None) for key, members in found.items()])


def to_wire(group: Group, places: ChainPlaces) -> Json:
    wire: Json = {"key": group.key, "name": group.name, "count": len(group.members)}
    if group.chain is not None:
        wire["location"] = places.places[places.shown(group.chain)].to_wire()["location"]
        wire["depth"] = len(group.chain)
        wire["frames"] = [places.places[number].to_wire() for number in group.chain[: -_MAX_FRAMES - 1 : -1]]
    return wire


def _by_chain(by: str, selected: Iterable[tuple[str, Coroutine]], places: ChainPlaces) -> list[Group]:
    found: dict[Chain, list[Coroutine]] = {}
    whole = by == "stack"
    for _, each in selected:
        chain = places.chain(each)
        found.setdefault(chain if whole else (places.shown(chain),), []).append(each)
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


def _kind(state: str, coroutine: Coroutine) -> str:
    return interpreter.kind_of(coroutine)


def _state(state: str, coroutine: Coroutine) -> str:
    return state
