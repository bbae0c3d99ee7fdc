"""What lies on the evaluation stack of a suspended coroutine, as far as CPython shows it.

- ``gc.get_referents(coroutine)`` visits name, qualified name, the frame object if there is one, function, code, the bound
  locals and cells, the evaluation stack from the bottom, and last the exception being handled, if there is one
  (``gen_traverse`` and ``_PyFrame_Traverse`` in CPython's genobject.c and frame.c).
- The value sent is no argument of ``PY_RESUME``, but at that moment it lies on top.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Container
from opcode import opmap
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    WrapperDescriptorType,
)

from .frame_locals import names_of
from .interpreter import (
    CO_ASYNC_GENERATOR,
    CO_COROUTINE,
    FINDS_COROUTINES,
    Coroutine,
    frame_of,
    get_referents,
)

_RESUME = opmap["RESUME"]
_GET_AWAITABLE = opmap["GET_AWAITABLE"]


def _handled_offsets(code: CodeType) -> frozenset[int]:
    """Offsets of the instructions that run while the frame handles an exception.

    Follows the control flow and counts PUSH_EXC_INFO and POP_EXCEPT; a handler starts where the exception table says.
    """
    try:
        import dis
    except ImportError:  # at the interpreter's end: what is sent into such a block is not told right there
        return _NOWHERE

    instructions = list(dis.get_instructions(code))
    position = {instruction.offset: index for index, instruction in enumerate(instructions)}
    depth: dict[int, int] = {}
    # A handler is entered with the depth of the code it protects; its own PUSH_EXC_INFO adds one.
    table = dis._parse_exception_table(code)  # type: ignore[attr-defined]  # pyright: ignore
    pending = [(0, 0)]
    jumps = set(dis.hasjrel) | set(dis.hasjabs)
    while pending:
        index, level = pending.pop()
        while index < len(instructions):
            instruction = instructions[index]
            offset = instruction.offset
            if offset in depth:
                break
            depth[offset] = level
            for entry in table:  # pyright: ignore
                if entry.start <= offset < entry.end:  # pyright: ignore
                    # lasti is pushed by the clean-up handlers of an except or with block, which run one level in.
                    target = position.get(entry.target)  # pyright: ignore
                    if target is not None:
                        pending.append((target, level - 1 if entry.lasti and level else level))  # pyright: ignore
            name = instruction.opname
            if name == "PUSH_EXC_INFO":
                level += 1
            elif name == "POP_EXCEPT":
                level = max(0, level - 1)
            if instruction.opcode in jumps:
                target = position.get(instruction.argval)
                if target is not None:
                    pending.append((target, level))
            if name in (
                "RETURN_VALUE",
                "RETURN_CONST",
                "RAISE_VARARGS",
                "RERAISE",
                "JUMP_FORWARD",
                "JUMP_BACKWARD",
            ) or (name == "JUMP_BACKWARD_NO_INTERRUPT"):
                break
            index += 1
    return frozenset(offset for offset, level in depth.items() if level > 0)


class _Everywhere:
    """Contains every offset: where only the coroutine itself tells."""

    def __contains__(self, offset: object) -> bool:
        return True


# By address with the code itself beside it: hashing a code object goes through all of its instructions.
_handled_cache: dict[int, tuple[CodeType, Container[int]]] = {}
_NOWHERE: frozenset[int] = frozenset()
_EVERYWHERE = _Everywhere()


def handled_offsets(code: CodeType) -> Container[int]:
    """Offsets at which a suspended frame of ``code`` may be inside an ``except`` or clean-up block. Often empty, hence false."""
    if sys.version_info < (3, 13):
        return _EVERYWHERE
    cached = _handled_cache.get(id(code))
    if cached is not None and cached[0] is code:
        return cached[1]
    instructions = code.co_code
    resumed = [offset for offset in range(0, len(instructions), 2) if instructions[offset] == _RESUME]
    handled: Container[int] = _NOWHERE
    if code.co_exceptiontable and len(resumed) > 1:
        handled = _handled_offsets(code)
        handled = handled if any(offset in handled for offset in resumed) else _NOWHERE
    if len(_handled_cache) > 4096:
        _handled_cache.clear()
    _handled_cache[id(code)] = (code, handled)
    return handled


def _exception_slot_reader() -> Callable[[Coroutine], bool] | None:
    """3.12 leaves None in a coroutine's exception slot once it has handled one, and visits it: look whether it is empty.

    The slot lies before two words and eight bytes of flags in front of the embedded frame.
    """
    if sys.version_info >= (3, 13) or not FINDS_COROUTINES:
        return None
    import ctypes

    read = ctypes.c_void_p.from_address
    head = object.__basicsize__ + 3 * ctypes.sizeof(ctypes.c_void_p)

    def filled(coroutine: Coroutine) -> bool:
        return read(id(coroutine) + head).value is not None

    return filled


_exception_slot_filled = _exception_slot_reader()


def visits_exception(coroutine: Coroutine, code: CodeType, offset: int) -> bool:
    """Whether ``gc.get_referents`` of the coroutine ends with the exception slot in place of the evaluation stack."""
    if _exception_slot_filled is not None:
        return _exception_slot_filled(coroutine)
    return offset in handled_offsets(code)


def entries(coroutine: Coroutine) -> list[object]:
    """The temporaries of a suspended coroutine from the bottom: iterators of its loops, exits of its with blocks, its delegate."""
    frame = frame_of(coroutine)
    if frame is None:
        return []
    code = frame.f_code
    names = names_of(frame)
    cells = set(code.co_cellvars)
    bound = sum(1 for name in code.co_varnames if name not in cells and name in names)
    bound += len(cells) + len(code.co_freevars)
    referents = get_referents(coroutine)
    start = next((index + 1 for index, value in enumerate(referents[:7]) if value is code), len(referents))
    stack = referents[start + bound :]
    if stack and visits_exception(coroutine, code, frame.f_lasti):
        stack.pop()
    return stack


def sent_value(coroutine: Coroutine, code: CodeType, offset: int) -> object:
    """In a PY_RESUME callback at ``offset``: the value that came in (also where the program throws it away)."""
    referents = get_referents(coroutine)
    return referents[-2] if visits_exception(coroutine, code, offset) else referents[-1]


_AWAIT_SIZE = (
    12  # bytes from GET_AWAITABLE over a constant (or PUSH_NULL), SEND with its cache and YIELD_VALUE to RESUME
)


def enters_block(coroutine: Coroutine) -> bool:
    """Whether it stands at the ``await`` of an ``__aenter__``: its innermost ``with`` block is wanted, not open yet.

    The argument of the GET_AWAITABLE before the suspension tells (``dis``: 1 after ``__aenter__``, 2 after ``__aexit__``).
    """
    frame = frame_of(coroutine)
    if frame is None or not frame.f_code.co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR):
        return False
    instructions = frame.f_code.co_code
    for offset in range(frame.f_lasti, max(-1, frame.f_lasti - _AWAIT_SIZE - 2), -2):
        if instructions[offset] == _GET_AWAITABLE:
            return instructions[offset + 1] == 1
    return False


_BOUND_TYPES = frozenset(map(id, (MethodType, BuiltinFunctionType, MethodWrapperType)))
_CALLABLE_TYPES = frozenset(
    map(id, (FunctionType, BuiltinFunctionType, MethodWrapperType, WrapperDescriptorType, MethodDescriptorType))
)


def exit_owner(stack: list[object], index: int) -> tuple[object, int] | None:
    """If ``stack[index]`` is the exit of an open ``with`` block: its context manager, and how many entries it takes.

    A bound ``__exit__``/``__aexit__`` on 3.12 and 3.13; the function and the object on 3.14 and 3.15.
    """
    entry = stack[index]
    name = _method_name(entry)
    if name not in ("__exit__", "__aexit__"):
        return None
    if id(type(entry)) in _BOUND_TYPES:
        return entry.__self__, 1  # type: ignore[attr-defined]  # pyright: ignore
    if index + 1 < len(stack):
        return stack[index + 1], 2
    return None


def _method_name(value: object) -> str | None:
    if type(value) is MethodType:
        value = value.__func__
    return value.__name__ if id(type(value)) in _CALLABLE_TYPES else None  # type: ignore[attr-defined]  # pyright: ignore
