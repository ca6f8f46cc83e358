"""Mathematics as people type it: read where it has one meaning, and said what it was read as."""

import math
import re

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine import EngineError, Limits
from tests.each import each

READ = [  # what is typed, the same in Python, and what was read as what
    ("|x|", "abs(x)", {"|x|": "abs(x)"}),
    ("|x - |y|| + 2", "abs(x - abs(y)) + 2", {"|x - |y||": "abs(x - abs(y))"}),
    ("√x + √(x + 1)", "sqrt(x) + sqrt(x + 1)", {"√x": "sqrt(x)", "√(x + 1)": "sqrt(x + 1)"}),
    ("2√2", "2 * sqrt(2)", {"2√2": "2*sqrt(2)"}),
    ("√sigmoid(x)", "sqrt(sigmoid(x))", {"√sigmoid(x)": "sqrt(sigmoid(x))"}),
    ("x²", "x ** 2", {"x²": "x**2"}),
    ("3x⁻¹", "3 * x ** -1", {"3x⁻¹": "3*x**-1"}),
    ("x¹⁰", "x ** 10", {"x¹⁰": "x**10"}),
    ("x²y", "x ** 2 * y", {"x²y": "x**2*y"}),
    ("|x|²", "abs(x) ** 2", {"|x|²": "abs(x)**2"}),
    ("2x + 3y", "2 * x + 3 * y", {"2x": "2*x", "3y": "3*y"}),
    ("-2x", "-(2 * x)", {"2x": "2*x"}),
    ("(x + 1)y", "(x + 1) * y", {"(x + 1)y": "(x + 1)*y"}),
    ("2π", "2 * pi", {"2π": "2*π"}),
    ("x^2 + e^x", "x ** 2 + e ** x", {"x^2": "x**2", "e^x": "e**x"}),
    ("e^(-x)", "e ** (-x)", {"e^(-x)": "e**(-x)"}),
    ("2x^2", "2 * x ** 2", {"2x^2": "2*x**2"}),
    ("sin x + cos y", "sin(x) + cos(y)", {"sin x": "sin(x)", "cos y": "cos(y)"}),
    ("sin²(x)", "sin(x) ** 2", {"sin²(x)": "sin(x)**2"}),
    ("x × y ÷ 2", "x * y / 2", {}),
    ("（x ＋ １２）＊２", "(x + 12) * 2", {"（": "(", "＋": "+", "１２）＊２": "12)*2"}),
    ("x – y — 2 • x ⊙ y", "x - y - 2 * x * y", {"–": "-", "—": "-", "•": "*", "⊙": "*"}),
    (
        "(x ≤ y) + (x ≥ y) * 2 + (x ≠ y) * 4 + x",
        "(x <= y) + (x >= y) * 2 + (x != y) * 4 + x",
        {"≤": "<=", "≥": ">=", "≠": "!="},
    ),
    ("x * 1,000", "x * 1000", {"1,000": "1000"}),
    ("x * 100원", "x * 100", {"100원": "100"}),
    ("x * 1,000원", "x * 1000", {"1,000원": "1000"}),
    ("Relu(x)", "relu(x)", {"Relu": "relu"}),
    ("ReLU(x) + Sigmoid(y)", "relu(x) + sigmoid(y)", {"ReLU": "relu", "Sigmoid": "sigmoid"}),
    ("σ(x)", "sigmoid(x)", {"σ": "sigmoid"}),
    ("시그모이드(x) + 제곱근(y)", "sigmoid(x) + sqrt(y)", {"시그모이드": "sigmoid", "제곱근": "sqrt"}),
    ("로그(x)", "log(x)", {"로그": "log"}),
]
READ += [
    ("x₁ + 3x₂", "x1 + 3 * x2", {"x₁": "x1", "3x₂": "3*x2"}),
    ("θ₁x", "θ1 * x", {"θ₁x": "θ1*x"}),
    ("x_{1} + y", "x_1 + y", {"x_{1}": "x_1"}),
    ("e^{-x}y", "e ** (-x) * y", {"e^{-x}y": "e**(-x)*y"}),
    ("x^{2}", "x ** 2", {"x^{2}": "x**(2)"}),
    ("sin²x + cos² y", "sin(x) ** 2 + cos(y) ** 2", {"sin²x": "sin(x)**2", "cos² y": "cos(y)**2"}),
    ("sin^2(x)", "sin(x) ** 2", {"sin^2(x)": "sin(x)**2"}),
    ("sin^2 x", "sin(x) ** 2", {"sin^2 x": "sin(x)**2"}),
    ("log₂ x + log₂x", "log2(x) + log2(x)", {"log₂ x": "log2(x)", "log₂x": "log2(x)"}),
    ("log₁₀(x)", "log10(x)", {"log₁₀": "log10"}),
    ("½x + ¾", "(1/2) * x + (3/4)", {"½x": "(1/2)*x", "¾": "(3/4)"}),
    ("x * 3천원 + 2만", "x * 3000 + 20000", {"3천원": "3*1000", "2만": "2*10000"}),
    ("x * 100 원", "x * 100", {"100 원": "100 "}),
    ("minimum(x, ∞)", "minimum(x, inf)", {"∞": "inf"}),
]
UNCLEAR = [
    "1 / 2x",
    "sin 2x",
    "sin x²",
    "sin x y",
    "sin⁻¹(x)",
    "√x²",
    "√2x",
    "|x|y|",
    "x y",
    "10 x",
    "√",
    "|x",
    "2(x + 1)",
]
GIVEN = "x = 1.5\ny = 2.5\nx1 = 0.5\nx2 = 0.7\nx_1 = 0.3\nθ1 = 0.9\nz = {}\n"


@each("typed, python, readings", READ)
def test_what_has_one_meaning_is_read_and_said(typed: str, python: str, readings: dict[str, str]):
    text = GIVEN.format(typed)
    read, expected = engine.trace(text), engine.trace(GIVEN.format(python))
    assert read.nodes[read.output].value == expected.nodes[expected.output].value
    assert read.gradients == expected.gradients
    lines = text.splitlines()
    said = {lines[s.start_line - 1][s.start_column : s.end_column]: meant for s, meant in read.read_as}
    assert said == readings


@each("typed", UNCLEAR)
def test_what_has_several_meanings_is_refused_at_its_line(typed: str):
    with pytest.raises(EngineError) as caught:
        engine.trace(GIVEN.format(typed))
    assert caught.value.span is not None
    assert caught.value.span.start_line == 7


def test_what_python_reads_stays_as_it_is():
    for text in (
        'x = 2.0\nname = "2x |x| √x"\ny = x * 3  # 2x, √\n',
        "m = [1, 0]\nk = [1, 1]\ny = (m & k) | m",
        "x = 3\ny = x\n",
    ):
        assert engine.trace(text).read_as == []


@each(
    "expression, meant, value",
    [
        ("x + y", "np.add(x, y)", [4, 6]),
        ("x[:1] + y[1:]", "np.add(x[:1], y[1:])", [5]),
        ("x * n", "np.multiply(x, n)", [2, 4]),
        ("2 * y", "np.multiply(2, y)", [6, 8]),
    ],
)
def test_lists_that_are_added_as_arrays_are_said_to_be(expression: str, meant: str, value: list[float]):
    """Python joins and repeats them."""
    given = "x = [1, 2]\ny = [3, 4]\nn = 2\n"
    read = engine.trace(given + expression)
    assert [text for _, text in read.read_as] == [meant]
    assert np.asarray(read.nodes[read.output].value).tolist() == value
    assert engine.trace("import numpy as np\n" + given + meant).read_as == []


def test_a_power_of_whole_numbers_is_python_s_or_refused():
    """3 ^ 2 is 1 in Python and 9 to a mathematician."""
    with pytest.raises(EngineError) as caught:
        engine.trace("x = 3\ny = x^2")
    assert caught.value.kind == "caret"


def test_a_name_of_the_program_is_never_read_as_another():
    assert engine.trace("x = 2.0\nσ = 3.0\ny = 2σ + x").gradients == {"x": 1.0, "σ": 2.0}
    assert engine.trace("def 합(a):\n    return a * 2\nx = 2.0\ny = 합(x)").gradients == {"x": 2.0}


def test_an_error_points_into_the_text_as_it_was_typed():
    with pytest.raises(EngineError) as caught:
        engine.trace("x = 2.0\ny = √x + 2x + unknown")
    span = caught.value.span
    assert span is not None
    assert (span.start_column, span.end_column) == (14, 21)


def test_the_numbers_of_typed_mathematics_can_be_given():
    for value in (3.0, 12.5):
        assert engine.trace("x = 2.0\ny = x² + 2x", {"x": value}).gradients == {"x": 2 * value + 2}


@each("piece", ["|", "√(", "√", "^(", "2x", "sin²(", "²", "1,000", "（", "sin ", "x|"])
def test_long_mathematics_ends(piece: str):
    limits = Limits(text_length=64_000, steps=200_000, nodes=20_000)
    text = "x = 2.0\ny = " + piece * (60_000 // len(piece))
    with pytest.raises(EngineError):
        engine.trace(text, limits=limits)


@pytest.mark.parametrize(
    ("program", "written", "number"),
    [
        ("z = 1,500 * x", "1,500", "1500"),
        ("z = max(x, 1,000)", "1,000", "1000"),
        ("x = 2,500.5", "2,500.5", "2500.5"),
        ("가격 = 10\n값 = 가격 * 1,234,567", "1,234,567", "1234567"),
        ("z = max(2,500원, x)", "2,500", "2500"),
    ],
)
def test_a_number_with_commas_that_python_reads_as_several_is_refused(program, written, number):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program, {"x": 2.0} if "x" in program and "x =" not in program else {})
    error = caught.value
    assert (error.kind, error.params["got"], error.params["number"]) == ("comma-number", written, number)
    line = program.split("\n")[error.span.start_line - 1]
    assert line[error.span.start_column : error.span.end_column] == written


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("a, b = 1,500\nz = a * b", 500.0),
        ("z = sum(range(1,100))", 4950.0),
        ("z = max([1,200])", 200.0),
        ("# 1,000\nt = '1,000'\nz = 2 * 3", 6.0),
        ("total = 1,500원\nz = total * 2", 3000.0),
    ],
)
def test_commas_that_part_values_are_left(program, value):
    assert engine.trace(program)["z"].value == value


A = np.array([[2.0, 0.5], [0.3, 1.5]])
# What is not read, what the sentence says to write instead of it, and what that is in Python.
TOLD = [
    ("10% * x", ["(10 / 100)"], ["0.1 * x"]),
    ("x / 10%", ["(10 / 100)"], ["x / 0.1"]),
    ("x * (1 + 10%)", ["(10 / 100)"], ["x * 1.1"]),
    ("x * 10% - y", ["(10 / 100) - y", "10 % (-y)"], ["x * 0.1 - y", "x * 10 % -y"]),
    ("sin⁻¹(x)", ["arcsin(x)", "1 / sin(x)"], ["arcsin(x)", "1 / sin(x)"]),
    ("tan^-1 x", ["arctan(x)", "1 / tan(x)"], ["arctan(x)", "1 / tan(x)"]),
    ("A⁻¹", ["inv(A)", "1 / A"], ["np.linalg.inv(A)", "1 / A"]),
    ("Aᵀ", [".T"], ["A.T"]),
    ("eˣ", ["** x"], ["np.exp(x)"]),
    ("e⁻ˣ", ["** -x"], ["np.exp(-x)"]),
    ("sin 2x", ["sin(2 * x)", "sin(2) * x"], ["sin(2 * x)", "sin(2) * x"]),
    ("sin x²", ["sin(x ** 2)", "sin(x) ** 2"], ["sin(x ** 2)", "sin(x) ** 2"]),
    ("sin x^2", ["sin(x ** 2)", "sin(x) ** 2"], ["sin(x ** 2)", "sin(x) ** 2"]),
    ("y sin x", ["y * sin(x)"], ["y * sin(x)"]),
    ("sin(x) cos(y)", [") *"], ["sin(x) * cos(y)"]),
    ("SIN x", ["sin(x)"], ["sin(x)"]),
    ("시그모이드 x", ["sigmoid(x)"], ["1 / (1 + np.exp(-x))"]),
    ("√2x", ["sqrt(2) * x", "sqrt(2 * x)"], ["np.sqrt(2) * x", "np.sqrt(2 * x)"]),
    ("√|x|", ["sqrt(abs(x))"], ["np.sqrt(abs(x))"]),
    ("2|x|", ["2 * abs(x)"], ["2 * abs(x)"]),
    ("|x||y|", ["abs(x) * abs(y)"], ["abs(x) * abs(y)"]),
    ("log|x|", ["log(abs(x))"], ["np.log(abs(x))"]),
    ("1/2x", ["/ 2 * x", "/ (2 * x)"], ["x / 2", "1 / (2 * x)"]),
    ("x^2y", ["** 2 * y", "** (2 * y)"], ["x ** 2 * y", "x ** (2 * y)"]),
    ("3½", ["(3 + 1/2)", "3 * (1/2)"], ["3.5", "1.5"]),
    ("x½", ["x * (1/2)"], ["x / 2"]),
    ("x y", ["x * y"], ["x * y"]),
    ("2x y", ["2 * x * y"], ["2 * x * y"]),
    ("π r²", ["π * r"], ["np.pi * r ** 2"]),
    ("2πx", ["π * x"], ["2 * np.pi * x"]),
    ("1 000 000 * x", ["1000000"], ["1e6 * x"]),
    ("$100 * x", ["100"], ["100 * x"]),
    ("1,500₩ * x", ["1500"], ["1500 * x"]),
    ("30° * x", ["deg2rad(30)"], ["np.deg2rad(30) * x"]),
    ("x!", ["tgamma(x + 1)"], ["math.gamma(x + 1)"]),
    ("⌊3x⌋", ["floor(3x)"], ["np.floor(3 * x)"]),
    ("⌈3x⌉", ["ceil(3x)"], ["np.ceil(3 * x)"]),
    ("‖A‖", ["norm(A)"], ["np.linalg.norm(A)"]),
    ("∛x", ["cbrt(x)"], ["np.cbrt(x)"]),
    ("∑ A", ["sum(A)"], ["np.sum(A)"]),
    ("∏(A)", ["prod(A)"], ["np.prod(A)"]),
    ("x mod y", ["x % y"], ["x % y"]),
    ("2{x + 1}", ["2 * (x + 1)"], ["2 * (x + 1)"]),
    ("max{x, y}", ["max(x, y)"], ["max(x, y)"]),
    ("x의 제곱", ["x ** 2"], ["x ** 2"]),
    ("x의 제곱근", ["sqrt(x)"], ["np.sqrt(x)"]),
    (r"\frac{1}{2}x", ["((1) / (2))"], ["x / 2"]),
    (r"\sqrt{x + 1}", ["sqrt(x + 1)"], ["np.sqrt(x + 1)"]),
    (r"\sin x", ["sin(x)"], ["np.sin(x)"]),
    (r"x \cdot y", ["*"], ["x * y"]),
    (r"\pi * x", ["pi"], ["np.pi * x"]),
    ("$x^2$", ["x^2"], ["x ** 2"]),
]


@each("typed, remedies, meanings", TOLD)
def test_what_is_not_read_is_told_with_what_to_write_which_means_that(typed, remedies, meanings):
    given = {"x": 0.4, "y": 2.5, "r": 1.5, "A": A}
    plain = re.sub(r"[a-z]{2,}|\\\w+", "", typed.replace("ˣ", " x"))
    values = {name: value for name, value in given.items() if name in plain}
    with pytest.raises(EngineError) as caught:
        engine.trace(typed, values)
    error = caught.value
    said = [error.params[name] for name in ("instead", "first", "second") if name in error.params]
    assert said == remedies
    assert error.span is not None
    names = {"np": np, "math": math, "sin": np.sin, "cos": np.cos, "tan": np.tan, "arcsin": np.arcsin}
    for remedy, meaning in zip(remedies, meanings, strict=True):
        text = typed[: error.span.start_column] + remedy + typed[error.span.end_column :]
        trace = engine.trace(text, values)
        expected = eval(meaning, names | {"arctan": np.arctan} | given)  # the test's own text
        assert np.allclose(trace.nodes[trace.output].value, expected), text


def test_what_stands_in_a_comment_or_a_text_or_is_a_name_of_the_program_is_left_alone():
    for line in ('"""xᵀ of\n10% - x"""', "# 10% - x, eˣ", "print(f'{x}% - y, 10% - y')", "xᵀ = x"):
        assert engine.trace(f"x = 2.0\n{line}\nz = x * 3\nz")["z"].value == 6.0


NAMES = "x = 2.0\ny = x ** 2\nw = 3.0\na = np.array([1.0, 2.0, 3.0])\nb = np.array([2.0, 5.0, 7.0])\n"
# A line that speaks of these names, and what it means: of two remedies, what each of them means.
WITHOUT_VALUES = [
    ("xy", [8.0]),
    ("z = xyw + 1; z", [25.0]),
    ("2xy", [16.0]),
    ("1 / xy", [2.0, 0.125]),
    ("xy ** 2", [32.0, 64.0]),
    ("xy²", [32.0, 64.0]),
    ("πx", [2 * math.pi]),
    ("ab", [[2.0, 10.0, 21.0]]),
    ("dy/dx", [4.0]),
    ("w * dy / dx", [12.0]),
    ("d/dx (x ** 3)", [12.0]),
    ("∂y/∂x + 1", [5.0]),
    ("∂/∂x (w * x)", [3.0]),
    ("∫_0^1 x dx", [0.5]),
    ("∫_{1}^{2} 2*x dx", [3.0]),
    ("∫ a", [4.0]),
    ("∫ a db", [9.5]),
    ("Σa", [6.0]),
    ("Σ(a)", [6.0]),
    ("Σ(a - b)**2", [26.0]),
    ("Σ (a - b)²", [26.0]),
    ("Σ a**2 + 1", [15.0]),
    ("Σ a b", [33.0]),
    ("Σ_i a_i", [6.0]),
    ("∑_{i=1}^{n} a_i b_i", [33.0]),
    ("∑_i (a_i - b_i)**2", [26.0]),
    ("∏ a", [6.0]),
    ("Π a", [6.0]),
]


def test_mathematics_of_names_is_told_with_what_to_write_and_that_gives_what_is_meant():
    for line, meanings in WITHOUT_VALUES:
        with pytest.raises(EngineError) as caught:
            engine.trace(NAMES + line)
        error = caught.value
        said = [error.params[name] for name in ("instead", "first", "second") if name in error.params]
        assert error.span is not None and len(said) == len(meanings), (line, error)
        for remedy, meaning in zip(said, meanings, strict=True):
            text = line[: error.span.start_column] + remedy + line[error.span.end_column :]
            trace = engine.trace(NAMES + text)
            assert np.allclose(trace.nodes[trace.output].value, meaning), (line, text)


@pytest.mark.parametrize("line", ["xz", "x1", "dz/dx", "Σz", "xs", "nx"])
def test_a_name_that_is_no_product_of_known_names_has_no_value(line):
    with pytest.raises(EngineError) as caught:
        engine.trace(NAMES + line)
    assert caught.value.kind == "unknown-name"
