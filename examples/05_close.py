# 05. `close` and GeneratorExit                                                 PEP 342
#
# Idea: `close` throws GeneratorExit in at the suspension point, so that `finally` and
# `with` blocks can tidy up. A generator that never started has nothing to tidy: its
# body never runs.
#
# In the debugger: at the stop inside `except`, `thrown` is GeneratorExit and the frame
# below is the one that called `close`. Nobody is stopped by a GeneratorExit unasked.

from inspect import getgeneratorstate


def reader(name):
    print(f"  {name}: opened")
    try:
        yield f"{name}: first line"
    except GeneratorExit:
        print(f"  {name}: told to stop")  # @marker told
        raise
    finally:
        print(f"  {name}: closed")


started = reader("started")
print(next(started))
started.close()
print("started:", getgeneratorstate(started))

never_started = reader("never started")
never_started.close()
print("never started:", getgeneratorstate(never_started))  # @marker closed
