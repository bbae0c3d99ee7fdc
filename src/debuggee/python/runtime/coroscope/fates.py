"""What becomes of an exception that is being raised: caught, left to a library, or caught by nobody.

Told before any clean-up runs, from the frames further out and, where it leaves a task, from those that await the task.
"""

from __future__ import annotations

import ast
from opcode import opmap
from types import FrameType
from typing import Final, Literal, NamedTuple

from . import syntax, task_fates, tasks
from .catching import Flight, catches, stands_in_block
from .interpreter import CO_ASYNC_GENERATOR, SUSPENDS
from .looking import is_a
from .positions import opcode_at, position_at
from .swallowing import expects
from .user_code import UserCode, display_path

type Ending = Literal["caught", "uncaught", "user-uncaught"]
"""``user-uncaught``: it leaves the user's code, and a library catches it."""


class Fate(NamedTuple):
    ending: Ending
    unawaited: bool = False
    """It leaves a task that nobody awaits."""
    ends_thread: bool = False
    """It leaves the outermost frame of the program or of a thread."""


def opcodes(*prefixes: str) -> frozenset[int]:
    return frozenset(number for name, number in opmap.items() if name.startswith(prefixes))


_SUBSCRIPTS: Final = opcodes("BINARY_")
_CALLS: Final = opcodes("CALL")
_RAISE_STATEMENT: Final = opcodes("RAISE_VARARGS")
_ENDS_OF_ITERATION: Final = opcodes(
    "FOR_ITER", "SEND", "END_", "YIELD_", "RESUME", "CLEANUP_THROW", "GET_ANEXT", "GET_ITER"
)


def fate_of(frame: FrameType, exception: BaseException, user_code: UserCode) -> Fate:
    """What becomes of an exception that is being raised, or passes on, in ``frame``."""
    flight = Flight(exception)
    left_user_code = False
    inner: FrameType | None = None
    in_loop = False
    outer: FrameType | None = frame
    while outer is not None:
        code = outer.f_code
        if in_loop:
            # The task that asyncio.run waits for: its exception is raised again out of the loop's own frames.
            if task_fates.of_a_scheduler(outer) or user_code.is_runtime(code.co_filename):
                outer = outer.f_back
                continue
            in_loop, inner = False, None
        if inner is not None and swallowed_between(inner, outer, flight.exception):
            return Fate("caught")
        user = user_code.is_user(code)
        if is_boundary(outer) or user_code.is_runtime(code.co_filename):
            return Fate("uncaught", ends_thread=tasks.driver(code) is None)
        if expects(outer, flight.exception):
            return Fate("caught")
        asynchronous = code.co_flags & SUSPENDS
        if not (asynchronous and task_fates.of_a_scheduler(outer)) and catches(outer, flight):
            return Fate("user-uncaught" if left_user_code and not user else "caught")
        left_user_code = left_user_code or user
        task = task_fates.running_root(outer) if asynchronous else None
        if task is not None:
            found, arriving = task_fates.fate(task, flight.exception)
            if found != "runs the program":
                return Fate("caught" if found == "caught" else "uncaught", found == "unawaited")
            in_loop = True
            flight.become(arriving)
        elif asynchronous and _ends_iteration(flight.exception, code.co_flags):
            flight.become(RuntimeError())  # PEP 479
        inner, outer = outer, outer.f_back
    return Fate("uncaught", ends_thread=True)


def is_raise_statement(frame: FrameType) -> bool:
    return opcode_at(frame.f_code, frame.f_lasti) in _RAISE_STATEMENT


def leaks(frame: FrameType, exception: BaseException) -> bool:
    """Whether a StopIteration is about to leave a generator or coroutine, which makes a RuntimeError of it (PEP 479)."""
    code = frame.f_code
    if not code.co_flags & SUSPENDS or not is_a(exception, StopIteration):
        return False
    # Not the end of what a `for` runs over, or of what it delegates to: those are the interpreter's own to take.
    if opcode_at(code, frame.f_lasti) in _ENDS_OF_ITERATION:
        return False
    return not catches(frame, Flight(exception))


def ends_a_loop(frame: FrameType, exception: BaseException) -> bool:
    """Whether the end of an iteration is taken where it is raised: by a ``for``, an ``async for``, or a delegation."""
    if opcode_at(frame.f_code, frame.f_lasti) not in _ENDS_OF_ITERATION:
        return False
    if not is_a(exception, StopAsyncIteration):
        return True
    # `await anext(a)` lets out what an `async for` over `a` would take.
    return not any(isinstance(node, ast.Await) for node in _nodes_at(frame)) or _begins_an_async_for(frame)


def ends_task_as_asked(frame: FrameType) -> bool:
    """Whether a cancellation that the running task was asked to end by does end it.

    Who asks for one and takes it back (a timeout, a task group, anyio's scopes) is a block on its way, the user's or a
    library's. Out of such a block it is looked at again. What runs its tasks otherwise than asyncio does has them all in
    such a block: trio's nurseries.
    """
    outer: FrameType | None = frame
    while outer is not None and not tasks.driver(outer.f_code):
        if outer.f_code.co_flags & SUSPENDS:
            if task_fates.of_a_scheduler(outer) or stands_in_block(outer):
                return False
            task = task_fates.running_root(outer)
            if task is not None:
                return task_fates.is_asyncios(task) and not task_fates.is_interrupted(outer)
        outer = outer.f_back
    return False


def is_certain(frame: FrameType, exception: BaseException, user_code: UserCode) -> bool:
    """Whether no C code on its way can take a StopIteration for the end of what it runs over, as ``map`` and ``zip`` do.

    Only a function that is called by its own name has no C code between it and its caller. Elsewhere the exception is
    looked at again if it comes out.
    """
    if not is_a(exception, StopIteration):
        return True
    outer = frame.f_back
    while outer is not None and not (is_boundary(outer) or user_code.is_runtime(outer.f_code.co_filename)):
        name = frame.f_code.co_name
        # What ends a coroutine becomes a RuntimeError there (``leaks``).
        if outer.f_code.co_flags & SUSPENDS:
            return False
        if name != "<module>" and outer.f_code.co_qualname != "Thread.run" and not _calls(outer, name):
            return False
        frame, outer = outer, outer.f_back
    return True


def _calls(frame: FrameType, name: str) -> bool:
    """Whether what a frame is about is a call of something by this name."""
    functions = [node.func for node in _nodes_at(frame) if isinstance(node, ast.Call)]
    return any(name == (each.id if isinstance(each, ast.Name) else getattr(each, "attr", None)) for each in functions)


def _nodes_at(frame: FrameType) -> list[ast.expr]:
    """The expressions of the source whose very range a frame's instruction has."""
    path = display_path(frame.f_code.co_filename)
    if path is None:
        return []
    position = position_at(frame.f_code, frame.f_lasti)
    nodes = syntax.source_file(path).expressions(position.line, position.line)
    return [
        node
        for node in nodes
        if isinstance(node, ast.expr)
        and (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset) == tuple(position)
    ]


def _begins_an_async_for(frame: FrameType) -> bool:
    path = display_path(frame.f_code.co_filename)
    position = position_at(frame.f_code, frame.f_lasti)
    return path is not None and (position.line, position.column) in syntax.source_file(path).awaits()


def _ends_iteration(exception: BaseException, flags: int) -> bool:
    return is_a(exception, StopIteration) or (bool(flags & CO_ASYNC_GENERATOR) and is_a(exception, StopAsyncIteration))


def swallowed_between(inner: FrameType, outer: FrameType, exception: BaseException) -> bool:
    """Whether C code between two frames takes the exception as an answer: the end of an iteration, a missing attribute."""
    name = inner.f_code.co_name
    calling = opcode_at(outer.f_code, outer.f_lasti)
    if any(is_a(exception, each) for each in (StopIteration, StopAsyncIteration)):
        return name in ("__next__", "__anext__")
    if is_a(exception, IndexError):
        return name == "__getitem__" and calling not in _SUBSCRIPTS
    if is_a(exception, AttributeError):
        return name in ("__getattr__", "__getattribute__", "__get__") and calling in _CALLS
    return False


def is_boundary(frame: FrameType) -> bool:
    """Where C code or a thread's bottom takes any exception: whatever reaches it was caught by nobody."""
    code = frame.f_code
    if tasks.driver(code) is not None:
        return True
    return code.co_qualname == "Thread._bootstrap_inner" and not code.co_flags & SUSPENDS
