"""Texts of trio's tasks, nurseries and locks, composed from the fields they store."""

from __future__ import annotations

from typing import Any

from coroscope import frozen
from coroscope.looking import MISSING, class_name, class_of, find, instance_dict, plain, read_member
from coroscope.texts_builtin import Render

__builtins__ = frozen.BUILTINS


def _field(value: Any, owner: type, name: str) -> Any:
    """From a slot, or from the instance's own dictionary."""
    found = read_member(value, owner, name)
    names = instance_dict(value) if found is MISSING else None
    return found if names is None else find(names, name)


def _name(task: Any) -> str:
    return plain(_field(task, class_of(task), "name"))


def _task(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str:
    return f"<Task '{_name(value)}'>"


def _nursery(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str | None:
    children = _field(value, owner, "_children")
    if type(children) is not set:
        return None
    count: int = len(children)  # pyright: ignore[reportUnknownArgumentType]
    state = "closed" if _field(value, owner, "_closed") is True else f"{count} task{'' if count == 1 else 's'}"
    return f"<Nursery, {state}>"


def _event(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str:
    return f"<Event, {'set' if _field(value, owner, '_flag') is True else 'not set'}>"


def _lock(_: Render, value: Any, owner: type, _room: int, _depth: int) -> str | None:
    holder = _field(value, owner, "_owner")
    if holder is MISSING:
        return None
    return f"<{class_name(class_of(value))}, {'free' if holder is None else f"of '{_name(holder)}'"}>"


TRIO = {
    ("trio.lowlevel", "Task"): _task,
    ("trio", "Nursery"): _nursery,
    ("trio", "Event"): _event,
    ("trio", "Lock"): _lock,
    ("trio", "StrictFIFOLock"): _lock,
}
