"""Data sets: their published figures, the toys' shapes, and tables of a reader's own."""

from __future__ import annotations

import numpy as np
import pytest

import engine
from engine.datasets import CATALOGUE, FOLDER, catalogue, load, prepared, read_table
from engine.datasets.toys import TOYS
from tests.engine.numerics import close


def test_iris_has_the_means_of_fishers_paper():
    """R. A. Fisher (1936), table II: the means of Iris setosa and Iris versicolor; virginica from his table I."""
    iris = load("iris")
    assert iris.x.shape == (150, 4) and iris.classes == ("setosa", "versicolor", "virginica")
    means = [iris.x[iris.t == species].mean(axis=0) for species in range(3)]
    assert close(means, [[5.006, 3.428, 1.462, 0.246], [5.936, 2.770, 4.260, 1.326], [6.588, 2.974, 5.552, 2.026]])


def test_digits_have_the_counts_of_the_uci_repository():
    """optdigits.names: the class distribution of the test set."""
    digits = load("digits")
    assert digits.x.shape == (1797, 64) and digits.x.min() == 0 and digits.x.max() == 16
    assert np.bincount(digits.t.astype(int)).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_diabetes_has_the_figures_of_its_paper():
    """Efron et al. (2004), table 1: the first and the last patient. Mean 152.13 and deviation 77.09 of the response."""
    diabetes = load("diabetes")
    assert diabetes.x.shape == (442, 10) and diabetes.classes is None
    assert close(diabetes.x[0], [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87], rtol=1e-4) and diabetes.t[0] == 151
    assert diabetes.t[-1] == 57 and close(diabetes.t.mean(), 152.133, rtol=1e-5) and close(diabetes.t.std(ddof=1), 77.093, rtol=1e-5)


def test_every_set_tells_its_figures_source_and_licence_and_every_file_stands_in_the_readme():
    for row in catalogue():
        assert row["source"] and row["licence"] and row["title"].keys() == {"en", "ko"} and row["samples"] >= 150
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{entry.file}`" in readme for entry in CATALOGUE.values() if entry.file)


@pytest.mark.parametrize("name", TOYS)
def test_a_toy_is_drawn_from_its_seed_with_about_as_many_of_both_classes(name):
    first, again, other = (load(name, samples=300, noise=0.1, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.x, again.x) and not np.array_equal(first.x, other.x)
    assert first.x.shape == (300, 2) and set(first.t) == {0, 1} and 90 < first.t.sum() < 210


def test_toys_without_noise_are_told_apart_by_their_geometry():
    circle, xor, gauss, spiral = (load(name, samples=400) for name in ("circle", "xor", "gauss", "spiral"))
    assert np.array_equal(np.hypot(*circle.x.T) < 3, circle.t == 1)
    assert np.array_equal(xor.x[:, 0] * xor.x[:, 1] > 0, xor.t == 1) and np.abs(xor.x).min() > 0.29
    assert close(gauss.x[gauss.t == 1].mean(axis=0), [2, 2], rtol=0.1) and close(gauss.x[gauss.t == 0].mean(axis=0), [-2, -2], rtol=0.1)
    # Archimedean: the radius grows with the angle, and one arm is the other turned by half a turn.
    assert close(-spiral.x[spiral.t == 1], spiral.x[spiral.t == 0])


def test_a_split_is_shuffled_by_its_seed_and_holds_every_sample_once():
    table = load("iris")
    data = prepared(table, unit=1.0, train=None, test=None, seed=3)
    assert data.train == 120 and len(data.x) == 150
    assert sorted(map(tuple, data.x)) == sorted(map(tuple, table.x))
    assert np.array_equal(prepared(table, unit=1.0, train=None, test=None, seed=3).x, data.x)
    assert not np.array_equal(prepared(table, unit=1.0, train=None, test=None, seed=4).x, data.x)
    few = prepared(table, unit=1.0, train=10, test=5, seed=0)
    assert (few.train, len(few.x)) == (10, 15)


def test_features_get_mean_0_and_deviation_1_over_the_training_samples_alone():
    data = prepared(load("diabetes"), unit=None, train=300, test=142, seed=0)
    assert close(data.x[:300].mean(axis=0), np.zeros(10), atol=1e-12) and close(data.x[:300].std(axis=0), np.ones(10))
    assert abs(data.x[300:].mean()) > 1e-3
    assert close(data.t * data.scaling["t_scale"] + data.scaling["t_mean"], load("diabetes").t[np.random.default_rng(0).permutation(442)])


def test_a_column_of_equal_values_becomes_zeros_and_not_nan():
    data = prepared(read_table("1,5,0\n2,5,1\n3,5,0\n4,5,1\n"), unit=None, train=None, test=None, seed=0)
    assert np.isfinite(data.x).all() and not data.x[:, 1].any()


# ------------------------------------------------------------------ own tables

def test_a_table_is_read_with_and_without_a_header_and_with_any_separator():
    plain = read_table("1.5,2,a\n3,4,b\n")
    assert plain.features == ("column 1", "column 2") and plain.classes == ("a", "b")
    for text in ("width,height,kind\n1.5,2,a\n3,4,b\n", "width;height;kind\r\n1.5;2;a\r\n\r\n3;4;b", "\ufeffwidth\theight\tkind\n1.5\t2\ta\n3\t4\tb", 'width, height, kind\n1.5, 2, "a"\n3, 4, b'):
        table = read_table(text)
        assert table.features == ("width", "height") and np.array_equal(table.x, [[1.5, 2], [3, 4]]) and table.classes == ("a", "b") and table.t.tolist() == [0, 1]


def test_labels_are_found_by_name_and_place_and_numbers_are_classes_where_they_count_from_0():
    text = "y,x\n0,5\n1,6\n0,7\n"
    for label in ("y", 0, -2):
        table = read_table(text, label)
        assert table.classes == ("0", "1") and table.x.ravel().tolist() == [5, 6, 7]
    assert read_table(text, "y", "regression").classes is None
    assert read_table("x,y\n1,3\n2,5\n").classes is None
    assert read_table("x,y\n1,3\n2,5\n3,3\n", None, "classification").t.tolist() == [0, 1, 0]


@pytest.mark.parametrize(("text", "kind", "part"), [
    ("", "data-empty", "no data"), ("\n \n", "data-empty", "no data"), ("a,b\n", "data-empty", "no data"), ("1\n2\n", "csv-columns", "1 columns"),
    ("a,b\n1,2\n3,\n", "csv-hole", 'Line 3, column 2 ("b") is empty'), ("1,2\n\n ,4\n", "csv-hole", 'Line 3, column 1 ("column 1")'),
    ("a,b\n1,2\nx,4\n", "csv-number", 'Line 3, column 1 ("a") holds "x"'), ("a,b\n1,2\nnan,4\n", "csv-number", '"nan"'), ("1,2\n1e999,4\n", "csv-number", '"1e999"'),
    ("a,b\n1,2\n3,4,5\n", "csv-row", "Line 3 has 3 cells, but the first has 2"), ('a,b\n1,"2\n', "csv-text", "Line 2"), ("a,b\n1," + "9" * 200_000 + "x\n", "csv-text", "Line 2"),
])
def test_a_broken_table_is_told_with_line_and_column(text, kind, part):
    with pytest.raises(engine.EngineError) as error:
        read_table(text)
    assert error.value.kind == kind and part in error.value.detail


def test_a_label_column_that_is_not_there_is_told():
    for label in ("kid", 7, True):
        with pytest.raises(engine.EngineError) as error:
            read_table("width,kind\n1,a\n", label)
        assert error.value.kind == "csv-column"


@pytest.mark.parametrize("split", [{"train": 151, "test": None}, {"train": 100, "test": 51}, {"train": None, "test": 150}])
def test_a_split_that_needs_more_samples_than_there_are_is_told(split):
    with pytest.raises(engine.EngineError) as error:
        prepared(load("iris"), unit=None, seed=0, **split)
    assert error.value.kind == "split-size" and "150" in error.value.detail
