"""Sections of code as a Jupyter notebook (nbformat 4.5): a heading and a cell each."""

from __future__ import annotations

import json
from typing import Any

from gradlens.engine.exporting.code.scripts import Section


def notebook(sections: list[Section]) -> str:
    """The JSON of a notebook whose cells, one after the other, are the script."""
    cells: list[dict[str, Any]] = []
    for number, section in enumerate(sections):
        cells.append(cell(f"title-{number}", "markdown", f"### {section.title}" if number else section.title))
        cells.append(cell(f"code-{number}", "code", "\n".join(section.lines).strip("\n")))
    return json.dumps(
        {
            "cells": cells,
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        ensure_ascii=False,
        indent=1,
    )


def cell(id: str, kind: str, source: str) -> dict[str, Any]:
    """One cell, not run yet."""
    made: dict[str, Any] = {"cell_type": kind, "id": id, "metadata": {}, "source": source.splitlines(keepends=True)}
    return made if kind == "markdown" else made | {"execution_count": None, "outputs": []}
