# 01. A list built at once, and a generator                            PEP 255, PEP 289
#
# Idea: a list holds every value before the first one is used. A generator holds one
# frame and makes each value when somebody asks, so a sum of a million squares needs
# room for one square.
#
# In the debugger: after the first `next`, `lazy` is a thread of its own, suspended at
# its `yield`. Its `Coroutine` scope says what was yielded last and what its `for` loop
# iterates over; its locals are the one square it knows. After `sum` it is closed.

import sys

COUNT = 1_000_000


def squares(count):
    for number in range(count):
        yield number * number


eager = [number * number for number in range(COUNT)]
lazy = squares(COUNT)

print("first of the list:     ", eager[0])
print("first of the generator:", next(lazy))

rest = sum(lazy)  # @marker suspended
print("same sum:", sum(eager) == eager[0] + rest)  # @marker exhausted

ratio = sys.getsizeof(eager) / sys.getsizeof(lazy)
print("the list takes the room of more than 10,000 generators:", ratio > 10_000)
