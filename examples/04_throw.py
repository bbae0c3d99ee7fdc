# 04. `throw`: an exception at the suspension point                             PEP 342
#
# Idea: `throw` resumes a generator as `send` does, but its `yield` raises. A `try`
# around the `yield` can catch it and go on; otherwise it comes out at the caller.
#
# In the debugger: `thrown` in the `Coroutine` scope holds what came in. The second
# `throw` finds no `try`: with the exception filter "uncaught" the program stops there.
# (This program is meant to end with a traceback and exit code 1.)


def download():
    try:
        yield "downloading"
    except ConnectionError as error:
        print("  caught where it was suspended:", error)  # @marker caught
    yield "downloading again"


job = download()
print(next(job))
print(job.throw(ConnectionError("the line went dead")))
print("nobody catches the next one")  # @marker unprotected
job.throw(ConnectionError("the line went dead again"))
