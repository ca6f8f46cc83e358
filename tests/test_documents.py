"""The documents lead to places that exist, and say the same in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ["", "app", "engine", "static", "tests"]
DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *(ROOT / folder / f"README{end}.md" for folder in FOLDERS for end in ("", ".ko"))}
)


def anchors(path: Path) -> set[str]:
    """What a heading is reached by: its letters and digits, with hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_picture_of_a_document_leads_to_something(path):
    text = path.read_text("utf-8")
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    for target in targets:
        if target.startswith(("https:", "/static/js/")):
            continue
        name, _, anchor = target.partition("#")
        other = path.parent / name if name else path
        assert other.exists(), target
        assert not anchor or anchor in anchors(other), target


@pytest.mark.parametrize("folder", FOLDERS)
def test_both_languages_have_the_same_parts_code_and_pictures(folder):
    english, korean = ((ROOT / folder / f"README{end}.md").read_text("utf-8") for end in ("", ".ko"))
    for what in (r"(?m)^#+ ", r"<img ", r"\bcurl -s"):
        assert len(re.findall(what, english)) == len(re.findall(what, korean)), what


def test_the_front_page_is_one_page():
    for name in ("README.md", "README.ko.md"):
        assert len((ROOT / name).read_text("utf-8").splitlines()) <= 80, name
