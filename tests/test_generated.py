"""What is generated from the contract and the engine says what these say today, and no trace is there that nobody asks
for.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.generate import COMMAND, FIXTURES, ROOT, agree, generated, has_drifted, type_of


@pytest.fixture(scope="module")
def files() -> dict[Path, str]:
    return generated()


def test_every_generated_file_holds_what_the_service_answers_today(files):
    drifted = [str(path.relative_to(ROOT)) for path, text in files.items() if has_drifted(path, text)]
    assert not drifted, f"{', '.join(drifted)} drifted from the contract or the engine: {COMMAND}"


def test_generating_twice_gives_the_same_text(files):
    assert generated() == files


def test_every_trace_of_the_page_s_tests_is_generated(files):
    held = {path for path in FIXTURES.glob("*.json") if "nodes" in json.loads(path.read_text(encoding="utf-8"))}
    assert held == {path for path, text in files.items() if path.suffix == ".json" and "nodes" in json.loads(text)}


def test_round_off_is_no_drift_and_everything_else_is():
    assert agree({"a": [0.1 + 0.2, None, "x"]}, {"a": [0.3, None, "x"]})
    for held, made in (
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1.0], [1.0, 2.0]),
        (1.0, 1.001),
        (1, 1.0),
        (1, True),
        (None, 0.0),
        ("x", "y"),
        (0.0, "NaN"),
    ):
        assert not agree(held, made) and not agree(made, held), (held, made)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]}}, "(number | string)[]"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, "Record<string, boolean>"),
        (
            {
                "type": "object",
                "additionalProperties": {"$ref": "#/components/schemas/Span"},
                "propertyNames": {"enum": ["a", "b"]},
            },
            'Partial<Record<"a" | "b", Span>>',
        ),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}, {"type": "null"}]}, "number | null"),
        ({"const": "ok", "type": "string"}, '"ok"'),
    ],
)
def test_a_schema_is_written_as_a_type(schema, expected):
    assert type_of(schema) == expected


def test_a_schema_of_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="no type is known"):
        type_of({"type": "object", "patternProperties": {}})
