"""anyio's own coroutines that are the same on whatever it runs, and what each of them waits for."""

from __future__ import annotations

from collections.abc import Callable

from .deadlocks import Need
from .library_objects import field
from .waits import Known, Names, Wait, class_name, filled, of_self


def limiter_text(thing: object) -> str:
    """Of a ``CapacityLimiter``, trio's or anyio's on asyncio."""
    return f"{class_name(thing)} ({len(borrowers(thing))} of {field(thing, '_total_tokens')} taken)"


def borrowers(limiter: object) -> list[object]:
    """Who has a token of a limiter: tasks, or whatever they gave as the borrower."""
    found: object = field(limiter, "_borrowers")
    return list(found) if type(found) is set else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def limiter_need(limiter: object, holders: tuple[int, ...]) -> Need | None:
    """What must go on before a limiter has a token to give: any of those who borrowed them all, if all of them are known."""
    total = field(limiter, "_total_tokens")
    taken = len(borrowers(limiter))
    all_known = type(total) in (int, float) and taken >= total and len(holders) == taken
    return Need(holders, True) if all_known else None


def stream(action: str, items: str) -> Callable[[object], str]:
    """Of a memory stream or channel, whose two ends share their state; ``items``: where that keeps them."""

    def describe(thing: object) -> str:
        state = field(thing, "_state")
        return filled(f"channel.{action}", field(state, items), field(state, "max_buffer_size"))

    return describe


def both_ends(action: str, items: str) -> Known:
    describe = stream(action, items)

    def known(names: Names, future: object | None) -> Wait | None:
        thing = names.get("self")
        return None if thing is None else Wait("queue", describe(thing), field(thing, "_state"), through=action)

    return known


CONDITION = of_self("condition", class_name)
KNOWN: dict[tuple[str, str], Known] = {
    ("anyio.streams.memory", "MemoryObjectReceiveStream.receive"): both_ends("receive", "buffer"),
    ("anyio.streams.memory", "MemoryObjectSendStream.send"): both_ends("send", "buffer"),
    ("anyio._core._synchronization", "Condition.wait"): CONDITION,
}
