# 12. Any chain of awaits ends with a yield                                     PEP 492
#
# Idea: four coroutines await one another, and at the far end one generator yields.
# Whoever calls `send` on the outermost talks to that one. By hand or by an event loop
# makes no difference: asyncio, too, resumes a task with `send(None)`.
#
# In the debugger: the thread of `guest` has five frames, `bell` on top. At the stops of
# mode `resume` compare the stacks: the first ends at our own `send`, the second in the
# event loop's folded frames; `sent` is 'ding', then None.

import asyncio
import types


@types.coroutine
def bell():
    sound = yield  # @marker bell
    return sound or "silence"


async def oven():
    return f"baked until {await bell()}"


async def cook():
    return f"pie, {await oven()}"


async def waiter():
    return f"{await cook()}, on a tray"


async def guest():
    return f"served: {await waiter()}"


dinner = guest()
dinner.send(None)
try:
    dinner.send("ding")  # @marker five-deep
except StopIteration as stop:
    print("by hand:   ", stop.value)

print("by asyncio:", asyncio.run(guest()))
