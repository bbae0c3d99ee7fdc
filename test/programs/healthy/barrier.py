import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def meet(barrier):
    await barrier.wait()
    here()


async def main():
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(meet(barrier)) for _ in range(2)]
    await rounds(3)
    here()
    await barrier.wait()
    await asyncio.gather(*tasks)


if __name__ == "__main__":
    asyncio.run(main())
