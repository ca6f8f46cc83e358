"""What a file is that cannot be read: empty, damaged, or of another kind, as a page saved in its place."""

from __future__ import annotations

import codecs

from gradlens.engine.errors import EngineError

ZIP = b"PK\x03\x04"
BEGINNINGS = {
    b"\xd0\xcf\x11\xe0": ".xls",
    b"PAR1": "Parquet",
    b"%PDF": "PDF",
    b"\x1f\x8b\x08": "gzip",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x89HDF": "HDF5",
    b"version https://git-lfs": "Git LFS",  # what stands for a large file where only the repository was copied
}
PAGES = (b"<!doctype html", b"<html")
LOOKED_AT = 1000  # bytes from the beginning


def foreign_kind(data: bytes) -> str | None:
    """By how a file begins, the kind of one that holds neither a table, weights nor a model; else None."""
    start = data[:LOOKED_AT].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(PAGES):
        return "HTML"
    return next((kind for beginning, kind in BEGINNINGS.items() if data.startswith(beginning)), None)


def is_plain_text(data: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data[:LOOKED_AT])
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in text)


def unreadable(data: bytes, kind: str, wanted: str) -> EngineError:
    """Why a file could not be read.  kind: of the error where nothing else is known.  wanted: endings of what is read.

    Errors: file-empty, file-other, and kind.
    """
    if not data:
        return EngineError("file-empty")
    found = foreign_kind(data)
    if found is None and data.startswith(ZIP) and ".npz" not in wanted:  # which is one itself
        found = ".zip"
    if found is None and is_plain_text(data):
        found = ".txt"
    return EngineError("file-other", format=found, wanted=wanted) if found else EngineError(kind)
