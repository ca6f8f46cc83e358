"""What is only printed leaves no trace in the graph, and changes nothing of what is computed after it."""

from __future__ import annotations

import numpy as np
import pytest

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


FUNCTIONS = "def cost(w, t):\n    return ((w - t) ** 2).mean()\ndef share(w):\n    return w / w.sum()\n"
COST = f"{FUNCTIONS}w = np.array([1.0, 2.0])\nt = np.array([0.0, 0.5])\n"
SHOWN = {  # programs that end with a print, and what they differentiate
    "print(cost(w, t))": "cost(w, t)",
    "print(f'cost: {cost(w, t):.3f}')": "cost(w, t)",
    "print('cost: %.3f' % cost(w, t), 'of', w)": "cost(w, t)",
    "print('cost', str(cost(w, t)))\nprint('done')": "cost(w, t)",
    "print('hits', np.mean(w > t), 'of', len(w), 'cost', cost(w, t))": "cost(w, t)",
    "print(cost(w, t))\nw = np.array([3.0, 4.0])\nt = np.array([1.0, 0.5])\nprint(cost(w, t))": (
        "0\nw = np.array([3.0, 4.0])\nt = np.array([1.0, 0.5])\nz = cost(w, t)"
    ),
    "h = w * 2\nprint(cost(h, t))": "cost(w * 2, t)",
    "h = w * 2\nprint(h.sum())": "w * 2",
    "costs = [cost(w, t), cost(w * 2, t)]\nk = 1.0\nprint('cost', costs[-1])": "cost(w * 2, t)",
    "costs = [cost(w, t), cost(w * 2, t)]\nk = 1.0\nprint('cost', costs[-1], 'ends')": "cost(w * 2, t)",
    "z = (w * 2).sum()\nprint(cost(w, t))": "(w * 2).sum()",
    "print(w @ t)": "w @ t",
    "print('half', -w.sum() / 2)\nprint('done')": "-w.sum() / 2",
    "print('shares', share(w))": "share(w)",
    "print(f'shares {share(w)}')": "share(w)",
    "print(share(w), w.sum())": "w.sum()",
    "held = {'shares': share(w)}\nprint(held['shares'])": "share(w)",
    "class Layer:\n    def forward(self, x):\n        self.out = x * 3\n"
    "layer = Layer()\nlayer.forward(w)\nprint(layer.out)": "w * 3",
    "print(cost(w, t))\nz = w * 3": "w * 3",
    "print(w > 1)": "w > 1",
    "def main():\n    global z\n    z = cost(w, t)\nmain()": "cost(w, t)",
    "z = cost(w, t)\ndef step():\n    global w\n    w = w - 0.1 * t\nstep()": "cost(w, t)",
    "print('best', np.argmax(w))": "np.argmax(w)",
    "import matplotlib.pyplot as plt\nplt.figure()\nplt.plot(w, share(w), label='f')\nplt.legend()": "share(w)",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot(w, [v * v for v in w])\nplt.show()": "w * w",
    "import matplotlib.pyplot as plt\nz = cost(w, t)\nplt.plot(w, share(w))": "cost(w, t)",
}


def test_the_loss_that_a_print_at_the_end_computes_is_the_output_where_nothing_else_is():
    for program, plain in SHOWN.items():
        found, wanted = engine.trace(COST + program), engine.trace(f"{COST}z = {plain}")
        assert np.array_equal(found.nodes[found.output].value, wanted.nodes[wanted.output].value), program
        assert np.array_equal(found.gradients["w"], wanted.gradients["w"]), program


REFUSED = {  # programs that end with a print of what is refused inside, with what is differentiated, or the error
    "print(cost(np.nothing(w), t))": "prefix-function",
    "print(cost(w, t) + np.nothing(w))": "prefix-function",
    "def main():\n    print(np.nothing(w))\nmain()": "prefix-function",
    "from scipy.optimize import minimize\nprint(minimize(cost, w).fun)": "out-of-reach",
    "print(w.dot(w.nothing))\nprint('done')": "attribute",
    "h = w * 2\nprint(cost(np.nothing(h), t))": "prefix-function",
    "h = w * 2\nprint(np.nothing(h))": "w * 2",
    "z = cost(w, t)\nprint(np.nothing(w))": "cost(w, t)",
    "print(np.nothing(w))\nz = cost(w, t)": "cost(w, t)",
    "import time\ndef f(w):\n    s = w.sum()\n    return s * time.time()\nprint(f(w))": "out-of-reach",
    "import time\nstart = time.time()\nprint('took', int(time.time() - start))": "w[[0, 1]]",
    "import time\nstart = time.time()\nprint(time.time() - start, cost(w, t))": "cost(w, t)",
}


def test_a_print_at_the_end_that_is_refused_leaves_no_input_as_the_output():
    head = f"import numpy as np\n{FUNCTIONS}t = np.array([0.0, 0.5])\nw = np.array([1.0, 2.0])\n"
    for program, wanted in REFUSED.items():
        if " " in wanted or "(" in wanted:
            found, plain = engine.trace(head + program), engine.trace(f"{head}z = {wanted}")
            assert np.array_equal(found.nodes[found.output].value, plain.nodes[plain.output].value), program
        else:
            with pytest.raises(engine.EngineError) as caught:
                engine.trace(head + program)
            assert caught.value.kind == wanted and caught.value.span is not None, program


def test_prints_in_a_loop_show_the_turns_of_the_loop():
    found = engine.trace("w = [1.0, 2.0]\nz = sum(w)\nfor i in range(2):\n    print(sum(w) ** 2)")
    assert found.nodes[found.output].name == "z"


OF_LITERALS = {  # programs that compute with numbers of the text alone, and what they print
    "def square(x):\n    return x ** 2\nprint(square(3.0))": 9.0,
    "def fact(n):\n    return 1 if n == 0 else n * fact(n - 1)\nprint('5! =', fact(5))": 120.0,
    "class Disc:\n    def __init__(self, r):\n        self.r = r\n    def area(self):\n        return 3 * self.r ** 2\n"
    "c = Disc(2.0)\nprint(c.area())": 12.0,
    "def gate(a, b):\n    return 0 if a * 0.5 + b * 0.5 <= 0.7 else 1\nprint(gate(1, 0), gate(1, 1))": 1.0,
    "def f(x):\n    return x ** 2\nx = 3.0\ny = x * 2\nprint(f(5.0))": 6.0,
    "def f(w):\n    return w / 4\nfor name, w in [('a', 70.0), ('b', 80.0)]:\n    print(name, f(w))": 20.0,
    "def f(x):\n    return x ** 2\nprint(f(5.0))\nx = 3.0\ny = x * 2": 6.0,
}


def test_what_is_printed_of_numbers_alone_is_shown_where_nothing_else_is_computed():
    for program, expected in OF_LITERALS.items():
        found = engine.trace(program)
        assert found.nodes[found.output].value == expected, program
