"""The name of the mistake in a line of a backward half, and the line itself: small programs, one mistake each."""

from __future__ import annotations

import ast

from gradlens import engine
from gradlens.engine.diagnosing.backward_code.forms.naming import differences
from gradlens.engine.diagnosing.backward_code.forms.rewriting import rewritings
from gradlens.engine.diagnosing.backward_code.forms.statement_parts import PLAIN, slots
from gradlens.engine.diagnosing.backward_code.judging import judge_code
from gradlens.engine.diagnosing.backward_code.search import search_work
from tests.each import each

DICT = """X = np.array([[0.3, -0.2], [1.0, 0.4], [-0.7, 0.9]])
params = dict(W=np.array([[0.5, 1.5, -0.3], [0.2, -1.0, 0.8]]), b=np.array([0.1, -0.2, 0.3]))
reg = 0.05
a = X @ params['W'] + params['b']
h = np.tanh(a)
loss = np.sum(h ** 2) + reg * np.sum(params['W'] ** 2)
def backward(params, h, a):
    grads = {}
    dh = 2 * h
    da = dh * (1 - h ** 2)
    grads['W'] = X.T @ da + 2 * reg * params['W']
    grads['b'] = da.sum(axis=0)
    return grads
grads = backward(params, h, a)
"""
LAYERS = """class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out
    def backward(self, dout):
        dx = dout * self.out * (1.0 - self.out)
        return dx
class Error:
    def forward(self, y, t):
        self.y, self.t = y, t
        return np.mean(np.sum((y - t) ** 2, axis=1))
    def backward(self):
        dx = 2 * (self.y - self.t) / self.y.shape[0]
        return dx
class Affine:
    def forward(self, x):
        self.x = x
        return np.dot(x, W)
    def backward(self, dout):
        dx = np.dot(dout, W.T)
        self.dW = np.dot(self.x.T, dout)
        return dx
W = np.array([[0.5, 1.5], [0.2, -1.0]])
x = np.array([[0.3, -0.2], [1.0, 0.4], [-0.7, 0.9]])
t = np.array([[0.1, 0.8], [0.3, 0.6], [0.9, 0.5]])
layer, act, error = Affine(), Sigmoid(), Error()
loss = error.forward(act.forward(layer.forward(x)), t)
dout = error.backward()
dout = act.backward(dout)
dout = layer.backward(dout)
"""
GATES = """z = np.array([[0.3], [-0.2], [1.0]])
n_h, n_x = 1, 2
Wf, Wc = np.array([[0.5, 1.5, -0.3]]), np.array([[0.2, -1.0, 0.8]])
c_prev = np.array([[0.7]])
f = 1 / (1 + np.exp(-Wf @ z))
c_bar = np.tanh(Wc @ z)
c = f * c_prev + (1 - f) * c_bar
loss = np.sum(c ** 2)
dc = 2 * c
dc_prev = f * dc
df = dc * c_prev - dc * c_bar
df_raw = df * f * (1 - f)
dc_bar_raw = dc * (1 - f) * (1 - c_bar ** 2)
dWf = df_raw @ z.T
dWc = dc_bar_raw @ z.T
dz = Wf.T @ df_raw + Wc.T @ dc_bar_raw
"""
STACKS = """import torch
x = torch.tensor([[[0.3, -0.2], [1.0, 0.4]], [[-0.7, 0.9], [0.5, 0.6]]])
w = torch.tensor([[[0.2, 0.7], [-0.4, 1.1]], [[0.8, -0.9], [0.3, 0.1]]])
v = torch.tensor([[[0.3, 0.7], [0.4, -1.1]], [[-0.8, 0.9], [0.2, 0.5]]])
hs = 2
s = (x @ w.transpose(-2, -1)) * hs ** -0.5
p = torch.softmax(s, dim=-1)
loss = (p * v).sum()
dp = v
ds = p * (dp - (dp * p).sum(-1, keepdim=True))
dx = ds @ w * hs ** -0.5
dw = ds.transpose(-2, -1) @ x * hs ** -0.5
dwt = torch.cat([m.transpose(1, 2) for m in (dw,)], dim=2)
"""
NORM = """x = np.array([[0.3, -0.2, 1.1], [1.0, 0.4, -0.5]])
v = np.array([[0.3, 0.7, -0.4], [-1.1, 0.8, 0.9]])
mean = x.mean(-1, keepdims=True)
rstd = 1 / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
norm = (x - mean) * rstd
loss = np.sum(norm * v)
dnorm = v
dx = dnorm - dnorm.mean(-1, keepdims=True) - norm * (dnorm * norm).mean(-1, keepdims=True)
dx *= rstd
"""
PADDED = """x = np.array([[0.3, -0.2, 1.1], [1.0, 0.4, -0.5], [0.6, -0.9, 0.2]])
v = np.arange(25.0).reshape(5, 5)
pad, H = 1, 3
xp = np.pad(x, ((pad, pad), (pad, pad)))
loss = np.sum(np.sin(xp) * v)
dxp = np.cos(xp) * v
dx = dxp[pad:pad + H, pad:pad + H]
"""
LOOPS = """X = np.array([[0.3, -0.2], [1.0, 0.4], [-0.7, 0.9]])
y, w = np.array([1.0, 0.0, 1.0]), np.array([0.5, -0.3])
m = len(y)
p = 1 / (1 + np.exp(-X @ w))
loss = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / m
dw = np.zeros(2)
for i in range(m):
    dw += X[i] * (p[i] - y[i])
dw /= m
"""
STEPS = """def step(x, h_prev):
    h = np.tanh(x * w + h_prev * u)
    return h
def back(dh, h, h_prev):
    da = dh * (1 - h * h)
    du = (da * h_prev).sum()
    dh_prev = da * u
    return du, dh_prev
u, w, x = 0.7, 1.2, np.array([0.3, -0.5])
h0 = np.array([0.2, 0.4])
h1 = step(x, h0)
h2 = step(x, h1)
v = np.array([[0.9, 0.5], [-0.3, 0.8]])
loss = np.sum(h1 * v[0]) + np.sum(h2 * v[1])
dhs = v
du2, dnext = back(dhs[1], h2, h1)
du1, dnext = back(dhs[0] + dnext, h1, h0)
du = du1 + du2
"""
CHAIN = LAYERS.replace("act.backward(dout)\ndout = layer.backward(dout)", "layer.backward(act.backward(dout))")
UNROLLED = """rng = np.random.default_rng(3)
def run(xs, h):
    held, hs = [], []
    for x in xs:
        z = 1 / (1 + np.exp(-(x @ W)))
        c = np.tanh(x @ V + h @ U)
        held.append((x, h, z, c))
        h = z * h + (1 - z) * c
        hs.append(h)
    return hs, held
W, V, U = rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), rng.normal(size=(3, 3))
xs = [rng.normal(size=(2, 2)) for _ in range(3)]
hs, held = run(xs, np.zeros((2, 3)))
loss = sum(np.sum(h**2) for h in hs)
dW, dU = np.zeros_like(W), np.zeros_like(U)
dh = np.zeros((2, 3))
for t in reversed(range(3)):
    x, h_prev, z, c = held[t]
    dh = dh + 2 * hs[t]
    dz = dh * (h_prev - c)
    dc = dh * (1 - z)
    dh_prev = dh * z
    draw = dc * (1 - c**2)
    dU += h_prev.T @ draw
    dW += x.T @ (dz * z * (1 - z))
    dh_prev += draw @ U.T
    dh = dh_prev
"""
CASES = (
    (CHAIN, "layer.backward(act.backward(dout))", "layer.backward(dout)", "missing-activation-derivative"),
    (UNROLLED, "(h_prev - c)", "(c - h_prev)", "sign"),
    (UNROLLED, "dW += x", "dW = x", "not-accumulated"),
    (DICT, "+ 2 * reg * params['W']", "", "missing-path"),
    (DICT, "= X.T @ da", "= X.T @ dh", "wrong-upstream"),
    (DICT, "da.sum(axis=0)", "da.mean(axis=0)", "mean-not-sum"),
    (DICT, "(1 - h ** 2)", "(1 - a ** 2)", "output-derivative-at-input"),
    (LAYERS, "(self.y - self.t)", "(self.t - self.y)", "sign"),
    (GATES, "df = dc * c_prev", "df = dc * c", "wrong-array"),
    (GATES, " + Wc.T @ dc_bar_raw", "", "missing-path"),
    (STACKS, "ds.transpose(-2, -1) @ x", "ds @ x", "transposed"),
    (STACKS, "ds @ w * hs ** -0.5", "ds @ w", "missing-factor"),
    (STACKS, "p * (dp - (dp * p).sum(-1, keepdim=True))", "p * (1 - p) * dp", "softmax-elementwise"),
    (NORM, "(dnorm * norm).mean", "(dnorm * norm).sum", "sum-not-mean"),
    (NORM, "- norm * (", "+ norm * (", "sign"),
    (PADDED, "dxp[pad:pad + H, pad:pad + H]", "dxp[:H, :H]", "wrong-index"),
    (LOOPS, "dw /= m\n", "", "sum-not-mean"),
    (STEPS, "dhs[0] + dnext", "dhs[0]", "missing-path"),
)


@each("text", [DICT, LAYERS, GATES, STACKS, NORM, PADDED, LOOPS, STEPS, CHAIN, UNROLLED])
def test_right_lines_are_not_accused(text):
    found = judge_code(text, {}, engine.Limits())
    assert found is not None and found.wrong is None, found


def test_the_line_and_the_name_of_a_mistake_are_found():
    missed: list[object] = []
    for text, old, new, kind in CASES:
        assert text.count(old) >= 1, old
        place = text.rindex(old)
        line = text[:place].count("\n") + 1
        found = judge_code(text[:place] + new + text[place + len(old) :], {}, engine.Limits())
        assert found is not None
        wrong = found.wrong
        near = range(line - 1 if not new and old.endswith("\n") else line, line + 1)
        if not wrong or wrong.line not in near or found.kind != kind:
            missed.append((old, new, wrong and (wrong.line, found.kind, found.right_text)))
    assert missed == []


def test_where_no_other_line_is_found_the_numbers_name_the_mistake(monkeypatch):
    monkeypatch.setattr(search_work, "MOST", 0)
    for text, old, new, kind in (
        (STACKS, "p * (dp - (dp * p).sum(-1, keepdim=True))", "dp * (p - p ** 2)", "softmax-elementwise"),
        (NORM, "- dnorm.mean(-1, keepdims=True) ", "", "statistics-as-constants"),
        (DICT, "+ 2 * reg * params['W']", "", "missing-path"),
        (DICT, "X.T @ da + 2 * reg * params['W']", "np.cos(X.T @ da)", None),
    ):
        assert text.count(old) == 1
        found = judge_code(text.replace(old, new), {}, engine.Limits())
        assert found is not None and found.wrong is not None and found.right_text is None
        assert found.kind == kind, (old, found.kind)
    answer = engine.diagnose(engine.compile(DICT.replace("+ 2 * reg * params['W']", "")))
    assert (answer.diagnosis, answer.sentence) == ("missing-path", "line-named")


def test_what_a_line_writes_to_is_no_place_of_an_expression():
    text = "dw = torch.cat([m.T for m in (a, b)]) + f(lambda k: k)"
    statement = ast.parse(text).body[0]
    read = [ast.unparse(slot.get()) for slot in slots(statement)]
    assert "m.T" in read and read.count("m") == 1 and "k" not in read
    for _, made in rewritings(statement, PLAIN, [], None):
        compile("\n".join(map(ast.unparse, made)), "line", "exec")


def test_two_lines_differ_where_they_are_not_alike():
    a, b = (ast.parse(text).body[0] for text in ("dx = g[i] * (u > 0)", "dx = g[j] * (v > 0)"))
    found = [(way[-1], ast.unparse(one), ast.unparse(other)) for way, (one, other) in differences(a, b)]
    assert sorted(found) == [(("Compare", "left"), "u", "v"), (("Subscript", "slice"), "i", "j")]
