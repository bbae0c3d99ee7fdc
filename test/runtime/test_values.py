"""Texts of values: what they say, that they are bounded, and that nothing of the program runs for them."""

from __future__ import annotations

import array
import asyncio
import builtins
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import gc
import pathlib
import re
import sys
import time
import tracemalloc
import types
import unittest
import uuid
import weakref
from unittest import mock

import hostile

from coroscope.values import is_immutable_atom, text, type_name


class Color(enum.Enum):
    RED = 1


class Permission(enum.IntFlag):
    READ = 1
    WRITE = 2


@dataclasses.dataclass
class Point:
    x: int
    y: object = None
    secret: str = dataclasses.field(default="hidden", repr=False)


@dataclasses.dataclass(slots=True)
class Slotted:
    x: int
    y: int = 2


Pair = collections.namedtuple("Pair", "left right")


class Agent:
    def run(self) -> None: ...

    @property
    def mood(self) -> str:
        raise AssertionError("evaluated")


class Numbers(list): ...


def general():
    yield 1


async def wait():
    pass


async def stream():
    yield 1


COLLECTS = unittest.skipIf(
    sys.platform == "emscripten", "collecting there overflows the stack with the deep syntax trees of other tests"
)

HERE = pathlib.Path(__file__).name


class Builtins(unittest.TestCase):
    def check(self, value: object, expected: str) -> None:
        self.assertEqual(text(value), expected)

    def test_exact_builtins_look_as_their_repr(self):
        for value in (
            None, True, 5, -(10**30), 1.5, float("nan"), 2j, "x", "it's", "\ud800", b"a", bytearray(b"a"), range(3),
            range(0, 9, 2), slice(1, None), [1, "a"], (1,), (), {}, {"a": [1]}, set(), {1}, frozenset(), frozenset({2}),
            collections.deque([1], 3), collections.OrderedDict(a=1), {}.keys(), {1: 2}.items(), ..., NotImplemented,
            collections.defaultdict(list, a=[1]), collections.Counter("aab"), types.MappingProxyType({1: 2}),
        ):  # fmt: skip
            self.check(value, repr(value))

    def test_subclasses_are_seen_through_the_base(self):
        self.check(Numbers([1, 2]), "Numbers([1, 2])")
        self.check(Pair(1, [2]), "Pair(left=1, right=[2])")
        self.check(Color.RED, "Color.RED")
        self.check(Permission.READ | Permission.WRITE, "Permission.READ|WRITE")
        self.check(Permission(8), "Permission(8)")
        self.check(time.gmtime(0), "struct_time((1970, 1, 1, 0, 0, 0, 3, 1, 0))")

    def test_an_ordered_dictionary_keeps_its_order(self):
        value = collections.OrderedDict(a=1, b=2)
        value.move_to_end("a")
        self.check(value, "OrderedDict({'b': 2, 'a': 1})")
        self.check(value.keys(), "dict_keys(['b', 'a'])")

    def test_instances_show_what_they_store(self):
        self.check(Point(1, "y"), "Point(x=1, y='y')")
        self.check(Slotted(1), "Slotted(x=1, y=2)")
        self.check(Agent(), f"<{__name__}.Agent object>")
        self.check(types.SimpleNamespace(a=1), "SimpleNamespace(a=1)")
        self.check(object(), "<object object>")

    def test_what_is_remembered_of_a_class_follows_its_changes(self):
        class Origin:
            more = 0

        class Discreet:
            __dataclass_fields__ = {"x": Point.__dataclass_fields__["secret"]}

        class Thing(Origin):
            def __init__(self):
                self.x, self.y = 1, 2

        thing = Thing()
        self.check(thing, "Thing(x=1, y=2)")
        Thing.__name__ = "Renamed"
        self.check(thing, "Renamed(x=1, y=2)")
        self.assertEqual(len(vars(Origin)), len(vars(Discreet)))
        Thing.__bases__ = (Discreet,)
        self.check(thing, "Renamed(y=2)")
        Thing.__dataclass_fields__ = {"y": Point.__dataclass_fields__["secret"]}
        self.check(thing, "Renamed(x=1)")

    @COLLECTS
    def test_no_class_is_kept_alive(self):
        class Passing:
            def __init__(self):
                self.x = 1

        self.check(Passing(), "Passing(x=1)")
        seen = weakref.ref(Passing)
        del Passing
        gc.collect()
        self.assertIsNone(seen())

    @COLLECTS
    def test_another_class_at_an_address_is_another_class(self):
        shown = set()
        for index in range(50):
            name = f"C{index}"
            thing = type(name, (), {"__slots__": (f"f{index}",)})()
            setattr(thing, f"f{index}", index)
            shown.add(text(thing) == f"{name}(f{index}={index})")
            del thing
            gc.collect()
        self.assertEqual(shown, {True})

    def test_exceptions(self):
        self.check(ValueError("x"), "ValueError('x')")
        self.check(FileNotFoundError(2, "no"), "FileNotFoundError(2, 'no')")
        self.check(ExceptionGroup("m", [KeyError(1)]), "ExceptionGroup('m', [KeyError(1)])")

    def test_code(self):
        line = general.__code__.co_firstlineno
        self.check(general, f"<function {__name__}.general at {HERE}:{line}>")
        self.check(Agent, f"<class '{__name__}.Agent'>")
        self.check(Agent().run, f"<bound method {__name__}.Agent.run at {HERE}:{Agent.run.__code__.co_firstlineno}>")
        self.check(Agent.mood, f"<property {__name__}.Agent.mood>")
        self.check(len, "<built-in function len>")
        self.check([].append, "<built-in method list.append>")
        self.check(list.append, "<method list.append>")
        self.check(list[int], "list[int]")
        self.check(sys, "<module 'sys'>")
        self.check(asyncio, "<module 'asyncio' from '__init__.py'>")
        self.check(iter([]), "<list_iterator object>")

    def test_coroutines_say_where_they_stand(self):
        line = general.__code__.co_firstlineno + 1
        generator = general()
        self.check(generator, "<generator test_values.general, created>")
        next(generator)
        self.check(generator, f"<generator test_values.general, suspended at line {line}>")
        generator.close()
        self.check(generator, "<generator test_values.general, closed>")
        coroutine = wait()
        self.check(coroutine, "<coroutine test_values.wait, created>")
        coroutine.close()
        self.check(stream(), "<async generator test_values.stream, created>")

        def looks_at_itself():
            yield text(running)

        running = looks_at_itself()
        expected = looks_at_itself.__code__.co_firstlineno + 1
        self.assertIn(f"running at line {expected}>", next(running))

    def test_library(self):
        utc = datetime.UTC
        for value in (
            datetime.datetime(2020, 1, 2, tzinfo=utc), datetime.datetime(2020, 1, 2, 3, 4, 5, 6, fold=1),
            datetime.date(2020, 1, 2), datetime.time(3, 4), datetime.time(3, 4, 5, tzinfo=utc),
            datetime.timedelta(days=-1, seconds=3), datetime.timedelta(0), utc, decimal.Decimal("1.50"),
            decimal.Decimal("NaN"), uuid.UUID(int=5), fractions.Fraction(1, 3), re.compile("x+"),
            re.compile("x+", re.IGNORECASE), pathlib.PurePosixPath("/a//b", "./c"), pathlib.PurePosixPath("//a"),
            pathlib.PurePosixPath("a", "/b"), pathlib.PurePosixPath(),
        ):  # fmt: skip
            self.check(value, repr(value))
        self.check(array.array("i", [1, 2]), "array('i', 2 items)")
        self.check(memoryview(b"abc"), "<memoryview of 3 bytes>")
        self.check(functools.partial(len, [1], x=2), "functools.partial(<built-in function len>, [1], x=2)")
        self.check(pathlib.PureWindowsPath("c:/x", "y"), r"PureWindowsPath('c:\\x\\y')")

    def test_tasks_and_futures_say_their_state(self):
        loop = asyncio.new_event_loop() if sys.platform != "emscripten" else None
        if loop is None:
            self.skipTest("the embedded interpreter's event loop is not asyncio's own")
        try:
            task = loop.create_task(wait(), name="fetch")
            self.check(task, "<Task 'fetch', pending>")
            loop.run_until_complete(task)
            self.check(task, "<Task 'fetch', finished>")
            self.check(loop.create_future(), "<Future, pending>")
        finally:
            loop.close()

    def test_type_names(self):
        self.assertEqual(type_name(5), "int")
        self.assertEqual(type_name(Point(1)), f"{__name__}.Point")
        self.assertEqual(type_name(collections.deque()), "collections.deque")

    def test_atoms(self):
        for value in (None, True, 5, 1.5, 2j, "x", b"x"):
            self.assertTrue(is_immutable_atom(value))
        for value in ([], (), "x" * 1000, 1 << 5000, Color.RED, hostile.Key("x"), object()):
            self.assertFalse(is_immutable_atom(value))


class Bounds(unittest.TestCase):
    def check_cheap(self, value: object) -> str:
        tracemalloc.start()
        try:
            shown = text(value)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertLessEqual(len(shown), 200)
        self.assertLess(peak, 200_000)
        return shown

    def test_large_values_cost_no_more_than_what_is_shown(self):
        self.assertTrue(self.check_cheap("x" * 10_000_000).endswith("xxx'…"))
        self.check_cheap("\x01\U0001f600" * 1_000_000)
        self.check_cheap(b"\xff" * 10_000_000)
        self.check_cheap(bytearray(10_000_000))
        self.check_cheap(dict.fromkeys(range(300_000)))
        self.check_cheap(set(range(300_000)))
        self.check_cheap([0] * 1_000_000)
        self.check_cheap(ValueError("x" * 10_000_000))
        self.assertEqual(self.check_cheap(1 << 4_000_000), "<int, 4000001 bits>")
        self.check_cheap([1 << 4_000_000] * 3)
        self.check_cheap(decimal.Decimal((0, (1,) * 50_000, 0)))
        self.check_cheap(collections.deque(range(300_000)))
        self.check_cheap(type("Wide", (), {"__slots__": ()})())

    def test_depth(self):
        deep: list = []
        # The embedded interpreter cannot free what is nested much deeper.
        for _ in range(1_000 if sys.platform == "emscripten" else 100_000):
            deep = [deep]
        self.assertEqual(text(deep), "[[[[[…]]]]]")
        itself: list = [1]
        itself.append(itself)
        self.assertEqual(text(itself), "[1, [1, [1, [1, […]]]]]")
        loop: dict = {}
        loop["me"] = loop
        self.assertLessEqual(len(text(loop)), 200)

    def test_the_limit_is_kept(self):
        for value in (
            "x" * 100,
            "\x01" * 100,
            [list(range(100))] * 9,
            {"k" * 99: "v" * 99},
            Point(1, "y" * 500),
            general,
        ):
            for limit in (24, 60, 200):
                self.assertLessEqual(len(text(value, limit)), limit)

    def test_near_the_end_of_the_stack(self):
        def dive(level: int) -> str:
            try:
                return dive(level + 1)
            except RecursionError:
                return text([{"a": Point(1)}])

        self.assertIsInstance(dive(0), str)


def hostile_values() -> list[object]:
    make = hostile.hostile
    values: list[object] = [hostile.Object(), hostile.Hidden(), hostile.Object, hostile.HostileMeta]
    for base, *args in (
        (int, 5), (float, 1.5), (complex, 2j), (str, "text"), (bytes, b"x"), (bytearray, b"x"), (list, [1, 2]),
        (tuple, (1, 2)), (dict, {"a": 1}), (set, {1}), (frozenset, {1}), (collections.deque, [1]),
        (collections.OrderedDict, {"a": 1}), (collections.defaultdict, list), (collections.Counter, "aab"),
        (datetime.datetime, 2020, 1, 2), (datetime.date, 2020, 1, 2), (datetime.timedelta, 1), (datetime.tzinfo,),
        (decimal.Decimal, "1.5"), (fractions.Fraction, 1, 3), (uuid.UUID, "0" * 32), (pathlib.PurePosixPath, "/a"),
        (ValueError, "x"), (ExceptionGroup, "m", [ValueError()]), (types.ModuleType, "m"), (types.SimpleNamespace,),
        (property, len), (functools.partial, len), (array.array, "i", [1]), (Pair, 1, 2), (Point, 1), (staticmethod, len),
        (enum.Enum, None),
    ):  # fmt: skip
        if base is enum.Enum:
            continue
        values.append(make(base)(*args))
    odd = hostile.Object()
    key = hostile.Key("key")
    values += [
        [odd], (odd,), {"a": odd}, {key: odd}, {key}, {"a": 1, hostile.LyingEqual("b"): 2}, frozenset({key}),
        collections.OrderedDict({key: 1}), collections.OrderedDict({key: 1}).keys(), {key: 1}.items(),
        collections.defaultdict(hostile.Object, {key: odd}), types.MappingProxyType(hostile.hostile(dict)(a=1)),
        ValueError(odd), slice(odd, key), functools.partial(len, odd), re.compile(str.__str__("x")),
        datetime.datetime(2020, 1, 1, tzinfo=hostile.hostile(datetime.tzinfo)()),
        datetime.timezone(datetime.timedelta(hours=1), "x"), types.SimpleNamespace(a=odd), Point(odd),
        types.MethodType(general, odd), types.MethodType(hostile.Object, odd), [].append, odd.__init__, types.CellType(odd),
        hostile.Object.__dict__["computed"], staticmethod(odd), classmethod(odd), list[hostile.Object], Pair(odd, key),
        hostile.hostile(dict)({key: odd}), memoryview(b"x"), general,
    ]  # fmt: skip
    attributes = types.SimpleNamespace()
    attributes.__dict__.update({hostile.LyingEqual("__name__"): odd, "plain": odd})
    values.append(attributes)
    strange = type("Strange", (), {hostile.LyingEqual("__module__"): 1, hostile.LyingEqual("__dict__"): 2, "ok": 3})
    values += [strange, strange()]
    replaced = Agent()
    replaced.__dict__ = hostile.hostile(dict)(a=1)
    values.append(replaced)
    return values


class NothingRuns(unittest.TestCase):
    def test_text_calls_nothing(self):
        for value in hostile_values():
            with hostile.armed() as calls:
                shown = text(value)
                again = text(value)  # with what was remembered of its class
                name = type_name(value)
                is_immutable_atom(value)
            self.assertEqual(calls, [], shown)
            self.assertEqual(again, shown)
            self.assertIs(type(shown), str)
            self.assertIs(type(name), str)

    def test_patched_builtins_and_classes_are_not_called(self):
        def forbidden(*_: object, **__: object) -> object:
            raise AssertionError("the program's own function ran")

        path, number, unique = pathlib.PurePosixPath("/a"), fractions.Fraction(1, 3), uuid.UUID(int=5)
        with (
            mock.patch.object(pathlib.PurePath, "__str__", forbidden),
            mock.patch.object(pathlib.PurePath, "__repr__", forbidden),
            mock.patch.object(fractions.Fraction, "__repr__", forbidden),
            mock.patch.object(uuid.UUID, "__str__", forbidden),
        ):
            patched = {name: getattr(builtins, name) for name in ("len", "repr", "type", "issubclass", "iter", "map")}
            try:
                for name in patched:
                    setattr(builtins, name, forbidden)
                shown = text([path, number, unique, 5, {"a": {1}}, general, Point])
            finally:
                for name, original in patched.items():
                    setattr(builtins, name, original)
        self.assertTrue(shown.startswith("[PurePosixPath('/a'), Fraction(1, 3), UUID("), shown)

    def test_no_iterator_is_advanced(self):
        generator = general()
        views = [generator, iter([1]), map(int, "12"), zip([1], [2], strict=True), enumerate("ab"), reversed([1])]
        for value in views:
            text([value, (value,)])
        self.assertEqual(next(generator), 1)
        self.assertEqual([next(view) for view in views[1:]], [1, 1, (1, 2), (0, "a"), 1])


if __name__ == "__main__":
    unittest.main()
