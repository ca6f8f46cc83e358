"""The table of endpoints: everything that is made of its rows is there for each, and nothing beside them."""

from __future__ import annotations

import inspect
import re
from collections import Counter

import pytest

from gradlens.app.endpoints import BY_NAME, ENDPOINTS
from gradlens.app.jobs import FUNCTIONS, make_jobs
from gradlens.app.problems import Problem
from gradlens.app.settings import Settings
from gradlens.engine.errors import EngineError, Span
from tests.each import each

AT_HAND = {"get_examples", "get_health"}  # what the server answers without its workers


def test_every_row_has_its_job_and_every_job_its_row():
    asked = [row.job for row in ENDPOINTS if row.job]
    assert sorted(asked) == sorted(FUNCTIONS) == sorted(make_jobs(Settings()))
    assert {row.name for row in ENDPOINTS if not row.job} == AT_HAND


@each("row", [row for row in ENDPOINTS if row.job])
def test_a_job_takes_what_its_row_reads(row):
    annotations = list(inspect.get_annotations(FUNCTIONS[row.job], eval_str=True).values())
    assert annotations[:-1] == [*([row.request] if row.request else []), Settings]
    assert (annotations[-1] is bytes) != row.streamed


def test_names_and_addresses_are_there_once():
    assert len(BY_NAME) == len(ENDPOINTS)
    assert Counter((row.method, row.path) for row in ENDPOINTS).most_common(1)[0][1] == 1


@each("row", ENDPOINTS)
def test_a_row_is_of_one_piece(row):
    assert row.name.startswith(f"{row.method.lower()}_") and row.summary and row.description.endswith(".")
    if row.method == "POST":
        assert row.request and row.request.model_config["extra"] == "forbid" and not row.kept
    named = set(re.findall(r"\{(\w+)\}", row.path))
    assert named <= (row.request.model_fields.keys() if row.request else set())
    assert not row.streamed or row.method == "POST"


@pytest.mark.parametrize("when", ["at once", "while its lines are read"])
def test_what_the_engine_refuses_is_a_problem_with_its_kind_sentence_and_params(monkeypatch, when):
    error = EngineError("unknown-name", Span(1, 2, 1, 3), name="q")

    def refuse():
        raise error
        yield

    def train(request, settings):
        return next(refuse()) if when == "at once" else refuse()

    monkeypatch.setitem(FUNCTIONS, "train", train)
    with pytest.raises(Problem) as raised:
        list(make_jobs(Settings())["train"](b'{"layers": ["relu"]}'))
    content = raised.value.content
    assert (content["type"], content["status"]) == ("/problems/unknown-name", 422)
    assert (content["title"], content["detail"], content["params"]) == (error.title, error.detail, error.params)
    assert content["span"] == {"start": {"line": 1, "column": 2}, "end": {"line": 1, "column": 3}}
