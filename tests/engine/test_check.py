"""Gradients against differences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.checking.differences import VERDICTS, Probe
from gradlens.engine.checking.gradient_check import regimes
from gradlens.engine.ops import OPS, Op
from tests.each import case, each
from tests.engine.numerics import close

TEXTBOOK = json.loads((Path(__file__).parent / "data" / "textbook.json").read_text(encoding="utf-8"))["cases"]
CONTRACT = "t = x + y\nz = t ** 2"


def verdict(program: str, inputs: dict, **fields) -> str:
    (result,) = engine.check(program, inputs, wrt=["x"], **fields).results
    return result.verdict


def test_the_contracts_example():
    found = engine.check(CONTRACT, {"x": 2, "y": 3})
    assert [(r.name, r.analytic, r.verdict, r.sampled, r.worst_index) for r in found.results] == [
        ("x", 10, "agree", False, []),
        ("y", 10, "agree", False, []),
    ]
    # ((5 + h)² - (5 - h)²) / 2h is 10 for every h: what is left is round-off.
    assert all(
        0 < r.absolute_error < 1e-9 and r.relative_error == pytest.approx(r.absolute_error / 10, rel=1e-6)
        for r in found.results
    )
    assert found.evaluations == {"numeric": 4, "backprop": 2, "refining": 0}
    assert found.seconds["numeric"] > 0 and found.seconds["backprop"] > 0 and found.ratio > 0


def test_an_intermediate_node_is_changed_and_only_what_comes_after_it_is_computed_anew():
    found = engine.check("a = x * 3\nb = a ** 2\nc = b + x", {"x": 2.0}, wrt=["a", "b", "c"])
    assert [r.analytic for r in found.results] == [12, 1, 1]
    assert {r.verdict for r in found.results} == {"agree"}


@each(
    "program, x, expected",
    [
        ("relu(x)", 0.0, "kink"),
        ("abs(x)", 0.0, "kink"),
        ("maximum(x, 0)", 0.0, "kink"),
        ("x > 0", 0.0, "kink"),
        ("floor(x)", 2.0, "kink"),
        ("relu(x)", 3e-6, "kink"),
        ("relu(x)", -3e-6, "kink"),
        ("relu(x)", 1e-4, "agree"),
        ("clip(x, -1, 1)", 1.0, "kink"),
        ("sqrt(x)", 0.0, "non-finite"),
        ("1 / x", 0.0, "non-finite"),
        ("log(x)", 0.0, "non-finite"),
        ("x / 0", 1.0, "non-finite"),
        ("log(x)", -1.0, "non-finite"),
        ("stop_gradient(x) * x", 2.0, "agree"),
        ("where(x > 0, stop_gradient(x), x)", 2.0, "agree"),
        ("x + stop_gradient(round(x) - x)", 2.4, "agree"),
        ("(2 * x).detach() * sin(x)", 2.0, "agree"),
        ("stop_gradient(x) ** 2", 2.0, "agree"),
        ("stop_gradient(abs(x) + 1) * relu(x)", 0.0, "kink"),
        # A step leaves the domain, or a number overflows.
        ("sqrt(x)", 1e-7, "undecided"),
        ("log(x)", 1e-9, "undecided"),
        ("acos(x)", 1 - 1e-9, "undecided"),
        ("cbrt(x)", 1e-300, "undecided"),
        ("x + 1e308", 7.9769313486e307, "undecided"),
        ("x * 1e308", 1.79769, "undecided"),
        ("x", 1.7976931348623157e308, "undecided"),
        ("x - 1e308", 1e308, "agree"),
        ("1e308 * sin(x)", 1.0, "agree"),
        ("1e308 * x", 1.5, "agree"),
        ("x * 1e-320", 1.0, "agree"),
        ("x / 1e308", 1.0, "agree"),
        # At such numbers every step spans many pieces.
        ("floor(x)", 1e16, "kink"),
        ("x % 3", 1e16, "undecided"),
        ("tan(x)", 1e150, "undecided"),
        ("round(x) * x", 1e16, "kink"),
        ("x ** 2", 0.0, "agree"),
        ("x ** 3", 0.0, "agree"),
        ("relu(x) ** 2", 0.0, "agree"),
        ("abs(x) ** 3", 0.0, "agree"),
        ("x * 0", 5.0, "agree"),
        # Rounding is all that a difference shows here.
        ("(x + 1e8) - 1e8", 1.0, "agree"),
        ("(x + 1e16) - 1e16", 1.0, "agree"),
        ("exp(x) * 0", 3.0, "agree"),
        ("x * 1e-30", 1.0, "agree"),
        ("x * 1e30", 1.0, "agree"),
        ("sin(x * 1000)", 1.0, "agree"),
        ("exp(x)", 700.0, "agree"),
        ("x ** 2", 1e8, "agree"),
        ("cosh(x)", 1e-9, "agree"),
    ],
)
def test_a_verdict_tells_noise_from_kinks_poles_and_mismatches(program, x, expected):
    assert verdict(program, {"x": x}) == expected


def test_the_worst_element_is_told_by_its_index():
    found = engine.check("sum(relu(x) + 0 * stop_gradient(x))", {"x": [[1.0, 2.0], [0.0, 3.0]]}).results[0]
    assert (
        found.verdict == "kink" and found.worst_index == [1, 0] and close(found.numeric, [[1, 1], [0.5, 1]], rtol=1e-9)
    )
    mixed = engine.check("sum(x ** 0.5 + relu(y))", {"x": [4.0, 0.0], "y": 0.0}).results
    assert [(r.verdict, r.worst_index) for r in mixed] == [("non-finite", [1]), ("kink", [])]


@pytest.fixture
def wrong(monkeypatch):
    """Every gradient that is checked is wrong by one percent."""
    right = Probe.__init__

    def planted(self, *arguments):
        right(self, *arguments)
        self.gradient = self.gradient * 1.01

    monkeypatch.setattr(Probe, "__init__", planted)


@each("op", [op for op in OPS.values() if op.local or op.vjp], sample=6)
def test_a_wrong_gradient_of_any_op_is_a_mismatch(wrong, op: Op):
    random = np.random.default_rng(2)
    calls = op.tests.examples or ((f"{op.name}({', '.join(op.inputs)})", dict.fromkeys(op.inputs, (3,))),)
    call, shapes = calls[0]
    inputs = {n: random.uniform(*op.tests.domain.get(n, (0.3, 0.9)), shape) for n, shape in shapes.items()}
    for method in ("central", "complex"):
        try:
            found = engine.check(f"sum(sin({call}))", inputs, method=method).results
        except engine.EngineError as error:
            assert error.kind == "not-analytic"
        else:
            assert {r.verdict for r in found if np.any(r.analytic)} <= {"mismatch"}, method


def test_a_wrong_gradient_is_a_mismatch_beside_large_numbers_and_stopped_ones(wrong):
    for program, x in (
        ("x - 1e308", 1e308),
        ("1e308 * sin(x)", 1.0),
        ("stop_gradient(x) * x", 2.0),
        ("x ** 2", 1e8),
        ("x * 1e-300", 1.0),
        ("x * 1e300", 1.0),
        ("relu(x)", 1.0),
        ("x % 3", 100.0),
        ("exp(x)", 700.0),
    ):
        assert verdict(program, {"x": x}) == "mismatch", program


def test_a_step_that_is_too_large_for_differences_is_not_held_against_the_gradient():
    for h in (0.1, 1e-2, 1e-3, 1e-8, 1e-12):
        assert verdict("exp(10 * x)", {"x": 1.0}, h=h) == "agree"
    assert engine.check("exp(10 * x)", {"x": 1.0}, h=0.1).results[0].relative_error > 0.1


def test_an_output_of_many_numbers_is_checked_with_its_seed():
    found = engine.check("z = x ** 2", {"x": [1.0, 2.0, 3.0]}, seed=[1.0, 0.0, -2.0])
    assert close(found.results[0].numeric, [2, 0, -12], atol=1e-8) and found.results[0].verdict == "agree"


def test_large_inputs_are_sampled_and_the_sample_is_named_and_repeatable():
    x = np.linspace(0, 1, 3000).reshape(30, 100)
    first, again, other = (engine.check("sum(x ** 3)", {"x": x}, max_elements=50, sample_seed=s) for s in (1, 1, 2))
    result = first.results[0]
    assert result.sampled and len(result.indices) == 50 and result.analytic.shape == (50,) and result.elements == 3000
    assert all(a == pytest.approx(3 * x[tuple(i)] ** 2) for a, i in zip(result.analytic, result.indices, strict=True))
    assert again.results[0].indices == result.indices != other.results[0].indices
    assert first.evaluations["numeric"] == 100
    assert [(p.elements, p.evaluations, p.measured) for p in first.curve[-2:]] == [(50, 100, True), (3000, 6000, False)]


def test_the_cost_grows_with_the_elements_and_is_measured_up_to_the_last():
    found = engine.check("sum(x ** 2)", {"x": np.arange(20.0)})
    assert [p.elements for p in found.curve] == [1, 2, 5, 10, 20] and all(p.measured for p in found.curve)
    seconds = [p.seconds for p in found.curve]
    assert seconds == sorted(seconds) and [p.evaluations for p in found.curve] == [2, 4, 10, 20, 40]


def test_the_two_layer_network_of_the_book_takes_thousands_of_times_as_many_evaluations():
    # Deep Learning from Scratch, 5.7.3: 784-50-10, of which the average differences are 1e-7 to 1e-10.
    random = np.random.default_rng(0)
    program = "L = softmax_cross_entropy(relu(X @ W1 + b1) @ W2 + b2, T)"
    inputs = {
        "X": random.random((3, 784)),
        "T": np.eye(10)[[5, 0, 4]],
        "W1": random.normal(0, 0.01, (784, 50)),
        "b1": np.zeros(50),
        "W2": random.normal(0, 0.01, (50, 10)),
        "b2": np.zeros(10),
    }
    found = engine.check(program, inputs, wrt=["W1", "b1", "W2", "b2"], max_elements=60)
    assert all(r.verdict == "agree" and float(np.mean(np.abs(r.analytic - r.numeric))) < 1e-9 for r in found.results)
    assert sum(r.elements for r in found.results) == 39_760
    assert found.curve[-1].evaluations == 2 * 39_760 and not found.curve[-1].measured
    assert found.curve[-1].evaluations / found.evaluations["backprop"] == 39_760


@each(
    "op",
    [op for op in OPS.values() if op.complex not in (None, "flat") and op.name != "stop_gradient"],
)
def test_an_op_with_a_complex_form_has_the_same_gradient_by_complex_steps(op: Op):
    random = np.random.default_rng(1)
    calls = op.tests.examples or (
        (
            f"{op.name}({', '.join(op.inputs)}{''.join(f', {o.name}=0.7' for o in op.options)})",
            dict.fromkeys(op.inputs, (3,)),
        ),
    )
    for call, shapes in calls:
        names = [n for n in shapes if n in call]
        # `outer` is of other things, and examples of lists name their values anew.
        inputs = {
            n: (
                random.uniform(*op.tests.domain.get(n, (0.2, 0.9)), shapes[n])
                * (1 if n in op.tests.domain else random.choice([-1, 1], shapes[n]))
            )
            for n in names
        }
        found = engine.check(f"sum(sin({call}))", inputs, method="complex")
        for result in found.results:
            assert result.verdict == "agree" and close(result.numeric, result.analytic, rtol=1e-11, atol=1e-13), call


def test_every_op_without_a_complex_form_is_named_and_its_gradient_agrees_by_differences():
    without = [op for op in OPS.values() if op.array is not None and op.complex is None]
    assert {"erf", "hypot", "cbrt"} <= {op.name for op in without}
    with pytest.raises(engine.EngineError) as error:
        engine.check("y = erf(sin(x))\nz = hypot(y, 1)", {"x": 0.5}, method="complex")
    assert error.value.kind == "not-analytic" and error.value.params["function"] == "erf"
    assert engine.check("erf(2) * x", {"x": 0.5}, method="complex").results[0].verdict == "agree"


def test_complex_steps_at_a_kink_are_called_so():
    assert verdict("relu(x)", {"x": 0.0}, method="complex") == "agree"  # 0, as the convention
    assert verdict("clip(x, -1, 1) * 2", {"x": 1.0}, method="complex") == "agree"
    assert verdict("abs(x)", {"x": 0.0}, method="complex") == "kink"
    assert verdict("stop_gradient(x) * x", {"x": 2.0}, method="complex") == "agree"
    assert verdict("sqrt(x)", {"x": 0.0}, method="complex") == "non-finite"


NUMBERS = [0.0, -0.0, 5e-324, 1e-310, 1e-300, -1e-160, 1e-9, 1.0, -1.0, 0.5, 2.0] + [
    1e16,
    -1e150,
    1e308,
    -1.7976931348623157e308,
]


@each("turn, op", enumerate(op for op in OPS.values() if op.elementwise and (op.local or op.vjp)), sample=6)
def test_no_right_gradient_is_called_a_mismatch_at_any_number(turn, op):
    call = f"{op.name}({', '.join(['x', *op.inputs[1:]])}{''.join(f', {o.name}=1' for o in op.options if o.required)})"
    for number, x in enumerate(NUMBERS, turn):
        with case(x):
            method = ("central", "complex")[number % 2]
            try:
                assert verdict(call, {"x": x} | dict.fromkeys(op.inputs[1:], 1.0), method=method) != "mismatch"
            except engine.EngineError as error:
                assert error.kind == "not-analytic"


def test_what_stop_gradient_holds_fixed_is_told():
    found = engine.check("u = 2 * x\nz = stop_gradient(u) * y + x", {"x": 3.0, "y": 2.0}).results
    assert [(r.name, r.analytic, r.held, r.verdict) for r in found] == [
        ("x", 1, True, "agree"),
        ("y", 6, False, "agree"),
    ]
    assert not engine.check("a = stop_gradient(x)\nz = x * 2", {"x": 3.0}).results[0].held


@each("case", [c for c in TEXTBOOK if all(f in OPS for f in c["functions"])])
def test_no_gradient_of_a_textbook_is_called_a_mismatch_at_any_of_its_nodes(case):
    trace = engine.trace(case["program"], case["inputs"], output=case["output"])
    names = [name for name, id in trace.graph.names.items() if trace.nodes[id].differentiable]
    found = engine.check(case["program"], case["inputs"], output=case["output"], wrt=names, max_elements=40)
    assert [r.name for r in found.results if r.verdict == "mismatch"] == []
    agreeing = [
        r for r in found.results if r.verdict == "agree" and r.noise < 1e-9 and np.abs(r.analytic).max(initial=0) > 1e-3
    ]
    # CS231n: 1e-7 and less is what a right gradient gives.
    assert all(r.relative_error < 1e-7 for r in agreeing)


def test_cs231ns_circuits_agree_with_the_gradients_it_prints():
    for program, inputs, printed in (
        ("q = x + y\nf = q * z", {"x": -2.0, "y": 5.0, "z": -4.0}, {"x": -4, "y": -4, "z": 3, "q": -4}),
        (
            "f = sigmoid(w0 * x0 + w1 * x1 + w2)",
            {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0},
            {"w0": -0.20, "x0": 0.39, "w1": -0.39, "x1": -0.59, "w2": 0.20},
        ),
        (
            "f = (x * y + maximum(z, w)) * 2",
            {"x": 3.0, "y": -4.0, "z": 2.0, "w": -1.0},
            {"x": -8, "y": 6, "z": 2, "w": 0},
        ),
    ):
        for result in engine.check(program, inputs, wrt=list(printed)).results:
            assert (
                result.verdict == "agree"
                and result.relative_error < 1e-7
                and abs(result.numeric - printed[result.name]) < 5e-3
            )


def test_a_sweep_falls_with_truncation_and_rises_with_round_off():
    found = engine.check_sweep("y = exp(x) * sin(x)", {"x": 1.5})
    error = dict(zip(found.h, found.error["x"], strict=True))
    assert found.h == [10.0**-k for k in range(1, 13)]
    assert 80 < error[1e-1] / error[1e-2] < 120 and 80 < error[1e-2] / error[1e-3] < 120  # as h²
    assert error[1e-12] > 100 * error[found.best_h["x"]] and 1e-7 <= found.best_h["x"] <= 1e-4
    named = found.regimes["x"]
    assert (
        named[0] == "truncation"
        and named[-1] == "round-off"
        and named.count("best") == 1
        and named == sorted(named, key=["truncation", "best", "round-off"].index)
    )
    assert found.complex_step["x"] < 1e-15 and found.obstacle is None


def test_a_sweep_names_what_it_cannot_explain_and_where_there_is_no_value():
    assert set(engine.check_sweep("abs(x) + relu(x)", {"x": 0.0}).regimes["x"]) == {"unexplained"}
    near_pole = engine.check_sweep("log(x)", {"x": 1e-3}, h=[1e-1, 1e-2, 1e-4, 1e-6])
    assert near_pole.regimes["x"][:2] == ["non-finite", "non-finite"] and near_pole.best_h["x"] == 1e-6
    assert engine.check_sweep("erf(x)", {"x": 1.0}, h=[1e-3]).obstacle == "erf"
    assert regimes([1e-2, 1e-4, 0.0, 1e-9]) == (["truncation", "truncation", "best", "round-off"], 2)
    assert regimes([1.0, 0.99e-4]) == (["truncation", "best"], 1) and regimes([1.0, 1.01e-4, np.inf]) == (
        ["unexplained", "unexplained", "non-finite"],
        None,
    )  # a ten-thousandth is little enough


@each(
    "fields, kind",
    [
        ({"method": "forward"}, "unknown-method"),
        ({"h": 0}, "step-size"),
        ({"h": -1e-5}, "step-size"),
        ({"h": 2}, "step-size"),
        ({"h": float("nan")}, "step-size"),
        ({"h": True}, "step-size"),
        ({"max_elements": 0}, "sample-size"),
        ({"max_elements": 2.5}, "sample-size"),
        ({"wrt": ["q"]}, "unknown-node"),
        ({"wrt": ["k"]}, "no-gradient"),
        ({"limits": engine.Limits(flops=1000)}, "check-work"),
        ({"output": "q"}, "unknown-output"),
    ],
)
def test_what_cannot_be_checked_is_said(fields, kind):
    with pytest.raises(engine.EngineError) as error:
        engine.check(f"k = x > 1\n{CONTRACT}", {"x": 2, "y": 3}, **fields)
    assert error.value.kind == kind


def test_the_work_is_counted_before_anything_runs_and_the_sample_made_to_fit():
    limits = engine.Limits(flops=5e7)
    found = engine.check("sum(sin(x))", {"x": np.zeros(500)}, limits=limits)
    assert found.results[0].sampled and 1 < len(found.results[0].indices) < 500


def test_nothing_to_check_is_an_answer_too():
    assert engine.check("y = sum(x)", {"x": np.zeros((0, 2))}).results[0].verdict == "agree"
    assert engine.check("y = 2 + 3").results == []
    unused = engine.check("y = x * 2", {"x": 1.0, "u": 3.0}).results[1]
    assert (unused.analytic, unused.numeric, unused.verdict) == (0, 0, "agree")


def test_a_name_assigned_twice_is_checked_where_it_is_the_input():
    (found,) = engine.check("x = [1, 2]\ny = sum(x)\nx = 3\nz = y * x").results
    assert np.array_equal(found.analytic, [3, 3]) and found.verdict == "agree"
    (found,) = engine.check("x = 2\nx = x * 3\ny = x * x").results
    assert (found.analytic, found.verdict) == (36, "agree")


def test_every_verdict_is_ranked():
    assert VERDICTS == ("agree", "kink", "undecided", "non-finite", "mismatch")


@each("op", [op for op in OPS.values() if op.local or op.vjp])
def test_every_op_agrees_with_central_differences_at_smooth_points(op: Op):
    random = np.random.default_rng(2)
    calls = op.tests.examples or ((f"{op.name}({', '.join(op.inputs)})", dict.fromkeys(op.inputs, (3,))),)
    for call, shapes in calls[:3]:
        inputs = {n: random.uniform(*op.tests.domain.get(n, (0.3, 0.9)), shape) for n, shape in shapes.items()}
        for result in engine.check(f"sum(sin({call}))", inputs).results:
            assert result.verdict == "agree", (call, result)
