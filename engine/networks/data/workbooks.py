"""The first sheet of a workbook (.xlsx, ECMA-376) as rows of cells."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from xml.etree import ElementTree

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.data.rows import Rows, without_tails, without_title

LIMIT = 64_000_000  # bytes of a part, unpacked
COLUMNS = 16_384  # of a sheet, by the standard
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # built in, section 18.8.30
QUOTED = re.compile(r'"[^"]*"|\[[^\[\]]*\]|\\.')


def read_workbook(data: bytes) -> Rows:
    """The rows that are not empty.  Errors: file-kind, data-empty."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            rows = list(rows_of(file))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, zlib.error, ValueError, IndexError, OSError) as error:
        raise EngineError("file-kind", format=".xlsx") from error
    if not rows:
        raise EngineError("data-empty")
    width = max(len(row) for _, row in rows)
    return without_tails(without_title([(number, row + [""] * (width - len(row))) for number, row in rows]))


def part(file: zipfile.ZipFile, name: str) -> ElementTree.Element | None:
    """A part of the file; None where there is none.  Error: file-kind, where it is too large or has a document type."""
    if name not in file.namelist():
        return None
    with file.open(name) as opened:
        text = opened.read(LIMIT + 1)
    if len(text) > LIMIT or b"<!DOCTYPE" in text[:4000]:
        raise EngineError("file-kind", format=".xlsx")
    return ElementTree.fromstring(text)


def rows_of(file: zipfile.ZipFile) -> Iterator[tuple[int, list[str]]]:
    sheets = sorted(
        (name for name in file.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)),
        key=lambda name: int(re.sub(r"\D", "", name)),
    )
    sheet = part(file, sheets[0])
    assert sheet is not None
    shared = part(file, "xl/sharedStrings.xml")
    strings = [] if shared is None else list(map(all_text, shared))
    dates = date_styles(part(file, "xl/styles.xml"))
    for row in (one for one in sheet.iter() if tag(one) == "row"):
        cells: list[str] = []
        for cell in row:
            at = column(cell.get("r", "")) if cell.get("r") else len(cells)
            if at >= COLUMNS:
                raise ValueError
            cells += [""] * (at + 1 - len(cells))
            cells[at] = text_of(cell, strings, dates).strip()
        if any(cells):
            yield int(row.get("r", "0")), cells


def tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def all_text(element: ElementTree.Element) -> str:
    """The text of an element, in however many formats it is written."""
    return "".join(piece.text or "" for piece in element.iter() if tag(piece) == "t")


def column(reference: str) -> int:
    """The place of a cell from 0: "C7" is in column 2."""
    found = 0
    for letter in re.match(r"[A-Z]*", reference)[0]:  # type: ignore[index]  # it matches at least nothing
        found = 26 * found + ord(letter) - ord("A") + 1
    return found - 1


def text_of(cell: ElementTree.Element, strings: list[str], dates: set[int]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return all_text(cell)
    value = next((piece.text or "" for piece in cell if tag(piece) == "v"), "")
    if kind == "s":
        return strings[int(value)]
    if kind == "n" and value and int(cell.get("s", "0")) in dates:
        return (
            (datetime(1899, 12, 30) + timedelta(days=float(value))).isoformat(" ", "seconds").removesuffix(" 00:00:00")
        )
    return {"1": "true", "0": "false"}.get(value, value) if kind == "b" else value


def date_styles(styles: ElementTree.Element | None) -> set[int]:
    """The numbers of the cell formats that show dates."""
    if styles is None:
        return set()
    own = {
        int(one.get("numFmtId", "0"))
        for one in styles.iter()
        if tag(one) == "numFmt" and re.search(r"[ymdhs]", QUOTED.sub("", one.get("formatCode", "").lower()))
    }
    formats = next((one for one in styles if tag(one) == "cellXfs"), ())
    return {i for i, one in enumerate(formats) if int(one.get("numFmtId", "0")) in own | DATE_FORMATS}
