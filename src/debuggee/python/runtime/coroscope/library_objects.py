"""What the objects of a library that is written in Python (or, as ``_asyncio``, partly in C) store, without running anything.

A class of the user's may derive from one of them and override anything, so a field is taken from where the library's own
code keeps it, and classes are compared by identity: trio's and anyio's have metaclasses with an ``__instancecheck__``.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any

from .looking import MISSING, class_attribute, class_module, class_of, find, instance_dict, is_immutable, mro, namespace


def loaded_class(module: str, name: str) -> type | None:
    """A class of a library's, if the program has imported it: the runtime imports nothing of the kind."""
    found = getattr(sys.modules.get(module), name, None)
    return found if isinstance(found, type) else None


def is_instance(value: object, module: str, name: str) -> bool:
    base = loaded_class(module, name)
    return base is not None and is_of(value, base)


def is_of(value: object, base: type) -> bool:
    """Whether a value's class is ``base`` or derives from it, whatever the metaclass says."""
    kind = type(value)
    return kind is base or any(each is base for each in mro(kind))


_subclasses: Callable[[type], list[type]] = type.__subclasses__


def instances(*classes: type) -> list[Any]:
    """Every object whose class is one of these or derives from one. (Classes that are written in C have no trace.)

    An object of a Python class refers to its class, so one pass of ``gc.get_referrers`` in C finds the instances of
    several classes at once, at about a tenth of the price of looking at every object.
    """
    wanted = family(*classes)
    addresses = {id(each) for each in wanted}
    return [found for found in gc.get_referrers(*wanted) if id(class_of(found)) in addresses]


def family(*classes: type) -> list[type]:
    """These classes and all that derive from one of them."""
    found: list[type] = []
    for each in classes:
        if not any(each is known for known in found):
            found.append(each)
    for each in found:
        found += [derived for derived in _subclasses(each) if not any(derived is known for known in found)]
    return found


def field(value: object, name: str) -> Any:
    """A field of a library's own object; None where there is no such field, or it is empty."""
    for base in mro(type(value)):
        names = namespace(base)
        # A class written in C has text keys only and needs no look at each of them.
        descriptor: Any = names.get(name) if is_immutable(base) else find(names, name)
        own_getter = type(descriptor) is GetSetDescriptorType and class_module(base) == "_asyncio"
        if own_getter or type(descriptor) is MemberDescriptorType:
            try:
                return descriptor.__get__(value)
            except AttributeError:
                return None
    attributes = instance_dict(value)
    if attributes is not None:
        found = find(attributes, name)
        return None if found is MISSING else found
    if class_attribute(type(value), name) is not None:
        return None
    # 3.12's futures have a dictionary that no descriptor of their class gives; nothing else can be found here.
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        return None


def module_of(frame: Any) -> str:
    """The module that a frame's code belongs to; empty where it says none."""
    name = frame.f_globals.get("__name__") if frame is not None else None
    return name if type(name) is str else ""
