"""Templates taken apart once for all nodes that use an op alike, and put together with the ids and symbols of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from gradlens.engine.latex import gradient_latex

NAMED = re.compile(r"@\{(~?)(\w+)\}")
ALONE, BESIDE, GRADIENT, RAISED = range(4)  # what a placeholder stands for, and among what


class Symbols(Protocol):
    """How nodes are written in formulas."""

    def symbol(self, id: int, /) -> str:
        """A node by itself."""
        ...

    def beside(self, id: int, /) -> str:
        """A node among others: in parentheses where a minus stands first."""
        ...

    @property
    def output(self) -> str:
        """The node that is differentiated."""
        ...


class Form:
    """A template whose placeholders are the operands of a node and the node itself.

    places: by the name of each placeholder, its position among the operands, or their count for the node.
    led: whether something is written before it.
    """

    __slots__ = ("filled", "kinds", "positions", "written")

    def __init__(self, template: str, places: Mapping[str, int], led: bool):
        written, filled = [], []
        positions: list[int] = []
        kinds: list[int] = []
        at = 0
        for match in NAMED.finditer(template):
            text = template[at : match.start()].replace("%", "%%")
            at = match.end()
            written += [text, f"@{{{match[1]}%s}}"]
            filled += [text, "%s"]
            positions.append(places[match[2]])
            kinds.append(kind_of(template, match, led))
        rest = template[at:].replace("%", "%%")
        self.written = "".join([*written, rest])
        self.filled = "".join([*filled, rest])
        self.positions = tuple(positions)
        self.kinds = tuple(kinds)

    def template(self, ids: Sequence[int]) -> str:
        """With the ids of a node's operands and its own."""
        return self.written % tuple([ids[i] for i in self.positions])

    def latex(self, ids: Sequence[int], symbols: Symbols, output: str) -> str:
        """With the symbols of these nodes.  output: that of the node whose gradients they are."""
        texts: list[str] = []
        for position, kind in zip(self.positions, self.kinds):
            id = ids[position]
            if kind == BESIDE:
                texts.append(symbols.beside(id))
            elif kind == ALONE:
                texts.append(symbols.symbol(id))
            else:
                text = gradient_latex(output, symbols.symbol(id))
                texts.append(text if kind == GRADIENT else f"\\left({text}\\right)")
        return self.filled % tuple(texts)


def kind_of(template: str, match: re.Match[str], led: bool) -> int:
    """What a placeholder is, as `latex.fill` tells it by what stands beside it."""
    start, end = match.span()
    if match[1]:
        # A power or an index belongs to all of the fraction.
        return RAISED if template[end : end + 1] == "^" or template[end : end + 2] == "}_" else GRADIENT
    alone = template[start - 1 : start] == "{" and template[end : end + 1] == "}"
    return ALONE if alone or (start == 0 and not led) else BESIDE


__all__ = ["Form", "Symbols"]
