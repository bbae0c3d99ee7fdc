"""The Python side of the embedded host: one program, run once, in an interpreter that lives in a worker of the adapter.

The worker calls ``main`` when Pyodide is up and the files of the machine are mounted. There are no threads here: frames
of the link are read while the program is paused, while it sleeps, and when the adapter interrupts it.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Final, Protocol, TypedDict

from coroscope import embedded_loop, embedded_program, session
from coroscope.console import Console

__all__ = ["LIMITS", "EmbeddedChannel", "main"]

LIMITS: Final = (
    "The embedded Python has no threads, processes or sockets, and of installed packages only the pure Python ones.",
)

RUNTIME: Final = os.path.dirname(__file__) + os.sep
LIBRARY: Final = (os.path.dirname(os.__file__) + os.sep, "<frozen ")

LONGEST_SLEEP: Final = 1e9

LOOK_SIGNAL: Final = 64
"""The signal that asks a running program to look at its link; see ``embeddedProtocol.ts``."""


class Host(Protocol):
    """What the worker offers, as JavaScript functions."""

    def send(self, frame: str) -> None: ...

    def receive(self, milliseconds: float) -> str | None:
        """Blocks the whole worker for at most so long; for ever if it is negative."""
        ...

    def look_again(self) -> None:
        """Raises LOOK_SIGNAL once more, a little later."""
        ...


class Start(TypedDict):
    """The launch as the worker hands it over. Paths are the interpreter's."""

    kind: str
    target: str
    args: list[str]
    cwd: str
    environment: dict[str, str]


def _nothing(frame: str) -> None:
    """Frames that come before ``start_reader`` are read with ``receive``."""


class EmbeddedChannel:
    """A channel to the adapter by way of the worker; see ``coroscope.channels.Channel``."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._handler: Callable[[str], None] = _nothing

    def send(self, frame: str) -> None:
        self._host.send(frame)

    def receive(self, timeout: float | None) -> str | None:
        """As the protocol says, but never at an end: when the link ends, so does the worker."""
        return self._host.receive(-1.0 if timeout is None else max(0.0, timeout) * 1000)

    def start_reader(self, handler: Callable[[str], None], ended: Callable[[], None]) -> bool:
        self._handler = handler
        signal.signal(LOOK_SIGNAL, self._look)
        return False

    def wait(self, timeout: float | None) -> bool:
        """Sleeps until a frame has come and was handled (True) or the time is over (False)."""
        frame = self.receive(timeout)
        if frame is None:
            return False
        self._handler(frame)
        return True

    def sleep(self, seconds: float) -> None:
        """What ``time.sleep`` does, but the link is served meanwhile."""
        deadline = time.monotonic() + seconds
        while self.wait(deadline - time.monotonic()) or time.monotonic() < deadline:
            pass

    def _look(self, signum: int, frame: FrameType | None) -> None:
        """The adapter has sent something. While the runtime itself is at work, which has locks and states that hold only
        for a moment, it must wait: the runtime will read it, or the program goes on and this comes again. So must it in
        the middle of a write of the program's, or nothing could be printed at a stop, and between two callbacks of the
        event loop, where nothing could be awaited."""
        if _is_runtime_at_work(frame) or embedded_loop.is_between_callbacks(frame) or Console.is_writing():
            self._host.look_again()
            return
        while self.wait(0):
            pass


def _is_runtime_at_work(frame: FrameType | None) -> bool:
    """Whether the runtime, or the library on its behalf, was interrupted, and not code of the program's.

    What somebody evaluates at a stop counts as the program's, so that it can be cut off. Code without a file may be
    either's (``dataclasses`` and ``collections.namedtuple`` make some); what called it decides.
    """
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(RUNTIME):
            return file != embedded_program.__file__
        if not file.startswith(LIBRARY) and file != "<string>":
            return False
        frame = frame.f_back
    return False


def main(host: Host, start: str) -> int:
    """Runs the program that ``start`` (the JSON of a ``Start``) describes, and returns its exit code."""
    launch: Start = json.loads(start)
    channel = EmbeddedChannel(host)
    _adapt_interpreter(channel, launch)
    program = embedded_program.Program(launch["kind"], launch["target"], launch["args"])
    program.set_arguments()
    session.start(channel)
    code = program.run()
    session.finish(code)
    return code


def _adapt_interpreter(channel: EmbeddedChannel, launch: Start) -> None:
    """Makes Pyodide's interpreter look like one that was started for this program."""
    os.environ.clear()
    os.environ.update(launch["environment"])
    os.chdir(launch["cwd"])
    sys.path[:] = [entry for entry in sys.path if entry]
    pythonpath = [entry for entry in os.environ.get("PYTHONPATH", "").split(":") if entry]
    sys.path[:0] = [os.path.abspath(entry) for entry in pythonpath]
    # Pyodide's own hook prints through JavaScript, and it takes its script for the interpreter.
    sys.excepthook = sys.__excepthook__
    sys.executable = ""
    # A snapshot holds the generator's state, and every run would draw the same numbers.
    if "random" in sys.modules:
        sys.modules["random"].seed()
    time.sleep = _replacement_for_sleep(channel)
    embedded_loop.install(channel.wait)


def _replacement_for_sleep(channel: EmbeddedChannel) -> Callable[[float], None]:
    """WebAssembly's own sleep blocks the worker, deaf to the adapter."""
    native: Callable[[float], None] = getattr(time.sleep, "__wrapped__", time.sleep)  # below Pyodide's own

    def sleep(seconds: float, /) -> None:
        try:
            sleeps = 0 < seconds < LONGEST_SLEEP
        except TypeError:
            sleeps = False
        if sleeps:
            channel.sleep(float(seconds))
        else:
            native(seconds)  # which says in its own words what cannot be slept

    sleep.__module__ = "time"
    sleep.__qualname__ = "sleep"
    sleep.__doc__ = native.__doc__
    return sleep
