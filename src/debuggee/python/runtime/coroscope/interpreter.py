"""What differs between CPython versions, and what only CPython's insides tell. Each case is named here, or for what lies
on a coroutine's evaluation stack in ``evaluation_stack``, and only there.

- **Frame to coroutine object.** ``frame.f_generator`` from 3.14. On 3.12 and 3.13 the interpreter's frame is embedded
  in the generator, so the distance between the two is measured once on a generator of our own and checked on a second
  one (``PyFrameObject.f_frame`` lies behind the object header and ``f_back``). Where the check fails, the coroutine of
  a frame is not known and everything that rests on it says so.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from operator import attrgetter, index
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
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
