"""A trace in a file: the format by the ending, the file whole or as it was."""

from __future__ import annotations

import errno
import os

import pytest

import gradlens
from gradlens.engine.exporting.formats import FORMATS, ExportOptions, export

TRACE = gradlens.trace("z = (x + y) ** 2", {"x": 2.0, "y": 3.0})


def test_every_format_is_saved_by_its_name_and_the_first_of_an_ending_by_that(tmp_path):
    for name, entry in FORMATS.items():
        folder = tmp_path / name
        folder.mkdir()
        assert TRACE.save(folder / "a", name).read_bytes() == export(TRACE, name)
        first = next(one.name for one in FORMATS.values() if one.ending == entry.ending)
        for file in (f"A{entry.ending.upper()}", f"사과; $(x) 'b\"\n{entry.ending}"):
            assert TRACE.save(folder / file).read_bytes() == export(TRACE, first)
        if not any(one.ending == f".{name}" for one in FORMATS.values()):
            assert TRACE.save(folder / f"a.{name}").read_bytes() == export(TRACE, name)
        assert len(list(folder.iterdir())) in (3, 4)  # and nothing beside them


def test_options_are_those_of_the_table(tmp_path):
    dark = TRACE.save(str(tmp_path / "a.svg"), theme="dark", legend=True)
    assert dark.read_text("utf-8") != TRACE.save(tmp_path / "b.svg").read_text("utf-8")
    with pytest.raises(TypeError, match='no option "colour": a trace is written with language, theme'):
        TRACE.save(tmp_path / "a.svg", colour="red")  # pyright: ignore[reportCallIssue]
    for name, value in (("theme", "pink"), ("language", "fr"), ("step", 1.5), ("legend", "no"), ("caption", None)):
        with pytest.raises(ValueError, match=f"{name} is .*, not {value!r}"):
            TRACE.save(tmp_path / "c.svg", **{name: value})  # pyright: ignore[reportArgumentType]


def test_an_ending_that_no_format_has_is_told_with_those_that_there_are(tmp_path):
    for name in ("figure.png2", "figure", ".svg2"):
        with pytest.raises(
            gradlens.EngineError, match=r'The ending of "\.?\w+(\.png2|\.svg2)?" tells no format'
        ) as caught:
            TRACE.save(tmp_path / name)
        assert caught.value.kind == "unknown-ending" and ".svg" in caught.value.detail


def refused(path: object, number: int, words: str) -> None:
    with pytest.raises(OSError, match=words) as caught:
        TRACE.save(path, "svg")  # pyright: ignore[reportArgumentType]
    assert caught.value.errno == number


def test_what_cannot_be_written_is_told_with_a_remedy(tmp_path):
    refused(tmp_path / "none" / "a.svg", errno.ENOENT, "folder does not exist: make it first")
    refused(tmp_path, errno.EISDIR, "add the name of a file")
    refused(tmp_path / ("a" * 300 + ".svg"), errno.ENAMETOOLONG, "choose a shorter one")
    refused(tmp_path / "a\0b.svg", errno.EINVAL, "character that no file's name has")
    refused("/dev/full", errno.ENOSPC, "The disk is full")
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file" / "a.svg", errno.ENOTDIR, "no folder")


def test_a_file_that_cannot_be_finished_is_as_it_was(tmp_path, monkeypatch):
    before = TRACE.save(tmp_path / "a.svg").read_bytes()
    for number in (errno.ENOSPC, errno.EACCES, errno.EIO):

        def fail(_: int, number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patched, pytest.raises(OSError) as caught:
            patched.setattr(os, "fsync", fail)
            TRACE.save(tmp_path / "a.svg", theme="dark")
        assert caught.value.errno == number and caught.value.filename == str(tmp_path / "a.svg")
        assert [path.name for path in tmp_path.iterdir()] == ["a.svg"] and (tmp_path / "a.svg").read_bytes() == before


def test_a_file_keeps_its_rights_and_a_link_leads_where_it_led(tmp_path):
    TRACE.save(tmp_path / "a.svg")
    (tmp_path / "a.svg").chmod(0o640)
    (tmp_path / "link.svg").symlink_to("a.svg")
    TRACE.save(tmp_path / "link.svg", theme="dark")
    assert (tmp_path / "link.svg").is_symlink() and (tmp_path / "a.svg").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "a.svg").read_bytes() == export(TRACE, "svg", ExportOptions(theme="dark"))
