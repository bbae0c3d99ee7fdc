"""All nodes of a syntax tree, breadth first, also while the interpreter ends: ``ast.walk`` imports as it is called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["walk"]


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    nodes = [tree]
    for node in nodes:  # it grows meanwhile
        nodes += ast.iter_child_nodes(node)
        yield node
