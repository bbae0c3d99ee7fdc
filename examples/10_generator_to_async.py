# 10. A generator-based coroutine, and the `async def` it became       PEP 342, PEP 492
#
# Idea: `async def` and `await` are `yield from` under a better name, with a type of
# their own so that a coroutine is not mistaken for an iterator. Both are driven by
# `send`, and both end in StopIteration.
#
# In the debugger: two suspended threads, `generator before` and `coroutine after`. They
# stand at a `yield from` and at an `await`, and both delegate to the same `ask`.

import types


@types.coroutine
def ask(question):
    return (yield question)


@types.coroutine
def before():
    name = yield from ask("name?")
    return f"hello from the generator, {name}"


async def after():
    name = await ask("name?")
    return f"hello from the coroutine, {name}"


def answer(conversation, text):
    try:
        conversation.send(text)
    except StopIteration as stop:
        return stop.value


old, new = before(), after()
print("they ask:", old.send(None), new.send(None))
print(answer(old, "Ada"))  # @marker both-wait
print(answer(new, "Ada"))
