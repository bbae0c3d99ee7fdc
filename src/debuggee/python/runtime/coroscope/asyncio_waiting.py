"""What a suspended coroutine of asyncio waits for in the end: the lock, queue, timer, tasks or thread behind its chain.

asyncio's own coroutines stand near the leaf; which of them it is says what is waited for (``asyncio_waits``). The
outermost one that is known counts (a ``Queue.join`` waits in an ``Event.wait``); ``wait_for``, ``timeout`` and the like
are seen through. What is not known is waited for as the plain future it is.
"""

from __future__ import annotations

from . import asyncio_tasks, frame_locals, interpreter, values
from .asyncio_objects import is_concurrent_future, is_done, is_future, members, stands_for
from .asyncio_waits import as_completed_by_callbacks, counted, library_frames
from .coroutines import Chain
from .schedulers import Everyone
from .waits import Wait


def wait_of(chain: Chain, waiter: object | None = None, everyone: Everyone | None = None) -> Wait | None:
    """What the leaf of a chain waits for; None at a plain ``yield``. ``waiter`` is the future its task waits for, if known.

    ``everyone``, all tasks, serves only to find those behind ``as_completed`` on 3.12.
    """
    future = waiter if waiter is not None else _leaf_future(chain)
    if future is not None and is_done(future):
        return Wait("ready", "ready to run", future, future=future)
    standing = library_frames(chain)
    found = next((wait for names, known in standing if (wait := known(names, future)) is not None), None)
    if found is not None and found.kind == "other" and everyone is not None:
        found = as_completed_by_callbacks(found.thing, everyone) or found
    if found is None and future is not None:
        found = _of_future(future)
    if found is None and chain.leaf is not None:
        found = Wait("other", values.text(chain.leaf, 100), chain.leaf)
    return None if found is None else found._replace(future=future)


def _leaf_future(chain: Chain) -> object | None:
    if chain.leaf is not None:
        found = asyncio_tasks.future_of_iterator(chain.leaf)
        return found if found is not None else chain.leaf if is_future(chain.leaf) else None
    last = chain.coroutines[-1]
    # Futures written in Python wait in a generator of theirs.
    if interpreter.code_of(last).co_qualname == "Future.__await__":
        frame = interpreter.frame_of(last)
        found = frame_locals.names_of(frame).get("self") if frame is not None else None
        return found if is_future(found) else None
    return None


def _of_future(future: object) -> Wait:
    types = asyncio_tasks.task_types()
    if asyncio_tasks.is_task(future, types):
        return Wait("tasks", asyncio_tasks.name_of(future), future, (future,))
    behind = stands_for(future)
    if behind is None:
        thread = is_concurrent_future(future)
        return Wait("thread" if thread else "future", values.text(future, 100), future, (future,))
    inner, through = behind
    pending = members(inner)
    if through == "another thread" and not any(asyncio_tasks.is_task(each, types) for each in pending):
        return Wait("thread", "a call in another thread", inner[0])
    return Wait("tasks", counted(through, inner, pending), future, tuple(pending), through=through)
