"""Calls of PyTorch and JAX mean what they mean there: value and gradient, held against what the libraries answered."""

from __future__ import annotations

import importlib.util
import json
import math
import re
import warnings
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.language.dialects.jax.functions import TAKING
from gradlens.engine.language.dialects.jax.updates import UPDATES
from gradlens.engine.language.dialects.libraries import IN_PLACE, LIBRARIES, METHOD_TABLES
from gradlens.engine.language.layers.beginnings import BEGINNINGS, CONSTANT
from gradlens.engine.language.layers.classes import CLASSES
from tests.each import each
from tests.engine import recorded_calls
from tests.engine.numerics import close
from tests.engine.recorded_calls import VALUES, calls_of, mentioned, path_of, prelude, weights

FIGURES: dict[str, Any] = {
    library: json.loads(path_of(library).read_text(encoding="utf-8")) for library in recorded_calls.LIBRARIES
}


def traced(library: str, call: str, shape: tuple[int, ...]) -> engine.Trace:
    """The trace of a line whose result is called `out`, and then summed with the weights of its shape."""
    before, semicolon, last = call.rpartition("; ")
    lines = [prelude(library), *(before.split("; ") if semicolon else []), f"out = {last}", "(out * G).sum()"]
    return engine.trace("\n".join(lines), {**mentioned(call), "G": weights(shape)})


def found_wrong(library: str, call: str, figure: dict[str, Any]) -> str:
    """What is another than in the library; "" where nothing is."""
    shape = tuple(figure["shape"])
    trace = traced(library, call, shape)
    expected = np.array([float(x) for x in figure["value"]]).reshape(shape)
    total = trace.nodes[trace.output].value
    named = [node for node in trace.nodes if node.name == "out"]
    if named and np.shape(named[-1].value) != shape:
        return f"shape {np.shape(named[-1].value)}, not {shape}"
    if named and not close(np.asarray(named[-1].value), expected, rtol=2e-6, atol=1e-7):
        return f"value {named[-1].value}, not {expected}"
    if not named and not close(total, np.sum(expected * weights(shape)), rtol=1e-5, atol=1e-6):
        return f"value {expected}"
    for name in mentioned(call) if "gradients" in figure else ():
        numbers = figure["gradients"].get(name, [0.0] * VALUES[name].size)
        slope = np.array([float(x) for x in numbers]).reshape(VALUES[name].shape)
        ours = np.asarray(trace.gradients.get(name, np.zeros_like(slope)))
        if not close(ours, slope, rtol=2e-6, atol=1e-6):
            return f"gradient of {name}: {ours}, not {slope}"
    return ""


@pytest.mark.parametrize("library", FIGURES)
def test_a_call_gives_the_value_and_the_gradient_that_the_library_gives(library):
    wrong = {}
    for call, figure in FIGURES[library]["answers"].items():
        assert "error" not in figure, call
        try:
            found = found_wrong(library, call, figure)
        except engine.EngineError as error:
            found = f"refused: {error.kind}"
        if found:
            wrong[call] = found
    assert not wrong, "\n".join(f"{call}: {found}" for call, found in wrong.items())


@pytest.mark.parametrize("library", FIGURES)
def test_what_is_recorded_is_what_the_tables_ask_for(library):
    assert list(FIGURES[library]["answers"]) == calls_of(library)


@pytest.mark.parametrize("library", FIGURES)
def test_what_is_recorded_is_what_the_library_answers_where_it_is_installed(library):
    recorded = FIGURES[library]
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed: {len(recorded['answers'])} calls are held against its figures alone")
    source = recorded_calls.source_of(library)
    if source != recorded["source"]:
        pytest.skip(f"{source} is installed, the figures are of {recorded['source']}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert recorded_calls.answered(library) == recorded["answers"]


def called(calls: list[str]) -> set[str]:
    return {name for call in calls for name in re.findall(r"\b(\w+)\(", call)}


def test_every_function_method_and_layer_of_pytorch_is_called():
    names = called(calls_of("torch"))
    entries = {*METHOD_TABLES["torch"], *CLASSES, *IN_PLACE["torch"]} - {"Module"}
    twins = {name for name in IN_PLACE["torch"] if name[:-1] in METHOD_TABLES["torch"]}  # of the same signature
    assert not sorted(entries - names - twins)


def test_every_function_of_jax_is_called():
    names = called(calls_of("jax"))
    tables = ("jax.nn", "jax.lax", "jax")
    entries = {name for library in tables for name in LIBRARIES[library]} | {name for _, name in TAKING} | {*UPDATES}
    assert not sorted(entries - names)


ADVISED = [  # what is refused, and what the error says to write
    ("z = jnp.exp(m)\nz[0, 1] = s\nz", "z = jnp.exp(m)\nz = z.at[0, 1].set(s)\nz"),
    ("z = jnp.zeros((2, 3))\nz[:, 0] = 1\nz + m", "z = jnp.zeros((2, 3))\nz = z.at[:, 0].set(1)\nz + m"),
]


@pytest.mark.parametrize(("program", "meant"), ADVISED)
def test_an_array_of_jax_is_not_written_to_and_what_is_advised_gives_what_was_meant(program, meant):
    given = {"m": VALUES["m"], "s": 0.7}
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(f"import jax.numpy as jnp\n{program}", given)
    assert caught.value.kind == "array-fixed"
    remedy = caught.value.params["remedy"]
    line = next(line for line in meant.split("\n") if ".at[" in line)
    assert remedy == line[: line.rindex("(")] + "(…)"
    trace = engine.trace(f"import jax.numpy as jnp\n{meant}", given)
    plain = engine.trace(f"import numpy as np\n{program.replace('jnp', 'np')}", given)
    assert close(np.asarray(trace.nodes[trace.output].value), np.asarray(plain.nodes[plain.output].value))


REFUSED = [
    ("jax", "vmap(lambda a, b: a * b)(m, v)", "mapped-sizes"),
    ("jax", "vmap(lambda a: a, in_axes=(0, 1))(m)", "argument-unsupported"),
    ("jax", "vmap(lambda a: a, in_axes=5)(m)", "argument-shape"),
    ("jax", "lax.scan(lambda h, x: h, m[0], n)[0]", "unpack-count"),
    ("jax", "lax.cond(m[0, 0] > 0, jnp.sin, jnp.cos, m)", "branch"),
    ("jax", "lax.dynamic_slice(m, (0,), (2, 2))", "argument-unsupported"),
    ("jax", "jax.random.normal(0, (2,))", "argument-unsupported"),
    ("jax", "m.at[0].set(1, 2)", "too-many-arguments"),
    ("jax", "m.at[jnp.array([0, 0])].multiply(2.0)", "put-repeated"),
    ("torch", "F.interpolate(p, scale_factor=2, mode='bicubic')", "argument-unsupported"),
    ("torch", "F.mse_loss(m, n, reduction='median')", "argument-unsupported"),
    ("torch", "torch.split(m, [1, 1], 1)", "argument-unsupported"),
    ("torch", "torch.scatter(m, 1, j, n)", "argument-unsupported"),
    ("torch", "torch.topk(m, 9)", "argument-unsupported"),
    ("torch", "torch.quantile(m, 1.5)", "argument-unsupported"),
    ("torch", "F.pad(c, (4, 4), mode='reflect')", "argument-unsupported"),
    ("torch", "F.group_norm(p, 3)", "argument-unsupported"),
    ("torch", "F.batch_norm(m, n[0], u[0], training=True)", "argument-unsupported"),
    ("torch", "F.conv2d(p, L, groups=2)", "argument-unsupported"),
    ("torch", "F.embedding(j, q, max_norm=1.0)", "argument-unsupported"),
    ("torch", "m.mode(1)", "attribute"),
    ("torch", "nn.RNN(4, 2, 2, dropout=0.5)(c)", "dropout-random"),
    ("torch", "nn.Embedding(3, 3, max_norm=1.0)(k)", "argument-unsupported"),
    ("torch", "nn.MSELoss(reduction='median')(m, n)", "argument-unsupported"),
    ("torch", "nn.Dropout(0.5)(m)", "dropout-random"),
    ("torch", "lin = nn.Linear(3, 3); y = lin(m); nn.init.zeros_(lin.weight); y", "weights-in-use"),
    ("torch", "nn.init.ones_(m * 2)", "weights-in-use"),
    ("torch", "nn.init.kaiming_normal_(v)", "argument-shape"),
    ("torch", "nn.init.eye_(c)", "argument-shape"),
]


@each("library, call, kind", REFUSED)
def test_what_is_not_read_is_refused_by_name(library, call, kind):
    with pytest.raises(engine.EngineError) as caught:
        traced(library, call, ())
    assert caught.value.kind == kind, caught.value
    assert caught.value.span is not None


SPREADS = {  # the standard deviations of weights of 40 inputs and 30 outputs
    "uniform_": 1 / math.sqrt(12),
    "normal_": 1.0,
    "xavier_uniform_": math.sqrt(2 / 70),
    "xavier_normal_": math.sqrt(2 / 70),
    "kaiming_uniform_": math.sqrt(2 / 40),
    "kaiming_normal_": math.sqrt(2 / 40),
}


def test_weights_begin_with_random_numbers_of_their_law():
    assert {*SPREADS, *CONSTANT} == {*BEGINNINGS}
    for name, spread in SPREADS.items():
        text = f"lin = nn.Linear(40, 30, bias=False)\nnn.init.{name}(lin.weight)\nlin(x).sum()"
        trace, again = [engine.trace(f"from torch import nn\n{text}", {"x": np.ones(40)}) for _ in range(2)]
        drawn, same = [
            next(np.asarray(n.value) for n in one.nodes if np.size(n.value) == 1200) for one in (trace, again)
        ]
        assert abs(drawn.std() / spread - 1) < 0.1 and np.array_equal(drawn, same), name
