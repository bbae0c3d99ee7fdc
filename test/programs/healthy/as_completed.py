import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def work(n):
    await rounds(n)
    here()
    return n


async def main():
    for each in asyncio.as_completed([work(n) for n in range(5)]):
        await each
        here()


if __name__ == "__main__":
    asyncio.run(main())
