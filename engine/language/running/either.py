"""Values of which the graph chooses one: both are computed where the test depends on an input."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import nodes
from gradlens.engine.language.calls import named_ops
from gradlens.engine.language.objects import Computed, Fresh, Tensor
from gradlens.engine.language.rewriting.choices import NOTHING
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values
from gradlens.engine.ops import OPS

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def chooses(m: Machine, test: Any, node: ast.expr) -> bool:
    """Whether a and b of `a if test else b` are both computed: where the test depends on an input that has a
    gradient, or on one without a value.
    """
    if type(test) not in (Tensor, Computed) or (type(test) is Computed and not test.flows):
        return False
    m.choices.add(node)
    if node in m.chosen_between:
        return True
    if type(test) is not Tensor or test.known is not None or not m.is_scalar(test):
        return False
    try:
        known_values.computed_value(m, nodes.id_of(m, test, node), node)
    except Misplaced as error:
        return error.kind == "value-needed"
    return False


def one_of(m: Machine, test: Any, first: Any, other: Any, node: ast.IfExp) -> Any:
    """where(test, first, other), whose parts are of one shape, or one of them stands for no addition.

    Error: branch, also where the part that is not taken is no finite number: its gradient would be NaN, and Python
    does not compute it.
    """
    parts = (test, first, other)
    if not all(type(part) in (Tensor, Fresh) or m.is_number(part) for part in parts):
        raise Misplaced("branch", node.test)
    shapes = [m.graph.nodes[nodes.id_of(m, part, node)].shape for part in parts]
    added = any(isinstance(part, ast.Constant) and part.kind == NOTHING for part in (node.body, node.orelse))
    if shapes[0] or (shapes[1] != shapes[2] and not added):
        raise Misplaced("branch", node.test)
    try:
        chosen = known_values.computed_value(m, nodes.id_of(m, test, node), node)
        left = nodes.id_of(m, other if chosen else first, node)
        finite = bool(np.all(np.isfinite(known_values.computed_value(m, left, node))))
    except Misplaced:  # without values nobody knows
        return named_ops.op_call(m, OPS["where"], list(parts), {}, node)
    if not finite and m.graph.nodes[left].op is not None:
        raise Misplaced("branch", node.test)
    return named_ops.op_call(m, OPS["where"], list(parts), {}, node)
