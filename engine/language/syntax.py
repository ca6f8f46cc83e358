"""Text to syntax: a subset of Python's, refused unless it is listed here.

Nothing is ever evaluated by Python: the text is parsed with `ast` and read by the builder.
"""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from bisect import bisect_right
from collections.abc import Container, Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from itertools import accumulate
from typing import cast

import numpy as np

from gradlens.engine.errors import EngineError, Place, Span
from gradlens.engine.language.nesting import STACK, depth_of
from gradlens.engine.language.typed import commas, mathematics, remedies
from gradlens.engine.language.typed.mathematics import same_letters

# Control characters other than tab and newline, bidirectional controls (they make text read as what it is not),
# and unpaired surrogates (they are no characters).
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)

NEAR = 0.6  # the share of their letters that a name and what it is taken for have in common, as difflib counts it

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
# Operators and spaces as books print them, one character for one, so that places stay.
PRINTED = str.maketrans(
    "−×·⋅∙∗÷∕\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B))), "-*****//" + " " * 15
)
MEANT = mathematics.SIGNS | {"∞": "inf", "√": "sqrt(x)"}  # what a character is taken for, in the language

FILENAME = "<gradlens program>"
IGNORED = ("ignore", None, Warning, re.compile(re.escape(FILENAME)), 0)  # as the filters of `warnings` are written


Origins = tuple[list[int], list[int]]  # by column, where begins and ends what stands there


@dataclass(frozen=True, slots=True)
class Syntax:
    """A parsed program: its statements, and the lines that places refer to.

    shifts: by line from 1, how many characters of a prompt stood before it.  passed: the lines that are no Python.
    read, moves: of a text that differs in numbers from the one that was parsed, the lines of that, and by line how far
    what stands at a column of those or after it has moved.
    readings: what was typed as mathematics, with what it was read as.  origins: of lines with such, by column of what
    is read, where in the text that begins and ends.
    is_plain: whether a place is a span as it is.
    """

    text: str
    lines: tuple[str, ...]
    body: tuple[ast.stmt, ...]
    shifts: Mapping[int, int] = field(default_factory=dict[int, int])
    passed: tuple[int, ...] = ()
    read: tuple[str, ...] = ()
    moves: Mapping[int, tuple[int, int]] = field(default_factory=dict[int, tuple[int, int]])
    readings: tuple[tuple[Span, str], ...] = ()
    origins: Mapping[int, Origins] = field(default_factory=dict[int, Origins])
    is_plain: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        moved = self.shifts or self.read or self.moves or self.origins
        object.__setattr__(self, "is_plain", self.text.isascii() and not moved)

    def span(self, place: Place | None) -> Span | None:
        """A place as a span: ast counts columns in UTF-8 bytes, a span in characters."""
        if place is None:
            return None
        end_line, end = place.end_lineno or place.lineno, place.end_col_offset or place.col_offset
        return self.shifted(
            Span(place.lineno, self._column(place.lineno, place.col_offset), end_line, self._column(end_line, end))
        )

    def written_as(self, text: str, moves: Mapping[int, tuple[int, int]], changed: Container[int]) -> Syntax:
        """The same syntax of a text with other numbers.  moves: as above.  changed: the lines with such numbers."""
        written = (text if text.isascii() else text.translate(PRINTED)).split("\n")
        lines = tuple(
            [new if number in changed else old for number, (new, old) in enumerate(zip(written, self.lines), 1)]
            if self.shifts or self.passed or self.readings
            else written
        )
        return replace(self, text=text, lines=lines, read=self.lines, moves=moves)

    def passed_spans(self) -> list[Span]:
        """The lines that are no Python, each as a whole."""
        lines = self.text.split("\n")
        return [Span(number, 0, number, len(lines[number - 1])) for number in self.passed]

    def shifted(self, span: Span) -> Span:
        """A span of the lines that are read, in the text as it was written."""
        if self.origins:
            span = self.typed(span)
        if not self.shifts:
            return span
        start, end = self.shifts.get(span.start_line, 0), self.shifts.get(span.end_line, 0)
        return Span(span.start_line, span.start_column + start, span.end_line, span.end_column + end)

    def typed(self, span: Span) -> Span:
        """A span of Python in the line of mathematics that it was read from."""
        start, end = span.start_column, span.end_column
        if span.start_line in self.origins:
            starts = self.origins[span.start_line][0]
            start = starts[min(start, len(starts) - 1)]
        if span.end_line in self.origins and end > 0:
            ends = self.origins[span.end_line][1]
            end = ends[min(end, len(ends)) - 1]
        return Span(span.start_line, start, span.end_line, max(end, start))

    def _column(self, line: int, offset: int) -> int:
        lines = self.read or self.lines
        text = lines[line - 1] if line <= len(lines) else ""
        column = offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))
        if line in self.moves:
            start, by = self.moves[line]
            return column + by if column >= start else column
        return column


def parse(text: str, text_length: float = np.inf, nesting: float = np.inf, carets: bool = False) -> Syntax:
    """Parse a program.

    text_length: characters allowed; nesting: levels allowed, for the message only (the builder counts them).
    carets: whether ^ is a power.
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
    shifts: dict[int, int] = {}
    passed: tuple[int, ...] = ()
    if PASTED.search(text):
        lines, shifts, passed = without_prompts(lines)
    try:
        thousands = ",0" in text and mathematics.THOUSANDS.search(text)  # which Python reads as something else
        powered = "^" in text and mathematics.POWERED.search(text) and not IMPORT.search(text)
        carets = carets or bool(powered)
        first = carets or thousands
        if first and (typed := as_mathematics(text, lines, shifts, passed, carets)) is not None:
            return without_commas(typed)
        body = python(lines)
        if (misread := remedies.misread("\n".join(lines))) is not None:
            raise typed_error(Syntax(text, lines, (), shifts), misread)
    except SyntaxError as error:
        typed = as_mathematics(text, lines, shifts, passed, carets or not IMPORT.search(text))
        if typed is not None:
            return without_commas(typed)
        without_commas(Syntax(text, lines, (), shifts))
        found = _syntax_error(error, lines)
        assert found.span is not None
        plain = Syntax(text, lines, (), shifts)
        number = found.span.start_line
        if found.kind in TYPED and (typed := remedies.found(lines[number - 1])) is not None:
            raise typed_error(plain, typed, number) from None
        raise EngineError(found.kind, plain.shifted(found.span), **found.params) from None
    except (RecursionError, MemoryError) as error:
        # Python's parser also calls it a want of memory when its own stack is full.
        if isinstance(error, MemoryError) and depth_of(lines) < STACK:
            raise
        raise EngineError("too-deep", Span(1, 0, len(lines), len(lines[-1])), limit=levels(nesting)) from None
    if not body:
        raise EngineError("empty-program")
    return without_commas(Syntax(text, lines, tuple(body), shifts, passed))


def typed_error(syntax: Syntax, found: remedies.Found, line: int = 1) -> EngineError:
    """What is to be written instead of a piece of a text, whose lines begin with this one.

    Kinds: typed-remedy, typed-unclear.
    """
    before = "\n".join(syntax.lines[line - 1 :])[: found.start]
    number, column = line + before.count("\n"), len(before) - before.rfind("\n") - 1
    end = column + found.end - found.start
    span = syntax.shifted(Span(number, column, number, end))
    return remedy_error(span, found.remedy, syntax.lines[number - 1][column:end].strip())


def remedy_error(span: Span, remedy: remedies.Remedy, typed: str) -> EngineError:
    if isinstance(remedy, str):
        return EngineError("typed-remedy", span, typed=typed, instead=remedy)
    return EngineError("typed-unclear", span, typed=typed, first=remedy[0], second=remedy[1])


def without_commas(syntax: Syntax) -> Syntax:
    """The syntax.  Error: comma-number, where numbers with commas are in it that Python reads as several."""
    if commas.COMMA.search(syntax.text):
        try:
            commas.check_commas(syntax.lines, syntax.body)
        except EngineError as error:
            assert error.span is not None
            raise EngineError(error.kind, syntax.shifted(error.span), **error.params) from None
    return syntax


IMPORT = re.compile(r"^\s*(?:import|from)\b", re.MULTILINE)  # after which ^ is Python's


def python(lines: Iterable[str]) -> list[ast.stmt]:
    with quiet_parser():
        text = "\n".join(lines)
        body = ast.parse(text, FILENAME).body
        if LONG_NUMBER.search(text):  # of hexadecimal digits Python reads any number, and cannot write it
            for node in ast.walk(ast.Module(body, [])):
                if type(node) is ast.Constant and type(node.value) is int and node.value.bit_length() > LONGEST:
                    raise SyntaxError("Exceeds the limit", (FILENAME, node.lineno, node.col_offset + 1, text))
        return body


def as_mathematics(
    text: str, lines: tuple[str, ...], shifts: Mapping[int, int], passed: tuple[int, ...], carets: bool
) -> Syntax | None:
    """What Python cannot read, read as mathematics; None where that gives no Python either."""
    written = mathematics.read("\n".join(lines), carets)
    if written is None:
        return None
    read = tuple(written.text.split("\n"))
    try:
        body = python(read)
    except (SyntaxError, RecursionError, MemoryError):
        return None
    beginnings = [0, *accumulate(len(line) + 1 for line in lines)]

    def span(start: int, end: int) -> Span:
        line = bisect_right(beginnings, start)
        last = bisect_right(beginnings, max(end - 1, start))
        return Span(line, start - beginnings[line - 1], last, end - beginnings[last - 1])

    origins: dict[int, Origins] = {}
    at = 0
    for number, (line, before) in enumerate(zip(read, lines), 1):
        if line != before:
            first = beginnings[number - 1]
            origins[number] = (
                [start - first for start in written.starts[at : at + len(line)]] + [len(before)],
                [end - first for end in written.ends[at : at + len(line)]] + [len(before)],
            )
        at += len(line) + 1
    moved = Syntax(text, lines, (), shifts)
    readings = tuple([(moved.shifted(span(one.start, one.end)), one.meant) for one in written.readings])
    return Syntax(text, read, tuple(body), shifts, passed, readings=readings, origins=origins)


# What stands around Python in a page, a session or a notebook: prompts, fences, commands of the notebook.
PASTED = re.compile(r"^[ \t]*(?:>>>|```|~~~|[%!?]|In \[)", re.MULTILINE)
PROMPT = re.compile(r"[ \t]*(?:>>>|\.\.\.|In \[\d*\]:|\.{3,}:)(?: |$)")
COMMAND = re.compile(r"[ \t]*(?:%|!|\?|```|~~~)")


def without_prompts(lines: tuple[str, ...]) -> tuple[tuple[str, ...], dict[int, int], tuple[int, ...]]:
    """Lines without what stands around Python: what is no Python is empty, so that every line keeps its number.

    Where there are prompts, the lines without one are what the session answered.
    Returns the lines, by how much each was moved to the left, and the numbers of those that are passed over.
    """
    session = any(re.match(r"[ \t]*(?:>>>|In \[\d*\]:)", line) for line in lines)
    found: list[str] = []
    shifts: dict[int, int] = {}
    passed: list[int] = []
    for number, line in enumerate(lines, 1):
        prompt = PROMPT.match(line) if session else None
        if prompt:
            shifts[number] = prompt.end()
            line = line[prompt.end() :]
        elif session and line.strip():
            passed.append(number)
            line = ""
        if COMMAND.match(line) and not is_modulo(found, line):
            passed.append(number)
            line = ""
        found.append(line)
    return tuple(found), shifts, tuple(passed)


def is_modulo(before: list[str], line: str) -> bool:
    """Whether a line goes on with the one before, as in an open bracket: then % is an operator."""
    text = "\n".join(before)
    return line.lstrip().startswith("%") and sum(map(text.count, "([{")) > sum(map(text.count, ")]}"))


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
QUOTE = re.compile("'''|\"\"\"|['\"]")
LONGEST = 14_284  # bits: 4,300 digits
LONG_NUMBER = re.compile(r"0[xob][\da-f_]{3000,}|[\d_]{500,}", re.IGNORECASE)

# Beginnings of Python's own messages, and the kind that says it in our words.
MESSAGES = (
    ("invalid syntax", "misplaced"),
    ("expected ':'", "missing-colon"),
    ("expected an indented block", "missing-block"),
    ("expected", "misplaced"),
    ("unexpected indent", "indentation"),
    ("unindent does not match", "indentation"),
    ("inconsistent use of tabs", "indentation"),
    ("invalid decimal literal", "missing-operator"),
    ("invalid imaginary literal", "missing-operator"),
    ("leading zeros", "leading-zero"),
    ("cannot assign", "assignment-target"),
    ("too many nested parentheses", "too-deep"),
    ("too complex", "too-deep"),
)


# What is said of mathematics that has several meanings or none here, where no remedy is known.
TYPED = frozenset(
    (
        "assignment-target character-meant foreign-character misplaced missing-operator string superscript"
        " syntax-error unclosed-quote unmatched-bracket"
    ).split()
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
    if message.startswith("unterminated"):
        text = lines[line - 1]
        opened = QUOTE.search(text, column) or QUOTE.search(text)  # before it may stand letters, as in f"…
        return EngineError("unclosed-quote", span, quote=opened[0] if opened else text[column])
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
    if message.endswith("illegal expression for augmented assignment"):
        return EngineError("assignment-target", span)
    for beginning, kind in MESSAGES:
        if message.startswith(beginning):
            return EngineError(kind, span, **({"limit": levels(np.inf)} if kind == "too-deep" else {}))
    if message.startswith("Missing parentheses in call to 'print'"):
        return EngineError("python-2", span)
    return EngineError("syntax-error", span, message=message.rstrip("."))


def suggestion(name: str, known: Iterable[str]) -> dict[str, str]:
    """The nearest known name as an error's parameter: the same letters, or a slip of the keys away; empty where none is
    near, or several are equally near.
    """
    # Korean is compared letter by letter: a syllable that is half right is half right.
    letters = {unicodedata.normalize("NFD", word): word for word in sorted(known)}
    written = unicodedata.normalize("NFD", name)
    plain = same_letters(written)
    for word in letters:
        if same_letters(word) == plain:
            return {"suggestion": letters[word]}
    near = get_close_matches(written, near_by_letters(written, letters), n=5, cutoff=NEAR)
    # Of names that are equally near, that which has the same letters in another order: tahn is tanh, not tan.
    ranks = {word: (edits(written.casefold(), word.casefold()), sorted(word) != sorted(written)) for word in near}
    nearest = [word for word in near if ranks[word] == min(ranks.values()) and is_slip(written, word)]
    return {"suggestion": letters[nearest[0]]} if len(nearest) == 1 else {}


def near_by_letters(written: str, words: Iterable[str]) -> list[str]:
    """The words of which that great a share can be common at all, counted at once from the letters that only one of
    the two has: difflib goes through a word letter by letter.
    """
    length, letters = len(written), letters_of(written)
    near = []
    for word in words:
        theirs = letters_of(word)
        common = min(length - (letters & ~theirs).bit_count(), len(word) - (theirs & ~letters).bit_count())
        if 2 * common >= NEAR * (length + len(word)):
            near.append(word)
    return near


@lru_cache(2048)
def letters_of(word: str) -> int:
    """The letters of a word as bits of a number; two letters may share one."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def is_slip(written: str, meant: str) -> bool:
    """Whether one name is the other mistyped: a letter for every four, or one too many or too few; no digit, which
    makes another name (log2, log10).
    """
    if re.sub(r"\D", "", written) != re.sub(r"\D", "", meant):
        return False
    if min(len(written), len(meant)) > 1 and undoubled(written) == undoubled(meant):
        return True
    words = [(a, b) for a, b in zip(written.split("_"), meant.split("_")) if a != b]
    if written.count("_") == meant.count("_") and any(min(len(a), len(b)) < 3 for a, b in words):
        return False  # W_x is another name than W_y, and dy than y
    first, other = written.casefold(), meant.casefold()
    if len(first) == len(other) and first[:1] != other[:1] and first[1:2] != other[:1]:
        return False  # height is no slip of weight
    return edits(first, other) <= max(max(len(written), len(meant)) // 4, len(written) != len(meant))


def undoubled(word: str) -> str:
    """A word with each letter once where it stands twice in a row."""
    return re.sub(r"(.)\1", r"\1", word.casefold())


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
        "AsyncFor": "async for",
        "AsyncWith": "async with",
        "TryStar": "except*",
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


def source(node: ast.AST) -> str:
    """An expression as text, for an error; of what a call means, the call.

    It is kept with its syntax: of a call in a loop it is asked for in every turn.
    """
    node = getattr(node, "call", node)
    found: str | None = getattr(node, "text", None)
    if found is None:
        try:
            found = ast.unparse(node)
        except RecursionError:
            found = "…"
        node.text = found  # pyright: ignore[reportAttributeAccessIssue] - nodes of the syntax take any attribute
    return found


class Misplaced(Exception):
    """An error whose place is still a node of the syntax tree; the builder turns it into an EngineError with a span.

    python: what makes the exception that Python raises in its place, or that exception; None where it is a refusal of
    ours alone.  guessed: whether another program around this one might give Python no reason for it.
    failed: what of an array, or of the use of an op, does not go.
    """

    def __init__(self, kind: str, place: Place, **params: object):
        self.kind, self.place, self.params = kind, place, params
        self.python: object = None
        self.guessed = False
        self.failed: object = None
        self.calls: list[str] = []

    def as_in_python(self, python: object, guessed: bool = False) -> Misplaced:
        """The same error, which the program can handle."""
        self.python, self.guessed = python, guessed
        return self
