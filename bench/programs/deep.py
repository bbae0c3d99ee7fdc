"""A chain of ``yield from`` and a value with a million children."""

import sys

sys.setrecursionlimit(10_000)
DEPTH = int(sys.argv[1])
million = list(range(1_000_000))


def descend(depth):
    if depth:
        yield from descend(depth - 1)
    else:
        yield "bottom"  # @stop


for bottom in descend(DEPTH - 1):
    print(bottom)
