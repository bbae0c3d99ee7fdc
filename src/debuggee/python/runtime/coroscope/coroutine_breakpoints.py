"""Breakpoints on one coroutine object: when it resumes, when it suspends, when it ends, wherever in its code it stands.
They have conditions and hit counts like any others, with the value that passes.

They have a tool of their own, taken only while there are any; its events are set on the code objects concerned, and
every other coroutine of the same function passes by.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, NamedTuple

from . import evaluation_stack, faults, interpreter
from .interpreter import Coroutine
from .monitoring import NoToolLeftError, Tool, events, restart
from .one_breakpoint import Breakpoint
from .pausing import Stop, World
from .protocol import Args, CommandError, Json

MOMENTS = ("resume", "suspend", "end")
_LOCAL = events.PY_START | events.PY_RESUME | events.PY_YIELD | events.PY_RETURN
_GLOBAL = events.PY_THROW | events.PY_UNWIND
_WORDS = {"resume": "resumes", "suspend": "suspends", "end": "ends"}


class _Rule(NamedTuple):
    moments: frozenset[str]
    breakpoint: Breakpoint


class _Watched(NamedTuple):
    reference: weakref.ref[Any]
    identity: int
    rules: list[_Rule]


class CoroutineBreakpoints:
    def __init__(self, world: World, send_fact: Callable[[str, Json], None]) -> None:
        self._world = world
        self._send_fact = send_fact
        self._tool: Tool | None = None
        # By address, as long as the weak reference lives.
        self._watched: dict[int, _Watched] = {}

    def set(self, coroutine: Coroutine, identity: int, asked: list[Args]) -> list[Json]:
        """Replaces the breakpoints of one coroutine; none of them takes them away. Answers in the order asked."""
        key = id(coroutine)
        before = self._watched.pop(key, None)
        if interpreter.frame_of(coroutine) is None:
            ended = f"{_title(coroutine, identity)} has ended: nothing of it will happen any more."
            return [{"verified": False, "message": ended} for _ in asked]
        rules: list[_Rule] = []
        answers: list[Json] = []
        for args in asked:
            moments = frozenset(args.choices("on", MOMENTS))
            try:
                rule = _Rule(moments, Breakpoint(0, "line", args))
            except CommandError as error:
                answers.append({"verified": False, "message": error.in_words()})
                continue
            for old in before.rules if before is not None else ():
                if old.moments == moments:
                    rule.breakpoint.goes_on_from(old.breakpoint)
            rules.append(rule)
            answers.append({"verified": True})
        if rules:
            reference = weakref.ref(coroutine, lambda gone: self._forget(key, gone))
            self._watched[key] = _Watched(reference, identity, rules)
        self._install()
        return answers

    def clear(self) -> None:
        self._watched.clear()
        self._install()

    def _forget(self, key: int, reference: weakref.ref[Any]) -> None:
        known = self._watched.get(key)
        if known is not None and known.reference is reference:
            del self._watched[key]

    def _install(self) -> None:
        codes = {
            id(code): code
            for watched in self._watched.values()
            if (coroutine := watched.reference()) is not None and (code := interpreter.code_of(coroutine))
        }
        if not codes:
            if self._tool is not None:
                self._tool.free()
                self._tool = None
            return
        tool = self._tool or self._take_tool()
        tool.clear_local()
        tool.set_global(_GLOBAL)
        for code in codes.values():
            tool.set_local(code, _LOCAL)
        restart()

    def _take_tool(self) -> Tool:
        try:
            tool = self._tool = Tool("coroscope coroutine breakpoints", 5)
        except NoToolLeftError as error:
            raise CommandError("unsupported", str(error)) from None
        tool.on(events.PY_START, self._on_start)
        tool.on(events.PY_RESUME, self._on_resume)
        tool.on(events.PY_YIELD, self._on_yield)
        tool.on(events.PY_RETURN, self._on_return)
        tool.on(events.PY_THROW, self._on_throw)
        tool.on(events.PY_UNWIND, self._on_unwind)
        return tool

    # --- callbacks -----------------------------------------------------------------------------------------------

    def _on_start(self, code: CodeType, offset: int) -> Any:
        self._check(sys._getframe(1), "resume", dict)

    def _on_resume(self, code: CodeType, offset: int) -> Any:
        frame = sys._getframe(1)
        self._check(frame, "resume", lambda: _sent(frame, code, offset))

    def _on_throw(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if self._watches(code):
            self._check(sys._getframe(1), "resume", lambda: {"thrown": exception})

    def _on_yield(self, code: CodeType, offset: int, value: object) -> Any:
        self._check(sys._getframe(1), "suspend", lambda: {"yielded": interpreter.unwrap_yielded(value)[0]})

    def _on_return(self, code: CodeType, offset: int, value: object) -> Any:
        self._check(sys._getframe(1), "end", dict)

    def _on_unwind(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        if self._watches(code):
            self._check(sys._getframe(1), "end", dict)

    def _watches(self, code: CodeType) -> bool:
        return self._tool is not None and self._tool.local(code) != 0

    def _check(self, frame: FrameType, moment: str, passing: Callable[[], dict[str, object]]) -> None:
        stop: Stop | None = None
        try:
            coroutine = interpreter.coroutine_of(frame)
            watched = self._watched.get(id(coroutine))
            if coroutine is None or watched is None or watched.reference() is not coroutine:
                return
            due = [rule.breakpoint for rule in watched.rules if moment in rule.moments]
            if not due:
                return
            values = passing()
            # Each is asked, as each has a count of its own.
            if True in [each.counts(frame, values, self._send_fact) for each in due]:
                text = f"{_title(coroutine, watched.identity)} {_WORDS[moment]}"
                stop = Stop("coroutine breakpoint", frame, text=text, passing=values)
        except Exception as error:
            faults.report(error)
        if stop is not None:
            self._world.halt(stop)


def _title(coroutine: Coroutine, identity: int) -> str:
    return f"{interpreter.kind_of(coroutine).capitalize()} {coroutine.__qualname__} (number {identity})"


def _sent(frame: FrameType, code: CodeType, offset: int) -> dict[str, object]:
    coroutine = interpreter.coroutine_of(frame)
    return {} if coroutine is None else {"sent": evaluation_stack.sent_value(coroutine, code, offset)}
