"""One thing that a value holds, the sections that a value's children come in, and groups of children."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal

from coroscope import frozen

__builtins__ = frozen.BUILTINS

type Hint = Literal["readOnly", "lazy", "internal", "virtual"]


class Child:
    """A row of the Variables view. It refers to values of the program: keep it no longer than the program is paused."""

    __slots__ = ("evaluate_suffix", "hints", "name", "setter", "text", "value", "why")

    def __init__(
        self,
        name: str,
        value: Any,
        evaluate_suffix: str | None = None,
        *,
        setter: Callable[[Any], None] | None = None,
        why: str = "",
        text: str | None = None,
        hints: tuple[Hint, ...] = (),
    ) -> None:
        self.name = name
        self.value = value
        self.evaluate_suffix = evaluate_suffix
        """What, appended to an expression of the holder, gives this value again: ``[3]``, ``['key']``, ``.attribute``."""
        self.setter = setter
        """Puts a new value in its place, by builtin code only; None if that cannot be, and then ``why`` says why."""
        self.why = why
        self.text = text
        """What to show in place of ``values.text(value)``."""
        self.hints: tuple[Hint, ...] = hints


class Section:
    """A stretch of children: how many there are, and a function that gives the window ``start``, ``count`` of them."""

    __slots__ = ("count", "page")

    def __init__(self, count: int, page: Callable[[int, int], Iterable[Child]]) -> None:
        self.count = count
        self.page = page


class Group:
    """Children under a heading of the debugger's, looked for when somebody opens it."""

    __slots__ = ("sections",)

    text = ""
    """What to show as its value: a heading has none."""

    def __init__(self, sections: Callable[[], Sequence[Section]]) -> None:
        self.sections = sections


def ready(children: Sequence[Child]) -> Section:
    """A section of children that are few and known."""
    return Section(len(children), lambda start, count: children[start : start + count])


def group(name: str, sections: Callable[[], Sequence[Section]]) -> Child:
    return Child(name, Group(sections), text="", hints=("virtual", "readOnly"), why="This is a heading, not a value.")


def window(sections: Sequence[Section], start: int, count: int) -> Iterator[Child]:
    """The children ``start`` to ``start + count`` of the sections taken together."""
    for section in sections:
        if count <= 0:
            return
        if start >= section.count:
            start -= section.count
            continue
        taken = min(count, section.count - start)
        yield from islice(section.page(start, taken), taken)
        start = 0
        count -= taken
