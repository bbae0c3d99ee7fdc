import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def consume(signal, other):
    async with signal:
        await other


async def main():
    signal = asyncio.Semaphore(1)
    last = asyncio.create_task(rounds(0))
    await last

    async def second():
        async with signal:
            here()

    inner = asyncio.create_task(second())
    signal_holder = asyncio.create_task(consume(signal, inner))
    await rounds(3)
    here()
    signal.release()
    await signal_holder


if __name__ == "__main__":
    asyncio.run(main())
