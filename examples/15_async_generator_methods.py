# 15. `asend`, `athrow`, `aclose`                                               PEP 525
#
# Idea: an asynchronous generator has all that a generator has, but each method returns
# an awaitable, because the body may wait on its way to the next `yield`.
#
# In the debugger: at a stop of mode `resume`, `sent` is what `asend` brought. In the
# `finally`, `thrown` is the GeneratorExit of `aclose`, and the body may still await.

import asyncio


async def shouting_echo():
    reply = "ready"
    try:
        while True:
            try:
                heard = yield reply  # @marker hear
                reply = heard.upper()
            except ValueError as error:
                reply = f"sorry, {error}"  # @marker sorry
    finally:
        await asyncio.sleep(0)
        print("  (tidied up)")  # @marker tidy


async def main():
    echo = shouting_echo()
    print("anext: ", await anext(echo))
    print("asend: ", await echo.asend("hello"))
    print("athrow:", await echo.athrow(ValueError("too loud")))
    print("aclose:", await echo.aclose())


asyncio.run(main())
