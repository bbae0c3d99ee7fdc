# 07. `yield from` any iterable                                                 PEP 380
#
# Idea: `yield from` hands the conversation over until the other side is exhausted.
# The other side need not be a generator: a list, a tuple and a string will do.
#
# In the debugger: `delegate` in the `Coroutine` scope of `items` is first a list's
# iterator, then a tuple's, then a string's. Looking at it does not advance it.


def chain(*iterables):
    for iterable in iterables:
        yield from iterable


items = chain([1, 2], (3, 4), "ab")
print(next(items))
print(next(items))  # @marker in-list
print(next(items))
print(next(items))  # @marker in-tuple
print(next(items))
print(next(items))  # @marker in-string
print("left over:", list(items))
