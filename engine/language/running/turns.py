"""The turns of a loop, each a group of nodes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from gradlens.engine.language.running.frames import Steps
from gradlens.engine.language.running.groups import LoopGroup
from gradlens.engine.language.running.looping import Loop

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.running.frames import Frame


def turn_begins(m: Machine, frame: Frame, loop: Loop, node: Any) -> None:
    """A turn of a loop: its nodes are a group in that of the loop; those of our own texts are not."""
    loop.turn += 1
    m.steps += 1
    if frame.place is not None or frame.code.ours:
        return
    if loop.own is None:
        loop.own = LoopGroup(loop.group, "while" if type(node) is ast.While else "for")
    frame.group = LoopGroup(loop.own, loop.own.name, loop.turn)


def turns_taken(m: Machine) -> dict[str, int]:
    """Of the outermost loop of the reader's that is in a later turn than its first: its line, the turn, and half as
    many.  Empty where none is.
    """
    for frame in m.frames:
        if isinstance(frame, Steps) or frame.code.ours:
            continue
        for held in frame.stack:
            if type(held) is Loop and held.turn > 1:
                return {"line": held.node.lineno, "turn": held.turn, "turns": held.turn // 2}
    return {}


def loop_ends(m: Machine, frame: Frame, loop: Loop) -> None:
    if loop.own is not None and loop.own.id >= 0:
        groups, own = m.graph.groups, loop.own.id
        turns = [one.parent for one in groups[own:]].count(own)
        groups[own].label = f"{groups[own].name} × {turns}"
    frame.group = loop.group
