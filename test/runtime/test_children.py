"""What values hold: which children, in which pages, what can be assigned, and that nothing of the program runs for it."""

from __future__ import annotations

import array
import collections
import datetime
import sys
import time
import tracemalloc
import types
import unittest

import hostile
import test_values

from coroscope.children import Group, Namespace, describe, indexed, named


def names(value: object, count: int = 100) -> list[str]:
    return [child.name for child in named(value, 0, count)]


def child(value: object, name: str):
    for found in [*named(value, 0, 1000), *indexed(value, 0, 1000)]:
        if found.name == name:
            return found
    raise AssertionError(f"no child {name} in {names(value)}")


class Base:
    __slots__ = ("low", "unset")

    def __init__(self) -> None:
        self.low = 1


class Thing(Base):
    kind = "a thing"
    __private = 5

    def __init__(self) -> None:
        super().__init__()
        self.high = 2

    @property
    def computed(self) -> int:
        raise AssertionError("evaluated")

    @staticmethod
    def helper() -> None: ...


class Listing(list):
    def __setitem__(self, index, value):
        raise AssertionError("run")


class Plain(dict): ...


class Items(unittest.TestCase):
    def test_sequences(self):
        value = [10, 20, 30]
        self.assertEqual(describe(value), (0, 3))
        page = indexed(value, 1, 1)
        self.assertEqual([(each.name, each.value, each.evaluate_suffix) for each in page], [("1", 20, "[1]")])
        page[0].setter(21)
        self.assertEqual(value, [10, 21, 30])
        self.assertEqual([each.value for each in indexed(value, 2, 100)], [30])
        self.assertEqual(indexed(value, 3, 10), [])
        for fixed in (
            (1, 2),
            b"ab",
            range(2),
            frozenset({1, 2}),
            {1, 2},
            {1: 2}.keys(),
            bytearray(b"ab"),
            memoryview(b"ab"),
        ):
            self.assertEqual(describe(fixed).indexed, len(fixed))
            for each in indexed(fixed, 0, 10):
                self.assertIsNone(each.setter)
                self.assertRegex(each.why, r"^[A-Z].*\.$")
        self.assertEqual([each.value for each in indexed(array.array("i", [4, 5]), 1, 5)], [5])
        self.assertEqual([each.value for each in indexed(b"ab", 0, 5)], [97, 98])

    def test_mappings(self):
        value = {"a": 1, 2: 3, (1, "x"): 4, 1.5: 5, None: 6, b"k": 7}
        self.assertEqual(describe(value), (0, 6))
        children = indexed(value, 0, 10)
        self.assertEqual([each.name for each in children], ["'a'", "2", "(1, 'x')", "1.5", "None", "b'k'"])
        for each in children:
            self.assertIs(eval(f"value{each.evaluate_suffix}"), each.value)
        children[0].setter("new")
        self.assertEqual(value["a"], "new")
        self.assertEqual([each.name for each in indexed(value, 1, 2)], ["2", "(1, 'x')"])
        self.assertEqual(describe(types.MappingProxyType(value)), (0, 6))
        self.assertIsNone(indexed(types.MappingProxyType(value), 0, 1)[0].setter)
        counted = collections.Counter("aab")
        child(counted, "'a'").setter(9)
        self.assertEqual(counted["a"], 9)
        self.assertEqual(child(collections.defaultdict(list), "default_factory").value, list)
        self.assertEqual(child(collections.deque([1], 5), "maxlen").value, 5)

    def test_what_would_run_code_is_not_assigned(self):
        self.assertIn("__setitem__", indexed(Listing([1]), 0, 1)[0].why)
        self.assertIsNotNone(indexed(Plain(a=1), 0, 1)[0].setter)
        mixed = {"a": 1, hostile.Key("b"): 2}
        self.assertEqual([each.setter for each in indexed(mixed, 0, 2)], [None, None])
        self.assertIn("__eq__", indexed(mixed, 0, 1)[0].why)

    def test_named_tuples_and_the_interpreters_own(self):
        pair = test_values.Pair(1, 2)
        self.assertEqual(describe(pair).indexed, 0)
        self.assertEqual(
            [(each.name, each.evaluate_suffix) for each in named(pair, 0, 2)], [("left", ".left"), ("right", ".right")]
        )
        self.assertEqual(child(time.gmtime(0), "tm_year").value, 1970)


class Attributes(unittest.TestCase):
    def test_an_instance(self):
        thing = Thing()
        self.assertEqual(names(thing), ["high", "low", "computed", "class attributes", "special"])
        self.assertEqual(describe(thing), (5, 0))
        for name in ("high", "low"):
            child(thing, name).setter("new")
            self.assertEqual(getattr(thing, name), "new")
        prop = child(thing, "computed")
        self.assertEqual(
            (prop.text, prop.hints, prop.setter), ("<property, not evaluated>", ("lazy", "readOnly"), None)
        )
        group = child(thing, "class attributes").value
        self.assertIs(type(group), Group)
        self.assertEqual(sorted(names(group)), ["_Thing__private", "helper", "kind"])
        self.assertEqual(child(group, "kind").evaluate_suffix, ".kind")
        special = child(thing, "special").value
        self.assertIs(child(special, "__class__").value, Thing)
        self.assertIn("__init__", names(special))
        self.assertEqual([each.name for each in named(thing, 1, 2)], ["low", "computed"])

    def test_leaves_have_no_children(self):
        for value in (5, "text", None, 1.5, True, object()):
            self.assertEqual(describe(value), (0, 0))

    def test_exceptions(self):
        try:
            try:
                raise KeyError("inner")
            except KeyError as inner:
                raise OSError(2, "outer") from inner
        except OSError as caught:
            error = caught
        error.add_note("a note")
        self.assertEqual(child(error, "args").value, (2, "outer"))
        self.assertIs(child(error, "__cause__").value, error.__cause__)
        self.assertEqual(child(error, "__notes__").value, ["a note"])
        self.assertEqual(child(error, "errno").value, 2)
        row = named(child(error, "traceback").value, 0, 10)[0]
        self.assertRegex(row.text, r"^test_children\.py:\d+ in Attributes\.test_exceptions$")
        group = ExceptionGroup("several", [error])
        self.assertEqual(child(group, "exceptions").value, (error,))

    def test_functions_and_their_closures(self):
        kept = 1

        def function(_a, _b=2, *, _c=3):
            return kept

        self.assertEqual(child(function, "__defaults__").value, (2,))
        self.assertEqual(child(function, "__kwdefaults__").value, {"_c": 3})
        cell = child(child(function, "closure").value, "kept")
        self.assertEqual(cell.value, 1)
        cell.setter(7)
        self.assertEqual(function(0), 7)
        self.assertEqual(names(Thing().__init__)[:2], ["__self__", "__func__"])

    def test_classes_and_modules(self):
        self.assertEqual(names(Thing), ["kind", "_Thing__private", "computed", "helper", "inherited", "special"])
        self.assertEqual(names(child(Thing, "inherited").value), ["low", "unset"])
        self.assertEqual(child(child(Thing, "special").value, "__bases__").value, (Base,))
        module = types.ModuleType("sample")
        module.__dict__.update(number=1, run=names, Thing=Thing, system=sys)
        self.assertEqual(names(module), ["number", "functions", "classes", "modules", "special"])
        child(module, "number").setter(2)
        self.assertEqual(module.number, 2)
        self.assertEqual(child(child(module, "functions").value, "run").evaluate_suffix, ".run")
        scope = Namespace(module.__dict__)
        self.assertEqual(child(scope, "number").evaluate_suffix, "number")
        self.assertIn("__name__", names(child(scope, "special").value))


class Bounds(unittest.TestCase):
    def test_pages_of_large_values_are_small(self):
        many = types.SimpleNamespace()
        many.__dict__.update((f"name{number}", number) for number in range(20_000))
        for value in ([0] * 300_000, dict.fromkeys(range(300_000)), bytes(1_000_000), set(range(300_000)), many):
            tracemalloc.start()
            shape = describe(value)
            found = (named if value is many else indexed)(value, 10_000, 50)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            self.assertEqual(len(found), 50)
            self.assertLess(peak, 200_000)
            self.assertGreaterEqual(shape.named + shape.indexed, 20_000)


CHILDLESS = (
    datetime.datetime,
    datetime.timezone,
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    types.FunctionType,
    types.GenericAlias,
    staticmethod,
    classmethod,
)


class NothingRuns(unittest.TestCase):
    def test_children_call_nothing(self):
        childless = set(map(id, CHILDLESS))
        for value in test_values.hostile_values():
            with hostile.armed() as calls:
                seen = self.walk(value, 3)
            self.assertEqual(calls, [], type(value))
            # As ``type(value) in CHILDLESS`` would ask a hostile class whether it equals one of these.
            if id(type(value)) not in childless:
                self.assertGreater(seen, 0, type(value))

    def walk(self, value: object, depth: int) -> int:
        shape = describe(value)
        found = [*named(value, 0, 200), *indexed(value, 0, 200)]
        self.assertEqual(len(found), min(shape.named, 200) + min(shape.indexed, 200))
        if depth:
            for each in found:
                self.walk(each.value, depth - 1)
        return len(found)

    def test_assigning_calls_nothing(self):
        odd = hostile.Object()
        holder = types.SimpleNamespace(a=odd)
        for value in (
            [odd],
            {"a": odd},
            holder,
            collections.deque([odd]),
            hostile.hostile(object, __slots__=("__dict__",))(),
        ):
            with hostile.armed() as calls:
                for each in [*named(value, 0, 10), *indexed(value, 0, 10)]:
                    if each.setter is not None:
                        each.setter(odd)
            self.assertEqual(calls, [])

    def test_no_iterator_is_advanced(self):
        generator = test_values.general()
        for value in (generator, {"g": generator}.values(), map(int, "1"), (generator,)):
            named(value, 0, 10)
            indexed(value, 0, 10)
        self.assertEqual(next(generator), 1)


if __name__ == "__main__":
    unittest.main()
