"""What the Variables view holds: references to things that have something inside, opened lazily and in pages.

A reference lives from one stop to the next. Everything shown is computed without running the program; see ``values``
and ``children``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from . import children, values
from .pausing import Stop
from .protocol import CommandError, Json, LocationDict

type Setter = Callable[[object], None]


class Entry(NamedTuple):
    """One line of the view before it has a reference. ``node`` is None when there is nothing inside."""

    name: str
    text: str
    type: str | None = None
    node: Node | None = None
    evaluate_name: str | None = None
    hints: tuple[str, ...] = ()
    location: LocationDict | None = None
    setter: Setter | str | None = None
    value: Any = None
    coroutine: int | None = None


class Node(Protocol):
    """Something that can be opened. Counts may be 0 when unknown but cheap to page through."""

    def counts(self) -> tuple[int, int]:
        """How many named and how many indexed children."""
        ...

    def named(self, start: int, count: int) -> Sequence[Entry]: ...

    def indexed(self, start: int, count: int) -> Sequence[Entry]: ...


class Listed:
    """A node over entries made when it is opened."""

    def __init__(self, make: Callable[[], Sequence[Entry]], size: int | None = None) -> None:
        self._make = make
        self._entries: Sequence[Entry] | None = None
        self._size = size

    def _all(self) -> Sequence[Entry]:
        if self._entries is None:
            self._entries = self._make()
        return self._entries

    def counts(self) -> tuple[int, int]:
        return (self._size if self._size is not None else 0), 0

    def named(self, start: int, count: int) -> Sequence[Entry]:
        entries = self._all()
        return entries[start : start + count] if count else entries[start:]

    def indexed(self, start: int, count: int) -> Sequence[Entry]:
        return ()


class OfValue:
    """A node over what a value holds."""

    def __init__(self, value: object, evaluate_name: str | None, make: Callable[..., Entry]) -> None:
        self._value = value
        self._name = evaluate_name
        self._make = make

    def counts(self) -> tuple[int, int]:
        shape = children.describe(self._value)
        return shape.named, shape.indexed

    def named(self, start: int, count: int) -> Sequence[Entry]:
        return [self._entry(child) for child in children.named(self._value, start, count or 100)]

    def indexed(self, start: int, count: int) -> Sequence[Entry]:
        return [self._entry(child) for child in children.indexed(self._value, start, count or 100)]

    def _entry(self, child: children.Child) -> Entry:
        inner = self._name + child.evaluate_suffix if self._name is not None and child.evaluate_suffix else None
        setter = child.setter if child.setter is not None else child.why
        entry = self._make(child.name, child.value, inner, tuple(child.hints), setter)
        return entry if child.text is None else entry._replace(text=child.text)


class Variables:
    def __init__(self) -> None:
        self._nodes: dict[int, Node] = {}
        self._next = 1
        self._special: list[Callable[[object], Node | None]] = []
        self._locate: Callable[[object], LocationDict | None] = lambda value: None
        self._identify: Callable[[object], int | None] = lambda value: None

    def teach(
        self,
        special: Callable[[object], Node | None],
        locate: Callable[[object], LocationDict | None],
        identify: Callable[[object], int | None],
    ) -> None:
        """Adds a view of its own for some values (coroutines, tasks), where they stand, and the id of their coroutine."""
        self._special.append(special)
        self._locate = locate
        self._identify = identify

    def forget(self, stop: Stop) -> None:
        self._nodes.clear()

    def node(self, reference: int) -> Node:
        """The node behind a reference. Raises CommandError ``stale``."""
        found = self._nodes.get(reference)
        if found is None:
            raise CommandError(
                "stale",
                f"Variable reference {reference} is not valid any more: the program has run on since it was shown."
                if 0 < reference < self._next
                else f"There is no variable reference {reference}.",
                "Expand it again, from its scope on.",
            )
        return found

    def reference(self, node: Node) -> int:
        identity = self._next
        self._next += 1
        self._nodes[identity] = node
        return identity

    def entry(
        self,
        name: str,
        value: object,
        evaluate_name: str | None = None,
        hints: tuple[str, ...] = (),
        setter: Setter | str | None = None,
    ) -> Entry:
        """A line for a value of the program."""
        node: Node | None = None
        if type(value) in _HEADINGS:
            return Entry(name, "", None, OfValue(value, evaluate_name, self.entry), None, hints, None, setter)
        for special in self._special:
            node = special(value)
            if node is not None:
                break
        if node is None and not values.is_immutable_atom(value):
            candidate = OfValue(value, evaluate_name, self.entry)
            if any(candidate.counts()):
                node = candidate
        return Entry(
            name,
            values.text(value, 1000),
            values.type_name(value),
            node,
            evaluate_name,
            hints,
            self._locate(value),
            setter,
            value,
        )

    def to_wire(self, entry: Entry) -> Json:
        wire: Json = {"name": entry.name, "value": entry.text, "ref": 0}
        if entry.type is not None:
            wire["type"] = entry.type
        if entry.node is not None:
            wire["ref"] = self.reference(entry.node)
            named, indexed = entry.node.counts()
            if named:
                wire["named"] = named
            if indexed:
                wire["indexed"] = indexed
        if entry.evaluate_name is not None:
            wire["evaluateName"] = entry.evaluate_name
        if entry.location is not None:
            wire["valueLocation"] = entry.location
        coroutine = entry.coroutine if entry.coroutine is not None else self._identify(entry.value)
        if coroutine is not None:
            wire["coroutine"] = coroutine
        hints = list(entry.hints)
        if not callable(entry.setter) and "readOnly" not in hints:
            hints.append("readOnly")
        if type(entry.value) is str and "rawString" not in hints:
            hints.append("rawString")
        if hints:
            wire["hints"] = [hint for hint in hints if hint in _HINTS]
        return wire

    def page(self, reference: int, kind: str | None, start: int, count: int) -> list[Json]:
        node = self.node(reference)
        entries: list[Entry] = []
        if kind == "named":
            entries.extend(node.named(start, count))
        elif kind == "indexed":
            entries.extend(node.indexed(start, count))
        else:
            entries.extend(self._both(node, start, count))
        return [self.to_wire(entry) for entry in entries]

    @staticmethod
    def _both(node: Node, start: int, count: int) -> list[Entry]:
        """Without a filter: the named children, then the indexed ones, as one list."""
        named, indexed = node.counts()
        entries = list(node.named(start, count)) if start < named or not named else []
        rest = count - len(entries) if count else 0
        if indexed and (not count or rest > 0):
            entries += node.indexed(max(0, start - named), rest or min(indexed, 1000))
        return entries

    def set(self, reference: int, name: str, value: object) -> Entry:
        """Assigns to the child ``name``. Raises CommandError that says why if that cannot be done."""
        node = self.node(reference)
        entry = self._find(node, name)
        if entry is None:
            raise CommandError("badArgument", f"There is no '{name}' to assign to.", "Expand what held it again.")
        if not callable(entry.setter):
            raise CommandError("unsupported", f"'{name}' cannot be changed. {entry.setter or ''}".strip())
        entry.setter(value)
        return self.entry(name, value, entry.evaluate_name, setter=entry.setter)

    @staticmethod
    def _find(node: Node, name: str) -> Entry | None:
        named, indexed = node.counts()
        position = name.strip("[]")
        if position.isdecimal() and int(position) < indexed:
            found = [entry for entry in node.indexed(int(position), 1) if entry.name == name]
            if found:
                return found[0]
        for start in range(0, max(named, 1), 1000):
            for entry in node.named(start, 1000):
                if entry.name == name:
                    return entry
        for start in range(0, indexed, 1000):
            for entry in node.indexed(start, 1000):
                if entry.name == name:
                    return entry
        return None


_HEADINGS = (children.Group, children.Namespace)
_HINTS = ("readOnly", "constant", "rawString", "lazy", "internal", "virtual")
