"""Which nodes of a graph of needs can never go on, and in which cycles they wait for each other. Pure; numbers only."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class Need(NamedTuple):
    """What has to go on before a node can: all of ``on``, or with ``any_of`` one of them."""

    on: tuple[int, ...]
    any_of: bool = False


def stuck_nodes(needs: dict[int, Need | None]) -> set[int]:
    """The nodes that no order of events lets go on. None stands for a node that goes on by itself, or might.

    So a cycle with a way out (a timeout, another one to wait for, a lock that somebody unknown holds) is none.
    """
    dependents: dict[int, list[int]] = {}
    missing: dict[int, int] = {}
    free: deque[int] = deque()
    for node, need in needs.items():
        if need is None or not need.on or any(each not in needs for each in need.on):
            free.append(node)
            continue
        missing[node] = 1 if need.any_of else len(set(need.on))
        for each in set(need.on):
            dependents.setdefault(each, []).append(node)
    going = set(free)
    while free:
        for dependent in dependents.get(free.popleft(), ()):
            missing[dependent] -= 1
            if missing[dependent] <= 0 and dependent not in going:
                going.add(dependent)
                free.append(dependent)
    return set(needs) - going


def cycles(needs: dict[int, Need | None], stuck: set[int]) -> list[list[int]]:
    """One shortest cycle for each group of stuck nodes that wait for each other, each node waiting for the next."""
    edges = {
        node: [each for each in need.on if each in stuck] for node in sorted(stuck) if (need := needs[node]) is not None
    }
    return [_cycle_in(component, edges) for component in _components(edges) if _is_cyclic(component, edges)]


def _is_cyclic(component: list[int], edges: dict[int, list[int]]) -> bool:
    return len(component) > 1 or component[0] in edges[component[0]]


def _components(edges: dict[int, list[int]]) -> list[list[int]]:
    """Strongly connected components by Tarjan's algorithm, with a stack of its own in place of recursion."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []
    on_path: set[int] = set()
    found: list[list[int]] = []
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        path.append(root)
        on_path.add(root)
        while work:
            node, rest = work[-1]
            for each in rest:
                if each not in index:
                    index[each] = low[each] = len(index)
                    path.append(each)
                    on_path.add(each)
                    work.append((each, iter(edges[each])))
                    break
                if each in on_path:
                    low[node] = min(low[node], index[each])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[int] = []
                    while not component or component[-1] != node:
                        component.append(path.pop())
                    on_path.difference_update(component)
                    found.append(component)
    return found


def _cycle_in(component: list[int], edges: dict[int, list[int]]) -> list[int]:
    inside = set(component)
    start = min(component)
    came_from: dict[int, int] = {}
    pending = deque([start])
    while pending:
        node = pending.popleft()
        for each in edges[node]:
            if each == start:
                cycle = [node]
                while cycle[-1] != start:
                    cycle.append(came_from[cycle[-1]])
                return cycle[::-1]
            if each in inside and each not in came_from:
                came_from[each] = node
                pending.append(each)
    return component
