"""POST /api/numbers: numbers alone, put in place of those of a trace that the client has, make the whole."""

from __future__ import annotations

import itertools
from typing import Any

import orjson

from gradlens.app.jobs import make_jobs
from gradlens.app.settings import Settings

Json = dict[str, Any]
# What a text is with each of several numbers in it, and whether the third answer is numbers alone.
DRAGGED = {
    "a number of a name": ("x = {}\ny = x * x + 3", ["2.0", "2.5", "13.25", "0.125"], True),
    "behind it there is more": ("x = {}; y = 3 * x\nz = y * y", ["2.0", "2.5", "13.25", "7.5", "6.5"], True),
    "a number within an expression": ("x = 2.0\ny = sin({} * x) + x", ["1.5", "1.75", "21.5", "3.5"], True),
    "a negative one": ("x = 2.0\ny = x * -{} + x", ["1.5", "1.75", "21.5", "3.5"], True),
    "an exponent, by which rules are chosen": ("x = 2.0\ny = x ** {}", ["2.5", "3.5", "1.5", "4.5"], False),
    "one that also decides": ("n = {}\nx = 2.0\ny = x\nfor i in range(n):\n    y = y * n * x", ["3", "2", "4"], False),
    "one on which a kink depends": ("x = {}\ny = relu(x - 3.0) * x", ["2.0", "3.0", "4.0"], True),
    "one that leads to infinities": ("x = {}\ny = log(x - 1.0) / (x - 2.0)", ["4.0", "1.0", "2.0"], True),
    "one of an array": ("x = [1.0, {}]\ny = softmax(x)\nz = sum(y * [1.0, 3.0])", ["2.0", "2.5", "13.25"], True),
    "arrays that are left out": ("x = {}\nw = ones((80, 80)) * x\ny = sum(w @ w)", ["2.0", "2.5", "1e200"], True),
    "an argument that a call tells": (
        "def f(a, b):\n    return a * b\nx = 2.0\ny = f(x, {}) + x",
        ["1.5", "1.75", "21.5", "3.5"],
        False,
    ),
    "other groups around it": (
        "x = {}\nfor i in range(3):\n    x = x * 2\ny = softmax([x, 1.0])[0]",
        ["2.0", "2.5", "3.25"],
        True,
    ),
}


def merged(base: Json, numbers: Json) -> Json:
    """A trace with other numbers, as the contract says."""
    whole = {**base, **{name: value for name, value in numbers.items() if name not in ("nodes", "edges")}}
    for kind in ("nodes", "edges"):
        fields = numbers[kind]
        whole[kind] = [
            one | {name: field(fields, name, i, one[name]) for name in fields} for i, one in enumerate(base[kind])
        ]
    return whole


def field(fields: Json, name: str, id: int, before: object) -> object:
    given = fields[name]
    if name == "convention":
        return id in given
    if name == "summary":
        return given.get(str(id))
    return given.get(str(id), before) if isinstance(given, dict) else given and given[id]


def test_numbers_alone_make_the_whole_of_what_the_client_has():
    jobs: Any = make_jobs(Settings())
    for (said, (text, given, at_last)), more in itertools.product(
        DRAGGED.items(), ({}, {"values": "full", "detail": "expanded"})
    ):
        had: dict[str, Json] = {}
        alone = False
        for number in given:
            request = {"program": text.format(number), **more}
            answer = orjson.loads(jobs["numbers"](orjson.dumps(request | {"have": list(had)})))
            alone = answer["trace"] is None
            trace = merged(had[answer["key"]], answer["numbers"]) if alone else answer["trace"]
            assert trace == orjson.loads(jobs["expression"](orjson.dumps(request))), (said, number, more)
            had.setdefault(answer["key"], trace)
        assert alone == at_last, (said, more)


def test_a_direction_moves_with_the_numbers_and_the_keys_of_other_graphs_are_others():
    ask: Any = make_jobs(Settings())["numbers"]

    def answered(**request: object) -> Json:
        return orjson.loads(ask(orjson.dumps(request)))

    first = answered(program="x = 2.0\ny = x * x")
    moving = {"program": "x = 3.0\ny = x * x", "direction": {"x": 1}, "have": [first["key"]]}
    found = answered(**moving)
    assert found["trace"] is None and found["numbers"]["nodes"]["tangent"] == [1.0, 6.0]
    keys = {
        answered(program=text)["key"] for text in ("x = 2.0\ny = x * x", "x = 4.5\ny = x * x", "x = 2.0\ny = x + x")
    }
    assert len(keys) == 2 and first["key"] in keys
