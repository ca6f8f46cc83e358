"""Random programs with a seed, in two families: of known values and of arrays; and which constructs a program has."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from random import Random

from tests.engine.fuzz.array_half import array_program
from tests.engine.fuzz.execution import Unfit
from tests.engine.fuzz.known_half import known_program

HALVES = {"known": known_program, "array": array_program}
WORDS: dict[type[ast.AST], str] = {
    ast.Break: "break",
    ast.Continue: "continue",
    ast.Delete: "del",
    ast.Global: "global",
    ast.Nonlocal: "nonlocal",
    ast.Try: "try",
    ast.Assert: "assert",
    ast.ClassDef: "class",
    ast.Lambda: "lambda",
    ast.NamedExpr: ":=",
    ast.Yield: "yield",
    ast.YieldFrom: "yield from",
    ast.JoinedStr: "f-string",
    ast.IfExp: "conditional expression",
    ast.ListComp: "list comprehension",
    ast.SetComp: "set comprehension",
    ast.DictComp: "dict comprehension",
    ast.GeneratorExp: "generator expression",
    ast.If: "if",
    ast.For: "for",
    ast.While: "while",
    ast.Pass: "pass",
    ast.AnnAssign: "annotation",
    ast.Import: "import",
    ast.Dict: "{…: …}",
    ast.Set: "{…}",
    ast.Slice: "slice",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.USub: "-x",
    ast.UAdd: "+x",
    ast.Not: "not",
    ast.Invert: "~",
    ast.And: "and",
    ast.Or: "or",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


def generate(half: str, seed: int, number: int) -> str:
    """The program with a number: the same for ever, whatever others were asked for."""
    random = Random(f"{half} {seed} {number}")
    while True:
        try:
            return HALVES[half](random)
        except Unfit:
            continue


def constructs(text: str) -> frozenset[str]:
    """What a reader of the program has to know, each by a short name: "for else", "walrus", ".append()", "np.sum()"."""
    tree = ast.parse(text)
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    own |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return frozenset(name for node in ast.walk(tree) for name in named(node, own))


def named(node: ast.AST, own: set[str]) -> Iterator[str]:
    """own: the names that the program itself defines."""
    if type(node) in WORDS:
        yield WORDS[type(node)]
    match node:
        case ast.For(orelse=[_, *_]):
            yield "for else"
        case ast.While(orelse=[_, *_]):
            yield "while else"
        case ast.If(orelse=[ast.If()]):
            yield "elif"
        case ast.If(orelse=[_, *_]):
            yield "else"
        case ast.comprehension():
            if node.ifs:
                yield "comprehension with if"
        case ast.ListComp() | ast.DictComp() | ast.SetComp() | ast.GeneratorExp() if len(node.generators) > 1:
            yield "comprehension with several for"
        case ast.Starred():
            yield "* in a target" if isinstance(node.ctx, ast.Store) else "* in an expression"
        case ast.Tuple() | ast.List() if isinstance(node.ctx, ast.Store):
            yield "unpacking"
        case ast.List():
            yield "[…]"
        case ast.Tuple():
            yield "(…, …)"
        case ast.Subscript():
            if isinstance(node.ctx, ast.Store):
                yield "slice assignment" if isinstance(node.slice, ast.Slice) else "item assignment"
            elif isinstance(node.ctx, ast.Load):
                yield "item"
        case ast.Attribute() if isinstance(node.ctx, ast.Store):
            yield "attribute assignment"
        case ast.Attribute(attr="T" | "shape" | "size" | "ndim"):
            yield f".{node.attr}"
        case ast.AugAssign():
            yield f"{WORDS[type(node.op)]}="
        case ast.Assign() if len(node.targets) > 1:
            yield "chained assignment"
        case ast.Compare() if len(node.ops) > 1:
            yield "comparison chain"
        case ast.FunctionDef():
            yield from function_parts(node)
        case ast.ClassDef() if node.bases:
            yield "inheritance"
        case ast.Try():
            yield from (word for word, part in (("except", node.handlers), ("finally", node.finalbody)) if part)
        case ast.Constant():
            if isinstance(node.value, str | bool) or node.value is None:
                yield f"{type(node.value).__name__} literal"
        case ast.Call():
            yield from call_parts(node, own)
        case _:
            pass


def function_parts(node: ast.FunctionDef) -> Iterator[str]:
    yield node.name if node.name.startswith("__") else "def"
    arguments = node.args
    defaults = [*arguments.defaults, *(default for default in arguments.kw_defaults if default)]
    if defaults:
        yield "default argument"
    if any(isinstance(default, ast.List | ast.Dict | ast.Call) for default in defaults):
        yield "mutable default"
    parts = (
        ("*args", arguments.vararg),
        ("**kwargs", arguments.kwarg),
        ("keyword-only argument", arguments.kwonlyargs),
        ("positional-only argument", arguments.posonlyargs),
    )
    yield from (word for word, part in parts if part)
    yield from (f"@{ast.unparse(decorator)}" for decorator in node.decorator_list)
    if any(isinstance(inner, ast.FunctionDef) for inner in ast.walk(node) if inner is not node):
        yield "nested def"


def call_parts(node: ast.Call, own: set[str]) -> Iterator[str]:
    match node.func:
        case ast.Name(id=name) if name not in own and hasattr(builtins, name):
            yield f"{name}()"
        case (
            ast.Attribute(value=ast.Name(id="np" | "math"))
            | ast.Attribute(value=ast.Attribute(value=ast.Name(id="np")))
        ):
            yield f"{ast.unparse(node.func)}()"
        case ast.Attribute(attr=name) if name not in own:
            yield f".{name}()"
        case _:
            pass
    if any(keyword.arg is None for keyword in node.keywords):
        yield "** in a call"
