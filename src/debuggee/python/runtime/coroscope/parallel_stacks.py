"""Parallel stacks: the delegation chains of many coroutines as one tree, merged where they begin alike at their roots."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

from .chain_places import ChainPlaces
from .grouping import Group
from .protocol import Json


class _Node:
    __slots__ = ("below", "count", "ends", "example", "place")

    def __init__(self, place: int) -> None:
        self.place = place
        self.count = 0
        self.ends = 0
        self.below: dict[int, _Node] = {}
        self.example: object | None = None


def merged(groups: Iterable[Group], places: ChainPlaces, limit: int) -> tuple[list[Json], list[object], int]:
    """The tree as a list of nodes, parents before their children; of each a coroutine that ends there or further up;
    and how many nodes were left out. At most ``limit`` nodes are kept: those that most coroutines share.
    """
    top = _Node(-1)
    total = 0
    for group in groups:
        node = top
        for number in group.chain or ():
            following = node.below.get(number)
            if following is None:
                following = node.below[number] = _Node(number)
                following.example = group.members[0]
                total += 1
            following.count += len(group.members)
            node = following
        node.ends += len(group.members)
        node.example = group.members[0]
    nodes: list[Json] = []
    examples: list[object] = []
    # No node is shared by more than the one above it, so taking the largest that can be reached takes the largest of all.
    waiting: list[tuple[int, int, int, _Node]] = []
    order = 0
    for each in top.below.values():
        heappush(waiting, (-each.count, order := order + 1, -1, each))
    while waiting and len(nodes) < limit:
        _, _, parent, node = heappop(waiting)
        wire: Json = {"id": len(nodes), **places.places[node.place].to_wire(), "count": node.count, "ends": node.ends}
        if parent >= 0:
            wire["parent"] = parent
        for each in node.below.values():
            heappush(waiting, (-each.count, order := order + 1, len(nodes), each))
        nodes.append(wire)
        examples.append(node.example)
    return nodes, examples, total - len(nodes)
