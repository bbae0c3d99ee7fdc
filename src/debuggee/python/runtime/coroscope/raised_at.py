"""Where an exception was raised, and which coroutine the failing expression was about. Nothing is run to find out.

The expression is the node of the source that the frame's instruction belongs to; what it names is looked up as a hover
would (``static_lookup``). Where the program computes the coroutine in place (``make().send(1)``) it has no name to look
up, and the answer is None.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from opcode import opmap
from types import FrameType, TracebackType
from typing import Any, Final, NamedTuple, cast

from . import frame_locals, interpreter, static_lookup, syntax, tasks
from .ast_walk import walk
from .interpreter import Coroutine
from .looking import find, is_a
from .positions import Position, location, opcode_at, position_at
from .protocol import LocationDict
from .quiet_compiler import quiet_compiler
from .schedulers import of_a_library
from .user_code import display_path

_TYPED = ("<console>", "<value>")
"""The file names of what the user typed: into the debug console, or as a variable's new value."""

_CALLS = frozenset(number for name, number in opmap.items() if name.startswith("CALL") and "INTRINSIC" not in name)
_DEEPEST = 1000

_args = BaseException.__dict__["args"].__get__
_traceback = BaseException.__dict__["__traceback__"].__get__
_cause = BaseException.__dict__["__cause__"].__get__


def _proxy_type() -> type:
    return type(sys._getframe().f_locals)


_LOCALS: Final = _proxy_type()


class Named(NamedTuple):
    """What an expression of the source stands for at that place."""

    value: object
    text: str


class Site(NamedTuple):
    frame: FrameType
    lasti: int


class RaisedAt:
    """One exception: its message, the places it came through, and what the failing expression names."""

    def __init__(self, exception: BaseException, frame: FrameType | None, console: str | None = None) -> None:
        self.exception = exception
        self.frame = frame
        self._console = console
        self.sites = _sites(exception, frame)

    @property
    def message(self) -> str:
        """The exception's only argument, if that is exactly a text; else an empty one."""
        arguments: tuple[Any, ...] = _args(self.exception)
        return arguments[0] if len(arguments) == 1 and type(arguments[0]) is str else ""

    @property
    def cause(self) -> BaseException | None:
        return _cause(self.exception)

    def named(self) -> Iterator[Named]:
        """What the failing expression names, the receiver or operand first."""
        for site in self.sites:
            code = site.frame.f_code
            tree = self._tree(code.co_filename)
            if tree is None:
                continue
            names = _names(site.frame)
            calling = opcode_at(code, site.lasti) in _CALLS
            for node in _operands(tree, position_at(code, site.lasti), calling):
                try:
                    value = static_lookup.resolve(node, names)  # type: ignore[arg-type, unused-ignore]
                except (static_lookup.WouldRun, static_lookup.LookupFailed):
                    continue
                yield Named(value, static_lookup.source(node))

    def concerned(self, *kinds: str) -> tuple[Coroutine, str] | None:
        """The coroutine of one of these kinds that the failing expression names (a task counts as its own), and its name."""
        for value, text in self.named():
            coroutine = coroutine_behind(value)
            if coroutine is not None and (not kinds or interpreter.kind_of(coroutine) in kinds):
                return coroutine, text
        return None

    def look_up(self, text: str) -> object | None:
        """What an expression stands for in the frame that raised; None if that cannot be told."""
        if not self.sites:
            return None
        try:
            return static_lookup.evaluate(text, _names(self.sites[0].frame))
        except (static_lookup.WouldRun, static_lookup.LookupFailed, SyntaxError):
            return None

    @property
    def call(self) -> str:
        """``fetch(…)``, where the value that failed was made by a call in place; else an empty text."""
        if not self.sites:
            return ""
        site = self.sites[0]
        code = site.frame.f_code
        tree = self._tree(code.co_filename)
        node = _node_at(tree, position_at(code, site.lasti)) if tree is not None else None
        if isinstance(node, (ast.Await, ast.YieldFrom, ast.Attribute, ast.Subscript)):
            node = node.value
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            node = node.iter
        elif isinstance(node, ast.Call) and opcode_at(code, site.lasti) in _CALLS:
            # Of several arguments it could be any one.
            node = node.args[0] if len(node.args) == 1 and isinstance(node.func, ast.Name) else None
        return static_lookup.source(node) if isinstance(node, ast.Call) else ""

    def _tree(self, filename: str) -> ast.AST | None:
        if filename in _TYPED:
            return _parse(self._console.strip()) if self._console is not None else None
        path = display_path(filename)
        return syntax.source_file(path).tree if path else None


def coroutine_behind(value: object) -> Coroutine | None:
    """A coroutine itself, that of an ``asend()`` or ``__await__()``, or that of a task."""
    inner = interpreter.unwrap_awaitable(value)
    if interpreter.is_coroutine(inner):
        return inner
    types = tasks.task_types()
    return tasks.describe(value, types).coroutine if tasks.is_task(value, types) else None


def traceback_sites(exception: BaseException) -> list[Site]:
    """Where an exception came through, outermost first. The frames may have ended: they are only to be read."""
    found: list[Site] = []
    current: TracebackType | None = _traceback(exception)
    while current is not None and len(found) < _DEEPEST:
        found.append(Site(current.tb_frame, current.tb_lasti))
        current = current.tb_next
    return found


def place_of(value: object) -> LocationDict | None:
    """Where an exception was raised, or the place of one entry of its traceback; None for anything else."""
    if type(value) is TracebackType:
        site = Site(value.tb_frame, value.tb_lasti)
    elif is_a(value, BaseException) and (sites := traceback_sites(cast("BaseException", value))):
        site = sites[-1]
    else:
        return None
    return location(site.frame.f_code, position_at(site.frame.f_code, site.lasti))


def module_of(frame: FrameType) -> str:
    name = find(frame.f_globals, "__name__")
    return name if type(name) is str else ""


def _sites(exception: BaseException, frame: FrameType | None) -> list[Site]:
    """Where it was raised, and where the libraries that raise in the program's stead were called from."""
    inward = traceback_sites(exception)
    if frame is not None and not inward:
        inward = [Site(frame, frame.f_lasti)]
    found: list[Site] = []
    for site in reversed(inward):
        found.append(site)
        module = module_of(site.frame)
        if module != "contextlib" and not of_a_library(module):
            break
    return found


def _names(frame: FrameType) -> static_lookup.Names:
    local_names: Any = frame_locals.names_of(frame)
    if not is_a(local_names, dict) and type(local_names) is not _LOCALS:
        local_names = {}  # the namespace of a class body may be any mapping: asking it would run the program
    builtins: Any = frame.f_builtins
    return static_lookup.Names(local_names, frame.f_globals, builtins if is_a(builtins, dict) else {})


def _parse(text: str) -> ast.AST | None:
    try:
        with quiet_compiler():
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _operands(tree: ast.AST, position: Position, calling: bool) -> list[ast.expr]:
    node = _node_at(tree, position)
    if node is None:
        return []
    if isinstance(node, (ast.Await, ast.YieldFrom)):
        return _with_arguments(node.value)
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return _with_arguments(node.iter)
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return [item.context_expr for item in node.items]
    if isinstance(node, ast.Call) and calling:
        return _with_arguments(node)[1:]
    if isinstance(node, (ast.Attribute, ast.Subscript)) and not calling:
        return [node, node.value]
    if isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Store):
        return _unpacked_into(tree, node)
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    return _with_arguments(node) if isinstance(node, ast.expr) else []


def _unpacked_into(tree: ast.AST, target: ast.expr) -> list[ast.expr]:
    for node in walk(tree):
        if isinstance(node, ast.Assign) and any(each is target for each in node.targets):
            return _with_arguments(node.value)
    return []


def _with_arguments(node: ast.expr) -> list[ast.expr]:
    """An expression, and for a call (``g.send(1)``, ``anext(g)``, ``wait_for(c, 1)``) whom it is about, receiver first."""
    if not isinstance(node, ast.Call):
        return [node]
    receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    arguments = [inner for each in given for inner in _with_arguments(each)]
    return [node, *receiver, *arguments, node.func]


def _node_at(tree: ast.AST, position: Position) -> ast.AST | None:
    """The innermost node that has this range; for a call over several lines, that ends there and holds its start."""
    if position.column is None or position.end_column is None:
        return None
    start, end = (position.line, position.column), (position.end_line, position.end_column)
    best: ast.AST | None = None
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        node_range = _range(node)
        if node_range is not None:
            if not (node_range[0] <= start and end <= node_range[1]):
                continue
            fits = node_range == (start, end)
            # The position of a method call begins at the method's name if that is on a line of its own.
            if (fits or (isinstance(node, ast.Call) and node_range[1] == end)) and not isinstance(node, ast.Expr):
                best = node
        pending.extend(ast.iter_child_nodes(node))
    return best


def _range(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]] | None:
    if not isinstance(node, (ast.expr, ast.stmt)):
        return None
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
