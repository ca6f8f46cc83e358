"""The forward pass on complex numbers: Im f(x + ih) / h is the derivative without a subtraction.

Squire and Trapp 1998, Using complex variables to estimate derivatives of real functions.  It holds where every op is
analytic; where one is so piece by piece, the real part chooses the piece (Martins, Sturdza and Alonso 2003).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph
from gradlens.engine.ops import Use
from gradlens.engine.passes.forward import ForwardStep


def complex_steps(graph: Graph, ids: set[int]) -> list[ForwardStep]:
    """The steps of some nodes, none of them a leaf, on complex numbers.

    Errors: not-analytic, which names the first op without such a form.
    """
    steps: list[ForwardStep] = []
    for node in graph.nodes:
        if node.id in ids and node.op is not None:
            a, b = node.inputs[0], node.inputs[1] if len(node.inputs) > 1 else None
            steps.append(
                (complex_kernel(graph.use(node)), node.id, a, b, node.inputs if len(node.inputs) > 2 else None)
            )
    return steps


def complex_kernel(use: Use) -> Callable[..., Any]:
    """An op's function on complex numbers, for one use.  Error: not-analytic, where it has none."""
    op = use.op
    if op.complex is None or op.array is None:
        raise EngineError("not-analytic", function=op.name)
    if op.complex == "flat":
        kernel: Callable[..., Any] = partial(on_real_parts, op.array)
    elif op.complex == "analytic":
        kernel = (op.specialize(use) if op.specialize is not None else None) or op.array
    else:
        kernel = op.complex
    return partial(kernel, **use.options) if use.options else kernel


def on_real_parts(kernel: Callable[..., Any], *values: Any, **options: Any) -> Any:
    return kernel(*[np.real(v) for v in values], **options)
