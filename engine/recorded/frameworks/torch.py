"""gradlens.torch: what a PyTorch model computes, recorded with every gradient, to be laid over a trace of ours.

This module is found as gradlens.torch. PyTorch itself is loaded when something is recorded.
"""

from __future__ import annotations

import inspect
import re
import string
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gradlens.engine.recorded.records import Recorded, RecordedEdge, RecordedNode

PRECISIONS = {"torch.float64": "float64", "torch.float32": "float32"}  # all others have fewer digits


def record(model: Any, *inputs: Any, loss: Callable[[Any], Any] | None = None, **keywords: Any) -> Recorded:
    """Run a model forward and backward, and record the value and the gradient of every step of PyTorch's own graph.

    model: a module, or a function of tensors.  loss: of the model's result; by default its sum.
    Parameters, inputs (by the names of `forward`) and the results of submodules have their names; a submodule's second
    result is "name#2".  Gradients that parameters had are put back.  What is outside of PyTorch's graph is left out.
    Raises ValueError where nothing has a gradient.

    >>> import gradlens
    >>> from torch import nn  # doctest: +SKIP
    >>> recorded = gradlens.torch.record(nn.Linear(2, 1), torch.ones(1, 2))  # doctest: +SKIP
    >>> gradlens.compare(gradlens.trace("L = sum(x @ W.T + b)", …), recorded, {"W": "weight"})  # doctest: +SKIP
    """
    import torch
    from torch.overrides import TorchFunctionMode

    names: dict[tuple[Any, int], str] = {}
    values: dict[tuple[Any, int], Any] = {}

    def see(result: Any, name: str | None = None) -> None:
        """Note the values of tensors by the steps that made them, and their names."""
        for i, tensor in enumerate(tensors := list(tensors_of(result, torch))):
            if tensor.grad_fn is not None:
                key = (tensor.grad_fn, tensor.output_nr)
                values[key] = tensor.detach().clone()
                if name:
                    names.setdefault(key, name if len(tensors) == 1 else f"{name}[{i}]")

    class Watching(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            result = func(*args, **(kwargs or {}))
            see(result)
            return result

    parameters = dict(model.named_parameters()) if isinstance(model, torch.nn.Module) else {}
    signature = inspect.signature(model.forward if isinstance(model, torch.nn.Module) else model)
    given = signature.bind(*inputs, **keywords)
    leaves = {parameter: name for name, parameter in parameters.items()}
    for name, one in list(given.arguments.items()):
        if isinstance(one, torch.Tensor) and one.dtype.is_floating_point:
            given.arguments[name] = own = one.detach().clone().requires_grad_()
            leaves[own] = name
    calls: dict[str, int] = {}

    def named(name: str) -> Callable[..., None]:
        def hook(module: Any, args: Any, result: Any) -> None:
            calls[name] = count = calls.get(name, 0) + 1
            see(result, name if count == 1 else f"{name}#{count}")

        return hook

    modules = list(model.named_modules()) if isinstance(model, torch.nn.Module) else []
    hooks = [module.register_forward_hook(named(name)) for name, module in modules if name]
    kept = {parameter: parameter.grad for parameter in parameters.values()}
    try:
        with torch.enable_grad(), Watching():
            result = model(*given.args, **given.kwargs)
            out = loss(result) if loss else sum_of_first(tensors_of(result, torch))
            if not isinstance(out, torch.Tensor) or out.grad_fn is None:
                whose = "loss" if loss else "model"
                raise ValueError(
                    f"the {whose} gives nothing that has a gradient: let it return a tensor made of others"
                )
        see(out)
        graph = Graph(out, hooks)
        out.backward(torch.ones_like(out))
    finally:
        for hook in hooks:
            hook.remove()
        for parameter, gradient in kept.items():
            parameter.grad = gradient
    return graph.recorded(values, names, leaves, PRECISIONS.get(str(out.dtype), "float16"))


def sum_of_first(tensors: Iterator[Any]) -> Any:
    first = next(tensors, None)
    return None if first is None else first.sum()


def tensors_of(result: Any, torch: Any) -> Iterator[Any]:
    if isinstance(result, torch.Tensor):
        yield result
    elif isinstance(result, (tuple, list, dict)):
        for one in result.values() if isinstance(result, dict) else result:
            yield from tensors_of(one, torch)


class Graph:
    """The steps of PyTorch's graph behind a tensor, each after those that it uses, and what a backward pass brings."""

    def __init__(self, out: Any, hooks: list[Any]):
        self.keys: dict[tuple[Any, int], int] = {}  # a step's output -> its node
        self.gradients: dict[tuple[Any, int], Any] = {}
        self.contributions: dict[tuple[Any, int], Any] = {}
        self.output = (out.grad_fn, out.output_nr)
        used: dict[Any, set[int]] = {out.grad_fn: {out.output_nr}}
        order: list[Any] = []
        pending: list[tuple[Any, bool]] = [(out.grad_fn, False)]
        seen: set[Any] = set()
        while pending:
            step, is_done = pending.pop()
            if is_done:
                order.append(step)
            elif step not in seen:
                seen.add(step)
                pending.append((step, True))
                for source, number in step.next_functions:
                    if source is not None:
                        used.setdefault(source, set()).add(number)
                        pending.append((source, False))
        for step in order:
            for number in sorted(used[step]):
                self.keys[step, number] = len(self.keys)
            hooks += [step.register_prehook(self.before(step)), step.register_hook(self.after(step))]

    def before(self, step: Any) -> Callable[[Any], None]:
        def hook(gradients: Any) -> None:
            for number, one in enumerate(gradients):
                self.gradients[step, number] = None if one is None else one.detach().clone()

        return hook

    def after(self, step: Any) -> Callable[[Any, Any], None]:
        def hook(contributions: Any, _: Any) -> None:
            for argnum, one in enumerate(contributions):
                self.contributions[step, argnum] = None if one is None else one.detach().clone()

        return hook

    def recorded(self, values: Any, names: Any, leaves: Any, precision: str) -> Recorded:
        nodes: list[RecordedNode] = []
        edges: list[RecordedEdge] = []
        gradients: dict[str, Any] = {}
        for (step, number), id in self.keys.items():
            leaf = getattr(step, "variable", None)
            key = (step, number)
            value = array_of(values.get(key) if leaf is None else leaf)
            gradient = array_of(self.gradients.get(key))
            name = names.get(key) if leaf is None else leaves.get(leaf)
            sources = [(i, *one) for i, one in enumerate(step.next_functions) if one[0] is not None]
            shape = next((one.shape for one in (value, gradient) if one is not None), ())
            inputs = [self.keys[source, i] for _, source, i in sources]
            nodes.append(RecordedNode(id, op_of(step), name, inputs, shape, value, gradient))
            for place, (argnum, source, i) in enumerate(sources):
                contribution = array_of(self.contributions.get((step, argnum)))
                edges.append(RecordedEdge(len(edges), self.keys[source, i], id, place, None, contribution))
            if leaf is not None and name is not None and gradient is not None:
                gradients[name] = gradient
        output = self.keys[self.output]
        return Recorded(nodes, edges, output, np.ones(nodes[output].shape), gradients, "", precision)


def array_of(tensor: Any) -> Any:
    return None if tensor is None else np.asarray(tensor.detach().cpu().double())


def op_of(step: Any) -> str:
    """AddmmBackward0 as addmm."""
    name = step.name().rpartition("::")[2].rstrip(string.digits).removesuffix("Backward")
    return "input" if name == "AccumulateGrad" else re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
