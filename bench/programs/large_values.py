"""Against us: every value that passes is a large, nested one, of which a text has to be taken then and there."""

import sys

from timing import measured

COUNT = int(20_000 * float(sys.argv[1]))


def rows(count):
    row = {f"field {number}": [number, [number] * 50, "text" * 100] for number in range(50)}
    for _ in range(count):
        got = yield row  # @hot
        assert got is not None


def cold(total):
    return total  # @cold


def main():
    source = rows(COUNT)
    value = next(source)
    for _ in range(COUNT - 1):
        value = source.send(value)
    cold(len(value))


measured(main)
