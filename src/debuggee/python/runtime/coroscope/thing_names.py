"""What the program calls a lock or a queue: such objects have no name of their own, but a variable that holds them."""

from __future__ import annotations

from collections.abc import Iterable
from types import FrameType
from typing import Any

from . import values
from .frame_locals import names_of
from .looking import DICT, class_module, class_name, instance_dict, is_a
from .schedulers import of_a_library

_MAX_FRAMES = 2_000
_MAX_ITEMS = 1_000


def names_in(frames: Iterable[FrameType], wanted: set[int]) -> dict[int, str]:
    """From ``id`` to name, for those of ``wanted`` (ids) that a variable of these frames holds.

    A global name is the best, being the same for everybody; then an attribute (``Account.lock``); then a local name.
    Items of a list or dictionary count too (``forks[2]``).
    """
    found: list[dict[int, str]] = [{}, {}, {}]
    seen: set[int] = set()
    for count, frame in enumerate(frames):
        if count >= _MAX_FRAMES or len(found[0]) == len(wanted):
            break
        if id(frame.f_globals) not in seen:
            seen.add(id(frame.f_globals))
            _scan(frame.f_globals.items(), "", wanted, found[0])
        names = names_of(frame)
        owners: list[object] = list(names.values())[:_MAX_ITEMS]
        for owner in owners:
            skipped = id(owner) in seen or is_a(owner, type) or _is_librarys(owner)
            attributes = None if skipped else instance_dict(owner)
            if attributes is not None:
                seen.add(id(owner))
                _scan(DICT.items(attributes), class_name(type(owner)) + ".", wanted, found[1])
        _scan(names.items(), "", wanted, found[2])
    return {**found[2], **found[1], **found[0]}


def _is_librarys(owner: object) -> bool:
    """Whether what an object calls its parts says nothing to the user."""
    return of_a_library(class_module(type(owner)))


def _scan(items: Iterable[tuple[Any, Any]], prefix: str, wanted: set[int], found: dict[int, str]) -> None:
    for name, value in list(items)[:_MAX_ITEMS]:
        if type(name) is not str:
            continue
        if id(value) in wanted:
            found.setdefault(id(value), prefix + name)
        for key, item in _items(value):
            if id(item) in wanted:
                found.setdefault(id(item), f"{prefix}{name}[{key}]")


def _items(value: Any) -> list[tuple[str, Any]]:
    if type(value) is list or type(value) is tuple:
        few: list[Any] = list(value[:_MAX_ITEMS])  # pyright: ignore[reportUnknownArgumentType]
        return [(str(index), item) for index, item in enumerate(few)]
    if type(value) is dict and len(value) <= _MAX_ITEMS:  # pyright: ignore[reportUnknownArgumentType]
        entries: list[tuple[Any, Any]] = list(value.items())  # pyright: ignore[reportUnknownArgumentType]
        return [(values.text(key, 30), item) for key, item in entries]
    return []
