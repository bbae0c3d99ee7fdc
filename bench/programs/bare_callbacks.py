"""Runs a program under a ``sys.monitoring`` tool whose callbacks do next to nothing: no debugger that sees the events costs less.

``bare_callbacks.py exchanges PROGRAM ARGS`` watches what enters and leaves its coroutines and does nothing with it,
``line`` the same with the line marked ``@hot``, ``raises`` with every exception that is raised; ``condition NAME`` compares a local of it there; ``least`` keeps no more of each exchange than whose it is, when, and the
object that passes (from 3.14 on); ``needed`` keeps all that the views show of it (the code and the place, the thread, by
whom, the last way in and out of each coroutine), but neither makes the text of a value nor looks what it is; ``count`` watches as ``exchanges`` does and prints how many events there were.
"""

import gc
import inspect
import sys
from _thread import get_ident
from collections import deque
from time import perf_counter_ns

monitoring = sys.monitoring
events = monitoring.events
SUSPENDS = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
TOOL = 5

counted = 0


def two(code, offset):
    pass


def three(code, offset, value):
    pass


keep = deque(maxlen=100_000).append


def least_two(code, offset, frame_at=sys._getframe, clock=perf_counter_ns, referents=gc.get_referents, keep=keep):
    coroutine = frame_at(1).f_generator
    keep((id(coroutine), clock(), offset, referents(coroutine)[-1]))


def least_three(code, offset, value, frame_at=sys._getframe, clock=perf_counter_ns, keep=keep):
    keep((id(frame_at(1).f_generator), clock(), offset, value))


keep_all = deque(maxlen=250_000).append
came, went = {}, {}


def needed_two(
    code,
    offset,
    frame_at=sys._getframe,
    clock=perf_counter_ns,
    referents=gc.get_referents,
    keep=keep_all,
    ident=get_ident,
    came=came,
):
    frame = frame_at(1)
    coroutine = frame.f_generator
    value = referents(coroutine)[-1]
    key = id(coroutine)
    outer = frame.f_back
    mark = (clock(), key, "in", code, offset, value, ident(), outer.f_code, outer.f_lasti)
    keep(mark)
    came[key] = mark


def needed_three(code, offset, value, frame_at=sys._getframe, clock=perf_counter_ns, keep=keep_all, went=went):
    key = id(frame_at(1).f_generator)
    mark = (clock(), key, "out", code, offset, value)
    keep(mark)
    went[key] = mark


def count_two(code, offset):
    global counted
    counted += 1


def count_three(code, offset, value):
    global counted
    counted += 1


def nested(code):
    yield code
    for constant in code.co_consts:
        if type(constant) is type(code):
            yield from nested(constant)


def watch_exchanges(codes, entering, leaving):
    for event in (events.PY_START, events.PY_RESUME):
        monitoring.register_callback(TOOL, event, entering)
    for event in (events.PY_YIELD, events.PY_RETURN):
        monitoring.register_callback(TOOL, event, leaving)
    mask = events.PY_START | events.PY_RESUME | events.PY_YIELD | events.PY_RETURN
    for code in codes:
        if code.co_flags & SUSPENDS:
            monitoring.set_local_events(TOOL, code, mask)


def watch_line(codes, hot, name=None, frame_at=sys._getframe):
    def line(code, number):
        return None if number == hot else monitoring.DISABLE

    def condition(code, number):
        if number != hot:
            return monitoring.DISABLE
        try:
            if frame_at(1).f_locals[name] == -1:
                raise SystemExit("It never is.")
        except KeyError:  # not bound yet
            pass

    monitoring.register_callback(TOOL, events.LINE, line if name is None else condition)
    for code in codes:
        if any(hot == number for _, _, number in code.co_lines()):
            monitoring.set_local_events(TOOL, code, events.LINE)


def main():
    kind, *given = sys.argv[1:]
    name = given.pop(0) if kind == "condition" else None
    path, *args = given
    sys.argv = [path, *args]
    with open(path, encoding="utf-8") as file:
        source = file.read()
    codes = list(nested(code := compile(source, path, "exec")))
    monitoring.use_tool_id(TOOL, "bare callbacks")
    if kind in ("line", "condition"):
        watch_line(codes, next(n for n, text in enumerate(source.splitlines(), 1) if "# @hot" in text), name)
    elif kind == "raises":
        monitoring.register_callback(TOOL, events.RAISE, three)
        monitoring.set_events(TOOL, events.RAISE)
    elif kind == "count":
        watch_exchanges(codes, count_two, count_three)
    elif kind == "least":
        watch_exchanges(codes, least_two, least_three)
    elif kind == "needed":
        watch_exchanges(codes, needed_two, needed_three)
    else:
        watch_exchanges(codes, two, three)
    exec(code, {"__name__": "__main__", "__file__": path})
    if kind == "count":
        print(counted)


main()
