# deadlock: p0 eat > BoundedSemaphore 'forks[1]' (0 left) > p1 eat > BoundedSemaphore 'forks[2]' (0 left) > p2 eat > BoundedSemaphore 'forks[0]' (0 left)
import asyncio
import contextlib


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


forks = [asyncio.BoundedSemaphore() for _ in range(3)]


@contextlib.asynccontextmanager
async def fork(i):
    async with forks[i % 3]:
        yield


async def eat(i):
    async with fork(i):
        await rounds(3)
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(fork(i + 1))


async def main():
    tasks = [asyncio.create_task(eat(i), name=f"p{i}") for i in range(3)]
    await rounds(9)
    here()
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(main())
