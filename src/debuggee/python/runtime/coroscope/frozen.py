"""The builtins as they were when the runtime was loaded.

A program may replace ``len``, ``repr`` or ``isinstance`` in ``builtins`` (test suites do, with ``mock.patch``), and what
it puts there is code of the program, which looking at a value must never run. A function looks its builtins up in the
``__builtins__`` of its module at the time it is defined, so a module that begins with::

    __builtins__ = frozen.BUILTINS

keeps the ones it was written against.
"""

from __future__ import annotations

import builtins
from typing import Any

# An interactive interpreter keeps its last result under "_": holding on to that would keep a user's object alive.
BUILTINS: dict[str, Any] = {name: value for name, value in vars(builtins).items() if name != "_"}
