"""Compiling what the debugger reads without a word to the program."""

from __future__ import annotations

import warnings

__all__ = ["quiet_compiler"]


class quiet_compiler:  # noqa: N801 - a context manager that reads like a statement
    """Keeps the compiler's warnings for the program's own compilation of the file.

    The entry goes straight into the list of filters: ``warnings.catch_warnings`` would also forget which warnings the
    program has seen, and so show some of them twice.
    """

    _entry = ("ignore", None, Warning, None, 0)

    def __enter__(self) -> None:
        warnings.filters.insert(0, self._entry)  # type: ignore[attr-defined, unused-ignore]  # pyright: ignore

    def __exit__(self, *exception: object) -> None:
        try:
            warnings.filters.remove(self._entry)  # type: ignore[attr-defined, unused-ignore]  # pyright: ignore
        except ValueError:
            pass
