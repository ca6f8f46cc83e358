"""What a check costs: seconds and evaluations, samples that fit the work, and the steps that are allowed."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.checking.gradient_check import (
    CENTRAL_H,
    COMPLEX_H,
    SHARE,
    Bench,
    Check,
    Clock,
    Point,
    Sweep,
    regimes,
)
from gradlens.engine.program import subject
from tests.each import each

TWO = "z = sum(sin(x)) + sum(cos(y))", {"x": np.linspace(0.1, 1, 30), "y": np.linspace(0.1, 1, 30)}


@pytest.fixture
def time(monkeypatch) -> SimpleNamespace:
    """A clock that stands where it was set; `tick` seconds pass whenever it is read."""
    state = SimpleNamespace(now=100.0, tick=0.0)

    def read() -> float:
        state.now += state.tick
        return state.now

    monkeypatch.setattr(
        sys.modules["gradlens.engine.checking.gradient_check"], "time", SimpleNamespace(perf_counter=read)
    )
    return state


def spent(clock: Clock, time: SimpleNamespace, size: int, chosen: int, seconds: float) -> None:
    """So many elements of one node, each of two evaluations and so many seconds."""
    probe: Any = SimpleNamespace(size=size, chosen=[()] * chosen)
    clock.start(probe)
    for _ in range(chosen):
        time.now += seconds
        clock.tick(2)
    clock.stop(probe)


def test_seconds_and_evaluations_add_up_over_names_and_what_was_not_sampled_costs_as_much_by_the_element(time):
    clock = Clock()
    spent(clock, time, size=10, chosen=4, seconds=1.0)
    time.now += 50  # between two names nothing is measured
    spent(clock, time, size=3, chosen=3, seconds=2.0)
    assert (clock.elements, clock.evaluations, clock.seconds, clock.missing, clock.of_all_elements()) == (
        7,
        14,
        10.0,
        6,
        16.0,
    )
    assert clock.curve() == [
        Point(1, 2, 1.0, True),
        Point(2, 4, 2.0, True),
        Point(5, 10, 6.0, True),
        Point(7, 14, 10.0, True),
        Point(13, 26, 16.0, False),
    ]
    spent(clock, time, size=5, chosen=1, seconds=3.0)
    assert clock.of_all_elements() == 13.0 + 6.0 + 12.0


def test_the_curve_has_the_points_1_2_5_of_every_power_of_ten_and_the_last(time):
    clock = Clock()
    spent(clock, time, size=520, chosen=520, seconds=0.25)
    assert [(p.elements, p.evaluations, p.seconds) for p in clock.curve()] == [
        (n, 2 * n, n / 4) for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 520)
    ]
    twenty = Clock()
    spent(twenty, time, size=20, chosen=20, seconds=0.5)
    assert [p.elements for p in twenty.curve()] == [1, 2, 5, 10, 20] and all(p.measured for p in twenty.curve())


def test_the_curve_of_nothing_is_empty(time):
    clock = Clock()
    assert clock.curve() == [] and (clock.seconds, clock.evaluations, clock.of_all_elements()) == (0.0, 0, 0.0)
    spent(clock, time, size=0, chosen=0, seconds=1.0)
    assert clock.curve() == [] and clock.of_all_elements() == 0.0


def test_the_ratio_is_that_of_all_elements_to_one_backpropagation(time):
    time.tick = 2.0
    found = engine.check(*TWO, max_elements=5)
    assert found.seconds["backprop"] == 2.0  # of two readings
    assert found.curve[-1].elements == 60 and not found.curve[-1].measured and found.curve[-1].evaluations == 120
    assert found.ratio == found.curve[-1].seconds / 2.0 and found.curve[-2].elements == 10


def test_evaluations_are_two_an_element_by_differences_and_one_by_complex_steps():
    assert engine.check(*TWO).evaluations == {"numeric": 120, "backprop": 2, "refining": 0}
    assert engine.check(*TWO, method="complex").evaluations == {"numeric": 60, "backprop": 2, "refining": 0}
    # Telling the kink apart takes two more.
    assert engine.check("relu(x) + relu(y)", {"x": 0.0, "y": 0.0}).evaluations["refining"] == 4


def work(method: str) -> float:
    bench = Bench(*subject(*TWO, {}), None, None)
    probe = bench.probes(1, 0, method)[0]
    return (2 if method == "central" else 1) * probe.work(method)


@pytest.mark.parametrize("method", ["central", "complex"])
def test_a_sample_is_what_a_quarter_of_the_work_affords_shared_between_the_names(method):
    for sample in (1, 2, 7):
        flops = sample * 2 * work(method) / SHARE
        found = engine.check(*TWO, method=method, limits=engine.Limits(flops=flops * 1.001))
        assert [len(r.indices) for r in found.results] == [sample, sample]
    with pytest.raises(engine.EngineError) as error:
        engine.check(*TWO, method=method, limits=engine.Limits(flops=2 * work(method) / SHARE * 0.999))
    assert (
        error.value.kind == "check-work"
        and error.value.params["count"] == int(work(method))
        and abs(error.value.params["limit"] - work(method) * 0.999) <= 1
    )
    assert (
        error.value.params["names"] == 2
        and engine.check(
            *TWO, method=method, wrt=["x"], limits=engine.Limits(flops=2 * work(method) / SHARE * 0.999)
        ).results
    )  # as it is advised


def test_what_a_chain_of_numbers_is_advised_for_its_sweep_helps():
    """Arrays cannot be smaller where there are none: fewer names and fewer steps can."""
    chain = "y = x + w\n" + "y = sin(y) * x\n" * 300
    with pytest.raises(engine.EngineError) as error:
        engine.check_sweep(chain, {"x": 0.5, "w": 1}, limits=engine.Limits(flops=20_000))
    limits = engine.Limits(
        flops=2 * error.value.params["count"] / 12 * 7 / SHARE
    )  # for each of two names 7 steps, for one 14
    with pytest.raises(engine.EngineError) as error:
        engine.check_sweep(chain, {"x": 0.5, "w": 1}, limits=limits)
    assert (
        error.value.kind == "check-work"
        and "arrays" not in error.value.detail
        and error.value.params["steps"] == 12
        and '"wrt"' in error.value.detail
        and '"h"' in error.value.detail
    )
    assert engine.check_sweep(chain, {"x": 0.5, "w": 1}, h=[1e-2, 1e-4], limits=limits).error.keys() == {"x", "w"}
    assert engine.check_sweep(chain, {"x": 0.5, "w": 1}, wrt=["x"], limits=limits).error.keys() == {"x"}


def test_complex_steps_cost_four_times_as_much_each():
    assert work("complex") == 2 * work("central")


def test_a_sweep_samples_as_if_each_step_were_a_check():
    limits = engine.Limits(flops=2 * 3 * 4 * work("central") / SHARE * 1.001)
    found = engine.check_sweep(*TWO, h=[1e-2, 1e-4, 1e-6], limits=limits)
    assert [len(indices) for indices in found.indices.values()] == [4, 4]


def test_without_a_number_a_thousand_elements_are_checked_and_twenty_swept():
    program, inputs = "sum(x ** 2)", {"x": np.linspace(1, 2, 1001)}
    assert len(engine.check(program, inputs).results[0].indices) == 1000
    assert len(engine.check_sweep(program, inputs).indices["x"]) == 20
    assert engine.check_sweep(program, {"x": np.ones(20)}).indices == {"x": None}
    assert engine.check(program, {"x": np.ones(1000)}).results[0].indices is None
    assert len(engine.check(program, inputs, max_elements=1).results[0].indices) == 1


@each("h", [True, False, "0.1", [0.1], None, 0, -1e-5, 9e-301, 1.0000001, float("nan"), float("inf"), 2, 1j])
def test_a_step_is_a_number_up_to_one(h):
    with pytest.raises(engine.EngineError) as error:
        engine.check_sweep("x ** 2", {"x": 1.0}, h=[h])
    assert (error.value.kind, error.value.params["got"]) == ("step-size", str(h))
    for allowed in (1, 1.0, 1e-300, 0.5):
        assert engine.check("3 * x", {"x": 1.0}, h=allowed).h == allowed


@pytest.mark.parametrize("count", [True, 0, -1, 2.0, "3", float("nan")])
def test_a_sample_is_a_whole_number_of_elements(count):
    for ask in (engine.check, engine.check_sweep):
        with pytest.raises(engine.EngineError) as error:
            ask("x ** 2", {"x": 1.0}, max_elements=count)
        assert (error.value.kind, error.value.params["got"]) == ("sample-size", str(count))


def test_the_step_that_is_left_out_is_that_of_its_method():
    assert isinstance(engine.check("x ** 2", {"x": 1.0}), Check)
    assert (
        engine.check("x ** 2", {"x": 1.0}).h == CENTRAL_H == 1e-5
        and engine.check("x ** 2", {"x": 1.0}, method="complex").h == COMPLEX_H == 1e-20
    )
    with pytest.raises(engine.EngineError) as error:
        engine.check("x ** 2", {"x": 1.0}, method=["central"])
    assert error.value.params["method"] == "['central']"


def test_a_sweeps_steps_are_told_once_each_from_large_to_small():
    found = engine.check_sweep("x ** 3", {"x": 1.0}, h=[1e-4, 1e-2, 1e-4, 1])
    assert (
        isinstance(found, Sweep)
        and found.h == [1.0, 1e-2, 1e-4]
        and found.error["x"] == pytest.approx([1 / 4, 1e-4 / 3, 1e-8 / 3], rel=1e-3)
    )
    assert found.best_h == {"x": 1e-4} and found.regimes == {"x": ["truncation", "truncation", "best"]}
    with pytest.raises(engine.EngineError) as error:
        engine.check_sweep("x ** 3", {"x": 1.0}, h=[])
    assert (error.value.kind, error.value.params["got"]) == ("step-size", "[]")


@each(
    "errors, expected",
    [
        ([0.995e-4], (["best"], 0)),
        ([1.005e-4], (["unexplained"], None)),
        ([np.inf, 1e-3], (["non-finite", "unexplained"], None)),
        ([np.nan], (["non-finite"], None)),
        ([], ([], None)),
        ([np.nan, 1e-5, 1e-7, np.inf, 1e-6], (["non-finite", "truncation", "best", "non-finite", "round-off"], 2)),
        ([1e-7, 1e-7], (["best", "round-off"], 0)),
        ([0.0], (["best"], 0)),
    ],
)
def test_errors_fall_to_the_best_step_and_rise_after_it(errors, expected):
    assert regimes(errors) == expected


def test_a_whole_number_that_chooses_elements_takes_no_step():
    program, inputs = "z = sum(x[i] ** 2) + 3 * y", {"x": [1.0, 2.0, 3.0], "i": [0, 2], "y": -200.0}
    found = engine.check(program, inputs)
    assert [(r.name, r.verdict) for r in found.results] == [("x", "agree"), ("y", "agree")]
    for name in ("i", "x > 1"):
        with pytest.raises(engine.EngineError) as error:
            engine.check(program, inputs, wrt=[name])
        assert (
            error.value.kind == ("no-gradient" if name == "i" else "unknown-node")
            and error.value.params["name"] == name
        )
    beside = Bench(*subject(program, inputs, {}), None, None).beside
    assert np.array_equal(beside["i"].value, [0, 2])


def test_rounding_is_measured_a_step_aside_too():
    bench = Bench(*subject("z = sum(x ** 2) + 3 * y", {"x": [0.0, 0.5, -40.0], "y": 7.0}, {}), None, ["y"])
    assert np.allclose(np.asarray(bench.beside["x"].value) - [0.0, 0.5, -40.0], [1e-5, 1e-5, 4e-4], rtol=1e-9, atol=0)
    assert bench.beside["y"].value - 7.0 == pytest.approx(7e-5, rel=1e-6) and list(bench.names) == ["y"]
    # At its minimum (x - 1e8)² has the gradient 0 and would seem to round to nothing.
    assert engine.check("z = (x - 1e8) ** 2", {"x": 1e8}).results[0].noise > 0


def test_a_name_that_stands_for_two_inputs_is_left_where_it_is():
    bench = Bench(*subject("x = [1, 2]\ny = sum(x)\nx = 3\nz = y * x", None, {}), None, None)
    assert [n.value for n in bench.beside.nodes if n.name == "x"][-1] == 3.0 and list(bench.names) == ["x"]


@pytest.mark.parametrize(("wrong", "meant"), [("wieght", "weight"), ("qqqqqq", None)])
def test_a_name_that_is_not_there_comes_with_the_one_that_may_be_meant(wrong, meant):
    with pytest.raises(engine.EngineError) as error:
        engine.check("loss = weight ** 2", {"weight": 1.0}, wrt=[wrong])
    assert (
        error.value.kind == "unknown-node"
        and error.value.params["name"] == wrong
        and (meant is None or meant in error.value.params.values())
    )
    assert [r.name for r in engine.check("loss = weight ** 2", {"weight": 1.0}, wrt=["ｗeight"]).results] == ["ｗeight"]


def test_the_complex_step_of_a_sweep_is_of_every_name_or_of_none():
    found = engine.check_sweep("sin(x) * y", {"x": 1.0, "y": 2.0})
    assert set(found.complex_step) == {"x", "y"} and max(found.complex_step.values()) < 1e-15
    blocked = engine.check_sweep("sin(x) * erf(y)", {"x": 1.0, "y": 2.0})
    assert blocked.complex_step is None and blocked.obstacle == "erf"
