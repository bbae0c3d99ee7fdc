# 14. An asynchronous iterator: the class and the generator            PEP 492, PEP 525
#
# Idea: `async for` awaits `__anext__` until StopAsyncIteration. As a class that is a
# page of bookkeeping; an asynchronous generator keeps its place by itself.
#
# In the debugger: while `ticks` waits, its frame stands in the chain of `main`, between
# the `async for` and `asyncio.sleep`. At the stop of mode `suspend`, `yielded` is the
# plain value, without the wrapper that the interpreter puts around it.

import asyncio


class Ticks:
    def __init__(self, count):
        self.count = count
        self.tick = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.tick == self.count:
            raise StopAsyncIteration  # @marker end
        await asyncio.sleep(0)
        self.tick += 1
        return self.tick


async def ticks(count):
    for tick in range(1, count + 1):
        await asyncio.sleep(0)
        yield tick  # @marker tick


async def main():
    async for tick in Ticks(2):
        print("from the class:    ", tick)
    async for tick in ticks(2):
        print("from the generator:", tick)


asyncio.run(main())
