"""Runs random programs in the engine and in CPython, and tells where the two differ and what the engine refuses.

python -m tests.engine.fuzz.compare COUNT [SEED] [--half known|array] [--examples N] [--only NUMBER]
    [--file PROGRAM] [--constructs]
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradlens.engine import EngineError, trace
from tests.engine.fuzz.execution import EXPECTED, Expected, Unfit
from tests.engine.fuzz.grammar import HALVES, constructs, generate
from tests.engine.fuzz.minimiser import minimised

TOLERANCE = {"known": 1e-9, "array": 2e-6}  # relative to what is computed; arrays are compared with differences
MOST_SECONDS = 20
MOST_DIFFERENCES = 25  # that are printed


@dataclass(frozen=True)
class Outcome:
    """How a program went: "agree", "refusal", "difference", or "crash" where the engine raised something of its own.

    what: the kind of refusal, the type of the exception, or what differs.  message: all of it, for a reader.
    """

    how: str
    what: str = ""
    message: str = ""
    line: int | None = None

    def like(self, other: Outcome) -> bool:
        return (self.how, self.what) == (other.how, other.what)


def judge(text: str, half: str) -> Outcome:
    """Raises Unfit for a program that there is nothing to compare with."""
    if repeats_a_target(text):
        raise Unfit("CPython 3.11.0 to 3.11.2 store c, c = a, b in the wrong order")
    expected = EXPECTED[half](text)
    try:
        found = trace(text)
        value, gradients = found.nodes[found.output].value, found.gradients
    except EngineError as error:
        return Outcome("refusal", error.kind, error.detail, error.span.start_line if error.span else None)
    except Exception as error:
        return Outcome("crash", type(error).__name__, str(error))
    outcome = compared(expected, value, gradients, TOLERANCE[half] * expected.scale)
    if outcome.how == "difference" and any(meant.startswith(("np.add", "np.multiply")) for _, meant in found.read_as):
        raise Unfit("lists were added or multiplied as arrays, and that is said")
    return outcome


def repeats_a_target(text: str) -> bool:
    """Whether an assignment binds one name twice at once."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store):
            names = [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
            if len(names) != len(set(names)):
                return True
    return False


def compared(expected: Expected, value: Any, gradients: dict[str, Any], tolerance: float) -> Outcome:
    if not close(value, expected.value, tolerance):
        return Outcome("difference", "value", f"value {value!r}, expected {expected.value!r}")
    for name, gradient in expected.gradients.items():
        if name not in gradients:
            if np.any(gradient):
                return Outcome("difference", "missing input", f"{name} is no input, expected its gradient {gradient}")
        elif not close(gradients[name], gradient, tolerance):
            return Outcome("difference", "gradient", f"gradient of {name} {gradients[name]}, expected {gradient}")
    return Outcome("agree")


def close(found: Any, expected: Any, tolerance: float) -> bool:
    return np.shape(found) == np.shape(expected) and bool(np.all(np.abs(np.subtract(found, expected)) <= tolerance))


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Ends what takes long, as a TimeoutError."""

    def ended(*_: object) -> None:
        raise TimeoutError(f"longer than {MOST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, ended)
    signal.alarm(MOST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def shrunk(text: str, half: str, outcome: Outcome) -> str:
    if outcome.what == "TimeoutError":
        return text  # each try would take as long

    def fails(candidate: str) -> bool:
        try:
            with limited():
                return judge(candidate, half).like(outcome)
        except (Unfit, TimeoutError, RecursionError):
            return False

    return minimised(text, fails)


def report(half: str, numbers: list[int], seed: int, examples: int) -> bool:
    """Print what was found.  Whether nothing differs."""
    outcomes: Counter[str] = Counter()
    refused: defaultdict[str, list[tuple[str, Outcome]]] = defaultdict(list)
    seen: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    for number in numbers:
        text = generate(half, seed, number)
        try:
            with limited():
                outcome = judge(text, half)
        except Unfit:
            outcomes["left out"] += 1
            continue
        outcomes[outcome.how] += 1
        seen.update(constructs(text))
        if outcome.how == "agree":
            agreed.update(constructs(text))
        elif outcome.how == "refusal":
            refused[outcome.what].append((text, outcome))
        elif outcomes["difference"] + outcomes["crash"] <= MOST_DIFFERENCES:
            print_difference(f"{half} {seed} {number}", text, half, outcome)
    print(f"\n{half}: {len(numbers)} programs, seed {seed}: {dict(outcomes)}")
    for kind, many in sorted(refused.items(), key=lambda item: -len(item[1])):
        text, outcome = min(many, key=lambda found: len(found[0]))
        line = text.splitlines()[outcome.line - 1].strip() if outcome.line else ""
        print(f"{len(many):6} {kind:24} {line[:60]:60} {outcome.message[:100]}")
    for kind, many in sorted(refused.items(), key=lambda item: -len(item[1]))[:examples]:
        text, outcome = min(many, key=lambda found: len(found[0]))
        print(f"\n-- {kind}\n{shrunk(text, half, outcome)}", end="")
    missing = sorted(seen.keys() - agreed.keys(), key=lambda name: -seen[name])
    print(f"\n{half}: in no program that agreed: {', '.join(f'{name} ({seen[name]})' for name in missing)}")
    return not outcomes["difference"] + outcomes["crash"]


def print_difference(title: str, text: str, half: str, outcome: Outcome) -> None:
    small = shrunk(text, half, outcome)
    with limited():
        again = judge(small, half)
    print(f"\n==== {title}: {outcome.how}, {outcome.what}\n{text}\n{outcome.message}")
    print(f"---- smaller: {again.message}\n{small}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=200, help="how many programs of each half")
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--half", choices=list(HALVES), help="this half alone")
    parser.add_argument("--examples", type=int, default=8, help="kinds of refusal that are shown with a small program")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="print one program and how it goes")
    parser.add_argument("--file", type=Path, help="compare this program and shrink it")
    parser.add_argument("--constructs", action="store_true", help="print what programs are made of, and how often")
    given = parser.parse_args()
    halves = [given.half] if given.half else list(HALVES)
    if given.constructs:
        made = Counter(
            name
            for half in halves
            for number in range(given.count)
            for name in constructs(generate(half, given.seed, number))
        )
        print(*(f"{count:6} {name}" for name, count in made.most_common()), sep="\n")
        return 0
    if given.only is not None or given.file:
        text = given.file.read_text() if given.file else generate(halves[0], given.seed, given.only or 0)
        outcome = judge(text, halves[0])
        print(text, EXPECTED[halves[0]](text), outcome, sep="\n")
        if outcome.how != "agree":
            print("---- smaller", shrunk(text, halves[0], outcome), sep="\n")
        return outcome.how not in ("agree", "refusal")
    clean = [report(half, list(range(given.count)), given.seed, given.examples) for half in halves]
    return not all(clean)


if __name__ == "__main__":
    sys.exit(main())
