"""check_grad: a right gradient passes in silence, a wrong one fails with its entry, its mistake and its line."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradlens
from gradlens import check_grad

W = np.array([[0.1, 0.2], [0.3, 0.4]])
X = np.array([1.0, -2.0])


def loss(W, x):
    h = np.tanh(W @ x)
    return np.sum(h**2)


def right(W, x):
    h = np.tanh(W @ x)
    dz = 2 * h * (1 - h**2)
    return np.outer(dz, x), W.T @ dz


def wrong_in_a_line(W, x):
    h = np.tanh(W @ x)
    dh = 2 * h
    dz = dh * (1 - h)
    dW = np.outer(dz, x)
    dx = W.T @ dz
    return dW, dx


def wrong_in_sign(W, x):
    dW, dx = right(W, x)
    return {"W": dW, "x": -dx}


def writing(x):
    x *= 2
    return np.sum(x**2)


def centred(x):
    return np.sum(x - x.mean())


def random(x):
    return x * np.random.rand()


DW, DX = right(W, X)
RIGHT = [
    (loss, (W, X), right),
    (loss, {"W": W, "x": X}, {"x": DX}),
    (loss, (W, X), DW),
    (loss, (W, X), (None, DX)),
    (loss, (W, X), DW.astype(np.float32)),
    (loss, (W.tolist(), X.tolist()), DW.tolist()),
    (loss, (W, X), DW * (1 + 1e-7)),
    ("y = x ** 2", 3.0, 6),
    (gradlens.compile("y = sum(w ** 2)", {"w": (2,)}), [1.0, 2.0], [2.0, 4.0]),
    ("L = w * x", {"w": 3.0, "x": 2.0}, {"w": 2.0, "x": 3.0}),
    ("L = w * x", {"w": 3.0, "x": 2.0}, lambda w, x: {"w": x, "x": w}),
    (writing, np.array([1.0, 2.0]), np.array([8.0, 16.0])),
    (centred, np.array([1.0, 2.0, 4.0]), np.array([1e-17, -1e-17, 0.0])),  # rounding around 0
    ("y = sqrt(x)", 0.0, np.inf),
]
# What is given, and what the message has to hold.
WRONG = [
    (
        loss,
        (W, X),
        DW.T,
        r"by W\[0, 1\] is wrong: -0.7268\d+ where 1.0663\d+ is right.*\ntransposed: Between W",
    ),
    (loss, (W, X), wrong_in_sign, r"gradient by x\[1\] is wrong.*\nsign: Between x and"),
    (loss, (W, X), (None, DX * 1.001), r"gradient by x\[1\] is wrong: .*\(tolerance 7.9\d+e-07\)"),
    (loss, (W, X), DW.round(4), r"gradient by W\[1, 0\] is wrong: -0.7269 where"),
    (loss, (W, X), DW[0], r"gradient by W has shape \(2,\), but \(2, 2\) is right"),
    (loss, (W, X), np.where(DW[0, 0] == DW, np.nan, DW), r"gradient by W\[0, 0\] is wrong: nan where"),
    ("y = x ** 2", 3.0, 5.0, r"gradient by x is wrong: 5 where 6 is right, off by 1"),
    ("y = x ** 2", 3.0, 3.0, r"gradient by x is wrong: 3 where 6 is right"),
    ("L = w * x", {"w": 3.0, "x": 2.0}, {"w": 2.0, "x": -3.0}, r"sign: Between x and L the sign is turned round"),
]


def test_a_right_gradient_passes_in_silence():
    for f, x, grad in RIGHT:
        assert check_grad(f, x, grad) is None


def test_a_wrong_gradient_fails_with_its_entry_and_the_mistake():
    for f, x, grad, message in WRONG:
        with pytest.raises(AssertionError) as caught:
            check_grad(f, x, grad)
        assert re.search(message, str(caught.value)), str(caught.value)


def test_the_first_wrong_line_of_a_backward_function_is_told_with_its_place():
    with pytest.raises(AssertionError) as caught:
        check_grad(loss, (W, X), wrong_in_a_line)
    line = wrong_in_a_line.__code__.co_firstlineno + 3
    assert f"Line {line} is the first that is wrong: `dz = dh * (1 - h)`" in str(caught.value)
    assert "With `dz = dh * (1 - h ** 2)` it comes out right" in str(caught.value)
    assert str(caught.value).endswith(f'File "{__file__}", line {line}')


def test_the_tolerance_is_what_is_asked_for():
    check_grad(loss, (W, X), DW.round(4), rtol=1e-3)
    check_grad(loss, (W, X), DW + 1e-5, atol=1e-4)
    with pytest.raises(AssertionError, match=r"tolerance 1.45\d*e-09"):
        check_grad(loss, (W, X), DW * (1 + 1e-7), rtol=1e-9)


def test_what_is_weighed_is_what_the_seed_says():
    check_grad(lambda x: x**2, np.array([1.0, 2.0]), np.array([2.0, 0.0]), seed=[1.0, 0.0])
    with pytest.raises(AssertionError, match=r"by x\[1\] is wrong: 4 where 0 is right"):
        check_grad(lambda x: x**2, np.array([1.0, 2.0]), np.array([2.0, 4.0]), seed=[1.0, 0.0])


def test_a_function_that_gives_something_else_than_is_read_of_it_is_not_judged():
    with pytest.raises(gradlens.EngineError, match=r"random gives .* when it is called") as caught:
        check_grad(random, 1.0, 1.0)
    assert caught.value.kind == "function-value"


def test_what_is_no_gradient_is_a_type_error():
    for grad, words in (
        ((1, 2, 3), "3 gradients are given for 2 arguments"),
        ((1,), "1 gradients are given for 2 arguments"),
        ({"q": 1}, 'no argument "q": gradients are by W, x'),
        ("abc", "no array of real numbers"),
        ((None, None), "no gradient is given"),
    ):
        with pytest.raises(TypeError, match=words):
            check_grad(loss, (W, X), grad)
    with pytest.raises(TypeError, match="by their names"):
        check_grad("L = w * x", (3.0, 2.0), 2.0)
