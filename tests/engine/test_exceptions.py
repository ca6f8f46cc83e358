"""Exceptions, and what is done at the end of a body: what programs do with them, as CPython does it."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from pathlib import Path
from typing import Any

import pytest

from gradlens import engine
from tests.engine.fuzz.tables import between_blank_lines

DATA = Path(__file__).parent / "data"
WRITTEN = "\nwritten = [ord(letter) + 0.0 for letter in repr(result)]"  # the text of what a program found, as numbers


def in_cpython(program: str) -> str:
    space: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(program, "program", "exec", dont_inherit=True), space)
    return repr(space["result"])


def here(program: str) -> str:
    try:
        trace = engine.trace(program + WRITTEN)
    except engine.EngineError as error:
        return f"{error.kind}: {error.detail}"
    value: Any = trace.nodes[trace.output].value
    return "".join(chr(int(code)) for code in value)


def plain(text: str) -> str:
    """Without the .0 of whole floats: a number of the graph has no type."""
    return re.sub(r"\b(\d+)\.0\b", r"\1", text)


def differing(programs: list[str]) -> list[tuple[str, str, str]]:
    compared = [(program, plain(in_cpython(program)), plain(here(program))) for program in programs]
    return [(program, expected, found) for program, expected, found in compared if expected != found]


def test_programs_handle_exceptions_as_in_cpython_with_its_own_texts() -> None:
    assert differing(between_blank_lines((DATA / "exceptions.txt").read_text())) == []


def refused(program: str, **inputs: Any) -> engine.EngineError:
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program, inputs, limits=engine.Limits(steps=50_000))
    return caught.value


# What is a refusal here and no exception there: a program cannot handle it.
REFUSALS = {
    "y = torch.fft.fft(x)": "complex-number",
    "y = unheard_of": "unknown-name",
    "y = unheard_of(x)": "unknown-function",
    "y = open('a.txt').read() + x": "out-of-reach",
    "v = x\n    while v > 1:\n        v = v / 2\n    y = v": "while-loop",
    "y = 'abc'.encode()": "no-attribute",
    "def f(n):\n        return f(n + 1)\n    y = f(1)": "too-many-steps",
    "n = 0\n    while True:\n        n = 1": "too-many-steps",
    "y = [0] * 10 ** 9": "too-many-steps",
    "y = np.zeros(10 ** 9)": "too-many-elements",
    "y = jnp.ones(3) @ jnp.ones(4) * x": "matmul-shapes",
}


def test_a_refusal_of_ours_is_never_handled_by_the_program() -> None:
    found: dict[str, str] = {}
    for line in REFUSALS:
        for handler in ("except Exception:", "except:", "except BaseException as e:"):
            error = refused(f"x = 2.0\ntry:\n    {line}\n{handler}\n    y = 5 * x\nfinally:\n    z = 1\ny * x")
            found[line] = error.kind
            assert error.span is not None, line
    assert found == REFUSALS


def test_an_exception_that_nobody_handles_is_told_with_its_place_and_its_calls() -> None:
    error = refused("def f(v):\n    if v < 0:\n        raise ValueError(f'{v} is negative')\n    return v\nf(-2)")
    assert (error.kind, error.span and error.span.start_line) == ("raised-in-call", 3)
    assert error.params["what"] == "ValueError: -2 is negative" and error.params["calls"] == "f(-2)"
    error = refused(
        "class Own(Exception):\n    def __str__(self):\n        return 'mine'\ntry:\n    raise Own\nfinally:\n    x = 1"
    )
    assert (error.kind, error.params["what"], error.span and error.span.start_line) == ("raised", "Own: mine", 5)
    error = refused("x = [1, 2]\ntry:\n    x[5]\nexcept KeyError:\n    pass")
    assert (error.kind, error.span and error.span.start_line) == ("index-range", 3)


def test_a_gradient_goes_through_try_and_with() -> None:
    program = """
class Scaled:
    def __enter__(self):
        return 3
    def __exit__(self, *given):
        return False
def safe(a, b):
    try:
        return a / b
    except ZeroDivisionError:
        return 0.0 * a
    finally:
        log.append(b)
log = []
x = 2.0
with Scaled() as k:
    y = safe(x, 4) + safe(x, 0) + k * x
"""
    trace = engine.trace(program)
    assert trace.nodes[trace.output].value == 6.5
    assert trace.gradients["x"] == 3.25


def test_what_an_input_decides_by_an_exception_is_a_branch_on_it() -> None:
    program = "x = {}\ntry:\n    y = 1 / x\nexcept ZeroDivisionError:\n    y = x * 3\ny"
    assert engine.trace(program.format("2.0")).gradients["x"] == -0.25
    assert refused(program.format("0.0")).kind == "branch"
    assert refused(program.format("2.0"), x=0.0).kind == "branch"


def test_an_assertion_on_known_values_is_checked_and_one_on_the_graph_is_passed_over() -> None:
    assert refused("x = 2.0\nn = 3\nassert n == 4, 'four'\ny = x * n").kind == "assertion"
    trace = engine.trace("x = 2.0\nassert x > 5\ny = x * 3")
    assert trace.gradients["x"] == 3.0
    assert [span.start_line for span in trace.skipped] == [2]


HOSTILE = """
while True:
    try:
        raise ValueError('x')
    except ValueError:
        continue

def f():
    while True:
        try:
            return 1
        finally:
            continue
f()

def f():
    try:
        raise ValueError
    except ValueError:
        return f()
f()

class A:
    def __eq__(self, o):
        return [self] == [o]
A() == A()

class A(Exception):
    def __str__(self):
        return str(self)
raise A()

a = ('x',)
while True:
    try:
        raise ValueError(a, a)
    except ValueError as e:
        a = e.args

a = ('x',)
for i in range(99):
    try:
        raise ValueError(a, a)
    except ValueError as e:
        a = e.args
len(str(a))

class A:
    def __iter__(self): return self
    def __next__(self):
        for x in self: pass
for i in A(): pass

class A:
    def __iter__(self): return self
    def __next__(self): return 1
sum(A())

class A:
    def __enter__(self): return self
    def __exit__(self, *a):
        with self: pass
with A(): pass

def g():
    yield from g()
list(g())
"""


def test_what_never_ends_ends_within_the_limits() -> None:
    for program in between_blank_lines(HOSTILE):
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program, limits=engine.Limits(steps=50_000))
        assert caught.value.kind in ("too-many-steps", "recursion", "too-deep", "raised"), program


@pytest.mark.parametrize(
    "program",
    [
        "import sys\nz = x * 2\nsys.exit()\nz = x * 5",
        "import sys\ndef f(t):\n    if t > 3:\n        return t\n    sys.exit(1)\nz = x * 2\nf(2)\nz = x * 7",
        "from sys import exit\nz = x * 2\nexit()\nz = x * 3",
        "import sys\nfor i in range(3):\n    z = x * (i + 1)\n    if i == 1:\n        sys.exit(0)",
    ],
)
def test_a_program_ends_where_it_says_so(program):
    assert engine.trace(program, {"x": 0.5})["z"].value == 1.0
