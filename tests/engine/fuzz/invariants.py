"""Feeds the engine programs that are almost right, and tells where it breaks its word.

python -m tests.engine.fuzz.invariants COUNT [SEED] [--only NUMBER]

Whatever the text: either the engine's own error, with a sentence and a place inside the text, or a graph, whose every
gradient is the sum of its outgoing edges' contributions.  Of every fiftieth graph the gradients are held against
differences.  The texts are random programs (grammar.py) whose tokens were dropped, doubled, exchanged and replaced.
"""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from random import Random

import numpy as np

from gradlens.engine import EngineError, Limits, check, trace
from gradlens.engine.errors import Span
from tests.engine.fuzz.compare import limited
from tests.engine.fuzz.grammar import HALVES, generate

SEEDLINGS = 400  # programs of each half that the texts are made of
CHECKED = 50  # one in so many graphs is held against differences
TOLD = 1_000  # texts after which one is told how far it is
MOST_SHOWN = 20
MOST_CHANGES = 4
TOKEN = re.compile(r"\w+|[^\S\n]+|\n|[^\w\s]+")
WORDS = """
    0 1 -1 2.5 1e400 9**9**9 0x1f 1_000 1e-320 nan inf None True "a" f"{x}" [] {} () [1,2] [[1],[2,3]] x y _ lambda
    yield for in range(3) while if else: def class return break continue import del global try: except: with raise
    async await np. torch. F. .T .sum() .shape .backward() [0] [-1] [1:] [::-1] [None] [...] ** // @ << ~ != := -> ...
    = += ( ) [ ] { } : , ; \\ # ' " sum max softmax matmul reshape where sigmoid log exp sqrt concat einsum getattr eval
    __import__ __class__ print input exit open breakpoint compile 가 λ ı ² 😀 ﬁ
""".split()
WORDS += ["\t", "\r", "\f", "\0", "\n    ", "\u202e", "\ufeff", "\ud800"]
SMALL = Limits(nodes=5_000, elements=100_000, flops=1e8, steps=50_000)  # so that a text takes little time


def text_of(seedlings: list[str], seed: int, number: int) -> str:
    """The text with a number: the same for ever."""
    random = Random(f"{seed} {number}")
    tokens = TOKEN.findall(random.choice(seedlings))
    for _ in range(random.randint(0, MOST_CHANGES)):
        change(tokens, random, seedlings)
    return "".join(tokens)


def change(tokens: list[str], random: Random, seedlings: list[str]) -> None:
    """Make one change in the tokens of a program."""
    place = random.randrange(len(tokens)) if tokens else 0
    other = random.randrange(len(tokens)) if tokens else 0
    match random.randrange(7):
        case 0:
            del tokens[place : place + random.randint(1, 3)]
        case 1:
            tokens.insert(place, random.choice(WORDS))
        case 2 if tokens:
            tokens[place] = random.choice(WORDS)
        case 3 if tokens:
            tokens[place], tokens[other] = tokens[other], tokens[place]
        case 4:
            tokens[place:place] = tokens[other : other + random.randint(1, 12)]
        case 5:
            lines = random.choice(seedlings).splitlines(keepends=True)
            tokens.insert(place, random.choice(lines))
        case _ if tokens:
            at = random.randrange(len(tokens[place]) + 1)
            tokens[place] = tokens[place][:at] + random.choice(WORDS) + tokens[place][at:]


def faults(text: str, is_checked: bool) -> Iterator[str]:
    """What the engine does with a text and must not do."""
    try:
        found = trace(text, limits=SMALL)
    except EngineError as error:
        if not error.detail or not error.title:
            yield f"an error without a sentence: {error.kind}"
        if error.span and not inside(error.span, text):
            yield f"a place outside of the text: {error.kind} {error.span}"
        return
    except Exception as error:
        yield f"{type(error).__name__}: {error}"
        return
    sums: list[float | np.ndarray] = [0.0] * len(found.nodes)
    for edge in found.edges:
        if edge.contribution is not None:
            sums[edge.source] = sums[edge.source] + edge.contribution
    for node, total in zip(found.nodes, sums, strict=True):
        if node.span and not inside(node.span, text):
            yield f"a node outside of the text: {node.span}"
        if node.gradient is not None and node.id != found.output and not same(node.gradient, total):
            yield f"gradient of node {node.id} is {node.gradient}, its edges' sum {total}"
    if is_checked and not found.warnings:
        yield from mismatches(text)


def mismatches(text: str) -> Iterator[str]:
    try:
        results = check(text, limits=SMALL).results
    except EngineError:
        return
    for result in results:
        if result.verdict == "mismatch":
            yield f"{result.name} differs from differences: {result}"


def same(gradient: object, total: object) -> bool:
    gradient, total = np.asarray(gradient, float), np.asarray(total, float)
    with np.errstate(all="ignore"):
        scale = 1 + np.nan_to_num(np.abs(gradient), posinf=0.0)
        return bool(np.allclose(gradient / scale, total / scale, rtol=1e-9, atol=1e-12, equal_nan=True))


def inside(span: Span, text: str) -> bool:
    """Whether a place lies in a text: lines from 1, columns from 0, in characters."""
    lines = re.split(r"\r\n?|\n", text)
    start, end = (span.start_line, span.start_column), (span.end_line, span.end_column)
    return start <= end and all(
        1 <= line <= len(lines) and 0 <= column <= len(lines[line - 1]) for line, column in (start, end)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--seedlings", type=int, default=SEEDLINGS, help="programs of each half to begin with")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="print one text and what is wrong with it")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    seedlings = [generate(half, given.seed, number) for half in HALVES for number in range(given.seedlings)]
    numbers = range(given.count) if given.only is None else [given.only]
    seen: Counter[str] = Counter()
    for number in numbers:
        if number and number % TOLD == 0:
            print(f"{number} texts: {dict(seen) or 'nothing wrong'}", flush=True)
        text = text_of(seedlings, given.seed, number)
        try:
            with limited():
                found = list(faults(text, number % CHECKED == 0))
        except TimeoutError as error:
            found = [str(error)]
        for fault in found:
            seen[fault.split(":")[0]] += 1
            if sum(seen.values()) <= MOST_SHOWN:
                print(f"==== {number}: {fault}\n{text}", flush=True)
    if given.only is not None:
        print(text_of(seedlings, given.seed, given.only))
    print(f"{len(numbers)} texts, seed {given.seed}: {dict(seen) or 'nothing wrong'}")
    return bool(seen)


if __name__ == "__main__":
    sys.exit(main())
