# 06. A return value                                                            PEP 380
#
# Idea: what a generator returns is not yielded. It travels in the StopIteration that
# ends it, as `StopIteration.value`.
#
# In the debugger: after the end, `ballot` is closed and `result` in its `Coroutine`
# scope is the dictionary; `stop.value` is the very same object.


def count_votes():
    votes = {}
    while (vote := (yield votes.get("yes", 0))) is not None:
        votes[vote] = votes.get(vote, 0) + 1
    return votes  # @marker return


ballot = count_votes()
next(ballot)
for vote in "yes", "no", "yes":
    print(f"{vote}: {ballot.send(vote)} in favour so far")
try:
    ballot.send(None)
except StopIteration as stop:
    print("returned:", stop.value)  # @marker value
