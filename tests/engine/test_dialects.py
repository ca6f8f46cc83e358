"""A call of another library means what it means there, or is refused by name: held against NumPy really run, and
PyTorch's figures.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.language.dialects import libraries, reading
from gradlens.engine.language.dialects.libraries import LIBRARIES, METHOD_TABLES, has_name
from gradlens.engine.language.dialects.pytorch.names import TORCH_IN_PLACE_NAMES
from gradlens.engine.language.dialects.suggestions import MEANT, function_suggestion
from gradlens.engine.language.syntax import same_letters
from gradlens.engine.ops import METHODS, OPS
from tests.each import each, thirds
from tests.engine.dialect_calls import FIGURES, NUMPY_KEYWORDS, VALUES, answers, calls, numpy_values
from tests.engine.numerics import close

TORCH = json.loads(FIGURES.read_text(encoding="utf-8"))
HELD = re.compile(r"·\d")  # a name of the builder's own
MODULES = {"np": np, "np.linalg": np.linalg, "math": math}
ARRAYS = numpy_values()


def mentioned(program: str) -> dict[str, object]:
    """The values that a program mentions: of twenty thousand programs most use two."""
    words = {*re.findall(r"\w+", program)}
    return {name: value for name, value in ARRAYS.items() if name in words}


def outcome(program: str, inputs=None) -> np.ndarray | str:
    """The value of a program, or the kind of its error."""
    try:
        trace = engine.trace(program, mentioned(program) if inputs is None else inputs)
    except engine.EngineError as error:
        assert error.span is not None and not HELD.search(error.detail), (program, error.detail)
        return error.kind
    assert not any(HELD.search(w.message) for w in trace.warnings), program
    return np.asarray(trace.nodes[trace.output].value)


def value(program: str, inputs=None) -> np.ndarray:
    found = outcome(program, inputs)
    assert isinstance(found, np.ndarray), (program, found)
    return found


def names_of(library: str) -> list[str]:
    return (
        [f"{library}.{name}" for name in LIBRARIES[library]]
        if library
        else [f".{name}" for name in METHOD_TABLES["numpy"]]
    )


def held(found: dict[str, np.ndarray], setting: str, rtol: float) -> Counter:
    """How many calls of each name run; every one that does gives what the library gives."""
    ran: Counter = Counter()
    for call, expected in found.items():
        ours = outcome(f"{setting}\n{call}")
        if isinstance(ours, np.ndarray):
            ran[call.partition("(")[0]] += 1
            assert close(ours, expected, rtol=rtol, atol=1e-7), (call, ours, expected)
    return ran


def in_numpy(call: str, given: dict) -> object:
    """What a call of the test's own text gives; it may change its arguments."""
    return eval(call, MODULES | {name: copy(value) for name, value in mentioned(call).items()})


@pytest.mark.parametrize("library", ["np", "np.linalg", "math", ""])
def test_every_call_of_numpy_that_runs_gives_what_numpy_gives(library):
    names = names_of(library)
    found = answers(names, NUMPY_KEYWORDS, dict, in_numpy, apart=6)
    assert held(found, "np.sin(s)", 1e-9)


def test_every_call_of_pytorch_that_runs_gives_what_pytorch_gives():
    found = {
        # Of one argument, torch.where gives a tuple of places.
        re.sub(r"^(torch\.where\(\w+\))$", r"torch.stack(\1)", call): np.array([float(x) for x in figures]).reshape(
            shape
        )
        for call, (shape, figures) in TORCH["answers"].items()
    }
    ran = held(found, "torch.sin(s)", 2e-6)
    assert {call.partition("(")[0] for call in found} - set(ran) <= {
        "s.flip",
        "s.sort",
        "F.unfold",
    }  # a number has no axes; what unfold makes of an image is too large to stand here


# What runs silently with another meaning is worse than what is refused: kinds of arguments that libraries take in other
# orders.
@each(
    "program, expected",
    [
        ("np.sum(m, 0, True)", "argument-unsupported"),
        ("np.std(m, 0, 1)", "argument-unsupported"),
        ("np.std(m, ddof=1)", np.std(VALUES["m"], ddof=1)),
        ("np.sum(m, out=m)", "in-place-shape"),
        ("np.sum(m, where=m > 0)", 4.3),
        ("np.array([1.5], dtype=int)", "argument-unsupported"),
        ("np.array([1, 2], dtype=int)", [1, 2]),
        ("np.array([1.5], dtype=np.float64)", [1.5]),
        ("np.arange(0, 1, 0.5, dtype=int)", "argument-unsupported"),
        ("np.zeros(2, 3)", "too-many-arguments"),
        ("torch.zeros(2, 3)", np.zeros((2, 3))),
        ("np.identity(2)", np.eye(2)),
        ("identity(m)", VALUES["m"]),
        ("np.linalg.norm(m, s)", "matrix-norm-order"),
        ("torch.dot(m, m)", "argument-shape"),
        ("np.where(m > 0)[1]", [0, 2, 0, 1]),
        ("torch.cumsum(m)", "missing-argument"),
        ("F.huber_loss(m, n, 0.5)", "argument-unsupported"),
        ("F.cross_entropy(c, k)", "argument-shape"),
        ("F.softmax(c)", np.exp(VALUES["c"]) / np.sum(np.exp(VALUES["c"]), axis=0)),
        ("F.softmin(c)", "argument-shape"),
        ("c.t()", "argument-shape"),
        ("(c * 2).t()", "argument-shape"),
        ("torch.sin(c).view(7)", "reshape-size"),
        ("np.round(m, 1)", np.round(VALUES["m"], 1)),
        ("torch.round(m, decimals=1)", np.round(VALUES["m"], 1)),
        ("torch.cross(q, r)", "argument-shape"),
        ("torch.max(m, 1)", "values-alone"),
        ("a, b = torch.max(m, 1)\na + b", [4, 1.5]),
        ("[t.sum() for t in torch.max(m, 1)]", [3.5, 2]),
        ("m.max(dim=1)", "values-alone"),
        ("torch.max(m, 1)[0]", [2, 1.5]),
        ("torch.max(m, 1).indices", [2, 0]),
        ("torch.max(m, 1)[2]", "index-range"),
        ("torch.max(m, 1)[0.5]", "index-type"),
        ("torch.max(m, 1)[:1][0]", [2, 1.5]),
        ("torch.max(m, 1).places", "values-alone"),
        ("torch.sort(v)[0][0]", -1.5),
        ("m.max(1)", [2, 1.5]),
        ("max(m, 1)", np.maximum(VALUES["m"], 1)),
        ("m.std(dim=0)", np.std(VALUES["m"], axis=0, ddof=1)),
        ("m.std(0)", np.std(VALUES["m"], axis=0)),
        ("m.transpose(0, 1)", "transpose-nothing"),
        ("np.exp(m).transpose(0, 1)", np.exp(VALUES["m"])),
        ("torch.exp(m).transpose(0, 1)", np.exp(VALUES["m"]).T),
        ("c.transpose(1, 2)", np.swapaxes(VALUES["c"], 1, 2)),
        ("torch.exp(m) * 0 + m.std()", np.full((2, 3), np.std(VALUES["m"], ddof=1))),
        ("np.exp(m) * torch.exp(m) * m.std()", "method-ambiguous"),
        ("np.exp(m) * torch.exp(m) * m.max(0)", "method-ambiguous"),
        ("torch.pow(2, v) + v.repeat(1)", 2.0 ** np.array(VALUES["v"]) + VALUES["v"]),
        ("np.exp(s) * 0 + v.repeat(2)", np.repeat(VALUES["v"], 2)),
        ("torch.exp(s) * 0 + v.repeat(2)", np.tile(VALUES["v"], 2)),
        ("m.flatten(1)", VALUES["m"]),
        ("m.sum(0, True)", np.sum(VALUES["m"], axis=0, keepdims=True)),
        ("np.exp(s) * m.sum(0, True)", "argument-unsupported"),
        ("np.linalg.norm(m, 'fro')", np.linalg.norm(VALUES["m"])),
        ("o.item()", 3.5),
        ("m.item()", "reshape-size"),
        ("float('-inf')", -math.inf),
        ("float(np.sum(m))", np.sum(VALUES["m"])),
        ("np.pi * 0 + m.std()", np.std(VALUES["m"])),
    ],
)
def test_an_argument_is_read_in_its_librarys_order_or_refused(program, expected):
    found = outcome(program)
    assert found == expected if isinstance(expected, str) else close(found, expected), found


E = np.exp(VALUES["w"])
OWNERS = [  # a program of both libraries, and its value: each method is of the library whose array it follows
    ("np.exp(w).std()", np.std(E)),
    ("torch.exp(w).std()", np.std(E, ddof=1)),
    ("torch.exp(w)[w > 0].std()", np.std(E[np.array(VALUES["w"]) > 0], ddof=1)),
    ("torch.exp(w)[1:].std()", np.std(E[1:], ddof=1)),
    ("(2 - torch.exp(w)).std()", np.std(E, ddof=1)),
    ("np.stack([w, w]).max(1)", np.full(2, 3.0)),
    ("a, b = torch.max(m, 1)\na.std()", np.std([2, 1.5], ddof=1)),
    ("x = torch.tensor([1.0, 3.0])\nx.std()", np.sqrt(2)),
    ("x = np.array([1.0, 3.0])\nx.std()", 1),
    ("x = np.array([1.0, 3.0])\nx += 1\nx.std()", 1),
    ("torch.exp(w).numpy().std()", np.std(E)),
    ("torch.from_numpy(np.exp(w)).std()", np.std(E, ddof=1)),
    ("def f(a):\n    return a.std()\nf(torch.exp(w)) - f(np.exp(w))", np.std(E, ddof=1) - np.std(E)),
    ("x = torch.exp(w)\ny = x.numpy()\ny += 1\nx.mean()", np.mean(E) + 1),
    ("x = torch.exp(w)\nx.data.zero_()\nx", np.zeros(4)),
    ("x = torch.exp(w)\nx.clone().zero_()\nx", E),
]


@each("program, expected", OWNERS)
def test_a_method_is_read_by_the_library_of_its_value(program, expected):
    *before, last = program.split("\n")
    assert close(value("\n".join(["np.sin(s)", "torch.sin(s)", *before, last])), expected)


@each(
    "program, expected",
    [
        ("np.arange(6).reshape(2, 3, order='F')", [[0, 2, 4], [1, 3, 5]]),
        ("np.arange(6).reshape(2, 3).flatten('F')", [0, 3, 1, 4, 2, 5]),
        ("np.arange(6).reshape(2, 3).transpose(0, 1)", np.arange(6).reshape(2, 3)),
        ("torch.arange(6).view(2, 3).transpose(0, 1)", np.arange(6).reshape(2, 3).T),
        ("torch.ones(2, 3, 4).flatten(1)", np.ones((2, 12))),
        ("torch.arange(4).unsqueeze(dim=0)", [[0, 1, 2, 3]]),
        ("torch.arange(4).unsqueeze()", "missing-argument"),
        ("torch.tensor([1.0]).double(2)", "too-many-arguments"),
        ("rows = 3\nx = np.arange(6).reshape(rows, -1)\nx.T", np.arange(6).reshape(3, 2).T),
    ],
)
def test_numbers_of_the_text_take_the_methods_arguments_as_any_array_does(program, expected):
    found = outcome(program)
    assert found == expected if isinstance(expected, str) else close(found, np.asarray(expected, dtype=float)), found


@each("name", sorted(set(METHOD_TABLES["numpy"]) & set(METHOD_TABLES["torch"])))
def test_a_method_that_means_two_things_is_refused_where_both_libraries_are_used(name):
    """For each call of it: where NumPy's and PyTorch's answers differ, a program of both gives neither."""
    for call in calls(f".{name}", NUMPY_KEYWORDS)[::3]:
        both = outcome(f"np.sin(s)\ntorch.sin(s)\n{call}")
        if isinstance(both, np.ndarray):
            one, other = (outcome(f"{setting}\n{call}") for setting in ("np.sin(s)", "torch.sin(s)"))
            assert isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and close(one, other), call


@each(
    "program",
    [
        "(m > 0) + (m > 1)",
        "a = m > 0\n(a + (m > 1)) * 2",
        "((m > 0) + (m > 1)).sum()",
        "(m > 0)[0] + (m > 1)[1]",
        "(m > 0) * 1 + (m > 1)",
        "((m > 0) + 0) + (m > 1)",
        "(m > 0) * (m > 1) + (m > 1)",
    ],
)
def test_what_comparisons_of_arrays_add_up_to_is_what_numpy_gives(program):
    *first, last = program.split("\n")
    given = numpy_values()
    exec("\n".join(first), given)  # the test's own text
    assert close(value(f"np.sin(s)\n{program}"), np.asarray(eval(last, given), dtype=float))
    assert close(value("(s > 0) + (s > 0.5)"), 2)


@pytest.mark.parametrize("program", ["x = [5, 1]\nx & x", "(m > 0) & 2", "5 | m", "s & 2", "1.5 & 1"])
def test_conditions_are_not_the_bits_of_arrays_and_fractions(program):
    assert outcome(program) == "bits"
    assert close(value("((m > 0) & (m < 1)) | ~(m > 1)"), (np.array(VALUES["m"]) <= 1))


@pytest.mark.parametrize(
    ("program", "expected"), [("6 & 3", 2), ("x = 6\nx | 1", 7), ("~5", -6), ("x = 6\n(x & 3) * s", 1.4)]
)
def test_the_bits_of_known_whole_numbers_are_pythons(program, expected):
    assert close(value(program), expected)


def test_a_tensors_item_is_a_number_that_no_gradient_passes():
    assert close(engine.trace("z = torch.sum(x).item() * x[0]", {"x": [2.0, 3.0]}).gradients["x"], [5, 0])
    assert close(engine.trace("z = float(torch.sum(x)) * x[0]", {"x": [2.0, 3.0]}).gradients["x"], [5, 0])
    assert close(engine.trace("z = x.where(x > 4, torch.tensor(0.)).sum()", {"x": [5.0, 3.0]}).gradients["x"], [1, 0])


@each(
    "program, expected",
    [  # as Python answers
        ("[1, 2] + [3, 4]", [1, 2, 3, 4]),
        ("[1, 2] + [3]", [1, 2, 3]),
        ("[] + [s]", [0.7]),
        ("[s] + []", [0.7]),
        ("[s] * 3", [0.7] * 3),
        ("2 * [1, 2]", [1, 2, 1, 2]),
        ("[[1, 2]] * 2", [[1, 2], [1, 2]]),
        ("count = 3\n[0] * count", [0, 0, 0]),
        ("count = 3.0\n[1, 2] * count", [3, 6]),
        ("count = 3\nnp.array([1, 2]) * count", [3, 6]),
        ("a = [1.0, 2.0]\ncount = 2\nnp.array(count * a)", [1, 2, 1, 2]),
        ("a = [1.0, 2.0]\ncount = 2.0\nnp.array(count * a)", "list-repeat"),
        ("[1, 2] * np.sum(v)", "list-repeat"),
        ("[1, 2] * int(np.sum(w) - 3.5)", [1, 2, 1, 2]),
        ("count = np.array(3)\n[1, 2] * count", [3, 6]),
        ("sum([1, 2, 3], s)", 6.7),
        ("[0] * (2 ** 3)", [0] * 8),
        ("count = 3\n[0] * (count - 1)", [0, 0]),
        ("rows = [[1, 2], [3, 4]]\nnp.array(rows[0] + rows[1])", [1, 2, 3, 4]),
        ("rows = [[1, 2], [3, 4]]\nfor r in rows:\n    z = np.array(r + r)\nz", [3, 4, 3, 4]),
        ("rows = [[1, 2], [3, 4]]\nnp.exp(0) * (rows[0][0] + rows[1][1])", 5),
        ("[1] + [2] + [3]", [1, 2, 3]),
        ("a = []\nfor i in range(3):\n    a += [s * i]\na", [0, 0.7, 1.4]),
        ("a = [1.0]\na += [2.0, 3.0]\na", [1, 2, 3]),
        ("[s for i in range(2)] + [1]", [0.7, 0.7, 1]),
        ("a = [1, 2]\nb = [3, 4]\na + b", [4, 6]),
        ("a = [1, 2]\nb = [3, 4]\nnp.array(a + b)", [1, 2, 3, 4]),
        ("a = [1, 2]\nnp.array(a * 2)", [1, 2, 1, 2]),
        ("a = [1, 2]\nb = a\nnp.exp(0) * np.array(b + b)", [1, 2, 1, 2]),
        ("a = np.array([1, 2])\nb = np.array([3, 4])\na + b", [4, 6]),
        ("a = [1, 2]\nnp.array(a) + a", [2, 4]),
        ("a = [1, 2]\na * np.array(2.5)", [2.5, 5]),
        ("v + [1, 1, 1, 1]", np.array(VALUES["v"]) + 1),
        ("sum(m)", np.sum(VALUES["m"])),
        ("np.exp(0) * sum(m)", np.sum(VALUES["m"], axis=0)),
        ("sum(m[i] * 2 for i in range(2))", 2 * np.sum(VALUES["m"], axis=0)),
        ("sum([v, w])", np.add(VALUES["v"], VALUES["w"])),
        ("sum([s, 1, 2])", 3.7),
        ("sum((s * i for i in range(3)), 10)", 12.1),
        ("sum([v, w], v)", 2 * np.array(VALUES["v"]) + VALUES["w"]),
        ("np.exp(0) * sum(m, 1)", "sum-start"),
        ("sum(m, 1)", np.sum(VALUES["m"], axis=1)),
        ("np.exp(0) * sum(m, axis=1)", np.sum(VALUES["m"], axis=1)),
        ("max(s, 1, 0.2)", 1),
        ("def sum(t):\n    return t[0]\nnp.exp(0) * sum(m)", VALUES["m"][0]),
        (
            "np.exp(0) * sum(softmax(m))",
            np.sum(np.exp(VALUES["m"]) / np.sum(np.exp(VALUES["m"]), axis=1, keepdims=True), axis=0),
        ),
    ],
)
def test_lists_and_sums_are_pythons_where_the_program_is(program, expected):
    found = outcome(program)
    assert found == expected if isinstance(expected, str) else close(found, expected), found


def test_a_chain_of_methods_is_as_long_as_any_expression():
    assert close(value("x" + ".clip(0, 1)" * 190, {"x": [0.5]}), [0.5])
    assert outcome("x" + ".exp()" * 2000) == "too-deep"


@pytest.mark.parametrize("prefix", ["F", "torch"])
@pytest.mark.parametrize(
    ("name", "x", "W", "ones"),
    [("conv1d", (2, 2, 5), (3, 2, 2), (3, 1)), ("conv2d", (1, 2, 4, 3), (3, 2, 2, 2), (3, 1, 1))],
)
def test_a_convolution_takes_its_bias_before_its_stride_as_in_pytorch(prefix, name, x, W, ones):
    rng = np.random.default_rng(0)
    given = {"x": rng.normal(size=x), "W": rng.normal(size=W), "b": rng.normal(size=3)}
    plain = value(f"{name}(x, W, stride=2, padding=1)", given)
    for arguments, bias in (
        ("None, 2, 1", 0.0),
        ("b, 2, 1", given["b"].reshape(ones)),
        ("stride=2, padding=1, bias=b", given["b"].reshape(ones)),
        ("b, 2, 1, 1, 1", given["b"].reshape(ones)),
    ):
        assert close(value(f"{prefix}.{name}(x, W, {arguments})", given), plain + bias), arguments


@each(
    "call, blamed",
    [
        ("F.max_pool2d(p, 1, 1, return_indices=True)", "return_indices"),
        ("torch.split(m, [1, 1], 1)", "split_size_or_sections"),
        ("torch.split(m, 1, 7)", "dim"),
        ("torch.flatten(c, 0, 7)", "end_dim"),
        ("torch.flatten(c, 2, 1)", "start_dim"),
        ("torch.flatten(c, end_dim=9)", "end_dim"),
        ("torch.sin(m).repeat(2)", "sizes"),
        ("F.pad(m, (1, 2, 3))", "pad"),
    ],
)
def test_the_argument_that_is_named_is_the_one_that_is_not_read(call, blamed):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(call, VALUES)
    assert (caught.value.kind, caught.value.params["argument"]) == ("argument-unsupported", blamed)


# ------------------------------------------------------------------ advice


@pytest.mark.parametrize(
    "call",
    [
        "K.relu(s)",
        "cmath.sqrt(s)",
        "sp.exp(s) + 1",
        "keras.layers.Dense(3)",
        "random.random()",
        "unknown.clip(0, 1).sum()",
    ],
)
def test_a_library_that_is_not_read_is_a_name_without_a_value(call):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(call, VALUES)
    assert (caught.value.kind, caught.value.params["name"]) == ("unknown-name", call.partition(".")[0])


def test_a_well_known_library_that_is_not_read_is_out_of_reach():
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("tf.nn.relu(s)", VALUES)
    assert (caught.value.kind, caught.value.params["what"]) == ("out-of-reach", "tf.nn.relu")


def test_no_name_that_signatures_use_is_in_two_tables():
    tables = (
        *(reading.HELPERS, reading.SHAPE_HELPERS, reading.WINDOWS, reading.JAX_HELPERS, reading.NUMPY_HELPERS),
        *(reading.NUMPY_PLACES, reading.KNOWN, reading.MADE, reading.FORMS),
    )
    assert [name for name, count in Counter(name for table in tables for name in table).items() if count > 1] == []


@each(
    "program, kind",
    [
        *(
            (f"m.{name}", "function-as-value")
            for name in sorted((set(METHOD_TABLES["numpy"]) | set(METHOD_TABLES["torch"])) - {"real"})  # an attribute
        ),
        ("np.exp", "function-as-value"),
        ("F.softmax * 2", "function-as-value"),
        ("np.zeros", "function-as-value"),
        ("m.T()", "not-a-function"),
        ("m.shape()", "not-a-function"),
        ("m.ndim()", "not-a-function"),
        ("m.fill_", "function-as-value"),
        ("m.size()", "several-values"),
        ("m.shape", "several-values"),
        ("m.shape[5]", "index-range"),
        ("m.size(5)", "size-as-value"),
        ("(m * 2).shape[0]", 2),
        ("m.numel() * s", 6 * 0.7),
        ("m.colour", "attribute"),
    ],
)
def test_what_is_there_is_not_said_to_be_missing(program, kind):
    found = outcome(program)
    assert found == kind if isinstance(kind, str) else close(found, kind)


@each("prefix", LIBRARIES)
def test_a_prefix_is_left_out_only_where_the_library_has_no_such_function_or_the_same(prefix):
    modules = {
        "torch": "torch",
        "F": "F",
        "nn.functional": "F",
        "torch.nn.functional": "F",
        "torch.linalg": "torch.linalg",
    }
    for name in OPS:
        kind = outcome(f"{prefix}.{name}(q)")
        if isinstance(kind, str) and kind == "prefix-needless":
            assert not has_name(prefix, name)
            assert name not in TORCH["names"].get(modules.get(prefix, ""), ()), name
            if prefix in MODULES:
                assert not hasattr(MODULES[prefix], name), name


MEANINGS = {
    "SUM": "sum",
    "sigmod": "sigmoid",
    "sofmax": "softmax",
    "rleu": "relu",
    "tahn": "tanh",
    "CrossEntropyLoss": "softmax_cross_entropy",
    "MSELoss": "mse",
    "grad": None,
    "str": None,
    "pinv": None,
    "eig": None,
    "svd": None,
    "log3": None,
    "conv3d": None,
    "atan3": None,
    "sorted": None,
    "zip": None,
    "map": None,
    "any": None,
    "all": None,
    "bool": None,
    "input": None,
    "open": None,
    "logm": None,
    "sqrtm": None,
    "pinverse": None,
    "gradient": None,
    "fft": None,
}


@each("name, meant", MEANINGS.items())
def test_a_suggestion_is_what_was_meant_or_none(name, meant):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(f"{name}(x)", {"x": 1.0})
    assert caught.value.params.get("suggestion") == meant


@pytest.mark.parametrize(
    "known",
    [[*OPS], [*METHODS, *METHOD_TABLES["torch"]], [*LIBRARIES["np"]], [*LIBRARIES["torch"]]],
    ids=["ops", "methods", "numpy", "torch"],
)
def test_no_librarys_function_is_taken_for_another_mistyped(known):
    for module in (np, np.linalg, math, np.ndarray):
        for name in dir(module):
            found = function_suggestion(name, known).get("suggestion")
            assert found is None or same_letters(found) == same_letters(name) or found in MEANT.values(), (name, found)
    for name in {name for names in TORCH["names"].values() for name in names} - set(known) - set(OPS):
        found = function_suggestion(name, known).get("suggestion")
        assert found is None or same_letters(found) == same_letters(name) or found in MEANT.values(), (name, found)


# ------------------------------------------------------------------ infinities that are meant


@each(
    "program",
    [
        "x.clamp(min=2)",
        "torch.clamp(x, max=2)",
        "np.clip(x, 0, np.inf)",
        "clip(x, -inf)",
        "np.maximum(x, -np.inf)",
        "where(x > 0, x, float('inf'))",
        "F.pad(x, (1, 1), value=-math.inf)",
        "np.linalg.norm(x, np.inf)",
        "x.masked_fill(x > 1, float('-inf'))",
        "softmax(where(x > 1, x, -inf))",
    ],
)
def test_an_infinity_that_is_written_as_one_or_is_a_default_is_no_number_too_large(program):
    assert not [
        w
        for w in engine.trace(f"z = {program}", {"x": [1.0, 3.0]}).warnings
        if "large" in w.message or "finite" in w.message
    ]


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("x * 1e999", "non-finite-constant"),
        ("x * -1e999", "non-finite-constant"),
        ("x * [1, 1e999]", "non-finite-constant"),
        ("x * np.nan", "nan-constant"),
        ("x * float('nan')", "nan-constant"),
        ("np.inf - x * np.inf", "indeterminate"),
    ],
)
def test_a_number_that_is_too_large_and_a_nan_are_told(program, kind):
    assert engine.trace(f"z = {program}", {"x": [1.0, 3.0]}).warnings[0].kind == kind


PRELUDES = {"": "", "numpy": "l = np.exp(v)\n", "torch": "l = torch.exp(v)\n"}


def refused(program: str) -> engine.EngineError | None:
    try:
        engine.trace(program, mentioned(program))
    except engine.EngineError as error:
        return error
    return None


@thirds
@pytest.mark.parametrize("library", PRELUDES)
def test_what_is_suggested_for_a_method_is_one_that_a_program_of_that_library_has(library, third):
    accepted: dict[str, bool] = {"T": True}
    names = sorted({*METHODS, *METHOD_TABLES["numpy"], *METHOD_TABLES["torch"]})
    # Each library has a third of its own.
    for name in names[(third + list(PRELUDES).index(library)) % 3 :: 3]:
        for slip in filter(
            str.isidentifier,
            (f"{name}_", f"{name}s", name[:-1], name[0] + name[2:3] + name[1:2] + name[3:], name.capitalize()),
        ):
            error = refused(f"{PRELUDES[library]}v.{slip}()")
            word = error and error.kind == "attribute" and error.params.get("suggestion")
            if word and word not in accepted:
                accepted[word] = getattr(refused(f"{PRELUDES[library]}v.{word}()"), "kind", None) not in (
                    "attribute",
                    "unknown-function",
                )
            assert not word or (
                accepted[word] and (not slip.endswith("_") or word in ("T", *METHOD_TABLES["torch"]))
            ), (
                slip,
                word,
            )
    assert len(accepted) > 40


IN_PLACE = [  # a statement that changes v, which is w * 2, and what v is then
    ("v.sort()", "np.sort(v)"),
    ("np.exp(0)\nv.sort()", "np.sort(v)"),
    ("np.exp(0)\nv[1:].sort()", "np.concatenate([v[:1], np.sort(v[1:])])"),
    ("np.exp(v).sort()", "v"),
    ("torch.exp(s)\nv.sort()", "v"),
    ("(v * 2).copy_(w)", "v"),
    ("v.copy_(w * 3)", "w * 3"),
    ("v.copy_(s)", "np.full_like(v, s)"),
    ("v.zero_()", "np.zeros_like(v)"),
    ("v[:2].zero_()", "np.append([0, 0], v[2:])"),
    ("v.data.zero_()", "np.zeros_like(v)"),
    ("v.fill_(0.5)", "np.full_like(v, 0.5)"),
    ("v.fill(2)", "np.full_like(v, 2)"),
    ("v.add_(w)", "v + w"),
    ("v.sub_(w, alpha=2)", "v - 2 * w"),
    ("v.mul_(w).add_(1)", "v * w + 1"),
    ("v.clamp_(min=0)", "np.maximum(v, 0)"),
    ("v.masked_fill_(v > 2, 0)", "np.where(v > 2, 0, v)"),
    ("u = v\nu.exp_()", "np.exp(v)"),
    ("v = torch.ones(4).fill_(s)", "np.full_like(v, s)"),
    ("np.add.at(v, [[0, 2], [2, 1]], [s, 3])", "v + np.bincount([0, 2, 2, 1], [s, 3, s, 3], len(v))"),
    ("np.add.at(v, -1, s)", "np.append(v[:-1], v[-1] + s)"),
    ("np.add.at(v, v > 2, s)", "v + s * (v > 2)"),
    ("np.add.at(v, [True, False, True, False], s)", "v + s * np.array([1, 0, 1, 0])"),
    ("np.subtract.at(v, (np.array([0, 0, 3]),), s)", "v - s * np.array([2, 0, 0, 1])"),
    ("m = v.reshape(2, 2)\nnp.add.at(m, ([0, 0, 1], [1, 1, 0]), [1, s, 3])", "v + [0, 1 + s, 3, 0]"),
    ("m = v.reshape(2, 2)\nnp.add.at(m, (slice(None), [0, 0]), s)", "v + 2 * s * np.array([1, 0, 1, 0])"),
    ("m = v.reshape(2, 2)\nnp.fill_diagonal(m, s)", "[s, v[1], v[2], s]"),
    ("m = v.reshape(2, 2)\nnp.fill_diagonal(m, [1, s])", "[1, v[1], v[2], s]"),
    ("np.put(v, [0, -1], [s, 7])", "[s, v[1], v[2], 7]"),
    ("np.copyto(v, s, where=v > 2)", "np.where(v > 2, s, v)"),
    ("np.copyto(v, w)", "w"),
    ("np.putmask(v, v > 2, w)", "np.where(v > 2, w, v)"),
    ("np.place(v, v > 2, s)", "np.where(v > 2, s, v)"),
    ("r = np.row_stack([v, w])\nv[:] = r[0] + r[1]", "v + w"),
    ("np.exp(v, out=v)", "np.exp(v)"),
    ("np.add(v, s, v)", "v + s"),
    ("np.clip(v, 0, 2, out=v)", "np.clip(v, 0, 2)"),
    ("np.multiply(w, s, out=v, where=w > 1)", "np.where(w > 1, w * s, v)"),
    ("np.sum([w, v], axis=0, out=v)", "w + v"),
    ("v[1:].cumsum(out=v[1:])", "np.append(v[:1], np.cumsum(v[1:]))"),
    ("torch.exp(s)\nv.masked_scatter_(v > 2, w * 2)", "np.place(v, v > 2, 2 * w) or v"),
]


@each("change, meant", IN_PLACE)
def test_what_changes_an_array_in_place_is_seen_by_all_who_have_it(change, meant):
    given: dict[str, object] = {"w": np.array(VALUES["w"]), "s": VALUES["s"]}
    expected = eval(meant, {"np": np, "v": 2 * np.array(VALUES["w"])} | given)  # the test's own text
    assert close(value(f"v = w * 2\n{change}\ny = v * 1", given), expected)


@each(
    "program, kind",
    [
        ("v.fill()", "missing-argument"),
        ("v.zero_(3)", "too-many-arguments"),
        ("v.fill_(w)", "argument-shape"),
        ("v.copy_([1, 2, 3])", "broadcast-to"),
        ("v.unsqueeze_(0)", "in-place-shape"),
        ("v.add_(m[0, 0] * [[1]])", "in-place-shape"),
        ("np.exp(v)\nv.exp_()", "attribute"),
        ("torch.exp(v)\nv.fill(2)", "attribute"),
        ("v.softplus_()", "attribute"),
        ("np.add.at(v, (0, 1), 1)", "index-count"),
        ("np.exp(v, out=m)", "in-place-shape"),
        ("np.exp(v, where=v > 2)", "argument-unsupported"),
        ("np.exp(v, out=3)", "argument-unsupported"),
        ("np.fill_diagonal(v, 1)", "argument-unsupported"),
        ("np.fill_diagonal(m, [1, 2, 3])", "in-place-shape"),
        ("np.put(v, [0, 0], [1, 2])", "argument-unsupported"),
        ("np.exp(v) + torch.exp(v)\nv.sort()", "method-ambiguous"),
    ],
)
def test_what_cannot_be_changed_in_place_is_refused(program, kind):
    assert outcome(f"{program}\nv") == kind


@each("name", sorted(TORCH_IN_PLACE_NAMES.split()))
def test_a_method_with_a_stroke_is_pytorchs(name):
    assert f"{name}_" in TORCH["names"]["Tensor"]


@thirds
def test_what_is_suggested_for_a_function_can_be_called(third):
    program = "def forward(t):\n    return t\nforwards = 2\n"
    for call, suggested in (
        ("forwrd(s)", "forward"),
        ("forwardz(s)", "forward"),
        ("mm1(s)", None),
        ("sigmod(s)", "sigmoid"),
    ):
        error = refused(program + call)
        assert error is not None
        assert (error.kind, error.params.get("suggestion")) == ("unknown-function", suggested)
    for prefix, library in LIBRARIES.items():
        for turn, name in enumerate(library, third):
            slip = (f"{name}_", name[:-1], f"{name}e")[turn % 3]
            if slip not in library and slip.isidentifier():
                error = refused(f"{prefix}.{slip}(v)")
                assert (
                    error is None or error.kind != "prefix-function" or error.params.get("suggestion", name) in library
                ), (prefix, slip)


def test_an_entry_may_carry_the_signature_of_a_foreign_function(monkeypatch):
    spelling = "torch.top(input, dim: int, keepdim=False): max(input, dim, keepdim)"
    monkeypatch.setattr(libraries, "OPS", {"max": replace(OPS["max"], spellings=(spelling,))})
    assert libraries.registered("np") == {}
    [[name, [signature]]] = libraries.registered("torch").items()
    assert name == "top" and signature.names == ("input", "dim", "keepdim") and signature.text.startswith("top(input")


def test_a_tensor_takes_the_type_of_another_and_no_number_says_which():
    begun = "import torch\nx = torch.tensor([1.7, 2.2])\nj = torch.tensor([0, 1])\ny = "
    for call, value in (
        ("x.to(j) * 1.0", [1, 2]),
        ("x.type_as(j) * 1.0", [1, 2]),
        ("x.to(x)", [1.7, 2.2]),
        ("j.to(x)", [0, 1]),
        ("x.to('cpu')", [1.7, 2.2]),
        ("x * x.ndimension()", [1.7, 2.2]),
    ):
        trace = engine.trace(begun + call)
        assert np.array_equal(trace.nodes[trace.output].value, value), call
    for call in ("x.to(True)", "x.to(x > 2)", "x.to(1)"):
        with pytest.raises(engine.EngineError) as error:
            engine.trace(begun + call)
        assert error.value.kind == "argument-unsupported", call
