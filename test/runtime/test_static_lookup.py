"""Hover: expressions that looking can answer, and those that it declines because something would run."""

from __future__ import annotations

import collections
import contextlib
import datetime
import enum
import functools
import types
import unittest

import hostile

from coroscope.static_lookup import LookupFailed, Names, WouldRun, evaluate


class Meta(type):
    def __getattr__(cls, name):
        raise AssertionError("run")


class Color(enum.Enum):
    RED = 1


Pair = collections.namedtuple("Pair", "left right")


class Sample:
    shared = "shared"
    wire = hostile.Tripwire()

    def __init__(self) -> None:
        self.own = {"key": [1, 2, {"deep": "found"}], Color.RED: "red", 5: "five"}
        self.shared_too = 1

    @property
    def computed(self):
        raise AssertionError("run")

    @functools.cached_property
    def lazily(self):
        return "computed once"

    def method(self): ...

    @classmethod
    def build(cls): ...

    @staticmethod
    def helper(): ...


class Slotted:
    __slots__ = ("filled", "unfilled")

    def __init__(self) -> None:
        self.filled = 1


class Asked:
    def __getattr__(self, name):
        raise AssertionError("run")


class Watched:
    def __getattribute__(self, name):
        raise AssertionError("run")


class Answers(dict):
    def __missing__(self, key):
        raise AssertionError("run")


class Custom(dict):
    def __getitem__(self, key):
        raise AssertionError("run")


SAMPLE = Sample()
SCOPE = {
    "s": SAMPLE, "Sample": Sample, "slotted": Slotted(), "asked": Asked(), "watched": Watched(), "answers": Answers(a=1),
    "custom": Custom(a=1), "Color": Color, "pair": Pair(1, 2), "WithMeta": Meta("WithMeta", (), {"x": 1}), "text": "abc",
    "when": datetime.datetime(2020, 1, 2), "error": ValueError("x"), "collections": collections, "i": 1, "none": None,
    "default": collections.defaultdict(list, a=1), "queue": collections.deque([1, 2]), "numbers": range(10**9),
    "key": "key", "big": list(range(10)), "proxy": types.MappingProxyType({"a": 1}), "odd": hostile.Object(),
}  # fmt: skip


class Answered(unittest.TestCase):
    def check(self, expression: str, expected: object) -> None:
        self.assertEqual(evaluate(expression, SCOPE), expected)

    def test_names_attributes_items_and_constants(self):
        self.check("i", 1)
        self.check("s.own['key'][2]['deep']", "found")
        self.check("s.own[key][-1]['deep']", "found")
        self.check("s.own[Color.RED]", "red")
        self.check("s.own[5.0]", "five")
        self.check("s.shared", "shared")
        self.check("slotted.filled", 1)
        self.check("text[i]", "b")
        self.check("text[0:2]", "ab")
        self.check("big[::-3]", [9, 6, 3, 0])
        self.check("numbers[-1]", 10**9 - 1)
        self.check("queue[1]", 2)
        self.check("(i, 'x', [2, -1.5])", (1, "x", [2, -1.5]))
        self.check("answers['a']", 1)
        self.check("default['a']", 1)
        self.check("proxy['a']", 1)
        self.check("pair.right", 2)
        self.check("pair[0]", 1)
        self.check("when.year", 2020)
        self.check("error.args", ("x",))
        self.check("none.__class__", type(None))
        self.check("  i  ", 1)

    def test_methods_are_bound_but_not_called(self):
        self.check("s.method", SAMPLE.method)
        self.check("s.build", Sample.build)
        self.check("s.helper", Sample.helper)
        self.check("Sample.method", Sample.method)
        self.check("Sample.build", Sample.build)
        self.assertEqual(evaluate("big.append", SCOPE).__name__, "append")
        self.check("collections.deque", collections.deque)
        self.check("Sample.__name__", "Sample")
        self.check("Color.RED", Color.RED)
        self.check("s.__dict__", SAMPLE.__dict__)
        self.check("s.__class__", Sample)
        self.check("WithMeta.x", 1)

    def test_a_cached_property_once_computed(self):
        sample = Sample()
        with self.assertRaisesRegex(WouldRun, "would run a cached property"):
            evaluate("s.lazily", {"s": sample})
        self.assertEqual(sample.lazily, evaluate("s.lazily", {"s": sample}))

    def test_scopes_are_searched_in_order(self):
        scopes = Names({"a": 1}, {"a": 2, "b": 3})
        self.assertEqual(evaluate("(a, b)", scopes), (1, 3))
        self.assertEqual(list(scopes), ["a", "b"])


class Declined(unittest.TestCase):
    def check(self, expression: str, sentence: str, error: type[Exception] = WouldRun) -> None:
        with self.assertRaises(error) as caught:
            evaluate(expression, SCOPE)
        self.assertIn(sentence, str(caught.exception))

    def test_attributes_that_would_run_code(self):
        self.check("s.computed", "Evaluating `s.computed` would run a property.")
        self.check("s.wire", "Tripwire.__get__")
        self.check("asked.x", "Asked.__getattr__")
        self.check("watched.x", "Watched.__getattribute__")
        self.check("WithMeta.y", "Meta.__getattr__")
        self.check("Color.RED.value", "would run")
        self.check("s.method.__annotations__", "would run")

    def test_items_that_would_run_code(self):
        self.check("answers['b']", "Answers.__missing__")
        self.check("default['b']", "__missing__")
        self.check("custom['a']", "Custom.__getitem__")
        self.check("s.own[s]", "__hash__")
        self.check("s.own['absent']", "__eq__")
        self.check("Sample[0]", "__class_getitem__")
        self.check("big[s]", "as an index")

    def test_everything_else_names_what_it_is(self):
        for expression, sentence in {
            "s.method()": "Evaluating `s.method(…)` would call a function.",
            "i + 1": "an operator", "not i": "an operator", "i < 2": "a comparison", "i and i": "a truth test",
            "[x for x in big]": "a comprehension", "(x for x in big)": "a generator", "lambda: 1": "make a function",
            "f'{i}'": "format values", "(j := 1)": "assign to a name", "{1: 2}": "hash keys", "[*big]": "an iteration",
            "1 if i else 2": "a truth test",
        }.items():  # fmt: skip
            self.check(expression, sentence)

    def test_what_would_fail(self):
        self.check("nowhere", "`nowhere` is not defined here.", LookupFailed)
        self.check("s.absent", "has no attribute `absent`", LookupFailed)
        self.check("slotted.unfilled", "has no attribute", LookupFailed)
        self.check("big[99]", "out of range", LookupFailed)
        self.check("proxy['b']", "no such key", LookupFailed)
        self.check("i[0]", "has no items", LookupFailed)
        self.check("text[::0]", "zero", LookupFailed)
        self.check("x" * 20_000, "too long", LookupFailed)
        self.check("i" + ".x" * 4000, "", (LookupFailed, MemoryError))
        self.check("1 +", "", SyntaxError)

    def test_the_compilers_warnings_are_not_shown(self):
        self.assertEqual(evaluate("'\\d'", SCOPE), "\\d")

    def test_nothing_runs(self):
        scope = {
            "odd": hostile.Object(), "cls": hostile.Object, "keyed": {hostile.Key("a"): 1, "b": 2}, "key": hostile.Key("a"),
            "lying": {hostile.LyingEqual("a"): 1}, "hidden": hostile.Hidden(), "mapping": hostile.hostile(dict)(a=1),
            "module": hostile.hostile(types.ModuleType)("m"), "number": hostile.hostile(int)(0), "seq": [1, 2],
            hostile.LyingEqual("lied"): 3,
        }  # fmt: skip
        for expression in (
            "odd.x", "odd.wire", "odd.computed", "odd.__class__", "odd.__dict__", "cls.x", "cls.__name__", "cls.wire",
            "keyed['a']", "keyed['b']", "keyed[key]", "lying['a']", "hidden.x", "mapping['a']", "module.x", "seq[number]",
            "seq[odd]", "lied", "(odd, [cls])", "keyed[odd]", "odd[0]", "cls[0]", "number.real", "odd.__doc__", "cls.__doc__",
            "cls.__module__", "cls.__dict__", "cls.__annotations__", "odd.__init__", "cls.mro", "seq[odd:odd]",
        ):  # fmt: skip
            with hostile.armed() as calls, contextlib.suppress(WouldRun, LookupFailed):
                evaluate(expression, scope)
            self.assertEqual(calls, [], expression)


if __name__ == "__main__":
    unittest.main()
