# 16. A pipeline of generators                                                  PEP 255
#
# Idea: each stage is a `for` loop over the stage before it. Nothing runs until `total`
# asks, and then one line goes all the way through before the next one is read.
#
# In the debugger: no stage delegates to another, they iterate. `iterating` in the
# `Coroutine` scope of each shows the stage it draws from: `costly` from `entries`,
# `entries` from `lines`, `lines` from an iterator of a list.

SHOPPING = """\
apples 3
champagne 40

bread 2
truffles 85
"""


def lines(text):
    for line in text.splitlines():
        if line:
            yield line


def entries(source):
    for line in source:
        name, price = line.split()
        yield name, int(price)


def costly(source, limit):
    for name, price in source:
        if price > limit:
            yield name, price


def total(source):
    result = 0
    for name, price in source:
        print(f"{name:>10} {price:>4}")  # @marker arrived
        result += price
    return result


bill = total(costly(entries(lines(SHOPPING)), limit=10))
print(f"{'total':>10} {bill:>4}")
