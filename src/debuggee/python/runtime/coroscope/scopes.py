"""The scopes of a frame: ``Coroutine``, ``Locals``, ``Exception`` where the program stopped at one, ``Closure`` and ``Globals``."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType

from . import children, frame_locals
from .coroutine_view import CoroutineView
from .pausing import Stop, World
from .protocol import Json
from .stacks import Shown
from .variables import Entry, Listed, Node, OfValue, Setter, Variables


class Scopes:
    def __init__(self, variables: Variables, view: CoroutineView, world: World) -> None:
        self._variables = variables
        self._world = world
        self._view = view
        self._frames: dict[int, FrameType] = {}
        self._latest: FrameType | None = None

    def forget(self, stop: Stop) -> None:
        self._frames.clear()
        self._latest = None

    def frame_of(self, reference: int) -> FrameType | None:
        """The frame that a scope belongs to; for what lies deeper, the frame whose scopes were shown last."""
        return self._frames.get(reference, self._latest)

    def of(self, shown: Shown) -> list[Json]:
        frame = shown.frame
        scopes: list[Json] = []
        if shown.coroutine is not None:
            node = self._view.node(shown.coroutine)
            reference = self._variables.reference(node)
            scopes.append({"name": "Coroutine", "hint": "coroutine", "ref": reference, "expensive": False})
        function = frame_locals.is_function(frame)
        own: Node = Listed(lambda: self._locals(frame)) if function else self._module_like(frame, frame.f_locals)
        scopes.append({"name": "Locals", "hint": "locals", "ref": self._variables.reference(own), "expensive": False})
        stop = self._world.stop
        if stop is not None and stop.exception is not None and stop.frame is frame:
            node = OfValue(stop.exception, None, self._variables.entry)
            scopes.append({"name": "Exception", "ref": self._variables.reference(node), "expensive": False})
        if frame.f_code.co_freevars:
            closure = Listed(lambda: self._names(frame, frame.f_code.co_freevars))
            scopes.append({"name": "Closure", "ref": self._variables.reference(closure), "expensive": False})
        if frame.f_locals is not frame.f_globals:
            reference = self._variables.reference(self._module_like(frame, frame.f_globals))
            scopes.append({"name": "Globals", "hint": "globals", "ref": reference, "expensive": True})
        self._latest = frame
        self._frames.update((scope["ref"], frame) for scope in scopes)
        return scopes

    def _locals(self, frame: FrameType) -> Sequence[Entry]:
        code = frame.f_code
        names = [*code.co_varnames, *(name for name in code.co_cellvars if name not in code.co_varnames)]
        bound = frame_locals.names_of(frame)
        names += [name for name in list(bound) if name not in names and name not in code.co_freevars]
        return self._names(frame, names)

    def _names(self, frame: FrameType, names: Sequence[str]) -> list[Entry]:
        bound = frame_locals.names_of(frame)
        entries: list[Entry] = []
        for name in names:
            if name not in bound:
                continue
            evaluate = name if name.isidentifier() else None
            entries.append(self._variables.entry(name, bound[name], evaluate, (), self._setter(frame, name)))
        return entries

    def _setter(self, frame: FrameType, name: str) -> Setter | str:
        if not name.isidentifier():
            return "It is the interpreter's own."
        return lambda value: frame_locals.assign(frame, name, value)

    def _module_like(self, frame: FrameType, names: dict[str, object]) -> Node:
        return OfValue(children.Namespace(names), "", self._variables.entry)
