"""A failure inside the runtime is said once, with its traceback, and never reaches the program."""

from __future__ import annotations

from collections.abc import Callable

_said: set[str] = set()
_say: Callable[[str], None] = lambda text: None  # noqa: E731


def connect(say: Callable[[str], None]) -> None:
    global _say
    _say = say


def report(error: BaseException) -> None:
    import traceback

    text = "".join(traceback.format_exception(error))
    if text in _said or len(_said) > 100:
        return
    _said.add(text)
    _say(
        "Coroscope's runtime failed inside; the program was not disturbed, but what you see may be incomplete. "
        "Please report this:\n" + text
    )
