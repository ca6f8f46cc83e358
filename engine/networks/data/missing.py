"""Cells without a value, in every spelling, and what becomes of their rows."""

from __future__ import annotations

from typing import Literal

import numpy as np

from gradlens.engine.values import Array

Filling = Literal["drop", "mean", "median", "zero"]
FILLINGS: tuple[Filling, ...] = ("drop", "mean", "median", "zero")
ALWAYS = frozenset(
    [
        "",
        "na",
        "n/a",
        "#n/a",
        "#na",
        "n.a.",
        "nan",
        "-nan",
        "<na>",
        "null",
        "nil",
        "\\n",
        "?",
        "#value!",
        "#ref!",
        "결측",
        "결측치",
    ]
)
# Among words they may be one of them.
AMONG_NUMBERS = ALWAYS | {"none", "missing", "unknown", "-", "--", "—", ".", "..", "*", "없음", "미상", "해당없음"}


def is_missing(cell: str, among_numbers: bool = False) -> bool:
    return cell.strip().lower() in (AMONG_NUMBERS if among_numbers else ALWAYS)


def missing_among(cells: list[str], among_numbers: bool = False) -> set[str]:
    """The spellings in a column of cells without a value."""
    return {cell for cell in set(cells) if is_missing(cell, among_numbers)}


def completed(values: Array, filling: Filling) -> Array:
    """A column whose missing numbers, NaN, are those of the others."""
    lacking = np.isnan(values)
    if filling == "drop" or not lacking.any() or lacking.all():
        return values
    known = values[~lacking]
    number = {"mean": np.mean, "median": np.median, "zero": lambda _: 0.0}[filling](known)
    return np.where(lacking, number, values)
