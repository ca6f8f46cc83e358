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
    "ops used again, with what reads otherwise": (
        "사과 = 2\nw_1 = -3\nW = {'a\"\\\\%s;': 2.0}\ny = w_1 * 사과 + w_1 * -0.5 - W['a\"\\\\%s;'] * 사과\n"
        "y = y ** 2 + 사과 ** 2 + (-1.5) ** 2 + y ** w_1 + 사과 ** w_1\ny = y + y - y - y + stop_gradient(y) * y"
    ),
    "options used again": "x = [[1.0, 2.0], [3.0, 4.0]]\ny = sum(sum(x, 0)) + sum(sum(x, 1)) + sum(sum(x * x, 0))",
    "many operands": "x = [1.0, 2.0]\n" + "y = sum(stack([" + ", ".join(["x[0], x[1] * 2"] * 70) + "]))",
    "parts of a list": "x = [1.0, -2.0]\n" + "y = sum(stack([x, x * 2, x])) + sum(stack([x, x * 3, x]))",
    "more than are written at once": "x = 0.5\ny = -x\n" + "y = sin(y * 1.01) - y / x\n" * 300,
    "long arrays": "w = zeros((100, 100)) + 3\nx = ones((100, 100))\ny = sum(w @ x)",
}


def test_the_engine_writes_what_the_service_answers():
    answer = make_jobs(Settings())["expression"]
    for said, program in PROGRAMS.items():
        served = answer(orjson.dumps({"program": program}))
        assert isinstance(served, bytes)
        assert json.loads(trace_json(engine.trace(program))) == json.loads(served), said
