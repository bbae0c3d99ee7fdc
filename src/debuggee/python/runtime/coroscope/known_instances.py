"""Instances of a library's class that there are few of, such as event loops.

Finding them takes a look at every object of the program, which takes longer the more there are. It is done again only
after a new one may have been made.
"""

from __future__ import annotations

import weakref
from typing import Any

from .library_objects import instances


class KnownInstances:
    def __init__(self) -> None:
        self._known: list[weakref.ref[Any]] = []
        self._is_due = True

    def look_again(self) -> None:
        """One is being made."""
        self._is_due = True

    def of(self, kind: type) -> list[Any]:
        """All of them, always asked for with the same class."""
        if not self._is_due:
            return [found for each in self._known if (found := each()) is not None]
        self._is_due = False  # first, as one may be made in another thread meanwhile
        found = instances(kind)
        try:
            self._known = [weakref.ref(each) for each in found]
        except TypeError:
            self._is_due = True  # of a class of the program's that has no weak references
        return found
