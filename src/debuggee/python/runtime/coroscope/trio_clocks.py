"""trio's clocks, set back by the time that the program stood still.

A run goes by one clock, ``SystemClock``, which adds an offset of its own choice to ``perf_counter()``; with that made
smaller the run's time goes on where it stopped, for its deadlines and for ``trio.current_time()`` alike. A clock that the
program has brought along is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from types import CodeType

from . import values
from .known_instances import KnownInstances
from .library_objects import field, is_instance, loaded_class
from .looking import class_of, find, namespace
from .trio_objects import RUN, clock_offset


class TrioClocks:
    def __init__(self) -> None:
        self._runners = KnownInstances()

    def counter_of(self, code: CodeType) -> Callable[[], None] | None:
        """What is to be called at each start of this function; None for any other."""
        is_it = code.co_qualname == "setup_runner" and code.co_filename.endswith("_run.py")
        return self._runners.look_again if is_it else None

    def shift(self, since: float) -> list[str]:
        """Takes the time since then off every run's clock. Says which it leaves alone, though time counts for them."""
        runner_class = loaded_class(RUN, "Runner")
        if runner_class is None:
            return []
        runners = self._runners.of(runner_class)
        clocks = {id(clock): clock for runner in runners if (clock := field(runner, "clock")) is not None}
        # As late as can be, and the same for all of them.
        paused = monotonic() - since
        unreached: list[str] = []
        for clock in clocks.values():
            offset = clock_offset(clock)
            if offset is not None:
                # The class is frozen (attrs), which only its __setattr__ sees to.
                find(namespace(class_of(clock)), "offset").__set__(clock, offset - paused)
            elif not _stands_still(clock):
                unreached.append(
                    f"trio runs by the clock {values.type_name(clock)}, which is the program's own choice and is left "
                    "alone, so time spent paused may count for it. trio's ordinary clock does without that.\n"
                )
        return unreached


def _stands_still(clock: object) -> bool:
    """A clock for tests that only moves when it is told to."""
    return is_instance(clock, "trio._core._mock_clock", "MockClock") and field(clock, "_rate") == 0
