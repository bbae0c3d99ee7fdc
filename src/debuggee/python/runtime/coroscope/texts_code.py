"""Texts of functions, classes, modules, coroutines and the other objects that code consists of.

They say what and where (``<function talk.general at talk.py:12>``) and no address, so that the text of a value is the
same in every run. Attributes of these objects are read where their type is exactly one of CPython's own and the
attribute is a plain field: a builtin method's ``__qualname__``, for one, asks the metaclass of the object it is bound to.
"""

from __future__ import annotations

import types
from typing import Any

from coroscope import frozen
from coroscope.looking import MISSING, class_of, find, full_name, instance_dict, is_a, plain, read_member
from coroscope.texts_builtin import Render, Texter

__builtins__ = frozen.BUILTINS


def base_name(path: Any) -> str:
    """The file's name without its folders, for either kind of path separator."""
    if type(path) is not str:
        path = str.__getitem__(path, slice(None))  # of a subclass of str: as exactly a str
    return plain(path.replace("\\", "/").rpartition("/")[2])


def module_of_file(path: Any) -> str:
    """The module's name as far as the path of its source tells it; an empty text for ``<string>`` and the like."""
    if type(path) is not str or path.startswith("<"):
        return ""
    folder, _, file = path.replace("\\", "/").rpartition("/")
    stem = file.partition(".")[0]
    return plain(folder.rpartition("/")[2] if stem == "__init__" else stem)


def _place(code: types.CodeType) -> str:
    return f"{base_name(code.co_filename)}:{code.co_firstlineno}"


def _function_name(function: Any) -> str:
    qualname = plain(function.__qualname__)
    module = function.__module__
    return f"{plain(module)}.{qualname}" if is_a(module, str) else qualname


def function_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    return f"<function {_function_name(value)} at {_place(value.__code__)}>"


def method_text(render: Render, value: Any, room: int, depth: int) -> str:
    function = value.__func__
    if type(function) is types.FunctionType:
        return f"<bound method {_function_name(function)} at {_place(function.__code__)}>"
    return f"<bound method {render(function, room - 15, depth - 1) if depth > 0 else '…'}>"


def builtin_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    owner = value.__self__
    if owner is None or is_a(owner, types.ModuleType):
        module = value.__module__
        named = type(module) is str and module != "builtins"
        return f"<built-in function {module}.{value.__name__}>" if named else f"<built-in function {value.__name__}>"
    if is_a(owner, type):
        return f"<built-in method {full_name(owner)}.{value.__name__}>"
    return f"<built-in method {full_name(class_of(owner))}.{value.__name__}>"


def descriptor_text(word: str) -> Texter:
    def text(_: Render, value: Any, _room: int, _depth: int) -> str:
        return f"<{word} {full_name(value.__objclass__)}.{plain(value.__name__)}>"

    return text


def wrapping_text(word: str) -> Texter:
    """Of ``staticmethod`` and ``classmethod``: what they wrap."""

    def text(render: Render, value: Any, room: int, depth: int) -> str:
        return f"<{word} {render(value.__func__, room - len(word) - 3, depth - 1) if depth > 0 else '…'}>"

    return text


def property_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    getter = value.fget
    return f"<property {_function_name(getter)}>" if type(getter) is types.FunctionType else "<property>"


def class_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    return f"<class '{full_name(value)}'>"


def module_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    attributes = instance_dict(value)
    name = MISSING if attributes is None else find(attributes, "__name__")
    file = MISSING if attributes is None else find(attributes, "__file__")
    where = f" from '{base_name(file)}'" if is_a(file, str) else ""
    return f"<module '{plain(name)}'{where}>"


def code_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    return f"<code {plain(value.co_qualname)} at {_place(value)}>"


def frame_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    code = value.f_code
    return f"<frame {plain(code.co_qualname)} at {base_name(code.co_filename)}:{value.f_lineno}>"


def traceback_text(_: Render, value: Any, _room: int, _depth: int) -> str:
    code = value.tb_frame.f_code
    return f"<traceback at {base_name(code.co_filename)}:{value.tb_lineno} in {plain(code.co_qualname)}>"


def cell_text(render: Render, value: Any, room: int, depth: int) -> str:
    try:
        inside = value.cell_contents
    except ValueError:
        return "<cell, empty>"
    return f"<cell {render(inside, room - 7, depth - 1) if depth > 0 else '…'}>"


def alias_text(render: Render, value: Any, room: int, depth: int) -> str:
    """``list[int]``: the alias forwards most attributes to what it is of, but its own fields are read from its type."""
    origin = read_member(value, types.GenericAlias, "__origin__")
    arguments = read_member(value, types.GenericAlias, "__args__")
    if not is_a(origin, type) or class_of(arguments) is not tuple:
        return "<types.GenericAlias object>"
    pieces = [
        full_name(item) if is_a(item, type) else render(item, room // 2, depth - 1) if depth > 0 else "…"
        for item in arguments[:4]
    ]
    return f"{full_name(origin)}[{', '.join(pieces + ['…'] * (len(arguments) > 4))}]"


def coroutine_text(word: str, prefix: str) -> Texter:
    """Of generators, coroutines and async generators: name, state and the line it stands in; nothing is advanced.

    ``ag_running`` says that an ``asend()`` is under way, also while that one is suspended: so "suspended" is asked first.
    """
    frame_name, code_name, running_name = prefix + "_frame", prefix + "_code", prefix + "_running"
    suspended_name = prefix + "_suspended"

    def text(_: Render, value: Any, _room: int, _depth: int) -> str:
        frame = getattr(value, frame_name)
        code = getattr(value, code_name)
        module = module_of_file(code.co_filename)
        name = f"{module}.{plain(value.__qualname__)}" if module else plain(value.__qualname__)
        if frame is None:
            return f"<{word} {name}, closed>"
        if getattr(value, suspended_name):
            return f"<{word} {name}, suspended at line {frame.f_lineno}>"
        state = f"running at line {frame.f_lineno}" if getattr(value, running_name) else "created"
        return f"<{word} {name}, {state}>"

    return text


def plain_object_text(value: Any) -> str:
    """What can always be said: ``<module.Class object>``."""
    return f"<{full_name(class_of(value))} object>"


def _types() -> dict[int, Texter]:
    texts: dict[type, Texter] = {
        types.FunctionType: function_text,
        types.MethodType: method_text,
        types.BuiltinFunctionType: builtin_text,
        types.MethodWrapperType: builtin_text,
        types.WrapperDescriptorType: descriptor_text("slot"),
        types.MethodDescriptorType: descriptor_text("method"),
        types.ClassMethodDescriptorType: descriptor_text("class method"),
        types.GetSetDescriptorType: descriptor_text("attribute"),
        types.MemberDescriptorType: descriptor_text("member"),
        staticmethod: wrapping_text("staticmethod"),
        classmethod: wrapping_text("classmethod"),
        property: property_text,
        type: class_text,
        types.ModuleType: module_text,
        types.CodeType: code_text,
        types.FrameType: frame_text,
        types.TracebackType: traceback_text,
        types.CellType: cell_text,
        types.GenericAlias: alias_text,
        types.GeneratorType: coroutine_text("generator", "gi"),
        types.CoroutineType: coroutine_text("coroutine", "cr"),
        types.AsyncGeneratorType: coroutine_text("async generator", "ag"),
    }
    return {id(cls): texter for cls, texter in texts.items()}


TEXTS: dict[int, Texter] = _types()
"""By the ``id`` of the exact type: as a dictionary key, a class could run the ``__hash__`` of its metaclass."""
