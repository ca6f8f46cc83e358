"""The turns of a loop, each a group of nodes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.graph import Group
from gradlens.engine.language import nodes
from gradlens.engine.language.objects import Computed
from gradlens.engine.language.running.instructions import Loop

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Frame, Machine


def turn_begins(m: Machine, frame: Frame, loop: Loop, node: Any) -> None:
    """A turn of a loop: its nodes are a group in that of the loop; those of our own texts are not."""
    loop.turn += 1
    m.charge(1, node)
    if frame.place is not None or frame.code.ours:
        return
    groups = m.graph.groups
    if loop.own < 0:
        name = "while" if isinstance(node, ast.While) else "for"
        loop.own = len(groups)
        groups.append(Group(loop.own, name, name, loop.group, loop=True))
    else:
        m.drop_empty(frame.group)
    frame.group = len(groups)
    turn = f"{groups[loop.own].name} {loop.turn}"
    groups.append(Group(frame.group, turn, turn, loop.own, loop=True))


def name_turn(m: Machine, frame: Frame, loop: Loop, value: Any, node: ast.For) -> None:
    """A turn goes by what its name counts, where that is known: i = 2."""
    if loop.own >= 0 and isinstance(node.target, ast.Name) and type(value) in (int, str, Computed):
        group = m.graph.groups[frame.group or 0]
        nodes.look(m, value)
        group.label = f"{node.target.id} = {nodes.shown(value)}"


def loop_ends(m: Machine, frame: Frame, loop: Loop) -> None:
    if loop.own >= 0:
        m.drop_empty(frame.group)
        group = m.graph.groups[loop.own]
        turns = sum(one.parent == loop.own for one in m.graph.groups[loop.own :])
        group.label = f"{group.name} × {turns}"
        m.drop_empty(loop.own)
    frame.group = loop.group


def drop_empty(m: Machine, group: int | None) -> None:
    """A turn without nodes is no group."""
    groups = m.graph.groups
    if groups and groups[-1].id == group and not groups[-1].nodes:
        groups.pop()
