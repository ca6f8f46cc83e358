"""One node that is changed element by element: which nodes follow, what a step costs, and what the slopes mean."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.checking.differences import (
    AGREEMENT,
    CALL_WORK,
    ELEMENT_WORK,
    SCALAR_CALL_WORK,
    Probe,
    relative,
    shaped,
)
from gradlens.engine.checking.downstream import EPSILON, LEAST, between, rounding
from gradlens.engine.checking.gradient_check import Bench
from gradlens.engine.program import subject
from tests.each import each


@np.errstate(all="ignore")
def probe(program: str, inputs: dict, name: str = "x", seed: object = None, gradient: object = None) -> Probe:
    """gradient: in place of the right one."""
    bench = Bench(*subject(program, inputs, {}), seed, [name])
    (found,) = bench.probes(10**6, 0, "central")
    if gradient is not None:
        found.gradient = np.asarray(gradient, dtype=float)
    return found


def judged(
    program: str,
    x: object,
    gradient: object = None,
    *,
    method: str = "central",
    h: float | None = None,
    seed: object = None,
    **inputs: object,
):
    found = probe(program, {"x": x, **inputs}, "x", seed, gradient)
    h = h or (1e-5 if method == "central" else 1e-20)
    with np.errstate(all="ignore"):
        numeric = found.central(h, lambda _: None) if method == "central" else found.complex(h, lambda _: None)
        return found.judged(numeric, h, method)


@each(
    "program, name, after, held",
    [
        ("a = x * 3\nb = a ** 2\nu = x + 1\nc = b + y", "x", "a b c", False),
        ("a = x * 3\nb = a ** 2\nu = x + 1\nc = b + y", "a", "b c", False),
        ("a = x * 3\nb = a ** 2\nc = b + y", "y", "c", False),
        ("a = x * 3\nb = a ** 2\nc = b + y", "c", "", False),
        ("s = stop_gradient(x)\nc = s * y", "x", "", True),
        ("s = stop_gradient(x)\nc = s * x", "x", "c", True),
        ("s = stop_gradient(x)\nc = s * y", "y", "c", False),
        ("s = stop_gradient(x)\nc = s * y", "s", "c", False),
        ("s = stop_gradient(x)\nt = s + x\nc = x * y", "x", "c", False),
        ("a = 2 * x\ns = stop_gradient(a)\nb = s * 3\nc = b + a", "x", "a c", True),
    ],
)
def test_what_follows_from_a_node_is_what_is_computed_from_it_on_the_way_to_the_output(program, name, after, held):
    graph = engine.trace(program, {"x": 2.0, "y": 3.0}, output="c").graph
    ids, found = between(graph, graph.names[name])
    assert ({n for n, id in graph.names.items() if id in ids}, found) == (set(after.split()), held)


@each(
    "program, x, expected",
    [
        ("y = 3 * x", 2.0, 6 * EPSILON),
        ("a = 3 * x\ny = a * a", 2.0, (6 * 12 + 36) * EPSILON),
        ("y = -x", -2.0, 2 * EPSILON),
        ("y = sum(x * [1, -2])", [1.0, 1.0], (1 + 2 + 1) * EPSILON),
        ("a = 3 * x\ny = 0 * a", 2.0, LEAST),
        ("y = 1e-320 * x", 1.0, LEAST),
        ("a = 1e-300 * x\ny = 1e3 * a", 1.0, 2 * (1e-297 * EPSILON)),
        ("y = 1e308 * (10 * x)", 1.0, np.inf),
        ("y = sigmoid(x)", 0.0, EPSILON),
        ("y = 4 * sigmoid(x)", 0.0, (4 + 2) * EPSILON),
    ],
)
def test_rounding_is_a_unit_of_every_value_on_the_way_times_its_gradient(program, x, expected):
    trace = engine.trace(program, {"x": x})
    ids, _ = between(trace.graph, trace.graph.names["x"])
    assert rounding(trace, ids) == pytest.approx(expected, rel=1e-7, abs=0)


def test_what_has_no_gradient_and_what_is_no_number_rounds_to_nothing():
    trace = engine.trace("a = x > 1\nb = where(a, x, 2 * x)\ny = b * 1", {"x": 3.0})
    ids = set(range(len(trace.nodes))) - {trace.graph.names["x"]}
    assert rounding(trace, {id for id in ids if trace.nodes[id].op not in ("input", "constant")}) == pytest.approx(
        6 * EPSILON
    )
    infinite = engine.trace("a = log(x)\ny = 0 * a", {"x": 0.0})
    with np.errstate(all="ignore"):
        assert rounding(infinite, {infinite.graph.names["a"]}) == 0.0


@pytest.mark.parametrize(
    ("program", "inputs", "expected"),
    [
        ("y = -x", {"x": 1.0}, SCALAR_CALL_WORK + 1 + ELEMENT_WORK),
        ("y = -x", {"x": [1.0, 2.0, 3.0]}, CALL_WORK + 3 + 3 * ELEMENT_WORK),
        ("y = sum(-x)", {"x": [1.0, 2.0, 3.0]}, 2 * CALL_WORK + 3 + 3 + 4 * ELEMENT_WORK),
        ("y = x @ W", {"x": np.ones((2, 3)), "W": np.ones((3, 4))}, CALL_WORK + 2 * 3 * 4 + 8 * ELEMENT_WORK),
        ("u = exp(y2)\ny = -x\nz = y + u", {"x": 1.0, "y2": 2.0}, 2 * (SCALAR_CALL_WORK + 1 + ELEMENT_WORK)),
    ],
)
def test_one_evaluation_costs_the_calls_the_arithmetic_and_the_elements_of_what_follows(program, inputs, expected):
    found = probe(program, inputs)
    flops = [found.graph.operation(id) for id in found.between]
    arithmetic = sum(
        (
            n.op.cost.flops(tuple(found.graph.nodes[i].shape for i in n.inputs), n.shape)
            if n.op.cost.flops
            else max(1, int(np.prod(n.shape)))
        )
        for n in flops
    )
    assert (
        0.3 * arithmetic <= arithmetic
        and found.work("central") == pytest.approx(expected, abs=2 * arithmetic)
        and found.work("complex") == 4 * found.work("central")
    )


def test_a_sample_is_drawn_without_repetition_in_order_and_anew_for_every_seed():
    found = probe("sum(x ** 2)", {"x": np.arange(24.0).reshape(2, 3, 4)})
    assert found.chosen == list(np.ndindex(2, 3, 4)) and found.indices is None
    found.choose(24, 0)
    assert found.indices is None
    samples = []
    for seed in (0, 0, 1):
        found.choose(23, seed)
        assert (
            len(set(found.chosen)) == 23
            and found.chosen == sorted(found.chosen)
            and set(found.chosen) < set(np.ndindex(2, 3, 4))
            and found.indices == [list(i) for i in found.chosen]
        )
        found.choose(5, seed)
        samples.append(found.chosen)
    assert samples[0] == samples[1] != samples[2]


@each(
    "program, x, h, slopes",
    [
        ("x ** 2", 0.5, 1e-2, (1.01, 0.99, 1.0)),
        ("x ** 2", 4.0, 1e-2, (8.04, 7.96, 8.0)),
        ("x ** 2", -4.0, 1e-2, (-7.96, -8.04, -8.0)),
        ("relu(x)", 0.0, 1e-3, (1, 0, 0.5)),
        ("abs(x)", 0.0, 1e-3, (1, -1, 0)),
        ("x ** 3", 0.0, 1e-1, (0.01, 0.01, 0.01)),
        ("3 * x", 1.0, 1e-300, (np.nan, np.nan, 0)),
        ("sum(x * [1, 3])", [1.0, 2.0], 1e-3, (1, 1, 1)),
    ],
)
def test_slopes_are_to_the_right_to_the_left_and_between(program, x, h, slopes):
    found = probe(program, {"x": x})
    assert np.allclose(found.sides(found.chosen[0], h), slopes, rtol=1e-9, atol=1e-12, equal_nan=True)
    assert found.step(found.chosen[0], h) == h * max(1.0, abs(np.ravel(x)[0]))


def test_every_element_moves_alone_and_comes_back():
    found = probe("sum(x ** 2 * [1, 10, 100])", {"x": [1.0, 2.0, 3.0]})
    ticks: list[int] = []
    assert np.allclose(found.central(1e-5, ticks.append), [2, 40, 600], rtol=1e-8) and ticks == [2, 2, 2]
    assert np.allclose(found.complex(1e-20, ticks.append), [2, 40, 600], rtol=1e-15) and ticks == [2, 2, 2, 1, 1, 1]
    assert np.array_equal(found.base, [1, 2, 3])


@pytest.mark.parametrize("method", ["central", "complex"])
def test_an_output_without_a_part_in_the_seed_may_be_infinite(method):
    found = judged("1 / x", [0.0, 2.0], method=method, seed=[0.0, 4.0])
    assert found.verdict == "non-finite" or np.allclose(found.numeric, [0, -1])
    found = judged("z = log(y) + x", [1.0, 2.0], method=method, seed=[0.0, 4.0], y=[-1.0, 1.0])
    assert np.allclose(found.numeric, [0, 4]) and found.verdict == "agree"
    assert judged("z = log(y) + x", [1.0, 2.0], method=method, seed=[1.0, 4.0], y=[-1.0, 1.0]).verdict == "non-finite"


@pytest.mark.parametrize("method", ["central", "complex"])
def test_the_worst_element_is_the_one_furthest_off_of_the_worst_verdict(method):
    program, x = "sum(x ** 2)", [[1.0, 2.0], [3.0, 4.0]]
    wrong = judged(program, x, [[2.0, 4.5], [7.0, 8.0]], method=method)
    assert (
        (wrong.verdict, wrong.worst_index) == ("mismatch", [1, 0])
        and wrong.absolute_error == pytest.approx(1.0, rel=1e-6)
        and wrong.relative_error == pytest.approx(1 / 8, rel=1e-6)
    )
    right = judged(program, x, method=method)
    assert (
        right.verdict == "agree"
        and right.absolute_error <= 1e-8
        and np.shape(right.numeric) == (2, 2)
        and not right.sampled
        and right.elements == 4
        and right.indices is None
    )
    assert right.noise == pytest.approx(probe(program, {"x": x}).noise / (1e-5 if method == "central" else 1))
    infinite = judged(program, x, [[np.nan, 4.0], [6.0, 9.0]], method=method)
    assert (infinite.verdict, infinite.worst_index) == ("mismatch", [1, 1])
    assert (
        judged(program, x, [[np.nan, 4.0], [6.0, 8.0]], method=method).worst_index,
        judged(program, x, [[2.0, 4.0], [np.inf, 8.0]], method=method).absolute_error,
    ) == ([0, 0], np.inf)


@each(
    "analytic, numeric, expected",
    [
        ([1.0, 2.0], [1.0, 2.5], 0.2),
        ([1.0, -4.0], [2.0, -4.0], 0.25),
        ([0.0], [0.0], 0.0),
        ([], [], 0.0),
        ([0.0], [3.0], 1.0),
        ([2.0], [-2.0], 2.0),
        ([1.0, 8.0], [3.0, 8.0], 0.25),
        ([5.0], [5.0], 0.0),
    ],
)
def test_the_relative_error_is_the_largest_error_over_the_largest_gradient(analytic, numeric, expected):
    assert relative(np.array(analytic), np.array(numeric)) == pytest.approx(expected)


def test_a_gradient_has_the_shape_of_its_node():
    assert (
        shaped(np.array([3.0]), ()) == 3.0
        and isinstance(shaped(np.array([3.0]), ()), float)
        and np.shape(shaped(np.arange(6.0), (2, 3))) == (2, 3)
    )


@each("method", ["central", "complex"])
@each(
    "program, x, factor, verdict",
    [
        ("x ** 2", 3.0, 1 + 0.5 * AGREEMENT, "agree"),
        ("x ** 2", 3.0, 1 - 0.5 * AGREEMENT, "agree"),
        ("x ** 2", 3.0, 1 + 5 * AGREEMENT, "mismatch"),
        ("x ** 2", 3.0, 1 - 5 * AGREEMENT, "mismatch"),
        ("x ** 2", 3.0, -1, "mismatch"),
        ("x ** 2", 3.0, 0, "mismatch"),
        ("x ** 2", 3.0, np.nan, "non-finite"),
        ("x ** 2", 3.0, np.inf, "non-finite"),
        ("exp(x)", 1.0, 2, "mismatch"),
        ("sin(x)", 1.0, 0.5, "mismatch"),
        ("tan(x)", 1.0, 1.001, "mismatch"),
        ("1e-200 * x", 1.0, 2, "mismatch"),
        ("1e200 * x", 1.0, 2, "mismatch"),
        ("x % 3", 4.0, 2, "mismatch"),
        ("sqrt(x)", 1e-3, 1.01, "mismatch"),
        ("log(x)", 1e-3, 1.01, "mismatch"),
    ],
)
def test_a_gradient_is_wrong_beyond_a_millionth(program, x, factor, verdict, method):
    if method == "complex" and "%" in program:
        return  # has no complex form
    gradient = engine.trace(program, {"x": x}).gradients["x"]
    assert judged(program, x, gradient * factor, method=method).verdict == verdict


@each(
    "program, x, gradient, verdict",
    [
        # At a kink a convention is no mistake; beside it a wrong number is.
        ("relu(x)", 0.0, 0.0, "kink"),
        ("relu(x)", 0.0, 1.0, "kink"),
        ("relu(x)", 0.0, 0.5, "kink"),
        ("relu(x)", 3e-6, 1.0, "kink"),
        ("relu(x)", 3e-6, 0.5, "mismatch"),
        ("relu(x)", 3e-7, 1.0, "kink"),
        ("relu(x)", 1e-3, 0.5, "mismatch"),
        ("relu(x) + x", 3e-6, 5.0, "mismatch"),
        ("abs(x)", 0.0, 0.0, "kink"),
        ("abs(x) * x", 0.0, 0.0, "agree"),
        ("relu(x) ** 2", 0.0, 0.0, "agree"),
        ("abs(x) ** 1.5", 0.0, 0.0, "agree"),
        ("x ** 2", 0.0, 1e-3, "mismatch"),
        # Steps that are too large are refined until they are not.
        ("sin(300 * x)", 0.3, None, "agree"),
        ("sin(3e4 * x)", 0.3, None, "agree"),
        ("sin(3e4 * x)", 0.3, 7.0, "mismatch"),
        ("exp(300 * x)", 0.1, None, "agree"),
        ("exp(300 * x)", 0.1, 1e15, "mismatch"),
        ("1 / x", 1e-4, None, "agree"),
        ("1 / x", 1e-4, -2e8, "mismatch"),
        ("1 / x", 2e-5, None, "agree"),
        ("sqrt(x)", 2e-5, None, "agree"),
        # In a step that spans a wave, slopes differ without a kink.
        ("sin(x)", 1e10, 5.0, "undecided"),
        ("sin(x)", 1e6, None, "undecided"),
        ("cos(x) * x", 3e6, None, "undecided"),
        ("tan(1e6 * x)", 10.0, None, "undecided"),
        ("sin(1e6 * x) + relu(x)", 0.0, None, "kink"),
        ("sin(x) + abs(x - 0.5)", 0.5, None, "kink"),
        ("sin(relu(x))", 3e-6, None, "kink"),
        ("sin(x) + abs(x - 2.000003)", 2.0, None, "kink"),
        ("sin(x) + abs(x - 2.0000003)", 2.0, None, "kink"),
        ("abs(1e6 * (x - 3e-6)) + sin(x)", 0.0, None, "kink"),
        ("x + 1e-30 / (x - 1e-6)", 0.0, None, "agree"),
        ("sin(x)", 1e5, None, "agree"),
        ("sin(62831.853 * x)", 1.0, None, "agree"),
        ("sin(x)", 1e3, 5.0, "mismatch"),
        ("x + floor(x)", 1e7, 1.0, "undecided"),
        ("x + floor(x)", 50000000.25, 1.0, "undecided"),
        ("x + floor(x)", 2.5, 1.0, "agree"),
        ("x + floor(x)", 2.0, 1.0, "kink"),
        ("exp(x)", 720.0, None, "non-finite"),
        ("x ** 2", 1e200, None, "non-finite"),
        # Between the slopes on both sides may lie more than the largest number.
        *(
            (f"{size} * {function}(x)", 0.0, None, "kink")
            for size in ("1e-300", "1e150", "1e307", "1e308", "-1.7e308")
            for function in ("abs", "relu")
        ),
        ("1.7e308 * x", 0.0, None, "agree"),
        # Where rounding is coarse beside the slopes, it is no kink, and only what is further off is a mistake.
        ("(x + 1e8) - 1e8", 1.1, None, "agree"),
        ("(x + 1e8) - 1e8", 1.1, 50.0, "mismatch"),
        ("(x + 1e8) - 1e8", 1.1, 1.01, "agree"),
        ("(x + 1e8) - 1e8", 1.0, 1.1, "agree"),
        *(("100 * relu(x) + ((x + 1e8) - 1e8)", k * 1e-7, 101.0, "kink") for k in (26, 33, 40)),
        # Of functions without a second derivative at 0 the slope falls by a power of the step: three quarters of a
        # digit show where to, two fifths do not.
        ("relu(x) ** 1.75", 0.0, 0.0, "agree"),
        ("relu(x) ** 1.4", 0.0, 0.0, "undecided"),
        ("x + relu(x) ** 1.4", 0.0, 1.0, "undecided"),
        ("x + 1e7 * x ** 3", 0.0, None, "agree"),
        ("x + 1e7 * x ** 3", 0.0, 1.0001, "mismatch"),
        # A smaller step may meet a pole that the larger one steps over.
        (f"relu(x) + 1e-30 / (x - {1e-5 / 10!r})", 0.0, 0.5, "agree"),
        (f"relu(x) + 1e-30 / (x - {1e-5 / 10!r})", 0.0, 0.0, "undecided"),
        (f"x + 1e-30 / (x - {1e-5 / 10 / 10!r})", 0.0, 5.0, "undecided"),
        (f"x + 1e-30 / (x - {1e-5 / 10 / 10 / 10!r})", 0.0, 5.0, "undecided"),
    ],
)
def test_slopes_tell_conventions_and_coarse_steps_from_mistakes(program, x, gradient, verdict):
    assert judged(program, x, gradient).verdict == verdict


@each(
    "method, h, program, x, gradient, verdict, refining",
    [
        # Two evaluations for every tenth of the step, down to 1e-8.
        ("central", 1e-5, "x ** 2", 3.0, 6.0, "agree", 0),
        ("central", 1e-5, "x ** 2", 3.0, 7.0, "mismatch", 6),
        ("central", 1e-3, "x ** 2", 3.0, 7.0, "mismatch", 10),
        ("central", 1e-6, "x ** 2", 3.0, 7.0, "mismatch", 2),
        ("central", 1e-5, "relu(x)", 0.0, 0.0, "kink", 2),
        ("central", 1e-5, "x ** 2", 0.0, 0.0, "agree", 2),
        ("central", 1e-2, "x ** 4", 1.0, 4.0, "agree", 2),
        ("central", 1e-5, "relu(x) ** 1.75", 0.0, 0.0, "agree", 4),
        # Slopes on both sides that differ by a thousandth of the larger, on whichever side it is, are no sign of a
        # kink.
        ("central", 0.9e-3, "x ** 2", 1.0, 2.0, "agree", 0),
        ("central", 1e-3, "x ** 2", 1.0, 2.0, "agree", 0),
        ("central", 1e-3, "x ** 2", -1.0, -2.0, "agree", 0),
        ("central", 1.5e-3, "x ** 2", 1.0, 2.0, "agree", 2),
        # What two steps extrapolate to needs no third.
        ("central", 1e-4, "exp(300 * x)", 0.1, 300 * np.exp(30), "agree", 2),
        ("central", 1e-5, "x + 3e8 * x ** 3", 0.0, 1.0, "agree", 2),
        ("central", 1e-5, "sin(x)", 1e7, -0.9, "undecided", 3),
        ("central", 1e-5, "x ** 2", 1e8, 1.5e8, "mismatch", 6),
        # One for every further complex step, and three that show whether they settle.
        ("complex", 1e-20, "x ** 2", 3.0, 6.0, "agree", 0),
        ("complex", 1e-20, "x ** 2", 3.0, 7.0, "mismatch", 7),
        ("complex", 1e-20, "exp(x)", 0.0, 2.0, "mismatch", 7),
        ("complex", 1e-20, "x * 0", 5.0, 1.0, "mismatch", 7),
        ("complex", 1e-20, "x * 1e-290", 1.0, 2e-290, "undecided", 4),
        ("complex", 0.5, "x ** 3", 1e-3, 3e-6, "agree", 0),
    ],
)
def test_telling_verdicts_apart_is_counted(method, h, program, x, gradient, verdict, refining):
    found = probe(program, {"x": x}, gradient=gradient)
    with np.errstate(all="ignore"):
        numeric = found.central(h, lambda _: None) if method == "central" else found.complex(h, lambda _: None)
        assert (found.judged(numeric, h, method).verdict, found.refining) == (verdict, refining)


@pytest.mark.parametrize(
    ("gradient", "verdict"), [(1.0, "agree"), (1 + 5e-7, "agree"), (1 + 5e-6, "undecided"), (2.0, "undecided")]
)
def test_where_rounding_may_be_anything_only_agreement_is_told(gradient, verdict):
    program = "z = (x * 0 + 1e160 - 1e160) * 1e200 + x"
    assert judged(program.removesuffix(" + x"), 1.0).verdict == "agree"  # 0 and 0
    assert probe(program, {"x": 1.0}).noise == np.inf and judged(program, 1.0, gradient).verdict == verdict


@pytest.mark.parametrize(
    ("gradient", "verdict"),
    [(1.0, "agree"), (1 + 2.5e-6, "agree"), (1 - 2.5e-6, "agree"), (1 + 1e-5, "mismatch"), (1 - 1e-5, "mismatch")],
)
def test_a_complex_step_is_as_exact_as_what_cancels_on_the_way_back(gradient, verdict):
    program = "(x + 1e8) - 1e8"
    assert (
        probe(program, {"x": 1.0}).noise == pytest.approx(1e8 * EPSILON, rel=1e-6)
        and judged(program, 1.0, gradient, method="complex").verdict == verdict
    )


@pytest.mark.parametrize("gradient", [1.0, 2.0])
def test_a_complex_step_decides_nothing_where_rounding_may_be_anything(gradient):
    assert judged("z = (x * 0 + 1e160 - 1e160) * 1e200 + x", 1.0, gradient, method="complex").verdict == "undecided"


def test_steps_are_refined_by_tenths(monkeypatch):
    found, taken, sides = probe("x ** 2", {"x": 3.0}, gradient=7.0), [], Probe.sides
    monkeypatch.setattr(Probe, "sides", lambda self, index, h: taken.append(h) or sides(self, index, h))
    assert found.judged(
        found.central(1e-5, lambda _: None), 1e-5, "central"
    ).verdict == "mismatch" and taken == pytest.approx([1e-5, 1e-6, 1e-7, 1e-8], rel=1e-12)


@pytest.mark.parametrize("method", ["central", "complex"])
def test_of_an_output_that_has_no_part_nothing_is_a_gradient(method):
    assert (
        judged("2 * x", 1.0, method=method, seed=0.0).verdict == "agree"
        and judged("2 * x", 1.0, 1.0, method=method, seed=0.0).verdict == "mismatch"
    )


@pytest.mark.parametrize(("name", "largest"), [("x", 3.0), ("a", 1000.0), ("y", 1.0)])
def test_what_is_left_of_contributions_is_measured_by_the_largest_that_is_sent_to_the_node_itself(name, largest):
    assert probe("a = 0.001 * x\ny = 1000 * a - 3 * x", {"x": 2.0}, name).largest == pytest.approx(largest)


@pytest.mark.parametrize("method", ["central", "complex"])
def test_what_has_no_elements_is_right_and_nowhere_off(method):
    found = judged("sum(2 * x)", np.zeros((0, 3)), method=method)
    assert (found.verdict, found.absolute_error, found.relative_error, found.worst_index, np.shape(found.numeric)) == (
        "agree",
        0.0,
        0.0,
        [],
        (0, 3),
    )
