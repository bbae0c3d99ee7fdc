"""Runs a program and tells which of the given breakpoints it passes, in order.

It is the yardstick for `examples/stories.json`: it stands on `sys.monitoring` (PEP 669) alone and
shares nothing with Coroscope's own runtime.

Usage: `passed_stops.py PROGRAM BREAKPOINTS REPORT`. BREAKPOINTS is JSON, `[[line, mode], ...]`, and
so is what it writes to the file REPORT: those passed, as often as they were, and the exception that
ended the program.
"""

import json
import runpy
import sys
from pathlib import Path

program, breakpoints_text, report = sys.argv[1:]
breakpoints = [(line, mode) for line, mode in json.loads(breakpoints_text)]
passed = []
events = sys.monitoring.events
TOOL = sys.monitoring.DEBUGGER_ID


def line_of(code, offset):
    return next(line for start, end, line in code.co_lines() if start <= offset < end)


def note(code, line, mode):
    if code.co_filename != program or (line, mode) not in breakpoints:
        return sys.monitoring.DISABLE  # this place never matters, and a million passes take time
    passed.append([line, mode])
    return None


def on_line(code, line):
    return note(code, line, "line")


def on_yield(code, offset, _value):
    return note(code, line_of(code, offset), "suspend")


def on_resume(code, offset):
    return note(code, line_of(code, offset), "resume")


sys.monitoring.use_tool_id(TOOL, "passed_stops")
sys.monitoring.register_callback(TOOL, events.LINE, on_line)
sys.monitoring.register_callback(TOOL, events.PY_YIELD, on_yield)
sys.monitoring.register_callback(TOOL, events.PY_RESUME, on_resume)
sys.monitoring.set_events(TOOL, events.LINE | events.PY_YIELD | events.PY_RESUME)
ended_by = None
try:
    runpy.run_path(program, run_name="__main__")
except Exception as error:
    ended_by = type(error).__name__
finally:
    sys.monitoring.set_events(TOOL, events.NO_EVENTS)
    Path(report).write_text(json.dumps({"passed": passed, "endedBy": ended_by}), encoding="utf-8")
