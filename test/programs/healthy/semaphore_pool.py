import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def work(pool):
    async with pool:
        await rounds(2)
        here()


async def main():
    pool = asyncio.BoundedSemaphore(2)
    await asyncio.gather(*(work(pool) for _ in range(6)))


if __name__ == "__main__":
    asyncio.run(main())
