"""Six programs with a backward pass written by hand in NumPy, into which mistakes can be planted.

Each `backward(bug)` gives the gradients of named nodes as somebody would get them who makes the mistake `bug` once.
A bug that has no place in a program changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

BUGS = (
    "missing-path",
    "missing-upstream",
    "sum-not-mean",
    "mean-not-sum",
    "sign",
    "transposed",
    "extra-activation-derivative",
    "missing-activation-derivative",
    "derivative-at-output",
    "bias-not-summed",
    "wrong-axis",
    "squared-error-not-cross-entropy",
    "updated-weights",
    "shifted-labels",
    "scale",
)
RATE = 0.1


@dataclass(frozen=True)
class Case:
    program: str
    inputs: dict
    parameters: tuple[str, ...]
    backward: Callable[[str | None], dict]


def random(seed: int) -> Callable[..., np.ndarray]:
    generator = np.random.default_rng(seed)
    return lambda *shape: generator.normal(0, 0.8, shape).round(3)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def tanh_slope(a: Any, bug: str | None) -> Any:
    slope = 1 - np.tanh(a) ** 2
    if bug == "missing-activation-derivative":
        return np.ones_like(slope)
    if bug == "extra-activation-derivative":
        return slope * slope
    if bug == "derivative-at-output":
        return 1 - np.tanh(np.tanh(a)) ** 2
    return slope


def scalar() -> Case:
    """Two paths from y: through the squared error and through the penalty."""
    w, x, b, t, c = 0.7, 1.3, -0.4, 0.25, 0.6
    program = "a = w * x + b\ny = tanh(a)\nd = y - t\nq = d ** 2\np = c * y\nL = q + p"

    def backward(bug: str | None) -> dict:
        a = w * x + b
        y = np.tanh(a)
        d = y - t
        dq, dp = 1.0, 1.0
        dd = 2 * d * dq * (3 if bug == "scale" else 1)
        dc = dp * y
        through_d = -dd if bug == "sign" else dd
        dy = through_d + (0 if bug == "missing-path" else c * dp)
        upstream = 1.0 if bug == "missing-upstream" else dy
        da = upstream * tanh_slope(a, bug)
        weight = w
        if bug == "updated-weights":
            weight = w - RATE * da * x
        return {"q": dq, "p": dp, "c": dc, "d": dd, "y": dy, "a": da, "b": da, "w": da * x, "x": da * weight}

    return Case(program, {"w": w, "x": x, "b": b, "t": t, "c": c}, ("w", "b", "c"), backward)


def affine() -> Case:
    """One layer on a batch, half the squared error summed."""
    draw = random(1)
    X, W, b, T = draw(4, 3), draw(3, 3), draw(3), draw(4, 3)
    program = "A = X @ W\nY = A + b\nD = Y - T\nQ = D ** 2\nL = sum(Q) / 2"

    def backward(bug: str | None) -> dict:
        labels = np.roll(T, 1, axis=0) if bug == "shifted-labels" else T
        D = X @ W + b - labels
        dQ = np.full(D.shape, 0.5)
        if bug == "mean-not-sum":
            dQ = dQ / 4
        if bug == "scale":
            dQ = dQ * 3
        dD = 2 * D * (1 if bug == "missing-upstream" else dQ)
        if bug == "missing-activation-derivative":
            dD = dQ
        dY = -dD if bug == "sign" else dD
        db = dY[0] if bug == "bias-not-summed" else dY.sum(axis=0)
        dW = X.T @ dY
        dX = dY @ (W if bug == "transposed" else W.T)
        if bug == "updated-weights":
            dX = dY @ (W - RATE * dW).T
        return {"Q": dQ, "D": dD, "Y": dY, "A": dY, "b": db, "W": dW, "X": dX}

    return Case(program, {"X": X, "W": W, "b": b, "T": T}, ("W", "b"), backward)


def classes() -> Case:
    """Softmax with cross-entropy of one layer."""
    draw = random(2)
    X, W, b = draw(4, 3), draw(3, 3), draw(3)
    T = np.eye(3)[[0, 2, 1, 1]]
    program = "A = X @ W\nY = A + b\nL = softmax_cross_entropy(Y, T)"

    def backward(bug: str | None) -> dict:
        labels = np.roll(T, 1, axis=0) if bug == "shifted-labels" else T
        y = softmax(X @ W + b, 0 if bug == "wrong-axis" else -1)
        dY = (y - labels) / (1 if bug == "sum-not-mean" else 16 if bug == "mean-not-sum" else 4)
        if bug == "squared-error-not-cross-entropy":
            dY = y * ((y - T) - ((y - T) * y).sum(axis=1, keepdims=True)) / 4
        if bug == "extra-activation-derivative":
            dY = dY * y * (1 - y)
        if bug == "sign":
            dY = -dY
        db = dY if bug == "bias-not-summed" else dY.sum(axis=0)
        dA = np.ones_like(dY) if bug == "missing-upstream" else dY
        dW = X.T @ dA * (5 if bug == "scale" else 1)
        if bug == "transposed":
            dW = dW.T
        weight = W - RATE * dW if bug == "updated-weights" else W
        return {"Y": dY, "A": dA, "b": db, "W": dW, "X": dA @ weight.T}

    return Case(program, {"X": X, "W": W, "b": b, "T": T}, ("W", "b"), backward)


def convolution() -> Case:
    """A filter over an image, a bias for each, tanh, and the mean square."""
    draw = random(3)
    x, F, b, S = draw(2, 1, 4, 4), draw(2, 1, 2, 2), draw(1, 2, 1, 1), draw(2, 2, 3, 3)
    program = "C = conv2d(x, F)\nA = C + b\nR = tanh(A)\nM = R * R + S * R\nL = mean(M)"

    def backward(bug: str | None) -> dict:
        C = np.zeros((2, 2, 3, 3))
        for i, j in np.ndindex(2, 2):
            C += x[:, :, i : i + 3, j : j + 3] * F[:, 0, i, j][None, :, None, None]
        A = C + b
        R = np.tanh(A)
        dM = np.full(R.shape, 1.0 if bug == "sum-not-mean" else 1 / R.size**2 if bug == "mean-not-sum" else 1 / R.size)
        dR = 2 * R * dM + (0 if bug == "missing-path" else S * dM)
        dA = (1 if bug == "missing-upstream" else dR) * tanh_slope(A, bug)
        dC = -dA if bug == "sign" else dA
        db = dA[:1, :, :1, :1] if bug == "bias-not-summed" else dA.sum(axis=(0, 2, 3), keepdims=True)
        dF, dx = np.zeros(F.shape), np.zeros(x.shape)
        filters = F
        for i, j in np.ndindex(2, 2):
            dF[:, 0, i, j] = (dC * x[:, :, i : i + 3, j : j + 3]).sum(axis=(0, 2, 3)) * (3 if bug == "scale" else 1)
        if bug == "updated-weights":
            filters = F - RATE * dF
        for i, j in np.ndindex(2, 2):
            dx[:, 0, i : i + 3, j : j + 3] += (dC * filters[:, 0, i, j][None, :, None, None]).sum(axis=1)
        return {"M": dM, "R": dR, "A": dA, "b": db, "C": dC, "F": dF, "x": dx}

    return Case(program, {"x": x, "F": F, "b": b, "S": S}, ("F", "b"), backward)


def recurrent() -> Case:
    """Three steps of a recurrent layer with shared weights, and the mean squared error at the end."""
    draw = random(4)
    U, W, b, V, h0, T = draw(2, 3), draw(3, 3), draw(3), draw(3, 3), draw(4, 3), draw(4, 3)
    xs = [draw(4, 2) for _ in range(3)]
    program = "\n".join(
        [
            "h0_ = h0 * 1",
            *(f"a{k} = {'h0_' if k == 1 else f'h{k - 1}'} @ W + x{k} @ U + b\nh{k} = tanh(a{k})" for k in (1, 2, 3)),
            "Y = h3 @ V",
            "L = mse(Y, T)",
        ]
    )

    def backward(bug: str | None) -> dict:
        hs, sums = [h0], []
        for x in xs:
            sums.append(hs[-1] @ W + x @ U + b)
            hs.append(np.tanh(sums[-1]))
        labels = np.roll(T, 1, axis=0) if bug == "shifted-labels" else T
        dY = 2 * (hs[3] @ V - labels) / (1 if bug == "sum-not-mean" else 144 if bug == "mean-not-sum" else 12)
        if bug == "sign":
            dY = -dY
        dV = hs[3].T @ dY * (2 if bug == "scale" else 1)
        dh = dY @ ((V - RATE * dV).T if bug == "updated-weights" else V if bug == "transposed" else V.T)
        found = {"Y": dY, "V": dV, "h3": dh}
        dW, dU, db = np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
        for k in (3, 2, 1):
            da = (1 if bug == "missing-upstream" and k == 3 else dh) * tanh_slope(sums[k - 1], bug if k == 3 else None)
            if bug != "missing-path" or k == 3:
                dW = dW + hs[k - 1].T @ da
            dU = dU + xs[k - 1].T @ da
            db = db + (da[0] if bug == "bias-not-summed" and k == 2 else da.sum(axis=0))
            dh = da @ W.T
            found |= {f"a{k}": da, (f"h{k - 1}" if k > 1 else "h0_"): dh}
        return found | {"W": dW, "U": dU, "b": db}

    inputs = {"U": U, "W": W, "b": b, "V": V, "h0": h0, "T": T, "x1": xs[0], "x2": xs[1], "x3": xs[2]}
    return Case(program, inputs, ("U", "W", "b", "V"), backward)


def batch() -> Case:
    """Two layers on a batch, sigmoid and softmax, the loss written out."""
    draw = random(5)
    X, W1, b1, W2, b2 = draw(3, 2), draw(2, 3), draw(3), draw(3, 3), draw(3)
    T = np.eye(3)[[1, 0, 2]]
    program = (
        "Z = X @ W1 + b1\nH = sigmoid(Z)\nA = H @ W2 + b2\nY = softmax(A, axis=1)\nL = -mean(sum(T * log(Y), axis=1))"
    )

    def backward(bug: str | None) -> dict:
        labels = np.roll(T, 1, axis=0) if bug == "shifted-labels" else T
        Z = X @ W1 + b1
        H = sigmoid(Z)
        A = H @ W2 + b2
        Y = softmax(A, 0 if bug == "wrong-axis" else 1)
        dY = -labels / Y / (1 if bug == "sum-not-mean" else 9 if bug == "mean-not-sum" else 3)
        if bug == "squared-error-not-cross-entropy":
            dY = 2 * (Y - T) / 3
        axis = 0 if bug == "wrong-axis" else 1
        dA = Y * (dY - (dY * Y).sum(axis=axis, keepdims=True))
        if bug == "sign":
            dA = -dA
        db2 = dA[-1] if bug == "bias-not-summed" else dA.sum(axis=0)
        dW2 = H.T @ dA * (7 if bug == "scale" else 1)
        dH = dA @ ((W2 - RATE * dW2).T if bug == "updated-weights" else W2 if bug == "transposed" else W2.T)
        slope = H * (1 - H)
        if bug == "missing-activation-derivative":
            slope = np.ones_like(H)
        if bug == "extra-activation-derivative":
            slope = slope * slope
        if bug == "derivative-at-output":
            slope = sigmoid(H) * (1 - sigmoid(H))
        dZ = (1 if bug == "missing-upstream" else dH) * slope
        return {"Y": dY, "A": dA, "b2": db2, "W2": dW2, "H": dH, "Z": dZ, "b1": dZ.sum(axis=0), "W1": X.T @ dZ}

    return Case(program, {"X": X, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "T": T}, ("W1", "b1", "W2", "b2"), backward)


CASES = {
    "scalar": scalar(),
    "affine": affine(),
    "softmax": classes(),
    "convolution": convolution(),
    "recurrent": recurrent(),
    "batch": batch(),
}
