"""A trace in a file: the format by the ending of its name, the file whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from numbers import Integral
from pathlib import Path
from typing import TypedDict, Unpack

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting.colours import Theme
from gradlens.engine.exporting.drawings import Language, Step
from gradlens.engine.exporting.formats import FORMATS, ExportOptions, Format, export, find_format
from gradlens.engine.traces import Trace

REASONS = {
    errno.ENOSPC: "the disk is full: make room, or choose another folder",
    errno.EDQUOT: "the disk is full for this user: make room, or choose another folder",
    errno.EACCES: "this user may not write there: choose another folder",
    errno.EPERM: "this user may not write there: choose another folder",
    errno.EROFS: "nothing can be written on this disk: choose another folder",
    errno.ENOENT: "the folder does not exist: make it first, or choose another one",
    errno.ENOTDIR: "a part of the path is no folder",
    errno.EISDIR: "it is a folder: add the name of a file",
    errno.ENAMETOOLONG: "the name is too long for this disk: choose a shorter one",
}


class SavingOptions(TypedDict, total=False):
    """How a trace is written: as of `ExportOptions`."""

    language: Language
    theme: Theme
    step: Step
    legend: bool
    background: bool
    caption: str


ALLOWED = {
    "language": '"en" or "ko"',
    "theme": '"light", "dark" or None',
    "step": '"start", "values", "end" or a whole number',
    "legend": "True or False",
    "background": "True or False",
    "caption": "a text",
}


def is_allowed(name: str, value: object) -> bool:
    """Whether an option may have a value."""
    if name == "language":
        return value in ("en", "ko")
    if name == "theme":
        return value in ("light", "dark", None)
    if name == "step":
        return (
            value in ("start", "values", "end")
            if isinstance(value, str)
            else isinstance(value, Integral) and not isinstance(value, bool)
        )
    return isinstance(value, str if name == "caption" else bool)


def save(
    trace: Trace, path: str | os.PathLike[str], format: str | None = None, **options: Unpack[SavingOptions]
) -> Path:
    """Write a trace to a file and return its path.

      format: one of the table's names; by default that of the path's ending.
      Errors: unknown-ending, unknown-format, export-option, and those of the format.  Raises OSError where the file
      cannot be written, which is then as it was, TypeError for an option that there is not, and
    ValueError for a value that an option does not have.
    """
    unknown = options.keys() - SavingOptions.__annotations__.keys()
    if unknown:
        known = ", ".join(SavingOptions.__annotations__)
        raise TypeError(f'there is no option "{min(unknown)}": a trace is written with {known}')
    for name, value in options.items():
        if not is_allowed(name, value):
            raise ValueError(f"{name} is {ALLOWED[name]}, not {value!r}")
    target = Path(path)
    chosen = by_ending(target) if format is None else find_format(format)
    content = export(trace, chosen.name, ExportOptions(**options))
    write_whole(target, content)
    return target


def by_ending(path: Path) -> Format:
    """The first format that has the ending of a path, or whose name that is.  Error: unknown-ending."""
    name = path.name.lower()
    for entry in FORMATS.values():
        if name.endswith(entry.ending):
            return entry
    for entry in FORMATS.values():  # figure.tikz
        if name.endswith(f".{entry.name}"):
            return entry
    endings = ", ".join(dict.fromkeys(entry.ending for entry in FORMATS.values()))
    raise EngineError("unknown-ending", name=path.name, endings=endings)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and put it there: whoever reads it never finds a part.

    Raises OSError, with what to do, and then the file is as it was.
    """
    try:
        place = Path(os.path.realpath(path))  # what a link leads to, not the link
        if place.exists() and not place.is_file():
            if place.is_dir():
                raise IsADirectoryError(errno.EISDIR, "")
            place.write_bytes(content)  # a device or a pipe
            return
        beside = place.with_name(f".gradlens-{secrets.token_hex(6)}")
        try:
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if place.exists():
                beside.chmod(place.stat().st_mode & 0o7777)
            beside.replace(place)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        number = error.errno or 0
        said = REASONS.get(number) or error.strerror or str(error)
        raise OSError(number, f"{said[:1].upper()}{said[1:]}", str(path)) from None
    except ValueError as error:  # a character that no name has
        raise OSError(errno.EINVAL, "The name holds a character that no file's name has", repr(str(path))) from error
