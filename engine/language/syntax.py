"""Text to syntax: a subset of Python's, refused unless it is listed here.

Nothing is ever evaluated by Python: the text is parsed with `ast` and read by the builder.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from collections.abc import Callable, Container, Generator, Iterable
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import cast

import numpy as np

from gradlens.engine.errors import EngineError, Place, Span
from gradlens.engine.language.names import NUMPY, own_name, own_number
from gradlens.engine.language.nesting import STACK, depth_of
from gradlens.engine.values import MAX_AXES, Array, Value, number

# Control characters other than tab and newline, bidirectional controls (they make text read as what it is not),
# and unpaired surrogates (they are no characters).
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.FloorDiv: "floor_divide",
    ast.Mod: "mod",
}
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}
LOGIC: dict[type[ast.operator], str] = {ast.BitAnd: "logical_and", ast.BitOr: "logical_or"}
SYMBOLS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
WRITTEN_NUMBERS = {
    "inf": np.inf,
    "+inf": np.inf,
    "-inf": -np.inf,
    "infinity": np.inf,
    "-infinity": -np.inf,
    "nan": np.nan,
}  # as in float("-inf")
# Operators and spaces as books print them, one character for one, so that places stay.
PRINTED = str.maketrans(
    "−×·⋅∙∗÷∕\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), "-*****//" + " " * 15
)
MEANT = dict.fromkeys("‐‑‒–—", "-") | {
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∞": "inf",
    "√": "sqrt(x)",
    "•": "*",
    "⊙": "*",
    "⁄": "/",
}  # what a character is taken for, in the language

FILENAME = "<gradlens program>"
IGNORED = ("ignore", None, Warning, re.compile(re.escape(FILENAME)), 0)  # as the filters of `warnings` are written


@dataclass(frozen=True, slots=True)
class Syntax:
    """A parsed program: its statements, and the lines that places refer to."""

    text: str
    lines: tuple[str, ...]
    body: tuple[ast.stmt, ...]

    def span(self, place: Place | None) -> Span | None:
        """A place as a span: ast counts columns in UTF-8 bytes, a span in characters."""
        if place is None:
            return None
        end_line, end = place.end_lineno or place.lineno, place.end_col_offset or place.col_offset
        return Span(place.lineno, self._column(place.lineno, place.col_offset), end_line, self._column(end_line, end))

    def _column(self, line: int, offset: int) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))


def parse(text: str, text_length: float = np.inf, nesting: float = np.inf) -> Syntax:
    """Parse a program.

    text_length: characters allowed; nesting: levels allowed, for the message only (the builder counts them).
    Errors: text-too-long, control-character, syntax-error, missing-operator, too-deep, empty-program; MemoryError.
    """
    if len(text) > text_length:
        raise EngineError("text-too-long", length=len(text), limit=int(text_length))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if bad := FORBIDDEN.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        column = bad.start() - (text.rfind("\n", 0, bad.start()) + 1)
        raise EngineError("control-character", Span(line, column, line, column + 1), code=f"U+{ord(bad[0]):04X}")
    lines = tuple(text.translate(PRINTED).split("\n"))
    try:
        with quiet_parser():
            body = ast.parse("\n".join(lines), FILENAME).body
    except SyntaxError as error:
        raise _syntax_error(error, lines) from None
    except (RecursionError, MemoryError) as error:
        # Python's parser also calls it a want of memory when its own stack is full.
        if isinstance(error, MemoryError) and depth_of(lines) < STACK:
            raise
        raise EngineError("too-deep", Span(1, 0, len(lines), len(lines[-1])), limit=levels(nesting)) from None
    if not body:
        raise EngineError("empty-program")
    return Syntax(text, lines, tuple(body))


@contextmanager
def quiet_parser() -> Generator[None, None, None]:
    """Without the parser's warnings about "1if x" and the like, which are refused or harmless here, whatever filters
    the host has.

    The filter names our texts alone and is put into the host's own list and taken out of it again: catch_warnings
    replaces the list, and of several threads that do so at a time the last one leaves its own behind.
    """
    filters = cast(list[object], warnings.filters)  # so it is, though it is declared as any sequence
    filters.insert(0, IGNORED)
    try:
        yield
    finally:
        with suppress(ValueError):  # the host has emptied the list meanwhile
            filters.remove(IGNORED)


@dataclass(frozen=True, slots=True)
class RuleSyntax:
    """A rule as syntax.  parts: the names that it gives, in order, each with what it stands for."""

    parts: tuple[tuple[str, ast.expr], ...]
    result: ast.expr

    @property
    def expressions(self) -> list[ast.expr]:
        """Those of the parts, then the result."""
        return [*[value for _, value in self.parts], self.result]


@lru_cache(maxsize=4096)  # one entry a text of the registry; rules of a list or of einsum have one a use
def registry_body(text: str) -> tuple[ast.stmt, ...]:
    """The statements of a rule or a definition: the registry's own text, parsed once."""
    return parse(text).body


@lru_cache(maxsize=4096)  # as above
def registry_rule(text: str) -> RuleSyntax:
    """A rule, or another line of the registry's own that is written like one."""
    *first, last = registry_body(text)
    assert isinstance(last, ast.Expr), text
    return RuleSyntax(tuple(map(part, first)), last.value)


def part(statement: ast.stmt) -> tuple[str, ast.expr]:
    assert isinstance(statement, ast.Assign), ast.unparse(statement)
    return name_of(statement.targets[0]), statement.value


def name_of(node: ast.expr) -> str:
    """The name that an expression is, where text of ours can have nothing else: what is called, what has a shape."""
    assert isinstance(node, ast.Name), ast.unparse(node)
    return node.id


def levels(nesting: float) -> int:
    """The levels of nesting to name in an error: what was asked for, or Python's own bound on parentheses."""
    return int(min(nesting, 200))


SUPERSCRIPT = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
LONG_NUMBER = re.compile(r"[\d_]{500,}")

# Beginnings of Python's own messages, and the kind that says it in our words.
MESSAGES = (
    ("invalid syntax", "misplaced"),
    ("expected ':'", "missing-colon"),
    ("expected an indented block", "missing-block"),
    ("expected", "misplaced"),
    ("unexpected indent", "indentation"),
    ("unindent does not match", "indentation"),
    ("inconsistent use of tabs", "indentation"),
    ("unterminated", "string"),
    ("invalid decimal literal", "missing-operator"),
    ("invalid imaginary literal", "missing-operator"),
    ("leading zeros", "leading-zero"),
    ("cannot assign", "assignment-target"),
    ("too many nested parentheses", "too-deep"),
    ("too complex", "too-deep"),
)


def meant(character: str) -> str | None:
    """What to write instead of a character: its twin in the language, as of a full-width one, or None."""
    plain = unicodedata.normalize("NFKC", character).replace("⁄", "/")  # ½ is 1⁄2
    return MEANT.get(character) or (plain if plain.isascii() and plain.isprintable() and plain.strip() else None)


def _syntax_error(error: SyntaxError, lines: tuple[str, ...]) -> EngineError:
    line = min(max(error.lineno or 1, 1), len(lines))
    length = len(lines[line - 1])
    column = min(max((error.offset or 1) - 1, 0), length)
    end_offset = error.end_offset or 0
    end = end_offset - 1 if error.end_lineno == line and end_offset > 0 else column + 1
    if column == length and column > 0:
        column -= 1  # an error at the end of the line is shown under its last character
    span = Span(line, column, line, max(min(end, length), column + 1))
    message = error.msg or "invalid syntax"
    if match := re.match(r"'(.)' was never closed|unmatched '(.)'|closing parenthesis '(.)'", message):
        bracket = match[1] or match[2] or match[3]
        return EngineError("unclosed-bracket" if match[1] else "unmatched-bracket", span, bracket=bracket)
    after = lines[line - 1][column + 1 : column + 2]
    # Before 3.11.4 Python blames the number before a character that it does not know.
    if re.match(r"invalid \w+ literal", message) and not after.isascii() and not f"a{after}".isidentifier():
        message, column, span = f"invalid character '{after}'", column + 1, Span(line, column + 1, line, column + 2)
    if match := re.match(r"invalid (?:non-printable )?character (?:'(.)')?", message):
        if power := SUPERSCRIPT.match(lines[line - 1], column):
            number = unicodedata.normalize("NFKC", power[0]).replace("−", "-").removeprefix("+")
            return EngineError("superscript", Span(line, column, line, power.end()), character=power[0], digit=number)
        if match[1] and (written := meant(match[1])):
            return EngineError("character-meant", span, character=match[1], meant=written)
        return EngineError("foreign-character", span, character=match[1] or f"U+{ord(lines[line - 1][column]):04X}")
    if message.startswith("Exceeds the limit"):  # Python does not say where
        digits = LONG_NUMBER.search("\n".join(lines))
        assert digits is not None
        line = digits.string.count("\n", 0, digits.start()) + 1
        column = digits.start() - (digits.string.rfind("\n", 0, digits.start()) + 1)
        return EngineError("long-number", Span(line, column, line, column + len(digits[0])))
    for beginning, kind in MESSAGES:
        if message.startswith(beginning):
            return EngineError(kind, span, **({"limit": levels(np.inf)} if kind == "too-deep" else {}))
    return EngineError("syntax-error", span, message=message.rstrip("."))


def suggestion(name: str, known: Iterable[str]) -> dict[str, str]:
    """The nearest known name as an error's parameter: the same letters, or a slip of the keys away; empty where none is
    near.
    """
    # Korean is compared letter by letter: a syllable that is half right is half right.
    letters = {unicodedata.normalize("NFD", word): word for word in sorted(known)}
    written = unicodedata.normalize("NFD", name)
    for word in letters:
        if same_letters(word) == same_letters(written):
            return {"suggestion": letters[word]}
    near = [word for word in get_close_matches(written, letters, n=5) if is_slip(written, word)]
    # Of names that are equally near, that which has the same letters in another order: tahn is tanh, not tan.
    near.sort(key=lambda word: (edits(written.casefold(), word.casefold()), sorted(word) != sorted(written)))
    return {"suggestion": letters[near[0]]} if near else {}


def same_letters(name: str) -> str:
    """A name without what tells its spellings apart: LogSoftmax is log_softmax."""
    return name.casefold().replace("_", "")


def is_slip(written: str, meant: str) -> bool:
    """Whether one name is the other mistyped: a letter for every four, or one too many or too few; no digit, which
    makes another name (log2, log10).
    """
    if re.sub(r"\D", "", written) != re.sub(r"\D", "", meant):
        return False
    return edits(written.casefold(), meant.casefold()) <= max(
        max(len(written), len(meant)) // 4, len(written) != len(meant)
    )


def edits(a: str, b: str) -> int:
    """How many letters are to be added, dropped, changed or swapped with the next to make one word of the other."""
    before, above = [], list(range(len(b) + 1))
    for i, x in enumerate(a):
        row = [i + 1]
        for j, y in enumerate(b):
            row.append(min(above[j + 1] + 1, row[j] + 1, above[j] + (x != y)))
            if i and j and x == b[j - 1] and a[i - 1] == y:
                row[-1] = min(row[-1], before[j - 1] + 1)
        before, above = above, row
    return above[-1]


def is_name(name: str) -> bool:
    """Whether a string can be a variable's name."""
    return name.isidentifier() and not FORBIDDEN.search(name)


def normal_name(name: str) -> str:
    """The name as Python's parser sees it; one with forbidden characters stays as it is, and matches nothing."""
    return name if FORBIDDEN.search(name) else unicodedata.normalize("NFKC", name)


def construct(node: ast.AST) -> str:
    """A piece of syntax by the word that a reader knows it by."""
    words = {
        "FunctionDef": "def",
        "AsyncFunctionDef": "async def",
        "ClassDef": "class",
        "For": "for",
        "While": "while",
        "If": "if",
        "With": "with",
        "Return": "return",
        "Delete": "del",
        "Raise": "raise",
        "Try": "try",
        "Assert": "assert",
        "Global": "global",
        "Nonlocal": "nonlocal",
        "Pass": "pass",
        "Break": "break",
        "Continue": "continue",
        "Match": "match",
        "Lambda": "lambda",
        "IfExp": "if … else",
        "Dict": "{…: …}",
        "Set": "{…}",
        "ListComp": "[… for …]",
        "SetComp": "{… for …}",
        "DictComp": "{… for …}",
        "GeneratorExp": "(… for …)",
        "Await": "await",
        "Yield": "yield",
        "YieldFrom": "yield",
        "JoinedStr": 'f"…"',
        "BoolOp": "and / or",
        "NamedExpr": ":=",
        "Tuple": "(…, …)",
        "Starred": "*",
        "Slice": ":",
        "Is": "is",
        "IsNot": "is not",
        "In": "in",
        "NotIn": "not in",
        "FloorDiv": "//",
        "Mod": "%",
        "LShift": "<<",
        "RShift": ">>",
        "BitOr": "|",
        "BitAnd": "&",
        "Not": "not",
        "Invert": "~",
    }
    return words.get(type(node).__name__, type(node).__name__)


def source(node: ast.expr) -> str:
    """An expression as text, for an error."""
    try:
        return ast.unparse(_Written().visit(deepcopy(node)))
    except RecursionError:
        return "…"


class _Written(ast.NodeTransformer):
    """The reader's text again, where the builder has put a name for a node of its own."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return getattr(node, "stands_for", node)


# ------------------------------------------------------------------ literals


def literal(node: ast.expr, taken: Container[str]) -> Value | None:
    """The value of a number or nested list of numbers, signs included; None where it is no literal.

    taken: the program's names, so that `pi` is not the number where it is one of them.
    Errors (as Misplaced): ragged-list, list-item, not-a-number, too-many-axes.
    """
    if isinstance(node, ast.Call) and (values := array_argument(node, taken)) is not None:
        if isinstance(values, ast.List) and not is_literal_list(values, taken):
            return None
        node = values  # np.array([1, 2]) is [1, 2]
    if isinstance(node, ast.List):
        return _literal_array(node, taken)
    return _literal_number(node, taken)


def is_literal_list(node: ast.List, taken: Container[str]) -> bool:
    """Whether a list holds numbers alone, however deep; one that holds values of the program is a stack of them."""
    level: list[ast.expr] = list(node.elts)
    while level:
        item = level.pop()
        if isinstance(item, (ast.List, ast.Tuple)):
            level += item.elts
        elif not isinstance(item, ast.Constant) and _literal_number(item, taken) is None:
            return False
    return True


ARRAYS = ("array", "asarray", "tensor", "as_tensor", "Tensor", "FloatTensor", "DoubleTensor")
TYPES: dict[str, Callable[[Value], bool]] = {  # the numbers that a type keeps as they are
    **dict.fromkeys(("float", "double", "float64", "float32", "float_"), lambda value: True),
    **dict.fromkeys(("int", "int64", "int32", "long", "int_"), lambda value: bool(np.all(value == np.trunc(value)))),
    **dict.fromkeys(("bool", "bool_"), lambda value: bool(np.all((value == 0) | (value == 1)))),
}


def array_argument(node: ast.Call, taken: Container[str]) -> ast.expr | None:
    """The list or number that np.array or torch.tensor holds; None for any other call.  Error: argument-unsupported."""
    prefix, _, name = own_name(node.func, taken).rpartition(".")
    if prefix not in (*NUMPY, "torch") or name not in ARRAYS or len(node.args) != 1:
        return None
    values = node.args[0]
    if "Tensor" in name and not isinstance(values, (ast.List, ast.Tuple)):
        return None  # torch.Tensor(3) is an empty tensor of three
    for keyword in meaningful(node.keywords):
        raise Misplaced(
            "argument-unsupported",
            keyword,
            function=f"{prefix}.{name}",
            argument=str(keyword.arg),
            got=source(keyword.value),
        )
    if isinstance(values, ast.Tuple):
        values = ast.copy_location(ast.List(values.elts, ast.Load()), values)
    numbers = values if isinstance(values, ast.List) and is_literal_list(values, taken) else None
    check_type(f"{prefix}.{name}", node.keywords, None if numbers is None else _literal_array(numbers, taken))
    return values


def check_type(function: str, keywords: list[ast.keyword], value: Value | None) -> None:
    """Error: argument-unsupported, where the dtype that a call asks for would change the numbers.

    value: None where they are not known.
    """
    for keyword in keywords:
        if keyword.arg == "dtype" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None):
            name = (
                keyword.value.value
                if isinstance(keyword.value, ast.Constant)
                else source(keyword.value).rpartition(".")[2]
            )
            keeps = TYPES.get(name) if isinstance(name, str) else None
            if keeps is None or not (name in REAL_TYPES if value is None else keeps(value)):
                raise Misplaced(
                    "argument-unsupported", keyword, function=function, argument="dtype", got=source(keyword.value)
                )


REAL_TYPES = frozenset(name for name, keeps in TYPES.items() if keeps(np.array(0.5)))


def names_real(node: ast.expr) -> bool:
    """Whether this is float, np.float64, torch.double or "float64": numbers that are written here without a type."""
    match node:
        case ast.Name(name) | ast.Attribute(attr=name) | ast.Constant(str(name)):
            return name in REAL_TYPES
        case _:
            pass
    return isinstance(node, ast.Constant) and node.value is None


def meaningful(keywords: list[ast.keyword]) -> list[ast.keyword]:
    """What is left of a call's keywords without those that say what holds here anyway: a gradient for every leaf,
    float64.
    """
    return [
        k
        for k in keywords
        if k.arg not in ("dtype", "copy") and not (k.arg == "requires_grad" and isinstance(k.value, ast.Constant))
    ]


def _literal_number(node: ast.expr, taken: Container[str]) -> float | None:
    sign = 1.0
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        sign = -sign if isinstance(node.op, ast.USub) else sign
        node = node.operand
    if isinstance(node, ast.Constant):
        if isinstance(node.value, (str, bytes)):
            raise Misplaced("string", node)
        if type(node.value) is not int and type(node.value) is not float:
            raise Misplaced("not-a-number", node, got="..." if node.value is Ellipsis else repr(node.value))
        return sign * number(node.value)
    match node:
        case ast.Call(ast.Name("float"), [ast.Constant(str(text))], []) if (
            found := WRITTEN_NUMBERS.get(text.strip().lower())
        ) is not None:
            return sign * found
        case _:
            pass
    found = own_number(node, taken)
    return None if found is None else sign * found


def _literal_array(node: ast.List, taken: Container[str]) -> Array:
    shape: list[int] = []
    level: list[ast.expr] = [node]
    while level and isinstance(level[0], (ast.List, ast.Tuple)):
        if len(shape) == MAX_AXES:
            raise Misplaced("too-many-axes", level[0], limit=MAX_AXES)
        length = len(level[0].elts)
        items: list[ast.expr] = []
        for row in level:
            if not isinstance(row, (ast.List, ast.Tuple)):
                raise Misplaced("list-item", row)
            if len(row.elts) != length:
                raise Misplaced("ragged-list", row, left=length, right=len(row.elts))
            items += row.elts
        shape.append(length)
        level = items
    values: list[float] = []
    for item in level:
        if isinstance(item, ast.Constant) and isinstance(item.value, bool):
            value = float(item.value)  # labels in an array: [True, False] is [1, 0]
        else:
            value = None if isinstance(item, (ast.List, ast.Tuple)) else _literal_number(item, taken)
        if value is None:
            raise Misplaced("list-item", item)
        values.append(value)
    return np.array(values, dtype=np.float64).reshape(shape)


class Misplaced(Exception):
    """An error whose place is still a node of the syntax tree; the builder turns it into an EngineError with a span."""

    def __init__(self, kind: str, place: Place, **params: object):
        self.kind, self.place, self.params = kind, place, params
