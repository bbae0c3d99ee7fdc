"""What a task of the debug console waits for in the place of the program's futures, so that it can be cut off alone."""

from __future__ import annotations

from typing import Any

from . import loops
from .looking import class_of


def is_gathering(future: Any) -> bool:
    """Whether it is what ``asyncio.gather`` gives."""
    return class_of(future) is loops.asyncio_part("tasks", "_GatheringFuture")


def _look_at(future: Any) -> None:
    if not future.cancelled():
        future.exception()


_class: Any = None


def tether_class() -> Any:
    """The class of the futures that a task of the console waits for in the place of the program's.

    Cancelling a task cancels the future that it waits for, which is right when the program does so. When a debugger cuts
    off ``await job``, the program's ``job`` is to go on: then the tether is cut, and only what was typed is cancelled.
    """
    global _class
    if _class is not None:
        return _class
    future_class: Any = loops.asyncio_part("futures", "Future")

    class Tether(future_class):  # type: ignore[misc, unused-ignore]
        def __init__(self, inner: Any, loop: Any) -> None:
            future_class.__init__(self, loop=loop)
            self.inner = inner
            inner._asyncio_future_blocking = False
            self._asyncio_future_blocking = True
            inner.add_done_callback(self._release)

        def _release(self, inner: Any) -> None:
            if not self.done():
                self.set_result(None)

        def cancel(self, msg: Any = None) -> bool:
            return self.inner.cancel(msg=msg)

        def cut(self) -> None:
            self.inner.remove_done_callback(self._release)
            if is_gathering(self.inner):
                # Nobody else may wait for it, and then asyncio would report what comes of it as lost.
                self.inner.add_done_callback(_look_at)
            future_class.cancel(self)

    _class = Tether
    return Tether
