"""Networks of arrays: the text, the same by hand in NumPy, and the same in peers where they are installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from tests.benchmarks.measuring import Run
from tests.benchmarks.scalar_workloads import Workload

RNG = np.random.default_rng(0)
Arrays = dict[str, np.ndarray]


def torch_run(inputs: Arrays, loss: Any) -> Run:
    """Gradients of all inputs in PyTorch, of a loss of its tensors by name."""

    def run() -> object:
        torch = import_module("torch")
        leaves = {name: torch.from_numpy(value).requires_grad_() for name, value in inputs.items()}
        loss(torch, leaves).backward()
        return {name: leaf.grad for name, leaf in leaves.items()}

    return run


def autograd_run(inputs: Arrays, loss: Any) -> Run:
    """Gradients of all inputs in HIPS autograd, of a loss of its arrays by name."""

    def run() -> object:
        anp = import_module("autograd.numpy")
        return import_module("autograd").grad(lambda leaves: loss(anp, leaves))(inputs)

    return run


def jax_run(inputs: Arrays, loss: Any) -> Run:
    """Gradients of all inputs in JAX, compiled by the round that is not counted."""
    made: list[Any] = []

    def run() -> object:
        jax = import_module("jax")
        jax.config.update("jax_enable_x64", True)
        if not made:
            made.append(jax.jit(jax.grad(lambda leaves: loss(jax.numpy, leaves))))
        return jax.block_until_ready(made[0](inputs))

    return run


def numpy_like(loss: Any, inputs: Arrays) -> dict[str, Run]:
    return {"HIPS autograd": autograd_run(inputs, loss), "JAX, compiled": jax_run(inputs, loss)}


def perceptron(sizes: tuple[int, ...], batch: int) -> Workload:
    """Affine and relu, and softmax cross-entropy at the end."""
    inputs: Arrays = {
        "X": RNG.normal(size=(batch, sizes[0])),
        "t": np.eye(sizes[-1])[RNG.integers(0, sizes[-1], batch)],
    }
    lines, last = [], "X"
    depth = len(sizes) - 1
    for i in range(1, depth + 1):
        inputs[f"W{i}"] = RNG.normal(size=sizes[i - 1 : i + 1]) / np.sqrt(sizes[i - 1])
        inputs[f"b{i}"] = np.zeros(sizes[i])
        affine = f"{last} @ W{i} + b{i}"
        lines.append(f"h{i} = relu({affine})" if i < depth else f"p = softmax({affine})")
        last = f"h{i}"
    lines.append(f"loss = -sum(t * log(p)) / {batch}")

    def floor() -> object:
        x, t = inputs["X"], inputs["t"]
        a = x
        kept, steps = [], []
        for i in range(1, depth + 1):
            u = x @ inputs[f"W{i}"]
            a = u + inputs[f"b{i}"]
            steps.append((x, a))
            kept.append(u)
            if i < depth:
                x = np.maximum(a, 0)
        e = np.exp(a - a.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        logs = np.log(p)
        products = t * logs
        loss = -products.sum() / batch
        gl = np.broadcast_to(-1 / batch, t.shape)
        gt, gp = logs * gl, t * gl / p
        g = p * (gp - np.sum(gp * p, axis=1, keepdims=True))
        gradients = {"t": gt}
        for i in range(depth, 0, -1):
            x, a = steps[i - 1]
            if i < depth:
                upstream = g
                g = upstream * (a > 0)
                kept.append(upstream)
            gradients[f"W{i}"] = x.T @ g
            gradients[f"b{i}"] = np.ones(batch) @ g
            kept.append(g)
            g = g @ inputs[f"W{i}"].T
        gradients["X"] = g
        return loss, gradients, kept, steps, products

    def torch_loss(torch: Any, leaf: Any) -> Any:
        h = leaf["X"]
        for i in range(1, depth):
            h = torch.relu(h @ leaf[f"W{i}"] + leaf[f"b{i}"])
        p = torch.softmax(h @ leaf[f"W{depth}"] + leaf[f"b{depth}"], dim=1)
        return -(leaf["t"] * torch.log(p)).sum() / batch

    def loss(xp: Any, leaf: Any) -> Any:
        h = leaf["X"]
        for i in range(1, depth):
            h = xp.maximum(h @ leaf[f"W{i}"] + leaf[f"b{i}"], 0)
        a = h @ leaf[f"W{depth}"] + leaf[f"b{depth}"]
        e = xp.exp(a - xp.max(a, axis=1, keepdims=True))
        p = e / xp.sum(e, axis=1, keepdims=True)
        return -xp.sum(leaf["t"] * xp.log(p)) / batch

    peers = {"PyTorch": torch_run(inputs, torch_loss), **numpy_like(loss, inputs)}
    name = f"MLP {'-'.join(map(str, sizes))}, batch {batch}"
    return Workload(name, "\n".join(lines), inputs, floor, peers)


def convolution(batch: int = 100) -> Workload:
    """The ConvNet of the book: 30 filters of 5 x 5 on 28 x 28, relu, pooling by 2, affine 100, relu, affine 10."""
    inputs: Arrays = {
        "X": RNG.normal(size=(batch, 1, 28, 28)),
        "t": np.eye(10)[RNG.integers(0, 10, batch)],
        "W1": RNG.normal(size=(30, 1, 5, 5)) / 5,
        "b1": np.full((30, 1, 1), 0.01),
        "W2": RNG.normal(size=(4320, 100)) / 66,
        "b2": np.zeros(100),
        "W3": RNG.normal(size=(100, 10)) / 10,
        "b3": np.zeros(10),
    }
    text = (
        f"h = relu(conv2d(X, W1) + b1)\nf = reshape(max_pool2d(h, 2), ({batch}, 4320))\na = relu(f @ W2 + b2)\n"
        f"loss = softmax_cross_entropy(a @ W3 + b3, t)"
    )

    def floor() -> object:
        x, t = inputs["X"], inputs["t"]
        columns = np.empty((1, 5, 5, batch, 24, 24))
        for i in range(5):
            for j in range(5):
                columns[:, i, j] = x[:, :, i : i + 24, j : j + 24].transpose(1, 0, 2, 3)
        u = columns.reshape(25, -1)
        w = inputs["W1"].reshape(30, 25)
        c = w @ u
        s = c + inputs["b1"].reshape(30, 1)
        h = np.maximum(s, 0)
        image = h.reshape(30, batch, 24, 24)
        parts = [image[..., i::2, j::2] for i in (0, 1) for j in (0, 1)]
        pooled = np.maximum(np.maximum(parts[0], parts[1]), np.maximum(parts[2], parts[3]))
        f = pooled.transpose(1, 0, 2, 3).reshape(batch, 4320)
        a1 = f @ inputs["W2"]
        a2 = a1 + inputs["b2"]
        a = np.maximum(a2, 0)
        o1 = a @ inputs["W3"]
        o = o1 + inputs["b3"]
        e = np.exp(o - o.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        loss = -np.sum(t * np.log(p)) / batch
        gt = -np.log(p) / batch
        go = (p - t) / batch
        gw3, gb3, ga = a.T @ go, np.ones(batch) @ go, go @ inputs["W3"].T
        ga2 = ga * (a2 > 0)
        gw2, gb2, gf = f.T @ ga2, np.ones(batch) @ ga2, ga2 @ inputs["W2"].T
        gpool = gf.reshape(batch, 30, 12, 12).transpose(1, 0, 2, 3)
        gh = np.empty_like(image)
        free = np.ones(pooled.shape, bool)
        for (i, j), part in zip(((0, 0), (0, 1), (1, 0), (1, 1)), parts):
            won = (part == pooled) & free
            free &= ~won
            np.multiply(gpool, won, out=gh[..., i::2, j::2])
        gs = gh.reshape(30, -1) * (s > 0)
        gb1 = gs.sum(axis=1)
        gw1, gu = gs @ u.T, w.T @ gs
        gx = np.zeros((1, batch, 28, 28))
        gcolumns = gu.reshape(1, 5, 5, batch, 24, 24)
        for i in range(5):
            for j in range(5):
                gx[:, :, i : i + 24, j : j + 24] += gcolumns[:, i, j]
        return loss, gt, gw3, gb3, gw2, gb2, gw1, gb1, gx, gs, gh, gu, c, s, h, a1, o1, ga, gpool

    def torch_loss(torch: Any, leaf: Any) -> Any:
        functional = torch.nn.functional
        h = torch.relu(functional.conv2d(leaf["X"], leaf["W1"]) + leaf["b1"])
        f = functional.max_pool2d(h, 2).reshape(batch, 4320)
        a = torch.relu(f @ leaf["W2"] + leaf["b2"])
        return functional.cross_entropy(a @ leaf["W3"] + leaf["b3"], leaf["t"])

    return Workload(
        f"ConvNet of the book, batch {batch}", text, inputs, floor, {"PyTorch": torch_run(inputs, torch_loss)}
    )


def transformer(batch: int = 8, tokens: int = 64, width: int = 128, heads: int = 4) -> Workload:
    """A transformer block: attention, a feed-forward net, both with layer norm before and the sum after."""
    size = width // heads
    inputs: Arrays = {"X": RNG.normal(size=(batch, tokens, width))}
    for name, shape in {"Q": (width, width), "K": (width, width), "V": (width, width), "O": (width, width),
                        "U": (width, 4 * width), "D": (4 * width, width)}.items():  # fmt: skip
        inputs[name] = RNG.normal(size=shape) / np.sqrt(shape[0])
    split = f"transpose(reshape({{}}, ({batch}, {tokens}, {heads}, {size})), (0, 2, 1, 3))"
    root = float(np.sqrt(size))
    text = "\n".join(
        [
            "n = layer_norm(X)",
            *[f"{name.lower()} = {split.format(f'n @ {name}')}" for name in "QKV"],
            f"p = softmax(q @ transpose(k, (0, 1, 3, 2)) / {root!r})",
            f"y = X + reshape(transpose(p @ v, (0, 2, 1, 3)), ({batch}, {tokens}, {width})) @ O",
            "z = y + relu(layer_norm(y) @ U) @ D",
            "loss = sum(z * z)",
        ]
    )

    def normed(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        m = x.mean(axis=-1, keepdims=True)
        d = x - m
        s = np.sqrt((d * d).mean(axis=-1, keepdims=True) + 1e-5)
        return d / s, s

    def norm_back(g: np.ndarray, z: np.ndarray, s: np.ndarray) -> np.ndarray:
        return (g - g.mean(axis=-1, keepdims=True) - z * (g * z).mean(axis=-1, keepdims=True)) / s

    def heads_of(x: np.ndarray) -> np.ndarray:
        return x.reshape(batch, tokens, heads, size).transpose(0, 2, 1, 3)

    def flat(x: np.ndarray) -> np.ndarray:
        return x.transpose(0, 2, 1, 3).reshape(batch * tokens, width)

    def floor() -> object:
        x = inputs["X"].reshape(-1, width)
        n, s1 = normed(x)
        q, k, v = (heads_of(n @ inputs[name]) for name in "QKV")
        scores = q @ k.swapaxes(-1, -2)
        a = scores / root
        e = np.exp(a - a.max(axis=-1, keepdims=True))
        p = e / e.sum(axis=-1, keepdims=True)
        o = flat(p @ v)
        out = o @ inputs["O"]
        y = x + out
        n2, s2 = normed(y)
        u = n2 @ inputs["U"]
        h = np.maximum(u, 0)
        down = h @ inputs["D"]
        z = y + down
        squares = z * z
        loss = squares.sum()
        gz = 2 * z
        gd, gh = h.T @ gz, gz @ inputs["D"].T
        gu = gh * (u > 0)
        gup, gn2 = n2.T @ gu, gu @ inputs["U"].T
        gy2 = norm_back(gn2, n2, s2)
        gy = gz + gy2
        go, goo = o.T @ gy, gy @ inputs["O"].T
        gph = heads_of(goo)
        gp, gv = gph @ v.swapaxes(-1, -2), p.swapaxes(-1, -2) @ gph
        ga = p * (gp - np.sum(gp * p, axis=-1, keepdims=True))
        gs = ga / root
        gq, gk = gs @ k, gs.swapaxes(-1, -2) @ q
        gradients, gn = {}, []
        for name, g in (("Q", gq), ("K", gk), ("V", gv)):
            rows = flat(g)
            gradients[name] = n.T @ rows
            gn.append(rows @ inputs[name].T)
        total = gn[0] + gn[1] + gn[2]
        gx = gy + norm_back(total, n, s1)
        return loss, gd, gup, go, gradients, gx, squares, scores, out, down, gn, gy2, gp, ga, gs, gh, gu, e

    def torch_loss(torch: Any, leaf: Any) -> Any:
        def view(t: Any) -> Any:
            return t.reshape(batch, tokens, heads, size).transpose(1, 2)

        norm = torch.nn.functional.layer_norm
        n = norm(leaf["X"], (width,))
        q, k, v = (view(n @ leaf[name]) for name in "QKV")
        p = torch.softmax(q @ k.transpose(-1, -2) / root, dim=-1)
        y = leaf["X"] + (p @ v).transpose(1, 2).reshape(batch, tokens, width) @ leaf["O"]
        z = y + torch.relu(norm(y, (width,)) @ leaf["U"]) @ leaf["D"]
        return (z * z).sum()

    return Workload(
        f"transformer block {width}, {heads} heads, {tokens} tokens, batch {batch}",
        text,
        inputs,
        floor,
        {"PyTorch": torch_run(inputs, torch_loss)},
    )


def elementwise(size: int = 1_000_000) -> Workload:
    """sum(tanh(x * y + x)), the least that is memory alone."""
    inputs: Arrays = {"x": RNG.normal(size=size), "y": RNG.normal(size=size)}

    def floor() -> object:
        x, y = inputs["x"], inputs["y"]
        a = x * y
        b = a + x
        t = np.tanh(b)
        z = t.sum()
        gt = np.broadcast_to(1.0, size)
        gb = gt * (1 - t * t)
        gxa, gy = gb * y, gb * x
        return z, a, b, t, gb, gxa, gb + gxa, gy

    def loss(xp: Any, leaf: Any) -> Any:
        return xp.sum(xp.tanh(leaf["x"] * leaf["y"] + leaf["x"]))

    def torch_loss(torch: Any, leaf: Any) -> Any:
        return torch.tanh(leaf["x"] * leaf["y"] + leaf["x"]).sum()

    peers = {"PyTorch": torch_run(inputs, torch_loss), **numpy_like(loss, inputs)}
    return Workload(f"elementwise, {size:,} elements", "sum(tanh(x * y + x))", inputs, floor, peers)
