"""The text of a table as rows of cells: what separates them, and what stands around the table."""

from __future__ import annotations

import csv
import re
import unicodedata

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.data.numerals import looks_numeric

Rows = list[tuple[int, list[str]]]  # each with the number of its line

DELIMITERS = ("\t", ";", "|", ",")  # a comma may also be within numbers
TRIED = 100  # lines from which the separator is found out
SEEN = 10 * TRIED  # of the file, among which so many are not empty or titles
COMMENT = re.compile(r"^\s*(#|%|//)")
TOLD = re.compile(r'"?sep=(.)"?', re.IGNORECASE)  # the first line that spreadsheets read
SPACES = re.compile(r"""[ \t\xa0]*("[^"]*"|[^ \t\xa0]+)""")


def read_rows(text: str, separator: str | None = None) -> tuple[Rows, str]:
    """The rows that are not empty, and what separates their cells: a space where any number of them does.

    separator: None where the text tells it.

    Columns that no row fills are left out at the end of every row.  Errors: data-empty, csv-encoding, csv-text.
    """
    lines = lines_of(text)
    told = TOLD.fullmatch(lines[0][1].strip()) if lines else None
    lines = lines[1:] if told else without_comments(lines)
    if not lines:
        raise EngineError("data-empty")
    delimiter = separator or (told[1] if told else delimiter_of("\n".join(line for _, line in lines[:SEEN])))
    rows = spaced(lines) if delimiter == " " else separated(lines, delimiter)
    if not rows:
        raise EngineError("data-empty")
    return without_tails(without_notes(without_title(rows))), delimiter


def lines_of(text: str) -> list[tuple[int, str]]:
    """The lines with their numbers, in one spelling of a letter and its mark: one word is one class."""
    whole = unicodedata.normalize("NFC", text.removeprefix("\ufeff")).replace("\r\n", "\n").replace("\r", "\n")
    for strange in ("\ufffd", "\0"):
        if strange in whole:
            raise EngineError("csv-encoding", line=whole.count("\n", 0, whole.index(strange)) + 1)
    return list(enumerate(whole.removesuffix("\n").split("\n"), 1))


def without_comments(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The table without the comments before it and within it.

    The last comment before it is the header where it holds as many cells as the first row: so NumPy's savetxt writes.
    """
    first = next((i for i, (_, line) in enumerate(lines) if line.strip() and not COMMENT.match(line)), len(lines))
    table = [(number, line) for number, line in lines[first:] if not line.lstrip().startswith(("# ", "//"))]
    number, line = lines[first - 1] if first else (0, "")
    if not line.lstrip().startswith("#") or not table:
        return table
    head = COMMENT.sub("", line, count=1).strip()
    delimiter = delimiter_of("\n".join(line for _, line in table[:TRIED]))
    split = (lambda t: t.split()) if delimiter == " " else (lambda t: t.split(delimiter))
    return [(number, head), *table] if len(split(head)) == len(split(table[0][1])) > 1 else table


def separated(lines: list[tuple[int, str]], delimiter: str) -> Rows:
    """Error: csv-text."""
    numbers = [number for number, _ in lines]
    texts = (line + "\n" for _, line in lines)
    reader = csv.reader(texts, delimiter=delimiter, skipinitialspace=True, strict=True)
    rows = ((numbers[reader.line_num - 1], list(map(str.strip, row))) for row in reader)
    try:
        return [(number, row) for number, row in rows if any(row)]
    except csv.Error as error:
        if delimiter == "\t":  # between tabs a quotation mark is a letter for most writers
            cells = [(number, list(map(str.strip, line.split("\t")))) for number, line in lines if line.strip()]
            if len({len(row) for _, row in cells}) == 1:
                return cells
        line = numbers[min(reader.line_num, len(numbers)) - 1]
        raise EngineError("csv-text", line=line, message=str(error)) from None


def spaced(lines: list[tuple[int, str]]) -> Rows:
    return [(number, [cell.strip('"') for cell in SPACES.findall(line)]) for number, line in lines if line.strip()]


def without_title(rows: Rows) -> Rows:
    """The table without lines of one cell before it, where all rows after them have more."""
    most = max(len(row) for _, row in rows)
    first = next((i for i, (_, row) in enumerate(rows) if len([cell for cell in row if cell]) > 1), 0)
    return rows[first:] if most > 1 and len(rows) > first + 1 else rows


def without_notes(rows: Rows) -> Rows:
    """The table without lines of one cell after it, which an empty line parts from it."""
    end = len(rows)
    while end > 1 and len([cell for cell in rows[end - 1][1] if cell]) == 1:
        end -= 1
    is_apart = end < len(rows) and rows[end][0] > rows[end - 1][0] + 1
    return rows[:end] if is_apart and len(rows[end - 1][1]) > 1 else rows


def without_tails(rows: Rows) -> Rows:
    """Rows without the cells at their end that are empty in every row, as a comma at the end of lines makes them."""
    most = max(len(row) for _, row in rows)
    width = most
    while width and not any(len(row) >= width and row[width - 1] for _, row in rows):
        width -= 1
    return rows if width == most else [(number, row[:width]) for number, row in rows]


def delimiter_of(text: str) -> str:
    """What separates cells: in every line equally often, and with numbers between; in doubt what is most frequent in
    the first line, and spaces where nothing else is in it.
    """
    unquoted = [line for line in re.sub(r'"[^"]*"', '""', text).split("\n") if line.strip()][:TRIED]
    while len(unquoted) > 2 and not holds_any(unquoted[0]) and holds_any(unquoted[1]):
        del unquoted[0]  # a title
    steady = [
        d for d in DELIMITERS if unquoted and unquoted[0].count(d) and len({line.count(d) for line in unquoted}) == 1
    ]
    if steady:
        return max(
            steady,
            key=lambda d: (
                sum(map(looks_numeric, (cell for line in unquoted[1:] or unquoted for cell in line.split(d))))
                / unquoted[0].count(d)
            ),
        )
    if not unquoted:
        return ","
    counts = [len(line.split()) for line in unquoted]
    if counts[0] > 1 and not any(map(holds_any, unquoted)) and len(set(counts)) == 1:
        return " "
    return max(DELIMITERS, key=unquoted[0].count)


def holds_any(line: str) -> bool:
    return any(delimiter in line for delimiter in DELIMITERS)
