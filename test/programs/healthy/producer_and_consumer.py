import asyncio


def here():
    pass  # @stop


async def produce(q):
    for i in range(20):
        await q.put(i)
    await q.put(None)


async def consume(q):
    while await q.get() is not None:
        here()


async def main():
    q = asyncio.Queue(2)
    await asyncio.gather(produce(q), consume(q))


if __name__ == "__main__":
    asyncio.run(main())
