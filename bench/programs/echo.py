"""An echo server under the load of twenty clients, all on one loop and on loopback."""

import asyncio
import sys

from timing import measured

ROUNDS = int(500 * float(sys.argv[1])) or 1


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line)  # @hot
        await writer.drain()
    writer.close()


async def client(port, rounds):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for i in range(rounds):
        writer.write(b"%d\n" % i)
        await writer.drain()
        await reader.readline()
    writer.close()
    await writer.wait_closed()
    return rounds


def cold(total):
    return total  # @cold


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    cold(sum(await asyncio.gather(*(client(port, ROUNDS) for _ in range(20)))))
    server.close()


measured(lambda: asyncio.run(main()))
