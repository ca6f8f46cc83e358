"""Single numbers that an array op made, through every op and every endpoint: NumPy's scalars must not reach what takes
floats.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest

from gradlens.app.jobs import make_jobs
from gradlens.app.problems import Problem
from gradlens.app.settings import Settings
from gradlens.engine.ops import OPS
from tests.each import each

JOBS: Mapping[str, Callable[[bytes], Any]] = make_jobs(Settings())
MADE = ("sum(v{i})", "max(v{i})", "v{i}[0]", "v{i} @ [1]")
KNOWN = {"/problems/not-analytic"}  # said by name, of the method that was chosen


def program_of(op, made):
    """A call of the op on numbers inside its domain, each made by an array op."""
    lines, operands = [], []
    for i, name in enumerate(op.inputs):
        low, high = op.tests.domain.get(name, (0.3, 0.7))
        number = (low + high) / 2
        lines.append(f"v{i} = [{number!r}]")
        operands.append(made.format(i=i))
    options = [f"{option.name}=1" for option in op.options if option.required]
    return "\n".join([*lines, f"s = {op.name}({', '.join(operands + options)})", "y = 2 * s"])


def asked(endpoint, program, **more) -> Any:
    """The answer as JSON; None where it is refused by one of the names that are known.  Anything else is a fault."""
    try:
        return json.loads(JOBS[endpoint](orjson.dumps({"program": program, **more})))
    except Problem as problem:
        assert problem.content["type"] in KNOWN, (endpoint, problem.content)
        return None


ELEMENTWISE = sorted(name for name, op in OPS.items() if op.elementwise)


@each("name", ELEMENTWISE[::3])
def test_every_endpoint_takes_an_op_of_a_number_that_an_array_op_made(name):
    """Each third op of numbers that one array op made, the next one of those of another."""
    takes(OPS[name], MADE[ELEMENTWISE.index(name) % len(MADE)])


@pytest.mark.slow
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_endpoint_takes_every_op_of_a_number_that_any_array_op_made(name):
    for made in MADE:
        takes(OPS[name], made)


def takes(op, made):
    """Every endpoint answers a call of the op on numbers that an array op made."""
    program = program_of(op, made)
    trace = asked("expression", program)
    nodes = {node["name"]: node for node in trace["nodes"] if node["name"]}
    assert asked("gradient_program", program)["program"]
    asked("check", program)
    asked("check", program, method="complex")
    asked("check_sweep", program)
    for claims in (
        {"gradients": {"v0": [5.25]}},
        {"values": {"s": 1.25}},
        {"gradients": {"s": 3.5, "v0": [5.25]}, "values": {"s": 7.5}},
    ):
        asked("diagnose", program, claims=claims if nodes["s"]["differentiable"] else {"values": {"s": 1.25}})
    for node in trace["nodes"]:
        if node["op"] in OPS:
            asked("derive", program, node=node["id"])
    if nodes["s"]["differentiable"]:
        for kind in ("jacobian", "hessian"):
            asked("derivatives", program, kind=kind)
        asked("paths", program, source="v0")


HARD = (0.0, -0.0, 1.0, -1.0, -2.5, 1e-320, 1e308, -1e308, "Infinity", "-Infinity", "NaN")


@each("name", ELEMENTWISE[1::2])
def test_a_diagnosis_and_a_check_stand_hard_numbers_in_an_op(name):
    """A third of the numbers for each second op, another third for the next one."""
    stands(OPS[name], HARD[ELEMENTWISE.index(name) % 3 :: 3])


@pytest.mark.slow
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_diagnosis_and_a_check_stand_every_number_in_every_op(name):
    stands(OPS[name], HARD)


def stands(op, numbers):
    """Checks and diagnoses of the op are answered or refused by name at every number."""
    options = [f"{option.name}=1" for option in op.options if option.required]
    operands = [f"sum(v{i})" for i in range(len(op.inputs))]
    program = f"s = {op.name}({', '.join(operands + options)})\ny = 2 * s"
    claims = {"gradients": {"v0": [5.25]}, "values": {"s": "1.25"}}
    for number in numbers:
        inputs = {f"v{i}": [number] for i in range(len(op.inputs))}
        asked("check", program, inputs=inputs)
        asked("check", program, inputs=inputs, method="complex")
        asked("diagnose", program, inputs=inputs, claims=claims)
        asked("diagnose", program, inputs=inputs, claims={"gradients": claims["gradients"]})
