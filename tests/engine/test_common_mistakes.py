"""The mistakes that are asked about most, in programs of several spellings: found by name, with noise and in three
digits too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlens import engine
from tests.engine.planted import sigmoid, softmax

draw = np.random.default_rng(11).normal
X, W, b = draw(size=(4, 3)), draw(size=(3, 3)), draw(size=3)
T = np.eye(3)[[2, 2, 1, 1]]
v = draw(size=4)
k = draw(size=5)
Z = X @ W + b
P = softmax(Z)
LABELS = "np.array([2, 2, 1, 1])"


def normalised(m: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    c = m - m.mean(axis, keepdims=True)
    s = np.sqrt((c**2).mean(axis, keepdims=True) + 1e-5)
    return c / s, s


N, S = normalised(X, 0)
R, Q = normalised(X, 1)
G = draw(size=(4, 3))
ENTROPIES = (
    "L = softmax_cross_entropy(Z, T)",
    "p = softmax(Z, axis=1)\nL = -np.sum(T * np.log(p)) / 4",
    "p = softmax(Z, axis=1)\nL = -np.mean(np.sum(T * np.log(p), axis=1))",
    "e = np.exp(Z)\ns = np.sum(e, axis=1, keepdims=True)\np = e / s\nL = -np.sum(T * np.log(p)) / 4",
    "e = np.exp(Z - np.max(Z, axis=1, keepdims=True))\np = e / e.sum(axis=1, keepdims=True)\n"
    f"L = -np.mean(np.log(p[np.arange(4), {LABELS}]))",
    "q = Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True))\nL = -np.sum(T * q) / 4",
    "L = F.cross_entropy(Z, torch.tensor([2, 2, 1, 1]))",
)
CLASS_GRADIENTS = {
    "labels-not-subtracted": P / 4,
    "softmax-elementwise": -T * (1 - P) / 4,
    "extra-activation-derivative": (P - T) * P * (1 - P) / 4,
    "logits-not-probabilities": (Z - T) / 4,
    "wrong-axis": (softmax(Z, 0) - T) / 4,
    "sum-not-mean": P - T,
    "sign": (T - P) / 4,
}

Row = tuple[str, dict[str, Any], dict[str, Any], str]


def classes() -> list[Row]:
    """Every spelling of the cross-entropy with every mistake, told by the gradients of logits, weight or bias."""
    rows: list[Row] = []
    for loss in ENTROPIES:
        for kind, dZ in CLASS_GRADIENTS.items():
            inputs = {"X": X, "W": W, "b": b} | ({"T": T} if "T" in loss.replace("torch.tensor", "") else {})
            program = f"Z = X @ W + b\n{loss}"
            rows.append((program, inputs, {"Z": dZ}, kind))
            rows.append((program, inputs, {"W": X.T @ dZ, "b": dZ.sum(0)}, kind))
    return rows


def slopes() -> list[Row]:
    """Derivatives in terms of the output, fed with the input."""
    rows: list[Row] = []
    w, x, t = 1.1, 0.6, 0.3
    u = w * x
    for text, slope in (
        ("sigmoid(u)", u * (1 - u)),
        ("1 / (1 + np.exp(-u))", u * (1 - u)),
        ("torch.sigmoid(u)", u * (1 - u)),
        ("np.tanh(u)", 1 - u**2),
    ):
        a = np.tanh(u) if "tanh" in text else sigmoid(u)
        program = f"u = w * x\na = {text}\nL = (a - t)**2"
        rows.append((program, {"w": w, "x": x, "t": t}, {"w": 2 * (a - t) * slope * x}, "output-derivative-at-input"))
    U = X @ W
    for text, A, slope in (
        ("sigmoid(U)", sigmoid(U), U * (1 - U)),
        ("1 / (1 + np.exp(-U))", sigmoid(U), U * (1 - U)),
        ("np.tanh(U)", np.tanh(U), 1 - U**2),
    ):
        program = f"U = X @ W\nA = {text}\nL = np.sum((A - T)**2) / 2"
        rows.append((program, {"X": X, "W": W, "T": T}, {"W": X.T @ ((A - T) * slope)}, "output-derivative-at-input"))
    return rows


def statistics() -> list[Row]:
    """Means and variances held constant, spelled out and in one op, both or one of them."""
    o = N * v[:3] + b
    d = 3 * o**2 * v[:3]
    r = 3 * (R * v[:3] + b) ** 2 * v[:3]
    spelled = (
        "mu = np.mean(m, axis=0)\nc = m - mu\nvar = np.mean(c**2, axis=0)\nn = c / np.sqrt(var + 1e-5)",
        "mu = m.mean(axis=0)\nvar = m.var(axis=0)\nn = (m - mu) / np.sqrt(var + 1e-5)",
        "mu = 1 / 4 * np.sum(m, axis=0)\nc = m - mu\nvar = 1 / 4 * np.sum(c**2, axis=0)\n"
        "n = c * (1 / np.sqrt(var + 1e-5))",
        "mu = np.sum(m, axis=0) / 4\nc = m - mu\nvar = np.sum(c**2, axis=0) / 4\nn = c * (var + 1e-5)**-0.5",
    )
    rows: list[Row] = [
        (f"{text}\nL = np.sum((g * n + b)**3)", {"m": X, "g": v[:3], "b": b}, {"m": wrong}, "statistics-as-constants")
        for text in spelled
        for wrong in (d / S, (d - d.mean(0)) / S)
    ]
    rows.append(
        ("L = sum(batch_norm(m, g, b) ** 3)", {"m": X, "g": v[:3], "b": b}, {"m": d / S}, "statistics-as-constants")
    )
    rows += [
        (f"{text}\nL = np.sum((g * n + b)**3)", {"m": X, "g": v[:3], "b": b}, {"m": r / Q}, "statistics-as-constants")
        for text in (
            "n = layer_norm(m)",
            "n = F.layer_norm(m, (3,))",
            "mu = m.mean(axis=1, keepdims=True)\nn = (m - mu) / np.sqrt(m.var(axis=1, keepdims=True) + 1e-5)",
        )
    ]
    return rows


def paths() -> list[Row]:
    """Several paths forgotten at once, and the factor of one path."""
    x = np.array([0.3, -0.7])
    program = "a = x * 2\nb = np.sin(a)\nc = a**2\nd = np.exp(a)\nf = np.cos(a)\nL = np.sum(b + c + d + f)"
    a = 2 * x
    parts = {"b": np.cos(a), "c": 2 * a, "d": np.exp(a), "f": -np.sin(a)}
    rows: list[Row] = [
        (program, {"x": x}, {"x": 2 * (parts[i] + parts[j])}, "missing-path") for i, j in ("bc", "bd", "cf", "df")
    ]
    two = "p = x * y\nq = p * x\nr = q + p\nL = np.sum(r * q)"
    y = np.array([1.2, 0.4])
    p = x * y
    q = p * x
    # q's use in r, and p's in q, forgotten: q gets r alone, p gets the sum's alone.
    rows.append((two, {"x": x, "y": y}, {"y": q * x}, "missing-path"))
    turns = "h = x\nfor k in range(4):\n    h = np.tanh(w * h + x)\nL = np.sum(h**2)"
    w, h, s, unsloped = 0.8, x, [], 0.0
    for _ in range(4):
        s.append((h, np.tanh(w * h + x)))
        h = s[-1][1]
    g = 2 * h
    slope = 1 - h**2
    rows.append((turns, {"x": x, "w": w}, {"w": np.sum(g * slope * s[-1][0])}, "missing-path"))
    for before, _ in reversed(s):
        unsloped += np.sum(g * before)
        g = g * w
    rows.append((turns, {"x": x, "w": w}, {"w": unsloped}, "missing-activation-derivative"))
    scalars = "L = 0.5 * r + 0.5 * 1.44 * np.exp(-r)"
    part = -0.72 * np.exp(-0.3)
    for factor in (3, 0.5):
        rows.append((scalars, {"r": 0.3}, {"r": 0.5 + factor * part}, "path-factor"))
        rows.append((scalars, {"r": 0.3}, {"r": 0.5 * factor + part}, "path-factor"))
    rows.append((scalars, {"r": 0.3}, {"r": 0.5 - part}, "sign"))
    twice = "u = x * y\nL = np.sum(u**2 + 3 * u)"
    rows.append((twice, {"x": x, "y": y}, {"x": (2 * p * 2 + 3) * y}, "path-factor"))
    return rows


def rules() -> list[Row]:
    """Rules half remembered."""
    U = X @ W
    mask = U > 0
    dA = mask * (np.maximum(U, 0) - T)
    return [
        ("L = (a - 0.3)**2", {"a": 0.8}, {"a": 0.5}, "power-rule"),
        ("L = np.sum(a**3)", {"a": k}, {"a": k**2}, "power-rule"),
        ("L = np.sum(a**3)", {"a": k}, {"a": 3 * k**3}, "power-rule"),
        ("L = np.sum(1 / a)", {"a": k}, {"a": -1 / k}, "power-rule"),
        ("L = 0.5 * np.sum(3 * np.sin(a))", {"a": k}, {"a": 0.5 * np.cos(k)}, "missing-factor"),
        ("p = x * y\nL = np.sum(np.sin(p))", {"x": b, "y": v[:3]}, {"x": np.cos(b * v[:3])}, "missing-factor"),
        (
            "U = X @ W\nA = np.maximum(U, 0)\nL = 0.5 * np.sum((A - T)**2)",
            {"X": X, "W": W, "T": T},
            {"U": np.where(np.maximum(U, 0) - T > 0, np.maximum(U, 0) - T, 0)},
            "wrong-mask",
        ),
        (
            "U = X @ W\nA = relu(U)\nL = 0.5 * np.sum((A - T)**2)",
            {"X": X, "W": W, "T": T},
            {"W": X.T @ ((np.maximum(U, 0) - T) * ~mask)},
            "wrong-mask",
        ),
        (
            "U = X @ W\nL = 0.5 * np.mean((np.maximum(U, 0) - T)**2)",
            {"X": X, "W": W, "T": T},
            {"W": X.T @ dA},
            "sum-not-mean",
        ),
        (
            "s = np.max(X, axis=1)\nL = np.sum(s**2)",
            {"X": X},
            {"X": np.broadcast_to(2 * X.max(1, keepdims=True), X.shape)},
            "not-only-largest",
        ),
        (
            "a = softmax(X @ W, axis=1)\nL = np.sum(a * G)",
            {"X": X, "W": W, "G": G},
            {"W": X.T @ (G * softmax(X @ W) * (1 - softmax(X @ W)))},
            "softmax-elementwise",
        ),
        (
            "a = softmax(X @ W, axis=1)\nL = np.sum(a * G)",
            {"X": X, "W": W, "G": G},
            {"W": X.T @ (softmax(X @ W) * (G - np.sum(G * softmax(X @ W), axis=0)))},
            "wrong-axis",
        ),
        (
            "U = X @ W\nA = np.tanh(U)\nL = 0.5 * np.sum((A - T)**2)",
            {"X": X, "W": W, "T": T},
            {"W": X.T @ ((np.tanh(U) - T) * np.tanh(U) * (1 - np.tanh(U)))},
            "wrong-slope",
        ),
        (
            "U = X @ W\nA = sigmoid(U)\nL = 0.5 * np.sum((A - T)**2)",
            {"X": X, "W": W, "T": T},
            {"W": X.T @ ((sigmoid(U) - T) * (1 - sigmoid(U) ** 2))},
            "wrong-slope",
        ),
        (  # no number of a loss is a probability less a label, whatever it is near
            "D = X @ W - T\nL = 0.5 * np.sum(D**2)",
            {"X": X, "W": W, "T": T},
            {"W": X.T @ (2 * (X @ W - T))},
            "missing-upstream",
        ),
        (
            "z = w * x\na = sigmoid(z)\nL = -(t * np.log(a) + (1 - t) * np.log(1 - a))",
            {"w": 0.8, "x": 1.5, "t": 1.0},
            {"w": sigmoid(1.2) * 1.5},
            "labels-not-subtracted",
        ),
        (
            "U = X @ W\ns = 1 / (1 + np.exp(-U))\nL = -np.sum(T * np.log(s) + (1 - T) * np.log(1 - s)) / 4",
            {"X": X, "W": W, "T": T},
            {"W": X.T @ ((sigmoid(U) - T) * sigmoid(U) * (1 - sigmoid(U))) / 4},
            "squared-error-not-cross-entropy",  # the same numbers as a slope too many
        ),
    ]


ROWS = [*classes(), *slopes(), *statistics(), *paths(), *rules()]


def test_every_common_mistake_is_named_with_noise_and_in_three_digits():
    random = np.random.default_rng(3)
    missed, compiled = [], {}
    for number, (program, inputs, claims, kind) in enumerate(ROWS):
        given = {name: np.asarray(value).tolist() for name, value in inputs.items()}
        if program not in compiled:
            compiled[program] = engine.compile(program, {name: np.shape(value) for name, value in inputs.items()})
        exact = {name: np.asarray(value) for name, value in claims.items()}
        noisy = {n: (g * (1 + random.uniform(-1e-6, 1e-6, g.shape))).tolist() for n, g in exact.items()}
        short = {n: three_digits(g) for n, g in exact.items()}
        for how, written in (("noise", noisy), ("digits", short))[: 2 if number % 3 == 0 else 1]:
            found = engine.diagnose(compiled[program], given, gradients=written)
            told = {found.diagnosis, *(a.diagnosis for a in found.alternatives)}
            if found.diagnosis != kind and not (how == "digits" and kind in told):
                missed.append((program, kind, how, found.diagnosis, sorted(map(str, told))))
    assert missed == []


def three_digits(g: np.ndarray) -> Any:
    text = np.vectorize(lambda x: float(f"{x:.3g}"), otypes=[float])(g)
    return text.tolist()
