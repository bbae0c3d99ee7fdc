"""Which code is the user's own, and what a file is called.

Not the user's: the standard library, installed packages (``site-packages``, ``dist-packages``), frozen modules, code
made up at run time under a name in angle brackets, and this runtime. Folders named in the setting ``userRoots`` are
the user's in any case.
"""

from __future__ import annotations

import os
import sys
from types import CodeType

RUNTIME_FOLDER = os.path.dirname(os.path.abspath(__file__))
_PACKAGES = ("site-packages", "dist-packages")


def _library_folders() -> tuple[str, ...]:
    folders = {os.path.dirname(os.path.abspath(os.__file__))}
    version = f"python{sys.version_info[0]}{sys.version_info[1]}.zip"
    folders.update(entry for entry in sys.path if entry.endswith(version))
    return tuple(sorted({form for folder in folders for form in (folder, os.path.realpath(folder))}))


class UserCode:
    """Answers, with memory, whether code is the user's, and the canonical path of a file name."""

    def __init__(self, launched_as_text: bool, others: tuple[str, ...] = ()) -> None:
        """``others`` are folders of code that is not the user's, wherever it lies."""
        self._roots: tuple[str, ...] = ()
        folders = [*_library_folders(), *(form for folder in others for form in _both(folder))]
        self._libraries = tuple({os.path.normcase(folder) + os.sep for folder in folders})
        self._runtime = tuple({os.path.normcase(form) + os.sep for form in _both(os.path.dirname(RUNTIME_FOLDER))})
        self.decided: dict[str, bool] = {"<string>": launched_as_text, "<stdin>": True}
        """By the name of a file, where it was asked for before: for whoever asks so often that a call is too much."""

    def set_roots(self, roots: list[str]) -> None:
        """Folders whose files are the user's in any case."""
        self._roots = tuple(canonical(root) + os.sep for root in roots)
        for name in [name for name in self.decided if not name.startswith("<")]:
            del self.decided[name]

    def is_user(self, code: CodeType) -> bool:
        return self.is_user_file(code.co_filename)

    def is_user_file(self, filename: str) -> bool:
        known = self.decided.get(filename)
        if known is None:
            known = self.decided[filename] = self._decide(filename)
        return known

    def is_runtime(self, filename: str) -> bool:
        return os.path.normcase(filename).startswith(self._runtime)

    def _decide(self, filename: str) -> bool:
        if filename.startswith("<"):
            return False
        forms = {os.path.normcase(os.path.abspath(filename)), canonical(filename)}
        if any(form.startswith(self._runtime) for form in forms):
            return False
        if any(form.startswith(self._roots) for form in forms):
            return True
        if any(form.startswith(self._libraries) for form in forms):
            return False
        return not any(part in _PACKAGES for form in forms for part in form.split(os.sep))


def _both(folder: str) -> tuple[str, str]:
    return os.path.abspath(folder), os.path.realpath(folder)


_canonical: dict[str, str] = {}


def canonical(path: str) -> str:
    """One spelling for each file: links resolved, upper and lower case folded where the system does."""
    known = _canonical.get(path)
    if known is None:
        known = _canonical[path] = os.path.normcase(os.path.realpath(path))
    return known


def display_path(filename: str) -> str | None:
    """The path of a code object's file as the editor should open it; None for code without a file."""
    if filename.startswith("<"):
        return None
    return os.path.abspath(filename)
