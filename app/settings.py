"""Every limit and choice of the service: one row each, with its unit and its help.

A row may be overridden by the environment variable `GRADLENS_` + its name in capitals.
`python -m app.settings` prints the table as it stands.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

PREFIX = "GRADLENS_"


class SettingsError(ValueError):
    """A setting has a value that it cannot take; the message names key, value and remedy."""


def row(default: Any, unit: str, help: str) -> Any:
    """One setting: its default, the unit it counts in, and what it is for."""
    return dataclasses.field(default=default, metadata={"unit": unit, "help": help})


@dataclasses.dataclass(frozen=True)
class Settings:
    """The limits and choices of one running service."""

    text_length: int = row(65_536, "characters", "Longest program; parsing needs about 400 bytes a character.")
    nesting: int = row(200, "levels", "Deepest expression; Python's own parser takes no more brackets within brackets.")
    nodes: int = row(100_000, "nodes", "Largest graph.")
    elements: int = row(4_000_000, "elements", "Numbers in all nodes of a graph together; with gradients and contributions some 50 bytes each.")
    flops: float = row(2e10, "operations", "Floating-point arithmetic of both passes together; half a second of matrix products.")
    memory_mb: int = row(512, "megabytes", "Memory of one computing process; counted on Linux only.")
    request_seconds: float = row(2.0, "seconds", "Longest computation; its process is then ended and replaced.")
    response_elements: int = row(4_000_000, "numbers", "Most numbers in the arrays of one answer; about 20 bytes each.")
    values_auto_elements: int = row(4_096, "elements", 'Largest array that `"values": "auto"` sends in full.')
    body_bytes: int = row(2_000_000, "bytes", "Largest request body, counted while it is read.")
    head_bytes: int = row(16_384, "bytes", "Largest request head (request line and headers).")
    head_seconds: float = row(10.0, "seconds", "Longest wait for a whole request head.")
    body_seconds: float = row(30.0, "seconds", "Longest wait for a whole request body.")
    answer_seconds: float = row(60.0, "seconds", "Longest time that a client may take to read what it was sent; then it is cut off.")
    drain_bytes: int = row(100_000_000, "bytes", "Most that is still read of a request after its answer, so that the client gets to the answer; then it is cut off.")
    drain_seconds: float = row(10.0, "seconds", "Longest time that is spent on that.")
    workers: int = row(os.cpu_count() or 1, "processes", "Computing processes of each server process.")
    queue: int = row(32, "requests", "Requests that may wait for a computing process; the next is answered 503 at once.")
    queue_seconds: float = row(5.0, "seconds", "Longest wait for a computing process; then 503.")
    trainings: int = row(4, "processes", "Trainings at the same time, each in a process of its own beside the computing ones; the next is answered 503 at once.")
    training_steps: int = row(100_000, "steps", "Longest training; a small network takes some 10,000 steps a second.")
    training_flops: float = row(1e12, "operations", "Floating-point arithmetic of one training; half a minute of matrix products.")
    training_seconds: float = row(60.0, "seconds", "Longest training; it then ends with what it has learnt. Nobody watches a curve for longer.")
    allowed_hosts: tuple[str, ...] = row(
        ("localhost", "127.0.0.1", "[::1]"), "host names",
        "Names, without port, that this service answers to; separated by commas, `*` for any. A foreign name is how DNS rebinding arrives.",
    )
    allowed_origins: tuple[str, ...] = row(
        (), "origins", "Other sites whose pages may call the API, such as https://example.org; separated by commas."
    )

    @classmethod
    def load(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings with the environment's overrides.  Raises SettingsError."""
        found = {
            field.name: _parse(field, environment[PREFIX + field.name.upper()])
            for field in dataclasses.fields(cls)
            if PREFIX + field.name.upper() in environment
        }
        return cls(**found)

    def rows(self) -> list[dict[str, Any]]:
        """Name, variable, value, default, unit and help of every setting, in order."""
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
        lines = ["| variable | value | unit | what it is |", "|---|---|---|---|"]
        lines += [f"| `{r['variable']}` | {_text(r['value'])} | {r['unit']} | {r['help']} |" for r in self.rows()]
        return "\n".join(lines)


@cache
def settings_of_environment() -> Settings:
    """The settings of this process, read once.  Raises SettingsError."""
    return Settings.load()


def _parse(field: dataclasses.Field, text: str) -> Any:
    """The value that `text` gives a field, of the type of its default.  Raises SettingsError."""
    kind = type(field.default)
    if kind is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not 0 < value < float("inf"):
        number = "a whole number" if kind is int else "a number"
        variable = PREFIX + field.name.upper()
        raise SettingsError(
            f'{variable} is "{text[:80]}", but takes {number} of {field.metadata["unit"]} above 0, '
            f"for instance {field.default}."
        )
    return value


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


if __name__ == "__main__":
    print(settings_of_environment().table())
