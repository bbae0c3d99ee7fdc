# deadlock: one one > Lock 'b' > other other > Lock 'a'
import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


a, b = asyncio.Lock(), asyncio.Lock()


async def one():
    async with a:
        await rounds(2)
        await two(b)


async def two(lock):
    async with lock:
        pass


async def other():
    async with b:
        await rounds(2)
        async with a:
            pass


async def main():
    tasks = [asyncio.create_task(one(), name="one"), asyncio.create_task(other(), name="other")]
    await rounds(6)
    here()
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(main())
