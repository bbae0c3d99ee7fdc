"""Errors that the interpreter raises when a coroutine is driven in a way it cannot be. Messages of CPython 3.12 to 3.15."""

from __future__ import annotations

import gc
import re
import sys
from types import FrameType

from . import interpreter
from .explained import Cases, Explanation, Place, Subject, at, places, sentence, short, subject
from .interpreter import Coroutine
from .positions import location, position_at
from .raised_at import RaisedAt, Site, traceback_sites

CASES = Cases()

_KIND = "(async generator|generator|coroutine)"


@CASES.of(TypeError, message=f"can't send non-None value to a just-started {_KIND}")
def _unprimed(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    it = subject(raised, match[1])
    first = {
        "generator": f"Drive it to its first 'yield' with 'next({it.text})' before the first send(value).",
        "async generator": f"Drive it to its first 'yield' with 'await anext({it.text})' before the first asend(value).",
        "coroutine": "Await it, or send None first: only an event loop has reason to send to a coroutine.",
    }
    stop = "'await'" if it.kind == "coroutine" else "'yield'"
    return Explanation(
        sentence(f"{it.name}{at(it.defined)} has not begun, so it stands at no {stop} that could receive the value."),
        first[it.kind],
        it.coroutine,
        places(it.defined),
    )


@CASES.of(ValueError, message=f"{_KIND} already executing")
def _executing(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    it = subject(raised, match[1])
    if it.coroutine is None:
        how = "either by code that it called itself or by another thread"
    elif _is_below(it.coroutine):
        how = "by code that it called itself"
    elif interpreter.is_running(it.coroutine):
        how = "while another thread is at work in it"
    else:
        how = "either by code that it called itself or by another thread"
    return Explanation(
        sentence(f"{it.name} is running{at(it.stands)} and was resumed once more, {how}."),
        "Resume it only while it is suspended: make a second one for the inner use, or guard it with a lock where "
        "threads share it.",
        it.coroutine,
        places(it.stands),
    )


def _is_below(coroutine: Coroutine) -> bool:
    """Whether the coroutine runs on this thread's own stack."""
    wanted = interpreter.frame_of(coroutine)
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and wanted is not None:
        if frame is wanted:
            return True
        frame = frame.f_back
    return False


@CASES.of(RuntimeError, message="cannot reuse already awaited coroutine")
def _reused(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    it = subject(raised, "coroutine")
    return Explanation(
        sentence(f"{it.name}{at(it.defined)} has run to its end already, and a coroutine can be awaited only once."),
        f"Call {it.again} again for a new one, or make one task of it with asyncio.create_task() and await that task "
        "as often as its result is wanted.",
        it.coroutine,
        places(it.defined),
    )


@CASES.of(RuntimeError, message=r"cannot reuse already awaited (__anext__\(\)/asend\(\)|aclose\(\)/athrow\(\))")
def _step_reused(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    it = subject(raised, "async generator")
    methods = "anext() or asend()" if "anext" in match[1] else "aclose() or athrow()"
    return Explanation(
        f"What {methods} of {it.name} gave stands for one step only, and that step has been awaited already.",
        f"Call {methods} again for each step.",
        it.coroutine,
        places(it.stands, it.defined),
    )


@CASES.of(RuntimeError, message="coroutine is being awaited already")
def _awaited_already(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    it = subject(raised, "coroutine")
    awaiter = _awaiter(it.coroutine)
    by = f"by '{awaiter[0]}'{at(awaiter[1])}" if awaiter is not None else "by somebody else"
    return Explanation(
        sentence(f"{it.name} is being awaited {by} and can have only one that awaits it."),
        "Make one task of it with asyncio.create_task() and await that task in every place.",
        it.coroutine,
        places(awaiter[1] if awaiter is not None else None, it.stands),
    )


def _awaiter(coroutine: Coroutine | None) -> tuple[str, Place] | None:
    """Who awaits a coroutine: found among all that are suspended."""
    if coroutine is None:
        return None
    for each in gc.get_objects():
        if interpreter.is_coroutine(each) and interpreter.is_suspended(each):
            frame = interpreter.frame_of(each)
            if frame is not None and interpreter.delegate_of(each) is coroutine:
                name = Subject(each, "coroutine", "").function
                return name, Place(
                    "where it is awaited", location(frame.f_code, position_at(frame.f_code, frame.f_lasti))
                )
    return None


@CASES.of(RuntimeError, message=f"{_KIND} raised (StopIteration|StopAsyncIteration)")
def _leaked_stop(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    it = subject(raised, match[1])
    leaked = match[2]
    sites = traceback_sites(raised.cause) if raised.cause is not None else []
    left = _site_place(f"where {leaked} left it", sites[0]) if sites else None
    born = _site_place(f"where {leaked} was raised", sites[-1]) if sites else None
    # It is over: the frame that the StopIteration left tells whose it was.
    name = f"the {it.kind} '{short(sites[0].frame.f_code.co_qualname)}'" if sites else it.name
    next_call = "next(…)" if leaked == "StopIteration" else "await anext(…)"
    default = "next(iterator, default)" if leaked == "StopIteration" else "await anext(iterator, default)"
    instead = "" if it.kind == "coroutine" else "end it with 'return', and "
    return Explanation(
        f"A {leaked} left the body of {name}{at(left)}, where it would look like an ordinary end, so Python turns it "
        "into this error (PEP 479).",
        sentence(f"{instead}where {next_call} may find nothing, catch {leaked} around it or write '{default}'."),
        it.coroutine,
        places(left, born),
    )


def _site_place(label: str, site: Site) -> Place:
    return Place(label, location(site.frame.f_code, position_at(site.frame.f_code, site.lasti)))


@CASES.of(RuntimeError, message=f"{_KIND} ignored GeneratorExit")
def _ignored_exit(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    it = subject(raised, match[1])
    went_on = {
        "generator": "yielded once more",
        "coroutine": "awaited once more",
        "async generator": "yielded or awaited once more",
    }[it.kind]
    return Explanation(
        sentence(f"{it.name} was told to close with a GeneratorExit and {went_on}{at(it.stands)} in place of ending."),
        "Let GeneratorExit pass: no 'yield' or 'await' in a 'finally' or a bare 'except' that it goes through, and "
        "'raise' at the end of a handler that catches it.",
        it.coroutine,
        places(it.stands),
    )


@CASES.of(RuntimeError, message=r"(anext|asend|athrow|aclose)\(\): asynchronous generator is already running")
def _step_while_running(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    it = subject(raised, "async generator")
    return Explanation(
        sentence(
            f"{it.name} is still at an earlier step{at(it.stands, ', which stands at ')}, "
            f"and {match[1]}() asks for another one before that is done."
        ),
        "Await one step before asking for the next; where several tasks want its values, let one of them iterate and "
        "hand them out through an asyncio.Queue.",
        it.coroutine,
        places(it.stands),
    )


@CASES.of(RuntimeWarning, message=r"coroutine '(.+?)' was never awaited(?:\n.*)?")
def _never_awaited(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    lost = _lost(raised)
    function = short(match[1])
    return Explanation(
        f"'{function}' was called, which only makes a coroutine{at(lost.defined, ' of the function at ')}, and that was "
        "thrown away before it ran at all.",
        f"Write 'await {function}(…)' where it is called, or hand it to asyncio.create_task() and keep the task.",
        lost.coroutine,
        places(lost.defined),
    )


@CASES.of(RuntimeWarning, message=r"coroutine method '(.+?)' of '(.+?)' was never awaited")
def _method_never_awaited(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation(
        f"{match[1]}() of the async generator '{match[2]}' only makes an awaitable, and that was thrown away, so the async "
        "generator never took this step.",
        f"Write 'await' in front of the call of {match[1]}().",
    )


def _lost(raised: RaisedAt) -> Subject:
    """The coroutine that ``warnings._warn_unawaited_coroutine`` has in its hands while it warns."""
    for value, text in raised.named():
        if interpreter.is_coroutine(value):
            return Subject(value, "coroutine", text)
    return Subject(None, "coroutine", "c")
