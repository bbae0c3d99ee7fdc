import asyncio


def here():
    pass  # @stop


async def work(q):
    while True:
        await q.get()
        await asyncio.sleep(0)
        here()
        q.task_done()


async def main():
    q = asyncio.Queue()
    for i in range(10):
        q.put_nowait(i)
    workers = [asyncio.create_task(work(q)) for _ in range(3)]
    await q.join()
    for each in workers:
        each.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
