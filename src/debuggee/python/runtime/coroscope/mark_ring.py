"""The last marks of the program (``marks``), in a ring that costs it one call of C for each.

A deque of a given length drops its oldest one by itself. What it does not tell is how many it has dropped, and to count
them would cost as much again. So there is a buoy among the marks: where it is dropped, its finalizer throws another one
in, and so many have passed as the ring is long.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from operator import itemgetter
from sys import is_finalizing
from typing import Any, Final

__all__ = ["Mark", "MarkRing"]

type Mark = tuple[Any, ...]

_address = itemgetter(1)
_NOBODY: Final = 0
"""The address by which a buoy is told from marks: no object has it."""


class _Buoy(tuple[Any, ...]):
    number: int
    """How many marks came before it."""
    sunk: Callable[[int], None]

    def __del__(self, is_finalizing: Callable[[], bool] = is_finalizing) -> None:
        # As short as can be: what a signal handler raises in here would be lost.
        if not is_finalizing():
            self.sunk(self.number)


class MarkRing:
    """``last``: the number of the last mark that was before, ``limit``: how many are kept until they are read."""

    def __init__(self, last: int, limit: int) -> None:
        self._marks: deque[Mark] = deque(maxlen=limit + 1)
        self._open = True
        self.last = last
        """The number of the last mark that was read."""
        self.keep: Callable[[Mark], None] = self._marks.append
        self._throw_in(last)

    def close(self) -> None:
        """No more marks come, and those that are there are let go of."""
        self._open = False
        self._marks.clear()

    def _throw_in(self, number: int) -> None:
        buoy = _Buoy((0, _NOBODY))
        buoy.number = number
        buoy.sunk = self._on_sunk
        self._marks.append(buoy)

    def _on_sunk(self, number: int) -> None:
        if self._open:
            self._throw_in(number + len(self._marks))

    def is_read(self) -> bool:
        """Whether nothing came since ``taken``."""
        return len(self._marks) < 2

    def taken(self) -> tuple[int, list[Mark]]:
        """Takes the marks out, oldest first; also the number of the first of them.

        When more came than the ring has room for, the first ones are lost, and the number tells how many they were.
        """
        found = list(self._marks)
        if not found:
            return self.last + 1, []
        newest = found[-1]
        addresses = list(map(_address, found))
        at = addresses.index(_NOBODY) if _NOBODY in addresses else -1
        first = self.last + 1
        if at >= 0:
            buoy: Any = found[at]
            buoy.sunk = _lie_still
            first = max(first, buoy.number - at + 1)
            # Another thread may have had one drop and another one thrown in, just now.
            found = [mark for mark in found if mark[1] != _NOBODY]
        self.last = first + len(found) - 1
        take = self._marks.popleft
        for _ in addresses:
            if take() is newest:
                break
        self._throw_in(self.last + len(self._marks))
        return first, found


def _lie_still(number: int) -> None:
    """For a buoy that is taken out."""
