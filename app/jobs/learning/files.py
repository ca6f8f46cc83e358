"""A chapter's files: `chapter.toml`, with what both languages share, beside `en.html` and `ko.html`, its prose.

A folder below templates/learn/chapters is a chapter; adding one touches nothing else.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from gradlens.app.assets import folder
from gradlens.app.jobs.learning.models import Exercise, Plot, Shared
from gradlens.app.problems import Problem
from gradlens.app.schemas.learning import Language

TITLE = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
LEAD = re.compile(r'<p class="lead">(.*?)</p>', re.DOTALL)


def chapters_folder() -> Path:
    """Where the chapters are."""
    return folder("templates") / "learn" / "chapters"


@lru_cache(maxsize=1)
def chapters() -> dict[str, Shared]:
    """The chapters by their ids, in the order of the book."""
    found = {
        path.parent.name: Shared.model_validate(tomllib.loads(path.read_text("utf-8")))
        for path in chapters_folder().glob("*/chapter.toml")
    }
    return dict(sorted(found.items(), key=lambda item: item[1].number))


def chapter(id: str) -> Shared:
    """A chapter.  Raises Problem: not-found."""
    found = chapters().get(id)
    if found is None:
        raise Problem.of("not-found", path=f"/learn/{id}")
    return found


def exercise(chapter_id: str, id: str) -> Exercise:
    """An exercise of a chapter.  Raises Problem: not-found."""
    found = chapter(chapter_id).exercises.get(id)
    if found is None:
        raise Problem.of("not-found", path=f"/learn/{chapter_id}#{id}")
    return found


def plot(chapter_id: str, id: str) -> Plot:
    """A plot of a chapter.  Raises Problem: not-found."""
    found = chapter(chapter_id).plots.get(id)
    if found is None:
        raise Problem.of("not-found", path=f"/learn/{chapter_id}#{id}")
    return found


def prose(id: str, language: Language) -> str:
    """The text of a chapter's template."""
    return (chapters_folder() / id / f"{language}.html").read_text("utf-8")


def title_and_lead(id: str, language: Language) -> tuple[str, str]:
    """The heading of a chapter and the sentences below it, as they stand in its prose."""
    text = prose(id, language)
    return tuple(found[1].strip() if (found := part.search(text)) else "" for part in (TITLE, LEAD))  # pyright: ignore[reportReturnType]
