"""No regular expression over a reader's text takes more than a multiple of its length, whatever the text.

Steps are counted, not seconds: every pattern of the engine, the service and the page is run by a plain backtracking
  matcher, as the
engines of Python and JavaScript are, on texts that are made from the pattern itself.
"""

from __future__ import annotations

import functools
import itertools
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.each import each

# Parts of the standard library's re that no type checker knows.
code: Any = import_module("re._constants")
parser: Any = import_module("re._parser")

ROOT = Path(__file__).parent.parent
LITERAL = re.compile(
    r"(?<=[(=,!&|:?\s\[])/(?![*/\s])((?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/([dgimsuy]*)(?=\s*[.,;)\]])"
)
MADE = re.compile(r"new RegExp\((?:String\.raw)?`([^`]+)`|^const (\w+) = String\.raw`([^`]+)`", re.MULTILINE)
CALLED = re.compile(r"\bre\.(\w+)\(\s*(rf?|f?)((?:\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'))")
LETTERS, DIGITS = "a-zA-Z가-힣", "0-9"
SHORT, LONG = 24, 48
# Of texts that are not a reader's: the page's templates and modules, formulas, settings.
OURS = {"app/assets.py", "app/setting_values.py", "app/routes/pages.py", "engine/latex.py"}
# Of what was cut to a line beforehand, or of digits that are counted: small and bounded.
BOUNDED = {r"\B(?=(\d{3})+$)", r"_?\d+$", r"[\d_]{500,}"}


def of_python(text: str) -> list[str]:
    """The patterns of a module; those that are only tried at one place begin with its mark."""
    found = []
    for call in CALLED.finditer(text):
        if "r" not in call[2] or "f" in call[2]:
            continue  # a class of single letters, or made of parts
        name = re.search(r"^(\w+) = $", text[text.rfind("\n", 0, call.start()) + 1 : call.start()])
        uses = set(re.findall(rf"\b{name[1]}\.(\w+)\(", text)) if name else {call[1]}
        found.append((r"\A(?:{})" if uses <= {"match", "fullmatch"} else "{}").format(call[3][1:-1]))
    return found


def of_javascript(text: str) -> list[str]:
    constants = {name: value for _, name, value in MADE.findall(text) if name}
    found = [(body, flags) for body, flags in LITERAL.findall(text)] + [
        (body, "") for body, _, _ in MADE.findall(text) if body
    ]
    return [in_python(body, flags, constants) for body, flags in found]


def in_python(body: str, flags: str, constants: dict[str, str]) -> str:
    """A pattern of JavaScript as Python writes it."""
    for _ in constants:
        body = re.sub(r"\$\{(\w+)\}", lambda found: constants.get(found[1], "x"), body)
    body = body.replace("\\\\", "\\") if "${" in body else body
    body = re.sub(
        r"\[((?:[^\]\\]|\\.)*)\]",
        lambda found: "[" + found[1].replace("[", r"\[").replace(r"\p{L}", LETTERS).replace(r"\p{N}", DIGITS) + "]",
        body,
    )
    body = body.replace(r"\p{L}", f"[{LETTERS}]").replace(r"\p{N}", f"[{DIGITS}]")
    return "".join(f"(?{flag})" for flag in flags if flag in "ims") + body


def patterns() -> list:
    """Each pattern once, under the name of the first module that has it."""
    found = []
    seen = set(BOUNDED)
    for path in sorted([*ROOT.glob("engine/**/*.py"), *ROOT.glob("app/**/*.py"), *ROOT.glob("static/js/**/*.js")]):
        name = str(path.relative_to(ROOT))
        if name not in OURS:
            read = of_python if path.suffix == ".py" else of_javascript
            found += [
                pytest.param(p, id=f"{name}: {p[:40]}")
                for p in dict.fromkeys(read(path.read_text(encoding="utf-8")))
                if p not in seen and not seen.add(p)
            ]
    from gradlens.engine.diagnosing import claims  # made of parts

    return found + [
        pytest.param(rf"\A(?:{p.pattern})", id=f"claims: {n}")
        for n, p in (("wrapper", claims.WRAPPER), ("closing", claims.CLOSING), ("token", claims.TOKEN))
    ]


def parsed(part: Any) -> Any:
    """A pattern, or a part of one, as lists and tuples: the parser's own sequences take most of the time otherwise."""
    if isinstance(part, (parser.SubPattern, list)):
        return [parsed(one) for one in part]
    return tuple(map(parsed, part)) if isinstance(part, tuple) else part


class Steps:
    """A backtracking matcher that counts the characters that it looks at."""

    def __init__(self, pattern: str):
        tree = parser.parse(pattern)
        self.tree = parsed(tree)
        self.multiline, self.dotall = (bool(tree.state.flags & flag) for flag in (re.MULTILINE, re.DOTALL))
        self.count = 0
        self.taken: dict[tuple[int, str], bool] = {}  # by the node's identity and the letter

    def search(self, text: str) -> int:
        self.text, self.count, self.groups = text, 0, {}
        # A step more than the limit tells as much as all of them.
        any(self.match(self.tree, 0, start, lambda at: True) for start in range(len(text) + 1))
        return self.count

    def match(self, nodes: list, i: int, at: int, then) -> bool:
        if i == len(nodes):
            return then(at)
        kind, value = nodes[i]
        go = lambda at: self.match(nodes, i + 1, at, then)  # noqa: E731
        if kind in (code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN):
            self.count += 1
            return at < len(self.text) and self.takes(nodes[i], self.text[at]) and go(at + 1)
        if kind is code.AT:
            return self.stands(value, at) and go(at)
        if kind is code.SUBPATTERN:

            def closed(end: int) -> bool:
                self.groups[value[0]] = self.text[at:end]
                return go(end)

            return self.match(value[3], 0, at, closed)
        if kind is code.BRANCH:
            return any(self.match(branch, 0, at, go) for branch in value[1])
        if kind in (code.MAX_REPEAT, code.MIN_REPEAT):
            least, most, body = value
            return self.repeat(body, least, most, at, go, kind is code.MAX_REPEAT)
        if kind in (code.ASSERT, code.ASSERT_NOT):
            ahead, body = value
            held = (
                self.match(body, 0, at, lambda _: True)
                if ahead > 0
                else at > 0 and self.match(body, 0, at - 1, lambda end: end == at)
            )
            return held == (kind is code.ASSERT) and go(at)
        if kind is code.GROUPREF:
            self.count += 1
            part = self.groups.get(value, "")
            return self.text.startswith(part, at) and go(at + len(part))
        raise NotImplementedError(kind)

    def repeat(self, body: list[tuple[object, Any]], least: int, most: int, at: int, go, greedy: bool) -> bool:
        if len(body) == 1 and body[0][0] in (code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN):
            ends = [at]  # one character again and again needs no stack
            while len(ends) - 1 < most:
                self.count += 1
                if ends[-1] == len(self.text) or not self.takes(body[0], self.text[ends[-1]]):
                    break
                ends.append(ends[-1] + 1)
            ends = ends[least:]
            return any(go(end) for end in (reversed(ends) if greedy else ends))

        def more(at: int, done: int) -> bool:
            self.count += 1
            once_more = lambda end: (end > at or done < least) and more(end, done + 1)  # noqa: E731
            again = lambda: done < most and self.match(body, 0, at, once_more)  # noqa: E731
            stop = lambda: done >= least and go(at)  # noqa: E731
            return again() or stop() if greedy else stop() or again()

        return more(at, 0)

    def takes(self, node: tuple[object, Any], letter: str) -> bool:
        """Whether a node of this pattern that stands for one character takes it."""
        key = id(node), letter
        if key not in self.taken:
            self.taken[key] = self.is_taken(*node, letter)
        return self.taken[key]

    def is_taken(self, kind: object, value: Any, letter: str) -> bool:
        if kind is code.LITERAL:
            return ord(letter) == value
        if kind is code.NOT_LITERAL:
            return ord(letter) != value
        if kind is code.ANY:
            return letter != "\n" or self.dotall
        negated = value[0][0] is code.NEGATE
        return negated != any(self.is_one(k, v, letter) for k, v in value if k is not code.NEGATE)

    def is_one(self, kind: object, value: Any, letter: str) -> bool:
        if kind is code.RANGE:
            return value[0] <= ord(letter) <= value[1]
        if kind is code.CATEGORY:
            is_of, wanted = {
                "DIGIT": (str.isdigit, True),
                "SPACE": (str.isspace, True),
                "WORD": (lambda c: c.isalnum() or c == "_", True),
            }[str(value).rpartition("_")[2]]
            return is_of(letter) == (wanted and "NOT" not in str(value))
        return ord(letter) == value

    def stands(self, value: object, at: int) -> bool:
        word = lambda i: 0 <= i < len(self.text) and (self.text[i].isalnum() or self.text[i] == "_")  # noqa: E731
        if value is code.AT_BEGINNING_STRING:
            return at == 0
        if value is code.AT_BEGINNING:
            return at == 0 or (self.multiline and self.text[at - 1] == "\n")
        if value is code.AT_END:
            return at == len(self.text) or (self.multiline and self.text[at] == "\n")
        if value is code.AT_END_STRING:
            return at == len(self.text)
        return (word(at - 1) != word(at)) == (value is code.AT_BOUNDARY)


def sample(nodes: list) -> str:
    """A short text that a part of a pattern takes."""
    said = ""
    for kind, value in nodes:
        if kind in (code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN):
            said += letters([(kind, value)])[:1]
        elif kind is code.SUBPATTERN:
            said += sample(value[3])
        elif kind is code.BRANCH:
            said += sample(value[1][0])
        elif kind in (code.MAX_REPEAT, code.MIN_REPEAT):
            said += sample(value[2]) * max(value[0], 1)
    return said


def letters(nodes: list) -> str:
    """Letters that the parts of a pattern take, a few of each."""
    found = ""
    for kind, value in nodes:
        if kind in (code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN):
            one = Steps("x")
            found += "".join([c for c in "a1 _\n.#(,\"+e0=[{:/-%)]}'\\<x@é" if one.is_taken(kind, value, c)][:3]) or (
                chr(value) if kind is code.LITERAL else ""
            )
        elif kind is code.SUBPATTERN:
            found += letters(value[3])
        elif kind is code.BRANCH:
            found += "".join(letters(branch) for branch in value[1])
        elif kind in (code.MAX_REPEAT, code.MIN_REPEAT):
            found += letters(value[2])
        elif kind in (code.ASSERT, code.ASSERT_NOT):
            found += letters(value[1])
    return "".join(dict.fromkeys(found))


def flattened(nodes: list) -> list:
    return [
        part for kind, value in nodes for part in (flattened(value[3]) if kind is code.SUBPATTERN else [(kind, value)])
    ]


@functools.cache  # several modules have some patterns
def worst(pattern: str) -> tuple[str, int, int]:
    """The text made from a pattern on which its steps grow most when the text is twice as long."""
    steps, parts = Steps(pattern), flattened(parsed(parser.parse(pattern)))
    used = letters(parts)[:8]
    pumps = [*used, *map("".join, itertools.permutations([c for c in used if not c.isalnum()][:6], 2))]
    prefixes = dict.fromkeys(sample(parts[:k]) for k in range(len(parts) + 1))
    found = []
    for prefix, pump, end in itertools.product(prefixes, pumps, ("", "\0", "x")):
        short, long = (steps.search(prefix + pump * n + end) for n in (SHORT, LONG))
        found.append((long / (short + LONG), prefix + pump, short, long))
    _, text, short, long = max(found, default=(0, "", 0, 0))
    return text, short, long


@pytest.fixture(autouse=True)
def deep_enough():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


@each("pattern", patterns(), sample=6)
def test_a_pattern_takes_a_multiple_of_the_length(pattern):
    text, short, long = worst(pattern)
    assert long <= 2.6 * short + LONG, (text, short, long)


@each(
    "pattern",
    [
        r"^\s*,?\s*\)",
        r"^\d+\.?\d*(?![\w.])",
        r"\n+$",
        r"([a-z_][a-z0-9_]*)\s*$",
        r"(?m)^\s*([a-z]+)\s*=",
        r"^([^=]+=[\s(]*)([+-]?\s*\d)$",
        r"[+-]?\s*\d",
        r"[_/+-]+$",
        r"(a|b)*c\1*$",
        r"(\w+\s*)+!",
    ],
)
def test_a_pattern_that_does_not_is_seen(pattern):
    sys.setrecursionlimit(20_000)
    if pattern == r"(\w+\s*)+!":
        steps = Steps(pattern)
        assert steps.search("a" * 14) > 10 * steps.search("a" * 10)  # exponential
        return
    text, short, long = worst(pattern)
    assert long > 2.6 * short + LONG, (text, short, long)
