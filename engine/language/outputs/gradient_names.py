"""What a name says that it is the gradient of: dW1, d_W1, grad_W1, W1_grad, W1.grad, dL/dW1, ∂L/∂W1, nabla_w."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

MOST = 200  # characters of a name
QUOTIENT = re.compile(r"[∂dD]\(?\w*\)?\s*/\s*[∂dD]\(?([\w.\[\]']+)\)?")
PARTIAL = re.compile(r"∂\w+_∂(\w+)")
ITEM = re.compile(r"(?:self\.)?(?:grads?|gradients?|d|g|deltas?|nablas?)\[\s*['\"]?([^'\"\]]+?)['\"]?\s*\]")
OF_LOSS = re.compile(r"d(?:[A-Z][a-z]*|loss|l|out|z|y|e|c)_?d_?(\w+)")  # dL_dx, dLdx, dLoss_dW
PARAMETER = re.compile(r"\w+\[\s*['\"]?(\w+)['\"]?\s*\]")  # params['W1']

# What stands before or after a name: first what can mean nothing else, then what may be a part of a name.
CERTAIN_BEFORE = ("∂", "grads.", "grad.", "gradients.", "gradient of ", "grad of ", "gradient for ", "grad wrt ")
CERTAIN_AFTER = (
    ".grad.data.numpy()", ".grad.numpy()", ".grad.data", ".grad", ".gradient", " gradient", " grad",
    "의 기울기", "에 대한 기울기",
)  # fmt: skip
USUAL_BEFORE = (
    "grads_", "grad_", "gradient_", "nabla_", "delta_", "upstream_", "adjoint_", "adj_", "bar_", "d_", "D_", "g_",
    "grad", "nabla", "delta", "d", "D", "Δ_", "δ_", "∇_", "Δ", "δ", "∇", "g",
)  # fmt: skip
BEFORE = ("grad_", "gradient_", "delta_", "d_")
USUAL_AFTER = ("_grads", "_grad", "_gradient", "_bar", "_adjoint", "_adj", "_delta", "_error", "_err", "grad")


def meanings(name: str) -> Iterator[tuple[str, bool]]:
    """The names whose gradient a name may be, the likeliest first, each with whether it can mean nothing else."""
    # NFKC makes 𝜕 the sign ∂.
    name = unicodedata.normalize("NFKC", name[:MOST]).strip()
    for form in (QUOTIENT, PARTIAL, ITEM):
        if found := form.fullmatch(name):
            inner = found[1]
            for base, _ in meanings(inner) if form is ITEM else ():
                yield base, True
            yield plain_name(inner), True
    yield from ((base, True) for base in without(name, CERTAIN_BEFORE, CERTAIN_AFTER))
    if found := OF_LOSS.fullmatch(name):
        yield plain_name(found[1]), False
    yield from ((base, False) for base in without(name, USUAL_BEFORE, USUAL_AFTER))


def without(name: str, before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[str]:
    """A name without each of the words before it or after it."""
    for word in before:
        if name.startswith(word) and len(name) > len(word):
            yield plain_name(name[len(word) :])
    for word in after:
        if name.endswith(word) and len(name) > len(word):
            yield plain_name(name[: -len(word)])


def completed(name: str, names: Iterable[str]) -> str | None:
    """The one name that ends as a gradient's name: grad_in is of W_in; None where there is none, or several."""
    base = next((name[len(word) :] for word in BEFORE if name.startswith(word)), "")
    found = {one for one in names if one.endswith(f"_{base}") and not one.startswith(BEFORE)}
    return found.pop() if len(found) == 1 and len(base) > 1 else None


def plain_name(name: str) -> str:
    """A parameter's name as the program has it: self.fc1.weight is fc1_weight, params['W1'] is W1."""
    name = name.strip().strip("'\"")
    if item := PARAMETER.fullmatch(name):
        name = item[1]
    return name.removeprefix("self.").replace(".", "_")


# What an object calls its number, and the gradient that its own lines add up there.
HELD = ("data", "value", "val", "v", "num", "number", "scalar", "primal")
HELD_GRADIENTS = ("grad", "gradient", "g", "adjoint", "adj", "derivative")

LOSSES = re.compile(r"(?:\w*_)?(?:loss|cost|nll|err|error|objective)(?:_\w*)?|[LJCE]|l|total", re.IGNORECASE)
COMMENT = re.compile(r"#(.*)$")
PARTIALS = re.compile(r"[∂dD](\w*)\s*/\s*[∂dD]([^\W\d][\w.]*(?:\[['\"]?\w+['\"]?\])?)")
WORDS = (
    re.compile(
        r"gradients? (?:of|at|for|wrt|w\.r\.t\.|with respect to)(?: the)?(?: loss| cost| L)?"
        r"(?: (?:wrt|w\.r\.t\.|with respect to|for))? ([^\W\d][\w.]*)\s*(?:$|[,.:;(])"
    ),
    re.compile(r"(?<!\w)([^\W\d]\w*)(?:의|에 대한) (?:L의 )?기울기"),
)


def said_in_comments(text: str) -> dict[int, str]:
    """By line the name whose gradient a comment says that the line gives: behind it, or alone on the line above."""
    if "#" not in text:
        return {}
    found: dict[int, str] = {}
    alone: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        comment = COMMENT.search(line)
        said = None if comment is None else said_in(comment[1])
        code = line if comment is None else line[: comment.start()]
        if not code.strip():
            if comment is not None:
                alone = said
            continue
        if (meant := said or alone) is not None:
            found[number] = meant
        alone = None
    return found


def said_in(comment: str) -> str | None:
    """The one name by which a comment says that the loss is differentiated; None where it says none or several."""
    comment = unicodedata.normalize("NFKC", comment[:MOST]).partition("=")[0]
    partials = PARTIALS.findall(comment)
    names = [base for of, base in partials if not of or LOSSES.fullmatch(of)]
    if not partials:
        names = [name for form in WORDS for name in form.findall(comment)]
    return plain_name(names[0]) if len(names) == 1 == max(len(partials), 1) else None
