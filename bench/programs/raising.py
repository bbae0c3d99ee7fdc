"""Exceptions that are raised and caught all the time: at once, further out, by a library's user, by C."""

import json
import sys

from timing import measured

COUNT = int(20_000 * float(sys.argv[1]))


class Lazy:
    def __getattr__(self, name):
        raise AttributeError(name)


def number(text):
    try:
        return int(text)  # @hot
    except ValueError:
        return None


def descend(depth):
    if depth == 0:
        raise LookupError("the end")
    descend(depth - 1)


def parse(text):
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def cold(total):
    return total  # @cold


def main():
    lazy = Lazy()
    nothing = {}
    found = 0
    for i in range(COUNT):
        found += number("one") is None
        try:
            nothing[i]
        except KeyError:
            found += 1
        try:
            descend(5)
        except LookupError:
            found += 1
        found += hasattr(lazy, "missing")
        found += parse("{") is None
        try:
            next(iter(()))
        except StopIteration:
            found += 1
    cold(found)


measured(main)
