"""Where a script makes its model within a function or a branch, and what its command line would say by default."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from gradlens.engine.networks.specs.script_names import bound_names, last_name, stored, used_names

Found = tuple[list[ast.stmt], ast.stmt]  # the statements before one in its function and branches, and that one


def inner_statements(body: list[ast.stmt], before: list[ast.stmt] | None = None) -> Iterator[Found]:
    """The statements within functions and branches; a parameter of a function has its default."""
    for statement in body:
        match statement:
            case ast.FunctionDef():
                yield from inner_statements(statement.body, defaults(statement.args))
            case ast.If() | ast.With() | ast.For() | ast.Try():
                yield from inner_statements(statement.body, before if before is not None else [])
            case _ if before is not None:
                yield list(before), statement
                before.append(statement)
            case _:
                pass


def defaults(arguments: ast.arguments) -> list[ast.stmt]:
    named = arguments.args[len(arguments.args) - len(arguments.defaults) :]
    given = [
        *zip(named, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return [
        ast.fix_missing_locations(ast.Assign([ast.Name(one.arg, ast.Store())], value))
        for one, value in given
        if value is not None
    ]


def known_names(body: list[ast.stmt]) -> set[str]:
    """The names that a script gives to something outside of functions, and those that Python has."""
    return {name for one in body for name in bound_names(one)} | set(dir(builtins))


def calls(names: set[str], statement: ast.stmt) -> Iterator[ast.Call]:
    for part in ast.walk(statement):
        if isinstance(part, ast.Call) and last_name(part.func) in names:
            yield part


def free_names(parts: Sequence[ast.stmt | ast.expr]) -> set[str]:
    """The names that statements look up, one after the other, and that none before has given to something."""
    own: set[str] = set()
    free: set[str] = set()
    for one in parts:
        set_alone = set() if isinstance(one, ast.AugAssign) else stored(one) - loaded(one)
        free |= used_names(one) - own - set_alone
        own |= bound_names(one) if isinstance(one, ast.stmt) else set()
    return free


def loaded(part: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(part) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


# ------------------------------------------------------------- the command line


def with_command_line(text: str, body: list[ast.stmt]) -> str:
    """args = parser.parse_args() as a class with the defaults of parser.add_argument, in the same lines."""
    parts = [part for statement in body for part in ast.walk(statement)]
    lines = text.split("\n")
    for part in parts:
        match part:
            case ast.Assign(targets=[ast.Name(name)], value=ast.Call(ast.Attribute(_, "parse_args"))):
                first, last = part.lineno - 1, part.end_lineno or part.lineno
                options = {key: value for one in parts for key, value in option(one)}
                held = "; ".join(f"{key} = {value}" for key, value in options.items()) or "pass"
                after = lines[last - 1].encode()[part.end_col_offset or 0 :].decode()
                if not after.lstrip().startswith(";"):
                    lines[first:last] = [f"{' ' * part.col_offset}class {name}: {held}", *[""] * (last - first - 1)]
            case _:
                pass
    return "\n".join(lines)


def option(part: ast.AST) -> Iterator[tuple[str, str]]:
    """The name of an option of a command line, and its default as text."""
    match part:
        case ast.Call(ast.Attribute(_, "add_argument"), args, keywords):
            given = {one.arg: one.value for one in keywords}
            flags = [one.value for one in args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            long = next((flag for flag in flags if flag.startswith("--")), flags[0] if flags else "")
            name = long.lstrip("-").replace("-", "_")
            match given:
                case {"dest": ast.Constant(str(told))}:
                    name = told
                case _:
                    pass
            usual = {"store_true": "False", "store_false": "True"}
            action = given.get("action")
            word = usual.get(str(action.value), "None") if isinstance(action, ast.Constant) else "None"
            if name.isidentifier():
                yield name, ast.unparse(given["default"]) if "default" in given else word
        case _:
            pass
