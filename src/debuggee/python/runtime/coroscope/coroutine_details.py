"""One coroutine in full, for a view that has no frames and variables to ask for."""

from __future__ import annotations

from . import interpreter
from .census import Census
from .coroutine_list import CoroutineList
from .coroutines import Registry, chain_of
from .interpreter import Coroutine
from .positions import line_location, suspension_at
from .protocol import CommandError, Json
from .records import Records
from .stacks import Stacks

_MAX_DELEGATES = 200
_MAX_AWAITERS = 200


class CoroutineDetails:
    def __init__(self, listing: CoroutineList, stacks: Stacks, registry: Registry, records: Records) -> None:
        self._listing = listing
        self._stacks = stacks
        self._registry = registry
        self._records = records

    def of(self, identity: int) -> Json:
        """The reply to ``coroutine``. Raises CommandError ``stale`` for one that is gone."""
        census = self._listing.census()
        coroutine = self._find(identity, census)
        row = self._listing.row(coroutine, census.facts.get(coroutine))
        chain = chain_of(coroutine).coroutines
        result: Json = {
            "row": row,
            "delegates": [self._link(each) for each in chain[1 : _MAX_DELEGATES + 1]],
            "awaitedBy": self._awaited_by(coroutine, census),
            "history": [],
            "sampled": False,
        }
        history = self._records.history_of(identity)
        if history is not None:
            result["history"] = [self._records.event_to_wire(identity, event) for event in reversed(history.events)]
            result["sampled"] = history.sampled
        resumer = self._stacks.resumer(coroutine)
        if resumer is not None:
            result["resumedBy"] = resumer
        created = self._records.creation_of(identity)
        if created is not None:
            result["createdAt"] = line_location(created[0].co_filename, created[1])
        own = self._stacks.place_of(coroutine)
        if own is not None:
            result["valueLocation"] = own
        code = interpreter.code_of(coroutine)
        result["definedAt"] = line_location(code.co_filename, code.co_firstlineno)
        return result

    def _link(self, coroutine: Coroutine) -> Json:
        """A row that says where the coroutine stands itself, not the innermost one of its own chain."""
        row = self._listing.row(coroutine, None)  # what is delegated to is no task's root
        own = self._stacks.place_of(coroutine)
        if own is not None:
            row["location"] = own
        frame = interpreter.frame_of(coroutine)
        point = suspension_at(frame.f_code, frame.f_lasti) if frame is not None else None
        row.pop("suspension", None)
        if point is not None and row["state"] == "suspended":
            row["suspension"] = point.kind
        return row

    def _find(self, identity: int, census: Census) -> Coroutine:
        try:
            return self._stacks.coroutine(identity)
        except CommandError:
            # A running one may have its id for the present stop only.
            for each in census.roots["running"]:
                if self._registry.id_of(each) == identity:
                    return each
            raise

    def _awaited_by(self, coroutine: Coroutine, census: Census) -> list[Json]:
        delegator = census.everyone.delegator(coroutine)
        if delegator is not None:
            return [self._stacks.row(delegator, census.facts.get(delegator))]
        fact = census.facts.get(coroutine)
        waiting = self._stacks.awaiters_of(fact.task) if fact is not None else []
        return [
            self._stacks.row(each.coroutine, each) for each in waiting[:_MAX_AWAITERS] if each.coroutine is not None
        ]
