r"""Formulas: names, numbers and rules of the language as LaTeX.

A *template* is LaTeX with placeholders: `@{7}` stands for the value of node 7, `@{~7}` for its gradient.
Filled with symbols it is the formula, filled with numbers the same formula at work.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from gradlens.engine.language.syntax import BINARY, COMPARE, SYMBOLS, name_of, registry_rule
from gradlens.engine.ops import OPS, Op, Options
from gradlens.engine.shapes import stretched_axes
from gradlens.engine.values import Key, KeyPart, Shape

PLACEHOLDER = re.compile(r"@\{(~?)(\d+)\}")
ATOM, CALL, POWER, PRODUCT, NEGATION, SUM = 9, 9, 4, 2, 3, 1  # precedence, as the registry's entries use it
NAMED = re.compile(r"\{([a-zA-Z]+)\}")
GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
    " omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
ESCAPES = {
    "\\": r"\backslash ",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "^": r"\^{}",
    "~": r"\~{}",
}
SUBSCRIPTED = re.compile(r"([^\W\d_]+)_?(\d+)")


@lru_cache(maxsize=4096)
def name_latex(name: str) -> str:
    r"""A variable's symbol: x, x_{1}, \theta, \text{apple\_count}, \text{사과}."""
    if match := SUBSCRIPTED.fullmatch(name):
        return f"{_word(match[1])}_{{{match[2]}}}"
    return _word(name)


def _word(word: str) -> str:
    if word in GREEK:
        return f"\\{word}"
    if len(word) == 1 and (word.isascii() or "\u0370" <= word <= "\u03ff"):
        return word if word.isalnum() else _escape(word)
    return f"\\text{{{_escape(word)}}}"


def _escape(text: str) -> str:
    return "".join(ESCAPES.get(c, c) for c in text)


def number_latex(value: float) -> str:
    r"""A number as it stands in a formula, in full: 2, 0.5, -3, 10^{-7}, 6.02 \times 10^{23}, \infty."""
    if value != value:
        return r"\text{NaN}"
    if value in (float("inf"), float("-inf")):
        return r"\infty" if value > 0 else r"-\infty"
    text = repr(value).removesuffix(".0")
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else "-" + power if mantissa == "-1" else f"{mantissa} \\times {power}"


def gradient_latex(output: str, symbol: str) -> str:
    r"""A gradient in the one notation: \frac{\partial L}{\partial x}."""
    return f"\\frac{{\\partial {output}}}{{\\partial {symbol}}}"


def fill(template: str, symbol: Callable[[int], str], output: str = "L") -> str:
    """A template with every node's symbol in place.  output: whose gradients they are."""

    def put(match: re.Match[str]) -> str:
        text = symbol(int(match[2]))
        if match[1]:
            latex = gradient_latex(output, text)
            # A power or an index belongs to all of the fraction.
            raised = template[match.end() : match.end() + 1] == "^" or template[match.end() : match.end() + 2] == "}_"
            return f"\\left({latex}\\right)" if raised else latex
        alone = template[match.start() - 1 : match.start()] == "{" and template[match.end() : match.end() + 1] == "}"
        return f"({text})" if text.startswith("-") and not alone and match.start() > 0 else text

    return PLACEHOLDER.sub(put, template)


def forward_template(op: Op, inputs: tuple[int, ...], options: Options, rank: int = 2) -> str:
    """How an op makes its value, with its inputs as placeholders.  rank: the axes of the first input."""
    placeholders = [f"@{{{i}}}" for i in inputs]
    symbols = (
        {op.inputs[0]: BETWEEN[op.variadic].join(placeholders)}
        if op.variadic
        else dict(zip(op.inputs, placeholders, strict=True))
    )
    shown = option_symbols(options)
    told: list[str] = []
    for option in op.options:
        value = options[option.name]
        if option.name in AXES:
            # A shape does not tell the axis of softmax, nor that of a sum of a square matrix.
            if value is not None and places(value, rank) not in (places(option.default, rank), set(range(rank))):
                told.append(f"\\text{{{option.name}}} = {axes_latex(value)}")
            continue
        if option.kind not in ("number", "integer") or not isinstance(value, (int, float)):
            continue
        if f"{{{option.name}}}" in op.words.latex.replace(f"operatorname{{{option.name}}}", ""):
            # A factor of 1 is not written.
            shown[option.name] = (
                ""
                if option.kind == "number" and value == 1
                else f"({value:g})"
                if value < 0 and option.kind == "number"
                else number_latex(float(value))
            )
        elif value != option.default:
            told.append(f"\\text{{{option.name}}} = {number_latex(float(value))}")
    formula = _insert(op.words.latex, symbols | shown)
    if not told:
        return formula
    return f"{formula[:-1]}, {', '.join(told)})" if formula.endswith(")") else f"{formula} \\; ({', '.join(told)})"


def places(axes: int | tuple[int, ...] | None, rank: int) -> set[int] | None:
    """Axes, counted from the front; None of what names none."""
    if axes is None:
        return None
    return {axis % max(rank, 1) for axis in (axes if isinstance(axes, tuple) else (axes,))}


def axes_latex(axes: int | tuple[int, ...]) -> str:
    """An axis, or several in parentheses."""
    given = axes if isinstance(axes, tuple) else (axes,)
    return str(given[0]) if len(given) == 1 else str(given)


def option_symbols(options: Options) -> dict[str, str]:
    """The options that an op's LaTeX shows: an index, the subscripts of einsum."""
    found = {"key": key_latex(options["key"])} if "key" in options else {}
    if "subscripts" in options:
        found["subscripts"] = options["subscripts"].replace(",", "{,}").replace("->", r" \to ")
    return found


def rule_template(text: str, op: Op, statics: Mapping[str, Any], arrays: bool, rank: int = 2) -> str:
    """A rule's text as LaTeX, with placeholders by name: @{x} for an input, @{z} for the output, @{~z} for upstream.

    statics: options and numbers known beforehand.  arrays: whether its products are taken element by element.
    rank: the axes of the first input.
    """
    axis = statics.get("axis")
    told = axes_latex(axis) if axis is not None and places(axis, rank) not in (None, set(range(rank))) else ""
    shown = tuple((name, value) for name, value in statics.items() if isinstance(value, float))
    inputs = (
        tuple(sorted(set(re.findall(rf"\b{op.inputs[0]}\d+\b", text)))) if op.variadic == "arguments" else op.inputs
    )
    return _rule_template(text, inputs, shown, arrays, key_latex(statics["key"]) if "key" in statics else "", told)


def summed(template: str, shape: Shape, wanted: Shape) -> str:
    """A contribution of `shape` summed over the axes along which a source of `wanted` was stretched."""
    over = "" if wanted == () else f"_{{{', '.join(map(str, stretched_axes(shape, wanted)))}}}"
    return f"\\operatorname{{sum}}{over}\\left({template}\\right)"


def _rule_template(
    text: str, inputs: tuple[str, ...], numbers: tuple[tuple[str, float], ...], arrays: bool, key: str, axis: str
) -> str:
    symbols = {name: f"@{{{name}}}" for name in inputs} | {"z": "@{z}", "g": "@{~z}"}
    return _written(text, LatexWriter(symbols, dict(numbers), r"\odot" if arrays else r"\cdot", key, axis))


def rule_latex(text: str, op: Op) -> str:
    """A rule as the reference shows it, with the argument names of the op; the upstream is ∂L/∂z."""
    symbols = {name: name_latex(name) for name in op.inputs} | {"z": "z", "g": "@{~0}"}
    return fill(_written(text, LatexWriter(symbols, {}, r"\cdot", r"\cdot")), lambda _: "z")


def _written(text: str, writer: LatexWriter) -> str:
    rule = registry_rule(text)
    for name, value in rule.parts:
        writer.symbols[name] = writer.grouped(value)
    return writer.visit(rule.result)


AXES = ("axis", "axis1", "axis2", "source", "destination")
BETWEEN = {"list": ", ", "arguments": r" \, "}  # any number of operands
LIST_SHOWN = 8  # places of a list that a formula shows; a longer one would hide it


def key_latex(key: Key) -> str:
    """An index as it was written: 1:, 0, [2, 3]."""
    return ", ".join(_part_latex(k) for k in key)


def _part_latex(k: KeyPart) -> str:
    if isinstance(k, tuple):
        shown = [_part_latex(v) for v in k[:LIST_SHOWN]]
        return f"[{', '.join(shown if len(shown) == len(k) else [*shown, _part_latex(...)])}]"
    if k is ...:
        return r"\ldots"
    if k is None:
        return r"\text{None}"
    if not isinstance(k, slice):
        return str(k)
    ends = [("" if v is None else str(v)) for v in (k.start, k.stop)]
    return ":".join(ends + ([str(k.step)] if k.step is not None else []))


def _insert(template: str, values: Mapping[str, str]) -> str:
    """Put values into the named places of an op's LaTeX; all other braces are LaTeX's own."""

    def put(match: re.Match[str]) -> str:
        value = values.get(match[1], match[0])
        # LaTeX refuses a second superscript on the same symbol.
        return f"{{{value}}}" if template.startswith("^", match.end()) and value.endswith("^\\top") else value

    return NAMED.sub(put, template)


class LatexWriter(ast.NodeVisitor):
    """An expression of the language as LaTeX, with the fewest parentheses."""

    def __init__(
        self, symbols: Mapping[str, str], numbers: Mapping[str, float], product: str, key: str, axis: str = ""
    ):
        self.symbols = dict(symbols)
        self.numbers = numbers
        self.product = product
        self.key = key
        self.axis = axis  # that of the op whose rule it is, where it is to be told

    def grouped(self, node: ast.expr, least: int = 0) -> str:
        """The expression, in parentheses where it binds weaker than `least`."""
        latex = self.visit(node)
        return latex if self.precedence(node) >= least else f"\\left({latex}\\right)"

    def precedence(self, node: ast.expr) -> int:
        match node:
            case ast.BinOp(op=ast.Div()):
                return ATOM  # a fraction needs no parentheses
            case ast.BinOp(op=op):
                return OPS[BINARY[type(op)]].words.precedence
            case ast.UnaryOp():
                return SUM
            case ast.Call(ast.Name(name)) if name in OPS:
                return OPS[name].words.precedence
            case ast.Name(name) if self.numbers.get(name, 0) < 0:
                return SUM
            case _:
                return ATOM

    def visit_Name(self, node: ast.Name) -> str:
        if node.id in self.symbols:
            return self.symbols[node.id]
        return number_latex(self.numbers[node.id]) if node.id in self.numbers else name_latex(node.id)

    def visit_Constant(self, node: ast.Constant) -> str:
        assert isinstance(node.value, (int, float))
        return number_latex(float(node.value))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        return f"-{self.grouped(node.operand, PRODUCT)}"

    def visit_BinOp(self, node: ast.BinOp) -> str:
        kind = type(node.op)
        if kind is ast.Div:
            return f"\\frac{{{self.visit(node.left)}}}{{{self.visit(node.right)}}}"
        if kind is ast.Pow:
            exponent = self.visit(node.right)
            if exponent == "1":
                return self.grouped(node.left, POWER + 1)
            # A raised 2 beside a fraction reads as its denominator's, and nothing has two superscripts.
            base = self.visit(node.left)
            alone = self.precedence(node.left) > POWER and not base.startswith(r"\frac") and not base.endswith(r"^\top")
            return f"{base}^{{{exponent}}}" if alone else f"\\left({base}\\right)^{{{exponent}}}"
        if kind is ast.MatMult:
            return f"{self.grouped(node.left, PRODUCT)} \\, {self.grouped(node.right, PRODUCT + 1)}"
        if kind is ast.Mult:
            return f"{self.grouped(node.left, PRODUCT)} {self.product} {self.grouped(node.right, PRODUCT)}"
        right = self.grouped(node.right, SUM + 1 if kind is ast.Sub else SUM)
        return f"{self.grouped(node.left, SUM)} {SYMBOLS[kind]} {right}"

    def visit_Attribute(self, node: ast.Attribute) -> str:
        return f"{self.grouped(node.value, POWER + 1)}^\\top"

    def visit_Subscript(self, node: ast.Subscript) -> str:
        return f"{self.grouped(node.value, POWER + 1)}[{ast.unparse(node.slice).strip('()')}]"

    def visit_Compare(self, node: ast.Compare) -> str:
        op = OPS[COMPARE[type(node.ops[0])]]
        return _insert(op.words.latex, {"x": self.visit(node.left), "y": self.visit(node.comparators[0])})

    def visit_Call(self, node: ast.Call) -> str:
        op = OPS[name_of(node.func)]
        least = 0 if op.words.precedence == CALL else op.words.precedence + 1
        if op.variadic == "arguments":
            shown = option_symbols({op.options[0].name: ast.literal_eval(node.args[0])})
            return _insert(
                op.words.latex, {op.inputs[0]: BETWEEN[op.variadic].join(map(self.visit, node.args[1:]))} | shown
            )
        values = {name: self.grouped(argument, least) for name, argument in zip(op.inputs, node.args)}
        latex = _insert(op.words.latex, values | {"key": self.key})
        along = [*node.args[len(op.inputs) :], *(keyword.value for keyword in node.keywords if keyword.arg == "axis")]
        if (
            self.axis
            and op.name != "spread"
            and op.words.latex.endswith(")")
            and any(isinstance(part, ast.Name) and part.id == "axis" for part in along)
        ):
            return f"{latex[:-1]}, \\text{{axis}} = {self.axis})"
        return latex
