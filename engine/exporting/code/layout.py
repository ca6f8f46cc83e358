"""Lines of a script: long ones are broken after commas, as a person would."""

from __future__ import annotations

import ast
import re

WIDTH = 100
TOKEN = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[\[({]|[\])}]|, |[^\[\](){},'\"]+|,")


def assigned(name: str, value: ast.expr) -> str:
    """A statement, on as many lines as it needs."""
    return broken(f"{name} = {ast.unparse(ast.fix_missing_locations(value))}")


def broken(line: str) -> str:
    """A line that is broken within brackets where it is too long; what does not fit is indented below."""
    if len(line) <= WIDTH or line.lstrip()[:3] in ('"""', "'''"):
        return line
    lines: list[str] = []
    current, depth, indent = "", 0, 4 + len(line) - len(line.lstrip())
    for token in TOKEN.findall(line):
        if token in "[({":
            depth += 1
        elif token in "])}":
            depth -= 1
        current += token
        if depth and token in (", ", ",") and len(current) > WIDTH - 16:
            lines.append(current.rstrip())
            current = " " * indent
    return "\n".join([*lines, current])


def comment(text: str) -> list[str]:
    """A text as comment lines; whatever it holds stays text."""
    return [f"# {line}".rstrip() for line in text.splitlines()]
