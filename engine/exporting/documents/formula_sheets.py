"""The formulas of a run as a LaTeX document: forward pass, local derivatives, backward pass."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.documents.tex import CONTROL, letters_used
from gradlens.engine.exporting.drawings import Language
from gradlens.engine.exporting.labels import is_rounded, is_written, parts
from gradlens.engine.latex import fill, gradient_latex, number_latex
from gradlens.engine.traces import Trace, TraceEdge
from gradlens.engine.values import Shape, Value

MOST_NODES = 1000
WORDS = {
    "en": {
        "note": "The formulas of a program, with the values of one run.",
        "inputs": "Inputs",
        "forward": "Forward pass",
        "local": "Local derivatives",
        "backward": "Backward pass",
    },
    "ko": {
        "note": "프로그램의 식과 한 번 실행한 값입니다.",
        "inputs": "입력",
        "forward": "순전파",
        "local": "국소적 미분",
        "backward": "역전파",
    },
}
HEAD = r"""\documentclass{article}
\usepackage{iftex}
\ifPDFTeX \usepackage[T1]{fontenc} \usepackage{textcomp} \fi
\usepackage{lmodern}
\usepackage{amsmath, amssymb}
\usepackage[a4paper, margin=2cm]{geometry}"""
SETUP = r"""\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setcounter{MaxMatrixCols}{20}
\begin{document}"""


def formula_sheet(trace: Trace, *, language: Language = "en") -> str:
    """A document with one `align*` for the inputs, the values, the local derivatives and the gradients.

    Numbers are rounded to four digits, and say so.  Error: formulas-too-long.
    """
    if len(trace.nodes) > MOST_NODES:
        raise EngineError("formulas-too-long", count=len(trace.nodes), limit=MOST_NODES)
    words = WORDS[language]
    sheet = _Sheet(trace)
    sections = [
        (words["inputs"], sheet.inputs()),
        (words["forward"], sheet.forward()),
        (words["local"], sheet.local()),
        (words["backward"], sheet.backward()),
    ]
    body = "\n".join(line for title, rows in sections for line in _section(title, list(rows)))
    # A letter that mathematics and text both take.
    body = CONTROL.sub(lambda found: found[0] if found[0] == "\n" else "?", body)
    body = body.replace("\\backslash ", "\\ensuremath{\\backslash}")
    return "\n".join(
        [f"% {words['note']}", HEAD, *letters_used(words["note"] + body), SETUP, body, r"\end{document}", ""]
    )


def _section(title: str, rows: list[str]) -> Iterator[str]:
    if rows:
        yield f"\\section*{{{title}}}"
        yield "\\begin{align*}"
        yield " \\\\\n".join(rows)
        yield "\\end{align*}"


class _Sheet:
    """The rows of one run."""

    def __init__(self, trace: Trace):
        self.trace = trace
        self.symbols = _symbols(trace)
        self.output = self.symbols[trace.output]
        self.uses: dict[int, list[TraceEdge]] = {}
        for id in trace.backward_order:
            edge = trace.edges[id]
            self.uses.setdefault(edge.source, []).append(edge)

    def inputs(self) -> Iterator[str]:
        for node in self.trace.nodes:
            if node.op == "input":
                yield self.row(self.symbols[node.id], [], node.value, node.shape)

    def forward(self) -> Iterator[str]:
        for node in self.trace.nodes:
            if node.template is not None:
                yield self.row(self.symbols[node.id], [self.filled(node.template)], node.value, node.shape)

    def local(self) -> Iterator[str]:
        """Of each use whose derivative is taken element by element."""
        for edge in self.trace.edges:
            template = edge.local_template
            if template is not None:
                target, source = self.trace.nodes[edge.target], self.trace.nodes[edge.source]
                left = gradient_latex(self.symbols[target.id], self.symbols[source.id])
                yield self.row(left, [self.filled(template)], edge.local, target.shape)

    def backward(self) -> Iterator[str]:
        """From the output to the inputs, a sum over its uses for each."""
        output = self.trace.nodes[self.trace.output]
        yield self.row(gradient_latex(self.output, self.output), [], self.trace.seed, output.shape)
        for node in reversed(self.trace.nodes):
            terms = [edge.rule_template for edge in self.uses.get(node.id, ())]
            if terms and node.id != output.id and node.op != "constant":
                written = [self.filled(term) for term in terms if term is not None]
                yield self.row(gradient_latex(self.output, self.symbols[node.id]), written, node.gradient, node.shape)

    def row(self, left: str, terms: list[str], value: Value | None, shape: Shape) -> str:
        """left &= a + b \\ &= 3, each further term and the value on a line of its own."""
        lines = [f"{left} &= {terms[0]}", *(f"&\\quad {_added(term)}" for term in terms[1:])] if terms else [left]
        told = "" if value is None else f"{_equal(value)} {value_tex(value, shape)}"
        if len(terms) > 1:
            return " \\\\\n".join([*lines, f"&{told}"])
        if not told or told in [f"= {term}" for term in terms]:  # it says all there is
            return lines[0]
        return f"{lines[0]} {'&&' if terms else '&'}{told}"

    def filled(self, template: str) -> str:
        return fill(template, self.symbols.__getitem__, self.output)


def _symbols(trace: Trace) -> list[str]:
    """What each node is called: of those of one name, all but the first with their number."""
    counts: dict[str, int] = {}
    symbols: list[str] = []
    for node in trace.nodes:
        symbol = node.latex
        counts[symbol] = counts.get(symbol, 0) + 1
        is_again = node.op != "constant" and counts[symbol] > 1
        symbols.append(f"{{{symbol}^{{({counts[symbol]})}}}}" if is_again else symbol)
    return symbols


def _added(term: str) -> str:
    return f"+ \\left({term}\\right)" if term.startswith("-") else f"+ {term}"


def _equal(value: Value) -> str:
    """Equals, or nearly where digits are left out."""
    numbers = np.asarray(value, dtype=float).ravel()
    return r"\approx" if numbers.size <= 12 and any(map(is_rounded, numbers.tolist())) else "="


def value_tex(value: Value, shape: Shape) -> str:
    """A number; a small array as a matrix; of a larger one the space that it is in."""
    if not shape:
        return number_tex(float(value))
    if not is_written(shape):
        sides = r" \times ".join(map(str, shape))
        return f"\\text{{array}} \\in \\mathbb{{R}}^{{{sides}}}"
    rows = np.asarray(value, dtype=float).reshape(-1, shape[-1]).tolist()
    return "\\begin{bmatrix} " + " \\\\ ".join(" & ".join(map(number_tex, row)) for row in rows) + " \\end{bmatrix}"


def number_tex(value: float) -> str:
    """A number to four digits."""
    if not np.isfinite(value):
        return number_latex(value)
    digits, exponent = parts(value)
    return ("-" if value < 0 else "") + (f"{digits} \\times 10^{{{exponent}}}" if exponent else digits)
