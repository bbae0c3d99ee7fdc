# deadlock: first wait > second wait_for
import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


async def wait(others):
    await others[0]


async def main():
    others = []
    first = asyncio.create_task(wait(others), name="first")
    others.append(asyncio.create_task(asyncio.wait_for(asyncio.shield(first), None), name="second"))
    await rounds(3)
    here()
    await first


if __name__ == "__main__":
    asyncio.run(main())
