"""Arrays and gradients as other programs and papers write them, in the one form that claims are read in.

[1 2; 3 4]    \\begin{bmatrix} 1 & 2 \\\\ 3 & 4 \\end{bmatrix}    rows of numbers without brackets    a frame of pandas
"""

from __future__ import annotations

import re

NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
NUMERAL = re.compile(NUMBER)

# In the whole text: what is written, and what it is read as.
WHOLE = (
    (re.compile(r"defaultdict\((?:<class '[\w.]{1,40}'>|<function [^\n]{1,80}? at 0x\w{1,16}>|None), ?"), "dict("),
    (re.compile(r"<tf\.(?:Tensor|Variable)\b[^>\n]{0,80}\bnumpy= ?\n?"), ""),
    (re.compile(r"<NDArray [\w @()]{1,40}>"), ""),
    (re.compile(r"\b\d{1,9}(?:[×x]\d{1,9}|-element) ?(?:Matrix|Vector|Array)\{[\w, ]{1,40}\}:?"), ""),
    (re.compile(r"\btorch\.Size\(\[[\d, ]{0,40}\]\)"), ""),
    (re.compile(r"(?<=[\w)\]]) \((?:\d{1,9}, ?){1,8}(?:\d{1,9})?\)(?=\s*\[)"), ""),
    (
        re.compile(r"\\[dt]?frac ?\{(?:\\partial|d) ?(\w{1,40})\} ?\{(?:\\partial|d) ?([\w{}]{1,40}?)\}(?!\})"),
        r"∂\1/∂\2",
    ),
    (re.compile(r"(?:\\nabla|∇) ?_ ?\{?([^\W_]\w{0,40})\}? ?(?:\\mathcal\{L\}|[A-Z])(?= ?[=:&])"), r"∂L/∂\1"),
    (re.compile(r"\\(?:mathbf|boldsymbol|mathrm|bm|text) ?\{(\w{1,40})\}"), r"\1"),
    (re.compile(r"\\(?:left|right|displaystyle|!|,|;|quad)(?![a-zA-Z])|\$\$?|\\[\[\]()]"), ""),
    (re.compile(r"&(?= ?=)|(?<==) ?&"), ""),
)
MATRIX = re.compile(r"\\begin\{([bBpvV]?matrix|array)\}(?:\{[lcr| ]{0,40}\})?(.*?)\\end\{\1\}", re.DOTALL)
FRACTION = re.compile(r"\\[dt]?frac ?\{([^{}]{1,40})\} ?\{([^{}]{1,40})\}")
ELEMENT = re.compile(
    rf"(?:(?:np|numpy|jnp|torch)\.)?(?:float(?:16|32|64)|tensor|array|Array)\( ?({NUMBER}) ?"
    r"(?:, ?dtype=[\w.]{1,20})?(?:, ?device='[\w:]{1,20}')?(?:, ?weak_type=True)?\)"
)
R_LABEL = re.compile(r"\[(?:,(\d{1,9})|(\d{1,9}),)\]")
ENDING = re.compile(r"(?<!\s)\s*(?:dtype: \w{1,20}|>|;)\s*$")
COMMAS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d|,\d)")


def plain_claims(text: str) -> str:
    """A text of claims without what other programs and papers write around names and numbers."""
    for pattern, meant in WHOLE:
        text = pattern.sub(meant, text)
    return text


def plain_value(text: str) -> str | None:
    """One value in brackets, or as a formula, where it is written in another way; None where it is in none of these."""
    found = ENDING.sub("", text.strip()).strip("`* \n")
    if "\\" in found:
        found = FRACTION.sub(r"((\1)/(\2))", found.replace("\\cdot", "*").replace("\\times", "*"))
        if (matrix := MATRIX.fullmatch(found)) is not None:
            return in_brackets([row.split("&") for row in matrix[2].split("\\\\") if row.strip()])
    found = ELEMENT.sub(r"\1", found)
    if found.startswith("[,1]") and "[1,]" in found:
        found = R_LABEL.sub(r"\1\2", found)
    if ";" in found and found[:1] == "[" and found[-1:] == "]" and found.count("[") == 1:
        return in_brackets([re.split(r"[,\s]+", row.strip()) for row in found[1:-1].split(";") if row.strip()])
    rows = [re.split(r"[ \t]+", line.strip(" \t")) for line in found.split("\n") if line.strip()]
    bare = len(rows) > 1 or (len(rows) == 1 and re.search(r"\d(?: {2,}|\t)[-+.\d]", found))
    if bare and (listed := in_brackets(without_labels(rows))) is not None:
        return listed
    if found.startswith("(") and found.endswith(")") and NUMERAL.fullmatch(found[1:-1].strip()):
        return found[1:-1].strip()
    last = found.rpartition("=")[2].strip()
    if "==" not in found and last != found and NUMERAL.fullmatch(last):
        return last
    found = re.sub(r"(?<=\d) ?[xX⁄] ?(?=\d)", lambda sign: "/" if "⁄" in sign[0] else "*", found)
    return found if found != text.strip() else None


def without_labels(rows: list[list[str]]) -> list[list[str]]:
    """Rows of numbers without the numbers of rows and columns that pandas and R print around them."""
    first, *others = rows
    if [cell.strip("[],") for cell in first] in (counted(len(first), 0), counted(len(first), 1)) and others:
        labels = [row[0].strip("[],") for row in others]
        if all(len(row) == len(first) + 1 for row in others) and labels == counted(
            len(others), int(first[0].strip("[],"))
        ):
            return [row[1:] for row in others]
    if all(len(row) == 2 for row in rows) and [row[0] for row in rows] == counted(len(rows), 0):
        return [row[1:] for row in rows]
    return rows


def counted(count: int, start: int) -> list[str]:
    return [str(start + i) for i in range(count)]


def in_brackets(rows: list[list[str]]) -> str | None:
    """Rows as a list of lists; None where a cell is no number, or the rows differ in length."""
    cells = [[cell.strip().strip("{}") for cell in row] for row in rows]
    if not cells or any(len(row) != len(cells[0]) for row in cells):
        return None
    if not all(NUMERAL.fullmatch(cell.replace("−", "-")) for row in cells for cell in row):
        return None
    lists = [f"[{', '.join(row)}]" for row in cells]
    return lists[0] if len(lists) == 1 else f"[{', '.join(lists)}]"


def comma_in_number(text: str) -> str | None:
    """A number with commas between its thousands: alone, or in a list whose other commas have a space behind them."""
    text = text.strip()
    if COMMAS.fullmatch(text):
        return text
    found = COMMAS.search(text)
    if found is None or not text.startswith("[") or not re.search(r", ", text):
        return None
    return found[0] if re.search(r"\d,\d", COMMAS.sub("", text)) is None else None
