"""Errors of shapes, axes and indices that a program handles: by the branch, and with the text, of NumPy and PyTorch.

numpy_errors.txt: lines that NumPy raises at, with ? before those of which the text is not known here.
torch_errors.json: lines with the class and the text that PyTorch 2.14 raised there, null where it is not known here.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from gradlens import engine

DATA = Path(__file__).parent / "data"
ARRAYS = """
def arrays():
    x = array([[1., 2., 3.], [4., 5., 6.]])
    return x, array([[1., 2.], [3., 4.]]), array([1., 2., 3., 4.]), array([1., 2.]), array(2.5)
"""
SETUPS = {
    "numpy": "import numpy as np\n" + ARRAYS.replace("array(", "np.array("),
    "torch": "import torch\nimport torch.nn.functional as F\n" + ARRAYS.replace("array(", "torch.tensor("),
    "jax": "import jax\nimport jax.numpy as jnp\n" + ARRAYS.replace("array(", "jnp.array("),
}
ASKED = ("ValueError", "IndexError", "TypeError", "RuntimeError")
BRANCHES = {  # of the classes of ASKED, those that an exception is one of: AxisError is two
    "AxisError": (1, 1, 0, 0),
    "LinAlgError": (1, 0, 0, 0),
    "_LinAlgError": (0, 0, 0, 1),
} | {name: tuple(int(name == one) for one in ASKED) for name in ASKED}
Known = list[tuple[str, str, str | None]]


def program(library: str, lines: list[str], asked: list[str]) -> str:
    """Each line in a function of its own, which gives what is asked of its exception as numbers."""
    text = SETUPS[library].replace("def arrays", "def new_arrays", 1)
    for i, (line, wanted) in enumerate(zip(lines, asked)):
        body = "\n".join(f"        {part}" for part in line.split("; "))
        text += f"def f{i}():\n    x, w, v, b, s = new_arrays()\n    try:\n{body}\n        return [9] * 4\n"
        text += f"    except Exception as e:\n        return {wanted}\n"
    return text + f"found = [{', '.join(f'f{i}()' for i in range(len(lines)))}]\nfound"


def found(library: str, lines: list[str], asked: list[str]) -> list[tuple[int, ...]]:
    trace = engine.trace(program(library, lines, asked))
    value: Any = trace.nodes[trace.output].value
    return [tuple(int(number) for number in row) for row in value]


def compare(library: str, known: Known) -> None:
    lines = [line for line, *_ in known]
    branches = found(library, lines, [f"[int(isinstance(e, one)) for one in ({', '.join(ASKED)})]"] * len(lines))
    assert [(line, row) for line, row in zip(lines, branches)] == [(line, BRANCHES[name]) for line, name, _ in known]
    told = [(line, text) for line, _, text in known if text is not None]
    same = found(library, [line for line, _ in told], [f"[int(str(e) == {text!r})]" for _, text in told])
    assert [line for (line, _), row in zip(told, same) if row != (1,)] == []


def raised_by_numpy(line: str) -> tuple[str, str]:
    space: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(SETUPS["numpy"] + "x, w, v, b, s = arrays()", space)
        try:
            exec(line, space)
        except Exception as error:
            return type(error).__name__, str(error)
    return "none", ""


def test_numpy_errors_take_the_branch_and_have_the_text_that_numpy_gives_them() -> None:
    known: Known = []
    for row in (DATA / "numpy_errors.txt").read_text().splitlines():
        name, text = raised_by_numpy(row[2:])
        known.append((row[2:], name, None if row[0] == "?" else text))
    compare("numpy", known)


def test_torch_errors_take_the_branch_and_have_the_text_that_pytorch_gives_them() -> None:
    compare("torch", [(line, name, text) for line, name, text in json.loads((DATA / "torch_errors.json").read_text())])


REFUSED = {  # what is asked, by library and line: of an exception that is not known, or of a text
    ("jax", "x + v"): "1",
    ("jax", "x @ x"): "1",
    ("jax", "x[5]"): "1",
    ("jax", "x.at[9].set(1.)"): "1",
    ("torch", "v + [1., 2.]"): "1",
    ("torch", "torch.stack([x, w], dim=4)"): "1",
    ("torch", "torch.clamp(v, b, 3.)"): "1",
    ("numpy", "x[v > 1]"): "int('boolean' in str(e))",
    ("numpy", "np.inner(v, b)"): "len(str(e))",
    ("torch", "x[v > 1]"): "int(e.args[0] == 'a')",
}


def test_an_exception_or_a_text_that_is_not_known_is_refused_where_it_stands() -> None:
    for (library, line), asked in REFUSED.items():
        with pytest.raises(engine.EngineError) as caught:
            found(library, [line], [f"[{asked}]"])
        assert (caught.value.kind == "out-of-reach") == (asked != "1") and caught.value.span is not None, line
    mixed = "x = [1., 2.]\nw = [1., 2., 3.]\ntry:\n    y = x * w\nexcept ValueError:\n    y = x\ny"
    with pytest.raises(engine.EngineError):
        engine.trace(mixed)


PROGRAMS = """
A = np.zeros((2, 2))
try:
    B = np.linalg.inv(A)
except np.linalg.LinAlgError:
    B = 5 * np.ones((2, 2))
B.sum()  # 20

try:
    y = x.sum(axis=3)
except np.exceptions.AxisError as e:
    print('no', e)
    y = 7 * x.sum()
y  # 21

try:
    print(x @ np.ones((3, 1)))
    y = 0 * x.sum()
except ValueError:
    y = x.sum()
y  # 3

from contextlib import suppress
y = x
with suppress(ValueError):
    y = x + np.ones(3)
y.sum()  # 3

import torch
t = torch.tensor([1., 2., 3.])
try:
    y = t + torch.ones(2)
except RuntimeError:
    y = t
y.sum()  # 6

import torch
try:
    y = x + np.ones(3)
except RuntimeError:
    y = x
except ValueError:
    y = 2 * x
y.sum()  # 6

def f(a):
    try:
        return a @ np.ones((3, 3))
    except ValueError as e:
        raise IndexError(f'no: {e}')
try:
    y = f(x)
except IndexError:
    y = x.sum()
y  # 3
"""


def test_programs_go_on_as_numpy_and_pytorch_let_them() -> None:
    for text in PROGRAMS.strip().split("\n\n"):
        trace = engine.trace(f"import numpy as np\nx = np.array([1., 2.])\n{text}")
        assert trace.nodes[trace.output].value == float(text.rpartition("#")[2]), text
