"""A claim as a formula: 2*1.1, 11/5, [1/3, -2/3], 사과_개수 * 소비세, in the names of the program's own nodes.

It is a program in the one language, so that nothing else can be reached through it.
"""

from __future__ import annotations

import ast
import re

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.language.syntax import normal_name
from gradlens.engine.program import trace
from gradlens.engine.traces import Trace
from gradlens.engine.values import Array

FORMULA = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Call, ast.Attribute, ast.Subscript)
# A list is a formula where it computes; [1/3 -2/3] lacks a comma, and is not a list of one difference.
COMPUTES, UNCLEAR = (ast.Mult, ast.Div, ast.Pow, ast.Name, ast.Call), (ast.Add, ast.Sub)
MOST = 2_000  # characters
SIGNS = str.maketrans("×·⋅÷−", "***/-")
MOST_ROUNDED = 10
ROUNDED = re.compile(r"(?<![\w.])(\d*\.\d{3,})(?![\w.])")  # a numeral in a formula that may be rounded


def formula_value(text: str, name: str, run: Trace) -> tuple[Array, float] | None:
    """The value of a formula, and how far its rounded numerals may move it; None where the text is none.

    Error: claim-formula.
    """
    text = text.strip().translate(SIGNS)
    if len(text) > MOST:
        return None
    try:
        body = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    if not isinstance(body, FORMULA) and not (isinstance(body, ast.List) and _computes(body)):
        return None
    used = {normal_name(node.id) for node in ast.walk(body) if isinstance(node, ast.Name)}
    names = run.graph.names
    inputs = {n: run.values[names[n]] for n in used if n in names}
    limits = run.graph.limits

    def value(text: str) -> Array:
        found = trace(text, inputs, limits=limits)
        return np.asarray(found.values[found.output], dtype=np.float64)

    try:
        result, slack = value(text), 0.0
        for numeral in list(ROUNDED.finditer(text))[:MOST_ROUNDED]:
            half = 0.5 * 10.0 ** -len(numeral[1].partition(".")[2])
            moved = value(f"{text[: numeral.start()]}({numeral[1]} + {half!r}){text[numeral.end() :]}".strip())
            slack += float(np.max(np.abs(moved - result), initial=0.0))
    except EngineError as error:
        span = error.span
        got = text if span is None else text.split("\n")[span.start_line - 1][span.start_column :]
        raise EngineError("claim-formula", name=name, got=got) from None
    return result, slack


def _computes(body: ast.List) -> bool:
    parts = list(ast.walk(body))
    return any(isinstance(part, COMPUTES) for part in parts) and not any(isinstance(part, UNCLEAR) for part in parts)
