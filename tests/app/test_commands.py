"""`gradlens trace`, `check`, `export` and `verify`: what they print, and the exit codes that a script goes by."""

from __future__ import annotations

import io
import json
import sys

import pytest

import gradlens
from gradlens.app import cli
from gradlens.app.commands.options import command_parser
from gradlens.engine.exporting.formats import FORMATS, export

NET = "import numpy as np\nW = np.array([[0.1, 0.2], [0.3, 0.4]])\nh = np.tanh(W @ x)\nL = np.sum(h ** 2)\n"
X = ["-i", "x=[1, 2]"]
RIGHT_PASS = "x = 3.0\nL = 2 * x ** 2\ndL = 1.0\ndx = 4 * x * dL\n"
WRONG_PASS = "x = 3.0\ny = x ** 2\nL = 2 * y\ndL = 1.0\ndy = 2 * dL\ndx = dy * x\n"


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run the command on a text, as a file or on standard input: its exit code and both outputs."""

    def run(command: str, text: str | bytes, *options: str, standard: bool = False) -> tuple[int, str, str]:
        content = text.encode() if isinstance(text, str) else text
        file = tmp_path / "program.py"
        file.write_bytes(content)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        try:
            code = cli.main([command, "-" if standard else str(file), *options])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err.replace(str(file), "FILE")

    return run


def test_a_trace_is_printed_as_a_table_or_as_json(run):
    trace = gradlens.trace(NET, {"x": [1, 2]})
    assert run("trace", NET, *X) == (0, f"{trace}\n", "") == run("trace", NET, *X, standard=True)
    code, out, _ = run("trace", NET, *X, "--json", "--output", "h")
    assert code == 0 and json.loads(out) == json.loads(export(gradlens.trace(NET, {"x": [1, 2]}, output="h"), "json"))


def test_inputs_come_from_options_and_files(run, tmp_path):
    (tmp_path / "inputs.json").write_text('{"x": 2, "y": NaN}')
    code, out, _ = run("trace", "x * y", "--inputs", str(tmp_path / "inputs.json"), "-i", "y=5")
    assert code == 0 and out.splitlines()[-1].split() == ["2", "←", "x", "*", "y", "10", "1"]


def test_check_tells_right_from_wrong_by_its_exit_code(run):
    for text, options, code, words in (
        (NET, X, 0, "x  agree"),
        (NET, [*X, "-g", "x=[1, 2]"], 1, "not "),
        ("y = x ** 2", ["-i", "x=3", "-g", "x=6"], 0, "Your gradients are right."),
        ("y = x ** 2", ["-i", "x=3", "-g", "x=-6"], 1, "the sign is turned round"),
        (RIGHT_PASS, [], 0, "x  agree"),
        (WRONG_PASS, [], 1, "Line 6 is the first that is wrong: `dx = dy * x`"),
    ):
        found = run("check", text, *options)
        assert found[0] == code and words in found[1] and found[2] == "", found


def test_export_writes_every_format_to_a_file_or_to_standard_output(run, tmp_path):
    trace = gradlens.trace(NET, {"x": [1, 2]})
    for name, entry in FORMATS.items():
        if name == "html":
            continue  # which takes a moment, and is told from the others by its name alone
        out = tmp_path / f"figure{entry.ending}"
        assert run("export", NET, *X, "--format", name, "--out", str(out))[0] == 0
        assert out.read_bytes() == export(trace, name), name
    assert run("export", NET, *X, "-o", str(tmp_path / "a.dot"))[0] == 0
    assert (tmp_path / "a.dot").read_bytes() == export(trace, "dot")
    code, out, _ = run("export", NET, *X, "-f", "svg", "--step", "3", "--theme", "dark", "--legend", "--language", "ko")
    assert code == 0 and "에지를 따라 흐르는 기울기" in out


def test_verify_tells_whether_a_trace_holds_by_itself(run):
    content = json.loads(export(gradlens.trace("x = 3.0\ny = x * x"), "json"))
    assert run("verify", json.dumps(content))[0] == 0
    content["nodes"][0]["gradient"] = 7.0
    code, out, _ = run("verify", json.dumps(content), standard=True)
    assert code == 1 and out == "The gradient at x is 7, but what its 2 uses deliver adds up to 6.\n"


# What cannot be used: the command, what it is given, options, and what is said.
REFUSED = [
    ("trace", "h = 사과\ny = sigmod(h)", ["-i", "사과=1"], 'FILE:2:5: "sigmod" is not a function here.'),
    ("trace", "y = 사과 * 없음", ["-i", "사과=1"], "    y = 사과 * 없음\n               ^^^^\n"),
    ("trace", "if x:\n\ty = zz", ["-i", "x=1"], "    \ty = zz\n    \t    ^^\n"),
    ("trace", "", [], "There is nothing to compute"),
    ("trace", b"\xff\xfe", [], "is not UTF-8: byte 1. Save it as UTF-8."),
    ("trace", b"x" * 5_000_000, [], "is longer than 4,000,000 bytes"),
    ("trace", "y = x", ["-i", "x"], "x has no value. Write it as x=2 or x=[1, 2]."),
    ("trace", "y = x", ["-i", "x=a"], "the value of x is neither a number nor a list of numbers."),
    ("trace", "y = x", ["-i", "x=" + "[" * 5000], "the value of x is neither a number nor a list of numbers."),
    ("trace", "y = x", ["--inputs", "/no/such/file"], "there is no file /no/such/file."),
    ("trace", "y = x", ["--inputs", "/dev/zero"], "/dev/zero is longer than"),
    ("trace", "y = x", ["--inputs", "/dev/null"], "/dev/null is not JSON. Write inputs by name"),
    ("check", "x = 2.0\ny = x", ["-g", "q=1"], "q"),
    ("export", "x = 2.0\ny = x", [], "the format is missing. Give --format svg, or --out figure.svg."),
    ("export", "x = 2.0\ny = x", ["-o", "a.nothing"], 'The ending of "a.nothing" tells no format.'),
    ("export", "x = 2.0\ny = x", ["-o", "/no/such/a.svg"], "The folder does not exist"),
    ("export", "x = 2.0\ny = x", ["-f", "svg", "--step", "99"], "99"),
    ("export", "x = 2.0\ny = x", ["-f", "svg", "--step", "x"], '"x" is no step'),
    ("export", "x = 2.0\ny = x", ["-f", "json", "--legend"], "legend"),
    ("export", "x = 2.0\ny = x", ["-f", "svgg"], "invalid choice"),
    ("verify", "{}", [], "In the trace file nodes has to be a list"),
    ("verify", "no", [], "is not JSON"),
]


def test_what_cannot_be_used_is_told_with_its_place_and_exits_with_2(run, monkeypatch):
    monkeypatch.setattr("gradlens.app.commands.reading.MOST_INPUT_BYTES", 1000)
    for command, text, options, words in REFUSED:
        code, out, err = run(command, text, *options)
        assert code == 2 and out == "" and words in err, (command, options, err)
        assert err.startswith(("gradlens: ", "usage: gradlens")) and "Traceback" not in err


def test_what_is_no_command_is_told_with_those_that_there_are(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["net.py"])
    assert stop.value.code == 2 and 'no command "net.py": there are trace, check, ' in capsys.readouterr().err


def test_every_command_has_help_that_says_its_defaults(capsys):
    for name in cli.COMMANDS:
        with pytest.raises(SystemExit) as stop:
            cli.main([name, "--help"])
        out = capsys.readouterr().out
        assert stop.value.code == 0 and f"usage: gradlens {name}" in out and "Exit codes: 0" in out
        assert f"gradlens {name} FILE" in cli.parser().format_help()
    actions = [one for one in command_parser()._actions if hasattr(one, "choices") and one.choices]
    for parser in actions[0].choices.values():  # pyright: ignore
        for option in parser._actions:
            if option.option_strings and option.dest != "help":
                assert "default" in option.help, option.option_strings
