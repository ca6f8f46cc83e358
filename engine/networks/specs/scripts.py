"""The model of a PyTorch script: the lines that make it, without those that load data, train and show."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from gradlens.engine.errors import EngineError
from gradlens.engine.language.layers.classes import CLASSES
from gradlens.engine.language.syntax import Misplaced, Syntax, parse
from gradlens.engine.networks.specs.script_calls import (
    calls,
    free_names,
    inner_statements,
    known_names,
    with_command_line,
)
from gradlens.engine.networks.specs.script_names import bound_names, last_name, stored, used_names

TEXT_LENGTH = 65_536  # characters; as long as a program may be
NESTING = 200  # levels; Python's own bound on parentheses
USUAL = ("model", "net", "network")  # what a model is called, where a script has several
KEEPING = ("add_module", "append", "apply", "extend", "insert", "register_module")  # methods that change a model
MEANT = {"OrderedDict": "from collections import OrderedDict"}  # names that texts use whose imports were left behind
PLACING = ("to", "cuda", "cpu", "double", "float", "half", "train", "requires_grad_", "eval")  # and that do not


@dataclass(frozen=True, slots=True)
class Script:
    """lines: of the text, those that are not needed empty.  model: the name of the model in them.
    names: those that the lines give to something.  added: how many lines come before those of the text.
    """

    lines: list[str]
    model: str
    names: frozenset[str]
    added: int = 0


def model_script(text: str) -> Script:
    """Errors: spec-text, spec-models, spec-arguments, and those of parsing, with their place in the text."""
    syntax = parse(text, TEXT_LENGTH, NESTING)
    if "parse_args" in text:
        syntax = parse(with_command_line(syntax.text, syntax.body), TEXT_LENGTH, NESTING)
    try:
        return script_of(syntax)
    except Misplaced as error:
        raise EngineError(error.kind, syntax.span(error.place), **error.params) from None


def script_of(syntax: Syntax) -> Script:
    body = list(syntax.body)
    own = own_classes(body)
    made = {
        at: name for at, statement in enumerate(body) if (name := made_model(statement, body[:at], own)) is not None
    }
    lines = syntax.text.split("\n")
    if not made:
        owner = last_class(own)
        if owner is None:
            raise Misplaced("spec-text", body[-1])
        ending = inner_call(owner, own, body)
        if ending is None:
            check_needs_nothing(owner)
            ending = [f"{owner.name}()"]
        name = free_name(body)
        ending[-1] = f"{name} = {ending[-1]}"
        needed = free_names(ast.parse("\n".join(ending)).body)
        return script(body, needed_statements(body, len(body), needed), [*lines, *ending], name)
    at, name = chosen(body, made)
    statement = body[at]
    if isinstance(statement, ast.Expr):
        name = free_name(body)
        line = statement.lineno - 1
        lines[line] = lines[line][: statement.col_offset] + f"{name} = " + lines[line][statement.col_offset :]
    kept = {at, *needed_statements(body, at, used_names(statement))}
    kept |= {later for later in range(at + 1, len(body)) if changes(body[later], name)}
    return script(body, kept, lines, name)


def script(body: list[ast.stmt], kept: set[int], lines: list[str], name: str) -> Script:
    lines = list(lines)
    held = {line for at in kept for line in range(first_line(body[at]), (body[at].end_lineno or 0) + 1)}
    for at, statement in enumerate(body):
        if at not in kept:
            for line in range(first_line(statement), (statement.end_lineno or 0) + 1):
                if line not in held:
                    lines[line - 1] = ""
    for at in kept:
        for base in getattr(body[at], "bases", ()):
            if (last_name(base) or "")[1:].endswith("Module"):  # PyTorch Lightning's, which is one
                line, end = base.lineno - 1, base.end_col_offset or 0
                lines[line] = lines[line][: base.col_offset] + "torch.nn.Module" + lines[line][end:]
    names = {bound for at in kept for bound in bound_names(body[at])}
    used = {one for at in kept for one in used_names(body[at])}
    added = [line for one, line in MEANT.items() if one in used - names]
    return Script([*added, *lines], name, frozenset({*names, name}), len(added))


def first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


# ------------------------------------------------------------- which is the model


def own_classes(body: list[ast.stmt]) -> dict[str, ast.ClassDef]:
    """The classes of layers that a script defines."""
    found: dict[str, ast.ClassDef] = {}
    for statement in body:
        if isinstance(statement, ast.ClassDef) and any(
            last_name(base) in found or last_name(base) in CLASSES or (last_name(base) or "").endswith("Module")
            for base in statement.bases
        ):
            found[statement.name] = statement
    return found


def inner_call(owner: ast.ClassDef, own: dict[str, ast.ClassDef], body: list[ast.stmt]) -> list[str] | None:
    """The lines that make a model as a function or a branch does, of values that the script knows.

    The last one that has a name there, which is used; else the first, which a function returns.
    """
    makers = {one.name for one in body if isinstance(one, ast.FunctionDef) and is_maker(one, own)}
    known = known_names(body)
    named: list[str] | None = None
    first: list[str] | None = None
    for before, statement in inner_statements(body):
        for call in calls({owner.name} | makers, statement):
            needed = [before[at] for at in sorted(needed_statements(before, len(before), used_names(call)))]
            if free_names([*needed, call]) <= known:
                lines = [line for one in (*needed, call) for line in ast.unparse(one).split("\n")]
                first = first or lines
                if made_model(statement, body, own):
                    named = lines
    return named or first


def last_class(own: dict[str, ast.ClassDef]) -> ast.ClassDef | None:
    """The last class with a forward that no other one uses."""
    inside = {name for owner in own.values() for name in used_names(owner) if name != owner.name}
    free = [owner for name, owner in own.items() if name not in inside and method(owner, "forward") is not None]
    return free[-1] if free else None


def check_needs_nothing(owner: ast.ClassDef) -> None:
    """Error: spec-arguments, where a class is made with arguments."""
    make = method(owner, "__init__")
    if make is not None:
        arguments = make.args
        missing = [one.arg for one in arguments.args[1 : len(arguments.args) - len(arguments.defaults)]]
        missing += [
            one.arg for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value is None
        ]
        if missing:
            raise Misplaced("spec-arguments", make, name=owner.name, missing=", ".join(missing))


def method(owner: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((one for one in owner.body if isinstance(one, ast.FunctionDef) and one.name == name), None)


def made_model(statement: ast.stmt, before: list[ast.stmt], own: dict[str, ast.ClassDef]) -> str | None:
    """The name that a statement gives to a model; empty where it gives none, None where it makes none."""
    match statement:
        case ast.Assign(targets=[ast.Name(name)], value=value) | ast.AnnAssign(target=ast.Name(name), value=value):
            pass
        case ast.Expr(value=value):
            name = ""
        case _:
            return None
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in PLACING:
        value = value.func.value
    if isinstance(value, ast.Name):
        return name if value.id == name != "" and any(made_model(one, [], own) == name for one in before) else None
    if not isinstance(value, ast.Call):
        return None
    made = last_name(value.func) or ""
    if made in own or (made in CLASSES and not made.endswith("Loss")) or made.startswith("Lazy"):
        return name
    functions = {one.name for one in before if isinstance(one, ast.FunctionDef) and is_maker(one, own)}
    return name if isinstance(value.func, ast.Name) and made in functions else None


def is_maker(function: ast.FunctionDef, own: dict[str, ast.ClassDef]) -> bool:
    """Whether a function returns a model."""
    names: set[str] = set()
    for part in ast.walk(function):
        if isinstance(part, ast.Assign):
            name = made_model(part, [], own)
            names |= {name} if name else set()
        elif isinstance(part, ast.Return) and part.value is not None:
            if isinstance(part.value, ast.Name) and part.value.id in names:
                return True
            if made_model(ast.Expr(part.value), [], own) == "":
                return True
    return False


def chosen(body: list[ast.stmt], made: dict[int, str]) -> tuple[int, str]:
    """The statement that makes the model, and its name.  Error: spec-models, where several are as good."""
    inside: set[int] = set()
    for at in made:
        inside |= needed_statements(body, at, used_names(body[at]) - {made[at]}) & made.keys()
    last = {name: at for at, name in made.items() if at not in inside}
    usual = [name for name in USUAL if name in last]
    names = usual or list(last)
    if len(names) > 1 and not usual:
        raise Misplaced("spec-models", body[last[names[-1]]], names=", ".join(filter(None, names)))
    return last[names[0]], names[0]


# --------------------------------------------------------- what the model needs


def needed_statements(body: list[ast.stmt], before: int, needed: set[str]) -> set[int]:
    """The statements before one that give the names that it uses to something, or change what they are given."""
    kept: set[int] = set()
    needed = set(needed)
    for at in range(before - 1, -1, -1):
        statement = body[at]
        if isinstance(statement, (ast.Import, ast.ImportFrom)) or seeds(statement):
            kept.add(at)
        elif bound_names(statement) & needed or any(changes(statement, name) for name in needed):
            kept.add(at)
            needed |= used_names(statement)
    return kept


def changes(statement: ast.stmt, name: str) -> bool:
    """Whether a statement changes the object of a name: model.fc = …, layers.append(…), zeros_(model.weight)."""
    match statement:
        case (
            ast.Assign(targets=[ast.Attribute() | ast.Subscript() as target])
            | ast.AugAssign(target=ast.Attribute() | ast.Subscript() as target)
        ):
            return name in used_names(target)
        case ast.Expr(ast.Call(ast.Attribute(value, attr))) if attr in KEEPING:
            return name in used_names(value)
        case ast.Expr(ast.Call(ast.Attribute(value, attr), args)) if attr.endswith("_"):
            return name in used_names(value) | {one for arg in args for one in used_names(arg)}
        case ast.For(target, values):
            if any(isinstance(part, ast.Attribute) and part.attr == "grad" for part in ast.walk(statement)):
                return False  # a loop that trains
            over = name in used_names(values)
            names = {name} | (stored(target) if over else set())
            body = [inner for inner in statement.body if over or not isinstance(inner, ast.For)]
            return any(changes(inner, one) for inner in body for one in names)
        case ast.With() | ast.If():
            return any(changes(inner, name) for inner in statement.body)
        case _:
            return False


def seeds(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and last_name(statement.value.func) == "manual_seed"
    )


def free_name(body: list[ast.stmt]) -> str:
    taken = {name for statement in body for name in used_names(statement) | bound_names(statement)}
    return next(name for name in numbered("model") if name not in taken)


def numbered(name: str) -> Iterator[str]:
    yield name
    number = 1
    while True:
        number += 1
        yield f"{name}{number}"
