"""What ops mean, in HIPS autograd's NumPy and from textbook definitions: the references of test_ops.py for the ops
beyond arithmetic; and what their gradients are where there is no derivative.
"""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np
from scipy.special import ndtri

# Made when it is loaded, so that no type checker knows what is in it.
autograd: Any = importlib.import_module("autograd")
anp: Any = importlib.import_module("autograd.numpy")
special: Any = importlib.import_module("autograd.scipy.special")
stats: Any = importlib.import_module("autograd.scipy.stats")
norm = stats.norm


def plain(x):
    """A value without its history: no gradient flows through what is made of it."""
    while hasattr(x, "_value"):
        x = x._value
    return x


def places(indices):
    return np.asarray(plain(indices)).astype(int)


def take(x, indices, axis=None):
    if axis is None:
        return anp.ravel(x)[places(indices)]
    return x[(slice(None),) * (axis % x.ndim) + (places(indices),)]


def index_add(x, indices, shape, axis=None):
    """By a matrix of ones and zeros."""
    if axis == 1:
        return index_add(x.T, indices, shape[::-1], 0).T
    return anp.dot(np.eye(shape[0])[:, places(indices)], x)


def take_along_axis(x, indices, axis=-1):
    axis %= x.ndim
    mask = np.eye(x.shape[axis])[places(indices) % x.shape[axis]]  # (indices…, n)
    return anp.sum(anp.expand_dims(anp.moveaxis(x, axis, -1), axis) * mask, axis=-1)


def scatter_add(x, indices, shape, axis=-1):
    mask = np.eye(shape[axis])[places(indices) % shape[axis]]
    return anp.sum(anp.expand_dims(x, -1) * mask, axis=-2)


def triangular(x):
    """R of QR, by Cholesky's factor of x.T @ x, with LAPACK's signs."""
    signs = np.sign(np.diag(np.linalg.qr(plain(x))[1]))
    return signs[:, None] * anp.linalg.cholesky(anp.dot(x.T, x)).T


def normal_quantile(x):
    """Its value by SciPy, and its slope by a step of Newton's method, which leaves the value."""
    z = ndtri(plain(x))
    return z + (x - norm.cdf(z)) / norm.pdf(z)


def second_modified(x, n=0):
    """K_n, by the trapezoid rule on the integral of exp(-x cosh t) cosh(nt)."""
    return 0.05 * sum((0.5 if t == 0 else 1) * anp.exp(-x * np.cosh(t)) * np.cosh(n * t) for t in np.arange(0, 8, 0.05))


def exponential_integral(x, n=1):
    """E_n for x above 0, by Gauss and Laguerre on the integral of exp(-x - t) (x / (x + t))^n / x."""
    places, shares = np.polynomial.laguerre.laggauss(120)
    return anp.exp(-x) / x * sum(w * (x / (x + t)) ** n for t, w in zip(places, shares))


def hurwitz(x, q=1.0, n=0):
    """The sum of (q + k)^-x: two thousand terms, and the integral of the others with its first corrections."""
    if n:
        step = 1e-4
        return (hurwitz(x + step, q, n - 1) - hurwitz(x - step, q, n - 1)) / (2 * step)
    a = q + 2000.0
    tail = a ** (1 - x) / (x - 1) + a**-x / 2 + x * a ** (-x - 1) / 12
    return sum((q + k) ** -x for k in range(2000)) + tail


def matrix_series(x):
    """1 + x + x² / 2 + …"""
    term = total = np.eye(x.shape[-1]) + 0 * x
    for k in range(1, 40):
        term = anp.matmul(term, x) / k
        total = total + term
    return total


def roll(x, shift, axis: Any = None):
    if not isinstance(shift, tuple):
        return anp.roll(x, shift, axis)
    for places, along in zip(shift, axis):
        x = anp.roll(x, places, along)
    return x


def argsort(x, axis=-1):
    return np.argsort(plain(x), axis=axis) * 1.0


def median(x, axis=None, keepdims=False):
    if axis is None:
        ordered = anp.sort(anp.ravel(x))
        n = len(ordered)
        return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    ordered = take_along_axis(x, argsort(x, axis), axis)
    n = x.shape[axis]
    middle = anp.moveaxis(ordered, axis, 0)
    result = (middle[(n - 1) // 2] + middle[n // 2]) / 2
    return anp.expand_dims(result, axis) if keepdims else result


def pad(x, width, value=0):
    """By concatenation, axis after axis."""
    if np.ndim(plain(x)) == 0:
        return x * 1.0
    pairs = (
        [(width, width)] * x.ndim
        if isinstance(width, int)
        else [width] * x.ndim
        if isinstance(width[0], int)
        else width
    )
    for axis, (before, after) in enumerate(pairs):
        sides = [np.full((*x.shape[:axis], n, *x.shape[axis + 1 :]), float(value)) for n in (before, after)]
        x = anp.concatenate([sides[0], x, sides[1]], axis=axis)
    return x


def tile(x, reps):
    reps = (reps,) if isinstance(reps, int) else reps
    rank = max(len(reps), anp.ndim(x))
    x = anp.reshape(x, (1,) * (rank - anp.ndim(x)) + anp.shape(x))
    for axis, n in enumerate((1,) * (rank - len(reps)) + tuple(reps)):
        x = anp.concatenate([x] * n, axis=axis)
    return x


def diff(x, n=1, axis=-1):
    x = anp.moveaxis(x, axis, -1)
    for _ in range(n):
        x = x[..., 1:] - x[..., :-1]
    return anp.moveaxis(x, -1, axis)


def einsum(subscripts, *operands):
    if subscripts == "i->ii":
        return operands[0][:, None] * np.eye(len(operands[0]))
    if subscripts == "ij,j->":  # autograd does not follow the stretched axis
        return anp.sum(operands[0] * operands[1])
    if subscripts == "iij,jk->ik":
        return anp.dot(anp.stack([operands[0][i, i] for i in range(2)]), operands[1])
    if subscripts in ("ii", "ii->i"):
        diagonal = anp.sum(operands[0] * np.eye(3), axis=1)
        return diagonal if "->" in subscripts else anp.sum(diagonal)
    return anp.einsum(subscripts, *operands)


def cumprod(x, axis=None):
    x = anp.ravel(x) if axis is None else anp.moveaxis(x, axis, 0)
    products = [x[0]]
    for row in x[1:] if len(plain(x)) > 1 else []:
        products.append(products[-1] * row)
    result = anp.stack(products)
    return result if axis is None else anp.moveaxis(result, 0, axis)


def matrix_power(x, n):
    result = base = x if n > 0 else anp.linalg.inv(x)
    for _ in range(abs(n) - 1):
        result = anp.matmul(result, base)
    return result


def det(x):
    """By Leibniz's formula for up to three rows."""
    n = plain(x).shape[-1]
    if n == 1:
        return x[..., 0, 0]
    return sum(
        (-1) ** j * x[..., 0, j] * det(anp.concatenate([x[..., 1:, :j], x[..., 1:, j + 1 :]], axis=-1))
        for j in range(n)
    )


def solve(A, b):
    batch = max(anp.ndim(A), anp.ndim(b)) > 2
    if anp.ndim(b) == 1:
        return anp.matmul(anp.linalg.inv(A), b) if batch else anp.linalg.solve(A, b)
    return anp.matmul(anp.linalg.inv(A), b)


def log_gamma(x):
    """Stirling's series after ten steps of the recurrence, DLMF 5.11.1."""
    shift = 0.0
    for k in range(10):
        shift = shift + anp.log(x + k)
    y = x + 10
    series = (
        1 / (12 * y)
        - 1 / (360 * y**3)
        + 1 / (1260 * y**5)
        - 1 / (1680 * y**7)
        + 1 / (1188 * y**9)
        - 691 / (360360 * y**11)
    )
    return (y - 0.5) * anp.log(y) - y + 0.5 * math.log(2 * math.pi) + series - shift


def digamma(x):
    """DLMF 5.7.6 summed by its tail, 5.11.2."""
    y = x + 10
    series = (
        anp.log(y)
        - 1 / (2 * y)
        - 1 / (12 * y**2)
        + 1 / (120 * y**4)
        - 1 / (252 * y**6)
        + 1 / (240 * y**8)
        - 1 / (132 * y**10)
        + 691 / (32760 * y**12)
    )
    return series - sum(1 / (x + k) for k in range(10))


def trigamma(x):
    y = x + 12
    series = (
        1 / y
        + 1 / (2 * y**2)
        + 1 / (6 * y**3)
        - 1 / (30 * y**5)
        + 1 / (42 * y**7)
        - 1 / (30 * y**9)
        + 5 / (66 * y**11)
        - 691 / (2730 * y**13)
    )
    return series + sum(1 / (x + k) ** 2 for k in range(12))


def error_function(x):
    """The Maclaurin series, to the last bits for |x| <= 3."""
    return 2 / np.sqrt(np.pi) * sum((-1) ** n * x ** (2 * n + 1) / (math.factorial(n) * (2 * n + 1)) for n in range(60))


def inverse_error_function(y):
    """Newton's method on the series; its last step carries the derivative."""
    x = plain(y) * 0.0
    for _ in range(60):
        x = x - (error_function(x) - plain(y)) / (2 / np.sqrt(np.pi) * np.exp(-(x**2)))
    for _ in range(2):
        x = x - (error_function(x) - y) / (2 / np.sqrt(np.pi) * anp.exp(-(x**2)))
    return x


def mask(x, rate=0.5, seed=0, train=True):
    return (np.random.default_rng(seed).random(anp.shape(x)) >= rate) / (1 - rate) if train else np.ones(anp.shape(x))


def positive(x):
    return anp.maximum(x, 0)


def focal_loss(x, t, alpha=0.25, gamma=2.0):
    """Lin et al. 2017, Focal Loss for Dense Object Detection, equation 5, as torchvision has it for soft targets."""
    p = 1 / (1 + anp.exp(-x))
    right = p * t + (1 - p) * (1 - t)
    weight = alpha * t + (1 - alpha) * (1 - t)
    return anp.mean(-weight * (1 - right) ** gamma * (t * anp.log(p) + (1 - t) * anp.log(1 - p)))


def length(x, axis, ord=2):
    return anp.sum(anp.abs(x) ** ord, axis=axis, keepdims=True) ** (1 / ord)


MORE = {
    "take": take,
    "index_add": index_add,
    "take_along_axis": take_along_axis,
    "scatter_add": scatter_add,
    "one_hot": lambda indices, classes: np.eye(classes)[places(indices)],
    "embedding": lambda indices, W: W[places(indices)],
    "sort": lambda x, axis=-1: take_along_axis(x, argsort(x, axis), axis),
    "argsort": argsort,
    "median": median,
    "pad": pad,
    "tile": tile,
    "diff": diff,
    "repeat": lambda x, repeats, axis=None: anp.repeat(
        anp.reshape(x, (-1,)) if anp.ndim(x) == 0 else x, repeats, axis and axis % anp.ndim(x)
    ),
    "roll": roll,
    "einsum": einsum,
    "cumprod": cumprod,
    "matrix_power": matrix_power,
    "det": det,
    "solve": solve,
    "cofactors": lambda x: anp.expand_dims(anp.expand_dims(det(x), -1), -1) * anp.swapaxes(anp.linalg.inv(x), -1, -2),
    "logdet": lambda x: anp.log(det(x)),
    "cholesky": anp.linalg.cholesky,
    "logabsdet": lambda x: anp.linalg.slogdet(x)[1],
    "eigvalsh": lambda x: anp.linalg.eigh(x)[0],
    "eigenvectors": lambda x: anp.linalg.eigh(x)[1],
    "svdvals": lambda x: anp.linalg.svd(x, full_matrices=False)[1],
    "left_vectors": lambda x: anp.linalg.svd(x, full_matrices=False)[0],
    "right_vectors": lambda x: anp.linalg.svd(x, full_matrices=False)[2],
    "orthonormal": lambda x: anp.dot(x, anp.linalg.inv(triangular(x))),
    "triangular": lambda x: triangular(x),
    "pinv": anp.linalg.pinv,
    "searchsorted": lambda a, v, right=False: np.searchsorted(plain(a), plain(v), "right" if right else "left"),
    "i0": special.i0,
    "i1": special.i1,
    "bessel_j": lambda x, n=0: special.jn(n, x),
    "bessel_y": lambda x, n=0: special.yn(n, x),
    "bessel_i": lambda x, n=0: special.iv(n, x),
    "bessel_k": second_modified,
    "scaled_bessel_i": lambda x, n=0: special.ive(n, x),
    "scaled_bessel_k": lambda x, n=0: anp.exp(x) * second_modified(x, n),
    "exp1": exponential_integral,
    "expn": exponential_integral,
    "expi": lambda x: np.euler_gamma + anp.log(x) + sum(x**k / (k * math.factorial(k)) for k in range(1, 50)),
    "zeta": hurwitz,
    "expm": matrix_series,
    "ndtri": normal_quantile,
    "log_ndtr": norm.logcdf,
    "erfcx": lambda x: anp.exp(x**2) * special.erfc(x),
    "gammainc": lambda x, a=1.0: special.gammainc(a, x),
    "gammaincc": lambda x, a=1.0: special.gammaincc(a, x),
    "gammaincinv": lambda x, a=1.0: -anp.log(1 - x),
    "betainc": lambda x, a=1.0, b=1.0: special.betainc(a, b, x),
    "betaincinv": lambda x, a=1.0, b=1.0: x * 1.0,
    "stdtr": lambda x, df=1.0: 0.5 + anp.arctan(x) / np.pi,
    "stdtrit": lambda x, df=1.0: anp.tan(np.pi * (x - 0.5)),
    "vecdot": lambda x, y, axis=-1: anp.sum(x * y, axis=axis),
    "kron": lambda x, y: (
        anp.concatenate([a * y for a in x], axis=-1)
        if anp.ndim(x) == 1
        else anp.concatenate([anp.concatenate([a * y for a in row], axis=-1) for row in x], axis=0)
    ),
    "cross": lambda x, y: anp.stack(
        [
            x[..., 1] * y[..., 2] - x[..., 2] * y[..., 1],
            x[..., 2] * y[..., 0] - x[..., 0] * y[..., 2],
            x[..., 0] * y[..., 1] - x[..., 1] * y[..., 0],
        ],
        axis=-1,
    ),
    "sec": lambda x: 1 / anp.cos(x),
    "csc": lambda x: 1 / anp.sin(x),
    "cot": lambda x: 1 / anp.tan(x),
    "sech": lambda x: 1 / anp.cosh(x),
    "csch": lambda x: 1 / anp.sinh(x),
    "coth": lambda x: 1 / anp.tanh(x),
    "sinc": lambda x: anp.sin(np.pi * x) / (np.pi * x),
    "rsqrt": lambda x: x**-0.5,
    "logit": lambda x: anp.log(x / (1 - x)),
    "log_cosh": lambda x: anp.log(anp.cosh(x)),
    "deg2rad": lambda x: x * np.pi / 180,
    "rad2deg": lambda x: x * 180 / np.pi,
    "lgamma": log_gamma,
    "tgamma": lambda x: anp.exp(log_gamma(x)),
    "digamma": digamma,
    "polygamma": trigamma,
    "erfinv": inverse_error_function,
    "ndtr": lambda x: (1 + error_function(x / np.sqrt(2))) / 2,
    "mod": lambda x, y: x - y * np.floor(plain(x) / plain(y)),
    "fmod": lambda x, y: x - y * np.trunc(plain(x) / plain(y)),
    "floor_divide": lambda x, y: np.floor(plain(x) / plain(y)) + 0 * x + 0 * y,
    "copysign": lambda x, y: anp.abs(x) * np.sign(plain(y)),
    "heaviside": lambda x, y: np.heaviside(plain(x), plain(y)) + 0 * x + 0 * y,
    "lerp": lambda x, y, weight: (1 - weight) * x + weight * y,
    "addcmul": lambda x, y, v: x + y * v,
    "celu": lambda x, alpha=1.0: positive(x) + anp.minimum(0, alpha * (anp.exp(x / alpha) - 1)),
    "prelu": lambda x, a: positive(x) + a * anp.minimum(x, 0),
    "hardshrink": lambda x, bound=0.5: x * (np.abs(plain(x)) > bound),
    "softshrink": lambda x, bound=0.5: positive(x - bound) - positive(-x - bound),
    "tanhshrink": lambda x: x - anp.tanh(x),
    "threshold": lambda x, threshold=0.0, value=0.0: anp.where(plain(x) > threshold, x, value),
    "dropout": lambda x, rate=0.5, seed=0, train=True: x * mask(x, rate, seed, train),
    "dropout_mask": lambda x, rate=0.5, seed=0: mask(plain(x), rate, seed) + 0 * x,
    "linear": lambda x, W, b=0.0: anp.dot(x, W.T) + b,
    "addmm": lambda b, x, y: b + anp.dot(x, y),
    "softmin": lambda x, axis=-1: anp.exp(-x) / anp.sum(anp.exp(-x), axis=axis, keepdims=True),
    "glu": lambda x, axis=-1: x[:2] / (1 + anp.exp(-x[2:])) if anp.ndim(x) == 1 else x[:1] / (1 + anp.exp(-x[1:])),
    "normalize": lambda x, ord=2, axis=-1: x / length(x, axis, ord),
    "cosine_similarity": (
        lambda x, y, axis=-1: (
            anp.sum(x * y, axis=axis) / anp.sqrt(anp.sum(x**2 + 0 * y, axis=axis) * anp.sum(y**2 + 0 * x, axis=axis))
        )
    ),
    "logmeanexp": lambda x, axis=None, keepdims=False: anp.log(anp.mean(anp.exp(x), axis=axis, keepdims=keepdims)),
    "focal_loss": focal_loss,
    "nll_loss": lambda x, t: -anp.mean(anp.sum((np.eye(3)[places(t)] if isinstance(t, list) else t) * x, axis=-1)),
    "smooth_l1": lambda y, t, beta=1.0: anp.mean(
        anp.where(np.abs(plain(y) - plain(t)) < beta, (y - t) ** 2 / (2 * beta), anp.abs(y - t) - beta / 2)
    ),
    "hinge": lambda y, t: anp.mean(positive(1 - t * y)),
}

# Ops that pass no gradient on, on purpose; comparisons do neither.
WITHOUT_GRADIENT = {
    *("stop_gradient", "dropout_mask", "one_hot"),
    *("argmax", "argmin", "argsort", "first_winner", "searchsorted"),
}

# PyTorch 2.13 in float64: gradients of the sum of the output, by input.  Where it has none or another one, the reason
# stands beside it.
FIGURES = [
    ("abs(x)", {"x": 0}, {"x": 0}),
    ("sign(x)", {"x": 0}, {"x": 0}),
    *[(f"{name}(x)", {"x": x}, {"x": 0}) for name in ("floor", "ceil", "trunc") for x in (-1, 2)],
    ("round(x)", {"x": 0.5}, {"x": 0}),
    ("round(x)", {"x": 1.5}, {"x": 0}),
    ("relu(x)", {"x": 0}, {"x": 0}),
    ("leaky_relu(x)", {"x": 0}, {"x": 0.01}),
    ("leaky_relu(x, 0.3)", {"x": 0}, {"x": 0.3}),
    ("prelu(x, a)", {"x": 0, "a": 3}, {"x": 3, "a": 0}),
    ("elu(x)", {"x": 0}, {"x": 1}),
    ("elu(x, 2)", {"x": 0}, {"x": 2}),
    ("selu(x)", {"x": 0}, {"x": 1.7580993408473766}),
    ("celu(x, 2)", {"x": 0}, {"x": 1}),
    ("hardsigmoid(x)", {"x": -3}, {"x": 0}),
    ("hardsigmoid(x)", {"x": 3}, {"x": 0}),
    ("hardswish(x)", {"x": -3}, {"x": 0}),
    ("hardswish(x)", {"x": 3}, {"x": 1}),
    ("relu6(x)", {"x": 0}, {"x": 0}),
    ("relu6(x)", {"x": 6}, {"x": 0}),
    ("hardtanh(x)", {"x": -1}, {"x": 0}),
    ("hardtanh(x)", {"x": 1}, {"x": 0}),
    ("hardshrink(x)", {"x": -0.5}, {"x": 0}),
    ("hardshrink(x)", {"x": 0.5}, {"x": 0}),
    ("softshrink(x)", {"x": -0.5}, {"x": 0}),
    ("softshrink(x)", {"x": 0.5}, {"x": 0}),
    ("threshold(x, 1, 5)", {"x": 1}, {"x": 0}),
    ("maximum(x, y)", {"x": 2, "y": 2}, {"x": 0.5, "y": 0.5}),
    ("minimum(x, y)", {"x": 2, "y": 2}, {"x": 0.5, "y": 0.5}),
    *[("clip(x, low, high)", {"x": x, "low": -1, "high": 1}, {"x": 1, "low": 0, "high": 0}) for x in (-1, 1)],
    ("clip(x, low, high)", {"x": 1, "low": 1, "high": 1}, {"x": 1, "low": 0, "high": 0}),
    *[("clip(x, low, high)", {"x": x, "low": 2, "high": 1}, {"x": 0, "low": 0, "high": 1}) for x in (0, 1, 1.5, 2, 3)],
    ("clip(x, low, high)", {"x": 2, "low": 1, "high": 1}, {"x": 0, "low": 0, "high": 1}),
    (
        "clip(x, low, high)",
        {"x": 0, "low": 1, "high": 1},
        {"x": 0, "low": 1, "high": 0},
    ),  # PyTorch has 0 for both bounds, with which the value moves
    *[("copysign(x, y)", {"x": 0, "y": y}, {"x": 0, "y": 0}) for y in (1, -1)],
    ("copysign(x, y)", {"x": 2, "y": 0}, {"x": 1, "y": 0}),
    ("copysign(x, y)", {"x": -2, "y": 0}, {"x": -1, "y": 0}),
    ("copysign(x, y)", {"x": 2, "y": -0.0}, {"x": -1, "y": 0}),
    ("heaviside(x, y)", {"x": 0, "y": 0.5}, {"x": 0, "y": 1}),  # PyTorch has no derivative of it
    ("hypot(x, y)", {"x": 0, "y": 0}, {"x": 0, "y": 0}),
    ("xlogy(x, y)", {"x": 0, "y": 0}, {"x": -np.inf, "y": 0}),  # PyTorch: NaN, NaN; 0, NaN
    ("atan2(y, x)", {"y": 0, "x": 0}, {"y": 0, "x": 0}),
    ("atan2(y, x)", {"y": 0, "x": -2}, {"y": -0.5, "x": 0}),
    ("atan2(y, x)", {"y": -0.0, "x": -1}, {"y": -1, "x": 0}),
    ("fmod(x, y)", {"x": 4, "y": 2}, {"x": 1, "y": -2}),
    ("fmod(x, y)", {"x": -4, "y": 2}, {"x": 1, "y": 2}),
    ("fmod(x, y)", {"x": 0, "y": 2}, {"x": 1, "y": 0}),
    ("mod(x, y)", {"x": 4, "y": 2}, {"x": 1, "y": -2}),
    ("mod(x, y)", {"x": -4, "y": 2}, {"x": 1, "y": 2}),
    ("mod(x, y)", {"x": 4, "y": -2}, {"x": 1, "y": 2}),
    ("floor_divide(x, y)", {"x": 4, "y": 2}, {"x": 0, "y": 0}),
    ("pow(x, y)", {"x": 0, "y": 0}, {"x": 0, "y": 0}),
    ("pow(x, y)", {"x": 0, "y": 0.5}, {"x": np.inf, "y": 0}),
    ("pow(x, y)", {"x": 0, "y": -1}, {"x": -np.inf, "y": -np.inf}),
    ("pow(x, y)", {"x": 0, "y": 1}, {"x": 1, "y": 0}),
    ("div(x, y)", {"x": 1, "y": 0}, {"x": np.inf, "y": -np.inf}),
    ("sqrt(x)", {"x": 0}, {"x": np.inf}),
    ("cbrt(x)", {"x": 0}, {"x": np.inf}),
    ("log(x)", {"x": 0}, {"x": np.inf}),
    ("smooth_l1(y, t, 0.5)", {"y": [1, 2], "t": [0.5, 2.5]}, {"y": [0.5, -0.5], "t": [-0.5, 0.5]}),
    ("huber(y, t, 0.5)", {"y": [1, 2], "t": [0.5, 2.5]}, {"y": [0.25, -0.25], "t": [-0.25, 0.25]}),
    ("mae(y, t)", {"y": [1, 2], "t": [1, 0]}, {"y": [0, 0.5], "t": [0, -0.5]}),
    ("hinge(y, t)", {"y": [1, 2], "t": [1, -1]}, {"y": [0, 0.5], "t": [0, -1]}),  # as mean(relu(1 - t * y))
    ("scaled_bessel_i(x)", {"x": 0}, {"x": 0}),
    ("max(x)", {"x": [1, 1, 0]}, {"x": [0.5, 0.5, 0]}),
    ("min(x)", {"x": [0, 1, 0]}, {"x": [0.5, 0, 0.5]}),
    ("std(x)", {"x": [2, 2]}, {"x": [0, 0]}),
    ("std(x, ddof=1)", {"x": [2, 2]}, {"x": [0, 0]}),
    ("norm(x)", {"x": [0, 0]}, {"x": [0, 0]}),
    ("norm(x, 1)", {"x": [0, 2]}, {"x": [0, 1]}),
    ("norm(x, 3)", {"x": [0, 0]}, {"x": [0, 0]}),
    ("norm(x, inf)", {"x": [2, -2, 1]}, {"x": [0.5, -0.5, 0]}),
    ("norm(x, -inf)", {"x": [2, -2, 3]}, {"x": [0.5, -0.5, 0]}),
    ("root_mean_square(x)", {"x": [0, 0]}, {"x": [0, 0]}),  # as norm
    ("linalg_norm(x, 1)", {"x": [[1, 0], [2, 1]]}, {"x": [[1, 0], [1, 0]]}),
    ("linalg_norm(x, 1)", {"x": [[0, 0], [2, 1]]}, {"x": [[0, 0], [1, 0]]}),
    ("linalg_norm(x, inf)", {"x": [[1, -1], [2, 0]]}, {"x": [[0.5, -0.5], [0.5, 0]]}),
    ("sum(eigvalsh(x) * [1, 2])", {"x": [[2, 0], [0, 2]]}, {"x": [[1, 0], [0, 2]]}),
    ("sum(svdvals(x) * [1, 2])", {"x": [[0, 0], [0, 0]]}, {"x": [[1, 0], [0, 2]]}),
    *[
        (f"{name}(x)", {"x": [[2, 0], [0, 2]]}, {"x": [[0, 0], [0, 0]]})  # PyTorch has NaN
        for name in ("eigenvectors", "left_vectors", "right_vectors")
    ],
    ("pinv(x)", {"x": [[2, 0], [0, 0]]}, {"x": [[-0.25, 0.25], [0.25, 0]]}),
    ("sum(sort(x) * [1, 2, 4])", {"x": [5, 3, 3]}, {"x": [4, 1, 2]}),
    (
        "median(x)",
        {"x": [3, 1, 1, 1, 2]},
        {"x": [0, 0, 0, 1, 0]},
    ),  # the one in the middle of the stable order; PyTorch shares it
    ("cross_entropy(y, t)", {"y": [0, 1], "t": [0, 1]}, {"y": [0, -1]}),
    ("binary_cross_entropy(y, t)", {"y": [0, 1], "t": [0, 1]}, {"y": [0.5, -0.5]}),
    ("kl_div(p, q)", {"p": [0, 1], "q": [0.5, 0.5]}, {"q": [0, -2]}),
    ("entropy(p)", {"p": [0, 1]}, {"p": [np.inf, -1]}),
]
