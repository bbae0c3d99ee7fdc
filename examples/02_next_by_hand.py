# 02. `next` by hand                                                            PEP 255
#
# Idea: calling a generator function runs nothing. Each `next` runs the body up to the
# next `yield`; running off its end raises StopIteration. A `for` loop does just this.
#
# In the debugger: `state` in the `Coroutine` scope of `launch` goes from created to
# suspended to closed, and `count` keeps its value in between.

from inspect import getgeneratorstate


def countdown(count):
    print("  (the body begins)")
    while count > 0:
        yield count
        count -= 1
    print("  (the body ends)")


launch = countdown(2)
print(getgeneratorstate(launch))  # @marker created

print("next:", next(launch))
print(getgeneratorstate(launch))  # @marker suspended

print("next:", next(launch))
try:
    next(launch)
except StopIteration:
    print("StopIteration")  # @marker stopped
print(getgeneratorstate(launch))
