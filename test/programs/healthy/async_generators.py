import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def numbers(lock):
    for i in range(5):
        async with lock:
            yield i
            await rounds(1)


async def doubled(source):
    async for each in source:
        yield each * 2
        here()


async def main():
    lock = asyncio.Lock()

    async def use():
        async for each in doubled(numbers(lock)):
            await rounds(1)
            here()

    await asyncio.gather(use(), use())


if __name__ == "__main__":
    asyncio.run(main())
