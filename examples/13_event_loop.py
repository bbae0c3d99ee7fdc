# 13. An event loop of one's own                                       PEP 342, PEP 492
#
# Idea: an event loop is a queue of tasks and a loop that calls `send`. A task yields
# what it wants (sleep, spawn, join); the loop notes it and resumes the task when it is
# due, with a value by `send` or with an exception by `throw`. The clock is virtual: when
# nobody is ready, it jumps to the next alarm.
#
# In the debugger: at `spawned`, the other tasks are suspended threads that show where they
# wait, and `yielded` is what they wish for. At `failed`, the exception of the task that was
# joined has just been thrown in.

import heapq
import types
from collections import deque


@types.coroutine
def ask_loop(wish, argument):
    return (yield wish, argument)


async def sleep(seconds):
    await ask_loop("sleep", seconds)


async def spawn(coroutine):
    return await ask_loop("spawn", coroutine)


async def join(task):
    return await ask_loop("join", task)


class Task:
    def __init__(self, coroutine):
        self.coroutine = coroutine
        self.outcome = None  # how to resume those who join it: "send" or "throw", and what
        self.joiners = []


class Loop:
    def __init__(self):
        self.now = 0
        self.ready = deque()
        self.alarms = []
        self.alarms_set = 0

    def run(self, main):
        task = self.start(main)
        while self.ready or self.alarms:
            if not self.ready:
                self.now, _, sleeper = heapq.heappop(self.alarms)
                self.wake(sleeper)
            self.step(*self.ready.popleft())
        how, value = task.outcome
        if how == "throw":
            raise value
        return value

    def start(self, coroutine):
        task = Task(coroutine)
        self.wake(task)
        return task

    def wake(self, task, how="send", value=None):
        self.ready.append((task, how, value))

    def step(self, task, how, value):
        resume = task.coroutine.throw if how == "throw" else task.coroutine.send
        try:
            wish, argument = resume(value)
        except StopIteration as stop:
            self.finish(task, "send", stop.value)
        except Exception as error:
            self.finish(task, "throw", error)
        else:
            self.grant(task, wish, argument)

    def finish(self, task, *outcome):
        task.outcome = outcome
        for joiner in task.joiners:
            self.wake(joiner, *outcome)

    def grant(self, task, wish, argument):
        match wish:
            case "sleep":
                self.alarms_set += 1  # alarms for the same time go off in this order
                heapq.heappush(self.alarms, (self.now + argument, self.alarms_set, task))
            case "spawn":
                self.wake(task, "send", self.start(argument))
            case "join" if argument.outcome:
                self.wake(task, *argument.outcome)
            case "join":
                argument.joiners.append(task)


loop = Loop()


def say(text):
    print(f"{loop.now:>2}s  {text}")


async def tea():
    await sleep(3)
    say("tea is ready")
    return "tea"


async def toast():
    await sleep(2)
    raise RuntimeError("toast is burnt")


async def breakfast():
    kettle, toaster = await spawn(tea()), await spawn(toast())
    say("both are on")  # @marker spawned
    try:
        await join(toaster)
    except RuntimeError as error:
        say(error)  # @marker failed
    return f"just {await join(kettle)}, then"


print("     " + loop.run(breakfast()))
