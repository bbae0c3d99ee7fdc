"""What a suspended coroutine waits for in the end: the lock, queue, timer, tasks or thread behind its delegation chain."""

from __future__ import annotations

from . import tasks
from .coroutines import Chain
from .schedulers import Everyone
from .waits import Wait


def wait_of(chain: Chain, waiter: object | None = None, everyone: Everyone | None = None) -> Wait | None:
    """What the leaf of a chain waits for; None at a plain ``yield``. ``waiter`` is what ``tasks.waiter_of`` says of its task.

    ``everyone``, all tasks, serves only to find those behind asyncio's ``as_completed`` on 3.12.
    """
    for scheduler in tasks.SCHEDULERS:
        found = scheduler.wait_of(chain, waiter, everyone)
        if found is not None:
            return found
    return None
