"""Says how long a program took, where no debugger can lose or delay it."""

import os
from time import perf_counter, process_time


class timed:
    """``with timed():`` around what is measured; writes ``seconds WALL CPU`` to the file of ``COROSCOPE_BENCH_SECONDS``.

    Without that variable it is printed, for a program that is run by hand. The processor is made busy first: one that
    has rested runs slower for a while, which would count against whoever starts a program without much ado. And a large
    block is given back: from then on glibc's malloc keeps blocks of up to that size (``M_MMAP_THRESHOLD`` in mallopt(3))
    in place of asking the system for each, which a program that receives much gains half of its time from. So does one
    whose debugger happened to free such a block.
    """

    def __enter__(self):
        bytearray(16_000_000)
        until = perf_counter() + 0.2
        while perf_counter() < until:
            pass
        self.wall, self.cpu = perf_counter(), process_time()

    def __exit__(self, *_):
        wall, cpu = perf_counter() - self.wall, process_time() - self.cpu
        text = f"seconds {wall} {cpu}"
        if path := os.environ.get("COROSCOPE_BENCH_SECONDS"):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
        else:
            print(text)
