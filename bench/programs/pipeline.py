"""A pipeline of ten generators, each of which loops over the one before."""

import sys

from timing import measured

COUNT = int(100_000 * float(sys.argv[1]))


def numbers(count):
    for i in range(count):
        yield i


def stage(source):
    for value in source:
        yield value + 1  # @hot


def cold(total):
    return total  # @cold


def main():
    values = numbers(COUNT)
    for _ in range(10):
        values = stage(values)
    total = 0
    for value in values:
        total += value
    cold(total)


measured(main)
