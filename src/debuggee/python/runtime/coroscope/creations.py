"""Where coroutines are created, and which of them died without ever being awaited.

Creating a coroutine runs nothing of it, so no event comes from its own code (a code object can be traced from its first
RESUME on, which is behind RETURN_GENERATOR). The CALL event of the code that calls does come; each call site is looked
at once and let go (DISABLE), so it costs nothing from then on. What was created where is thus known by call site and not
by object: with several sites for one function, those that await on the spot are left out, and the rest is named.

That a coroutine died unawaited is said by the interpreter: it calls ``warnings._warn_unawaited_coroutine``, whose start
is observed (also where the warning is filtered). The coroutine is in its own deallocation then: it is only read.
"""

from __future__ import annotations

import sys
from opcode import opmap
from types import CodeType, CoroutineType, FrameType, FunctionType, MethodType
from typing import Any

from . import finding_texts, interpreter
from .coroutines import Registry
from .explained import Place, places, short
from .findings import Finding
from .interpreter import CO_ASYNC_GENERATOR, CO_COROUTINE, Coroutine
from .looking import plain
from .positions import line_location
from .user_code import UserCode

type _Key = tuple[str, str, int]
"""File, qualified name and first line: what a code object is called, without holding it."""

_GET_AWAITABLE = opmap["GET_AWAITABLE"]
_POP_TOP = opmap["POP_TOP"]
_CREATES = CO_COROUTINE | CO_ASYNC_GENERATOR
_MAX_FUNCTIONS = 10_000
_MAX_SITES = 8


class Site:
    """One place that creates coroutines of one function."""

    __slots__ = ("caller", "discards", "file", "line")

    def __init__(self, caller: CodeType, line: int, discards: bool) -> None:
        self.discards = discards
        self.file = caller.co_filename
        self.caller = caller.co_qualname
        self.line = line

    def place(self, label: str) -> Place:
        return Place(label, line_location(self.file, self.line))


class Creations:
    def __init__(self, registry: Registry, user_code: UserCode) -> None:
        self._registry = registry
        self._user_code = user_code
        self._sites: dict[_Key, list[Site]] = {}

    def called(self, code: CodeType, offset: int, function: object) -> None:
        """Takes in that ``code`` calls something at ``offset``."""
        if type(function) is MethodType:
            function = function.__func__
        if type(function) is not FunctionType or not function.__code__.co_flags & _CREATES:
            return
        following = _opcode_behind(code, offset)
        if following == _GET_AWAITABLE:
            return
        sites = self._sites.get(key := _key(function.__code__))
        if sites is None:
            if len(self._sites) >= _MAX_FUNCTIONS:
                return
            sites = self._sites[key] = []
        line = _line_at(code, offset)
        if len(sites) < _MAX_SITES and all((each.file, each.line) != (code.co_filename, line) for each in sites):
            sites.append(Site(code, line, following == _POP_TOP))

    def died(self, warning: FrameType) -> Finding | None:
        """The finding for the coroutine that ``warnings._warn_unawaited_coroutine`` was called for."""
        names = warning.f_locals
        coroutine: object = names.get("coro")
        if sys.version_info < (3, 13):
            names.clear()  # a snapshot, which would keep the coroutine
        if not interpreter.is_coroutine(coroutine):
            return None
        known = self._registry.seen(coroutine)
        return self.unawaited(coroutine, warning.f_back, known.identity if known is not None else None)

    def unawaited(self, coroutine: Coroutine, vanished: FrameType | None, identity: int | None) -> Finding | None:
        """``vanished``: the frame that let go of it. None where neither is the user's."""
        code = interpreter.code_of(coroutine)
        sites = self._sites.get(_key(code), [])
        at_hand = vanished if vanished is not None and self._user_code.is_user(vanished.f_code) else None
        if at_hand is None and not sites and not self._user_code.is_user(code):
            return None
        sites = _possible(sites, at_hand)
        made = _tracked_origin(coroutine) or (sites[0].place(finding_texts.CREATED) if len(sites) == 1 else None)
        others = [] if made is not None else [site.place("may have been created here") for site in sites]
        if at_hand is not None:
            others.append(Place("where it was let go", line_location(at_hand.f_code.co_filename, at_hand.f_lineno)))
        if self._user_code.is_user(code):
            others.append(Place("its function", line_location(code.co_filename, code.co_firstlineno)))
        found = places(made, *others)
        return finding_texts.never_awaited(
            short(plain(coroutine.__qualname__)), found[0] if found else None, found[1:], identity
        )


def _key(code: CodeType) -> _Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _possible(sites: list[Site], vanished: FrameType | None) -> list[Site]:
    """The sites it may have come from, by where it was let go."""
    here: list[Site] = []
    if vanished is not None:
        code = vanished.f_code
        here = [each for each in sites if each.file == code.co_filename and each.caller == code.co_qualname]
        exact = [each for each in here if each.line == vanished.f_lineno and each.discards]
        if exact:
            return exact
    # What a site throws away at once dies on its line.
    return [each for each in here or sites if not each.discards]


def _tracked_origin(coroutine: Coroutine) -> Place | None:
    """Where a program says it itself: ``sys.set_coroutine_origin_tracking_depth``, which asyncio's debug mode sets."""
    origin: Any = coroutine.cr_origin if type(coroutine) is CoroutineType else None
    return Place(finding_texts.CREATED, line_location(origin[0][0], origin[0][1])) if origin else None


def _opcode_behind(code: CodeType, offset: int) -> int:
    """The instruction that takes the result of a call."""
    instructions = code.co_code
    following = offset + 2
    while following < len(instructions) and instructions[following] == 0:  # CACHE
        following += 2
    return instructions[following] if following < len(instructions) else 0


def _line_at(code: CodeType, offset: int) -> int:
    line = next((line for start, end, line in code.co_lines() if start <= offset < end), None)
    return line or code.co_firstlineno
