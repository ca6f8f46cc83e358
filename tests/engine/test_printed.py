"""What is only printed leaves no trace in the graph, and changes nothing of what is computed after it."""

from __future__ import annotations

import numpy as np

from gradlens import engine
from tests.each import each

PROGRAMS = {  # (before, what is printed, after, inputs)
    "an input that is first read there": ("", "np.exp(x)", "z = x * 2", {"x": 2.0}),
    "a list that becomes an array there": (
        "def f():\n    c = [1, 2]\n    print(np.sum(c))\n    return np.sum(c) * x\n",
        "f()",
        "z = f()",
        {"x": 2.0},
    ),
    "an array that a dictionary holds": (
        "d = {'a': np.array([1.0, 2.0])}\n",
        "d['a'].sum()",
        "z = np.sum(d['a']) * x",
        {"x": 2.0},
    ),
    "a number that becomes a node there": ("k = (lambda n: n * 2.5)(2)\n", "np.exp(k)", "z = k * x", {"x": 2.0}),
    "an item of a list": ("a = [1.0, 2.0]\n", "a[0] + sum(a)", "z = a[0] * x", {"x": 2.0}),
    "a view of what was written": (
        "a = np.array([1.0, 2.0])\nb = a[0:1]\na[0] = x\n",
        "np.sum(b)",
        "z = np.sum(b) * x",
        {"x": 2.0},
    ),
    "a call of a function": ("def f(t):\n    return t * t\n", "f(x) + f(3)", "z = f(x)", {"x": 2.0}),
    "a draw": ("", "np.random.randn(3)", "z = x * 2", {"x": 2.0}),
    "what cannot be computed": ("", "open(x)", "z = x * 2", {"x": 2.0}),
    "a name that is bound there": ("", "(w := x * 3)", "z = w * x", {"x": 2.0}),
}


@each("name", PROGRAMS)
def test_a_print_changes_nothing_that_is_computed(name):
    before, printed, after, inputs = PROGRAMS[name]
    if ":=" in printed:
        plain = engine.trace(f"{before}{printed[1:-1].replace(':=', '=')}\n{after}", inputs)
    else:
        plain = engine.trace(before + after, inputs)
    found = engine.trace(f"{before}print({printed})\n{after}", inputs)
    assert found.gradients.keys() == plain.gradients.keys()
    assert all(np.array_equal(value, plain.gradients[key]) for key, value in found.gradients.items())
    assert found.graph.output == len(found.graph.nodes) - 1
    assert [group.id for group in found.graph.groups] == list(range(len(found.graph.groups)))
    for group in found.graph.groups:
        assert group.nodes and all(found.graph.nodes[id].group is not None for id in group.nodes)


def test_what_only_a_print_made_is_no_node():
    found = engine.trace("def f(t):\n    return exp(t) * 2\nprint(f(x), np.sum([x, 3]))\nz = x * 2", {"x": 2.0})
    assert [node.kind for node in found.graph.nodes] == ["input", "constant", "mul"]
    assert found.graph.groups == []
