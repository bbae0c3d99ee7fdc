import asyncio
import contextlib


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def main():
    lock = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def held():
        async with lock:
            yield

    async def work():
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(held())
            await rounds(2)
            here()

    await asyncio.gather(work(), work(), work())


if __name__ == "__main__":
    asyncio.run(main())
