"""Half a million values sent through a ``yield from``."""

import sys

from timing import measured

COUNT = int(500_000 * float(sys.argv[1]))


def inner(count):
    value = None
    for i in range(count):
        value = yield i  # @hot


def outer(count):
    yield from inner(count)


def cold(total):
    return total  # @cold


def main():
    ping = outer(COUNT)
    next(ping)
    send = ping.send
    for i in range(COUNT - 1):
        send(i)
    cold(COUNT)


measured(main)
