import asyncio
import contextlib


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def one(a, b, patience):
    async with a:
        await rounds(2)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(b.acquire(), patience)
            b.release()


async def main():
    a, b = asyncio.Lock(), asyncio.Lock()
    both = [asyncio.create_task(one(a, b, 0.2)), asyncio.create_task(one(b, a, None))]
    await rounds(6)
    here()
    await asyncio.gather(*both)


if __name__ == "__main__":
    asyncio.run(main())
