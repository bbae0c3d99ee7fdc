"""The runtime's end of the link, for a program in a process of its own: frames on a loopback socket.

Works on `_socket` and `_thread` directly. The reader must not appear in `threading.enumerate()`, a library that patches
`socket` or `threading` (gevent, eventlet) must not change the link, and the fewer modules the runtime imports before
the program begins, the fewer of them the program could tell apart from an undebugged run.
"""

import _socket
import _thread
import os
import select
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from .handover import Handover
from .held_up import HeldUp
from .surviving_lock import SurvivingLock

__all__ = ["Channel", "SocketChannel"]

CONNECT_TIMEOUT: Final = 10.0
REST_TIMEOUT: Final = 1.0
CHUNK: Final = 65536
TICK: Final = 0.25
_SHORTEST_INTERVAL: Final = 0.02
_LONGEST_INTERVAL: Final = 2.0
_LATE: Final = 0.05
"""Seconds that the reader waited for the interpreter, which a program that computes gives away after 5 ms: this one will
let go of it for others all the time (``handover``), and each wait costs it something. So there are to be few."""


class Channel(Protocol):
    """What a session needs of the link. A frame is one JSON object as text, without a line feed."""

    def send(self, frame: str) -> None:
        """Hands one frame to the adapter, from any thread and from a signal handler. Does nothing after the end."""
        ...

    def receive(self, timeout: float | None) -> str | None:
        """The next frame; None when `timeout` seconds have passed.

        Raises EOFError when no frame can come any more.
        """
        ...

    def start_reader(self, handler: Callable[[str], None], ended: Callable[[], None]) -> bool:
        """From now on every frame goes to `handler`, while the program runs.

        True: on a thread of the channel's own, so that nobody else may call `receive`. False: there are no threads; the
        handler is called in the middle of the program, and `receive` goes on working for a program that is paused.
        """
        ...


class _Outgoing:
    """One frame on its way out, and how many bytes of it each write took."""

    __slots__ = ("data", "taken")

    def __init__(self, data: bytes) -> None:
        self.data: Final = memoryview(data)
        self.taken: Final[list[int]] = []


class SocketChannel:
    """A channel to the adapter that listens on `port` of this machine and knows `secret`."""

    def __init__(self, port: int, secret: str) -> None:
        connection = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        connection.settimeout(CONNECT_TIMEOUT)
        connection.connect(("127.0.0.1", port))
        connection.settimeout(None)
        # A reply is small, and somebody waits for it.
        connection.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
        self._socket = connection
        self._unread = bytearray()
        self._scanned = 0
        self._outgoing: deque[_Outgoing] = deque()
        # Re-entrant: a signal handler of the program's may cause a fact while the interrupted code is sending one.
        self._sending = SurvivingLock()
        self._writing = False
        self._ended = False
        self._reader: _Reader | None = None
        self.tick: Callable[[HeldUp], None] = _nothing
        """Called in the reader's thread while the program runs, every ``interval`` seconds, or up to ``TICK`` while a loop
        turns (``Handover``); with what kept it since the last one, which it may restart."""
        self.interval = TICK
        self.handover = Handover(lambda: bool(_ready((connection.fileno(),), 0)))
        self._write(secret.encode() + b"\n")

    def tick_every(self, seconds: float) -> None:
        interval = min(TICK, max(_SHORTEST_INTERVAL, seconds))
        if interval == self.interval:
            return
        self.interval = interval
        if interval < TICK:
            self.handover.set_alarm()
        if self._reader is not None:
            self._reader.wake()

    def send(self, frame: str) -> None:
        self._write(frame.encode("utf-8", "backslashreplace") + b"\n")

    def receive(self, timeout: float | None) -> str | None:
        while True:
            frame = self._take()
            if frame is not None:
                return frame
            if timeout is not None and not _ready((self._socket.fileno(),), timeout):
                return None
            self._fill()

    def start_reader(self, handler: Callable[[str], None], ended: Callable[[], None]) -> bool:
        self._reader = _Reader(self, handler, ended)
        self._reader.start()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self._before_fork, after_in_parent=self._after_fork, after_in_child=self._abandon
            )
        return True

    # The thread rests while the program forks. Otherwise `os.fork` would warn of a process with several threads
    # (gh-100228), which an undebugged run would not; and the child could inherit a lock that nobody opens again.

    def _before_fork(self) -> None:
        if self._reader is not None:
            self._reader.rest()

    def _after_fork(self) -> None:
        if self._reader is not None:
            self._reader.start()

    def _abandon(self) -> None:
        """In a forked child: the link stays its parent's, and so do a lock that was held and a frame half sent."""
        self._ended = True
        self._reader = None
        self.handover.ends()
        self.handover.stop_alarm()
        self._sending = SurvivingLock()
        self._outgoing.clear()
        try:
            self._socket.close()
        except OSError:
            pass

    def _write(self, data: bytes) -> None:
        with self._sending as abandoned:
            if abandoned:
                # Its thread was ended after a call that sent the frame whole, as each on a blocking socket does.
                self._outgoing.clear()
                self._writing = False
            if self._ended:
                return
            self._outgoing.append(_Outgoing(data))
            if self._writing:
                return  # in a signal handler inside the loop below, which will send it in its turn
            self._writing = True
            try:
                self._drain()
            except OSError:
                self._ended = True
                self._outgoing.clear()
            finally:
                self._writing = False

    def _drain(self) -> None:
        while self._outgoing:
            head = self._outgoing[0]
            offset = sum(head.taken)
            if offset == len(head.data):
                self._outgoing.popleft()
                continue
            # A signal handler that raises (KeyboardInterrupt) may do so as soon as a call returns. The count is kept
            # inside the call, so that the frame is still sent whole, by whoever sends next.
            head.taken.extend(map(self._socket.send, (head.data[offset:],)))

    def _take(self) -> str | None:
        """A whole frame that was already read, if there is one."""
        end = self._unread.find(b"\n", self._scanned)
        if end < 0:
            self._scanned = len(self._unread)
            return None
        frame = self._unread[:end].decode()
        del self._unread[: end + 1]
        self._scanned = 0
        return frame

    def _fill(self) -> None:
        """Waits for bytes; raises EOFError at the end."""
        if self._ended:
            raise EOFError
        try:
            chunk = self._socket.recv(CHUNK)
        except OSError:
            chunk = b""
        if not chunk:
            raise EOFError
        self._unread += chunk

    def stop_reader(self) -> None:
        """From now on frames come from `receive` alone. Only where a thread can be waited for; else it goes with the others."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.rest()

    def read_frames(self, handler: Callable[[str], None], wake: int | None) -> None:
        """Hands every frame to `handler` until something arrives on the descriptor `wake`; EOFError at the end."""
        held_up: HeldUp | None = None
        late = 0.0
        while True:
            frame = self._take()
            if frame is not None:
                handler(frame)
                held_up = None
                continue
            interval = self.interval if late < _LATE else min(_LONGEST_INTERVAL, max(self.interval, 10 * late))
            held_up = held_up or HeldUp()
            begun = time.monotonic()
            most = self.handover.waits(interval, TICK)
            descriptor = self._socket.fileno()
            ready = _ready((descriptor, wake, self.handover.alarm), most)
            due = self.handover.woke()
            held_up.waits(due - begun)
            late = time.monotonic() - due
            if wake in ready:
                return
            if descriptor in ready:
                self._fill()
            else:
                self.tick(held_up)


class _Reader:
    """The raw thread that reads while the program runs, and can be sent to rest."""

    def __init__(self, channel: SocketChannel, handler: Callable[[str], None], ended: Callable[[], None]) -> None:
        self._channel = channel
        self._handler = handler
        self._ended = ended
        # Windows cannot wait for a pipe, and has no fork that would need it.
        self._wake: tuple[int, int] | None = os.pipe() if hasattr(os, "fork") else None
        self._running = _thread.allocate_lock()
        self._finished = False
        self._must_rest = False
        self._identity = 0
        self._native_id = 0
        self._join: Callable[[float], None] = self._wait_for_exit

    def start(self) -> None:
        self._must_rest = False
        if self._finished or self._running.locked():
            return
        self._running.acquire()
        if sys.version_info >= (3, 13):
            self._join = _thread.start_joinable_thread(self._run, daemon=True).join
        else:
            _thread.start_new_thread(self._run, ())

    def wake(self) -> None:
        """Ends a wait, so that the next one is of the interval that is set now."""
        if self._wake is not None:
            os.write(self._wake[1], b"x")

    def rest(self) -> None:
        """Returns once the thread is gone, or after a while if its handler is itself waiting for this thread."""
        if self._wake is None or self._identity == _thread.get_ident() or not self._running.locked():
            return
        self._must_rest = True
        self.wake()
        if self._running.acquire(timeout=REST_TIMEOUT):
            self._running.release()
            self._join(REST_TIMEOUT)
            os.read(self._wake[0], 1)

    def _run(self) -> None:
        self._identity = _thread.get_ident()
        self._native_id = _thread.get_native_id()
        try:
            if self._wake is None:
                self._channel.read_frames(self._handler, None)
            else:
                self._read_until_rest(self._wake[0])
        except EOFError:
            self._finished = True
            self._ended()
        finally:
            self._channel.handover.ends()
            self._identity = 0
            self._running.release()

    def _read_until_rest(self, wake: int) -> None:
        while True:
            self._channel.read_frames(self._handler, wake)
            if self._must_rest:
                return
            os.read(wake, 1)  # only a change of the interval, or nobody waited for the rest any more

    def _wait_for_exit(self, timeout: float) -> None:
        """Before 3.13 a raw thread cannot be joined: it is at its very end, and is watched as it leaves (Linux)."""
        deadline = time.monotonic() + timeout
        while os.path.exists(f"/proc/self/task/{self._native_id}") and time.monotonic() < deadline:
            pass


def _ready(descriptors: Sequence[int | None], timeout: float) -> list[int | None]:
    """Which of them have something to read, once one has or ``timeout`` seconds have passed. None stands for none."""
    watched = [each for each in descriptors if each is not None]
    if hasattr(select, "poll"):
        # `select` refuses descriptors above 1023, which a busy server reaches.
        poll = select.poll()
        for each in watched:
            poll.register(each, select.POLLIN)
        return [each for each, _ in poll.poll(max(0.0, timeout) * 1000)]
    return list(select.select(watched, [], [], timeout)[0])


def _nothing(held_up: HeldUp) -> None:
    """Until somebody wants to be called."""
