"""What was recorded of a coroutine, for those who show it: they need not know who recorded it, or that nobody did."""

from __future__ import annotations

from dataclasses import dataclass
from types import CodeType
from typing import Protocol

from .exchanges import Event
from .protocol import Json


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one coroutine: its last events, the last of each kind, and how many exchanges there were."""

    events: list[Event]
    last: dict[str, Event]
    count: int
    sampled: bool
    """Whether some were not watched, as there were too many."""
    dropped: bool = False
    """Whether there may have been more that were not read before the ring had no room for them."""


class Records(Protocol):
    def history_of(self, identity: int) -> History | None: ...

    def creation_of(self, identity: int) -> tuple[CodeType, int] | None:
        """Code and line that created the task a coroutine is the root of; None if that was not seen."""
        ...

    def event_to_wire(self, identity: int, event: Event) -> Json: ...
