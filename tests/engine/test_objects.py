"""Classes as people write them: layers of a network, numbers that carry gradients, modules of PyTorch."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gradlens import engine
from tests.each import each
from tests.engine.fuzz.compare import judge
from tests.engine.fuzz.tables import between_blank_lines
from tests.engine.numerics import central_difference, close

LAYERS = """
import numpy as np
class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y
    def backward(self, dout):
        return dout * self.y, dout * self.x
class AddLayer:
    def forward(self, x, y):
        return x + y
    def backward(self, dout):
        return dout, dout
class Relu:
    def __init__(self):
        self.mask = None
    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out
    def backward(self, dout):
        dout[self.mask] = 0
        return dout
class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out
    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.x = self.dW = self.db = None
    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b
    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)
def softmax(a):
    a = a - np.max(a, axis=-1, keepdims=True)
    return np.exp(a) / np.sum(np.exp(a), axis=-1, keepdims=True)
def cross_entropy(y, t):
    if t.size == y.size:
        t = t.argmax(axis=1)
    n = y.shape[0]
    return -np.sum(np.log(y[np.arange(n), t] + 1e-7)) / n
class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = cross_entropy(self.y, self.t)
        return self.loss
    def backward(self, dout=1):
        return (self.y - self.t) * dout / self.t.shape[0]
"""

NETWORK = """
from collections import OrderedDict
class TwoLayerNet:
    def __init__(self, sizes, params=None):
        self.sizes = sizes
        self.params = params or {}
        self.layers = OrderedDict()
        for i in range(1, len(sizes)):
            self.layers[f'Affine{i}'] = Affine(self.params['W' + str(i)], self.params['b' + str(i)])
            if i < len(sizes) - 1:
                self.layers['Relu%d' % i] = Relu()
        self.last = SoftmaxWithLoss()
    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x
    def loss(self, x, t):
        return self.last.forward(self.predict(x), t)
"""
POINT = {
    "x": np.array([[0.3, -1.2], [0.8, 0.5], [-0.4, 0.9]]),
    "W1": np.array([[0.2, -0.4, 0.7], [0.5, 0.1, -0.3]]),
    "b1": np.array([0.1, -0.2, 0.05]),
    "W2": np.array([[0.6, -0.1], [-0.2, 0.3], [0.4, 0.9]]),
    "b2": np.array([0.0, 0.3]),
}


def run_by_numpy(text: str, names: dict) -> dict:
    namespace = {"np": np, **{name: np.copy(value) for name, value in names.items()}}
    exec(compile(text, "<program>", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("labels", ["np.array([1, 0, 1])", "np.array([[0, 1], [1, 0], [0, 1]])"])
def test_a_network_of_two_layers_has_the_loss_and_the_gradients_of_its_own_backward(labels):
    text = (
        LAYERS + NETWORK + f"t = {labels}\n"
        "net = TwoLayerNet([2, 3, 2], {'W1': W1, 'b1': b1, 'W2': W2, 'b2': b2})\nloss = net.loss(x, t)\nloss"
    )
    trace = engine.trace(text, POINT)
    assert close(trace["loss"].value, run_by_numpy(text, POINT)["loss"])
    for name, value in POINT.items():
        expected = central_difference(lambda v, name=name: run_by_numpy(text, POINT | {name: v})["loss"], value)
        assert close(trace.gradients[name], expected, rtol=1e-5, atol=1e-8), name


def test_the_books_own_backward_is_a_program_too_and_gives_what_is_shown():
    forward = LAYERS + "layer, act, last = Affine(W1, b1), Sigmoid(), SoftmaxWithLoss()\nt = np.eye(3)\n"
    forward += "loss = last.forward(act.forward(layer.forward(x)), t)\n"
    point = {name: POINT[name] for name in ("x", "W1", "b1")}
    shown = engine.trace(forward + "loss", point).gradients
    backward = forward + "dx = layer.backward(act.backward(last.backward()))\n"
    for name, made in (("x", "dx"), ("W1", "layer.dW"), ("b1", "layer.db")):
        trace = engine.trace(f"{backward}g = {made}\ng", point, output="g")
        # The book adds 1e-7 inside of the logarithm, which its backward leaves out.
        assert close(trace["g"].value, shown[name], rtol=1e-5, atol=1e-7)


def test_apples_and_oranges_by_layers():
    trace = engine.trace(
        LAYERS + "apple, count, orange, others, tax = 100., 2., 150., 3., 1.1\n"
        "a, b, c, d = MulLayer(), MulLayer(), AddLayer(), MulLayer()\n"
        "price = d.forward(c.forward(a.forward(apple, count), b.forward(orange, others)), tax)"
    )
    assert close(trace["price"].value, 715)
    expected = {"apple": 2.2, "count": 110, "orange": 3.3, "others": 165, "tax": 650}
    assert all(close(trace.gradients[name], value) for name, value in expected.items())


NUMBER = """
import math
class Number:
    def __init__(self, data, children=(), op=''):
        self.data = data
        self.grad = 0.0
        self.children = set(children)
    def __repr__(self):
        return f"Number({self.data})"
    def __add__(self, other):
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data + other.data, (self, other), '+')
    def __mul__(self, other):
        other = other if isinstance(other, Number) else Number(other)
        return Number(self.data * other.data, (self, other), '*')
    def __pow__(self, n):
        assert isinstance(n, (int, float))
        return Number(self.data ** n, (self,), f'**{n}')
    def __neg__(self):
        return self * -1
    def __sub__(self, other):
        return self + (-other)
    def __radd__(self, other):
        return self + other
    def __rmul__(self, other):
        return self * other
    def __truediv__(self, other):
        return self * other ** -1
    def tanh(self):
        e = math.exp(2 * self.data)
        return Number((e - 1) / (e + 1), (self,), 'tanh')
"""


def test_a_neuron_of_numbers_of_ones_own_class():
    text = NUMBER + (
        "w1 = Number(-3.0)\nw2 = Number(1.0)\nx1 = Number(2.0)\nx2 = Number(0.0)\nb = Number(6.8813735870195432)\n"
        "n = sum((w * x for w, x in zip([w1, w2], [x1, x2])), b)\no = n.tanh()\no"
    )
    trace = engine.trace(text)
    assert close(trace.nodes[trace.output].value, np.sqrt(0.5))
    expected = {"x1": -1.5, "w1": 1.0, "x2": 0.5, "w2": 0.0, "b": 0.5}
    assert all(close(trace.gradients[name], value) for name, value in expected.items())


def trace_output(trace: engine.Trace) -> tuple[str | None, float]:
    node = trace.nodes[trace.output]
    return node.name, float(node.value)


def test_what_a_class_of_numbers_calls_its_number_is_its_number():
    for held in ("data", "num", "val"):
        program = (
            "start = np.array([2.0, 3.0])\n"
            "class Scalar:\n"
            f"    def __init__(self, {held}, parents=()):\n"
            f"        self.{held}, self.grad, self.parents = {held}, 0.0, parents\n"
            "    def __add__(self, other):\n"
            f"        return Scalar(self.{held} + other.{held}, ((self, 1.0), (other, 1.0)))\n"
            "    def __mul__(self, other):\n"
            f"        return Scalar(self.{held} * other.{held}, ((self, other.{held}), (other, self.{held})))\n"
            "    def backward(self, upstream=1.0):\n"
            "        self.grad += upstream\n"
            "        for parent, local in self.parents:\n"
            "            parent.backward(upstream * local)\n"
            "a = Scalar(2)\nb = Scalar(-3.0)\nc = a * a\nd = c * b + a\nd.backward()\nrate = 0.5"
        )
        trace = engine.trace(program)
        assert trace_output(trace) == ("d", -10.0), held
        assert close(trace.gradients["a"], -11.0), held
        assert close(trace.gradients["b"], 4.0), held
        trained = engine.trace(
            f"{program.rpartition('a = Scalar')[0]}w = Scalar(3)\n"
            "for step in range(2):\n"
            "    loss = w * w\n"
            "    w.grad = 0.0\n"
            "    loss.backward()\n"
            "    rate = 0.5 / (step + 2)\n"
            f"    w.{held} -= rate * w.grad\n"
            "    print(step, rate)"
        )
        assert trace_output(trained) == ("loss", 2.25), held


def test_values_of_micrograd_and_variables_of_dezero_are_inputs():
    trace = engine.trace(
        "from micrograd.engine import Value\n"
        "a = Value(-4.0, label='a')\nb = Value(2.0)\nc = (a * b + b ** 3).relu()\nd = c + a.tanh() * 3\nd.backward()"
    )
    assert close(trace.gradients["a"], 3 * (1 - np.tanh(4.0) ** 2))
    trace = engine.trace(
        "from dezero import Variable\nx = Variable(np.array(0.5))\ny = (x ** 2).exp() ** 2\ny.backward()\nprint(x.grad)"
    )
    assert close(trace.gradients["x"], 4 * 0.5 * np.exp(0.5))


def test_neurons_of_micrograd_have_the_weights_that_pythons_random_draws():
    given = (
        "import random\nfrom micrograd.engine import Value\nfrom micrograd.nn import Neuron, Layer, MLP\n"
        "random.seed(4)\nn = MLP(2, [2, 1])\nx = [1.0, -2.0]\n"
    )
    trace = engine.trace(f"{given}y = n(x)\ny.backward()")
    random.seed(4)
    w = [random.uniform(-1, 1) for _ in range(6)]
    hidden = [max(w[0] - 2 * w[1], 0.0), max(w[2] - 2 * w[3], 0.0)]
    assert close(trace["y"].value, hidden[0] * w[4] + hidden[1] * w[5])
    assert list(trace.gradients.values())[-2:] == hidden
    trained = engine.trace(
        f"{given}for k in range(2):\n"
        "    loss = (n(x) - 1.0) ** 2\n"
        "    n.zero_grad()\n"
        "    loss.backward()\n"
        "    for p in n.parameters():\n"
        "        p.data -= 0.05 * p.grad"
    )
    assert 0 < trained["loss"].value < float((trace["y"].value - 1) ** 2)


# What each should give: the value and the gradient of x.
KEPT_AS_DATA = [
    (
        """
class Held:
    def __init__(self, data):
        self.data = data
class Step:
    def __call__(self, held):
        return Held(self.forward(held.data))
    def forward(self, x):
        raise NotImplementedError()
class Cube(Step):
    def forward(self, x):
        return x ** 3
x = Held(np.array(0.5))
a = Cube()(x)
b = Cube()(a)
print(b.data)
""",
        0.5**9,
        9 * 0.5**8,
    ),
    (
        """
import weakref
class Config:
    on = True
class Held:
    def __init__(self, data):
        self.data = data
        self.grad = None
        self.maker = None
    def backward(self):
        self.grad = np.ones_like(self.data)
        self.maker.held.grad = 3 * self.maker.held.data ** 2 * self.maker.result().grad
class Cube:
    def __call__(self, held):
        result = Held(held.data ** 3)
        if Config.on:
            self.held, self.result, result.maker = held, weakref.ref(result), self
        return result
scale = 2.0
x = Held(np.array(0.5))
y = Cube()(x)
y.backward()
print(x.grad)
""",
        0.125,
        0.75,
    ),
    (
        """
class Held:
    def __init__(self, data):
        self.data = data
def times(a, b):
    return Held(a.data * b.data)
Held.__mul__ = times
x = Held(np.array(3.0))
y = [x * x, x]
z = y[0] * y[1]
print(type(z), z.data)
""",
        27.0,
        27.0,
    ),
]


@pytest.mark.parametrize(("text", "value", "slope"), KEPT_AS_DATA)
def test_what_an_object_computed_as_its_data_is_the_result(text, value, slope):
    trace = engine.trace(text)
    assert close(trace.nodes[trace.output].value, value)
    assert close(trace.gradients["x"], slope)


def test_attributes_of_classes_are_read_and_set_by_text():
    trace = engine.trace(
        "class C:\n    n = 2\nold = getattr(C, 'n')\nsetattr(C, 'n', 5)\nx = 3.0\n"
        "z = x * C.n + old if hasattr(C, 'n') else x + getattr(C, 'm', 1)"
    )
    assert close(trace.nodes[trace.output].value, 17.0)
    assert close(trace.gradients["x"], 5.0)


def test_a_class_of_another_library_is_outside_and_an_empty_base_is_none():
    text = "import unittest\nclass T(unittest.TestCase):\n    def f(self, x):\n        return x * 2\nx = 3.0\n"
    assert close(engine.trace(text + "z = x * 5").gradients["x"], 5.0)
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(text + "z = T().f(x)")
    assert caught.value.kind == "out-of-reach"
    text = (
        "from torch.utils.data import Dataset\nclass D(Dataset):\n    def __getitem__(self, i):\n        return i * 2\n"
    )
    assert close(engine.trace(text + "x = 3.0\nz = x * D()[4]").gradients["x"], 8.0)


@pytest.mark.parametrize("decorator", ["torch.no_grad", "torch.no_grad()"])
def test_a_function_without_gradient_gives_values_alone(decorator):
    trace = engine.trace(
        f"import torch\n@{decorator}\ndef scaled(x):\n    return x * 2\nx = torch.tensor([1.0, 2.0])\n"
        "z = (scaled(x) * x).sum()"
    )
    assert close(trace.gradients["x"], [2.0, 4.0])


MODULE = """
import torch
import torch.nn as nn
import torch.nn.functional as F
class Net(nn.Module):
    def __init__(self, hidden=3):
        super().__init__()
        self.fc = nn.Linear(2, hidden)
        self.out = nn.Linear(hidden, 1, bias=False)
    def forward(self, x):
        return self.out(F.relu(self.fc(x)))
x = torch.tensor([[1.0, -2.0], [0.5, 3.0]])
net = Net()
loss = net(x).pow(2).mean()
"""


def test_the_weights_of_a_module_are_drawn_inputs_by_its_attributes():
    trace = engine.trace(MODULE)
    shapes = {name: np.shape(gradient) for name, gradient in trace.gradients.items()}
    assert shapes == {"fc_weight": (3, 2), "fc_bias": (3,), "out_weight": (1, 3), "x": (2, 2)}
    values = {name: trace[name].value for name in shapes}
    assert engine.trace(MODULE)["loss"].value == trace["loss"].value

    def loss(point: dict) -> float:
        hidden = np.maximum(point["x"] @ point["fc_weight"].T + point["fc_bias"], 0)
        return float(np.mean((hidden @ point["out_weight"].T) ** 2))

    assert close(trace["loss"].value, loss(values))
    for name, value in values.items():
        expected = central_difference(lambda v, name=name: loss(values | {name: v}), value)
        assert close(trace.gradients[name], expected, rtol=1e-5, atol=1e-8)
    given = {name: np.full(shape, 0.5) for name, shape in shapes.items()}
    assert close(engine.trace(MODULE, given)["loss"].value, loss(given))


BEGUN = {  # how weights begin: what each of them is, and whether it is drawn
    "nn.init.constant_(fc.weight.data, 0.5)": (0.5, False),
    "fc.weight.data.normal_(2.0, 0.0)": (2.0, True),
    "fc.weight.data.normal_(mean=2.0, std=0.0, generator=g)": (2.0, True),
    "with torch.no_grad():\n    fc.weight.uniform_(1.5, 1.5)": (1.5, True),
    "torch.nn.init.normal(fc.weight, std=0.0)": (0.0, True),
    "fc.weight = nn.Parameter(torch.Tensor(2, 2).uniform_(0.25, 0.25))": (0.25, True),
    "rows = 2\nfc.weight = nn.Parameter(torch.empty(rows, 2).normal_(3.0, 0.0))": (3.0, True),
}


def test_weights_begin_with_other_numbers_by_any_name_of_theirs():
    given = "import torch\nimport torch.nn as nn\ng = torch.Generator()\nfc = nn.Linear(2, 2, bias=False)\n"
    for line, (value, drawn) in BEGUN.items():
        trace = engine.trace(f"{given}{line}\nloss = (fc(torch.tensor([[1.0, 2.0]])) ** 2).sum()\nloss.backward()")
        assert close(trace["loss"].value, 2 * (3 * value) ** 2), line
        assert close(trace.gradients["weight"], np.full((2, 1), 6 * value) * [1.0, 2.0]), line
        assert "weight" in trace.graph.drawn or not drawn, line
    with pytest.raises(engine.EngineError) as error:
        engine.trace(f"{given}y = fc(torch.tensor([[1.0, 2.0]]))\nfc.weight.data.normal_()\ny.sum()")
    assert error.value.kind == "weights-in-use"


def test_a_list_of_layers_counts_them():
    trace = engine.trace(
        "import torch.nn as nn\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(2)])\n"
        "    def forward(self, x):\n"
        "        for layer in self.layers:\n"
        "            x = torch.tanh(layer(x))\n"
        "        return x\n"
        "y = Net()(torch.ones(1, 2)).sum()"
    )
    assert sum(np.shape(gradient) == (2, 2) for gradient in trace.gradients.values()) == 2


OBJECTS = """
x = 1.5
class Base:
    count = 0
    def __init__(self, w):
        self.w = w
        Base.count += 1
    def value(self):
        return self.w * self.factor()
    def factor(self):
        return 2
class Child(Base):
    def __init__(self, w, k):
        super().__init__(w)
        self.k = k
    def factor(self):
        return super().factor() + self.k
z = Child(x, 3).value() + Base(x).value() * Base.count

x = 1.5
class Square:
    def __init__(self, side):
        self.side = side
    @property
    def area(self):
        return self.side ** 2
    @staticmethod
    def double(v):
        return 2 * v
    @classmethod
    def unit(cls):
        return cls(1)
s = Square(x)
z = s.area * Square.double(3) + Square.unit().area
s.side = s.side * 2
z = z + s.area

x = 1.5
class Vec:
    def __init__(self, *parts):
        self.parts = list(parts)
    def __add__(self, other):
        return Vec(*[a + b for a, b in zip(self.parts, other.parts)])
    def __rmul__(self, k):
        return Vec(*[k * a for a in self.parts])
    def __getitem__(self, i):
        return self.parts[i]
    def __setitem__(self, i, v):
        self.parts[i] = v
    def __len__(self):
        return len(self.parts)
    def __iter__(self):
        return iter(self.parts)
    def __contains__(self, v):
        return v is None
    def __eq__(self, other):
        return len(self) == len(other)
    def __call__(self, k):
        return self.parts[0] * k
v = 2 * Vec(x, 3) + Vec(1, x)
v[1] = v[1] * 2
z = sum(v) * len(v) + v[0] + (None in v) + (v == Vec(1, 2)) + v(3)

x = 1.5
class A:
    def name(self): return 'A'
class B(A):
    def name(self): return 'B' + super().name()
class C(A):
    def name(self): return 'C' + super().name()
class D(B, C):
    def name(self): return 'D' + super().name()
z = x * len(D().name()) + D().name().index('C')

x = 1.5
class Money:
    def __init__(self, v): self.v = v
    def __iadd__(self, k):
        self.v = self.v + k
        return self
    def __neg__(self): return Money(-self.v)
    def __abs__(self): return abs(self.v)
    def __lt__(self, other): return len(str(self)) < len(str(other))
    def __str__(self): return 'm' * self.size
    def __bool__(self): return self.size > 1
    size = 2
a = Money(x)
b = a
b += 4
b.size = 1 + 2
z = a.v * 2 + (-a).v + sorted([a, Money(x * 7)])[0].v + (5 if a else 7)

x = 1.5
class Empty:
    def __len__(self): return 0
class Never:
    def __bool__(self): return False
z = x * (bool(Empty()) + (not Never()) * 2 + (3 if Never() else 4)) + len(list(filter(None, [Never(), 1])))
z = z + any([Never(), Empty()]) * 7 + (Never() or 5) + (1 if all([Empty()]) else 2)

x = 1.5
def make(kind):
    class Layer:
        scale = kind
        def forward(self, v): return v * self.scale
    return Layer
z = make(2)().forward(x) + make(5)().forward(x)

x = 1.5
class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right
    def total(self):
        found = self.value
        for child in (self.left, self.right):
            if child is not None:
                found += child.total()
        return found
z = Node(x, Node(2 * x, Node(1)), Node(x * x)).total()

x = 1.5
class Chain:
    def __init__(self): self.steps = []
    def add(self, f):
        self.steps.append(f)
        return self
    def __call__(self, v):
        for f in self.steps: v = f(v)
        return v
z = Chain().add(lambda v: v * 2).add(abs).add(lambda v, k=3: v + k)(x)
"""


@each("program", between_blank_lines(OBJECTS))
def test_classes_are_pythons(program):
    outcome = judge(program, "known")
    assert outcome.how == "agree", outcome.message


@each(
    "program, kind, line",
    [
        ("class A:\n    pass\na = A()\nz = a.w", "no-attribute", 4),
        ("class A:\n    pass\nz = A(2)", "too-many-arguments", 3),
        ("class A:\n    def f(self): return 1\nz = A().f(2)", "too-many-arguments", 3),
        ("class A:\n    pass\nz = A() + 1", "no-operator", 3),
        ("class A:\n    pass\nz = A()()", "not-called", 3),
        ("class A(int):\n    pass\nz = A(2)", "class-base", 1),
        ("class A:\n    pass\nfor v in A():\n    z = v", "not-iterable", 3),
        ("class A:\n    @property\n    def v(self): return 1\na = A()\na.v = 2\nz = a.v", "not-written", 5),
        ("class A:\n    def f(self): return self.f()\nz = A().f()", "recursion", 2),
        ("class A:\n    w = 1.5", "only-classes", 1),
        ("import torch.nn as nn\nlr = 0.1\nnet = nn.Linear(2, 3)", "only-objects", 3),
        ("import torch\nf = torch.nn.MSELoss()\nopt = torch.optim.SGD([torch.ones(1)], lr=0.1)", "only-objects", 3),
    ],
)
def test_what_a_class_does_not_have_is_refused_at_its_line(program, kind, line):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program)
    assert caught.value.kind == kind, caught.value.detail
    assert (caught.value.span.start_line if caught.value.span else None) == line


GIVEN_LATER = (
    """class A:
    pass
a = A()
a.p = 1.0
def put(self, name, value):
    self.__dict__[name] = 2 * value
A.__setattr__ = put
a.q = 3.0
y = a.q * x""",
    """class Doubled:
    def __get__(self, held, owner):
        return held.kept
    def __set__(self, held, value):
        held.kept = 2 * value
class A:
    pass
class B(A):
    pass
a = B()
a.q = 1.0
A.q = Doubled()
a.q = 3.0
y = a.kept * x""",
)


def test_a_class_that_is_told_later_how_its_objects_are_written_to_does_so_from_then_on():
    for program in GIVEN_LATER:
        assert engine.trace(program, {"x": 2.0}).gradients["x"] == 6


def test_where_an_operators_method_has_no_answer_the_other_objects_is_asked():
    program = """
class A:
    def __init__(self, v):
        self.v = v
    def __add__(self, other):
        return NotImplemented
class B(A):
    def __radd__(self, other):
        return other.v * self.v
y = A(x) + B(6.0)
"""
    trace = engine.trace(program, {"x": 2.0})
    assert trace.gradients["x"] == 6
    assert [(group.label, group.call) for group in trace.graph.groups] == [("B.__radd__", ("A(…)",))]
    with pytest.raises(engine.EngineError) as caught:
        engine.compile(program.replace("A(x) + B(6.0)", "A(1.0) + A(6.0)"))
    assert caught.value.kind == "no-operator"
