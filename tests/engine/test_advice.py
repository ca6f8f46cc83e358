"""What a run remarks: kinks, where a NaN was born and why, and what to write instead."""

from __future__ import annotations

import functools
import itertools
import re

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.advising.advice import NON_FINITE
from gradlens.engine.advising.remedies import CANCELLING, REWRITES
from gradlens.engine.ops import OPS
from gradlens.engine.passes.kernels import kernel
from tests.each import each
from tests.engine.numerics import close
from tests.engine.test_passes import PROGRAMS


def remarked(program, inputs, kind):
    return next(w for w in engine.trace(program, inputs).warnings if w.kind == kind)


@each(
    "program, inputs, kind, at",
    [
        ("z = sqrt(sqrt(x - 2))", {"x": 1.0}, "undefined", "sqrt"),
        ("z = log(x) + 1", {"x": 0.0}, "pole", "log"),
        ("z = x * 2", {"x": "NaN"}, "non-finite-input", "input"),
        ("z = 1e999 * x", {"x": 1.0}, "non-finite-constant", "constant"),
        ("z = relu(x)", {"x": 0.0}, "kink", "relu"),
        ("z = sum(abs(x))", {"x": [1.0, 0.0]}, "kink", "abs"),
        ("z = max(x)", {"x": [1.0, 1.0]}, "kink", "max"),
        ("z = maximum(x, 3)", {"x": 3.0}, "kink", "maximum"),
        ("z = x ** 0", {"x": 0.0}, "kink", "pow"),
        ("z = sqrt(x) ** 2", {"x": 0.0}, "nan-gradient", "input"),
        ("z = sqrt(x)", {"x": 0.0}, "infinite-gradient", "input"),
        ("z = tanh(9 * tanh(9 * tanh(9 * x)))", {"x": 1.0}, "vanished-gradient", "input"),
        ("z = exp(exp(x))", {"x": 3.5}, "exploded-gradient", "input"),
    ],
)
def test_a_run_remarks_what_a_careful_teacher_would(program, inputs, kind, at):
    trace = engine.trace(program, inputs)
    remark = next(w for w in trace.warnings if w.kind == kind)
    assert trace.nodes[remark.node].op == at
    assert remark.message.rstrip(".")


def test_what_is_told_of_many_inputs_is_told_once_with_their_number_and_the_first_names():
    inputs = {f"x{i}": 1.0 for i in range(5)}
    for factor, kind in [("1e-12", "vanished-gradients"), ("1e12", "exploded-gradients"), (None, "unused-inputs")]:
        program = f"z = w + {factor} * ({' + '.join(inputs)})" if factor else "z = w + 1"
        [remark] = engine.trace(program, {"w": 1.0} | inputs).warnings
        assert remark.kind == kind and remark.params["count"] == 5 and remark.params["names"] == "x0, x1, x2"
        assert "5 inputs" in remark.message and "x0, x1, x2, …" in remark.message


def test_the_first_node_that_made_a_nan_is_blamed_not_the_last_that_shows_it():
    trace = engine.trace("z = sqrt(sqrt(x - 2))", {"x": 1.0})
    blamed = trace.nodes[trace.warnings[0].node]
    assert blamed.inputs == [2] and [w.kind for w in trace.warnings if w.kind != "kink"] == ["undefined"]


NUMBERS = (-7.5, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 7.5)


@each(
    "op",
    [op for op in OPS.values() if op.elementwise and op.kink is not None and op.array is not None],
)
def test_only_a_point_that_has_a_value_is_called_one_without_a_derivative(op):
    call = f"{op.name}({', '.join([*op.inputs, *(f'{o.name}=1' for o in op.options if o.required)])})"
    for point in itertools.product(NUMBERS, repeat=len(op.inputs)):
        # The first of two faults is told as such; the second, of the same kind, by its convention.
        trace = engine.trace(
            f"first = {call}\nsecond = {call}\nz = first + second", dict(zip(op.inputs, point, strict=True))
        )
        value, found = trace["second"].value, {w.kind for w in trace.warnings if w.node == trace["second"].id}
        wrong = {"kink"} if not np.isfinite(value) else {"outside-domain", "at-pole", "undefined", "pole"}
        assert not found & wrong, (point, found)
        if trace["second"].convention:
            assert ("at-pole" if np.isinf(value) else "outside-domain" if np.isnan(value) else "kink") in found, (
                point,
                found,
            )


@each(
    "program, inputs, kinds",
    [
        ("z = exp(x)", {"x": 800.0}, {"overflow", "overflowing-gradient"}),
        ("z = acos(x)", {"x": 1.0}, {"infinite-gradient"}),
        ("z = sqrt(x)", {"x": 0.0}, {"kink", "infinite-gradient"}),
        ("z = x / y", {"x": 1.0, "y": 1e-200}, {"overflowing-gradient"}),
        ("z = x ** -3", {"x": 1e-90}, {"overflowing-gradient"}),
        ("z = 1 / x", {"x": 0.0}, {"pole", "infinite-gradient"}),
        ("z = log(x) / 0", {"x": -2.0}, {"undefined"}),
        ("z = log(x) / 0", {"x": 2.0}, {"pole", "infinite-gradient"}),
        ("z = log(x) + log(y)", {"x": -1.0, "y": -1.0}, {"undefined", "outside-domain"}),
        ("z = 1 / x + 1 / y", {"x": 0.0, "y": 0.0}, {"pole", "at-pole", "infinite-gradient"}),
        ("z = exp(x)", {"x": 709.7828}, {"overflow", "overflowing-gradient"}),
        ("z = log(x)", {"x": 5e-324}, {"overflowing-gradient"}),
        ("z = 1 / x", {"x": 1e-320}, {"overflow", "overflowing-gradient"}),
        ("z = xlogy(x, y)", {"x": 0.0, "y": 0.0}, {"kink", "infinite-gradient"}),
        ("z = sum(1e200 * (m @ v))", {"m": [[1e200]], "v": [1.0]}, {"overflow"}),
    ],
)
def test_a_pole_an_overflow_and_the_outside_of_a_domain_are_told_apart(program, inputs, kinds):
    found = {w.kind for w in engine.trace(program, inputs).warnings} - {"exploded-gradient"}
    assert kinds <= found and not found & (
        {"kink", "outside-domain", "at-pole", "infinite-gradient", "overflowing-gradient"} - kinds
    ), found


@each("op", [op for op in OPS.values() if op.elementwise and 1 <= len(op.inputs) <= 2])
def test_no_gradient_that_is_not_finite_stands_without_a_word(op):
    call = f"{op.name}({', '.join((*op.inputs, *('2' for o in op.options if o.required)))})"
    for point in itertools.product((-2.0, -1.0, 0.0, 1.0, 3.0, 1e-320, 1e300), repeat=len(op.inputs)):
        trace = engine.trace(f"out = {call}", dict(zip(op.inputs, point, strict=True)))
        if not np.isfinite(list(trace.gradients.values())).all():
            assert {w.kind for w in trace.warnings} & NON_FINITE, point


@pytest.mark.parametrize(
    ("program", "inputs", "cause"),
    [
        ("z = arccos(x @ y / (norm(x) * norm(y)))", {"x": [1.0, 0.0], "y": [1.0, 0.0]}, "z"),
        ("c = sum(x * y) / (norm(x) * norm(y))\nz = acos(c)", {"x": [3.0, 4.0], "y": [3.0, 4.0]}, "z"),
        ("z = acos(x / norm(x))[0]", {"x": [1.0, 0.0]}, "acos (v3)"),
        ("z = sqrt(sum(x @ x))", {"x": [0.0, 0.0]}, "z"),
        ("u = asin(v)\nv2 = norm(u)\nz = v2", {"v": [1.0, 0.0]}, None),
    ],
)
def test_a_nan_of_an_infinity_from_further_up_blames_what_made_that(program, inputs, cause):
    warnings = engine.trace(program, inputs).warnings
    infinite = [w for w in warnings if w.kind == "infinite-gradient"]
    assert infinite
    for follows in (w for w in warnings if w.kind.startswith("nan-gradient")):
        assert follows.params["cause"] == cause == infinite[0].params["target"] and "remedy" not in follows.params


def test_an_ordinary_run_remarks_nothing():
    for program, inputs in PROGRAMS.values():
        if "log(y)" not in program:
            assert engine.trace(program, inputs).warnings == []


def test_a_node_at_its_convention_says_so():
    trace = engine.trace("z = relu(x) + relu(y)", {"x": 0.0, "y": 1.0})
    assert [n.convention for n in trace.nodes if n.op == "relu"] == [True, False]


@each(
    "program, inputs, kind, said",
    [
        (
            "z = sqrt(x - 2)",
            {"x": 1.0},
            "undefined",
            "sqrt(-1) has no real value, so z is NaN: sqrt(x - 2) needs x - 2 >= 0.",
        ),
        ("z = np.log(1 - x)", {"x": 1.0}, "pole", "log(1 - x) needs 1 - x > 0."),
        ("z = y / x", {"x": 0.0, "y": 1.0}, "pole", "y / x needs x != 0."),
        ("z = log(-2)", {}, "undefined", "log(x) needs x > 0."),
        ("z = x % (y - 1)", {"x": 2.0, "y": 1.0}, "undefined", "x % (y - 1) needs y - 1 != 0."),
        ("z = lgamma(2 * a)", {"a": -1.0}, "pole", "lgamma(2 * a) needs (2 * a > 0) | (2 * a != floor(2 * a))."),
        (
            "z = polygamma(x, 2)",
            {"x": -2.0},
            "undefined",
            "polygamma(-2, n=2) has no real value, so z is NaN: polygamma(x, n=2) needs",
        ),
        ("z = x ** 0.5", {"x": -2.0}, "undefined", "x ** 0.5 needs (x > 0) | (x == 0)."),
        ("w = q ** -1", {"q": 0.0}, "pole", "q ** (-1) needs (q > 0) | (q != 0)."),
        ("w = xlogy(1, q)", {"q": -1.0}, "undefined", "xlogy(1, q) needs q > 0."),
        ("w = np.power(q, -1.5)", {"q": 0.0}, "pole", "q ** (-1.5) needs q > 0."),
        ("w = 0 ** q", {"q": -1.0}, "pole", "0 ** q needs q >= 0."),
        ("w = (-2) ** q", {"q": 0.5}, "undefined", "(-2) ** q needs q == floor(q)."),
        ("w = polygamma(q, 2)", {"q": -1.0}, "undefined", "polygamma(q, n=2) needs (q > 0) | (q != floor(q))."),
        (
            "w = q ** r",
            {"q": -2.0, "r": 0.5},
            "undefined",
            "q ** r needs (q > 0) | (q == 0) & (r >= 0) | (q != 0) & (r == floor(r)).",
        ),
        (
            "z = x ** y",
            {"x": -2.0, "y": 3.0},
            "nan-gradient-undefined",
            "on the way from z to y: the local derivative has no value there.",
        ),
        ("z = sum((-1) ** y)", {"y": [2.0, 3.0]}, "nan-gradient-undefined", "from pow (v2)[0] to y"),
        (
            "z = where(x == 0, 1, sin(x) / x)",
            {"x": 0.0},
            "nan-gradient-where-undefined",
            "but the local derivative has no value there",
        ),
        (
            "z = log(x)",
            {"x": [[1.0, 0.0]]},
            "pole",
            "log(0) has no finite value, so z[0, 1] is −∞: log(x) needs x > 0.",
        ),
        (
            "z = x / y",
            {"x": 3.0, "y": [2.0, 0.0]},
            "pole",
            "3 / 0 has no finite value, so z[1] is ∞: x / y needs y != 0.",
        ),
        ("z = x / y", {"x": 0.0, "y": 0.0}, "undefined", "0 / 0 has no real value"),
        ("z = x ** 0.5", {"x": -8.0}, "undefined", "(-8) ** 0.5 has no real value"),
        ("z = exp(x)", {"x": [1.0, 1000.0]}, "overflow", "exp(1000) overflows, so z[1] is ∞"),
        ("z = x ** 3", {"x": -1e200}, "overflow", "(-1e+200) ** 3 overflows, so z is −∞"),
        ("z = exp(x) * y", {"x": 1000.0, "y": 0.0}, "indeterminate", "inf * 0 has no value, so z is NaN."),
        ("z = exp(x) - exp(y)", {"x": 1000.0, "y": 999.0}, "indeterminate", "inf - inf has no value, so z is NaN."),
        ("z = sin(1 / x)", {"x": 0.0}, "indeterminate", "sin(inf) has no value"),
        ("z = sum(x)", {"x": [1e308, 1e308]}, "non-finite-value", "sum produced ∞ at z"),
        ("z = sum(1 / x)", {"x": [0.0, -0.0]}, "nan-of-infinity", "sum produced NaN at z, from an infinite input"),
        (
            "z = sqrt(x) * y",
            {"x": [1.0, 0.0], "y": 0.0},
            "nan-gradient",
            "from sqrt (v1)[1] to x: the upstream 0 meets the local derivative inf",
        ),
        (
            "z = sqrt(abs(x))",
            {"x": 0.0},
            "nan-gradient",
            "from abs (v1) to x: the upstream inf meets the local derivative 0",
        ),
        (
            "z = sqrt(x) - sqrt(x)",
            {"x": 0.0},
            "nan-gradient-sum",
            "The gradient of x is NaN: its contributions ∞ and −∞ have no sum.",
        ),
        ("z = sqrt(sum(x @ x))", {"x": [0.0, 0.0]}, "nan-gradient-rule", "the rule of matmul"),
        (
            "z = 1e200 * x * 1e200",
            {"x": 1e-300},
            "overflowing-gradient",
            "from mul (v2) to x: the product is beyond 1.8e308",
        ),
    ],
)
def test_a_fault_is_said_with_its_element_and_its_operands(program, inputs, kind, said):
    assert said in remarked(program, inputs, kind).message


@each(
    "program, inputs, remedy",
    [
        (
            "z = where(x == 0, x / 2, sqrt(x) + 1)",
            {"x": [16.0, 0.0]},
            "where(x == 0, x / 2, sqrt(where(x == 0, 1, x)) + 1)",
        ),
        ("z = where(x > 0, log(x), 0)", {"x": [0.0, 2.0]}, "where(x > 0, log(where(x > 0, x, 1)), 0)"),
        ("z = where(x != 0, sin(x) / x, 1)", {"x": 0.0}, "where(x != 0, sin(x) / where(x != 0, x, 1), 1)"),
        ("z = where(x < 1, atanh(x), 0)", {"x": 1.0}, "where(x < 1, atanh(where(x < 1, x, 0)), 0)"),
        ("b = sqrt(1 - x)\nz = where(x < 1, b, 0)", {"x": 1.0}, "sqrt(where(x < 1, 1 - x, 1))"),
        ("z = x * log(x)", {"x": 0.0}, "xlogy(x, x)"),
        ("z = sum(-p * np.log(p))", {"p": [0.0, 1.0]}, "xlogy(-p, p)"),
        ("z = sqrt(x) ** 2", {"x": 0.0}, "x"),
        ("z = log(sigmoid(3 * x))", {"x": -1000.0}, "log_sigmoid(3 * x)"),
        ("y = sigmoid(x)\nz = log(y)", {"x": -1000.0}, "log_sigmoid(x)"),
        ("z = log(1 - sigmoid(x))", {"x": 1000.0}, "log_sigmoid(-x)"),
        ("z = 1 / (1 + exp(-w * x))", {"x": -1000.0, "w": 1.0}, "sigmoid(w * x)"),
        ("z = sum(log(softmax(x)))", {"x": [1000.0, 0.0]}, "log_softmax(x)"),
        ("z = exp(x) / sum(exp(x), axis=0, keepdims=True)", {"x": [[1.0, 1000.0], [2.0, 3.0]]}, "softmax(x, axis=0)"),
        ("e = np.exp(x)\nz = e / np.sum(e)", {"x": [1000.0, 0.0]}, "softmax(x)"),
        ("z = log(sum(exp(x), axis=1))", {"x": [[1000.0, 0.0]]}, "logsumexp(x, axis=1)"),
        ("z = log(exp(x).sum())", {"x": [1000.0, 0.0]}, "logsumexp(x)"),
        ("z = log(exp(a) + exp(b))", {"a": 1000.0, "b": 1.0}, "logaddexp(a, b)"),
        ("z = log(exp(x) + 1)", {"x": 1000.0}, "softplus(x)"),
        ("z = (exp(x) - exp(-x)) / (exp(x) + exp(-x))", {"x": 800.0}, "tanh(x)"),
        ("d = a - b\nz = sqrt(sum(d * d))", {"a": [1.0, 2.0], "b": [1.0, 2.0]}, "norm(d)"),
        ("z = sqrt(x ** 2 + y ** 2)", {"x": 0.0, "y": 0.0}, "hypot(x, y)"),
        ("z = (x ** 2) ** 0.5", {"x": 0.0}, "abs(x)"),
        ("z = sin(x) / x", {"x": 0.0}, "where(x == 0, 1, sin(x) / where(x == 0, 1, x))"),
        ("z = x / norm(x)", {"x": [0.0, 0.0]}, "x / maximum(norm(x), 1e-12)"),
        (
            "z = -mean(sum(t * log(softmax(x)), axis=-1))",
            {"x": [[1000.0, 0.0]], "t": [[0.0, 1.0]]},
            "softmax_cross_entropy(x, t)",
        ),
        (
            "y = sigmoid(x)\nz = -mean(t * log(y) + (1 - t) * log(1 - y))",
            {"x": [1000.0, -1000.0], "t": [0.0, 0.0]},
            "sigmoid_cross_entropy(x, t)",
        ),
    ],
)
def test_a_remedy_is_in_the_readers_own_names_and_cures_the_program(program, inputs, remedy):
    ill = engine.trace(program, inputs)
    assert any(np.isnan(g).any() for g in ill.gradients.values()) or not np.isfinite(ill["z"].value).all()
    remark = next(w for w in ill.warnings if "remedy" in w.params)
    assert (
        remark.params["remedy"] == remedy and f"Write {remedy} instead of {remark.params['written']}." in remark.message
    )
    first, equals, last = program.rpartition("= ")
    cured = engine.trace(
        (
            first + equals + last.replace(remark.params["written"], remedy)
            if remark.params["written"] in last
            else program.replace(remark.params["written"], remedy)
        ),
        inputs,
    )
    assert np.isfinite(cured["z"].value).all()
    assert not any(np.isnan(g).any() for g in cured.gradients.values())


PLAIN = {"axis=axis": "axis=-1", "keepdims=keepdims": "keepdims=True", "ddof=ddof": "ddof=0"}
POINTS = (0.0, 1.0, -1.0, 40.0, 1000.0, -1000.0, 1e-200)


def failing():
    """Programs that are likely to fail: every formula of the tables, alone, under a logarithm, in a branch, and over
    several lines.
    """
    for formula, _ in [*REWRITES, *CANCELLING]:
        for name, value in PLAIN.items():
            formula = formula.replace(name, value)
        yield from (
            f"z = sum({formula})",
            f"p = {formula}\nz = -sum(t * log(p))",
            f"p = {formula}\nz = sum(where(p > 0, 1 / p, 0))",
            "u = x - max(x)\np = " + re.sub(r"\bx\b", "u", formula) + "\nz = sum(log(p))",
            f"length = sqrt(sum(x * x))\nq = where(length > 0, x / length, 0)\nz = sum(q * ({formula}))",
        )
    yield from (
        "length = sqrt(sum(x * x))\nz = sum(where(length > 0, x / length, 0))",
        "d = sum(x ** 2)\nlength = sqrt(d)\nz = where(length > 0, length * 2, 0)",
        "b = log(x)\nc = x > 0\nz = sum(where(c, b, 0))",
        "p = softmax(x - max(x))\nz = -sum(t * log(p))",
        "z = 2 * sqrt(x @ x) ** 2",
        "a = exp(x)\ny = a / (1 + a)\nz = sum(-log(1 - y))",
        "e = exp(x - max(x))\np = e / sum(e)\nz = -sum(t * log(p)) + sum(log(p))",
        "c = x > 0\nc = c * 2\nb = sqrt(x)\nz = sum(where(c > 1, b, 0))",
        "z = sum(log(x) * 0) + sum(log(x))",
    )


@each("text", list(failing()), sample=4)
def test_every_remedy_that_is_offered_cures_the_program_when_it_is_followed(text):
    used = [name for name in "xyt" if re.search(rf"\b{name}\b", text) and f"{name} = " not in text]
    compiled = functools.cache(lambda text: engine.compile(text, dict.fromkeys(used, (3,))))
    for point in POINTS:
        inputs = {name: [1.0, 0.0, 0.0] if name == "t" else [point, 0.5, 2.0] for name in used}
        ill = compiled(text).run(inputs)
        for remark in ill.warnings:
            if "remedy" not in remark.params:
                continue
            written, remedy = remark.params["written"], remark.params["remedy"]
            assert written in text
            cured = compiled(text.replace(written, remedy)).run(inputs)
            assert np.isfinite(cured["z"].value).all() and not any(
                np.isnan(g).any() for g in cured.gradients.values()
            ), (point, written, remedy)
            if any(np.isinf(g).any() for g in cured.gradients.values()):
                assert remedy.startswith("xlogy"), (point, written, remedy)  # whose slope at 0 is infinite
            assert close(
                np.where(np.isfinite(ill["z"].value), ill["z"].value, cured["z"].value),
                cured["z"].value,
                rtol=2e-3,
                atol=2e-3,
            )


def test_a_remedy_names_nothing_that_is_defined_by_it_or_after_it():
    for program, inputs, remedy in (
        # Chosen first, d + y would make length 1, and the branch would be taken.
        (
            "d = sum(x ** 2)\nlength = sqrt(d + y)\nz = where(length > 0, length * 2, 0)",
            {"x": [0.0, 0.0], "y": 0.0},
            None,
        ),
        ("b = log(x)\nc = x > 0\nz = where(c, b, 0)", {"x": 0.0}, "log(where(x > 0, x, 1))"),
        ("c = x > 0\nb = log(x)\nz = where(c, b, 0)", {"x": 0.0}, "log(where(c, x, 1))"),
    ):
        assert {w.params.get("remedy") for w in engine.trace(program, inputs).warnings} - {None} == {remedy} - {None}


def test_a_remedy_is_put_in_brackets_where_it_would_be_read_otherwise():
    remark = next(w for w in engine.trace("z = 2 ** (1 / (1 + exp(x)))", {"x": 800.0}).warnings if "remedy" in w.params)
    assert remark.params["remedy"] == "sigmoid(-x)"
    remark = next(
        w for w in engine.trace("z = log(1 - exp(x)) ** 2", {"x": -1e-12}).warnings if w.kind == "cancellation"
    )
    assert remark.params == remark.params | {"written": "1 - exp(x)", "remedy": "-expm1(x)"}


def test_the_cured_branch_has_the_gradient_of_its_formula():
    assert close(
        engine.trace("z = where(x == 0, x / 2, sqrt(where(x == 0, 1, x)) + 1)", {"x": [16.0, 0.0]}).gradients["x"],
        [0.125, 0.5],
    )


@each("formula, remedy", [*REWRITES, *CANCELLING])
def test_a_remedy_means_the_same_as_what_it_replaces(formula, remedy):
    rng = np.random.default_rng(0)
    point = {name: rng.uniform(0.2, 0.8, 3) for name in "xyt"}
    given = ("axis=axis", "axis=0"), ("keepdims=keepdims", "keepdims=False"), ("ddof=ddof", "ddof=1")
    # With its small number, a guarded quotient is a little less than what it guards.
    tolerance = 1e-4 if "1e-5" in remedy else 1e-12
    found = []
    for text in (formula, remedy):
        for name, value in given:
            text = text.replace(name, value)
        trace = engine.trace(f"z = {text}", point, seed=1.0)
        found.append([trace["z"].value, *[trace.gradients[name] for name in point]])
    for left, right in zip(*found, strict=True):
        assert close(left, np.asarray(right), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("program", "inputs", "digits", "remedy"),
    [
        ("z = 1 - sigmoid(x)", {"x": 40.0}, 16, "sigmoid(-x)"),
        ("z = exp(x) - 1", {"x": 1e-10}, 9, "expm1(x)"),
        ("z = 1 - cos(x)", {"x": [1.0, 1e-5]}, 9, "2 * sin(x / 2) ** 2"),
        ("z = log(x + 1)", {"x": 1e-12}, 12, "log1p(x)"),
        ("z = 1 - erf(x)", {"x": 6.0}, 16, "erfc(x)"),
    ],
)
def test_digits_lost_by_cancellation_are_told_where_another_spelling_keeps_them(program, inputs, digits, remedy):
    remark = remarked(program, inputs, "cancellation")
    assert abs(remark.params["digits"] - digits) <= 1 and remark.params["remedy"] == remedy


@pytest.mark.parametrize(
    ("program", "x"),
    [
        ("z = exp(x) - 1", 0.0),
        ("z = exp(x) - 1", 1.0),
        ("z = 1 - sigmoid(x)", -4.0),
        ("z = log(1 + x)", 3.0),
        ("z = x - 1", 1.0),
    ],
)
def test_a_difference_that_is_exact_is_not_remarked_on(program, x):
    assert engine.trace(program, {"x": x}).warnings == []


def test_a_fault_in_a_branch_that_is_taken_is_not_cured_by_choosing_first():
    remark = remarked("z = where(x > 0, log(y), 0)", {"x": [1.0, -1.0], "y": [0.0, 5.0]}, "pole")
    assert "remedy" not in remark.params


@each(
    "number, op",
    enumerate(
        op for op in OPS.values() if op.elementwise and not op.variadic and not any(o.required for o in op.options)
    ),
    sample=3,
)
def test_remarks_are_made_about_any_op_at_any_bad_point(number, op):
    """Each op at each point, each point in each text and of either shape at many an op."""
    names = "xyw"[: len(op.inputs)]
    call = f"{op.name}({', '.join(names)})"
    texts = (f"z = where(x > 0.5, {call}, 0)", f"z = sqrt(log({call}))", f"z = sum({call} * {call} / {call})")
    programs = [
        (text, shape, engine.compile(text, dict.fromkeys(names, shape)))
        for text, shape in zip(texts, ((), (3,), ()) if number % 2 else ((3,), (), (3,)))
    ]
    for turn, bad in enumerate((0.0, -1.0, 1.0, 1e308, -1e308, 5e-324, np.inf, -np.inf, np.nan), number):
        text, shape, program = programs[turn % 3]
        point = np.array([bad, 0.0, 2.0]) if shape else bad
        trace = program.run(dict.fromkeys(names, point))
        assert all(w.message and "{" not in w.message for w in trace.warnings), (text, point)


def test_no_remedy_is_offered_in_names_that_mean_nothing_where_it_stands():
    inside = engine.trace("def f(t):\n    return sigmoid(t)\nz = log(f(x))", {"x": -1000.0})
    opened = engine.trace("z = sigmoid(x)", {"x": -1000.0}, detail="expanded")
    assert not any("remedy" in w.params for w in [*inside.warnings, *opened.warnings])


@each("op", [op for op in OPS.values() if op.elementwise and op.scalar is not None])
def test_where_an_op_is_not_finite_at_moderate_numbers_its_entry_says_where_it_is(op):
    numbers = [-7.5, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 7.5]
    options = {o.name: o.default for o in op.options}
    for point in itertools.product(numbers, repeat=len(op.inputs)):
        value = op.scalar(*point, **options)
        if not np.isfinite(value):
            assert op.defined, f"{op.name}{point} is {value}"
            program = engine.compile(f"{op.name}({', '.join(op.inputs)})", dict.fromkeys(op.inputs, ()))
            use = program.graph.use(program.graph.nodes[-1])
            assert not kernel(op.defined, use, True)(None, value, *point), f"{op.name}{point} is {value}"


def test_a_remedy_keeps_out_of_the_readers_names():
    log_sigmoid = engine.trace("log_sigmoid = 2\ny = log(sigmoid(x)) * log_sigmoid", {"x": -1000.0}).warnings
    assert next(w.params["remedy"] for w in log_sigmoid if "remedy" in w.params) == "__log_sigmoid__(x)"
    called = engine.trace(
        "def log_sigmoid(x):\n    return x\ny = log(sigmoid(x)) + log_sigmoid(x)", {"x": -1000.0}
    ).warnings
    assert {w.params["remedy"] for w in called if "remedy" in w.params} == {"__log_sigmoid__(x)"}
    where = engine.trace("y = __where__(x > 0, log(x), where)", {"x": -1.0, "where": 2.0}).warnings
    assert any("__where__(" in str(w.params.get("remedy")) for w in where)
