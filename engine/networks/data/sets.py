"""Data to train on: sets that come with the package, toys that are drawn, and a reader's own."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gradlens.engine.advising.advice import Remark
from gradlens.engine.errors import EngineError
from gradlens.engine.networks.data.table import Table, read_table
from gradlens.engine.networks.data.toys import OF_NUMBERS, TOYS, derived
from gradlens.engine.ops.reduction import average, standard_deviation
from gradlens.engine.values import Array

FOLDER = Path(__file__).parent
TOY_SAMPLES = 400  # both classes together
HELD_OUT = 0.2  # of the samples, where nothing else is asked for


@dataclass(frozen=True, slots=True)
class Entry:
    """A data set of the catalogue.

    file: None where it is drawn.  unit: what features are divided by; None: they are standardised.
    """

    name: str
    title: Mapping[str, str]
    task: str
    source: str
    licence: str
    file: str | None = None
    unit: float | None = None


PLAYGROUND = ("Drawn by the formulas of TensorFlow Playground (D. Smilkov and S. Carter)", "none needed")
CATALOGUE = {
    entry.name: entry
    for entry in (
        Entry(
            "iris",
            {"en": "Fisher's iris", "ko": "피셔의 붓꽃"},
            "classification",
            "R. A. Fisher (1936); UCI Machine Learning Repository, doi:10.24432/C56C76",
            "CC BY 4.0",
            "iris.csv",
        ),
        Entry(
            "digits",
            {"en": "Handwritten digits, 8×8", "ko": "손글씨 숫자 8×8"},
            "classification",
            "E. Alpaydin and C. Kaynak (1998); UCI Machine Learning Repository, doi:10.24432/C50P49",
            "CC BY 4.0",
            "digits.csv.gz",
            16.0,
        ),
        Entry(
            "diabetes",
            {"en": "Progression of diabetes", "ko": "당뇨병의 진행"},
            "regression",
            "B. Efron, T. Hastie, I. Johnstone and R. Tibshirani (2004), Least Angle Regression",
            "BSD 3-clause, as scikit-learn distributes it",
            "diabetes.csv",
        ),
        Entry("circle", {"en": "Circle", "ko": "원"}, "classification", *PLAYGROUND, unit=1.0),
        Entry("xor", {"en": "XOR", "ko": "XOR"}, "classification", *PLAYGROUND, unit=1.0),
        Entry("gauss", {"en": "Two Gaussians", "ko": "두 가우스 분포"}, "classification", *PLAYGROUND, unit=1.0),
        Entry("spiral", {"en": "Spiral", "ko": "나선"}, "classification", *PLAYGROUND, unit=1.0),
        Entry("plane", {"en": "Plane (numbers)", "ko": "평면 (수)"}, "regression", *PLAYGROUND, unit=1.0),
        Entry("hills", {"en": "Hills (numbers)", "ko": "언덕 (수)"}, "regression", *PLAYGROUND, unit=1.0),
    )
}


@dataclass(frozen=True, slots=True)
class Data:
    """Samples to train on, and those held out.

    x, t: of all samples, shuffled; the first `train` are for training, the rest is held out.
    classes: their names; None for quantities.  scaling: what was subtracted from features and targets, and what divided
      them.
    remarks: on the table.  points (n, 2): of a toy, where they lie in the plane.
    """

    features: tuple[str, ...]
    classes: tuple[str, ...] | None
    x: Array
    t: Array
    train: int
    scaling: Mapping[str, Array | float]
    remarks: list[Remark]
    points: Array | None = None


SCALINGS = ("standard", "range", "none")


@cache
def packaged(name: str) -> Table:
    """A set that comes with the package."""
    return replace(read_table(packaged_text(name), task=CATALOGUE[name].task), remarks=[])


def packaged_text(name: str) -> str:
    """The lines of a set that comes with the package."""
    entry = CATALOGUE[name]
    assert entry.file is not None
    path = FOLDER / entry.file
    return gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Some of the samples that a training holds out.

    x: divided by the set's unit.  labels: the names of their classes.  train, test: how many samples there are in all.
    """

    x: Array
    labels: list[str]
    train: int
    test: int


def held_out(name: str, count: int) -> HeldOut:
    """The first samples of a packaged set of classes that `prepared` holds out; the others are not read.

    name: of a set that has a header and a unit.
    """
    header, *lines = packaged_text(name).splitlines()
    test = round(HELD_OUT * len(lines))
    train = len(lines) - test
    chosen = np.random.default_rng(0).permutation(len(lines))[train : train + count]
    table = read_table("\n".join([header, *(lines[at] for at in chosen)]), task=CATALOGUE[name].task)
    classes = table.classes or ()
    return HeldOut(table.x / (CATALOGUE[name].unit or 1.0), [classes[int(at)] for at in table.t], train, test)


def drawn(name: str, samples: int, noise: float, seed: int, features: Sequence[str]) -> Table:
    """A toy."""
    points, t = TOYS[name](np.random.default_rng(seed), samples, noise)
    classes = None if name in OF_NUMBERS else ("0", "1")
    return Table(tuple(features), derived(points, features), t, classes, points=points)


def load_dataset(
    name: str,
    *,
    samples: int | None = None,
    noise: float = 0.0,
    seed: int = 0,
    features: Sequence[str] | None = None,
) -> Table:
    """A set of the catalogue.

    samples, noise, seed, features: of toys, whose features are the coordinates x1 and x2, or others of "x1^2", "x2^2",
      "x1*x2", "sin(x1)" and "sin(x2)"; a set that comes with the package is what it is.

    >>> gradlens.load_dataset("iris").x.shape
    (150, 4)
    """
    if name not in TOYS:
        return packaged(name)
    return drawn(name, samples or TOY_SAMPLES, noise, seed, features or ("x1", "x2"))


def prepared(
    table: Table,
    *,
    unit: float | None = None,
    train: int | None = None,
    test: int | None = None,
    seed: int = 0,
    scaling: str = "standard",
) -> Data:
    """Shuffle, split and scale.

    unit: what features are divided by; None: they are scaled, and so are quantities to predict.
    scaling: by the training samples, "standard" to mean 0 and deviation 1, "range" to the numbers from 0 to 1; "none":
      they stay what they are.
    train, test: how many; where one is left out, the other's rest; where both are, a fifth is held out.
    Errors: split-size, data-range.

    >>> gradlens.prepared(gradlens.load_dataset("iris"), train=120).train
    120
    """
    count = len(table.x)
    if train is None:
        train = count - (test if test is not None else round(HELD_OUT * count))
    if test is None:
        test = max(count - train, 0)
    if train < 1 or train + test > count:
        raise EngineError("split-size", train=max(train, 1), test=test, samples=count)
    order = np.random.default_rng(seed).permutation(count)[: train + test]
    x, t = table.x[order], table.t[order]
    scaled: dict[str, Array | float] = {"x_mean": 0.0, "x_scale": unit or 1.0, "t_mean": 0.0, "t_scale": 1.0}
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is told
        if unit is None and scaling != "none":
            scaled["x_mean"], scaled["x_scale"] = origin_and_unit(x[:train], scaling)
            if table.classes is None:
                mean, scale = origin_and_unit(t[:train], scaling)
                scaled |= {"t_mean": float(mean), "t_scale": float(scale)}
    for part, names in (("x", table.features), ("t", ("t",))):
        finite = np.isfinite(scaled[f"{part}_mean"]) & np.isfinite(scaled[f"{part}_scale"])
        if not np.all(finite):
            raise EngineError("data-range", name=names[np.argmin(finite)])
    x = (x - scaled["x_mean"]) / scaled["x_scale"]
    t = (t - scaled["t_mean"]) / scaled["t_scale"]
    points = None if table.points is None else table.points[order]
    return Data(table.features, table.classes, x, t, train, scaled, table.remarks, points)


def origin_and_unit(values: Array, scaling: str) -> tuple[Array, Array]:
    """What is subtracted from each column, and what it is divided by."""
    if scaling == "standard":
        return average(values, 0, False), deviation(values)
    span = np.ptp(values, axis=0)
    return values.min(axis=0), np.where(span == 0, 1.0, span)


def deviation(values: Array) -> Array:
    """The standard deviation by column; 1 where all values are equal, which then become 0."""
    found = standard_deviation(values, (0,), False, 0.0)
    return np.where(found == 0, 1.0, found)


def datasets() -> list[dict[str, Any]]:
    """Every data set with its figures, source and licence.

    >>> [one["name"] for one in gradlens.datasets()][:3]
    ['iris', 'digits', 'diabetes']
    """
    rows: list[dict[str, Any]] = []
    for entry in CATALOGUE.values():
        table = load_dataset(entry.name)
        rows.append(
            {
                "name": entry.name,
                "title": dict(entry.title),
                "task": entry.task,
                "samples": len(table.x),
                "features": list(table.features),
                "classes": list(table.classes) if table.classes else None,
                "drawn": entry.file is None,
                "source": entry.source,
                "licence": entry.licence,
            }
        )
    return rows


__all__ = ["CATALOGUE", "Data", "HeldOut", "Table", "datasets", "held_out", "load_dataset", "prepared", "read_table"]
