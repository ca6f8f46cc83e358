"""The table of formats."""

from dataclasses import replace

import pytest

from gradlens.engine.errors import EngineError
from gradlens.engine.exporting import formats
from gradlens.engine.exporting.formats import FORMATS, ExportOptions, export
from gradlens.engine.program import trace

MADE = trace("y = x * x", {"x": 3.0})


def test_names_are_a_format_s_own_and_endings_have_their_point():
    assert all(name == entry.name for name, entry in FORMATS.items())
    assert all(entry.ending.startswith(".") and entry.ending == entry.ending.lower() for entry in FORMATS.values())


def test_an_option_that_a_format_does_not_take_is_refused_by_name(monkeypatch):
    monkeypatch.setitem(formats.FORMATS, "svg", replace(FORMATS["svg"], takes=("language",)))
    export(MADE, "svg", ExportOptions(language="ko"))
    with pytest.raises(EngineError, match='"theme" changes nothing in the format "svg"') as caught:
        export(MADE, "svg", ExportOptions(theme="dark"))
    assert caught.value.kind == "export-option"


def test_an_unknown_format_is_told_with_those_that_there_are():
    with pytest.raises(EngineError, match=r'no format "svgg".*Formats are svg, .*Did you mean "svg"'):
        export(MADE, "svgg")
