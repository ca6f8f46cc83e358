"""Backward passes in further styles: gates with peepholes, masks of pools and heads, norms of groups, contrasts."""

from __future__ import annotations

from tests.engine.backward_passes import Pass

VARIED_PASSES: dict[str, Pass] = {}


def add(name: str, text: str, *mistakes: tuple[str, str, str]) -> None:
    VARIED_PASSES[name] = Pass(text, mistakes)


add(
    "two stacked LSTM layers with peepholes, lists over time",
    """import numpy as np
rng = np.random.RandomState(3)
D, H, T = 3, 2, 3
sig = lambda a: 1.0 / (1.0 + np.exp(-a))
xs = [rng.randn(D) for _ in range(T)]
target = rng.randn(H)
Wx = rng.randn(4 * H, D) * 0.5
Wh = rng.randn(4 * H, H) * 0.5
b = rng.randn(4 * H) * 0.1
pi, pf, po = rng.randn(H), rng.randn(H), rng.randn(H)

hs, cs = [np.zeros(H)], [np.zeros(H)]
gates = []
for t in range(T):
    z = Wx @ xs[t] + Wh @ hs[t] + b
    i = sig(z[:H] + pi * cs[t])
    f = sig(z[H:2 * H] + pf * cs[t])
    g = np.tanh(z[2 * H:3 * H])
    c = f * cs[t] + i * g
    o = sig(z[3 * H:] + po * c)
    h = o * np.tanh(c)
    hs.append(h)
    cs.append(c)
    gates.append((i, f, g, o))
loss = 0.5 * np.sum((hs[T] - target) ** 2)

dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
dpi, dpf, dpo = np.zeros(H), np.zeros(H), np.zeros(H)
dh = hs[T] - target
dc = np.zeros(H)
for t in reversed(range(T)):
    i, f, g, o = gates[t]
    tc = np.tanh(cs[t + 1])
    dao = dh * tc * o * (1 - o)
    dpo += dao * cs[t + 1]
    dc = dc + dh * o * (1 - tc ** 2) + dao * po
    dai = dc * g * i * (1 - i)
    daf = dc * cs[t] * f * (1 - f)
    dag = dc * i * (1 - g ** 2)
    dpi += dai * cs[t]
    dpf += daf * cs[t]
    dz = np.concatenate([dai, daf, dag, dao])
    dWx += np.outer(dz, xs[t])
    dWh += np.outer(dz, hs[t])
    db += dz
    dh = Wh.T @ dz
    dc = dc * f + dai * pi + daf * pf
""",
    (" + dao * po", "", "missing-path"),
    ("dpo += dao * cs[t + 1]", "dpo += dao * cs[t]", "wrong-index"),
    ("dao = dh * tc * o * (1 - o)", "dao = dh * o * (1 - o)", "missing-factor"),
    ("(1 - tc ** 2)", "(1 - tc)", "power-rule wrong-slope"),
    ("(1 - g ** 2)", "g * (1 - g)", "wrong-slope wrong-activation-derivative"),
    (" + daf * pf", "", "missing-path"),
    ("[dai, daf, dag, dao]", "[dai, dag, daf, dao]", "wrong-index wrong-array wrong-upstream"),
    ("np.outer(dz, hs[t])", "np.outer(dz, hs[t + 1])", "wrong-index"),
    ("dh = Wh.T @ dz", "dh = Wh.T @ dz + dh", "extra-path"),
    ("dpf += daf * cs[t]", "dpf = daf * cs[t]", "not-accumulated"),
    ("dc = dc * f +", "dc = dc * i +", "wrong-array"),
)
add(
    "multi-head attention with a padding mask, a loop over heads",
    """import numpy as np
np.random.seed(0)
N, D, heads = 4, 6, 2
dk = D // heads
X = np.random.randn(N, D)
Wq, Wk, Wv, Wo = [np.random.randn(D, D) * 0.4 for _ in range(4)]
Y = np.random.randn(N, D)
keep = np.array([1.0, 1.0, 1.0, 0.0])

Q, K, V = X @ Wq, X @ Wk, X @ Wv
outs, probs = [], []
for h in range(heads):
    s = slice(h * dk, (h + 1) * dk)
    scores = Q[:, s] @ K[:, s].T / np.sqrt(dk)
    scores = np.where(keep[None, :] > 0, scores, -1e9)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    probs.append(P)
    outs.append(P @ V[:, s])
C = np.concatenate(outs, axis=1)
O = C @ Wo
R = X + O
loss = np.mean((R - Y) ** 2)

dR = 2 * (R - Y) / R.size
dWo = C.T @ dR
dC = dR @ Wo.T
dQ, dK, dV = np.zeros_like(Q), np.zeros_like(K), np.zeros_like(V)
for h in range(heads):
    s = slice(h * dk, (h + 1) * dk)
    P = probs[h]
    dout = dC[:, s]
    dV[:, s] = P.T @ dout
    dP = dout @ V[:, s].T
    dS = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    dS = dS * (keep[None, :] > 0)
    dS = dS / np.sqrt(dk)
    dQ[:, s] = dS @ K[:, s]
    dK[:, s] = dS.T @ Q[:, s]
dWq = X.T @ dQ
dWk = X.T @ dK
dWv = X.T @ dV
dX = dR + dQ @ Wq.T + dK @ Wk.T + dV @ Wv.T
""",
    ("/ R.size", "/ N", "wrong-constant sum-not-mean"),
    ("dV[:, s] = P.T @ dout", "dV[:, s] = P @ dout", "transposed"),
    ("(dP * P).sum(axis=1, keepdims=True)", "(dP * P).sum(axis=0, keepdims=True)", "wrong-axis"),
    ("dS = P * (dP - (dP * P).sum(axis=1, keepdims=True))", "dS = P * (1 - P) * dP", "softmax-elementwise"),
    ("    dS = dS / np.sqrt(dk)\n", "", "missing-factor"),
    ("dS = dS / np.sqrt(dk)", "dS = dS / dk", "wrong-constant missing-factor wrong-array factor-inverted power-rule"),
    ("dS.T @ Q", "dS @ Q", "transposed"),
    ("dX = dR + dQ", "dX = dQ", "missing-path"),
    ("dQ @ Wq.T + dK", "dQ @ Wq + dK", "transposed"),
    ("dWk = X.T @ dK", "dWk = X.T @ dQ", "wrong-upstream wrong-array"),
    (" + dV @ Wv.T", "", "missing-path"),
    ("dK @ Wk.T", "dK @ Wq.T", "wrong-array"),
    ("dC[:, s]", "dR[:, s]", "wrong-upstream wrong-array"),
)
add(
    "group norm behind a strided convolution, loops",
    """import numpy as np
rng = np.random.default_rng(7)
x = rng.normal(size=(2, 2, 5, 5))
w = rng.normal(size=(4, 2, 3, 3)) * 0.5
b = rng.normal(size=4) * 0.1
gamma = rng.normal(size=(1, 4, 1, 1)) + 1.0
beta = rng.normal(size=(1, 4, 1, 1))
y = rng.normal(size=(2, 4, 3, 3))
stride, pad, G, eps = 2, 1, 2, 1e-5

xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
N, F, HO, WO = 2, 4, 3, 3
z = np.zeros((N, F, HO, WO))
for i in range(HO):
    for j in range(WO):
        patch = xp[:, :, i * stride:i * stride + 3, j * stride:j * stride + 3]
        z[:, :, i, j] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3])) + b
zg = z.reshape(N, G, -1)
mu = zg.mean(axis=2, keepdims=True)
var = zg.var(axis=2, keepdims=True)
std = np.sqrt(var + eps)
zn = (zg - mu) / std
zhat = zn.reshape(N, F, HO, WO)
out = gamma * zhat + beta
a = np.maximum(out, 0)
loss = ((a - y) ** 2).sum() / (2 * N)

da = (a - y) / N
dout = da * (out > 0)
dgamma = (dout * zhat).sum(axis=(0, 2, 3), keepdims=True)
dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
dzhat = dout * gamma
dzn = dzhat.reshape(N, G, -1)
m = dzn.shape[2]
dzg = (dzn - dzn.mean(axis=2, keepdims=True) - zn * (dzn * zn).mean(axis=2, keepdims=True)) / std
dz = dzg.reshape(N, F, HO, WO)
db = dz.sum(axis=(0, 2, 3))
dw = np.zeros_like(w)
dxp = np.zeros_like(xp)
for i in range(HO):
    for j in range(WO):
        patch = xp[:, :, i * stride:i * stride + 3, j * stride:j * stride + 3]
        dw += np.tensordot(dz[:, :, i, j], patch, axes=([0], [0]))
        part = np.tensordot(dz[:, :, i, j], w, axes=([1], [0]))
        dxp[:, :, i * stride:i * stride + 3, j * stride:j * stride + 3] += part
dx = dxp[:, :, pad:-pad, pad:-pad]
""",
    ("da = (a - y) / N", "da = (a - y)", "sum-not-mean"),
    ("da * (out > 0)", "da * (zhat > 0)", "wrong-array wrong-mask"),
    ("dgamma = (dout * zhat)", "dgamma = (dout * z)", "wrong-array"),
    ("dzhat = dout * gamma", "dzhat = dout", "missing-factor missing-activation-derivative"),
    (" - dzn.mean(axis=2, keepdims=True)", "", "missing-path statistics-as-constants"),
    (
        "dzn - dzn.mean(axis=2, keepdims=True) - zn * (dzn * zn).mean(axis=2, keepdims=True)",
        "dzn",
        "statistics-as-constants missing-path",
    ),
    ("zn * (dzn * zn).mean(axis=2, keepdims=True)", "(dzn * zn).mean(axis=2, keepdims=True)", "missing-factor"),
    ("dzn.mean(axis=2, keepdims=True) -", "dzn.sum(axis=2, keepdims=True) -", "sum-not-mean"),
    ("db = dz.sum(axis=(0, 2, 3))", "db = dz.sum(axis=(0, 2))[:, 0]", "bias-not-summed wrong-axis missing-path"),
    ("dw += np", "dw = np", "not-accumulated"),
    ("pad:-pad, pad:-pad]", ":-2 * pad, :-2 * pad]", "wrong-index"),
    ("j * stride:j * stride + 3] += part", "j * stride:j * stride + 3] = part", "not-accumulated"),
    (" / std\n", "\n", "missing-factor statistics-as-constants"),
)
add(
    "feed-forward with SwiGLU, RMS norm and a residual, columns of a dict",
    """import numpy as np
rng = np.random.default_rng(11)
n, d, k = 3, 4, 5
p = {
    'g': rng.normal(size=d),
    'W1': rng.normal(size=(d, k)) * 0.5,
    'W2': rng.normal(size=(d, k)) * 0.5,
    'W3': rng.normal(size=(k, d)) * 0.5,
}
x = rng.normal(size=(n, d))
y = rng.normal(size=(n, d))

def forward(p, x):
    r = np.sqrt(np.mean(x ** 2, axis=-1, keepdims=True) + 1e-6)
    u = x / r
    h = u * p['g']
    a = h @ p['W1']
    b = h @ p['W2']
    s = 1 / (1 + np.exp(-a))
    q = a * s
    m = q * b
    out = x + m @ p['W3']
    return out, (x, r, u, h, a, b, s, q, m)

def backward(p, cache, dout):
    x, r, u, h, a, b, s, q, m = cache
    grads = {}
    grads['W3'] = m.T @ dout
    dm = dout @ p['W3'].T
    dq = dm * b
    db = dm * q
    da = dq * (s + a * s * (1 - s))
    grads['W1'] = h.T @ da
    grads['W2'] = h.T @ db
    dh = da @ p['W1'].T + db @ p['W2'].T
    grads['g'] = np.sum(dh * u, axis=0)
    du = dh * p['g']
    dx = du / r - u * np.mean(du * u, axis=-1, keepdims=True) / r
    dx = dx + dout
    return dx, grads

out, cache = forward(p, x)
loss = np.sum((out - y) ** 2) / n
dout = 2 * (out - y) / n
dx, grads = backward(p, cache, dout)
""",
    ("dm * b", "dm * a", "wrong-array"),
    ("(s + a * s * (1 - s))", "(a * s * (1 - s))", "missing-path"),
    ("(s + a * s * (1 - s))", "(s + s * (1 - s))", "missing-factor missing-upstream wrong-array"),
    ("(s + a * s * (1 - s))", "s", "missing-path"),
    ("grads['W1'] = h.T @ da", "grads['W1'] = u.T @ da", "wrong-array"),
    (" + db @ p['W2'].T", "", "missing-path"),
    ("np.sum(dh * u, axis=0)", "np.sum(dh * h, axis=0)", "wrong-array"),
    ("- u * np.mean(du * u, axis=-1, keepdims=True) / r", "", "missing-path statistics-as-constants"),
    ("np.mean(du * u, axis=-1, keepdims=True) / r", "np.sum(du * u, axis=-1, keepdims=True) / r", "sum-not-mean"),
    ("- u * np.mean", "+ u * np.mean", "sign"),
    ("    dx = dx + dout\n", "", "missing-path"),
    ("du = dh * p['g']", "du = dh", "missing-factor missing-activation-derivative"),
    ("2 * (out - y) / n", "(out - y) / n", "missing-factor wrong-constant power-rule"),
    ("/ n\ndx", "\ndx", "sum-not-mean"),
)
add(
    "InfoNCE of two views with normalised embeddings, both directions",
    """import numpy as np
rng = np.random.default_rng(5)
N, D, E = 4, 5, 3
xa, xb = rng.normal(size=(N, D)), rng.normal(size=(N, D))
Wa, Wb = rng.normal(size=(D, E)), rng.normal(size=(D, E))
tau = 0.5

def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

ua, ub = xa @ Wa, xb @ Wb
na = np.linalg.norm(ua, axis=1, keepdims=True)
nb = np.linalg.norm(ub, axis=1, keepdims=True)
za, zb = ua / na, ub / nb
S = za @ zb.T / tau
P = softmax(S)
Q = softmax(S.T)
idx = np.arange(N)
loss = -0.5 * (np.mean(np.log(P[idx, idx])) + np.mean(np.log(Q[idx, idx])))

I = np.eye(N)
dS = 0.5 * (P - I) / N + 0.5 * (Q - I).T / N
dza = dS @ zb / tau
dzb = dS.T @ za / tau
dua = (dza - za * np.sum(dza * za, axis=1, keepdims=True)) / na
dub = (dzb - zb * np.sum(dzb * zb, axis=1, keepdims=True)) / nb
dWa = xa.T @ dua
dWb = xb.T @ dub
dxa = dua @ Wa.T
dxb = dub @ Wb.T
""",
    ("(Q - I).T / N", "(Q - I) / N", "transposed"),
    (" + 0.5 * (Q - I).T / N", "", "missing-path"),
    ("(P - I) / N", "(P - I)", "sum-not-mean missing-factor"),
    ("(P - I)", "P", "labels-not-subtracted missing-path"),
    ("dza = dS @ zb / tau", "dza = dS @ zb", "missing-factor"),
    ("dza = dS @ zb / tau", "dza = dS @ zb * tau", "factor-inverted power-rule"),
    ("dS.T @ za", "dS @ za", "transposed"),
    ("(dza - za * np.sum(dza * za, axis=1, keepdims=True)) / na", "dza / na", "missing-path statistics-as-constants"),
    ("(dzb * zb, axis=1", "(dzb * zb, axis=0", "wrong-axis"),
    ("keepdims=True)) / nb", "keepdims=True)) / na", "wrong-array"),
    ("keepdims=True)) / nb", "keepdims=True))", "missing-factor"),
    ("dxb = dub @ Wb.T", "dxb = dub @ Wa.T", "wrong-array"),
    ("dWb = xb.T @ dub", "dWb = xb.T @ dzb", "wrong-upstream wrong-array"),
)
add(
    "layers with cache and grads dicts: dense, leaky relu, dropout, softmax with smoothed labels",
    """import numpy as np

class Dense:
    def __init__(self, n_in, n_out, rng):
        self.params = {'W': rng.normal(size=(n_in, n_out)) * 0.5, 'b': rng.normal(size=n_out) * 0.1}
        self.grads = {}
        self.cache = {}
    def forward(self, x):
        self.cache['x'] = x
        return x @ self.params['W'] + self.params['b']
    def backward(self, dout):
        x = self.cache['x']
        self.grads['W'] = x.T @ dout
        self.grads['b'] = dout.sum(axis=0)
        return dout @ self.params['W'].T

class LeakyReLU:
    def __init__(self, slope=0.1):
        self.slope = slope
        self.cache = {}
    def forward(self, x):
        self.cache['x'] = x
        return np.where(x > 0, x, self.slope * x)
    def backward(self, dout):
        x = self.cache['x']
        return dout * np.where(x > 0, 1.0, self.slope)

class Dropout:
    def __init__(self, mask, keep):
        self.mask, self.keep = mask, keep
    def forward(self, x):
        return x * self.mask / self.keep
    def backward(self, dout):
        return dout * self.mask / self.keep

class SmoothedSoftmax:
    def __init__(self, eps):
        self.eps = eps
        self.cache = {}
    def forward(self, z, labels):
        n, k = z.shape
        t = np.full((n, k), self.eps / k)
        t[np.arange(n), labels] += 1 - self.eps
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        self.cache['p'], self.cache['t'] = p, t
        return -np.sum(t * np.log(p)) / n
    def backward(self):
        p, t = self.cache['p'], self.cache['t']
        return (p - t) / p.shape[0]

rng = np.random.default_rng(2)
X = rng.normal(size=(4, 3))
labels = np.array([0, 2, 1, 2])
mask = np.array([[1, 0, 1, 1, 1], [1, 1, 0, 1, 1], [0, 1, 1, 1, 1], [1, 1, 1, 1, 0]])
layers = [Dense(3, 5, rng), LeakyReLU(), Dropout(mask, 0.8), Dense(5, 3, rng)]
head = SmoothedSoftmax(0.1)
h = X
for layer in layers:
    h = layer.forward(h)
loss = head.forward(h, labels)
dout = head.backward()
for layer in reversed(layers):
    dout = layer.backward(dout)
dX = dout
""",
    ("(p - t) / p.shape[0]", "p - t", "sum-not-mean missing-factor"),
    ("(p - t) / p.shape[0]", "(t - p) / p.shape[0]", "sign"),
    ("dout * self.mask / self.keep", "dout * self.mask", "missing-factor"),
    ("dout * self.mask / self.keep", "dout / self.keep", "missing-factor wrong-mask missing-activation-derivative"),
    (
        "np.where(x > 0, 1.0, self.slope)",
        "np.where(x > 0, 1.0, 0.0)",
        "wrong-constant wrong-slope missing-path wrong-array missing-activation-derivative",
    ),
    ("np.where(x > 0, 1.0, self.slope)", "np.where(x > 0, self.slope, 1.0)", "wrong-index wrong-mask wrong-array"),
    ("return dout * np.where(x > 0, 1.0, self.slope)", "return dout", "missing-activation-derivative missing-factor"),
    ("self.grads['b'] = dout.sum(axis=0)", "self.grads['b'] = dout.mean(axis=0)", "mean-not-sum"),
    ("self.grads['b'] = dout.sum(axis=0)", "self.grads['b'] = dout", "bias-not-summed missing-path"),
)
add(
    "max and average pooling by reshaping, with a mask for ties",
    """import numpy as np
rng = np.random.default_rng(9)
x = rng.normal(size=(2, 3, 4, 4))
W = rng.normal(size=(12, 2))
t = np.array([0, 1])

N, C, H, _ = x.shape
xr = x.reshape(N, C, H // 2, 2, H // 2, 2)
pooled = xr.max(axis=3).max(axis=4)
avg = xr.mean(axis=(3, 5))
f = pooled * 0.7 + avg * 0.3
flat = f.reshape(N, -1)
logits = flat @ W
e = np.exp(logits - logits.max(axis=1, keepdims=True))
probs = e / e.sum(axis=1, keepdims=True)
loss = -np.log(probs[range(N), t]).mean()

dlogits = probs.copy()
dlogits[range(N), t] -= 1
dlogits /= N
dW = flat.T @ dlogits
dflat = dlogits @ W.T
df = dflat.reshape(f.shape)
dpooled = df * 0.7
davg = df * 0.3
mask = (xr == pooled[:, :, :, None, :, None])
dxr = mask * dpooled[:, :, :, None, :, None] + davg[:, :, :, None, :, None] / 4
dx = dxr.reshape(x.shape)
""",
    ("dlogits /= N\n", "", "sum-not-mean missing-factor"),
    ("dlogits[range(N), t] -= 1\n", "", "labels-not-subtracted"),
    ("dlogits[range(N), t] -= 1", "dlogits[range(N), t] += 1", "sign"),
    ("davg = df * 0.3", "davg = df * 0.7", "wrong-constant"),
    ("davg = df * 0.3", "davg = df", "missing-factor"),
    ("None] / 4", "None]", "sum-not-mean missing-factor"),
    ("None] / 4", "None] / 2", "wrong-constant"),
    (" + davg[:, :, :, None, :, None] / 4", "", "missing-path"),
    ("xr == pooled", "xr != pooled", "wrong-mask"),
    ("dx = dxr.reshape(x.shape)", "dx = dxr.reshape(x.shape) / N", "mean-not-sum extra-factor"),
)
add(
    "bidirectional recurrent net with tied output, samples in rows",
    """import numpy as np
np.random.seed(4)
T, B, D, H = 3, 2, 2, 3
X = np.random.randn(T, B, D)
y = np.random.randn(B, 1)
params = {}
for name in ('f', 'r'):
    params['U' + name] = np.random.randn(D, H) * 0.6
    params['W' + name] = np.random.randn(H, H) * 0.6
    params['b' + name] = np.random.randn(H) * 0.1
params['v'] = np.random.randn(2 * H, 1)
params['c'] = np.random.randn(1)

hf = {-1: np.zeros((B, H))}
for t in range(T):
    hf[t] = np.tanh(X[t] @ params['Uf'] + hf[t - 1] @ params['Wf'] + params['bf'])
hr = {T: np.zeros((B, H))}
for t in reversed(range(T)):
    hr[t] = np.tanh(X[t] @ params['Ur'] + hr[t + 1] @ params['Wr'] + params['br'])
cat = np.concatenate([hf[T - 1], hr[0]], axis=1)
out = cat @ params['v'] + params['c']
loss = np.sum((out - y) ** 2) / (2 * B)

grads = {k: np.zeros_like(v) for k, v in params.items()}
dout = (out - y) / B
grads['v'] = cat.T @ dout
grads['c'] = dout.sum(axis=0)
dcat = dout @ params['v'].T
dhf, dhr = dcat[:, :H], dcat[:, H:]
for t in reversed(range(T)):
    da = dhf * (1 - hf[t] ** 2)
    grads['Uf'] += X[t].T @ da
    grads['Wf'] += hf[t - 1].T @ da
    grads['bf'] += da.sum(axis=0)
    dhf = da @ params['Wf'].T
for t in range(T):
    da = dhr * (1 - hr[t] ** 2)
    grads['Ur'] += X[t].T @ da
    grads['Wr'] += hr[t + 1].T @ da
    grads['br'] += da.sum(axis=0)
    dhr = da @ params['Wr'].T
""",
    ("dcat[:, :H], dcat[:, H:]", "dcat[:, H:], dcat[:, :H]", "wrong-index"),
    ("hf[t - 1].T @ da", "hf[t].T @ da", "wrong-index"),
    ("hr[t + 1].T @ da", "hf[t - 1].T @ da", "wrong-array wrong-index"),
    ("grads['Ur'] += X", "grads['Ur'] = X", "not-accumulated"),
    ("grads['bf'] += da.sum(axis=0)", "grads['bf'] += da.sum()", "wrong-axis extra-sum"),
    ("da = dhr * (1 - hr[t] ** 2)", "da = dhr * (1 - hf[t] ** 2)", "wrong-array"),
    (
        "da = dhf * (1 - hf[t] ** 2)",
        "da = dhf * hf[t] * (1 - hf[t])",
        "wrong-slope power-rule missing-factor wrong-activation-derivative",
    ),
    ("dhr = da @ params['Wr'].T", "dhr = da @ params['Wf'].T", "wrong-array"),
    ("dout = (out - y) / B", "dout = 2 * (out - y) / B", "wrong-constant extra-factor"),
    ("grads['v'] = cat.T @ dout", "grads['v'] = cat.T @ out", "wrong-array wrong-upstream"),
    ("for t in range(T):\n    da", "for t in reversed(range(T)):\n    da", "wrong-order"),
)
add(
    "gated convolution over time with causal padding, channels last",
    """import numpy as np
rng = np.random.default_rng(21)
B, T, C, H, k = 2, 5, 2, 3, 2
x = rng.normal(size=(B, T, C))
Wa = rng.normal(size=(k, C, H)) * 0.6
Wg = rng.normal(size=(k, C, H)) * 0.6
ba, bg = rng.normal(size=H) * 0.1, rng.normal(size=H) * 0.1
V = rng.normal(size=(H, 1))
y = rng.normal(size=(B, 1))

xp = np.concatenate([np.zeros((B, k - 1, C)), x], axis=1)
a, g = np.zeros((B, T, H)), np.zeros((B, T, H))
for i in range(k):
    a = a + xp[:, i:i + T] @ Wa[i]
    g = g + xp[:, i:i + T] @ Wg[i]
ta = np.tanh(a + ba)
sg = 1 / (1 + np.exp(-(g + bg)))
h = ta * sg
pool = h.mean(axis=1)
out = pool @ V
loss = 0.5 * np.mean((out - y) ** 2)

d_out = (out - y) / B
d_V = pool.T @ d_out
d_pool = d_out @ V.T
d_h = np.repeat(d_pool[:, None, :], T, axis=1) / T
d_ta = d_h * sg
d_sg = d_h * ta
d_a = d_ta * (1 - ta ** 2)
d_g = d_sg * sg * (1 - sg)
d_ba = d_a.sum(axis=(0, 1))
d_bg = d_g.sum(axis=(0, 1))
d_Wa, d_Wg = np.zeros_like(Wa), np.zeros_like(Wg)
d_xp = np.zeros_like(xp)
for i in range(k):
    d_Wa[i] = np.einsum('btc,bth->ch', xp[:, i:i + T], d_a)
    d_Wg[i] = np.einsum('btc,bth->ch', xp[:, i:i + T], d_g)
    d_xp[:, i:i + T] += d_a @ Wa[i].T
    d_xp[:, i:i + T] += d_g @ Wg[i].T
d_x = d_xp[:, k - 1:]
""",
    ("d_out = (out - y) / B", "d_out = 2 * (out - y) / B", "wrong-constant extra-factor"),
    ("axis=1) / T", "axis=1)", "sum-not-mean missing-factor"),
    ("d_sg = d_h * ta", "d_sg = d_h * a", "wrong-array output-derivative-at-input"),
    ("d_a = d_ta * (1 - ta ** 2)", "d_a = d_ta * (1 - a ** 2)", "output-derivative-at-input wrong-array"),
    ("d_g = d_sg * sg * (1 - sg)", "d_g = d_sg * (1 - sg)", "missing-factor missing-activation-derivative wrong-slope"),
    ("d_bg = d_g.sum(axis=(0, 1))", "d_bg = d_g.mean(axis=(0, 1))", "mean-not-sum"),
    ("xp[:, i:i + T], d_g)", "xp[:, i:i + T], d_a)", "wrong-upstream wrong-array"),
    ("    d_xp[:, i:i + T] += d_g @ Wg[i].T\n", "", "missing-path"),
    ("d_xp[:, i:i + T] += d_g @ Wg[i].T", "d_xp[:, i:i + T] = d_g @ Wg[i].T", "not-accumulated"),
    ("d_g @ Wg[i].T", "d_g @ Wa[i].T", "wrong-array wrong-index"),
    ("d_x = d_xp[:, k - 1:]", "d_x = d_xp[:, :T]", "wrong-index"),
    ("d_V = pool.T @ d_out", "d_V = pool.T @ d_out * T", "extra-factor mean-not-sum sum-not-mean"),
)
add(
    "coupling flow of two steps, log determinants in the loss",
    """import numpy as np
rng = np.random.RandomState(6)
N, D = 4, 2
x = rng.randn(N, 2 * D)
params = {}
for step in range(2):
    params[f's{step}'] = rng.randn(D, D) * 0.4
    params[f't{step}'] = rng.randn(D, D) * 0.4
    params[f'c{step}'] = rng.randn(D) * 0.1

u, v = x[:, :D], x[:, D:]
s0 = np.tanh(u @ params['s0'] + params['c0'])
t0 = u @ params['t0']
v1 = v * np.exp(s0) + t0
s1 = np.tanh(v1 @ params['s1'] + params['c1'])
t1 = v1 @ params['t1']
u1 = u * np.exp(s1) + t1
energy = 0.5 * (np.sum(u1 ** 2) + np.sum(v1 ** 2))
logdet = np.sum(s0) + np.sum(s1)
nll = (energy - logdet) / N

grads = {}
du1 = u1 / N
ds1 = du1 * u * np.exp(s1) - 1 / N
dt1 = du1
du = du1 * np.exp(s1)
da1 = ds1 * (1 - s1 ** 2)
grads['s1'] = v1.T @ da1
grads['c1'] = da1.sum(axis=0)
grads['t1'] = v1.T @ dt1
dv1 = v1 / N + da1 @ params['s1'].T + dt1 @ params['t1'].T
ds0 = dv1 * v * np.exp(s0) - 1 / N
dt0 = dv1
dv = dv1 * np.exp(s0)
da0 = ds0 * (1 - s0 ** 2)
grads['s0'] = u.T @ da0
grads['c0'] = da0.sum(axis=0)
grads['t0'] = u.T @ dt0
du += da0 @ params['s0'].T + dt0 @ params['t0'].T
dx = np.concatenate([du, dv], axis=1)
""",
    ("du1 = u1 / N", "du1 = u1", "sum-not-mean missing-factor"),
    ("np.exp(s1) - 1 / N", "np.exp(s1)", "missing-path"),
    ("np.exp(s0) - 1 / N", "np.exp(s0) + 1 / N", "sign"),
    ("du1 * u * np.exp(s1)", "du1 * u1 * np.exp(s1)", "wrong-array output-derivative-at-input"),
    (
        "dv1 * v * np.exp(s0)",
        "dv1 * v * s0",
        "wrong-array missing-factor wrong-slope extra-factor output-derivative-at-input",
    ),
    ("dv1 = v1 / N + da1", "dv1 = da1", "missing-path"),
    (" + dt1 @ params['t1'].T", "", "missing-path"),
    ("da1 @ params['s1'].T", "da1 @ params['s1']", "transposed"),
    ("da0 = ds0 * (1 - s0 ** 2)", "da0 = ds0 * s0 * (1 - s0)", "wrong-slope power-rule missing-factor"),
    ("grads['c0'] = da0.sum(axis=0)", "grads['c0'] = da0.sum(axis=1)", "wrong-axis"),
    ("grads['t0'] = u.T @ dt0", "grads['t0'] = v.T @ dt0", "wrong-array"),
    ("du += da0", "du = da0", "not-accumulated"),
    ("[du, dv]", "[dv, du]", "wrong-index wrong-upstream wrong-array"),
)
add(
    "instance norm with a transposed filter over a signal, class with forward and backward",
    """import numpy as np

class InstanceNorm:
    def __init__(self, gamma, beta, eps=1e-5):
        self.gamma, self.beta, self.eps = gamma, beta, eps
    def forward(self, x):
        self.mean = x.mean(axis=2, keepdims=True)
        self.xc = x - self.mean
        self.var = (self.xc ** 2).mean(axis=2, keepdims=True)
        self.inv = 1.0 / np.sqrt(self.var + self.eps)
        self.xn = self.xc * self.inv
        return self.gamma[None, :, None] * self.xn + self.beta[None, :, None]
    def backward(self, dy):
        L = dy.shape[2]
        self.dgamma = (dy * self.xn).sum(axis=(0, 2))
        self.dbeta = dy.sum(axis=(0, 2))
        dxn = dy * self.gamma[None, :, None]
        dinv = (dxn * self.xc).sum(axis=2, keepdims=True)
        dvar = -0.5 * self.inv ** 3 * dinv
        dxc = dxn * self.inv + 2.0 / L * self.xc * dvar
        dmean = -dxc.sum(axis=2, keepdims=True)
        return dxc + dmean / L

class UpFilter:
    def __init__(self, w):
        self.w = w
    def forward(self, x):
        self.x = x
        n, c, l = x.shape
        out = np.zeros((n, self.w.shape[1], 2 * l + 1))
        for j in range(3):
            out[:, :, j:j + 2 * l - 1:2] += np.einsum('ncl,co->nol', x, self.w[:, :, j])
        return out
    def backward(self, dout):
        n, c, l = self.x.shape
        self.dw = np.zeros_like(self.w)
        dx = np.zeros_like(self.x)
        for j in range(3):
            part = dout[:, :, j:j + 2 * l - 1:2]
            self.dw[:, :, j] = np.einsum('ncl,nol->co', self.x, part)
            dx += np.einsum('nol,co->ncl', part, self.w[:, :, j])
        return dx

rng = np.random.default_rng(8)
x = rng.normal(size=(2, 2, 4))
norm = InstanceNorm(rng.normal(size=2) + 1, rng.normal(size=2))
up = UpFilter(rng.normal(size=(2, 3, 3)))
target = rng.normal(size=(2, 3, 9))
h = norm.forward(x)
r = np.maximum(h, 0)
y = up.forward(r)
loss = np.sum(np.abs(y - target)) / 2
dy = np.sign(y - target) / 2
dr = up.backward(dy)
dh = dr * (h > 0)
dx = norm.backward(dh)
""",
    ("dy = np.sign(y - target) / 2", "dy = (y - target) / 2", "wrong-slope missing-factor power-rule wrong-array"),
    ("dh = dr * (h > 0)", "dh = dr", "missing-activation-derivative"),
    ("dh = dr * (h > 0)", "dh = dr * (h < 0)", "wrong-mask"),
    ("dx += np.einsum('nol,co->ncl', part", "dx = np.einsum('nol,co->ncl', part", "not-accumulated"),
    ("self.xc * dvar", "self.xn * dvar", "wrong-array"),
    ("2.0 / L * self.xc", "2.0 * self.xc", "sum-not-mean missing-factor"),
    ("-0.5 * self.inv ** 3", "-0.5 * self.inv ** 2", "power-rule wrong-constant missing-factor"),
    ("-0.5 * self.inv ** 3", "0.5 * self.inv ** 3", "sign"),
    ("return dxc + dmean / L", "return dxc", "missing-path statistics-as-constants"),
    ("return dxc + dmean / L", "return dxc + dmean", "sum-not-mean missing-factor"),
    ("self.dgamma = (dy * self.xn)", "self.dgamma = (dy * self.xc)", "wrong-array"),
    (
        "self.dbeta = dy.sum(axis=(0, 2))",
        "self.dbeta = dy.sum(axis=0)[:, 0]",
        "wrong-axis bias-not-summed missing-path",
    ),
    ("dxn = dy * self.gamma[None, :, None]", "dxn = dy", "missing-factor missing-activation-derivative"),
)
add(
    "margin ranking of cosine similarities with a shared embedding",
    """import numpy as np
np.random.seed(12)
vocab, dim, n = 6, 3, 4
E = np.random.randn(vocab, dim)
M = np.random.randn(dim, dim) * 0.5 + np.eye(dim)
anchor = np.array([0, 3, 1, 5])
pos = np.array([1, 4, 2, 0])
neg = np.array([2, 0, 5, 3])
margin = 0.9

ea, ep, en = E[anchor], E[pos], E[neg]
qa = ea @ M
la = np.sqrt((qa ** 2).sum(axis=1))
lp = np.sqrt((ep ** 2).sum(axis=1))
ln = np.sqrt((en ** 2).sum(axis=1))
cp = (qa * ep).sum(axis=1) / (la * lp)
cn = (qa * en).sum(axis=1) / (la * ln)
viol = np.maximum(0, margin - cp + cn)
loss = viol.mean()

active = (viol > 0).astype(float)
dcp = -active / n
dcn = active / n
dqa = dcp[:, None] * (ep / (la * lp)[:, None] - (cp / la ** 2)[:, None] * qa)
dqa += dcn[:, None] * (en / (la * ln)[:, None] - (cn / la ** 2)[:, None] * qa)
dep = dcp[:, None] * (qa / (la * lp)[:, None] - (cp / lp ** 2)[:, None] * ep)
den = dcn[:, None] * (qa / (la * ln)[:, None] - (cn / ln ** 2)[:, None] * en)
dM = ea.T @ dqa
dea = dqa @ M.T
dE = np.zeros_like(E)
np.add.at(dE, anchor, dea)
np.add.at(dE, pos, dep)
np.add.at(dE, neg, den)
""",
    ("dcp = -active / n", "dcp = active / n", "sign"),
    ("dcn = active / n", "dcn = active", "sum-not-mean missing-factor"),
    ("dqa += dcn", "dqa = dcn", "not-accumulated"),
    ("(cn / la ** 2)", "(cn / ln ** 2)", "wrong-array"),
    ("(cp / lp ** 2)[:, None] * ep", "(cp / lp ** 2)[:, None] * qa", "wrong-array"),
    ("(cn / ln ** 2)", "(cn / ln)", "power-rule missing-factor"),
    ("dM = ea.T @ dqa", "dM = dqa.T @ ea", "transposed"),
    ("dea = dqa @ M.T", "dea = dqa @ M", "transposed"),
    ("np.add.at(dE, neg, den)\n", "", "missing-path"),
    ("np.add.at(dE, pos, dep)", "np.add.at(dE, neg, dep)", "wrong-index wrong-array"),
    ("dcp[:, None] * (qa / (la * lp)[:, None] - ", "dcp[:, None] * (qa / (la * lp)[:, None] + ", "sign"),
)
