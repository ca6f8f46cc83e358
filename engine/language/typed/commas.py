"""Numbers with commas between their thousands, where Python reads several values: 1,500 is the pair (1, 500)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from gradlens.engine.errors import EngineError, Span
from gradlens.engine.language.typed.mathematics import tokens_of

COMMA = re.compile(r"[0-9],[0-9]{3}(?![0-9])")  # without which there is nothing to look for
WRITTEN = re.compile(rb"(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![\w,])")


def check_commas(lines: Sequence[str], body: Iterable[ast.stmt]) -> None:
    """Error: comma-number, where a number with commas would be read as several values: a group that begins with 0
    anywhere, any other outside of brackets, where one name takes it.
    """
    check_thousands(lines)
    found: dict[int, dict[int, re.Match[bytes]]] = {}
    for values in bare_tuples(body):
        for one, following in pairwise(values):
            number = one.end_lineno or one.lineno
            if number not in found:
                found[number] = {
                    comma.start() + match.start(): match
                    for match in WRITTEN.finditer(lines[number - 1].encode())
                    for comma in re.finditer(b",", match[0])
                }
            end = one.end_col_offset or 0
            match = found[number].get(end)
            if match is not None and (following.lineno, following.col_offset) == (number, end + 1):
                start = len(lines[number - 1].encode()[: match.start()].decode())
                raise comma_number(match[0].decode(), number, start)


def check_thousands(lines: Sequence[str]) -> None:
    """Error: comma-number, where a group of digits begins with 0, or the number has a unit."""
    text = "\n".join(lines)
    for kind, found, at in tokens_of(text):
        if kind == "thousands":
            line = text.count("\n", 0, at) + 1
            raise comma_number(found, line, at - (text.rfind("\n", 0, at) + 1))


def bare_tuples(body: Iterable[ast.stmt]) -> Iterator[list[ast.expr]]:
    """The values of tuples without brackets that a statement gives to one name, returns or ends with."""
    for statement in body:
        for node in ast.walk(statement):
            match node:
                case ast.Assign(targets, ast.Tuple(values) as value) if not any(
                    isinstance(target, ast.Tuple | ast.List) for target in targets
                ):
                    pass
                case ast.Expr(ast.Tuple(values) as value) | ast.Return(ast.Tuple(values) as value):
                    pass
                case ast.AugAssign(value=ast.Tuple(values) as value):
                    pass
                case _:
                    continue
            if values and (value.lineno, value.col_offset) == (values[0].lineno, values[0].col_offset):
                yield values


def comma_number(written: str, line: int, column: int) -> EngineError:
    values = [str(int(group)) if group.isdigit() else group.lstrip("0") for group in written.split(",")]
    return EngineError(
        "comma-number",
        Span(line, column, line, column + len(written)),
        got=written,
        number=written.replace(",", ""),
        apart=f"({', '.join(values)})",
    )
