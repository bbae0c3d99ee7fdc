"""The last marks of the program (``marks``), in a ring that costs it one call of C for each.

A deque of a given length drops its oldest one by itself. What it does not tell is how many it has dropped, and to count
them would cost as much again. So there is a buoy among the marks: where it is dropped, its finalizer throws another one
in, and so many have passed as the ring is long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import islice
from operator import itemgetter
from sys import is_finalizing
from typing import Any, Final

__all__ = ["Mark", "MarkRing"]

type Mark = tuple[Any, ...]

_FEW: Final = 1000

_address = itemgetter(1)
"""The field of a mark by which the buoy is told from them: it has an address that no object has."""


class _Buoy(tuple[Any, ...]):
    number: int
    """How many marks came before it."""
    sunk: Callable[[int], None]

    def __del__(self, is_finalizing: Callable[[], bool] = is_finalizing) -> None:
        # As short as can be: what a signal handler raises in here would be lost.
        if not is_finalizing():
            self.sunk(self.number)


class MarkRing:
    """``last``: the number of the last mark that was before, ``limit``: how many are kept."""

    def __init__(self, last: int, limit: int) -> None:
        self._marks: deque[Mark] = deque(maxlen=limit + 1)
        self._open = True
        self.last = last
        """The number of the last mark that was read."""
        self._newest: Mark | None = None
        """That mark."""
        self.keep: Callable[[Mark], None] = self._marks.append
        self._throw_in(last)

    def close(self) -> None:
        """No more marks come, and those that are there are let go of."""
        self._open = False
        self._marks.clear()

    def _throw_in(self, number: int) -> None:
        buoy = _Buoy((0, 0))
        buoy.number = number
        buoy.sunk = self._on_sunk
        self._marks.append(buoy)

    def _on_sunk(self, number: int) -> None:
        if self._open:
            self._throw_in(number + len(self._marks))

    def is_read(self) -> bool:
        """Whether nothing came since ``fresh``."""
        marks = self._marks
        return not marks or marks[-1] is self._newest

    def fresh(self) -> tuple[int, list[Mark]]:
        """The marks that came since this was asked last, oldest first, and the number of the first of them.

        When more came than the ring has room for, the first ones are lost, and the number tells how many they were.
        """
        found, continued = self._behind_newest()
        try:
            at = list(map(_address, found)).index(0)
        except ValueError:
            at = None
        first = self.last + 1
        if at is not None:
            buoy: Any = found.pop(at)
            if not continued:
                first = max(first, buoy.number - at + 1)
        if found:
            self._newest = found[-1]
            self.last = first + len(found) - 1
        return first, found

    def _behind_newest(self) -> tuple[list[Mark], bool]:
        """What came after the newest mark that was read, and whether that one is still there."""
        newest = self._newest
        found: list[Mark] = []
        try:
            for mark in islice(reversed(self._marks), _FEW):
                if mark is newest:
                    found.reverse()
                    return found, True
                found.append(mark)
        except RuntimeError:
            pass  # the program goes on meanwhile
        found = list(self._marks)
        if newest is not None and newest[0] >= found[0][0]:
            for index in range(len(found) - 1, -1, -1):
                if found[index] is newest:
                    return found[index + 1 :], True
        return found, False
