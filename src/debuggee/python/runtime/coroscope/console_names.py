"""The names that awaiting code typed into the debug console sees and sets, while the program runs on under it."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import CodeType
from typing import Any

from . import expressions, frame_locals, interpreter
from .looking import MISSING
from .stacks import Shown

_HAS_PROXIES = sys.version_info >= (3, 13)


def main_names() -> dict[str, Any]:
    main = sys.modules.get("__main__")
    return main.__dict__ if main is not None else {}


@contextmanager
def of(code: CodeType, shown: Shown | None, is_expression: bool) -> Generator[tuple[dict[str, Any], Any]]:
    """Globals and locals for running ``code`` in a frame; what it assigns is in the frame afterwards."""
    frame = None if shown is None else shown.frame
    if frame is None or not frame_locals.is_function(frame):
        names = main_names() if frame is None else frame.f_locals
        yield (names if frame is None else frame.f_globals), names
        return
    local_names: Any = frame.f_locals if _HAS_PROXIES else dict(frame_locals.names_of(frame))
    before = {} if _HAS_PROXIES else dict(local_names)
    global_names = frame.f_globals
    if is_expression and expressions.has_nested_code(code):
        # A lambda or a generator expression looks its names up among the globals. An expression sets none of those.
        global_names = {**frame.f_globals, **local_names}
    try:
        yield global_names, local_names
    finally:
        if not _HAS_PROXIES and (shown is None or shown.coroutine is None or interpreter.frame_of(shown.coroutine)):
            # On 3.12 they were copies, and the frame may have run on: only what was set here is taken over.
            names = frame_locals.names_of(frame)
            for name, value in local_names.items():
                if before.get(name, MISSING) is not value:
                    names[name] = value
            frame_locals.write_back(frame)
