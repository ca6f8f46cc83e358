"""What operands, output and own letters are called in a derivation: the same in its formulas and in its reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, count
from math import pi

from gradlens.engine.deriving.lines import Written, operands
from gradlens.engine.deriving.step import Text
from gradlens.engine.language.syntax import registry_rule
from gradlens.engine.latex import PLACEHOLDER, fill, name_latex, number_latex
from gradlens.engine.ops import Use
from gradlens.engine.ops.rule_texts import statics
from gradlens.engine.traces import Trace

SPARE = (  # for letters that the reader has taken: read with a vowel at the end, as "h" is, for Korean particles
    "kpqsuvw"
)
PLACE = re.compile(r"\{(\w+)\}")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
TIMES_USED = {
    "en": " A value that is used more than once has a number for each use: ⁽¹⁾, ⁽²⁾; only one of them is changed.",
    "ko": " 여러 번 쓰인 값은 쓰인 곳마다 ⁽¹⁾, ⁽²⁾로 구별하고, 그 가운데 하나만 바꿉니다.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An operand or the output.  latex, word: in formulas and in sentences.  node: its id, None without a graph."""

    latex: str
    word: str
    node: int | None = None


@dataclass(frozen=True, slots=True)
class Naming:
    """By the names of the registry's rules: operands, z, and the letters that a derivation brings along.

    repeated: whether one value is several operands.  output: whose gradients there are.
    """

    shown: tuple[Shown, ...]
    symbols: Mapping[str, str]
    words: Mapping[str, str]
    repeated: bool
    output: str

    def latex(self, template: str) -> str:
        return fill(template, lambda place: self.shown[place].latex, self.output)

    def numbered(self, template: str) -> str:
        """A template whose placeholders are the graph's nodes."""
        return PLACEHOLDER.sub(lambda match: f"@{{{match[1]}{self.shown[int(match[2])].node}}}", template)

    def reason(self, text: Text, operand: str) -> dict[str, str]:
        words = dict(self.words) | {"input": self.words[operand]}
        return {language: PLACE.sub(lambda match: words[match[1]], sentence) for language, sentence in text.items()}


def naming_at(use: Use, lines: Iterable[Written], shown: tuple[Shown, ...], output: str = "L") -> Naming:
    """For the lines of one derivation.  shown: the operands in order, then the output."""
    names = (*operands(use), "z")
    nodes = [each.node for each in shown[:-1]]
    again = {node for node in nodes if node is not None and nodes.count(node) > 1}
    taken = {each.latex for each in shown}
    shown = tuple(
        told_apart(each, nodes[: place + 1].count(each.node)) if each.node in again else each
        for place, each in enumerate(shown)
    )
    letters: dict[str, str] = {}
    for letter in own_letters(lines):
        candidates = chain((letter, *SPARE), (f"{letter}{i}" for i in count(1)))
        letters[letter] = next(
            one for one in candidates if name_latex(one) not in taken and one not in letters.values()
        )
    numbers = {name: number_word(value) for name, value in statics(use).items() if isinstance(value, float)}
    symbols = {name: f"@{{{place}}}" for place, name in enumerate(names)} | {"g": f"@{{~{len(names) - 1}}}"}
    if r"\pi" in taken:
        symbols["pi"] = number_latex(pi)
    return Naming(
        shown,
        symbols | {letter: name_latex(free) for letter, free in letters.items()},
        numbers | {name: each.word for name, each in zip(names, shown)} | letters,
        bool(again),
        output,
    )


def own_letters(lines: Iterable[Written]) -> list[str]:
    """h, and the names that lines give to their parts."""
    return list(dict.fromkeys(["h", *(name for line in lines for name, _ in registry_rule(line.text).parts)]))


def told_apart(shown: Shown, use: int) -> Shown:
    """One of several uses of a value: a change of one leaves the others."""
    return Shown(f"{{{shown.latex}^{{({use})}}}}", shown.word + f"({use})".translate(RAISED), shown.node)


def registry_names(use: Use) -> tuple[Shown, ...]:
    return tuple(Shown(name_latex(name), name) for name in (*operands(use), "z"))


def readers_names(trace: Trace, nodes: Iterable[int]) -> tuple[Shown, ...]:
    return tuple(Shown(trace.symbol(id), word_of(trace, id), id) for id in nodes)


def word_of(trace: Trace, id: int) -> str:
    """A node in a sentence: its name, a constant's number, or v with its id."""
    node = trace.graph.nodes[id]
    if node.name is not None:
        return node.name
    if (number := trace.graph.number(id)) is not None:
        return number_word(number)
    return f"v{str(id).translate(LOWERED)}"


def number_word(value: float) -> str:
    """2, 0.5, (−3), ∞, 10^(-7): a negative number in parentheses, for it stands in products."""
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "(−∞)"
    text = repr(float(value)).removesuffix(".0")
    return f"(−{text[1:]})" if text.startswith("-") else text
