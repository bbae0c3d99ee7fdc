"""The suspension points of Python files as CPython's own parser and symbol table see them, one JSON line a file.

Reads paths from standard input. A file that this Python cannot parse gives `null`. A point is
`[kind, start line, start column, end line, end column, operands, function, kind of function]`, lines and columns from 0,
columns in UTF-16 code units; `async for` and `async with` end before the colon of their header.
"""

import ast
import functools
import io
import json
import sys
import tokenize
import warnings


def main():
    warnings.simplefilter("ignore")
    for path in sys.stdin.read().splitlines():
        try:
            with tokenize.open(path) as file:
                # Without the translation of line ends that the parser does by itself, too.
                text = file.read()
            found = Points(text).found
        except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError):
            found = None
        print(json.dumps(found))


class Points(ast.NodeVisitor):
    def __init__(self, text):
        self.lines = io.StringIO(text).readlines()
        self.found = []
        self.functions = [Function("<module>", "", "plain")]
        self.visit(ast.parse(text))
        self.found.sort(key=lambda point: point[1:3])
        self.found = [[*point[:6], point[6].qualname, point[6].kind] for point in self.found]

    @functools.cached_property
    def tokens(self):
        """Reading them takes most of the time, and most files have nothing that they are wanted for."""
        return [
            token
            for token in tokenize.generate_tokens(iter(self.lines).__next__)
            if token.type in (tokenize.NAME, tokenize.OP)
            or token.type in (tokenize.NUMBER, tokenize.STRING)
            or tokenize.tok_name[token.type].endswith(("STRING_START", "STRING_END", "STRING_MIDDLE"))
        ]

    # -- functions

    def visit_FunctionDef(self, node, kind="plain"):
        for outside in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(outside)
        self.inside(node.name, kind, node.body)

    def visit_AsyncFunctionDef(self, node):
        self.visit_FunctionDef(node, "coroutine")

    def visit_ClassDef(self, node):
        for outside in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(outside)
        self.inside(node.name, "class", node.body)

    def visit_Lambda(self, node):
        for outside in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(outside)
        self.inside("<lambda>", "plain", [node.body])

    def visit_GeneratorExp(self, node):
        first, *others = node.generators
        self.visit(first.iter)
        function = self.inside("<genexpr>", "generator", [], ends=False)
        before = len(self.found)
        self.comprehension(first)
        for clause in others:
            self.visit(clause.iter)
            self.comprehension(clause)
        self.visit(node.elt)
        if any(point[6] is function for point in self.found[before:]):
            function.kind = "async generator"
        self.functions.pop()

    def inside(self, name, kind, body, ends=True):
        outer = self.functions[-1]
        dot = "" if not outer.qualname else "." if outer.kind == "class" else ".<locals>."
        function = Function(name, outer.qualname + dot + name, kind)
        self.functions.append(function)
        for child in body:
            self.visit(child)
        if ends:
            self.functions.pop()
        return function

    # -- suspension points

    def visit_Yield(self, node):
        function = self.functions[-1]
        function.kind = "async generator" if function.kind in ("coroutine", "async generator") else "generator"
        self.add("yield", self.place(node), [node.value] if node.value else [])
        self.generic_visit(node)

    def visit_YieldFrom(self, node):
        self.functions[-1].kind = "generator"
        self.add("yield from", self.place(node), [node.value])
        self.generic_visit(node)

    def visit_Await(self, node):
        self.add("await", self.place(node), [node.value])
        self.generic_visit(node)

    def visit_AsyncFor(self, node):
        self.add("async for", self.header(node), [node.iter])
        self.generic_visit(node)

    def visit_AsyncWith(self, node):
        self.add("async with", self.header(node), [item.context_expr for item in node.items])
        self.generic_visit(node)

    def visit_comprehension(self, node):
        self.comprehension(node)
        self.visit(node.iter)

    def comprehension(self, node):
        if node.is_async:
            # The clause has no place of its own: it is the last `async` before its target.
            target = (
                node.target.lineno,
                len(self.lines[node.target.lineno - 1].encode()[: node.target.col_offset].decode()),
            )
            start = max(token.start for token in self.tokens if token.string == "async" and token.start < target)
            end = self.place(node.iter)[2:]
            self.add("async comprehension", [*self.from_token(*start), *end], [node.iter])
        for child in (node.target, *node.ifs):
            self.visit(child)

    def add(self, kind, place, operands):
        self.found.append([kind, *place, [self.place(operand) for operand in operands], self.functions[-1]])

    # -- places

    def place(self, node):
        return [*self.at(node.lineno, node.col_offset), *self.at(node.end_lineno, node.end_col_offset)]

    def at(self, line, byte):
        if line > len(self.lines):
            return [line - 1, 0]
        return [line - 1, len(self.lines[line - 1].encode()[:byte].decode().encode("utf-16-le")) // 2]

    def from_token(self, line, column):
        return [line - 1, len(self.lines[line - 1][:column].encode("utf-16-le")) // 2]

    def header(self, node):
        """From the statement's start to before the first colon that no bracket encloses."""
        start = self.at(node.lineno, node.col_offset)
        depth, last = 0, None
        for token in self.tokens:
            if self.from_token(*token.start) < start:
                continue
            if token.type == tokenize.OP:
                if token.string == ":" and depth == 0:
                    break
                depth += (token.string in "([{") - (token.string in ")]}")
            last = token
        return [*start, *self.from_token(*last.end)]


class Function:
    def __init__(self, name, qualname, kind):
        self.name, self.kind = name, kind
        self.qualname = "" if name == "<module>" else qualname


main()
