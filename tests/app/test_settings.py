"""Settings: one row each, from the environment, each within a range, with errors that name key, value and remedy."""

import contextlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from gradlens.app.settings import Settings, SettingsError
from tests.app.serving import serve
from tests.each import each

ROOT = Path(__file__).parents[2]
ROWS = {row["variable"]: row for row in Settings().rows()}
SWITCHES = {variable: row for variable, row in ROWS.items() if isinstance(row["default"], bool)}
NUMBERS = {
    variable: row
    for variable, row in ROWS.items()
    if isinstance(row["default"], (int, float)) and variable not in SWITCHES
}
NO_NUMBERS = [
    "",
    " ",
    "many",
    "nan",
    "NaN",
    "inf",
    "-inf",
    "1e300",
    "1e9999",
    str(10**30),
    "9" * 5_000,
    "-1",
    "٣",
    "１",
    "1_0",
    "0x10",
    "1,000",
    "1 0",
    "1\n",
    "\udcff",
]


def outside(row: dict) -> list[str]:
    """Numbers just below and just above a row's range."""
    least, most = row["least"], row["most"]
    return [str(least - 1), str(most + 1)] if isinstance(least, int) else [f"{least * 0.99}", f"{most * 1.01}"]


def refusal(variable: str, value: str) -> str:
    with pytest.raises(SettingsError) as error:
        Settings.load({variable: value})
    return str(error.value)


def test_without_an_environment_every_setting_has_its_default():
    assert Settings.load({}) == Settings()


def test_the_environment_overrides_by_name():
    settings = Settings.load(
        {"GRADLENS_NODES": "7", "GRADLENS_FLOPS": "1e6", "GRADLENS_ALLOWED_HOSTS": "a.example, b.example"}
    )
    assert (settings.nodes, settings.flops, settings.allowed_hosts) == (7, 1e6, ("a.example", "b.example"))


@each("variable", NUMBERS)
def test_both_ends_of_a_range_and_the_default_are_taken(variable):
    row = NUMBERS[variable]
    for value in (row["least"], row["most"], row["default"]):
        assert getattr(Settings.load({variable: str(value)}), row["name"]) == value


@each("variable", NUMBERS)
def test_what_is_no_number_within_its_range_is_an_error_that_names_variable_value_and_range(variable):
    row = NUMBERS[variable]
    wrong = (
        [value for value in NO_NUMBERS if value != "1\n"]
        + outside(row)
        + (["1.5", "1e3"] if isinstance(row["default"], int) else [])
    )
    if row["least"] > 0:
        wrong.append("0")
    for value in wrong:
        message = refusal(variable, value)
        assert (
            message.startswith(f'{variable} is "')
            and row["range"] in message
            and f"for instance {row['default']}." in message
        ), message
        assert message.isprintable() and len(message) < 300
        assert value[:80] in message or not value.isprintable()


@each("variable", SWITCHES)
def test_a_switch_is_on_or_off(variable):
    name = SWITCHES[variable]["name"]
    assert getattr(Settings.load({variable: "on"}), name) and not getattr(Settings.load({variable: " off"}), name)
    for value in ("", "1", "true", "On", "yes\n"):
        message = refusal(variable, value)
        assert message.startswith(f'{variable} is "') and "takes on or off." in message and message.isprintable()


def test_proxies_are_addresses_and_networks():
    given = "10.0.0.7, 10.1.0.0/16,fd00::/8"
    assert Settings.load({"GRADLENS_TRUSTED_PROXIES": given}).trusted_proxies == ("10.0.0.7", "10.1.0.0/16", "fd00::/8")
    for value in ("proxy.example", "*", "10.0.0.1/8", "10.0.0", "10.0.0.7:80", "unix:"):
        assert 'such as "10.0.0.7"' in refusal("GRADLENS_TRUSTED_PROXIES", value)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("GRADLENS_WORKER", "GRADLENS_WORKERS"),
        ("GRADLENS_MEMORY", "GRADLENS_MEMORY_MB"),
        ("GRADLENS_ALLOWED_HOST", "GRADLENS_ALLOWED_HOSTS"),
        ("GRADLENS_nodes", None),
        ("GRADLENS_", None),
        ("GRADLENS_QQQ\n", None),
    ],
)
def test_a_name_that_is_no_setting_is_an_error_that_names_the_nearest(name, meant):
    message = refusal(name, "3")
    assert message.startswith("there is no setting GRADLENS_") and message.isprintable()
    assert f"Did you mean {meant}?" in message if meant else "gradlens.app.settings" in message


def test_variables_of_other_programs_are_none_of_ours():
    assert Settings.load({"GRADLENSES": "3", "WORKERS": "3", "PATH": ""}) == Settings()


@pytest.mark.parametrize("value", ["", " ", "\t"])
def test_an_empty_list_of_hosts_is_an_error_and_one_of_origins_is_none(value):
    assert "GRADLENS_ALLOWED_HOSTS" in refusal("GRADLENS_ALLOWED_HOSTS", value)
    assert Settings.load({"GRADLENS_ALLOWED_ORIGINS": value}).allowed_origins == ()


def test_the_sites_that_may_frame_a_figure_are_origins_or_any():
    for given, meant in {
        "": (),
        "*": ("*",),
        "https://a.example,http://b:8000": ("https://a.example", "http://b:8000"),
    }.items():
        assert Settings.load({"GRADLENS_EMBEDDING_ORIGINS": given}).embedding_origins == meant
    message = refusal("GRADLENS_EMBEDDING_ORIGINS", "https://a.example/path")
    assert '"https://a.example"' in message and 'or "*" for any' in message


@each(
    "host",
    ["*", "localhost", "LOCALHOST", "a.example", "xn--bj0bj06e.kr", "my_host", "10.0.0.7", "[::1]", "[2001:db8::7]"],
)
def test_host_names_are_taken(host):
    assert Settings.load({"GRADLENS_ALLOWED_HOSTS": f"{host}, b.example"}).allowed_hosts == (host, "b.example")


@each(
    "host, meant",
    [
        ("a.example:8000", "a.example"), ("https://a.example", "a.example"), ("a.example/", "a.example"),
        ("::1", "[::1]"), ("[0:0::1]", "[::1]"),
        ("한글.kr", "xn--bj0bj06e.kr"), ("a.example.", "a.example"), ("*.a.example", None), ("a b", None),
        ("a..b", None), ("-a", None), ("300.0.0.1", None),
        ("[::1", None), ("a" * 64, None), ("\u202e", None), ("a,,b", None), (",", None), ("a,", None),
    ],
)  # fmt: skip
def test_what_no_host_header_can_be_is_an_error_that_says_what_to_write(host, meant):
    message = refusal("GRADLENS_ALLOWED_HOSTS", host)
    assert message.startswith("GRADLENS_ALLOWED_HOSTS has ") and message.isprintable()
    assert f'such as "{meant or "example.org"}"' in message


@pytest.mark.parametrize(
    "origin",
    [
        "https://a.example",
        "http://localhost:3000",
        "http://[::1]:8000",
        "http://10.0.0.7",
        "chrome-extension://abcdef",
        "https://a.example:8443",
    ],
)
def test_origins_as_browsers_send_them_are_taken(origin):
    assert Settings.load({"GRADLENS_ALLOWED_ORIGINS": f"https://b.example,{origin}"}).allowed_origins == (
        "https://b.example",
        origin,
    )


@each(
    "origin, meant",
    [
        ("https://a.example/", "https://a.example"), ("https://a.example/page?q#f", "https://a.example"), ("a.example", "https://a.example"),
        ("localhost:3000", "https://localhost:3000"), ("https://A.example", "https://a.example"), ("HTTPS://a.example", "https://a.example"),
        ("https://a.example:443", "https://a.example"), ("http://a.example:80", "http://a.example"),
        ("https://me@a.example", "https://a.example"),
        ("https://한글.kr", "https://xn--bj0bj06e.kr"), ("*", None), ("null", None), ("https://*.a.example", None),
        ("https://", None), ("https://a.example:70000", None),
        ("https://a.example:x", None), ("https://a b", None), ("https://[::1", None), ("https://a.example,", None),
        (",", None),
    ],
)  # fmt: skip
def test_what_no_browser_sends_as_its_origin_is_an_error_that_says_what_to_write(origin, meant):
    message = refusal("GRADLENS_ALLOWED_ORIGINS", origin)
    assert message.startswith("GRADLENS_ALLOWED_ORIGINS has ") and message.isprintable()
    assert f'such as "{meant or "https://example.org"}"' in message


@pytest.mark.parametrize("end", ["least", "most"])
def test_with_every_number_at_an_end_of_its_range_the_service_is_ready(end):
    """128 processes and 64 trainings take a machine's memory, so the counts of processes stay as they are."""
    ends: dict[str, Any] = {row["name"]: row[end] for row in NUMBERS.values() if row["unit"] != "processes"}
    with (
        serve(replace(Settings(workers=1, long_workers=1), **ends)) as client,
        contextlib.suppress(*[httpx.RemoteProtocolError] * (end == "least")),
    ):  # 10 ms may be over before the machine has answered
        assert client.get("/healthz").json()["status"] == "ok"
        answer = client.post("/api/expression", json={"program": "x * x", "inputs": {"x": 3}})
        assert answer.status_code in ((200,) if end == "most" else (200, 413, 422, 503))


def start(*command: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", *command],
        env=os.environ | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


VALUE, NAME = {"GRADLENS_MEMORY_MB": str(10**18)}, {"GRADLENS_WORKER": "3"}
UVICORN = ["uvicorn", "gradlens.app.main:create_app", "--factory", "--port", "0"]


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (["gradlens.app.cli", "--port", "0"], VALUE),
        (["gradlens.app.cli", "--port", "0"], NAME),
        (["gradlens.app.settings"], NAME),
        (UVICORN, VALUE),
        ([*UVICORN, "--http", "gradlens.app.protocol:Protocol"], VALUE),
    ],
    ids=["command, value", "command, name", "table", "uvicorn", "uvicorn with our protocol"],
)
def test_every_way_to_start_says_what_is_wrong_in_one_line_and_ends(command, given):
    ended = start(*command, **given)
    [variable] = given
    assert ended.returncode == 1
    assert re.fullmatch(rf"gradlens: [^\n]*{variable}[^\n]*[.?]\n", ended.stderr), ended.stderr


def test_every_row_has_a_unit_a_range_and_a_sentence_of_help_and_stands_in_the_table():
    settings = Settings()
    for row in settings.rows():
        assert row["unit"] and row["range"] and row["help"].endswith(".")
        assert f"| `{row['variable']}` |" in settings.table()


def test_the_table_is_printed_by_the_module():
    assert "GRADLENS_TEXT_LENGTH" in start("gradlens.app.settings").stdout


def test_the_readmes_table_of_settings_is_the_one_that_holds():
    readme = (ROOT / "app" / "README.md").read_text(encoding="utf-8")
    for line in Settings().table().splitlines():
        if "WORKERS`" not in line:  # as many as the machine has
            assert line in readme


def test_the_korean_readme_names_settings_that_there_are_with_their_ranges():
    readme = (ROOT / "app" / "README.ko.md").read_text(encoding="utf-8")
    assert set(re.findall(r"GRADLENS_[A-Z_]+", readme)) <= ROWS.keys()
    for variable, shown in re.findall(r"^\| `(GRADLENS_\w+)` \| ([^|]+) \|", readme, re.MULTILINE):
        if variable in NUMBERS:
            assert shown == NUMBERS[variable]["range"].replace(" to ", " ~ ")
