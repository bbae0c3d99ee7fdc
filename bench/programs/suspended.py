"""Holds a great number of suspended coroutines of one kind, then comes to a line to stop at, or waits to be paused.

    python suspended.py COUNT [generators | coroutines | asyncgens | tasks] [pause]
"""

import asyncio
import sys
from types import coroutine

COUNT = int(sys.argv[1])
KIND = sys.argv[2] if len(sys.argv) > 2 else "generators"
PAUSED = "pause" in sys.argv[3:]


def talk(number):
    heard = yield number
    while True:
        heard = yield heard


def generators():
    made = [talk(number) for number in range(COUNT)]
    for each in made:
        next(each)
    return made


@coroutine
def pass_on():
    yield


async def fetch(number):
    await pass_on()


def coroutines():
    made = [fetch(number) for number in range(COUNT)]
    for each in made:
        each.send(None)
    return made


async def stream(number):
    yield number
    await pass_on()


def asyncgens():
    made = [stream(number) for number in range(COUNT)]
    for each in made:
        try:
            each.asend(None).send(None)
        except StopIteration:
            pass
    return made


async def wait(event):
    await event.wait()


async def work(event, number):
    await wait(event)


async def tasks():
    event = asyncio.Event()
    made = [asyncio.create_task(work(event, number)) for number in range(COUNT)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    come_to_the_stop()
    for each in made:
        each.cancel()
    await asyncio.wait(made)


def turn():
    pass


def come_to_the_stop():
    print("ready", flush=True)  # @stop
    while PAUSED:
        turn()
    after = COUNT
    print(after)


if KIND == "tasks":
    asyncio.run(tasks())
else:
    held = {"generators": generators, "coroutines": coroutines, "asyncgens": asyncgens}[KIND]()
    come_to_the_stop()
