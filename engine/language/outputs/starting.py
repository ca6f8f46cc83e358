"""Values to begin with for the parameters of a function or a class of which only the definition is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product

from gradlens.engine.language.outputs.parameter_uses import MATRIX, VECTOR, Reading, Uses, dotted

ARRAYS = {  # all axes alike, so that products and sums of them fit
    0: "{n}",
    VECTOR: "[1, 2]",
    MATRIX: "[[1, 2], [3, 4]]",
    3: "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]",
    4: "[[[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]]]]",
}
FILTER = "[[[[1, 2], [3, 4]]]]"  # where an image has four axes
SHARES = {0: "0.7", VECTOR: "[0.3, 0.7]", MATRIX: "[[0.3, 0.7], [0.6, 0.4]]"}
OTHER_SHARES = {0: "0.4", VECTOR: "[0.6, 0.4]", MATRIX: "[[0.8, 0.2], [0.5, 0.5]]"}  # of a second distribution
TARGETS = {0: "1", VECTOR: "[0.0, 1.0]", MATRIX: "[[0.0, 1.0], [1.0, 0.0]]"}
PLACES = ("[0, 1]", "[[0, 1]]")
LABELS = ("y", "t", "y_true", "label", "labels", "target", "targets")
OTHERS = (  # where the first values do not fit
    *("[1, 2]", "[[1, 2], [3, 4]]", "2", "[0, 1]", "[[1, 0], [0, 1]]", "[[0, 1]]"),
    *(ARRAYS[3], SHARES[VECTOR], SHARES[MATRIX], "1"),
)
OPTIONS = {"pad": "0", "stride": "2", "learning_rate": "0.1", "eps": "1e-08"}  # by what a name has in it
NAMED = {"lr": "0.1", "beta1": "0.9", "beta2": "0.999", "training": "True", "train": "True"}
RATES = ("p", "rate", "prob", "keep_prob", "dropout", "drop_prob", "dropout_ratio", "momentum", "alpha")
SIZES = ("_size", "_dim", "_features", "_units", "vocab", "kernel", "height", "width")
SIZES_BEGIN = ("n_", "num_", "nin", "nout")
SIZES_LISTED = "[2, 1]"  # in a program without a library list((2, 1)), as a list that has a name is an array there
IMAGE_SIZES = (8, 4, 6, 10, 12, 14, 16, 28, 32)
WIDEST = 8  # of an array that is written out
WIDEST_LAYER = 10_000
MOST_OFFERS = 60


@dataclass
class Leaf:
    """A name that gets a value of its own.  fixed: whether its uses tell the value.  whole: whether it holds places."""

    name: str
    value: str
    fixed: bool = False
    whole: bool = False


class Offer:
    """The lines that give values to names: arrays and numbers by themselves, then what is made of them."""

    def __init__(self, missing: Sequence[str], body: ast.AST, program: Sequence[ast.stmt], array: str):
        """array: how an array is written of its numbers."""
        functions = {node.name: node for node in program if isinstance(node, ast.FunctionDef)}
        self.reading = Reading(functions)
        self.body, self.missing, self.array = body, missing, array
        self.leaves: list[Leaf] = []
        self.made: list[str] = []  # of leaves: tuples, dictionaries
        self.gates = gates_in(body)
        for name in missing:
            self.read(name, self.reading.uses(name, body))

    def read(self, name: str, uses: Uses) -> None:
        parts = list(dict.fromkeys(uses.parts))
        if parts and len(parts) == len(uses.parts):
            for part in parts:
                if part not in self.missing:
                    self.read(part, self.reading.uses(part, self.body))
            held = f"({', '.join(parts)}{',' * (len(parts) == 1)})"
            self.made.append(f"{name} = {f'[{held}]' if uses.rows else held}")
        elif uses.keys or uses.is_dict:
            held = f"{{{', '.join([self.entry(*entry) for entry in uses.keys.items()])}}}"
            self.made.append(f"{name} = {f'[{held}]' if uses.rows else held}")
        else:
            self.leaves.append(self.leaf(name, uses))

    def entry(self, key: str, names: list[str]) -> str:
        """One key of a dictionary with its value: an option in its place, an array by a name of its own."""
        uses = self.reading.uses(names[0], self.body) if names else Uses(axes=MATRIX if key[:1] == "W" else 0)
        leaf = self.leaf(names[0] if names else key, uses)
        if option := option_of(key):
            return f'"{key}": {option}'
        taken = key in self.missing or not key.isidentifier() or any(one.name == key for one in self.leaves)
        if leaf.fixed or taken:
            return f'"{key}": {self.written(leaf.value, leaf.whole)}'
        self.leaves.append(Leaf(key, leaf.value))
        return f'"{key}": {key}'

    def leaf(self, name: str, uses: Uses) -> Leaf:
        number = str(len(self.leaves) + 1)
        if uses.texts:
            return Leaf(name, f'"{uses.texts[0]}"', True)
        if uses.arity is not None:
            return Leaf(name, function_of(uses.arity, self.array), True)
        if uses.is_index and (uses.axes or name not in ("i", "j", "k", "n")):
            return Leaf(name, "[0, 1]", True, True)
        if uses.is_sizes:
            return Leaf(name, SIZES_LISTED, True)
        if uses.is_size and not uses.axes:
            return Leaf(name, option_of(name) or "2")
        if not uses.axes and not (uses.is_reduced and uses.is_share) and (option := option_of(name)):
            return Leaf(name, option)
        axes = max(uses.axes, VECTOR) if uses.is_reduced else uses.axes
        is_target = name in LABELS and not (name == "y" and "t" in self.missing)
        if is_target and (uses.is_share or axes in (VECTOR, MATRIX)):
            return Leaf(name, TARGETS[min(axes, MATRIX)])
        if uses.is_share:
            is_second = any(leaf.value in SHARES.values() for leaf in self.leaves)
            return Leaf(name, (OTHER_SHARES if is_second else SHARES)[min(axes, MATRIX)])
        if axes == 4 and name[:1] in "wWfFk":
            return Leaf(name, FILTER)
        return Leaf(name, ARRAYS[axes].format(n=number))

    def written(self, value: str, whole: bool = False) -> str:
        """A value as the program's library takes it: an array of a library's of floats, but for places and labels."""
        if value == SIZES_LISTED:
            return value if self.array != "{}" else "list((2, 1))"
        if not value.startswith("["):
            return value
        floats = not whole and value not in PLACES and self.array != "{}"
        return self.array.format(re.sub(r"\b(\d+)\b(?!\.|\d)(?<!\.\d)", r"\1.0", value) if floats else value)

    def lines(self, values: Sequence[str]) -> list[str]:
        given = zip(self.leaves, values)
        return [*[f"{leaf.name} = {self.written(v, leaf.whole)}" for leaf, v in given], *self.made]


def offers(
    calls: Sequence[str],
    missing: Sequence[str],
    body: ast.AST,
    program: Sequence[ast.stmt],
    libraries: Collection[str],
) -> Iterator[list[str]]:
    """Assignments to the names without a value, and the calls: what the body shows first, then with other values.

    An array is written where the body shows that one is needed, and as the program's library makes it.
    """
    offer = Offer(missing, body, program, array_text(program, libraries))
    first = [leaf.value for leaf in offer.leaves]
    others = (*OTHERS, *[counted(n, rows) for n in widths_in(body) for rows in (2, 0)])
    places = [i for i, leaf in enumerate(offer.leaves) if not leaf.fixed]
    own = made_with(body)  # of a class

    def changed() -> Iterator[list[str]]:
        for wanted in layer_inputs(body):
            for place in [i for i in places if offer.leaves[i].name not in own][:1]:
                yield [*offer.lines([*first[:place], wanted, *first[place + 1 :]]), *calls]
        if len(deep := [i for i, leaf in enumerate(offer.leaves) if leaf.value in (ARRAYS[4], FILTER)]) > 1:
            yield [
                *offer.lines([channels_last(i == deep[0], v) if i in deep else v for i, v in enumerate(first)]),
                *calls,
            ]
        if offer.gates:
            columns = counted(2 * offer.gates, 2)
            wide = [columns if leaf.name[:1] == "W" else leaf.value for leaf in offer.leaves]
            yield [*offer.lines([ARRAYS[MATRIX] if v == ARRAYS[VECTOR] else v for v in wide]), *calls]
        for names in (("x", "X"), ("x", "X", "h", "hidden", "input")):  # the same for what goes side by side
            batch = [ARRAYS[MATRIX] if leaf.name in names and not leaf.fixed else leaf.value for leaf in offer.leaves]
            yield [*offer.lines(batch), *calls]
        for count in (1, 2):
            for chosen in combinations(places, count):
                for values in product(*[fitting(offer.leaves[place].name, others) for place in chosen]):
                    found = list(first)
                    for place, value in zip(chosen, values):
                        found[place] = value
                    yield [*offer.lines(found), *calls]

    yield [*offer.lines(first), *calls]
    yield from islice(changed(), MOST_OFFERS)


def made_with(body: ast.AST) -> set[str]:
    """What the objects of a class are made with."""
    return {
        argument.arg
        for node in ast.walk(body)
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
        for argument in node.args.args
    }


def channels_last(is_image: bool, value: str) -> str:
    """An array of four axes of which the last is that of the channels."""
    if is_image:
        return str([[[[4 * i + j + 1] for j in range(4)] for i in range(4)]])
    return "[[[[1]], [[2]]], [[[3]], [[4]]]]" if value == FILTER else "[[[[1]]]]"


def array_text(program: Sequence[ast.stmt], libraries: Collection[str]) -> str:
    """How an array is written in a program: by the name under which it imports its library."""
    library = "torch" if "torch" in libraries else "numpy" if "numpy" in libraries else ""
    imported = {
        alias.name: alias.asname or alias.name
        for statement in program
        if isinstance(statement, ast.Import)
        for alias in statement.names
    }
    if not library:
        return "{}"
    if library == "torch":
        return f"{imported.get('torch', 'torch')}.tensor({{}})"
    name = imported.get("numpy") or imported.get("jax.numpy") or "np"
    return f"{name}.array({{}})"


def option_of(name: str) -> str:
    """The usual value of an option by its name; "" where it tells none."""
    found = NAMED.get(name) or next((value for part, value in OPTIONS.items() if part in name), "")
    if found or name in RATES:
        return found or "0.5"
    return "2" if name.startswith(SIZES_BEGIN) or any(part in name for part in SIZES) else ""


def function_of(arity: int, array: str) -> str:
    """A function of so many arguments that gives one number, of an array too."""
    names = ", ".join("xyzuvw"[:arity])
    if not arity:
        return "lambda: 2.0"
    if array == "{}":
        return f"lambda {names}: {names[:1]} ** 2"
    library = array.partition(".")[0]
    return f"lambda {names}: {library}.sum({names[:1]} ** 2)"


def gates_in(body: ast.AST) -> int:
    """How many parts of one width a body cuts an array into, as an LSTM does: one more than the last a[:, 3*H:]."""
    found = [
        node.left.value
        for key in ast.walk(body)
        if isinstance(key, ast.Slice)
        for end in (key.lower, key.upper)
        if end is not None
        for node in ast.walk(end)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and isinstance(node.left, ast.Constant)
    ]
    wholes = [n for n in found if type(n) is int and 1 < n < WIDEST]
    return max(wholes) + 1 if wholes else 0


def layer_inputs(body: ast.AST) -> list[str]:
    """Inputs for the first layer of a body: images of several sizes, or rows as wide as it wants."""
    for node in ast.walk(body):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        layer, wide = dotted(node.func).rpartition(".")[2], whole_number(node.args[0])
        if layer == "Conv2d":
            return [f"torch.ones(1, {wide}, {size}, {size})" for size in IMAGE_SIZES] if wide <= WIDEST else []
        if layer == "Linear":
            return ["[[1], [2]]"] if wide == 1 else [f"torch.ones(2, {wide})"] if WIDEST < wide < WIDEST_LAYER else []
    return []


def whole_number(node: ast.expr) -> int:
    """A whole number of the text, or a product of such; 2, what a size is given as, for a name."""
    match node:
        case ast.Constant(int() as number):
            return number
        case ast.BinOp(left, ast.Mult(), right):
            return whole_number(left) * whole_number(right)
        case _:
            return 2


def fitting(name: str, others: Sequence[str]) -> Sequence[str]:
    """Values to try for a name: of labels the classes first."""
    return ("[0, 1]", *others) if name in LABELS else others


def widths_in(body: ast.AST) -> list[int]:
    """Whole numbers of a body that may be how many numbers it wants."""
    found = {node.value for node in ast.walk(body) if isinstance(node, ast.Constant) and type(node.value) is int}
    return sorted(n for n in found if 2 < n <= WIDEST)[:3]


def counted(width: int, rows: int) -> str:
    """A matrix of so many rows, or with none a vector, with the numbers from 1 on."""
    if not rows:
        return str([*range(1, width + 1)])
    return str([[*range(1 + i * width, 1 + (i + 1) * width)] for i in range(rows)])
