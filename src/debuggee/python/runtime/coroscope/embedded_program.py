"""Runs a program as ``python`` itself would from its command line: as ``__main__``, to its exit code."""

import atexit
import builtins
import gc
import importlib.machinery
import linecache
import os
import pkgutil
import runpy
import sys
import threading
import traceback
from collections.abc import Callable
from types import ModuleType, TracebackType
from typing import Any, Final

__all__ = ["Program"]

RUNTIME: Final = os.path.dirname(__file__) + os.sep

FAILED: Final = 1
CANNOT_OPEN: Final = 2
INTERRUPTED: Final = 130  # 128 + SIGINT, as a shell reports it


class Program:
    """One program: ``kind`` is `program`, `module` or `code`, ``target`` a path, a module's name or the code."""

    def __init__(self, kind: str, target: str, args: list[str]) -> None:
        self._kind: Final = kind
        self._target: Final = target
        self._args: Final = args

    def set_arguments(self) -> None:
        first = {"module": "-m", "code": "-c"}.get(self._kind, self._target)
        sys.argv[:] = [first, *self._args]
        options = [self._target] if self._kind == "program" else [first, self._target]
        sys.orig_argv[:] = [sys.executable, *options, *self._args]

    def run(self) -> int:
        """Runs it to its very end, exit handlers and finalizers included."""
        code = _exit_code(self._execute)
        # In the order of the interpreter's own end (`Py_FinalizeEx`).
        threads: Any = threading
        threads._shutdown()
        handlers: Any = atexit
        handlers._run_exitfuncs()
        _flush()
        _tear_down()
        _flush()
        return code

    def _execute(self) -> None:
        match self._kind:
            case "module":
                sys.path.insert(0, os.getcwd())
                _run_module(self._target, alter_argv=True)
            case "code":
                sys.path.insert(0, "")
                _run_code(self._target)
            case _ if pkgutil.get_importer(self._target) is not None:
                # A folder or an archive with a __main__.py.
                sys.path.insert(0, self._target)
                _run_module("__main__", alter_argv=False)
            case _:
                sys.path.insert(0, os.path.dirname(os.path.realpath(self._target)))
                _run_file(self._target)


def _run_module(name: str, *, alter_argv: bool) -> None:
    _fresh_main(None)
    machinery: Any = runpy
    machinery._run_module_as_main(name, alter_argv)


def _run_file(path: str) -> None:
    loader = importlib.machinery.SourceFileLoader("__main__", path)
    try:
        source = loader.get_data(path)
    except OSError as error:
        sys.stderr.write(f"python: can't open file {path!r}: [Errno {error.errno}] {error.strerror}\n")
        raise SystemExit(CANNOT_OPEN) from None
    namespace = _fresh_main(loader)
    namespace["__file__"] = path
    if sys.version_info < (3, 15):
        namespace["__cached__"] = None
    exec(compile(source, path, "exec", dont_inherit=True), namespace)


def _run_code(text: str) -> None:
    namespace = _fresh_main(importlib.machinery.BuiltinImporter)
    code = compile(text, "<string>", "exec", dont_inherit=True)
    # From 3.13 on, tracebacks quote code that was given on the command line.
    lines: Any = linecache
    lines._register_code(code, text, "<string>")
    exec(code, namespace)


def _fresh_main(loader: object) -> dict[str, Any]:
    """The namespace of a new ``__main__``, as the interpreter fills it before it runs anything."""
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    namespace["__loader__"] = loader
    namespace["__builtins__"] = builtins
    return namespace


def _exit_code(execute: Callable[[], None]) -> int:
    """What the process would have ended with, once what must be printed is printed (``pymain_run_python``)."""
    try:
        execute()
    except SystemExit as request:
        return _requested_exit(request)
    except BaseException as error:
        uncaught = error
    else:
        return 0
    # No longer while it is handled: what a hook raises has another context.
    return _report(uncaught)


def _requested_exit(request: SystemExit) -> int:
    if request.code is None:
        return 0
    if isinstance(request.code, int):
        return request.code & 0xFF
    sys.stdout.flush()
    print(request.code, file=sys.stderr)
    return FAILED


def _report(error: BaseException) -> int:
    """Prints an uncaught exception as ``PyErr_Print`` does."""
    _hide_runtime(error)
    shown = error.__traceback__
    sys.last_exc, sys.last_type, sys.last_value, sys.last_traceback = error, type(error), error, shown
    try:
        sys.excepthook(type(error), error, shown)
    except SystemExit as request:
        return _requested_exit(request)
    except BaseException as broken:
        _hide_runtime(broken)
        print("Error in sys.excepthook:", file=sys.stderr)
        traceback.print_exception(broken, file=sys.stderr)
        print("\nOriginal exception was:", file=sys.stderr)
        traceback.print_exception(error, file=sys.stderr)
    return INTERRUPTED if isinstance(error, KeyboardInterrupt) else FAILED


def _hide_runtime(error: BaseException) -> None:
    """Takes the runtime's frames out of the tracebacks of an exception and of those it came from.

    They stand below the program's, and above it where Ctrl+C reached it while it slept or ran.
    """
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _without_runtime(each.__traceback__)
        waiting += (each.__cause__, each.__context__)


def _without_runtime(trace: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(RUNTIME):
            kept.append(trace)
        trace = trace.tb_next
    following = None
    for one in reversed(kept):
        one.tb_next = following
        following = one
    return following


_LET_GO: Final = compile("for name in names: namespace[name] = None", "<sys>", "exec").replace(co_firstlineno=0)
"""What a finalizer warns of is said to be at ``<sys>:0``, as at the interpreter's own end."""


def _tear_down() -> None:
    """Lets go of the program's objects while its streams still work (``finalize_modules``).

    Coroutines that were never awaited are reported then, files closed, finalizers run.
    """
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        setattr(sys, name, None)
    main = sys.modules.get("__main__")
    if main is None:
        return
    namespace = main.__dict__
    names = [name for name in namespace if name != "__builtins__"]
    # Names with one underscore go first (`_PyModule_ClearDict`).
    names.sort(key=lambda name: not name.startswith("_") or name.startswith("__"))
    # Without the module, warnings are printed as the interpreter prints them when its modules are gone.
    modules: dict[str, Any] = sys.modules
    warnings = modules.get("warnings")
    modules["warnings"] = None
    try:
        exec(_LET_GO, {"names": names, "namespace": namespace})
        gc.collect()
    finally:
        modules["warnings"] = warnings


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            pass  # the program closed it, or took it away
