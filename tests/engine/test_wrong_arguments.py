"""Every function and method, called with what it does not take: refused with its place, and never a crash."""

from __future__ import annotations

import itertools
import random

import pytest

from gradlens import engine
from gradlens.engine.language.builtins import BUILTINS
from gradlens.engine.language.creation import ARRAYS, SIGNATURES
from gradlens.engine.language.dialects.libraries import LIBRARIES, METHOD_TABLES
from gradlens.engine.language.dialects.random.draws import DRAWS
from gradlens.engine.language.methods.arrays import TENSOR
from gradlens.engine.language.methods.dictionaries import DICT, SET
from gradlens.engine.language.methods.lists import LIST
from gradlens.engine.language.methods.texts import TEXT
from gradlens.engine.ops import METHODS, OPS
from tests.each import each

INPUTS = {"x": 1.5, "y": [1.0, 2.0], "m": [[1.0, 2.0], [3.0, 4.0]]}
ARGUMENTS = (
    "",
    "'a'",
    "None",
    "{}",
    "[]",
    "()",
    "x",
    "y",
    "m",
    "-1",
    "True",
    "range(3)",
    "lambda t: t",
    "foo=1",
    "x, x",
    "y, 0",
    "3, 2",
    "[x, y]",
    "{1: x}, 1",
    "y, axis=5",
    "*y",
    "**{}",
    "None, None, None",
    "nan",
    "np",
    "[1, [2, 3]]",
    "10**400",
    "y, -5",
    "f'{x}'",
    "(i for i in y)",
    "y, y, y, y",
)
CONTEXTS = (
    "z = {}",
    "q = {}\nz = q * x",
    "for k in {}:\n    z = k * x",
    "z, w = {}",
    "z = [{}, x]\nz",
    "d = {{'a': {}}}\nz = d['a'] + x",
    "if {}:\n    z = x",
    "z = y\nz[0] = {}",
    "print({})\nz = x",
)
RECEIVERS = {"[1, 2]": LIST, "{'a': x}": DICT, "{1, 2}": SET, "'ab'": TEXT, "y": LIST} | {
    value: dict.fromkeys([*METHOD_TABLES["numpy"], *METHOD_TABLES["torch"], *METHODS, *TENSOR])
    for value in ("m", "np.array([1, 2])", "torch.tensor([1.0])")
}
FUNCTIONS = {
    "Python's and the language's": [*BUILTINS, *SIGNATURES, *OPS],
    **{library: [f"{library}.{name}" for name in LIBRARIES[library]] for library in LIBRARIES},
    "arrays": [f"{library}.{name}" for library in ("np", "torch") for name in (*SIGNATURES, *ARRAYS)],
    "draws": [f"np.random.{name}" for name in (*DRAWS, "seed", "shuffle")],
    "layers": [f"nn.{name}" for name in ("Linear", "Sequential", "Dropout", "Embedding", "LayerNorm", "MSELoss")],
    **{value: [f"{value}.{name}" for name in methods] for value, methods in RECEIVERS.items()},
}


@each("function", dict.fromkeys(itertools.chain(*FUNCTIONS.values())), sample=6)
def test_a_call_with_other_arguments_is_refused_or_runs(function):
    choose = random.Random(function)
    for arguments in choose.sample(ARGUMENTS, 2):
        text = choose.choice(CONTEXTS).format(f"{function}({arguments})")
        try:
            engine.trace(text, INPUTS)
        except engine.EngineError as error:
            assert str(error)
        except Exception as error:
            raise AssertionError(text) from error


@each(
    "text, kind",
    [
        ("y = sorted()", "argument-count"),
        ("y = map(abs)", "method-arguments"),
        ("y = round(x, 400)", "option-integer"),
        ("y = np.random.choice()", "missing-argument"),
        ("np.random.shuffle()\ny = x", "not-written"),
        ("y = {1, 2}.issubset()", "argument-count"),
        ("y = 'a'.center()", "text-method"),
        ("y = dict(['a'])", "unpack-count"),
        ("y = torch.nn.functional.one_hot(10**400)", "argument-shape"),
        ("y = statistics.multimode(10**400)", "argument-unsupported"),
        ("y = nn.Linear((), 3)(x)", "creation-shape"),
        ("from functools import partial\ny = partial()", "method-arguments"),
    ],
)
def test_the_error_names_what_is_missing(text, kind):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(text, {"x": 1.5})
    assert caught.value.kind == kind and caught.value.span is not None


def test_no_refusal_shows_a_class_or_a_line_that_the_reader_has_not_written():
    head = "import torch\nimport torch.nn as nn\nfrom torch import distributions as D\nx = torch.tensor([1.0, 2.0])\n"
    for text, said in {
        "D.Normal()": 'Normal needs the argument "loc": Normal(loc, scale, validate_args=None).',
        "nn.ModuleList(1, 2)": "ModuleList takes at most 2, but got 3: ModuleList(modules=None).",
        "nn.Flatten()(x)": '"start_dim" = 1 here',
        "m = nn.Sequential()\nm.add_module('a')": 'add_module needs the argument "module": add_module(name, module).',
        "m = nn.Linear(2, 2)\nm.register_buffer()": 'register_buffer needs the argument "name"',
        "from contextlib import contextmanager\n@contextmanager\ndef f():\n    yield 1\nf().a": "@contextmanager has",
        "try:\n    nn.Sequential().append(1, 2)\nexcept TypeError as e:\n    raise ValueError(str(e))": "append takes",
    }.items():
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(head + text)
        assert said in str(caught.value) and "_Layers" not in str(caught.value), (text, str(caught.value))
    trace = engine.trace(f"{head}m = nn.Sequential()\nm.append(nn.Linear(2, 2))\nx = m(x) + len(m)\nx.sum()")
    assert not [group.label for group in trace.groups if "_" in group.label]
