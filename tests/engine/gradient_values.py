"""Programs that compute with gradients, and what PyTorch 2.14 and JAX 0.10 give for their names, run in float64."""

Values = dict[str, object]

PROGRAMS: list[tuple[str, Values]] = [
    (
        """
import torch
w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
with torch.no_grad():
    w[0] = 5.0
    w[1] += 4.0
    w[2:] = torch.tensor([7.0])
loss = (w ** 2).sum()
loss.backward()
g = w.grad
""",
        {"loss": 110.0, "g": [10.0, 12.0, 14.0]},
    ),
    (
        """
import torch
def train(steps):
    w = torch.zeros(2, requires_grad=True)
    x = torch.tensor([1.0, 2.0])
    for step in range(steps):
        loss = ((w * x - 1.0) ** 2).sum()
        loss.backward()
        with torch.no_grad():
            w -= 0.125 * w.grad
            w.grad.zero_()
    return w
v = train(2)
""",
        {"v": [0.4375, 0.5]},
    ),
    (
        """
import torch
from torch.autograd.variable import Variable
x = Variable(torch.tensor([1.0, -2.0]), requires_grad=True)
v = torch.tensor([0.5, 3.0])
y = x ** 2
y.backward(v, retain_graph=True)
g = x.grad.clone()
x.grad.zero_()
y.backward(gradient=v * 2)
h = x.grad
""",
        {"y": [1.0, 4.0], "g": [1.0, -12.0], "h": [2.0, -24.0]},
    ),
    (
        """
import torch
x = torch.tensor([[1.0, 2.0]])
w = torch.tensor([[0.5], [-1.0]])
def backward(inp, out, w):
    inp.g = out.g @ w.t()
    w.g = inp.t() @ out.g
out = x @ w
out.g = 2 * out
backward(x, out, w)
a, b = x.g, w.g
""",
        {"out": [[-1.5]], "a": [[-1.5, 3.0]], "b": [[-3.0], [-6.0]]},
    ),
    (
        """
import torch
x = torch.tensor([1.0, 2.0])
w = torch.tensor([1.0, -1.0], requires_grad=True)
v = w * 2.0
w = torch.tensor([3.0, 4.0], requires_grad=True)
for step in range(2):
    loss = (x * w ** 2 + v).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.125 * w.grad
        w.grad.zero_()
""",
        {"w": [1.6875, 1.0], "loss": 13.0625},
    ),
    (
        """
import torch
x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
g = x.grad
h = g * 2 + 1
""",
        {"y": 9.0, "g": 6.0, "h": 13.0},
    ),
    (
        """
import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor(0.5, requires_grad=True)
x = torch.tensor([[1.0, 2.0], [3.0, -1.0], [0.5, 0.2]])
t = torch.tensor([1.0, 0.0, 2.0])
lr = 0.05
for epoch in range(4):
    loss = ((x @ w + b - t)**2).mean()
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
        w.grad.zero_()
        b.grad.zero_()
loss = ((x @ w + b - t)**2).mean()
loss.backward()
""",
        {
            "w": [0.3728727595003704, 1.2315982403053334],
            "b": 0.11231159599333329,
            "lr": 0.05,
            "loss": 1.9710055161710862,
        },
    ),
    (
        """
import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
for epoch in range(3):
    loss = ((w - 3)**2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
g = w.grad
""",
        {"w": [3.016, 3.008], "loss": 0.9679999999999999, "g": [-8.96, -4.4799999999999995]},
    ),
    (
        """
import torch
w = torch.tensor(1.0, requires_grad=True)
for epoch in range(3):
    loss = (w - 3)**2
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad.zero_()
""",
        {"w": 1.976, "loss": 1.6384},
    ),
    (
        """
import torch
w = torch.tensor(1.0, requires_grad=True)
for epoch in range(3):
    loss = (w - 3)**2
    loss.backward()
    w.data -= 0.1 * w.grad
    w.grad = None
loss = (w - 3)**2
loss.backward()
""",
        {"w": 1.976, "loss": 1.048576},
    ),
    (
        """
import torch
w = torch.tensor([1.0, -2.0], requires_grad=True)
for epoch in range(3):
    loss = ((w - 3)**4).sum()
    loss.backward()
    w.data = w.data - 0.01 * w.grad.data
    w.grad.data.zero_()
loss = ((w - 3)**2).sum()
loss.backward()
""",
        {"w": [1.6420724334584413, 3.0], "loss": 1.8439672759734793},
    ),
    (
        """
import torch
w = torch.tensor(1.0, requires_grad=True)
for epoch in range(3):
    loss = (w - 3)**2
    loss.backward()
    with torch.no_grad():
        w = w - 0.1 * w.grad
    w.requires_grad_()
loss = (w - 3)**2
loss.backward()
""",
        {"w": 1.976, "loss": 1.048576},
    ),
    (
        """
import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)
for i in range(4):
    loss = ((w - 3)**2).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
loss = ((w - 3)**2).sum()
opt.zero_grad()
loss.backward()
""",
        {"w": [3.634494354859152, 3.307343063313564], "loss": 0.4970428449150969},
    ),
    (
        """
import torch
from torch import optim
w = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor(0.1, requires_grad=True)
opt = optim.Adam([w, b], lr=0.1, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.02, amsgrad=True)
for i in range(4):
    loss = ((w * b - 3)**2).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
        {"w": [1.399508964829116, 2.4003749837427493], "b": 0.49923981427693986, "loss": 10.48604422281674},
    ),
    (
        """
import torch
import torch.optim as optim
w = torch.tensor([1.0, 2.0], requires_grad=True)
opt = optim.AdamW([w], lr=0.1)
for i in range(4):
    loss = ((w - 3)**2).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
        {"w": [1.3939228885927417, 2.387598862280109], "loss": 3.4043436499120965},
    ),
    (
        """
import torch
from torch.optim import RMSprop
w = torch.tensor([1.0, 2.0], requires_grad=True)
opt = RMSprop([w], lr=0.1, momentum=0.5, centered=True, weight_decay=0.1)
for i in range(4):
    loss = ((w - 3)**2).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
        {"w": [3.3278196605169055, 2.69575390740163], "loss": 0.12715164065838078},
    ),
    (
        """
import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
opt = torch.optim.Adagrad([w], lr=0.5, lr_decay=0.1, initial_accumulator_value=0.2)
for i in range(4):
    loss = ((w - 3)**2).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
""",
        {"w": [2.087186236939364, 2.863663353085025], "loss": 1.1378701793331845},
    ),
    (
        """
import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
opt = torch.optim.SGD([w], lr=0.4)
sched = torch.optim.lr_scheduler.StepLR(opt, step_size=2, gamma=0.5)
for i in range(5):
    loss = ((w - 3)**2).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
    sched.step()
""",
        {"w": [2.97696, 2.98848], "loss": 0.0010368000000000018},
    ),
    (
        """
import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
opt = torch.optim.SGD([w], lr=0.4)
sched = torch.optim.lr_scheduler.ExponentialLR(opt, 0.7)
for i in range(3):
    loss = ((w - 3)**2).sum()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([w], 1.0)
    opt.step()
    sched.step()
""",
        {"w": [1.783518014785649, 2.3917590073928245], "loss": 2.4213480662581333},
    ),
    (
        """
import torch
x = torch.tensor(2.0, requires_grad=True)
y = x**3
g1, = torch.autograd.grad(y, x, create_graph=True)
g2, = torch.autograd.grad(g1, x)
z = g1 + g2
""",
        {"y": 8.0, "g1": 12.0, "g2": 12.0, "z": 24.0},
    ),
    (
        """
import torch
x = torch.tensor(2.0, requires_grad=True)
y = x**3
y.backward(create_graph=True)
g = x.grad
p = (g - 1)**2
""",
        {"y": 8.0, "g": 12.0, "p": 121.0},
    ),
    (
        """
import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
a = x * 2
a.retain_grad()
y = (a**2).sum()
y.backward()
ga = a.grad
gx = x.grad
""",
        {"a": [2.0, 4.0], "y": 20.0, "ga": [4.0, 8.0], "gx": [8.0, 16.0]},
    ),
    (
        """
import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x**2
y.backward(torch.ones_like(y))
g = x.grad
""",
        {"y": [1.0, 4.0], "g": [2.0, 4.0]},
    ),
    (
        """
import torch
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x**2
g = torch.autograd.grad(y, x, grad_outputs=torch.tensor([1.0, 0.5, 2.0]))[0]
""",
        {"y": [1.0, 4.0, 9.0], "g": [2.0, 2.0, 12.0]},
    ),
    (
        """
import torch
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
c = a * b + a
ga, gb = torch.autograd.grad(c, (a, b))
d = ga + 10 * gb
""",
        {"b": 2.0, "c": 3.0, "ga": 3.0, "gb": 1.0, "d": 13.0},
    ),
    (
        """
import torch
from torch.autograd.functional import jacobian, hessian
x = torch.tensor([1.0, 2.0])
J = jacobian(lambda v: torch.stack([v[0]*v[1], v[0]**2, torch.sin(v[1])]), x)
H = hessian(lambda v: (v**3).sum() + v[0]*v[1], x)
""",
        {"J": [[2.0, 1.0], [2.0, 0.0], [0.0, -0.4161468365471424]], "H": [[6.0, 1.0], [1.0, 12.0]]},
    ),
    (
        """
import torch
x = torch.tensor(2.0)
g = torch.func.grad(lambda v: v**3)(x)
""",
        {"g": 12.0},
    ),
    (
        """
import jax
def f(x):
    return x**3 + 2*x
x = 2.0
d = jax.grad(f)(x)
dd = jax.grad(jax.grad(f))(x)
ddd = jax.grad(jax.grad(jax.grad(f)))(x)
""",
        {"x": 2.0, "d": 14.0, "dd": 12.0, "ddd": 6.0},
    ),
    (
        """
import jax
import jax.numpy as jnp
from jax import grad
def loss(params, x, y):
    W, b = params
    return jnp.mean((x @ W + b - y)**2)
x = jnp.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.2]])
y = jnp.array([1.0, 0.0, 2.0])
W = jnp.array([0.1, 0.2])
b = 0.0
for i in range(3):
    gW, gb = grad(loss)((W, b), x, y)
    W = W - 0.1 * gW
    b = b - 0.1 * gb
""",
        {"b": 0.320087144, "gW": [0.29216019111111124, -0.30118724799999985], "gb": -0.7389114399999999},
    ),
    (
        """
import jax
import jax.numpy as jnp
def loss(params):
    return jnp.sum(params["w"]**2) + params["b"] * 3
params = {"w": jnp.array([1.0, 2.0]), "b": 0.5}
value, g = jax.value_and_grad(loss)(params)
gw = g["w"]
gb = g["b"]
""",
        {"value": 6.5, "gw": [2.0, 4.0], "gb": 3.0},
    ),
    (
        """
import jax
f = lambda x, y: x * y**2
gx = jax.grad(f)(2.0, 3.0)
gy = jax.grad(f, argnums=1)(2.0, 3.0)
both = jax.grad(f, argnums=(0, 1))(2.0, 3.0)
s = both[0] + 10 * both[1]
""",
        {"gx": 9.0, "gy": 12.0, "s": 129.0},
    ),
    (
        """
import jax
import jax.numpy as jnp
f = lambda v: jnp.array([v[0]*v[1], v[0]**2, jnp.sin(v[1])])
x = jnp.array([1.0, 2.0])
J = jax.jacobian(f)(x)
H = jax.hessian(lambda v: jnp.sum(v**3) + v[0]*v[1])(x)
Jf = jax.jacfwd(f)(x)
""",
        {
            "J": [[2.0, 1.0], [2.0, 0.0], [0.0, -0.4161468365471424]],
            "H": [[6.0, 1.0], [1.0, 12.0]],
            "Jf": [[2.0, 1.0], [2.0, 0.0], [-0.0, -0.4161468365471424]],
        },
    ),
    (
        """
import jax
import jax.numpy as jnp
@jax.jit
def f(x):
    return jnp.sum(jnp.tanh(x)**2)
g = jax.grad(f)(jnp.array([0.1, 0.2]))
""",
        {"g": [0.19735584350906515, 0.37937233302566836]},
    ),
    (
        """
import jax
def f(x, scale=2.0):
    return scale * x**2
g = jax.grad(f)(3.0, scale=5.0)
""",
        {"g": 30.0},
    ),
    (
        """
import jax
c = 4.0
def f(x):
    return c * x * c
g = jax.grad(f)(c)
""",
        {"c": 4.0, "g": 16.0},
    ),
    (
        """
import jax
def f(x):
    return x**2, x + 1
g, aux = jax.grad(f, has_aux=True)(3.0)
(v, aux2), g2 = jax.value_and_grad(f, has_aux=True)(3.0)
""",
        {"g": 6.0, "aux": 4.0, "v": 9.0, "aux2": 4.0, "g2": 6.0},
    ),
    (
        """
import torch
x = torch.tensor(2.0, requires_grad=True)
a = x * 3
b = x * 5
a.backward()
b.backward()
g = x.grad
""",
        {"a": 6.0, "b": 10.0, "g": 8.0},
    ),
    (
        """
import torch
import torch.nn as nn
torch.manual_seed(0)
w = nn.Parameter(torch.tensor([0.5, -0.5]))
class M(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = w
    def forward(self, x):
        return (self.w * x).sum()
m = M()
opt = torch.optim.SGD(m.parameters(), lr=0.1)
for i in range(2):
    out = m(torch.tensor([1.0, 2.0]))
    loss = (out - 1)**2
    m.zero_grad()
    loss.backward()
    opt.step()
""",
        {"w": [0.8, 0.10000000000000003], "out": 1.0, "loss": 0.0},
    ),
    (
        """
import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
opt = torch.optim.SGD([{"params": [x], "lr": 0.3}], lr=0.1)
y = (x**2).sum()
y.backward()
opt.step()
for g in opt.param_groups:
    g["lr"] = 0.01
opt.step()
""",
        {"y": 5.0},
    ),
    (
        """
import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = (x**2).sum()
y.backward()
if x.grad is not None:
    x.grad.zero_()
z = (x**3).sum()
z.backward()
g = x.grad
""",
        {"y": 5.0, "z": 9.0, "g": [3.0, 12.0]},
    ),
    (
        """
import torch
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.detach() * x
y.sum().backward()
g = x.grad.clone()
n = g.norm()
""",
        {"y": [1.0, 4.0], "g": [1.0, 2.0], "n": 2.23606797749979},
    ),
]
