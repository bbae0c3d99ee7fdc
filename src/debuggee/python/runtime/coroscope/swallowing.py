"""The ``with`` blocks that swallow an exception, known by what is entered. Nothing of the program is run.

Known are ``contextlib.suppress``, the ways in which tests expect an exception (``pytest.raises``, ``assertRaises``),
context managers written as a generator whose ``yield`` stands in a ``try`` that catches, and classes whose ``__exit__``
ends with ``return True``. Every other ``__exit__`` counts as letting the exception go on.
"""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Iterator
from types import CellType, CodeType, FrameType, FunctionType
from typing import Any, NamedTuple, cast

from . import handlers, syntax
from .ast_walk import walk
from .handlers import Names
from .library_objects import field, is_instance, loaded_class, module_of
from .looking import MISSING, class_attribute, is_a
from .user_code import display_path

type Function = ast.FunctionDef | ast.AsyncFunctionDef

_EXPECTING = ("assertRaises", "assertRaisesRegex")
# A function that calls another one to see it fail: the local name of what it expects, or of what holds that.
_CALLING = {
    ("unittest.case", "_AssertRaisesBaseContext.handle"): "self",
    ("_pytest.raises", "raises"): "expected_exception",
    ("_pytest.python_api", "raises"): "expected_exception",
}
_NURSERIES = (
    ("asyncio", "TaskGroup"),
    ("anyio", "create_task_group"),
    ("trio", "open_nursery"),
)


class Swallows(NamedTuple):
    """What a block swallows. ``types`` is None for every exception; ``by_member``: of a group the members that fit."""

    types: list[type] | None
    by_member: bool = False


def swallows(item: ast.withitem, names: Names, exception: BaseException) -> Swallows | None:
    """What the block that an item opens does with the exception; None for a block that lets it go on."""
    node = item.context_expr
    if not isinstance(node, ast.Call):
        names.doubt()
        return _entered(handlers.look_up(node, names))
    function = handlers.look_up(node.func, names)
    if function is contextlib.suppress:
        # PEP 654: of a group, suppress takes the members that fit and lets the others go on.
        return Swallows(handlers.classes(ast.Tuple(node.args, ast.Load()), names), by_member=True)
    pytest = sys.modules.get("pytest")
    if pytest is not None and function is not MISSING:
        if any(function is pytest.__dict__.get(name) for name in ("raises", "RaisesExc")):
            return Swallows(handlers.classes(node.args[0], names) if node.args else None)
        if function is pytest.__dict__.get("RaisesGroup"):
            return Swallows([BaseExceptionGroup])
    if isinstance(node.func, ast.Attribute) and node.func.attr in _EXPECTING:
        return Swallows(handlers.classes(node.args[0], names) if node.args else None)
    generator = _generator_behind(function)
    if generator is not None:
        names.doubt()
        return Swallows(None) if _catches_at_yield(generator, exception) else None
    if is_a(function, type):
        names.doubt()
        return Swallows(None) if _exits_with_true(cast("type", function)) else None
    return None


def expects(frame: FrameType, exception: BaseException) -> bool:
    """Whether a frame is a library's that calls the user's function because it expects the exception."""
    local = _CALLING.get((module_of(frame), frame.f_code.co_qualname))
    if local is None:
        return False
    expected = frame.f_locals.get(local)
    if is_instance(expected, "unittest.case", "_AssertRaisesBaseContext"):
        expected = field(expected, "expected")
    types = handlers.classes_in(expected)
    return types is not None and handlers.matches(exception, types)


def gathers(item: ast.withitem, names: Names) -> bool:
    """Whether the block raises what happens in it as a group: a task group or a nursery."""
    if not isinstance(item.context_expr, ast.Call):
        return False
    function = handlers.look_up(item.context_expr.func, names)
    return function is not MISSING and any(
        function is getattr(sys.modules.get(module), name, MISSING) for module, name in _NURSERIES
    )


def _entered(value: object) -> Swallows | None:
    """What a context manager that was made earlier swallows."""
    if value is MISSING:
        return None
    if is_instance(value, "contextlib", "suppress"):
        return Swallows(handlers.classes_in(field(value, "_exceptions")), by_member=True)
    if is_instance(value, "unittest.case", "_AssertRaisesBaseContext"):
        return Swallows(handlers.classes_in(field(value, "expected")))
    if is_instance(value, "_pytest.raises", "RaisesExc"):
        return Swallows(handlers.classes_in(field(value, "expected_exceptions")) or None)
    base = loaded_class("contextlib", "_GeneratorContextManagerBase")
    if base is not None and is_a(value, base):
        return None
    return Swallows(None) if _exits_with_true(type(value)) else None


def _generator_behind(function: object) -> FunctionType | None:
    """The generator function that ``contextmanager`` or ``asynccontextmanager`` wraps."""
    if type(function) is not FunctionType or function.__globals__ is not contextlib.__dict__:
        return None
    if not function.__code__.co_qualname.endswith("contextmanager.<locals>.helper"):
        return None
    for cell in function.__closure__ or ():
        inner: Any = cell.cell_contents if type(cell) is CellType else None
        if type(inner) is FunctionType:
            return inner
    return None


def _catches_at_yield(function: FunctionType, exception: BaseException) -> bool:
    names = handlers.names_of_module(function.__globals__, function.__builtins__)
    definition = _definition(function.__code__)
    for node in walk(definition) if definition is not None else ():
        if isinstance(node, (ast.Try, ast.TryStar)) and any(_yields(each) for each in node.body):
            if any(handlers.takes(each, names, exception) for each in node.handlers):
                return True
    return False


def _yields(node: ast.AST) -> bool:
    if isinstance(node, (ast.Yield, ast.YieldFrom)):
        return True
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return False
    return any(_yields(each) for each in ast.iter_child_nodes(node))


def _exits_with_true(cls: type) -> bool:
    for name in ("__exit__", "__aexit__"):
        found = class_attribute(cls, name)
        if found is None or type(found[0]) is not FunctionType:
            continue
        definition = _definition(found[0].__code__)
        last = definition.body[-1] if definition is not None else None
        if isinstance(last, ast.Return) and isinstance(last.value, ast.Constant) and last.value.value:
            return True
    return False


def _definition(code: CodeType) -> Function | None:
    path = display_path(code.co_filename)
    file = syntax.source_file(path) if path else None
    if file is None or file.tree is None:
        return None
    return next((node for node in _functions(file.tree, code.co_name) if _begins(node) == code.co_firstlineno), None)


def _functions(tree: ast.AST, name: str) -> Iterator[Function]:
    for node in walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            yield node


def _begins(node: Function) -> int:
    """A code object begins at its first decorator."""
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])
