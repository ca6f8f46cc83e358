"""Every piece of advice that contains code, followed to the letter: what comes out means what was meant."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.errors import KINDS
from gradlens.engine.language.dialects.libraries import LIBRARIES
from gradlens.engine.language.dialects.suggestions import function_suggestion
from gradlens.engine.language.syntax import edits
from tests.engine.advice_cases import ELSEWHERE, FOLLOWED, PROSE, VALUES
from tests.engine.numerics import close
from tests.engine.references import anp, autograd

# Code in a sentence: a call, an index, an operator, an attribute, a name that was found to be near.
CODE = re.compile(
    r"\w\(|\w\[|\[[\w…]|\*\*|[\w,] [-+*@=] \w|(?<=[ \"])\.\w|\) [&|] \(|write \*|by return"
    r"|\{(?:suggestion|signature|remedy|instead|number|meant)\}"
)
ADVICE = {kind: f"{sentence} {hint}" for kind, (_, sentence, hint) in KINDS.items()}
KOREAN = json.loads((Path(__file__).parents[2] / "static/i18n/problems.ko.json").read_text())


def mentioned(program: str) -> dict[str, object]:
    """The inputs of a program: the values whose names it speaks of and does not bind."""
    words, bound = re.findall(r"[^\W\d²]\w*", program), re.findall(r"^ *(\w+)(?:, \w+)* = ", program, re.MULTILINE)
    return {name: value for name, value in VALUES.items() if name in words and name not in bound}


def refused(program: str) -> engine.EngineError:
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program, mentioned(program), seed=1.0)
    return caught.value


def meant(program: str, given: dict[str, object]) -> tuple[object, dict[str, object]]:
    """The value of a program for NumPy, and the gradients of its sum, by HIPS autograd."""

    def run(*values: object) -> Any:
        names: dict[str, object] = {"np": anp, "math": math, **dict(zip(given, values, strict=True))}
        exec(program, names)  # the test's own text
        return names["z"]

    arrays = [np.asarray(value, dtype=float) for value in given.values()]
    gradients = (
        autograd.grad(lambda *values: anp.sum(run(*values) * 1.0), tuple(range(len(arrays))))(*arrays) if arrays else ()
    )
    return run(*arrays), dict(zip(given, gradients, strict=True))


@pytest.mark.filterwarnings("ignore:Output seems independent of input")
@pytest.mark.parametrize("case", FOLLOWED, ids=lambda case: f"{case.kind}: {case.program[-30:]!r}")
def test_advice_that_is_followed_gives_what_was_meant(case):
    error = refused(case.program)
    assert error.kind == case.kind
    assert case.code in error.detail, error.detail
    replaces = case.replaces
    if replaces is None:
        span = error.span
        assert span is not None and span.start_line == span.end_line
        lines = case.program.split("\n")
        line = lines[span.start_line - 1]
        lines[span.start_line - 1] = line[: span.start_column] + case.written() + line[span.end_column :]
        followed = "\n".join(lines)
    else:
        assert case.program.count(replaces) == 1
        followed = case.program.replace(replaces, case.written())
    given = mentioned(followed)
    trace = engine.trace(followed, given, output="z", seed=1.0)
    value, gradients = meant(case.meaning or case.program, given)
    assert close(trace["z"].value, value, rtol=1e-9, atol=1e-9), followed
    for name, gradient in gradients.items():
        assert close(trace.gradients.get(name, np.zeros_like(gradient)), gradient, rtol=1e-9, atol=1e-9), (
            name,
            followed,
        )


def test_every_error_that_advises_code_is_followed_somewhere():
    advising = {kind for kind, sentence in ADVICE.items() if CODE.search(sentence)}
    followed = {case.kind for case in FOLLOWED}
    assert sorted(advising - followed - set(PROSE) - set(ELSEWHERE)) == []
    assert sorted((set(PROSE) | set(ELSEWHERE)) - advising) == []
    assert sorted(followed & (set(PROSE) | set(ELSEWHERE))) == []


@pytest.mark.parametrize("prefix", ["np", "torch"])
def test_what_is_said_to_be_meant_by_a_slip_is_what_was_mistyped(prefix):
    table = LIBRARIES[prefix]
    for name in [name for name in sorted(table) if len(name) > 3][:: len(table) // 40]:
        for slip in (name[:1] + name[2:], name[:-2] + name[-1:] + name[-2:-1], name + "x"):
            found = function_suggestion(slip, table).get("suggestion", name)
            assert found == name or slip in table or edits(slip, found) < edits(slip, name), (slip, found)


def test_korean_advises_the_same_code():
    code = re.compile(r"[\w.]*\w\([^가-힣]*?\)|\w+\[[^가-힣\]]*\]|\*\* ?[\w{}]+")
    for kind, (_, sentence, _) in KINDS.items():
        korean = KOREAN.get(f"problem.{kind}", "")
        plain = re.sub(r"\{(\w+)\|[^}]*\}", r"{\1}", korean)
        for found in code.findall(sentence):
            translated = found.replace("condition", "조건").replace("weights", "가중치")
            assert not korean or found in plain or translated in plain, (kind, found, plain)


OBJECT = "class Net:\n    def __init__(self):\n        self.weight = 3.0\n\nnet = Net()\n"
# A program with a slip, the slip, what was meant, and the value of that.
SLIPS = [
    ("price = 2.0\nz = priec * 3", "priec", "price", 6.0),
    ("z = wieght * s", "wieght", "weight", [0.7, 1.4, 2.8]),
    ("사과_개수 = 2.0\nz = 사과_갯수 * s", "사과_갯수", "사과_개수", 1.4),
    ("def loss(y):\n    return y * 2\nz = losss(s)", "losss", "loss", 1.4),
    ("def f(x, scale=1.0):\n    return x * scale\nz = f(s, scael=2.0)", "scael", "scale", 1.4),
    (f"{OBJECT}z = net.wieght * s", "wieght", "weight", 2.1),
    ("params = {'hidden': 2.0}\nz = params['hiddne'] * s", "hiddne", "hidden", 1.4),
    ("z = sigmod(s)", "sigmod", "sigmoid", 1 / (1 + math.exp(-0.7))),
    ("import numpy as np\nz = np.exmp1(s)", "exmp1", "expm1", math.expm1(0.7)),
    ("import torch\nz = torch.sigmodi(torch.tensor(0.3)) * s", "sigmodi", "sigmoid", 0.7 / (1 + math.exp(-0.3))),
    ("import numpy as np\nz = np.sum(weight, axsi=0)", "axsi", "axis", 7.0),
    ("import numpy as np\nz = np.array(weight).reshpae(3)", "reshpae", "reshape", [1.0, 2.0, 4.0]),
]
# A name that has no value, and the names beside it, which are others and no slips of it.
OTHERS = [
    ("dy", ["y", "dx"]),
    ("W_x", ["W_y", "W_h"]),
    ("x_train", ["y_train", "x_test"]),
    ("x1", ["x2", "x"]),
    ("hidden1", ["hidden2"]),
    ("Δx", ["x"]),
    ("height", ["weight"]),
    ("encoder", ["decoder"]),
    ("w_in", ["w_out"]),
    ("ys", ["xs", "y"]),
    ("n", ["m"]),
    ("rows", ["cols"]),
    ("grad_w", ["grad_b"]),
]


def test_a_slip_is_told_with_the_name_that_was_meant_and_that_name_gives_the_programs_value():
    given: dict[str, object] = {"s": 0.7, "weight": [1.0, 2.0, 4.0]}
    for program, slip, name, expected in SLIPS:
        used = {one: value for one, value in given.items() if one in program.replace(slip, name).split("Net()")[-1]}
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program, used)
        assert caught.value.params.get("suggestion") == name, (program, caught.value)
        value = engine.trace(program.replace(slip, name), used, output="z", seed=1.0)["z"].value
        assert np.allclose(value, expected), program


def test_a_name_beside_another_is_not_offered_for_it():
    for name, others in OTHERS:
        text = "".join(f"{other} = {i}.5\n" for i, other in enumerate(others))
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(f"{text}z = {name} * 2")
        assert "suggestion" not in caught.value.params, (name, caught.value)
