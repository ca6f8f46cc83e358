"""Random programs of known values, filled in from the templates; at the end all that was made becomes one number."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.engine.fuzz import execution
from tests.engine.fuzz.execution import Unfit
from tests.engine.fuzz.known_definitions import CLASSES, FUNCTIONS, Definition
from tests.engine.fuzz.known_expressions import FOLDS, LITERALS, PRODUCTIONS, READABLE_AS
from tests.engine.fuzz.known_statements import AUGMENT, BIND, CONTROL, IN_FUNCTION, IN_LOOP, MUTATE

NAMES = [
    *"a b c d e f g h k m n p q r s t u v w".split(),
    *"count items low high left right parts seen rate best key value name node grid".split(),
]
CLASS_NAMES = ["Point", "Layer", "Box", "Stack", "Counter", "Unit", "Cell", "Base", "Shape", "Item"]
HOLE = re.compile(r"<(?:([+]?)(?!var:|own:|gone:)(\w+):(\w+)|(?:(\w+)=)?(var|own|gone):(\w+)|(\w+)(!|@[\w,]+)?)>")
MOST_DEPTH = 3  # of an expression
MOST_BLOCKS = 2  # around a statement
LITERAL_CHANCE, VARIABLE_CHANCE, GIVEN_CHANCE, SHADOW_CHANCE = 0.15, 0.3, 0.2, 0.3
STATEMENTS = (2, 3, 5, 8, 12)  # at the top of a program
TRIES = 6  # to find a statement that fits

# An attempt fails where a template asks for a variable that there is not.
Inapplicable = type("Inapplicable", (Exception,), {})


@dataclass
class Scope:
    """What is known at one place of the program.

    kinds: of names.  own: the names that the function here may assign.  gives: templates of expressions by kind, of
    what was defined.  returns: the kind that the function here returns.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    gives: dict[str, list[str]] = field(default_factory=dict)
    outer: str = "global"
    returns: str | None = None
    in_loop: bool = False
    blocks: int = 0

    def inside(self, kinds: dict[str, str], *, function: bool = False) -> Scope:
        """A copy for a block, whose new names do not come out; where it is a function's, it owns only `kinds`."""
        return Scope(
            self.kinds | kinds,
            set(kinds) if function else self.own | set(kinds),
            {kind: list(given) for kind, given in self.gives.items()},
            "nonlocal" if function else self.outer,
            None if function else self.returns,
            False if function else self.in_loop,
            self.blocks,
        )

    def without(self, names: set[str]) -> Scope:
        """A copy in which some names are not known, because others hide them."""
        made = self.inside({})
        for name in names:
            made.kinds.pop(name, None)
            made.own.discard(name)
        return made

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Forgets what was added where the template does not apply."""
        before = dict(self.kinds), set(self.own), {kind: list(given) for kind, given in self.gives.items()}
        try:
            yield
        except Inapplicable:
            self.kinds, self.own, self.gives = before
            raise

    def variables(self, kind: str, own: bool = False) -> list[str]:
        kinds = (kind,) if own else READABLE_AS.get(kind, (kind,))
        return [name for name, found in self.kinds.items() if found in kinds and (not own or name in self.own)]


@dataclass
class Known:
    """A writer of one program.

    in_function: whether all but the first and last line stand in a function, whose numbers are no inputs.
    """

    random: Random
    in_function: bool
    lines: list[str] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)

    # Filling templates

    def fresh(self, scope: Scope, kind: str, taken: set[str], shadowing: bool) -> str:
        pool = CLASS_NAMES if kind == "name" and "C" in taken else NAMES
        free = [name for name in pool if name not in scope.kinds and name not in taken]
        if shadowing and self.random.random() < SHADOW_CHANCE:
            free = [name for name in scope.kinds if name in NAMES and name not in taken] or free
        if not free:
            raise Inapplicable
        return self.random.choice(free)

    def fill(self, template: str, scope: Scope, depth: int, definition: Definition | None = None) -> tuple[str, dict]:
        """The text, and what its labels became.  New names are added to the scope."""
        labels: dict[str, str] = {}
        kinds: dict[str, str] = {}
        new: dict[str, str] = {}
        is_class = template.lstrip().startswith("class")
        for match in HOLE.finditer(template):
            plus, label, kind, picked, how, of, *_ = match.groups()
            if label and label not in labels:
                taken = set(labels.values()) | ({"C"} if is_class and kind == "name" else set())
                labels[label] = self.fresh(scope, kind, taken, not plus)
                kinds[label] = kind
                if plus:
                    new[labels[label]] = kind
            elif how and picked:
                labels[picked] = self.variable(of, scope, how, set(labels.values()))
                kinds[picked] = of

        def filled(match: re.Match[str]) -> str:
            _, label, _, picked, how, of, word, mark = match.groups()
            if label or picked:
                return labels[label or picked]
            if how:
                return self.variable(of, scope, how)
            if word in labels and not mark:
                return labels[word]
            before = template[: match.start()]
            line = before.rpartition("\n")[2]
            in_body = definition is not None and line.startswith(" ") and not line.lstrip().startswith(("def", "class"))
            hidden = {name for label, name in labels.items() if name not in new or in_body}
            asked = mark[1:].split(",") if mark and mark != "!" else ()
            here = scope.without(hidden).inside({labels[label]: kinds[label] for label in asked}, function=in_body)
            if in_body and definition:
                here.returns = definition.returns
            if word == "block":
                first = [line for line in before.split("\n") if line and not line.startswith(" ")][-1]
                here.in_loop = (here.in_loop or first.startswith(("for", "while"))) and not in_body
                return self.block(here, len(line) - len(line.lstrip()))
            if word == "return":
                if scope.returns is None:
                    raise Inapplicable
                return f"return {self.expression(scope.returns, here, 1)}"
            if word == "outer":
                return scope.outer
            bound = set(here.own)
            text = self.expression(word, here, 0 if mark == "!" else depth - 1)
            if not in_body and "lambda" not in line:
                for name in sorted(here.own - bound):  # what a walrus bound
                    scope.kinds[name] = here.kinds[name]
                    scope.own.add(name)
            return text

        text = HOLE.sub(filled, template)
        for name, kind in new.items():
            scope.kinds[name] = kind
            scope.own.add(name)
        return text, labels

    def variable(self, kind: str, scope: Scope, how: str, taken: set[str] | None = None) -> str:
        """taken: what it is not, unless there is nothing else."""
        found = scope.variables(kind, how != "var")
        if not found or (how == "gone" and scope.blocks):
            raise Inapplicable
        name = self.random.choice([name for name in found if name not in (taken or ())] or found)
        if how == "gone":
            del scope.kinds[name]
            scope.own.discard(name)
        return name

    def expression(self, kind: str, scope: Scope, depth: int) -> str:
        """An expression of a kind, in parentheses where it is longer than a name."""
        variables, given = scope.variables(kind), scope.gives.get(kind, [])
        for _ in range(TRIES):
            chance = self.random.random()
            if variables and (chance < VARIABLE_CHANCE or depth <= 0):
                return self.random.choice(variables)
            if kind in LITERALS and (depth <= 0 or chance > 1 - LITERAL_CHANCE):
                return f"({self.random.choice(LITERALS[kind])})"
            templates = PRODUCTIONS.get(kind, [])
            if given and (chance < VARIABLE_CHANCE + GIVEN_CHANCE or not templates):
                templates = given
            if templates is given and depth <= 0:
                templates = given[:1]  # of a class, its constructor
            if not templates or depth < -MOST_DEPTH:
                break
            try:
                with scope.attempt():
                    return f"({self.fill(self.random.choice(templates), scope, depth)[0]})"
            except Inapplicable:
                continue
        raise Inapplicable

    def block(self, scope: Scope, indentation: int) -> str:
        scope.blocks += 1
        texts = [self.statement(scope) for _ in range(self.random.choice((1, 1, 2, 3)))]
        return "\n".join(texts).replace("\n", "\n" + " " * indentation)

    def statement(self, scope: Scope) -> str:
        """A statement that fits here, whose new names are in the scope then."""
        tables: list[tuple[float, list[Any]]] = [(4, BIND), (4, AUGMENT), (4, MUTATE)]
        if scope.blocks <= MOST_BLOCKS:
            tables += [(3, CONTROL), (1 if scope.blocks else 3, FUNCTIONS)]
        if scope.blocks == 0:
            tables += [(1, CLASSES)]
        if scope.in_loop:
            tables += [(1, IN_LOOP)]
        if scope.returns:
            tables += [(0.5, IN_FUNCTION)]
        if scope.gives:
            tables += [(3, scope.gives.get("statement", []))]
        for _ in range(3 * TRIES):
            (table,) = self.random.choices([t for _, t in tables], [weight for weight, _ in tables])
            if table:
                try:
                    with scope.attempt():
                        return self.placed(self.random.choice(table), scope)
                except Inapplicable:
                    continue
        return "pass"

    def placed(self, template: str | Definition, scope: Scope) -> str:
        depth = self.random.randint(1, MOST_DEPTH)
        if isinstance(template, str):
            return self.fill(template, scope, depth)[0]
        text, labels = self.fill(template.text.strip(), scope, depth, template)
        gives = {
            re.sub(r"<(\w+)>", lambda m: labels.get(m[1], m[0]), kind).strip("<>"): [
                re.sub(r"<(\w+)>", lambda m: labels.get(m[1], m[0]), given) for given in many
            ]
            for kind, many in template.gives.items()
        }
        for kind, many in gives.items():
            # What was just defined is used more than what stands there long.
            scope.gives.setdefault(kind if kind != "fold" else f"fold {labels['C']}", []).extend(many)
            if kind == "statement":
                continue
        folds = gives.get("fold", [])
        for label in ("C", "D"):
            if folds and label in labels:
                scope.gives[f"fold {labels[label]}"] = folds
        used = self.random.choice([kind for kind in gives if kind != "fold"])
        use = "<+it:{0}> = <{0}>".format(used)  # noqa: UP032 - the template has braces of its own
        if used == "statement":
            use = self.random.choice(gives[used])
        elif used in gives and self.random.random() < 0.7:
            use = f"<+it:{used}> = {self.random.choice(gives[used])}"
        return f"{text}\n{self.fill(use, scope, 2)[0]}"

    # Keeping what runs

    def text(self, lines: list[str], last: str) -> str:
        first = ["x = 1.5"]
        if self.in_function:
            body = "\n".join(lines).replace("\n", "\n    ")
            return "\n".join([*first, f"def program():\n    {body}\n    {last}"])
        return "\n".join([*first, *lines, last])

    def values(self, lines: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the names are after some lines, in plain and in dual numbers.  Raises Unfit."""
        text = self.text(lines, "return locals()" if self.in_function else "")
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            raise Unfit(str(error)) from None
        plain = self.names_after(tree, execution.namespace_of(execution.PLAIN))
        dual = execution.namespace_of(execution.DUAL) | {"__moving__": execution.moving}
        return plain, self.names_after(execution.with_moving_literals(text), dual)

    def names_after(self, tree: ast.Module, namespace: dict[str, Any]) -> dict[str, Any]:
        if self.in_function:
            tree.body.append(ast.parse("__names__ = program()").body[0])
        namespace["__builtins__"] = namespace["__builtins__"] | {"locals": locals}
        execution.run(tree, namespace)
        names = namespace["__names__"] if self.in_function else namespace
        execution.check_sizes(names)
        return names

    def add_statement(self) -> bool:
        """Write one more, if one is found that runs."""
        scope = Scope(dict(self.scope.kinds), set(self.scope.own), {k: list(v) for k, v in self.scope.gives.items()})
        scope.outer = "nonlocal" if self.in_function else "global"
        try:
            written = self.statement(scope)
            statement = ast.unparse(ast.parse(written))
            plain, dual = self.values([*self.lines, statement])
        except (Unfit, SyntaxError):
            return False
        if not self.in_function:
            # A number that the program binds is an input from here on.
            inputs = {
                name.id
                for bound in execution.bound_literals(ast.parse("\n".join([*self.lines, statement])))
                for target in bound.targets
                for name in ast.walk(target)
                if isinstance(name, ast.Name)
            }
            for name in sorted(inputs & set(scope.kinds)):
                value = dual.get(name)
                if isinstance(value, execution.Dual) and scope.kinds[name] in ("int", "float", "maybe"):
                    scope.kinds[name] = "leaf" if isinstance(value.value, int) else "node"
        for name, kind in list(scope.kinds.items()):
            if name not in plain:
                del scope.kinds[name]
                scope.own.discard(name)
            elif not conforms(kind, plain[name]) or not conforms(kind, dual[name]):
                moved = moving_kind(kind, dual[name])
                if moved is None:
                    return False
                scope.kinds[name] = moved
        self.lines.append(statement)
        self.scope = scope
        return True

    def folded(self) -> list[str]:
        """A number for each name: all that there is to know of it, or some."""
        parts: list[str] = []
        plain, dual = self.values(self.lines)
        # Each part is tried where the lines have ended; that all of them run together is seen of the whole program.
        spaces = [
            execution.namespace_of(of) | names for of, names in ((execution.PLAIN, plain), (execution.DUAL, dual))
        ]
        for name, kind in self.scope.kinds.items():
            folds = [*FOLDS.get(kind, []), *self.scope.gives.get(f"fold {kind}", [])]
            if kind not in ("node", "leaf", "nodes", "weights", "step", "steps") and is_plain(plain[name]):
                folds += [f"(5 if <it> == {plain[name]!r} else 9)"]
            self.random.shuffle(folds)
            for fold in folds[:TRIES]:
                weight = round(self.random.uniform(0.1, 2), 2)
                part = f"{weight} * {self.fill(fold.replace('<it>', name), self.scope, 1)[0]}"
                try:
                    for space in spaces:
                        execution.run(ast.parse(f"_ = {part}"), space)
                except (Unfit, SyntaxError):
                    continue
                parts.append(part)
                break
        self.random.shuffle(parts)
        return parts

    def program(self) -> str:
        for _ in range(self.random.choice(STATEMENTS)):
            any(self.add_statement() for _ in range(TRIES))
        parts = self.folded() or ["1.0"]
        how = self.random.choice(("sum", "lines", "list"))
        lines, whole = list(self.lines), " + ".join(parts)
        if how == "lines":
            lines += ["total = 0.0", *(f"total += {part}" for part in parts)]
            whole = "total"
        elif how == "list":
            whole = f"sum([{', '.join(parts)}])"
        if self.in_function:
            text, whole = self.text(lines, f"return {whole}"), "program()"
        else:
            text = self.text(lines, "")
        last = self.random.choice(("x * ({})", "({}) * x", "np.exp(x) * ({})", "x ** 2 * ({})", "math.sin(x) * ({})"))
        imports = self.random.choice((["import math", "import numpy as np"], ["import numpy as np", "import math"], []))
        rest = "np.tanh(x)"
        if self.random.random() < 0.3:  # without a library, where a named list of numbers is an array
            imports, last, rest = [], self.random.choice(("x * ({})", "x ** 2 * ({})")), "x"
        return ast.unparse(ast.parse("\n".join([*imports, text, f"z = {last.format(whole)} + {rest}"]))) + "\n"


def is_plain(value: Any) -> bool:
    """Whether its printed form stands for it in a program."""
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(is_plain(item) for pair in value.items() for item in pair)
    return value is None or isinstance(value, int | str)


def each(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda values: all(map(check, values))


def is_int(value: Any) -> bool:
    return isinstance(value, int)


def is_node(value: Any) -> bool:
    return isinstance(value, execution.Dual | int | float)


def items_are(of: type, key: type, check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: type(value) is of and all(type(k) is key and check(v) for k, v in value.items())


def is_list(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: type(value) is list and all(map(check, value))


def is_pair(value: Any) -> bool:
    return type(value) is tuple and len(value) == 2 and all(map(is_int, value))


CHECKS: dict[str, Callable[[Any], bool]] = {
    "int": is_int,
    "counter": is_int,
    "float": lambda value: type(value) is float,
    "bool": lambda value: type(value) is bool,
    "str": lambda value: type(value) is str,
    "maybe": lambda value: value is None or is_int(value),
    "ints": is_list(is_int),
    "strs": is_list(lambda value: type(value) is str),
    "pairs": is_list(is_pair),
    "rows": is_list(is_list(is_int)),
    "pair": is_pair,
    "tuple": lambda value: type(value) is tuple and all(map(is_int, value)),
    "counts": items_are(dict, str, is_int),
    "table": lambda value: type(value) is dict and all(is_int(k) and is_int(v) for k, v in value.items()),
    "groups": items_are(dict, str, is_list(is_int)),
    "set": lambda value: type(value) is set and all(map(is_int, value)),
    "step": callable,
    "steps": is_list(callable),
    "node": is_node,
    "leaf": is_node,
    "nodes": is_list(is_node),
    "weights": items_are(dict, str, is_node),
}


def conforms(kind: str, value: Any) -> bool:
    """Whether a value is of a kind; of a class's, whether it is its object."""
    if kind in ("hidden", "name"):
        return True
    if kind in CHECKS:
        return CHECKS[kind](value)
    return kind in [made.__name__ for made in type(value).__mro__]


def moving_kind(kind: str, value: Any) -> str | None:
    """What a value of another kind became, where it follows from an input."""
    if kind in ("int", "float", "maybe", "leaf") and is_node(value):
        return "node"
    if kind == "ints" and CHECKS["nodes"](value):
        return "nodes"
    return None


def known_program(random: Random) -> str:
    """A program that runs, and whose value and gradient are known.  Raises Unfit where this attempt ended in none."""
    text = Known(random, in_function=random.random() < 0.5).program()
    execution.known_expected(text)
    return text
