"""The commands and their options."""

from __future__ import annotations

import argparse

from gradlens.app.cli import COMMANDS
from gradlens.engine.exporting.formats import FORMATS

DESCRIPTION = "Compute without the service. FILE is a program, - standard input."
EXIT_CODES = "Exit codes: 0 where all is right, 1 where a gradient is wrong, 2 where the input cannot be used."


def command_parser() -> argparse.ArgumentParser:
    """The options of every command."""
    parser = argparse.ArgumentParser(prog="gradlens", description=DESCRIPTION, epilog=EXIT_CODES)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    trace = add_command(commands, "trace")
    add_program(trace)
    trace.add_argument(
        "--json", action="store_true", help="the trace as JSON, as POST /api/expression answers it (default: a table)"
    )

    check = add_command(commands, "check")
    add_program(check)
    check.add_argument(
        "-g",
        "--gradient",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a gradient of yours, as x=10 or W=[[1, 2], [3, 4]]; may be repeated (default: none)",
    )

    export = add_command(commands, "export")
    add_program(export)
    export.add_argument(
        "-f", "--format", choices=FORMATS, metavar="NAME", help=f"{', '.join(FORMATS)} (default: by the name of --out)"
    )
    export.add_argument("-o", "--out", default="-", metavar="FILE", help="where to write it (default: standard output)")
    export.add_argument("--language", choices=("en", "ko"), help="of titles and legends (default: en)")
    export.add_argument("--theme", choices=("light", "dark"), help="(default: as the reader's system has it)")
    export.add_argument("--step", metavar="STEP", help="start, values, end, or a number (default: end)")
    export.add_argument("--legend", action="store_true", default=None, help="with the legend (default: without)")
    export.add_argument("--background", action="store_true", default=None, help="with paper behind (default: without)")

    verify = add_command(commands, "verify")
    verify.add_argument("file", metavar="FILE", help="a trace file, - for standard input")
    return parser


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str) -> argparse.ArgumentParser:
    help = COMMANDS[name]
    return commands.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.", epilog=EXIT_CODES)


def add_program(parser: argparse.ArgumentParser) -> None:
    """The options that say which program, at which inputs."""
    parser.add_argument("file", metavar="FILE", help="a program, - for standard input")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an input that the program has not, as x=2 or x=[1, 2]; may be repeated (default: none)",
    )
    parser.add_argument(
        "--inputs", metavar="FILE", help="a JSON file of inputs by name, - for standard input (default: none)"
    )
    parser.add_argument("--output", metavar="NAME", help="what is differentiated (default: the last statement's value)")
