"""Random programs mean in the engine what they mean in Python: CPython and NumPy run each of them, too."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from tests.each import each
from tests.engine.fuzz.compare import Outcome, compared, judge, repeats_a_target, shrunk
from tests.engine.fuzz.execution import Expected, Unfit, array_expected, known_expected
from tests.engine.fuzz.grammar import HALVES, constructs, generate
from tests.engine.fuzz.minimiser import minimised

SEED = 1
PROGRAMS = 60  # of each half
AT_ONCE = 15

# What the engine never refuses: a program that is made of nothing else runs. All that there is:
# `python -m tests.engine.fuzz.compare 500 --constructs`.
SUPPORTED = {
    " ".join(name.split())
    for name in """!=; %; &; (…, …); *; * in a target; * in an expression; **; ** in a call;
    **=; **kwargs; *=; *args; +; +=; +x;
    -; -=; -x; .T; .append(); .astype(); .clear(); .copy(); .count(); .dot(); .endswith(); .extend(); .find();
    .flatten(); .fromkeys(); .get(); .index(); .insert(); .isdigit(); .items(); .join(); .keys(); .lower(); .max();
    .mean(); .ndim; .pop(); .ravel(); .remove(); .replace(); .reshape(); .reverse(); .rjust(); .setdefault();
    .shape; .size; .sort(); .split(); .startswith(); .std(); .sum(); .transpose(); .union(); .update(); .upper();
    .values(); .var(); .zfill(); /; //; //=; /=; :=; <; <=; ==; >; >=; @; @classmethod; @property; @staticmethod;
    NoneType literal; […]; ^; __add__; __bool__; __call__; __contains__; __eq__; __getitem__; __init__; __iter__;
    __len__; __lt__; __mul__; __neg__; __rmul__; __setitem__; __str__; abs(); all(); and; annotation; assert;
    attribute assignment; bool literal; bool(); break; chained assignment; class; comprehension with if;
    comprehension with several for; conditional expression; continue; def; default argument; del; dict
    comprehension; dict(); divmod(); elif; else; enumerate(); f-string; filter(); float(); for; for else; generator
    expression; global; if; import; in; inheritance; int(); is; is not; isinstance(); issubclass(); item; item
    assignment; iter(); keyword-only argument; lambda; len(); list comprehension; list(); map(); math.exp();
    math.floor(); math.sin(); max(); min(); mutable default; nested def; next(); nonlocal; not; not in; np.abs();
    np.amax(); np.arange(); np.array(); np.asarray(); np.clip(); np.concatenate(); np.copy(); np.cos(); np.cosh();
    np.cumsum(); np.diag(); np.divide(); np.einsum(); np.exp(); np.expand_dims(); np.eye(); np.flip(); np.full();
    np.inner(); np.linalg.norm(); np.linspace(); np.log1p(); np.matmul(); np.max(); np.maximum(); np.mean();
    np.min(); np.multiply(); np.negative(); np.ones(); np.outer(); np.pad(); np.power(); np.prod(); np.ravel();
    np.repeat(); np.roll(); np.sin(); np.sort(); np.square(); np.squeeze(); np.stack(); np.sum(); np.tanh();
    np.tile(); np.trace(); np.transpose(); np.var(); np.vstack(); np.where(); np.zeros(); np.zeros_like(); or;
    ord(); pass; positional-only argument; range(); reversed(); round(); set comprehension; set(); slice; slice
    assignment; sorted(); str literal; str(); sum(); super(); tuple(); unpacking; while; while else; yield; yield
    from; zip(); {…: …}; {…}; |; |=; ~""".split(";")
}
# What is refused on purpose, whatever it is made of.
REFUSED = {
    "axis-of-number": "np.sum(2.0, 0): a number has no axes",
    "branch": "a condition that depends on an input",
    "index-mask": "a single True or False is no place",
    "not-iterable": "an object that has __getitem__ alone gives no items",
    "while-loop": "a condition that depends on an input",
}


@functools.cache
def text_of(half: str, number: int) -> str:
    return generate(half, SEED, number)


@functools.cache
def outcomes(half: str, first: int) -> list[tuple[str, Outcome]]:
    texts = [text_of(half, number) for number in range(first, first + AT_ONCE)]
    return [(text, judge(text, half)) for text in texts if not repeats_a_target(text)]


some_programs = pytest.mark.parametrize(
    ("half", "first"), [(half, first) for half in HALVES for first in range(0, PROGRAMS, AT_ONCE)]
)


@some_programs
def test_a_random_program_has_the_value_and_gradients_that_python_gives(half, first):
    differing = [found for found in outcomes(half, first) if found[1].how in ("difference", "crash")]
    if differing:
        text, outcome = differing[0]
        pytest.fail(f"{len(differing)} differ; {outcome.message}\n{text}\nsmaller:\n{shrunk(text, half, outcome)}")


@some_programs
def test_a_random_program_of_what_is_supported_is_not_refused(half, first):
    refused = [
        f"{outcome.message}\n{text}"
        for text, outcome in outcomes(half, first)
        if outcome.how == "refusal" and outcome.what not in REFUSED and constructs(text) <= SUPPORTED
    ]
    assert not refused, f"{len(refused)} are refused; {refused[0]}"


def test_all_that_is_called_supported_stands_in_a_random_program():
    made = {name for half in HALVES for number in range(PROGRAMS) for name in constructs(text_of(half, number))}
    assert made >= SUPPORTED


@pytest.mark.parametrize("half", HALVES)
def test_a_program_with_a_number_is_always_the_same(half):
    assert generate(half, 3, 4) == generate(half, 3, 4) != generate(half, 3, 5)


@pytest.mark.parametrize(
    ("program", "value", "gradients"),
    [
        ("x = 1.5\nn = 2\nz = x ** 2 * n", 4.5, {"x": 6.0, "n": 2.25}),
        ("x = 2.0\nt = [x]\nu = t\nu += [3 * x]\nz = sum(t) / x", 4.0, {"x": 0.0}),
        ("x = 2.0\ns = 0\nfor i in range(3):\n    s += i * x\nz = s", 6.0, {"x": 3.0}),
        ("x = 2.0\nn = 3\nz = x\nfor i in range(n):\n    z = z * x", 16.0, {"x": 32.0, "n": 0.0}),
        ("x = 2.0\ny = 4.0\nz = 7 % y + x // 2 + np.exp(0 * x) / y", 4.25, {"x": 0.0, "y": -1 - 1 / 16}),
    ],
)
def test_dual_numbers_give_the_gradients_of_known_programs(program, value, gradients):
    found = known_expected(program)
    assert (found.value, found.gradients) == (pytest.approx(value), pytest.approx(gradients))


@each(
    "program",
    [
        "x = 1.5\nz = x if x > 1 else 2 * x",
        "x = 1.5\nz = max(x, 1) * x",
        "x = 1.5\nn = 2\nz = x\nwhile n:\n    n -= 1",
        "x = 1.5\nz = 1 / (x - x)",
        "x = 1.5\nwhile True:\n    pass",
        "x = 1.5\nn = 10 ** 9\nz = x * n * n",
        "x = 1.5\nn = float(x)\nz = x * n",
        "x = 1.5\nz = 3.0",
    ],
)
def test_a_known_program_that_raises_or_branches_on_an_input_or_grows_is_unfit(program):
    with pytest.raises(Unfit):
        known_expected(program)


@pytest.mark.parametrize(
    ("program", "value", "gradients"),
    [
        ("a = np.array([1., 2.])\nb = a\nb += 1\nz = np.sum(a ** 2)", 13.0, {"a": [4, 6]}),
        ("a = np.array([1., 2.])\nb = a + 0\nb += 1\nz = np.sum(a ** 2)", 5.0, {"a": [2, 4]}),
        (
            "m = np.array([[1., 2.], [3., 4.]])\nrow = m[0]\nrow[1] = 5.\nz = np.sum(m ** 2)",
            51.0,
            {"m": [[2, 0], [6, 8]]},
        ),
        ("a = np.array([1., 2.])\ns = 3.0\nz = np.sum(np.maximum(a, 1.5) * s)", 10.5, {"a": [0, 3], "s": 3.5}),
        (
            "a = np.array([1., 2.])\nout = np.zeros(2)\nfor i in range(2):\n    out[i] = a[i] * i\nz = out.sum()",
            2.0,
            {"a": [0, 1]},
        ),
    ],
)
def test_autograd_and_differences_give_the_gradients_of_array_programs(program, value, gradients):
    found = array_expected(program)
    assert found.value == pytest.approx(value) and found.gradients.keys() == gradients.keys()
    assert all(np.allclose(found.gradients[name], gradients[name], rtol=1e-8, atol=1e-9) for name in gradients)


@pytest.mark.parametrize(
    "program",
    [
        "a = np.array([0., 2.])\nz = np.sum(np.maximum(a, 0))",
        "a = np.array([1., 2.])\nb = a[a > 0.99999]\nz = np.sum(b)",
        "a = np.array([1., 2.])\nz = a",
        "a = np.array([1., 2.])\nz = np.log(a[0] - a[1])",
    ],
)
def test_an_array_program_near_a_kink_or_without_a_number_at_the_end_is_unfit(program):
    with pytest.raises(Unfit):
        array_expected(program)


@each(
    "value, gradients, what",
    [
        (2.0, {"a": [1.0, 0.0]}, ""),
        (2.0 + 1e-5, {"a": [1.0, 0.0]}, "value"),
        (np.nan, {"a": [1.0, 0.0]}, "value"),
        ([2.0], {"a": [1.0, 0.0]}, "value"),
        (2.0, {"a": [1.0, 1e-5]}, "gradient"),
        (2.0, {"a": 1.0}, "gradient"),
        (2.0, {}, "missing input"),
    ],
)
def test_what_differs_is_named(value, gradients, what):
    assert (
        compared(Expected(2.0, {"a": np.array([1.0, 0.0]), "b": 0.0}), value, {"b": 0.0} | gradients, 1e-6).what == what
    )


def test_a_failing_program_shrinks_to_what_fails():
    text = (
        "x = 1.5\ny = [1, 2]\nfor i in range(3):\n    if i:\n        y.append(i * (x + 2))\nz = sum(y) + len('abc')\n"
    )
    assert minimised(text, lambda candidate: "append" in candidate) in (
        "y.append\n",
        "1 .append\n",
        "i.append\n",
        "[].append\n",
    )


@pytest.mark.parametrize(
    ("program", "names"),
    [
        ("for i in range(3):\n    a[i] += 1\nelse:\n    pass", "for range() [i] item += for-else pass"),
        (
            "def f(a, *b, c=[], **d):\n    return sorted(a)[1:]",
            "def *args **kwargs keyword-only default sorted() slice",
        ),
        ("z = np.sum(x.copy() @ y)", "np.sum() .copy() @"),
    ],
)
def test_constructs_are_named(program, names):
    found = constructs(program)
    plain = {"for-else": "for else", "keyword-only": "keyword-only argument", "default": "mutable default"}
    assert {plain.get(name, name) for name in names.split()} - {"[i]"} <= {*found, "item"}
