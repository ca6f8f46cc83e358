"""The OpenAPI description: valid, complete, and kept by every answer."""

from __future__ import annotations

import copy
import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from gradlens.app.endpoints import ENDPOINTS
from gradlens.app.jobs import make_jobs
from gradlens.app.main import create_app
from gradlens.app.openapi import ANY_TYPE
from gradlens.app.problems import KINDS
from gradlens.app.schemas.networks import XOR
from gradlens.app.settings import Settings
from tests.app.answered import MATRICES, TRAINED, Case, cases
from tests.app.example_answers import ask, example, examples_of, is_still

JSON, PROBLEM, NDJSON, SSE = "application/json", "application/problem+json", "application/x-ndjson", "text/event-stream"
CASES = cases()
WRITE_ANEW = "make generate"
NAMES = {row.job: row.name for row in ENDPOINTS}


@pytest.fixture(scope="module")
def description(client) -> dict[str, Any]:
    return client.get("/openapi.json").json()


@pytest.fixture(scope="module")
def operations(description) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """By id: method, path and description of every operation."""
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


@pytest.fixture(scope="module")
def holds(description):
    """Whether a content keeps a documented schema, with all fields of its objects documented; otherwise an error."""
    closed = copy.deepcopy(description["components"]["schemas"])
    for schema in closed.values():
        if "properties" in schema:
            schema["additionalProperties"] = False

    def holds(content: Any, schema: dict[str, Any]) -> None:
        Draft202012Validator({**schema, "components": {"schemas": closed}}).validate(content)

    return holds


def body_schema(operation: dict[str, Any]) -> dict[str, Any]:
    return operation["requestBody"]["content"][JSON]["schema"]


def test_the_description_is_valid(description):
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_every_route_of_the_api_is_described(operations):
    assert set(api_routes(create_app(Settings(workers=1)).routes)) == {
        (method, path) for method, path, _ in operations.values()
    }


def api_routes(routes: list) -> Iterator[tuple[str, str]]:
    """Method and path of every route below /api, /problems and /healthz."""
    for route in routes:
        yield from api_routes(getattr(getattr(route, "original_router", None), "routes", []))
        if getattr(route, "path", "").startswith(("/api/", "/problems/", "/healthz")):
            yield from ((method.lower(), route.path) for method in route.methods if method != "HEAD")


def test_every_operation_field_and_parameter_says_what_it_is(description, operations):
    for id, (_, _, operation) in operations.items():
        assert operation["summary"] and operation["description"], id
        for parameter in operation.get("parameters", []):
            assert parameter["description"].endswith("."), (id, parameter)
        for status, response in operation["responses"].items():
            assert response["description"], (id, status)
    for name, schema in description["components"]["schemas"].items():
        assert schema["description"].endswith("."), name
        for field, described in schema.get("properties", {}).items():
            assert described.get("description", "").endswith("."), (name, field)


def test_the_table_of_requests_has_every_operation_with_an_answer_and_a_refusal(operations):
    answered = {case.operation for case in CASES if case.status == 200}
    refused = {case.operation for case in CASES if case.status != 200}
    assert answered == operations.keys()
    assert refused == {
        id for id, (_, _, operation) in operations.items() if operation.keys() & {"parameters", "requestBody"}
    }  # the others refuse what they do not describe


def test_every_answer_keeps_the_description(client, operations, holds):
    for case in CASES:
        operation = operations[case.operation]
        answer = ask(client, operation, case)
        assert answer.status_code == case.status, (case, answer.text[:500])
        content_type = answer.headers["content-type"].partition(";")[0]
        described = operation[2]["responses"][str(case.status)]["content"]
        if ANY_TYPE in described:  # a file
            continue
        schema = described[content_type]["schema"]
        if content_type == NDJSON:
            for line in answer.text.splitlines():
                holds(json.loads(line), schema["contentSchema"])
        else:
            holds(answer.json(), schema)


def test_every_operation_has_an_example_that_is_answered_as_it_is_described(client, description, operations, holds):
    """Every path parameter has one, every body, and every answer, which is that of the first."""
    for operation in operations.values():
        cases = list(examples_of(operation[2], description["components"]["schemas"]))
        assert cases, operation[1]
        described = operation[2]["responses"]["200"]["content"]
        [held] = [one["example"] for one in described.values() if "example" in one]
        for case in cases:
            answer = ask(client, operation, case)
            assert answer.status_code == 200, (case, answer.text[:500])
            assert case is not cases[0] or is_still(held, example(answer)), (case.operation, WRITE_ANEW)
            content_type = answer.headers["content-type"].partition(";")[0]
            schema = described.get(content_type, {}).get("schema", {})
            if content_type == JSON:
                holds(answer.json(), schema)
                holds(held, schema)
            elif content_type == NDJSON:
                holds(json.loads(answer.text.splitlines()[0]), schema["contentSchema"])


def test_every_request_that_is_answered_keeps_the_description(operations, holds):
    for case in CASES:
        if case.body is not None and case.status == 200:
            holds(case.body, body_schema(operations[case.operation][2]))


def test_answers_whose_arrays_are_left_out_keep_the_description(operations, holds):
    """Where no answer may hold more than three numbers in its arrays; derivatives are refused instead."""
    work = {"program": "y = sum(x * x)", "inputs": {"x": [1, 2, 3, 4, 5]}}
    asked = {
        "expression": work,
        "check": work,
        "check_sweep": work,
        "derive": {**work, "node": "y"},
        "paths": {**work, "from": "x"},
        "diagnose": {**work, "claims": {"gradients": {"x": [1] * 5}}},
        "network": XOR,
    }
    compute: Mapping[str, Callable[[bytes], Any]] = make_jobs(Settings(response_elements=3))
    for name, body in asked.items():
        answer = json.loads(compute[name](json.dumps(body).encode()))
        holds(
            answer,
            operations[NAMES[name]][2]["responses"]["200"]["content"][JSON]["schema"],
        )


def test_server_sent_events_keep_the_description(client, operations, holds):
    answer = ask(client, operations["post_train"], Case("post_train", TRAINED), Accept=SSE)
    assert answer.headers["content-type"].partition(";")[0] == SSE
    schema = operations["post_train"][2]["responses"]["200"]["content"][SSE]["schema"]["contentSchema"]
    events = [event.removeprefix("data: ") for event in answer.text.split("\n\n") if event]
    assert len(events) > 2
    for event in events:
        holds(json.loads(event), schema)


def test_problems_that_any_request_can_meet_are_described_and_keep_it(client, operations, holds):
    asked = {
        403: {"Origin": "https://evil.example"}, 413: {}, 415: {"Content-Type": "text/plain"},
        421: {"Host": "evil.example"}, 431: {"X": "x" * 20_000},
    }  # fmt: skip
    for id, (method, path, operation) in operations.items():
        for status, headers in asked.items():
            if method == "get" and status in (403, 413, 415):
                continue
            content = b"x" * 2_000_001 if status == 413 else b"{}"
            answer = client.request(method, path, content=content, headers={"Content-Type": JSON} | headers)
            assert answer.status_code == status, (id, status)
            holds(answer.json(), operation["responses"][str(status)]["content"][PROBLEM]["schema"])


def test_every_status_of_a_problem_is_described_somewhere(operations):
    described = {int(status) for _, _, operation in operations.values() for status in operation["responses"]}
    assert {status for status, _, _ in KINDS.values()} - {
        405
    } <= described  # a method that is not described has no answer that is


def test_what_has_not_changed_is_described(client, operations):
    for id, (_, path, operation) in operations.items():
        if "304" in operation["responses"]:
            path = path.format(op="tanh", language="ko", chapter="graphs")
            etag = client.get(path).headers["etag"]
            again = client.get(path, headers={"If-None-Match": etag})
            assert (again.status_code, again.content) == (304, b""), id


# ---- a client that is generated from the description


@pytest.fixture(scope="module")
def generated(description, tmp_path_factory) -> Iterator[ModuleType]:
    """A client package, generated without a warning."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(description))
    (folder / "config.yml").write_text(
        f'post_hooks: []\ncontent_type_overrides: {{"{ANY_TYPE}": application/octet-stream}}\n'
    )
    command = [
        "generate",
        "--path",
        "openapi.json",
        "--output-path",
        "gradlens_client",
        "--meta",
        "none",
        "--config",
        "config.yml",
        "--fail-on-warning",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", *command], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module("gradlens_client")
    sys.path.remove(str(folder))


def module_of(generated: ModuleType, operation: dict[str, Any]) -> ModuleType:
    return importlib.import_module(f"{generated.__name__}.api.{operation['tags'][0]}.{operation['operationId']}")


def choice(models: Any, operation: str, parameter: str, value: object) -> object:
    """A parameter's value as the client takes it: one of an enumeration where the description lists the values."""
    name = "".join(word.title() for word in [*operation.split("_"), *parameter.split("_")])
    return getattr(models, name)(value) if hasattr(models, name) else value


@pytest.mark.slow
def test_the_generated_client_asks_and_reads_what_the_service_answers(client, generated, operations):
    models = importlib.import_module(f"{generated.__name__}.models")
    with generated.Client(base_url=str(client.base_url)) as session:
        for case in CASES:
            operation = operations[case.operation][2]
            given = {name: choice(models, case.operation, name, value) for name, value in case.parameters.items()}
            if case.body is not None:
                given["body"] = getattr(models, body_schema(operation)["$ref"].rpartition("/")[2]).from_dict(case.body)
                assert given["body"].to_dict() == case.body
            answer = module_of(generated, operation).sync_detailed(client=session, **given)
            assert answer.status_code == case.status
            if case.operation == "post_train" and case.status == 200:
                for line in answer.parsed.splitlines():
                    assert models.TrainEvent.from_dict(json.loads(line)).to_dict() == json.loads(line)
            elif hasattr(answer.parsed, "payload"):  # a file
                assert answer.parsed.payload.read() == answer.content
            else:
                assert answer.parsed.to_dict() == json.loads(answer.content)


@pytest.mark.slow
def test_the_generated_client_gives_fields_by_name(client, generated, operations):
    models = importlib.import_module(f"{generated.__name__}.models")
    request = models.ExpressionRequest.from_dict({"program": "y = sum(x @ w)", "inputs": MATRICES})
    with generated.Client(base_url=str(client.base_url)) as session:
        trace = module_of(generated, operations["post_expression"][2]).sync(client=session, body=request)
    assert trace.nodes[trace.output].value == 2.0
    assert trace.gradients["x"] == [[1.5, 0.5], [1.5, 0.5]]
