"""Evaluating for the debug console, watches, hovers and the clipboard; assigning; completing.

A hover (and whatever is only looked at) never runs code of the program. A watch and the console do, within a limit of
time that cuts them off.
"""

from __future__ import annotations

import ast
import sys
from _thread import allocate_lock, get_ident, start_new_thread
from collections.abc import Callable
from types import FrameType
from typing import Any

from . import completion, expressions, frame_locals, static_lookup, values
from .protocol import CommandError, Json
from .stacks import Shown
from .threads import Threads
from .variables import Entry, Variables

_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_STATIC = ("hover", "variables", "clipboard")
_CLIPBOARD_LIMIT = 10_000_000


class CutOff(BaseException):
    """Raised inside an evaluation that took too long or was cancelled. Not an Exception, so programs let it pass."""


class TimeLimit:
    """Cuts off what runs in one thread, from another one."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._ident = 0
        self._command = -1
        self._lock = allocate_lock()
        self.cancelled = False
        self.threads_available = True

    def run(self, command: int, seconds: float, work: Callable[[], Any]) -> Any:
        """Runs ``work``. Raises CommandError ``timeout`` or ``cancelled`` when it was cut off."""
        self._ident = get_ident()
        self._command = command
        self.cancelled = False
        over = allocate_lock()
        over.acquire()
        if self.threads_available:
            start_new_thread(self._watch, (over, command, seconds))
        try:
            return work()
        except CutOff:
            if self.cancelled:
                raise CommandError("cancelled", "The evaluation was cancelled.") from None
            raise CommandError(
                "timeout",
                f"The evaluation was cut off after {seconds:g} seconds.",
                "If it waits for another thread or task, let the program run until that one is done.",
            ) from None
        finally:
            with self._lock:
                self._command = -1
            over.release()

    def _watch(self, over: Any, command: int, seconds: float) -> None:
        self._threads.hide_current()
        try:
            if not over.acquire(timeout=seconds):
                self._cut(command)
        finally:
            self._threads.hidden.discard(get_ident())

    def cancel(self, command: int) -> None:
        self.cancelled = True
        self._cut(command)

    def _cut(self, command: int) -> None:
        with self._lock:
            if self._command != command:
                return
            if self._ident == get_ident():
                raise CutOff  # in a signal handler on the evaluating thread itself
            import ctypes

            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._ident), ctypes.py_object(CutOff))


class Evaluator:
    def __init__(self, variables: Variables, limit: TimeLimit) -> None:
        self._variables = variables
        self._limit = limit
        self.seconds = 10.0

    def evaluate(self, command: int, expression: str, shown: Shown | None, context: str) -> Json:
        """Raises CommandError: ``wouldRun``, ``program`` (its exception), ``badArgument`` (its syntax), ``timeout``."""
        text = expression.strip()
        if not text:
            raise CommandError("badArgument", "There is nothing to evaluate.")
        frame = shown.frame if shown is not None else None
        static = self._static(text, frame)
        if not isinstance(static, static_lookup.WouldRun):
            return self._variables.to_wire(self._entry(text, static[0], context, frame))
        if context in _STATIC:
            raise CommandError("wouldRun", str(static), "Evaluate it in the debug console to run it.")
        value = self._limit.run(command, self.seconds, lambda: self._run(text, frame, context))
        return self._variables.to_wire(self._entry(text, value, context, frame))

    def _entry(self, text: str, value: object, context: str, frame: FrameType | None) -> Entry:
        entry = self._variables.entry(text, value, text if _is_expression(text) else None, (), None)
        if context == "clipboard":
            full = value if type(value) is str else values.text(value, _CLIPBOARD_LIMIT)
            return entry._replace(text=full)
        return entry

    def _static(self, text: str, frame: FrameType | None) -> tuple[object] | static_lookup.WouldRun:
        """What the expression is, if that can be told without running code: a one-tuple, or why it cannot."""
        local_names = {} if frame is None else frame_locals.names_of(frame)
        global_names = _main_names() if frame is None else frame.f_globals
        try:
            return (static_lookup.evaluate(text, static_lookup.Names(local_names, global_names)),)
        except static_lookup.WouldRun as error:
            return error
        except (static_lookup.LookupFailed, SyntaxError):
            # Running it gives the program's own exception, or says what is wrong with the syntax.
            return static_lookup.WouldRun(
                "Looking does not give it a value; evaluating it in the debug console says why."
            )

    def _run(self, text: str, frame: FrameType | None, context: str) -> Any:
        try:
            code = compile(text, "<console>", "eval", dont_inherit=True)
        except SyntaxError as error:
            if context != "repl":
                raise CommandError("badArgument", f"This is not a Python expression: {error.msg}.") from None
            return self._execute(text, frame)
        return self._guard(lambda: _eval(code, frame))

    def _execute(self, text: str, frame: FrameType | None) -> None:
        try:
            code = compile(text + "\n", "<console>", "exec", dont_inherit=True)
        except SyntaxError as error:
            if _awaits(text):
                raise CommandError(
                    "unsupported", "'await' in the debug console is not supported yet.", "Await it in the program."
                ) from None
            raise CommandError("badArgument", f"This is not Python: {error.msg}.") from None

        def run() -> None:
            if frame is None:
                exec(code, _main_names())
                return
            exec(code, frame.f_globals, frame_locals.names_of(frame))
            frame_locals.write_back(frame)

        self._guard(run)

    def _guard(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (CutOff, CommandError):
            raise
        except BaseException as error:
            raise CommandError("program", f"{values.type_name(error)}: {_message(error)}") from None
        finally:
            _flush()

    # --- assigning -----------------------------------------------------------------------------------------------

    def value_for(self, command: int, text: str, frame: FrameType | None) -> Any:
        """The value of an expression that is to be assigned."""
        code = expressions.compile_expression(text, "value")
        return self._limit.run(command, self.seconds, lambda: self._guard(lambda: _eval(code, frame)))

    def assign(self, command: int, shown: Shown, target: str, text: str) -> Json:
        """``target = value`` in a frame; the target may be a name, an attribute, or an item."""
        frame = shown.frame
        try:
            tree = ast.parse(f"{target.strip()} = None")
        except SyntaxError as error:
            raise CommandError("badArgument", f"{target!r} cannot be assigned to: {error.msg}.") from None
        statement = tree.body[0]
        if len(tree.body) != 1 or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise CommandError("badArgument", f"{target!r} is not one thing that can be assigned to.")
        value = self.value_for(command, text, frame)
        wanted = statement.targets[0]
        if isinstance(wanted, ast.Name):
            if frame_locals.is_function(frame) and wanted.id not in frame.f_locals and wanted.id in frame.f_globals:
                frame.f_globals[wanted.id] = value
            else:
                frame_locals.assign(frame, wanted.id, value)
        else:
            code = compile(f"{target.strip()} = __coroscope_value__", "<console>", "exec", dont_inherit=True)
            names = {**frame.f_globals, **frame_locals.names_of(frame), "__coroscope_value__": value}
            self._limit.run(command, self.seconds, lambda: self._guard(lambda: exec(code, names)))
        return self._variables.to_wire(self._variables.entry(target.strip(), value, target.strip()))

    # --- completing ----------------------------------------------------------------------------------------------

    def complete(self, shown: Shown | None, text: str, column: int) -> list[Json]:
        names: dict[str, Any] = {}
        if shown is None:
            names.update(_main_names())
        else:
            names.update(shown.frame.f_globals)
            names.update(frame_locals.names_of(shown.frame))
        return [dict(item) for item in completion.complete(text, column, names)]  # type: ignore[call-overload, unused-ignore]  # pyright: ignore


def _eval(code: Any, frame: FrameType | None) -> Any:
    if frame is None:
        return eval(code, _main_names())
    frame_locals.names_of(frame)
    return expressions.evaluate_in(code, frame)


def _main_names() -> dict[str, Any]:
    main = sys.modules.get("__main__")
    return main.__dict__ if main is not None else {}


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return False
    return True


def _awaits(text: str) -> bool:
    try:
        compile(text, "<console>", "exec", flags=_AWAIT, dont_inherit=True)
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
