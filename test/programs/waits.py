import asyncio
import socket
import sys
import threading

# What a Python as WebAssembly has not got is left out there.
WHOLE = sys.platform != "emscripten"

release = threading.Event()


async def sleep():
    await asyncio.sleep(60)


async def next_round():
    await asyncio.sleep(0)


async def lock(it):
    await it.acquire()


async def with_lock(it):
    async with it:
        pass


async def semaphore(it):
    async with it:
        pass


async def event(it):
    await it.wait()


async def get(it):
    await it.get()


async def put(it):
    await it.put(3)


async def join(it):
    await it.join()


async def barrier(it):
    async with it:
        pass


async def condition(it):
    async with it:
        await it.wait()


async def timed(it):
    await asyncio.wait_for(it.get(), 60)


async def timeout(it):
    async with asyncio.timeout(60):
        await it.wait()


async def task(it):
    await it


async def gather(it):
    await asyncio.gather(it, asyncio.sleep(60))


async def shield(it):
    await asyncio.shield(it)


async def wait(it):
    await asyncio.wait([it])


async def first(it):
    await asyncio.wait([it], return_when="FIRST_COMPLETED", timeout=60)


async def wait_for(it):
    await asyncio.wait_for(it, 60)


async def completed(it):
    for each in asyncio.as_completed([it]):
        await each


async def group(it):
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sleep(), name="child")


async def future(it):
    await it


async def thread():
    await asyncio.to_thread(release.wait)


async def executor(loop):
    await loop.run_in_executor(None, release.wait)


async def reader(it):
    await it.readline()


async def sock(it, loop):
    await loop.sock_recv(it, 1)


async def main():
    loop = asyncio.get_running_loop()
    taken = asyncio.Lock()
    await taken.acquire()
    full = asyncio.Queue(1)
    full.put_nowait(1)
    empty = asyncio.Queue(10)
    running = [
        sleep(),
        lock(taken),
        with_lock(taken),
        semaphore(asyncio.Semaphore(0)),
        event(asyncio.Event()),
        get(empty),
        put(full),
        join(full),
        barrier(asyncio.Barrier(3)),
        condition(asyncio.Condition()),
        timed(empty),
        timeout(asyncio.Event()),
        future(loop.create_future()),
        reader(asyncio.StreamReader()),
        group(None),
    ]
    if WHOLE:
        left, right = socket.socketpair()
        left.setblocking(False)
        running += [thread(), executor(loop), sock(left, loop)]
    tasks = [asyncio.create_task(each, name=each.__name__) for each in running]
    tasks += [
        asyncio.create_task(each(tasks[0]), name=each.__name__)
        for each in (task, gather, shield, wait, first, wait_for, completed)
    ]
    for _ in range(5):
        await asyncio.sleep(0)
    tasks.append(asyncio.create_task(next_round(), name="next_round"))
    await asyncio.sleep(0)
    here = 1  # @stop
    release.set()
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if WHOLE:
        left.close()
        right.close()


asyncio.run(main())
