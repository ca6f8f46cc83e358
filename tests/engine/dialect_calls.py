"""One-line calls of other libraries: every function that we share, with its arguments in the orders that people write.

On a machine that has PyTorch, `python -m tests.engine.dialect_calls` writes what it answers into data/torch_calls.json.
"""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import numpy as np

FIGURES = Path(__file__).parent / "data" / "torch_calls.json"
VALUES = {
    "s": 0.7,
    "v": [0.5, -1.5, 2.0, 0.25],
    "w": [1.0, 2.0, -0.5, 3.0],
    "m": [[0.5, -1.2, 2.0], [1.5, 0.3, -0.7]],
    "n": [[1.0, 2.0, 0.4], [-0.5, 0.8, 1.1]],
    "q": [[2.0, 0.3, -0.4], [0.3, 1.5, 0.2], [-0.4, 0.2, 1.1]],
    "r": [[0.2, 1.0, 0.5], [1.3, -0.6, 0.1], [0.7, 0.4, 2.0]],
    "c": [[[0.1, -0.9, 1.3, 0.4], [2.0, 0.7, -0.3, 0.6]], [[1.1, 0.2, -1.4, 0.8], [-0.5, 0.9, 1.7, -0.1]]],
    "u": [[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]],
    "k": [1, 0],
    "j": [[2, 0, 1], [1, 1, 0]],
    "i": [[1]],
    "o": [[3.5]],
    "p": [[[[0.3, -1.1, 2.0, 0.5], [1.5, 0.7, -0.2, 0.9], [-0.6, 1.2, 0.1, 2.2]]]],
}
WHOLE = ("k", "j", "i")
PARTNERS = {"s": "s", "v": "w", "m": "n", "q": "r", "c": "c", "u": "n"}
POSITIONAL = (
    "",
    "0",
    "1",
    "-1",
    "2",
    "0.5",
    "None",
    "True",
    "False",
    "(0, 1)",
    "(1, 0)",
    "k",
    "0, True",
    "1, True",
    "0, False",
    "None, True",
    "0, 1",
    "1, 2",
    "2, 0",
    "0.5, 1",
    "(0, 1), True",
    "1, j",
    "1, i",
    "0, None, None, True",
)
MOST_A_NAME = 24
UNORDERED = re.compile(r"argsort\((\w, )?(axis=)?None")  # of ties NumPy says no order
SHARED_KEYWORDS = ("axis=0", "axis=1", "keepdims=True")
NUMPY_KEYWORDS = (
    *SHARED_KEYWORDS,
    "axis=(0, 1)",
    "axis=None",
    "ddof=1",
    "decimals=1",
    "dtype=int",
    "k=1",
    "offset=1",
    "ord=1",
    "initial=3.0",
    "max=0.5",
    "n=2",
)
TORCH_KEYWORDS = (
    *SHARED_KEYWORDS,
    "dim=0",
    "dim=1, keepdim=True",
    "dim=(0, 1)",
    "unbiased=False",
    "correction=0",
    "decimals=1",
    "descending=True",
    "diagonal=1",
    "min=0.2",
    "max=0.5",
    "p=1",
    "alpha=2",
    "reduction='sum'",
    "reduction='none'",
    "reduction='batchmean'",
    "beta=0.5",
    "delta=0.5",
    "negative_slope=0.3",
    "approximate='tanh'",
    "rounding_mode='floor'",
    "rounding_mode='trunc'",
    "label_smoothing=0.1",
    "eps=0.5",
    "log_target=True",
)


def arguments(keywords: tuple[str, ...]) -> list[tuple[str, str]]:
    """First arguments, and what follows them."""
    found = []
    for first, partner in PARTNERS.items():
        others = [
            *POSITIONAL,
            *keywords,
            partner,
            *(f"{partner}, {p}" for p in ("0", "1", "0.5", "True", "None, True", first, *keywords)),
        ]
        found += [(first, rest) for rest in others]
    lists = [
        ("[v, w]", ""),
        ("[v, w]", "0"),
        ("[v, w]", "1"),
        ("[m, n]", ""),
        ("[m, n]", "1"),
        ("[m, n]", "-1"),
        ("[s, s]", ""),
        ("1", "m"),
        ("m > 0", "m, n"),
        ("m > 0", "m, 0"),
        ("m", "m > 0, n"),
        ("m", "m > 0, 9"),
        ("u", "k"),
        ("o", ""),
        ("p", "2"),
        ("p", "2, 1"),
        ("p", "2, stride=1, padding=1"),
        ("p", "(2, 3), 1, 0"),
        ("'ij,kj->ik'", "m, n"),
        ("'ij->j'", "m"),
    ]
    return found + lists


def calls(name: str, keywords: tuple[str, ...]) -> list[str]:
    """Calls of a function, or of a method where the name begins with a dot."""
    if name.startswith("."):
        return [f"{first}{name}({rest})" for first, rest in arguments(keywords) if first.isalpha()]
    return [f"{name}({', '.join(filter(None, parts))})" for parts in arguments(keywords)]


def numpy_values() -> dict[str, object]:
    return {name: value if name == "s" else np.array(value) for name, value in VALUES.items()}


def answers(names: list[str], keywords: tuple[str, ...], given, evaluate, apart: int = 1) -> dict[str, np.ndarray]:
    """What a library answers to each call: a list of numbers; calls that it refuses are left out.

    given: makes the arguments anew.  apart: of so many calls one, of each name another.
    """
    found = {}
    for place, name in enumerate(names):
        for call in calls(name, keywords)[place % apart :: apart]:
            try:
                with warnings.catch_warnings(), np.errstate(all="ignore"):
                    warnings.simplefilter("ignore")
                    value = evaluate(call, given())
                pair = isinstance(value, tuple) and hasattr(value, "values")
                if (isinstance(value, (tuple, int)) and not pair) or UNORDERED.search(call):
                    continue
                value = np.asarray(value[0] if isinstance(value, tuple) else value)
                if value.dtype.kind in "fiub" and value.size <= 40:
                    found[f"{call}[0]" if pair else call] = value.astype(float)
            except Exception:
                continue
    return found


def write() -> None:
    """The figures of PyTorch, and the names that it has."""
    import torch  # pyright: ignore[reportMissingImports] - of whoever writes the figures anew

    from gradlens.engine.language.dialects.libraries import LIBRARIES, METHOD_TABLES

    functional = torch.nn.functional

    def given() -> dict:
        return {n: torch.tensor(v, dtype=torch.int64 if n in WHOLE else torch.float64) for n, v in VALUES.items()} | {
            "torch": torch,
            "F": functional,
        }

    def evaluate(call: str, names: dict) -> object:
        value = eval(call, names)  # the text above
        return torch.stack(value) if isinstance(value, tuple) and not hasattr(value, "values") else value

    random = ("dropout", "rrelu")
    names = [
        f"{p}.{n}"
        for p, module in (("torch", torch), ("F", functional), ("torch.linalg", torch.linalg))
        for n in LIBRARIES[p]
        if hasattr(module, n) and n not in random
    ]
    # A method that is a function with the tensor first is read by the same signature: a few of these will do.
    own = {
        n
        for n, signatures in METHOD_TABLES["torch"].items()
        if LIBRARIES["torch"].get(n) != signatures or n in ("max", "min", "std", "sum", "sort", "clamp", "pow", "div")
    }
    names += [f".{n}" for n in sorted(own) if hasattr(torch.Tensor, n) and n not in random]
    figures = {
        call: [list(value.shape), [float(f"{x:.7g}") if np.isfinite(x) else str(x) for x in value.ravel()]]
        for call, value in answers(names, TORCH_KEYWORDS, given, evaluate).items()
        if value.size <= 16
    }
    by_name: dict[str, list[str]] = {}
    for call in figures:
        by_name.setdefault(call.partition("(")[0], []).append(call)
    plain = ("(m)", "(m, n)", "(m, 1)", "(u, n)", "m, n)", "(p, 2)")
    kept = {
        call
        for calls_ in by_name.values()
        for place, call in enumerate(calls_)
        if place % (len(calls_) // MOST_A_NAME + 1) == 0 or call.endswith(plain)
    }
    figures = {call: figure for call, figure in figures.items() if call in kept}
    has = {
        p: sorted(n for n in dir(module) if not n.startswith("_"))
        for p, module in (
            ("torch", torch),
            ("F", functional),
            ("torch.linalg", torch.linalg),
            ("Tensor", torch.Tensor),
            ("nn", torch.nn),
        )
    }
    with FIGURES.open("w", encoding="utf-8") as file:
        json.dump(
            {"source": f"PyTorch {torch.__version__.partition('+')[0]}", "names": has, "answers": figures},
            file,
            separators=(",", ":"),
        )


if __name__ == "__main__":
    write()
