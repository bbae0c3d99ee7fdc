"""A thousand tasks that pass items through queues."""

import asyncio
import sys

from timing import measured

ITEMS = int(40 * float(sys.argv[1])) or 1


async def producer(queue, items):
    for i in range(items):
        await queue.put(i)


async def consumer(queue, items):
    total = 0
    for _ in range(items):
        item = await queue.get()
        total += item  # @hot
    return total


def cold(total):
    return total  # @cold


async def main():
    async with asyncio.TaskGroup() as group:
        tasks = []
        for _ in range(500):
            queue = asyncio.Queue(2)
            group.create_task(producer(queue, ITEMS))
            tasks.append(group.create_task(consumer(queue, ITEMS)))
    cold(sum(task.result() for task in tasks))


measured(lambda: asyncio.run(main()))
