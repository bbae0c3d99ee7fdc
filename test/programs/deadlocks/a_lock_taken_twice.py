# deadlock: Lock 'Account.lock' > deposit Account.deposit
import asyncio


async def rounds(n):
    for _ in range(n):
        await asyncio.sleep(0)


def here():
    pass  # @stop


class Account:
    def __init__(self):
        self.lock = asyncio.Lock()

    async def deposit(self):
        async with self.lock:
            await self.balance()

    async def balance(self):
        async with self.lock:
            pass


async def main():
    task = asyncio.create_task(Account().deposit(), name="deposit")
    await rounds(2)
    here()
    await task


if __name__ == "__main__":
    asyncio.run(main())
