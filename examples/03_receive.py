# 03. A coroutine that receives                                                 PEP 342
#
# Idea: `yield` is an expression, and its value is what `send` brings in. A value can
# only arrive where the body waits for one: a generator must first be driven to its
# first `yield` ("primed"), or `send` raises TypeError.
#
# In the debugger: a breakpoint of mode `resume` stops in the middle of the line, when
# the value is in and not yet assigned: `sent` has it, `received` is still the old one.


def listener():
    step = 0
    while True:
        received = yield step  # @marker receive
        print(f"  step {step} received {received}")
        step += 1


unprimed = listener()
try:
    unprimed.send("too early")
except TypeError as error:
    print("unprimed:", error)  # @marker unprimed

primed = listener()
print("primed, and yields", next(primed))
print("send A, and it yields", primed.send("A"))
print("send B, and it yields", primed.send("B"))
