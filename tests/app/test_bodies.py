"""What JSON can hold at its edges, in every field of every request: an answer or a problem, never a fault of ours."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pytest
from pydantic import BaseModel

from gradlens.app.endpoints import ENDPOINTS
from gradlens.app.examples import EXAMPLES
from gradlens.app.jobs import make_jobs
from gradlens.app.jobs.network_answers import catalogue_of_pieces
from gradlens.app.pool.worker import answer
from gradlens.app.problems import KINDS
from gradlens.app.schemas.datasets import DatasetSpec
from gradlens.app.schemas.programs import ExpressionRequest
from gradlens.app.schemas.repeated_keys import find_repetition
from gradlens.app.schemas.training import Resume
from gradlens.app.settings import Settings
from gradlens.engine.errors import KINDS as ENGINE_KINDS
from tests.app.serving import kind, raw, there
from tests.each import each

SETTINGS = Settings(workers=1, long_workers=0, training_seconds=0.3)
JOBS: Mapping[str, Callable[[bytes], Any]] = make_jobs(SETTINGS)
# Every job that reads a body, with the model that it is read as.
MODELS = {row.job: row.request for row in ENDPOINTS if row.request and (row.method == "POST" or row.query)}


def nested(levels: int, open: str = "[", close: str = "]") -> str:
    return open * levels + "1" + close * levels


NUMBERS = [
    "0", "1", "-1", "2", "-0.0", "0.5", "1.5", "1e308", "1e-400", "1e400", "-1e400", "NaN", "Infinity", "-Infinity",
    *(str(sign * 2**power + more) for power in (31, 32, 53, 62, 63, 64) for sign in (1, -1) for more in (-1, 0, 1)),
    "1" + "0" * 40, "-1" + "0" * 400,
]  # fmt: skip
TEXTS = [
    json.dumps(text)
    for text in (
        "",
        " ",
        "x",
        "y",
        "0",
        "１",
        "NaN",
        "Infinity",
        "1e400",
        "\x00",
        "\n",
        "\u202e",
        "é",
        "W1",
        "relu",
        "nn.Sequential()",
        "__class__",
        "__proto__",
        "a" * 10_000,
        "[1, 2",
        "(" * 300,
    )
]
OTHERS = ["null", "true", "false", '"\\ud800"', '"\\udc00\\ud800"']
LISTS = [
    "[]", "[[]]", "[[], []]", "[null]", "[true]", "[1]", "[1, 2, 3]", "[[1, 2], [3]]", "[[1], 2]", '["x"]',
    '["x", "x"]', '[""]', '["NaN", 1]', "[1e400]", "[{}]", "[{}, {}, {}]", "[0]", "[-1]",
    '["NaN"]', "[9223372036854775807, 9223372036854775807]",
    *(nested(levels) for levels in (32, 33, 65, 200, 1_000, 1_025, 5_000)),
]  # fmt: skip
OBJECTS = [
    "{}", '{"": 1}', '{"type": "relu"}', '{"type": {"type": []}}', '{"x": 1}', '{"x": 1, "x": 2}', '{"x": null}',
    '{"x": []}', '{"x": {}}', '{"x": true}', '{"x": "1"}', '{"__proto__": {}}', '{"type": null}', '{"type": "x"}',
    '{"type": "sgd", "lr": "NaN"}', '{"name": null}', '{"csv": ""}', '{"gradients": null}', '{"gradients": {"t": {}}}',
    '{"gradients": {"t": 1e400}}', '{"values": {"": 1}}',
    '{"step": 1, "slots": {"W1": {"v": [1]}}}', *(nested(levels, '{"x":', "}") for levels in (100, 1_000, 1_025)),
    '{"gradients": {"t": ' + nested(1_000) + "}}",
]  # fmt: skip
VALUES = NUMBERS + TEXTS + OTHERS + LISTS + OBJECTS


def asked(job: str, body: str) -> tuple[int, bytes]:
    """Status and content of what a worker answers to a body; of a training, its first lines."""
    status, content = answer(JOBS[job], body.encode("utf-8", "surrogatepass"), SETTINGS.memory_mb)
    if not isinstance(content, bytes):
        lines = content
        status, content = answer(lambda _: b"\n".join(itertools.islice(lines, 8)), b"", SETTINGS.memory_mb)
    return status, content


def holds(job: str, body: str) -> int:
    """The status of the answer, which is what a program may see: JSON, or a problem of a kind that is known."""
    status, content = asked(job, body)
    assert status in (200, 404, 422), (job, body[:300], content)
    if status != 200:
        problem = orjson.loads(content)
        kind = problem["type"].removeprefix("/problems/")
        assert kind in KINDS or kind in ENGINE_KINDS
        assert len(content) < 4_000, (job, body[:300])
    return status


def problem_of(job: str, body: str) -> dict:
    """The problem that a body must be answered with."""
    assert holds(job, body) == 422, body[:300]
    return orjson.loads(asked(job, body)[1])


def written(fields: dict[str, str]) -> str:
    """An object of fields whose values are JSON already."""
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in fields.items()) + "}"


def example(model: type[BaseModel]) -> dict[str, str]:
    """A request that is answered, each field as JSON."""
    told: Any = model.model_config.get("json_schema_extra", {})
    shown = told.get("examples", [{"name": "spiral"}])[0]
    if "steps" in shown:  # so few that a training is read to its end
        shown = {**shown, "steps": 2}
    return {name: json.dumps(value) for name, value in shown.items()}


def fields(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


# Each field meets a fifth of the values, the next field the next fifth; in the slow run each meets all.
PARTS = pytest.mark.parametrize("parts", [5, pytest.param(1, marks=pytest.mark.slow)])


@PARTS
@each("job", MODELS)
def test_every_field_takes_any_json_without_a_fault(job, parts):
    model = MODELS[job]
    base = example(model)
    assert holds(job, written(base)) == 200
    for number, name in enumerate(fields(model), len(job)):
        for value in VALUES[number % parts :: parts]:
            holds(job, written({**base, name: value}))


@each("job", MODELS)
def test_any_body_is_answered_without_a_fault(job):
    base = example(MODELS[job])
    for body in [
        *VALUES,
        "",
        " ",
        "{",
        "[",
        '{"a"',
        "\ufeff{}",
        "\x00",
        "\ud800",
        written(base) + "{}",
        written(base)[:-1],
        *(nested(10**5, letter, "") for letter in "[{"),
    ]:
        holds(job, body)
    for name in ("", "\x00", "q" * 10_000, "\u202e", "__proto__", "프로그램"):
        assert holds(job, written({**base, name: "1"})) == 422
    for name in base:
        holds(job, written({other: value for other, value in base.items() if other != name}))
    twice = written(base)[:-1] + ", " + written(base)[1:]
    assert problem_of(job, twice)["type"] == "/problems/repeated-key"


# ---- what would be passed over in silence

KEYS = {
    "x": "x",
    "프로그램": "프로그램",
    "": "",
    "\\u0041": "A",
    'a\\"b': 'a"b',
    "\\ud83d\\ude00": "😀",
    "{": "{",
    "}": "}",
    ":": ":",
    "\\\\": "\\",
}


@each("key", KEYS)
@each("around", ["%s", '{"inputs": %s}', '{"a": [1, {"b": [%s, "}{"]}], "c": "\\"\\\\"}', "[[], [%s]]"])
def test_a_key_that_stands_twice_in_an_object_is_found_wherever_the_object_stands(key, around):
    once = around % f'{{"{key}": 1, "\\"": "{key}", "z": {{"{key}": [{{"{key}": "{key}"}}, {{"{key}": 2}}]}}}}'
    assert find_repetition(once.encode()) is None
    twice = around % f'{{"{key}": [{{"{key}": "{key}"}}],\n  "é": "{key}",  "{key}"\n : {{}}}}'
    found = there(find_repetition(twice.encode()))
    assert (found.key, found.line, found.column) == (KEYS[key], 2, 3 + len(f'"é": "{key}",  '))


def test_a_key_in_two_spellings_is_one_key_and_the_job_of_every_body_tells_it():
    assert (
        find_repetition(b'{"a": 1, "\\u0061": 2}') == ("a", 1, 10)
        and there(find_repetition(b'{"\\u0041": 1, "\\u0041": 2}')).key == "A"
    )
    for job, model in MODELS.items():
        base = written(example(model))
        for body in (base[:-1] + ', "q": {"a": [0, {"k": 1, "k": 1}]}}', '{"k": 1, "k": 2}'):
            assert problem_of(job, body)["params"]["key"] == "k"


def test_finding_repeated_keys_takes_a_multiple_of_the_texts_length_and_little_room():
    for text in (
        '"' + "\\\\" * 500_000 + '"',
        '"' + "\\n" * 500_000 + '"',
        '"' + "a" * 10**6 + '"',
        "[" + '"",' * 300_000 + '""]',
        "[" + "{}," * 300_000 + "{}]",
        '"' + "{" * 10**6 + '"',
    ):
        assert find_repetition(('{"a": ' + text + "}").encode()) is None


PLACES = [
    ("expression", b'{"program": "y = \xe9"}', "malformed-json", {"line": 1, "column": 18}),
    ("expression", '{"program":\n "가 \ud800"}'.encode("utf-8", "surrogatepass"), "malformed-json",
        {"line": 2, "column": 5}),
    ("paths", b'{"program": "y = x", "from": null}', "wrong-field", {"field": "from"}),
    ("paths", b'{"program": "y = x", "from": "x", "to": [1]}', "wrong-field", {"field": "to"}),
    ("derive", b'{"program": "y = x", "node": 1.5}', "wrong-field", {"field": "node"}),
    ("derive", b'{"program": "y = x", "index": [0, -1]}', "wrong-field", {"field": "index.1"}),
    ("network", b'{"layers": [], "dataset": {"csv": "", "label": []}}', "wrong-field", {"field": "dataset.label"}),
    ("train", b'{"layers": [], "resume": {"slots": {}}}', "wrong-field", {"field": "resume.step"}),
    ("diagnose", b'{"program": "y = x", "claims": {"gradient": {}}}', "wrong-field", {"field": "claims.gradient"}),
]  # fmt: skip


@each("job, body, found, params", PLACES)
def test_a_problem_names_the_place_as_the_reader_wrote_it(job, body, found, params):
    status, content = answer(JOBS[job], body, SETTINGS.memory_mb)
    problem = orjson.loads(content)
    assert (status, problem["type"]) == (422, f"/problems/{found}") and params.items() <= problem["params"].items()


@each("job", MODELS)
def test_what_a_field_takes_and_which_fields_there_are_is_told_whole(job):
    model = MODELS[job]
    base = example(model)
    assert problem_of(job, written({**base, "qqqqqq": "1"}))["params"]["fields"] == ", ".join(fields(model))
    for name in fields(model):
        if (
            asked(job, written({**base, name: "[[{}]]"}))[0] == 422
            and (problem := problem_of(job, written({**base, name: "[[{}]]"})))["type"] == "/problems/wrong-field"
        ):
            assert "…" not in problem["detail"]


TABLE = {"csv": "a,b\n1,0\n2,1\n3,0\n4,1\n"}
X, T, RESUME, WEIGHTS = [[0, 0], [1, 1]], [0, 1], {"step": 1, "slots": {}}, {"W1": 1, "b1": 0}
ONE_LAYER = {"layers": [{"type": "affine", "units": 2}]}
SILENT = [  # job, fields that are answered by themselves, the one too many, kind, and what is named
    ("derivatives", {"program": "y = x * x", "inputs": {"x": 2}, "kind": "jacobian"}, {"direction": {"x": 1}},
        "fields-apart", ["direction", "kind: jacobian"]),
    ("derivatives", {"program": "y = x * x", "inputs": {"x": 2}, "kind": "hessian"}, {"direction": {"x": 1}},
        "fields-apart", ["direction", "kind: hessian"]),
    ("derivatives", {"program": "y = x * x", "inputs": {"x": 2}, "kind": "hessian"}, {"seed": 3}, "field-idle",
        ["seed"]),
    *((job, {**json.loads(written(example(MODELS[job])))}, {"direction": {"x": 1}}, "field-idle",
        ["direction"])
        for job in ("gradient_program", "check", "check_sweep", "diagnose", "derive", "paths")),
    ("paths", json.loads(written(example(MODELS["paths"]))), {"seed": 2}, "field-idle", ["seed"]),
    ("derive", json.loads(written(example(MODELS["derive"]))), {"edge": 0}, "what-to-derive", []),
    *((job, {**ONE_LAYER, "loss": "softmax_cross_entropy", "x": X, "t": T, **more}, {"dataset": "xor"}, "fields-apart",
        ["x", "dataset"])
        for job, more in (("network", {}), ("train", {"steps": 1}))),
    *((job, {**ONE_LAYER, "loss": "softmax_cross_entropy", "dataset": "xor", **more}, {"t": T}, "fields-apart",
        ["t", "dataset"])
        for job, more in (("network", {}), ("train", {"steps": 1}))),
    *(("network", {**ONE_LAYER, "x": X}, {name: value}, "field-needs", [name, "loss"])
        for name, value in (("t", T), ("l1", 0.5), ("l2", 0.5))),
    ("train", {**ONE_LAYER, "loss": "mse", "dataset": "xor", "steps": 1}, {"epochs": 2}, "fields-apart",
        ["steps", "epochs"]),
    ("train", {**ONE_LAYER, "loss": "mse", "dataset": "xor", "steps": 1}, {"train": 2}, "fields-apart",
        ["train", "dataset"]),
    ("train", {**ONE_LAYER, "loss": "mse", "dataset": "xor", "steps": 1}, {"resume": RESUME}, "training-state",
        ["parameters.W1"]),
    ("train", {**ONE_LAYER, "loss": "mse", "dataset": "xor", "steps": 1, "resume": RESUME, "parameters": WEIGHTS},
        {"parameters": {"b1": 0}}, "training-state", ["parameters.W1"]),
    *(("train", {**ONE_LAYER, "loss": "mse", "dataset": "xor", "steps": 1, "resume": RESUME, "parameters": WEIGHTS},
        {"resume": {"step": 1, "slots": slots}}, "training-extra", [name])
      for slots, name in (({"W1": {"velocity": [[0, 0], [0, 0]]}}, "W1.velocity"), ({"W9": {}}, "W9"))),
    ("train", {**ONE_LAYER, "loss": "mse", "dataset": "xor", "steps": 3}, {"trace_at": [2, 4]}, "training-trace",
        ["trace_at"]),
    ("train", {**ONE_LAYER, "loss": "mse", "dataset": "xor", "steps": 3, "resume": RESUME, "parameters": WEIGHTS},
        {"trace_at": [1]}, "training-trace", ["trace_at"]),
    *((job, {**ONE_LAYER, "loss": "softmax_cross_entropy", "dataset": TABLE, **more},
        {"dataset": {**TABLE, name: value}}, "fields-apart", [f"dataset.{name}", "dataset.csv"])
      for job, more in (("network", {}), ("train", {"steps": 1}))
        for name, value in (("name", "xor"), ("samples", 5), ("noise", 0.1))),
    *(("network", {**ONE_LAYER, "loss": "mse", "dataset": {"name": "xor"}}, {"dataset": {"name": "xor", name: value}},
        "fields-apart", [f"dataset.{name}", "dataset.name"])
      for name, value in (("label", 1), ("task", "regression"))),
    *(("train", {"layers": [{"type": "affine", "units": 3}], "loss": "mse", "dataset": "iris", "steps": 1},
        {"dataset": {"name": "iris", name: value}}, "fields-apart", [f"dataset.{name}", "dataset.name: iris"])
      for name, value in (("samples", 20), ("noise", 0.1))),
    *(("dataset", {"name": "iris"}, {name: value}, "fields-apart", [name, "name: iris"])
        for name, value in (("samples", 20), ("noise", 0.1))),
]  # fmt: skip


@each(
    "job, fields, more, found, named",
    SILENT,
)
def test_no_field_is_passed_over_in_silence(job, fields, more, found, named):
    assert asked(job, json.dumps(fields))[0] == 200
    problem = problem_of(job, json.dumps({**fields, **more}))
    assert problem["type"] == f"/problems/{found}" and all(f'"{name}"' in problem["detail"] for name in named)


@pytest.mark.parametrize(
    "given",
    [{"name": '"spiral"'}, {"name": '"iris"'}, {"csv": '"a,b\\n1,0\\n2,1\\n3,0\\n"'}],
    ids=lambda given: "".join(given.values()),
)
def test_every_field_of_a_data_set_takes_any_json_without_a_fault(given):
    """Half of the values by the one job, half by the other: both read it with the same lines."""
    layers = '[{"type": "affine", "units": 2}]'
    for name in fields(DatasetSpec):
        for place, value in enumerate(VALUES):
            request = {"layers": layers, "dataset": written({**given, name: value})}
            if place % 2:
                holds("network", written(request))
            else:
                holds("train", written({**request, "steps": "1", "loss": '"softmax_cross_entropy"'}))


@pytest.mark.parametrize("name", fields(Resume))
def test_every_field_of_what_resumes_a_training_takes_any_json_without_a_fault(name):
    base = example(MODELS["train"])
    for value in VALUES:
        holds("train", written({**base, "resume": written({"step": "1", "slots": '{"W1": {}}', name: value})}))


def test_whatever_an_optimizer_is_said_to_remember_is_answered_without_a_fault():
    base = {**example(MODELS["train"]), "optimizer": '"adam"'}
    for value in VALUES:
        slots = written(dict.fromkeys(("W1", "b1", "W2", "b2"), written({"mean": value, "squares": value})))
        holds("train", written({**base, "resume": written({"step": "1", "slots": slots})}))


PIECES = catalogue_of_pieces()
NEEDED = {"whole": "2", "number": "0.5", "flag": "true", "pair": "2", "sizes": "[2]"}
INPUTS = [
    "[[1, 2, 3], [4, 5, 6]]",
    "[[[1, 2], [3, 4], [5, 6]]]",
    json.dumps([[[[float(i + j) for j in range(4)] for i in range(4)]]]),
    "[[0, 1, 2]]",
    "[[], []]",
]


EVERY_LAYERS = ("name", "input", "type", "activation")  # read in one place for all of them


@PARTS
@each("layer", PIECES["layers"])
def test_every_field_of_a_layer_takes_any_json_without_a_fault(layer, parts):
    """On an input that the layer takes; its own fields also on one that it does not take."""
    base = {"type": json.dumps(layer["type"])}
    base |= {
        field["name"]: json.dumps(field["choices"][0]) if field.get("choices") else NEEDED[field["kind"]]
        for field in layer["fields"]
        if field["required"]
    }
    taken = [holds("network", written({"layers": f"[{written(base)}]", "x": x})) == 200 for x in INPUTS]
    inputs = [INPUTS[taken.index(wanted)] for wanted in (True, False) if wanted in taken]
    own = [field["name"] for field in layer["fields"]]
    shared = EVERY_LAYERS if PIECES["layers"].index(layer) % 8 == 0 or layer["inputs"] is None else ()
    first = PIECES["layers"].index(layer)
    for x, names in zip(inputs, ([*own, *shared], own)):
        for number, name in enumerate(names, first):
            for value in VALUES[number % parts :: parts]:
                holds("network", written({"layers": f"[{written({**base, name: value})}]", "x": x}))


@PARTS
@each(
    "part, piece",
    [(part, piece) for part in ("losses", "optimizers") for piece in PIECES[part]],
)
def test_every_field_of_a_loss_and_of_an_optimizer_takes_any_json_without_a_fault(part, piece, parts):
    base = example(MODELS["train"])
    field = {"losses": "loss", "optimizers": "optimizer"}[part]
    names = [*(field["name"] for field in piece["fields"]), "unknown", "type"]
    for number, name in enumerate(names, PIECES[part].index(piece)):
        for value in VALUES[number % parts :: parts]:
            holds("train", written({**base, field: written({"type": json.dumps(piece["type"]), name: value})}))


PROGRAMS = [
    "z = a @ b", "y = sum(a * a)", "y = softmax(x)", "y = x[0] + x[1]", "s = 0\nfor i in range(n):\n    s = s + x * i",
    "y = where(x > 0, x, -x)", "y = concat([x, x])",
    "", "y = 1", "y = x.std()", "def f(p):\n    return p * p\ny = f(x)", "y = a.reshape(n, -1)", "y = log(x) / x",
    *(example["program"]["en"] for example in EXAMPLES[:5]),
]  # fmt: skip
CHOICES = [
    '"fused"',
    '"expanded"',
    '["softmax"]',
    '"full"',
    '"summary"',
    '["x"]',
    '"hessian"',
    '"jvp"',
    '{"x": 1}',
    '{"x": [1, 2]}',
    '{"a": [[1, 2], [3, 4]]}',
    '{"gradients": {"x": [1, 2]}}',
]
INPUT_VALUES = ["2", "0", "[1, 2]", "[[1, 2], [3, 4]]", "[]", "[[0.5]]"] * 10 + VALUES


@each("job", [job for job, model in MODELS.items() if issubclass(model, ExpressionRequest)])
def test_fields_that_contradict_each_other_on_any_program_are_answered_without_a_fault(job):
    model = MODELS[job]
    draw = random.Random(7)
    needed = {name: value for name, value in example(model).items() if name not in ("program", "inputs")}
    for _ in range(300):
        body = {
            "program": json.dumps(draw.choice(PROGRAMS)),
            "inputs": written({name: draw.choice(INPUT_VALUES) for name in "xabn"}),
            **needed,
        }
        body |= {name: draw.choice(CHOICES + VALUES) for name in draw.sample(fields(model)[2:], 2)}
        holds(job, written(body))


# ---- what stands in a path or a query

ODD = [
    b"%00", b"%2F", b"%2f..%2f", b"%FF", b"%C3%28", b"%ED%A0%80", b"%0D%0AX:%20y", b"%F0%9F%98%80", b"%zz", b"%",
    b"\xff\xfe", b"\xc3\xa9", b"\x01", b" ", b"", b"/", b"//", b".", b"..",
    b"{op}", b";x", b"#x", b"__class__", b"a" * 10_000, b"a" * 20_000, b"add%00", b"add%0A", b"add%252F",
    b"tanh?x=1&x=2", b"tanh?%00=%FF", b"spiral?sample=3", b"spiral?samples=",
    b"spiral?samples=1e400", b"spiral?samples=" + b"9" * 5_000, b"spiral?samples=3&samples=4",
    b"spiral?samples=%D9%A3", b"spiral?noise=NaN", b"spiral?noise=inf", b"spiral?noise=%FF",
    b"spiral?seed=-1", b"spiral?seed=18446744073709551616", b"iris?samples=3",
]  # fmt: skip


@each(
    "path",
    [b"/api/derivations/", b"/api/datasets/", b"/problems/", b"/static/", b"/api/ops?", b"/api/expression/", b"/"],
)
@each("method", [b"GET", b"POST"])
def test_whatever_stands_in_a_path_or_a_query_is_answered_without_a_fault(client, method, path):
    for odd in ODD:
        reply = raw(client, b"%b %b%b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % (method, path, odd))
        assert reply[9:12] in (b"200", b"307", b"400", b"404", b"405", b"415", b"422", b"431"), (
            path + odd[:80],
            reply[:200],
        )


GETS = [
    "/api/ops",
    "/api/examples",
    "/api/layers",
    "/api/datasets",
    "/api/derivations/tanh",
    "/problems/busy",
    "/healthz",
    "/api/datasets/spiral?samples=3",
]


@each("path", GETS)
def test_no_parameter_of_an_address_is_passed_over_in_silence(client, path):
    assert client.get(path).status_code == 200
    mark = "&" if "?" in path else "?"
    for query in ("x=1", "x", "%00=", "프로그램=1", "=", "seeed=1"):
        response = client.get(f"{path}{mark}{query}")
        assert kind(response) in ("unknown-query", "unknown-field", "misspelt-field") and (
            query.partition("=")[0] in response.json()["detail"] or "%" in query
        )
    for query in ("samples=3", "samples=4", "name=xor"):
        assert kind(client.get(f"{path}{mark}{query}")) == ("repeated-query" if "spiral" in path else "unknown-query")


def test_every_address_without_parameters_of_its_own_refuses_them(client):
    description = client.get("/openapi.json").json()["paths"]
    for path, operations in description.items():
        for method, operation in operations.items():
            if not any(parameter["in"] == "query" for parameter in operation.get("parameters", ())):
                response = client.request(
                    method,
                    path.replace("{op}", "tanh").replace("{kind}", "busy"),
                    params={"values": "full"},
                    **({"json": {}} if method == "post" else {}),
                )
                assert kind(response) == "unknown-query" and "422" in operation["responses"]
