"""The bytes of a file as text: UTF-8, UTF-16, CP949 (EUC-KR with it) or Latin-1, told by the bytes themselves."""

from __future__ import annotations

import codecs

from gradlens.engine.errors import EngineError

ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "cp949": "cp949", "latin-1": "cp1252"}  # by our name, Python's
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
HANGUL = 0.9  # of the characters of two bytes in Korean text are of KS X 1001, at least


def decoded(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text, and the encoding that it was in.  Error: file-encoding, for an encoding that is given and is not it."""
    name = encoding or encoding_of(data)
    without_mark = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    codec = without_mark if name == "utf-16" and MARKS.get(data[:2]) != "utf-16" else ENCODINGS[name]
    try:
        return data.decode(codec), name
    except UnicodeDecodeError as error:
        if name == "latin-1":  # five bytes have no character in Windows's version of it
            return data.decode("latin-1"), name
        line = data[: error.start].count(b"\n") + 1
        raise EngineError("file-encoding", encoding=name, line=line) from None


def encoding_of(data: bytes) -> str:
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return name
    head = data[:4000]
    if max(head[::2].count(0), head[1::2].count(0)) > len(head) // 8:
        return "utf-16"
    for name, fits in (("utf-8", lambda: True), ("cp949", lambda: is_korean(data))):
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        if fits():
            return name
    return "latin-1"


def is_korean(data: bytes) -> bool:
    """Whether characters of two bytes are those of KS X 1001, as they are in Korean and not by accident in others."""
    pairs = common = at = 0
    while at < len(data):
        if data[at] < 0x80:
            at += 1
            continue
        pairs += 1
        common += at + 1 < len(data) and 0xA1 <= data[at] <= 0xFD and data[at + 1] >= 0xA1
        at += 2
    return common >= HANGUL * pairs
