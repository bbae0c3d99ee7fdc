import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def work(lock, other):
    for _ in range(2):
        async with lock:
            await rounds(2)
            async with other:
                await rounds(1)
                here()


async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(*(work(a, b) for _ in range(4)))


if __name__ == "__main__":
    asyncio.run(main())
