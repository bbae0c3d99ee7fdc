# Nested coroutines under gather, under a task group whose parent still stands in its body (cpython#135371).
import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def outer():
    await middle()


async def middle():
    await inner()


async def inner():
    leaves = [asyncio.create_task(leaf(), name=f"{asyncio.current_task().get_name()}.{i}") for i in range(2)]
    await asyncio.gather(*leaves, return_exceptions=True)


async def leaf():
    await asyncio.sleep(60)


async def runner():
    async with asyncio.TaskGroup() as group:
        for i in range(3):
            group.create_task(outer(), name=f"outer{i}")
        group.create_task(leaf(), name="leaf")
        await asyncio.sleep(60)


async def main():
    task = asyncio.create_task(runner(), name="runner")
    await rounds(5)
    here()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
