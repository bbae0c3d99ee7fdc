import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def main():
    lock = asyncio.Lock()

    async def other():
        async with lock:
            here()

    async with lock:
        lock.release()
        task = asyncio.create_task(other())
        await rounds(1)
        here()
        await task
        await lock.acquire()


if __name__ == "__main__":
    asyncio.run(main())
