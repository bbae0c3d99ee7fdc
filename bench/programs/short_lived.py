"""Against us: generators that begin, yield once and end, so that each costs a record that is used twice."""

import sys

from timing import measured

COUNT = int(100_000 * float(sys.argv[1]))


def once(number):
    yield number  # @hot


def cold(total):
    return total  # @cold


def main():
    total = 0
    for number in range(COUNT):
        for value in once(number):
            total += value
    cold(total)


measured(main)
