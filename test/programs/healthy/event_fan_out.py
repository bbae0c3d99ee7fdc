import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def wait(event):
    await event.wait()
    here()


async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(wait(event)) for _ in range(4)]
    await rounds(2)
    here()
    event.set()
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(main())
