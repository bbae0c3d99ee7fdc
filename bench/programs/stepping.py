"""A few tasks of one function to step through."""

import asyncio


async def work(number):
    total = 0
    for i in range(1000):
        total += i
        await asyncio.sleep(0)  # @stop
        total -= number
    return total


async def main():
    await asyncio.gather(*(work(number) for number in range(3)))


asyncio.run(main())
