"""Claims as people print them, in one text: which name is meant, which numbers belong to it, and where it cannot be
read.
"""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.diagnosing.pasted_claims import split_claims
from gradlens.engine.language.outputs.gradient_names import meanings
from tests.each import each

PROGRAM = "H = X @ W1 + b1\nA = np.tanh(H)\nL = np.sum(A**2)"
draw = np.random.default_rng(0).normal
INPUTS = {"X": draw(size=(30, 3)).tolist(), "W1": draw(size=(3, 12)).tolist(), "b1": draw(size=12).tolist()}
PROGRAM_BUILT = engine.compile(PROGRAM, {"X": (30, 3), "W1": (3, 12), "b1": (12,)})
RUN = engine.trace(PROGRAM_BUILT, INPUTS)
W, B = np.asarray(RUN["W1"].gradient), np.asarray(RUN["b1"].gradient)
LISTS = W.tolist(), B.tolist()

PRINTED = [
    "W1.grad: tensor({0}, dtype=torch.float64)\nb1.grad: tensor({1}, dtype=torch.float64)",
    "dW1 =\n{2}\ndb1 =\n{3}",
    "dW1 {2}\ndb1 {3}",
    "dW1: {0}, db1: {1}",
    "{{'W1': {4}, 'b1': {5}}}",
    "grads = {{'dW1': {4},\n 'db1': {5}}}",
    "dict(W1={4}, b1={5})",
    "('W1', tensor({0}))\n('b1', tensor({1}))",
    "[('W1', tensor({0})), ('b1', tensor({1}))]",
    "OrderedDict([('W1', tensor({0})), ('b1', tensor({1}))])",
    "W1 Parameter containing:\ntensor({0}, requires_grad=True)\nb1 Parameter containing:\ntensor({1})",
    ">>> W1.grad\ntensor({0})\n>>> print(b1.grad)\ntensor({1})",
    "In [3]: dW1\nOut[3]: \n{4}\n\nIn [4]: db1\nOut[4]: {5}",
    "∂L/∂W1 = {0}\ndL/db1 = {1}",
    "grads['W1'] = {2}\ngrads['b1'] = {3}",
    "gradient of W1: {0}; gradient of b1: {1}",
    "W1의 기울기: {0}\nb1의 기울기: {1}",
    "grad_W1 = {0}\nb1_grad = {1}",
    "d_W1 -> {0}\ndL_db1 -> {1}",
]


@each("printed", PRINTED)
def test_what_people_print_is_read_name_by_name(printed):
    text = printed.format(*LISTS, W, B, repr(W), repr(B))
    found = engine.diagnose(PROGRAM_BUILT, INPUTS, text=text)
    assert found.ok and {c.name: tuple(c.shape) for c in found.checked} == {"W1": W.shape, "b1": B.shape}
    wrong = engine.diagnose(
        PROGRAM_BUILT, INPUTS, text=printed.format(*LISTS[:1], (-B).tolist(), W, -B, repr(W), repr(-B))
    )
    assert wrong.first_wrong is not None and wrong.first_wrong.name == "b1" and wrong.diagnosis == "sign"


OTHERWISE = {
    "MATLAB": "dW1 = [{0}; {1}];",
    "Octave": "dW1 =\n\n   {0}\n   {1}\n",
    "LaTeX": "$\\frac{{\\partial L}}{{\\partial W1}} = \\begin{{bmatrix}} {2} \\\\ {3} \\end{{bmatrix}}$",
    "pandas": "dW1:\n     0    1\n0  {0}\n1  {1}",
    "R": "dW1\n     [,1] [,2]\n[1,] {0}\n[2,] {1}",
    "Julia": "dW1 = 2×2 Matrix{{Float64}}:\n {0}\n {1}",
    "TensorFlow": "W1: <tf.Tensor: shape=(2, 2), dtype=float32, numpy=\narray([[{4}],\n  [{5}]], dtype=float32)>",
    "a shape first": "W1 torch.Size([2, 2]) tensor([[{4}], [{5}]], device='cuda:0', grad_fn=<MulBackward0>)",
    "DeZero": "W1: variable([[{0}]\n          [{1}]])",
    "defaultdict": "defaultdict(<class 'list'>, {{'W1': [[{4}], [{5}]]}})",
    "elements": "dW1 = [[np.float64({6}), np.float64({7})], [{5}]]",
}


@pytest.mark.parametrize("printer", OTHERWISE)
def test_arrays_of_other_programs_are_read(printer):
    inputs = {"X": [[1.0, 2.0], [3.0, -4.0]], "W1": [[0.5, -1.0], [0.25, 2.0]]}
    gradient = engine.trace("L = np.sum((X @ W1) ** 2)", inputs).gradients["W1"]
    for claimed, ok in ((gradient, True), (-gradient, False)):
        (a, b), (c, d) = claimed.tolist()
        said = (f"{a}  {b}", f"{c}  {d}", f"{a} & {b}", f"{c} & {d}", f"{a}, {b}", f"{c}, {d}", a, b)
        found = engine.diagnose("L = np.sum((X @ W1) ** 2)", inputs, text=OTHERWISE[printer].format(*said))
        assert found.ok == ok and [one.name for one in found.checked] == ["W1"]


APPLES = "사과 = 100\n사과_개수 = 2\n소비세 = 1.1\n사과_금액 = 사과 * 사과_개수\n총액 = 사과_금액 * 소비세"


@each(
    "text",
    [
        "사과 = 2*1.1",
        "d사과 = 11/5",
        "사과: ≈2.2",
        "사과의 기울기는 2.2원",
        "사과 = 약 2.2 원",
        "사과 = 사과_개수 * 소비세, 소비세 = 200",
        "소비세 = 200,사과=2.2",
        "사과 = ２．２",
        "사과＝２．２",
        "dL/d사과 = 22e-1",
        "사과 2.2\n소비세 200",
        "소비세 = 200원; 사과_금액 = 1.1",
        "사과 = 2×1.1",
        "사과 = 11÷5",
        "소비세 = 2e+2",
        "사과 = 사과_금액 * 소비세 / 사과",
    ],
)
def test_numbers_units_and_formulas_are_read_as_they_are_meant(text):
    assert engine.diagnose(APPLES, text=text).ok
    assert engine.diagnose(APPLES, gradients={"사과": "사과_개수 * 소비세"}).ok


def test_an_array_is_claimed_by_formulas_of_its_elements_with_a_comma_between_them():
    program = "x = [1, 3]\nL = sum(x ** 2) / 6"
    assert engine.diagnose(program, gradients={"x": "[1/3, 3 / 3]"}).ok
    assert engine.diagnose(program, gradients={"x": "[x[0] / 3, 2 * x[1] / 6]"}).ok
    assert not engine.diagnose(program, gradients={"x": "[-1/3, 3 / 3]"}).ok
    for text in ("[1/3 -3/3]", "[1/3 1]", "[1-2]"):
        with pytest.raises(engine.EngineError, match="cannot be read"):
            engine.diagnose(program, gradients={"x": text})


@each(
    "text, kind, line",
    [
        ("2.2", "claims-unread", 1),
        ("사과 = 2.2\n소비세 =", "claims-unread", 2),
        ("\n사가 = 3", "claims-unknown-name", 2),
        ("사과 = 2.2\n사과.grad = 2.2", "claims-twice", 2),
        ("사과 = 소비세 * 배", "claim-formula", None),
        ("사과 = 2,00", "claim-text", None),
        ("사과 = [[1, 2], [3]]", "input-ragged", None),
        ("사과 = [1 ... 2]", "claim-elided", None),
        (" \n", "no-claims", None),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text, kind, line):
    with pytest.raises(engine.EngineError) as error:
        engine.diagnose(APPLES, text=text)
    assert error.value.kind == kind and error.value.params.get("line") == line


def test_a_formula_of_rounded_numbers_is_as_exact_as_they_are():
    program, inputs = "y = sigmoid(x)", {"x": 1.0}
    assert engine.diagnose(program, inputs, text="x = 0.731 * 0.269").checked[0].verdict == "rounding"
    assert not engine.diagnose(program, inputs, text="x = 0.731 * 0.279").ok
    assert not engine.diagnose(program, inputs, text="x = x * (1 - x)").ok
    assert engine.diagnose(program, inputs, text="x = y * (1 - y)").ok


def test_a_name_that_the_program_has_is_taken_before_what_it_may_be_the_gradient_of():
    assert engine.diagnose("dx = 3 * x\nL = dx**2", {"x": 1.0}, text="dx = 6\nx.grad = 18").ok
    with pytest.raises(engine.EngineError, match="claims that of"):
        engine.diagnose("dx = 3 * x\nL = dx**2", {"x": 1.0}, text="x = 18\nx.grad = 18")


@each(
    "name, base",
    [
        *(
            (form.replace("W1", base), base)
            for base in ("W1", "사과")
            for form in ("dW1", "d_W1", "grad_W1", "W1_grad")
        ),
        ("W1.grad", "W1"),
        ("fc1.weight.grad", "fc1_weight"),
        ("self.W1.grad", "W1"),
        ("dL/dW1", "W1"),
        ("∂L/∂W1", "W1"),
        ("dL_dW1", "W1"),
        ("dLdW1", "W1"),
        ("grads['W1']", "W1"),
        ("nabla_w", "w"),
    ],
)
def test_a_name_says_what_it_is_the_gradient_of(name, base):
    assert base in [found for found, _ in meanings(name)]


def test_long_and_odd_texts_are_read_in_one_pass():
    for text in (
        "(" * 60_000,
        "x" * 60_000,
        "d" * 30_000 + "=",
        "x=1," * 15_000,
        "'" * 60_000,
        "[" * 30_000 + "]" * 30_000,
    ):
        with pytest.raises(engine.EngineError):
            engine.diagnose(APPLES, text=text)
    assert len(split_claims("".join(f"x{k} = {k}\n" for k in range(5_000)))) == 5_000


def test_claims_in_a_table_go_by_the_names_that_a_program_has_for_them():
    program = "fc1_weight = torch.tensor([[1.0, 2.0]])\nL = (fc1_weight ** 2).sum()"
    for name in ("fc1.weight", "fc1.weight.grad", "fc1_weight", "dfc1_weight", "∂L/∂fc1_weight"):
        found = engine.diagnose(program, gradients={name: "[[2., 4.]]"})
        assert found.ok and [one.name for one in found.checked] == ["fc1_weight"], name
