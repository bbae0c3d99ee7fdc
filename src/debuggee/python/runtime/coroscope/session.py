"""The runtime's composition root: builds the parts, connects them, and serves the adapter's commands.

``start`` says hello and works on commands until ``run`` has come; from then on the program may begin. While it runs,
commands are worked on by the reader's thread (or, without threads, in the middle of the program); while it is stopped,
by the thread that stopped.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from collections.abc import Callable
from time import monotonic
from types import CodeType, FrameType
from typing import Any, Protocol

from . import commands, faults, frame_locals, interpreter, user_code
from .await_graph import AwaitGraph
from .blocked_steps import LOOKS
from .breakpoints import Breakpoints
from .channels import TICK, SocketChannel
from .checkpoints import Checkpoints
from .clocks import Clocks
from .code_index import CodeIndex
from .collector import Collector
from .console import Console
from .console_await import ConsoleAwait
from .coroutine_breakpoints import CoroutineBreakpoints
from .coroutine_details import CoroutineDetails
from .coroutine_list import CoroutineList
from .coroutine_view import CoroutineView
from .coroutines import Registry
from .evaluation import Evaluator
from .finding_report import FindingReport
from .held_up import HeldUp
from .interpreter import FINDS_COROUTINES
from .interrupting import Interrupter
from .monitoring import Tool
from .pausing import Stop, World
from .protocol import DEFAULT_SETTINGS, PROTOCOL_VERSION, CommandError, Json, Settings
from .raises import Raises
from .recording import Recorder
from .scopes import Scopes
from .stacks import Stacks
from .step_targets import StepTargets
from .stepping import Stepper
from .task_context import TaskContexts
from .threads import Threads
from .time_limit import TimeLimit
from .variables import Variables
from .watching import WATCHED


class Channel(Protocol):
    def send(self, frame: str) -> None: ...
    def receive(self, timeout: float | None) -> str | None: ...
    def start_reader(self, handler: Callable[[str], None], ended: Callable[[], None]) -> bool: ...


class Session:
    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.settings: Settings = DEFAULT_SETTINGS
        self.threads = Threads()
        self.world = World(self.threads, self.fact)
        self.user_code = user_code.UserCode(_launched_as_text())
        self.index = CodeIndex()
        self.registry = Registry()
        self.tools = [Tool("coroscope breakpoints", 0), Tool("coroscope steps", 3), Tool("coroscope recording", 4)]
        self.checkpoints = Checkpoints(self.tools[1], self.world, self.threads, self.user_code)
        self.stepper = Stepper(self.tools[1], self.world, self.checkpoints, self.user_code)
        self.recorder = Recorder(self.tools[2], self.registry, self.threads, self.user_code, self.fact)
        self.breakpoints = Breakpoints(
            self.tools[0], self.world, self.index, self.user_code, self.fact, self._found, self._started, WATCHED
        )
        self.coroutine_breakpoints = CoroutineBreakpoints(self.world, self.fact)
        self.raises = Raises(self.tools[0], self.world, self.threads, self.user_code, self.fact)
        self.stacks = Stacks(self.world, self.threads, self.registry, self.user_code, self.recorder)
        self.stepper.succession.awaiter_of = self.stacks.logical_awaiter
        self.listing = CoroutineList(
            self.world, self.threads, self.registry, self.user_code, self.recorder, self.stacks
        )
        self.details = CoroutineDetails(self.listing, self.stacks, self.registry, self.recorder)
        self.variables = Variables()
        self.view = CoroutineView(self.variables, self.registry, self.recorder, self.stacks, self.world)
        self.await_graph = AwaitGraph(self.listing, self.stacks, self.world, self.user_code)
        self.scopes = Scopes(self.variables, self.view, self.world)
        self.step_targets = StepTargets()
        self.findings = FindingReport(
            self.world, self.registry, self.user_code, self.recorder, self.await_graph, self.stacks
        )
        self.time_limit = TimeLimit(self.threads)
        self.time_limit.threads_available = False  # until there is one
        self.interrupter = Interrupter(self.world, self.threads, self.checkpoints, self.user_code, self.time_limit)
        self.clocks = Clocks(lambda text: self.fact("output", {"category": "console", "text": text}))
        contexts = TaskContexts(self.stacks)
        awaiter = ConsoleAwait(self.world, self.threads, self.stacks, contexts, self.time_limit, self.clocks)
        self.evaluator = Evaluator(self.variables, self.time_limit, contexts, awaiter, self.clocks)
        self.console = Console(self.fact, None)
        self._acts: list[Callable[[], None]] = []
        self._next_tick = 0.0
        self.started = False
        self.collector = Collector()
        self.world.before_stop += [
            self.collector.rest,
            self.clocks.freeze,
            self.findings.steps.pause,
            self._note_leaving,
        ]
        self.world.before_stop.append(lambda stop: self.recorder.flush())
        self.world.before_stop.append(lambda stop: self._tell_of_threads())
        self.world.after_stop += [
            self.listing.forget,
            self.stacks.forget,
            self.variables.forget,
            self.scopes.forget,
            self.step_targets.forget,
            self._forget,
        ]
        self.world.after_stop += [self.clocks.thaw, self.findings.steps.go_on, self.collector.work]
        faults.connect(lambda text: self.fact("output", {"category": "important", "text": text}))

    @staticmethod
    def _note_leaving(stop: Stop) -> None:
        interpreter.set_leaving(interpreter.coroutine_of(stop.frame) if "yielded" in stop.passing else None)

    def _forget(self, stop: Stop) -> None:
        interpreter.set_leaving(None)
        frame_locals.forget_snapshots()
        self.registry.forget_passing()

    def _found(self, code: CodeType) -> None:
        self.recorder.found(code)
        self.findings.watcher.found(code)

    def _started(self, frame: FrameType) -> None:
        self.recorder.started(frame)
        self.findings.watcher.started(frame)

    # --- sending -------------------------------------------------------------------------------------------------

    def fact(self, name: str, body: Json) -> None:
        if name != "exchanges" and self.recorder.has_batch():
            self.recorder.flush()
        self._send({"fact": name, "body": body})

    def _send(self, envelope: Json) -> None:
        self.channel.send(json.dumps(envelope, separators=(",", ":")))

    def reply(self, identity: int, result: Json) -> None:
        self._send({"reply": identity, "result": result})

    def refuse(self, identity: int, error: CommandError) -> None:
        self._send({"reply": identity, "error": error.to_wire()})

    @property
    def has_reader(self) -> bool:
        """Whether a thread of the runtime's reads commands while the program runs."""
        return self.time_limit.threads_available

    # --- receiving -----------------------------------------------------------------------------------------------

    def on_frame(self, text: str) -> None:
        """Takes one frame while the program runs or is stopped, in the reader's thread or in the middle of the program."""
        if self.has_reader:
            self.threads.hide_current()
            self._take(text)
            return
        # Or a step would go on in here, and an exception of the runtime's would stop, before the command is answered.
        self.threads.serving.add(self.threads.main)
        try:
            self._take(text)
        finally:
            self.threads.serving.clear()

    def _take(self, text: str) -> None:
        command = commands.parse(self, text)
        if command is None:
            return
        if command.is_urgent or not self.world.offer(lambda: commands.work(self, command)):
            if commands.work(self, command):
                self.world.resume_in_background()

    def tick(self, held_up: HeldUp) -> None:
        """A few times a second while the program runs, in the reader's thread."""
        self.threads.hide_current()
        if self.world.stop is not None or self.detached:
            return
        self.findings.watcher.look(held_up)
        if monotonic() >= self._next_tick:
            self._next_tick = monotonic() + TICK
            self._tell_of_threads()
            self.recorder.tick()
            self.interrupter.tick()

    def _tell_of_threads(self) -> None:
        for change in self.threads.changes():
            self.fact("thread", change)

    def after_reply(self, act: Callable[[], None]) -> None:
        """Has something done as soon as the command at hand is answered."""
        self._acts.append(act)

    def run_acts(self) -> None:
        acts, self._acts = self._acts, []
        if acts:
            self.threads.serving.clear()  # one of them may stop the program
        for act in acts:
            act()

    def next_work(self) -> Callable[[], bool]:
        """Without a reader thread: the next command for a stopped program, straight from the channel."""
        while True:
            offered = self.world.take_offered()
            if offered is not None:
                return offered
            text = self.channel.receive(None)
            if text is None:
                continue
            command = commands.parse(self, text)
            if command is not None:
                return lambda: commands.work(self, command)

    def ended(self) -> None:
        """The adapter is gone: a program that was launched to be debugged is not left behind."""
        self.world.ended = True
        if self.detached:
            return
        try:
            os.write(2, b"coroscope: the debugger went away, so the program was ended.\n")
        finally:
            os._exit(1)

    detached = False

    # --- life ----------------------------------------------------------------------------------------------------

    def apply(self, settings: Settings) -> None:
        self.settings = settings
        self.user_code.set_roots(settings["userRoots"])
        self.stepper.just_my_code = self.raises.just_my_code = settings["justMyCode"]
        self.evaluator.seconds = settings["evaluateTimeout"]
        self.clocks.freezing = settings["freezeClocks"]
        self.record(settings["record"], settings["streamExchanges"])
        for sentence in self.findings.watcher.configure(
            settings["findings"], settings["blockedLoopMs"], list(self.index.everything())
        ):
            self.fact("output", {"category": "console", "text": sentence + "\n"})
        if settings["redirectConsole"]:
            self.console.redirect(self.on_frame)
        if settings["stopOnEntry"]:
            self.checkpoints.stop_on_entry()

    def record(self, mode: Any, stream: bool) -> None:
        settings = self.settings
        codes = list(self.index.everything())
        self.recorder.configure(mode, stream, settings["recordLimit"], settings["historyLength"], codes)

    def hook_breakpoint(self) -> None:
        """``breakpoint()`` stops here unless the program or the user chose another hook."""
        if sys.breakpointhook is sys.__breakpointhook__ and "PYTHONBREAKPOINT" not in os.environ:
            sys.breakpointhook = self._on_breakpoint_call

    def _on_breakpoint_call(self, *args: object, **options: object) -> None:
        if not self.detached:
            self.checkpoints.stop_after_call(sys._getframe(1))

    def detach(self) -> None:
        """Takes every instrument out; the program runs on by itself."""
        self.detached = True
        self.world.ended = True
        self.world.resume_from_outside()
        self.time_limit.cancel_any()
        if sys.breakpointhook == self._on_breakpoint_call:
            sys.breakpointhook = sys.__breakpointhook__
        self.coroutine_breakpoints.clear()
        for tool in self.tools:
            tool.free()
        self.findings.watcher.stop()
        self.console.detach()

    def report_findings(self) -> None:
        """At the end of the program, while its objects are still there. What dies from here on, dies unobserved."""
        if self.detached or not self.settings["findings"]:
            return
        self.findings.look_at_end()
        if self.findings.log:
            self.fact("findings", self.findings.log.to_wire())
        self.findings.watcher.stop()

    def finish(self, code: int | None) -> None:
        """The program is over, but for its finalizers."""
        if self.detached:
            return
        self.recorder.flush()
        self.fact("exiting", {} if code is None else {"code": code})
        if isinstance(self.channel, SocketChannel):
            self._read_in_main_thread(self.channel)

    def _read_in_main_thread(self, channel: SocketChannel) -> None:
        """For the finalizers: as it ends, the interpreter ends all threads but the main one first, the reader too."""
        channel.stop_reader()
        self.time_limit.threads_available = False
        self.world.next_work = self.next_work


_session: Session | None = None


def _launched_as_text() -> bool:
    return bool(sys.argv) and sys.argv[0] == "-c"


def _limits() -> list[str]:
    embedded = sys.modules.get("coroscope.embedded")
    limits: list[str] = list(getattr(embedded, "LIMITS", ()))
    if not FINDS_COROUTINES:
        limits.append(
            "This interpreter does not tell which coroutine a frame belongs to, so values sent and yielded are not shown."
        )
    has_lock: Callable[[], bool] | None = getattr(sys, "_is_gil_enabled", None)  # from 3.13 on
    if has_lock is not None and not has_lock():
        limits.append(
            "This CPython runs without the global interpreter lock (PEP 703), which Coroscope still relies on: where "
            "several threads are at work, what it shows may be wrong. Set PYTHON_GIL=1 in the environment of the "
            "program to debug it with the lock."
        )
    return limits


def start(channel: Channel) -> None:
    """Connects to the adapter and returns when the program may begin."""
    global _session
    session = _session = Session(channel)
    version = ".".join(map(str, sys.version_info[:3]))
    session.fact(
        "hello",
        {
            "protocol": PROTOCOL_VERSION,
            "language": "python",
            "implementation": f"{sys.implementation.name.replace('cpython', 'CPython')} {version}",
            "executable": sys.executable or "",
            "pid": os.getpid(),
            "clockZero": session.recorder.clock_zero,
            "limits": _limits(),
        },
    )
    if isinstance(channel, SocketChannel):
        steps = session.findings.steps
        session.findings.watcher.look_at_steps(lambda: channel.tick_every(steps.limit / LOOKS), channel.handover)
    while not session.started:
        text = channel.receive(None)
        if text is not None:
            command = commands.parse(session, text)
            if command is not None:
                commands.work(session, command)
    session.hook_breakpoint()
    session.time_limit.threads_available = channel.start_reader(session.on_frame, session.ended)
    if isinstance(channel, SocketChannel):
        channel.tick = session.tick
    # Exit handlers run in reverse: the program's own come first, then the findings, then the word that it is over.
    if session.has_reader:
        atexit.register(session.finish, None)
    atexit.register(session.report_findings)
    if session.has_reader:
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=session.detach)
    else:
        session.world.next_work = session.next_work
        session.console = Console(session.fact, lambda: channel.receive(None))
        if session.settings["redirectConsole"]:
            session.console.redirect(session.on_frame)


def finish(code: int | None) -> None:
    """For the embedded host: the program has ended with this exit code."""
    if _session is not None:
        _session.finish(code)
