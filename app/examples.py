"""The examples of the page, in the order in which a learner meets them.

Their titles, questions and answers are in the page's catalogues, under "example.<id>.title", ".question" and ".answer".
Sources of the numbers: S is Saito, Deep Learning from Scratch (2016); C is Stanford's CS231n,
"Backpropagation, intuitions"; M is Mazur, A Step by Step Backpropagation Example (2015).
"""

from __future__ import annotations

from typing import TypedDict


class Example(TypedDict):
    """One program in both languages, and input values for names that it does not assign.

    input: by language, the input whose gradient answers the example's question.
    """

    id: str
    program: dict[str, str]
    input: dict[str, str]
    inputs: dict[str, float | list]


def _example(id: str, input: str | tuple[str, str], en: str, ko: str | None = None) -> Example:
    """`ko` is left out, and `input` is one name, where the field's own symbols need no translation."""
    asked = (input, input) if isinstance(input, str) else input
    return {
        "id": id,
        "program": {"en": en.lstrip("\n"), "ko": (ko or en).lstrip("\n")},
        "input": dict(zip(("en", "ko"), asked)),
        "inputs": {},
    }


EXAMPLES = [
    # S 5.1: 715; 2.2, 110, 3.3, 165, 650
    _example(
        "apples",
        ("apple", "사과"),
        """
apple = 100
apple_count = 2
orange = 150
orange_count = 3
tax = 1.1

apple_price = apple * apple_count
orange_price = orange * orange_count
price = apple_price + orange_price
total = price * tax
""",
        """
사과 = 100
사과_개수 = 2
귤 = 150
귤_개수 = 3
소비세 = 1.1

사과_금액 = 사과 * 사과_개수
귤_금액 = 귤 * 귤_개수
합계 = 사과_금액 + 귤_금액
총액 = 합계 * 소비세
""",
    ),
    # S 5.2: z = t², t = x + y; at (2, 3) z is 25 and both gradients are 10
    _example(
        "square_of_sum",
        "x",
        """
x = 2
y = 3
t = x + y
z = t ** 2
""",
    ),
    # y = 2x⁴: 32 and 8x³ = 64
    _example(
        "two_paths",
        "x",
        """
x = 2
a = x ** 2
y = a ** 2 + a ** 2
""",
    ),
    # y = log((2x)²): dy/dx = 1/36 · 12 · 2 = 2/x
    _example(
        "chain",
        "x",
        """
x = 3
a = 2 * x
b = a ** 2
y = log(b)
""",
    ),
    # S 5.5: the mask of positive elements
    _example(
        "relu",
        "x",
        """
x = [[1.0, -0.5], [-2.0, 3.0]]
y = relu(x)
L = sum(y)
""",
    ),
    # S 5.5: dy/dx = y (1 - y)
    _example(
        "sigmoid",
        "x",
        """
x = 1
a = -x
b = exp(a)
c = 1 + b
y = 1 / c
""",
    ),
    # C: 0.73; x0 0.39, w0 -0.20, x1 -0.59, w1 -0.39, w2 0.20
    _example(
        "neuron",
        "w0",
        """
w0 = 2
x0 = -1
w1 = -3
x1 = -2
w2 = -3
score = w0 * x0 + w1 * x1 + w2
f = sigmoid(score)
""",
        """
w0 = 2
x0 = -1
w1 = -3
x1 = -2
w2 = -3
점수 = w0 * x0 + w1 * x1 + w2
f = sigmoid(점수)
""",
    ),
    # C, "staged computation": f(x, y) = (x + σ(y)) / (σ(x) + (x + y)²)
    _example(
        "staged",
        "x",
        """
x = 3
y = -4
sig_y = sigmoid(y)
num = x + sig_y
sig_x = sigmoid(x)
x_plus_y = x + y
square_xy = x_plus_y ** 2
den = sig_x + square_xy
inv_den = 1 / den
f = num * inv_den
""",
        """
x = 3
y = -4
시그모이드_y = sigmoid(y)
분자 = x + 시그모이드_y
시그모이드_x = sigmoid(x)
합 = x + y
합의_제곱 = 합 ** 2
분모 = 시그모이드_x + 합의_제곱
분모의_역수 = 1 / 분모
f = 분자 * 분모의_역수
""",
    ),
    # S 5.6: dX = dY Wᵀ, dW = Xᵀ dY, db the column sums of dY; half the squares make dY = Y
    _example(
        "affine",
        "W",
        """
X = [[1, 2], [3, 4]]
W = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]]
b = [0.1, 0.2, 0.3]
Y = X @ W + b
L = sum(Y ** 2) / 2
""",
    ),
    # S 3.5: 0.018, 0.245, 0.737; one output, because the gradient of their sum is 0
    _example(
        "softmax",
        "a",
        """
a = [0.3, 2.9, 4.0]
e = exp(a)
y = e / sum(e)
p = y[2]
""",
    ),
    # S 5.6 and appendix A: the gradient of a is y - t
    _example(
        "softmax_cross_entropy",
        "a",
        """
a = [0.3, 2.9, 4.0]
t = [0, 0, 1]
y = softmax(a)
log_y = log(y)
L = -sum(t * log_y)
""",
    ),
    # S 4.2: 0.510825, with its 1e-7 against log(0)
    _example(
        "cross_entropy",
        "y",
        """
y = [0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]
t = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
L = -sum(t * log(y + 1e-7))
""",
    ),
    # -(ln 0.9 + ln 0.8 + ln 0.7) / 3
    _example(
        "binary_cross_entropy",
        "y",
        """
y = [0.9, 0.2, 0.7]
t = [1, 0, 1]
L = -mean(t * log(y) + (1 - t) * log(1 - y))
""",
    ),
    # 1.5 bits
    _example(
        "entropy",
        "p",
        """
p = [0.5, 0.25, 0.25]
H = -sum(p * log(p)) / log(2)
""",
    ),
    # S 3.4: the weights of its three-layer network's first two layers
    _example(
        "two_layer_net",
        "W1",
        """
X = [[1.0, 0.5], [-0.5, 2.0]]
T = [[0, 1], [1, 0]]
W1 = [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]
b1 = [0.1, 0.2, 0.3]
W2 = [[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]]
b2 = [0.1, 0.2]

A1 = X @ W1 + b1
Z1 = sigmoid(A1)
A2 = Z1 @ W2 + b2
Y = softmax(A2, axis=1)
L = -mean(sum(T * log(Y), axis=1))
""",
    ),
    # M: total error 0.298371109, dE/dw5 0.082167041
    _example(
        "mazur",
        "w5",
        """
i1 = 0.05
i2 = 0.10
w1 = 0.15
w2 = 0.20
w3 = 0.25
w4 = 0.30
b1 = 0.35
w5 = 0.40
w6 = 0.45
w7 = 0.50
w8 = 0.55
b2 = 0.60
t1 = 0.01
t2 = 0.99

h1 = sigmoid(w1 * i1 + w2 * i2 + b1)
h2 = sigmoid(w3 * i1 + w4 * i2 + b1)
o1 = sigmoid(w5 * h1 + w6 * h2 + b2)
o2 = sigmoid(w7 * h1 + w8 * h2 + b2)
E = 0.5 * (t1 - o1) ** 2 + 0.5 * (t2 - o2) ** 2
""",
    ),
    # At 0 the conventions are 0, 0 and 1/2
    _example(
        "kink",
        "x",
        """
x = 0
r = relu(x)
a = abs(x)
m = maximum(x, 0)
y = r + a + m
""",
    ),
]
