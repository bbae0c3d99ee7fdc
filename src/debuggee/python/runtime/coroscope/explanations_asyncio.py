"""Errors of asyncio about loops, tasks and cancellation. Messages of CPython 3.12 to 3.15."""

from __future__ import annotations

import re
import sys

from . import asyncio_tasks, catching, source_text, tasks
from .explained import Cases, Explanation, Place, Subject, at, places, sentence
from .interpreter import SUSPENDS
from .looking import is_a, mro
from .positions import line_location
from .raised_at import RaisedAt, coroutine_behind

CASES = Cases()

_ONE_LOOP = (
    "Create it inside the coroutine that asyncio.run() is given, not at import and not in an earlier asyncio.run(); from "
    "another thread use asyncio.run_coroutine_threadsafe()."
)


@CASES.of(RuntimeError, message=r"Task .+ got Future .+ attached to a different loop")
def _future_of_another_loop(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    text, it = _awaited(raised)
    name = f"'{text}'" if text else "The future awaited"
    task = " (a task)" if it is not None else ""
    return Explanation(
        f"{name}{task} belongs to another event loop than the one this code runs in, and only its own loop can wake who "
        "waits for it.",
        _ONE_LOOP,
        it.coroutine if it is not None else None,
        places(it.stands if it is not None else None),
    )


def _awaited(raised: RaisedAt) -> tuple[str, Subject | None]:
    """The future that the failing ``await`` names, and its coroutine if it is a task."""
    module = sys.modules.get("asyncio.futures")
    bases = [getattr(module, name, None) for name in ("Future", "_PyFuture")]
    for value, text in raised.named():
        if any(isinstance(base, type) and is_a(value, base) for base in bases):
            coroutine = coroutine_behind(value)
            return text, None if coroutine is None else Subject(coroutine, "coroutine", text)
    return "", None


@CASES.of(RuntimeError, message=r"<(.+?) object at .+> is bound to a different event loop")
def _lock_of_another_loop(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    name = match[1].rpartition(".")[2]
    return Explanation(
        f"The {name} was first waited for in another event loop than the one this code runs in, and it stays with that one.",
        _ONE_LOOP,
    )


@CASES.of(ValueError, message="The future belongs to a different loop than the one specified as the loop argument")
def _gathered_from_another_loop(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation("A future or task was handed to another event loop than the one it was created in.", _ONE_LOOP)


@CASES.of(
    RuntimeError,
    message=r"asyncio\.run\(\) cannot be called from a running event loop"
    r"|Runner\.run\(\) cannot be called from a running event loop"
    r"|This event loop is already running"
    r"|Cannot run the event loop while another loop is running",
)
def _loop_in_loop(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    fact = tasks.current_task()
    it = Subject(fact.coroutine, "coroutine", "") if fact is not None and fact.coroutine is not None else None
    inside = f", inside the task '{fact.name}'{at(it.stands if it else None)}," if fact is not None else ""
    return Explanation(
        f"An event loop is running in this thread already{inside or ','} and a thread can run only one at a time.",
        "Write 'await' in place of the call, making the functions up to here 'async def'; code that cannot be made so runs "
        "its own loop in another thread, with asyncio.to_thread().",
        it.coroutine if it is not None else None,
        places(it.stands if it is not None else None),
    )


@CASES.of(RuntimeError, message="no running event loop|There is no current event loop in thread '.+'\\.")
def _no_loop(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation(
        "This needs a running event loop, and none runs in this thread.",
        "Do it inside a coroutine that asyncio.run() drives; from another thread use asyncio.run_coroutine_threadsafe().",
    )


@CASES.of(RuntimeError, message="Event loop is closed")
def _closed_loop(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation(
        "The event loop was asked for work after it had been closed, as asyncio.run() does at its end.",
        "Do all of the work inside one asyncio.run(), and close what holds on to the loop (clients, pools, transports) "
        "before it ends.",
    )


# As ValueError up to 3.13 from asyncio.run(), as TypeError elsewhere.
@CASES.of(
    TypeError,
    ValueError,
    message="a coroutine was expected, got (.+)|An asyncio.Future, a coroutine or an awaitable is required",
)
def _coroutine_expected(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    if (match[1] or "").startswith(("<function ", "<bound method ")):
        return Explanation(
            "asyncio was given the function itself in place of the coroutine that calling it makes.",
            "Call it: write its name with '()' behind.",
        )
    return Explanation(
        "asyncio was given something that cannot be awaited.",
        "Give it what calling an 'async def' function returns; an ordinary function goes to asyncio.to_thread().",
    )


@CASES.of(TypeError, message=r"Passing coroutines is forbidden, use tasks explicitly\.")
def _wait_for_coroutines(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation(
        "asyncio.wait() was given coroutines, and it takes tasks and futures only, for it says which of them are done.",
        "Wrap each in asyncio.create_task(), or use asyncio.gather() or a TaskGroup.",
    )


@CASES.of(RuntimeError, message="Task cannot await on itself: .+")
def _awaits_itself(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    text, it = _awaited(raised)
    return Explanation(
        f"The task awaits itself{f' (as {text!r})' if text else ''}, so it could never go on.",
        "Await another task, or let the one that created this one await it.",
        it.coroutine if it is not None else None,
        places(it.stands if it is not None else None),
    )


@CASES.of(RuntimeError, message="Task got bad yield: .+|yield was used instead of yield from .+")
def _bad_yield(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation(
        "The leaf of the chain of awaits yielded a value that asyncio does not understand: it takes its own futures, "
        "through 'await', and None.",
        "Await the future in place of yielding it; an awaitable made for another library (trio, curio) needs that "
        "library's loop.",
    )


# A report that asyncio logs; an exception only where the loop's exception handler makes one of it.
@CASES.of(Exception, message="Task was destroyed but it is pending!?.*")
def _destroyed(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation(
        "A task was thrown away while it still had to run, because nothing but the event loop's weak reference knew it or "
        "because the loop ended first.",
        "Keep what asyncio.create_task() returns, and await or cancel it before the loop ends; a TaskGroup does both.",
    )


@CASES.of(BaseException, message=".*")
def _cancelled(raised: RaisedAt, match: re.Match[str]) -> Explanation | None:
    """A task's CancelledError, above all one that a handler is about to swallow."""
    module = sys.modules.get("asyncio.exceptions")
    wanted = module.__dict__.get("CancelledError") if module is not None else None
    if wanted is None or all(base is not wanted for base in mro(type(raised.exception))):
        return None
    fact = tasks.current_task()
    if fact is None or not asyncio_tasks.is_task(fact.task, asyncio_tasks.task_types()):
        return None
    it = Subject(fact.coroutine, "coroutine", "")
    name = f"the task '{fact.name}'"
    if not _is_cancelling(fact.task):
        return Explanation(
            f"What is awaited here was cancelled, while {name} that awaits it was not.",
            "Handle it as the failure of what was awaited, or keep that from being cancelled with asyncio.shield().",
            it.coroutine,
        )
    handler = _swallowing_handler(raised)
    if handler is None:
        return Explanation(
            sentence(f"{name} was asked to end by cancel(), a timeout or its TaskGroup."),
            "Let it pass, and clean up in 'finally'.",
            it.coroutine,
        )
    return Explanation(
        sentence(
            f"{name} was asked to end by cancel(), a timeout or its TaskGroup, and the handler{at(handler)} swallows that, so "
            "it goes on."
        ),
        "Catch Exception in its place, or end the handler with 'raise'."
        if _catches_everything(handler)
        else "End the handler with 'raise'.",
        it.coroutine,
        places(handler),
    )


def _is_cancelling(task: object) -> bool:
    """Whether somebody asked the task itself to end (``Task.cancelling``), asked of asyncio's own class."""
    return asyncio_tasks.base_of(task).cancelling(task) > 0


def _catches_everything(handler: Place) -> bool:
    """Whether a handler is there for every exception, and takes a cancellation with them: ``except:``, BaseException."""
    lines = source_text.lines(handler.location.get("path", "")) or []
    line = handler.location["line"]
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return "BaseException" in text or re.match(r"\s*except\s*:", text) is not None


def _swallowing_handler(raised: RaisedAt) -> Place | None:
    """The first handler in the coroutines of the task, from here outward, that catches and does not raise again."""
    frame = raised.frame
    while frame is not None and frame.f_code.co_flags & SUSPENDS:
        line = catching.catching_line(frame, raised.exception)
        if line is not None:
            return Place("where it is swallowed", line_location(frame.f_code.co_filename, line))
        frame = frame.f_back
    return None
