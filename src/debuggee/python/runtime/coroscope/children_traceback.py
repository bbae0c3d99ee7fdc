"""The places that an exception came through, and what each frame's variables were when it left."""

from __future__ import annotations

import types
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from coroscope import frame_locals, frozen
from coroscope.child import Child, Section, ready
from coroscope.children_attributes import bare, stored_section
from coroscope.looking import DICT, is_a
from coroscope.texts_code import base_name

__builtins__ = frozen.BUILTINS

_FIXED: Final = "This belongs to a frame that an exception has left; it is not changed here."
_LONGEST: Final = 10_000
"""Entries of a traceback that are counted: a recursion that ran out of stack has about a thousand."""


def traceback_section(traceback: types.TracebackType) -> Section:
    """Where the exception passed, outermost first, as ``file:line in function``."""
    count = sum(1 for _ in islice(_entries(traceback), _LONGEST))

    def page(start: int, size: int) -> Iterator[Child]:
        for index, entry in enumerate(islice(_entries(traceback), start, start + size), start):
            code = entry.tb_frame.f_code
            place = f"{base_name(code.co_filename)}:{entry.tb_lineno} in {code.co_qualname}"
            yield Child(str(index), entry, text=place, why=_FIXED, hints=("readOnly", "virtual"))

    return Section(count, page)


def entry_sections(entry: types.TracebackType) -> list[Section]:
    """The local variables of the frame of one entry."""
    frame = entry.tb_frame
    if not frame_locals.is_function(frame):
        names: Any = frame.f_locals
        # The namespace of a class body may be any mapping: asking it would run the program.
        return [stored_section(names, bare)] if is_a(names, dict) else []
    bound = frame_locals.names_of(frame)
    pairs = DICT.items(bound) if is_a(bound, dict) else bound.items()
    return [ready([Child(name, held, why=_FIXED, hints=("readOnly",)) for name, held in pairs])]


def _entries(traceback: types.TracebackType) -> Iterator[types.TracebackType]:
    entry: types.TracebackType | None = traceback
    while entry is not None:
        yield entry
        entry = entry.tb_next
