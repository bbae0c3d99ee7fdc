"""An asyncio event loop for an interpreter without threads and sockets: timers and callbacks, and nothing to poll.

Pyodide's own loop belongs to the browser's; ``asyncio.run`` on it needs stack switching. This one is CPython's
``BaseEventLoop`` with a selector that only sleeps, so that tasks, timers and their order are CPython's own. While it
sleeps the link is served.
"""

import asyncio
import asyncio.base_events
import asyncio.events
import asyncio.runners
import asyncio.unix_events
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, Final, NoReturn

__all__ = ["EmbeddedEventLoop", "install"]

type Wait = Callable[[float | None], bool]
"""Sleeps for at most so many seconds, for ever if None; True when it served the link in place of sleeping on."""


_TURN: Final[CodeType] = asyncio.base_events.BaseEventLoop._run_once.__code__  # type: ignore[attr-defined]  # pyright: ignore
_CALLBACK: Final[CodeType] = asyncio.events.Handle._run.__code__  # type: ignore[attr-defined]  # pyright: ignore


class SleepingSelector:
    """What the loop waits with: no file is ever ready here, only time passes."""

    def __init__(self, wait: Wait) -> None:
        self._wait: Final = wait

    def select(self, timeout: float | None = None) -> list[Any]:
        # After a command the loop looks at its timers again: pausing may have moved them.
        if timeout is None or timeout > 0:
            self._wait(timeout)
        return []


class EmbeddedEventLoop(asyncio.base_events.BaseEventLoop):
    """The loop that ``asyncio.run`` and ``asyncio.new_event_loop`` give a program."""

    wait: Wait

    def __init__(self) -> None:
        super().__init__()
        self._selector = SleepingSelector(type(self).wait)

    def _process_events(self, event_list: list[Any]) -> None:
        """Nothing ever polls."""

    def _write_to_self(self) -> None:
        """Wakes nobody: whoever calls ``call_soon_threadsafe`` runs on the loop's own thread, so it is awake."""


def _refusal(what: str) -> Callable[..., NoReturn]:
    def refuse(self: EmbeddedEventLoop, *args: object, **options: object) -> NoReturn:
        raise NotImplementedError(f"The embedded Python has no {what}.")

    return refuse


_MISSING: Final = {
    "threads to run this in": ("run_in_executor",),
    "sockets": (
        "getaddrinfo",
        "getnameinfo",
        "create_connection",
        "create_server",
        "create_datagram_endpoint",
        "create_unix_connection",
        "create_unix_server",
        "connect_accepted_socket",
        "sock_accept",
        "sock_connect",
        "sock_recv",
        "sock_recv_into",
        "sock_recvfrom",
        "sock_recvfrom_into",
        "sock_sendall",
        "sock_sendfile",
        "sock_sendto",
        "start_tls",
    ),
    "files that can be waited for": (
        "add_reader",
        "add_writer",
        "remove_reader",
        "remove_writer",
        "connect_read_pipe",
        "connect_write_pipe",
        "sendfile",
    ),
    "processes": ("subprocess_exec", "subprocess_shell"),
    "signals that a loop could handle": ("add_signal_handler", "remove_signal_handler"),
}


def install(wait: Wait) -> None:
    """Makes this the loop of every ``asyncio.run``, where Pyodide had put its own."""
    for what, names in _MISSING.items():
        for name in names:
            setattr(EmbeddedEventLoop, name, _refusal(what))
    EmbeddedEventLoop.wait = staticmethod(wait)
    # The class of the policy stays the platform's own. Its documented accessors would warn: they are deprecated.
    policy: Any = asyncio.unix_events
    policy._UnixDefaultEventLoopPolicy._loop_factory = EmbeddedEventLoop
    events: Any = asyncio.events
    events._event_loop_policy = None
    # Pyodide claims for ever that its loop is running.
    events._set_running_loop(None)
    asyncio.run = asyncio.runners.run
    setattr(asyncio, "EventLoop", EmbeddedEventLoop)
    setattr(asyncio, "SelectorEventLoop", EmbeddedEventLoop)


def is_between_callbacks(frame: FrameType | None) -> bool:
    """Whether code was interrupted that the loop runs for itself. It is there for a moment only: it rests in ``wait``."""
    while frame is not None:
        if frame.f_code is _TURN:
            return True
        if frame.f_code is _CALLBACK:
            return False
        frame = frame.f_back
    return False
