"""The page's style sheets: each in its layer, each reached from the page's head once, colours in one file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import page_bundle
from tests.each import each

ROOT = Path(__file__).parent.parent
STYLES = ROOT / "static" / "css"
SHEETS = sorted(path.relative_to(STYLES).as_posix() for path in STYLES.rglob("*.css"))
IMPORT = re.compile(r'@import "([^"]+)"(?: layer\((\w+)\))?( print)?;')
PAGES = {
    template: re.findall(r'address\("css/([^"]+)"\)', (ROOT / "templates" / template).read_text("utf-8"))
    for template in ("index.html", "learn/base.html", "embed.html")
} | {name: [one.style.removeprefix("css/")] for name, one in page_bundle.SINGLE_FILES.items()}
ENTRIES = [entry for entries in PAGES.values() for entry in entries]


def text_of(sheet: str) -> str:
    """A style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (STYLES / sheet).read_text("utf-8"), flags=re.DOTALL)


def imports(sheet: str) -> list[tuple[str, str]]:
    """What a sheet imports, and the layer of each; "" for none."""
    return [(name, layer) for name, layer, _ in IMPORT.findall(text_of(sheet))]


def test_every_sheet_is_reached_from_the_head_of_a_page_and_of_none_twice():
    reached = [[*entries, *(name for entry in entries for name, _ in imports(entry))] for entries in PAGES.values()]
    assert all(len(set(one)) == len(one) for one in reached)
    assert sorted(set().union(*reached)) == SHEETS


def test_the_first_sheet_orders_the_layers_and_the_others_only_name_what_they_import():
    for first, *_ in PAGES.values():
        assert text_of(first).split()[:4] == ["@layer", "tokens,", "primitives,", "components;"]
    for entry in ENTRIES:
        rest = IMPORT.sub("", text_of(entry)).replace("@layer tokens, primitives, components;", "")
        assert rest.strip() == "", entry


def test_every_sheet_has_its_layer_but_what_changes_the_libraries():
    layers = {name: layer for entry in ENTRIES for name, layer in imports(entry)}
    own = {"tokens.css": "tokens", "primitives.css": "primitives", "libraries.css": ""}
    assert layers == {name: own.get(name, "components") for name in layers}


@each("sheet", [sheet for sheet in SHEETS if sheet != "tokens.css"])
def test_colours_have_names_and_the_names_stand_in_one_sheet(sheet):
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[^{}]*[;}])|light-dark\(", text_of(sheet)) == []


def test_only_the_sheet_of_libraries_speaks_of_their_classes():
    assert [sheet for sheet in SHEETS if re.search(r"\.(cm-|katex)", text_of(sheet))] == ["libraries.css"]


# Bodies of at least two declarations that may stand twice, each with its reason.
TWICE = {
    # What is marked stands after it, so that a mark is seen on a chosen node, too; the core of a mistake stands after
    # the marks.
    ("stroke-width: 2.5", "stroke: var(--accent)"),
}
BODIES_OF_ONE = (
    26  # bodies of one declaration that stand more than once: what two components say alike by chance, or in two states
)


def rules(sheet: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rules of a sheet, those within @media and @container too: selectors, and the declarations in the order of the
    alphabet.
    """
    text = re.sub(r"@keyframes[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text_of(sheet))
    for selectors, body in re.findall(r"([^{};]+)\{([^{}]*)\}", text):
        yield (
            " ".join(selectors.split()),
            tuple(sorted(" ".join(one.split()) for one in body.split(";") if one.strip())),
        )


def test_what_covers_the_shadow_of_a_scrolled_box_has_the_paper_that_lies_under_it():
    declared = [(selectors, one) for sheet in SHEETS for selectors, body in rules(sheet) for one in body]
    covers = [one for _, one in declared if " local" in one]
    assert covers and all("var(--ground)" in one and "var(--paper" not in one for one in covers)
    grounds = {selectors for selectors, one in declared if one.startswith("--ground:")}
    painted = {selectors for selectors, one in declared if one == "background: var(--ground)"}
    assert painted == grounds - {":root"} and "dialog" in painted


def test_what_several_components_look_like_is_said_once():
    for entries in PAGES.values():
        sheets = {*entries, *(name for entry in entries for name, _ in imports(entry))}
        times = Counter(body for sheet in sheets for _, body in rules(sheet))
        repeated = {body for body, count in times.items() if count > 1}
        assert {body for body in repeated if len(body) > 1} == TWICE
        assert len([body for body in repeated if len(body) == 1]) <= BODIES_OF_ONE


def test_the_figure_and_its_controls_take_their_size_from_their_own_width_and_not_from_the_window():
    for sheet in ("graph.css", "play_bar.css"):
        of_the_window = re.findall(r"@media \((?:min|max)-width[^{]*\{((?:[^{}]*\{[^{}]*\})*)", text_of(sheet))
        # How a finger moves the page goes by how the page is laid out.
        assert {
            declaration
            for block in of_the_window
            for _, body in re.findall(r"([^{}]+)\{([^{}]*)\}", block)
            for declaration in body.split(";")
            if declaration.strip()
            if not declaration.strip().startswith("touch-action")
        } == set(), sheet


LIBRARIES = ("cm-", "katex")
MADE = re.compile(r"class-\d|series-\d|kept-\d")  # the class of a sample, of a line in a plot, by its number


def test_every_class_id_and_attribute_of_a_selector_is_named_where_the_page_is_made():
    made = "".join(
        path.read_text("utf-8")
        for path in [
            *(ROOT / "static" / "js").rglob("*.js"),
            *(ROOT / "templates").rglob("*.html"),
            *(ROOT / "app" / "jobs" / "learning").glob("*.py"),
        ]
    )
    words = set(re.findall(r"[\w-]+", made))
    for selectors in (selectors for sheet in SHEETS for selectors, _ in rules(sheet)):
        for kind, name in re.findall(r"([.#\[])([a-zA-Z][\w-]*)", selectors):
            if not name.startswith(LIBRARIES) and not MADE.fullmatch(name):
                as_property = re.sub(r"-(\w)", lambda match: match[1].upper(), name.removeprefix("data-"))
                assert name in words or (kind == "[" and as_property in words), f"{kind}{name} in {selectors}"
