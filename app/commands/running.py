"""The commands: what each computes, prints and returns."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gradlens import engine
from gradlens.app.commands.options import command_parser
from gradlens.app.commands.reading import (
    STANDARD,
    Unusable,
    named_values,
    read_bytes,
    read_inputs,
    read_program,
    shown_name,
)
from gradlens.engine.exporting.formats import ExportOptions, export
from gradlens.engine.exporting.saving import by_ending, write_whole
from gradlens.engine.exporting.tables import columns
from gradlens.engine.recorded.trace_files import MOST_BYTES, read_trace

RIGHT, WRONG, UNUSABLE = 0, 1, 2
EXPORT_OPTIONS = ("language", "theme", "step", "legend", "background")


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    options = command_parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # pyright: ignore - what a terminal cannot show is told
    text = ""
    try:
        if options.command == "verify":
            return verify(options)
        text = read_program(options.file)
        inputs = read_inputs(options.inputs, options.input)
        return {"trace": trace, "check": check, "export": write}[options.command](options, text, inputs)
    except Unusable as error:
        print(f"gradlens: {error}", file=sys.stderr)
    except engine.EngineError as error:
        print(told(error, shown_name(options.file), text), file=sys.stderr)
    except BrokenPipeError:  # whoever reads it has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return RIGHT
    except OSError as error:
        print(f"gradlens: {error.filename or 'standard output'}: {error.strerror}.", file=sys.stderr)
    return UNUSABLE


def trace(options: argparse.Namespace, text: str, inputs: dict[str, Any]) -> int:
    """The table of a trace, or its JSON."""
    found = engine.trace(text, inputs, output=options.output)
    if options.json:
        print(export(found, "json").decode())
        return RIGHT
    print(found)
    for remark in found.warnings:
        print(f"gradlens: {remark.message}", file=sys.stderr)
    return RIGHT


def check(options: argparse.Namespace, text: str, inputs: dict[str, Any]) -> int:
    """Gradients against differences; then those that are given, or a backward pass in the program, against these."""
    found = engine.check(text, inputs, output=options.output)
    told = diagnosed(text, inputs, options, named_values(options.gradient))
    verdicts = [(one.name, one.verdict, one.relative_error) for one in found.results]
    width = max([len(name) for name, *_ in verdicts], default=0)
    for name, verdict, error in verdicts:
        print(f"{name:{width}}  {verdict}  relative error {error:.2g}")
    if told is not None:
        print(told.explanation or "Your gradients are right.")
    is_wrong = any(verdict == "mismatch" for _, verdict, _ in verdicts) or (told is not None and not told.ok)
    return WRONG if is_wrong else RIGHT


def diagnosed(text: str, inputs: dict[str, Any], options: argparse.Namespace, claims: dict[str, Any]) -> Any:
    """What is found of gradients that are given, or of a backward pass in the program; None where there is neither."""
    if claims:
        return engine.diagnose(text, inputs, gradients=claims, output=options.output)
    try:
        return engine.diagnose(text, inputs, code="", output=options.output)
    except engine.EngineError as error:
        if error.kind != "no-backward-half":
            raise
        return None


def write(options: argparse.Namespace, text: str, inputs: dict[str, Any]) -> int:
    """A program's figure, formulas or code."""
    if options.format is None and options.out == STANDARD:
        raise Unusable("the format is missing. Give --format svg, or --out figure.svg.")
    name = options.format or by_ending(Path(options.out)).name
    given = {one: getattr(options, one) for one in EXPORT_OPTIONS if getattr(options, one) is not None}
    if "step" in given:
        given["step"] = step(given["step"])
    content = export(engine.trace(text, inputs, output=options.output), name, ExportOptions(**given))
    if options.out == STANDARD:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        write_whole(Path(options.out), content)
    return RIGHT


def step(given: str) -> Any:
    if given in ("start", "values", "end"):
        return given
    if given.isascii() and given.isdigit() and len(given) < 10:
        return int(given)
    raise Unusable(f'"{given[:80]}" is no step: it is start, values, end, or a number.')


def verify(options: argparse.Namespace) -> int:
    """A trace file by its own sums."""
    found = engine.verify(read_trace(read_bytes(options.file, MOST_BYTES), shown_name(options.file)))
    print(found)
    return RIGHT if found.ok else WRONG


def told(error: engine.EngineError, name: str, text: str) -> str:
    """An error with its place, the line, and a mark below what is meant."""
    span = error.span
    lines = text.split("\n")
    if span is None or not 0 < span.start_line <= len(lines):
        return f"gradlens: {error.detail}"
    line = lines[span.start_line - 1]
    end = span.end_column if span.end_line == span.start_line else len(line)
    before = "\t" * line[: span.start_column].count("\t") + " " * columns(line[: span.start_column].replace("\t", ""))
    mark = "^" * max(columns(line[span.start_column : end]), 1)
    place = f"{name}:{span.start_line}:{span.start_column + 1}"
    return f"gradlens: {place}: {error.detail}\n    {line}\n    {before}{mark}"
