"""Every limit and choice of the service: one row each, with its unit and its help.

A row may be overridden by the environment variable `GRADLENS_` + its name in capitals.
`python -m gradlens.app.settings` prints the table as it stands.
"""

from __future__ import annotations

import dataclasses
import difflib
import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from gradlens.app.setting_values import embedding_fault, host_fault, number, origin_fault, proxy_fault, quote

PREFIX = "GRADLENS_"
SWITCHES = {"on": True, "off": False}
DAY = 86_400.0  # seconds: the longest that a timer here needs to run


class SettingsError(ValueError):
    """A setting has a value that it cannot take; the message names key, value and remedy."""


def row(default: float, unit: str, least: float, most: float, help: str) -> Any:
    """One setting: its default, the unit it counts in, its range with both ends, and what it is for."""
    return dataclasses.field(
        default=default,
        metadata={
            "unit": unit,
            "least": least,
            "most": most,
            "range": f"{_text(least)} to {_text(most)}",
            "help": help,
        },
    )


def names(default: tuple[str, ...], unit: str, least: int, fault: Callable[[str], str | None], help: str) -> Any:
    """One setting that is a list of at least so many names; `fault` says what is wrong with a name, or None."""
    return dataclasses.field(
        default=default,
        metadata={
            "unit": unit,
            "least": least,
            "fault": fault,
            "range": "one or more" if least else "any number",
            "help": help,
        },
    )


def switch(default: bool, help: str) -> Any:
    """One setting that is on or off."""
    return dataclasses.field(default=default, metadata={"unit": "switch", "range": "on or off", "help": help})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


@dataclasses.dataclass(frozen=True)
class Settings:
    """The limits and choices of one running service."""

    text_length: int = row(
        65_536, "characters", 1, 1_000_000, "Longest program; parsing needs about 400 bytes a character."
    )
    nesting: int = row(
        200, "levels", 1, 200, "Deepest expression; Python's own parser takes no more brackets within brackets."
    )
    nodes: int = row(100_000, "nodes", 1, 10_000_000, "Largest graph.")
    elements: int = row(
        4_000_000,
        "elements",
        1,
        1_000_000_000,
        "Numbers in all nodes of a graph together; with gradients and contributions some 50 bytes each.",
    )
    flops: float = row(
        2e10,
        "operations",
        1.0,
        1e18,
        "Floating-point arithmetic of both passes together; half a second of matrix products.",
    )
    memory_mb: int = row(512, "megabytes", 32, 1_048_576, "Memory of one computing process; counted on Linux only.")
    request_seconds: float = row(
        10.0,
        "seconds",
        0.01,
        DAY,
        "Processor time that one computation may take, twice that of the largest graph; its process is then ended and"
        " replaced. Waiting for a busy machine does not count, up to six times as long; then 503.",
    )
    response_elements: int = row(
        4_000_000,
        "numbers",
        1,
        100_000_000,
        "Most numbers in the arrays of one answer; about 20 bytes each. Beyond it the largest arrays are left out, with"
        " their figures in their place.",
    )
    values_auto_elements: int = row(
        4_096, "elements", 1, 100_000_000, 'Largest array that `"values": "auto"` sends in full.'
    )
    body_bytes: int = row(2_000_000, "bytes", 1, 1_000_000_000, "Largest request body, counted while it is read.")
    head_bytes: int = row(16_384, "bytes", 1_024, 1_048_576, "Largest request head (request line and headers).")
    head_seconds: float = row(10.0, "seconds", 0.01, DAY, "Longest wait for a whole request head.")
    body_seconds: float = row(30.0, "seconds", 0.01, DAY, "Longest wait for a whole request body.")
    answer_seconds: float = row(
        60.0, "seconds", 0.01, DAY, "Longest time that a client may take to read what it was sent; then it is cut off."
    )
    unread_bytes: int = row(
        200_000_000,
        "bytes",
        1,
        1_000_000_000_000,
        "Answers that clients have yet to read, all together, two of the largest; beyond it the client that reads most"
        " slowly is cut off.",
    )
    drain_bytes: int = row(
        100_000_000,
        "bytes",
        0,
        1_000_000_000_000,
        "Most that is still read of a request after its answer, so that the client gets to the answer; then it is cut"
        " off.",
    )
    drain_seconds: float = row(10.0, "seconds", 0.01, DAY, "Longest time that is spent on that.")
    workers: int = row(
        min(os.cpu_count() or 1, 128),
        "processes",
        1,
        128,
        "Computing processes of each server process; one a core, for two on a core only wait for each other.",
    )
    long_workers: int = row(
        min(os.cpu_count() or 1, 128),
        "processes",
        0,
        128,
        "Further processes for what takes longer than 50 ms, so that short requests never wait for long ones; with 0"
        " they do.",
    )
    queue: int = row(
        256,
        "requests",
        1,
        10_000,
        "Short requests that may wait for a computing process, and as many long ones: a quarter of a second of them."
        " Beyond it the newest of whoever has most of them waiting is answered 503 at once.",
    )
    queue_bytes: int = row(
        64_000_000, "bytes", 1, 1_000_000_000_000, "Bodies of requests that wait, which the server holds meanwhile."
    )
    queue_seconds: float = row(
        5.0,
        "seconds",
        0.01,
        DAY,
        "Longest wait for a computing process, for nobody looks at a page that long; then 503. Whoever would wait"
        " longer for a long computation is told so at once.",
    )
    client_requests: int = row(
        256,
        "requests",
        1,
        10_000,
        "Requests of one address under way at a time; the next is answered 429. A class behind one router is one"
        " address, so it is as many as may wait; lower it where addresses are people.",
    )
    trainings: int = row(
        4,
        "processes",
        1,
        64,
        "Trainings at the same time, each in a process of its own beside the computing ones; the next is answered 503"
        " at once.",
    )
    training_steps: int = row(
        100_000, "steps", 1, 1_000_000_000, "Longest training; a small network takes some 10,000 steps a second."
    )
    training_flops: float = row(
        1e12, "operations", 1.0, 1e18, "Floating-point arithmetic of one training; half a minute of matrix products."
    )
    training_seconds: float = row(
        60.0,
        "seconds",
        0.01,
        DAY,
        "Longest training; it then ends with what it has learnt. Nobody watches a curve for longer.",
    )
    allowed_hosts: tuple[str, ...] = names(
        ("localhost", "127.0.0.1", "[::1]"),
        "host names",
        1,
        host_fault,
        "Names, without port, that this service answers to; separated by commas, `*` for any. A foreign name is how DNS"
        " rebinding arrives.",
    )
    allowed_origins: tuple[str, ...] = names(
        (),
        "origins",
        0,
        origin_fault,
        "Other sites whose pages may call the API, such as https://example.org; separated by commas.",
    )
    embedding_origins: tuple[str, ...] = names(
        (),
        "origins",
        0,
        embedding_fault,
        "Other sites whose pages may show a figure of this service in a frame, `/embed`; separated by commas, `*` for"
        " any.",
    )

    trusted_proxies: tuple[str, ...] = names(
        (),
        "addresses",
        0,
        proxy_fault,
        "Proxies whose X-Forwarded-For, X-Forwarded-Proto and X-Request-Id are believed; separated by commas. Without"
        " one every client behind a proxy is the proxy, and anybody could name another's address.",
    )
    log_requests: bool = switch(
        False,
        "Write a line of JSON to standard error for every request and every fault: the request's id, endpoint, status"
        " and time, and nothing that a user wrote; twenty a second for each number that is dragged.",
    )
    metrics: bool = switch(
        False,
        "Answer /metrics for Prometheus. Whoever can ask this service can read it, so no proxy should pass it on.",
    )

    @classmethod
    def load(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings with the environment's overrides.  Raises SettingsError."""
        fields = {PREFIX + field.name.upper(): field for field in dataclasses.fields(cls)}
        given = {variable: text for variable, text in environment.items() if variable.startswith(PREFIX)}
        for variable in given.keys() - fields.keys():
            near = difflib.get_close_matches(
                variable.removeprefix(PREFIX), [name.removeprefix(PREFIX) for name in fields], 1
            )
            remedy = (
                f"Did you mean {PREFIX}{near[0]}?"
                if near
                else "`python -m gradlens.app.settings` lists those that there are."
            )
            raise SettingsError(f"there is no setting {quote(variable)}. {remedy}")
        return cls(
            **{fields[variable].name: _parse(variable, fields[variable], text) for variable, text in given.items()}
        )

    def rows(self) -> list[dict[str, Any]]:
        """Name, variable, value, default, unit, range and help of every setting, in order."""
        return [
            {
                "name": field.name,
                "variable": PREFIX + field.name.upper(),
                "value": getattr(self, field.name),
                "default": field.default,
                **field.metadata,
            }
            for field in dataclasses.fields(self)
        ]

    def table(self) -> str:
        """The rows as a Markdown table."""
        lines = ["| variable | value | unit | range | what it is |", "|---|---|---|---|---|"]
        lines += [
            f"| `{r['variable']}` | {_text(r['value'])} | {r['unit']} | {r['range']} | {r['help']} |"
            for r in self.rows()
        ]
        return "\n".join(lines)


@cache
def settings_of_environment() -> Settings:
    """The settings of this process, read once.  Raises SettingsError."""
    return Settings.load()


def settings_or_exit() -> Settings:
    """The settings of this process; where one is wrong the process ends, with the reason in one sentence."""
    try:
        return settings_of_environment()
    except SettingsError as error:
        sys.exit(f"gradlens: {error}")


def _parse(variable: str, field: dataclasses.Field, text: str) -> Any:
    """The value that `text` gives a field, of the type of its default.  Raises SettingsError."""
    row = field.metadata
    if isinstance(field.default, tuple):
        return _parse_names(variable, row, text)
    if isinstance(field.default, bool):
        if text.strip() not in SWITCHES:
            raise SettingsError(f'{variable} is "{quote(text)}", but takes {row["range"]}.')
        return SWITCHES[text.strip()]
    kind: type[Any] = type(field.default)
    value = number(text, kind)
    if value is None or not row["least"] <= value <= row["most"]:
        takes = "a whole number" if kind is int else "a number"
        raise SettingsError(
            f'{variable} is "{quote(text)}", but takes {takes} of {row["unit"]} from {row["range"]}, for instance'
            f" {field.default}."
        )
    return value


def _parse_names(variable: str, row: Mapping[str, Any], text: str) -> tuple[str, ...]:
    """The names that `text` lists, separated by commas.  Raises SettingsError."""
    items = [item.strip() for item in text.split(",")] if text.strip() else []
    if len(items) < row["least"]:
        raise SettingsError(
            f'{variable} is "{quote(text)}", but takes at least one of its {row["unit"]}, separated by commas; leave'
            " the variable out for the usual ones."
        )
    for item in items:
        if fault := row["fault"](item):
            raise SettingsError(f'{variable} has "{quote(item)}" in it, but {fault}; items are separated by commas.')
    return tuple(items)


if __name__ == "__main__":
    print(settings_or_exit().table())
