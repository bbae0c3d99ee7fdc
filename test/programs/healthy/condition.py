import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def wait(cond, ready):
    async with cond:
        await cond.wait_for(lambda: ready)
        here()


async def main():
    cond, ready = asyncio.Condition(), []
    tasks = [asyncio.create_task(wait(cond, ready)) for _ in range(3)]
    await rounds(3)
    here()
    async with cond:
        ready.append(1)
        cond.notify_all()
        await rounds(2)
        here()
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(main())
