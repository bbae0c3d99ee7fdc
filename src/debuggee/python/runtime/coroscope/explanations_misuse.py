"""Errors of code that takes one thing for another: a coroutine for its result, an iterator for an asynchronous one.

Messages of CPython 3.12 to 3.15; where a version words one differently, the pattern names both.
"""

from __future__ import annotations

import re

from . import interpreter
from .explained import Cases, Explanation, Place, Subject, at, places, sentence, subject
from .interpreter import is_coroutine, kind_of
from .looking import class_attribute, class_name, class_of
from .raised_at import RaisedAt

CASES = Cases()

_TYPE = "(async_generator|generator|coroutine)"

_attribute_owner = AttributeError.__dict__["obj"].__get__


def _value(raised: RaisedAt, kind: str) -> Subject:
    """The coroutine that was taken for something else; where it has no name, the call that made it in place."""
    found = subject(raised, kind)
    return found if found.coroutine is not None else found._replace(origin=raised.call)


# Until 3.13 the first wording, from 3.14 the second.
@CASES.of(TypeError, message="object (.+) can't be used in 'await' expression|'(.+)' object can't be awaited")
def _not_awaitable(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    kind = match[1] or match[2]
    what = f"The value after 'await' is of type '{kind}', which is not awaitable."
    if kind in ("async_generator", "generator"):
        it = _value(raised, kind.replace("_", " "))
        text = it.origin or it.text
        do = (
            f"Iterate over it with 'async for value in {text}', or take one value with 'await anext(…)'."
            if kind == "async_generator"
            else "Make its function 'async def' and its 'yield from' an 'await', or iterate over it with 'for'."
        )
        return Explanation(what, do, it.coroutine, places(it.stands, it.defined))
    if kind in ("function", "method", "type"):
        return Explanation(what, "Call it: the 'await' belongs in front of what the call gives.")
    if kind in ("list", "tuple", "set"):
        return Explanation(what, "Await its members, all at once with 'await asyncio.gather(*…)'.")
    if kind == "NoneType":
        return Explanation(what, "Leave out 'await' if the function is a plain 'def', or have it return its awaitable.")
    return Explanation(what, "Leave out 'await' if the value is there already, or make its function 'async def'.")


@CASES.of(TypeError, message="'async for' requires an object with __aiter__ method, got (.+)")
def _not_async_iterable(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    if match[1] == "coroutine":
        it = _value(raised, "coroutine")
        return Explanation(
            sentence(
                f"{it.name} is what 'async for' was given: calling an 'async def' without 'yield' gives no iterator."
            ),
            "Iterate over its result with 'async for … in await …', or 'yield' the values in the function.",
            it.coroutine,
            places(it.defined),
        )
    return Explanation(
        f"'async for' was given an object of type '{match[1]}', which gives its values without waiting: it has no "
        "__aiter__().",
        "Write a plain 'for', which may stand in an 'async def' as well.",
    )


@CASES.of(TypeError, message="'(.+)' object is not an async (iterable|iterator)")
def _no_async_iterator(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    function, plain_one = ("aiter()", "iter()") if match[2] == "iterable" else ("anext()", "next()")
    method = "__aiter__" if match[2] == "iterable" else "__anext__"
    return Explanation(
        f"{function} was given an object of type '{match[1]}', which has no {method}().",
        f"Use {plain_one} if it gives its values without waiting; of an async iterable, call aiter() first.",
    )


@CASES.of(TypeError, message="'async for' received an object from __aiter__ that does not implement __anext__: (.+)")
def _bad_aiter(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation(
        f"__aiter__() of what 'async for' was given returned an object of type '{match[1]}', which has no __anext__().",
        "Make __aiter__() a plain 'def' that returns an object with 'async def __anext__', often 'return self'.",
    )


@CASES.of(TypeError, message="'async for' received an invalid object from __anext__: (.+)")
def _bad_anext(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation(
        f"__anext__() of what 'async for' was given returned an object of type '{match[1]}', which cannot be awaited.",
        "Make it 'async def __anext__'.",
    )


@CASES.of(
    TypeError,
    message="'async with' received an object from (__aenter__|__aexit__) that does not implement __await__: (.+)",
)
def _bad_async_with(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    return Explanation(
        f"{match[1]}() of the context manager returned an object of type '{match[2]}', which cannot be awaited.",
        f"Make it 'async def {match[1]}'.",
    )


# From 3.14 the message goes on with what is missing and what was perhaps meant.
@CASES.of(TypeError, message=r"'([^']+)' object does not support the (asynchronous )?context manager protocol.*")
def _no_context_manager(raised: RaisedAt, match: re.Match[str]) -> Explanation | None:
    keyword, other = ("async with", "with") if match[2] else ("with", "async with")
    if match[1] == "coroutine":
        it = _value(raised, "coroutine")
        return Explanation(
            sentence(
                f"{it.name} was given to '{keyword}', and it is not what its function returns until it is awaited."
            ),
            f"Write '{keyword} await …', or put @contextlib.asynccontextmanager on a function that yields once.",
            it.coroutine,
            places(it.defined),
        )
    if match[1] in ("generator", "async_generator"):
        it = _value(raised, match[1].replace("_", " "))
        decorator = "contextmanager" if match[1] == "generator" else "asynccontextmanager"
        return Explanation(
            sentence(f"{it.name} was given to '{keyword}', and by itself it is no context manager."),
            f"Put @contextlib.{decorator} on its function.",
            it.coroutine,
            places(it.defined),
        )
    methods = "__aenter__ and __aexit__" if match[2] else "__enter__ and __exit__"
    do = (
        f"Write '{other}'."
        if _supports(raised, match[1], other)
        else f"Give its class {methods}, or use it without a block."
    )
    return Explanation(f"An object of type '{match[1]}' was given to '{keyword}', and it lacks {methods}.", do)


def _supports(raised: RaisedAt, type_name: str, keyword: str) -> bool:
    """Whether the object that was given to the wrong ``with`` has the methods for the other one."""
    if "Did you mean" in raised.message:
        return True
    needed = "__enter__" if keyword == "with" else "__aenter__"
    return any(
        class_name(class_of(value)) == type_name.rpartition(".")[2]
        and class_attribute(class_of(value), needed) is not None
        for value, _ in raised.named()
    )


@CASES.of(
    AttributeError, message=rf"'{_TYPE}' object has no attribute '(\w+)'(?: and no __dict__ .*)?(?:\. Did you mean.*)?"
)
def _attribute(raised: RaisedAt, match: re.Match[str]) -> Explanation | None:
    owner = _attribute_owner(raised.exception)
    if owner is None:  # until 3.13 unset where an attribute is assigned to
        found = raised.concerned(match[1].replace("_", " "))
        owner = found[0] if found is not None else None
    if not is_coroutine(owner):
        return None
    name = match[2]
    it = Subject(owner, kind_of(owner), "it")
    instead = f"Write '(await {it.function}(…)).{name}'." if it.kind == "coroutine" else _instead(it)
    return Explanation(_taken_for_result(it, f"and it has no attribute '{name}'"), instead, owner, _marks(it))


_USES = (
    (rf"'{_TYPE}' object is not subscriptable", "indexed"),
    (rf"'{_TYPE}' object does not support item (?:assignment|deletion)", "indexed"),
    (rf"'{_TYPE}' object is not iterable", "iterated over"),
    (rf"cannot unpack non-iterable {_TYPE} object", "unpacked"),
    (rf"'{_TYPE}' object is not an iterator", "given to next()"),
    (rf"'{_TYPE}' object is not callable", "called"),
    (rf"object of type '{_TYPE}' has no len\(\)", "measured with len()"),
    (rf"unsupported operand type\(s\) for .+: '{_TYPE}' and '.+'", "used with an operator"),
    (rf"unsupported operand type\(s\) for .+: '.+' and '{_TYPE}'", "used with an operator"),
    (rf"'.{{1,2}}' not supported between instances of '{_TYPE}' and '.+'", "compared"),
    (rf"'.{{1,2}}' not supported between instances of '.+' and '{_TYPE}'", "compared"),
)


def _enter(message: str, use: str) -> None:
    @CASES.of(TypeError, message=message)
    def used(raised: RaisedAt, match: re.Match[str]) -> Explanation:
        it = _value(raised, match[1].replace("_", " "))
        return Explanation(_taken_for_result(it, f"so it cannot be {use}"), _instead(it, use), it.coroutine, _marks(it))


for _message, _use in _USES:
    _enter(_message, _use)


def _taken_for_result(it: Subject, but: str) -> str:
    state = interpreter.state_of(it.coroutine) if it.coroutine is not None else ""
    known = {"": ", which has to be awaited", "created": " that has not begun", "closed": " that is over"}
    run = known.get(state, at(it.stands, ", which is at "))
    made = {
        "coroutine": f"is not the result of its function but a run of it{run}",
        "generator": "gives its values one at a time and holds none of them",
        "async generator": "gives its values one at a time, each of them to be awaited",
    }[it.kind]
    return sentence(f"{it.name} {made}, {but}.")


def _instead(it: Subject, use: str = "") -> str:
    if it.kind == "coroutine":
        call = it.origin or (f"{it.function}(…)" if it.coroutine is not None else "")
        return f"Use '(await {call})' in its place." if call else "Await it first, and use what that gives."
    if it.kind == "generator":
        return "Take its values with 'for' or next(), or all of them with list(…)."
    if use == "given to next()":
        return "Write 'await anext(…)'."
    return "Take its values with 'async for', or all of them with '[value async for value in …]'."


def _marks(it: Subject) -> tuple[Place, ...]:
    return places(it.stands, it.defined)


@CASES.of(TypeError, message="cannot 'yield from' a coroutine object in a non-coroutine generator")
def _yield_from_coroutine(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    it = _value(raised, "coroutine")
    return Explanation(
        sentence(f"{it.name} can be driven by 'await' only, and a plain generator delegates to it with 'yield from'."),
        "Make the delegating function 'async def' and write 'await'; a generator that has to stay one gets "
        "@types.coroutine.",
        it.coroutine,
        places(it.stands, it.defined),
    )


@CASES.of(RuntimeError, message=r"generator didn't (yield|stop|stop after (?:a)?throw\(\))")
def _context_manager_generator(raised: RaisedAt, match: re.Match[str]) -> Explanation:
    generator = raised.look_up("self.gen")  # of contextlib's own object, in whose method this is raised
    it = Subject(generator, kind_of(generator), "g") if is_coroutine(generator) else Subject(None, "generator", "g")
    if match[1] == "yield":
        what = "ended without a 'yield', so the 'with' block could not begin"
        do = "Let every path through it come to exactly one 'yield'; raise an exception where there is nothing to give."
    else:
        what = f"yielded a second time{at(it.stands)}, and a context manager's has to end after its only 'yield'"
        do = "Put its one 'yield' in try … finally, and nothing after that which yields."
    return Explanation(sentence(f"{it.name} {what}."), do, it.coroutine, places(it.stands, it.defined))
