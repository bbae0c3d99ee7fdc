import asyncio
import contextlib


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def waits(other):
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.2):
            await asyncio.wait([other[0]])


async def main():
    other = []
    first = asyncio.create_task(waits(other))
    other.append(asyncio.create_task(asyncio.wait([first])))
    await rounds(5)
    here()
    await asyncio.gather(first, *other)


if __name__ == "__main__":
    asyncio.run(main())
