"""Whole numbers whose results are others in NumPy and PyTorch: beyond 32 bits, and divided by 0."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language.calls.number_types import LARGEST
from gradlens.engine.language.objects import Tensor
from gradlens.engine.language.syntax import Misplaced
from gradlens.engine.language.values import dependence, known_values, value_texts
from gradlens.engine.language.values.masks import judged
from gradlens.engine.language.values.whole_arrays import COUNTING, is_whole, parts_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine


def is_narrow(m: Machine, id: int) -> bool:
    """Whether a value is of the type int32, as the call that made it says, or its operands."""
    nodes = m.graph.nodes

    def parts(id: int) -> tuple[int, ...]:
        return () if nodes[id].kind in COUNTING else parts_of(m, id)  # a sum is of 64 bits

    def is_one(id: int) -> bool:
        made_of = parts(id)
        return any(m.narrow[i] for i in made_of) and all(
            m.narrow[i] or (nodes[i].shape == () and is_whole(m, i)) for i in made_of
        )

    return judged(m.narrow, id, parts, is_one)


def check_overflow(m: Machine) -> None:
    """Error: whole-overflow, where a number of the type int32 is beyond what that holds."""
    if not m.narrow:
        return
    for node in m.graph.nodes:
        m.charge(1, node.place)
        if not is_narrow(m, node.id):
            continue
        try:
            value = known_values.computed_value(m, node.id, node.place)
        except Misplaced:
            continue  # without a value yet
        dependence.look(m, Tensor(node.id))
        beyond = np.extract((np.less(value, -LARGEST)) | (np.greater_equal(value, LARGEST)), value)
        if beyond.size:
            raise EngineError(
                "whole-overflow",
                m.syntax.span(node.place),
                got=node.name or value_texts.text_of(node.place),
                value=str(int(beyond[0])),
            )


DIVIDING = ("floor_divide", "mod", "fmod")


def check_divisors(m: Machine) -> None:
    """Error: whole-division, where arrays of whole numbers are divided by 0 and the result is one of such."""
    if not m.libraries - {"math"}:
        return
    for node in m.graph.nodes:
        if node.kind not in DIVIDING or not all(is_whole(m, id) for id in node.inputs):
            continue
        divisor = node.inputs[1]
        try:
            value = known_values.computed_value(m, divisor, node.place)
        except Misplaced:
            continue  # without a value yet
        dependence.look(m, Tensor(divisor))
        if np.any(np.equal(value, 0)):
            written = node.place.value if isinstance(node.place, ast.Assign) else node.place
            raise EngineError("whole-division", m.syntax.span(node.place), got=value_texts.text_of(written))
