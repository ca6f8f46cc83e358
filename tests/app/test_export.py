"""Files of the service: under their media type, with a name that any file system takes."""

import json
import re
from dataclasses import fields
from urllib.parse import unquote

from gradlens import engine
from gradlens.app.routes.files import safe_name
from gradlens.app.schemas import exports
from gradlens.engine.exporting.formats import FORMATS, ExportOptions, export
from tests.app.serving import kind

PROGRAM = {"program": "t = x + y\nz = t ** 2", "inputs": {"x": 2, "y": 3}}
NAMES = {  # as it is asked for: as it is saved
    "figure": "figure.svg",
    "figure.svg": "figure.svg",
    "Figure.SVG": "Figure.svg",
    "기울기 그림": "기울기 그림.svg",
    "../../etc/passwd": "_.._etc_passwd.svg",
    'C:\\a:b*c?"d"<e>|f': "C__a_b_c__d__e__f.svg",
    "a\r\nSet-Cookie: b\x00c": "a Set-Cookie_ b c.svg",
    "\u202egvs.exe": "gvs.exe.svg",
    "  .hidden. ": "hidden.svg",
    "con": "_con.svg",
    "LPT1.txt": "_LPT1.txt.svg",
    "": "gradlens.svg",
    " . ": "gradlens.svg",
    "\ud800": "_.svg",
    "가" * 5_000: "가" * 40 + ".svg",
}


def name_in(disposition: str) -> str:
    """The name that a browser saves a file under."""
    found = re.fullmatch(
        r"attachment; filename=\"([ !#-~]*)\"(?:; filename\*=UTF-8''([\w.%~-]+))?", disposition, re.ASCII
    )
    assert found, disposition
    return unquote(found[2]) if found[2] else found[1]


def test_every_format_is_a_file_of_its_type_with_the_content_that_the_engine_writes(client):
    trace = engine.trace(PROGRAM["program"], PROGRAM["inputs"])
    listed = client.get("/api/formats").json()["formats"]
    assert [entry["name"] for entry in listed] == list(FORMATS)
    for entry in listed:
        answer = client.post("/api/export", json={**PROGRAM, "format": entry["name"]})
        assert answer.status_code == 200 and answer.content == export(trace, entry["name"]), entry
        assert answer.headers["content-type"].partition(";")[0] == entry["media_type"]
        assert answer.headers["content-disposition"] == f'attachment; filename="z{entry["ending"]}"'
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert set(entry["words"]) == {"en", "ko"} and re.search("[가-힣]", entry["words"]["ko"])


def test_a_file_has_the_name_that_was_asked_for_as_far_as_a_file_system_takes_it(client):
    for asked, saved in NAMES.items():
        assert safe_name(asked, ".svg") == saved
        if asked == "\ud800":
            continue  # which no JSON carries
        answer = client.post("/api/export", json={**PROGRAM, "format": "svg", "file_name": asked})
        assert name_in(answer.headers["content-disposition"]) == saved
    korean = client.post("/api/export", json={"program": "총액 = 2 * 3", "format": "svg"})
    assert name_in(korean.headers["content-disposition"]) == "총액.svg"


def test_an_option_is_in_the_file_or_is_refused(client):
    def content(**options):
        return client.post("/api/export", json={**PROGRAM, "format": "svg", "options": options})

    plain = content()
    for option in (
        {"language": "ko"},
        {"theme": "dark"},
        {"step": "start"},
        {"step": 2},
        {"legend": True},
        {"background": True},
        {"caption": "한 문장"},
    ):
        assert content(**option).status_code == 200 and content(**option).content != plain.content, option
    assert content(language="en", step="end", theme=None).content == plain.content
    for option, found in (
        ({"theme": "pink"}, "wrong-field"),
        ({"qqqq": 1}, "wrong-field"),
        ({"step": 99}, "no-such-step"),
        ({"step": -1}, "no-such-step"),
        ({"step": 10**30}, "wrong-field"),
        ({"legend": "yes"}, "wrong-field"),
        ({"background": 1}, "wrong-field"),
        ({"step": True}, "wrong-field"),
    ):
        assert kind(content(**option)) == found, option
    detail = content(legend="yes").json()["detail"]
    assert "options.legend" in detail and "true or false" in detail


def test_what_cannot_be_exported_is_told_by_name(client):
    for fields_, found in (
        ({"format": "svgg"}, "unknown-format"),
        ({"format": "__class__"}, "unknown-format"),
        ({"program": "y = x\n" + "y = y * x\n" * 400, "inputs": {"x": 1}}, "picture-too-large"),
        ({"format": "svg-steps", "program": "y = x\n" + "y = y * x\n" * 60, "inputs": {"x": 1}}, "too-many-pictures"),
        ({"format": "latex", "options": {"theme": "dark"}}, "export-option"),
        ({"program": "z = (x + 1"}, "unclosed-bracket"),
        ({"values": "full"}, "field-idle"),
        ({"file_name": 3}, "wrong-field"),
    ):
        answer = client.post("/api/export", json={**PROGRAM, "format": "svg", **fields_})
        assert kind(answer) == found, answer.text
    assert "Did you mean" in client.post("/api/export", json={**PROGRAM, "format": "svgg"}).json()["detail"]


TRAINING = {
    "layers": [{"type": "affine", "units": 3}, {"type": "tanh"}, {"type": "affine", "units": 2}],
    "loss": "softmax_cross_entropy",
    "x": [[0, 0], [0, 1], [1, 0], [1, 1], [2, 1]],
    "t": [0, 1, 1, 0, 1],
    "optimizer": {"type": "adam", "lr": 0.05, "weight_decay": 0.01},
    "epochs": 4,
    "batch_size": 2,
}


def test_a_training_is_written_as_code_that_trains_and_has_the_losses_of_the_service(client):
    lines = client.post("/api/train", json=TRAINING).text.splitlines()
    told = {event["step"]: event["loss"] for event in map(json.loads, lines) if event["event"] == "step"}
    for entry in client.get("/api/formats").json()["formats"]:
        answer = client.post("/api/export", json={"training": TRAINING, "format": entry["name"]})
        if not entry["trains"]:
            assert kind(answer) == "format-without-training", entry
            continue
        assert answer.status_code == 200, answer.text
        assert name_in(answer.headers["content-disposition"]) == f"training{entry['ending']}"
        if entry["name"] == "numpy":
            space = {"print": lambda *_: None}
            exec(answer.text, space)
            assert space["EXPECTED"] == told and max(told) == 12
    for fields_, found in (
        ({"training": TRAINING, "program": "y = 1"}, "fields-apart"),
        ({"training": TRAINING, "inputs": {"x": 1}}, "fields-apart"),
        ({}, "missing-field"),
        ({"training": {**TRAINING, "steps": 3}}, "fields-apart"),
        ({"training": {"layers": "?"}}, "layers-text"),
    ):
        assert client.post("/api/export", json={"format": "numpy", **fields_}).status_code == 422, (fields_, found)


def test_the_options_of_the_service_are_those_of_the_engine():
    own = {field.name: field.default for field in fields(ExportOptions)}
    assert {name: field.default for name, field in exports.ExportOptions.model_fields.items()} == own
    assert all(set(entry.takes) <= set(own) for entry in FORMATS.values())
