"""What differs between CPython versions, and what only CPython's insides tell. Each case is named here and only here.

- **Frame to coroutine object.** ``frame.f_generator`` from 3.14. On 3.12 and 3.13 the interpreter's frame is embedded
  in the generator, so the distance between the two is measured once on a generator of our own and checked on a second
  one (``PyFrameObject.f_frame`` lies behind the object header and ``f_back``). Where the check fails, the coroutine of
  a frame is not known and everything that rests on it says so.
- **Evaluation stack.** ``gc.get_referents(coroutine)`` visits name, qualified name, the frame object if there is one,
  function, code, the bound locals and cells, the evaluation stack from the bottom, and last the exception being
  handled, if there is one (``gen_traverse`` and ``_PyFrame_Traverse`` in CPython's genobject.c and frame.c).
- **Value sent.** It is no argument of ``PY_RESUME``, but at that moment it lies on top of the evaluation stack.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncGenerator, Callable, Container, Generator
from opcode import opmap
from operator import attrgetter, index
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    WrapperDescriptorType,
)
from typing import Any, TypeGuard

from .looking import class_of

type Coroutine = GeneratorType[Any, Any, Any] | CoroutineType[Any, Any, Any] | AsyncGeneratorType[Any, Any]

# By address: looking a class up by hash would run the __hash__ of a user's metaclass.
_COROUTINE_TYPES = frozenset(map(id, (GeneratorType, CoroutineType, AsyncGeneratorType)))


def is_coroutine(value: object) -> TypeGuard[Coroutine]:
    return id(type(value)) in _COROUTINE_TYPES


def are_coroutines(values: list[Any]) -> bool:
    """Whether all of them are."""
    return _COROUTINE_TYPES.issuperset(map(id, map(class_of, values)))


_RESUME = opmap["RESUME"]
_GET_AWAITABLE = opmap["GET_AWAITABLE"]

CO_OPTIMIZED = 0x1
CO_GENERATOR = 0x20
CO_COROUTINE = 0x80
CO_ASYNC_GENERATOR = 0x200
SUSPENDS = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR

get_referents = gc.get_referents


def _embedded_frame_lookup() -> tuple[Callable[[FrameType], Any], Callable[[FrameType], int]] | None:
    """Finds the generator of a frame by address on 3.12 and 3.13; None where the layout is not the expected one."""
    try:
        import ctypes
    except ImportError:
        return None

    def probe() -> Generator[FrameType]:
        yield sys._getframe()

    word = ctypes.sizeof(ctypes.c_void_p)
    field = object.__basicsize__ + word  # behind the header and f_back
    read = ctypes.c_void_p.from_address

    def distance(generator: Generator[FrameType]) -> int:
        return (read(id(next(generator)) + field).value or 0) - id(generator)

    first, second = probe(), probe()
    offset = distance(first)
    if not 0 < offset < 512 or distance(second) != offset:
        return None
    cast = ctypes.cast
    py_object = ctypes.py_object

    def key(frame: FrameType) -> int:
        if not frame.f_code.co_flags & SUSPENDS:
            return 0
        return (read(id(frame) + field).value or offset) - offset

    def coroutine(frame: FrameType) -> Any:
        address = key(frame)
        return cast(address, py_object).value if address else None

    return coroutine, key


if sys.version_info >= (3, 14):
    _attribute: Callable[[FrameType], Any] = attrgetter("f_generator")  # half the cost of a function that says so

    def _attribute_key(frame: FrameType) -> int:
        generator = frame.f_generator  # type: ignore[attr-defined, unused-ignore]  # pyright: ignore
        return 0 if generator is None else id(generator)  # pyright: ignore[reportUnknownArgumentType]

    _lookup: tuple[Callable[[FrameType], Any], Callable[[FrameType], int]] | None = (_attribute, _attribute_key)
else:
    _lookup = _embedded_frame_lookup()

FINDS_COROUTINES = _lookup is not None
"""Whether the coroutine of a running frame can be found at all."""


def _unknown(frame: FrameType) -> Any:
    return None


coroutine_of: Callable[[FrameType], Coroutine | None] = _lookup[0] if _lookup else _unknown
"""The coroutine object a frame belongs to; None for a plain function, or where it cannot be known.

Only for frames that run or are suspended, never for one still being created.
"""


HANDLES_ARE_OBJECTS = sys.version_info >= (3, 14)
handle_of: Callable[[FrameType], Any] = coroutine_of if HANDLES_ARE_OBJECTS or not _lookup else _lookup[1]
"""The quickest that tells a frame's coroutine: itself, or before 3.14 its address (a third of the cost); else None or 0."""
address_of_handle: Callable[[Any], int] = id if HANDLES_ARE_OBJECTS or not _lookup else index


def kind_of(coroutine: Coroutine) -> str:
    """``generator``, ``coroutine`` or ``async generator``."""
    exact = type(coroutine)
    if exact is GeneratorType:
        return "generator"
    return "coroutine" if exact is CoroutineType else "async generator"


def frame_of(coroutine: Coroutine) -> FrameType | None:
    """The frame of a coroutine; None once it is closed."""
    if isinstance(coroutine, GeneratorType):
        return coroutine.gi_frame
    if isinstance(coroutine, CoroutineType):
        return coroutine.cr_frame
    return coroutine.ag_frame


def code_of(coroutine: Coroutine) -> CodeType:
    if isinstance(coroutine, GeneratorType):
        return coroutine.gi_code
    if isinstance(coroutine, CoroutineType):
        return coroutine.cr_code
    return coroutine.ag_code


_leaving: list[Coroutine] = []


def set_leaving(coroutine: Coroutine | None) -> None:
    """Names the coroutine that a stop has caught in its ``yield``; None when the program goes on.

    3.12 and 3.13 mark it suspended before PY_YIELD is reported, 3.14 and later only afterwards.
    """
    _leaving[:] = [] if coroutine is None else [coroutine]


def leaving() -> Coroutine | None:
    """The coroutine that a stop has caught in its ``yield``."""
    return _leaving[0] if _leaving else None


def is_running(coroutine: Coroutine) -> bool:
    if _leaving and _leaving[0] is coroutine:
        return True
    if isinstance(coroutine, GeneratorType):
        return coroutine.gi_running
    if isinstance(coroutine, CoroutineType):
        return coroutine.cr_running
    # ag_running says that an asend() is under way, also while that one is suspended in an await.
    return not coroutine.ag_suspended and coroutine.ag_frame is not None and coroutine.ag_frame.f_back is not None


def is_suspended(coroutine: Coroutine) -> bool:
    if _leaving and _leaving[0] is coroutine:
        return False
    if isinstance(coroutine, GeneratorType):
        return coroutine.gi_suspended
    if isinstance(coroutine, CoroutineType):
        return coroutine.cr_suspended
    return coroutine.ag_suspended


def state_of(coroutine: Coroutine) -> str:
    """``created``, ``running``, ``suspended`` or ``closed``."""
    if is_suspended(coroutine):
        return "suspended"
    if frame_of(coroutine) is None:
        return "closed"
    return "running" if is_running(coroutine) else "created"


def raw_delegate(coroutine: Coroutine) -> object | None:
    """What a suspended coroutine delegates to, as the interpreter holds it (``gi_yieldfrom``, ``cr_await``, ``ag_await``).

    On 3.12 one that runs must not be asked: where its delegate has just been left by an exception thrown in, the
    interpreter takes what lies on the stack for it (``_PyGen_yf`` in genobject.c looks at the instruction alone).
    """
    if sys.version_info < (3, 13) and is_running(coroutine):
        return None
    if isinstance(coroutine, GeneratorType):
        return coroutine.gi_yieldfrom
    if isinstance(coroutine, CoroutineType):
        return coroutine.cr_await
    return coroutine.ag_await


async def _async_generator_probe() -> AsyncGenerator[None]:
    yield


async def _coroutine_probe() -> None:
    return None


def _awaitable_types() -> dict[int, type]:
    """Internal awaitables that only pass on to one coroutine, and the type of what they pass on to."""
    generator = _async_generator_probe()
    awaitables = (generator.asend(None), generator.athrow(GeneratorExit), generator.aclose())
    coroutine = _coroutine_probe()
    wrapper = coroutine.__await__()
    types: dict[int, type] = {id(type(awaitable)): AsyncGeneratorType for awaitable in awaitables}
    types[id(type(wrapper))] = CoroutineType
    for awaitable in awaitables:
        awaitable.close()
    wrapper.close()  # type: ignore[attr-defined, unused-ignore]  # pyright: ignore
    coroutine.close()
    return types


PASSING_ON = _awaitable_types()


def unwrap_awaitable(value: object) -> object:
    """Sees through ``asend()``, ``athrow()``, ``aclose()`` and ``coroutine.__await__()`` to their coroutine."""
    wanted = PASSING_ON.get(id(type(value)))
    if wanted is None:
        return value
    for referent in get_referents(value):
        if type(referent) is wanted:
            return referent
    return value


def delegate_of(coroutine: Coroutine) -> object | None:
    """What a suspended coroutine has handed control to, internal wrappers seen through; None at a plain ``yield``."""
    delegate = raw_delegate(coroutine)
    return None if delegate is None else unwrap_awaitable(delegate)


def unwrap_yielded(value: object) -> tuple[object, bool]:
    """The value of a PY_YIELD event, and whether it is an async generator's own ``yield`` (not its ``await``).

    The interpreter wraps such a value in a type that no module names (cpython#129013).
    """
    if type(value).__name__ == "async_generator_wrapped_value":
        inside = get_referents(value)
        return (inside[0] if inside else None), True
    return value, False


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
    if sys.version_info >= (3, 13) or _lookup is None:
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


def evaluation_stack(coroutine: Coroutine) -> list[object]:
    """The temporaries of a suspended coroutine from the bottom: iterators of its loops, exits of its with blocks, its delegate."""
    from .frame_locals import names_of  # which builds on this module

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
