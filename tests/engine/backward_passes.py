"""Backward passes as books, courses and lectures write them: small programs, each with mistakes to plant.

A mistake is a piece of a line, what stands there instead, and the names of it that are right.
"""

from __future__ import annotations

from typing import NamedTuple


class Pass(NamedTuple):
    text: str
    mistakes: tuple[tuple[str, str, str], ...]  # a piece of a line, another, names separated by spaces


DATA = """import numpy as np
np.random.seed(0)
X = np.random.randn(4, 3)
T = np.eye(2)[[0, 1, 1, 0]]
y = np.array([0, 1, 1, 0])
W1 = np.random.randn(3, 5)
b1 = np.random.randn(5)
W2 = np.random.randn(5, 2)
b2 = np.random.randn(2)
"""

PASSES: dict[str, Pass] = {}


def add(name: str, text: str, *mistakes: tuple[str, str, str], data: str = DATA) -> None:
    PASSES[name] = Pass(data + text, mistakes)


add(
    "affine net, squared error",
    """z1 = X @ W1 + b1
h1 = np.tanh(z1)
out = h1 @ W2 + b2
loss = np.mean((out - T)**2)
dout = 2 * (out - T) / T.size
dW2 = h1.T @ dout
db2 = dout.sum(axis=0)
dh1 = dout @ W2.T
dz1 = dh1 * (1 - h1**2)
dW1 = X.T @ dz1
db1 = dz1.sum(axis=0)
dX = dz1 @ W1.T
""",
    ("2 * (out - T)", "(out - T)", "missing-factor wrong-constant"),
    (" / T.size", "", "sum-not-mean"),
    ("(out - T) / T", "(T - out) / T", "sign"),
    ("(1 - h1**2)", "(1 - z1**2)", "wrong-array output-derivative-at-input"),
    ("dh1 * (1 - h1**2)", "dh1", "missing-activation-derivative"),
    ("db1 = dz1.sum(axis=0)", "db1 = dz1", "bias-not-summed"),
    ("db2 = dout.sum(axis=0)", "db2 = dout.sum(axis=1)", "wrong-axis"),
    ("1 - h1**2", "1 - h1", "wrong-slope power-rule"),
)
add(
    "two layers, softmax (lecture)",
    """N = X.shape[0]
hidden_layer = np.maximum(0, np.dot(X, W1) + b1)
scores = np.dot(hidden_layer, W2) + b2
exp_scores = np.exp(scores)
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
data_loss = np.sum(-np.log(probs[range(N), y])) / N
reg = 0.1
reg_loss = 0.5 * reg * np.sum(W1 * W1) + 0.5 * reg * np.sum(W2 * W2)
loss = data_loss + reg_loss
dscores = probs
dscores[range(N), y] -= 1
dscores /= N
dW2 = np.dot(hidden_layer.T, dscores)
db2 = np.sum(dscores, axis=0, keepdims=True)
dhidden = np.dot(dscores, W2.T)
dhidden[hidden_layer <= 0] = 0
dW1 = np.dot(X.T, dhidden)
db1 = np.sum(dhidden, axis=0, keepdims=True)
dW2 += reg * W2
dW1 += reg * W1
""",
    ("dscores /= N\n", "", "sum-not-mean"),
    ("dscores[range(N), y] -= 1\n", "", "labels-not-subtracted"),
    ("dhidden[hidden_layer <= 0] = 0\n", "", "missing-activation-derivative"),
    ("hidden_layer <= 0", "hidden_layer > 0", "wrong-mask"),
    ("dW2 += reg * W2", "dW2 += reg * 2 * W2", "extra-factor wrong-constant"),
    ("dW1 += reg * W1", "dW1 = reg * W1", "not-accumulated"),
    ("np.sum(dscores, axis=0", "np.sum(dscores, axis=1", "wrong-axis"),
    ("dhidden[hidden_layer", "dhidden[dhidden", "wrong-array wrong-upstream wrong-mask"),
)
add(
    "layers as classes",
    """class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.dW = None
        self.db = None
    def forward(self, x):
        self.x = x
        out = np.dot(x, self.W) + self.b
        return out
    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx
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
        dx = dout
        return dx
class Sigmoid:
    def __init__(self):
        self.out = None
    def forward(self, x):
        out = 1 / (1 + np.exp(-x))
        self.out = out
        return out
    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
def softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)
class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None
    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = -np.sum(self.t * np.log(self.y + 1e-7)) / self.y.shape[0]
        return self.loss
    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = (self.y - self.t) / batch_size
        return dx
W3 = np.random.randn(2, 2)
b3 = np.random.randn(2)
affine1 = Affine(W1, b1)
relu = Relu()
affine2 = Affine(W2, b2)
sigmoid = Sigmoid()
affine3 = Affine(W3, b3)
last = SoftmaxWithLoss()
x = affine1.forward(X)
x = relu.forward(x)
x = affine2.forward(x)
x = sigmoid.forward(x)
x = affine3.forward(x)
loss = last.forward(x, T)
dout = last.backward(1)
dout = affine3.backward(dout)
dout = sigmoid.backward(dout)
dout = affine2.backward(dout)
dout = relu.backward(dout)
dout = affine1.backward(dout)
grads = {}
grads['W1'] = affine1.dW
grads['b1'] = affine1.db
grads['W2'] = affine2.dW
grads['b2'] = affine2.db
""",
    ("np.dot(self.x.T, dout)", "np.dot(dout.T, self.x)", "transposed"),
    ("np.sum(dout, axis=0)", "dout", "bias-not-summed"),
    (" / batch_size", "", "sum-not-mean"),
    ("(self.y - self.t) /", "self.y /", "labels-not-subtracted missing-path"),
    (
        "dout * (1.0 - self.out) * self.out",
        "dout * (1.0 - self.out)",
        "wrong-slope missing-factor missing-activation-derivative",
    ),
    ("dout * (1.0 - self.out) * self.out", "(1.0 - self.out) * self.out", "missing-upstream"),
    ("        dout[self.mask] = 0\n", "", "missing-activation-derivative missing-factor"),
    ("(1.0 - self.out)", "(1.0 + self.out)", "sign"),
)
add(
    "functions with a cache",
    """def affine_forward(x, w, b):
    out = x.dot(w) + b
    cache = (x, w, b)
    return out, cache
def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T)
    dw = x.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db
def relu_forward(x):
    out = np.maximum(0, x)
    cache = x
    return out, cache
def relu_backward(dout, cache):
    x = cache
    dx = dout * (x > 0)
    return dx
def softmax_loss(x, y):
    probs = np.exp(x - np.max(x, axis=1, keepdims=True))
    probs /= np.sum(probs, axis=1, keepdims=True)
    N = x.shape[0]
    loss = -np.sum(np.log(probs[np.arange(N), y])) / N
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx
a1, fc_cache1 = affine_forward(X, W1, b1)
h1, relu_cache = relu_forward(a1)
scores, fc_cache2 = affine_forward(h1, W2, b2)
loss, dscores = softmax_loss(scores, y)
grads = {}
dh1, grads['W2'], grads['b2'] = affine_backward(dscores, fc_cache2)
da1 = relu_backward(dh1, relu_cache)
dX, grads['W1'], grads['b1'] = affine_backward(da1, fc_cache1)
""",
    ("dw = x.T.dot(dout)", "dw = dout.T.dot(x)", "transposed"),
    ("dx = dout * (x > 0)", "dx = dout * (dout > 0)", "wrong-mask"),
    ("dx = dout * (x > 0)", "dx = dout", "missing-activation-derivative"),
    ("    dx /= N\n", "", "sum-not-mean"),
    ("db = np.sum(dout, axis=0)", "db = np.mean(dout, axis=0)", "mean-not-sum sum-not-mean"),
    ("    dx[np.arange(N), y] -= 1\n", "", "labels-not-subtracted"),
    ("-= 1\n", "-= 2\n", "wrong-constant"),
)
add(
    "lists of layers (delta and nabla)",
    """def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))
def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
sizes = [3, 4, 3, 2]
biases = [np.random.randn(n, 1) for n in sizes[1:]]
weights = [np.random.randn(n, m) for m, n in zip(sizes[:-1], sizes[1:])]
x = np.random.randn(3, 1)
target = np.array([[1.0], [0.0]])
activation = x
activations = [x]
zs = []
for b, w in zip(biases, weights):
    z = np.dot(w, activation) + b
    zs.append(z)
    activation = sigmoid(z)
    activations.append(activation)
cost = 0.5 * np.sum((activations[-1] - target)**2)
nabla_b = [np.zeros(b.shape) for b in biases]
nabla_w = [np.zeros(w.shape) for w in weights]
delta = (activations[-1] - target) * sigmoid_prime(zs[-1])
nabla_b[-1] = delta
nabla_w[-1] = np.dot(delta, activations[-2].transpose())
for l in range(2, len(sizes)):
    z = zs[-l]
    sp = sigmoid_prime(z)
    delta = np.dot(weights[-l + 1].transpose(), delta) * sp
    nabla_b[-l] = delta
    nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
""",
    ("activations[-l - 1]", "activations[-l]", "wrong-index"),
    ("(activations[-1] - target)", "(target - activations[-1])", "sign"),
    (" * sigmoid_prime(zs[-1])", "", "missing-activation-derivative missing-factor"),
    ("delta) * sp", "delta)", "missing-factor missing-activation-derivative"),
    ("return sigmoid(z) * (1 - sigmoid(z))", "return z * (1 - z)", "output-derivative-at-input"),
    ("activations[-2].tr", "activations[-3].tr", "wrong-constant wrong-index"),
)
add(
    "a dict of gradients, samples in columns (course)",
    """X = np.random.randn(3, 6)
Y = np.array([[1, 0, 1, 1, 0, 0]])
W1 = np.random.randn(4, 3)
b1 = np.random.randn(4, 1)
W2 = np.random.randn(1, 4)
b2 = np.random.randn(1, 1)
m = X.shape[1]
Z1 = np.dot(W1, X) + b1
A1 = np.tanh(Z1)
Z2 = np.dot(W2, A1) + b2
A2 = 1 / (1 + np.exp(-Z2))
cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
dZ2 = A2 - Y
dW2 = 1 / m * np.dot(dZ2, A1.T)
db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
dW1 = 1 / m * np.dot(dZ1, X.T)
db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
grads = {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
""",
    ("dZ2 = A2 - Y", "dZ2 = Y - A2", "sign"),
    ("dW2 = 1 / m * ", "dW2 = ", "sum-not-mean"),
    ("np.sum(dZ1, axis=1", "np.sum(dZ1, axis=0", "wrong-axis"),
    ("np.power(A1, 2)", "np.power(Z1, 2)", "wrong-array output-derivative-at-input"),
    (" * (1 - np.power(A1, 2))", "", "missing-activation-derivative"),
    ("np.power(A1, 2)", "np.power(A1, 3)", "wrong-constant power-rule"),
    ("np.dot(dZ1, X.T)", "np.dot(dZ1, A1.T)", "wrong-array"),
)
add(
    "every step by hand (a video's part 4)",
    """n = X.shape[0]
hprebn = X @ W1 + b1
bnmeani = 1/n*hprebn.sum(0, keepdims=True)
bndiff = hprebn - bnmeani
bndiff2 = bndiff**2
bnvar = 1/(n-1)*(bndiff2).sum(0, keepdims=True)
bnvar_inv = (bnvar + 1e-5)**-0.5
bnraw = bndiff * bnvar_inv
bngain = np.random.randn(1, 5)
bnbias = np.random.randn(1, 5)
hpreact = bngain * bnraw + bnbias
h = np.tanh(hpreact)
logits = h @ W2 + b2
counts = np.exp(logits)
counts_sum = counts.sum(1, keepdims=True)
counts_sum_inv = counts_sum**-1
probs = counts * counts_sum_inv
logprobs = np.log(probs)
loss = -logprobs[range(n), y].mean()
dlogprobs = np.zeros_like(logprobs)
dlogprobs[range(n), y] = -1.0/n
dprobs = (1.0 / probs) * dlogprobs
dcounts_sum_inv = (counts * dprobs).sum(1, keepdims=True)
dcounts = counts_sum_inv * dprobs
dcounts_sum = (-counts_sum**-2) * dcounts_sum_inv
dcounts += np.ones_like(counts) * dcounts_sum
dlogits = counts * dcounts
dh = dlogits @ W2.T
dW2 = h.T @ dlogits
db2 = dlogits.sum(0)
dhpreact = (1.0 - h**2) * dh
dbngain = (bnraw * dhpreact).sum(0, keepdims=True)
dbnraw = bngain * dhpreact
dbnbias = dhpreact.sum(0, keepdims=True)
dbndiff = bnvar_inv * dbnraw
dbnvar_inv = (bndiff * dbnraw).sum(0, keepdims=True)
dbnvar = (-0.5*(bnvar + 1e-5)**-1.5) * dbnvar_inv
dbndiff2 = (1.0/(n-1))*np.ones_like(bndiff2) * dbnvar
dbndiff += (2*bndiff) * dbndiff2
dhprebn = dbndiff.copy()
dbnmeani = (-dbndiff).sum(0)
dhprebn += 1.0/n * (np.ones_like(hprebn) * dbnmeani)
dX = dhprebn @ W1.T
dW1 = X.T @ dhprebn
db1 = dhprebn.sum(0)
""",
    ("= -1.0/n", "= 1.0/n", "sign wrong-constant"),
    ("dcounts += np.ones", "dcounts = np.ones", "not-accumulated"),
    ("dcounts_sum = (-counts_sum**-2)", "dcounts_sum = (counts_sum**-2)", "sign"),
    ("dbndiff += (2*bndiff)", "dbndiff += (bndiff)", "missing-factor wrong-constant"),
    ("dbnmeani = (-dbndiff).sum(0)", "dbnmeani = dbndiff.sum(0)", "sign"),
    ("+ 1e-5)**-1.5", "+ 1e-5)**-0.5", "wrong-constant power-rule"),
    ("(bnraw * dhpreact).sum(0, keepdims=True)", "bnraw * dhpreact", "bias-not-summed"),
    ("dhprebn += 1.0/n * (np.ones_like(hprebn) * dbnmeani)\n", "", "missing-path"),
    ("dbndiff2 = (1.0/(n-1))*", "dbndiff2 = (1.0/n)*", "wrong-constant"),
    ("dh = dlogits @ W2.T", "dh = dlogits @ W2.T * 2", "extra-factor"),
)
add(
    "a recurrent net over characters",
    """vocab_size, hidden_size = 5, 4
Wxh = np.random.randn(hidden_size, vocab_size)
Whh = np.random.randn(hidden_size, hidden_size)
Why = np.random.randn(vocab_size, hidden_size)
bh = np.random.randn(hidden_size, 1)
by = np.random.randn(vocab_size, 1)
inputs = [0, 1, 2]
targets = [1, 2, 3]
def lossFun(inputs, targets, hprev):
    xs, hs, ys, ps = {}, {}, {}, {}
    hs[-1] = np.copy(hprev)
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t-1]) + bh)
        ys[t] = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw
        dWxh += np.dot(dhraw, xs[t].T)
        dWhh += np.dot(dhraw, hs[t-1].T)
        dhnext = np.dot(Whh.T, dhraw)
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs)-1]
h0 = np.random.randn(hidden_size, 1)
loss, dWxh, dWhh, dWhy, dbh, dby, h = lossFun(inputs, targets, h0)
""",
    ("+ dhnext", "", "missing-path"),
    ("(1 - hs[t] * hs[t]) * dh", "dh", "missing-activation-derivative missing-factor"),
    ("np.dot(dhraw, hs[t-1].T)", "np.dot(dhraw, hs[t].T)", "wrong-index"),
    ("dWhy += np.dot(dy, hs[t].T)", "dWhy = np.dot(dy, hs[t].T)", "not-accumulated"),
    ("        dy[targets[t]] -= 1\n", "        dy[inputs[t]] -= 1\n", "wrong-index"),
    ("np.dot(Whh.T, dhraw)", "np.dot(Whh, dhraw)", "transposed"),
    ("dbh += dhraw", "dbh += dh", "wrong-upstream wrong-array"),
)
add(
    "batch norm in stages",
    """D = 3
gamma = np.random.randn(D)
beta = np.random.randn(D)
N = X.shape[0]
mu = 1.0 / N * np.sum(X, axis=0)
xmu = X - mu
sq = xmu ** 2
var = 1.0 / N * np.sum(sq, axis=0)
sqrtvar = np.sqrt(var + 1e-5)
ivar = 1.0 / sqrtvar
xhat = xmu * ivar
gammax = gamma * xhat
out = gammax + beta
loss = np.sum(out ** 3)
dout = 3 * out ** 2
dbeta = np.sum(dout, axis=0)
dgammax = dout
dgamma = np.sum(dgammax * xhat, axis=0)
dxhat = dgammax * gamma
divar = np.sum(dxhat * xmu, axis=0)
dxmu1 = dxhat * ivar
dsqrtvar = -1.0 / (sqrtvar ** 2) * divar
dvar = 0.5 * 1.0 / np.sqrt(var + 1e-5) * dsqrtvar
dsq = 1.0 / N * np.ones((N, D)) * dvar
dxmu2 = 2 * xmu * dsq
dx1 = dxmu1 + dxmu2
dmu = -1 * np.sum(dxmu1 + dxmu2, axis=0)
dx2 = 1.0 / N * np.ones((N, D)) * dmu
dX = dx1 + dx2
""",
    ("dgamma = np.sum(dgammax * xhat, axis=0)", "dgamma = np.sum(dgammax * xhat, axis=1)", "wrong-axis"),
    ("dmu = -1 * np", "dmu = np", "sign"),
    ("dX = dx1 + dx2", "dX = dx1", "missing-path"),
    ("dxmu2 = 2 * xmu", "dxmu2 = xmu", "missing-factor wrong-constant"),
    ("(sqrtvar ** 2) * divar", "sqrtvar * divar", "power-rule wrong-slope missing-factor factor-inverted"),
)
add(
    "layer norm, in short",
    """D = X.shape[1]
gamma = np.random.randn(D)
beta = np.random.randn(D)
mean = X.mean(axis=1, keepdims=True)
inv = 1 / np.sqrt(X.var(axis=1, keepdims=True) + 1e-5)
xhat = (X - mean) * inv
out = gamma * xhat + beta
loss = np.sum(np.sin(out))
dout = np.cos(out)
dgamma = np.sum(dout * xhat, axis=0)
dbeta = np.sum(dout, axis=0)
dxhat = dout * gamma
dX = inv / D * (D * dxhat - np.sum(dxhat, axis=1, keepdims=True) - xhat * np.sum(dxhat * xhat, axis=1, keepdims=True))
""",
    ("dbeta = np.sum(dout, axis=0)", "dbeta = dout", "bias-not-summed"),
    ("dxhat = dout * gamma", "dxhat = dout", "missing-factor"),
    ("np.sum(dxhat, axis=1, keepdims=True) - xhat", "np.sum(dxhat, axis=0, keepdims=True) - xhat", "wrong-axis"),
    ("(D * dxhat", "(dxhat", "missing-factor mean-not-sum"),
    ("- xhat * np.sum", "+ xhat * np.sum", "sign"),
)
add(
    "max pooling and a filter in loops",
    """image = np.random.randn(5, 5)
K = np.random.randn(2, 2)
conv = np.zeros((4, 4))
for i in range(4):
    for j in range(4):
        conv[i, j] = np.sum(image[i:i+2, j:j+2] * K)
r = np.maximum(conv, 0)
pool = np.zeros((2, 2))
for i in range(2):
    for j in range(2):
        pool[i, j] = np.max(r[2*i:2*i+2, 2*j:2*j+2])
loss = np.sum(pool ** 2)
dpool = 2 * pool
dr = np.zeros((4, 4))
for i in range(2):
    for j in range(2):
        window = r[2*i:2*i+2, 2*j:2*j+2]
        mask = (window == np.max(window))
        dr[2*i:2*i+2, 2*j:2*j+2] += mask * dpool[i, j]
dconv = dr * (conv > 0)
dK = np.zeros((2, 2))
dimage = np.zeros((5, 5))
for i in range(4):
    for j in range(4):
        dK += image[i:i+2, j:j+2] * dconv[i, j]
        dimage[i:i+2, j:j+2] += K * dconv[i, j]
""",
    ("dconv = dr * (conv > 0)", "dconv = dr", "missing-activation-derivative"),
    ("dimage[i:i+2, j:j+2] += K", "dimage[i:i+2, j:j+2] = K", "not-accumulated"),
    ("dpool = 2 * pool", "dpool = pool", "missing-factor wrong-constant"),
    ("dK += image", "dK = image", "not-accumulated"),
    ("mask * dpool[i, j]", "dpool[i, j]", "missing-factor missing-activation-derivative"),
)
add(
    "attention of one head",
    """Wq = np.random.randn(3, 3)
Wk = np.random.randn(3, 3)
Wv = np.random.randn(3, 3)
Q = X @ Wq
K = X @ Wk
V = X @ Wv
scale = 1 / np.sqrt(3.0)
S = Q @ K.T * scale
E = np.exp(S)
A = E / E.sum(axis=1, keepdims=True)
O = A @ V
loss = np.sum(O ** 2)
dO = 2 * O
dA = dO @ V.T
dV = A.T @ dO
dS = A * (dA - np.sum(dA * A, axis=1, keepdims=True))
dQ = dS @ K * scale
dK = dS.T @ Q * scale
dWq = X.T @ dQ
dWk = X.T @ dK
dWv = X.T @ dV
dX = dQ @ Wq.T + dK @ Wk.T + dV @ Wv.T
""",
    ("dS = A * (dA - np.sum(dA * A, axis=1, keepdims=True))", "dS = dA * A * (1 - A)", "softmax-elementwise"),
    ("dK = dS.T @ Q", "dK = dS @ Q", "transposed"),
    ("dV = A.T @ dO", "dV = A @ dO", "transposed"),
    ("dQ = dS @ K * scale", "dQ = dS @ K", "missing-factor"),
    ("dX = dQ @ Wq.T + dK @ Wk.T + dV", "dX = dQ @ Wq.T + dV", "missing-path"),
    ("np.sum(dA * A, axis=1", "np.sum(dA * A, axis=0", "wrong-axis"),
)
add(
    "one step of an LSTM",
    """Wx = np.random.randn(3, 8)
Wh = np.random.randn(2, 8)
bias = np.random.randn(8)
h_prev = np.random.randn(4, 2)
c_prev = np.random.randn(4, 2)
G = X @ Wx + h_prev @ Wh + bias
f = 1 / (1 + np.exp(-G[:, :2]))
g = np.tanh(G[:, 2:4])
i = 1 / (1 + np.exp(-G[:, 4:6]))
o = 1 / (1 + np.exp(-G[:, 6:]))
c_next = f * c_prev + g * i
tanh_c = np.tanh(c_next)
h_next = o * tanh_c
loss = np.sum((h_next - T) ** 2)
dh_next = 2 * (h_next - T)
dc_next = dh_next * o * (1 - tanh_c ** 2)
dc_prev = dc_next * f
di = dc_next * g
df = dc_next * c_prev
do = dh_next * tanh_c
dg = dc_next * i
di_raw = di * i * (1 - i)
df_raw = df * f * (1 - f)
do_raw = do * o * (1 - o)
dg_raw = dg * (1 - g ** 2)
dG = np.hstack((df_raw, dg_raw, di_raw, do_raw))
dWh = h_prev.T @ dG
dWx = X.T @ dG
dbias = dG.sum(axis=0)
dX = dG @ Wx.T
dh_prev = dG @ Wh.T
""",
    ("do = dh_next * tanh_c", "do = dh_next * c_next", "wrong-array"),
    ("dg = dc_next * i", "dg = dc_next * g", "wrong-array"),
    ("(1 - tanh_c ** 2)", "(1 - c_next ** 2)", "wrong-array output-derivative-at-input"),
    ("df_raw = df * f * (1 - f)", "df_raw = df * f", "missing-activation-derivative missing-factor wrong-slope"),
    ("dg_raw = dg * (1 - g ** 2)", "dg_raw = dg * (1 - g)", "wrong-slope power-rule"),
    ("dh_next * o * (1", "dh_next * (1", "missing-factor"),
    ("dWh = h_prev.T @ dG", "dWh = dG.T @ h_prev", "transposed"),
)
add(
    "logistic regression",
    """w = np.random.randn(3)
b = 0.3
s = X @ w + b
p = 1 / (1 + np.exp(-s))
loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
ds = (p - y) / len(y)
dw = X.T @ ds
db = np.sum(ds)
""",
    ("(p - y) / len(y)", "(p - y)", "sum-not-mean"),
    ("ds = (p - y)", "ds = (y - p)", "sign"),
    ("ds = (p - y) / len(y)", "ds = (p - y) * p * (1 - p) / len(y)", "extra-activation-derivative extra-factor"),
    ("db = np.sum(ds)", "db = np.mean(ds)", "mean-not-sum sum-not-mean"),
)
add(
    "a scalar graph, gate by gate",
    """w0, x0, w1, x1, w2 = 2.0, -1.0, -3.0, -2.0, -3.0
q0 = w0 * x0
q1 = w1 * x1
s = q0 + q1 + w2
f = 1 / (1 + np.exp(-s))
L = f ** 2
df = 2 * f
ds = f * (1 - f) * df
dq0 = ds
dq1 = ds
dw2 = ds
dw0 = x0 * dq0
dx0 = w0 * dq0
dw1 = x1 * dq1
dx1 = w1 * dq1
""",
    ("ds = f * (1 - f) * df", "ds = f * (1 - f)", "missing-upstream missing-factor"),
    ("dx1 = w1 * dq1", "dx1 = x1 * dq1", "wrong-array"),
    ("ds = f * (1 - f) * df", "ds = s * (1 - s) * df", "output-derivative-at-input wrong-array"),
)
add(
    "pytorch-like names x_grad",
    """z = X @ W1 + b1
a = 1 / (1 + np.exp(-z))
o = a @ W2 + b2
J = ((o - T)**2).sum() / X.shape[0]
o_grad = 2 * (o - T) / X.shape[0]
W2_grad = a.T @ o_grad
b2_grad = o_grad.sum(0)
a_grad = o_grad @ W2.T
z_grad = a_grad * a * (1 - a)
W1_grad = X.T @ z_grad
b1_grad = z_grad.sum(0)
""",
    ("a_grad * a * (1 - a)", "a_grad * z * (1 - z)", "output-derivative-at-input wrong-array"),
    ("W1_grad = X.T @ z_grad", "W1_grad = X.T @ a_grad", "wrong-upstream wrong-array"),
    ("b1_grad = z_grad.sum(0)", "b1_grad = z_grad.mean(0)", "mean-not-sum sum-not-mean"),
)
add(
    "dL_d names and scalars",
    """w, x, b, t = 1.5, 0.8, -0.2, 1.0
z = w * x + b
a = np.tanh(z)
L = 0.5 * (a - t)**2
dL_da = a - t
dL_dz = dL_da * (1 - a**2)
dL_dw = dL_dz * x
dL_db = dL_dz
dL_dx = dL_dz * w
""",
    ("dL_dz = dL_da * (1 - a**2)", "dL_dz = dL_da * (1 - z**2)", "output-derivative-at-input wrong-array"),
    ("dL_dw = dL_dz * x", "dL_dw = dL_dz * w", "wrong-array"),
    ("dL_dw = dL_dz * x", "dL_dw = x", "missing-upstream"),
)
add(
    "a network class with a backward method",
    """class Net:
    def __init__(self, W1, W2):
        self.W1 = W1
        self.W2 = W2
    def forward(self, X, T):
        self.X = X
        self.T = T
        self.h = np.maximum(X @ self.W1, 0)
        self.out = self.h @ self.W2
        return np.mean((self.out - T)**2)
    def backward(self):
        n = self.T.size
        dout = 2 * (self.out - self.T) / n
        self.dW2 = self.h.T @ dout
        dh = dout @ self.W2.T
        dh = dh * (self.h > 0)
        self.dW1 = self.X.T @ dh
net = Net(W1, W2)
loss = net.forward(X, T)
net.backward()
""",
    ("self.h.T @ dout", "dout.T @ self.h", "transposed"),
    ("(self.h > 0)", "(dh > 0)", "wrong-array wrong-mask wrong-upstream"),
    (" / n\n", "\n", "sum-not-mean"),
    ("2 * (self.out", "-2 * (self.out", "sign"),
)
add(
    "residual block",
    """W3 = np.random.randn(3, 3)
u = X @ W3
r = np.maximum(u, 0)
v = r + X
loss = np.sum(v**2) / 2
dv = v
dr = dv
du = dr * (u > 0)
dW3 = X.T @ du
dX = du @ W3.T + dv
""",
    ("dX = du @ W3.T + dv", "dX = du @ W3.T", "missing-path"),
    ("du = dr * (u > 0)", "du = dr * (u < 0)", "wrong-mask"),
    ("dW3 = X.T @ du", "dW3 = X.T @ dr", "wrong-upstream"),
)
add(
    "gradient by einsum",
    """s = np.einsum('ij,jk->ik', X, W1)
p = s**2
loss = np.mean(p)
dp = np.ones_like(p) / p.size
ds = 2 * s * dp
dW1 = np.einsum('ij,ik->jk', X, ds)
dX = np.einsum('ik,jk->ij', ds, W1)
""",
    ("2 * s * dp", "s * dp", "missing-factor wrong-constant"),
    (" / p.size", "", "sum-not-mean"),
)
add(
    "embedding and cross-entropy",
    """Emb = np.random.randn(6, 3)
idx = np.array([1, 4, 4, 2])
e = Emb[idx]
logits = e @ W1
m = logits - logits.max(axis=1, keepdims=True)
p = np.exp(m) / np.exp(m).sum(axis=1, keepdims=True)
loss = -np.log(p[np.arange(4), y]).mean()
dlogits = (p - np.eye(5)[y]) / 4
de = dlogits @ W1.T
dW1 = e.T @ dlogits
dEmb = np.zeros_like(Emb)
for k in range(4):
    dEmb[idx[k]] += de[k]
""",
    ("dEmb[idx[k]] += de[k]", "dEmb[idx[k]] = de[k]", "not-accumulated"),
    (" / 4\n", "\n", "sum-not-mean"),
    ("(p - np.eye(5)[y])", "(np.eye(5)[y] - p)", "sign"),
)
add(
    "GRU gate",
    """Wz = np.random.randn(3, 5)
Uz = np.random.randn(5, 5)
h0 = np.random.randn(4, 5)
zt = 1 / (1 + np.exp(-(X @ Wz + h0 @ Uz)))
ht = np.tanh(X @ W1)
h = (1 - zt) * h0 + zt * ht
loss = np.sum(h**2)
dh = 2 * h
dzt = dh * (ht - h0)
dht = dh * zt
dW1 = X.T @ (dht * (1 - ht**2))
dgate = dzt * zt * (1 - zt)
dWz = X.T @ dgate
dUz = h0.T @ dgate
dh0 = dh * (1 - zt) + dgate @ Uz.T
""",
    ("dh * (ht - h0)", "dh * (h0 - ht)", "sign"),
    ("+ dgate @ Uz.T", "", "missing-path"),
    ("(1 - ht**2)", "(1 - ht)", "wrong-slope power-rule"),
)
add(
    "L2 and dropout mask",
    """mask = np.array([[1., 0, 1, 1, 0], [0, 1, 1, 0, 1], [1, 1, 0, 1, 1], [1, 0, 1, 0, 1]]) / 0.6
lam = 0.01
h = np.tanh(X @ W1) * mask
o = h @ W2
loss = np.mean((o - T)**2) + lam * np.sum(W1**2)
do = 2 * (o - T) / o.size
dW2 = h.T @ do
dh = do @ W2.T
da = dh * mask
dz = da * (1 - np.tanh(X @ W1)**2)
dW1 = X.T @ dz + 2 * lam * W1
""",
    ("dW1 = X.T @ dz + 2 * lam * W1", "dW1 = X.T @ dz", "missing-path missing-factor"),
    ("2 * lam * W1", "lam * W1", "missing-factor wrong-constant"),
    ("da = dh * mask", "da = dh", "missing-factor missing-activation-derivative"),
)
add(
    "softmax jacobian by hand",
    """v = np.array([0.2, -0.4, 1.1])
c = np.array([1.0, 2.0, -1.0])
s = np.exp(v) / np.sum(np.exp(v))
L = np.dot(c, s)
ds = c
J = np.diag(s) - np.outer(s, s)
dv = J @ ds
""",
    ("J = np.diag(s) - np.outer(s, s)", "J = np.diag(s)", "missing-path x"),
    ("- np.outer", "+ np.outer", "sign"),
)
add(
    "micro value chain",
    """a = 2.0
b = -3.0
c = 10.0
e = a * b
d = e + c
f = -2.0
L = d * f
grad_L = 1.0
grad_f = d * grad_L
grad_d = f * grad_L
grad_c = grad_d
grad_e = grad_d
grad_a = b * grad_e
grad_b = a * grad_e
""",
    ("grad_a = b * grad_e", "grad_a = a * grad_e", "wrong-array"),
    ("grad_f = d * grad_L", "grad_f = e * grad_L", "wrong-array"),
)
