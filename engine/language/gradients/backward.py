"""The backward pass written into the graph that is being built: each contribution a node, by the registry's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.objects import NO_OPTIONS, Scope, Tensor
from gradlens.engine.language.running.groups import LazyGroup
from gradlens.engine.ops import OPS
from gradlens.engine.ops.rule_texts import contribution_text, rule_text, statics

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


CONTRIBUTION = 8  # steps: the time that a rule takes to become nodes


class Backward:
    """One backward pass from a node, through the graph as it was then. What nobody asks for is not made.

    output: its node.  keeps: whether what it computes can be differentiated in its turn.
    """

    def __init__(self, m: Machine, output: int, keeps: bool, seed: int | None = None):
        self.output = output
        self.keeps = keeps
        self.seed = seed
        self.group: LazyGroup | None = None
        self.made: dict[int, int] = {}  # the gradient of a node, a node too
        self.uses: dict[int, list[tuple[int, int]]] = {}  # (target, argnum), in the order of the backward pass
        graph = m.graph
        found = {output}
        pending = [output]
        while pending:
            node = graph.nodes[pending.pop()]
            for argnum, i in enumerate(node.inputs):
                if i not in found and graph.nodes[i].differentiable and node.op and node.op.rule(argnum) is not None:
                    found.add(i)
                    pending.append(i)
        for target in sorted(found, reverse=True):
            node = graph.nodes[target]
            if node.op is None:
                continue
            m.charge(len(node.inputs) // 8 + 1, m.place)
            for argnum in reversed(range(len(node.inputs))):
                source = node.inputs[argnum]
                if source in found and node.op.rule(argnum) is not None:
                    self.uses.setdefault(source, []).append((target, argnum))

    def gradient(self, m: Machine, id: int, place: Any) -> int | None:
        """The node of the output's gradient at a node; None where no path leads from it to the output."""
        if id != self.output and id not in self.uses:
            return None
        graph = m.graph
        if self.output not in self.made:
            shape = graph.nodes[self.output].shape
            seed = self.seed if self.seed is not None else m.constant(np.ones(shape) if shape else 1.0, place)
            self.made[self.output] = seed
        outer, group = m.frame, self.group
        if group is None:
            group = self.group = LazyGroup(m.frame.group, "backward")
        pending = [id]
        try:
            while pending:
                one = pending[-1]
                if one in self.made:
                    pending.pop()
                    continue
                if waiting := [target for target, _ in self.uses[one] if target not in self.made]:
                    pending += waiting
                    continue
                parts = [self.contribution(m, target, argnum, group, place) for target, argnum in self.uses[one]]
                m.frame = outer
                whole = parts[0]
                for part in parts[1:]:
                    whole = graph.add_op(OPS["add"], (whole, part), NO_OPTIONS, m.group_id(group), m.place)
                self.made[one] = whole
        finally:
            m.frame = outer
        return self.made[id]

    def contribution(self, m: Machine, target: int, argnum: int, group: LazyGroup, place: Any) -> int:
        """What one edge delivers, by its rule."""
        m.charge(CONTRIBUTION, place)
        graph = m.graph
        node = graph.operation(target)
        op, use = node.op, graph.use(node)
        text = contribution_text(op, argnum, rule_text(use, argnum))
        names: dict[str, Any] = dict(statics(use))
        names |= {name: Tensor(id) for name, id in zip(op.operand_names(len(node.inputs)), node.inputs)}
        names |= {"z": Tensor(target), "g": Tensor(self.made[target])}
        found = m.execute(nodes.registry_code(text), Scope(names), group, place)
        id = nodes.id_of(m, found, place)
        shape = graph.nodes[node.inputs[argnum]].shape
        if graph.nodes[id].shape != shape and op.may_stretch(use.shapes, argnum):
            id = graph.add_op(OPS["sum_to"], (id,), {"shape": shape}, m.group_id(group), m.place)
        return id
