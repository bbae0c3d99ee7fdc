"""Awaits of asyncio: three levels of coroutines above ``sleep(0)``, a hundred tasks of them."""

import asyncio
import sys

from timing import measured

ROUNDS = int(400 * float(sys.argv[1])) or 1


async def leaf(value):
    await asyncio.sleep(0)  # @hot
    return value


async def middle(value):
    return await leaf(value)


async def worker(rounds):
    total = 0
    for i in range(rounds):
        total += await middle(i)
    return total


def cold(total):
    return total  # @cold


async def main():
    cold(sum(await asyncio.gather(*(worker(ROUNDS) for _ in range(100)))))


measured(lambda: asyncio.run(main()))
