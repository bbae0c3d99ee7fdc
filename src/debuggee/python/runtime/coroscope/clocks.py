"""The clocks of the program's schedulers, which stand still while the program does.

They go by the monotonic clock, so a pause would let every timeout fire that was to come during it. When the program goes
on, each scheduler takes the time it stood still back from its timers; what it cannot reach is said once.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from . import faults, tasks
from .pausing import Stop

_SHORTEST = 0.0005
"""Seconds of a pause that are not worth a look for timers."""


class Clocks:
    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._said: set[str] = set()
        self._since: float | None = None
        self.freezing = True

    def freeze(self, stop: Stop | None = None) -> None:
        """From now on time does not count."""
        self._since = monotonic() if self.freezing else None

    def thaw(self, stop: Stop | None = None) -> None:
        """Time counts again; what has gone by since ``freeze`` never was."""
        since, self._since = self._since, None
        if since is None or monotonic() - since < _SHORTEST:
            return
        for scheduler in tasks.SCHEDULERS:
            try:
                for sentence in scheduler.shift_clocks(since):
                    self._tell(sentence)
            except Exception as error:
                faults.report(error)

    def settle(self) -> None:
        """Takes the pause so far back from the timers there are, so that one which is set now is due when it says."""
        if self._since is not None:
            self.thaw()
            self.freeze()

    def _tell(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._say(sentence)
