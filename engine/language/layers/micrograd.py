"""micrograd.nn in the language: neurons of single numbers, whose weights are drawn by Python's random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlens.engine.language import nodes
from gradlens.engine.language.builtins import LEAVES
from gradlens.engine.language.objects import ClassObject, Module

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

NEURONS = """
class Module:
    def zero_grad(self):
        for p in self.parameters():
            p.grad = 0.0
    def parameters(self):
        return []
class Neuron(Module):
    def __init__(self, nin, nonlin=True):
        self.w = [Value(random.uniform(-1, 1)) for i in range(nin)]
        self.b = Value(0.0)
        self.nonlin = nonlin
    def __call__(self, x):
        act = self.b
        for w, v in zip(self.w, x):
            act = act + w * v
        return act.relu() if self.nonlin else act
    def parameters(self):
        return self.w + [self.b]
class Layer(Module):
    def __init__(self, nin, nout, nonlin=True):
        self.neurons = [Neuron(nin, nonlin=nonlin) for i in range(nout)]
    def __call__(self, x):
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out
    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]
class MLP(Module):
    def __init__(self, nin, nouts):
        sizes = [nin] + nouts
        last = len(nouts) - 1
        self.layers = [Layer(sizes[i], sizes[i + 1], nonlin=i != last) for i in range(len(nouts))]
    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]
"""
NEURON_CLASSES = ("Module", "Neuron", "Layer", "MLP")


def neuron_class(m: Machine, name: str) -> ClassObject:
    """A class of micrograd.nn, made with the others where the first is asked for."""
    if m.neurons is None:
        m.neurons = nodes.defined(m, NEURONS, {"Value": LEAVES["Value"], "random": Module("random", "random")})
    return m.neurons.names[name]
