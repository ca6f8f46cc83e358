"""The forward pass: every node's value, in order of their ids."""

from __future__ import annotations

from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph
from gradlens.engine.ops import Use
from gradlens.engine.passes.kernels import Kernel, as_result, forward_kernel
from gradlens.engine.values import Value

# (kernel, target, first input, second input or None, all inputs where there are more)
ForwardStep = tuple[Kernel, int, int, int | None, tuple[int, ...] | None]


def plan_forward(graph: Graph) -> list[ForwardStep]:
    """One step an op, its kernel chosen for the shapes and options of its use."""
    steps: list[ForwardStep] = []
    kernels: dict[Use, Kernel] = {}
    for node in graph.nodes:
        if node.op is None:
            continue
        use = node.use or graph.use(node)
        kernel = kernels.get(use)
        if kernel is None:
            kernel = forward_kernel(use, use.on_numbers)
            kernels[use] = kernel = kernel if use.on_numbers else as_result(kernel, node.shape)
        inputs = node.inputs
        if len(inputs) == 1:
            steps.append((kernel, node.id, inputs[0], None, None))
        else:
            steps.append((kernel, node.id, inputs[0], inputs[1], inputs if len(inputs) > 2 else None))
    return steps


def run_forward(steps: list[ForwardStep], values: list[Value]) -> None:
    """Fill `values`, which holds the leaves' values already.  Errors: index-whole, index-value, which blame a value."""
    target = -1
    try:
        for kernel, target, a, b, more in steps:
            if b is None:
                values[target] = kernel(values[a])
            elif more is None:
                values[target] = kernel(values[a], values[b])
            else:
                values[target] = kernel(*[values[i] for i in more])
    except EngineError as error:
        error.node = target
        raise
