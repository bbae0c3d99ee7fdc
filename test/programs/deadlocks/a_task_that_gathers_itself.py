# deadlock: itself itself
import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def itself():
    await asyncio.gather(asyncio.current_task(), asyncio.sleep(60))


async def main():
    task = asyncio.create_task(itself(), name="itself")
    await rounds(2)
    here()
    await task


if __name__ == "__main__":
    asyncio.run(main())
