"""The sentences of findings: what was found, and what to do. One function for each kind."""

from __future__ import annotations

from .explained import Place, at, sentence
from .findings import Finding, Severity


def never_awaited(function: str, made: Place | None, others: tuple[Place, ...], identity: int | None) -> Finding:
    """``made``: where it was created, or all that is known of where it was."""
    created = made is not None and made.label == CREATED
    where = at(made) if created else ""
    return Finding(
        "neverAwaited",
        "warning",
        f"The coroutine '{function}' was created{where} and never awaited, so not a line of it ran.",
        "Write 'await' before the call, or hand the coroutine to asyncio.create_task(), asyncio.gather() or a TaskGroup.",
        (*(() if made is None else (made,)), *others),
        identity,
    )


CREATED = "where it was created"


def left_open(function: str, stands: Place | None, closed_loop: bool, cleans_up: bool, identity: int | None) -> Finding:
    """``cleans_up``: it stands inside a ``try`` or ``with``, whose end is now left to chance or lost."""
    if closed_loop:
        what = f"its event loop was closed while the async generator '{function}' was still open{at(stands)}"
        lost = ", so its clean-up did not run." if cleans_up else "."
    else:
        what = f"the async generator '{function}' was dropped while it was still open{at(stands)}"
        lost = ", so its clean-up runs at some later time in another task." if cleans_up else "."
    severity: Severity = "warning" if cleans_up else "hint"
    return Finding(
        "generatorLeftOpen",
        severity,
        sentence(what + lost),
        "Use it inside 'async with contextlib.aclosing(…)', or await its aclose() before leaving the loop over it.",
        () if stands is None else (stands,),
        identity,
    )


def not_retrieved(name: str, error: str, places: tuple[Place, ...], identity: int | None, *, for_good: bool) -> Finding:
    raised = at(places[0]) if places and places[0].label == RAISED else ""
    ending = "nobody retrieved the exception" if for_good else "nobody has retrieved the exception so far"
    return Finding(
        "exceptionNotRetrieved",
        "warning" if for_good else "hint",
        sentence(f"{name} failed{raised} with {error}, and {ending}."),
        "Await the task, or put it into a TaskGroup; one that runs on its own handles its exceptions itself, or in "
        "add_done_callback().",
        places,
        identity,
    )


RAISED = "where it was raised"


def loop_blocked(who: str, milliseconds: int, limit: int, places: tuple[Place, ...], identity: int | None) -> Finding:
    return Finding(
        "loopBlocked",
        "warning",
        sentence(
            f"{who} kept the event loop from everything else for {milliseconds} ms in one step{at(places[0] if places else None)} "
            f"(the limit is {limit} ms)."
        ),
        "Await something that waits in place of the blocking call, or move the work to a thread with asyncio.to_thread().",
        places,
        identity,
    )


_KEEP = (
    "Keep what asyncio.create_task() returns (in a set, for as long as the task runs), or start it in a TaskGroup, and "
    "await or cancel it before the loop ends."
)


def not_kept(name: str, places: tuple[Place, ...], identity: int | None) -> Finding:
    return Finding(
        "taskNotKept",
        "warning",
        f"Nothing in the program refers to {name}, and the event loop itself keeps weak references only, so it may vanish "
        "before it is done.",
        _KEEP,
        places,
        identity,
    )


def vanished(name: str, places: tuple[Place, ...], identity: int | None) -> Finding:
    return Finding(
        "taskNotKept", "warning", sentence(f"{name} was thrown away before it was done."), _KEEP, places, identity
    )


def never_finished(name: str, places: tuple[Place, ...], identity: int | None) -> Finding:
    return Finding(
        "taskNotKept",
        "warning",
        sentence(f"{name} was still waiting when the program ended, so the rest of it never ran."),
        _KEEP,
        places,
        identity,
    )


def deadlock(cycle: list[str], places: tuple[Place, ...], identity: int | None) -> Finding:
    chain = " → ".join([*cycle, cycle[0]])
    return Finding(
        "deadlock",
        "warning",
        f"Deadlock: each of these waits for the next, so none can go on: {chain}.",
        "Take locks in the same order everywhere, don't wait for a task that waits for this one, or set a limit with "
        "asyncio.timeout().",
        places,
        identity,
    )
