"""The findings of a session: gathers what was noted and what is looked for, at a stop and at the end of the program."""

from __future__ import annotations

from . import faults, finding_search
from .asyncio_reports import AsyncioReports
from .await_graph import AwaitGraph
from .blocked_steps import BlockedSteps
from .coroutines import Registry
from .creations import Creations
from .finding_search import FindingSearch
from .findings import FindingLog
from .pausing import World
from .protocol import Json
from .recording import Recorder
from .stacks import Stacks
from .user_code import UserCode
from .watching import Watcher


class FindingReport:
    def __init__(
        self,
        world: World,
        registry: Registry,
        user_code: UserCode,
        recorder: Recorder,
        graph: AwaitGraph,
        stacks: Stacks,
    ) -> None:
        self.log = FindingLog()
        creations = Creations(registry, user_code)
        reports = AsyncioReports(registry, user_code, recorder)
        self.steps = BlockedSteps(registry, user_code, recorder, self.log.add)
        self.watcher = Watcher(user_code, creations, reports, self.steps, self.log, lambda: world.stop is not None)
        self._search = FindingSearch(registry, user_code, creations, reports, graph, stacks)

    def all(self, *, paused: bool) -> Json:
        """The reply to ``findings``."""
        notes = finding_search.limits()
        if not paused:
            notes.append(
                "The program runs: tasks that nothing keeps and exceptions not retrieved so far show while it is paused."
            )
        now = self._search.now() if paused else self._search.deadlocks()
        return {**self.log.to_wire(now), "notes": notes}

    def before_interrupt(self) -> None:
        """Ctrl+C takes a deadlock apart: notes it for the end of the run."""
        try:
            for finding in self._search.deadlocks():
                self.log.add(finding)
        except Exception as error:
            faults.report(error)

    def look_at_end(self) -> None:
        try:
            for finding in self._search.at_end():
                self.log.add(finding)
        except Exception as error:
            faults.report(error)
