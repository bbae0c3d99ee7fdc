"""Values go in and come out in every way there is; then tasks take turns, and one of them keeps the loop to itself."""

import asyncio
import time


def listener(name):
    heard = []
    while True:
        try:
            word = yield f"{name} has heard {len(heard)}"  # @marker listening
        except LookupError as problem:
            word = f"no {problem}"
        if word is None:
            return heard
        heard.append(word)


def switchboard():
    first = yield from listener("Ann")
    second = yield from listener("Ben")
    return first + second


def talk(call):
    next(call)
    call.send("hello")
    call.throw(LookupError("answer"))  # @marker throw
    call.send("goodbye")
    call.send(None)
    call.send("who is there?")
    try:
        call.send(None)
    except StopIteration as stop:
        print("said:", stop.value)


async def producer(queue):
    for number in range(4):
        await queue.put(f"parcel {number}")
        await asyncio.sleep(0.01)
    await queue.put(None)


async def weigh(parcel):
    if parcel.endswith("2"):
        until = time.monotonic() + 0.06
        while time.monotonic() < until:  # @marker busy
            pass
    return len(parcel)


async def consumer(queue):
    while (parcel := await queue.get()) is not None:
        print("weighs", await weigh(parcel))


async def clock(stopped):
    tick = 0
    while not stopped.is_set():
        await asyncio.sleep(0.02)  # @marker ticking
        tick += 1


async def main():
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(producer(queue), name="producer")
        group.create_task(consumer(queue), name="consumer")
    stopped = asyncio.Event()
    clocks = [asyncio.create_task(clock(stopped), name=f"clock {number}") for number in range(3)]
    print("all said")  # @marker said
    await asyncio.gather(*clocks)


talk(switchboard())
asyncio.run(main())
