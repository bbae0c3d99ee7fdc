"""Tests that need a library from outside of the standard one are skipped, by name, where it is missing."""

from __future__ import annotations

import importlib
import unittest
from collections.abc import Callable


def has(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:  # also where it is there for another version of Python only
        return False
    return True


def needs[Tests: type[unittest.TestCase]](*modules: str) -> Callable[[Tests], Tests]:
    missing = [each for each in modules if not has(each)]
    return unittest.skipIf(bool(missing), f"not installed: {', '.join(missing)}")
