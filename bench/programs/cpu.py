"""Calculation without a single coroutine."""

import sys

from timing import measured

COUNT = int(1_500_000 * float(sys.argv[1]))


def step(value):
    return (value * 1103515245 + 12345) % 2147483648  # @hot


def cold(total):
    return total  # @cold


def main():
    value = 1
    for _ in range(COUNT):
        value = step(value)
    cold(value)


measured(main)
