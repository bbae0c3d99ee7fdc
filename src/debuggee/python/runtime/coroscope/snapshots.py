"""The coroutines and tasks among the objects of a program, and in which state each is.

There may be millions, so what is done for each is kept small: an object is looked at once to tell what it is, a state is
two attributes, and no frame is asked for (it would be made, and stay). What else there is to know of one is asked when
it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any, NamedTuple

from . import interpreter
from .interpreter import Coroutine, is_coroutine
from .looking import class_of


class Sifted(NamedTuple):
    """What is wanted of all objects of a program, by class; each list in the order of the garbage collector's."""

    coroutines: list[Any]
    generators: list[Any]
    async_generators: list[Any]
    others: list[Any]
    """The instances of exactly the classes that were asked for."""

    @property
    def everything(self) -> list[Any]:
        return [*self.coroutines, *self.generators, *self.async_generators, *self.others]


def sifted(objects: Iterable[object], classes: list[type]) -> Sifted:
    """The coroutines among all objects of a program, and the instances of exactly these classes.

    Most of a million objects are neither, and each is looked at here only. A class is compared by identity, which costs
    less than looking it up by its address.
    """
    found = Sifted([], [], [], [])
    coroutine, generator, async_generator = CoroutineType, GeneratorType, AsyncGeneratorType
    add_coroutine, add_generator = found.coroutines.append, found.generators.append
    first, second, third = (*classes, generator, generator, generator)[:3]
    rest = {id(each) for each in classes[3:]}
    for value in objects:
        kind = type(value)
        if kind is coroutine:
            add_coroutine(value)
        elif kind is generator:
            add_generator(value)
        elif kind is first or kind is second or kind is third or (rest and id(kind) in rest):
            found.others.append(value)
        elif kind is async_generator:
            found.async_generators.append(value)
    return found


class Snapshot(NamedTuple):
    """All coroutines of the program at one moment, by state."""

    suspended: list[Coroutine]
    created: list[Coroutine]
    running: list[Coroutine]
    closed: list[Coroutine]
    delegated: set[Coroutine]
    """Those that a suspended one delegates to. (Coroutines are equal and hashed by identity; the numbers that ``id()``
    makes of a million would cost three times as much.)"""

    def delegator(self, coroutine: Coroutine) -> Coroutine | None:
        """The suspended one that delegates to it. It is looked for: few are asked for, and to note all takes longer."""
        if coroutine not in self.delegated:
            return None
        for each in self.suspended:
            if type(each) is CoroutineType:
                delegate: object = each.cr_await if each.cr_suspended else None
            elif type(each) is GeneratorType:
                delegate = each.gi_yieldfrom if each.gi_suspended else None
            else:
                delegate = interpreter.raw_delegate(each) if interpreter.is_suspended(each) else None
            if delegate is coroutine or (
                id(class_of(delegate)) in interpreter.PASSING_ON and interpreter.unwrap_awaitable(delegate) is coroutine
            ):
                return each
        return None


def snapshot(found: Sifted) -> Snapshot:
    """Sorts coroutines by state. (Those that ``gc.freeze`` has put away are not among the collector's objects.)"""
    result = Snapshot([], [], [], [], set())
    leaving = interpreter.leaving()
    coroutine, generator = CoroutineType, GeneratorType
    passing_on = interpreter.PASSING_ON
    suspend = result.suspended.append
    delegate_to: Callable[[Any], None] = result.delegated.add
    # The same twice, as the attributes of a coroutine have other names than those of a generator. State and delegate are
    # read one after the other, with nothing in between that would let another thread run.
    for each in found.coroutines:
        if each.cr_suspended and each is not leaving:
            delegate: object = each.cr_await
            kind = type(delegate)
            if kind is coroutine or kind is generator:
                delegate_to(delegate)
            elif id(kind) in passing_on:
                _add_behind(delegate, result.delegated)
            suspend(each)
        else:
            _sort_in(each, result)
    for each in found.generators:
        if each.gi_suspended and each is not leaving:
            delegate = each.gi_yieldfrom
            if delegate is not None:
                kind = type(delegate)
                if kind is coroutine or kind is generator:
                    delegate_to(delegate)
                elif id(kind) in passing_on:
                    _add_behind(delegate, result.delegated)
            suspend(each)
        else:
            _sort_in(each, result)
    for each in found.async_generators:
        if interpreter.is_suspended(each):
            delegate = interpreter.delegate_of(each)
            if is_coroutine(delegate):
                delegate_to(delegate)
            suspend(each)
        else:
            _sort_in(each, result)
    return result


def _add_behind(delegate: object, delegated: set[Coroutine]) -> None:
    inner = interpreter.unwrap_awaitable(delegate)
    if is_coroutine(inner):
        delegated.add(inner)


def _sort_in(coroutine: Coroutine, result: Snapshot) -> None:
    if interpreter.is_running(coroutine):
        result.running.append(coroutine)
    elif interpreter.frame_of(coroutine) is not None:
        result.created.append(coroutine)
    else:
        result.closed.append(coroutine)
