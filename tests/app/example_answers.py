"""The answers that the description of the API gives as examples: those of its example requests, long parts cut.

`python -m tests.app.example_answers` writes them anew; tests/app/test_openapi.py compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from gradlens.app.openapi import ANSWERS
from tests.app.answered import Case
from tests.app.serving import serve
from tests.generate import agree

JSON = "application/json"
MOST_ITEMS, KEPT_ITEMS = 6, 2  # of a list
MOST_LETTERS = 240
# What is another number each time.
MEASURED = {"seconds", "step_ms", "time_ms", "uptime_seconds", "version", "ratio", "curve"}


def examples_of(operation: dict[str, Any], schemas: dict[str, Any]) -> Iterator[Case]:
    """The requests that the description gives as examples of an operation."""
    id = operation["operationId"]
    if "requestBody" in operation:
        model = schemas[operation["requestBody"]["content"][JSON]["schema"]["$ref"].rpartition("/")[2]]
        yield from (Case(id, example) for example in model["examples"])
    else:
        described = operation.get("parameters", [])
        yield Case(id, parameters={one["name"]: one["example"] for one in described if "example" in one})


def ask(
    client: httpx.Client, operation: tuple[str, str, Mapping[str, Any]], case: Case, **headers: str
) -> httpx.Response:
    """What an operation, by its method, path and description, answers to a case."""
    method, path, described = operation
    places = {parameter["name"]: parameter["in"] for parameter in described.get("parameters", [])}
    query = {name: value for name, value in case.parameters.items() if places[name] == "query"}
    path = path.format(
        **{name: quote(value, safe="") for name, value in case.parameters.items() if places[name] == "path"}
    )
    return client.request(method, path, json=case.body, params=query, headers=headers)


def example(answer: httpx.Response) -> Any:
    """An answer as the description gives it: JSON, the first event of several, or the beginning of a file."""
    if answer.headers["content-type"].partition(";")[0] == JSON:
        return cut(answer.json())
    if "ndjson" in answer.headers["content-type"]:
        return json.dumps(cut(json.loads(answer.text.partition("\n")[0]))) + "\n"
    return cut(answer.text)


def cut(content: Any) -> Any:
    """The first items of long lists and of objects by name, and the beginnings of long texts."""
    if isinstance(content, str):
        return content if len(content) <= MOST_LETTERS else content[:MOST_LETTERS] + "…"
    if isinstance(content, list):
        return [cut(one) for one in (content if len(content) <= MOST_ITEMS else content[:KEPT_ITEMS])]
    if isinstance(content, dict):
        return {name: cut(one) for name, one in content.items()}
    return content


def is_still(held: Any, made: Any) -> bool:
    """Whether an example is what is answered today, but for what is measured."""
    return agree(unmeasured(held), unmeasured(made))


def unmeasured(content: Any) -> Any:
    if isinstance(content, str) and content.startswith('{"') and content.endswith("}\n"):
        return unmeasured(json.loads(content))
    if isinstance(content, dict):
        return {name: None if name in MEASURED else unmeasured(one) for name, one in content.items()}
    return [unmeasured(one) for one in content] if isinstance(content, list) else content


def made(client: httpx.Client) -> dict[str, Any]:
    """By operation, the example of its answer."""
    description = client.get("/openapi.json").json()
    found = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            case = next(examples_of(operation, description["components"]["schemas"]))
            found[case.operation] = example(ask(client, (method, path, operation), case))
    return found


if __name__ == "__main__":
    with serve() as client:
        Path(ANSWERS).write_text(json.dumps(made(client), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
