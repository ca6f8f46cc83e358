"""Groups of nodes: of a call, a loop or a turn of one. A group is made with its first node: without one it is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, Any

from gradlens.engine.graph import Group
from gradlens.engine.language.objects import Computed, Instance, ListCell, Tensor, kind_of
from gradlens.engine.language.values.varying import Told
from gradlens.engine.ops import Op, Options

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine
    from gradlens.engine.language.objects import Function


class LazyGroup:
    """A group by itself, such as that of a backward pass.

    around: in which it stands.  id: in the graph; -1 until it is made.
    """

    __slots__ = ("around", "id", "name")

    is_loop = False

    def __init__(self, around: LazyGroup | None, name: str, id: int = -1):
        self.around = around
        self.name = name
        self.id = id

    def made(self, m: Machine, id: int, parent: int | None) -> Group:
        return Group(id, self.name, self.name, parent)


MOST_PLAIN = 10**9  # whole numbers below it are shown as they are


class LoopGroup(LazyGroup):
    """A loop, or a turn of one.  turn: which, 0 of the loop itself.  counts: the name and the value that it goes by."""

    __slots__ = ("counts", "turn")

    is_loop = True

    def __init__(self, around: LazyGroup | None, name: str, turn: int = 0):
        self.around = around
        self.name = name
        self.id = -1
        self.turn = turn
        self.counts: tuple[str, Any] | None = None

    def made(self, m: Machine, id: int, parent: int | None) -> Group:
        name = f"{self.name} {self.turn}" if self.turn else self.name
        label = name
        if self.counts is not None:
            counter, value = self.counts
            if type(value) is int and -MOST_PLAIN < value < MOST_PLAIN:
                label = f"{counter} = {value}"
            else:
                m.look(value)
                label = f"{counter} = {m.shown(value)}"
        return Group(id, name, label, parent, loop=True)


NAMED_BY_CLASS = ("forward", "__call__", "__init__")  # methods by which an object is called or made


class CallGroup(LazyGroup):
    """A call of a function of the program.

    args: of its parameters; hidden: how many of the first are not shown.  shown: the others as they were when it was
    called, where lists are among them, which may be others when the first node comes.
    """

    __slots__ = ("args", "function", "hidden", "shown")

    def __init__(self, around: LazyGroup | None, function: Function, args: list[Any], hidden: int):
        self.around = around
        self.id = -1
        self.function = function
        self.args = args
        self.hidden = hidden
        self.shown: tuple[int | str, ...] | None = None

    def arguments(self, m: Machine) -> tuple[int | str, ...]:
        return tuple([v.id if type(v) is Tensor else argument_shown(m, v) for v in self.args[self.hidden :]])

    def made(self, m: Machine, id: int, parent: int | None) -> Group:
        owner, label = self.function.owner, self.function.code.name
        if owner is not None:
            constructs = label in NAMED_BY_CLASS
            if (constructs or owner.name[:1] == "_") and self.args and type(self.args[0]) is Instance:
                owner = self.args[0].of
            label = intern(owner.name if constructs else f"{owner.name}.{label}")  # one for as many groups as calls
        return Group(id, label, label, parent, call=self.arguments(m) if self.shown is None else self.shown)


def argument_shown(m: Machine, value: Any) -> int | str:
    """An argument as a call's group tells it: a node's id, or what was known beforehand."""
    kind = kind_of(value)
    if kind is Tensor:
        return value.id
    if value is m.varying:
        return Told(m.shown(value))
    if kind is ListCell or kind is Computed:
        if value.tensor is not None:
            return value.tensor.id
        m.look(value)
    elif kind is tuple:
        m.look(value)
    return m.shown(value)


def group_id(m: Machine, group: LazyGroup | None) -> int | None:
    """The id of a group to which a node comes."""
    if group is None or group.id >= 0:
        return None if group is None else group.id
    around = group.around
    if around is None or around.id >= 0:
        groups = m.graph.groups
        id = len(groups)
        groups.append(group.made(m, id, None if around is None else around.id))
        group.id = id
        m.groups_made.append(group)
        return id
    waiting = [group]
    while around is not None and around.id < 0:
        waiting.append(around)
        around = around.around
    groups = m.graph.groups
    parent = None if around is None else around.id
    for one in reversed(waiting):
        id = len(groups)
        groups.append(one.made(m, id, parent))
        one.id = parent = id
        m.groups_made.append(one)
    return group.id


def forget_groups(m: Machine, count: int) -> None:
    """The groups from `count` on were taken back: they are made again where a node comes."""
    while m.groups_made and m.groups_made[-1].id >= count:
        m.groups_made.pop().id = -1


def body_of(group: LazyGroup | None) -> LazyGroup | None:
    """The call in whose body a group stands; None for the program's own."""
    while group is not None and group.is_loop:
        group = group.around
    return group


@dataclass(frozen=True, slots=True)
class Opened:
    """The nodes that an op's definition makes of operands of some shapes, so that it is read once for all of those.

    options: of the op, in normal form.  steps: how many its reading took.
    made: of each node the op, its inputs, counted from the first operand on, its options and its name; of a constant
    None, and its number for options.  fractions: whether such numbers are of a type of those, by their places.
    output: which node it gives.
    """

    options: Options
    steps: int
    made: tuple[tuple[Op | None, tuple[int, ...], Any, str | None], ...]
    fractions: Mapping[int, bool]
    output: int
