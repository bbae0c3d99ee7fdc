"""Tasks of every sort at one moment: workers that wait alike, two that wait for each other, and generators at rest."""

import asyncio


def numbers(first):
    number = first
    while True:
        word = yield number
        number = number + 1 if word is None else len(word)


def pairs():
    yield from numbers(7)


async def fetch(queue):
    while True:
        item = await queue.get()
        print("fetched", item)  # @marker fetched


async def transfer(mine, other):
    async with mine:
        await asyncio.sleep(0)
        async with other:  # @marker deadlock
            raise AssertionError("never")


async def main():
    queue, left, right = asyncio.Queue(), asyncio.Lock(), asyncio.Lock()
    workers = [asyncio.create_task(fetch(queue), name=f"worker-{number}") for number in range(8)]
    workers.append(asyncio.create_task(transfer(left, right), name="left-to-right"))
    workers.append(asyncio.create_task(transfer(right, left), name="right-to-left"))
    counting, nested = numbers(40), pairs()
    next(counting), counting.send("three")
    next(nested)
    for _ in range(4):
        await asyncio.sleep(0)
    idle = workers[0]
    print("standing", counting, nested, idle)  # @marker standing
    queue.put_nowait("parcel")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


asyncio.run(main())
