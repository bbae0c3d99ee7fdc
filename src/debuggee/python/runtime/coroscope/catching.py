"""Deciding at the raise, before any clean-up runs, whether a frame further up will catch the exception.

The answer comes from the ``try`` and ``with`` statements around the frame's position in its source: the types their
handlers name are looked up in the frame without running code, and compared by inheritance. A handler that only cleans up
and raises again does not catch. Where the source cannot be read, or a handler's type cannot be told, the exception counts
as caught, so that nobody is stopped by mistake.
"""

from __future__ import annotations

import ast
import os
from types import FrameType

from . import handlers, swallowing, syntax
from .exception_groups import leaves
from .handlers import Names
from .positions import Position, position_at
from .user_code import display_path


class Flight:
    """An exception on its way out, as the frames further up will meet it.

    Of a group, ``except*`` takes the members that fit and lets the rest go on; a task group makes a group of what leaves
    its block; a generator makes a RuntimeError of a StopIteration (PEP 479).
    """

    __slots__ = ("exception", "members")

    def __init__(self, exception: BaseException) -> None:
        self.exception = exception
        self.members = leaves(exception)

    def become(self, exception: BaseException) -> None:
        self.exception = exception
        self.members = leaves(exception)

    def gathered(self) -> None:
        """It is raised on as the member of a group."""
        self.become(BaseExceptionGroup("", [self.exception]))

    def drop(self, types: list[type] | None) -> bool:
        """Takes away the members of these classes (None: all). True if none is left."""
        if types is None:
            return True
        self.members = [each for each in self.members if not handlers.matches(each, types)]
        return not self.members


def catches(frame: FrameType, flight: Flight, names: Names | None = None) -> bool:
    """Whether a ``try`` or ``with`` around the place where ``frame`` stands ends the flight. ``names``: those of the frame."""
    code = frame.f_code
    if not code.co_exceptiontable or not _covered(frame):
        return False
    path = display_path(code.co_filename) or _frozen_source(code.co_filename)
    file = syntax.source_file(path) if path else None
    if file is None or file.tree is None:
        return True
    position = position_at(code, frame.f_lasti)
    # Outer statements come first in the list, and the innermost one meets the exception first.
    around = [node for node in reversed(file.tries()) if _around(node, position, frame)]
    names = names or handlers.names_in(frame)
    return any(_ends(node, names, flight) for node in around)


def stands_in_block(frame: FrameType) -> bool:
    """Whether a ``with`` or ``async with`` is open around the place where ``frame`` stands; True if that cannot be told."""
    code = frame.f_code
    if not code.co_exceptiontable or not _covered(frame):
        return False
    path = display_path(code.co_filename)
    file = syntax.source_file(path) if path else None
    if file is None or file.tree is None:
        return True
    position = position_at(code, frame.f_lasti)
    return any(isinstance(node, (ast.With, ast.AsyncWith)) and _around(node, position, frame) for node in file.tries())


def catching_line(frame: FrameType, exception: BaseException) -> int | None:
    """The line of the innermost handler around the place where ``frame`` stands that catches the exception."""
    path = display_path(frame.f_code.co_filename)
    file = syntax.source_file(path) if path and frame.f_code.co_exceptiontable else None
    if file is None or not _covered(frame):
        return None
    position = position_at(frame.f_code, frame.f_lasti)
    names = handlers.names_in(frame)
    for node in reversed(file.tries()):
        if isinstance(node, (ast.Try, ast.TryStar)) and _around(node, position, frame):
            for handler in node.handlers:
                if handlers.takes(handler, names, exception):
                    return handler.lineno
    return None


def _around(node: syntax.Protecting, position: Position, frame: FrameType) -> bool:
    return _inside(position, node.body) and _same_function(node, frame)


def _ends(node: syntax.Protecting, names: Names, flight: Flight) -> bool:
    if isinstance(node, ast.TryStar):
        return any(
            flight.drop(None if each.type is None else handlers.classes(each.type, names))
            for each in node.handlers
            if not handlers.raises_again(each)
        )
    if isinstance(node, ast.Try):
        return any(handlers.takes(each, names, flight.exception) for each in node.handlers)
    for item in reversed(node.items):
        if swallowing.gathers(item, names):
            names.doubt()
            flight.gathered()
            continue
        found = swallowing.swallows(item, names, flight.exception)
        if found is None:
            continue
        if found.by_member:
            if flight.drop(found.types):
                return True
        elif found.types is None or handlers.matches(flight.exception, found.types):
            return True
    return False


def _covered(frame: FrameType) -> bool:
    """Whether any entry of the exception table covers the frame's instruction (a cheap no)."""
    try:
        import dis
    except ImportError:  # at the interpreter's end
        return True

    lasti = frame.f_lasti
    entries = dis._parse_exception_table(frame.f_code)  # type: ignore[attr-defined]  # pyright: ignore
    return any(entry.start <= lasti < entry.end for entry in entries)  # pyright: ignore


def _frozen_source(filename: str) -> str | None:
    """The library file that a frozen module (``<frozen importlib._bootstrap>``) was made from."""
    if not filename.startswith("<frozen "):
        return None
    library = os.path.dirname(os.__file__)
    base = os.path.join(library, *filename[len("<frozen ") : -1].split("."))
    return next((path for path in (base + ".py", os.path.join(base, "__init__.py")) if os.path.isfile(path)), None)


def _inside(position: Position, body: list[ast.stmt]) -> bool:
    return body[0].lineno <= position.line <= (body[-1].end_lineno or body[-1].lineno)


def _same_function(node: ast.stmt, frame: FrameType) -> bool:
    """A ``try`` that merely surrounds the definition of the function does not protect its body."""
    first = frame.f_code.co_firstlineno
    if frame.f_code.co_name == "<module>":
        return True
    return node.lineno >= first
