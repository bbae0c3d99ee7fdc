"""Stacks of threads and of suspended coroutines, and the rows of lists: facts, not yet arranged for display.

Frame ids and the frames behind them live from one stop to the next; a later use of an id is the error ``stale``.
"""

from __future__ import annotations

import gc
from types import FrameType
from typing import NamedTuple

from . import awaited_by, coroutines, frame_locals, interpreter, tasks, values, waiting
from .coroutines import Registry, chain_of
from .exchanges import Event, value_text
from .interpreter import SUSPENDS, Coroutine
from .looking import class_name, class_of
from .pausing import Stop, World
from .positions import line_location, location, position_at, suspension_at
from .protocol import CommandError, Json, LocationDict
from .records import Records
from .schedulers import TaskFact
from .snapshots import Sifted
from .tasks import TasksByRoot
from .threads import Threads
from .user_code import UserCode
from .waits import Wait


class Shown(NamedTuple):
    """A frame that was given out: whose it is, and on which thread it runs (0: suspended)."""

    frame: FrameType
    coroutine: Coroutine | None
    ident: int
    first: bool
    root: Coroutine | None = None
    """Of the delegation chain it was shown in, where that is suspended."""


class Stacks:
    def __init__(
        self, world: World, threads: Threads, registry: Registry, user_code: UserCode, records: Records
    ) -> None:
        self._world = world
        self._threads = threads
        self._registry = registry
        self._user_code = user_code
        self._records = records
        self._shown: dict[int, Shown] = {}
        self._next_frame = 1
        self._tasks: TasksByRoot | None = None
        self._awaiters: dict[int, tuple[object, list[TaskFact]]] = {}

    def forget(self, stop: Stop) -> None:
        """After a stop: lets go of every frame and task."""
        self._shown.clear()
        self.forget_tasks()

    def forget_tasks(self) -> None:
        """What tasks there are and who waits for whom may have changed."""
        self._tasks = None
        self._awaiters = {}

    def shown(self, identity: int) -> Shown:
        """The frame behind an id. Raises CommandError ``stale``."""
        found = self._shown.get(identity)
        if found is None:
            raise CommandError(
                "stale",
                f"Frame {identity} is not valid any more: the program has run on since it was shown."
                if 0 < identity < self._next_frame
                else f"There is no frame {identity}.",
                "Select one in the call stack as it is now.",
            )
        return found

    # --- commands ------------------------------------------------------------------------------------------------

    def stack_of_thread(self, identity: int, start: int, count: int) -> Json:
        ident = self._threads.ident_of(identity)
        frame = self._world.frame_of_thread(ident) if ident is not None else None
        if ident is None or frame is None:
            raise CommandError(
                "badArgument", f"There is no thread {identity}; it may have ended.", "Select another one."
            )
        frames = [each for each in _walk(frame) if not self._user_code.is_runtime(each.f_code.co_filename)]
        window = frames[start : start + count] if count else frames[start:]
        first = frames[0] if frames else None
        result: Json = {
            "frames": [self._frame(each, ident, each is first) for each in window],
            "total": len(frames),
            "awaiters": [],
        }
        if start + len(window) >= len(frames):
            result["awaiters"] = self._awaiting_segments(frames)
        self._add_origin(result, next((c for f in reversed(frames) if (c := self._coroutine(f)) is not None), None))
        return result

    def stack_of_coroutine(self, identity: int, start: int, count: int) -> Json:
        coroutine = self.coroutine(identity)
        chain = chain_of(coroutine)
        frames = [(frame, each) for each in reversed(chain.coroutines) if (frame := interpreter.frame_of(each))]
        window = frames[start : start + count] if count else frames[start:]
        result: Json = {
            "frames": [self._suspended_frame(frame, each, coroutine) for frame, each in window],
            "total": len(frames),
            "awaiters": [],
        }
        if start + len(window) >= len(frames):
            result["awaiters"] = self._segments_above(self.task_of(coroutine), {id(each) for each in chain.coroutines})
        self._add_origin(result, coroutine)
        return result

    def coroutine(self, identity: int) -> Coroutine:
        """The coroutine with an id. Raises CommandError for one that is gone or never was."""
        found = self._registry.find(identity)
        if found is None:
            gone = self._registry.was_given(identity)
            raise CommandError(
                "stale",
                f"Coroutine {identity} does not exist any more: nothing in the program refers to it."
                if gone
                else f"There is no coroutine {identity}.",
                "Choose another one, from a view that was refreshed.",
            )
        return found

    def identity(self, coroutine: Coroutine) -> int:
        return self._registry.id_of(coroutine)

    def thread_frames(self) -> list[FrameType]:
        """The innermost frame of every thread of the program."""
        found = [self._world.frame_of_thread(row.ident) for row in self._threads.rows()]
        return [frame for frame in found if frame is not None]

    def innermost_user(self, identity: int) -> Coroutine:
        """The coroutine of the user's code nearest to the leaf of a chain: what a step of it belongs to."""
        chain = chain_of(self.coroutine(identity)).coroutines
        own = [each for each in chain if self._user_code.is_user(interpreter.code_of(each))]
        return (own or chain)[-1]

    # --- rows and frames -----------------------------------------------------------------------------------------

    def row(self, coroutine: Coroutine, fact: TaskFact | None = None) -> Json:
        chain = chain_of(coroutine)
        state = interpreter.state_of(coroutine)
        row: Json = {
            "id": self._registry.id_of(coroutine),
            "kind": interpreter.kind_of(coroutine),
            "state": state,
            "name": self.title_of(chain),
        }
        if fact is not None:
            row["task"] = fact.name
        shown = next(
            (each for each in reversed(chain.coroutines) if self._user_code.is_user(interpreter.code_of(each))),
            coroutine,
        )
        frame = interpreter.frame_of(shown)
        if frame is None:
            code = interpreter.code_of(shown)
            row["location"] = line_location(code.co_filename, code.co_firstlineno)
            return row
        if state == "suspended":
            row["location"] = location(frame.f_code, position_at(frame.f_code, frame.f_lasti))
            point = suspension_at(frame.f_code, frame.f_lasti)
            if point is not None:
                row["suspension"] = point.kind
            waits_for = self.waits_for(chain)
            if waits_for:
                row["waitsFor"] = waits_for
        else:
            row["location"] = line_location(frame.f_code.co_filename, frame.f_lineno)
        return row

    def title_of(self, chain: coroutines.Chain) -> str:
        """What to call a root coroutine: by its own name, or that of the user's one which a library has wrapped in its own."""
        own = (each for each in chain.coroutines if self._user_code.is_user(interpreter.code_of(each)))
        return next(own, chain.coroutines[0]).__qualname__

    def place_of(self, coroutine: Coroutine) -> LocationDict | None:
        """Where a coroutine itself stands (``row`` tells it of the user's innermost); None once it is closed."""
        frame = interpreter.frame_of(coroutine)
        if frame is None:
            return None
        if interpreter.is_suspended(coroutine):
            return location(frame.f_code, position_at(frame.f_code, frame.f_lasti))
        return line_location(frame.f_code.co_filename, frame.f_lineno)

    def wait_of(self, chain: coroutines.Chain) -> Wait | None:
        """What the leaf of a chain waits for, the thing itself."""
        fact = self.task_of(chain.coroutines[0])
        waiter = tasks.waiter_of(fact) if fact is not None else None
        return waiting.wait_of(chain, waiter, tasks.all_tasks)

    def waits_for(self, chain: coroutines.Chain) -> str | None:
        """What the end of a chain is called: the library function awaited, else what the leaf is."""
        own = [self._user_code.is_user(interpreter.code_of(each)) for each in chain.coroutines]
        # A library's wrapper around the user's coroutine waits for that one only.
        wrappers = own.index(True) if True in own else 0
        for each in chain.coroutines[wrappers:]:
            code = interpreter.code_of(each)
            if not self._user_code.is_user(code):
                frame = interpreter.frame_of(each)
                module = frame.f_globals.get("__name__") if frame is not None else None
                package = module.partition(".")[0] if isinstance(module, str) else None
                name = code.co_qualname
                if frame is not None and code.co_name == "__aenter__":
                    # The class that has the method may be a base that nobody knows; the object is what is waited for.
                    manager: object = frame_locals.names_of(frame).get("self")
                    name = name if manager is None else class_name(class_of(manager))
                return f"{package}.{name}" if package else name
        if chain.leaf is None:
            return None
        target = tasks.behind_leaf(chain.leaf)
        types = tasks.task_types()
        if tasks.is_task(target, types):
            return tasks.describe(target, types).name
        return values.type_name(target)

    def _coroutine(self, frame: FrameType) -> Coroutine | None:
        return interpreter.coroutine_of(frame) if frame.f_code.co_flags & SUSPENDS else None

    def _frame(self, frame: FrameType, ident: int, first: bool) -> Json:
        coroutine = self._coroutine(frame)
        identity = self._remember(Shown(frame, coroutine, ident, first))
        code = frame.f_code
        position = position_at(code, frame.f_lasti)
        stop = self._world.stop
        if first and (
            (stop is not None and stop.frame is frame and stop.whole_line) or position.line != frame.f_lineno
        ):
            where = line_location(code.co_filename, frame.f_lineno)
        else:
            where = location(code, position)
        return self._frame_json(identity, frame, coroutine, where)

    def _suspended_frame(self, frame: FrameType, coroutine: Coroutine, root: Coroutine) -> Json:
        identity = self._remember(Shown(frame, coroutine, 0, False, root))
        code = frame.f_code
        if interpreter.is_suspended(coroutine):
            where = location(code, position_at(code, frame.f_lasti))
        else:
            where = line_location(code.co_filename, frame.f_lineno)
        return self._frame_json(identity, frame, coroutine, where)

    def _frame_json(self, identity: int, frame: FrameType, coroutine: Coroutine | None, where: object) -> Json:
        code = frame.f_code
        result: Json = {
            "id": identity,
            "name": coroutine.__qualname__ if coroutine is not None else code.co_qualname,
            "location": where,
            "user": self._user_code.is_user(code),
        }
        if coroutine is not None:
            result["coroutine"] = self._registry.id_of(coroutine)
        return result

    def _remember(self, shown: Shown) -> int:
        identity = self._next_frame
        self._next_frame += 1
        self._shown[identity] = shown
        return identity

    # --- who awaits ----------------------------------------------------------------------------------------------

    def tasks_by_root(self, found: Sifted) -> TasksByRoot:
        """Every task that is not done. ``found``: that of ``tasks.coroutines_and_tasks``."""
        by_root = TasksByRoot(found)
        # What was kept would live on while the program runs.
        self._tasks = by_root if self._world.stop is not None else None
        return by_root

    def awaiters_of(self, task: object) -> list[TaskFact]:
        if self._world.stop is None:
            return awaited_by.awaiters(task, tasks.all_tasks)
        known = self._awaiters.get(id(task))
        if known is None:
            known = self._awaiters[id(task)] = task, awaited_by.awaiters(task, tasks.all_tasks)
        return known[1]

    def task_of(self, coroutine: Coroutine) -> TaskFact | None:
        return self._tasks_of([coroutine]).get(coroutine)

    def _tasks_of(self, roots: list[Coroutine]) -> dict[Coroutine, TaskFact]:
        """The tasks among some coroutines, without a look at all the others."""
        current = tasks.current_task()
        if current is not None and any(each is current.coroutine for each in roots):
            return {} if current.coroutine is None else {current.coroutine: current}
        if self._tasks is not None and self._world.stop is not None:
            return self._tasks.among(roots)
        return tasks.rooted_in(roots)

    def logical_awaiter(self, coroutine: Coroutine) -> Coroutine | None:
        """The innermost coroutine of the user's that waits for the task which ``coroutine`` is the root of."""
        if not tasks.any_scheduler():
            return None
        current = tasks.current_task()
        if current is None or current.coroutine is not coroutine:
            return None
        for fact in self.awaiters_of(current.task):
            if fact.coroutine is None:
                continue
            for each in reversed(chain_of(fact.coroutine).coroutines):
                if self._user_code.is_user(interpreter.code_of(each)):
                    return each
        return None

    def _awaiting_segments(self, frames: list[FrameType]) -> list[Json]:
        """The logical stack of a running thread: who awaits the task it runs, on up to the root."""
        on_stack = [c for frame in frames if (c := self._coroutine(frame)) is not None]
        if not tasks.any_scheduler() or not on_stack:
            return []
        found = self._tasks_of(on_stack)
        fact = next((found[each] for each in on_stack if each in found), None)
        return [] if fact is None else self._segments_above(fact, {id(each) for each in on_stack})

    def _segments_above(self, fact: TaskFact | None, seen: set[int]) -> list[Json]:
        segments: list[Json] = []
        while fact is not None and len(segments) < 1000:
            by = self.awaiters_of(fact.task)
            if not by:
                break
            fact = by[0]
            coroutine = fact.coroutine
            if coroutine is None:
                break
            cycle = id(coroutine) in seen
            chain = [] if cycle else chain_of(coroutine).coroutines
            seen.update(id(each) for each in chain)
            created = self._created_at(coroutine)
            segments.append(
                {
                    **({} if created is None else {"createdAt": created}),
                    "relation": "awaitedBy",
                    "coroutine": self._registry.id_of(coroutine),
                    "name": self.title_of(chain_of(coroutine)),
                    "task": fact.name,
                    "cycle": cycle,
                    "frames": [
                        self._suspended_frame(frame, each, coroutine)
                        for each in reversed(chain)
                        if (frame := interpreter.frame_of(each)) is not None
                    ],
                }
            )
            if cycle:
                break
        return segments

    def resumer(self, coroutine: Coroutine) -> Json | None:
        """What drove a coroutine last, from its history; None when that was not recorded."""
        history = self._records.history_of(self._registry.id_of(coroutine))
        if history is None:
            return None
        events = [event for how in ("next", "send", "throw", "close") if (event := history.last.get(how)) is not None]
        if not events:
            return None
        return self._resumer_json(max(events, key=lambda event: event.seq))

    def delegator(self, coroutine: Coroutine) -> Coroutine | None:
        """The coroutine that stands at a ``yield from`` or ``await`` of this one, and passes on what it is sent."""
        for each in gc.get_referrers(coroutine):
            if interpreter.is_coroutine(each) and interpreter.delegate_of(each) is coroutine:
                return each
        return None

    def _resumer_json(self, event: Event) -> Json | None:
        if event.by is None:
            return None
        result: Json = {"how": event.what}
        text = value_text(event.value)
        if text is not None:
            result["value"] = text
        code, line = event.by
        loop = tasks.driver(code)
        if loop is not None:
            result["loop"] = loop
        else:
            result["location"] = line_location(code.co_filename, line)
        return result

    def _add_origin(self, result: Json, coroutine: Coroutine | None) -> None:
        """Who drove the root of a chain last, and where it was created."""
        if coroutine is None:
            return
        resumer = self.resumer(coroutine)
        if resumer is not None:
            result["resumedBy"] = resumer
        created = self._created_at(coroutine)
        if created is not None:
            result["createdAt"] = created

    def _created_at(self, coroutine: Coroutine) -> LocationDict | None:
        created = self._records.creation_of(self._registry.id_of(coroutine))
        return None if created is None else line_location(created[0].co_filename, created[1])


def _walk(frame: FrameType) -> list[FrameType]:
    frames: list[FrameType] = []
    current: FrameType | None = frame
    while current is not None:
        frames.append(current)
        current = current.f_back
    return frames
