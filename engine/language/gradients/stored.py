"""What .grad of an array holds: the sum over the backward passes since it was last set to zero, as in PyTorch."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import memory, nodes
from gradlens.engine.language.gradients.backward import Backward
from gradlens.engine.language.objects import NO_OPTIONS, Tensor
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


class Stored:
    """The gradient of one array.  since: the passes that `value` knows of."""

    __slots__ = ("since", "value")

    def __init__(self, since: int, value: Tensor | None):
        self.since = since
        self.value = value


class Gradients:
    """The backward passes of a program, and what they have left in its arrays.

    passes: in order.  held: by array.  values: those that some .grad is.  before: by array that was written to, its
    nodes before, each with the number of passes that it was there for.  retained: by retain_grad().
    frozen: by requires_grad = False.
    """

    def __init__(self) -> None:
        self.passes: list[Backward] = []
        self.held: dict[Tensor, Stored] = {}
        self.values: set[Tensor] = set()
        self.before: dict[Tensor, list[tuple[int, int]]] = {}
        self.retained: set[Tensor] = set()
        self.frozen: set[Tensor] = set()

    def run(self, m: Machine, output: Tensor, keeps: bool, place: Any) -> None:
        """output.backward()."""
        self.passes.append(Backward(m, nodes.id_of(m, output, place), keeps))

    def written(self, tensor: Tensor, id: int) -> None:
        """An array is about to become another node: passes that have been are of this one."""
        self.before.setdefault(tensor, []).append((len(self.passes), id))

    def of(self, m: Machine, tensor: Tensor, place: Any) -> Tensor | None:
        """tensor.grad; None where no pass has reached it."""
        tensor = memory.named_array(tensor)
        stored = self.held.setdefault(tensor, Stored(0, None))
        if tensor in self.frozen or not self.keeps(m, tensor):
            return stored.value
        parts: list[int] = []
        keeps = False
        for count in range(stored.since, len(self.passes)):
            one = self.passes[count]
            found = one.gradient(m, self.node_at(m, tensor, count), place)
            if found is not None:
                parts.append(found)
                keeps = keeps or one.keeps
        stored.since = len(self.passes)
        if not parts:
            return stored.value
        if stored.value is not None and not is_zero(m, stored.value):
            parts.insert(0, nodes.id_of(m, stored.value, place))
        whole = parts[0]
        for part in parts[1:]:
            whole = nodes.apply(m, OPS["add"], (whole, part), NO_OPTIONS, place).id
        if not keeps:
            whole = nodes.apply(m, OPS["stop_gradient"], (whole,), NO_OPTIONS, place).id
        if stored.value is None:
            self.put(stored, Tensor(whole, library=tensor.library))
        else:
            memory.write(m, stored.value, whole, place)
        return stored.value

    def set(self, tensor: Tensor, value: Tensor | None) -> None:
        """tensor.grad = value; None forgets what has been."""
        self.put(self.held.setdefault(memory.named_array(tensor), Stored(0, None)), value)

    def is_frozen(self, tensor: Tensor) -> bool:
        return memory.named_array(tensor) in self.frozen

    def require(self, m: Machine, tensor: Tensor, wanted: bool, place: Any) -> None:
        """tensor.requires_grad = wanted: passes leave no gradient in an array while it is frozen."""
        found = self.of(m, tensor, place)
        tensor = memory.named_array(tensor)
        if tensor in self.frozen and wanted:
            self.frozen.remove(tensor)
            self.set(tensor, found)
        elif not wanted:
            self.frozen.add(tensor)
        if m.behaviour is not None:
            m.behaviour.require(m.graph.nodes[nodes.id_of(m, tensor, place)], wanted)

    def put(self, stored: Stored, value: Tensor | None) -> None:
        stored.since, stored.value = len(self.passes), value
        if value is not None:
            self.values.add(value)

    def node_at(self, m: Machine, tensor: Tensor, count: int) -> int:
        """The node that an array was when a pass began; of another name for the same array, what it names."""
        before = self.before.get(tensor, ())
        at = bisect_right(before, count, key=itemgetter(0))
        id = before[at][1] if at < len(before) else nodes.id_of(m, tensor, m.place)
        graph = m.graph
        while graph.nodes[id].kind == "identity":
            id = graph.nodes[id].inputs[0]
        return id

    def keeps(self, m: Machine, tensor: Tensor) -> bool:
        """Whether a pass leaves a gradient: in PyTorch in leaves alone, and where retain_grad() was called."""
        if tensor.library != "torch" or tensor in self.retained:
            return True
        graph = m.graph
        node = graph.nodes[nodes.id_of(m, tensor, m.place)]
        while node.kind == "identity":
            node = graph.nodes[node.inputs[0]]
        return node.op is None or node.kind == "stop_gradient" or not node.differentiable

    def forget(self, count: int) -> None:
        """Nodes from `count` on were taken back."""
        for one in self.passes:
            one.made = {id: made for id, made in one.made.items() if made < count}
            if one.group is not None and not one.made:
                one.group = None


def is_zero(m: Machine, tensor: Tensor) -> bool:
    """Whether an array is of zeros that the text has put there."""
    node = m.graph.nodes[nodes.id_of(m, tensor, m.place)]
    return node.value is not None and not np.any(node.value)
