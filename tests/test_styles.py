"""The page's style sheets: each in its layer, each reached from the page's head once, colours in one file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STYLES = ROOT / "static" / "css"
SHEETS = sorted(path.relative_to(STYLES).as_posix() for path in STYLES.rglob("*.css"))
IMPORT = re.compile(r'@import "([^"]+)"(?: layer\((\w+)\))?( print)?;')
ENTRIES = re.findall(r'address\("css/([^"]+)"\)', (ROOT / "templates" / "index.html").read_text("utf-8"))


def text_of(sheet: str) -> str:
    """A style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (STYLES / sheet).read_text("utf-8"), flags=re.DOTALL)


def imports(sheet: str) -> list[tuple[str, str]]:
    """What a sheet imports, and the layer of each; "" for none."""
    return [(name, layer) for name, layer, _ in IMPORT.findall(text_of(sheet))]


def test_every_sheet_is_reached_from_the_head_of_the_page_once():
    assert sorted([*ENTRIES, *(name for entry in ENTRIES for name, _ in imports(entry))]) == SHEETS


def test_the_first_sheet_orders_the_layers_and_the_others_only_name_what_they_import():
    assert ENTRIES[0] == "main.css" and text_of("main.css").split()[:4] == ["@layer", "tokens,", "primitives,", "components;"]
    for entry in ENTRIES:
        rest = IMPORT.sub("", text_of(entry)).replace("@layer tokens, primitives, components;", "")
        assert rest.strip() == "", entry


def test_every_sheet_has_its_layer_but_what_changes_the_libraries():
    layers = {name: layer for entry in ENTRIES for name, layer in imports(entry)}
    own = {"tokens.css": "tokens", "primitives.css": "primitives", "libraries.css": ""}
    assert layers == {name: own.get(name, "components") for name in layers}


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet != "tokens.css"])
def test_colours_have_names_and_the_names_stand_in_one_sheet(sheet):
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[^{}]*[;}])|light-dark\(", text_of(sheet)) == []


def test_only_the_sheet_of_libraries_speaks_of_their_classes():
    assert [sheet for sheet in SHEETS if re.search(r"\.(cm-|katex)", text_of(sheet))] == ["libraries.css"]
