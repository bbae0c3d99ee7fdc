"""Finds, in text that ends at the cursor, what is being typed and what it is a part of.

The text is not Python yet (``d['na``, ``a.b.``, ``print(x.``), so it is read by hand: forwards for the string or
comment that the cursor is in, backwards for the expression before a dot or bracket.
"""

from __future__ import annotations

from typing import NamedTuple

from coroscope import frozen

__builtins__ = frozen.BUILTINS

LONGEST = 10_000

_CLOSING = {")": "(", "]": "[", "}": "{"}


class Partial(NamedTuple):
    """``prefix`` is what there is already, from index ``start`` on (a quote included)."""

    prefix: str
    start: int
    holder: str | None
    """The expression whose attribute or key it will be; empty if it cannot be told, None for a bare name."""
    quote: str
    """The quote that opens the key being typed; empty outside of strings."""


def split(text: str) -> Partial | None:
    """None where nothing can be completed: in a comment, a number or a string that is no key."""
    if len(text) > LONGEST:
        return None
    states = _string_states(text)
    if states is None:
        return None
    inside, opened = states
    if inside:
        return _key(text, inside, opened)
    start = len(text)
    while start and (text[start - 1].isidentifier() or _continues(text[start - 1])):
        start -= 1
    prefix = text[start:]
    if prefix and not prefix.isidentifier():
        return None
    before = text[:start].rstrip(" \t")
    if not before.endswith("."):
        return Partial(prefix, start, None, "")
    if before[:-1].endswith("."):
        return None
    holder = _expression_before(before[:-1])
    return None if holder.isdecimal() else Partial(prefix, start, holder, "")


def _continues(character: str) -> bool:
    return ("a" + character).isidentifier()


def _string_states(text: str) -> tuple[str, int] | None:
    """The quote that is open at the end, and the index where it opened; None in a comment or a multi-line string."""
    quote = ""
    opened = 0
    index = 0
    while index < len(text):
        character = text[index]
        if quote:
            if character == "\\":
                index += 1
            elif text.startswith(quote, index):
                index += len(quote) - 1
                quote = ""
        elif character == "#":
            end = text.find("\n", index)
            if end < 0:
                return None
            index = end
        elif character in "'\"":
            quote = character * 3 if text.startswith(character * 3, index) else character
            opened = index
            index += len(quote) - 1
        index += 1
    return None if len(quote) == 3 else (quote, opened)


def _key(text: str, quote: str, opened: int) -> Partial | None:
    before = text[:opened].rstrip(" \t")
    typed = text[opened + 1 :]
    if not before.endswith("[") or "\\" in typed:
        return None
    holder = _expression_before(before[:-1])
    return Partial(typed, opened, holder, quote) if holder else None


def _expression_before(text: str) -> str:
    """The primary (name, attributes, items) that the text ends with; empty if it ends with none.

    Brackets are skipped over as they match; what is in them is judged by whoever evaluates the result.
    """
    end = index = len(text.rstrip(" \t"))
    while index:
        character = text[index - 1]
        if character.isidentifier() or _continues(character) or character == ".":
            index -= 1
        elif character in _CLOSING:
            opening = _opening(text, index - 1)
            if opening < 0:
                return ""
            index = opening
            # `f (x)` and `[1, 2]` both end here unless a name stands right before the bracket.
            if not index or not (_continues(text[index - 1]) or text[index - 1] in ")]"):
                break
        elif character in "'\"" and index == end:
            return _string_before(text, index)
        else:
            break
    return text[index:end].lstrip(".")


def _opening(text: str, closing: int) -> int:
    """The index of the bracket that the one at ``closing`` closes; -1 if there is none."""
    depth = 0
    index = closing
    quote = ""
    while index >= 0:
        character = text[index]
        if quote:
            if character == quote:
                quote = ""
        elif character in "'\"":
            quote = character
        elif character in _CLOSING:
            depth += 1
        elif character in "([{":
            depth -= 1
            if depth == 0:
                return index
        index -= 1
    return -1


def _string_before(text: str, end: int) -> str:
    start = text.rfind(text[end - 1], 0, end - 1)
    return text[start:end] if start >= 0 else ""
