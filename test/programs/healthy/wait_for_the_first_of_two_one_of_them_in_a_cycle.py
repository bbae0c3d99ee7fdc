import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def main():
    me = asyncio.current_task()

    async def wait_for_main():
        await asyncio.wait([me])

    cyclic, event = asyncio.create_task(wait_for_main()), asyncio.Event()

    async def other():
        await rounds(4)
        here()

    await asyncio.wait([cyclic, asyncio.create_task(other())], return_when="FIRST_COMPLETED")


if __name__ == "__main__":
    asyncio.run(main())
