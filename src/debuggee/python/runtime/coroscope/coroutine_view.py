"""The ``Coroutine`` scope: everything known of one coroutine object, under fixed names, computed without running it.

What does not apply is left out; what is not known says why.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import coroutines, frame_locals, interpreter, raised_at, tasks, values
from .coroutines import Chain, Registry, chain_of
from .exchanges import NOTHING, Event, Text, value_text
from .interpreter import Coroutine, is_coroutine
from .pausing import World
from .positions import line_location, location, position_at, suspension_at
from .protocol import LocationDict
from .recording import Recorder
from .records import History
from .stacks import Stacks
from .variables import Entry, Listed, Node, Variables

_READ_ONLY = ("readOnly",)
_MAX_LISTED = 1000


class CoroutineView:
    def __init__(
        self, variables: Variables, registry: Registry, recorder: Recorder, stacks: Stacks, world: World
    ) -> None:
        self._variables = variables
        self._registry = registry
        self._recorder = recorder
        self._stacks = stacks
        self._world = world
        variables.teach(self._special, self.location_of, self._identify)

    def node(self, coroutine: Coroutine) -> Node:
        return Listed(lambda: self.entries(coroutine))

    def _special(self, value: object) -> Node | None:
        if is_coroutine(value):
            coroutine = value
            return Listed(lambda: [*self.entries(coroutine), *self._locals(coroutine)])
        types = tasks.task_types()
        if tasks.is_task(value, types):
            return Listed(lambda: self._task_entries(value))
        return None

    def location_of(self, value: object) -> LocationDict | None:
        """Where a coroutine stands, or an exception was raised."""
        types = tasks.task_types()
        if tasks.is_task(value, types):
            value = tasks.describe(value, types).coroutine
        return self._suspended_at(value)[1] if is_coroutine(value) else raised_at.place_of(value)

    def _identify(self, value: object) -> int | None:
        types = tasks.task_types()
        if tasks.is_task(value, types):
            value = tasks.describe(value, types).coroutine
        return self._registry.id_of(value) if is_coroutine(value) and interpreter.frame_of(value) is not None else None

    # --- the fields ----------------------------------------------------------------------------------------------

    def entries(self, coroutine: Coroutine) -> list[Entry]:
        state = interpreter.state_of(coroutine)
        identity = self._registry.id_of(coroutine)
        history = self._recorder.history_of(identity)
        entries = [
            _plain("kind", interpreter.kind_of(coroutine)),
            _plain("state", state),
            _plain("id", str(identity)),
        ]
        if state == "suspended":
            where, place = self._suspended_at(coroutine)
            entries.append(Entry("suspendedAt", where, None, None, None, _READ_ONLY, place))
        entries += self._exchanged(coroutine, state, history)
        if state == "suspended":
            entries += self._waiting(coroutine)
        entries += self._awaited_by(coroutine)
        entries += self._origins(coroutine, identity, state)
        if state == "closed":
            entries.append(self._result(history))
        if history is not None and history.events:
            entries.append(self._history(history))
        return [entry if entry.coroutine is not None else entry._replace(coroutine=identity) for entry in entries]

    def _suspended_at(self, coroutine: Coroutine) -> tuple[str, LocationDict | None]:
        frame = interpreter.frame_of(coroutine)
        if frame is None:
            return "", None
        code = frame.f_code
        if not interpreter.is_suspended(coroutine):
            place = line_location(code.co_filename, frame.f_lineno)
            return f"{place['name']}:{place['line']}", place
        point = suspension_at(code, frame.f_lasti)
        place = location(code, position_at(code, frame.f_lasti))
        return f"{point.kind if point else 'suspended'} · {place['name']}:{place['line']}", place

    def _exchanged(self, coroutine: Coroutine, state: str, history: History | None) -> list[Entry]:
        entries: list[Entry] = []
        passing = self._passing(coroutine)
        for name, what in (("yielded", "yield"), ("sent", "send"), ("thrown", "throw")):
            if name in passing:
                entries.append(self._variables.entry(name, passing[name], None, _READ_ONLY))
                continue
            event = history.last.get(what) if history is not None else None
            if name == "sent" and history is not None:
                event = _later(event, history.last.get("next"))
            elif name == "thrown" and history is not None:
                event = _later(event, history.last.get("close"))
            if event is not None:
                entries.append(self._of_event(name, event))
            elif state != "created" and name == "yielded":
                why = self._why_unknown(coroutine, history)
                if why and state == "suspended":
                    entries.append(_plain(name, why))
        if history is not None:
            more = (
                " (at least; too hot to count every one)"
                if history.sampled
                else " (at least; those before were dropped, see recordLimit)"
                if history.dropped
                else ""
            )
            entries.append(_plain("exchanges", f"{history.count}{more}"))
        elif state != "created":
            why = self._why_unknown(coroutine, history)
            if why:
                entries.append(_plain("exchanges", why))
        return entries

    def _passing(self, coroutine: Coroutine) -> dict[str, object]:
        """Values on their way through the suspension point the program is stopped at."""
        stop = self._world.stop
        if stop is None or not stop.passing or interpreter.coroutine_of(stop.frame) is not coroutine:
            return {}
        return stop.passing

    def _of_event(self, name: str, event: Event) -> Entry:
        if event.what == "close":
            return _plain(name, "GeneratorExit()", "GeneratorExit")
        if event.value is NOTHING:
            return _plain(name, "None", "NoneType")
        if type(event.value) is Text:
            return _plain(name, str(event.value))
        return self._variables.entry(name, event.value, None, _READ_ONLY)

    def _why_unknown(self, coroutine: Coroutine, history: History | None) -> str | None:
        if not interpreter.FINDS_COROUTINES:
            return "not recorded: this interpreter does not tell which coroutine a frame belongs to"
        if self._recorder.mode == "off":
            return "not recorded: recording is off"
        if self._recorder.is_hot(interpreter.code_of(coroutine)):
            return "not recorded: too hot"
        return "not recorded: not the user's code" if history is None else None

    def _waiting(self, coroutine: Coroutine) -> list[Entry]:
        entries: list[Entry] = []
        delegate = interpreter.delegate_of(coroutine)
        if delegate is not None:
            entries.append(self._variables.entry("delegate", delegate, None, _READ_ONLY))
        iterating, inside = coroutines.iterating_and_inside(coroutine)
        if iterating:
            entries.append(self._listed("iterating", iterating))
        entered = [block.manager for block in inside if not block.entering]
        if entered:
            entries.append(self._listed("inside", entered))
        chain = chain_of(coroutine)
        point = self._kind_of_suspension(coroutine)
        if point is not None and point != "yield":
            entries += self._awaiting(chain, point)
        return entries

    def _awaiting(self, chain: Chain, point: str) -> list[Entry]:
        """What the leaf of the chain waits for, down to the thing itself."""
        waits_for = self._stacks.waits_for(chain)
        wait = self._stacks.wait_of(chain)
        stop = self._world.stop
        if wait is None or stop is None:
            return [_plain("awaiting", waits_for)] if waits_for and point != "yield from" else []
        if point == "yield from" and wait.future is None:
            return []  # a plain iterator, which `delegate` shows; nobody is waited for
        text = wait.text(stop.at)
        text = f"{waits_for} · {text}" if waits_for and waits_for != text else text
        stands_alone = all(each is wait.future for each in wait.futures)
        if wait.future is not None and wait.future is wait.thing and stands_alone:
            return [self._variables.entry("awaiting", wait.future, None, _READ_ONLY)._replace(text=text)]
        inner: list[tuple[str, object]] = []
        if wait.thing is not None and wait.thing is not wait.future:
            inner.append((wait.through if wait.kind == "tasks" and wait.through else wait.kind, wait.thing))
        inner += [(f"[{index}]", each) for index, each in enumerate(wait.futures[:_MAX_LISTED])]
        if wait.future is not None:
            inner.append(("future", wait.future))
        return [self._group("awaiting", text, inner)] if inner else [_plain("awaiting", text)]

    def _kind_of_suspension(self, coroutine: Coroutine) -> str | None:
        frame = interpreter.frame_of(coroutine)
        point = suspension_at(frame.f_code, frame.f_lasti) if frame is not None else None
        return point.kind if point is not None else None

    def _listed(self, name: str, items: list[object]) -> Entry:
        text = ", ".join(values.text(item, 80) for item in items[:4]) + (", …" if len(items) > 4 else "")
        return self._group(name, text, [(f"[{index}]", item) for index, item in enumerate(items[:_MAX_LISTED])])

    def _group(self, name: str, text: str, named: list[tuple[str, object]], *hints: str) -> Entry:
        def make() -> list[Entry]:
            return [self._variables.entry(inner, value, None, _READ_ONLY) for inner, value in named]

        return Entry(name, text, None, Listed(make, len(named)), None, (*_READ_ONLY, *hints))

    def _awaited_by(self, coroutine: Coroutine) -> list[Entry]:
        fact = self._stacks.task_of(coroutine)
        if fact is None:
            return []
        waiting = self._stacks.awaiters_of(fact.task)
        if not waiting:
            return []
        text = ", ".join(
            f"{each.name} {each.coroutine.__qualname__ if each.coroutine else ''}".strip() for each in waiting[:4]
        )
        return [self._group("awaitedBy", text, [(each.name, each.task) for each in waiting[:_MAX_LISTED]])]

    def _origins(self, coroutine: Coroutine, identity: int, state: str) -> list[Entry]:
        entries: list[Entry] = []
        delegator = self._stacks.delegator(coroutine) if state == "suspended" else None
        resumer = self._stacks.resumer(coroutine)
        if delegator is not None:
            where, place = self._suspended_at(delegator)
            through = f"through {delegator.__qualname__}, {where.rpartition(' · ')[2]}"
            entries.append(Entry("resumedBy", through, None, None, None, _READ_ONLY, place))
        elif resumer is not None:
            place = resumer.get("location")
            where = resumer.get("loop") or (f"{place['name']}:{place['line']}" if place else "")
            how = f"{resumer['how']}({resumer.get('value', '')})"
            entries.append(
                Entry(
                    "resumedBy",
                    f"{how} at {where}" if place else f"{how} by {where}",
                    None,
                    None,
                    None,
                    _READ_ONLY,
                    place,
                )
            )
        created = self._recorder.creation_of(identity)
        if created is not None:
            place = line_location(created[0].co_filename, created[1])
            entries.append(Entry("createdAt", f"{place['name']}:{place['line']}", None, None, None, _READ_ONLY, place))
        else:
            entries.append(_plain("createdAt", "not recorded: creating it runs nothing that can be observed"))
        return entries

    def _result(self, history: History | None) -> Entry:
        returned = history.last.get("return") if history is not None else None
        raised = history.last.get("raise") if history is not None else None
        event = _later(returned, raised)
        if event is None:
            return _plain("result", "not recorded: it was closed without running, or recording missed its end")
        entry = self._of_event("result", event)
        return entry._replace(text=("returned " if event.what == "return" else "raised ") + entry.text)

    def _history(self, history: History) -> Entry:
        events = list(history.events)[::-1]
        lost = " (a sample; too hot to keep every one)" if history.sampled else ""
        return Entry(
            "history",
            f"the last {len(events)} events, newest first{lost}" if len(events) != 1 else f"one event{lost}",
            None,
            Listed(lambda: [_event_entry(event) for event in events], len(events)),
            None,
            ("readOnly", "virtual"),
        )

    def _locals(self, coroutine: Coroutine) -> list[Entry]:
        frame = interpreter.frame_of(coroutine)
        if frame is None:
            return []
        names = frame_locals.names_of(frame)
        return [self._group("locals", f"{len(names)} names", list(names.items()), "virtual")]

    def _task_entries(self, task: object) -> Sequence[Entry]:
        types = tasks.task_types()
        fact = tasks.describe(task, types)
        entries = [_plain("name", fact.name), _plain("task", tasks.outcome(task, types))]
        if fact.coroutine is not None:
            entries.append(self._variables.entry("coroutine", fact.coroutine, None, _READ_ONLY))
            entries += self._awaited_by(fact.coroutine)
        entries += [self._variables.entry(name, part, None, _READ_ONLY) for name, part in tasks.parts_of(task)]
        return entries


def _plain(name: str, text: str, type_: str | None = None) -> Entry:
    return Entry(name, text, type_, None, None, _READ_ONLY)


def _later(first: Event | None, second: Event | None) -> Event | None:
    if first is None or second is None:
        return first or second
    return first if first.seq > second.seq else second


def _event_entry(event: Event) -> Entry:
    text = value_text(event.value)
    if event.by is not None:
        place = line_location(event.by[0].co_filename, event.by[1])
        by = f" from {tasks.driver(event.by[0]) or f'{place["name"]}:{place["line"]}'}"
    else:
        by = ""
    call = f"{event.what}({text or ''})" if event.what in ("next", "send", "throw", "close") else f"{event.what} {text}"
    return Entry(f"#{event.seq}", f"{call} · line {event.line}{by}", None, None, None, _READ_ONLY)
