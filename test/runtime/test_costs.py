"""What watching costs, in counts: how often what is called, and what is kept. (Times are the benchmark's business.)"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import sys
import textwrap
import unittest
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread, get_ident
from time import monotonic
from types import CodeType, FrameType, SimpleNamespace
from typing import Any, cast
from unittest import mock

from adapter import Debuggee

from coroscope import interpreter, monitoring, observing, sampling, values
from coroscope.asyncio_clocks import AsyncioClocks
from coroscope.coroutines import Known, Registry
from coroscope.exchange_ring import ExchangeRing, Life
from coroscope.exchanges import NOTHING, kept
from coroscope.findings import FindingLog
from coroscope.handover import Handover
from coroscope.interpreter import CO_OPTIMIZED
from coroscope.known_instances import KnownInstances
from coroscope.library_objects import instances
from coroscope.line_visits import LineVisits
from coroscope.mark_ring import MarkRing
from coroscope.marks import START
from coroscope.monitoring import Tool, events
from coroscope.one_breakpoint import Breakpoint
from coroscope.population import Population
from coroscope.protocol import Args, RecordMode
from coroscope.quick_conditions import Visit, quick_condition
from coroscope.recording import Recorder
from coroscope.snapshots import Sifted
from coroscope.watching import Watcher


def talk(many: int) -> Generator[int, str]:
    for number in range(many):  # noqa: UP028
        yield number


def once(value: int) -> Generator[int]:
    yield value


def delegate(many: int) -> Generator[int, str]:
    yield from talk(many)


@contextmanager
def recording(
    mode: RecordMode, *functions: Callable[..., object], limit: int = 10_000, history: int = 16
) -> Iterator[tuple[Recorder, Registry]]:
    registry = Registry()
    tool = Tool("test of costs", 4)
    user_code = mock.Mock(is_user=lambda code: True)
    recorder = Recorder(tool, registry, mock.Mock(id_of=lambda ident: 1), user_code, mock.Mock())
    recorder.configure(mode, False, limit, history, [function.__code__ for function in functions])
    try:
        yield recorder, registry
    finally:
        tool.free()


@unittest.skipUnless(interpreter.FINDS_COROUTINES, "this interpreter does not tell whose frame it is")
class Watching(unittest.TestCase):
    def test_two_events_an_exchange_for_each_coroutine_it_passes(self) -> None:
        with recording("all", talk, delegate) as (recorder, _):
            self.assertEqual(list(delegate(1000)), list(range(1000)))
        # A thousand values and the return, in and out, of two coroutines.
        wire = recorder.range_to_wire(1, 10_000)["batch"]["events"]
        self.assertEqual(wire["seq"], list(range(1, 2 * 2 * 1001 + 1)))
        self.assertEqual(len(set(wire["coroutine"])), 2)

    def test_what_is_kept_of_each_is_bounded(self) -> None:
        for events_kept in (1, 16, 50):
            with self.subTest(events_kept):
                registry = Registry()
                generator = talk(1)
                known = registry.know(generator)
                self.assertIsInstance(known.events, list)  # a ring would be ten times the size
                for _ in range(1000):
                    observing.bound(known, events_kept)
                    known.events.append((0,))
                self.assertIsInstance(known.events, deque)
                self.assertLessEqual(len(known.events), max(8, events_kept))
                generator.close()

    def test_nothing_is_kept_of_a_coroutine_that_is_gone(self) -> None:
        registry = Registry()
        generator = talk(3)
        identity = registry.know(generator).identity
        del generator
        self.assertIsNone(registry.record_of(identity))
        self.assertEqual(registry.by_address, {})

    def test_under_all_a_coroutine_costs_nothing_by_its_life_alone(self) -> None:
        with recording("all", talk) as (_, registry):
            before = sum(type(each) in (Known, Life) for each in gc.get_objects())
            for _ in range(1000):
                list(talk(2))
            self.assertEqual(registry.by_address, {})
            self.assertEqual(sum(type(each) in (Known, Life) for each in gc.get_objects()), before)

    def test_a_future_costs_one_text_for_each_of_its_states(self) -> None:
        loop: Any = SimpleNamespace(get_debug=lambda: False)  # the embedded interpreter has no loop of its own
        futures: list[asyncio.Future[None]] = [asyncio.Future(loop=loop) for _ in range(3)]
        kept(futures[0])  # its class is met
        with mock.patch.object(values, "text", side_effect=values.text) as text:
            for expected, count in (("<Future, pending>", 0), ("<Future, finished>", 1)):
                self.assertEqual([kept(future) for future in futures], [expected] * 3)
                self.assertLessEqual(text.call_count, 1 + count)
                for future in futures:
                    if not future.done():
                        future.set_result(None)

    def test_the_class_of_an_instance_is_gone_through_once(self) -> None:
        class Thing:
            def __init__(self) -> None:
                self.x = 1

        with mock.patch.object(values, "is_enum_class", side_effect=values.is_enum_class) as gone_through:
            self.assertEqual([kept(Thing()) for _ in range(5)], ["Thing(x=1)"] * 5)
        self.assertEqual(gone_through.call_count, 1)

    def test_marks_are_nothing_to_the_garbage_collector(self) -> None:
        with recording("all", talk) as (recorder, _):
            list(talk(100))
            gc.collect()
            number, marks = recorder.ring.marks.taken()
            self.assertEqual((number, len(marks)), (1, 2 * 101))
            self.assertFalse(any(map(gc.is_tracked, marks)))

    def test_what_the_ring_has_dropped_of_a_resting_coroutine_is_still_told(self) -> None:
        with recording("all", talk, limit=10, history=16) as (recorder, registry):
            resting, hot = talk(3), talk(1000)
            next(resting)
            resting.send("x")
            for _ in range(20):
                next(hot)
            # The last value that each yielded, though the ring has dropped the one of ``resting`` long ago.
            self.assertEqual(told_of(recorder, registry, resting), [("send", "x"), ("yield", 1)])
            self.assertEqual(told_of(recorder, registry, hot)[-1], ("yield", 19))
            self.assertEqual(recorder.range_to_wire(1, 1000)["batch"]["events"]["seq"], list(range(35, 45)))
            for _ in range(20):
                next(hot)
            history = recorder.history_of(registry.id_of(hot))
            assert history is not None
            resting_now = recorder.history_of(registry.id_of(resting))
            assert resting_now is not None
            self.assertEqual((resting_now.count, resting_now.dropped), (1, True))
            # Ten of its events, five of them entries, were read each time; it has had forty.
            self.assertEqual((history.count, history.dropped), (10, True))
            known_from_its_start = talk(1000)
            for times, dropped in ((3, False), (20, True)):
                for _ in range(times):
                    next(known_from_its_start)
                history = recorder.history_of(registry.id_of(known_from_its_start))
                assert history is not None
                self.assertEqual(history.dropped, dropped)
            self.assertLessEqual(len(history.events), 16)
            self.assertEqual(told_of(recorder, registry, resting), [("send", "x"), ("yield", 1)])

    def test_of_what_nobody_looked_at_each_life_at_an_address_is_told_apart(self) -> None:
        for limit in (2, 1000):  # with the beginnings dropped, and with all of them there
            with self.subTest(limit), recording("all", once, limit=limit) as (recorder, registry):
                addresses: set[int] = set()
                for number in range(10):
                    generator = once(number)
                    next(generator, None)
                    addresses.add(id(generator))
                    del generator  # which from 3.13 on no event tells
                left = once(100)
                next(left)
                addresses.add(id(left))
                self.assertLess(len(addresses), 11, "no address was used twice, so this shows nothing")
                self.assertEqual(told_of(recorder, registry, left), [("next", NOTHING), ("yield", 100)])
                history = recorder.history_of(registry.id_of(left))
                assert history is not None
                self.assertEqual(history.count, 1)
                wire = recorder.range_to_wire(1, 1000)["batch"]["events"]
                self.assertEqual(len(set(wire["coroutine"])), 11 if limit == 1000 else 1)
                # What has not started has nothing of the one that was at its address before.
                del left
                fresh = once(1)
                self.assertIsNone(recorder.history_of(registry.id_of(fresh)))

    def test_an_id_stays_whoever_gave_it(self) -> None:
        with recording("all", talk) as (recorder, registry):
            shown_before, shown_after = talk(3), talk(3)
            first = registry.id_of(shown_before)
            next(shown_before)
            next(shown_after)
            wire = recorder.range_to_wire(1, 1000)["batch"]["events"]
            self.assertEqual(wire["coroutine"][:2], [first, first])
            self.assertEqual(len(set(wire["coroutine"])), 2)
            self.assertIs(registry.find(wire["coroutine"][2]), shown_after)
            # Nobody has asked for this one before its events ceased to be in a ring.
            unseen = talk(5)
            next(unseen)
            modes: list[RecordMode] = ["auto", "all"]
            for mode in modes:
                recorder.configure(mode, False, 100, 16, [talk.__code__])
                next(shown_after)
                self.assertEqual(registry.id_of(shown_after), wire["coroutine"][2])
                self.assertIs(registry.find(wire["coroutine"][2]), shown_after)
            self.assertEqual(
                [value for what, value in told_of(recorder, registry, shown_after) if what == "yield"], [0, 1, 2]
            )
            self.assertEqual(told_of(recorder, registry, unseen), [("next", NOTHING), ("yield", 0)])

    def test_a_task_that_has_gone_before_somebody_looked_keeps_its_name(self) -> None:
        with recording("all", talk) as (recorder, registry):
            for number in range(3):
                generator = talk(2)
                registry.know(generator).task = f"Task-{number}"
                list(generator)
                del generator
            introduced = recorder.range_to_wire(1, 1000)["batch"]["coroutines"]
            self.assertEqual([each["task"] for each in introduced], ["Task-0", "Task-1", "Task-2"])

    def test_a_coroutine_is_called_what_its_function_is_called(self) -> None:
        def renamed(many: int) -> Generator[int]:
            yield many

        renamed.__qualname__ = "Renamed"
        with recording("all", renamed) as (recorder, _):
            list(renamed(1))
            self.assertEqual(recorder.range_to_wire(1, 1000)["batch"]["coroutines"][0]["name"], "Renamed")

    def test_one_that_dies_is_never_held(self) -> None:
        seen: list[int] = []
        with recording("all", cleans_up, delegates_to_it, asks_of_itself) as (recorder, registry):

            def note() -> None:
                for each in gc.get_objects():
                    if interpreter.is_coroutine(each) and interpreter.code_of(each).co_name in expected:
                        self.assertFalse(registry.is_certainly_alive(each))
                        self.assertEqual(registry.id_of(each), expected[interpreter.code_of(each).co_name])
                        seen.append(registry.id_of(each))

            outer = delegates_to_it(note)
            next(outer)
            ids = recorder.range_to_wire(1, 100)["batch"]["events"]["coroutine"]
            expected = {"delegates_to_it": ids[0], "cleans_up": ids[1]}
            asking = asks_of_itself(registry)
            self.assertTrue(next(asking))
            # It closes the inner one first, which is alive, while it is in its deallocation itself. Then it cleans up.
            del outer
            self.assertEqual(sorted(seen), [1, 1, 2])
            self.assertEqual(registry.by_address, {})

    def test_a_life_begins_with_each_start_though_no_event_told_of_the_end_of_the_one_before(self) -> None:
        for limit, looks in ((100, False), (1, False), (3, True), (2, True), (1, True)):
            with self.subTest(limit=limit, looks=looks):
                ring = ExchangeRing(Registry())
                ring.begin(0, limit, 16)
                code = talk.__code__
                for time, (address, what, value, thread) in enumerate(
                    (
                        (0x1000, START, "talk", 7),
                        (0x1000, "yield", 1, None),
                        (0x2000, START, "talk", 8),
                        (0x2000, "yield", 3, None),
                        (0x1000, START, "talk", 7),
                        (0x1000, "yield", 2, None),
                        (0x2000, START, "talk", 8),
                    )
                ):
                    mark: tuple[Any, ...] = (time, address, what, code, 0, value)
                    if thread is not None:
                        mark = (*mark, thread)
                        ring.last_marks.came[address] = mark
                        ring.last_marks.begun[address] = mark
                    else:
                        ring.last_marks.went[address] = mark
                    ring.marks.keep(mark)
                    if looks and time == 2:
                        before = ring.lives()[0x1000].identity
                one, other = ring.lives()[0x1000], ring.lives()[0x2000]
                if looks:
                    self.assertNotEqual(one.identity, before)
                self.assertEqual(
                    [(raw[4], raw[5], raw[3]) for raw in ring.last_events(0x1000, one)],
                    [("send", None, 7), ("yield", 2, 7)],
                )
                self.assertEqual(
                    [(raw[4], raw[5], raw[3]) for raw in ring.last_events(0x2000, other)], [("send", None, 8)]
                )
                self.assertEqual(one.partial, limit < 3)
                if limit > 2:
                    self.assertEqual(one.exchanges, 1)
                if limit == 100:
                    self.assertEqual(len({raw[2].identity for raw in ring.since(1)}), 4)
                self.assertEqual([raw[0] for raw in ring.since(1)], list(range(max(1, 8 - limit), 8)))

    def test_a_batch_of_a_stream_costs_the_same_however_much_the_ring_has(self) -> None:
        class FromTheEnd(deque[Any]):
            def __iter__(self) -> Any:
                raise AssertionError

            __getitem__ = __iter__

        with recording("all", talk) as (recorder, _):
            list(talk(1000))
            ring: Any = recorder.ring
            ring.read()
            ring._events = FromTheEnd(ring._events)
            self.assertEqual([raw[0] for raw in ring.since(ring.last - 2)], [ring.last - 2, ring.last - 1, ring.last])
            self.assertEqual(ring.since(ring.last + 1), [])

    def test_every_mark_is_read_once_with_its_number_and_those_that_were_dropped_are_counted(self) -> None:
        for limit in (1, 2, 3, 10, 50, 1000):
            for looks in (1, 2, 7, 40, 1000):
                with self.subTest(limit=limit, looks=looks):
                    ring = MarkRing(0, limit)
                    for number in range(1, 501):
                        ring.keep((number, 0x1000))
                        if number % looks == 0 or number == 500:
                            before = ring.last
                            first, marks = ring.taken()
                            self.assertEqual([first + at for at in range(len(marks))], [mark[0] for mark in marks])
                            self.assertEqual(ring.last, number)
                            self.assertEqual(len(marks), min(number - before, limit))
                    self.assertFalse(ring.taken()[1])
                    ring.close()

    def test_marks_that_come_in_while_they_are_read_are_read_next_time(self) -> None:
        ring = MarkRing(0, 1000)
        ends = Event()

        def flood() -> None:
            number = 0
            while not ends.is_set() or number < 20_000:
                number += 1
                ring.keep((number, 0x1000))

        thread = Thread(target=flood)
        thread.start()
        try:
            read = [mark for _ in range(200) for mark in ring.taken()[1]]
        finally:
            ends.set()
            thread.join()
        read += ring.taken()[1]
        numbers = [mark[0] for mark in read]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertGreaterEqual(numbers[-1], 20_000)
        ring.close()

    def test_what_is_kept_of_addresses_is_tidied_up(self) -> None:
        with recording("all", talk) as (recorder, registry):
            resting = talk(2)
            next(resting)
            many = [talk(0) for _ in range(20_000)]
            for generator in many:
                next(generator, None)
            last = recorder.ring.last_marks
            self.assertEqual(len(last.went), 20_001)
            recorder.tick()
            self.assertEqual((len(last.begun), len(last.came), len(last.went)), (1, 1, 1))
            self.assertEqual(told_of(recorder, registry, resting), [("next", NOTHING), ("yield", 0)])

    def test_what_auto_keeps_is_bounded_though_a_ring_had_dropped_what_was_before(self) -> None:
        with recording("all", talk, limit=2) as (recorder, registry):
            resting, flood = talk(100), talk(100)
            for generator in (resting, flood):
                for _ in range(10):
                    next(generator)
            recorder.configure("auto", False, 2, 16, [talk.__code__])
            for _ in range(50):
                next(resting)
            known = registry.record_of(registry.id_of(resting))
            assert known is not None
            self.assertLessEqual(len(known.events), 16)

    def test_auto_lets_go_once_a_window_is_used_up_and_takes_up_again(self) -> None:
        let_go: list[str] = []
        moments = Moments()
        share = sampling.Share(lambda code, frame: let_go.append(frame.f_code.co_name), moments.read)
        tool = Tool("test of costs", 4)
        tool.on(events.PY_RESUME, share.metered(lambda code, offset: moments.pass_by(1000)))
        tool.set_local(talk.__code__, events.PY_RESUME)
        try:
            moments.pass_by(10 * sampling.WINDOW_NS)
            for _ in talk(100_000):
                pass
            # As many as its share pays for, with half as much for what is around; first the window begins anew.
            affordable = sampling.BUDGET_NS // 1500
            self.assertTrue(affordable <= moments.events <= 2 * affordable + 3, moments.events)
            self.assertEqual(let_go, ["talk"])
            before = moments.events
            share.renew()
            monitoring.restart()
            for _ in talk(100_000):
                pass
            self.assertEqual(moments.events - before, affordable + 1)
        finally:
            tool.free()

    def test_auto_does_not_look_at_what_all_code_raises_once_its_share_is_used_up(self) -> None:
        let_go: list[str] = []
        moments = Moments()
        share = sampling.Share(lambda code, frame: let_go.append(frame.f_code.co_name), moments.read)
        watched: list[CodeType] = [talk.__code__]
        tool = Tool("test of costs", 4)
        callback = share.metered_everywhere(lambda code, offset, error: moments.pass_by(1000), watched.count)
        tool.on(events.PY_THROW, callback)
        tool.set_global(events.PY_THROW)

        def throw(function: Callable[[int], Generator[Any, Any]], times: int) -> None:
            for _ in range(times):
                generator = function(1)
                next(generator)
                with suppress(KeyError):
                    generator.throw(KeyError())

        try:
            throw(once, 10_000)
            self.assertEqual((moments.events, let_go), (0, []))
            throw(talk, 10_000)
            affordable = sampling.BUDGET_NS // 1500
            self.assertTrue(affordable <= moments.events <= 2 * affordable + 3, moments.events)
            self.assertEqual(set(let_go), {"talk"})
            self.assertEqual(len(let_go) + moments.events, 10_000)
        finally:
            tool.free()

    def test_auto_lets_a_slow_machine_see_the_beginning(self) -> None:
        moments = Moments()
        share = sampling.Share(lambda code, frame: None, moments.read)
        tool = Tool("test of costs", 4)
        tool.on(events.PY_RESUME, share.metered(lambda code, offset: moments.pass_by(sampling.BUDGET_NS)))
        tool.set_local(talk.__code__, events.PY_RESUME)
        try:
            for _ in talk(100_000):
                pass
        finally:
            tool.free()
        self.assertTrue(sampling.LEAST_EVENTS <= moments.events <= sampling.LEAST_EVENTS + 100, moments.events)

    def test_auto_never_lets_go_of_what_creates_tasks(self) -> None:
        moments = Moments()
        share = sampling.Share(lambda code, frame: self.fail(code.co_name), moments.read)
        tool = Tool("test of costs", 4)
        tool.on(events.PY_START, share.metered(lambda code, offset: moments.pass_by(sampling.BUDGET_NS)))
        tool.set_local(frame_of_talk.__code__, events.PY_START)
        try:
            for _ in range(2 * sampling.LEAST_EVENTS):
                frame_of_talk(1)
        finally:
            tool.free()
        self.assertEqual(moments.events, 2 * sampling.LEAST_EVENTS)

    def test_record_auto_samples_what_is_hot_and_says_so(self) -> None:
        source = """
def numbers(many):
    for number in range(many):
        yield number
left = numbers(10_000_000)
for _ in range(1_000_000): next(left)
breakpoint()
"""
        with Debuggee(source, record="auto") as d:
            d.run()
            d.stopped()
            [sampled] = d.command("sampled")["codes"]
            self.assertEqual(sampled["function"], "numbers")
            self.assertTrue(d.command("coroutine", coroutine=1)["sampled"])


def told_of(recorder: Recorder, registry: Registry, generator: Generator[int, str]) -> list[tuple[str, object]]:
    history = recorder.history_of(registry.id_of(generator))
    assert history is not None
    return [(event.what, event.value) for event in history.events]


def asks_of_itself(registry: Registry) -> Generator[bool]:
    yield registry.is_certainly_alive(interpreter.coroutine_of(sys._getframe()))  # type: ignore[arg-type]  # pyright: ignore


def cleans_up(note: Callable[[], object]) -> Generator[int]:
    try:
        yield 1
    finally:
        note()


def delegates_to_it(note: Callable[[], object]) -> Generator[int]:
    try:
        yield from cleans_up(note)
    finally:
        note()


class Moments:
    """A clock that stands still but for ``pass_by``."""

    def __init__(self) -> None:
        self.now = 0
        self.events = 0

    def read(self) -> int:
        return self.now

    def pass_by(self, nanoseconds: int) -> None:
        self.events += 1
        self.now += nanoseconds


def frame_of_talk(many: int) -> FrameType:
    generator = talk(many)
    next(generator)
    frame = generator.gi_frame
    assert frame is not None
    return frame


class Conditions(unittest.TestCase):
    def test_reads_what_it_names_and_nothing_else(self) -> None:
        frame = frame_of_talk(3)
        self.assertTrue(frame.f_code.co_flags & CO_OPTIMIZED)
        for text, passing, expected, reads_globals in (
            ("number == 0", None, True, False),
            ("many > 3 or number", None, 0, False),
            ("yielded == 7", "yielded", True, False),
            ("len(sent) == many", "sent", True, True),
            ("True", None, True, False),
        ):
            with self.subTest(text):
                condition = quick_condition(text, frame.f_code, passing)
                assert condition is not None
                self.assertEqual(condition.reads_globals, reads_globals)
                value = "abc" if passing == "sent" else 7
                self.assertEqual(condition.test_in(frame.f_globals)(frame.f_locals, value), expected)

    def test_in_a_module_where_locals_are_globals_and_not_in_a_class_or_where_they_differ(self) -> None:
        seen: list[bool | None] = []

        def look(code: CodeType) -> None:
            condition = quick_condition("number == 3 and len(text) == 1", code, None)
            seen.append(None if condition is None else Visit([], condition).holds(sys._getframe(1), None))

        source = "text = 'a'\nlook(code)\nfor number in (2, 3): look(code)\n"
        code = compile(source, "module.py", "exec")
        exec(code, {"look": look, "code": code})
        self.assertEqual(seen, [None, False, True])  # where the name is not there yet, eval says so
        seen.clear()
        exec(code, {"look": look, "code": code, "number": 3, "text": ""}, {})
        self.assertEqual(seen, [None, None, None])
        (body,) = (
            each for each in compile("class Body: pass", "body.py", "exec").co_consts if isinstance(each, CodeType)
        )
        self.assertIsNone(quick_condition("True", body, None))

    def test_leaves_to_eval_what_only_eval_does(self) -> None:
        code = talk.__code__
        for text in (
            "any(n == number for n in (1, 2))",
            "(found := number)",
            "locals()",
            "self_coroutine",
            "(lambda: 1)()",
        ):
            with self.subTest(text):
                self.assertIsNone(quick_condition(text, code, "yielded"))


class Turns(unittest.TestCase):
    """A loop that lets go of the interpreter for moments only, while another thread wants it (``handover``)."""

    def turns_of_a_loop(self, due: float) -> tuple[int, int]:
        """How often a loop turned, and how often it waited for the reader, who wanted to run at that time."""
        handover = mock.Mock(due=due)
        steps = mock.Mock(limit=0.1)
        watcher = Watcher(mock.Mock(is_user=lambda code: False), mock.Mock(), mock.Mock(), steps, FindingLog(), bool)
        watcher.look_at_steps(lambda: None, handover)
        turns = 0

        class Loop(asyncio.SelectorEventLoop):
            def _run_once(self) -> None:
                nonlocal turns
                turns += 1
                super()._run_once()  # type: ignore[misc]  # pyright: ignore

        async def some() -> None:
            for _ in range(10):
                await asyncio.sleep(0)

        watcher.configure(True, 100, [asyncio.BaseEventLoop._run_once.__code__])  # type: ignore[attr-defined]  # pyright: ignore
        try:
            with asyncio.Runner(loop_factory=Loop) as runner:
                runner.run(some())
        finally:
            watcher.stop()
        return turns, handover.give.call_count

    def test_a_loop_waits_for_the_reader_once_it_is_due(self) -> None:
        turns, waits = self.turns_of_a_loop(0.0)
        self.assertGreater(turns, 10)
        self.assertEqual(waits, turns)

    def test_a_loop_does_not_wait_for_a_reader_that_waits_itself(self) -> None:
        self.assertEqual(self.turns_of_a_loop(float("inf"))[1], 0)

    def test_who_gives_goes_on_when_the_reader_waits_again(self) -> None:
        handover = Handover(lambda: True)
        went_on = Event()

        def reader() -> None:
            while not went_on.is_set():
                handover.woke()
                handover.waits(60)

        thread = Thread(target=reader)
        thread.start()
        try:
            with mock.patch("coroscope.handover._MOST", 60.0):
                handover.give()
            self.assertEqual(handover._given, False)
        finally:
            went_on.set()
            thread.join()

    @unittest.skipUnless(hasattr(os, "timerfd_create"), "this system has no alarm that can be put off")
    def test_a_loop_that_turns_leaves_the_reader_asleep(self) -> None:
        handover = Handover(lambda: False)
        handover.set_alarm()
        self.addCleanup(handover.stop_alarm)
        with mock.patch("os.timerfd_settime") as set_alarm:
            self.assertEqual(handover.waits(20, 50), 50)
            first = handover._until
            handover.give()
            self.assertEqual([call.kwargs["initial"] for call in set_alarm.mock_calls], [20, 20])
            self.assertGreater(handover._until, first)
            handover._latest = monotonic() + 10
            handover.give()
            self.assertLessEqual(set_alarm.mock_calls[-1].kwargs["initial"], 10)
            handover._latest = monotonic()
            handover.give()
            self.assertEqual(len(set_alarm.mock_calls), 3)
            handover.waits(0.02, 50)
            self.assertLess(handover.due, handover._until - 0.01)  # a loop is to come by before it is time

    @unittest.skipUnless(hasattr(os, "timerfd_create"), "this system has no alarm that can be put off")
    def test_the_loop_of_a_program_puts_the_readers_alarm_off(self) -> None:
        source = """
        import asyncio, gc, _thread

        async def main():
            handover = next(each for each in gc.get_objects() if type(each).__name__ == "Handover")
            while handover._thread != _thread.get_ident() or handover.alarm is None:
                await asyncio.sleep(0)
            print("put off")

        asyncio.run(main())
        """
        with Debuggee(textwrap.dedent(source), blockedLoopMs=100) as d:
            d.run()
            d.finish()
            self.assertEqual(d.output(), "put off\n")

    @unittest.skipUnless(hasattr(os, "timerfd_create"), "this system has no alarm that can be put off")
    def test_the_alarm_comes_when_no_loop_turns(self) -> None:
        handover = Handover(lambda: False)
        handover.set_alarm()
        self.addCleanup(handover.stop_alarm)
        handover.waits(0.001, 60)
        assert handover.alarm is not None
        self.assertEqual(select.select([handover.alarm], [], [], 60)[0], [handover.alarm])

    @unittest.skipUnless(hasattr(os, "timerfd_create"), "this system has no alarm that can be put off")
    def test_no_loop_hides_what_another_thread_does(self) -> None:
        def other_loop(handover: Handover) -> None:
            thread = Thread(target=handover.give)
            thread.start()
            thread.join()

        def other_steps(handover: Handover) -> None:
            handover.steps_in([get_ident()])
            self.assertIsNotNone(handover.alarm)
            handover.steps_in([get_ident(), get_ident() + 1])

        for happens in (other_loop, other_steps):
            with self.subTest(happens.__name__):
                handover = Handover(lambda: False)
                handover.set_alarm()
                self.addCleanup(handover.stop_alarm)
                handover.waits(20, 50)
                handover.give()
                happens(handover)
                with mock.patch("os.timerfd_settime") as set_alarm:
                    handover.give()
                    self.assertEqual(set_alarm.mock_calls, [])
                    self.assertEqual(handover.waits(20, 50), 20)
                handover.set_alarm()
                self.assertIsNone(handover.alarm)

    @unittest.skipUnless(hasattr(os, "timerfd_create"), "this system has no alarm that can be put off")
    def test_an_alarm_that_the_program_has_closed_is_done_without(self) -> None:
        for opened in (False, True):
            with self.subTest(opened=opened):
                handover = Handover(lambda: False)
                handover.set_alarm()
                handover.waits(20, 50)
                alarm = handover.alarm
                assert alarm is not None
                os.close(alarm)
                if opened:
                    os.dup2(2, alarm)
                handover.give()
                self.assertEqual(handover.waits(20, 50), 20)
                self.assertIsNone(handover.alarm)
                if opened:
                    os.close(alarm)  # still open: it was not ours any more

    def test_a_command_that_has_come_is_not_left_waiting_for_the_next_look(self) -> None:
        asked: list[bool] = []
        come = [False, False, True]

        def has_come() -> bool:
            asked.append(come[len(asked)])
            return asked[-1]

        handover = Handover(has_come)
        handover.waits(60)
        for _ in come:
            self.assertFalse(handover._given)
            self.assertLess(handover.due, monotonic() + 1)
            handover.give()
        self.assertEqual(asked, come)
        self.assertTrue(handover._given)


class Caught(unittest.TestCase):
    """What is raised and caught all the time: the source is asked once for each place, and names are only compared."""

    def test_a_place_where_it_was_caught_before_is_not_looked_into_again(self) -> None:
        source = """
        import contextlib
        def here(): raise KeyError(1)
        def deep(depth): return deep(depth - 1) if depth else here()
        class Odd:
            def __getattr__(self, name): raise AttributeError(name)
        def rounds(count):
            for _ in range(count):
                try: deep(5)
                except LookupError: pass
                try: next(iter(()))
                except StopIteration: pass
                with contextlib.suppress(KeyError): {}[1]
                hasattr(Odd(), "x")
        def outside(count):
            for _ in range(count):
                try: json.loads("{")
                except ValueError: pass
        async def numbers():
            yield 1
        async def in_a_loop(count):
            loop, queue = asyncio.get_running_loop(), asyncio.Queue(1)
            for _ in range(count):
                future = loop.create_future()
                loop.call_soon(future.set_result, 1)
                await future
                async for _ in numbers(): pass
                closed = (number for number in (1, 2))
                next(closed)
                closed.close()
                loop.call_soon(queue.put_nowait, 1)
                await queue.get()
        import asyncio, json, sys
        decide, asked = sys.modules["coroscope.raises"].Raises._decide, []
        def counting(raises, seen):
            asked.append((seen.frame.f_code.co_qualname, seen.exception))
            return decide(raises, seen)
        sys.modules["coroscope.raises"].Raises._decide = counting
        rounds(100)
        outside(100)
        asyncio.run(in_a_loop(100))
        print(asked)
        """
        with Debuggee(textwrap.dedent(source)) as d:
            d.command("setExceptionBreakpoints", filters=[{"filter": "uncaught"}])
            d.run()
            d.finish()
            self.assertEqual(d.output(), "[]\n")

    def test_what_a_library_raises_all_the_time_is_passed_by_with_a_comparison(self) -> None:
        source = """
        import gc, json
        def outside(count):
            for _ in range(count):
                try: json.loads("{")
                except ValueError: pass
        [raises] = [each for each in gc.get_objects() if type(each).__name__ == "Raises"]
        on_raise, asked = type(raises)._on_raise, []
        def counting(raises, code, offset, exception, depth=1):
            if code is not outside.__code__: asked.append(code)
            return on_raise(raises, code, offset, exception, depth + 1)
        type(raises)._on_raise = counting
        raises._choose()
        outside(500)
        asked.clear()
        outside(1000)
        print(len(asked))
        """
        with Debuggee(textwrap.dedent(source)) as d:
            d.command("setExceptionBreakpoints", filters=[{"filter": "uncaught"}])
            d.run()
            d.finish()
            self.assertEqual(d.output(), "0\n")


class Lines(unittest.TestCase):
    def test_lines_of_the_same_number_in_several_files_keep_their_own_breakpoints(self) -> None:
        hits: list[list[Any]] = []
        lines = LineVisits(lambda breakpoints, frame, holds: hits.append(breakpoints))
        first, second, third = (compile("x = 1", name, "exec") for name in ("first.py", "second.py", "third.py"))
        on_line = lines.callback()

        def hit_by(*codes: CodeType) -> list[list[Any]]:
            hits.clear()
            for code in codes:
                on_line(code, 1)
            return list(hits)

        for code in (first, second):
            lines.set(code, {1: Visit([code.co_filename], None)})
        self.assertEqual(hit_by(first, second, third), [["first.py"], ["second.py"]])
        self.assertIs(on_line(third, 1), monitoring.DISABLE)
        self.assertIs(on_line(first, 2), monitoring.DISABLE)
        lines.set(second, {})
        self.assertEqual(hit_by(first, second), [["first.py"]])
        lines.set(first, {})
        self.assertEqual(hit_by(first, second), [])

    def visited(self, hits: str) -> tuple[int, int, list[Any]]:
        """Of ten visits of a line with that hit count: how many were counted and told of, and what the callback returned."""
        counted = Breakpoint(1, "line", Args("setBreakpoints", {"hitCondition": hits}))
        told: list[bool] = []
        lines = LineVisits(lambda _, frame, holds: told.append(counted.counts(frame, {}, mock.Mock(), holds)))
        code = compile("x = 1", "counted.py", "exec")
        lines.set(code, {1: Visit([counted], None, counted)})
        answers = [lines.callback()(code, 1) for _ in range(10)]
        self.assertTrue(all(told))
        return counted.hits, len(told), answers

    def test_a_visit_that_the_hit_count_lets_pass_is_only_counted(self) -> None:
        self.assertEqual(self.visited("% 4"), (10, 2, [None] * 10))

    def test_a_line_that_no_hit_count_can_stop_at_any_more_is_switched_off(self) -> None:
        answers = self.visited("3")[2]
        self.assertEqual(answers, [None] * 3 + [monitoring.DISABLE] * 7)


ONCE = textwrap.dedent(
    """
    seen = []
    def visit(count):
        for number in range(count):
            last = number          # @line
    def numbers(count):
        for number in range(count):
            yield number           # @yield
    visit(5)
    list(numbers(5))
    seen.append("end")             # @end
    """
)


class OnceEach(unittest.TestCase):
    """A condition may have effects (counting its calls is one), so it is evaluated once a visit: no more, no less."""

    def test_before_a_line(self) -> None:
        with Debuggee(ONCE) as d:
            d.run_to({"line": d.line("line"), "condition": "seen.append(number) or number == 3"})
            self.assertEqual(d.evaluate("seen"), "[0, 1, 2, 3]")

    def test_on_suspend(self) -> None:
        with Debuggee(ONCE) as d:
            condition = "seen.append(yielded) or yielded == 2"
            d.run_to({"line": d.line("yield"), "mode": "suspend", "condition": condition})
            self.assertEqual(d.evaluate("seen"), "[0, 1, 2]")

    def test_a_local_that_is_not_there_yet_is_a_global_of_that_name_or_an_error_said_once(self) -> None:
        with Debuggee(ONCE) as d:
            d.set_breakpoints({"line": d.line("line"), "condition": "last == 1"}, {"line": d.line("end")})
            d.run()
            d.wait("stopped")
            self.assertEqual(d.evaluate("(number, last)"), "(2, 1)")
            self.assertEqual(d.output("important").count("NameError"), 1)


class Listing(unittest.TestCase):
    """How often what is asked at a stop among many tasks: it may grow with what is shown, not with what there is."""

    SOURCE = """
        import asyncio
        async def work(event): await event.wait()
        async def boss(inner): await asyncio.gather(inner)
        async def here():
            await asyncio.sleep(0)
            print("here")  # @stop
        async def main():
            event = asyncio.Event()
            many = [asyncio.create_task(work(event)) for _ in range(2000)]
            await asyncio.sleep(0)
            last = asyncio.create_task(boss(asyncio.create_task(here())))
            await last
        asyncio.run(main())
    """
    COUNT = """
        def counting(module, owner, name):
            import sys
            place = sys.modules["coroscope." + module]
            for each in owner.split(".") if owner else []: place = getattr(place, each)
            original, calls = getattr(place, name), []
            def counted(*args):
                calls.append(1)
                return original(*args)
            setattr(place, name, counted)
            return calls
    """

    def counted(self, module: str, owner: str, name: str, use: Callable[[Debuggee], object]) -> int:
        with Debuggee(textwrap.dedent(self.SOURCE)) as d:
            d.run_to("stop")
            d.evaluate(textwrap.dedent(self.COUNT).strip())
            d.evaluate(f"calls = counting({module!r}, {owner!r}, {name!r})")
            use(d)
            return int(d.evaluate("len(calls)"))

    def test_a_page_describes_the_tasks_that_it_shows(self) -> None:
        page = lambda d: d.command("coroutines", start=0, count=20)  # noqa: E731
        self.assertLessEqual(self.counted("asyncio_scheduler", "AsyncioScheduler", "describe", page), 60)
        self.assertLessEqual(self.counted("stacks", "Stacks", "row", page), 20)

    def test_a_second_page_looks_at_nothing_again(self) -> None:
        def pages(d: Debuggee) -> None:
            for start in (0, 20, 40):
                d.command("coroutines", start=start, count=20)
            d.command("coroutines", group="stack", start=0, count=20)
            d.command("threads", limit=20)

        self.assertEqual(self.counted("population", "Population", "take", pages), 1)

    def test_a_stack_asks_only_those_who_may_wait_what_they_wait_for(self) -> None:
        awaiters: list[Any] = []

        def stack(d: Debuggee) -> None:
            awaiters.extend(d.command("stack", thread=1, start=0, count=0)["awaiters"])

        self.assertLessEqual(self.counted("awaited_by", "", "wait_of_task", stack), 4)
        self.assertEqual([each["task"] for each in awaiters], ["Task-2003", "Task-1"])

    def test_a_stack_looks_at_no_object_of_the_program_for_it(self) -> None:
        stack = lambda d: d.command("stack", thread=1, start=0, count=0)  # noqa: E731
        self.assertEqual(self.counted("population", "Population", "take", stack), 0)
        self.assertEqual(self.counted("tasks", "", "instances", stack), 0)


class Kept:
    pass


class Clocks(unittest.TestCase):
    """What is done at every step looks at each object of the program only when that may find something new."""

    def test_few_instances_are_looked_for_once_and_again_after_one_was_made(self) -> None:
        known = KnownInstances()
        first = Kept()
        self.assertEqual(known.of(Kept), [first])
        second = Kept()
        self.assertEqual(known.of(Kept), [first])
        known.look_again()
        self.assertCountEqual(known.of(Kept), [first, second])
        del first
        self.assertEqual(known.of(Kept), [second])

    def test_loops_and_timeouts_that_are_known_are_not_looked_for(self) -> None:
        clocks = AsyncioClocks()
        counters = {
            name: counter
            for code in (
                asyncio.BaseEventLoop.__init__.__code__,
                asyncio.Timeout.__init__.__code__,
                asyncio.Timeout.__aenter__.__code__,
            )
            if (counter := clocks.counter_of(code)) is not None
            for name in [code.co_qualname]
        }
        looks: list[Any] = []

        async def shift_in_a_timeout() -> float:
            counters["Timeout.__init__"]()
            clocks.shift(monotonic() - 1)  # one that was made, and let go without being entered
            limit = asyncio.timeout(60)
            counters["Timeout.__init__"]()
            clocks.shift(monotonic() - 1)
            async with limit:
                counters["Timeout.__aenter__"]()
                clocks.shift(monotonic() - 1)
                looks.clear()
                before = limit.when()
                clocks.shift(monotonic() - 1)
                return (limit.when() or 0) - (before or 0)

        counters["BaseEventLoop.__init__"]()
        look = mock.Mock(side_effect=lambda *kinds: looks.append(kinds) or instances(*kinds))
        with (
            mock.patch("coroscope.known_instances.instances", look),
            mock.patch("coroscope.asyncio_clocks.instances", look),
        ):
            shifted = asyncio.run(shift_in_a_timeout())
        self.assertGreaterEqual(shifted, 1)
        self.assertEqual(looks, [])


def idle() -> Generator[None]:
    yield


class Everyone(unittest.TestCase):
    """Coroutines and tasks are found among all objects once, and then among those that were made since."""

    def setUp(self) -> None:
        self.registry = Registry()
        self.population = Population(self.registry, cast("Any", SimpleNamespace(stop=object())))
        self.enterContext(resting())

    def look(self) -> tuple[set[int], bool]:
        """Which idle ones the population has, by ``id()``, and whether all objects were looked at for it."""
        looked: list[bool] = []
        objects = gc.get_objects

        def get_objects(generation: int | None = None) -> list[Any]:
            looked.append(generation is None)
            return objects(generation)

        with mock.patch.object(gc, "get_objects", get_objects):
            found = self.population.take()
        return self.idle_among(found), any(looked)

    @staticmethod
    def idle_among(found: Sifted) -> set[int]:
        return {id(each) for each in found.generators if each.gi_code is idle.__code__}

    def test_what_was_made_since_is_found_and_what_has_gone_is_not(self) -> None:
        first, second = idle(), idle()
        next(first)
        everyone, looked_at_all = self.look()
        self.assertTrue(looked_at_all)
        self.assertEqual(everyone, {id(first), id(second)})
        third = idle()
        del second
        everyone, looked_at_all = self.look()
        self.assertFalse(looked_at_all)
        self.assertEqual(everyone, {id(first), id(third)})

    def test_after_a_collection_and_when_objects_were_moved_all_are_looked_at(self) -> None:
        self.look()
        for move in (gc.collect, lambda: (gc.freeze(), gc.unfreeze())):
            self.assertFalse(self.look()[1])
            move()
            self.assertTrue(self.look()[1])

    def test_one_that_runs_and_was_never_seen_to_rest_has_all_looked_at_again(self) -> None:
        looks: list[bool] = []

        def looking() -> Generator[None]:
            looks.append(self.look()[1])
            looks.append(self.look()[1])
            yield

        running = looking()
        next(running)
        self.assertEqual(looks, [True, True])
        looks.clear()
        self.look()
        again = looking()
        self.registry.know(again)  # as the recorder does, where it was just resumed
        next(again)
        self.assertEqual(looks, [False, False])

    def test_within_a_warning_of_a_dying_coroutine_none_is_kept_in_mind(self) -> None:
        async def never() -> None:
            pass

        looks: list[bool] = []
        show = mock.Mock(side_effect=lambda *_a, **_k: looks.append(self.look()[1]) or looks.append(self.look()[1]))
        with warnings.catch_warnings(), mock.patch.object(warnings, "showwarning", show):
            warnings.simplefilter("always")
            never()
        self.assertEqual(looks, [True, True])


@contextmanager
def resting() -> Generator[None]:
    """The collector, as at a stop."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


if __name__ == "__main__":
    unittest.main()
