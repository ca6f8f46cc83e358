"""A name without a value that is mathematics: a product without a sign, a derivative, a sum. What to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from gradlens.engine.language.typed.remedies import ASSIGNED, TERM, Found, derivative, masked, of_all

FACTOR = re.compile(r"[^\W\d_]\d*|\d+")
SIGNS = {"Σ": "sum", "Π": "prod"}
MOST_FACTORS = 6
OF_A_LIBRARY = re.compile(r"\.[^\W\d]")  # sp.exp is no product s * p
BINDS_BEFORE, BINDS_AFTER = re.compile(r"[/^]\s*$|\*\*\s*$"), re.compile(r"(?<!\s)\s*(?:\*\*|\^|[²³⁴-⁹⁰¹⁺⁻.(\[])")


def meant(line: str, column: int, name: str, given: Collection[str]) -> Found | None:
    """What a name without a value may stand for, where it stands in its line.  given: the names that have values."""
    if len(line) > 1_000 or unicodedata.normalize("NFKC", line[column : column + len(name)]) != name:
        return None
    text = masked(line)
    end = column + len(name)
    if OF_A_LIBRARY.match(text, end):
        return None
    ratio = re.compile(r"(?<!\w)d(\w+)\s*/\s*d(\w+)").match(text, column)
    if ratio is not None and name[1:] in given and ratio[2] in given and f"d{ratio[2]}" not in given:
        return Found(column, ratio.end(), derivative(ratio[1], ratio[2]))
    if name == "d" and (ratio := re.compile(r"d\s*/\s*d(\w+)\s*(\([^()]*\))").match(text, column)) is not None:
        return Found(column, ratio.end(), derivative(ratio[2].strip("() "), ratio[1]))
    if name[0] in SIGNS:
        if name[1:] in given:
            return Found(column, end, f"{SIGNS[name[0]]}({name[1:]})")
        if name in SIGNS and (operand := re.compile(TERM).match(text, end)) is not None:
            return Found(column, operand.end(), of_all(name, operand[0]))
        return None
    if "π" in name and (rest := name.replace("π", "", 1)) in given:
        return Found(column, end, f"π * {rest}")
    factors = FACTOR.findall(name)
    if "".join(factors) != name or not 1 < len(factors) <= MOST_FACTORS or not {*factors} <= {*given}:
        return None
    if text[end:].lstrip().startswith("("):
        return None  # xy(a): what is called, or multiplied by, is not known
    product = " * ".join(factors)
    if BINDS_BEFORE.search(text[:column]) or BINDS_AFTER.match(text, end):
        return Found(column, end, (product, f"({product})"))
    return Found(column, end, product)


def given_in(text: str, inputs: Collection[str]) -> set[str]:
    """The names to which a text gives values somewhere, and those of its inputs."""
    return {*inputs, *ASSIGNED.findall(masked(text))}
