"""Random numbers of a program against those that NumPy and Python draw after the same seed."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from gradlens import engine

DRAWS = """
np.random.seed(3)
a = np.random.randn(2, 3)
b = np.random.rand(2)
c = np.random.normal(1.0, 2.0, 3)
d = np.random.uniform(-1, 1, (2, 2))
e = np.random.randint(0, 10, 4)
f = np.random.randint(7)
count = 5
g = np.random.permutation(count)
h = np.random.choice(count, 3, replace=False)
i = np.random.choice([3.5, 2.5, 1.0])
j = np.random.random((2,))
k = [1, 2, 3, 4, 5]
np.random.shuffle(k)
l = np.random.permutation([[1, 2], [3, 4], [5, 6]])
m = np.random.binomial(1, 0.4, (2, 3))
rng = np.random.default_rng(5)
n = rng.standard_normal((2, 3))
o = rng.integers(0, 10, 3)
p = rng.uniform(-2, 2, 3)
q = rng.permutation(6)
r = [1, 2, 3, 4, 5]
rng.shuffle(r)
s = rng.permutation([[1, 2], [3, 4], [5, 6]])
t = rng.choice(count, 2)
old = np.random.RandomState(7)
u = old.randn(3)
random.seed(42)
v = [random.random(), random.uniform(-1, 1), random.gauss(0, 1), random.randint(1, 6), random.choice([1.5, 2.5, 3.5])]
w = [1, 2, 3, 4, 5, 6]
random.shuffle(w)
y = np.random.randn()
"""


def test_after_a_seed_numbers_are_those_of_numpy_and_python():
    drawn: dict[str, Any] = {"np": np, "random": random}
    exec(DRAWS, drawn)
    for name in "abcdefghijklmnopqrstuvwy":
        text = f"import numpy as np\nimport random\n{DRAWS}z = np.array({name}) * 1.0"
        trace = engine.trace(text)
        assert np.array_equal(trace.nodes[trace.output].value, np.asarray(drawn[name], float)), name


def test_seeds_of_one_library_leave_the_others_as_they_are():
    both = [
        engine.trace(
            f"import numpy as np\nimport random\n{seeds}x = np.random.randn(2)\nz = np.sum(x) + random.random()"
        )
        for seeds in ("np.random.seed(1)\nrandom.seed(2)\n", "random.seed(2)\nnp.random.seed(1)\n")
    ]
    expected = np.random.RandomState(1).randn(2).sum() + random.Random(2).random()
    assert [trace.nodes[trace.output].value for trace in both] == [expected, expected]


def test_labels_of_pytorch_are_drawn_below_a_bound():
    trace = engine.trace("import torch\ny = torch.randint(3, (50,))\nx = torch.ones(50)\nz = (x * y).sum()")
    assert set(trace["y"].value) == {0.0, 1.0, 2.0}


CHOSEN = {  # places drawn of chances that leave no choice but their order
    "torch.multinomial(torch.tensor([0.0, 1.0, 0.0]), 1)": [1],
    "torch.multinomial(torch.tensor([0.0, 2.0]), num_samples=3, replacement=True)": [1, 1, 1],
    "torch.multinomial(torch.tensor([[0.0, 1.0], [3.0, 0.0]]), 1)": [[1], [0]],
    "torch.sort(torch.multinomial(torch.tensor([0.3, 0.7, 0.0]), 2))[0]": [0, 1],
    "torch.zeros(torch.Tensor(2, 3).shape)": [[0, 0, 0]] * 2,
    "torch.Tensor([3])": [3],
}


def test_places_are_drawn_by_their_chances_and_a_tensor_is_made_by_its_sizes():
    for text, expected in CHOSEN.items():
        trace = engine.trace(f"import torch\nx = torch.tensor(2.0)\nq = {text}\ny = x * q")
        assert np.array_equal(trace.nodes[trace.output].value, 2.0 * np.array(expected)), text
    for text in ("torch.tensor([0.0, 1.0]), 2", "torch.tensor([-1.0, 1.0]), 1", "torch.tensor([0.0, 0.0]), 1"):
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(f"import torch\nq = torch.multinomial({text})")
        assert caught.value.kind == "creation-number", text


def test_what_jax_refuses_is_handled_as_its_exception():
    program = "import jax\nx = jax.numpy.array([1.0, 2.0])\ntry:\n    {}\nexcept {}:\n    k = 3.0\ny = k * x.sum()"
    two = "(jax.errors.KeyReuseError, jax.errors.ConcretizationTypeError)"
    for line, handler in {
        "x[0] = 5.0": "TypeError",
        "raise jax.errors.TracerBoolConversionError()": two,
        "raise ValueError('a')": "(jax.errors.UnexpectedTracerError, ValueError)",
    }.items():
        trace = engine.trace(program.format(line, handler))
        assert trace.nodes[trace.output].value == 9.0, line


# What scikit-learn 1.9 gives after np.random.seed(1337): the mean of (X @ [1, 2.5] - t) ** 2.
POINTS = {
    "make_moons(n_samples=100, noise=0.1)": 2.4329349025499654,
    "make_moons(7)": 2.221383207527788,
    "make_moons(n_samples=20, noise=0.3, random_state=42)": 3.7720618372433767,
    "make_circles(n_samples=11, noise=0.05, factor=0.5, random_state=3)": 2.6057719824247707,
    "make_circles(30, shuffle=False)": 3.4724999999999997,
    "make_moons(10, shuffle=False, noise=0.2, random_state=0)": 3.12452506064423,
}


def test_points_are_drawn_as_scikit_learn_draws_them():
    for call, expected in POINTS.items():
        found = engine.trace(
            "import numpy as np\nfrom sklearn.datasets import make_moons, make_circles\nnp.random.seed(1337)\n"
            f"X, t = {call}\nL = np.mean((X @ np.array([1.0, 2.5]) - t) ** 2)"
        )
        assert found.values[-1] == pytest.approx(expected, rel=1e-14), call
        assert found.drawn == ([] if call.endswith("shuffle=False)") else ["X"]), call
    for call in (
        "make_moons(-1)",
        "make_moons(noise=-1)",
        "make_moons(n_samples=(3, 4))",
        "make_circles(5, factor='a')",
    ):
        with pytest.raises(engine.EngineError):
            engine.trace(f"from sklearn.datasets import make_moons, make_circles\nX, t = {call}\nL = X.sum()")


GENERATORS = """
np.random.default_rng(0) | np.random.default_rng(seed=42) | np.random.default_rng([1, 2, 3])
np.random.default_rng(2**40)
np.random.default_rng(np.array([4, 5])) | np.random.default_rng((7, 8)) | np.random.default_rng(range(3))
np.random.default_rng(True) | np.random.default_rng(12345678901234567890123) | np.random.RandomState(seed=5)
np.random.default_rng(np.random.default_rng(4)) | np.random.Generator(np.random.PCG64(3))
np.random.Generator(np.random.MT19937(3)) | np.random.default_rng(np.random.Philox(9))
"""
OF_A_GENERATOR = """
rng.random((2, 3), dtype=np.float32) | rng.standard_normal(3, dtype=np.float32) | rng.integers(0, 5, 4, endpoint=True)
rng.integers(0, 256, 4, dtype=np.uint8) | rng.integers(10, size=3, dtype=np.int32)
rng.integers(0, 2, 4, dtype=bool) * 1
rng.exponential(2.0, 3) | rng.standard_exponential(2) | rng.poisson(3, 4) | rng.beta(2, 3, 2) | rng.gamma(2, 1, 2)
rng.standard_gamma(2.0, 3) | rng.laplace(0, 1, 2) | rng.lognormal(0, 1, 2) | rng.logistic(size=2) | rng.gumbel(size=2)
rng.standard_cauchy(2) | rng.standard_t(3, 2) | rng.chisquare(2, 2) | rng.f(2, 3, 2) | rng.wald(1, 2, 2)
rng.triangular(0, 1, 2, 3) | rng.geometric(0.3, 3) | rng.weibull(2, 2) | rng.rayleigh(2, 2) | rng.pareto(3, 2)
rng.power(3, 2) | rng.negative_binomial(3, 0.5, 2) | rng.dirichlet([1, 2, 3], 2) | rng.multinomial(5, [0.2, 0.3, 0.5])
rng.multivariate_normal([0, 1], [[1, 0.5], [0.5, 2]], 3) | rng.normal(np.array([0.0, 1.0, 2.0]), 0.5)
rng.uniform(np.array([0.0, 1.0]), 2) | rng.permutation(np.array([1.0, 2.0, 3.0])) * 2 | rng.choice([1.5, 2.5], 3) * 2
rng.choice(np.arange(6.0).reshape(3, 2), 2) * 2 | rng.permutation(np.eye(3)) @ np.ones(3)
"""
OF_PYTHON = """
random.normalvariate(0, 1) | random.expovariate(2) | random.betavariate(1, 2) | random.randrange(2, 9, 3)
random.gammavariate(2, 1) | random.random() | random.lognormvariate(0, 1) | random.paretovariate(3)
"""


def listed(text: str) -> list[str]:
    return [one.strip() for line in text.strip().split("\n") for one in line.split("|")]


def test_every_generator_and_law_draws_as_its_library_does():
    begun = [(f"rng = {one}", "rng.normal(size=2) * rng.uniform(0, 1, 2)") for one in listed(GENERATORS)]
    begun += [("rng = np.random.default_rng(0)", one) for one in listed(OF_A_GENERATOR)]
    old = [one.replace("rng.", "np.random.") for one in listed(OF_A_GENERATOR) if "dtype" not in one]
    begun += [("np.random.seed(seed=3)", one) for one in old if "endpoint" not in one and "reshape" not in one]
    seeds = ("0", "2**40", "-3", "'abc'", "1.5", "10**30")
    begun += [(f"random.seed({seed})", one) for seed in seeds for one in listed(OF_PYTHON)]
    for start, call in begun:
        drawn: dict[str, Any] = {"np": np, "random": random}
        if "np.random.standard_exponential" in call:
            continue
        exec(f"{start}\nz = {call}", drawn)
        trace = engine.trace(f"import numpy as np\nimport random\n{start}\nz = np.array({call}) * 1.0")
        assert np.allclose(trace.nodes[trace.output].value, np.asarray(drawn["z"], float), rtol=1e-12), (start, call)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("np.random.seed(-1)\nz = np.random.rand()", "creation-number"),
        ("z = np.random.default_rng(1.5).normal()", "creation-number"),
        ("z = np.random.default_rng(0).integers(0, 5, 2, dtype=np.float32)", "argument-unsupported"),
        ("z = np.random.default_rng(0).integers(0, 300, 2, dtype=np.uint8)", "draw-bounds"),
        ("z = np.random.default_rng(0).exponential(-1.0)", "draw-bounds"),
        ("z = np.random.default_rng(0).normal(0, -1)", "draw-bounds"),
        ("z = np.random.default_rng(0).poisson(1e300)", "creation-number"),
        ("z = np.random.default_rng(0).dirichlet([1, 2], 10**9)", None),
    ],
)
def test_what_cannot_be_drawn_is_refused(text, kind):
    with pytest.raises(engine.EngineError) as error:
        engine.trace(f"import numpy as np\n{text}")
    assert kind is None or error.value.kind == kind


def test_an_array_is_shuffled_in_place_by_its_rows():
    for first, array in (("rng = np.random.default_rng(3)", "rng"), ("np.random.seed(3)", "np.random")):
        text = f"{first}\nX = np.arange(6.0).reshape(3, 2)\nY = X\n{array}.shuffle(X)\nz = Y * 1.0"
        drawn: dict[str, Any] = {"np": np}
        exec(text, drawn)
        trace = engine.trace(f"import numpy as np\n{text}")
        assert np.array_equal(trace.nodes[trace.output].value, drawn["z"])
