"""Backward passes in the manner of published code of many layers: each with mistakes that were planted by rule."""

from __future__ import annotations

from tests.engine.backward_passes import Pass

PUBLISHED_PASSES: dict[str, Pass] = {}


def add(name: str, text: str, *mistakes: tuple[str, str, str]) -> None:
    PUBLISHED_PASSES[name] = Pass(text, mistakes)


add(
    "lstm cell of a course, columns and dicts",
    """import numpy as np
np.random.seed(1)

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    Wf = parameters["Wf"]
    bf = parameters["bf"]
    Wi = parameters["Wi"]
    bi = parameters["bi"]
    Wc = parameters["Wc"]
    bc = parameters["bc"]
    Wo = parameters["Wo"]
    bo = parameters["bo"]
    n_x, m = xt.shape
    concat = np.concatenate((a_prev, xt), axis=0)
    ft = sigmoid(np.dot(Wf, concat) + bf)
    it = sigmoid(np.dot(Wi, concat) + bi)
    cct = np.tanh(np.dot(Wc, concat) + bc)
    c_next = ft * c_prev + it * cct
    ot = sigmoid(np.dot(Wo, concat) + bo)
    a_next = ot * np.tanh(c_next)
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
    return a_next, c_next, cache

def lstm_cell_backward(da_next, dc_next, cache):
    (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters) = cache
    n_x, m = xt.shape
    n_a, m = a_next.shape
    dot = da_next * np.tanh(c_next) * ot * (1 - ot)
    dcct = (dc_next * it + ot * (1 - np.square(np.tanh(c_next))) * it * da_next) * (1 - np.square(cct))
    dit = (dc_next * cct + ot * (1 - np.square(np.tanh(c_next))) * cct * da_next) * it * (1 - it)
    dft = (dc_next * c_prev + ot * (1 - np.square(np.tanh(c_next))) * c_prev * da_next) * ft * (1 - ft)
    concat = np.concatenate((a_prev, xt), axis=0)
    dWf = np.dot(dft, concat.T)
    dWi = np.dot(dit, concat.T)
    dWc = np.dot(dcct, concat.T)
    dWo = np.dot(dot, concat.T)
    dbf = np.sum(dft, axis=1, keepdims=True)
    dbi = np.sum(dit, axis=1, keepdims=True)
    dbc = np.sum(dcct, axis=1, keepdims=True)
    dbo = np.sum(dot, axis=1, keepdims=True)
    da_prev = np.dot(parameters['Wf'][:, :n_a].T, dft) + np.dot(parameters['Wi'][:, :n_a].T,
        dit) + np.dot(parameters['Wc'][:, :n_a].T, dcct) + np.dot(parameters['Wo'][:, :n_a].T, dot)
    dc_prev = dc_next * ft + ot * (1 - np.square(np.tanh(c_next))) * ft * da_next
    dxt = np.dot(parameters['Wf'][:, n_a:].T, dft) + np.dot(parameters['Wi'][:, n_a:].T,
        dit) + np.dot(parameters['Wc'][:, n_a:].T, dcct) + np.dot(parameters['Wo'][:, n_a:].T, dot)
    gradients = {"dxt": dxt, "da_prev": da_prev, "dc_prev": dc_prev, "dWf": dWf, "dbf": dbf, "dWi": dWi,
        "dbi": dbi, "dWc": dWc, "dbc": dbc, "dWo": dWo, "dbo": dbo}
    return gradients

xt = np.random.randn(3, 4)
a_prev = np.random.randn(2, 4)
c_prev = np.random.randn(2, 4)
parameters = {}
for name in ["f", "i", "c", "o"]:
    parameters["W" + name] = np.random.randn(2, 5) * 0.7
    parameters["b" + name] = np.random.randn(2, 1) * 0.3
ya = np.random.randn(2, 4)
yc = np.random.randn(2, 4)
a_next, c_next, cache = lstm_cell_forward(xt, a_prev, c_prev, parameters)
loss = 0.5 * np.sum((a_next - ya) ** 2) + 0.5 * np.sum((c_next - yc) ** 2)
da_next = a_next - ya
dc_next = c_next - yc
gradients = lstm_cell_backward(da_next, dc_next, cache)
""",
    (" a_next - ya", " -(a_next - ya)", "sign"),
    (" * it * da_next", " * cct * da_next", "wrong-array output-derivative-at-input"),
    (" c_next - yc", " c_next + yc", "sign"),
    ("* (1 - ot", "* (2 - ot", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("= lstm_cell_backward(da_next, dc_next,", "= lstm_cell_backward(dc_next, dc_next,", "wrong-upstream wrong-array"),
    ("c_prev + ot * (1 - np.square(np.tanh(c_next))) *", "c_prev + ot * (1 + np.square(np.tanh(c_next))) *", "sign"),
    (" np.sum(dft", " np.mean(dft", "mean-not-sum"),
)
add(
    "convolution and average pooling of a course, channels last",
    """import numpy as np
np.random.seed(2)

def zero_pad(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode='constant', constant_values=0)

def conv_forward(A_prev, W, b, hparameters):
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride = hparameters['stride']
    pad = hparameters['pad']
    n_H = int((n_H_prev - f + 2 * pad) / stride) + 1
    n_W = int((n_W_prev - f + 2 * pad) / stride) + 1
    Z = np.zeros((m, n_H, n_W, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    horiz_start = w * stride
                    a_slice_prev = a_prev_pad[vert_start:vert_start + f, horiz_start:horiz_start + f, :]
                    Z[i, h, w, c] = np.sum(a_slice_prev * W[:, :, :, c]) + b[0, 0, 0, c]
    cache = (A_prev, W, b, hparameters)
    return Z, cache

def conv_backward(dZ, cache):
    (A_prev, W, b, hparameters) = cache
    (m, n_H_prev, n_W_prev, n_C_prev) = A_prev.shape
    (f, f, n_C_prev, n_C) = W.shape
    stride = hparameters['stride']
    pad = hparameters['pad']
    (m, n_H, n_W, n_C) = dZ.shape
    dA_prev = np.zeros((m, n_H_prev, n_W_prev, n_C_prev))
    dW = np.zeros((f, f, n_C_prev, n_C))
    db = np.zeros((1, 1, 1, n_C))
    A_prev_pad = zero_pad(A_prev, pad)
    dA_prev_pad = zero_pad(dA_prev, pad)
    for i in range(m):
        a_prev_pad = A_prev_pad[i]
        da_prev_pad = dA_prev_pad[i]
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    vert_end = vert_start + f
                    horiz_start = w * stride
                    horiz_end = horiz_start + f
                    a_slice = a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]
                    da_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :] += W[:, :, :, c] * dZ[i, h, w, c]
                    dW[:, :, :, c] += a_slice * dZ[i, h, w, c]
                    db[:, :, :, c] += dZ[i, h, w, c]
        dA_prev[i, :, :, :] = da_prev_pad[pad:-pad, pad:-pad, :]
    return dA_prev, dW, db

def pool_forward(A_prev, f, stride):
    (m, n_H_prev, n_W_prev, n_C) = A_prev.shape
    n_H = 1 + (n_H_prev - f) // stride
    n_W = 1 + (n_W_prev - f) // stride
    A = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    A[i, h, w, c] = np.mean(A_prev[i, h * stride:h * stride + f, w * stride:w * stride + f, c])
    return A, (A_prev, f, stride)

def distribute_value(dz, shape):
    (n_H, n_W) = shape
    average = dz / (n_H * n_W)
    a = np.ones(shape) * average
    return a

def pool_backward(dA, cache):
    (A_prev, f, stride) = cache
    m, n_H, n_W, n_C = dA.shape
    dA_prev = np.zeros(A_prev.shape)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    vert_start = h * stride
                    horiz_start = w * stride
                    da = dA[i, h, w, c]
                    dA_prev[i, vert_start:vert_start + f, horiz_start:horiz_start + f,
                        c] += distribute_value(da, (f, f))
    return dA_prev

A_prev = np.random.randn(2, 4, 4, 2)
W = np.random.randn(3, 3, 2, 2) * 0.4
b = np.random.randn(1, 1, 1, 2)
target = np.random.randn(2, 2, 2, 2)
Z, conv_cache = conv_forward(A_prev, W, b, {"stride": 1, "pad": 1})
H = np.maximum(Z, 0)
A, pool_cache = pool_forward(H, 2, 2)
cost = np.sum((A - target) ** 2) / (2 * 2)
dA = (A - target) / 2
dH = pool_backward(dA, pool_cache)
dZ = dH * (Z > 0)
dA_prev, dW, db = conv_backward(dZ, conv_cache)
""",
    (" (A - target) ", " (A + target) ", "sign"),
    (">", "<=", "wrong-mask"),
    ("(Z ", "(A_prev ", "wrong-array output-derivative-at-input wrong-mask"),
    ("/ 2", "/ 3", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("c] += a_slice", "c] = a_slice", "not-accumulated"),
    (
        " (A - target) ",
        " A ",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
    ("(A - target) / 2", "-((A - target) / 2)", "sign"),
)
add(
    "attention of a decoder, book 2",
    """import numpy as np
np.random.seed(3)

class Softmax:
    def __init__(self):
        self.out = None

    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.out = e / e.sum(axis=1, keepdims=True)
        return self.out

    def backward(self, dout):
        dx = self.out * dout
        sumdx = np.sum(dx, axis=1, keepdims=True)
        dx -= self.out * sumdx
        return dx

class WeightSum:
    def __init__(self):
        self.cache = None

    def forward(self, hs, a):
        N, T, H = hs.shape
        ar = a.reshape(N, T, 1).repeat(H, axis=2)
        t = hs * ar
        c = np.sum(t, axis=1)
        self.cache = (hs, ar)
        return c

    def backward(self, dc):
        hs, ar = self.cache
        N, T, H = hs.shape
        dt = dc.reshape(N, 1, H).repeat(T, axis=1)
        dar = dt * hs
        dhs = dt * ar
        da = np.sum(dar, axis=2)
        return dhs, da

class AttentionWeight:
    def __init__(self):
        self.softmax = Softmax()
        self.cache = None

    def forward(self, hs, h):
        N, T, H = hs.shape
        hr = h.reshape(N, 1, H).repeat(T, axis=1)
        t = hs * hr
        s = np.sum(t, axis=2)
        a = self.softmax.forward(s)
        self.cache = (hs, hr)
        return a

    def backward(self, da):
        hs, hr = self.cache
        N, T, H = hs.shape
        ds = self.softmax.backward(da)
        dt = ds.reshape(N, T, 1).repeat(H, axis=2)
        dhs = dt * hr
        dhr = dt * hs
        dh = np.sum(dhr, axis=1)
        return dhs, dh

class Attention:
    def __init__(self):
        self.attention_weight_layer = AttentionWeight()
        self.weight_sum_layer = WeightSum()

    def forward(self, hs, h):
        a = self.attention_weight_layer.forward(hs, h)
        out = self.weight_sum_layer.forward(hs, a)
        return out

    def backward(self, dout):
        dhs0, da = self.weight_sum_layer.backward(dout)
        dhs1, dh = self.attention_weight_layer.backward(da)
        dhs = dhs0 + dhs1
        return dhs, dh

hs = np.random.randn(2, 3, 4)
h = np.random.randn(2, 4)
t = np.random.randn(2, 4)
attention = Attention()
c = attention.forward(hs, h)
loss = 0.5 * np.sum((c - t) ** 2) / 2
dc = (c - t) / 2
dhs, dh = attention.backward(dc)
""",
    ("self.out * dout", "dout", "missing-factor missing-activation-derivative"),
    ("dx -=", "dx =", "not-accumulated"),
    (" np.sum(dhr", " np.mean(dhr", "mean-not-sum"),
    (" (c -", " (h -", "wrong-array output-derivative-at-input"),
    (" np.sum(dx", " np.mean(dx", "mean-not-sum"),
    ("(c - t) / 2", "c - t", "sum-not-mean missing-factor power-rule"),
    (" axis=1, keepdims", " axis=0, keepdims", "wrong-axis"),
)
add(
    "fully connected net with dropout and batch norm in a loop, course",
    """import numpy as np
np.random.seed(4)

def affine_relu_dropout_forward(x, w, b, gamma, beta, p, mask):
    a = x.dot(w) + b
    mu = a.mean(axis=0)
    xc = a - mu
    std = np.sqrt((xc ** 2).mean(axis=0) + 1e-5)
    xn = xc / std
    s = gamma * xn + beta
    r = np.maximum(s, 0)
    out = r * mask / p
    return out, (x, w, xc, std, xn, gamma, s, p, mask)

def affine_relu_dropout_backward(dout, cache):
    x, w, xc, std, xn, gamma, s, p, mask = cache
    N = x.shape[0]
    dr = dout * mask / p
    ds = dr * (s > 0)
    dgamma = np.sum(ds * xn, axis=0)
    dbeta = np.sum(ds, axis=0)
    dxn = ds * gamma
    dxc = dxn / std
    dstd = -np.sum(dxn * xc / (std * std), axis=0)
    dvar = 0.5 * dstd / std
    dxc += (2.0 / N) * xc * dvar
    dmu = np.sum(dxc, axis=0)
    da = dxc - dmu / N
    dx = da.dot(w.T)
    dw = x.T.dot(da)
    db = da.sum(axis=0)
    return dx, dw, db, dgamma, dbeta

X = np.random.randn(5, 4)
y = np.array([0, 2, 1, 2, 0])
reg = 0.01
params = {}
masks = {}
sizes = [4, 5, 4, 3]
for i in range(1, 4):
    params['W%d' % i] = np.random.randn(sizes[i - 1], sizes[i]) * 0.6
    params['b%d' % i] = np.random.randn(sizes[i]) * 0.1
for i in range(1, 3):
    params['gamma%d' % i] = np.random.rand(sizes[i]) + 0.5
    params['beta%d' % i] = np.random.randn(sizes[i]) * 0.2
    masks[i] = np.random.rand(5, sizes[i]) < 0.8

caches = {}
h = X
for i in range(1, 3):
    h, caches[i] = affine_relu_dropout_forward(h, params['W%d' % i], params['b%d' % i],
        params['gamma%d' % i], params['beta%d' % i], 0.8, masks[i])
scores = h.dot(params['W3']) + params['b3']
scores = scores - scores.max(axis=1, keepdims=True)
probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
loss = -np.mean(np.log(probs[np.arange(5), y]))
for i in range(1, 4):
    loss += 0.5 * reg * np.sum(params['W%d' % i] ** 2)

grads = {}
dscores = probs.copy()
dscores[np.arange(5), y] -= 1
dscores /= X.shape[0]
grads['W3'] = h.T.dot(dscores) + reg * params['W3']
grads['b3'] = np.sum(dscores, axis=0)
dh = dscores.dot(params['W3'].T)
for i in [2, 1]:
    dh, dw, db, dgamma, dbeta = affine_relu_dropout_backward(dh, caches[i])
    grads['W%d' % i] = dw + reg * params['W%d' % i]
    grads['b%d' % i] = db
    grads['gamma%d' % i] = dgamma
    grads['beta%d' % i] = dbeta
""",
    ("= 1", "= 2", "wrong-constant wrong-index power-rule wrong-slope sign labels-not-subtracted"),
    (
        "dscores[np.arange(5), y] -= 1\n",
        "",
        "missing-path labels-not-subtracted not-accumulated statistics-as-constants",
    ),
    ("dout * mask / p", "dout * xc / p", "wrong-array output-derivative-at-input wrong-mask"),
    ("np.sum(dscores, axis=0)", "dscores", "bias-not-summed missing-path"),
    ("dstd / std", "dstd", "sum-not-mean missing-factor power-rule"),
    (" + reg * params['W3']", "", "missing-path wrong-slope"),
    ("da.sum(axis=0)", "da.sum(axis=1)", "wrong-axis"),
)
add(
    "video's exercises 3 and 4 in torch",
    """import torch
import torch.nn.functional as F
g = torch.Generator().manual_seed(42)
n = 6
Xb = torch.tensor([[0, 1], [2, 3], [1, 1], [4, 0], [3, 2], [0, 4]])
Yb = torch.tensor([1, 0, 3, 2, 4, 1])
C = torch.tensor([[0.3, -0.7, 1.1], [0.2, 0.5, -0.9], [-1.0, 0.4, 0.6], [0.8, -0.2, 0.1], [-0.5, 0.9, 0.7]])
W1 = torch.tensor([[0.3, -0.2, 0.5, 0.1], [0.7, 0.4, -0.3, 0.2], [-0.6, 0.1, 0.8, -0.4], [0.2, 0.9, -0.1,
    0.6], [0.5, -0.8, 0.3, 0.7], [-0.2, 0.6, 0.4, -0.9]])
W2 = torch.tensor([[0.4, -0.3, 0.2, 0.1, -0.5], [0.6, 0.2, -0.7, 0.3, 0.1], [-0.1, 0.8, 0.5, -0.2, 0.4],
    [0.3, -0.6, 0.1, 0.7, -0.4]])
b2 = torch.tensor([0.1, -0.2, 0.05, 0.0, 0.3])
bngain = torch.tensor([[1.1, 0.9, 1.2, 0.8]])
bnbias = torch.tensor([[0.1, -0.1, 0.2, 0.05]])
parameters = [C, W1, W2, b2, bngain, bnbias]
for p in parameters:
    p.requires_grad = True

emb = C[Xb]
embcat = emb.view(emb.shape[0], -1)
hprebn = embcat @ W1
bnmean = hprebn.mean(0, keepdim=True)
bnvar = hprebn.var(0, keepdim=True, unbiased=True)
bnvar_inv = (bnvar + 1e-5) ** -0.5
bnraw = (hprebn - bnmean) * bnvar_inv
hpreact = bngain * bnraw + bnbias
h = torch.tanh(hpreact)
logits = h @ W2 + b2
loss = F.cross_entropy(logits, Yb)

dlogits = F.softmax(logits, 1)
dlogits[range(n), Yb] -= 1
dlogits /= n
dh = dlogits @ W2.T
dW2 = h.T @ dlogits
db2 = dlogits.sum(0)
dhpreact = (1.0 - h ** 2) * dh
dbngain = (bnraw * dhpreact).sum(0, keepdim=True)
dbnbias = dhpreact.sum(0, keepdim=True)
dhprebn = (bngain * bnvar_inv / n * (n * dhpreact - dhpreact.sum(0) - n / (n - 1) * bnraw * (dhpreact * bnraw).sum(0)))
dembcat = dhprebn @ W1.T
dW1 = embcat.T @ dhprebn
demb = dembcat.view(emb.shape)
dC = torch.zeros_like(C)
for k in range(Xb.shape[0]):
    for j in range(Xb.shape[1]):
        ix = Xb[k, j]
        dC[ix] += demb[k, j]
""",
    ("dlogits[range(n), Yb] -= 1\n", "", "missing-path labels-not-subtracted not-accumulated statistics-as-constants"),
    (" 2)", " 3)", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("dlogits.sum(0)", "dlogits", "bias-not-summed missing-path"),
    ("= 1", "= 2", "wrong-constant wrong-index power-rule wrong-slope sign labels-not-subtracted"),
    ("(1.0 - h ** 2) * dh", "1.0 - h ** 2", "missing-factor missing-activation-derivative missing-upstream"),
    ("h.T", "hprebn.T", "wrong-array output-derivative-at-input"),
    ("(1.0 ", "(2.0 ", "wrong-constant wrong-index power-rule wrong-slope sign"),
)
add(
    "layer norm as a class with static methods in torch",
    """import torch
eps = 1e-5

class LayerNorm:
    @staticmethod
    def forward(x, w, b):
        B, T, C = x.size()
        mean = x.sum(-1, keepdim=True) / C
        xshift = x - mean
        var = (xshift ** 2).sum(-1, keepdim=True) / C
        rstd = (var + eps) ** -0.5
        norm = xshift * rstd
        out = norm * w + b
        cache = (x, w, mean, rstd)
        return out, cache

    @staticmethod
    def backward(dout, cache):
        x, w, mean, rstd = cache
        norm = (x - mean) * rstd
        db = dout.sum((0, 1))
        dw = (dout * norm).sum((0, 1))
        dnorm = dout * w
        dx = dnorm - dnorm.mean(-1, keepdim=True) - norm * (dnorm * norm).mean(-1, keepdim=True)
        dx *= rstd
        return dx, dw, db

x = torch.tensor([[[0.3, -1.1, 0.8, 0.2], [1.4, 0.1, -0.6, 0.5]], [[-0.9, 0.7, 1.2, -0.4], [0.6, -0.2, 0.9,
    1.5]], [[0.1, 0.4, -1.3, 0.8], [-0.7, 1.6, 0.3, -0.1]]], requires_grad=True)
w = torch.tensor([1.2, 0.7, -0.9, 1.1], requires_grad=True)
b = torch.tensor([0.1, -0.3, 0.2, 0.4], requires_grad=True)
out, cache = LayerNorm.forward(x, w, b)
dout = torch.tensor([[[0.5, -0.8, 0.3, 1.0], [-0.2, 0.9, 0.7, -1.1]], [[0.4, 0.6, -0.5, 0.2], [1.3, -0.4,
    0.1, 0.8]], [[-0.6, 0.2, 0.9, -0.3], [0.7, 1.1, -0.9, 0.5]]])
fakeloss = (out * dout).sum()
fakeloss.backward()
dx, dw, db = LayerNorm.backward(dout, cache)
""",
    ("(x - mean)", "(x + mean)", "sign"),
    ("dnorm.mean(-1, keepdim=True)", "dnorm", "bias-not-summed missing-path"),
    ("norm).sum(", "norm).mean(", "mean-not-sum"),
    ("(dout * norm).sum", "norm.sum", "missing-factor missing-activation-derivative missing-upstream"),
    ("dout.sum((0, 1))", "dout", "bias-not-summed missing-path"),
    ("= dnorm -", "= dout -", "wrong-upstream wrong-array"),
    (
        "dnorm.mean(-1, keepdim=True) - norm",
        "norm",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
)
add(
    "gru class with lists",
    """import numpy as np
np.random.seed(7)

class GRU:
    def __init__(self, n_x, n_h):
        self.Wz = np.random.randn(n_h, n_x + n_h) * 0.5
        self.Wr = np.random.randn(n_h, n_x + n_h) * 0.5
        self.Wh = np.random.randn(n_h, n_x + n_h) * 0.5
        self.bz = np.random.randn(n_h, 1) * 0.1
        self.br = np.random.randn(n_h, 1) * 0.1
        self.bh = np.random.randn(n_h, 1) * 0.1
        self.n_x, self.n_h = n_x, n_h

    def sigmoid(self, v):
        return 1 / (1 + np.exp(-v))

    def forward(self, xs):
        self.xs = xs
        self.h = [np.zeros((self.n_h, 1))]
        self.z, self.r, self.g = [], [], []
        for x in xs:
            hp = self.h[-1]
            xh = np.vstack((x, hp))
            z = self.sigmoid(self.Wz @ xh + self.bz)
            r = self.sigmoid(self.Wr @ xh + self.br)
            g = np.tanh(self.Wh @ np.vstack((x, r * hp)) + self.bh)
            self.h.append(z * hp + (1 - z) * g)
            self.z.append(z)
            self.r.append(r)
            self.g.append(g)
        return self.h[1:]

    def backward(self, dhs):
        self.dWz, self.dWr, self.dWh = np.zeros_like(self.Wz), np.zeros_like(self.Wr), np.zeros_like(self.Wh)
        self.dbz, self.dbr, self.dbh = np.zeros_like(self.bz), np.zeros_like(self.br), np.zeros_like(self.bh)
        dh_next = np.zeros((self.n_h, 1))
        for t in reversed(range(len(self.xs))):
            x, hp = self.xs[t], self.h[t]
            z, r, g = self.z[t], self.r[t], self.g[t]
            dh = dhs[t] + dh_next
            dg = dh * (1 - z)
            dz = dh * (hp - g)
            dg_raw = dg * (1 - g ** 2)
            dz_raw = dz * z * (1 - z)
            xrh = np.vstack((x, r * hp))
            xh = np.vstack((x, hp))
            self.dWh += dg_raw @ xrh.T
            self.dbh += dg_raw
            drh = (self.Wh.T @ dg_raw)[self.n_x:]
            dr = drh * hp
            dr_raw = dr * r * (1 - r)
            self.dWz += dz_raw @ xh.T
            self.dbz += dz_raw
            self.dWr += dr_raw @ xh.T
            self.dbr += dr_raw
            dh_next = dh * z + drh * r
            dh_next += (self.Wz.T @ dz_raw)[self.n_x:]
            dh_next += (self.Wr.T @ dr_raw)[self.n_x:]

xs = [np.random.randn(3, 1) for _ in range(3)]
ts = [np.random.randn(2, 1) for _ in range(3)]
gru = GRU(3, 2)
hs = gru.forward(xs)
loss = 0
for h, t in zip(hs, ts):
    loss += 0.5 * np.sum((h - t) ** 2)
dhs = [h - t for h, t in zip(hs, ts)]
gru.backward(dhs)
""",
    (
        "[h - t for",
        "[t for",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
    ("+ dh_next", "+ self.dbz", "wrong-upstream wrong-array"),
    (" t for", " h for", "wrong-array output-derivative-at-input"),
    ("[h - t for", "[h + t for", "sign"),
    ("self.dWh +=", "self.dWh =", "not-accumulated"),
    ("dh * (1 - z)", "dh * (2 - z)", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("[h ", "[t ", "wrong-array output-derivative-at-input"),
)
add(
    "multi-head attention by einsum with a causal mask",
    """import numpy as np
np.random.seed(9)
B, T, C, nh = 2, 3, 4, 2
hd = C // nh
x = np.random.randn(B, T, C)
Wqkv = np.random.randn(C, 3 * C) * 0.6
Wo = np.random.randn(C, C) * 0.6
y = np.random.randn(B, T, C)
mask = np.tril(np.ones((T, T)))

qkv = x @ Wqkv
q, k, v = np.split(qkv, 3, axis=-1)
q = q.reshape(B, T, nh, hd).transpose(0, 2, 1, 3)
k = k.reshape(B, T, nh, hd).transpose(0, 2, 1, 3)
v = v.reshape(B, T, nh, hd).transpose(0, 2, 1, 3)
att = np.einsum('bhid,bhjd->bhij', q, k) / np.sqrt(hd)
att = np.where(mask == 0, -1e9, att)
p = np.exp(att - att.max(axis=-1, keepdims=True))
p = p / p.sum(axis=-1, keepdims=True)
o = np.einsum('bhij,bhjd->bhid', p, v)
oc = o.transpose(0, 2, 1, 3).reshape(B, T, C)
out = oc @ Wo
loss = 0.5 * np.mean(np.sum((out - y) ** 2, axis=-1))

dout = (out - y) / (B * T)
dWo = np.einsum('btc,btd->cd', oc, dout)
doc = dout @ Wo.T
do = doc.reshape(B, T, nh, hd).transpose(0, 2, 1, 3)
dp = np.einsum('bhid,bhjd->bhij', do, v)
dv = np.einsum('bhij,bhid->bhjd', p, do)
datt = p * (dp - (dp * p).sum(axis=-1, keepdims=True))
datt = np.where(mask == 0, 0, datt)
datt = datt / np.sqrt(hd)
dq = np.einsum('bhij,bhjd->bhid', datt, k)
dk = np.einsum('bhij,bhid->bhjd', datt, q)
dq = dq.transpose(0, 2, 1, 3).reshape(B, T, C)
dk = dk.transpose(0, 2, 1, 3).reshape(B, T, C)
dv = dv.transpose(0, 2, 1, 3).reshape(B, T, C)
dqkv = np.concatenate([dq, dk, dv], axis=-1)
dWqkv = np.einsum('btc,btd->cd', x, dqkv)
dx = dqkv @ Wqkv.T
""",
    (", p, do", ", att, do", "wrong-array output-derivative-at-input"),
    ("dp = np.einsum('bhid,bhjd", "dp = -np.einsum('bhid,bhjd", "sign"),
    (
        " (out - y) ",
        " out ",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
    (" (out - y) ", " (out + y) ", "sign"),
    ("Wo.T", "Wo.T.T", "transposed"),
    ("(out - y) / (B * T", "-((out - y) / (B * T)", "sign"),
    ("(B * T)", "B", "missing-factor missing-activation-derivative mean-not-sum sum-not-mean"),
)
add(
    "variational autoencoder, functions and kl",
    """import numpy as np
rng = np.random.default_rng(0)
N, D, H, Z = 5, 6, 4, 2
X = (rng.random((N, D)) > 0.5).astype(float)
params = {
    'We': rng.normal(0, 0.5, (D, H)), 'be': np.zeros(H),
    'Wm': rng.normal(0, 0.5, (H, Z)), 'bm': np.zeros(Z),
    'Ws': rng.normal(0, 0.5, (H, Z)), 'bs': np.zeros(Z),
    'Wd': rng.normal(0, 0.5, (Z, H)), 'bd': np.zeros(H),
    'Wx': rng.normal(0, 0.5, (H, D)), 'bx': np.zeros(D),
}
noise = rng.normal(size=(N, Z))

def forward(X, p, noise):
    he = np.maximum(0.01 * (X @ p['We'] + p['be']), X @ p['We'] + p['be'])
    mu = he @ p['Wm'] + p['bm']
    log_sigma = he @ p['Ws'] + p['bs']
    sigma = np.exp(log_sigma)
    z = mu + sigma * noise
    hd = np.tanh(z @ p['Wd'] + p['bd'])
    xhat = 1 / (1 + np.exp(-(hd @ p['Wx'] + p['bx'])))
    return he, mu, log_sigma, sigma, z, hd, xhat

he, mu, log_sigma, sigma, z, hd, xhat = forward(X, params, noise)
bce = -np.sum(X * np.log(xhat) + (1 - X) * np.log(1 - xhat)) / N
kl = 0.5 * np.sum(mu ** 2 + sigma ** 2 - 2 * log_sigma - 1) / N
loss = bce + kl

grads = {}
dlogit = (xhat - X) / N
grads['Wx'] = hd.T @ dlogit
grads['bx'] = dlogit.sum(axis=0)
dhd = dlogit @ params['Wx'].T
dpre_d = dhd * (1 - hd * hd)
grads['Wd'] = z.T @ dpre_d
grads['bd'] = dpre_d.sum(axis=0)
dz = dpre_d @ params['Wd'].T
dmu = dz + mu / N
dsigma = dz * noise + sigma / N
dlog_sigma = dsigma * sigma - 1 / N
grads['Wm'] = he.T @ dmu
grads['bm'] = dmu.sum(axis=0)
grads['Ws'] = he.T @ dlog_sigma
grads['bs'] = dlog_sigma.sum(axis=0)
dhe = dmu @ params['Wm'].T + dlog_sigma @ params['Ws'].T
dpre_e = dhe * np.where(he > 0, 1, 0.01)
grads['We'] = X.T @ dpre_e
grads['be'] = dpre_e.sum(axis=0)
""",
    ("xhat - X", "xhat + X", "sign"),
    ("he > 0", "he <= 0", "wrong-mask"),
    ("dlogit.sum", "dlogit.mean", "mean-not-sum"),
    ("(xhat - X) / N", "xhat - X", "sum-not-mean missing-factor"),
    ("* (1 - hd", "* (2 - hd", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("dlogit.sum(axis=0)", "dlogit.sum(axis=1)", "wrong-axis"),
    ("(xhat - X) / N", "-((xhat - X) / N)", "sign"),
)
add(
    "graph convolution, two layers",
    """import numpy as np
np.random.seed(11)
A = np.array([[0, 1, 0, 0, 1], [1, 0, 1, 0, 0], [0, 1, 0, 1, 1], [0, 0, 1, 0, 0], [1, 0, 1, 0, 0]], dtype=float)
A_tilde = A + np.eye(5)
D_inv = np.diag(1.0 / A_tilde.sum(axis=1))
A_hat = D_inv @ A_tilde
X = np.random.randn(5, 3)
labels = np.array([0, 1, 2, 1, 0])
train = np.array([1.0, 1, 0, 1, 0])
W0 = np.random.randn(3, 4)
W1 = np.random.randn(4, 3)

AX = A_hat @ X
Z0 = AX @ W0
H1 = np.maximum(Z0, 0)
AH = A_hat @ H1
logits = AH @ W1
e = np.exp(logits - logits.max(axis=1, keepdims=True))
probs = e / e.sum(axis=1, keepdims=True)
nll = -np.log(probs[np.arange(5), labels])
loss = np.sum(nll * train) / train.sum()

onehot = np.eye(3)[labels]
dlogits = (probs - onehot) * train[:, None] / train.sum()
dW1 = AH.T @ dlogits
dAH = dlogits @ W1.T
dH1 = A_hat.T @ dAH
dZ0 = dH1 * (Z0 > 0)
dW0 = AX.T @ dZ0
dX = A_hat.T @ dZ0 @ W0.T
""",
    (">", "<=", "wrong-mask"),
    ("dH1 = A_hat.T @ dAH", "dH1 = D_inv.T @ dAH", "wrong-array output-derivative-at-input"),
    ("AX.T @ dZ0", "AX.T @ dH1", "wrong-upstream wrong-array"),
    (
        "(probs - onehot)",
        "probs",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
    ("probs - onehot", "probs + onehot", "sign"),
    ("> 0)", "> 1)", "wrong-mask wrong-constant wrong-index power-rule wrong-slope sign"),
    ("dH1 * (Z0 > 0)", "Z0 > 0", "missing-factor missing-activation-derivative missing-upstream"),
)
add(
    "factorization machine",
    """import numpy as np
np.random.seed(13)
n, d, k = 6, 4, 3
X = np.random.randn(n, d)
y = np.random.randn(n)
w0 = 0.3
w = np.random.randn(d)
V = np.random.randn(d, k) * 0.7
lam = 0.02

XV = X @ V
X2V2 = (X ** 2) @ (V ** 2)
inter = 0.5 * np.sum(XV ** 2 - X2V2, axis=1)
pred = w0 + X @ w + inter
err = pred - y
loss = np.mean(err ** 2) + lam * np.sum(V ** 2)

dpred = 2 * err / n
dw0 = np.sum(dpred)
dw = X.T @ dpred
dXV = XV * dpred[:, None]
dX2V2 = -0.5 * np.ones((n, k)) * dpred[:, None]
dV = X.T @ dXV
dV += 2 * V * ((X ** 2).T @ dX2V2)
dV += 2 * lam * V
dX = np.outer(dpred, w) + dXV @ V.T + 2 * X * (dX2V2 @ (V ** 2).T)
""",
    (" err ", " inter ", "wrong-array output-derivative-at-input"),
    ("2 * err", "err", "missing-factor missing-activation-derivative wrong-constant power-rule"),
    ("@ dXV", "@ dX2V2", "wrong-upstream wrong-array"),
    (
        "dV += 2 * V * ((X ** 2).T @ dX2V2)\n",
        "",
        "missing-path labels-not-subtracted not-accumulated statistics-as-constants",
    ),
    ("np.sum(dpred)", "dpred", "bias-not-summed missing-path"),
    ("V.T + 2", "V.T - 2", "sign"),
    ("err / n", "err", "sum-not-mean missing-factor"),
)
add(
    "triplet of a siamese net with shared weights",
    """import numpy as np
np.random.seed(15)
W = np.random.randn(4, 3) * 0.7
b = np.random.randn(3) * 0.2
xa = np.random.randn(6, 4)
xp = np.random.randn(6, 4)
xn = np.random.randn(6, 4)
margin = 0.5

fa = np.tanh(xa @ W + b)
fp = np.tanh(xp @ W + b)
fn = np.tanh(xn @ W + b)
dist_p = np.sum((fa - fp) ** 2, axis=1)
dist_n = np.sum((fa - fn) ** 2, axis=1)
violation = dist_p - dist_n + margin
loss = np.mean(np.maximum(violation, 0))

active = (violation > 0)[:, None] / xa.shape[0]
dfa = 2 * (fa - fp) * active - 2 * (fa - fn) * active
dfp = -2 * (fa - fp) * active
dfn = 2 * (fa - fn) * active
dza = dfa * (1 - fa ** 2)
dzp = dfp * (1 - fp ** 2)
dzn = dfn * (1 - fn ** 2)
dW = xa.T @ dza
dW += xp.T @ dzp
dW += xn.T @ dzn
db = dza.sum(axis=0) + dzp.sum(axis=0) + dzn.sum(axis=0)
dxa = dza @ W.T
""",
    ("> 0)[", "> 1)[", "wrong-mask wrong-constant wrong-index power-rule wrong-slope sign"),
    ("= 2 * (fa - fn) * active", "= 2 * (fa - fn)", "missing-factor missing-activation-derivative"),
    (
        " 2 * (fa - fp) * active ",
        " 2 * fa * active ",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
    ("dza.sum", "dza.mean", "mean-not-sum"),
    ("dW += xp.T", "dW = xp.T", "not-accumulated"),
    (">", "<=", "wrong-mask"),
    (" / xa.shape[0]", "", "sum-not-mean missing-factor"),
)
add(
    "torch functions: a polynomial, a norm, clipping",
    """import math
import torch

class LegendrePolynomial3(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input ** 3 - 3 * input)

    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        grad_input = grad_output * 1.5 * (5 * input ** 2 - 1)
        return grad_input

class L2Norm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        norm = x.pow(2).sum(1, keepdim=True).sqrt()
        y = x / norm
        ctx.save_for_backward(y, norm, scale)
        return scale * y

    @staticmethod
    def backward(ctx, grad_out):
        y, norm, scale = ctx.saved_tensors
        grad_scale = (grad_out * y).sum(0)
        grad_y = grad_out * scale
        dot = (grad_y * y).sum(1, keepdim=True)
        grad_x = (grad_y - y * dot) / norm
        return grad_x, grad_scale

class ClippedReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0, max=1)

    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        grad_input[input > 1] = 0
        return grad_input

x = torch.tensor([[0.3, -0.8, 1.2, 0.4], [0.9, 0.5, -0.4, -1.1]], requires_grad=True)
scale = torch.tensor([1.5, 0.8, -1.2, 1.1], requires_grad=True)
z = L2Norm.apply(x, scale)
h = ClippedReLU.apply(z)
out = LegendrePolynomial3.apply(h)
loss = (out ** 2).sum()
loss.backward()
""",
    ("(grad_y * y).sum(1, keepdim=True)", "grad_y * y", "bias-not-summed missing-path"),
    ("grad_output.clone", "-grad_output.clone", "sign"),
    (
        "(5 * input ** 2 - 1)",
        "1",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
    ("y * dot", "y", "missing-factor missing-activation-derivative missing-upstream"),
    ("** 2 ", "", "power-rule wrong-slope missing-factor"),
    (" 2 ", " 3 ", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("y).sum(1, keepdim", "y).sum(0, keepdim", "wrong-axis"),
)
add(
    "max pooling of the course and a two-layer head",
    """import numpy as np
np.random.seed(17)

def max_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    H_out = 1 + (H - ph) // s
    W_out = 1 + (W - pw) // s
    out = np.zeros((N, C, H_out, W_out))
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    out[n, c, i, j] = np.max(x[n, c, i*s:i*s+ph, j*s:j*s+pw])
    return out, (x, pool_param)

def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    N, C, H_out, W_out = dout.shape
    ph, pw, s = pool_param['pool_height'], pool_param['pool_width'], pool_param['stride']
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    window = x[n, c, i*s:i*s+ph, j*s:j*s+pw]
                    mask = window == np.max(window)
                    dx[n, c, i*s:i*s+ph, j*s:j*s+pw] += mask * dout[n, c, i, j]
    return dx

x = np.random.randn(2, 2, 4, 6)
w1 = np.random.randn(12, 4) * 0.5
b1 = np.random.randn(4) * 0.1
w2 = np.random.randn(4, 1)
t = np.array([[1.0], [0.0]])
pooled, pool_cache = max_pool_forward_naive(x, {'pool_height': 2, 'pool_width': 2, 'stride': 2})
flat = pooled.reshape(2, -1)
a = flat.dot(w1) + b1
h = np.log1p(np.exp(a))
s = h.dot(w2)
loss = np.mean(np.maximum(s, 0) - s * t + np.log1p(np.exp(-np.abs(s))))
ds = (1 / (1 + np.exp(-s)) - t) / t.shape[0]
dw2 = h.T.dot(ds)
dh = ds.dot(w2.T)
da = dh / (1 + np.exp(-a))
dw1 = flat.T.dot(da)
db1 = np.sum(da, axis=0)
dflat = da.dot(w1.T)
dpooled = dflat.reshape(pooled.shape)
dx = max_pool_backward_naive(dpooled, pool_cache)
""",
    ("np.sum(da, axis=0)", "da", "bias-not-summed missing-path"),
    ("window ==", "window !=", "wrong-mask"),
    (" (1 /", " (2 /", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("flat.T.dot(da)", "flat.T.dot(dh)", "wrong-upstream wrong-array"),
    ("(1 / (1 + np.exp(-s)) - t) / t.shape[0]", "1 / (1 + np.exp(-s)) - t", "sum-not-mean missing-factor"),
    (" - t", " + t", "sign"),
    ("np.sum", "-np.sum", "sign"),
)
