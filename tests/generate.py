"""What the page's types, the tests' traces and the front page's pictures have from the service: `make generate` writes
them anew, tests/test_generated.py compares.

The types are made of the OpenAPI description of the answers, the traces and pictures by the engine. A file whose
numbers differ by round-off alone is left as it is: exponentials and matrix products round differently from processor to
processor.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gradlens.app.examples import EXAMPLES
from gradlens.app.jobs import make_jobs
from gradlens.app.main import create_app
from gradlens.app.schemas.values import NUMBER_SCHEMA, VALUES_SCHEMA
from gradlens.app.settings import Settings
from gradlens.engine.exporting.documents.graphviz import dot
from gradlens.engine.exporting.drawings import Language
from gradlens.engine.exporting.labels import number
from gradlens.engine.exporting.layout.edge_routes import route
from gradlens.engine.exporting.layout.layered import placed_in_layers
from gradlens.engine.exporting.layout.layout_plan import plan_layout
from gradlens.engine.exporting.pictures import picture
from gradlens.engine.program import trace

ROOT = Path(__file__).parents[1]
TYPES = ROOT / "static" / "js" / "service" / "wire_types.js"
FIXTURES = ROOT / "tests" / "js" / "fixtures"
STILLS = ROOT / "static" / "pictures"
COMMAND = "make generate"
Json = Any

FUNCTIONS = "x = [1, 2, 3]\np = softmax(x)\nd = sigmoid(p - x) + sigmoid(x)\nloss = sum(square(d))"
PROGRAMS = {
    "array_twice": "x = [1, 2]\nz = sum(x * x)",
    "not_finite": "x = 0\ny = log(x)\nz = [1, 2] * y",
    "parallel_and_dead": "x = 3\nd = 5\ndead = d * x + 1\nm = x * x\nz = m + 2 * x",
}
# The pictures of the front page: an example in a language, or a program that reads the same in every one.
PICTURES: dict[str, str | tuple[str, Language]] = {
    "apples.en": ("apples", "en"),
    "apples.ko": ("apples", "ko"),
    "softmax_loss": "s = [0.3, 2.9, 4.0]\nt = [0, 0, 1]\ny = softmax(s)\nL = cross_entropy(y, t)",
    "layer": (
        "x = np.array([1.0, 2.0])\nW = np.array([[0.1, 0.3], [0.2, 0.4]])\nb = np.array([0.1, 0.2])\n"
        "h = np.maximum(0, x @ W - b)\nL = np.sum(h**2)"
    ),
}
DRAWN = [
    "apples",
    "functions_expanded",
    "mazur",
    "not_finite",
    "parallel_and_dead",
    "softmax_cross_entropy",
    "two_layer_net",
]
NUMBERS = [
    0.0,
    -0.0,
    1.0,
    -2.5,
    0.1 + 0.2,
    1 / 3,
    2 / 3e5,
    123456.5,
    999999.4,
    999999.6,
    1234.5,
    9999.5,
    1e-4,
    9.99995e-5,
    -1e22,
]
HOSTILE = '"];\\N\\"<b>&amp;]}'
KOREAN = ["apples", "staged"]
ENGLISH = [
    "affine",
    "chain",
    "mazur",
    "neuron",
    "relu",
    "softmax_cross_entropy",
    "square_of_sum",
    "two_layer_net",
    "two_paths",
]
# What a reader changes in an example.
EDITS = {
    "apples": ("총액 = 합계 * 소비세\n", "총액 = 합계 * 소비세\n할인_금액 = 총액 - 50\n"),
    "mazur": ("h2 = sigmoid(", "h2 = tanh("),
    "neuron": ("+ w2\n", "+ 2 * w2\n"),
    "two_paths": ("a ** 2\n", "a ** 2 + 1\n"),
}


def requests() -> dict[str, Json]:
    """By the name of a fixture, the request whose answer it is."""
    examples = {example["id"]: example["program"] for example in EXAMPLES}
    programs = PROGRAMS | {id: examples[id]["ko"] for id in KOREAN} | {id: examples[id]["en"] for id in ENGLISH}
    programs |= {f"edited_{id}": edited(programs[id], *edit) for id, edit in EDITS.items()}
    found = {name: {"program": program} for name, program in programs.items()}
    return found | {f"functions_{detail}": {"program": FUNCTIONS, "detail": detail} for detail in ("fused", "expanded")}


def edited(program: str, old: str, new: str) -> str:
    """The program with the last `old` replaced."""
    before, found, after = program.rpartition(old)
    assert found, f"{old!r} is not in the example any more"
    return before + new + after


def traces() -> dict[Path, str]:
    """The text of every fixture that the engine makes, by file."""
    expression: Callable[[bytes], Any] = make_jobs(Settings())["expression"]
    return {
        FIXTURES / f"{name}.json": written(json.loads(expression(json.dumps(request).encode())))
        for name, request in sorted(requests().items())
    }


def drawn() -> dict[Path, str]:
    """What the engine's own drawer says of traces, for the page's modules to be compared with: sizes and routes."""
    found: dict[str, Json] = {}
    for name in DRAWN:
        request = requests()[name]
        plan = plan_layout(trace(request["program"], detail=request.get("detail", "fused")), estimate)
        placed = placed_in_layers(plan)
        routes = route(plan.edges, placed.boxes, placed.routed)
        found[name] = [
            {
                "plan": {
                    "nodes": [{"id": n.id, "w": n.w, "h": n.h, "group": n.group} for n in plan.nodes],
                    "edges": [
                        {"id": e.id, "source": e.source, "target": e.target, "label": size(e.label)} for e in plan.edges
                    ],
                    "groups": [{"id": g.id, "parent": g.parent, "label": size(g.label)} for g in plan.groups],
                },
            },
            {"boxes": [box._asdict() for box in placed.boxes]},
            {"groups": [box._asdict() for box in placed.groups]},
            {"routed": [[id, {"points": [at._asdict() for at in points]}] for id, points in placed.routed.items()]},
            {
                "edges": [
                    {
                        "id": one.id,
                        "points": [at._asdict() for at in one.points],
                        "label": one.label and one.label._asdict(),
                    }
                    for one in routes
                ]
            },
        ]
    found["numbers"] = [[value, number(value)] for value in NUMBERS]
    return {FIXTURES / "drawn.json": written(found)}


def pictures() -> dict[Path, str]:
    """The front page's pictures, light and dark, as `/api/export` and `trace.save` draw them."""
    examples = {example["id"]: example["program"] for example in EXAMPLES}
    found: dict[Path, str] = {}
    for name, source in PICTURES.items():
        program, language = (examples[source[0]][source[1]], source[1]) if isinstance(source, tuple) else (source, "en")
        result = trace(program)
        for theme in ("light", "dark"):
            drawing = picture(result, language=language, theme=theme, background=True)
            found[STILLS / f"{name}.{theme}.svg"] = drawing + "\n"
    return found


def exported() -> dict[Path, str]:
    """Graphs as DOT, for Graphviz to read: the traces that are drawn, and one whose names try to be something else."""
    found: dict[str, Json] = {}
    for name in DRAWN:
        request = requests()[name]
        run = trace(request["program"], detail=request.get("detail", "fused"))
        found[name] = {"nodes": len(run.nodes), "edges": len(run.edges), "clusters": len(run.groups), "dot": dot(run)}
    run = trace("x = 2\ny = x * 3")
    run.graph.nodes[0].name = HOSTILE
    found["hostile"] = {"nodes": 3, "edges": 2, "clusters": 0, "name": HOSTILE, "dot": dot(run, caption=HOSTILE)}
    return {FIXTURES / "exported_dot.json": written(found)}


def estimate(text: str, font: str) -> float:
    """The width of a text, as tests/js/fixtures.js estimates it."""
    return sum(14 if letter >= "\u1100" else 8 for letter in text)


def size(label: tuple[int, int] | None) -> Json:
    return label and {"w": label[0], "h": label[1]}


def written(trace: dict[str, Json]) -> str:
    """JSON with one node, edge or warning a line, so that a difference can be read."""

    def line(content: Json) -> str:
        return json.dumps(content, ensure_ascii=False)

    def value(content: Json) -> str:
        rows = isinstance(content, list) and content and isinstance(content[0], dict)
        return "[\n" + ",\n".join(f"  {line(row)}" for row in content) + "\n]" if rows else line(content)

    return "{\n" + ",\n".join(f"{line(name)}: {value(content)}" for name, content in trace.items()) + "\n}\n"


def types() -> str:
    """The module of JSDoc types of all that the service answers."""
    description = create_app(Settings()).openapi()
    schemas = description["components"]["schemas"]
    answers = {
        (method, path): content
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if (content := answer(operation))
    }
    wanted = sorted(
        referred(
            [operation["responses"] for methods in description["paths"].values() for operation in methods.values()],
            schemas,
        )
    )
    parts = [
        "The service's answers, as /openapi.json describes them, and what they are made of.",
        f"`{COMMAND}` writes this file: what is changed by hand is lost.",
        "",
        '@typedef {number | "NaN" | "Infinity" | "-Infinity"} Float  a number; by name what JSON lacks',
        "@typedef {Float | ValuesList} Values  a number, or nested lists of numbers",
        "@typedef {Values[]} ValuesList",
    ]
    for name in wanted:
        parts += ["", *typedef(name, schemas[name])]
    for name, method, about in (
        ("Answers", "post", "to a question that is posted"),
        ("Lists", "get", "to a question without a body"),
    ):
        fields = [
            f"  {key(path.removeprefix('/api/'))}: {type_of(answers[how, path])},"
            for how, path in sorted(answers)
            if how == method and path.startswith("/api/")
        ]
        parts += ["", "@typedef {{", *fields, f"}}}} {name}  {about}, by its path below /api/"]
    return "/**\n" + "".join(f" * {part}".rstrip() + "\n" for part in parts) + " */\n\nexport {};\n"


def key(path: str) -> str:
    """A path as the key of a type, with any text for its parameters."""
    text = re.sub(r"\{\w+\}", "${string}", path)
    return json.dumps(path) if text == path else f"[path: `{text}`]"


def answer(operation: dict[str, Json]) -> Json:
    """The schema of an operation's answer, of each line where it is a stream."""
    content = operation["responses"]["200"].get("content", {})
    schema = next(iter(content.values()))["schema"] if content else None
    return schema and schema.get("contentSchema", schema)


def referred(part: Json, schemas: dict[str, Json]) -> set[str]:
    """The names of all schemas that a part of the description leads to."""
    found: set[str] = set()
    waiting = list(references(part))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += references(schemas[name])
    return found


def references(part: Json) -> Iterator[str]:
    if isinstance(part, dict) and isinstance(part.get("$ref"), str):
        yield name_of(part)
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from references(inner)


def name_of(reference: dict[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]


def typedef(name: str, schema: Json) -> list[str]:
    """The lines of a type: an object with its fields."""
    required = schema.get("required", [])
    lines = [f"@typedef {{object}} {name}  {told(schema)}"]
    for field, described in schema["properties"].items():
        lines.append(
            f"@property {{{type_of(described)}}} {field if field in required else f'[{field}]'}  {told(described)}"
        )
    return lines


def told(schema: Json) -> str:
    """A description in one line, in which nothing is taken for a tag of JSDoc."""
    line = " ".join(schema.get("description", "").split())
    return re.sub(r"@\{[^}]*\}", r"`\g<0>`", line).replace("*/", "* /")


def type_of(schema: Json) -> str:
    """A schema as a type.  Raises ValueError where it has a form that is not known here."""
    match schema:
        case {"$ref": _}:
            return name_of(schema)
        case {"enum": choices}:
            return " | ".join(json.dumps(choice) for choice in choices)
        case {"const": choice}:
            return json.dumps(choice)
        case {"anyOf": kinds}:
            return " | ".join(dict.fromkeys(kinds_of(kinds)))
        case {"type": "array", "items": items}:
            return f"({inner})[]" if "|" in (inner := type_of(items)) else f"{inner}[]"
        case {"type": "object", "additionalProperties": dict() as values, "propertyNames": names}:
            return f"Partial<Record<{type_of(names)}, {type_of(values)}>>"
        case {"type": "object", "additionalProperties": dict() as values}:
            return f"Record<string, {type_of(values)}>"
        case {"type": "object", "additionalProperties": True}:
            return "Record<string, any>"
        case {"type": "integer" | "number"}:
            return "number"
        case {"type": "string" | "boolean" | "null" as kind}:
            return kind
        case dict() if schema.keys() <= {"title", "description", "default"}:
            return "any"
    raise ValueError(f"no type is known for {schema}")


def kinds_of(kinds: list[Json]) -> Iterator[str]:
    """The types of a choice: numbers and nested lists, which the description spells out at each field, by name."""
    for spelt, name in ((VALUES_SCHEMA["anyOf"], "Values"), (NUMBER_SCHEMA["anyOf"], "Float")):
        if kinds[: len(spelt)] == spelt:
            yield name
            kinds = kinds[len(spelt) :]
    yield from map(type_of, kinds)


def generated() -> dict[Path, str]:
    """What every generated file should hold."""
    return {TYPES: types()} | traces() | drawn() | exported() | pictures()


def has_drifted(path: Path, text: str) -> bool:
    """Whether a file holds something else, round-off aside."""
    if not path.exists():
        return True
    held = path.read_text(encoding="utf-8")
    return not agree(json.loads(held), json.loads(text)) if path.suffix == ".json" else held != text


def agree(held: Json, made: Json) -> bool:
    if isinstance(held, dict) and isinstance(made, dict):
        return list(held) == list(made) and all(agree(held[name], made[name]) for name in held)
    if isinstance(held, list) and isinstance(made, list):
        return len(held) == len(made) and all(map(agree, held, made))
    if isinstance(held, float) and isinstance(made, float):
        return math.isclose(held, made, rel_tol=1e-9, abs_tol=1e-14)
    return type(held) is type(made) and held == made


def main() -> None:
    """Write what has drifted, and say what that is."""
    STILLS.mkdir(exist_ok=True)
    for path, text in generated().items():
        if has_drifted(path, text):
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
