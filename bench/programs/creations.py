"""Against us: tasks of one step each, as who makes a task is never sampled."""

import asyncio
import sys

from timing import measured

GROUPS = int(100 * float(sys.argv[1])) or 1


async def step(number):
    return number  # @hot


def cold(total):
    return total  # @cold


async def main():
    total = 0
    for _ in range(GROUPS):
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(step(number)) for number in range(100)]
        total += sum(task.result() for task in tasks)
    cold(total)


measured(lambda: asyncio.run(main()))
