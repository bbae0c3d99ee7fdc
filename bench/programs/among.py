"""Comes to one line again and again, in tasks that others await, among a great number of tasks that have nothing to do with it."""

import asyncio
import sys

COUNT = int(sys.argv[1])


async def wait(event):
    await event.wait()


async def visit(number):
    number += 1  # @stop
    number += 1
    return number


async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(wait(event)) for _ in range(COUNT)]
    await asyncio.sleep(0)
    for number in range(1000):
        await asyncio.gather(visit(number))
    event.set()
    await asyncio.wait(tasks)


asyncio.run(main())
