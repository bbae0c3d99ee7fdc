"""A failure inside the runtime is said once, with its traceback, and never reaches the program."""

from __future__ import annotations

from collections.abc import Callable

_said: set[str] = set()
_say: Callable[[str], None] = lambda text: None  # noqa: E731


def connect(say: Callable[[str], None]) -> None:
    global _say
    _say = say


def report(error: BaseException) -> None:
    text = _text(error)
    if text in _said or len(_said) > 100:
        return
    _said.add(text)
    _say(
        "Coroscope's runtime failed inside; the program was not disturbed, but what you see may be incomplete. "
        "Please report this:\n" + text
    )


def _text(error: BaseException) -> str:
    try:
        import traceback
    except ImportError:  # the interpreter is at its end, where nothing can be imported
        places, at = "", error.__traceback__
        while at is not None:
            places += f"  {at.tb_frame.f_code.co_qualname}, line {at.tb_lineno}\n"
            at = at.tb_next
        return f"{places}{type(error).__name__}: {error}\n"
    return "".join(traceback.format_exception(error))
