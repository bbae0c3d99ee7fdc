"""A million exchanges: forty generators, every fourth of which delegates to another, are resumed in turns."""

import itertools

GENERATORS = 40
# As much as is there at each of the two stops.
ROUNDS = 2_500, 22_500


def count(first):
    number = first
    while True:
        number += (yield number) or 1


def relay(first):
    yield from count(first)


def resume(generators, rounds):
    for _ in itertools.repeat(None, rounds):
        for generator in generators:
            next(generator)


def main():
    generators = [(relay if number % 4 == 3 else count)(number) for number in range(GENERATORS)]
    few, many = ROUNDS
    resume(generators, few)
    print("a hundred thousand")  # @marker few
    resume(generators, many)
    print("a million")  # @marker many


main()
