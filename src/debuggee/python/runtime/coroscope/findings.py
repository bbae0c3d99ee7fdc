"""Findings: what is wrong with the use of coroutines although no line fails, kept as text until somebody asks.

They are gathered as they happen and hold nothing of the program, only words, places and ids; equal ones are counted. What
asyncio or the interpreter has judged by itself (a coroutine that died unawaited) is a ``warning``, and so is whatever
nothing can put right any more; what the program may still make good is a ``hint``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from .explained import Place
from .protocol import Json

Kind = Literal["neverAwaited", "generatorLeftOpen", "exceptionNotRetrieved", "loopBlocked", "taskNotKept", "deadlock"]
Severity = Literal["warning", "hint"]

LIMIT = 500
"""Different findings that are kept; further ones are only counted."""


class Finding(NamedTuple):
    """``what`` was found and what to ``do``: one sentence each. ``places``: the one to show first, then others."""

    kind: Kind
    severity: Severity
    what: str
    do: str
    places: tuple[Place, ...] = ()
    coroutine: int | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for findings that say the same of the same line."""
        if not self.places:
            return (self.kind, self.what)
        label, location = self.places[0]
        return (self.kind, label, location.get("path"), location["name"], location["line"])

    def to_wire(self, times: int) -> Json:
        wire: Json = {
            "kind": self.kind,
            "severity": self.severity,
            "what": self.what,
            "whatToDo": self.do,
            "places": [{"label": place.label, "location": place.location} for place in self.places],
            "times": times,
        }
        if self.coroutine is not None:
            wire["coroutine"] = self.coroutine
        return wire


class FindingLog:
    """The findings so far, in the order in which they came, equal ones once."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], tuple[Finding, int]] = {}
        self._dropped = 0

    def add(self, finding: Finding) -> None:
        known = self._found.get(finding.key)
        if known is not None:
            self._found[finding.key] = (known[0], known[1] + 1)
        elif len(self._found) < LIMIT:
            self._found[finding.key] = (finding, 1)
        else:
            self._dropped += 1

    def __bool__(self) -> bool:
        return bool(self._found)

    def to_wire(self, more: Sequence[Finding] = ()) -> Json:
        """With ``more``, which is true at this moment and not kept."""
        now = FindingLog()
        now._found = dict(self._found)
        now._dropped = self._dropped
        for finding in more:
            if finding.key not in self._found:
                now.add(finding)
        return {
            "findings": [finding.to_wire(times) for finding, times in now._found.values()],
            "dropped": now._dropped,
        }
