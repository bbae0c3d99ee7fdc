"""A walk with ``yield from`` over a tree that is a chain 50 deep with a leaf at each step."""

import sys

from timing import measured

ROUNDS = int(400 * float(sys.argv[1])) or 1
DEPTH = 50


def tree(depth):
    return None if depth == 0 else (tree(depth - 1), depth)


def walk(node):
    if node is None:
        return
    below, value = node
    yield value  # @hot
    yield from walk(below)


def cold(total):
    return total  # @cold


def main():
    root = tree(DEPTH)
    total = 0
    for _ in range(ROUNDS):
        for value in walk(root):
            total += value
    cold(total)


measured(main)
