"""torch.distributions beside what is held against PyTorch's figures: draws, wrong parameters, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.language.dialects.pytorch.distributions import NAMES
from tests.each import each
from tests.engine.numerics import close
from tests.engine.recorded_calls import calls_of

START = "import torch\nfrom torch.distributions import *\n"


def test_every_law_is_called():
    calls = "\n".join(calls_of("torch"))
    assert not [name for name in NAMES - {"Distribution"} if f"{name}(" not in calls]


@pytest.mark.parametrize(
    ("draw", "gradients"),
    [
        ("Normal(a, b)", lambda z, a, b: (1, (z - a) / b)),
        ("Uniform(a, b)", lambda z, a, b: (1 - (z - a) / (b - a), (z - a) / (b - a))),
        ("LogNormal(a, b)", lambda z, a, b: (z, z * (np.log(z) - a) / b)),
    ],
)
def test_what_is_drawn_with_a_gradient_moves_with_the_parameters(draw, gradients):
    trace = engine.trace(f"{START}z = {draw}.rsample()", {"a": 0.5, "b": 2.0})
    assert close([trace.gradients["a"], trace.gradients["b"]], gradients(trace["z"].value, 0.5, 2.0))


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("z = Bernoulli(p).sample()", "random-numbers"),
        ("z = Gamma(p, p).rsample()", "random-numbers"),
        ("z = kl_divergence(Normal(p, p), Laplace(p, p))", "argument-unsupported"),
        ("z = Bernoulli(p, p).log_prob(1.0)", "raised"),
        ("z = torch.distributions.Wishart(p)", "prefix-function"),
        ("z = torch.distributions.Normall(p, p).mean", "prefix-function"),
    ],
)
def test_what_has_no_value_here_is_refused(program, kind):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(START + program, {"p": 0.5})
    assert caught.value.kind.removesuffix("-in-call") == kind


def test_what_cannot_be_observed_is_no_number():
    trace = engine.trace(f"{START}z = Exponential(p).log_prob(torch.tensor([-1.0, 2.0]))", {"p": 0.5})
    assert np.isnan(trace["z"].value[0]) and close(trace["z"].value[1], np.log(0.5) - 1)
    assert [w for w in trace.warnings if "nan" in w.kind or "undefined" in w.kind]


@each("call", ["gammaincinv(x, a=2e5)", "gammaincinv(x, a=1e30)", "stdtrit(x, df=1e30)"])
def test_a_quantile_is_no_number_where_its_sum_does_not_settle(call):
    assert np.isnan(engine.trace(f"z = {call}", {"x": 0.4}).nodes[-1].value)


def test_a_quantile_near_zero_is_that_of_the_first_term_of_its_series():
    """By scipy.special: below the smallest number it is 0, and of a tiny share it is found as well."""
    for call, y, expected in (
        ("gammaincinv(y, a=1e-3)", 0.4, 0.0),
        ("gammaincinv(y, a=1e-3)", 0.5, 5.244206408274974e-302),
        ("gammaincinv(y, a=2)", 1e-300, 1.414213562373073e-150),
        ("scipy.special.betaincinv(2, 1.5, y)", 1e-300, 7.302967433402215e-151),
        ("scipy.special.betaincinv(1000, 0.01, y)", 1e-300, 0.5065988963613514),
    ):
        value = engine.trace(f"import scipy.special\nz = {call}\nz", {"y": y})["z"].value
        assert close(value, expected, rtol=1e-9, atol=0), call
