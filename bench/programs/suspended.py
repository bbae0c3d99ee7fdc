"""Holds a great number of suspended generators, then comes to a line to stop at."""

import sys

COUNT = int(sys.argv[1])


def talk(number):
    heard = yield number
    while True:
        heard = yield heard


def begin(number):
    generator = talk(number)
    next(generator)
    return generator


held = [begin(number) for number in range(COUNT)]
print("ready")  # @stop
