# 08. Two sub-generators, one after the other                                   PEP 380
#
# Idea: with `yield from`, values sent to the outer generator arrive in the inner one,
# and what the inner one yields goes straight to the caller. `general` only says who
# talks; when the first sub-generator returns, the next is primed with `next`.
#
# In the debugger: the suspended `general` is a thread whose frames are its delegation
# chain, `internal` on top. At a stop of mode `resume`, `sent` is what `send` brought,
# all the way in; the frames below are `general` and the line that sent it.


def internal(name, number):
    received = yield f"{name} {number}"  # @marker receive
    print(f"  {name} received {received}")
    received = yield f"{name} {number + 1}"
    print(f"  {name} received {received}")


def general():
    yield from internal("first", 10)
    yield from internal("second", 20)


talk = general()
print(next(talk))
print(talk.send("A"))  # @marker in-first
print(talk.send("B"))
print(talk.send("C"))  # @marker in-second
try:
    talk.send("D")
except StopIteration:
    print("general has no more to say")
