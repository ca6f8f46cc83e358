r"""Lines of derivations as LaTeX: limits, derivatives, and sums over named indices beside all that rules may hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from gradlens.engine.language.syntax import registry_rule
from gradlens.engine.latex import (
    POWER,
    PRODUCT,
    SUM,
    LatexWriter,
    key_latex,
    number_latex,
)
from gradlens.engine.values import Shape

DOTS = "b"  # the letter that stands for any batch axes in a sum over indices


def formula(
    text: str, symbols: Mapping[str, str], statics: Mapping[str, Any], shapes: Mapping[str, Shape], arrays: bool
) -> str:
    r"""A line as LaTeX, or as a template where the symbols are placeholders.

    symbols: of the operands, of z, of the upstream g and of the line's own letters.  arrays: whether its products are
      taken element by element.
    What a line calls by a name of its own stands behind it: y \quad \left(s = \sqrt{x}\right).
    """
    numbers = {name: value for name, value in statics.items() if isinstance(value, float)}
    key = key_latex(statics["key"]) if "key" in statics else ""
    writer = Formula(symbols, numbers, r"\odot" if arrays else r"\cdot", key, shapes)
    rule = registry_rule(text)
    own = [name for name, _ in rule.parts]
    writer.symbols = {name: symbol for name, symbol in symbols.items() if name in own or name not in numbers}
    line = writer.visit(rule.result)
    if not rule.parts:
        return line
    where = r",\; ".join(f"{symbols[name]} = {writer.visit(value)}" for name, value in rule.parts)
    return f"{line} \\quad \\left({where}\\right)"


class Formula(LatexWriter):
    """The writer of rules, which also knows limits and indices."""

    def __init__(
        self,
        symbols: Mapping[str, str],
        numbers: Mapping[str, float],
        product: str,
        key: str,
        shapes: Mapping[str, Shape],
    ):
        super().__init__(symbols, numbers, product, key)
        self.shapes = shapes

    def precedence(self, node: ast.expr) -> int:
        match node:
            case ast.Call(ast.Name("lim" | "einsum")):
                return SUM
            case _:
                pass
        return super().precedence(node)

    def visit_Call(self, node: ast.Call) -> str:
        match node:
            case ast.Call(ast.Name("D"), [ast.Name() as value, ast.Name() as by]):
                return f"\\frac{{\\partial {self.visit(value)}}}{{\\partial {self.visit(by)}}}"
            case ast.Call(ast.Name("D"), [value, ast.Name() as by]):
                return f"\\frac{{\\partial}}{{\\partial {self.visit(by)}}} \\left[{self.visit(value)}\\right]"
            case ast.Call(ast.Name("lim"), [value]):
                return f"\\lim_{{{self.symbols['h']} \\to 0}} {self.grouped(value, SUM + 1)}"
            case ast.Call(
                ast.Name("swapaxes"),
                [value, ast.UnaryOp(ast.USub(), ast.Constant(1)), ast.UnaryOp(ast.USub(), ast.Constant(2))],
            ):
                return f"{self.grouped(value, POWER + 1)}^\\top"
            case ast.Call(ast.Name("einsum"), [ast.Constant(str() as subscripts), *values]):
                return self.indexed(subscripts, values)
            case _:
                pass
        return super().visit_Call(node)

    def visit_BinOp(self, node: ast.BinOp) -> str:
        # A matrix product is no factor of an elementwise one.
        if (
            isinstance(node.op, ast.Mult)
            and self.product == r"\odot"
            and not isinstance(node.right, ast.BinOp)
            and self.precedence(node.right) == PRODUCT
        ):
            return f"{self.grouped(node.left, PRODUCT)} {self.product} {self.grouped(node.right, PRODUCT + 1)}"
        return super().visit_BinOp(node)

    def indexed(self, subscripts: str, values: list[ast.expr]) -> str:
        r"""A sum over named indices: \sum_{j} {x}_{ij} \, {y}_{jk}."""
        left, right = subscripts.replace("...", DOTS).split("->")
        terms = left.split(",")
        over = "".join(dict.fromkeys(c for c in "".join(terms) if c not in right))
        factors = [self.with_indices(value, term) for value, term in zip(values, terms, strict=True)]
        return (f"\\sum_{{{over}}} " if over else "") + r" \, ".join(factors)

    def with_indices(self, value: ast.expr, indices: str) -> str:
        if not indices:
            return self.grouped(value, SUM + 1)
        symbol = self.visit(value) if isinstance(value, ast.Name) else f"\\left({self.visit(value)}\\right)"
        return f"{{{symbol}}}_{{{indices}}}"

    def visit_List(self, node: ast.List) -> str:
        return ", ".join(map(self.visit, node.elts))

    def visit_Subscript(self, node: ast.Subscript) -> str:
        match node:
            case ast.Subscript(ast.Attribute(ast.Name(name), "shape"), place) if name in self.shapes:
                axis: int = ast.literal_eval(place)
                return number_latex(float(self.shapes[name][axis]))
            case _:
                pass
        return super().visit_Subscript(node)
