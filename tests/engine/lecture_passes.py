"""Backward passes in the manner of lectures and of small libraries: each with mistakes that were planted by rule."""

from __future__ import annotations

from tests.engine.backward_passes import Pass

LECTURE_PASSES: dict[str, Pass] = {}


def add(name: str, text: str, *mistakes: tuple[str, str, str]) -> None:
    LECTURE_PASSES[name] = Pass(text, mistakes)


add(
    "two-layer net of an assignment, loss method",
    """import numpy as np
np.random.seed(0)

class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, output_size, std=0.5):
        self.params = {}
        self.params['W1'] = std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = 0.1 * np.random.randn(hidden_size)
        self.params['W2'] = std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        N, D = X.shape
        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        if y is None:
            return scores
        scores = scores - np.max(scores, axis=1, keepdims=True)
        exp_scores = np.exp(scores)
        probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
        correct_logprobs = -np.log(probs[range(N), y])
        data_loss = np.sum(correct_logprobs) / N
        reg_loss = reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        loss = data_loss + reg_loss
        grads = {}
        dscores = probs.copy()
        dscores[range(N), y] -= 1
        dscores /= N
        grads['W2'] = np.dot(hidden.T, dscores)
        grads['b2'] = np.sum(dscores, axis=0)
        dhidden = np.dot(dscores, W2.T)
        dhidden[hidden <= 0] = 0
        grads['W1'] = np.dot(X.T, dhidden)
        grads['b1'] = np.sum(dhidden, axis=0)
        grads['W2'] += 2 * reg * W2
        grads['W1'] += 2 * reg * W1
        return loss, grads

net = TwoLayerNet(4, 6, 3)
X = 2 * np.random.randn(5, 4)
y = np.array([0, 1, 2, 2, 1])
loss, grads = net.loss(X, y, reg=0.05)
""",
    (" 0]", " -1]", "wrong-index wrong-mask missing-activation-derivative"),
    ("= 1", "= 0", "wrong-constant wrong-index power-rule wrong-slope sign labels-not-subtracted"),
    (" -=", " =", "not-accumulated"),
    (" np.dot(dscores", " -np.dot(dscores", "sign"),
    ("W2'] += 2 ", "W2'] -= 2 ", "sign"),
)
add(
    "character rnn in lists of dicts, one hot columns",
    """import numpy as np
np.random.seed(3)
vocab_size, hidden_size = 4, 3
Wxh = np.random.randn(hidden_size, vocab_size) * 0.5
Whh = np.random.randn(hidden_size, hidden_size) * 0.5
Why = np.random.randn(vocab_size, hidden_size) * 0.5
bh = np.random.randn(hidden_size, 1) * 0.1
by = np.random.randn(vocab_size, 1) * 0.1

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

hprev = np.random.randn(hidden_size, 1) * 0.2
loss, dWxh, dWhh, dWhy, dbh, dby, hprev = lossFun([0, 2, 1], [2, 1, 3], hprev)
""",
    ("- hs[t] *", "- hs[t - 1] *", "wrong-index wrong-array"),
    ("dbh +=", "dbh =", "not-accumulated"),
    (" + dhnext", "", "missing-path wrong-slope"),
    ("* hs[t]) ", "* hs[t - 1]) ", "wrong-index wrong-array wrong-slope"),
    ("1 - hs", "1 + hs", "sign"),
)
add(
    "gru over lists, module functions",
    """import numpy as np
rng = np.random.default_rng(4)

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

n_in, n_h, steps = 2, 3, 3
Wz, Wr, Wh = [rng.normal(0, 0.5, (n_h, n_in)) for _ in range(3)]
Uz, Ur, Uh = [rng.normal(0, 0.5, (n_h, n_h)) for _ in range(3)]
bz, br, bh = [rng.normal(0, 0.1, n_h) for _ in range(3)]
xs = [rng.normal(0, 1, n_in) for _ in range(steps)]
ts = [rng.normal(0, 1, n_h) for _ in range(steps)]
hs = [np.zeros(n_h)]
zs, rs, gs = [], [], []
loss = 0.0
for x, t in zip(xs, ts):
    h = hs[-1]
    z = sigmoid(Wz @ x + Uz @ h + bz)
    r = sigmoid(Wr @ x + Ur @ h + br)
    g = np.tanh(Wh @ x + Uh @ (r * h) + bh)
    h = (1 - z) * h + z * g
    zs.append(z)
    rs.append(r)
    gs.append(g)
    hs.append(h)
    loss += 0.5 * np.sum((h - t) ** 2)
dhs = [h - t for h, t in zip(hs[1:], ts)]
dWz, dWr, dWh = np.zeros_like(Wz), np.zeros_like(Wr), np.zeros_like(Wh)
dUz, dUr, dUh = np.zeros_like(Uz), np.zeros_like(Ur), np.zeros_like(Uh)
dbz, dbr, dbh = np.zeros_like(bz), np.zeros_like(br), np.zeros_like(bh)
dh_next = np.zeros(n_h)
for k in reversed(range(steps)):
    x, h, z, r, g = xs[k], hs[k], zs[k], rs[k], gs[k]
    dh = dhs[k] + dh_next
    dz = dh * (g - h)
    dg = dh * z
    dag = dg * (1 - g ** 2)
    drh = Uh.T @ dag
    dr = drh * h
    daz = dz * z * (1 - z)
    dar = dr * r * (1 - r)
    dWh += np.outer(dag, x)
    dUh += np.outer(dag, r * h)
    dbh += dag
    dWz += np.outer(daz, x)
    dUz += np.outer(daz, h)
    dbz += daz
    dWr += np.outer(dar, x)
    dUr += np.outer(dar, h)
    dbr += dar
    dh_next = dh * (1 - z) + drh * r + Uz.T @ daz + Ur.T @ dar
""",
    (" np.outer(dag, x", " np.outer(dr, x", "wrong-upstream wrong-array"),
    ("xs[k], hs[k], zs[k], rs[k], gs[k]", "(xs[k], hs[k], zs[k], rs[k - 1], gs[k])", "wrong-index wrong-array"),
    ("dhs[k] + dh_next", "-(dhs[k] + dh_next)", "sign"),
    ("dbr +=", "dbr -=", "sign"),
    (
        "(1 - r)",
        "r",
        "labels-not-subtracted softmax-elementwise wrong-slope missing-activation-derivative wrong-array",
    ),
)
add(
    "layers of numpy-ml, batch norm and fully connected with caches",
    """import numpy as np
np.random.seed(5)

class ActivationTanh:
    def fn(self, z):
        return np.tanh(z)
    def grad(self, z):
        return 1 - np.tanh(z) ** 2

class FullyConnected:
    def __init__(self, n_in, n_out, act_fn):
        self.act_fn = act_fn
        self.parameters = {"W": np.random.randn(n_in, n_out) * 0.4, "b": np.random.randn(1, n_out) * 0.1}
        self.gradients = {"W": np.zeros((n_in, n_out)), "b": np.zeros((1, n_out))}
        self.derived_variables = {"Z": []}
        self.X = []

    def forward(self, X):
        W = self.parameters["W"]
        b = self.parameters["b"]
        Z = X @ W + b
        Y = self.act_fn.fn(Z)
        self.X.append(X)
        self.derived_variables["Z"].append(Z)
        return Y

    def backward(self, dLdy):
        dX, dW, db = self._bwd(dLdy, self.X[0])
        self.gradients["W"] += dW
        self.gradients["b"] += db
        return dX

    def _bwd(self, dLdy, X):
        W = self.parameters["W"]
        b = self.parameters["b"]
        Z = X @ W + b
        dZ = dLdy * self.act_fn.grad(Z)
        dX = dZ @ W.T
        dW = X.T @ dZ
        dB = dZ.sum(axis=0, keepdims=True)
        return dX, dW, dB

class BatchNorm1D:
    def __init__(self, n_in, epsilon=1e-5):
        self.epsilon = epsilon
        self.parameters = {"scaler": np.random.rand(n_in) + 0.5, "intercept": np.random.randn(n_in) * 0.2}
        self.gradients = {"scaler": np.zeros(n_in), "intercept": np.zeros(n_in)}
        self.X = []

    def forward(self, X):
        ep = self.epsilon
        scaler, intercept = self.parameters["scaler"], self.parameters["intercept"]
        X_mean, X_var = X.mean(axis=0), X.var(axis=0)
        N = (X - X_mean) / np.sqrt(X_var + ep)
        y = scaler * N + intercept
        self.X.append(X)
        return y

    def backward(self, dLdy):
        X = self.X[0]
        ep = self.epsilon
        n_ex, n_in = X.shape
        scaler = self.parameters["scaler"]
        X_mean, X_var = X.mean(axis=0), X.var(axis=0)
        N = (X - X_mean) / np.sqrt(X_var + ep)
        dIntercept = dLdy.sum(axis=0)
        dScaler = np.sum(dLdy * N, axis=0)
        dN = dLdy * scaler
        dX = (n_ex * dN - dN.sum(axis=0) - N * (dN * N).sum(axis=0)) / (n_ex * np.sqrt(X_var + ep))
        self.gradients["scaler"] += dScaler
        self.gradients["intercept"] += dIntercept
        return dX

X = np.random.randn(5, 3)
y_true = np.random.randn(5, 2)
fc1 = FullyConnected(3, 4, ActivationTanh())
bn = BatchNorm1D(4)
fc2 = FullyConnected(4, 2, ActivationTanh())
out = fc2.forward(bn.forward(fc1.forward(X)))
loss = 0.5 * np.sum((out - y_true) ** 2)
dLdy = out - y_true
dLdy = fc2.backward(dLdy)
dLdy = bn.backward(dLdy)
dX = fc1.backward(dLdy)
""",
    (" np.sqrt(X_var + ep))", " np.sqrt(X_var))", "missing-path wrong-slope"),
    (
        " out - y_true",
        " y_true",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
    (
        "(n_ex * dN - dN.sum(axis=0) - N * (dN * N).sum(axis=0)) / (n_ex * np.sqrt(X_var + ep)",
        "n_ex * dN - dN.sum(axis=0) - N * (dN * N).sum(axis=0",
        "sum-not-mean missing-factor power-rule",
    ),
    ("dLdy * self.act_fn.grad(Z)", "dLdy", "missing-factor missing-activation-derivative"),
    ("dLdy * self.act_fn.grad", "self.act_fn.grad", "missing-factor missing-activation-derivative missing-upstream"),
)
add(
    "makemore in torch, manual backward",
    """import torch
import torch.nn.functional as F
g = torch.Generator().manual_seed(7)
vocab_size, n_embd, block_size, n_hidden = 5, 2, 3, 4
C = torch.randn((vocab_size, n_embd), generator=g)
W1 = torch.randn((n_embd * block_size, n_hidden), generator=g) * 0.5
b1 = torch.randn(n_hidden, generator=g) * 0.1
W2 = torch.randn((n_hidden, vocab_size), generator=g) * 0.5
b2 = torch.randn(vocab_size, generator=g) * 0.1
bngain = torch.randn((1, n_hidden), generator=g) * 0.1 + 1.0
bnbias = torch.randn((1, n_hidden), generator=g) * 0.1
Xb = torch.tensor([[0, 1, 2], [1, 2, 3], [4, 0, 0], [2, 2, 1]])
Yb = torch.tensor([3, 4, 0, 1])
n = 4
emb = C[Xb]
embcat = emb.view(emb.shape[0], -1)
hprebn = embcat @ W1 + b1
bnmeani = 1/n*hprebn.sum(0, keepdim=True)
bndiff = hprebn - bnmeani
bndiff2 = bndiff**2
bnvar = 1/(n-1)*(bndiff2).sum(0, keepdim=True)
bnvar_inv = (bnvar + 1e-5)**-0.5
bnraw = bndiff * bnvar_inv
hpreact = bngain * bnraw + bnbias
h = torch.tanh(hpreact)
logits = h @ W2 + b2
logit_maxes = logits.max(1, keepdim=True).values
norm_logits = logits - logit_maxes
counts = norm_logits.exp()
counts_sum = counts.sum(1, keepdims=True)
counts_sum_inv = counts_sum**-1
probs = counts * counts_sum_inv
logprobs = probs.log()
loss = -logprobs[range(n), Yb].mean()
dlogprobs = torch.zeros_like(logprobs)
dlogprobs[range(n), Yb] = -1.0/n
dprobs = (1.0 / probs) * dlogprobs
dcounts_sum_inv = (counts * dprobs).sum(1, keepdim=True)
dcounts = counts_sum_inv * dprobs
dcounts_sum = (-counts_sum**-2) * dcounts_sum_inv
dcounts += torch.ones_like(counts) * dcounts_sum
dnorm_logits = counts * dcounts
dlogits = dnorm_logits.clone()
dlogit_maxes = (-dnorm_logits).sum(1, keepdim=True)
dlogits += F.one_hot(logits.max(1).indices, num_classes=logits.shape[1]) * dlogit_maxes
dh = dlogits @ W2.T
dW2 = h.T @ dlogits
db2 = dlogits.sum(0)
dhpreact = (1.0 - h**2) * dh
dbngain = (bnraw * dhpreact).sum(0, keepdim=True)
dbnraw = bngain * dhpreact
dbnbias = dhpreact.sum(0, keepdim=True)
dbndiff = bnvar_inv * dbnraw
dbnvar_inv = (bndiff * dbnraw).sum(0, keepdim=True)
dbnvar = (-0.5*(bnvar + 1e-5)**-1.5) * dbnvar_inv
dbndiff2 = (1.0/(n-1))*torch.ones_like(bndiff2) * dbnvar
dbndiff += (2*bndiff) * dbndiff2
dhprebn = dbndiff.clone()
dbnmeani = (-dbndiff).sum(0)
dhprebn += 1.0/n * (torch.ones_like(hprebn) * dbnmeani)
dembcat = dhprebn @ W1.T
dW1 = embcat.T @ dhprebn
db1 = dhprebn.sum(0)
demb = dembcat.view(emb.shape)
dC = torch.zeros_like(C)
for k in range(Xb.shape[0]):
    for j in range(Xb.shape[1]):
        ix = Xb[k,j]
        dC[ix] += demb[k,j]
""",
    (" counts_sum_inv ", " logit_maxes ", "wrong-array output-derivative-at-input"),
    ("- h**2", "+ h ** 2", "sign"),
    ("(1.0 / probs)", "1.0 / W2", "wrong-array output-derivative-at-input"),
    ("-1.0/n", "-1.0", "sum-not-mean missing-factor"),
    ("(1.0 - h**2) * dh", "1.0 - h ** 2", "missing-factor missing-activation-derivative missing-upstream"),
)
add(
    "causal self attention with a linear head, plain lines",
    """import numpy as np
np.random.seed(8)
T, C, V = 4, 3, 5
x = np.random.randn(T, C)
Wq = np.random.randn(C, C) * 0.6
Wk = np.random.randn(C, C) * 0.6
Wv = np.random.randn(C, C) * 0.6
Wo = np.random.randn(C, V) * 0.6
targets = np.array([1, 3, 0, 2])
mask = np.tril(np.ones((T, T)))
q = x @ Wq
k = x @ Wk
v = x @ Wv
scores = q @ k.T / np.sqrt(C)
scores = np.where(mask == 1, scores, -1e9)
e = np.exp(scores - scores.max(axis=-1, keepdims=True))
att = e / e.sum(axis=-1, keepdims=True)
y = att @ v
res = x + y
logits = res @ Wo
p = np.exp(logits - logits.max(1, keepdims=True))
p = p / p.sum(1, keepdims=True)
loss = -np.log(p[np.arange(T), targets]).mean()
dlogits = p.copy()
dlogits[np.arange(T), targets] -= 1
dlogits /= T
dWo = res.T @ dlogits
dres = dlogits @ Wo.T
dx = dres.copy()
dy = dres
datt = dy @ v.T
dv = att.T @ dy
dscores = att * (datt - (datt * att).sum(axis=-1, keepdims=True))
dscores = dscores * mask / np.sqrt(C)
dq = dscores @ k
dk = dscores.T @ q
dWq = x.T @ dq
dWk = x.T @ dk
dWv = x.T @ dv
dx += dq @ Wq.T
dx += dk @ Wk.T
dx += dv @ Wv.T
""",
    (" -=", " =", "not-accumulated"),
    ("mask / np.sqrt(C)", "mask", "sum-not-mean missing-factor power-rule"),
    ("p.copy", "-p.copy", "sign"),
    ("@ q", "@ x", "wrong-array output-derivative-at-input"),
    ("x.T @ dv", "-(x.T @ dv)", "sign"),
)
add(
    "dropout and l2 in a functional net, inverted masks",
    """import numpy as np
np.random.seed(9)

def relu(z):
    return np.maximum(z, 0)

def forward(X, params, masks, keep):
    Z1 = np.dot(params["W1"], X) + params["b1"]
    A1 = relu(Z1)
    A1 = A1 * masks[0]
    A1 = A1 / keep
    Z2 = np.dot(params["W2"], A1) + params["b2"]
    A2 = relu(Z2)
    A2 = A2 * masks[1]
    A2 = A2 / keep
    Z3 = np.dot(params["W3"], A2) + params["b3"]
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, A1, Z2, A2, Z3)

def compute_cost(A3, Y, params, lambd):
    m = Y.shape[1]
    cross = -np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m
    l2 = lambd / (2 * m) * (np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2) + np.sum(params["W3"] ** 2))
    return cross + l2

def backward(X, Y, A3, cache, params, masks, keep, lambd):
    m = X.shape[1]
    Z1, A1, Z2, A2, Z3 = cache
    dZ3 = A3 - Y
    dW3 = 1. / m * np.dot(dZ3, A2.T) + lambd / m * params["W3"]
    db3 = 1. / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(params["W3"].T, dZ3)
    dA2 = dA2 * masks[1]
    dA2 = dA2 / keep
    dZ2 = np.multiply(dA2, Z2 > 0)
    dW2 = 1. / m * np.dot(dZ2, A1.T) + lambd / m * params["W2"]
    db2 = 1. / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(params["W2"].T, dZ2)
    dA1 = dA1 * masks[0]
    dA1 = dA1 / keep
    dZ1 = np.multiply(dA1, Z1 > 0)
    dW1 = 1. / m * np.dot(dZ1, X.T) + lambd / m * params["W1"]
    db1 = 1. / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}

X = np.random.randn(3, 6)
Y = np.array([[1, 0, 1, 1, 0, 0]])
params = {"W1": np.random.randn(5, 3), "b1": np.random.randn(5, 1), "W2": np.random.randn(4, 5),
    "b2": np.random.randn(4, 1), "W3": np.random.randn(1, 4), "b3": np.random.randn(1, 1)}
keep = 0.8
masks = [(np.random.rand(5, 6) < keep).astype(float), (np.random.rand(4, 6) < keep).astype(float)]
A3, cache = forward(X, params, masks, keep)
cost = compute_cost(A3, Y, params, 0.7)
grads = backward(X, Y, A3, cache, params, masks, keep, 0.7)
""",
    (" 1. / m * np.sum(dZ2", " np.sum(dZ2", "missing-factor missing-activation-derivative mean-not-sum sum-not-mean"),
    ("A3 - Y", "A3", "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope"),
    ("db3 = 1. / m", "db3 = 2.0 / m", "wrong-constant wrong-index power-rule wrong-slope sign"),
    (
        '1. / m * np.dot(dZ2, A1.T) + lambd / m * params["W2"',
        "np.dot(dZ2, A1.T) + lambd / m * params['W2'",
        "missing-factor missing-activation-derivative mean-not-sum sum-not-mean",
    ),
    (
        '1. / m * np.dot(dZ2, A1.T) + lambd / m * params["W2"',
        "1.0 / m + lambd / m * params['W2'",
        "missing-factor missing-activation-derivative missing-upstream",
    ),
)
add(
    "skip-gram with a full softmax, loop over the window",
    """import numpy as np
np.random.seed(10)
vocab, dim = 6, 3
W_in = np.random.randn(vocab, dim) * 0.5
W_out = np.random.randn(vocab, dim) * 0.5

def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)

def skipgram(center, outside, W_in, W_out):
    loss = 0.0
    grad_in = np.zeros(W_in.shape)
    grad_out = np.zeros(W_out.shape)
    v_c = W_in[center]
    for o in outside:
        y_hat = softmax(np.dot(W_out, v_c))
        loss += -np.log(y_hat[o])
        delta = y_hat.copy()
        delta[o] -= 1
        grad_in[center] += np.dot(W_out.T, delta)
        grad_out += np.outer(delta, v_c)
    return loss, grad_in, grad_out

loss, grad_in, grad_out = skipgram(2, [1, 4, 0], W_in, W_out)
""",
    ("W_out.T", "W_in.T", "wrong-array output-derivative-at-input"),
    (" 1", " 0", "wrong-constant wrong-index power-rule wrong-slope sign labels-not-subtracted"),
    ("        delta[o] -= 1\n", "", "missing-path labels-not-subtracted not-accumulated statistics-as-constants"),
    ("center] += np.dot", "center] -= np.dot", "sign"),
    (" -=", " +=", "sign"),
)
add(
    "simple convolution with im2col and pooling, book layers",
    """import numpy as np
np.random.seed(11)

def im2col(x, FH, FW, stride=1):
    N, C, H, W = x.shape
    out_h = (H - FH) // stride + 1
    out_w = (W - FW) // stride + 1
    col = np.zeros((N, C, FH, FW, out_h, out_w))
    for i in range(FH):
        for j in range(FW):
            col[:, :, i, j, :, :] = x[:, :, i:i + stride * out_h:stride, j:j + stride * out_w:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(N * out_h * out_w, -1)

def col2im(col, shape, FH, FW, stride=1):
    N, C, H, W = shape
    out_h = (H - FH) // stride + 1
    out_w = (W - FW) // stride + 1
    col = col.reshape(N, out_h, out_w, C, FH, FW).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros((N, C, H, W))
    for i in range(FH):
        for j in range(FW):
            img[:, :, i:i + stride * out_h:stride, j:j + stride * out_w:stride] += col[:, :, i, j, :, :]
    return img

class Convolution:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        FN, C, FH, FW = self.W.shape
        N, C, H, W = x.shape
        out_h = H - FH + 1
        out_w = W - FW + 1
        col = im2col(x, FH, FW)
        col_W = self.W.reshape(FN, -1).T
        out = np.dot(col, col_W) + self.b
        out = out.reshape(N, out_h, out_w, -1).transpose(0, 3, 1, 2)
        self.x = x
        self.col = col
        self.col_W = col_W
        return out

    def backward(self, dout):
        FN, C, FH, FW = self.W.shape
        dout = dout.transpose(0, 2, 3, 1).reshape(-1, FN)
        self.db = np.sum(dout, axis=0)
        self.dW = np.dot(self.col.T, dout)
        self.dW = self.dW.transpose(1, 0).reshape(FN, C, FH, FW)
        dcol = np.dot(dout, self.col_W.T)
        dx = col2im(dcol, self.x.shape, FH, FW)
        return dx

class Relu:
    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout
        return dx

class Pooling:
    def forward(self, x):
        N, C, H, W = x.shape
        col = im2col(x, 2, 2, 2).reshape(-1, 4)
        arg_max = np.argmax(col, axis=1)
        out = np.max(col, axis=1)
        out = out.reshape(N, H // 2, W // 2, C).transpose(0, 3, 1, 2)
        self.x = x
        self.arg_max = arg_max
        return out

    def backward(self, dout):
        dout = dout.transpose(0, 2, 3, 1)
        dmax = np.zeros((dout.size, 4))
        dmax[np.arange(self.arg_max.size), self.arg_max.flatten()] = dout.flatten()
        dmax = dmax.reshape(dout.shape + (4,))
        dcol = dmax.reshape(dmax.shape[0] * dmax.shape[1] * dmax.shape[2], -1)
        dx = col2im(dcol, self.x.shape, 2, 2, 2)
        return dx

x = np.random.randn(2, 1, 5, 5)
t = np.random.randn(2, 2, 2, 2)
conv = Convolution(np.random.randn(2, 1, 2, 2), np.random.randn(2))
relu = Relu()
pool = Pooling()
y = pool.forward(relu.forward(conv.forward(x)))
loss = np.sum((y - t) ** 2) / 2
dout = y - t
dout = pool.backward(dout)
dout = relu.backward(dout)
dx = conv.backward(dout)
""",
    ("dout[self.mask] = 0", "dout[self.mask] = 1", "wrong-constant wrong-index power-rule wrong-slope sign"),
    (" np.dot(self.col.T", " -np.dot(self.col.T", "sign"),
    (" np.sum(dout", " -np.sum(dout", "sign"),
    ("dout.flatten", "-dout.flatten", "sign"),
    ("dout.transpose(0, 2, 3, 1).reshape", "dout.reshape", "transposed"),
)
add(
    "rnn with a list of layers and params in lists (d2l style)",
    """import numpy as np
rng = np.random.default_rng(12)
num_inputs, num_hiddens, num_outputs, T = 3, 4, 2, 3
W_xh = rng.standard_normal((num_inputs, num_hiddens)) * 0.5
W_hh = rng.standard_normal((num_hiddens, num_hiddens)) * 0.5
b_h = rng.standard_normal(num_hiddens) * 0.1
W_hq = rng.standard_normal((num_hiddens, num_outputs)) * 0.5
b_q = rng.standard_normal(num_outputs) * 0.1
X = rng.standard_normal((T, 5, num_inputs))
Y = rng.standard_normal((T, 5, num_outputs))
H = np.zeros((5, num_hiddens))
states, outputs = [H], []
for t in range(T):
    H = np.tanh(X[t] @ W_xh + H @ W_hh + b_h)
    states.append(H)
    outputs.append(H @ W_hq + b_q)
l = 0
for t in range(T):
    l = l + ((outputs[t] - Y[t]) ** 2).sum() / (2 * 5)
params = [W_xh, W_hh, b_h, W_hq, b_q]
grads = [np.zeros_like(p) for p in params]
dH_next = 0
for t in reversed(range(T)):
    dO = (outputs[t] - Y[t]) / 5
    grads[3] += states[t + 1].T @ dO
    grads[4] += dO.sum(axis=0)
    dH = dO @ W_hq.T + dH_next
    dA = dH * (1 - states[t + 1] ** 2)
    grads[0] += X[t].T @ dA
    grads[1] += states[t].T @ dA
    grads[2] += dA.sum(axis=0)
    dH_next = dA @ W_hh.T
""",
    (
        "    grads[3] += states[t + 1].T @ dO\n",
        "",
        "missing-path labels-not-subtracted not-accumulated statistics-as-constants",
    ),
    (" 1].T", " 0].T", "wrong-index"),
    ("1] ** 2)", "1] ** 3)", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("1] ** 2)", "1])", "power-rule wrong-slope missing-factor"),
    ("W_hh.T", "W_hh.T.T", "transposed"),
)
add(
    "lstm for characters, cached tuples",
    """import numpy as np
np.random.seed(21)
H, D = 3, 4

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def forward(x, h_old, c_old, model):
    X = np.column_stack((h_old, x))
    hf = sigmoid(X @ model['Wf'] + model['bf'])
    hi = sigmoid(X @ model['Wi'] + model['bi'])
    ho = sigmoid(X @ model['Wo'] + model['bo'])
    hc = np.tanh(X @ model['Wc'] + model['bc'])
    c = hf * c_old + hi * hc
    h = ho * np.tanh(c)
    y = h @ model['Wy'] + model['by']
    e = np.exp(y - y.max())
    prob = e / e.sum()
    return prob, h, c, (X, hf, hi, ho, hc, h, c, c_old, prob)

def backward(target, dh_next, dc_next, cache, model):
    X, hf, hi, ho, hc, h, c, c_old, prob = cache
    dy = prob.copy()
    dy[0, target] -= 1
    dWy = h.T @ dy
    dby = dy
    dh = dy @ model['Wy'].T + dh_next
    dho = np.tanh(c) * dh
    dho = ho * (1 - ho) * dho
    dc = ho * dh * (1 - np.tanh(c) ** 2)
    dc = dc + dc_next
    dhf = c_old * dc
    dhf = hf * (1 - hf) * dhf
    dhi = hc * dc
    dhi = hi * (1 - hi) * dhi
    dhc = hi * dc
    dhc = (1 - hc ** 2) * dhc
    dWf = X.T @ dhf
    dbf = dhf
    dWi = X.T @ dhi
    dbi = dhi
    dWo = X.T @ dho
    dbo = dho
    dWc = X.T @ dhc
    dbc = dhc
    dX = dhf @ model['Wf'].T + dhi @ model['Wi'].T + dho @ model['Wo'].T + dhc @ model['Wc'].T
    dh_next = dX[:, :H]
    dc_next = hf * dc
    grad = dict(Wf=dWf, Wi=dWi, Wc=dWc, Wo=dWo, Wy=dWy, bf=dbf, bi=dbi, bc=dbc, bo=dbo, by=dby)
    return grad, dh_next, dc_next

model = {}
for k in 'fioc':
    model['W' + k] = np.random.randn(H + D, H) * 0.5
    model['b' + k] = np.random.randn(1, H) * 0.1
model['Wy'] = np.random.randn(H, D) * 0.5
model['by'] = np.random.randn(1, D) * 0.1
xs = [np.eye(D)[[i]] for i in (0, 2, 1)]
ys = [2, 1, 3]
h, c = np.zeros((1, H)), np.zeros((1, H))
loss, caches = 0, []
for x, y_true in zip(xs, ys):
    prob, h, c, cache = forward(x, h, c, model)
    loss += -np.log(prob[0, y_true])
    caches.append(cache)
dh_next, dc_next = np.zeros_like(h), np.zeros_like(c)
grads = {k: np.zeros_like(v) for k, v in model.items()}
for y_true, cache in reversed(list(zip(ys, caches))):
    grad, dh_next, dc_next = backward(y_true, dh_next, dc_next, cache, model)
    for k in grads:
        grads[k] += grad[k]
""",
    ("h.T", "c.T", "wrong-array output-derivative-at-input"),
    ("c) * dh", "c)", "missing-factor missing-activation-derivative missing-upstream"),
    ("prob.copy", "-prob.copy", "sign"),
    ("dhf @ model['Wf'].T + dhi @ model['Wi'].T + dho", "dho", "missing-path wrong-slope"),
    (
        "(1 - hi)",
        "1",
        "missing-path labels-not-subtracted wrong-slope missing-activation-derivative missing-factor",
    ),
)
add(
    "layer norm and a linear layer, numpy port of a c library",
    """import numpy as np
np.random.seed(22)
eps = 1e-5

class LayerNorm:
    @staticmethod
    def forward(x, w, b):
        B, T, C = x.shape
        mean = x.sum(-1, keepdims=True) / C
        xshift = x - mean
        var = (xshift ** 2).sum(-1, keepdims=True) / C
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
        dx = dnorm - dnorm.mean(-1, keepdims=True) - norm * (dnorm * norm).mean(-1, keepdims=True)
        dx *= rstd
        return dx, dw, db

def gelu_forward(x):
    cube = 0.044715 * x ** 3
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + cube)))

def gelu_backward(dout, x):
    s = np.sqrt(2 / np.pi)
    cube = 0.044715 * x ** 3
    tanh_out = np.tanh(s * (x + cube))
    sech2 = 1 - tanh_out ** 2
    local = 0.5 * (1 + tanh_out) + 0.5 * x * sech2 * s * (1 + 3 * 0.044715 * x ** 2)
    return dout * local

x = np.random.randn(2, 3, 4)
w = np.random.randn(4)
b = np.random.randn(4)
W = np.random.randn(4, 5) * 0.5
bias = np.random.randn(5) * 0.1
target = np.random.randn(2, 3, 5)
ln, cache = LayerNorm.forward(x, w, b)
pre = ln @ W + bias
act = gelu_forward(pre)
loss = ((act - target) ** 2).mean()
dact = 2 * (act - target) / act.size
dpre = gelu_backward(dact, pre)
dW = ln.reshape(-1, 4).T @ dpre.reshape(-1, 5)
dbias = dpre.sum((0, 1))
dln = dpre @ W.T
dx, dw, db = LayerNorm.backward(dln, cache)
""",
    (" - norm", " + norm", "sign"),
    ("(x - mean) * rstd", "x - mean", "missing-factor missing-activation-derivative"),
    ("(1 + tanh_out) + 0.5 * x", "x", "missing-path wrong-slope"),
    ("= 0.5 *", "= -0.5 *", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("= 0.5 *", "= 1.5 *", "wrong-constant wrong-index power-rule wrong-slope sign"),
)
add(
    "affine, batch norm and softmax layers of a book in an ordered dict",
    """import numpy as np
from collections import OrderedDict
np.random.seed(23)

def softmax(x):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)

class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.x = None
        self.dW, self.db = None, None

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx

class BatchNormalization:
    def __init__(self, gamma, beta):
        self.gamma, self.beta = gamma, beta

    def forward(self, x):
        mu = x.mean(axis=0)
        xc = x - mu
        var = np.mean(xc ** 2, axis=0)
        std = np.sqrt(var + 10e-7)
        xn = xc / std
        self.batch_size = x.shape[0]
        self.xc = xc
        self.xn = xn
        self.std = std
        return self.gamma * xn + self.beta

    def backward(self, dout):
        dbeta = dout.sum(axis=0)
        dgamma = np.sum(self.xn * dout, axis=0)
        dxn = self.gamma * dout
        dxc = dxn / self.std
        dstd = -np.sum((dxn * self.xc) / (self.std * self.std), axis=0)
        dvar = 0.5 * dstd / self.std
        dxc += (2.0 / self.batch_size) * self.xc * dvar
        dmu = np.sum(dxc, axis=0)
        dx = dxc - dmu / self.batch_size
        self.dgamma = dgamma
        self.dbeta = dbeta
        return dx

class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx

class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        batch_size = self.y.shape[0]
        return -np.sum(np.log(self.y[np.arange(batch_size), self.t] + 1e-7)) / batch_size

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = self.y.copy()
        dx[np.arange(batch_size), self.t] -= 1
        dx = dx / batch_size
        return dx

params = {'W1': np.random.randn(3, 4), 'b1': np.random.randn(4), 'W2': np.random.randn(4, 3),
    'b2': np.random.randn(3)}
layers = OrderedDict()
layers['Affine1'] = Affine(params['W1'], params['b1'])
layers['BatchNorm1'] = BatchNormalization(np.random.randn(4), np.random.randn(4))
layers['Sigmoid1'] = Sigmoid()
layers['Affine2'] = Affine(params['W2'], params['b2'])
last = SoftmaxWithLoss()
x = np.random.randn(5, 3)
t = np.array([0, 2, 1, 1, 0])
for layer in layers.values():
    x = layer.forward(x)
loss = last.forward(x, t)
dout = 1
dout = last.backward(dout)
for layer in reversed(list(layers.values())):
    dout = layer.backward(dout)
grads = {}
grads['W1'] = layers['Affine1'].dW
grads['b1'] = layers['Affine1'].db
grads['W2'] = layers['Affine2'].dW
grads['b2'] = layers['Affine2'].db
""",
    ("dxn / self.std", "dxn", "sum-not-mean missing-factor power-rule"),
    ("1.0", "0.0", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("(2.0 / self.batch_size)", "2.0", "sum-not-mean missing-factor"),
    ("0.5", "1.5", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("self.xn * dout", "self.xn", "missing-factor missing-activation-derivative missing-upstream"),
)
add(
    "naive convolution with stride and padding, channels first",
    """import numpy as np
np.random.seed(24)

def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            window = x_pad[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
            for f in range(F):
                out[:, f, i, j] = np.sum(window * w[f], axis=(1, 2, 3)) + b[f]
    return out, (x, w, b, conv_param)

def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param['stride'], conv_param['pad']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, H_out, W_out = dout.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    for i in range(H_out):
        for j in range(W_out):
            window = x_pad[:, :, i * stride:i * stride + HH, j * stride:j * stride + WW]
            for f in range(F):
                dw[f] += np.sum(window * dout[:, f, i, j][:, None, None, None], axis=0)
            for n in range(N):
                dx_pad[n, :, i * stride:i * stride + HH, j * stride:j * stride + WW] += np.sum(w * dout[n,
                    :, i, j][:, None, None, None], axis=0)
    dx = dx_pad[:, :, pad:pad + H, pad:pad + W]
    return dx, dw, db

x = np.random.randn(2, 2, 4, 4)
w = np.random.randn(3, 2, 3, 3)
b = np.random.randn(3)
out, cache = conv_forward_naive(x, w, b, {'stride': 2, 'pad': 1})
relu = np.maximum(0, out)
loss = 0.5 * np.sum(relu ** 2)
drelu = relu
dout = drelu * (out > 0)
dx, dw, db = conv_backward_naive(dout, cache)
""",
    (" relu", " -relu", "sign"),
    (">", "<=", "wrong-mask"),
    ("+= np.sum(window *", "+= np.mean(window *", "mean-not-sum"),
    (" relu", " out", "wrong-array output-derivative-at-input missing-activation-derivative"),
    ("f, i, j][:, None, None, None], axis=0)", "f, i, j][:, None, None, None], axis=1)", "wrong-axis"),
)
add(
    "text classifier with embeddings, mean pooling and weight decay",
    """import numpy as np
rng = np.random.default_rng(25)
V, E, H, K = 7, 3, 4, 3
params = {"emb": rng.normal(0, 0.5, (V, E)), "W1": rng.normal(0, 0.5, (E, H)), "b1": rng.normal(0, 0.1, H),
    "W2": rng.normal(0, 0.5, (H, K)), "b2": rng.normal(0, 0.1, K)}
docs = np.array([[0, 3, 3, 5], [1, 2, 6, 6], [4, 0, 1, 2]])
labels = np.array([2, 0, 1])
wd = 0.01
B, L = docs.shape

def loss_and_grads(params):
    emb, W1, b1, W2, b2 = params["emb"], params["W1"], params["b1"], params["W2"], params["b2"]
    e = emb[docs]
    pooled = e.mean(axis=1)
    z = pooled @ W1 + b1
    a = np.tanh(z)
    logits = a @ W2 + b2
    m = logits.max(axis=1, keepdims=True)
    lse = m + np.log(np.exp(logits - m).sum(axis=1, keepdims=True))
    logp = logits - lse
    loss = -logp[np.arange(B), labels].mean() + 0.5 * wd * ((W1 ** 2).sum() + (W2 ** 2).sum())
    grads = {}
    dlogits = np.exp(logp)
    dlogits[np.arange(B), labels] -= 1.0
    dlogits /= B
    grads["W2"] = a.T @ dlogits + wd * W2
    grads["b2"] = dlogits.sum(axis=0)
    da = dlogits @ W2.T
    dz = da * (1.0 - a ** 2)
    grads["W1"] = pooled.T @ dz + wd * W1
    grads["b1"] = dz.sum(axis=0)
    dpooled = dz @ W1.T
    de = np.repeat(dpooled[:, None, :], L, axis=1) / L
    grads["emb"] = np.zeros_like(emb)
    np.add.at(grads["emb"], docs, de)
    return loss, grads

loss, grads = loss_and_grads(params)
""",
    ('"W1"] = pooled.T @ dz + wd * W1', "'W1'] = pooled.T @ dz + wd", "missing-factor missing-activation-derivative"),
    ('"W1"] = pooled.T @ dz +', "'W1'] = pooled.T @ dz -", "sign"),
    (" -=", " =", "not-accumulated"),
    (" np.exp(logp", " -np.exp(logp", "sign"),
    ("dz @ W1.T", "-(dz @ W1.T)", "sign"),
)
add(
    "multi-head attention with projections, reshaped heads",
    """import numpy as np
np.random.seed(26)
B, T, C, nh = 2, 3, 4, 2
hs = C // nh
x = np.random.randn(B, T, C)
w_qkv = np.random.randn(C, 3 * C) * 0.5
w_proj = np.random.randn(C, C) * 0.5
tgt = np.random.randn(B, T, C)
qkv = x @ w_qkv
q, k, v = qkv[:, :, :C], qkv[:, :, C:2 * C], qkv[:, :, 2 * C:]
qh = q.reshape(B, T, nh, hs).transpose(0, 2, 1, 3)
kh = k.reshape(B, T, nh, hs).transpose(0, 2, 1, 3)
vh = v.reshape(B, T, nh, hs).transpose(0, 2, 1, 3)
preatt = qh @ kh.transpose(0, 1, 3, 2) / np.sqrt(hs)
preatt = preatt + np.triu(np.full((T, T), -1e10), 1)
ex = np.exp(preatt - preatt.max(axis=-1, keepdims=True))
att = ex / ex.sum(axis=-1, keepdims=True)
yh = att @ vh
y = yh.transpose(0, 2, 1, 3).reshape(B, T, C)
out = y @ w_proj
loss = 0.5 * np.sum((out - tgt) ** 2) / (B * T)
dout = (out - tgt) / (B * T)
dw_proj = y.reshape(-1, C).T @ dout.reshape(-1, C)
dy = dout @ w_proj.T
dyh = dy.reshape(B, T, nh, hs).transpose(0, 2, 1, 3)
datt = dyh @ vh.transpose(0, 1, 3, 2)
dvh = att.transpose(0, 1, 3, 2) @ dyh
dpreatt = att * (datt - np.sum(att * datt, axis=-1, keepdims=True))
dscaled = dpreatt / np.sqrt(hs)
dqh = dscaled @ kh
dkh = dscaled.transpose(0, 1, 3, 2) @ qh
dq = dqh.transpose(0, 2, 1, 3).reshape(B, T, C)
dk = dkh.transpose(0, 2, 1, 3).reshape(B, T, C)
dv = dvh.transpose(0, 2, 1, 3).reshape(B, T, C)
dqkv = np.concatenate([dq, dk, dv], axis=-1)
dw_qkv = x.reshape(-1, C).T @ dqkv.reshape(-1, 3 * C)
dx = dqkv @ w_qkv.T
""",
    ("tgt) / (B * T)", "tgt) / B", "missing-factor missing-activation-derivative mean-not-sum sum-not-mean"),
    ("(out - tgt) / (B * T", "-((out - tgt) / (B * T)", "sign"),
    (" dscaled ", " dpreatt ", "wrong-upstream wrong-array missing-factor"),
    (" axis=-1, keepdims", " axis=0, keepdims", "wrong-axis"),
    ("dqkv @ w_qkv.T", "-(dqkv @ w_qkv.T)", "sign"),
)
add(
    "deep net with lists of weights (nielsen)",
    """import numpy as np
np.random.seed(27)

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))

class Network(object):
    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        cost = 0.5 * np.sum((activations[-1] - y) ** 2)
        delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            z = zs[-l]
            sp = sigmoid_prime(z)
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return cost, nabla_b, nabla_w

net = Network([2, 3, 3, 2])
x = np.random.randn(2, 1)
y = np.array([[0.0], [1.0]])
cost, nabla_b, nabla_w = net.backprop(x, y)
""",
    ("1] = delta", "1] = -delta", "sign"),
    ("* sp", "* z", "wrong-array output-derivative-at-input"),
    (
        " (activations[-1] - y) ",
        " y ",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
    ("l] = delta", "l] = -delta", "sign"),
    (
        "np.dot(self.weights[-l + 1].transpose(), delta) * sp",
        "-(np.dot(self.weights[-l + 1].transpose(), delta) * sp)",
        "sign",
    ),
)
add(
    "torch autograd functions: softmax, scale and masked relu",
    """import torch

class MySoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        e = torch.exp(x - x.max(dim=1, keepdim=True).values)
        s = e / e.sum(dim=1, keepdim=True)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        s, = ctx.saved_tensors
        inner = (grad_output * s).sum(dim=1, keepdim=True)
        grad_input = s * (grad_output - inner)
        return grad_input

class ScaledMul(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b, scale):
        ctx.save_for_backward(a, b)
        ctx.scale = scale
        return a * b * scale

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        grad_a = grad_output * b * ctx.scale
        grad_b = (grad_output * a * ctx.scale).sum(0)
        return grad_a, grad_b, None

class LeakyReLU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, slope):
        ctx.save_for_backward(x)
        ctx.slope = slope
        return torch.where(x > 0, x, slope * x)

    @staticmethod
    def backward(ctx, grad_output):
        x, = ctx.saved_tensors
        grad_x = grad_output.clone()
        grad_x[x < 0] *= ctx.slope
        return grad_x, None

x = torch.tensor([[0.5, -1.2, 0.3], [1.5, 0.2, -0.7]], requires_grad=True)
w = torch.tensor([0.4, -0.6, 1.1], requires_grad=True)
t = torch.tensor([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])
h = LeakyReLU.apply(ScaledMul.apply(x, w, 1.5), 0.1)
p = MySoftmax.apply(h)
loss = ((p - t) ** 2).sum()
loss.backward()
""",
    ("b * ctx.scale", "ctx.scale", "missing-factor missing-activation-derivative"),
    ("grad_output * b * ctx.scale", "-(grad_output * b * ctx.scale)", "sign"),
    ("s * (grad_output - inner)", "s", "missing-factor missing-activation-derivative missing-upstream missing-path"),
    ("a * ctx.scale", "a", "missing-factor missing-activation-derivative"),
    ("grad_output - inner", "grad_output + inner", "sign"),
)
