"""The garbage collector, which rests while the program stands still.

Looking makes objects, and enough of them set a collection off: the program's own cycles would go, and their finalizers
run, because somebody looked. What a user evaluates runs with the collector as the program has it.
"""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

from .pausing import Stop


class Collector:
    def __init__(self) -> None:
        self._resting = False

    def rest(self, stop: Stop | None = None) -> None:
        if gc.isenabled():
            self._resting = True
            gc.disable()

    def work(self, stop: Stop | None = None) -> None:
        if self._resting:
            self._resting = False
            gc.enable()

    @contextmanager
    def as_in_program(self) -> Generator[None]:
        """For what a user evaluates at a stop, which may itself switch the collector."""
        if not self._resting:
            yield
            return
        self.work()
        try:
            yield
        finally:
            self.rest()
