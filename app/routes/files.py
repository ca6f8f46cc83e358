"""Answers that are files: under their media type, with a name that any file system takes."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

import orjson
from starlette.responses import Response

NAME_BYTES = 120  # of a file's name without its ending; most file systems take 255
FORBIDDEN = re.compile(r'[\\/:*?"<>|]')  # on one system or another
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # devices of Windows
FALLBACK = "gradlens"


def file_answer(content: bytes) -> Response:
    """The answer of a file as a job gives it: a line of JSON that says what it is, and what is in it."""
    line, _, rest = content.partition(b"\n")
    head = orjson.loads(line)
    return Response(
        rest, headers={"Content-Disposition": disposition(head["name"], head["ending"])}, media_type=head["media_type"]
    )


def disposition(name: str, ending: str) -> str:
    """A Content-Disposition by which the answer is saved as a file, in ASCII and as RFC 5987 has it."""
    name = safe_name(name, ending)
    plain = "".join(letter if " " <= letter <= "~" else "_" for letter in name)
    if plain == name:
        return f'attachment; filename="{name}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def safe_name(name: str, ending: str) -> str:
    """A name that any file system takes and that shows what it is: no path, no control characters, no device."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in name)
    name = FORBIDDEN.sub("_", name)
    if name.lower().endswith(ending):
        name = name[: -len(ending)]
    name = " ".join(name.split()).strip(". ")
    name = name.encode()[:NAME_BYTES].decode("utf-8", "ignore").rstrip(". ")
    if RESERVED.match(name):
        name = f"_{name}"
    return (name or FALLBACK) + ending
