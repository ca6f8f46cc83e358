"""Backward passes in the manner of courses and books: each with mistakes that were planted by rule."""

from __future__ import annotations

from tests.engine.backward_passes import Pass

COURSE_PASSES: dict[str, Pass] = {}


def add(name: str, text: str, *mistakes: tuple[str, str, str]) -> None:
    COURSE_PASSES[name] = Pass(text, mistakes)


add(
    "batch norm step by step (blog), in functions",
    """import numpy as np
np.random.seed(1)

def batchnorm_forward(x, gamma, beta, eps):
    N, D = x.shape
    mu = 1./N * np.sum(x, axis=0)
    xmu = x - mu
    sq = xmu ** 2
    var = 1./N * np.sum(sq, axis=0)
    sqrtvar = np.sqrt(var + eps)
    ivar = 1./sqrtvar
    xhat = xmu * ivar
    gammax = gamma * xhat
    out = gammax + beta
    cache = (xhat, gamma, xmu, ivar, sqrtvar, var, eps)
    return out, cache

def batchnorm_backward(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps = cache
    N, D = dout.shape
    # step 9
    dbeta = np.sum(dout, axis=0)
    dgammax = dout
    # step 8
    dgamma = np.sum(dgammax * xhat, axis=0)
    dxhat = dgammax * gamma
    # step 7
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    # step 6
    dsqrtvar = -1. / (sqrtvar ** 2) * divar
    # step 5
    dvar = 0.5 * 1. / np.sqrt(var + eps) * dsqrtvar
    # step 4
    dsq = 1. / N * np.ones((N, D)) * dvar
    # step 3
    dxmu2 = 2 * xmu * dsq
    # step 2
    dx1 = (dxmu1 + dxmu2)
    dmu = -1 * np.sum(dxmu1 + dxmu2, axis=0)
    # step 1
    dx2 = 1. / N * np.ones((N, D)) * dmu
    # step 0
    dx = dx1 + dx2
    return dx, dgamma, dbeta

x = np.random.randn(5, 4) * 2 + 1
gamma = np.random.rand(4) + 0.5
beta = np.random.randn(4)
target = np.random.randn(5, 4)
out, cache = batchnorm_forward(x, gamma, beta, 1e-5)
loss = 0.5 * np.sum((out - target) ** 2) / 5
dout = (out - target) / 5
dx, dgamma, dbeta = batchnorm_backward(dout, cache)
""",
    ("target) / 5", "target) / 6", "wrong-constant wrong-index power-rule wrong-slope sign"),
    (" (out - target) ", " (out + target) ", "sign"),
    ("+ dx2", "+ dout", "wrong-upstream wrong-array"),
    (" (out -", " (x -", "wrong-array output-derivative-at-input"),
    ("(out - target) / 5", "out - target", "sum-not-mean missing-factor power-rule"),
    ("np.sum(dout, axis=0)", "dout", "bias-not-summed missing-path"),
    (" np.sum(dgammax", " -np.sum(dgammax", "sign"),
)
add(
    "layer norm by transposing, course functions",
    """import numpy as np
np.random.seed(231)

def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    cache = (x, w, b)
    return out, cache

def affine_backward(dout, cache):
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db

def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    x_T = x.T
    mean = np.mean(x_T, axis=0)
    var = np.var(x_T, axis=0)
    std = np.sqrt(var + eps)
    x_norm = (x_T - mean) / std
    x_norm = x_norm.T
    out = x_norm * gamma + beta
    cache = (x_norm, gamma, std)
    return out, cache

def layernorm_backward(dout, cache):
    x_norm, gamma, std = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_norm).sum(axis=0)
    dx_norm = (dout * gamma).T
    xn = x_norm.T
    D = xn.shape[0]
    dx = 1 / (D * std) * (D * dx_norm - dx_norm.sum(axis=0) - xn * (dx_norm * xn).sum(axis=0))
    dx = dx.T
    return dx, dgamma, dbeta

def relu_forward(x):
    return np.maximum(0, x), x

def relu_backward(dout, cache):
    dx = dout * (cache > 0)
    return dx

def softmax_loss(x, y):
    shifted_logits = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted_logits), axis=1, keepdims=True)
    log_probs = shifted_logits - np.log(Z)
    probs = np.exp(log_probs)
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx

X = np.random.randn(4, 2, 3)
y = np.array([2, 0, 1, 1])
W1 = np.random.randn(6, 5) * 0.5
b1 = np.random.randn(5) * 0.1
gamma1 = np.random.rand(5) + 0.5
beta1 = np.random.randn(5) * 0.3
W2 = np.random.randn(5, 3) * 0.5
b2 = np.random.randn(3) * 0.1
reg = 0.05

a1, fc_cache = affine_forward(X, W1, b1)
n1, ln_cache = layernorm_forward(a1, gamma1, beta1, {})
h1, relu_cache = relu_forward(n1)
scores, out_cache = affine_forward(h1, W2, b2)
loss, dscores = softmax_loss(scores, y)
loss += 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))

dh1, dW2, db2 = affine_backward(dscores, out_cache)
dn1 = relu_backward(dh1, relu_cache)
da1, dgamma1, dbeta1 = layernorm_backward(dn1, ln_cache)
dX, dW1, db1 = affine_backward(da1, fc_cache)
dW2 += reg * W2
dW1 += reg * W1
""",
    ("db = dout.sum(axis=0)", "db = dout.mean(axis=0)", "mean-not-sum"),
    ("dW2 +=", "dW2 =", "not-accumulated"),
    ("(dout * x_norm).sum", "x_norm.sum", "missing-factor missing-activation-derivative missing-upstream"),
    ("dx_norm.sum(axis=0)", "dx_norm", "bias-not-summed missing-path"),
    ("dbeta = dout.sum(axis=0)", "dbeta = -dout.sum(axis=0)", "sign"),
    ("/ (D * std) ", "", "sum-not-mean missing-factor power-rule"),
    ("dW2 += reg * W2\n", "", "missing-path labels-not-subtracted not-accumulated statistics-as-constants"),
)
add(
    "spatial batch norm and a naive convolution, course functions",
    """import numpy as np
np.random.seed(5)

def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant')
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    window = x_pad[n, :, i*stride:i*stride+HH, j*stride:j*stride+WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    cache = (x, w, b, conv_param)
    return out, cache

def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, H_out, W_out = dout.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), 'constant')
    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            db[f] += np.sum(dout[n, f])
            for i in range(H_out):
                for j in range(W_out):
                    h0, w0 = i * stride, j * stride
                    dw[f] += x_pad[n, :, h0:h0+HH, w0:w0+WW] * dout[n, f, i, j]
                    dx_pad[n, :, h0:h0+HH, w0:w0+WW] += w[f] * dout[n, f, i, j]
    dx = dx_pad[:, :, pad:pad+H, pad:pad+W]
    return dx, dw, db

def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    ivar = 1 / np.sqrt(var + eps)
    x_hat = (x - mu) * ivar
    out = gamma * x_hat + beta
    return out, (x, x_hat, gamma, mu, ivar)

def batchnorm_backward(dout, cache):
    x, x_hat, gamma, mu, ivar = cache
    m = dout.shape[0]
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * (x - mu) * -0.5 * ivar ** 3, axis=0)
    dmu = np.sum(-dx_hat * ivar, axis=0) + dvar * np.mean(-2 * (x - mu), axis=0)
    dx = dx_hat * ivar + dvar * 2 * (x - mu) / m + dmu / m
    return dx, dgamma, dbeta

def spatial_batchnorm_forward(x, gamma, beta):
    N, C, H, W = x.shape
    out, cache = batchnorm_forward(x.transpose(0, 2, 3, 1).reshape(-1, C), gamma, beta)
    out = out.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, cache

def spatial_batchnorm_backward(dout, cache):
    N, C, H, W = dout.shape
    dx, dgamma, dbeta = batchnorm_backward(dout.transpose(0, 2, 3, 1).reshape(-1, C), cache)
    dx = dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return dx, dgamma, dbeta

x = np.random.randn(2, 2, 5, 4)
w = np.random.randn(3, 2, 3, 3) * 0.4
b = np.random.randn(3)
gamma = np.random.rand(3) + 0.5
beta = np.random.randn(3)
t = np.random.randn(2, 3, 3, 2)
conv_out, conv_cache = conv_forward_naive(x, w, b, {'stride': 2, 'pad': 1})
bn_out, bn_cache = spatial_batchnorm_forward(conv_out, gamma, beta)
act = np.tanh(bn_out)
loss = np.mean((act - t) ** 2)

dact = 2 * (act - t) / act.size
dbn = dact * (1 - act ** 2)
dconv, dgamma, dbeta = spatial_batchnorm_backward(dbn, bn_cache)
dx, dw, db = conv_backward_naive(dconv, conv_cache)
""",
    ("f] += np.sum", "f] = np.sum", "not-accumulated"),
    ("ivar + dvar * 2", "ivar + dbeta * 2", "wrong-upstream wrong-array"),
    ("spatial_batchnorm_backward(dbn,", "spatial_batchnorm_backward(dact,", "wrong-upstream wrong-array"),
    ("* (x - mu) *", "* (x + mu) *", "sign"),
    ("dout.transpose(0, 2, 3, 1).reshape", "dout.reshape", "transposed"),
    ("* (act - t) ", "", "missing-factor missing-activation-derivative missing-path"),
    ("x_hat, axis=0)", "x_hat, axis=1)", "wrong-axis"),
)
add(
    "caption rnn of the course: embedding, steps, temporal softmax with mask",
    """import numpy as np
np.random.seed(3)

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h ** 2)
    dx = da.dot(Wx.T)
    dprev_h = da.dot(Wh.T)
    dWx = x.T.dot(da)
    dWh = prev_h.T.dot(da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dWx, dWh, db

def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = []
    prev_h = h0
    for t in range(T):
        prev_h, cache_t = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        h[:, t, :] = prev_h
        cache.append(cache_t)
    return h, cache

def rnn_backward(dh, cache):
    N, T, H = dh.shape
    x0, h_prev, Wx0, Wh0, _ = cache[0]
    D = x0.shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros(H)
    dprev_h = np.zeros((N, H))
    for t in reversed(range(T)):
        dnext_h = dh[:, t, :] + dprev_h
        dx_t, dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dnext_h, cache[t])
        dx[:, t, :] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db

def word_embedding_forward(x, W):
    out = W[x]
    return out, (x, W)

def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW

def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    x_flat = x.reshape(N * T, V)
    y_flat = y.reshape(N * T)
    mask_flat = mask.reshape(N * T)
    probs = np.exp(x_flat - np.max(x_flat, axis=1, keepdims=True))
    probs /= np.sum(probs, axis=1, keepdims=True)
    loss = -np.sum(mask_flat * np.log(probs[np.arange(N * T), y_flat])) / N
    dx_flat = probs.copy()
    dx_flat[np.arange(N * T), y_flat] -= 1
    dx_flat /= N
    dx_flat *= mask_flat[:, None]
    dx = dx_flat.reshape(N, T, V)
    return loss, dx

captions_in = np.array([[1, 2, 0], [3, 1, 2]])
captions_out = np.array([[2, 0, 3], [1, 2, 4]])
mask = np.array([[1, 1, 0], [1, 1, 1]])
W_embed = np.random.randn(5, 3)
h0 = np.random.randn(2, 4)
Wx = np.random.randn(3, 4) * 0.6
Wh = np.random.randn(4, 4) * 0.6
b = np.random.randn(4) * 0.2
W_vocab = np.random.randn(4, 5) * 0.7
b_vocab = np.random.randn(5) * 0.1

x, embed_cache = word_embedding_forward(captions_in, W_embed)
h, rnn_cache = rnn_forward(x, h0, Wx, Wh, b)
N, T, H = h.shape
scores = h.reshape(N * T, H).dot(W_vocab).reshape(N, T, 5) + b_vocab
loss, dscores = temporal_softmax_loss(scores, captions_out, mask)

dscores_flat = dscores.reshape(N * T, 5)
dW_vocab = h.reshape(N * T, H).T.dot(dscores_flat)
db_vocab = dscores_flat.sum(axis=0)
dh = dscores_flat.dot(W_vocab.T).reshape(N, T, H)
dx, dh0, dWx, dWh, db = rnn_backward(dh, rnn_cache)
dW_embed = word_embedding_backward(dx, embed_cache)
""",
    ("Wh.T", "Wh", "transposed"),
    ("x.T.dot(da)", "x.T.dot(dnext_h)", "wrong-upstream wrong-array"),
    ("dscores_flat.sum", "dscores_flat.mean", "mean-not-sum"),
    ("dscores_flat.sum(axis=0)", "dscores_flat.sum(axis=1)", "wrong-axis"),
    ("dscores_flat.sum", "-dscores_flat.sum", "sign"),
    ("dscores_flat.sum(axis=0)", "dscores_flat", "bias-not-summed missing-path"),
    (" -=", " =", "not-accumulated"),
)
add(
    "lstm of the course over time",
    """import numpy as np
np.random.seed(10)

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H:2*H])
    o = sigmoid(a[:, 2*H:3*H])
    g = np.tanh(a[:, 3*H:])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
    return next_h, next_c, cache

def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tanh_c = np.tanh(next_c)
    do = dnext_h * tanh_c
    dc = dnext_c + dnext_h * o * (1 - tanh_c ** 2)
    df = dc * prev_c
    dprev_c = dc * f
    di = dc * g
    dg = dc * i
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * (1 - g ** 2)
    da = np.hstack((dai, daf, dao, dag))
    dx = da.dot(Wx.T)
    dWx = x.T.dot(da)
    dprev_h = da.dot(Wh.T)
    dWh = prev_h.T.dot(da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db

def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = {}
    prev_h, prev_c = h0, np.zeros_like(h0)
    for t in range(T):
        prev_h, prev_c, cache[t] = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        h[:, t] = prev_h
    return h, cache

def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx, dWx, dWh, db = np.zeros((N, T, D)), np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    dprev_h = np.zeros((N, H))
    dprev_c = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx[:, t], dprev_h, dprev_c, dWxt, dWht, dbt = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dWx += dWxt
        dWh += dWht
        db += dbt
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db

x = np.random.randn(2, 3, 3)
h0 = np.random.randn(2, 2)
Wx = np.random.randn(3, 8) * 0.7
Wh = np.random.randn(2, 8) * 0.7
b = np.random.randn(8) * 0.3
target = np.random.randn(2, 3, 2)
h, cache = lstm_forward(x, h0, Wx, Wh, b)
loss = np.sum((h - target) ** 2) / 2
dh = h - target
dx, dh0, dWx, dWh, db = lstm_backward(dh, cache)
""",
    ("dWx +=", "dWx =", "not-accumulated"),
    (" h - target", " h", "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope"),
    (" np.sum(da", " np.mean(da", "mean-not-sum"),
    ("df * f * (1 - f)", "1 - f", "missing-factor missing-activation-derivative wrong-slope missing-upstream"),
    ("= dg *", "= dc *", "wrong-upstream wrong-array"),
    (" o)", " tanh_c)", "wrong-array output-derivative-at-input"),
    ("dnext_h * tanh_c", "dnext_h", "missing-factor missing-activation-derivative"),
)
add(
    "cbow with negative sampling, book classes",
    """import numpy as np
np.random.seed(8)

def cross_entropy(y, t):
    return -np.sum(t * np.log(y + 1e-12) + (1 - t) * np.log(1 - y + 1e-12)) / t.shape[0]

class SigmoidWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = 1 / (1 + np.exp(-x))
        self.loss = cross_entropy(self.y, self.t)
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = (self.y - self.t) * dout / batch_size
        return dx

class Embedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.idx = None

    def forward(self, idx):
        W, = self.params
        self.idx = idx
        out = W[idx]
        return out

    def backward(self, dout):
        dW, = self.grads
        dW[...] = 0
        np.add.at(dW, self.idx, dout)
        return None

class EmbeddingDot:
    def __init__(self, W):
        self.embed = Embedding(W)
        self.params = self.embed.params
        self.grads = self.embed.grads
        self.cache = None

    def forward(self, h, idx):
        target_W = self.embed.forward(idx)
        out = np.sum(target_W * h, axis=1)
        self.cache = (h, target_W)
        return out

    def backward(self, dout):
        h, target_W = self.cache
        dout = dout.reshape(dout.shape[0], 1)
        dtarget_W = dout * h
        self.embed.backward(dtarget_W)
        dh = dout * target_W
        return dh

W_in = np.random.randn(6, 3) * 0.8
W_out = np.random.randn(6, 3) * 0.8
contexts = np.array([[0, 2], [1, 3], [2, 4]])
target = np.array([1, 2, 3])
negative = np.array([[4, 5], [0, 5], [1, 1]])

in_layers = [Embedding(W_in), Embedding(W_in)]
dot_layers = [EmbeddingDot(W_out) for _ in range(3)]
loss_layers = [SigmoidWithLoss() for _ in range(3)]

h = 0
for i, layer in enumerate(in_layers):
    h += layer.forward(contexts[:, i])
h *= 1 / len(in_layers)
score = dot_layers[0].forward(h, target)
loss = loss_layers[0].forward(score, np.ones(3))
for i in range(2):
    score = dot_layers[1 + i].forward(h, negative[:, i])
    loss += loss_layers[1 + i].forward(score, np.zeros(3))

dh = 0
for l0, l1 in zip(loss_layers, dot_layers):
    dscore = l0.backward(1)
    dh += l1.backward(dscore)
dh *= 1 / len(in_layers)
for layer in in_layers:
    layer.backward(dh)
dW_in = in_layers[0].grads[0] + in_layers[1].grads[0]
dW_out = dot_layers[0].grads[0] + dot_layers[1].grads[0] + dot_layers[2].grads[0]
""",
    (" + in_layers[1].grads[0]", "", "missing-path wrong-slope"),
    ("dout / batch_size", "dout", "sum-not-mean missing-factor"),
    ("dh = 0", "dh = 1", "wrong-constant wrong-index power-rule wrong-slope sign"),
    (" + in_layers", " - in_layers", "sign"),
    ("dot_layers[0].grads", "dot_layers[-1].grads", "wrong-index"),
    ("dh +=", "dh -=", "sign"),
    ("(self.y ", "(self.t ", "wrong-array output-derivative-at-input"),
)
add(
    "regularised logistic regression, exercise",
    """import numpy as np
np.random.seed(2)
m = 6
X = np.hstack([np.ones((m, 1)), np.random.randn(m, 3)])
y = np.array([[1], [0], [0], [1], [1], [0]])
theta = np.random.randn(4, 1) * 0.5
lam = 0.7

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cost_function_reg(theta, X, y, lam):
    m = len(y)
    h = sigmoid(X @ theta)
    J = (-y.T @ np.log(h) - (1 - y).T @ np.log(1 - h)).sum() / m
    J = J + lam / (2 * m) * np.sum(theta[1:] ** 2)
    grad = X.T @ (h - y) / m
    grad[1:] += lam / m * theta[1:]
    return J, grad

J, grad_theta = cost_function_reg(theta, X, y, lam)
""",
    (" +=", " =", "not-accumulated"),
    ("y) / m", "y)", "sum-not-mean missing-factor"),
    ("/ m ", "", "sum-not-mean missing-factor"),
    ("m * theta[1:]", "m", "missing-factor missing-activation-derivative"),
    (
        "    grad[1:] += lam / m * theta[1:]\n",
        "",
        "missing-path labels-not-subtracted not-accumulated statistics-as-constants",
    ),
    ("(h ", "(y ", "wrong-array output-derivative-at-input"),
    ("X.T @ (h - y) / m", "-(X.T @ (h - y) / m)", "sign"),
)
add(
    "multiclass hinge, vectorised",
    """import numpy as np
np.random.seed(4)

def svm_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    scores = X.dot(W)
    correct = scores[np.arange(num_train), y].reshape(-1, 1)
    margin = np.maximum(0, scores - correct + 1)
    margin[np.arange(num_train), y] = 0
    loss = margin.sum() / num_train
    loss += reg * np.sum(W * W)

    dscores = np.zeros_like(scores)
    dscores[margin > 0] = 1
    dscores[np.arange(num_train), y] -= np.sum(dscores, axis=1)
    dscores /= num_train
    dW = X.T.dot(dscores)
    dW += 2 * reg * W
    return loss, dW

W = np.random.randn(4, 5) * 0.3
X = np.random.randn(6, 4)
y = np.array([0, 3, 2, 1, 4, 2])
loss, dW = svm_loss_vectorized(W, X, y, 0.1)
""",
    (" 2 ", " 3 ", "wrong-constant wrong-index power-rule wrong-slope sign labels-not-subtracted"),
    ("reg * W", "reg", "missing-factor missing-activation-derivative"),
    (" -=", " =", "not-accumulated"),
    ("    dscores[margin > 0] = 1\n", "", "missing-activation-derivative wrong-mask labels-not-subtracted"),
    ("= 1", "= -1", "sign"),
    (" 2 ", " 1 ", "wrong-constant wrong-index power-rule wrong-slope sign labels-not-subtracted"),
    (" np.sum(dscores", " np.mean(dscores", "mean-not-sum"),
)
add(
    "L-layer network, columns (course)",
    """import numpy as np
np.random.seed(1)

def sigmoid(Z):
    return 1 / (1 + np.exp(-Z)), Z

def relu(Z):
    return np.maximum(0, Z), Z

def relu_backward(dA, cache):
    Z = cache
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ

def sigmoid_backward(dA, cache):
    Z = cache
    s = 1 / (1 + np.exp(-Z))
    dZ = dA * s * (1 - s)
    return dZ

def linear_forward(A, W, b):
    Z = np.dot(W, A) + b
    cache = (A, W, b)
    return Z, cache

def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    if activation == "sigmoid":
        A, activation_cache = sigmoid(Z)
    elif activation == "relu":
        A, activation_cache = relu(Z)
    cache = (linear_cache, activation_cache)
    return A, cache

def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        A, cache = linear_activation_forward(A_prev, parameters['W' + str(l)], parameters['b' + str(l)], "relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters['W' + str(L)], parameters['b' + str(L)], "sigmoid")
    caches.append(cache)
    return AL, caches

def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -1 / m * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
    cost = np.squeeze(cost)
    return cost

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1. / m * np.dot(dZ, A_prev.T)
    db = 1. / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db

def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ = relu_backward(dA, activation_cache)
        dA_prev, dW, db = linear_backward(dZ, linear_cache)
    elif activation == "sigmoid":
        dZ = sigmoid_backward(dA, activation_cache)
        dA_prev, dW, db = linear_backward(dZ, linear_cache)
    return dA_prev, dW, db

def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    m = AL.shape[1]
    Y = Y.reshape(AL.shape)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    current_cache = caches[L - 1]
    grads["dA" + str(L - 1)], grads["dW" + str(L)], grads["db" + str(L)] = linear_activation_backward(dAL,
        current_cache, "sigmoid")
    for l in reversed(range(L - 1)):
        current_cache = caches[l]
        dA_prev_temp, dW_temp, db_temp = linear_activation_backward(grads["dA" + str(l + 1)], current_cache, "relu")
        grads["dA" + str(l)] = dA_prev_temp
        grads["dW" + str(l + 1)] = dW_temp
        grads["db" + str(l + 1)] = db_temp
    return grads

X = np.random.randn(3, 5)
Y = np.array([[1, 0, 1, 1, 0]])
parameters = {}
dims = [3, 4, 3, 1]
for l in range(1, len(dims)):
    parameters['W' + str(l)] = np.random.randn(dims[l], dims[l - 1]) * 0.8
    parameters['b' + str(l)] = np.random.randn(dims[l], 1) * 0.2

AL, caches = L_model_forward(X, parameters)
cost = compute_cost(AL, Y)
grads = L_model_backward(AL, Y, caches)
""",
    ("1. / m * np.sum(dZ, axis=1, keepdims=True)", "1.0 / m * dZ", "bias-not-summed missing-path"),
    (
        "(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL)",
        "np.divide(Y, AL",
        "missing-path labels-not-subtracted softmax-elementwise statistics-as-constants wrong-slope",
    ),
    ("s * (1 - s)", "s", "missing-factor missing-activation-derivative wrong-slope missing-path"),
    ("1. / m * np.sum", "1.0 / m * np.mean", "mean-not-sum extra-factor"),
    ("    dZ[Z <= 0] = 0\n", "", "missing-activation-derivative wrong-mask labels-not-subtracted"),
    ("db = 1. / m", "db = 0.0 / m", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("= 1 / (1 + np.exp(-Z))", "= 1", "sum-not-mean missing-factor power-rule"),
)
add(
    "time rnn, book 2",
    """import numpy as np
np.random.seed(6)

class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        t = np.dot(h_prev, Wh) + np.dot(x, Wx) + b
        h_next = np.tanh(t)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next ** 2)
        db = np.sum(dt, axis=0)
        dWh = np.dot(h_prev.T, dt)
        dh_prev = np.dot(dt, Wh.T)
        dWx = np.dot(x.T, dt)
        dx = np.dot(dt, Wx.T)
        self.grads[0][...] = dWx
        self.grads[1][...] = dWh
        self.grads[2][...] = db
        return dx, dh_prev

class TimeRNN:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.layers = None
        self.h, self.dh = None, None
        self.stateful = stateful

    def forward(self, xs):
        Wx, Wh, b = self.params
        N, T, D = xs.shape
        D, H = Wx.shape
        self.layers = []
        hs = np.empty((N, T, H), dtype='f')
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H), dtype='f')
        for t in range(T):
            layer = RNN(*self.params)
            self.h = layer.forward(xs[:, t, :], self.h)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        Wx, Wh, b = self.params
        N, T, H = dhs.shape
        D, H = Wx.shape
        dxs = np.empty((N, T, D), dtype='f')
        dh = 0
        grads = [0, 0, 0]
        for t in reversed(range(T)):
            layer = self.layers[t]
            dx, dh = layer.backward(dhs[:, t, :] + dh)
            dxs[:, t, :] = dx
            for i, grad in enumerate(layer.grads):
                grads[i] += grad
        for i, grad in enumerate(grads):
            self.grads[i][...] = grad
        self.dh = dh
        return dxs

class TimeAffine:
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None

    def forward(self, x):
        N, T, D = x.shape
        W, b = self.params
        rx = x.reshape(N * T, -1)
        out = np.dot(rx, W) + b
        self.x = x
        return out.reshape(N, T, -1)

    def backward(self, dout):
        x = self.x
        N, T, D = x.shape
        W, b = self.params
        dout = dout.reshape(N * T, -1)
        rx = x.reshape(N * T, -1)
        db = np.sum(dout, axis=0)
        dW = np.dot(rx.T, dout)
        dx = np.dot(dout, W.T)
        dx = dx.reshape(*x.shape)
        self.grads[0][...] = dW
        self.grads[1][...] = db
        return dx

xs = np.random.randn(2, 3, 3)
ts = np.random.randn(2, 3, 2)
Wx = np.random.randn(3, 4) * 0.6
Wh = np.random.randn(4, 4) * 0.6
b = np.random.randn(4) * 0.1
W = np.random.randn(4, 2)
c = np.random.randn(2)
rnn = TimeRNN(Wx, Wh, b)
affine = TimeAffine(W, c)
ys = affine.forward(rnn.forward(xs))
loss = np.sum((ys - ts) ** 2) / 6
dys = 2 * (ys - ts) / 6
dhs = affine.backward(dys)
dxs = rnn.backward(dhs)
""",
    (" (ys -", " (ts -", "wrong-array output-derivative-at-input"),
    (" 0,", " 1,", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("ts) / 6", "ts)", "sum-not-mean missing-factor power-rule"),
    ("Wh.T", "Wh.T.T", "transposed"),
    ("2 * ", "", "missing-factor missing-activation-derivative wrong-constant power-rule"),
    (" (ys - ts) ", " (ys + ts) ", "sign"),
    ("self.grads[2]", "self.grads[1]", "wrong-index"),
)
add(
    "autograd functions of torch",
    """import torch
torch.manual_seed(0)

class LinearFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input, weight, bias):
        ctx.save_for_backward(input, weight, bias)
        output = input.mm(weight.t())
        output += bias.unsqueeze(0).expand_as(output)
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_output.mm(weight)
        grad_weight = grad_output.t().mm(input)
        grad_bias = grad_output.sum(0)
        return grad_input, grad_weight, grad_bias

class SwishFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(x, s)
        return x * s

    @staticmethod
    def backward(ctx, grad_output):
        x, s = ctx.saved_tensors
        grad_x = grad_output * (s + x * s * (1 - s))
        return grad_x

x = torch.tensor([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]], requires_grad=True)
w = torch.tensor([[0.5, -0.2, 0.8], [1.0, 0.3, -0.7]], requires_grad=True)
b = torch.tensor([0.1, -0.3], requires_grad=True)
y = LinearFunction.apply(x, w, b)
z = SwishFunction.apply(y)
loss = (z ** 2).mean()
loss.backward()
""",
    (
        "grad_output * (s + x * s * (1 - s)",
        "s + x * s * (1 - s",
        "missing-factor missing-activation-derivative wrong-slope missing-upstream",
    ),
    ("(s ", "(x ", "wrong-array output-derivative-at-input"),
    ("(1 ", "(2 ", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("grad_output.t().mm", "grad_output.mm", "transposed"),
    ("grad_output.sum", "grad_output.mean", "mean-not-sum"),
    ("* s *", "* x *", "wrong-array output-derivative-at-input"),
    ("s + x", "s - x", "sign"),
)
add(
    "radial basis functions with softplus",
    """import numpy as np
np.random.seed(12)
N, D, K = 6, 2, 4
X = np.random.randn(N, D)
y = np.random.rand(N, 1) * 3
centers = np.random.randn(K, D)
log_beta = np.random.randn(K) * 0.3
W = np.random.randn(K, 1)
b = np.random.randn(1)

diff = X[:, None, :] - centers[None, :, :]
dist2 = np.sum(diff ** 2, axis=2)
beta = np.exp(log_beta)
phi = np.exp(-beta * dist2)
z = phi.dot(W) + b
pred = np.log(1 + np.exp(z))
err = pred - y
loss = 0.5 * np.mean(err ** 2)

dpred = err / N
dz = dpred * (1 / (1 + np.exp(-z)))
dW = phi.T.dot(dz)
db = dz.sum(axis=0)
dphi = dz.dot(W.T)
dexponent = dphi * phi
dbeta = np.sum(-dist2 * dexponent, axis=0)
dlog_beta = dbeta * beta
ddist2 = -beta * dexponent
ddiff = 2 * diff * ddist2[:, :, None]
dcenters = -ddiff.sum(axis=0)
dX = ddiff.sum(axis=1)
""",
    ("phi.T.dot(dz)", "phi.T.dot(dpred)", "wrong-upstream wrong-array"),
    (" (1 /", " (2 /", "wrong-constant wrong-index power-rule wrong-slope sign"),
    ("axis=1)", "axis=0)", "wrong-axis"),
    ("dphi * phi", "-(dphi * phi)", "sign"),
    ("(1 + np.exp(-z))", "1", "missing-path wrong-slope missing-activation-derivative missing-factor"),
    ("-ddiff.sum(axis", "--ddiff.sum(axis", "sign"),
    ("dz.sum(axis=0)", "dz", "bias-not-summed missing-path"),
)
