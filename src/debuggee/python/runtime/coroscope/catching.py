"""Deciding at the raise, before any clean-up runs, whether somebody further up will catch the exception.

The answer comes from the ``try`` statements around each frame's position in its source: the types their handlers name
are looked up in the frame without running code, and compared by inheritance. A handler that only cleans up and raises
again does not catch. Where the source cannot be read, or a handler's type cannot be told, the exception counts as
caught, so that nobody is stopped by mistake.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import os
import sys
from types import FrameType
from typing import Literal, cast

from . import syntax
from .looking import is_a, mro
from .positions import Position, position_at
from .user_code import display_path

type Fate = Literal["caught", "uncaught", "user-uncaught"]
"""``user-uncaught``: it leaves the user's code, and a library catches it."""

_ABSENT = object()


def catches(frame: FrameType, exception: BaseException) -> bool:
    """Whether a ``try`` or ``with`` around the place where ``frame`` stands catches the exception."""
    code = frame.f_code
    if not code.co_exceptiontable:
        return False
    position = position_at(code, frame.f_lasti)
    if not _covered(frame):
        return False
    path = display_path(code.co_filename) or _frozen_source(code.co_filename)
    file = syntax.source_file(path) if path else None
    if file is None or file.tree is None:
        return True
    for node in file.tries():
        if isinstance(node, (ast.With, ast.AsyncWith)):
            if _inside(position, node.body) and any(_suppresses(item, frame, exception) for item in node.items):
                return True
        elif _handler(node, position, frame, exception) is not None:
            return True
    return False


def catching_line(frame: FrameType, exception: BaseException) -> int | None:
    """The line of the innermost handler around the place where ``frame`` stands that catches the exception."""
    path = display_path(frame.f_code.co_filename)
    file = syntax.source_file(path) if path and frame.f_code.co_exceptiontable else None
    if file is None or not _covered(frame):
        return None
    position = position_at(frame.f_code, frame.f_lasti)
    for node in reversed(file.tries()):
        if not isinstance(node, (ast.With, ast.AsyncWith)):
            handler = _handler(node, position, frame, exception)
            if handler is not None:
                return handler.lineno
    return None


def _handler(
    node: ast.Try | ast.TryStar, position: Position, frame: FrameType, exception: BaseException
) -> ast.ExceptHandler | None:
    if not _inside(position, node.body) or not _same_function(node, frame):
        return None
    return next((handler for handler in node.handlers if _handles(handler, frame, exception, node)), None)


def _covered(frame: FrameType) -> bool:
    """Whether any entry of the exception table covers the frame's instruction (a cheap no)."""
    import dis

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


def _handles(
    handler: ast.ExceptHandler, frame: FrameType, exception: BaseException, node: ast.Try | ast.TryStar
) -> bool:
    if _raises_again(handler):
        return False
    if handler.type is None:
        return True
    types = _types_of(handler.type, frame)
    if types is None:
        return True
    kinds = {base for each in _members(exception, isinstance(node, ast.TryStar)) for base in mro(type(each))}
    return any(each in kinds for each in types)


def _members(exception: BaseException, star: bool) -> list[BaseException]:
    """The exceptions a handler compares with: for ``except*`` the leaves of a group."""
    if not star or not is_a(exception, BaseExceptionGroup):
        return [exception]
    leaves: list[BaseException] = []
    pending: list[BaseException] = [exception]
    while pending:
        current = pending.pop()
        if is_a(current, BaseExceptionGroup):
            pending.extend(current.exceptions)  # type: ignore[attr-defined]  # pyright: ignore  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        else:
            leaves.append(current)
    return leaves


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """A handler that ends with a bare ``raise`` (or raises the exception it bound) passes it on."""
    last = handler.body[-1]
    if not isinstance(last, ast.Raise):
        return False
    if last.exc is None:
        return True
    return isinstance(last.exc, ast.Name) and last.exc.id == handler.name


def _types_of(node: ast.expr, frame: FrameType) -> list[type] | None:
    """The classes that a handler names; None when that cannot be told without running code."""
    if isinstance(node, ast.Tuple):
        found: list[type] = []
        for element in node.elts:
            inner = _types_of(element, frame)
            if inner is None:
                return None
            found += inner
        return found
    value = _look_up(node, frame)
    if is_a(value, type):
        return [cast("type", value)]
    if type(value) is tuple:
        return [cast("type", each) for each in cast("tuple[object, ...]", value) if is_a(each, type)]
    return None


def _look_up(node: ast.expr, frame: FrameType) -> object:
    if isinstance(node, ast.Name):
        for names in (frame.f_locals, frame.f_globals, builtins.__dict__):
            if node.id in names:
                return names[node.id]
        return _ABSENT
    if isinstance(node, ast.Attribute):
        owner = _look_up(node.value, frame)
        if owner is _ABSENT:
            return _ABSENT
        if is_a(owner, type):
            for base in mro(cast("type", owner)):
                if node.attr in base.__dict__:
                    return base.__dict__[node.attr]
            return _ABSENT
        names = owner.__dict__ if type(owner) is type(sys) else {}
        return names.get(node.attr, _ABSENT)
    return _ABSENT


def _suppresses(item: ast.withitem, frame: FrameType, exception: BaseException) -> bool:
    """``with suppress(...)`` and ``with pytest.raises(...)``: known by what is called; other ``__exit__``s do not catch."""
    call = item.context_expr
    if not isinstance(call, ast.Call):
        return False
    function = _look_up(call.func, frame)
    known = function is contextlib.suppress
    pytest = sys.modules.get("pytest")
    if pytest is not None and not known:
        known = function is pytest.__dict__.get("raises")
    if not known and isinstance(call.func, ast.Attribute) and call.func.attr in ("assertRaises", "assertRaisesRegex"):
        known = True
    if not known:
        return False
    kinds = set(mro(type(exception)))
    arguments = call.args if function is contextlib.suppress else call.args[:1]
    for argument in arguments:
        types = _types_of(argument, frame)
        if types is None or any(each in kinds for each in types):
            return True
    return not arguments
