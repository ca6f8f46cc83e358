"""Formulas of names, numbers and rules, and the same formulas with placeholders for numbers."""

from __future__ import annotations

import re

import pytest

from gradlens import engine
from gradlens.engine.deriving.derivations import derivation
from gradlens.engine.deriving.op_reference import reference
from gradlens.engine.latex import fill, forward_template, gradient_latex, name_latex, number_latex
from gradlens.engine.ops import OPS
from tests.each import each


@each(
    "name, latex",
    [
        ("x", "x"),
        ("x1", "x_{1}"),
        ("W_12", "W_{12}"),
        ("theta", r"\theta"),
        ("θ", "θ"),
        ("theta2", r"\theta_{2}"),
        ("사과", r"\text{사과}"),
        ("apple_count", r"\text{apple\_count}"),
        ("_", r"\_"),
    ],
)
def test_a_name_becomes_a_symbol(name, latex):
    assert name_latex(name) == latex


@each(
    "value, latex",
    [
        (2.0, "2"),
        (-0.5, "-0.5"),
        (1e-7, "10^{-7}"),
        (-1e22, "-10^{22}"),
        (6.02e23, r"6.02 \times 10^{23}"),
        (float("inf"), r"\infty"),
        (float("nan"), r"\text{NaN}"),
    ],
)
def test_a_number_stands_in_a_formula_in_full(value, latex):
    assert number_latex(value) == latex


@each(
    "program, inputs, rules",
    [
        (
            "t = x + y\nz = t ** 2",
            {"x": 2, "y": 3},
            [r"∂x = ∂t", r"∂y = ∂t", r"∂t = ∂z \cdot 2 \cdot t"],
        ),
        ("z = a * b", {"a": 2, "b": 3}, [r"∂a = ∂z \cdot b", r"∂b = ∂z \cdot a"]),
        ("z = a - b", {"a": 2, "b": 3}, [r"∂a = ∂z", r"∂b = -∂z"]),
        ("z = tanh(x)", {"x": 2}, [r"∂x = ∂z \cdot \left(1 - z^{2}\right)"]),
        ("z = x ** 3", {"x": 2}, [r"∂x = ∂z \cdot 3 \cdot x^{2}"]),
        (
            "y = X @ W",
            {"X": [[1, 2]], "W": [[1], [2]]},
            [r"∂X = ∂y \, W^\top", r"∂W = X^\top \, ∂y"],
        ),
        ("y = a * b", {"a": [1, 2], "b": [1, 2]}, [r"∂a = ∂y \odot b", r"∂b = ∂y \odot a"]),
        (
            "y = a + b",
            {"a": [[1, 2], [3, 4]], "b": [1, 2]},
            [r"∂a = ∂y", r"∂b = \operatorname{sum}_{0}\left(∂y\right)"],
        ),
        (
            "y = a * b",
            {"a": [1, 2], "b": 3},
            [r"∂a = ∂y \odot b", r"∂b = \operatorname{sum}\left(∂y \odot a\right)"],
        ),
        ("price = unit * 2", {"unit": 1}, [r"∂\text{unit} = ∂\text{price} \cdot 2"]),
        (
            "사과값 = 사과 * 2",
            {"사과": 100},
            [r"∂\text{사과} = ∂\text{사과값} \cdot 2"],
        ),
    ],
)
def test_a_rule_is_written_with_the_names_of_the_program(program, inputs, rules):
    trace = engine.trace(program, inputs)
    output = trace.symbol(trace.output)
    whole = [re.sub(r"∂(\\text\{\w+\}|\w)", lambda name: gradient_latex(output, name[1]), rule) for rule in rules]
    assert [e.rule_latex for e in trace.edges if e.rule_latex] == whole


def test_templates_filled_with_symbols_are_the_formulas():
    trace = engine.trace("h = sigmoid(w * x - 2)\nloss = -log(h) / 3", {"w": 0.5, "x": -1})
    for edge in trace.edges:
        if edge.rule_template:
            assert edge.rule_latex == fill(
                f"@{{~{edge.source}}} = {edge.rule_template}", trace.symbol, trace.symbol(trace.output)
            )
            assert {int(i) for i in re.findall(r"@\{~?(\d+)\}", edge.rule_template)} <= {
                edge.target,
                *trace.nodes[edge.target].inputs,
            }


def test_a_negative_number_gets_parentheses_but_not_as_an_exponent():
    trace = engine.trace("a = x * -2\nb = a ** -2", {"x": 1})
    written = [fill(n.template, trace.symbol) for n in trace.nodes if n.template]
    assert written == [r"x \times (-2)", "a^{-2}"]


REFERENCE = reference()


@each("name", OPS)
def test_a_power_of_a_fraction_stands_in_parentheses(name):
    # \frac{x}{y}^{2} reads as x over y squared.
    shown = [rule["latex"] for entry in REFERENCE if entry["name"] == name for rule in entry["rules"]] + [
        line.latex for found in derivation(name).derivations for line in found.lines
    ]
    for latex in shown:
        assert not re.search(r"\\frac\{[^{}]*\}\{(?:[^{}]|\{[^{}]*\})*\}\^", latex), latex


NUMBERED = [
    (op, option)
    for op in OPS.values()
    for option in op.options
    if option.kind in ("number", "integer")
    and "axis" not in option.name
    and option.name not in ("source", "destination")
]


@each("op, option", NUMBERED)
def test_a_number_that_decides_the_value_stands_in_the_formula(op, option):
    inputs = tuple(range(len(op.inputs)))
    options = {o.name: o.default for o in op.options}
    formula = forward_template(op, inputs, options | {option.name: 7.0 if option.kind == "number" else 17})
    assert ("7" if option.kind == "number" else "17") in formula and f"{{{option.name}}}" not in formula.replace(
        "operatorname{threshold}", ""
    ).replace(f"text{{{option.name}}}", "")
    assert (
        option.default is None
        or option.required
        or op.name == "polygamma"
        or "7" not in forward_template(op, inputs, options)
    )


AXED = [op for op in OPS.values() if op.method and any(o.name == "axis" for o in op.options) and not op.definition]


@each("op", AXED)
def test_an_axis_that_the_shape_does_not_tell_stands_in_the_formula(op):
    option = next(o for o in op.options if o.name == "axis")
    square = {"x": [[1.0, 2.0], [3.0, 5.0]]}
    try:
        formulas = {axis: engine.trace(f"y = x.{op.name}(axis={axis})", square) for axis in (0, 1, -1)}
    except engine.EngineError:
        pytest.skip("needs other arguments")
    told = {axis: rf"\text{{axis}} = {axis % 2}" in t.nodes[t.output].template for axis, t in formulas.items()}
    last = option.default == -1
    assert told == {0: option.default != 0, 1: not last, -1: not last}


@each(
    "program, template",
    [
        ("y = sum(x)", r"\operatorname{sum}(@{0})"),
        ("y = sum(x, axis=(0, 1))", r"\operatorname{sum}(@{0})"),
        ("y = sum(x, axis=1)", r"\operatorname{sum}(@{0}, \text{axis} = 1)"),
        ("y = sum(x[0], axis=0)", r"\operatorname{sum}(@{1})"),
        ("y = softmax(x)", r"\operatorname{softmax}(@{0})"),
        ("y = softmax(x, axis=0)", r"\operatorname{softmax}(@{0}, \text{axis} = 0)"),
        ("y = sum(stack([x, x]), axis=(0, 2))", r"\operatorname{sum}(@{1}, \text{axis} = (0, 2))"),
        ("y = stack([x, x], axis=1)", r"\left[@{0}, @{0}\right] \; (\text{axis} = 1)"),
        ("y = norm(x, axis=0)", r"\left\|@{0}\right\| \; (\text{axis} = 0)"),
        ("y = diff(x, axis=0)", r"\Delta @{0} \; (\text{axis} = 0)"),
    ],
)
def test_axes_are_told_where_they_are_not_all_and_not_the_usual(program, template):
    trace = engine.trace(program, {"x": [[1.0, 2.0], [3.0, 5.0]]})
    assert trace.nodes[trace.output].template == template


@pytest.mark.parametrize(
    ("program", "rule"),
    [
        (
            "y = softmax(x, axis=0)",
            r"@{1} \odot \left(@{~1} - \operatorname{sum}(@{~1} \odot @{1}, \text{axis} = 0)\right)",
        ),
        ("y = softmax(x[0])", r"@{2} \odot \left(@{~2} - \operatorname{sum}(@{~2} \odot @{2})\right)"),
        (
            "y = log_softmax(x, axis=1)",
            r"@{~1} - \operatorname{softmax}(@{0}, \text{axis} = 1) \odot \operatorname{sum}(@{~1}, \text{axis} = 1)",
        ),
        ("y = flip(x, axis=1)", r"\operatorname{flip}(@{~1}, \text{axis} = 1)"),
        ("y = sum(x, axis=0)", r"\operatorname{spread}(@{~1})"),
        ("y = diff(x, axis=0)", r"-\Delta \operatorname{pad}(@{~1})"),
    ],
)
def test_a_rule_tells_the_axis_that_it_runs_along(program, rule):
    trace = engine.trace(program, {"x": [[1.0, 2.0], [3.0, 5.0]]})
    assert next(e for e in trace.edges if e.target == trace.output).rule_template == rule


def test_a_negative_factor_stands_in_brackets_and_a_factor_of_one_is_not_written():
    assert forward_template(OPS["addcmul"], (0, 1, 2), {"value": -3.0}) == "@{0} + (-3) @{1} @{2}"
    assert "1 " not in forward_template(OPS["addcmul"], (0, 3, 2), {"value": 1.0})
    assert forward_template(OPS["matrix_power"], (0,), {"n": 12}) == "@{0}^{12}"
