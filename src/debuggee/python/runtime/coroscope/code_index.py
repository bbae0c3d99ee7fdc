"""The code objects of the program, by file: found when they first run, held weakly."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from types import AsyncGeneratorType, CodeType, CoroutineType, FunctionType, GeneratorType

from .interpreter import code_of
from .user_code import canonical


def nested(code: CodeType) -> Iterator[CodeType]:
    """A code object and all that are defined inside it."""
    pending = [code]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(constant for constant in current.co_consts if type(constant) is CodeType)


class CodeIndex:
    def __init__(self) -> None:
        self._by_file: dict[str, dict[int, weakref.ref[CodeType]]] = {}

    def add(self, code: CodeType) -> list[CodeType]:
        """Takes in a code object and what it contains; returns those that are new."""
        new: list[CodeType] = []
        for each in nested(code):
            known = self._by_file.setdefault(canonical(each.co_filename), {})
            reference = known.get(id(each))
            if reference is None or reference() is not each:
                known[id(each)] = weakref.ref(each)
                new.append(each)
        return new

    def of_file(self, path: str) -> list[CodeType]:
        known = self._by_file.get(path)
        if not known:
            return []
        alive: list[CodeType] = []
        for key, reference in list(known.items()):
            code = reference()
            if code is None:
                del known[key]
            else:
                alive.append(code)
        return alive

    def files(self) -> list[str]:
        return list(self._by_file)

    def everything(self) -> Iterator[CodeType]:
        for path in list(self._by_file):
            yield from self.of_file(path)

    def search(self, path: str) -> list[CodeType]:
        """Finds code of a file that was loaded before anybody watched it: in functions, coroutines and running frames."""
        found: list[CodeType] = []
        same: dict[str, bool] = {}
        for value in gc.get_objects():
            kind: object = type(value)  # pyright: ignore[reportUnknownVariableType]
            if kind is FunctionType:
                code = value.__code__
            elif kind is GeneratorType or kind is CoroutineType or kind is AsyncGeneratorType:
                code = code_of(value)
            else:
                continue
            name = code.co_filename
            if name not in same:
                same[name] = canonical(name) == path
            if same[name]:
                found.append(code)
        for frame in sys._current_frames().values():
            current = frame
            while current is not None:
                if canonical(current.f_code.co_filename) == path:
                    found.append(current.f_code)
                current = current.f_back
        frame = None  # it may be this one
        for code in found:
            self.add(code)
        return self.of_file(path)
