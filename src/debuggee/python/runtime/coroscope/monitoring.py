"""``sys.monitoring`` (PEP 669) as the runtime uses it: one tool for each role, so that each callback does one thing.

A tool's callback returns DISABLE where it has nothing to do; ``restart`` brings all of them back. Local events are set
on single code objects and remembered weakly, so that they can be taken back.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from types import CodeType
from typing import Any

_monitoring = sys.monitoring
events = _monitoring.events
DISABLE = _monitoring.DISABLE


class NoToolLeftError(RuntimeError):
    def __init__(self) -> None:
        super().__init__(
            "All sys.monitoring tools are in use by other debuggers, profilers or coverage tools in this program; "
            "Coroscope needs three. Run the program without them."
        )


class Tool:
    """One tool id of ``sys.monitoring`` with its callbacks."""

    def __init__(self, name: str, preferred: int) -> None:
        self._name = name
        self._id = self._take(preferred)
        self._global = 0
        self._local: dict[int, tuple[weakref.ref[CodeType], int]] = {}

    def _take(self, preferred: int) -> int:
        for candidate in (preferred, 3, 4, 0, 1, 2, 5):
            if _monitoring.get_tool(candidate) is None:
                _monitoring.use_tool_id(candidate, self._name)
                return candidate
        raise NoToolLeftError

    def on(self, event: int, callback: Callable[..., Any] | None) -> None:
        _monitoring.register_callback(self._id, event, callback)

    def set_global(self, mask: int) -> None:
        if mask != self._global:
            self._global = mask
            _monitoring.set_events(self._id, mask)

    @property
    def global_events(self) -> int:
        return self._global

    def set_local(self, code: CodeType, mask: int) -> None:
        """Replaces the events of one code object."""
        if self.local(code) == mask:
            return
        _monitoring.set_local_events(self._id, code, mask)
        if mask:
            self._local[id(code)] = (weakref.ref(code), mask)
        else:
            self._local.pop(id(code), None)

    def add_local(self, code: CodeType, mask: int) -> None:
        self.set_local(code, self.local(code) | mask)

    def local(self, code: CodeType) -> int:
        known = self._local.get(id(code))
        return known[1] if known is not None and known[0]() is code else 0

    def watched(self) -> list[CodeType]:
        return [code for reference, _ in list(self._local.values()) if (code := reference()) is not None]

    def clear_local(self) -> None:
        for reference, _ in list(self._local.values()):
            code = reference()
            if code is not None:
                _monitoring.set_local_events(self._id, code, 0)
        self._local.clear()

    def free(self) -> None:
        """Takes every instrument out."""
        self.clear_local()
        self.set_global(0)
        _monitoring.free_tool_id(self._id)


restart = _monitoring.restart_events
