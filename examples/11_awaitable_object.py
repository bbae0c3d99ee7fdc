# 11. An object with `__await__`                                                PEP 492
#
# Idea: anything can be awaited whose `__await__` returns an iterator, and a generator
# is the easiest one to write. What it yields goes to whoever drives the coroutine; what
# it returns is the value of `await`.
#
# In the debugger: the delegation chain of `interview` goes on into `__await__`, with
# `self` among its locals. At the stop of mode `suspend`, `yielded` is the question that
# is about to go out.


class Question:
    def __init__(self, text):
        self.text = text

    def __await__(self):
        answer = yield self.text  # @marker ask
        return answer.strip().title()


async def interview():
    name = await Question("your name?")
    return f"{name} it is"


talk = interview()
print("asks:", talk.send(None))
try:
    talk.send("  grace hopper ")  # @marker waiting
except StopIteration as stop:
    print("says:", stop.value)
