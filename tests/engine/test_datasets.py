"""Data sets: their published figures, the toys' shapes, and tables of a reader's own."""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.data import numerals
from gradlens.engine.networks.data.sets import CATALOGUE, FOLDER, datasets, load_dataset, prepared, read_table
from gradlens.engine.networks.data.toys import OF_NUMBERS, TOYS, derived
from tests.each import each
from tests.engine.numerics import close


def test_iris_has_the_means_of_fishers_paper():
    """R. A. Fisher (1936), table II: the means of Iris setosa and Iris versicolor; virginica from his table I."""
    iris = load_dataset("iris")
    assert iris.x.shape == (150, 4) and iris.classes == ("setosa", "versicolor", "virginica")
    means = [iris.x[iris.t == species].mean(axis=0) for species in range(3)]
    assert close(means, [[5.006, 3.428, 1.462, 0.246], [5.936, 2.770, 4.260, 1.326], [6.588, 2.974, 5.552, 2.026]])


def test_digits_have_the_counts_of_the_uci_repository():
    """optdigits.names: the class distribution of the test set."""
    digits = load_dataset("digits")
    assert digits.x.shape == (1797, 64) and digits.x.min() == 0 and digits.x.max() == 16
    assert np.bincount(digits.t.astype(int)).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_diabetes_has_the_figures_of_its_paper():
    """Efron et al. (2004), table 1: the first and the last patient. Mean 152.13 and deviation 77.09 of the response."""
    diabetes = load_dataset("diabetes")
    assert diabetes.x.shape == (442, 10) and diabetes.classes is None
    assert close(diabetes.x[0], [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87], rtol=1e-4) and diabetes.t[0] == 151
    assert (
        diabetes.t[-1] == 57
        and close(diabetes.t.mean(), 152.133, rtol=1e-5)
        and close(diabetes.t.std(ddof=1), 77.093, rtol=1e-5)
    )


def test_every_set_tells_its_figures_source_and_licence_and_every_file_stands_in_the_readme():
    for row in datasets():
        assert row["source"] and row["licence"] and row["title"].keys() == {"en", "ko"} and row["samples"] >= 150
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{entry.file}`" in readme for entry in CATALOGUE.values() if entry.file)


@pytest.mark.parametrize("name", [name for name in TOYS if name not in OF_NUMBERS])
def test_a_toy_is_drawn_from_its_seed_with_about_as_many_of_both_classes(name):
    first, again, other = (load_dataset(name, samples=300, noise=0.1, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.x, again.x) and not np.array_equal(first.x, other.x)
    assert first.x.shape == (300, 2) and set(first.t) == {0, 1} and 90 < first.t.sum() < 210


def test_toys_without_noise_are_told_apart_by_their_geometry():
    circle, xor, gauss, spiral = (load_dataset(name, samples=400) for name in ("circle", "xor", "gauss", "spiral"))
    assert np.array_equal(np.hypot(*circle.x.T) < 3, circle.t == 1)
    assert np.array_equal(xor.x[:, 0] * xor.x[:, 1] > 0, xor.t == 1) and np.abs(xor.x).min() > 0.29
    assert close(gauss.x[gauss.t == 1].mean(axis=0), [2, 2], rtol=0.1) and close(
        gauss.x[gauss.t == 0].mean(axis=0), [-2, -2], rtol=0.1
    )
    # Archimedean: the radius grows with the angle, and one arm is the other turned by half a turn.
    assert close(-spiral.x[spiral.t == 1], spiral.x[spiral.t == 0])


def test_toys_of_numbers_are_what_their_formulas_say():
    plane, hills = (load_dataset(name, samples=400, seed=3) for name in OF_NUMBERS)
    assert plane.classes is None and close(plane.t, plane.x.sum(axis=1) / 12)
    tops = np.array([(a, b) for b in (2.5, -2.5) for a in (-4, 0, 4)])
    away = np.linalg.norm(hills.x[:, None] - tops, axis=2)
    assert close(np.abs(hills.t), np.maximum(1 - away.min(axis=1) / 2, 0))
    assert set(np.sign(hills.t[(away < 1.9).any(axis=1)]) * (-1) ** away.argmin(axis=1)[(away < 1.9).any(axis=1)]) == {
        1
    }


def test_a_toy_is_given_as_the_features_that_are_asked_for_and_tells_where_its_points_are():
    table = load_dataset("spiral", samples=20, features=("x1^2", "x1*x2", "sin(x2)"))
    assert table.points is not None and table.features == ("x1^2", "x1*x2", "sin(x2)")
    x1, x2 = table.points.T
    assert close(table.x, np.stack([x1 * x1, x1 * x2, np.sin(x2)], axis=1))
    assert close(derived(table.points, ("x2", "x2^2", "sin(x1)")), np.stack([x2, x2 * x2, np.sin(x1)], axis=1))
    data = prepared(table, unit=1.0, seed=1)
    assert data.points is not None and close(data.points[:, 0] ** 2, data.x[:, 0])


def test_a_range_is_from_0_to_1_over_the_training_samples_and_nothing_is_scaled_where_that_is_asked_for():
    table = read_table("1,5,10\n2,5,20.5\n4,5,30\n", task="regression")
    ranged = prepared(table, test=0, scaling="range")
    assert (
        sorted(ranged.x[:, 0]) == [0, 1 / 3, 1] and not ranged.x[:, 1].any() and close(np.sort(ranged.t), [0, 0.525, 1])
    )
    assert sorted(prepared(table, test=0, scaling="none").t) == [10, 20.5, 30]


def test_a_split_is_shuffled_by_its_seed_and_holds_every_sample_once():
    table = load_dataset("iris")
    data = prepared(table, unit=1.0, train=None, test=None, seed=3)
    assert data.train == 120 and len(data.x) == 150
    assert sorted(map(tuple, data.x)) == sorted(map(tuple, table.x))
    assert np.array_equal(prepared(table, unit=1.0, train=None, test=None, seed=3).x, data.x)
    assert not np.array_equal(prepared(table, unit=1.0, train=None, test=None, seed=4).x, data.x)
    few = prepared(table, unit=1.0, train=10, test=5, seed=0)
    assert (few.train, len(few.x)) == (10, 15)


def test_features_get_mean_0_and_deviation_1_over_the_training_samples_alone():
    data = prepared(load_dataset("diabetes"), unit=None, train=300, test=142, seed=0)
    assert close(data.x[:300].mean(axis=0), np.zeros(10), atol=1e-12) and close(data.x[:300].std(axis=0), np.ones(10))
    assert abs(data.x[300:].mean()) > 1e-3
    assert close(
        data.t * data.scaling["t_scale"] + data.scaling["t_mean"],
        load_dataset("diabetes").t[np.random.default_rng(0).permutation(442)],
    )


def test_a_column_of_equal_values_becomes_zeros_and_not_nan():
    data = prepared(read_table("1,5,0\n2,5,1\n3,5,0\n4,5,1\n"), unit=None, train=None, test=None, seed=0)
    assert np.isfinite(data.x).all() and not data.x[:, 1].any()


# ------------------------------------------------------------------ own tables


def test_a_table_is_read_with_and_without_a_header_and_with_any_separator():
    plain = read_table("1.5,2,a\n3,4,b\n")
    assert plain.features == ("column 1", "column 2") and plain.classes == ("a", "b")
    for text in (
        "width,height,kind\n1.5,2,a\n3,4,b\n",
        "width;height;kind\r\n1.5;2;a\r\n\r\n3;4;b",
        "\ufeffwidth\theight\tkind\n1.5\t2\ta\n3\t4\tb",
        'width, height, kind\n1.5, 2, "a"\n3, 4, b',
    ):
        table = read_table(text)
        assert (
            table.features == ("width", "height")
            and np.array_equal(table.x, [[1.5, 2], [3, 4]])
            and table.classes == ("a", "b")
            and table.t.tolist() == [0, 1]
        )


def test_labels_are_found_by_name_and_place_and_numbers_are_classes_where_they_count_from_0():
    text = "y,x\n0,5\n1,6\n0,7\n"
    for label in ("y", 0, -2):
        table = read_table(text, label)
        assert table.classes == ("0", "1") and table.x.ravel().tolist() == [5, 6, 7]
    assert read_table(text, "y", "regression").classes is None
    assert read_table("x,y\n1,3\n2,5\n").classes is None
    assert read_table("x,y\n1,3\n2,5\n3,3\n", None, "classification").t.tolist() == [0, 1, 0]


@each(
    "header, place",
    [
        ("label,pixel0,pixel1", 0),
        ("a, Target ,b", 1),
        ("분류,키,무게", 0),
        ("a,b,c", 2),
        ("class,a,label", 2),
        ("y,a,b", 2),
    ],
)
def test_labels_are_in_the_column_that_is_called_so_where_nobody_says(header, place):
    table = read_table(f"{header}\n3,0,1.5\n1,2,2.5\n3,5,3.5\n1,7,4.5\n")
    assert len(table.features) == 2
    assert list(table.t) == ([3, 1, 3, 1], [0, 2, 5, 7], [1.5, 2.5, 3.5, 4.5])[place]


@each(
    "text, kind, part",
    [
        ("", "data-empty", "no data"),
        ("\n \n", "data-empty", "no data"),
        ("a,b\n", "data-empty", "no data"),
        ("1\n2\n", "csv-columns", "1 column;"),
        ("a,b\n1,\n3,\n4,\n", "csv-hole", "Line 2, column 2"),
        ("a,b\n1,?\n3,\n", "csv-hole", 'Line 2, column 2 ("b") has no value'),
        ("a,b,c\n1,,2\n,2,3\n\n", "csv-hole", 'Line 2, column 2 ("b")'),
        ("a,b\n1,2\nx,4\n", "csv-number", 'Line 3, column 1 ("a") holds "x"'),
        ("a,b\n1,2\ninf,4\n", "csv-number", '"inf"'),
        ("a,b\n12:30,2\n13:30,4\n", "csv-no-features", '"a"'),
        ("1,2\n1e999,4\n", "csv-number", '"1e999"'),
        ("a,b\n1,2\n3,4,5\n", "csv-row", "Line 3 has 3 cells, but the first has 2"),
        ('a,b\n1,"2\n', "csv-text", "Line 2"),
        ("a,b\n1," + "9" * 200_000 + "x\n", "csv-text", "Line 2"),
    ],
)
def test_a_broken_table_is_told_with_line_and_column(text, kind, part):
    with pytest.raises(engine.EngineError) as error:
        read_table(text)
    assert error.value.kind == kind and part in error.value.detail


def test_a_label_column_that_is_not_there_is_told():
    for label in ("kid", 7, True):
        with pytest.raises(engine.EngineError) as error:
            read_table("width,kind\n1,a\n", label)
        assert error.value.kind == "csv-column"


@pytest.mark.parametrize(
    "split", [{"train": 151, "test": None}, {"train": 100, "test": 51}, {"train": None, "test": 150}]
)
def test_a_split_that_needs_more_samples_than_there_are_is_told(split):
    with pytest.raises(engine.EngineError) as error:
        prepared(load_dataset("iris"), unit=None, seed=0, **split)
    assert error.value.kind == "split-size" and "150" in error.value.detail


# ------------------------------------------------- ways of writing numbers

READ = {
    "marks of thousands": ('x,y\n1,"1,100"\n2,"2,200"\n3,900\n', [1100, 2200, 900]),
    "marks of millions": ('x,y\n1,"1,100,000.5"\n2,"2,200"\n', [1100000.5, 2200]),
    "marks in lakhs": ('x,y\n1,"1,00,000"\n2,"2,200"\n', [100000, 2200]),
    "marks in tabs": ("x\ty\n1\t1,100,000\n2\t2,200\n", [1100000, 2200]),
    "decimal commas": ("x;y\n1;1,5\n2;2,25\n", [1.5, 2.25]),
    "decimal commas in quotes": ('x,y\n1,"3,14"\n2,"0,5"\n', [3.14, 0.5]),
    "decimal commas of many digits": ("x;y\n1;3,1416\n2;2,7183\n", [3.1416, 2.7183]),
    "both marks": ("x;y\n1;1.100,5\n2;2,25\n", [1100.5, 2.25]),
    "spaces": ("x,y\n1,1 100\n2,22 200.5\n", [1100, 22200.5]),
    "no-break spaces": ("x,y\n1,1\u00a0100\n2,2\u202f200\n", [1100, 2200]),
    "apostrophes": ("x,y\n1,1'100\n2,2’200\n", [1100, 2200]),
    "points twice": ("x;y\n1;1.100.000\n2;900\n", [1100000, 900]),
    "per cent": ("x,y\n1,12%\n2,15.5 %\n", [12, 15.5]),
    "dollars": ('x,y\n1,"$1,100"\n2,-$3\n', [1100, -3]),
    "won": ("x,y\n1,₩1000\n2,₩2500\n", [1000, 2500]),
    "won after": ('x,y\n1,"1,000원"\n2,500원\n', [1000, 500]),
    "euros": ("x;y\n1;1,50 €\n2;2,25 €\n", [1.5, 2.25]),
    "kilograms": ("x,y\n1,5.5 kg\n2,-12kg\n", [5.5, -12]),
    "a currency's code": ('x,y\n1,"USD 1,100"\n2,USD 5\n', [1100, 5]),
    "square metres": ("x,y\n1,84.5m²\n2,59m²\n", [84.5, 59]),
    "underscores": ("x,y\n1,1_000\n2,2_500\n", [1000, 2500]),
}


@each("case", READ)
def test_numbers_are_quantities_however_they_are_written_and_it_is_said(case):
    text, expected = READ[case]
    table = read_table(text)
    assert table.classes is None and close(table.t, expected)
    (said,) = table.remarks
    assert said.kind == "csv-reading" and said.params["name"] == "y" and float(said.params["value"]) in expected
    head, *rows = text.replace("\r", "").splitlines()
    mark = next(mark for mark in "\t;," if mark in head)
    swapped = "\n".join(row.partition(mark)[2] + mark + row.partition(mark)[0] for row in [head, *rows])
    assert close(read_table(swapped).x.ravel(), expected)  # a feature is read as a label is


@each(
    "text, kind, part",
    [
        ("x;y\n1;1,100\n2;2,200\n", "csv-comma", "1,100"),
        ("x\ty\n1\t1,100\n2\t2,200\n", "csv-comma", "1,100"),
        ("x;y\n1,5;1.100\n2,5;2.200\n", "csv-comma", "1.100"),
        (
            "x,y\n1,5.1\n2,low\n3,6.1\n",
            "csv-label",
            'Line 3, column 2 ("y") holds "low", while other labels are quantities, such as 5.1',
        ),
        ('x,y\n1,"1,100"\n2,(?)\n', "csv-label", '"(?)"'),
        (
            "x,y\n1,$5\n2,€6\n",
            "csv-mixed",
            'Line 3, column 2 ("y") holds "€6", which is not written in the way of "$5"',
        ),
        ("x,y\n1,12%\n2,13\n", "csv-mixed", '"13"'),
        ("x,y\n1,2\n12%,3\n13,4\n", "csv-mixed", '"12%", which is not written in the way of "1"'),
        ("x,y\n1_0_0,2\n3,4\n", "csv-number", '"1_0_0"'),
        ("x,y\n0x10,2\n3,4\n", "csv-number", '"0x10"'),
        ("x,y\n1,caf\ufffd\n2,b\n", "csv-encoding", "Line 2"),
        ("x\0,\0y\0\n\0", "csv-encoding", "Line 1"),
        ("²;3", "csv-number", '"²"'),
        ("x,y\n½,1\n2,2\n", "csv-number", '"½"'),
    ],
)
def test_what_can_be_read_in_two_ways_or_in_none_is_told(text, kind, part):
    with pytest.raises(engine.EngineError) as error:
        read_table(text)
    assert error.value.kind == kind and part in error.value.detail


GROUPS = {
    "1,100": 1100,
    "12,345,678.5": 12345678.5,
    "1,00,000": 100000,
    "12,34,567": 1234567,
    "+1,100": 1100,
    "-1,100": -1100,
    "１,１００": 1100,
    "٢,٢٠٠": 2200,
}  # of them 1,100 fits threes and the Indian way
DECIMALS = {"10,1000": 10.1, "1,5": 1.5, "0,100": 0.1, "1000,100": 1000.1, "1.100,5": 1100.5, "3,1416": 3.1416}
BROKEN = ["1,,100", "1,100,00", "1,2345,678", "1,100,", ",1,100", "10,0,000", "1,100.5,5", "1,100,0000"]


@each("one", [*GROUPS, *DECIMALS])
@each("other", [*GROUPS, *DECIMALS])
@each("delimiter", ",;")
def test_commas_of_a_column_mark_thousands_all_or_decimals_all_or_are_told(one, other, delimiter):
    """Where cells are separated by commas, points are decimal: "10,1000" beside "1,100" is then no number at all."""
    in_one_way = (one in GROUPS and other in GROUPS) or (one in DECIMALS and other in DECIMALS)
    try:
        found = read_table(f'x{delimiter}y\n1{delimiter}"{one}"\n2{delimiter}"{other}"\n').t
    except engine.EngineError as error:
        if delimiter == ";" and error.kind == "csv-comma":
            assert {one, other} <= {"1,100", "+1,100", "-1,100", "１,１００", "٢,٢٠٠"}
        else:
            assert error.kind == "csv-mixed" and error.params["got"] == other and error.params["other"] == one
            assert {one, other} & {"1,00,000", "12,34,567", "12,345,678.5"} or (delimiter == "," and not in_one_way)
        return
    as_decimals = {
        cell: float(numerals.plain(cell).replace(".", "").replace(",", "."))
        for cell in (one, other)
        if cell.count(",") == 1
    }
    expected = (
        [GROUPS[one], GROUPS[other]] if one in GROUPS and other in GROUPS else [as_decimals[one], as_decimals[other]]
    )
    assert close(found, expected) and (in_one_way or delimiter == ";")


@each("cell", BROKEN)
@each("other", ["1,100", "2", "2.5", "900"])
@each("task", [None, "regression"])
def test_marks_out_of_place_are_no_number_and_no_class(cell, other, task):
    for first, second in ((cell, other), (other, cell)):
        for text in (f'x,y\n1,"{first}"\n2,"{second}"\n', f'y,x\n"{first}",1.5\n"{second}",2.5\n'):
            with pytest.raises(engine.EngineError) as error:
                read_table(text, task=task)
            assert error.value.kind == "csv-number" and error.value.params["got"] == cell


def test_of_numbers_written_in_two_ways_the_first_that_differs_is_told_and_one_that_it_differs_from():
    cells = [*["1.5"] * 700, "3 000", *["2.5"] * 300, "2,5", "1,5"]
    with pytest.raises(engine.EngineError) as error:
        read_table("x,y\n" + "".join(f'{i}.5,"{cell}"\n' for i, cell in enumerate(cells)), task="regression")
    assert error.value.params == {"line": 1003, "column": 2, "name": "y", "got": "2,5", "other": "1.5"}


def test_labels_among_which_are_quantities_are_classes_where_that_is_asked_for_and_codes_anyway():
    assert read_table("x,y\n1,5.1\n2,low\n3,6.1\n", None, "classification").classes == ("5.1", "6.1", "low")
    assert read_table("x,y\n1,1반\n2,2반\n3,1반\n").classes == ("1반", "2반")
    assert (
        read_table("x,y\n1,class1\n2,class2\n").classes == ("class1", "class2")
        and read_table("x,y\n1,2024-01-01\n2,2024-01-02\n").classes is not None
    )
    assert read_table("x,rooms\n1,1\n2,2\n3,3+\n").classes == ("1", "2", "3+")


@each(
    "text, features, classes",
    [
        ("2019,2020,2021\n5.1,3.2,1.1\n1,2,3\n", ("2019", "2020"), None),
        ("2019,2020,kind\n1,2,a\n3,4,b\n", ("2019", "2020"), ("a", "b")),
        ("2019,2020,2021\n1,2,a\n3,4,b\n", ("2019", "2020"), ("a", "b")),
        ("id,2019,2020,2021\n4,2,3,4.5\n2,3,4,5.5\n", ("id", "2019", "2020"), None),
        ("1990,2000,2010\n-1,2,3\n", ("1990", "2000"), None),
        (",0,1,2\n3,5.1,1.5,2.5\n1,2.2,3.3,4.1\n", ("column 1", "0", "1"), None),
        ("0,1,2,3,4\n0,16,3,0,1\n3,2,1,1,0\n", ("0", "1", "2", "3"), ("0", "1")),
        ("1;2;y\n0,5;1,5;2,5\n1;2,5;3,5\n", ("1", "2"), None),
        ('"2019","2020","y"\n"1","2","a"\n', ("2019", "2020"), ("a",)),
        ("2019,2021,2022\n1950,3,12\n7,1999,3\n", ("2019", "2021"), None),
        ("2021,2020,2019\n1,2,3.5\n", ("2021", "2020"), None),
        ("2019,kind\n1,a\n2,b\n", ("2019",), ("a", "b")),
        ("400,410,420,430,440,y\n1,2,3,4,6,1\n".replace("y", "450"), ("400", "410", "420", "430", "440"), None),
    ],
)
def test_a_header_of_numbers_is_a_header_and_it_is_said(text, features, classes):
    table = read_table(text)
    samples = len(text.splitlines()) - 1
    assert (table.features, table.classes, len(table.x)) == (features, classes, samples)
    said = next(remark for remark in table.remarks if remark.kind == "csv-header")
    assert features[-1] in said.message
    if classes is None:  # following the advice makes it a sample
        mark = next(mark for mark in ";," if mark in text)
        again = (
            read_table(mark.join(f"name{i}" for i in range(len(features) + 1)) + "\n" + text)
            if not text.startswith((",", "id", "1;"))
            else None
        )
        assert again is None or len(again.x) == samples + 1


@each(
    "text",
    [
        "1,2,3\n4,5,6\n7,8,9\n",
        "5.1,3.5,a\n4.9,3,b\n",
        "2019,2020,2021\n2018,2020,2021\n",
        "0,1,2,3\n1,2,3,4\n2,3,4,5\n",
        "2019,1\n2020,0\n",
        "0,0,0\n0,1,1\n",
        "2019,5,9\n1,2,3\n",
        "0,1\n1,0\n",
        "2019,a\n2020,b\n",
        "2019,a\n1,a\n",
        "10,20,30,40\n1,2,3,5\n",
        "1,2,3,4\n5,6,7,8\n",
    ],
)
def test_a_first_sample_is_a_sample(text):
    table = read_table(text)
    assert len(table.x) == len(text.splitlines()) and table.features[0] == "column 1" and table.remarks == []


def test_whole_numbers_from_elsewhere_are_classes_where_a_loss_tells_classes_apart():
    text = "x,y\n1,1\n2,2\n3,3\n4,1\n"
    assert read_table(text).classes is None
    table = read_table(text, for_classes=True)
    assert table.classes == ("1", "2", "3") and table.t.tolist() == [0, 1, 2, 0]
    assert (
        read_table("x,y\n1,1.5\n2,2\n", for_classes=True).classes is None
        and read_table(text, None, "regression", for_classes=True).classes is None
    )


def test_separators_are_told_from_marks_within_numbers():
    assert read_table("1,5;a\n2,5;b\n").x.ravel().tolist() == [1.5, 2.5]
    assert read_table("1,2,a;b\n3,4,c;d\n").classes == ("a;b", "c;d")
    assert read_table('"1,5",2\n"2,5",3\n').x.ravel().tolist() == [1.5, 2.5]


def test_a_true_minus_is_a_minus():
    assert read_table("x,y\n1,−5\n2,6.5\n").t.tolist() == [-5, 6.5]


def test_one_word_is_one_class_however_it_is_composed():
    assert read_table("x,y\n1,\ud55c\n2,\u1112\u1161\u11ab\n3,b\n").classes == ("b", "\ud55c")


def test_a_long_cell_costs_no_more_than_its_length():
    """Patterns are linear: what is far too long is refused at once."""
    for cell in (
        "9" * 100_000 + "x",
        "1,000" * 20_000 + "x",
        "1 " * 50_000,
        "$" * 100_000,
        "." * 100_000,
        "1." * 50_000,
    ):
        with pytest.raises(engine.EngineError):
            read_table(f'x,y\n"{cell}",1\n2,3\n')


def test_a_label_is_found_by_its_name_however_it_is_composed_and_not_where_two_columns_have_it():
    for label in ("\ud55c", "\u1112\u1161\u11ab", " \ud55c "):
        assert read_table("x,\u1112\u1161\u11ab\n1,2.5\n2,3.5\n", label).features == ("x",)
    with pytest.raises(engine.EngineError) as error:
        read_table("x,y,x\n1,2,3.5\n4,5,6.5\n", "x")
    assert error.value.kind == "csv-twice" and error.value.params == {"name": "x", "count": 2, "last": 2}
    assert read_table("x,y,x\n1,2,3.5\n4,5,6.5\n", 2).t.tolist() == [3.5, 6.5] and read_table(
        "x,y,x\n1,2,3.5\n4,5,6.5\n", "y"
    ).t.tolist() == [2, 5]


@pytest.mark.parametrize("mark", "\t;,")
def test_a_name_or_a_label_in_several_lines_does_not_hide_what_separates_cells(mark):
    table = read_table(f'"a\nb"{mark}"c;,\td"{mark}kind\n1{mark}2{mark}"u\nv"\n3{mark}4{mark}w\n')
    assert (
        table.features == ("a\nb", "c;,\td") and table.classes == ("u\nv", "w") and table.x.tolist() == [[1, 2], [3, 4]]
    )


@pytest.mark.parametrize("given", [{"for_classes": False}, {"task": "regression"}])
def test_labels_with_a_unit_are_quantities_where_quantities_are_compared(given):
    assert read_table("x,y\n1,65kg\n2,75kg\n", **given).t.tolist() == [65, 75]
    assert (
        read_table("x,y\n1,65kg\n2,75kg\n").classes
        == read_table("x,y\n1,65kg\n2,75kg\n", for_classes=True).classes
        == ("65kg", "75kg")
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x,z,y\n1e308,1,2\n-1e308,2,3.5\n", "x"),
        ("z,x,y\n1,1e308,2\n2,1.5e308,3.5\n", "x"),
        ("x,y\n1,1e308\n2,-1e308\n", "t"),
    ],
)
def test_numbers_whose_deviation_no_float_holds_are_told_and_not_made_zeros(text, name):
    with pytest.raises(engine.EngineError) as error:
        prepared(read_table(text), unit=None, train=None, test=0, seed=0)
    assert error.value.kind == "data-range" and error.value.params["name"] == name
    smaller = prepared(read_table(text.replace("e308", "")), unit=None, train=None, test=0, seed=0)  # as it is advised
    assert np.isfinite(smaller.x).all() and smaller.x.any() and smaller.t.any()


@pytest.mark.parametrize(
    ("cells", "classes", "t"),
    [
        (["−3", "5", "−3"], ("−3", "5"), [0, 1, 0]),
        (["1", "1.0", "5"], ("1", "5"), [0, 0, 1]),
        (["１２", "12", "-1"], ("-1", "１２"), [1, 1, 0]),
        (["10", "9", "1e1"], ("9", "10"), [1, 0, 1]),
        (["−1", "a"], ("a", "−1"), [1, 0]),
    ],
)
def test_a_number_is_one_class_however_it_is_written(cells, classes, t):
    table = read_table("x,y\n" + "".join(f"{i}.5,{cell}\n" for i, cell in enumerate(cells)), task="classification")
    assert table.classes == classes and table.t.tolist() == t


CELLS = [
    "1",
    "2.5",
    "1,100",
    "10,1000",
    "1.100",
    "1.100,5",
    "1 100",
    "1'100",
    "5%",
    "5 kg",
    "$5",
    "(5)",
    "-",
    "+",
    "−3",
    "１２",
    "가",
    "",
    "nan",
    "1e5",
    "1e999",
    "1_000",
    "2024-01-01",
    "½",
    "²",
    "٣",
    "\u200b1",
    'a"b',
    ",",
    "1,,1",
    "∞",
    "yes",
]


def test_a_table_of_any_cells_is_read_or_told_whatever_is_asked_of_it():
    draw = np.random.default_rng(3)
    for _ in range(1500):
        mark, end = draw.choice([",", ";", "\t"]), draw.choice(["\n", "\r\n", "\r"])
        rows = [
            [str(cell).replace('"', '""') for cell in draw.choice(CELLS[: draw.integers(1, len(CELLS) + 1)], 2)]
            for _ in range(draw.integers(1, 5))
        ]
        text = (
            draw.choice(["", "\ufeff"])
            + draw.choice(["", f"a{mark}b{end}"])
            + end.join(f'"{x}"{mark}"{y}"' for x, y in rows)
        )
        for task in (None, "classification", "regression"):
            try:
                table = read_table(text, task=task, for_classes=(None, True, False)[draw.integers(3)])
            except engine.EngineError as error:
                assert error.kind.startswith(("csv-", "data-"))
            else:
                assert (
                    np.isfinite(table.x).all()
                    and np.isfinite(table.t).all()
                    and (table.classes is None or len(set(table.t)) <= len(table.classes))
                )
