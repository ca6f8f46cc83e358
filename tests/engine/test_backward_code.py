"""Backward halves that were written by hand: right ones are never accused, and of wrong ones the line and the mistake
are named.
"""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.diagnosing.backward_code.judging import JudgedCode, judge_code
from gradlens.engine.diagnosing.backward_code.search import search_work
from tests.each import each
from tests.engine.backward_passes import PASSES
from tests.engine.course_passes import COURSE_PASSES
from tests.engine.layer_passes import LAYER_PASSES
from tests.engine.lecture_passes import LECTURE_PASSES
from tests.engine.published_passes import PUBLISHED_PASSES
from tests.engine.varied_passes import VARIED_PASSES

ALL = PASSES | LAYER_PASSES | COURSE_PASSES | PUBLISHED_PASSES | LECTURE_PASSES | VARIED_PASSES
HARDER = {  # most of whose lines are of no gradient
    "multiclass hinge, vectorised",
    "L-layer network, columns (course)",
    "dropout and l2 in a functional net, inverted masks",
}

FAST = [
    ("affine net, squared error", 5),
    ("functions with a cache", 0),
    ("a dict of gradients, samples in columns (course)", 1),
]
OF_LAYERS = [
    ("variational autoencoder", 0),
    ("variational autoencoder", 5),
    ("causal attention with heads", 1),
    ("causal attention with heads", 4),
    ("one step of a GRU", 0),
    ("transformer block's feed-forward with dropout", 1),
    ("an embedding that is read at places of two axes", 0),
]


def judged(text: str) -> JudgedCode | None:
    return judge_code(text, {}, engine.Limits())


def planted(text: str, old: str, new: str) -> tuple[str, int]:
    """A text with another piece in the place of one, and the line of that."""
    assert old in text, old
    place = text.rindex(old)
    return text[:place] + new + text[place + len(old) :], text[:place].count("\n") + 1


def is_found(found: JudgedCode | None, line: int, old: str, new: str, kinds: str) -> bool:
    """Whether line and name are right; of a line that is missing, that at which it is missed."""
    if found is None or found.wrong is None or found.kind not in kinds.split():
        return False
    missing = not new and old.endswith("\n")
    return found.wrong.line == line or (missing and line - 2 <= found.wrong.line <= line)


@each("name", ALL)
def test_a_right_backward_half_is_not_accused(name):
    found = judged(ALL[name].text)
    assert found is not None and found.wrong is None, found
    verdicts = [line.verdict for line in found.lines]
    share = 3 if name in HARDER else 2
    assert "wrong" not in verdicts and verdicts.count("right") * share >= len(verdicts)


NOISE = "({v}) + 1e-6 * np.abs({v}).max() * np.cos(np.arange(np.size({v})) * {k}).reshape(np.shape({v}))"
ROUNDED = [
    "batch norm in stages",
    "layer norm, in short",
    # Sums of which little is left: by its size alone the noise of their terms is a mistake.
    "every step by hand (a video's part 4)",
    "one step of a GRU",
    "text classifier with embeddings, mean pooling and weight decay",
]


@each("name", ROUNDED)
def test_gradients_whose_last_figures_are_off_are_not_accused(name):
    text = ALL[name].text
    right = judged(text)
    assert right is not None
    lines = text.split("\n")
    numbers = sorted({one.line for one in right.lines if one.of})
    for k in numbers:
        target, sign, value = lines[k - 1].partition(" = ")
        if sign and value.count("(") == value.count(")") and "," not in target:
            lines[k - 1] = f"{target} = {NOISE.format(v=value, k=k + 0.7)}"
    found = judged("\n".join(lines))
    assert found is not None and found.wrong is None, found


@each("name, number", OF_LAYERS)
def test_a_mistake_in_a_layers_pass_is_found_with_its_line_and_name(name, number):
    old, new, kinds = LAYER_PASSES[name].mistakes[number]
    text, line = planted(LAYER_PASSES[name].text, old, new)
    assert is_found(judged(text), line, old, new, kinds)


@pytest.mark.parametrize(("name", "number"), FAST)
def test_a_planted_mistake_is_found_with_its_line_and_name(name, number):
    old, new, kinds = PASSES[name].mistakes[number]
    text, line = planted(PASSES[name].text, old, new)
    found = judged(text)
    assert is_found(found, line, old, new, kinds), found
    # Only one line is blamed: what is wrong behind it follows.
    assert found is not None and [one.line for one in found.lines if one.verdict == "wrong"] in ([line], [line] * 2)
    assert found.right_text
    repaired = judged(text.replace(text.split("\n")[line - 1].strip(), found.right_text))
    assert repaired is not None and repaired.wrong is None


@pytest.mark.slow
def test_nearly_every_planted_mistake_is_found_with_its_line_and_name():
    results = []
    for name, one in ALL.items():
        for old, new, kinds in one.mistakes:
            text, line = planted(one.text, old, new)
            found = judged(text)
            told = found and (found.kind, found.wrong and found.wrong.line)
            results.append((name, old, new, told, is_found(found, line, old, new, kinds)))
    for passes, share in ((PASSES, 0.08), (ALL, 0.12)):
        those = [result for result in results if result[0] in passes]
        missed = [result for result in those if not result[-1]]
        assert len(missed) <= share * len(those), missed


WITHOUT_NAME = (
    # A state of zeros that bears no name has a gradient too, and is handed on under the name of the state.
    COURSE_PASSES["time rnn, book 2"].text,
    # Zeros are written through a part of them, under another name.
    PUBLISHED_PASSES["convolution and average pooling of a course, channels last"].text,
    # A constant that is computed of constants alone has a gradient.
    "x = np.array([[0.5, -1.0], [2.0, 0.3]])\nscale = np.ones(2) + 0.1\ny = x * scale\nL = np.sum(y ** 2)\n"
    "dy = 2 * y\ndscale = (dy * x).sum(axis=0)\ndx = dy * scale\n",
)


def test_gradients_of_what_bears_no_name_are_right():
    for text in WITHOUT_NAME:
        found = judged(text)
        assert found is not None and found.wrong is None, text
    told = judged(WITHOUT_NAME[2].replace("(dy * x).sum(axis=0)", "(dy * x).sum(axis=1)"))
    assert told is not None and told.kind == "wrong-axis" and told.wrong is not None and told.wrong.line == 6


CAPTIONS = "caption rnn of the course: embedding, steps, temporal softmax with mask"
SEEN_FROM_CALLS = [
    ("time rnn, book 2", "self.grads[0][...] = dWx", "self.grads[0][...] = -dWx", 26, "sign"),
    (CAPTIONS, "= rnn_step_backward(dnext_h,", "= rnn_step_backward(dprev_h,", 42, "wrong-upstream"),
    ("layer norm by transposing, course functions", "dx = dout * (cache > 0)", "dx = dout", 43,
     "missing-activation-derivative"),
    ("gru class with lists", "            self.dWh += dg_raw @ xrh.T\n", "", 34, "missing-path"),
]  # fmt: skip


OF_LECTURES = [
    # A value that is handed on under its name is wrong where it is first assigned, not where it is used.
    ("lstm for characters, cached tuples", "dhf = c_old * dc", "dhf = -(c_old * dc)", 32, "sign"),
    ("lstm for characters, cached tuples", "dhf = c_old * dc", "dhf = hc * dc", 32, "wrong-array"),
    ("lstm for characters, cached tuples", "model['Wy'].T + dh_next", "model['Wy'].T", 27, "missing-path"),
    # In a loop the sum of an input's gradient is not what the last turn gives.
    ("gru over lists, module functions", "dbz += daz", "dbz = daz", 47, "not-accumulated"),
    ("gru over lists, module functions", "[h - t for h, t", "[h + t for h, t", 27, "sign"),
    # Divided by the number of samples later, through masks.
    ("dropout and l2 in a functional net, inverted masks", "dZ3 = A3 - Y", "dZ3 = -(A3 - Y)", 29, "sign"),
    ("rnn with a list of layers and params in lists (d2l style)", "grads[3] += states", "grads[3] = states", 25,
     "not-accumulated"),
    ("skip-gram with a full softmax, loop over the window", "grad_out += np", "grad_out -= np", 22, "sign"),
]  # fmt: skip


@each("name, old, new, line, kind", OF_LECTURES)
def test_the_line_that_is_wrong_first_is_told_with_its_mistake(name, old, new, line, kind):
    text = LECTURE_PASSES[name].text
    assert old in text
    found = judged(text.replace(old, new))
    assert found is not None and found.wrong is not None and (found.wrong.line, found.kind) == (line, kind)


LAYERS_IN_DICTS = "layers with cache and grads dicts: dense, leaky relu, dropout, softmax with smoothed labels"
HEADS = "multi-head attention with a padding mask, a loop over heads"
BOTH_WAYS = "bidirectional recurrent net with tied output, samples in rows"
OF_VARIED = [
    # What a function returns without a name is wrong there, not where it was called.
    (LAYERS_IN_DICTS, "(p - t) / p.shape[0]", "p - t", 50, "sum-not-mean"),
    # A part of an array by a slice that has a name; a factor that a whole line was to bring.
    (HEADS, "dC[:, s]", "dR[:, s]", 32, "wrong-upstream"),
    (HEADS, "    dS = dS / np.sqrt(dk)\n", "", 36, "missing-factor"),
    # The same place of another list, and a loop that runs the other way.
    (BOTH_WAYS, "da = dhr * (1 - hr[t] ** 2)", "da = dhr * (1 - hf[t] ** 2)", 37, "wrong-array"),
    (BOTH_WAYS, "for t in range(T):\n    da", "for t in reversed(range(T)):\n    da", 36, "wrong-order"),
    # A mask is wrong where it is made.
    ("max and average pooling by reshaping, with a mask for ties", "xr == pooled", "xr != pooled", 26, "wrong-mask"),
    # The path is missing where its sum begins, not where another one is added.
    ("feed-forward with SwiGLU, RMS norm and a residual, columns of a dict",
     "- u * np.mean(du * u, axis=-1, keepdims=True) / r", "", 38, "statistics-as-constants"),
    # Parts of arrays are written, and what is added last is added without an assignment.
    ("instance norm with a transposed filter over a signal, class with forward and backward",
     "return dxc + dmean / L", "return dxc + dmean", 22, "sum-not-mean"),
    ("margin ranking of cosine similarities with a shared embedding",
     "np.add.at(dE, pos, dep)", "np.add.at(dE, neg, dep)", 32, "wrong-array"),
]  # fmt: skip


@each("name, old, new, line, kind", OF_VARIED)
def test_a_mistake_is_told_at_the_line_that_has_it(name, old, new, line, kind):
    text = VARIED_PASSES[name].text
    assert old in text
    found = judged(text.replace(old, new))
    assert found is not None and found.wrong is not None and (found.wrong.line, found.kind) == (line, kind)


@each("name, old, new, line, kind", SEEN_FROM_CALLS)
def test_what_functions_were_called_with_tells_what_their_lines_mean(name, old, new, line, kind):
    text = ALL[name].text
    assert old in text
    found = judged(text.replace(old, new))
    assert found is not None and found.wrong is not None and (found.wrong.line, found.kind) == (line, kind)


def test_the_number_of_samples_that_is_left_out_is_told_where_there_is_but_one():
    text = (
        "X = np.array([[0.3, -0.2]])\nW = np.array([[0.5], [1.5]])\nt = np.array([[1.0]])\nout = X @ W\n"
        "loss = np.mean((out - t)**2)\ndout = 2 * (out - t)\ndW = X.T @ dout\n"
    )
    found = judged(text)
    assert found is not None and found.wrong is None
    assert [(one.target, one.verdict) for one in found.lines] == [("dout", "fragile"), ("dW", "right")]
    divided = judged(text.replace("(out - t)\ndW", "(out - t) / X.shape[0]\ndW"))
    assert divided is not None and [one.verdict for one in divided.lines] == ["right", "right"]


FRAGILE = (
    "X = np.array([[0.3, -0.2]])\nW = np.array([[0.5, 0.2], [1.5, -1.0]])\nb = np.array([0.1, 0.4])\nz = X @ W + b\n"
    "h = np.maximum(z, 0)\nL = np.sum(h**2)\ndh = 2 * h\n"
)


@pytest.mark.parametrize(
    ("lines", "sentence", "fragile"),
    [
        ("dz = dh * (z > 0)\ndb = dz.sum(axis=0)\n", "", []),
        ("dz = dh * (z > 0)\ndb = dz\n", "line-fragile-sum", ["db"]),
        ("dz = dh * (z >= 0)\ndb = dz.sum(axis=0)\n", "line-fragile-mask", ["dz"]),
        ("dz = dh.copy()\ndz[z < 0] = 0\ndb = dz.sum(axis=0)\n", "line-fragile-mask", ["dz"]),
    ],
)
def test_what_is_right_by_chance_is_said_to_be_fragile(lines, sentence, fragile):
    found = judged(FRAGILE + lines)
    assert found is not None and found.wrong is None and found.fragile == sentence
    assert [one.target for one in found.lines if one.verdict == "fragile"] == fragile


def test_steps_and_local_derivatives_are_no_gradients_of_the_loss():
    assert judged("x = 1.5\ny = x**2\n") is None
    found = judged(
        "x = 1.5\nw = 0.5\nz = w * x\na = tanh(z)\nL = (a - 1)**2\ndL_da = 2 * (a - 1)\nda_dz = 1 - a**2\n"
        "dz_dw = x\ndL_dw = dL_da * da_dz * dz_dw\n"
    )
    assert found is not None and found.wrong is None
    assert [one.verdict for one in found.lines if one.target in ("dL_da", "dL_dw")] == ["right", "right"]


def test_of_two_mistakes_the_first_is_named_and_the_other_is_not_excused():
    found = judged(
        "X = np.array([[0.3, -0.2], [1.0, 0.4]])\nW = np.array([[0.5], [1.5]])\nb = np.array([0.1])\ny = X @ W + b\n"
        "L = np.sum(y**2)\ndy = 2 * y\ndW = X @ dy\ndb = dy\n"
    )
    assert found is not None and found.wrong is not None
    assert (found.wrong.target, found.kind, found.right_text) == ("dW", "transposed", "dW = X.T @ dy")
    assert [(one.target, one.verdict) for one in found.lines] == [("dy", "right"), ("dW", "wrong"), ("db", "wrong")]


def test_the_search_ends_by_what_its_runs_cost_and_tells_the_wrong_line(monkeypatch):
    monkeypatch.setattr(search_work, "MOST", 1_000)
    tried = []
    for size in (2, 200):
        found = judged(
            f"X = np.ones(({size}, {size}))\nW = np.full(({size}, {size}), 0.5)\nz = X @ W\nh = np.tanh(z)\n"
            "L = np.sum(h**2)\ndh = 2 * h\ndz = dh * (1 - h**2)\ndW = np.cos(X.T @ dz) * 0.123 + W\n"
        )
        assert found is not None and found.wrong is not None and found.wrong.target == "dW"
        assert found.right_text is None and not found.complete
        tried.append(found.tried)
    assert 0 < tried[1] < tried[0] / 2


def test_a_thousand_lines_end_within_the_work_that_is_allowed():
    lines = ["h0 = np.array([0.3, -0.2])"] + [f"h{k + 1} = np.tanh(h{k})" for k in range(330)] + ["L = np.sum(h330)"]
    lines += ["dh330 = np.ones(2)"] + [f"dh{k} = dh{k + 1} * (1 - h{k + 1}**2)" for k in reversed(range(330))]
    found = judged("\n".join(lines))
    assert found is not None and found.wrong is None
    wrong = judged("\n".join(lines).replace("dh200 = dh201 * (1 - h201**2)", "dh200 = dh201 * (1 - h200**2)"))
    assert wrong is not None and wrong.wrong is not None and wrong.wrong.target == "dh200"
    assert not [one for one in wrong.lines if one.verdict == "wrong" and one.target != "dh200"]
    assert np.isfinite(wrong.wrong.relative_error)


WITH_PENALTY = """def score_loss(s, t):
    e = s - t
    loss = np.sum(e ** 2)
    ds = 2 * e
    return loss, ds
X = np.array([[0.3, -0.2], [1.0, 0.4]])
W = np.array([[0.5, 0.2], [1.5, -1.0]])
t = np.array([[1.0, 0.0], [0.0, 1.0]])
data_loss, dscores = score_loss(X @ W, t)
loss = data_loss + 0.5 * 0.1 * np.sum(W * W)
dW = X.T @ dscores
dW += 0.1 * W
"""
BY_SAMPLE = """def of_one(w, x, t):
    z = np.dot(w, x)
    loss = (z - t) ** 2
    dz = 2 * (z - t)
    dw = dz * x
    return loss, dw
W = np.array([[0.5, 0.2], [1.5, -1.0]])
x = np.array([0.3, -0.2])
loss = 0.0
dW = np.zeros_like(W)
for k in range(2):
    one, g = of_one(W[k], x, 1.0)
    loss += one / 2
    dW[k] += g / 2
"""


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [(WITH_PENALTY, "dW += 0.1 * W", "dW += 0.3 * W"), (BY_SAMPLE, "dW[k] += g / 2", "dW[k] += -g / 2")],
)
def test_a_loss_that_is_complete_only_behind_the_first_gradients_is_the_one_that_is_differentiated(text, old, new):
    found = judged(text)
    assert found is not None and found.wrong is None, found
    assert [one.verdict for one in found.lines if one.target in ("dscores", "dW", "dw")].count("right") >= 2
    planted_text, line = planted(text, old, new)
    found = judged(planted_text)
    assert found is not None and found.wrong is not None and found.wrong.line == line


def test_a_line_that_makes_no_gradient_of_right_ones_is_blamed_and_no_formula_is_invented():
    text = (
        "x = np.array([0.3, -0.2, 0.9])\nW = np.array([0.5, 0.2, -1.0])\nz = W * x\nh = np.tanh(z)\nL = np.sum(h**2)\n"
        "e = 2 * h\ne = np.cos(e) * 0.3 + np.sin(e) ** 2\ndz = e * (1 - h**2)\ndW = dz * x\n"
    )
    program = engine.compile(text)
    answer = engine.diagnose(program)
    assert answer.sentence == "line-suspected" and answer.params["line"] == 7 and "∂z" in str(answer.params["node"])
    assert answer.code is not None and answer.code.right_text is None


def test_zeros_that_nothing_is_added_to_are_no_gradient():
    text = "W = np.array([0.5, 0.2])\nb = np.array([1.0, 2.0])\nL = np.sum(W * b)\ndW = b\ndb = np.zeros_like(b)\n"
    found = judged(text)
    assert found is not None and found.wrong is not None and found.wrong.target == "db"


LAYERS = """import numpy as np
class Embedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.idx = None
    def forward(self, idx):
        W, = self.params
        self.idx = idx
        return W[idx]
    def backward(self, dout):
        dW, = self.grads
        dW[...] = 0
        np.add.at(dW, self.idx, dout)
        return None
class Affine:
    def __init__(self, W):
        self.W, self.x, self.dW = W, None, None
    def forward(self, x):
        self.x = x
        out = np.dot(x, self.W)
        return out
    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        return dx
class Net:
    def __init__(self):
        self.params = {'E': np.random.randn(4, 3).astype('f'), 'W': np.random.randn(3, 2).astype('f')}
        self.decay = 0.1
        self.layers = [Embedding(self.params['E']), Affine(self.params['W'])]
    def loss(self, x, t):
        for layer in self.layers:
            x = layer.forward(x)
        self.y = x
        self.t = t
        decay = 0.5 * self.decay * np.sum(self.params['W'] ** 2)
        return 0.5 * np.sum((self.y - self.t) ** 2) / len(t) + decay
    def gradient(self, x, t):
        self.loss(x, t)
        dout = (self.y - self.t) / len(t)
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        grads = {}
        grads['W'] = self.layers[1].dW + self.decay * self.params['W']
        grads['E'] = self.layers[0].grads[0]
        return grads
np.random.seed(0)
network = Net()
x, t = np.array([1, 3, 1]), np.array([[1.0, 0.0], [0.5, 0.0], [0.0, 2.0]])
for i in range(2):
    grad = network.gradient(x, t)
    for key in ('W', 'E'):
        network.params[key] -= 0.1 * grad[key]
    loss = network.loss(x, t)
"""


def test_layers_with_a_loss_of_no_name_are_judged_as_their_weights_were_in_the_last_step(monkeypatch):
    found = judge_code(LAYERS, {}, engine.Limits())
    assert found is not None and found.wrong is None
    monkeypatch.setattr(search_work, "MOST", 500)
    for old, new, line in (
        ("self.idx, dout)", "self.idx, -dout)", "np.add.at(dW, self.idx, -dout)"),
        ("np.dot(self.x.T, dout)", "-np.dot(self.x.T, dout)", "self.dW = "),
        ("self.layers[1].dW + self.decay * self.params['W']", "self.layers[1].dW", "grads['W'] = "),
    ):
        assert old in LAYERS
        found = judge_code(LAYERS.replace(old, new, 1), {}, engine.Limits())
        assert found is not None and found.wrong is not None and found.wrong.text.startswith(line)


FUNCTION = """import torch
class Bent(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        ctx.save_for_backward(x)
        ctx.scale = scale
        return scale * x ** 3
    @staticmethod
    def backward(ctx, grad_output):
        x, = ctx.saved_tensors
        return grad_output * ctx.scale * 3 * x ** 2, None
class Step(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return torch.round(x)
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
    @staticmethod
    def backward(ctx, g):
        return g
bent = Bent.apply
x = torch.tensor([0.5, -1.5], requires_grad=True)
loss = (bent(x, 2.0) * Step.apply(x)).sum()
loss.backward()
"""


def test_the_backward_pass_of_a_function_of_torch_is_a_claim_about_its_forward_pass(monkeypatch):
    monkeypatch.setattr(search_work, "MOST", 5_000)
    trace = engine.trace(FUNCTION)
    np.testing.assert_allclose(trace.gradients["x"], [0.0, 6 * 1.5**2 * -2])  # half to even
    assert next(w for w in trace.warnings if w.kind == "backward-half").params["lines"] == "10–11, 21"
    found = judge_code(FUNCTION, {}, engine.Limits())
    assert found is not None and found.wrong is None
    assert [(one.line, one.verdict) for one in found.lines] == [(11, "right"), (21, "unjudged")]
    for new, kind in (
        ("grad_output * ctx.scale * 3 * x, None", "power-rule"),
        ("grad_output * ctx.scale * 2 * x ** 2, None", "wrong-constant"),
        ("ctx.scale * 3 * x ** 2, None", "missing-upstream"),
        ("grad_output, None", None),
    ):
        found = judge_code(FUNCTION.replace("grad_output * ctx.scale * 3 * x ** 2, None", new), {}, engine.Limits())
        assert found is not None and found.wrong is not None and found.wrong.line == 11 and found.loss == "Bent"
        assert kind is None or found.kind == kind


OBJECTS = """class Value:
    def __init__(self, data, children=()):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self.children = children
    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += 1.0 * out.grad
            other.grad += 1.0 * out.grad
        out._backward = _backward
        return out
    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out
    def relu(self):
        out = Value(0 if self.data < 0 else self.data, (self,))
        def _backward():
            self.grad += (out.data > 0) * out.grad
        out._backward = _backward
        return out
    def backward(self):
        order = []
        def build(v):
            if v not in order:
                for child in v.children:
                    build(child)
                order.append(v)
        build(self)
        self.grad = 1.0
        for node in reversed(order):
            node._backward()
a = Value(2.0)
b = Value(-3.0)
c = a * b
d = c + a * a
e = d.relu() + (c * b).relu() * a
e.backward()
"""


def test_each_line_of_an_op_that_adds_up_gradients_by_itself_is_a_claim(monkeypatch):
    monkeypatch.setattr(search_work, "MOST", 500)
    for old, new, line in (
        ("", "", None),
        ("self.grad += other.data * out.grad", "self.grad += self.data * out.grad", 17),
        ("other.grad += self.data * out.grad", "other.grad += self.data", 18),
        ("self.grad += 1.0 * out.grad", "self.grad = 1.0 * out.grad", None),  # nothing else was added before
        ("self.grad += other.data * out.grad", "self.grad = other.data * out.grad", 17),
        ("other.grad += 1.0 * out.grad", "other.grad -= 1.0 * out.grad", 11),
        ("(out.data > 0) * out.grad", "(out.data > 0) * 3", 24),
    ):
        assert old in OBJECTS
        found = judge_code(OBJECTS.replace(old, new, 1) if old else OBJECTS, {}, engine.Limits())
        assert found is not None and found.loss == "e"
        assert (found.wrong.line if found.wrong else None) == line, (new, found)
