"""Instructions of loops."""

from __future__ import annotations

import ast
from itertools import count
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.objects import MISSING, Computed, Generator
from gradlens.engine.language.running.groups import LazyGroup, LoopGroup

COUNTED = (int, str, Computed)  # types of what a turn of a loop goes by: i = 2

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


class Loop:
    """A loop that runs.  group: in which it stands.  own: its own, once a turn has begun.  turn: how many began.
    node: of the text.
    """

    __slots__ = ("group", "iterator", "node", "own", "turn")

    def __init__(self, iterator: Any, group: LazyGroup | None, node: ast.For | ast.While):
        self.iterator = iterator
        self.group = group
        self.node = node
        self.own: LoopGroup | None = None
        self.turn = 0


def iterate(m: Machine, frame: Frame, _: None, node: ast.expr) -> None:
    m.iterate(frame, frame.stack.pop(), node)


def advance(m: Machine, frame: Frame, end: Any, node: ast.AST) -> None:
    """The next item; the iterator goes where there is none."""
    iterator = frame.stack[-1]
    if type(iterator) is Generator:
        m.resume(frame, iterator, end, node)
        return
    value = next(iterator, MISSING)
    if value is MISSING:
        frame.stack.pop()
        frame.at = end.at
    else:
        frame.stack.append(value)


def loop_begins(m: Machine, frame: Frame, loop: ast.For, node: ast.For) -> None:
    frame.stack.append(Loop(frame.stack.pop(), frame.group, node))


def while_begins(m: Machine, frame: Frame, loop: ast.While, node: ast.While) -> None:
    frame.stack.append(Loop(count(), frame.group, node))


def next_turn(m: Machine, frame: Frame, conditions: frozenset[ast.AST], node: ast.While) -> None:
    if not frame.stack[-1].turn:
        m.endings |= conditions
    m.turn_begins(frame, frame.stack[-1], node)


def advance_turn(m: Machine, frame: Frame, end: Any, node: ast.For) -> None:
    loop = frame.stack[-1]
    m.turn_begins(frame, loop, node)
    if type(loop.iterator) is Generator:
        m.resume(frame, loop.iterator, end, node)
        return
    value = next(loop.iterator, MISSING)
    if value is MISSING:
        frame.at = end.at
        return
    if loop.own is not None and type(node.target) is ast.Name and type(value) in COUNTED:
        assert type(frame.group) is LoopGroup
        frame.group.counts = node.target.id, value
    frame.stack.append(value)


def loop_ends(m: Machine, frame: Frame, _: None, node: ast.AST) -> None:
    m.loop_ends(frame, frame.stack.pop())
