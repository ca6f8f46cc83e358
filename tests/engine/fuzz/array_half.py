"""Random programs of small arrays: each line is kept where NumPy runs it, so that shapes always fit."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.engine.fuzz import execution
from tests.engine.fuzz.array_templates import ALIAS, BIND, EXPRESSIONS, FUNCTION, LOOP, OBJECT, WRITE
from tests.engine.fuzz.execution import Unfit

ARRAY_NAMES = "a b c d g h m p q r s t u v w W X Y".split()
WORDS = "out row total parts grad scores hidden mask copy view left right loss first cells".split()
INDEX_NAMES = ["i", "j", "k"]
CLASS_NAMES = ["Affine", "Layer", "Relu", "Model"]
OBJECT_NAMES = ["layer", "model", "net", "unit"]
SIZES = (2, 3, 4)
LARGEST = 200.0  # of an element on the way
MOST_ELEMENTS = 40
MOST_DEPTH = 3
STATEMENTS = (2, 3, 5, 8, 11)
TRIES = 8
TABLES = [(5, BIND), (4, WRITE), (4, ALIAS), (4, LOOP), (3, FUNCTION), (3, OBJECT)]


def is_floats(value: Any) -> bool:
    """Whether it is an array or number that flows."""
    return (isinstance(value, np.ndarray) and value.dtype.kind == "f") or isinstance(value, float)


def held(name: str, value: Any) -> dict[str, Any]:
    """What of arrays and numbers there is under a name, each with the text that reads it."""
    if isinstance(value, float | np.ndarray):
        return {name: value} if np.size(value) else {}
    found: dict[str, Any] = {}
    if isinstance(value, list | tuple):
        for place, item in enumerate(value):
            found |= held(f"{name}[{place}]", item)
    elif isinstance(value, dict) and not name.startswith("__"):
        for key, item in value.items():
            found |= held(f"{name}[{key!r}]", item)
    elif type(value).__module__ == "__main__":
        for attribute, item in getattr(value, "__dict__", {}).items():
            if not isinstance(value, type):
                found |= held(f"{name}.{attribute}", item)
    return found


@dataclass
class Arrays:
    """A writer of one program.

    in_place: whether it may write into arrays; where it does not, autograd knows the gradients.
    """

    random: Random
    in_place: bool
    lines: list[str] = field(default_factory=list)
    namespace: dict[str, Any] = field(default_factory=dict)

    def number(self) -> str:
        value = round(self.random.uniform(0.2, 2), self.random.choice((1, 2)))
        return repr(value if self.random.random() < 0.6 else -value)

    def values(self, shape: tuple[int, ...]) -> str:
        if not shape:
            return self.number()
        return f"[{', '.join(self.values(shape[1:]) for _ in range(shape[0]))}]"

    def known(self) -> dict[str, Any]:
        """Arrays and numbers by the text that reads them."""
        found: dict[str, Any] = {}
        for name, value in self.namespace.items():
            if not name.startswith("__"):
                found |= held(name, value)
        return found

    def evaluated(self, text: str, names: dict[str, Any]) -> Any:
        """The value of an expression; None where it has none that is small and floating."""
        plain = {name: value for name, value in names.items() if name.isidentifier()}
        try:
            with execution.quiet():
                value = eval(text, dict(self.namespace), plain)
                if not isinstance(value, float | np.ndarray) or not np.all(np.abs(value) <= LARGEST):
                    return None
        except Exception:
            return None
        return value if is_floats(value) and np.size(value) in range(1, MOST_ELEMENTS) and np.ndim(value) < 4 else None

    def expression(self, depth: int, names: dict[str, Any]) -> tuple[str, Any]:
        """An expression over names, each with the value that it may have, and its value."""
        floats = {name: value for name, value in names.items() if is_floats(value)}
        for _ in range(TRIES):
            if depth <= 0 or self.random.random() < 0.1:
                break
            filling = Filling(self, names, depth - 1)
            try:
                text = self.random.choice(EXPRESSIONS).format_map(filling)
            except Inapplicable:
                continue
            value = self.evaluated(text, names)
            if value is not None:
                return f"({text})", value
        if not floats:
            raise Inapplicable
        name = self.random.choice(list(floats))
        return name, floats[name]

    def fitting(self, fits: Callable[[Any], bool], depth: int, names: dict[str, Any]) -> str:
        """An expression whose value fits, if need be as the mean of one that does not."""
        text = ""
        for _ in range(TRIES):
            text, value = self.expression(depth, names)
            if fits(value):
                return text
        return f"np.mean({text})"

    def add(self, statement: str) -> bool:
        """Write one more, where NumPy runs it."""
        text = "\n".join([*self.lines, statement])
        namespace = execution.namespace_of(execution.PLAIN)
        try:
            if not self.in_place and execution.writes_in_place(ast.parse(statement)):
                return False
            execution.run(ast.parse(text), namespace)
            execution.check_arrays(namespace)
        except (Unfit, SyntaxError):
            return False
        known = {name: value for outer, kept in namespace.items() for name, value in held(outer, kept).items()}
        if any(np.size(value) > MOST_ELEMENTS or np.any(np.abs(value) > LARGEST) for value in known.values()):
            return False
        self.lines.append(statement)
        self.namespace = namespace
        return True

    def add_statement(self) -> bool:
        (table,) = self.random.choices([table for _, table in TABLES], [weight for weight, _ in TABLES])
        filling, template = Filling(self, self.known(), self.random.randint(1, MOST_DEPTH)), self.random.choice(table)
        try:
            for hole in ("x", "v", "m"):
                if f"{{{hole}}}" in template:
                    filling[hole]  # what the others follow from
            return self.add(template.format_map(filling))
        except Inapplicable:
            return False

    def part(self, name: str, value: Any) -> str:
        """A number that tells an array."""
        scale = self.number()
        if not np.ndim(value):
            return f"{scale} * {name}"
        ways = [
            f"np.sum({name} ** 2)",
            f"{scale} * np.sum({name})",
            f"{scale} * {name}.sum()",
            f"np.mean({name}) * {scale}",
        ]
        if np.size(value) <= 6:
            ways += 4 * [f"np.sum({name} * np.array({self.values(np.shape(value))}))"]
        elif np.ndim(value) == 2:
            ways += 4 * [
                f"np.sum({name} @ np.arange({np.shape(value)[1]}.0))",
                f"np.sum({name}[0]) - {name}[-1, -1] * {scale}",
            ]
        return self.random.choice(ways)

    def program(self) -> str:
        self.namespace = execution.namespace_of(execution.PLAIN)
        n, k = self.random.choice(SIZES), self.random.choice(SIZES)
        shapes = self.random.sample([(n,), (n, k), (k,), (k, n), (n, n), ()], self.random.randint(2, 4))
        names = self.random.sample(ARRAY_NAMES, len(shapes))
        if not any(shapes):
            shapes[0] = (n,)
        for name, shape in zip(names, shapes):
            self.add(f"{name} = {f'np.array({self.values(shape)})' if shape else self.number()}")
        for _ in range(self.random.choice(STATEMENTS)):
            any(self.add_statement() for _ in range(2 * TRIES))
        floats = [item for item in self.known().items() if is_floats(item[1])]
        self.random.shuffle(floats)
        parts = [self.part(name, value) for name, value in floats[:8]]
        if self.in_place and self.random.random() < 0.3:
            self.lines += ["z = 0.0", *(f"z += {part}" for part in parts)]
        else:
            self.lines.append(f"z = {' + '.join(parts)}")
        imports = [] if self.random.random() < 0.25 else ["import numpy as np"]
        return ast.unparse(ast.parse("\n".join([*imports, *self.lines]))) + "\n"


Inapplicable = type("Inapplicable", (Exception,), {})


class Filling(dict[str, str]):
    """What stands for the names in braces, made when first asked for and then the same.

    The array that a statement is about is the one that was first chosen for {x}, {v}, {m} or {a}.
    """

    def __init__(self, writer: Arrays, names: dict[str, Any], depth: int):
        super().__init__()
        self.writer = writer
        self.random = writer.random
        self.names = names
        self.depth = depth
        self.about: Any = None

    def __missing__(self, hole: str) -> str:
        self[hole] = text = getattr(self, f"fill_{hole.rstrip('0123456789')}")(hole)
        return text

    def one_of(self, found: list[str]) -> str:
        if not found:
            raise Inapplicable
        return self.random.choice(found)

    def chosen(self, fits: Callable[[Any], bool]) -> str:
        name = self.one_of([name for name, value in self.names.items() if is_floats(value) and fits(value)])
        if self.about is None:
            self.about = self.names[name]
        return name

    def shape(self) -> tuple[int, ...]:
        about = self.names[self["x"]] if self.about is None else self.about
        if not np.ndim(about):
            raise Inapplicable
        return np.shape(about)

    def width(self) -> int:
        if len(self.shape()) < 2:
            raise Inapplicable
        return self.shape()[1]

    def size_text(self, size: int) -> str:
        """A whole number as it may be written: itself, or a name that holds it."""
        named = [
            name
            for name, value in self.writer.namespace.items()
            if type(value) is int and value == size and not name.startswith("_")
        ]
        return self.random.choice([str(size), *named, *named])

    # The holes

    def fill_x(self, hole: str) -> str:
        return self.chosen(lambda value: np.ndim(value) > 0)

    def fill_y(self, hole: str) -> str:
        return self.chosen(lambda value: True)

    def fill_v(self, hole: str) -> str:
        return self.chosen(lambda value: np.ndim(value) == 1)

    def fill_m(self, hole: str) -> str:
        return self.chosen(lambda value: np.ndim(value) == 2)

    def fill_a(self, hole: str) -> str:
        text, value = self.writer.expression(self.depth, self.names)
        if self.about is None:
            self.about = value
        return text

    fill_b = fill_a

    def fill_e(self, hole: str) -> str:
        return self.writer.expression(self.depth, self.names)[0]

    def fill_s(self, hole: str) -> str:
        return self.writer.fitting(lambda value: not np.ndim(value), self.depth, self.names)

    def fill_c(self, hole: str) -> str:
        return f"({self.writer.number()})"

    def fill_fit(self, hole: str) -> str:
        return self.writer.fitting(lambda value: broadcasts(value, self.shape()), self.depth, self.names)

    def fill_rowfit(self, hole: str) -> str:
        return self.writer.fitting(lambda value: broadcasts(value, self.shape()[1:]), self.depth, self.names)

    def fill_new(self, hole: str) -> str:
        taken = {*self.writer.namespace, *self.values()}
        return self.one_of([name for name in ARRAY_NAMES + WORDS if name not in taken])

    fill_f = fill_g = fill_p = fill_q = fill_new

    def fill_C(self, hole: str) -> str:
        return self.one_of([name for name in CLASS_NAMES if name not in self.writer.namespace])

    def fill_o(self, hole: str) -> str:
        return self.one_of([name for name in OBJECT_NAMES if name not in self.writer.namespace])

    def fill_k(self, hole: str) -> str:
        return self.one_of([name for name in INDEX_NAMES if name not in self.values()])

    fill_l = fill_k

    def fill_n(self, hole: str) -> str:
        return self.size_text(self.random.choice(SIZES))

    def fill_size(self, hole: str) -> str:
        return str(self.random.choice(SIZES))

    def fill_len(self, hole: str) -> str:
        return self.size_text(self.shape()[0])

    fill_rows = fill_len

    def fill_cols(self, hole: str) -> str:
        return self.size_text(self.width())

    def fill_axis(self, hole: str) -> str:
        return str(self.random.choice([*range(len(self.shape())), -1]))

    def index(self, size: int) -> str:
        place = self.random.randrange(size)
        return self.size_text(place) if self.random.random() < 0.7 else str(place - size)

    def fill_i(self, hole: str) -> str:
        return self.index(self.shape()[0])

    def fill_j(self, hole: str) -> str:
        return self.index(self.shape()[-1])

    def fill_lo(self, hole: str) -> str:
        return self.size_text(self.random.choice((0, 1)))

    def fill_hi(self, hole: str) -> str:
        return self.size_text(self.random.randint(2, max(2, self.shape()[0])))

    def fill_shape(self, hole: str) -> str:
        size = int(np.size(self.about))
        rows = self.random.choice([k for k in range(1, size + 1) if size % k == 0])
        return f"{self.size_text(rows)}, {self.size_text(size // rows)}"

    def fill_labels(self, hole: str) -> str:
        size = self.shape()[0]
        named = [
            name
            for name, value in self.names.items()
            if isinstance(value, np.ndarray) and value.dtype.kind == "i" and value.ndim == 1 and np.all(value < size)
        ]
        places = [self.random.randrange(size) for _ in range(self.random.choice((2, size)))]
        return self.random.choice([str(places), f"np.array({places})", *named, *named])

    def fill_picks(self, hole: str) -> str:
        return str([self.random.randrange(self.width()) for _ in range(self.shape()[0])])

    def fill_flags(self, hole: str) -> str:
        return str([self.random.random() < 0.6 for _ in range(self.shape()[0])])

    def fill_mask(self, hole: str) -> str:
        masks = [
            name
            for name, value in self.names.items()
            if isinstance(value, np.ndarray) and value.dtype.kind == "b" and value.shape == self.shape()
        ]
        return self.one_of(masks)

    def fill_values(self, hole: str) -> str:
        return self.writer.values(self.random.choice([(2,), (3,), (2, 3), (3, 2), (2, 2)]))

    def within(self, more: dict[str, Any], fits: Callable[[Any], bool], read: dict[str, Any] | None = None) -> str:
        """An expression over what is known only here, and something else.

        read: the values of what those names are read from, if they are more than a name.
        """
        names = dict(self.random.sample(list(self.names.items()), min(1, len(self.names)))) | more
        before = self.writer.namespace
        self.writer.namespace = before | (read or {})
        try:
            return self.writer.fitting(fits, max(1, self.depth), names)
        finally:
            self.writer.namespace = before

    def fill_item(self, hole: str) -> str:
        name = self["m"] if "m" in self else self["v"] if "v" in self else self["x"]
        more = {f"{name}[{self['k']}]": self.names[name][0]}
        return self.within(more, lambda value: not np.ndim(value), {self["k"]: 0})

    def fill_cell(self, hole: str) -> str:
        more = {f"{self['m']}[{self['k']}, {self['l']}]": self.names[self["m"]][0, 0]}
        return self.within(more, lambda value: not np.ndim(value), {self["k"]: 0, self["l"]: 0})

    def fill_body(self, hole: str) -> str:
        """Of a function with one or two parameters."""
        more = {self["p"]: self.names[self["x"]]}
        if hole == "body2":
            more[self["q"]] = self.names[self["y"]]
        return self.within(more, lambda value: True)

    def fill_method(self, hole: str) -> str:
        layer = SimpleNamespace(W=self.names[self["x"]], b=self.names[self["y"]])
        more = {"x": self.names[self["y2"]], "self.W": layer.W, "self.b": layer.b}
        return self.within(more, lambda value: True, {"self": layer})


def broadcasts(value: Any, shape: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(np.shape(value), shape) == shape
    except ValueError:
        return False


def array_program(random: Random) -> str:
    """A program that runs, and whose value and gradients are known.  Raises Unfit where this attempt ended in none."""
    text = Arrays(random, in_place=random.random() < 0.7).program()
    execution.array_expected(text)
    return text
