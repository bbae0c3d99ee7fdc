"""Says how long a program's work takes, where no debugger can lose or delay it."""

import os
import socket
from time import perf_counter, process_time


def measured(work):
    """Does ``work`` once a turn: for each line that comes from the port ``COROSCOPE_BENCH_PORT``, answered with ``WALL CPU``.

    Seconds. Without that variable it is done once and said on the console, for a program that is run by hand. A large
    block is taken and given back first: from then on glibc's malloc keeps blocks of up to that size (``M_MMAP_THRESHOLD``
    in mallopt(3)) in place of asking the system for each, which a program that receives much gains half of its time
    from. So does one whose debugger happened to free such a block.
    """
    bytearray(16_000_000)
    port = os.environ.get("COROSCOPE_BENCH_PORT")
    if port is None:
        print("seconds", *seconds_of(work))
        return
    with socket.create_connection(("127.0.0.1", int(port))) as link, link.makefile("rw") as turns:
        for _ in turns:
            print(*seconds_of(work), file=turns, flush=True)


def seconds_of(work):
    """The processor is made busy first: one that has rested runs slower for a while."""
    until = perf_counter() + 0.05
    while perf_counter() < until:
        pass
    wall, cpu = perf_counter(), process_time()
    work()
    return perf_counter() - wall, process_time() - cpu
