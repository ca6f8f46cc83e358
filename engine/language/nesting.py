"""How deep a text is nested: what Python's parser says of that it says of a want of memory too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from keyword import kwlist

TOKEN = re.compile(r"\*\*|\w+|[^\w\s]")
WORDS = frozenset(kwlist) - {"None", "True", "False"}
STACK = 180  # levels that Python's parser always has room for: it has 6,000, and takes at most 32 for a bracket


def depth_of(lines: Iterable[str]) -> int:
    """How deep a parser has to go at most: into brackets, and into what a sign, a power or a word applies to."""
    deepest = depth = words = branches = 0
    around: list[int] = []  # the depth at each open bracket
    operand = False  # whether a value has just ended, so that a sign stands between two
    for line in lines:
        for token in TOKEN.findall(line.partition("#")[0]):
            if token in "([{":
                depth += 1
                around.append(depth)
            elif token in ")]}":
                depth = around.pop() - 1 if around else 0
            elif token == "**" or token == "not" or (token in "+-~" and not operand):
                depth += 1
            elif not token[0].isalnum() and token not in ".\\":
                depth = around[-1] if around else 0  # another operand begins
            words += token in ("lambda", "else")
            words += operand and token[0].isalnum() and token not in WORDS  # no operator between: each is asked about
            branches += token == "elif"
            deepest = max(deepest, depth + words + branches)
            operand = token in ")]}" or (token[0].isalnum() and token not in WORDS)
        if not around and not line.endswith("\\"):
            depth = words = 0
    return deepest
