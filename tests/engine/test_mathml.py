"""Formulas as MathML: everything that the engine writes, and what prose needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from gradlens import engine
from gradlens.engine.deriving.derivations import derivation
from gradlens.engine.deriving.op_reference import reference
from gradlens.engine.exporting.mathml_formulas import mathml, unknown_commands
from gradlens.engine.ops import OPS

FRACTION = "<mfrac><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi><mi>x</mi></mrow></mfrac>"
# By LaTeX: the elements, without their attributes.
STRUCTURES = {
    "x": "<mi>x</mi>",
    "12.5": "<mn>12.5</mn>",
    "x_{1}": "<msub><mi>x</mi><mn>1</mn></msub>",
    "x^2": "<msup><mi>x</mi><mn>2</mn></msup>",
    "x^{n-1}": "<msup><mi>x</mi><mrow><mi>n</mi><mo>−</mo><mn>1</mn></mrow></msup>",
    "x_i^2": "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>",
    "x^2_i": "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>",
    "f'": "<msup><mi>f</mi><mo>′</mo></msup>",
    r"W^\top": "<msup><mi>W</mi><mi>⊤</mi></msup>",
    r"\frac{\partial L}{\partial x}": FRACTION,
    r"\left(\frac{\partial L}{\partial x}\right)^{2}": (
        f"<msup><mrow><mo>(</mo>{FRACTION}<mo>)</mo></mrow><mn>2</mn></msup>"
    ),
    r"\frac12": "<mfrac><mn>12</mn><mrow></mrow></mfrac>",  # figures are one number here
    r"\frac{1}{2}": "<mfrac><mn>1</mn><mn>2</mn></mfrac>",
    r"\sqrt{x}": "<msqrt><mi>x</mi></msqrt>",
    r"\sqrt[3]{x}": "<mroot><mi>x</mi><mn>3</mn></mroot>",
    r"\theta_{2}": "<msub><mi>θ</mi><mn>2</mn></msub>",
    r"\Delta x": "<mrow><mi>Δ</mi><mi>x</mi></mrow>",
    r"\text{apple\_count}": "<mtext>apple_count</mtext>",
    r"\text{사과 {2}개 }": "<mtext>사과 {2}개\u00a0</mtext>",
    r"\text{a\^{}b\backslash c\~{}}": r"<mtext>a^b\c~</mtext>",
    "사과 + 1": "<mrow><mtext>사과</mtext><mo>+</mo><mn>1</mn></mrow>",
    r"a \cdot b": "<mrow><mi>a</mi><mo>⋅</mo><mi>b</mi></mrow>",
    r"a \odot b \times c": "<mrow><mi>a</mi><mo>⊙</mo><mi>b</mi><mo>×</mo><mi>c</mi></mrow>",
    r"x \le y \ne z": "<mrow><mi>x</mi><mo>≤</mo><mi>y</mi><mo>≠</mo><mi>z</mi></mrow>",
    r"h \to 0": "<mrow><mi>h</mi><mo>→</mo><mn>0</mn></mrow>",
    "-x": "<mrow><mo>−</mo><mi>x</mi></mrow>",
    "|x|": "<mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow>",
    r"\lVert x \rVert": "<mrow><mo>‖</mo><mi>x</mi><mo>‖</mo></mrow>",
    r"\|x\|": "<mrow><mo>‖</mo><mi>x</mi><mo>‖</mo></mrow>",
    r"\left|x\right|": "<mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow>",
    r"\left.x\right|_{0}": "<msub><mrow><mi>x</mi><mo>|</mo></mrow><mn>0</mn></msub>",
    r"\log x": "<mrow><mi>log</mi><mspace></mspace><mi>x</mi></mrow>",
    r"\exp(x)": "<mrow><mi>exp</mi><mo>(</mo><mi>x</mi><mo>)</mo></mrow>",
    r"\operatorname{sum}_{0}": "<msub><mi>sum</mi><mn>0</mn></msub>",
    r"\sum_{i=1}^{n} i": (
        "<mrow><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>"
        "<mspace></mspace><mi>i</mi></mrow>"
    ),
    r"\max_i x": "<mrow><munder><mo>max</mo><mi>i</mi></munder><mspace></mspace><mi>x</mi></mrow>",
    r"\hat{y}": "<mover><mi>y</mi><mo>^</mo></mover>",
    r"\bar x": "<mover><mi>x</mi><mo>¯</mo></mover>",
    r"\mathbf{x}_1": "<msub><mi>𝐱</mi><mn>1</mn></msub>",
    r"\mathbb{R}": "<mi>ℝ</mi>",
    r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}": (
        "<mrow><mo>[</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"
        "<mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable><mo>]</mo></mrow>"
    ),
    r"\begin{cases}x&y\\0&\text{else}\end{cases}": (
        "<mrow><mo>{</mo><mtable><mtr><mtd><mi>x</mi></mtd><mtd><mi>y</mi></mtd></mtr>"
        "<mtr><mtd><mn>0</mn></mtd><mtd><mtext>else</mtext></mtd></mtr></mtable></mrow>"
    ),
    r"\begin{aligned} a &= b \\ &= c \end{aligned}": (
        "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mrow><mo>=</mo><mi>b</mi></mrow></mtd></mtr>"
        "<mtr><mtd><mrow></mrow></mtd><mtd><mrow><mo>=</mo><mi>c</mi></mrow></mtd></mtr></mtable>"
    ),
    "a < b": "<mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>",
}
BROKEN = [
    "", "{", "}", "\\", "^", "_", "x^", r"\frac", r"\frac{a}", r"\left", r"\left(", r"\right)", r"\begin", r"\text{",
    r"\begin{cases}a&b\\c", r"\sqrt[", "<script>&", "]]>", r"\text{</mtext>}", "{" * 5000, r"\hat" * 5000,
    r"\left(" * 5000, "x^" * 5000, r"\begin{matrix}" * 5000,
]  # fmt: skip


def structure(markup: str) -> str:
    """Elements without their attributes."""
    return re.sub(r"<(\w+)[^<>]*?(/?)>", lambda m: f"<{m[1]}></{m[1]}>" if m[2] else f"<{m[1]}>", markup)


def test_a_formula_has_the_structure_of_its_mathematics():
    for latex, wanted in STRUCTURES.items():
        assert structure(mathml(latex)) == f"<math>{wanted}</math>", latex
        assert unknown_commands(latex) == [], latex


def written(part: Any) -> Iterator[str]:
    """Every formula in an answer."""
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str) and "latex" in key:
                yield value
            else:
                yield from written(value)
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from written(value)
    elif fields := getattr(part, "__dataclass_fields__", None):
        yield from written({name: getattr(part, name) for name in fields})


def test_every_formula_that_the_engine_writes_is_read_whole():
    formulas = {op.words.latex for op in OPS.values()} | set(written(reference()))
    for op in OPS.values():
        if op.local or op.vjp:
            formulas |= set(written(derivation(op.name)))
    trace = engine.trace("사과 = 2\nx_1 = [1, 2]\nz = sum(softmax(x_1) ** 사과 * 1e-7)")
    formulas |= {text for edge in trace.edges for text in (edge.rule_latex, edge.local_latex) if text}
    assert len(formulas) > 800
    for latex in formulas:
        ElementTree.fromstring(mathml(latex))
        assert unknown_commands(latex) == [], latex


def test_what_is_broken_or_unknown_is_shown_and_never_an_error():
    for latex in BROKEN:
        ElementTree.fromstring(mathml(latex))
    assert unknown_commands(r"\foo{x}") == [r"\foo"] and r"<mtext>\foo</mtext>" in mathml(r"\foo{x}")
    assert unknown_commands(r"\begin{tikz}") and mathml("x", display=True).startswith('<math display="block">')
