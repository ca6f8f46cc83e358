"""The table of cases as one test."""

from __future__ import annotations

import pytest

from tests import each as tables
from tests.each import each


@pytest.fixture(autouse=True)
def all_cases(monkeypatch):
    monkeypatch.setattr(tables, "thin", 1)


def test_every_case_runs_and_those_that_fail_are_told_by_their_names():
    ran = []

    @each("word, number", [("a", 1), ("b", 2), ("c", 3)])
    def test(word, number):
        ran.append(word)
        assert number == 2

    with pytest.raises(ExceptionGroup, match=r"(?s)2 cases fail:.*the case 'a', 1: assert 1 == 2.*the case 'c', 3:"):
        test()
    assert ran == ["a", "b", "c"]


def test_a_case_that_fails_alone_is_raised_as_it_is_and_says_which_it_is():
    @each("number", [1, 2])
    def test(number):
        with pytest.raises(ValueError):
            int("x" if number == 1 else "1")

    with pytest.raises(pytest.fail.Exception) as failed:
        test()
    assert failed.value.__notes__ == ["in the case 2"]


def test_of_a_table_with_a_sample_each_case_runs_once_usually_or_with_what_is_slow():
    ran = []

    @each("number", range(10), sample=3)
    def test(number):
        ran.append(number)

    [parts] = vars(test)["pytestmark"]
    usual, slow = parts.args[1]
    test(part=usual)
    assert ran == [1, 4, 7]
    assert [mark.name for mark in slow.marks] == ["slow"]
    test(part=slow.values[0])
    assert sorted(ran) == list(range(10))


@pytest.fixture
def started():
    return "started"


@each("outer", [1, 2])
@each("inner", [10, 20], parts=2)
def test_tables_stand_in_one_another_and_beside_fixtures(outer, inner, started):
    assert (outer in (1, 2), inner in (10, 20), started) == (True, True, "started")
