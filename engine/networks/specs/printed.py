"""What print(model) shows of a PyTorch model, as the text of an nn.Sequential."""

from __future__ import annotations

import re

from gradlens.engine.errors import EngineError

LINE = re.compile(r"(?:\((?P<name>[\w-]+)\): )?(?:(?P<count>\d+) x )?(?P<layer>\w+)\((?P<rest>.*)")
OPENING = re.compile(r"\s*\w+\([^\S\n]*\n\s*\([\w-]+\): ")
PLAIN = {"NonDynamicallyQuantizableLinear": "Linear"}
DEPTH = 50


def is_printed(text: str) -> bool:
    return OPENING.match(text) is not None


def as_text(text: str) -> str:
    """The nn.Sequential.  Errors: spec-printed, for a class of the reader's own, which does not show how it calls its
    parts; spec-text, for a line that is no layer.
    """
    lines = [line.strip() for line in text.strip().splitlines()]
    found, end = layer(lines, 0, 0)
    if end != len(lines):
        raise EngineError("spec-text")
    return found


def layer(lines: list[str], at: int, depth: int) -> tuple[str, int]:
    """The text of the layer that a line begins, as often as it says; and the line after it."""
    part = LINE.fullmatch(lines[at]) if at < len(lines) else None
    if part is None or depth > DEPTH:
        raise EngineError("spec-text")
    name, count = PLAIN.get(part["layer"], part["layer"]), int(part["count"] or 1)
    if part["rest"]:
        if not part["rest"].endswith(")"):
            raise EngineError("spec-text")
        return ", ".join([f"nn.{name}({part['rest']}"] * count), at + 1
    if name != "Sequential":
        raise EngineError("spec-printed", layer=name)
    inner: list[str] = []
    at += 1
    while at < len(lines) and lines[at] != ")":
        found, at = layer(lines, at, depth + 1)
        inner.append(found)
    return ", ".join([f"nn.Sequential({', '.join(inner)})"] * count), at + 1
