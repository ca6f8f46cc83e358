"""A reader's own data as the bytes of a file: text in some encoding, or a workbook."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradlens.engine.advising.advice import Remark
from gradlens.engine.errors import EngineError
from gradlens.engine.networks.data.encodings import decoded
from gradlens.engine.networks.data.rows import Rows, read_rows
from gradlens.engine.networks.data.table import AS_TOLD, Choices, Table, remark, table_of
from gradlens.engine.networks.data.workbooks import read_workbook
from gradlens.engine.networks.file_kinds import ZIP, foreign_kind


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as rows of cells.

    delimiter: what stood between them; of a workbook a comma.  encoding: None of what came as text, and of a workbook.
    """

    rows: Rows
    delimiter: str
    encoding: str | None = None
    is_text: bool = True


def opened(data: bytes, encoding: str | None = None, separator: str | None = None) -> Opened:
    """A file's rows.

    encoding: of the text; None: told by the bytes.  separator: None: told by the text.
    Errors: those of rows, file-empty, file-encoding, file-kind.
    """
    if not data:
        raise EngineError("file-empty")
    if data.startswith(ZIP):
        return Opened(read_workbook(data), ",", is_text=False)
    if kind := foreign_kind(data):
        raise EngineError("file-kind", format=kind)
    text, found = decoded(data, encoding)
    return Opened(*read_rows(text, separator), found)


def read_file(
    data: bytes, choices: Choices = AS_TOLD, *, encoding: str | None = None, separator: str | None = None
) -> Table:
    """Read a table from a file; an encoding that is not UTF-8 and was not given is said.

    Errors: those of tables, file-empty, file-encoding, file-kind.
    """
    file = opened(data, encoding, separator)
    table = table_of(file.rows, file.delimiter, choices)
    return replace(table, remarks=[*remarks_on_file(file, encoding), *table.remarks])


def remarks_on_file(file: Opened, encoding: str | None) -> list[Remark]:
    """An encoding that was found out and is not what most files are in."""
    if file.encoding in (None, encoding, "utf-8"):
        return []
    return [remark("file-read-as", encoding=file.encoding)]
