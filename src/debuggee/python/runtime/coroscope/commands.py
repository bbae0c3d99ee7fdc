"""The command table: one line a command, handing it to the part that knows."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from . import exception_details, faults, positions, resolving, source_text
from .coroutine_list import grouping_from, query_from
from .explanations import explain
from .idle_loop import LoopIsIdleError
from .interpreter import Coroutine
from .positions import file_location, line_location
from .protocol import PROTOCOL_VERSION, Args, CommandError, Json, settings_from

if TYPE_CHECKING:
    from .session import Session

type Handler = Callable[[Session, Args, int], Json]


class Command(NamedTuple):
    id: int
    name: str
    args: object

    @property
    def is_urgent(self) -> bool:
        """Worked on at once, also while another command is being worked on."""
        return self.name in _URGENT


_RANGE = ("line", "column", "endLine", "endColumn")
_URGENT = ("cancel", "input", "terminate", "detach")
_RESUMING = ("resume",)
_ACTIONS = ("continue", "next", "stepIn", "stepOut", "runToSuspension", "runUntilResumed")
_RUNNING_CODE = ("evaluate", "setVariable", "setExpression")


def parse(session: Session, text: str) -> Command | None:
    """One frame as a command. A broken frame is reported; it has no id to answer to."""
    try:
        value = json.loads(text)
    except ValueError as error:
        session.fact(
            "output", {"category": "important", "text": f"The debugger sent something that is not JSON: {error}.\n"}
        )
        return None
    if not isinstance(value, dict) or type(value.get("id")) is not int or type(value.get("command")) is not str:  # pyright: ignore
        session.fact(
            "output", {"category": "important", "text": "The debugger sent something that is not a command.\n"}
        )
        return None
    return Command(value["id"], value["command"], value.get("args", {}))  # pyright: ignore


def work(session: Session, command: Command) -> bool:
    """Works on a command and answers it. True when the program is to go on."""
    try:
        handler, wants_stop = _TABLE[command.name]
    except KeyError:
        session.refuse(command.id, CommandError("unknownCommand", f"There is no command '{command.name}'."))
        return False
    try:
        if wants_stop and session.world.stop is None:
            raise CommandError("notPaused", "The program is running.", "Pause it first.")
        if command.name in _RUNNING_CODE:
            session.listing.forget()  # it keeps alive what it lists, and what is evaluated may change the list
            with session.collector.as_in_program():
                result = handler(session, Args(command.name, command.args), command.id)
        else:
            result = handler(session, Args(command.name, command.args), command.id)
    except LoopIsIdleError as idle:
        if not idle.hand_over(lambda: work(session, command)):
            session.refuse(command.id, idle)
        return False
    except CommandError as error:
        session.refuse(command.id, error)
        return False
    except KeyboardInterrupt:
        session.refuse(command.id, CommandError("cancelled", "Interrupted by Ctrl+C."))
        raise
    except Exception as error:
        faults.report(error)
        session.refuse(
            command.id, CommandError("internal", f"The command '{command.name}' failed inside the runtime: {error}.")
        )
        return False
    session.reply(command.id, result)
    session.run_acts()
    return command.name in _RESUMING


# --- handlers ----------------------------------------------------------------------------------------------------


def _configure(session: Session, args: Args, command: int) -> Json:
    version = args.number("protocol")
    if version != PROTOCOL_VERSION:
        raise CommandError(
            "version",
            f"The debugger speaks version {version} of the protocol and the runtime version {PROTOCOL_VERSION}.",
            "Install the extension again.",
        )
    session.apply(settings_from(args.value("settings")))
    return {}


def _run(session: Session, args: Args, command: int) -> Json:
    session.started = True
    return {}


def _set_breakpoints(session: Session, args: Args, command: int) -> Json:
    wanted = args.objects("breakpoints")
    return {"breakpoints": session.breakpoints.set_source(args.text("path"), wanted, search=session.started)}


def _set_functions(session: Session, args: Args, command: int) -> Json:
    return {"breakpoints": session.breakpoints.set_functions(args.objects("breakpoints"))}


def _break_on_coroutine(session: Session, args: Args, command: int) -> Json:
    identity = args.number("coroutine")
    coroutine = session.stacks.coroutine(identity)
    return {"breakpoints": session.coroutine_breakpoints.set(coroutine, identity, args.objects("breakpoints"))}


def _set_exceptions(session: Session, args: Args, command: int) -> Json:
    return {"filters": session.raises.set_filters(args.objects("filters"))}


def _breakpoint_locations(session: Session, args: Args, command: int) -> Json:
    path = args.text("path")
    first = args.number("line")
    last = args.optional_number("endLine") or first
    found: list[Json] = []
    for place in resolving.places(path, first, last):
        where = file_location(path, place.position)
        entry: Json = {name: value for name, value in where.items() if name in _RANGE}
        if place.kind:
            entry["kind"] = place.kind
        found.append(entry)
    return {"locations": found}


def _threads(session: Session, args: Args, command: int) -> Json:
    return session.listing.threads(args.number("limit"))


def _coroutines(session: Session, args: Args, command: int) -> Json:
    by, key = grouping_from(args)
    return session.listing.page(query_from(args), by, key, args.number("start"), args.number("count"))


def _coroutine(session: Session, args: Args, command: int) -> Json:
    return session.details.of(args.number("coroutine"))


def _parallel_stacks(session: Session, args: Args, command: int) -> Json:
    return session.listing.parallel_stacks(query_from(args), args.number("limit"))


def _await_graph(session: Session, args: Args, command: int) -> Json:
    return session.await_graph.build(args.number("limit"))


def _stack(session: Session, args: Args, command: int) -> Json:
    start, count = args.number("start"), args.number("count")
    if args.has("coroutine"):
        return session.stacks.stack_of_coroutine(args.number("coroutine"), start, count)
    return session.stacks.stack_of_thread(args.number("thread"), start, count)


def _scopes(session: Session, args: Args, command: int) -> Json:
    return {"scopes": session.scopes.of(session.stacks.shown(args.number("frame")))}


def _variables(session: Session, args: Args, command: int) -> Json:
    kind = args.choice("filter", ("named", "indexed")) if args.has("filter") else None
    page = session.variables.page(args.number("ref"), kind, args.number("start"), args.number("count"))
    return {"variables": page}


def _set_variable(session: Session, args: Args, command: int) -> Json:
    stop = session.world.stop
    frame = stop.frame if stop is not None else None
    reference, name = args.number("ref"), args.text("name")
    session.variables.node(reference)
    value = session.evaluator.value_for(command, args.text("value"), session.scopes.frame_of(reference) or frame)
    entry = session.variables.set(reference, name, value)
    return {"variable": session.variables.to_wire(entry)}


def _set_expression(session: Session, args: Args, command: int) -> Json:
    shown = session.stacks.shown(args.number("frame"))
    return {"variable": session.evaluator.assign(command, shown, args.text("expression"), args.text("value"))}


def _evaluate(session: Session, args: Args, command: int) -> Json:
    identity = args.optional_number("frame")
    shown = session.stacks.shown(identity) if identity is not None else None
    context = args.choice("context", ("repl", "watch", "hover", "clipboard", "variables"))
    return {"variable": session.evaluator.evaluate(command, args.text("expression"), shown, context)}


def _completions(session: Session, args: Args, command: int) -> Json:
    identity = args.optional_number("frame")
    shown = session.stacks.shown(identity) if identity is not None else None
    return {"items": session.evaluator.complete(shown, args.text("text"), args.number("column"))}


def _exception_info(session: Session, args: Args, command: int) -> Json:
    ident = session.threads.ident_of(args.number("thread"))
    stop = session.world.stop
    if stop is None or stop.ident != ident or stop.exception is None:
        raise CommandError(
            "badArgument", "This thread did not stop at an exception.", "Select the thread that did, in the call stack."
        )
    explained = explain(stop.exception, stop.frame)
    meaning = explained.to_wire(session.registry.id_of) if explained is not None else None
    return exception_details.exception_info(stop.exception, stop.break_mode, meaning)


def _source(session: Session, args: Args, command: int) -> Json:
    identity = args.number("sourceId")
    filename = positions.filename_of_source(identity)
    lines = source_text.lines(filename) if filename else None
    if lines is None:
        name = f" of {filename}" if filename else f" {identity}"
        raise CommandError(
            "unsupported",
            f"The source{name} is not available: it was made up while the program ran.",
            "A program that puts it into 'linecache.cache' has it shown.",
        )
    return {"content": "\n".join(lines) + "\n"}


def _loaded_sources(session: Session, args: Args, command: int) -> Json:
    paths = {
        path
        for module in list(sys.modules.values())
        if (path := _file_of(module)) and path.endswith(".py") and not session.user_code.is_runtime(path)
    }
    return {"sources": [{"path": path, "name": os.path.basename(path)} for path in sorted(paths)]}


def _file_of(module: object) -> str | None:
    path = module.__dict__.get("__file__") if type(module) is type(sys) else None
    return path if type(path) is str else None


def _resume(session: Session, args: Args, command: int) -> Json:
    action: Any = args.choice("action", _ACTIONS)
    if action == "continue":
        session.stepper.cancel()
    elif args.has("frame") and (suspended := _suspended(session, args.number("frame"))) is not None:
        session.stepper.begin_suspended(action, suspended)
    elif args.has("coroutine"):
        session.stepper.begin_suspended(action, session.stacks.innermost_user(args.number("coroutine")))
    elif args.has("target"):
        frame, target = session.step_targets.chosen(args.number("target"))
        session.stepper.begin(action, frame, target)
    else:
        ident = session.threads.ident_of(args.number("thread"))
        shown = session.stacks.shown(args.number("frame")) if args.has("frame") else None
        frame = shown.frame if shown is not None else session.world.frame_of_thread(ident or 0)
        if ident is None or frame is None:
            raise CommandError(
                "badArgument", f"There is no thread {args.number('thread')}; it may have ended.", "Select another one."
            )
        session.stepper.begin(action, frame)
    return {}


def _suspended(session: Session, frame: int) -> Coroutine | None:
    """The coroutine that a frame belongs to, if it is suspended."""
    shown = session.stacks.shown(frame)
    return shown.coroutine if not shown.ident else None


def _step_targets(session: Session, args: Args, command: int) -> Json:
    shown = session.stacks.shown(args.number("frame"))
    if not shown.ident:
        raise CommandError(
            "unsupported",
            "This frame is suspended, so nothing on its line can be stepped into yet.",
            "Step into the coroutine itself: the program then runs until it is resumed.",
        )
    return {"targets": session.step_targets.of(shown.frame)}


def _exchanges(session: Session, args: Args, command: int) -> Json:
    return session.recorder.range_to_wire(args.number("from"), args.number("limit"))


def _sampled(session: Session, args: Args, command: int) -> Json:
    return {
        "codes": [
            {**line_location(code.co_filename, code.co_firstlineno), "function": code.co_qualname}
            for code in session.recorder.hot()
        ]
    }


def _findings(session: Session, args: Args, command: int) -> Json:
    return session.findings.all(paused=session.world.stop is not None)


def _pause(session: Session, args: Args, command: int) -> Json:
    session.after_reply(session.interrupter.pause)
    return {}


def _cancel(session: Session, args: Args, command: int) -> Json:
    session.after_reply(lambda: session.time_limit.cancel(args.number("command")))
    return {}


def _input(session: Session, args: Args, command: int) -> Json:
    text = args.text("text") if args.has("text") else None
    if not session.console.is_waiting:
        raise CommandError(
            "badArgument", "The program does not wait for input.", "Answer once it asks, as with 'input()'."
        )
    # The answer may let the program come to its end: answer the command first.
    session.after_reply(lambda: session.console.answer(text))
    return {}


def _set_recording(session: Session, args: Args, command: int) -> Json:
    session.record(args.choice("record", ("auto", "all", "off")), args.flag("streamExchanges"))
    return {}


def _terminate(session: Session, args: Args, command: int) -> Json:
    if args.flag("kill"):
        session.after_reply(lambda: os._exit(137))
    else:
        session.findings.before_interrupt()
        session.world.is_to_end = True
        session.after_reply(session.interrupter.interrupt)
    return {}


def _detach(session: Session, args: Args, command: int) -> Json:
    session.after_reply(session.detach)
    return {}


_TABLE: dict[str, tuple[Handler, bool]] = {
    "configure": (_configure, False),
    "run": (_run, False),
    "setBreakpoints": (_set_breakpoints, False),
    "setFunctionBreakpoints": (_set_functions, False),
    "setExceptionBreakpoints": (_set_exceptions, False),
    "breakOnCoroutine": (_break_on_coroutine, False),
    "breakpointLocations": (_breakpoint_locations, False),
    "threads": (_threads, False),
    "coroutines": (_coroutines, False),
    "coroutine": (_coroutine, False),
    "parallelStacks": (_parallel_stacks, False),
    "awaitGraph": (_await_graph, False),
    "findings": (_findings, False),
    "exchanges": (_exchanges, False),
    "stack": (_stack, True),
    "scopes": (_scopes, True),
    "variables": (_variables, True),
    "setVariable": (_set_variable, True),
    "setExpression": (_set_expression, True),
    "evaluate": (_evaluate, True),
    "completions": (_completions, True),
    "exceptionInfo": (_exception_info, True),
    "source": (_source, False),
    "loadedSources": (_loaded_sources, False),
    "stepInTargets": (_step_targets, True),
    "resume": (_resume, True),
    "pause": (_pause, False),
    "cancel": (_cancel, False),
    "input": (_input, False),
    "sampled": (_sampled, False),
    "setRecording": (_set_recording, False),
    "terminate": (_terminate, False),
    "detach": (_detach, False),
}
