# 09. The same conversation, refactored                                         PEP 380
#
# Idea: a piece of a generator can move into a helper as a piece of a function can, and
# the caller cannot tell. The expression `yield from` is worth what the sub-generator
# returned, so results come back the way they would from a call.
#
# In the debugger: the delegation chain is now three deep (`general`, `each_of`,
# `internal`), and still what is sent lands in the innermost. At `returned` the value
# that came out of `internal` is in `result`.


def internal(name, number):
    heard = []
    for step in range(2):
        received = yield f"{name} {number + step}"
        heard.append(received)
    return f"{name} heard {' and '.join(heard)}"


def each_of(pairs):
    results = []
    for name, number in pairs:
        result = yield from internal(name, number)
        results.append(result)  # @marker returned
    return results


def general():
    return (yield from each_of([("first", 10), ("second", 20)]))


talk = general()
print(next(talk))
print(talk.send("A"))  # @marker three-deep
print(talk.send("B"))
print(talk.send("C"))
try:
    talk.send("D")
except StopIteration as stop:
    print("results:", stop.value)  # @marker results
