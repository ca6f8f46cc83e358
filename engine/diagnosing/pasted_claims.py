"""Claims as people print or write them, all in one text: a name each, and what is claimed of its gradient.

W1.grad: tensor([[0.1, 0.2]], dtype=torch.float64)     dW1 =
('fc1.weight', tensor([[...]]))                        [[0.1 0.2]
{'W': array([1., 2.]), 'b': 3}                          [0.3 0.4]]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradlens.engine.diagnosing.printed_forms import plain_claims
from gradlens.engine.errors import EngineError
from gradlens.engine.graph import Graph
from gradlens.engine.language.outputs.gradient_names import meanings, plain_name
from gradlens.engine.language.syntax import normal_name, suggestion

MOST_QUOTED = 60  # characters of what cannot be read
PROMPT = re.compile(r"^(?:>>> ?|\.\.\. |In ?\[\d*\]: ?|Out ?\[\d*\]: ?|[-*•·] )")
NAME = r"(?:[^\W\d]|∂|𝜕|Δ|∇)[\w.∂𝜕]*"
WORDS = r"(?:(?:grad|gradient)\s(?:of|for|wrt)\s)?"
HEAD = re.compile(
    rf"""\s*\(?\s*(?:print\()?\s*
    (?P<name>
      (?P<quote>['"])(?:(?!(?P=quote)).)+(?P=quote)
      | [∂𝜕d]\(?{NAME}\)?\s*/\s*[∂𝜕d]\(?{NAME}(?:\[\s*\w+\s*\])?\)?
      | {WORDS}{NAME}(?:\[\s*['"]?[\w.]+['"]?\s*\])?(?:\.\w+)*
        (?:\s(?:grad|gradient)\b|(?:의|에\ 대한)\ (?:\w+의\ )?기울기)?
    )
    \)?
    (?:
      \s*(?:[:=≈：＝≃→]|->|은|는)\s*
      | \s*,\s*(?=[\[(\-+\d.a-zA-Z])
      | \s+(?=[\[\-+\d.]|(?:np\.|torch\.|tf\.)?(?:[tT]ensor|[aA]rray|Parameter|[vV]ariable)\b|\\begin\b)
      | \s*$
    )
    """,
    re.VERBOSE,
)
# What stands before the bracket around all claims: nothing, a name, the name of a type.
ASSIGNED = re.compile(r"\w{1,40} ?[=:] ?(?=[\w.]{0,40}\(?\{)")
DICT = re.compile(r"(?:[\w.]{0,40}\( ?)?\{")
PAIRS = re.compile(r"(?:\w{1,40}\( ?)?\[ ?\( ?['\"]")
CALLED = re.compile(r"dict ?\((?= ?\w+ ?=)")
QUOTES = "'\""
THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})*$")
KEYWORDS = frozenset(("tensor", "array", "parameter", "parameter containing", "np", "torch", "dtype"))


@dataclass(frozen=True, slots=True)
class Pasted:
    """One claim of a text: the name as it is written, the rest as text, and the line that it begins on, from 1."""

    name: str
    written: str
    line: int


def claims_of_text(text: str, graph: Graph) -> dict[str, str]:
    """What a text claims, by the name of a node.

    Errors: claims-unread, claims-unknown-name, claims-twice, each with its line.
    """
    found: dict[str, str] = {}
    for one in split_claims(plain_claims(text)):
        node = node_named(one.name, graph)
        if node is None:
            shown = plain_name(next((base for base, _ in meanings(one.name)), one.name))
            near = suggestion(shown, graph.names)
            raise EngineError("claims-unknown-name", line=one.line, name=one.name, **near)
        if node in found:
            raise EngineError("claims-twice", line=one.line, name=node)
        found[node] = one.written
    return found


def node_named(name: str, graph: Graph) -> str | None:
    """The node whose gradient a name means: itself, or what it is the gradient of."""
    exact = normal_name(plain_name(name))
    for base, certain in meanings(name):
        known = normal_name(base)
        if known in graph.names and (certain or exact not in graph.names):
            return known
    return exact if exact in graph.names else None


def split_claims(text: str) -> list[Pasted]:
    """The claims of a text in their order.  Error: claims-unread."""
    found: list[Pasted] = []
    name, line, parts = "", 1, [""]

    def close() -> None:
        written = "\n".join(parts).strip().rstrip(",;").strip()
        if name and not written:
            raise EngineError("claims-unread", line=line, got=name)
        if name:
            found.append(Pasted(name, unpaired(written), line))

    for number, piece in pieces(text):
        head = None if KEYWORDS & {piece.strip().rstrip(":").lower()} else HEAD.match(piece.rstrip(",;"))
        if head and head["name"].lower() in KEYWORDS:
            head = None
        if head is not None:
            close()
            name, line, parts = head["name"].strip("'\""), number, [piece[head.end() :]]
        elif name:
            parts.append(piece)
        elif piece.strip():
            raise EngineError("claims-unread", line=number, got=piece.strip()[:MOST_QUOTED])
    close()
    return found


def pieces(text: str) -> list[tuple[int, str]]:
    """The text between commas, semicolons and ends of lines that are in no bracket, with the line of each.

    A bracket around all of it, as of a dict, is no bracket.  A line that begins inside brackets goes on.
    """
    found: list[tuple[int, str]] = []
    lines = text.replace("\r\n", "\n").split("\n")
    around = brackets_around(text)
    depth, current, start = 0, "", 1
    for number, raw in enumerate(lines, 1):
        prompt = PROMPT.match(raw) if depth <= around else None
        read = raw[prompt.end() :] if prompt else raw
        for place, letter in enumerate(read):
            if letter in "[({":
                depth += 1
                if depth <= around:
                    current = ""
                    continue
            elif letter in "])}":
                depth -= 1
                if depth < around:
                    continue
            if letter in ",;" and depth <= around and not is_inside(current, letter, read[place + 1 :]):
                found.append((start, current + letter))
                current, start = "", number
                continue
            if not current.strip():
                start = number
            current += letter
        if depth <= around:
            found.append((start, current))
            current = ""
        else:
            current += "\n"
    if current.strip():
        found.append((start, current))
    return [(number, piece) for number, piece in found if piece.strip(" \t\n,;")]


def brackets_around(text: str) -> int:
    """How many brackets are around all claims: those of a dict, of dict(a=…), of a list of pairs."""
    text = text.lstrip()
    if assigned := ASSIGNED.match(text):
        text = text[assigned.end() :]
    if (found := DICT.match(text) or CALLED.match(text)) is not None:
        return sum(letter in "[({" for letter in found[0])
    pairs = PAIRS.match(text)
    return 0 if pairs is None else sum(letter in "[({" for letter in pairs[0]) - 1


def is_inside(current: str, letter: str, rest: str) -> bool:
    """Whether a comma stands between a quoted name and its value, or between the thousands of a number."""
    if letter == ";":
        return False
    before = current.strip().removeprefix("(").strip()
    quoted = len(before) > 1 and before[0] in QUOTES and before[-1] == before[0]
    return bool(quoted or (THOUSANDS.search(current) and re.match(r"\d{3}(?!\d)", rest)))


def unpaired(written: str) -> str:
    """Without the bracket of a pair that was opened before the name."""
    opened = sum(written.count(b) for b in "[({")
    closed = sum(written.count(b) for b in "])}")
    while closed > opened and written[-1:] in "])}":
        written, closed = written[:-1].rstrip(), closed - 1
    return written
