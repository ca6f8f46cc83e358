"""Derivations: every line of every op has the same value, from the derivative's definition to the registry's rule."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.deriving.derivations import DERIVATIONS, derivation, derive, steps_of
from gradlens.engine.deriving.lines import Point, fitted, operands, written
from gradlens.engine.deriving.step import NO_GRADIENT, RULE, Step, say
from gradlens.engine.deriving.uses import calls
from gradlens.engine.language.syntax import registry_rule
from gradlens.engine.ops import OPS
from gradlens.engine.ops.op import Op
from gradlens.engine.ops.rule_texts import is_local
from gradlens.engine.passes.forward import plan_forward, run_forward
from gradlens.engine.values import Value
from tests.each import each
from tests.engine.numerics import close
from tests.engine.references import WITHOUT_GRADIENT
from tests.engine.test_ops import ALL, FEW, smooth_point


def with_gradient(op: Op) -> tuple[str, ...]:
    """The inputs of an op that take a gradient: those with a rule, or, of a program of other ops, all."""
    return tuple(op.local) + tuple(op.vjp) or (op.inputs if op.definition else ())


def lines_at(op: Op, call: str, shapes: dict, seed: int) -> Iterator[tuple[tuple[int, str], str, Value]]:
    """Every line about one call at a random point: whose it is (node and operand), expression, value."""
    point = smooth_point(op, shapes, seed)
    if seed % 2 and op.elementwise:
        # Beyond the outer seams of hardswish, and a divisor away from 0 for remainders.
        point = {name: value if name in op.tests.domain else 5 * value for name, value in point.items()}
    graph, uses = calls(call, shapes)
    values: list[Any] = [point[node.name or ""] if node.kind == "input" else node.value for node in graph.nodes]
    values = [float(v) if v is not None and np.shape(v) == () else v for v in values]
    with np.errstate(all="ignore"):
        run_forward(plan_forward(graph), values)
    for found in uses:
        if found.op is not op:
            continue
        z = values[found.output]
        g = np.random.default_rng(seed).uniform(0.5, 1.5, np.shape(z))
        names = operands(found.use)
        at = dict(zip(names, (values[i] for i in found.inputs))) | {"z": z, "g": g if g.shape else float(g)}
        point = Point(found.use, at)
        for argnum, operand in enumerate(names):
            if op.input_name(argnum) not in steps_of(op):
                continue
            local = op.elementwise or is_local(op, argnum)
            for line in written(found.use, argnum, steps_of(op)[op.input_name(argnum)]):
                worth = point.value(line.text, operand)
                assert worth is not None, "it is too much work"
                yield (
                    (found.output, operand),
                    line.text,
                    fitted(worth, local, np.shape(at[operand]), np.shape(z)),
                )


def first_wrong_line(op: Op, call: str, shapes: dict, seed: int) -> str | None:
    """The first line that is not worth what the definition of the derivative is."""
    sought: dict[tuple[int, str], Value] = {}
    for whose, text, value in lines_at(op, call, shapes, seed):
        expected = sought.setdefault(whose, value)
        if not close(value, expected, rtol=2e-6, atol=1e-7 * max(1.0, np.max(np.abs(expected), initial=0.0))):
            return text
    return None


def with_options(op: Op) -> str:
    """A call with an option that is not its default: at 1, many a wrong line is right."""
    options = [f"{o.name}={2 if o.kind == 'integer' else 0.7}" for o in op.options]
    return f"{op.name}({', '.join([*op.inputs, *options])})"


DERIVED = [
    *(use for use in FEW if steps_of(use[0])),
    *((op, with_options(op), dict.fromkeys(op.inputs, (4,))) for op in OPS.values() if op.elementwise and op.options),
]


@each("op, call, shapes", DERIVED, sample=6)
def test_every_line_is_worth_what_the_definition_of_the_derivative_is(op, call, shapes):
    assert first_wrong_line(op, call, shapes, seed=5) is None
    if op.elementwise:
        assert first_wrong_line(op, call, shapes, seed=6) is None


@pytest.mark.parametrize(
    ("name", "input_", "wrong"),
    [("sigmoid", "x", "z * (1 + z)"), ("matmul", "x", 'einsum("ij,kj->ik", g, -y)'), ("softmax", "x", "g * z")],
)
def test_a_wrong_line_is_found(monkeypatch, name, input_, wrong):
    op, call, shapes = next(
        use for use in ALL if use[0].name == name and (use[2].get("y") == (3, 4) or name != "matmul")
    )
    assert first_wrong_line(op, call, shapes, seed=5) is None
    steps = DERIVATIONS[name][input_]
    monkeypatch.setitem(
        DERIVATIONS, name, DERIVATIONS[name] | {input_: (*steps[:-1], Step(wrong, say("", "")), steps[-1])}
    )
    assert first_wrong_line(op, call, shapes, seed=5) == wrong


@each("op", OPS.values())
def test_every_input_that_takes_a_gradient_has_a_derivation(op):
    assert set(steps_of(op)) == set(with_gradient(op))


def test_what_has_none_is_flat_or_stops_gradients_on_purpose():
    without = {op.name for op in OPS.values() if not with_gradient(op)}
    comparisons = {op.name for op in OPS.values() if op.family == "comparison"}
    assert without - comparisons == WITHOUT_GRADIENT
    for name in without:
        assert derivation(name).note is NO_GRADIENT and derivation(name).derivations == []


@each("op", [op for op in OPS.values() if op.local or op.vjp])
def test_a_derivation_ends_with_the_registrys_rule(op):
    for steps in steps_of(op).values():
        assert steps[-1].line is RULE


@each("name", OPS)
def test_a_reason_stands_in_both_languages_as_a_sentence(name):
    for steps in steps_of(OPS[name]).values():
        for step in steps:
            assert set(step.reason) == {"en", "ko"}
            assert re.fullmatch(r"[^\n]+\.", step.reason["en"]) and not re.search("[가-힣]", step.reason["en"])
            assert re.search("[가-힣]", step.reason["ko"]) and step.reason["ko"].endswith(".")


@each("name", OPS)
def test_a_derivation_is_shown_with_the_ops_own_names(name):
    for found in derivation(name).derivations:
        assert found.edge is None and found.lines[0].exact is False
        for line in found.lines:
            assert line.value is None and line.template is None
            assert line.latex.count("{") == line.latex.count("}") and "@" not in line.latex and "None" not in line.latex


def test_the_sigmoid_comes_out_as_y_times_one_minus_y():
    lines = derivation("sigmoid").derivations[0].lines
    assert [line.latex for line in lines[1:2] + lines[3:4] + lines[6:7]] == [
        r"\frac{\partial}{\partial x} \left[\frac{1}{1 + \exp(-x)}\right]",
        r"\frac{\exp(-x)}{\left(1 + \exp(-x)\right)^{2}}",
        r"z \cdot \left(1 - z\right)",
    ]


def test_the_rules_of_a_matrix_product_come_from_indices():
    left, right = derivation("matmul").derivations
    g = r"\frac{\partial L}{\partial z}"
    indexed = rf"{{\left({g}\right)}}_{{ij}}"
    assert [line.latex for line in left.lines[1:]] == [rf"\sum_{{j}} {indexed} \, {{y}}_{{kj}}", rf"{g} \, y^\top"]
    assert [line.latex for line in right.lines[1:]] == [rf"\sum_{{i}} {{x}}_{{ik}} \, {indexed}", rf"x^\top \, {g}"]


def test_a_limit_is_written_as_one():
    assert derivation("exp").derivations[0].lines[1].latex == r"\lim_{h \to 0} \frac{\exp(x + h) - \exp(x)}{h}"


def test_the_readers_own_numbers_stand_in_every_line():
    found = derive("u = w * x\ny = sigmoid(u)", {"w": 0.5, "x": 0}, node="y")
    lines = found.derivations[0].lines
    assert [line.value for line in lines] == [pytest.approx(0.25, rel=1e-9)] * len(lines)
    assert (
        lines[-2].template == "@{3} \\cdot \\left(1 - @{3}\\right)" and lines[-2].latex == r"y \cdot \left(1 - y\right)"
    )
    assert lines[0].template is None and not lines[0].exact


def test_the_gradient_of_softmax_cross_entropy_is_y_minus_t():
    found = derive("L = softmax_cross_entropy(x, t)", {"x": [[0, np.log(3)]], "t": [[0, 1]]}, node="L")
    for line in found.derivations[0].lines:
        assert close(line.value, [[0.25, -0.25]], rtol=1e-7)


def test_the_contribution_at_an_edge_is_that_of_the_trace():
    program, inputs = (
        "y = X @ W + b\nL = sum(y ** 2)",
        {
            "X": [[1.0, 2.0], [3.0, 4.0]],
            "W": [[1.0, 0.5], [2.0, -1.0]],
            "b": [0.1, 0.2],
        },
    )
    trace = engine.trace(program, inputs)
    for edge in trace.edges:
        if edge.contribution is None:
            continue
        found = derive(program, inputs, edge=edge.id)
        (only,) = found.derivations
        assert (found.node, only.edge, only.argnum) == (edge.target, edge.id, edge.argnum)
        assert close(only.lines[-1].value, np.asarray(edge.local if only.kind == "local" else edge.contribution))


@pytest.mark.parametrize(
    ("call", "shapes", "detail"),
    [
        ("attention(q, k, v)", {"q": (2, 3), "k": (4, 3), "v": (4, 2)}, "fused"),
        ("conv2d(x, W)", {"x": (2, 1, 4, 4), "W": (2, 1, 3, 2)}, "fused"),
        ("max_pool2d(x, 2)", {"x": (2, 2, 4, 4)}, "fused"),
        ("softmax(x)", {"x": (2, 3)}, "expanded"),
        ("sigmoid(x)", {"x": (3,)}, "expanded"),
    ],
)
def test_a_function_that_was_opened_is_derived_as_a_group_and_comes_to_the_gradient_of_its_parts(call, shapes, detail):
    point = smooth_point(OPS[call.partition("(")[0]], shapes, seed=2)
    found = derive(f"z = {call}", point, group=0, seed=2.0, detail=detail)
    trace = engine.trace(f"z = {call}", point, seed=2.0, detail=detail)
    assert (
        found.op == trace.groups[0].name
        and trace.nodes[found.node].name == "z"
        and [d.input for d in found.derivations] == list(shapes)
    )
    for derived in found.derivations:
        last = np.asarray(derived.lines[-1].value) * (2.0 if derived.kind == "local" else 1.0)
        assert derived.edge is None and close(last, trace.gradients[derived.input])


def test_a_function_of_the_program_has_no_rule():
    with pytest.raises(engine.EngineError) as caught:
        derive("def f(a):\n    return a * 2\nf(x)", {"x": 1}, group=0)
    assert caught.value.kind == "leaf-derivation"


def test_one_element_can_be_asked_for():
    inputs = {"x": [[1, 2]], "W": [[1, 2, 3], [4, 5, 6]]}
    found = derive("y = x @ W\nL = sum(y ** 2)", inputs, node="y", index=[0, 1])
    # y = [9, 12, 15], so the upstream is [18, 24, 30]: 4·18 + 5·24 + 6·30 at x₀₁, and 1·24 at W₀₁.
    assert [[line.value for line in d.lines] for d in found.derivations] == [
        [pytest.approx(372)] * 3,
        [pytest.approx(24)] * 3,
    ]


def test_a_large_array_is_not_changed_element_by_element_unless_one_is_asked_for():
    inputs = {"x": np.linspace(0, 1, 1000)}
    sought, rule = derive("y = sum(x)", inputs, edge=0).derivations[0].lines
    assert sought.value is None and close(rule.value, np.ones(1000))
    assert derive("y = sum(x)", inputs, edge=0, index=[7]).derivations[0].lines[0].value == pytest.approx(1)


def test_the_jacobian_of_a_long_softmax_is_left_out_rather_than_made():
    limits = engine.Limits(elements=400_000, flops=1e9)
    lines = derive("y = softmax(x)", {"x": np.zeros(10_000)}, node="y", limits=limits).derivations[0].lines
    assert [line.value is None for line in lines] == [True, True, True, False, False, True, False]


def test_what_passes_no_gradient_says_so():
    assert derive("y = (x > 1) * x", {"x": 2}, node=2).note is NO_GRADIENT


@each(
    "fields, kind",
    [
        ({}, "what-to-derive"),
        ({"node": "y", "edge": 0}, "what-to-derive"),
        ({"node": "q"}, "unknown-node"),
        ({"node": 99}, "node-number"),
        ({"node": -1}, "node-number"),
        ({"group": 0}, "group-number"),
        ({"group": 0, "node": 1}, "what-to-derive"),
        ({"edge": 99}, "edge-number"),
        ({"edge": -1}, "edge-number"),
        ({"node": "x"}, "leaf-derivation"),
        ({"node": "y", "index": [2]}, "derivation-index"),
        ({"node": "y", "index": [0, 0]}, "derivation-index"),
        ({"node": "y", "index": [-1]}, "derivation-index"),
    ],
)
def test_what_cannot_be_derived_is_an_error(fields, kind):
    with pytest.raises(engine.EngineError) as caught:
        derive("y = x * 2", {"x": [1, 2]}, **fields)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "call", ["softmax_cross_entropy(x, [[1, 0]])", "sigmoid_cross_entropy(x, [[0, 1]])", "logsumexp(x)"]
)
def test_at_logits_of_a_thousand_the_definition_overflows_with_a_warning_and_the_fused_op_does_not(call):
    fused = engine.trace(f"L = {call}", {"x": [[1000, -1000]]})
    assert np.isfinite(fused["L"].value) and np.isfinite(fused.gradients["x"]).all() and fused.warnings == []
    opened = engine.trace(f"L = {call}", {"x": [[1000, -1000]]}, detail="expanded")
    assert not (np.isfinite(opened["L"].value) and np.isfinite(opened.gradients["x"]).all())
    assert {"overflow", "pole", "indeterminate", "undefined", "nan-gradient"} & {
        warning.kind for warning in opened.warnings
    }


FRUIT = ("apple", "banana", "cherry", "damson", "elder")  # a reader's names, with no letter of the registry's
LETTER = re.compile(r"(?<![^\W_])[A-Za-z]\w?(?![^\W_])")  # x, W, x0


def renamed(call: str, shapes: dict, names: tuple[str, ...]) -> tuple[str, dict]:
    """A call with a reader's names for its operands."""
    new = dict(zip(shapes, names))
    return re.sub(r"\b\w+\b(?!\s*[=(])", lambda word: new.get(word[0], word[0]), call), {
        new[name]: shape for name, shape in shapes.items()
    }


def derived_in(op: Op, call: str, shapes: dict, names: tuple[str, ...]) -> list:
    """The derivations of one example in a program with these names, and with `fig` for the output."""
    text, renamed_shapes = renamed(call, shapes, names)
    point = smooth_point(op, shapes, seed=1)
    values = {new: point[old] for old, new in zip(shapes, renamed_shapes)}
    graph, uses = calls(f"fig = {text}", renamed_shapes)
    if all(found.op is not op or found.output != graph.output for found in uses):
        return []
    is_group = any(group.op is op and group.output == graph.output for group in graph.groups)
    with np.errstate(all="ignore"):
        group, node = (0, None) if is_group else (None, "fig")
        return derive(f"fig = {text}", values, group=group, node=node).derivations


@each("op, call, shapes", DERIVED, sample=6)
def test_every_line_of_a_derivation_is_a_step_and_its_reason_has_the_readers_names(op, call, shapes):
    for found in derived_in(op, call, shapes, FRUIT):
        formulas = [re.sub(r"\\left(?![a-z])|\\right(?![a-z])|\s", "", line.latex) for line in found.lines]
        assert all(one != next_ for one, next_ in itertools.pairwise(formulas)), formulas
        steps = steps_of(op)[op.input_name(found.argnum)]
        own = {
            name
            for step in steps
            for line in [step.line(at_use(op, call, shapes)) if callable(step.line) else step.line]
            if line
            for name, _ in registry_rule(line).parts
        }
        foreign = {*op.inputs, "z", "g", "n", *(o.name for o in op.options if len(o.name) < 3)} - own
        for line in found.lines:
            for sentence in line.reason.values():
                assert "{" not in sentence and foreign.isdisjoint(LETTER.findall(sentence)), (sentence, foreign)


def at_use(op: Op, call: str, shapes: dict):
    return next(found.use for found in calls(call, shapes)[1] if found.op is op)


@each("name", OPS)
def test_a_reason_names_a_letter_only_where_it_can_be_the_readers(name):
    # In the catalogue itself, letters of operands stand as {x}: bare ones would be the registry's.
    op = OPS[name]
    for steps in steps_of(op).values():
        for step in steps:
            for sentence in step.reason.values():
                bare = set(re.findall(r"(?<![{^\w])[A-Za-z](?![}\w])", sentence))
                assert bare.isdisjoint({*op.inputs, "z", "g", "h"}), sentence


@each("name", OPS)
def test_no_line_of_the_reference_repeats_the_one_before(name):
    for found in derivation(name).derivations:
        formulas = [line.latex.replace(" ", "") for line in found.lines]
        assert all(one != next_ for one, next_ in itertools.pairwise(formulas))


@pytest.mark.parametrize("call", ["p * q", "p / q", "p + q", "p - q", "-p"])
def test_where_h_cancels_it_is_said_to_cancel_and_stands_in_both_places(call):
    for found in derive(f"y = {call}", dict.fromkeys(sorted(set("pq") & set(call)), 3.0), node="y").derivations:
        at = next(i for i, line in enumerate(found.lines) if "cancel" in line.reason["en"])
        assert found.lines[at].reason["ko"] in ("분자와 분모의 h가 약분됩니다.", "두 분수를 통분하면 h가 약분됩니다.")
        before = found.lines[at - 1].latex
        numerator, denominator = (
            before.removeprefix(r"\lim_{h \to 0} ").removeprefix("-").rsplit("}{", 1)
            if "frac" in before
            else (before, "")
        )
        assert "h" in numerator and "h" in denominator


@pytest.mark.parametrize(
    ("program", "inputs", "letter"),
    [
        ("y = h * w", {"h": 2.0, "w": 3.0}, "k"),
        ("y = exp(h)", {"h": 2.0}, "k"),
        ("h = k * w", {"k": 2.0, "w": 3.0}, "p"),
        ("y = sqrt(h)", {"h": 2.0}, "k"),
        ("y = h * h", {"h": 2.0}, "k"),
        ("y = h / h", {"h": 2.0}, "k"),
    ],
)
def test_the_step_of_a_limit_has_a_letter_that_the_reader_has_not_taken(program, inputs, letter):
    lines = derive(program, inputs, node=program[0]).derivations[0].lines
    assert any(rf"\lim_{{{letter} \to 0}}" in line.latex for line in lines) and not any(
        r"\lim_{h \to 0}" in line.latex for line in lines
    )
    cancelled = [line.reason["ko"] for line in lines if "약분" in line.reason["ko"]]
    assert all(f"{letter}가 약분" in reason for reason in cancelled)


def test_a_letter_of_the_derivations_own_is_not_the_readers():
    lines = derive("y = p * 2\nL = sigmoid_cross_entropy(y, t)", {"p": 0.5, "t": 1.0}, node="L").derivations[0].lines
    assert any(
        r"\left(k = \operatorname{sigmoid}(y)\right)" in line.latex or r"k = \sigma(y)" in line.latex for line in lines
    ), [line.latex for line in lines]
    assert not any("y = " in line.latex for line in lines)


@pytest.mark.parametrize("program", ["y = a * a", "y = maximum(a, a)", "y = a / a", "y = a ** a"])
def test_two_uses_of_one_value_are_told_apart(program):
    first, second = derive(program, {"a": 2.0}, node="y").derivations
    for number, found in ((1, first), (2, second)):
        assert rf"\partial {{a^{{({number})}}}}" in found.lines[0].latex and "⁽¹⁾" in found.lines[0].reason["en"]
        assert all("@{0}" in line.template or "@" not in line.template for line in found.lines if line.template)


def test_a_constant_and_a_value_without_a_name_stand_in_reasons_as_in_formulas():
    lines = derive("y = exp(a * b) ** -0.5", {"a": 1.0, "b": 2.0}, node="y").derivations[0].lines
    assert "v₃^(−0.5) = exp((−0.5) log v₃)" in lines[1].reason["en"] and "v_{3}" in lines[1].latex


# Small steps beside a pole or at a jump come to nothing, and where slopes are steep a step of the usual length comes to
# something else.
@each(
    "program, x, slope",
    [
        *(
            (program, x, slope)
            for x in (0.0, [0.0, 0.0])
            for program, slope in (
                ("1 / x", None),
                ("x ** -1", None),
                ("x ** -2", None),
                ("log(x)", None),
                ("sqrt(x)", None),
                ("1e-20 / x", None),
                ("floor(x)", None),
                ("sign(x)", None),
                ("cbrt(x)", None),
                ("rsqrt(x)", None),
                ("abs(x)", 0),
                ("relu(x)", 0.5),
                ("x ** 2", 0),
                ("cos(x)", 0),
                ("square(x)", 0),
                ("x + 1e6", 1),
                ("x * 1e300", 1e300),
            )
        ),
        ("tan(x)", math.pi / 2, None),
        *(("1 / x", x, -1 / x**2) for x in (1e-3, 1e-5, 1e-7, 1e-9)),
        *(("sqrt(x)", x, 0.5 / math.sqrt(x)) for x in (1e-4, 1e-7)),
        ("sin(x)", 1e6, math.cos(1e6)),
        ("sin(x)", 1e8, math.cos(1e8)),
        ("exp(x)", 700.0, math.exp(700)),
        ("log(x)", 1e-8, 1e8),
    ],
)
def test_a_value_that_is_found_with_small_steps_is_right_or_none(program, x, slope):
    for found in derive(f"y = {program}\nz = sum(y)", {"x": x}, node="y").derivations:
        if found.argnum != (0 if program[0] == "x" or "(" in program else 1):
            continue
        first = np.asarray(found.lines[0].value)
        assert not found.lines[0].exact
        if slope is None:
            assert np.isnan(first).all()
        else:
            np.testing.assert_allclose(first, slope, rtol=2e-3, atol=1e-6)
