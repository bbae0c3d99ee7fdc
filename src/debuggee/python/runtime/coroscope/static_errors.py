"""Why an expression has no value that can be had by looking. Each message is a sentence for a person."""

from __future__ import annotations


class WouldRun(Exception):  # noqa: N818 - it says what would happen, nothing has gone wrong
    """Only running code of the program could tell."""


class LookupFailed(Exception):  # noqa: N818
    """Evaluating the expression would fail: a name, attribute, key or index is not there."""
