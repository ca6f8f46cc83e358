"""Ops on complex numbers where NumPy's own function is not analytic or is inexact: the real part chooses the piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Complex = np.ndarray[Any, np.dtype[Any]]  # real where every number is


def modulus(x: Complex) -> Complex:
    return np.where(np.real(x) < 0, -x, x)


def log1p(x: Complex) -> Complex:
    # NumPy's takes the logarithm of 1 + x, where a small x is lost; |1 + x|² is 1 + a(2 + a) + b² of x = a + bi.
    a, b = np.real(x), np.imag(x)
    near = np.log1p(a * (2 + a) + b * b) / 2 + 1j * np.arctan2(b, 1 + a)
    return np.where(np.abs(x) < 0.5, near, np.log1p(x))


def sigmoid(x: Complex) -> Complex:
    # The exponential of what has a negative real part cannot overflow.
    e = np.exp(-modulus(x))
    return np.where(np.real(x) >= 0, 1, e) / (1 + e)


def log_sigmoid(x: Complex) -> Complex:
    return -softplus(-x)


def softplus(x: Complex) -> Complex:
    return np.where(np.real(x) >= 0, x, 0) + log1p(np.exp(-modulus(x)))  # at 0 the same branch as the modulus


def softsign(x: Complex) -> Complex:
    return x / (1 + modulus(x))


def silu(x: Complex) -> Complex:
    return x * sigmoid(x)


def relu(x: Complex) -> Complex:
    return np.where(np.real(x) > 0, x, 0)


def leaky_relu(x: Complex, slope: float) -> Complex:
    return np.where(np.real(x) > 0, x, slope * x)


def elu(x: Complex, alpha: float) -> Complex:
    return np.where(np.real(x) > 0, x, alpha * np.expm1(np.where(np.real(x) > 0, 0, x)))


def maximum(x: Complex, y: Complex) -> Complex:
    return np.where(np.real(x) > np.real(y), x, np.where(np.real(x) < np.real(y), y, (x + y) / 2))


def minimum(x: Complex, y: Complex) -> Complex:
    return np.where(np.real(x) < np.real(y), x, np.where(np.real(x) > np.real(y), y, (x + y) / 2))


def where(condition: Complex, x: Complex, y: Complex) -> Complex:
    return np.where(np.real(condition) != 0, x, y)


def clip(x: Complex, low: Complex, high: Complex) -> Complex:
    above = np.maximum(np.real(x), np.real(low)) > np.real(high)
    return np.where(above, high, np.where(np.real(x) < np.real(low), low, x))


def sigmoid_cross_entropy(x: Complex, t: Complex) -> Any:
    return np.mean(softplus(x) - x * t)


def largest(x: Complex, axis: tuple[int, ...], keepdims: bool) -> Complex:
    return winner(x, axis, keepdims, np.max)


def smallest(x: Complex, axis: tuple[int, ...], keepdims: bool) -> Complex:
    return winner(x, axis, keepdims, np.min)


def winner(x: Complex, axis: tuple[int, ...], keepdims: bool, choose: Callable[..., Any]) -> Complex:
    """The element of the largest (or smallest) real part; of several, their mean, as the gradient is shared."""
    mask = np.real(x) == choose(np.real(x), axis=axis, keepdims=True)
    return np.sum(x * mask, axis=axis, keepdims=keepdims) / np.sum(mask, axis=axis, keepdims=keepdims)
