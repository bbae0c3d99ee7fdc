"""Evaluating for the debug console, watches, hovers and the clipboard; assigning; completing.

A hover (and whatever is only looked at) never runs code of the program. A watch and the console do, within a limit of
time that cuts them off.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from . import completion, expressions, frame_locals, static_lookup, values
from .clocks import Clocks
from .console_await import ConsoleAwait
from .console_names import main_names
from .explanations import explain
from .interpreter import CO_COROUTINE
from .protocol import CommandError, Json
from .stacks import Shown
from .task_context import TaskContexts
from .time_limit import CutOff, TimeLimit
from .variables import Entry, Variables

_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_STATIC = ("hover", "variables", "clipboard")
_CLIPBOARD_LIMIT = 10_000_000
_ASSIGN = "Name a variable, an attribute or an item, such as x, x.y or x[0]."


class Evaluator:
    def __init__(
        self,
        variables: Variables,
        limit: TimeLimit,
        contexts: TaskContexts,
        console_await: ConsoleAwait,
        clocks: Clocks,
    ) -> None:
        self._variables = variables
        self._limit = limit
        self._contexts = contexts
        self._console_await = console_await
        self._clocks = clocks
        self.seconds = 10.0

    def evaluate(self, command: int, expression: str, shown: Shown | None, context: str) -> Json:
        """Raises CommandError: ``wouldRun``, ``program`` (its exception), ``badArgument`` (its syntax), ``timeout``."""
        text = expression.strip()
        if not text:
            raise CommandError("badArgument", "There is nothing to evaluate.", "Write an expression.")
        frame = shown.frame if shown is not None else None
        static = self._static(text, frame)
        if not isinstance(static, static_lookup.WouldRun):
            return self._variables.to_wire(self._entry(text, static[0], context, frame))
        if context in _STATIC:
            raise CommandError("wouldRun", str(static), "Evaluate it in the debug console to run it.")
        if context == "repl":
            self._clocks.settle()
        value = self._limit.run(command, self.seconds, lambda: self._run(text, shown, context))
        return self._variables.to_wire(self._entry(text, value, context, frame))

    def _entry(self, text: str, value: object, context: str, frame: FrameType | None) -> Entry:
        entry = self._variables.entry(text, value, text if _is_expression(text) else None, (), None)
        if context == "clipboard":
            return entry._replace(text=_whole_text(value))
        if value is None and not _is_expression(text):
            return entry._replace(text="", type=None)  # statements have no value to show
        return entry

    def _static(self, text: str, frame: FrameType | None) -> tuple[object] | static_lookup.WouldRun:
        """What the expression is, if that can be told without running code: a one-tuple, or why it cannot."""
        local_names = {} if frame is None else frame_locals.names_of(frame)
        global_names = main_names() if frame is None else frame.f_globals
        try:
            return (static_lookup.evaluate(text, static_lookup.Names(local_names, global_names)),)
        except static_lookup.WouldRun as error:
            # Its traceback would hold the caller's frame, which holds it: a circle with the value in it.
            return error.with_traceback(None)
        except (static_lookup.LookupFailed, SyntaxError):
            # Running it gives the program's own exception, or says what is wrong with the syntax.
            return static_lookup.WouldRun(
                "Looking does not give it a value; evaluating it in the debug console says why."
            )

    def _run(self, text: str, shown: Shown | None, context: str) -> Any:
        frame = None if shown is None else shown.frame
        is_expression = _is_expression(text)
        try:
            code = compile(text + "\n", "<console>", "eval" if is_expression else "exec", _AWAIT, dont_inherit=True)
        except SyntaxError as error:
            kind = "Python" if context == "repl" else "a Python expression"
            raise CommandError("badArgument", f"This is not {kind}: {error.msg}.") from None
        if context != "repl":
            if not is_expression:
                raise CommandError(
                    "badArgument", "This is not a Python expression but statements.", "Run them in the debug console."
                )
            if code.co_flags & CO_COROUTINE:
                raise CommandError("badArgument", "This awaits something.", "Await it in the debug console.")
        if code.co_flags & CO_COROUTINE:
            await_it = self._console_await.evaluate
            return self._guard(lambda: await_it(code, shown, is_expression, self.seconds), text, frame)
        if is_expression:
            return self._guard(lambda: self._contexts.run(shown, lambda: _eval(code, frame)), text, frame)

        def run() -> None:
            if frame is None:
                exec(code, main_names())
                return
            exec(code, frame.f_globals, frame_locals.names_of(frame))
            frame_locals.write_back(frame)

        return self._guard(lambda: self._contexts.run(shown, run), text, frame)

    def _guard(self, work: Callable[[], Any], text: str, frame: FrameType | None) -> Any:
        """Does what was typed as ``text``. Raises CommandError for the program's own exceptions, explained if that is known."""
        try:
            return work()
        except (CutOff, CommandError):
            raise
        except BaseException as error:
            message = f"{values.type_name(error)}: {_message(error)}"
            explained = explain(error, frame, text)
            if explained is None:
                raise CommandError("program", message) from None
            raise CommandError("program", f"{message}\n{explained.what}{explained.links()}", explained.do) from None
        finally:
            _flush()

    # --- assigning -----------------------------------------------------------------------------------------------

    def value_for(self, command: int, text: str, frame: FrameType | None) -> Any:
        """The value of an expression that is to be assigned."""
        code = expressions.compile_expression(text, "value")
        return self._limit.run(command, self.seconds, lambda: self._guard(lambda: _eval(code, frame), text, frame))

    def assign(self, command: int, shown: Shown, target: str, text: str) -> Json:
        """``target = value`` in a frame; the target may be a name, an attribute, or an item."""
        frame = shown.frame
        try:
            tree = ast.parse(f"{target.strip()} = None")
        except SyntaxError as error:
            raise CommandError("badArgument", f"{target!r} cannot be assigned to: {error.msg}.", _ASSIGN) from None
        statement = tree.body[0]
        if len(tree.body) != 1 or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise CommandError("badArgument", f"{target!r} is not one thing that can be assigned to.", _ASSIGN)
        value = self.value_for(command, text, frame)
        wanted = statement.targets[0]
        if isinstance(wanted, ast.Name):
            if frame_locals.is_function(frame) and wanted.id not in frame.f_locals and wanted.id in frame.f_globals:
                frame.f_globals[wanted.id] = value
            else:
                frame_locals.assign(frame, wanted.id, value)
        else:
            assignment = f"{target.strip()} = __coroscope_value__"
            code = compile(assignment, "<console>", "exec", dont_inherit=True)
            names = {**frame.f_globals, **frame_locals.names_of(frame), "__coroscope_value__": value}
            self._limit.run(command, self.seconds, lambda: self._guard(lambda: exec(code, names), assignment, frame))
        return self._variables.to_wire(self._variables.entry(target.strip(), value, target.strip()))

    # --- completing ----------------------------------------------------------------------------------------------

    def complete(self, shown: Shown | None, text: str, column: int) -> list[Json]:
        names: dict[str, Any] = {}
        if shown is None:
            names.update(main_names())
        else:
            names.update(shown.frame.f_globals)
            names.update(frame_locals.names_of(shown.frame))
        return [dict(item) for item in completion.complete(text, column, names)]  # type: ignore[call-overload, unused-ignore]  # pyright: ignore


def _whole_text(value: object) -> str:
    """For the clipboard: all of it, up to what a frame of the link can carry."""
    if type(value) is not str:
        return values.text(value, _CLIPBOARD_LIMIT)
    if len(value) <= _CLIPBOARD_LIMIT:
        return value
    return f"{value[:_CLIPBOARD_LIMIT]}… ({len(value) - _CLIPBOARD_LIMIT} more characters)"


def _eval(code: Any, frame: FrameType | None) -> Any:
    if frame is None:
        return eval(code, main_names())
    frame_locals.names_of(frame)
    return expressions.evaluate_in(code, frame)


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True


def _message(error: BaseException) -> str:
    """The text of an exception; the console asked to run code, so its ``__str__`` may run too."""
    try:
        return str(error)
    except Exception:
        return values.text(error)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            continue
