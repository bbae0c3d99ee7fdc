"""Breakpoints in source lines, at suspension points and on functions, on the events of one ``sys.monitoring`` tool.

Only code objects that hold a breakpoint get events, and only their lines with a breakpoint keep them: a callback that
has nothing to do returns DISABLE. The same tool's PY_START finds the code of the program as it first runs.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, Literal, NamedTuple

from . import evaluation_stack, faults, interpreter, source_text, tasks
from .code_index import CodeIndex
from .line_visits import LineVisits
from .monitoring import DISABLE, Tool, events, restart
from .one_breakpoint import Breakpoint
from .pausing import Stop, World
from .positions import file_location, repeats_line_after_throw
from .protocol import Args, BreakpointMode, CommandError, Json
from .quick_conditions import Visit, quick_condition
from .resolving import CodeKey, Resolved, points_like, resolve_column, resolve_line, resolve_points, why_unusable
from .user_code import UserCode, canonical

_MODES = ("line", "suspend", "resume", "throw", "close")


class _Asked(NamedTuple):
    path: str
    requested: list[Args]
    version: tuple[int, int] | None


class Breakpoints:
    def __init__(
        self,
        tool: Tool,
        world: World,
        index: CodeIndex,
        user_code: UserCode,
        send_fact: Callable[[str, Json], None],
        found_code: Callable[[CodeType], None],
        started: Callable[[FrameType], None],
        library_names: frozenset[str],
    ) -> None:
        self._tool = tool
        self._world = world
        self._index = index
        self._user_code = user_code
        self._send_fact = send_fact
        self._found_code = found_code
        self._started = started
        self._library_names = library_names
        self._files: dict[str, list[tuple[Breakpoint, Resolved]]] = {}
        self._functions: dict[str, list[Breakpoint]] = {}
        # What was asked for in each file, and of which state of it.
        self._asked: dict[str, _Asked] = {}
        self._lines = LineVisits(self._hit_line)
        # By the address of the code object, then by offset.
        self._points: dict[str, dict[int, dict[int, Visit]]] = {mode: {} for mode in _MODES}
        # Code that something is to be called for whenever it starts, by address.
        self._counters: dict[int, tuple[CodeType, Callable[[], None]]] = {}
        tool.on(events.PY_START, self._on_start)
        tool.on(events.LINE, self._lines.callback())
        tool.on(events.PY_YIELD, self._on_yield)
        tool.on(events.PY_RESUME, self._on_resume)
        tool.on(events.PY_THROW, self._on_throw)
        tool.set_global(events.PY_START)

    # --- commands ------------------------------------------------------------------------------------------------

    def set_source(self, path: str, requested: list[Args], *, search: bool = True) -> list[Json]:
        """Replaces the breakpoints of a file. Answers in the order asked.

        ``search``: whether code of it may be running or suspended that was never seen. Before the program begins there
        is none, and all else is met when it is first called.
        """
        key = canonical(path)
        asked = self._asked[key] = _Asked(path, requested, source_text.version(path))
        kept: list[tuple[Breakpoint, Resolved]] = []
        before = {each.id: each for each, _ in self._files.get(key, ())}
        answers: list[Json] = []
        for args in requested:
            identity = args.number("id")
            line = args.number("line")
            mode: BreakpointMode = args.choice("mode", _MODES) if args.has("mode") else "line"  # type: ignore[assignment]  # pyright: ignore
            try:
                breakpoint_ = Breakpoint(identity, mode, args)
                resolved = self._resolve(path, line, args.optional_number("column"), mode)
            except CommandError as error:
                answers.append(_refused(identity, error.in_words()))
                continue
            if isinstance(resolved, str):
                answers.append(_refused(identity, resolved, "pending" if why_unusable(path) else "failed"))
                continue
            breakpoint_.goes_on_from(before.get(identity))
            kept.append((breakpoint_, resolved))
            answers.append(_verified(breakpoint_, resolved, path))
        if self._asked.get(key) is not asked:
            return answers  # another thread was told of newer ones meanwhile
        if not requested:
            del self._asked[key]
        if kept:
            self._files[key] = kept
        else:
            self._files.pop(key, None)
        codes = self._index.of_file(key)
        if kept and not codes and search:
            codes = self._index.search(key)
        for code in codes:
            self._install(code)
        self._watch_throws()
        restart()
        return answers

    def _resolve(self, path: str, line: int, column: int | None, mode: BreakpointMode) -> Resolved | str:
        if column is not None:
            lines = source_text.lines(path)
            text = lines[line - 1] if lines and 0 < line <= len(lines) else ""
            # Before the first character of the line, or on it, means the line as a whole.
            if mode != "line" or column - 1 > len(text) - len(text.lstrip()):
                return resolve_column(path, line, source_text.byte_offset(text, column), mode)
        return resolve_line(path, line) if mode == "line" else resolve_points(path, line, mode)

    def set_functions(self, requested: list[Args]) -> list[Json]:
        self._functions.clear()
        answers: list[Json] = []
        for args in requested:
            identity = args.number("id")
            name = args.text("name").strip()
            try:
                breakpoint_ = Breakpoint(identity, "line", args)
            except CommandError as error:
                answers.append(_refused(identity, error.in_words()))
                continue
            if not name or not all(part.isidentifier() or part == "<locals>" for part in name.split(".")):
                answers.append(
                    _refused(
                        identity,
                        f"{name!r} is not the name of a function: write 'name', 'Class.name' or 'module.name'.",
                    )
                )
                continue
            self._functions.setdefault(name, []).append(breakpoint_)
            answers.append({"id": identity, "verified": True})
        for code in self._index.everything():
            self._install(code)
        restart()
        return answers

    # --- installing ----------------------------------------------------------------------------------------------

    def install_all(self) -> None:
        for code in self._index.everything():
            self._install(code)

    def _discover(self, code: CodeType, frame: FrameType) -> None:
        if self._asked and code.co_name == "<module>":
            self._look_again(code)
        counter = tasks.counter_of(code)
        if counter is not None:
            self._counters[id(code)] = (code, counter)
        if code.co_name in self._library_names or tasks.shows_created(code) or tasks.turns(code):
            self._found_code(code)
            self._started(frame)
        if self._user_code.is_user(code) or canonical(code.co_filename) in self._files:
            for new in self._index.add(code):
                self._install(new)
                self._found_code(new)
                if new is code:
                    self._started(frame)

    def _look_again(self, code: CodeType) -> None:
        """A module begins: its file may have been written, or changed, since its breakpoints were set."""
        asked = self._asked.get(canonical(code.co_filename))
        if asked is None or asked.version == source_text.version(asked.path):
            return
        for answer in self.set_source(asked.path, asked.requested, search=False):
            self._send_fact("breakpoint", answer)

    def _install(self, code: CodeType) -> None:
        """Sets the events that the breakpoints in one code object need, and nothing else."""
        identity = id(code)
        lines: dict[int, list[Breakpoint]] = {}
        points: dict[str, dict[int, list[Breakpoint]]] = {mode: {} for mode in _MODES}
        for breakpoint_, resolved in self._files.get(canonical(code.co_filename), ()):
            key: CodeKey | None = None
            for target in resolved.targets:
                if target.key.qualname != code.co_qualname or target.key.first_line != code.co_firstlineno:
                    continue
                key = key or CodeKey.of(code)
                if target.key != key:
                    continue
                if target.point is None:
                    lines.setdefault(target.line, []).append(breakpoint_)
                    continue
                mode = "suspend" if breakpoint_.mode == "line" else breakpoint_.mode
                table = points[mode]
                for point in points_like(code, target.point):
                    table.setdefault(point.offset, []).append(breakpoint_)
                    table.setdefault(point.resume, []).append(breakpoint_)
        self._lines.set(code, _visits(lines, code, None))
        for mode in _MODES:
            self._store(self._points[mode], identity, _visits(points[mode], code, _PASSES[mode]))
        mask = events.LINE if lines else 0
        mask |= events.PY_YIELD if points["suspend"] else 0
        mask |= events.PY_RESUME if points["resume"] else 0
        mask |= events.PY_START if self._function_breakpoints(code) else 0
        self._tool.set_local(code, mask)

    @staticmethod
    def _store(tables: dict[int, Any], identity: int, table: Any) -> None:
        if table:
            tables[identity] = table
        else:
            tables.pop(identity, None)

    def _function_breakpoints(self, code: CodeType) -> list[Breakpoint]:
        if not self._functions:
            return []
        found = list(self._functions.get(code.co_qualname, ()))
        if code.co_name != code.co_qualname:
            found += self._functions.get(code.co_name, ())
        return found

    def _watch_throws(self) -> None:
        kept = events.RAISE & self._tool.global_events
        self._tool.set_global(events.PY_START | kept | (events.PY_THROW if self._files else 0))

    # --- callbacks: what they raise would reach the program, so they let nothing out but Ctrl+C ---------------------

    def _on_start(self, code: CodeType, offset: int) -> Any:
        try:
            if id(code) not in self._counters:
                self._discover(code, sys._getframe(1))
            if self._functions:
                found = self._function_breakpoints(code)
                if found and self._user_code.is_user(code):
                    self._hit(found, sys._getframe(1), {}, "function breakpoint")
                    return None
            counted = self._counters.get(id(code))
            if counted is not None:
                counted[1]()
                return None
        except Exception as error:
            self._report(error)
        return DISABLE

    def _on_yield(self, code: CodeType, offset: int, value: object) -> Any:
        try:
            visit = self._points["suspend"][id(code)][offset]
        except KeyError:
            return DISABLE
        frame = sys._getframe(1)
        if code.co_flags & interpreter.CO_ASYNC_GENERATOR:
            value = interpreter.unwrap_yielded(value)[0]
        quick = visit.quick
        if quick is None:
            holds = visit.holds(frame, value)
        else:
            try:
                if not quick(frame.f_locals if visit.reads_locals else None, value):
                    return None
                holds = True
            except Exception:
                holds = None
        if holds is not False and not visit.only_counts(holds):
            self._hit(visit.breakpoints, frame, {"yielded": value}, "breakpoint", holds)
        return None

    def _on_resume(self, code: CodeType, offset: int) -> Any:
        try:
            visit = self._points["resume"][id(code)][offset]
        except KeyError:
            return DISABLE
        frame = sys._getframe(1)
        coroutine = interpreter.coroutine_of(frame)
        if coroutine is None:
            self._hit(visit.breakpoints, frame, {}, "breakpoint")
            return None
        value = evaluation_stack.sent_value(coroutine, code, offset)
        holds = visit.holds(frame, value)
        if holds is not False and not visit.only_counts(holds):
            self._hit(visit.breakpoints, frame, {"sent": value}, "breakpoint", holds)
        return None

    def _on_throw(self, code: CodeType, offset: int, exception: BaseException) -> Any:
        frame = sys._getframe(1)
        if self._lines.has(code) and repeats_line_after_throw(code, offset):
            self._lines.thrown_into = (id(frame), frame.f_lineno)
        closing = type(exception) is GeneratorExit
        table = self._points["close" if closing else "throw"].get(id(code))
        visit = table.get(offset) if table is not None else None
        if visit is not None:
            self._hit(visit.breakpoints, frame, {"thrown": exception}, "breakpoint")

    # --- hitting -------------------------------------------------------------------------------------------------

    def _hit(
        self,
        candidates: list[Breakpoint],
        frame: FrameType,
        passing: dict[str, object],
        reason: Any,
        holds: bool | None = None,
    ) -> None:
        """Stops if one of the candidates says so. ``holds``: whether its condition does, if that was found out already."""
        hit: list[int] = []
        for each in candidates:
            try:
                if each.counts(frame, passing, self._send_fact, holds):
                    hit.append(each.id)
            except Exception as error:
                self._report(error)
        if hit:
            stop = Stop(reason, frame, breakpoints=hit, passing=passing, whole_line=not passing)
            self._world.halt(stop)

    def _hit_line(self, candidates: list[Breakpoint], frame: FrameType, holds: bool | None) -> None:
        self._hit(candidates, frame, {}, "breakpoint", holds)

    def _report(self, error: Exception) -> None:
        faults.report(error)


_PASSES = {"line": None, "suspend": "yielded", "resume": "sent", "throw": "thrown", "close": "thrown"}


def _visits(places: dict[int, list[Breakpoint]], code: CodeType, passing: str | None) -> dict[int, Visit]:
    visits: dict[int, Visit] = {}
    for place, breakpoints in places.items():
        only = breakpoints[0] if len(breakpoints) == 1 else None
        if only is None:
            visits[place] = Visit(breakpoints, None)
            continue
        text = only.condition_text
        condition = quick_condition(text, code, passing) if text else None
        visits[place] = Visit(breakpoints, condition, only if only.hit_condition else None, unconditional=not text)
    return visits


def _refused(identity: int, message: str, reason: Literal["pending", "failed"] = "failed") -> Json:
    return {"id": identity, "verified": False, "message": message, "reason": reason}


def _verified(breakpoint_: Breakpoint, resolved: Resolved, path: str) -> Json:
    answer: Json = {"id": breakpoint_.id, "verified": True, "line": resolved.line}
    if resolved.position is not None:
        where = file_location(path, resolved.position)
        answer.update((name, value) for name, value in where.items() if name in ("column", "endLine", "endColumn"))
    if resolved.message:
        answer["message"] = resolved.message
    return answer
