"""Operating-system threads of the program, under small ids that are not reused."""

from __future__ import annotations

import sys
from _thread import get_ident
from typing import NamedTuple

from .protocol import Json


class ThreadRow(NamedTuple):
    id: int
    ident: int
    name: str


class Threads:
    """Names come from ``threading`` only if the program has imported it; the runtime's own threads are left out."""

    def __init__(self) -> None:
        self._ids: dict[int, int] = {}
        self._next = 1
        self.hidden: set[int] = set()
        """The runtime's own."""
        self.serving: set[int] = set()
        """The program's that work on a command in the middle of the program, where there are no others."""
        self._announced: dict[int, tuple[int, str]] = {}
        self.main = get_ident()
        self.id_of(self.main)

    def id_of(self, ident: int) -> int:
        known = self._ids.get(ident)
        if known is None:
            known = self._ids[ident] = self._next
            self._next += 1
        return known

    def ident_of(self, identity: int) -> int | None:
        return next((ident for ident, known in self._ids.items() if known == identity), None)

    def hide_current(self) -> None:
        self.hidden.add(get_ident())

    def is_at_work(self) -> bool:
        """Whether the current thread does the runtime's business: one of its own, or of the program's on its behalf."""
        ident = get_ident()
        return ident in self.hidden or ident in self.serving

    def rows(self) -> list[ThreadRow]:
        # Not the frames: this one is among them, and a frame that refers to itself keeps all that its callers have.
        alive = set(sys._current_frames())
        for gone in [ident for ident in self._ids if ident not in alive]:
            del self._ids[gone]
        return sorted(
            ThreadRow(self.id_of(ident), ident, self._name(ident)) for ident in alive if ident not in self.hidden
        )

    def changes(self) -> list[Json]:
        """Bodies of the fact ``thread`` for those that have come and gone since it was last asked."""
        rows = {row.ident: row for row in self.rows()}
        gone = [ident for ident in self._announced if ident not in rows]
        found: list[Json] = []
        for ident in gone:
            identity, name = self._announced.pop(ident)
            found.append({"id": identity, "name": name, "reason": "exited"})
        for ident, row in rows.items():
            if ident not in self._announced:
                self._announced[ident] = (row.id, row.name)
                found.append({"id": row.id, "name": row.name, "reason": "started"})
        return found

    def _name(self, ident: int) -> str:
        threading = sys.modules.get("threading")
        active: dict[int, object] = getattr(threading, "_active", {})
        # Thread.name is a property that a subclass may override; the instance dictionary holds what it returns.
        name = getattr(active.get(ident), "__dict__", {}).get("_name") if ident in active else None
        if isinstance(name, str):
            return name
        return "MainThread" if ident == self.main else f"Thread {self.id_of(ident)}"
