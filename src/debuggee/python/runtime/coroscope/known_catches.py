"""Telling quickly that somebody catches an exception, where the same has happened before at the same place.

Programs that raise a hundred thousand exceptions a second and catch them are common, and ``fates`` asks the source and
every name in it each time. Whether the statements around a place catch an exception of a class depends on what the names
in them stand for and on nothing else, mostly; so what followed is remembered with these, and holds as long as they stand
for the same. Whatever depends on more is left to ``fates``, and so is everything that nobody catches.

No code, class or function of the program is kept alive.
"""

from __future__ import annotations

import weakref
from types import FrameType, ModuleType
from typing import Any, Final, cast

from . import handlers, task_fates
from .catching import Flight, catches
from .exception_groups import is_group
from .fates import ends_a_loop, is_boundary, is_raise_statement, swallowed_between
from .frame_locals import is_function
from .handlers import Names
from .interpreter import SUSPENDS
from .looking import DICT, MISSING, instance_dict, is_a
from .swallowing import expects
from .user_code import UserCode

_MOST: Final = 4096
"""Places and classes that are remembered before all are forgotten."""

_ANSWERS: Final = (StopIteration, StopAsyncIteration, IndexError, AttributeError)
"""Classes of which C code between two frames may take one as an answer."""


type _Value = weakref.ref[Any] | tuple[weakref.ref[Any], ...] | None
"""What a name stood for: something, a tuple of classes, or nothing."""


class KnownCatches:
    def __init__(self, user_code: UserCode) -> None:
        self._user_code = user_code
        self._known: dict[tuple[int, int, int], _Known] = {}

    def caught(self, frame: FrameType, exception: BaseException) -> bool:
        """Whether the user's code certainly catches an exception that is raised, or passes on, in ``frame``."""
        kind = type(exception)
        inner: FrameType | None = None
        outer: FrameType | None = frame
        while outer is not None:
            known = self._at(outer, exception, kind)
            if known.is_new or (known.names and not known.holds(outer)):
                self._find_out(known, outer, exception)
            if known.catches is None:
                return False
            if known.is_answer and inner is not None and swallowed_between(inner, outer, exception):
                return True
            if known.catches:
                return True
            inner, outer = outer, outer.f_back
        return False

    def only_passes(self, frame: FrameType, exception: BaseException) -> bool:
        """Whether an exception that was raised further in has nothing to do with where ``frame`` stands."""
        known = self._at(frame, exception, type(exception))
        return not (known.is_raise or known.is_work)

    def is_work(self, frame: FrameType, exception: BaseException) -> bool:
        """Whether it is of a class that ends loops, closes coroutines, or cancels tasks."""
        return self._at(frame, exception, type(exception)).is_work

    def does_its_work(self, frame: FrameType, exception: BaseException) -> bool:
        """Whether it certainly ends only what it is raised to end: a loop, a wait for a future, a closed coroutine."""
        return self._at(frame, exception, type(exception)).does_its_work

    def _at(self, frame: FrameType, exception: BaseException, kind: type) -> _Known:
        code = frame.f_code
        key = (id(code), frame.f_lasti, id(kind))
        known = self._known.get(key)
        if known is None or known.code() is not code or known.kind() is not kind:
            if len(self._known) >= _MOST:
                self._known.clear()
            known = self._known[key] = _Known(frame, exception)
        return known

    def _find_out(self, known: _Known, frame: FrameType, exception: BaseException) -> None:
        known.is_new = False
        known.catches = None
        if self._is_plain(frame, exception):
            names = _NotedNames(frame)
            # What leaves a coroutine goes on to whoever awaits it, or becomes another exception.
            found = catches(frame, Flight(exception), names)
            if names.sure and (found or not frame.f_code.co_flags & SUSPENDS):
                known.catches, known.names, known.attributes = found, names.found, names.attributes

    def _is_plain(self, frame: FrameType, exception: BaseException) -> bool:
        code = frame.f_code
        return (
            self._user_code.is_user(code)
            and not self._user_code.is_runtime(code.co_filename)
            and not is_group(exception)
            and not is_boundary(frame)
            and not task_fates.of_a_scheduler(frame)
            and not expects(frame, exception)
            # Elsewhere a name may stand for something else in each frame.
            and (is_function(frame) or frame.f_locals is frame.f_globals)
        )


class _Known:
    """Of a place in code, and a class."""

    __slots__ = (
        "attributes", "catches", "code", "does_its_work", "is_answer", "is_function", "is_new", "is_raise", "is_work", "kind", "names",
    )  # fmt: skip

    def __init__(self, frame: FrameType, exception: BaseException) -> None:
        code = frame.f_code
        self.code = weakref.ref(code)
        self.kind: weakref.ref[Any] = weakref.ref(type(exception))
        self.is_answer = any(is_a(exception, each) for each in _ANSWERS)
        work = task_fates.work_of(exception)
        self.is_work = work is not None
        self.is_raise = is_raise_statement(frame)
        self.does_its_work = not self.is_raise and (
            work == "close" or (work == "iteration" and ends_a_loop(frame, exception))
        )
        self.is_function = is_function(frame)
        self.is_new = True
        self.catches: bool | None = None
        """Whether the statements around the place catch it; None where that depends on more than on names."""
        self.names: list[tuple[str, _Value]] = []
        self.attributes: list[tuple[weakref.ref[Any], str, _Value]] = []

    def holds(self, frame: FrameType) -> bool:
        """Whether the names stand for the same in a frame of the code."""
        if not self.is_function and frame.f_locals is not frame.f_globals:
            return False
        module_names, builtin_names = frame.f_globals, frame.f_builtins
        for name, value in self.names:
            found = DICT.get(module_names, name, MISSING)
            if found is MISSING:
                found = DICT.get(builtin_names, name, MISSING)
            if not _is_still(found, value):
                return False
        for owner, name, value in self.attributes:
            module = owner()
            if module is None or not _is_still(DICT.get(instance_dict(module), name, MISSING), value):
                return False
        return True


class _NotedNames(Names):
    """The names of a frame, noting what they were asked for."""

    __slots__ = ("_own", "attributes", "found", "sure")

    def __init__(self, frame: FrameType) -> None:
        super().__init__(handlers.names_in(frame).named)
        code = frame.f_code
        self._own = frozenset((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
        self.sure = True
        self.found: list[tuple[str, _Value]] = []
        self.attributes: list[tuple[weakref.ref[Any], str, _Value]] = []

    def named(self, name: str) -> object:
        found = super().named(name)
        if name in self._own:
            self.doubt()
        else:
            self.found.append((name, self._noted(found)))
        return found

    def attribute(self, owner: object, name: str) -> object:
        found = super().attribute(owner, name)
        if type(owner) is ModuleType:
            self.attributes.append((weakref.ref(owner), name, self._noted(found)))
        else:
            self.doubt()
        return found

    def doubt(self) -> None:
        self.sure = False

    def _noted(self, found: object) -> _Value:
        if found is MISSING:
            return None
        try:
            if type(found) is tuple:
                return tuple(weakref.ref(each) for each in cast("tuple[Any, ...]", found))
            return weakref.ref(found)
        except TypeError:
            self.doubt()
            return None


def _is_still(found: object, value: _Value) -> bool:
    if value is None:
        return found is MISSING
    if found is None:
        return False  # as what has died does, which a weak reference tells by None
    if type(value) is not tuple:
        return found is cast("weakref.ref[Any]", value)()
    if type(found) is not tuple:
        return False
    elements = cast("tuple[Any, ...]", found)
    return len(elements) == len(value) and all(_is_still(each, ref) for each, ref in zip(elements, value, strict=True))
