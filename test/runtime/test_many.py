"""What looking at a great many coroutines costs, in counts: which objects are made or asked, and how often."""

from __future__ import annotations

import gc
import unittest
from collections.abc import AsyncGenerator, Generator
from types import FrameType, SimpleNamespace, coroutine
from typing import Any, cast
from unittest import mock

from coroscope.chain_places import ChainPlaces
from coroscope.coroutine_list import _with_words
from coroscope.coroutines import chain_of
from coroscope.interpreter import frame_of
from coroscope.user_code import UserCode


def idle() -> Generator[None]:
    yield


@coroutine
def pass_on(value: object) -> Generator[object, None, None]:
    yield value


def two_yields() -> Generator[int, None, None]:
    yield 1
    yield 2


def yields_and_delegates() -> Generator[object, None, None]:
    yield 1
    yield from idle()


async def awaits() -> None:
    await pass_on(None)


async def awaits_twice() -> None:
    await pass_on(1)
    await pass_on(2)


async def streams() -> AsyncGenerator[int]:
    yield 1
    await pass_on(None)


async def iterates() -> None:
    async for _ in streams():
        await pass_on(None)


class Places(unittest.TestCase):
    """Where a coroutine stands, without the frame that would be made for it where there is one place only."""

    def made(self) -> list[Any]:
        one: list[Any] = [two_yields(), two_yields(), yields_and_delegates(), yields_and_delegates()]
        for each, times in zip(one, (1, 2, 1, 2), strict=True):
            for _ in range(times):
                next(each)
        others: list[Any] = [awaits(), awaits_twice(), awaits_twice(), iterates(), iterates()]
        for each, times in zip(others, (1, 1, 2, 1, 2), strict=True):
            for _ in range(times):
                each.send(None)
            self.addCleanup(each.close)
        return [*one, *others]

    def test_they_are_those_that_frames_tell(self) -> None:
        for each in self.made():
            with self.subTest(each.__name__):
                places = ChainPlaces(UserCode(True))
                told = [(places.places[at].code, places.places[at].line) for at in places.chain(each)]
                chain = chain_of(each).coroutines
                frames = [(frame.f_code, frame.f_lineno) for at in chain if (frame := frame_of(at)) is not None]
                self.assertEqual(told, frames)
                self.assertGreater(len(told), 0)

    def test_none_is_made_where_there_is_one_place(self) -> None:
        places = ChainPlaces(UserCode(True))
        coroutine_, generator, twice = awaits(), yields_and_delegates(), two_yields()
        coroutine_.send(None)
        self.addCleanup(coroutine_.close)
        next(generator)
        next(twice)
        for each, has_frame in ((coroutine_, False), (generator, False), (twice, True)):
            places.chain(cast("Any", each))
            self.assertEqual(any(type(found) is FrameType for found in gc.get_referents(each)), has_frame)

    def test_a_filter_that_the_name_of_the_function_decides_looks_at_no_place(self) -> None:
        many = [two_yields() for _ in range(20)]
        for each in many:
            next(each)
        look = cast("Any", SimpleNamespace(places=ChainPlaces(UserCode(True)), census=mock.Mock()))
        look.census.facts.among.return_value = {}
        walk = mock.Mock(side_effect=look.places.chain)
        with mock.patch.object(look.places, "chain", walk):
            self.assertEqual(_with_words(many, ("two_y", "test_many.py"), look), many)
            self.assertEqual(walk.call_count, 0)
            self.assertEqual(_with_words(many, ("two_y", "elsewhere"), look), [])
            self.assertEqual(walk.call_count, 20)


if __name__ == "__main__":
    unittest.main()
