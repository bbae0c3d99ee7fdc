# 17. Tasks: `gather` and `TaskGroup`                          PEP 492, PEP 654, PEP 3156
#
# Idea: a task is a coroutine that an event loop drives, beside others. `gather` collects
# results in the order of its arguments, whoever is first. A TaskGroup leaves no child
# behind: when one fails, the others are cancelled, and their errors come out together.
#
# In the debugger: every task is a thread that shows where it waits, whichever one runs. At
# the breakpoint in `fail`, the other child and `main` are there, each at its `await`.

import asyncio


async def fetch(name, seconds):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print(f"  {name} cancelled")  # @marker cancelled
        raise
    print(f"  {name} done")
    return name.upper()


async def fail(seconds):
    await asyncio.sleep(seconds)
    raise ValueError("no such page")  # @marker fail


async def main():
    print("gather")
    results = await asyncio.gather(fetch("slow", 0.1), fetch("quick", 0.02))
    print("results:", *results)  # @marker gathered

    print("task group")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch("patient", 30))
            group.create_task(fail(0.02))
    except* ValueError as errors:
        print("errors:", *errors.exceptions)  # @marker grouped


asyncio.run(main())
