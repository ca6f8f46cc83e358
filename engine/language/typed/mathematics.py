"""Mathematics as people type it: |x|, √x, x², 2x, sin x, 1,000, 100원.

Only what Python cannot read is read here, and only where it has one meaning; everything else stays as it is, and Python
says what is wrong with it.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

FUNCTIONS = frozenset(
    (
        "sin cos tan sinh cosh tanh asin acos atan arcsin arccos arctan exp log ln log2 log10 sqrt abs sigmoid relu"
        " softplus erf"
    ).split()
)  # of one number, which a space may part from it
MOST_LOOKED = 1_000_000  # tokens that are gone through for closing brackets, which nested ones are again and again
UNITS = frozenset("원 개 명 번 점 권 병 마리 살 년 월 일 시간 분 초 배 장 대 회 won krw usd kg km cm mm".split())
UNIT = re.compile(rf"(?:{'|'.join(sorted(UNITS, key=len, reverse=True))})(?!\w)")
# What a function is called in mathematics, in Korean or with other capitals; each has one meaning.
NAMES = {
    "σ": "sigmoid",
    "시그모이드": "sigmoid",
    "렐루": "relu",
    "소프트맥스": "softmax",
    "소프트플러스": "softplus",
    "로그": "log",
    "제곱근": "sqrt",
    "절댓값": "abs",
    "사인": "sin",
    "코사인": "cos",
    "탄젠트": "tan",
    "쌍곡탄젠트": "tanh",
    "합": "sum",
    "합계": "sum",
    "평균": "mean",
    "최댓값": "max",
    "최솟값": "min",
}
OTHER_CAPITALS = FUNCTIONS | {"softmax", "gelu", "silu", "elu", "selu", "mish", "softsign", "leaky_relu", "log_softmax"}
SIGNS = dict.fromkeys("‐‑‒–—", "-") | {"≤": "<=", "≥": ">=", "≠": "!=", "•": "*", "⊙": "*", "⁄": "/"}
SUPERSCRIPTS = "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
LOWERED = "₀₁₂₃₄₅₆₇₈₉"
SUBSCRIPTS = str.maketrans(LOWERED, "0123456789")  # x₁ is the name x1
FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
SCALES = {"백": 100, "천": 1_000, "만": 10_000, "억": 100_000_000}
BINDING = ("(", "[", ".", "**", "^", "√")  # what would belong to the operand before it, or to the whole
POWERLESS = ("/", "//", "%", "@", "**", "^", "√")  # after which a product without a sign would be read in two ways

POWERED = re.compile(
    rf"\b(?:{'|'.join(sorted(FUNCTIONS))})\s*\^\s*[0-9]+\s*\("
)  # which Python reads as a call of a number
OWN = re.compile(r"__(sqrt|abs)__(?=\()")
THOUSANDS = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})*,0[0-9]{2}(?![0-9_.])")
TOKEN = re.compile(
    r"""(?P<string>(?i:[rbuf]{0,2})(?:\"\"\"(?s:.*?)(?:\"\"\"|\Z)|'''(?s:.*?)(?:'''|\Z)
        |"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))
    |(?P<comment>\#[^\n]*)
    |(?P<newline>\n)
    |(?P<space>[ \t]+)
    |(?P<thousands>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9_.]))
    |(?P<number>0[xXbBoO][0-9a-fA-F_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?)
    |(?P<power>["""
    + SUPERSCRIPTS
    + r"""]+)
    |(?P<fraction>["""
    + FRACTIONS
    + r"""])
    |(?P<name>(?:(?!["""
    + SUPERSCRIPTS
    + FRACTIONS
    + r"""₀-₉])[^\W\d])(?:(?!["""
    + SUPERSCRIPTS
    + FRACTIONS
    + r"""₀-₉])\w)*[₀-₉]*)
    |(?P<operator>\*\*|//|<<|>>|[=!<>]=|->|:=|.)""",
    re.VERBOSE,
)


class Token(NamedTuple):
    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A piece of the text that was read as another.  start, end: places in the text."""

    start: int
    end: int
    meant: str


class Unclear(Exception):
    """What has no meaning or more than one."""


@dataclass(slots=True)
class Written:
    """The text as Python has it.  starts, ends: by character, where what it stands for begins and ends."""

    parts: list[str]
    starts: list[int]
    ends: list[int]
    readings: list[Reading]

    def put(self, text: str, start: int, end: int) -> None:
        self.parts.append(text)
        self.starts += [start] * len(text)
        self.ends += [end] * len(text)

    def copy(self, text: str, start: int) -> None:
        self.parts.append(text)
        self.starts += range(start, start + len(text))
        self.ends += range(start + 1, start + len(text) + 1)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def meant(self, spans: list[tuple[int, int]]) -> None:
        """Keep what was read as another, each piece once, with what stands for it."""
        merged: list[list[int]] = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([start, end])
        text = self.text
        for start, end in merged:
            first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
            while last < len(text) and self.ends[last] <= end:
                last += 1
            self.readings.append(Reading(start, end, OWN.sub(r"\1", text[first:last])))


def read(text: str, carets: bool = False) -> Written | None:
    """The text in Python, or None where it has nothing to be read here, or something that is not clear.

    carets: whether ^ is a power.
    """
    tokens = list(tokens_of(text))
    solid = [token for token in tokens if token.kind != "space"]
    bound = {
        a.text for a, b in pairwise(solid) if a.kind == "name" and plain(b.text) in (None, "=") and b.text in "=＝"
    }
    written = Written([], [], [], [])
    try:
        written.meant(Reader(tokens, bound, carets, written).run())
    except (Unclear, RecursionError):
        return None
    return written if written.readings else None


def function_meant(name: str) -> str | None:
    """The function of the language that a name stands for: ReLU, σ, 시그모이드; None for others."""
    found = NAMES.get(name)
    if found is None and not name.islower():
        plain_name = same_letters(name)
        found = next((one for one in OTHER_CAPITALS if same_letters(one) == plain_name), None)
    return found


def same_letters(name: str) -> str:
    """A name without what tells its spellings apart: LogSoftmax is log_softmax."""
    return name.casefold().replace("_", "")


def tokens_of(text: str) -> Iterator[Token]:
    """The pieces of a text; of a full-width character the plain one, which is read in its place."""
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "operator"
        found = match[0]
        zeros = any(group.startswith("0") for group in found.split(",")[1:])
        if kind == "thousands" and not zeros and not UNIT.match(text, match.end()):
            # A pair of numbers, as Python reads it.
            first = found.partition(",")[0]
            yield Token("number", first, match.start())
            for i, group in enumerate(found.split(",")[1:]):
                at = match.start() + len(first) + 4 * i
                yield Token("operator", ",", at)
                yield Token("number", group, at + 1)
            continue
        yield Token(kind, found, match.start())


def plain(character: str) -> str | None:
    """The twin of a full-width sign or digit, and of a sign that books print."""
    if character.isascii() or character in SUPERSCRIPTS or character in LOWERED:
        return None
    if character in SIGNS:
        return SIGNS[character]
    found = unicodedata.normalize("NFKC", character)
    return found if found != character and len(found) == 1 and found.isascii() and found.isprintable() else None


class Reader:
    """One way through the tokens."""

    def __init__(self, tokens: list[Token], bound: set[str], carets: bool, written: Written):
        self.tokens = tokens
        self.bound = bound
        self.carets = carets
        self.written = written
        self.i = 0
        self.depth = 0
        self.bars: list[tuple[int, int]] = []  # those that are open: depth of brackets, place in the text
        self.operand = False  # whether the last token ends one
        self.adjacent = False  # whether nothing stands between it and the next
        self.sign = ""  # the operator before the operand
        self.looked = 0
        self.began = 0  # where the operand begins
        self.brackets: list[int] = []  # where what stands in each open bracket was begun: the name of a call, or itself
        self.said: list[tuple[int, int]] = []

    def run(self) -> list[tuple[int, int]]:
        """Returns where the text was read as another."""
        while self.i < len(self.tokens):
            self.step(self.tokens[self.i])
        if self.bars:
            raise Unclear
        return self.said

    def peek(self, ahead: int = 1) -> Token | None:
        at = self.i + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def step(self, token: Token) -> None:
        kind, text, at = token
        if kind in ("string", "comment", "space", "newline"):
            self.written.copy(text, at)
            self.i += 1
            self.adjacent = False
            if kind == "newline" and not self.depth:
                if self.bars:
                    raise Unclear
                self.operand, self.sign = False, ""
            elif kind == "string":
                self.operand = True
            return
        if kind == "thousands":
            self.thousands(token)
        elif kind == "number":
            self.number(token)
        elif kind == "name":
            self.name(token)
        elif kind == "power":
            self.power(token)
        elif kind == "fraction":
            self.fraction(token)
        elif text == "√":
            self.product(token)
            self.root(token)
        elif text == "|":
            self.bar(token)
        elif text == "∞":
            self.product(token)
            self.change(token, "inf")
            self.ends()
        elif text == "^" and self.carets:
            self.say(self.began, self.end_of_operand(self.i + 1))
            self.change(token, "**")
            self.sign, self.operand = "**", False
            if (braces := self.peek(0)) is not None and braces.text == "{":
                self.braced(braces)
        elif (found := plain(text)) is not None and not found.isalnum():
            self.change(token, found)
            self.operator(found, at)
        elif found is not None and found.isdigit():
            self.wide_number(token)
        else:
            self.written.copy(text, at)
            self.i += 1
            self.operator(text, at)

    def change(self, token: Token, meant: str) -> None:
        self.say(token.at, token.at + len(token.text))
        self.written.put(meant, token.at, token.at + len(token.text))
        self.i += 1

    def say(self, start: int, end: int) -> None:
        self.said.append((start, end))

    def ends(self) -> None:
        """An operand ends here."""
        self.operand = self.adjacent = True

    def operator(self, text: str, at: int) -> None:
        if text in "([{":
            self.depth += 1
            self.brackets.append(self.began if self.operand else at)
            self.operand, self.sign = False, ""
        elif text in ")]}":
            self.depth = max(self.depth - 1, 0)
            self.began = self.brackets.pop() if self.brackets else at
            self.sign = ""
            self.ends()
            return
        else:
            self.operand = False
            self.sign = text
        self.adjacent = False

    def product(self, token: Token) -> None:
        """A sign between two factors that stand side by side."""
        if not (self.operand and self.adjacent):
            self.began = token.at
            return
        if self.sign in POWERLESS:
            raise Unclear
        self.say(self.began, token.at + len(token.text))
        self.written.put("*", token.at, token.at)

    def braced(self, token: Token) -> None:
        """{-x} of e^{-x}, as LaTeX has it: a group in parentheses."""
        close = self.closing(self.i)
        end = self.tokens[close].at + 1
        began = self.began
        self.say(token.at, end)
        self.written.put("(", token.at, token.at + 1)
        self.i += 1
        self.depth += 1
        self.operand, self.adjacent, self.sign = False, False, ""
        self.group(close - 1)
        if not self.operand:
            raise Unclear
        self.written.put(")", end - 1, end)
        self.i += 1
        self.depth -= 1
        self.began, self.sign = began, ""  # the braces say how far the power goes
        self.ends()

    def fraction(self, token: Token) -> None:
        """½ as a number.  Raises Unclear after another value: 3½ is a sum to some."""
        if self.operand and self.adjacent:
            raise Unclear
        self.began = token.at
        self.change(token, f"({plain_fraction(token.text)})")
        self.ends()

    def number(self, token: Token) -> None:
        if self.operand and self.adjacent:
            raise Unclear
        self.began = token.at
        self.written.copy(token.text, token.at)
        self.i += 1
        self.ends()
        following = self.peek(0)
        if following is not None and following.kind == "space" and self.is_unit(self.peek(1)):
            self.written.copy(following.text, following.at)
            self.i += 1
            following = self.peek(0)
        if following is None or following.kind != "name":
            return
        unit = following.text
        if unit[0] in SCALES and unit not in self.bound:
            self.scaled(token, following)
            return
        if unit in UNITS and unit not in self.bound:
            after = self.peek(1)
            if after is not None and after.kind == "operator" and after.text == "(":
                raise Unclear
            end = following.at + len(unit)
            self.say(token.at, end)
            self.written.ends[-1] = end
            self.i += 1
            return
        after = self.peek(1)
        if unit in ("e", "E") and (after is None or after.text not in ("^", "**")):
            raise Unclear  # 1e, which may go on
        if keyword.iskeyword(unit) or unit in "jJ" or (token.text == "0" and unit[0] in "xXoObB"):
            self.adjacent = False

    def is_unit(self, token: Token | None) -> bool:
        return token is not None and token.kind == "name" and token.text in UNITS and token.text not in self.bound

    def scaled(self, token: Token, following: Token) -> None:
        """3천원 as 3000.  Raises Unclear where more than a unit follows: 1만5천원."""
        unit = following.text[1:]
        if not token.text.isdigit() or (unit and unit not in UNITS):
            raise Unclear
        end = following.at + len(following.text)
        self.say(token.at, end)
        self.written.put(f"*{SCALES[following.text[0]]}", following.at, end)
        self.i += 1

    def wide_number(self, token: Token) -> None:
        digits = ""
        start = self.i
        self.began = token.at
        while (
            (one := self.peek(0)) is not None
            and (found := plain(one.text) or one.text)
            and (found.isdigit() or (found == "." and digits))
        ):
            digits += found
            self.i += 1
        end = self.tokens[self.i - 1].at + len(self.tokens[self.i - 1].text)
        self.say(self.tokens[start].at, end)
        self.written.put(digits, token.at, end)
        self.ends()

    def thousands(self, token: Token) -> None:
        """1,000 where no comma parts values."""
        if self.depth or self.operand or self.commas_around():
            raise Unclear
        self.change(token, token.text.replace(",", ""))
        self.ends()
        following = self.peek(0)
        if following is not None and following.kind == "name" and following.text in UNITS:
            end = following.at + len(following.text)
            self.say(token.at, end)
            self.written.ends[-1] = end
            self.i += 1

    def commas_around(self) -> bool:
        """Whether the line has commas that part values."""
        for step in (1, -1):
            j = self.i + step
            while 0 <= j < len(self.tokens) and self.tokens[j].kind != "newline":
                if self.tokens[j].text == ",":
                    return True
                j += step
        return False

    def name(self, token: Token) -> None:
        text, at = token.text, token.at
        if keyword.iskeyword(text):
            self.written.copy(text, at)
            self.i += 1
            self.operand = text in ("True", "False", "None")
            self.adjacent = False
            self.sign = ""
            return
        self.product(token)
        text = text.translate(SUBSCRIPTS)
        if self.sign == "√" or text not in FUNCTIONS or text in self.bound:
            self.plain_name(token)
            return
        following, operand = self.peek(1), self.peek(2)
        if following is not None and following.kind == "power":
            self.power_of_function(token, exponent_of(following.text), 2)
        elif (
            self.carets
            and following is not None
            and following.text == "^"
            and operand is not None
            and (operand.kind == "number" or operand.text == "-")
        ):
            self.power_of_function(token, operand.text, 3)
        elif text != token.text and following is not None and self.is_atom(following):
            self.check_alone(2)  # log₂x
            self.put_applied(token, following, 2)
        elif following is None or following.kind != "space" or operand is None or not self.is_atom(operand):
            self.plain_name(token)
        else:
            self.applied(token, operand)

    def function_name(self, token: Token) -> None:
        """A name, of which subscripts are plain digits: x₁, log₂."""
        plain_name = token.text.translate(SUBSCRIPTS)
        if plain_name == token.text:
            self.written.copy(token.text, token.at)
        else:
            self.say(token.at, token.at + len(token.text))
            self.written.put(plain_name, token.at, token.at + len(token.text))

    def plain_name(self, token: Token) -> None:
        self.function_name(token)
        self.i += 1
        following = self.peek(0)
        if following is not None and following.text == "{" and token.text.endswith("_"):
            self.subscript(following)
            following = self.peek(0)
        self.ends()
        if following is not None and following.text == "(":
            self.adjacent = False  # a call

    def subscript(self, token: Token) -> None:
        """x_{1}, as LaTeX has it: the name x_1."""
        inner, close = self.peek(1), self.peek(2)
        if inner is None or close is None or inner.kind not in ("name", "number") or close.text != "}":
            raise Unclear
        self.say(self.began, close.at + 1)
        self.written.put(inner.text, token.at, close.at + 1)
        self.i += 3

    def is_atom(self, token: Token) -> bool:
        return token.kind == "number" or (
            token.kind == "name" and not keyword.iskeyword(token.text) and token.text not in FUNCTIONS
        )

    def applied(self, token: Token, operand: Token) -> None:
        """sin x.  Raises Unclear where what follows could belong to it, as in sin x y, sin 2x and sin x²."""
        self.check_alone(3)
        self.put_applied(token, operand)

    def check_alone(self, ahead: int) -> None:
        """Raise Unclear where what stands so far ahead could belong to the value before it."""
        after, beyond = self.peek(ahead), self.peek(ahead + 1)
        if after is not None and (after.kind in ("name", "number", "power", "fraction") or after.text in BINDING):
            raise Unclear
        if after is not None and after.kind == "space" and beyond is not None:
            taken = beyond.kind in ("number", "power") or beyond.text in BINDING
            if taken or (beyond.kind == "name" and not keyword.iskeyword(beyond.text)):
                raise Unclear

    def put_applied(self, token: Token, operand: Token, count: int = 3) -> None:
        end = operand.at + len(operand.text)
        self.say(token.at, end)
        self.function_name(token)
        self.written.put("(", token.at + len(token.text), operand.at)
        self.function_name(operand)
        self.written.put(")", end, end)
        self.i += count
        self.ends()

    def power_of_function(self, token: Token, exponent: str, ahead: int) -> None:
        """sin²(x), sin²x and sin^2 x: the square of sin(x).  Raises Unclear for sin⁻¹, which is an inverse to some, and
        where what follows could belong to the argument.

        ahead: how many tokens stand before the argument.
        """
        opening = self.peek(ahead)
        if opening is not None and opening.kind == "space":
            ahead += 1
            opening = self.peek(ahead)
        if not exponent.isdigit() or opening is None:
            raise Unclear
        if opening.text == "(":
            close = self.closing(self.i + ahead)
        elif self.is_atom(opening):
            close = self.i + ahead
            self.check_alone(ahead + 1)
        else:
            raise Unclear
        last = self.tokens[close]
        end = last.at + len(last.text)
        raised = self.tokens[self.i + 1].at
        self.say(token.at, end)
        self.function_name(token)
        self.i += ahead
        self.sign = ""
        if opening.text == "(":
            self.group(close)
        else:
            self.written.put("(", opening.at, opening.at)
            self.function_name(opening)
            self.written.put(")", end, end)
            self.i += 1
            self.ends()
        self.written.put(f"**{exponent}", raised, raised + 1)

    def end_of_operand(self, i: int) -> int:
        """Where in the text what stands at a place and after it as one value ends: x, -2, (x + 1), f(x)."""
        while i < len(self.tokens) and (self.tokens[i].kind == "space" or self.tokens[i].text in "+-"):
            i += 1
        if i >= len(self.tokens):
            raise Unclear
        if self.tokens[i].kind == "name" and i + 1 < len(self.tokens) and self.tokens[i + 1].text == "(":
            i += 1
        last = self.tokens[self.closing(i) if self.tokens[i].text == "(" else i]
        return last.at + len(last.text)

    def closing(self, at: int) -> int:
        """The place of the bracket that closes the one at a place."""
        depth = 0
        for j in range(at, len(self.tokens)):
            self.looked += 1
            if self.looked > MOST_LOOKED:
                raise Unclear
            text = self.tokens[j].text
            depth += (text in "([{") - (text in ")]}") if len(text) == 1 else 0
            if not depth:
                return j
        raise Unclear

    def group(self, close: int) -> None:
        while self.i <= close:
            self.step(self.tokens[self.i])

    def power(self, token: Token) -> None:
        if not self.operand or not self.adjacent or self.sign in ("**", "^", "√"):
            raise Unclear
        exponent = exponent_of(token.text)
        base = self.tokens[self.i - 1].text
        if exponent.startswith("-") and len(base) == 1 and base.isupper():
            raise Unclear  # A⁻¹ is a matrix's inverse to most
        self.say(self.began, token.at)
        self.change(token, f"**{exponent}")
        self.ends()

    def root(self, token: Token) -> None:
        """√x, √2, √(x + 1) and √f(x).  Raises Unclear where what follows could belong under the root."""
        self.i += 1
        operand = self.peek(0)
        if operand is None:
            raise Unclear
        close = self.i
        if operand.text == "(":
            close = self.closing(self.i)
        elif operand.kind == "name" and (following := self.peek(1)) is not None and following.text == "(":
            close = self.closing(self.i + 1)
        elif operand.kind not in ("name", "number"):
            raise Unclear
        last = self.tokens[close]
        end = last.at + len(last.text)
        after = self.tokens[close + 1] if close + 1 < len(self.tokens) else None
        if after is not None and (after.kind in ("name", "number", "power") or after.text in BINDING):
            raise Unclear
        self.say(token.at, end)
        bare = operand.text != "("
        self.written.put("__sqrt__(" if bare else "__sqrt__", token.at, token.at + 1)
        before, began = self.sign, self.began
        self.operand, self.sign = False, ""
        self.group(close)
        if bare:
            self.written.put(")", end, end)
        self.sign, self.began = before, began
        self.ends()

    def bar(self, token: Token) -> None:
        """|x|: a bar where a value is due opens, one after a value closes."""
        if not self.operand:
            self.bars.append((self.depth, token.at))
            self.written.put("__abs__(", token.at, token.at + 1)
            self.i += 1
            self.sign = ""
            return
        if not self.bars or self.bars[-1][0] != self.depth:
            self.written.copy("|", token.at)
            self.i += 1
            self.operator("|", token.at)
            return
        _, start = self.bars.pop()
        self.began = start
        self.say(start, token.at + 1)
        self.written.put(")", token.at, token.at + 1)
        self.i += 1
        self.sign = ""
        self.ends()


def exponent_of(power: str) -> str:
    """The number that superscripts write."""
    found = unicodedata.normalize("NFKC", power).replace("−", "-").removeprefix("+")
    if not found.removeprefix("-").isdigit():
        raise Unclear
    return found


def plain_power(power: str) -> str:
    """A power in plain digits, whether it was raised or not."""
    return unicodedata.normalize("NFKC", power).replace("−", "-")


def plain_fraction(fraction: str) -> str:
    return unicodedata.normalize("NFKC", fraction).replace("⁄", "/")


def raised_letters(sign: str, letters: str) -> str:
    """What raised letters mean: ᵀ the transpose of a matrix, else a power."""
    if letters == "ᵀ" and not sign:
        return ".T"
    return f"** {'-' if sign == '⁻' else ''}{unicodedata.normalize('NFKC', letters)}"
