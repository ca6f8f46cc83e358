"""A trace as JSON without the service: the same as the service's, number by number."""

from __future__ import annotations

import json

import orjson

from gradlens import engine
from gradlens.app.jobs import make_jobs
from gradlens.app.settings import Settings
from gradlens.engine.exporting.wire.contract import trace_json

PROGRAMS = {
    "a pole": "x = 1\ny = log(x - 1) * x",
    "an index of slices": "m = [[1, 2], [3, 4]]\ny = sum((m @ m)[0, 1:])",
    "a loop": "x = 1\nfor i in range(3):\n    x = x * 2\ny = x * softmax([1, 2, 3.])[0]",
    "long arrays": "w = zeros((100, 100)) + 3\nx = ones((100, 100))\ny = sum(w @ x)",
}


def test_the_engine_writes_what_the_service_answers():
    answer = make_jobs(Settings())["expression"]
    for said, program in PROGRAMS.items():
        served = answer(orjson.dumps({"program": program}))
        assert isinstance(served, bytes)
        assert json.loads(trace_json(engine.trace(program))) == json.loads(served), said
