"""Completions while an expression is typed; ``|`` marks the cursor."""

from __future__ import annotations

import types
import unittest

import hostile

from coroscope.completion import complete


class Person:
    species = "human"

    def __init__(self) -> None:
        self.name = "Ann"
        self._age = 5

    def greet(self): ...

    @property
    def mood(self):
        raise AssertionError("run")

    def __getattr__(self, name):
        raise AssertionError("run")

    def __dir__(self):
        raise AssertionError("run")


NAMES = {
    "person": Person(), "people": [Person()], "prices": {"apple": 1, "apricot": 2, "pear": 3, 5: 4, "it's": 5},
    "Person": Person, "types": types, "printer": len, "größe": 1,
}  # fmt: skip


def at(marked: str, names: dict | None = None) -> list:
    position = marked.index("|")
    column = len(marked[:position].encode("utf-16-le")) // 2 + 1
    return complete(marked.replace("|", ""), column, NAMES if names is None else names)


def labels(marked: str, names: dict | None = None) -> list[str]:
    return [item["label"] for item in at(marked, names)]


class Completions(unittest.TestCase):
    def test_bare_names(self):
        self.assertEqual(labels("pri|"), ["prices", "printer", "print"])
        self.assertEqual(labels("x = [per|]"), ["person", "Person", "PermissionError"])
        self.assertEqual(at("awai|")[0], {"label": "await", "type": "keyword", "start": 0, "length": 4})
        self.assertEqual({item["label"]: item["type"] for item in at("p|")}["people"], "variable")
        self.assertIn("person", labels("|"))
        self.assertEqual(labels("grö|"), ["größe"])

    def test_attributes(self):
        found = {item["label"]: item["type"] for item in at("person.|")}
        self.assertEqual(found["name"], "variable")
        self.assertEqual(found["greet"], "method")
        self.assertEqual(found["mood"], "property")
        order = labels("person.|")
        self.assertLess(order.index("species"), order.index("_age"))
        self.assertLess(order.index("_age"), order.index("__init__"))
        self.assertEqual(at("print(person.na|")[0], {"label": "name", "type": "variable", "start": 13, "length": 2})
        self.assertEqual(labels("people[0].na|"), ["name"])
        self.assertEqual(labels("x + people[0] . na|"), ["name"])
        self.assertEqual(labels("types.Gener|")[0], "GeneratorType")
        self.assertIn("species", labels("Person.|"))
        self.assertIn("append", labels("[].|"))
        self.assertIn("upper", labels("'a b'.up|"))
        self.assertEqual(labels("person.NA|"), ["name"])

    def test_the_replaced_range_counts_utf16(self):
        item = at("'\U0001f600', person.na|")[0]
        self.assertEqual((item["start"], item["length"]), (13, 2))

    def test_keys(self):
        self.assertEqual(labels("prices['ap|"), ["'apple'", "'apricot'"])
        self.assertEqual(labels('prices["|'), ['"apple"', '"apricot"', '"it\'s"', '"pear"'])
        self.assertEqual(at("prices['ap|']")[0], {"label": "'apple'", "type": "value", "start": 7, "length": 4})
        self.assertEqual(labels("print(prices['p|"), ["'pear'"])

    def test_where_nothing_fits(self):
        for text in (
            "'person.|",
            "# person.|",
            "5.|",
            "person.greet().|",
            "nowhere.|",
            "person.mood.|",
            "1 per.|",
            "''' a|",
            "x['a|",
        ):
            self.assertEqual(labels(text), [], text)

    def test_bounds(self):
        many = {f"name{number}": number for number in range(3000)}
        self.assertEqual(len(at("na|", many)), 500)
        self.assertEqual(len(at("d['|", {"d": many})), 500)
        self.assertEqual(at("(" * 20_000 + "|"), [])

    def test_nothing_runs(self):
        scope = {
            "odd": hostile.Object(), "cls": hostile.Object, "mapping": hostile.hostile(dict)(a=1), "hidden": hostile.Hidden(),
            "keyed": {hostile.Key("a"): 1, "ab": 2}, hostile.LyingEqual("lied"): 1, hostile.Key("key"): 1,
            "module": hostile.hostile(types.ModuleType)("m"),
        }  # fmt: skip
        for text in (
            "|",
            "odd.|",
            "cls.|",
            "mapping['|",
            "keyed['a|",
            "hidden.|",
            "o|",
            "module.|",
            "l|",
            "odd.wire.|",
            "keyed.|",
        ):
            with hostile.armed() as calls:
                at(text, scope)
            self.assertEqual(calls, [], text)
        with hostile.armed():
            self.assertEqual(labels("keyed['a|", scope), ["'ab'"])


if __name__ == "__main__":
    unittest.main()
