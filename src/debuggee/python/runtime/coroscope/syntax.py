"""What only the source text tells: the flavour of an ``await``, the extent of a statement, the ``try`` around a line.

Trees are parsed when first asked for and kept for as long as the file does not change. A file that cannot be read or
parsed simply has no tree; whoever asks gets the answer that holds without one.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from types import CodeType
from typing import TYPE_CHECKING

from . import source_text
from .ast_walk import walk
from .quiet_compiler import quiet_compiler

if TYPE_CHECKING:
    from .positions import Position


type Protecting = ast.Try | ast.TryStar | ast.With | ast.AsyncWith


type Comprehension = ast.ListComp | ast.SetComp | ast.DictComp


class SourceFile:
    """The tree of one version of a file, or why there is none (``error``)."""

    def __init__(self, path: str, text: str | None) -> None:
        self.path = path
        self.tree: ast.Module | None = None
        self.error: SyntaxError | None = None
        self._text = text
        self._code: CodeType | None = None
        if text is None:
            return
        try:
            with quiet_compiler():
                self.tree = ast.parse(text, path)
        except SyntaxError as error:
            self.error = error.with_traceback(None)
        except (ValueError, RecursionError, MemoryError) as error:
            self.error = SyntaxError(str(error))
        self._statements: list[tuple[int, int]] | None = None
        self._tries: list[Protecting] | None = None
        self._awaits: dict[tuple[int, int], str] | None = None
        self._comprehensions: list[Comprehension] | None = None

    def code(self) -> CodeType | None:
        """The file compiled, never run: for the lines that can be hit before the program has loaded it."""
        if self._code is None and self.tree is not None and self._text is not None:
            try:
                with quiet_compiler():
                    self._code = compile(self._text, self.path, "exec", dont_inherit=True)
            except SyntaxError as error:
                self.error = error.with_traceback(None)
            except (ValueError, RecursionError, MemoryError) as error:
                self.error = SyntaxError(str(error))
        return self._code

    def statement(self, line: int) -> tuple[int, int]:
        """First and last line of the simple statement (or the header of the compound one) that ``line`` belongs to."""
        if self.tree is None:
            return line, line
        if self._statements is None:
            self._statements = list(_statement_spans(self.tree))
        best = (line, line)
        for first, last in self._statements:
            if first <= line <= last and (best == (line, line) or last - first <= best[1] - best[0]):
                best = (first, last)
        return best

    def tries(self) -> list[Protecting]:
        """All ``try`` and ``with`` statements, outer ones first."""
        if self.tree is None:
            return []
        if self._tries is None:
            kinds = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
            self._tries = [node for node in walk(self.tree) if isinstance(node, kinds)]
        return self._tries

    def comprehensions(self, first: int, last: int) -> list[Comprehension]:
        """The comprehensions that have no frame of their own (PEP 709) and touch these lines, outer ones first."""
        if self.tree is None:
            return []
        if self._comprehensions is None:
            kinds = (ast.ListComp, ast.SetComp, ast.DictComp)
            self._comprehensions = [node for node in walk(self.tree) if isinstance(node, kinds)]
        return [node for node in self._comprehensions if node.lineno <= last and first <= (node.end_lineno or 0)]

    def expressions(self, first: int, last: int) -> list[ast.AST]:
        """Every node that begins on these lines."""
        if self.tree is None:
            return []
        return [node for node in walk(self.tree) if first <= getattr(node, "lineno", 0) <= last]

    def awaits(self) -> dict[tuple[int, int], str]:
        """Kind of suspension point by the line and byte column at which the interpreter places it."""
        if self.tree is None:
            return {}
        if self._awaits is None:
            self._awaits = dict(_await_kinds(self.tree))
        return self._awaits


def _statement_spans(tree: ast.Module) -> Iterator[tuple[int, int]]:
    for node in walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            header_end = max(node.lineno, body[0].lineno - 1)
            if isinstance(node, ast.Match):
                header_end = node.subject.end_lineno or node.lineno
            yield node.lineno, header_end
        elif isinstance(node, ast.Match):
            yield node.lineno, node.subject.end_lineno or node.lineno
        else:
            yield node.lineno, node.end_lineno or node.lineno


def _await_kinds(tree: ast.Module) -> Iterator[tuple[tuple[int, int], str]]:
    for node in walk(tree):
        if isinstance(node, ast.AsyncFor):
            yield (node.iter.lineno, node.iter.col_offset), "async for"
        elif isinstance(node, ast.AsyncWith):
            for item in node.items:
                yield (item.context_expr.lineno, item.context_expr.col_offset), "async with"
            yield (node.lineno, node.col_offset), "async with"
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            if any(generator.is_async for generator in node.generators):
                yield (node.lineno, node.col_offset), "async comprehension"
                for generator in node.generators:
                    if generator.is_async:
                        yield (generator.iter.lineno, generator.iter.col_offset), "async comprehension"
                        yield (generator.target.lineno, generator.target.col_offset), "async comprehension"


_files: dict[str, tuple[tuple[int, int], SourceFile]] = {}


def source_file(path: str) -> SourceFile:
    """The parsed file at ``path``, parsed again when its time or size changed."""
    try:
        status = os.stat(path)
        version = (status.st_mtime_ns, status.st_size)
    except OSError:
        version = (0, 0)
    cached = _files.get(path)
    if cached is not None and cached[0] == version:
        return cached[1]
    lines = source_text.lines(path)
    file = SourceFile(path, None if lines is None else "\n".join(lines) + "\n")
    if len(_files) > 256:
        _files.clear()
    _files[path] = (version, file)
    return file


def await_kind(path: str | None, position: Position) -> str:
    """``await``, ``async for``, ``async with`` or ``async comprehension`` for a suspension point the bytecode calls await."""
    if path is None or position.column is None:
        return "await"
    file = source_file(path)
    if file.tree is None:
        return "await"
    key = (position.line, position.column)
    kind = file.awaits().get(key)
    if kind is None:
        return "await"
    # An `await` of its own may begin at the same place, as in `async for x in await f()`.
    text = source_text.lines(path)
    if text and 0 < position.line <= len(text):
        rest = text[position.line - 1].encode("utf-8", "surrogatepass")[position.column :]
        if rest.startswith(b"await") and not rest[5:6].isalnum():
            return "await"
    return kind
