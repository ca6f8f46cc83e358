"""A reader's own data as the bytes of a file: text in some encoding, or a workbook."""

from __future__ import annotations

from dataclasses import replace

from gradlens.engine.errors import EngineError
from gradlens.engine.networks.data.encodings import decoded
from gradlens.engine.networks.data.missing import Filling
from gradlens.engine.networks.data.table import Table, read_table, remark, table_of
from gradlens.engine.networks.data.workbooks import read_workbook

ZIP = b"PK\x03\x04"
OTHERS = {
    b"\xd0\xcf\x11\xe0": ".xls",
    b"PAR1": "Parquet",
    b"%PDF": "PDF",
    b"\x1f\x8b\x08\x00": "gzip",
}  # by how they begin


def read_file(
    data: bytes,
    label: str | int | None = None,
    task: str | None = None,
    *,
    for_classes: bool | None = None,
    missing: Filling = "drop",
    encoding: str | None = None,
) -> Table:
    """Read a table from a file.

    encoding: of the text; None: told by the bytes, and said where it is not UTF-8.
    Errors: those of tables, file-encoding, file-kind.
    """
    if data.startswith(ZIP):
        return table_of(read_workbook(data), ",", label, task, for_classes=for_classes, missing=missing)
    if data[:4] in OTHERS:
        raise EngineError("file-kind", format=OTHERS[data[:4]])
    text, found = decoded(data, encoding)
    table = read_table(text, label, task, for_classes=for_classes, missing=missing)
    said = [] if encoding is not None or found == "utf-8" else [remark("file-read-as", encoding=found)]
    return replace(table, remarks=[*said, *table.remarks])
