"""Parameters: the arrays that nn.Parameter makes, which a layer counts as its weights."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlens.engine.language import memory, nodes
from gradlens.engine.language.calls.arguments import Call, by_name
from gradlens.engine.language.objects import Builtin, Fresh, ListCell, Tensor, View
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import known_values, whole_arrays, written_lists
from gradlens.engine.ops import OPS
from gradlens.engine.values import number

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

HELD = (ast.Name, ast.Attribute, ast.Subscript)  # what stands elsewhere too, and shares its memory with a parameter


def is_parameter(m: Machine, value: Any) -> bool:
    return value.parameter if type(value) is Fresh else type(value) is Tensor and value in m.parameters


def parameter_of(m: Machine, call: Call) -> Any:
    """nn.Parameter(data, requires_grad=True): an input of its own, which shows the memory of its data."""
    signature = "Parameter(data, requires_grad=True)"
    given = by_name("nn.Parameter", signature, ["data", "requires_grad"], ["data"], call.args, call.keywords, call.node)
    requires = known_values.plain(m, given.get("requires_grad", True), call.node) is not False
    made = made_of(m, given["data"], call, requires)
    if requires:
        whole_arrays.check_fractions(m, made, "nn.Parameter", call.node)
    else:
        made = nodes.tensor_of(m, made, call.node)
        m.gradients.require(m, made, False, call.node)
    return made


def made_of(m: Machine, data: Any, call: Call, requires: bool = True) -> Any:
    node = call.node
    if type(data) is ListCell and data.items is None:
        return Fresh(written_lists.literal_array(data, data.place), node, library="torch", parameter=True)
    if isinstance(data, (int, float)):
        return Fresh(number(data), node, library="torch", parameter=True)
    alone = not isinstance(call.text(0), HELD)
    if type(data) is Fresh and data.tensor is None and alone:
        return replace(data, parameter=True)
    tensor = nodes.tensor_of(m, data, call.text(0))
    held = m.graph.nodes[tensor.id]
    if held.op is not None and alone and not m.is_free(tensor):
        found = known_values.known_array(m, tensor, node)
        return Fresh(found, node, library="torch", parameter=True)
    if held.op is not None and requires and m.behaviour is not None:
        if m.is_free(tensor):
            raise Misplaced("weights-in-use", node, name="nn.Parameter")
        found = known_values.known_array(m, tensor, node)
        return Fresh(found, node, library="torch", parameter=True)
    if held.kind == "constant" and requires and isinstance(held.value, np.ndarray):
        # A constant has no gradient; the parameter is an input of its own, with the same numbers.
        unwritten = m.graph.unwritten.get(held.id, "")
        return Fresh(held.value.copy(), node, library="torch", parameter=True, unwritten=unwritten)
    made = Tensor(tensor.id, library="torch")
    if held.op is None and requires:
        made.view = View(tensor, OPS["identity"], nodes.NO_OPTIONS, tensor.written, tensor.id)
    else:
        made = memory.shown_part(m, tensor, OPS["stop_gradient"], nodes.NO_OPTIONS, node)
        made.library = "torch"
        m.graph.nodes[made.id].differentiable = requires
    nodes.add_parameter(m, made)
    return made


def as_parameter(m: Machine, call: Call) -> Any:
    """A value of a list of parameters: an array becomes one."""
    (value,) = call.args
    return value if is_parameter(m, value) or type(value) not in (Fresh, Tensor) else made_of(m, value, call)


PARAMETER = Builtin("Parameter", parameter_of, "Parameter(data, requires_grad=True)")
