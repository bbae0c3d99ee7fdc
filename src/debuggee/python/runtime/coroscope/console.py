"""The program's standard streams over the link, in the order in which the program writes and stops.

``sys.stdout`` and ``sys.stderr`` stay what they are for the program (``TextIOWrapper`` over a buffer over a file on
descriptor 1 or 2); only the innermost file is one that writes to the link. What C code and child processes write goes
to the descriptors, which the host forwards. ``sys.stdin`` asks the adapter for a line when the program reads.
"""

from __future__ import annotations

import codecs
import io
import sys
from _queue import SimpleQueue
from collections.abc import Callable
from typing import Any, ClassVar

from .protocol import Json


class _Output(io.FileIO):
    """Writes to the link what the program writes to one of its streams."""

    def __init__(self, descriptor: int, category: str, send_fact: Callable[[str, Json], None]) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self._category = category
        self._send = send_fact
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def write(self, data: Any, /) -> int:
        if Console.detached:
            return super().write(data)
        view = memoryview(data).cast("B")
        text = self._decode(view.tobytes())
        if text:
            self._send("output", {"category": self._category, "text": text})
        return len(view)


class _Input(io.FileIO):
    """Reads from the adapter: one line for each time the program wants more."""

    def __init__(self, ask: Callable[[], str | None]) -> None:
        super().__init__(0, "r", closefd=False)
        self._ask = ask
        self._left = b""

    def readinto(self, buffer: Any, /) -> int:
        if Console.detached and not self._left:
            return super().readinto(buffer)
        if not self._left:
            text = self._ask()
            self._left = b"" if text is None else text.encode("utf-8", "surrogatepass")
        part, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def readall(self) -> bytes:
        parts: list[bytes] = []
        while True:
            buffer = bytearray(8192)
            size = self.readinto(buffer)
            if not size:
                return b"".join(parts)
            parts.append(bytes(buffer[:size]))

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            return self.readall()
        buffer = bytearray(size)
        return bytes(buffer[: self.readinto(buffer)])


class Console:
    detached = False
    """Set when the link is gone: the program has its own descriptors back."""

    _buffers: ClassVar[list[io.BufferedWriter[_Output]]] = []
    """Of the program's output, once it goes over the link."""

    @classmethod
    def is_writing(cls) -> bool:
        """For a signal handler: whether it was called in the middle of a write, which the interpreter looks for signals
        in. Whatever else is written until that is over is refused as a reentrant call."""
        for buffer in cls._buffers:
            try:
                buffer.write(b"")
            except RuntimeError:
                return True
            except ValueError:
                pass  # closed by the program
        return False

    def __init__(self, send_fact: Callable[[str, Json], None], receive: Callable[[], str | None] | None) -> None:
        self._send = send_fact
        self._answers: SimpleQueue[str | None] = SimpleQueue()
        self._waiting = False
        # Without a reader thread the answer has to be fetched.
        self._receive = receive
        self._handle: Callable[[str], None] = lambda frame: None

    def redirect(self, handle: Callable[[str], None]) -> None:
        self._handle = handle
        sys.stdout = sys.__stdout__ = self._text(1, "stdout", "strict")
        sys.stderr = sys.__stderr__ = self._text(2, "stderr", "backslashreplace")
        sys.stdin = sys.__stdin__ = io.TextIOWrapper(io.BufferedReader(_Input(self._ask)), "utf-8", line_buffering=True)

    def _text(self, descriptor: int, category: str, errors: str) -> io.TextIOWrapper:
        raw = _Output(descriptor, category, self._send)
        buffer = io.BufferedWriter(raw)
        self._buffers.append(buffer)
        stream = io.TextIOWrapper(
            buffer, "utf-8", errors, newline="\n", line_buffering=True, write_through=descriptor == 2
        )
        stream.mode = "w"  # type: ignore[misc, unused-ignore]  # as create_stdio in CPython's pylifecycle.c does
        return stream

    def _ask(self) -> str | None:
        sys.stdout.flush()
        self._waiting = True
        self._send("inputRequested", {})
        try:
            if self._receive is None:
                return self._answers.get()
            while self._answers.empty():
                frame = self._receive()
                if frame is not None:
                    self._handle(frame)
            return self._answers.get()
        finally:
            self._waiting = False

    @property
    def is_waiting(self) -> bool:
        """Whether the program waits for the answer to ``inputRequested``."""
        return self._waiting

    def answer(self, text: str | None) -> None:
        """Takes that answer: a line, or None for the end of the input."""
        self._answers.put(text if text is None or text.endswith("\n") else text + "\n")

    def detach(self) -> None:
        """Gives the program its own descriptors back; a read that waits for the adapter ends."""
        Console.detached = True
        if self._waiting:
            self._answers.put(None)
