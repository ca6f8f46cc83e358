"""More backward passes to be judged, of other layers than the courses': each with mistakes to plant."""

from __future__ import annotations

from tests.engine.backward_passes import Pass

LAYER_PASSES: dict[str, Pass] = {}


def add(name: str, text: str, *mistakes: tuple[str, str, str]) -> None:
    LAYER_PASSES[name] = Pass("import numpy as np\nnp.random.seed(7)\n" + text, mistakes)


add(
    "gelu and rms norm",
    """x = np.random.randn(4, 3)
weight = np.random.randn(3)
W = np.random.randn(3, 3)
target = np.random.randn(4, 3)
eps = 1e-6
rms = np.sqrt(np.mean(x ** 2, axis=-1, keepdims=True) + eps)
norm = x / rms
h = norm * weight
z = h @ W
s = np.sqrt(2.0 / np.pi)
cube = 0.044715 * z ** 3
th = np.tanh(s * (z + cube))
y = 0.5 * z * (1.0 + th)
loss = np.mean((y - target) ** 2)
dy = 2.0 * (y - target) / y.size
sech2 = 1.0 - th ** 2
local = 0.5 * (1.0 + th) + 0.5 * z * sech2 * s * (1.0 + 3 * 0.044715 * z ** 2)
dz = dy * local
dW = h.T @ dz
dh = dz @ W.T
dweight = np.sum(dh * norm, axis=0)
dnorm = dh * weight
drms = -np.sum(dnorm * x, axis=-1, keepdims=True) / rms ** 2
dx = dnorm / rms + drms * x / (x.shape[-1] * rms)
""",
    ("0.5 * z * sech2 * s", "0.5 * z * sech2", "missing-factor"),
    ("3 * 0.044715 * z ** 2", "0.044715 * z ** 2", "missing-factor wrong-constant"),
    ("dweight = np.sum(dh * norm, axis=0)", "dweight = np.sum(dh * x, axis=0)", "wrong-array"),
    ("dx = dnorm / rms + drms * x / (x.shape[-1] * rms)", "dx = dnorm / rms", "missing-path"),
    (
        "axis=-1, keepdims=True) / rms ** 2",
        "axis=-1, keepdims=True) / rms",
        "missing-factor power-rule factor-inverted",
    ),
)
add(
    "variational autoencoder",
    """x = np.random.randn(4, 3)
We = np.random.randn(3, 4)
Wmu = np.random.randn(4, 2)
Wlv = 0.3 * np.random.randn(4, 2)
Wd = np.random.randn(2, 3)
eps = np.random.randn(4, 2)
he = np.tanh(x @ We)
mu = he @ Wmu
logvar = he @ Wlv
std = np.exp(0.5 * logvar)
z = mu + std * eps
xr = z @ Wd
recon = 0.5 * np.sum((xr - x) ** 2)
kl = -0.5 * np.sum(1 + logvar - mu ** 2 - np.exp(logvar))
loss = recon + kl
dxr = xr - x
dWd = z.T @ dxr
dz = dxr @ Wd.T
dmu = dz + mu
dlogvar = dz * eps * 0.5 * std + 0.5 * (np.exp(logvar) - 1)
dWmu = he.T @ dmu
dWlv = he.T @ dlogvar
dhe = dmu @ Wmu.T + dlogvar @ Wlv.T
dpre = dhe * (1 - he ** 2)
dWe = x.T @ dpre
""",
    ("dmu = dz + mu", "dmu = dz", "missing-path"),
    ("dz * eps * 0.5 * std", "dz * eps * std", "missing-factor wrong-constant"),
    ("dz * eps * 0.5 * std", "dz * 0.5 * std", "missing-factor"),
    ("0.5 * (np.exp(logvar) - 1)", "0.5 * (np.exp(logvar) + 1)", "sign"),
    ("dmu @ Wmu.T + dlogvar @ Wlv.T", "dmu @ Wmu.T", "missing-path"),
    ("(1 - he ** 2)", "he * (1 - he)", "wrong-slope"),
)
add(
    "causal attention with heads",
    """B, T, C, nh = 1, 3, 4, 2
hs = C // nh
x = np.random.randn(B, T, C)
Wqkv = 0.5 * np.random.randn(C, 3 * C)
Wo = np.random.randn(C, C)
dout = np.random.randn(B, T, C)
qkv = x @ Wqkv
q = qkv[..., :C].reshape(B, T, nh, hs).transpose(0, 2, 1, 3)
k = qkv[..., C:2*C].reshape(B, T, nh, hs).transpose(0, 2, 1, 3)
v = qkv[..., 2*C:].reshape(B, T, nh, hs).transpose(0, 2, 1, 3)
scale = 1.0 / np.sqrt(hs)
preatt = (q @ k.transpose(0, 1, 3, 2)) * scale
mask = np.triu(np.ones((T, T)), 1)
preatt = preatt - 1e9 * mask
e = np.exp(preatt - preatt.max(axis=-1, keepdims=True))
att = e / e.sum(axis=-1, keepdims=True)
y = att @ v
ym = y.transpose(0, 2, 1, 3).reshape(B, T, C)
out = ym @ Wo
dWo = ym.reshape(-1, C).T @ dout.reshape(-1, C)
dym = dout @ Wo.T
dy = dym.reshape(B, T, nh, hs).transpose(0, 2, 1, 3)
datt = dy @ v.transpose(0, 1, 3, 2)
dv = att.transpose(0, 1, 3, 2) @ dy
dpreatt = att * (datt - (att * datt).sum(axis=-1, keepdims=True))
dq = (dpreatt @ k) * scale
dk = (dpreatt.transpose(0, 1, 3, 2) @ q) * scale
dqkv = np.concatenate([a.transpose(0, 2, 1, 3).reshape(B, T, C) for a in (dq, dk, dv)], axis=-1)
dWqkv = x.reshape(-1, C).T @ dqkv.reshape(-1, 3 * C)
dx = dqkv @ Wqkv.T
""",
    ("dq = (dpreatt @ k) * scale", "dq = (dpreatt @ k)", "missing-factor"),
    ("dk = (dpreatt.transpose(0, 1, 3, 2) @ q)", "dk = (dpreatt @ q)", "transposed"),
    ("(datt - (att * datt).sum(axis=-1, keepdims=True))", "datt * (1 - att)", "softmax-elementwise"),
    ("(att * datt).sum(axis=-1, keepdims=True)", "(att * datt).sum(axis=-2, keepdims=True)", "wrong-axis"),
    ("dv = att.transpose(0, 1, 3, 2) @ dy", "dv = att @ dy", "transposed"),
)
add(
    "one step of a GRU",
    """x = np.random.randn(4, 3)
h_prev = np.random.randn(4, 2)
Wx = np.random.randn(3, 6)
Wh = np.random.randn(2, 6)
b = np.random.randn(6)
H = 2
def sigmoid(a):
    return 1 / (1 + np.exp(-a))
Wxz, Wxr, Wxh = Wx[:, :H], Wx[:, H:2*H], Wx[:, 2*H:]
Whz, Whr, Whh = Wh[:, :H], Wh[:, H:2*H], Wh[:, 2*H:]
bz, br, bh = b[:H], b[H:2*H], b[2*H:]
z = sigmoid(np.dot(x, Wxz) + np.dot(h_prev, Whz) + bz)
r = sigmoid(np.dot(x, Wxr) + np.dot(h_prev, Whr) + br)
h_hat = np.tanh(np.dot(x, Wxh) + np.dot(r * h_prev, Whh) + bh)
h_next = (1 - z) * h_prev + z * h_hat
loss = np.sum(h_next ** 3)
dh_next = 3 * h_next ** 2
dh_hat = dh_next * z
dh_prev = dh_next * (1 - z)
dt = dh_hat * (1 - h_hat ** 2)
dbh = np.sum(dt, axis=0)
dWhh = np.dot((r * h_prev).T, dt)
dhr = np.dot(dt, Whh.T)
dWxh = np.dot(x.T, dt)
dx = np.dot(dt, Wxh.T)
dh_prev += r * dhr
dz = dh_next * h_hat - dh_next * h_prev
dt = dz * z * (1 - z)
dbz = np.sum(dt, axis=0)
dWhz = np.dot(h_prev.T, dt)
dh_prev += np.dot(dt, Whz.T)
dWxz = np.dot(x.T, dt)
dx += np.dot(dt, Wxz.T)
dr = dhr * h_prev
dt = dr * r * (1 - r)
dbr = np.sum(dt, axis=0)
dWhr = np.dot(h_prev.T, dt)
dh_prev += np.dot(dt, Whr.T)
dWxr = np.dot(x.T, dt)
dx += np.dot(dt, Wxr.T)
""",
    ("dh_prev += r * dhr", "dh_prev = r * dhr", "not-accumulated"),
    ("dr = dhr * h_prev", "dr = dhr", "missing-factor"),
    ("np.dot((r * h_prev).T, dt)", "np.dot(h_prev.T, dt)", "missing-factor"),
    ("dz = dh_next * h_hat - dh_next * h_prev", "dz = dh_next * h_hat", "missing-path"),
    ("dt = dr * r * (1 - r)", "dt = dr * z * (1 - z)", "wrong-array"),
    ("dx += np.dot(dt, Wxr.T)", "dx += np.dot(dt, Wxz.T)", "wrong-array"),
)
add(
    "triplet hinge over an embedding",
    """a = np.random.randn(4, 3)
p = np.random.randn(4, 3)
n = np.random.randn(4, 3)
W = np.random.randn(3, 2)
margin = 1.0
ea, ep, en = a @ W, p @ W, n @ W
dp_ = np.sum((ea - ep) ** 2, axis=1)
dn_ = np.sum((ea - en) ** 2, axis=1)
hinge = np.maximum(0, dp_ - dn_ + margin)
loss = np.mean(hinge)
active = (hinge > 0).astype(float)[:, None] / len(a)
d_ea = active * (2 * (ea - ep) - 2 * (ea - en))
d_ep = -active * 2 * (ea - ep)
d_en = active * 2 * (ea - en)
d_W = a.T @ d_ea + p.T @ d_ep + n.T @ d_en
d_a = d_ea @ W.T
""",
    ("d_ep = -active", "d_ep = active", "sign"),
    ("+ n.T @ d_en", "", "missing-path"),
    ("- 2 * (ea - en))", ")", "missing-path"),
    ("/ len(a)", "", "sum-not-mean"),
    ("d_a = d_ea @ W.T", "d_a = d_ep @ W.T", "wrong-upstream wrong-array"),
)
add(
    "discriminator and generator with logits",
    """z = np.random.randn(4, 2)
real = np.random.randn(4, 3)
G = np.random.randn(2, 3)
D1 = np.random.randn(3, 4)
D2 = np.random.randn(4, 1)
fake = np.tanh(z @ G)
h_real = np.maximum(real @ D1, 0)
h_fake = np.maximum(fake @ D1, 0)
s_real = h_real @ D2
s_fake = h_fake @ D2
d_loss = np.mean(np.log(1 + np.exp(-s_real))) + np.mean(np.log(1 + np.exp(s_fake)))
grad_s_real = (1 / (1 + np.exp(-s_real)) - 1) / len(real)
grad_s_fake = 1 / (1 + np.exp(-s_fake)) / len(fake)
grad_D2 = h_real.T @ grad_s_real + h_fake.T @ grad_s_fake
grad_h_real = (grad_s_real @ D2.T) * (h_real > 0)
grad_h_fake = (grad_s_fake @ D2.T) * (h_fake > 0)
grad_D1 = real.T @ grad_h_real + fake.T @ grad_h_fake
grad_fake = grad_h_fake @ D1.T
grad_G = z.T @ (grad_fake * (1 - fake ** 2))
""",
    ("- 1) / len(real)", ") / len(real)", "labels-not-subtracted missing-path wrong-constant extra-path sign"),
    ("grad_s_fake = 1 / (1 + np.exp(-s_fake))", "grad_s_fake = 1 / (1 + np.exp(s_fake))", "sign"),
    ("real.T @ grad_h_real + fake.T @ grad_h_fake", "fake.T @ grad_h_fake", "missing-path"),
    ("(grad_fake * (1 - fake ** 2))", "grad_fake", "missing-activation-derivative missing-factor"),
    (" / len(fake)", "", "sum-not-mean"),
)
add(
    "transformer block's feed-forward with dropout",
    """x = np.random.randn(4, 3)
g = np.random.randn(3)
be = np.random.randn(3)
W1 = np.random.randn(3, 4)
b1 = np.random.randn(4)
W2 = np.random.randn(4, 3)
b2 = np.random.randn(3)
y = np.array([0, 2, 1, 1])
p = 0.5
keep = np.array([[1., 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1], [1, 0, 1, 1]]) / p
mean = x.mean(-1, keepdims=True)
var = x.var(-1, keepdims=True)
rstd = 1 / np.sqrt(var + 1e-5)
xn = (x - mean) * rstd
ln = xn * g + be
pre = ln @ W1 + b1
act = np.maximum(pre, 0)
drop = act * keep
logits = drop @ W2 + b2 + x
pr = np.exp(logits - logits.max(1, keepdims=True))
pr /= pr.sum(1, keepdims=True)
loss = -np.log(pr[np.arange(4), y]).mean()
d_logits = pr.copy()
d_logits[np.arange(4), y] -= 1
d_logits /= 4
d_W2 = drop.T @ d_logits
d_b2 = d_logits.sum(0)
d_drop = d_logits @ W2.T
d_act = d_drop * keep
d_pre = d_act * (pre > 0)
d_W1 = ln.T @ d_pre
d_b1 = d_pre.sum(0)
d_ln = d_pre @ W1.T
d_g = (d_ln * xn).sum(0)
d_be = d_ln.sum(0)
d_xn = d_ln * g
d_x = rstd * (d_xn - d_xn.mean(-1, keepdims=True) - xn * (d_xn * xn).mean(-1, keepdims=True)) + d_logits
""",
    ("keepdims=True)) + d_logits", "keepdims=True))", "missing-path"),
    ("d_act = d_drop * keep", "d_act = d_drop * (keep > 0)", "missing-factor wrong-array extra-factor wrong-mask"),
    ("- d_xn.mean(-1, keepdims=True)", "", "missing-path"),
    ("(d_xn * xn).mean(-1", "(d_xn * xn).sum(-1", "sum-not-mean mean-not-sum"),
    ("d_g = (d_ln * xn).sum(0)", "d_g = (d_ln * x).sum(0)", "wrong-array"),
    ("(pre > 0)", "(d_act > 0)", "wrong-mask wrong-array wrong-upstream"),
)

add(
    "an embedding that is read at places of two axes",
    """tokens = np.array([[0, 2], [2, 1], [3, 0]])
E = np.random.randn(4, 3)
target = np.random.randn(3, 2, 3)
rows = E[tokens]
loss = np.mean((rows - target) ** 2)
drows = 2 * (rows - target) / rows.size
dE = np.zeros_like(E)
np.add.at(dE, tokens, drows)
""",
    ("2 * (rows - target) / rows.size", "2 * (rows - target)", "sum-not-mean"),
)
