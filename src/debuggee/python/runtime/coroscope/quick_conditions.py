"""Conditions of breakpoints on hot lines, compiled to a function for the one code object that they stand in.

``eval`` in a frame looks every name up in mappings made for it. Here the names that are locals of the code become items
of the frame's ``f_locals`` (from 3.13 on a proxy that reads the one value asked for, PEP 667; before that a copy), those
that a suspension point passes become parameters, and the rest stay the globals that they are, as all names of a module
are. What this cannot do exactly as ``eval`` does it, it leaves to ``expressions.evaluate_in``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import CodeType, FrameType, FunctionType
from typing import Any, Protocol

from .ast_walk import walk
from .interpreter import CO_OPTIMIZED

_LOCALS = ".locals"
_PASSING = ".passing"
PASSED = ("yielded", "sent", "thrown")

type Test = Callable[[Any, Any], Any]
"""Takes the frame's ``f_locals`` and the value that passes the suspension point (or None)."""

_ADDS_NAMES = (ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.NamedExpr, ast.Await)


class QuickCondition:
    """A condition as a function, which raises whatever the expression raises, and KeyError for an unbound local."""

    __slots__ = ("code", "of_module", "reads_globals", "reads_locals")

    def __init__(self, code: CodeType, reads_globals: bool, reads_locals: bool, of_module: bool) -> None:
        self.code = code
        self.reads_globals = reads_globals
        self.reads_locals = reads_locals
        self.of_module = of_module
        """Whether it is for frames whose locals are their globals, which only the frame can tell."""

    def test_in(self, namespace: dict[str, Any]) -> Test:
        """The test of frames that have ``namespace`` for their globals."""
        return FunctionType(self.code, namespace)


class _Names(ast.NodeTransformer):
    def __init__(self, code: CodeType, passing: bool) -> None:
        self._locals = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
        self._passing = passing
        self.reads_globals = False
        self.reads_locals = False

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if self._passing and node.id in PASSED:
            return ast.copy_location(ast.Name(_PASSING, ast.Load()), node)
        if node.id in self._locals:
            self.reads_locals = True
            names = ast.Name(_LOCALS, ast.Load())
            return ast.copy_location(ast.Subscript(names, ast.Constant(node.id), ast.Load()), node)
        self.reads_globals = True
        return node


def quick_condition(text: str, code: CodeType, passing: str | None) -> QuickCondition | None:
    """Compiles a condition for the frames of ``code``; None where only ``eval`` gives the exact meaning.

    ``passing``: the name that the suspension point passes (``yielded``, ``sent``, ``thrown``), None before a line.
    """
    of_module = not code.co_flags & CO_OPTIMIZED
    if of_module and code.co_name != "<module>":
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return None
    for node in walk(tree):
        if isinstance(node, _ADDS_NAMES):
            return None
        if isinstance(node, ast.Name) and (
            node.id == "self_coroutine"
            or node.id in ("locals", "vars", "dir", "eval", "exec")
            or (passing is not None and node.id in PASSED and node.id != passing)
        ):
            return None
    names = _Names(code, passing is not None)
    body = names.visit(tree.body)
    arguments = ast.arguments([], [ast.arg(_LOCALS), ast.arg(_PASSING)], None, [], [], None, [])
    function = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, body)))
    compiled = compile(function, "<condition>", "eval", dont_inherit=True)
    inner = next(constant for constant in compiled.co_consts if type(constant) is CodeType)
    return QuickCondition(inner, names.reads_globals or of_module, names.reads_locals, of_module)


class Counted(Protocol):
    """What is counted of a breakpoint with a hit count (``Breakpoint``)."""

    hits: int
    due: int


class Visit:
    """What the hot callback of a place with breakpoints has to know: all of them, and how to tell quickly that none is hit."""

    __slots__ = ("breakpoints", "condition", "counted", "namespace", "quick", "reads_locals", "test", "unconditional")

    def __init__(
        self,
        breakpoints: list[Any],
        condition: QuickCondition | None,
        counted: Counted | None = None,
        unconditional: bool = True,
    ) -> None:
        """``counted``: the only breakpoint, if it has a hit count. ``unconditional``: if it has no condition."""
        self.breakpoints = breakpoints
        self.condition = condition
        self.counted = counted
        self.unconditional = unconditional
        self.namespace: object = None
        self.test: Test | None = None
        self.reads_locals = condition is not None and condition.reads_locals
        self.quick: Test | None = None
        """The test of a condition that reads no globals, so that it is the same for every frame: to be called at once."""
        if condition is not None and not condition.reads_globals:
            self.quick = condition.test_in({})

    def only_counts(self, holds: bool | None) -> bool:
        """Whether this visit is one that the hit count lets pass: it is counted here. ``holds``: as of the condition."""
        counted = self.counted
        if counted is None or not (holds or self.unconditional):
            return False
        # Nothing in between lets another thread run.
        hits = counted.hits + 1
        if hits == counted.due:
            return False
        counted.hits = hits
        return True

    def holds(self, frame: FrameType, passing: object) -> bool | None:
        """False: the condition does not hold. True: it does. None: it has to be evaluated the long way."""
        condition = self.condition
        if condition is None:
            return None
        if condition.of_module and frame.f_locals is not frame.f_globals:
            return None
        test = self.test
        if test is None or self.namespace is not frame.f_globals:
            self.namespace = frame.f_globals
            test = self.test = condition.test_in(frame.f_globals)
        try:
            return bool(test(frame.f_locals, passing))
        except Exception:
            return None  # an unbound local, or an error that is reported the long way
