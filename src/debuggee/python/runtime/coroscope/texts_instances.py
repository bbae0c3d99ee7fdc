"""Texts of instances of the program's own classes: exceptions, enum members, named tuples, data classes and the rest.

``Point(x=1, y=2)`` is composed from what the instance stores; no ``__repr__`` and no property takes part.
"""

from __future__ import annotations

from typing import Any

from coroscope import frozen
from coroscope.looking import (
    MISSING,
    TUPLE,
    class_attribute,
    class_module,
    class_name,
    class_of,
    find,
    instance_dict,
    is_a,
    mro,
)
from coroscope.shapes import Shape
from coroscope.texts_builtin import Render, enclosed, labelled
from coroscope.texts_code import plain_object_text

__builtins__ = frozen.BUILTINS

_exception_args = BaseException.__dict__["args"].__get__


def exception_text(render: Render, value: Any, room: int, depth: int) -> str:
    """``ValueError('x')``, from the arguments that ``BaseException`` itself keeps."""
    return enclosed(render, _exception_args(value), room, depth, class_name(class_of(value)) + "(", ")")


def is_enum_class(cls: type) -> bool:
    return any(class_name(base) == "Enum" and class_module(base) == "enum" for base in mro(cls))


def enum_text(render: Render, value: Any, room: int, depth: int) -> str | None:
    """``Color.RED``; ``Permission(6)`` for a combination of flags that has no name; None if it is no whole member."""
    attributes = instance_dict(value)
    if attributes is None:
        return None
    name = find(attributes, "_name_")
    if type(name) is str:
        return f"{class_name(class_of(value))}.{name[:room]}"
    number = find(attributes, "_value_")
    return None if number is MISSING else f"{class_name(class_of(value))}({render(number, room, depth - 1)})"


def field_names(cls: type) -> tuple[str, ...] | None:
    """The fields of a named tuple's class, if it is one."""
    found = class_attribute(cls, "_fields")
    if found is None or not is_a(found[0], tuple):
        return None
    fields: Any = found[0]
    names = tuple(TUPLE.__iter__(fields))
    return names if all(type(name) is str for name in names) else None


def named_tuple_text(render: Render, value: Any, room: int, depth: int) -> str | None:
    names = field_names(class_of(value))
    if names is None or len(names) != TUPLE.__len__(value):
        return None
    pairs = zip(names, TUPLE.__iter__(value), strict=True)
    return labelled(render, pairs, room, depth, class_name(class_of(value)) + "(", ")", "=")


def instance_text(render: Render, value: Any, shape: Shape, room: int, depth: int) -> str:
    """``Point(x=1, y=2)`` from the public names in the instance's dictionary and slots; else ``<module.Class object>``."""
    name = class_name(class_of(value))
    if depth <= 0:
        return f"{name}(…)"
    text = labelled(render, shape.stored(value), room, depth, name + "(", ")", "=")
    return plain_object_text(value) if len(text) == len(name) + 2 else text
