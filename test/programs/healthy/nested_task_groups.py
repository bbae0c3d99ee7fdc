import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def leaf():
    await rounds(3)
    here()


async def branch():
    async with asyncio.TaskGroup() as tg:
        for _ in range(2):
            tg.create_task(leaf())


async def main():
    async with asyncio.TaskGroup() as tg:
        for _ in range(2):
            tg.create_task(branch())
        await rounds(2)
        here()


if __name__ == "__main__":
    asyncio.run(main())
