"""Syntax to code: a flat list of instructions for each body, so that no depth needs Python's stack."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from gradlens.engine.language.names import CONSTANTS
from gradlens.engine.language.objects import kind_of
from gradlens.engine.language.rewriting.choices import as_one, chosen, guarded, is_free
from gradlens.engine.language.running import bodies, jumping, looping, operating, storing
from gradlens.engine.language.running import instructions as do
from gradlens.engine.language.standard import unwinding
from gradlens.engine.language.standard.exceptions import EXCEPTIONS
from gradlens.engine.language.syntax import Misplaced, construct, levels

Run = Callable[[Any, Any, Any, Any], None]
Instruction = tuple[Run, Any, Any]  # what is done, with what, and the syntax that it stands for


@dataclass(eq=False)
class Code:
    """A body as instructions.

    parameters, rest, keyword_only, keywords: what a call binds.  bound: the names that the body binds;
    local: those that mean nothing outside it therefore.
    kind: "program", "function", "comprehension", "class", "generator".
    """

    name: str
    kind: str
    instructions: list[Instruction] = field(default_factory=list[Instruction])
    parameters: tuple[str, ...] = ()
    rest: str | None = None
    keyword_only: tuple[str, ...] = ()
    keywords: str | None = None
    defaults: dict[str, ast.expr] = field(default_factory=dict[str, ast.expr])
    local: frozenset[str] = frozenset()
    bound: frozenset[str] = frozenset()
    mentions: Mentions = field(default_factory=lambda: Mentions())
    ours: bool = False

    @cached_property
    def plain(self) -> bool:
        """Whether it takes arguments by their places alone."""
        return self.rest is None and self.keywords is None and not self.keyword_only

    @property
    def signature(self) -> str:
        """How the function is called, for an error."""
        return f"{self.name}({self.written})"

    @cached_property
    def written(self) -> str:
        """Its parameters as one writes them."""

        def shown(name: str) -> str:
            return f"{name}={ast.unparse(self.defaults[name])}" if name in self.defaults else name

        parts = [shown(name) for name in self.parameters]
        if self.rest is not None:
            parts.append(f"*{self.rest}")
        elif self.keyword_only:
            parts.append("*")
        parts += [shown(name) for name in self.keyword_only]
        if self.keywords is not None:
            parts.append(f"**{self.keywords}")
        return ", ".join(parts)


@dataclass(eq=False, slots=True)
class Mentions:
    """What a program speaks of, its inner bodies included.

    imports: modules; imported: the names that they are bound to.  calls: what stands before the last dot of what is
    called, as names.
    """

    imports: set[str] = field(default_factory=set[str])
    imported: set[str] = field(default_factory=set[str])
    calls: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])


class Label:
    """A place in the instructions that is not known yet."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = -1


@dataclass(frozen=True, slots=True)
class CallShape:
    """How the arguments of a call lie on the stack.  stars: whether each is a list of arguments.  names: of keywords,
    None for **.
    """

    stars: tuple[bool, ...]
    names: tuple[str | None, ...]
    plain: bool  # neither stars nor keywords
    target: str | None = None  # the one name that the result is bound to


@cache
def plain_call(count: int) -> CallShape:
    """The shape of a call with arguments by their places alone."""
    return CallShape((False,) * count, (), True)


Operand = tuple[str | None, Any, ast.expr]  # a name, or a constant by its value
Task = tuple[Any, int] | Instruction | Label | Callable[[], None]


def compiled(
    body: Sequence[ast.stmt] | ast.expr, name: str, kind: str, nesting: float, ours: bool = False, **facts: Any
) -> Code:
    """The code of a body.  nesting: levels of expressions allowed.  Errors: too-deep, not-in-language, and others of
    syntax.
    """
    code = Code(name, kind, ours=ours, **facts)
    Compiler(code, nesting, code.mentions).body(body)
    return code


class Compiler:
    """Writes the instructions of one body; bodies inside it become codes of their own."""

    def __init__(self, code: Code, nesting: float, mentions: Mentions, around: Compiler | None = None):
        self.code = code
        self.mentions = mentions
        self.around = around
        self.nesting = nesting
        self.out = code.instructions
        self.loops: list[tuple[Label, Label, int]] = []
        self.blocks = 0  # of try and with around what is written
        self.targets: dict[int, str] = {}  # by the call, the name of what it makes
        self.bound: set[str] = set()  # the names that the body binds
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()

    def body(self, body: Sequence[ast.stmt] | ast.expr) -> None:
        code = self.code
        self.bound |= {*code.parameters, *code.keyword_only, *filter(None, (code.rest, code.keywords))}
        self.instructions(body)
        code.bound = frozenset(self.bound)
        if code.kind not in ("program", "class"):
            code.local = code.bound

    def instructions(self, body: Sequence[ast.stmt] | ast.expr) -> None:
        if isinstance(body, ast.expr):
            self.run([(bodies.give, None, body), (body, 1)])
            return
        end: ast.AST = body[-1] if body else ast.Pass()
        self.run([(bodies.end, None, end), *[(s, 0) for s in reversed(body)]])

    def run(self, tasks: list[Task]) -> None:
        """Work a stack of tasks: syntax becomes tasks, an instruction is written."""
        out, nesting, handlers = self.out, self.nesting, HANDLERS
        while tasks:
            task: Any = tasks.pop()
            if kind_of(task) is tuple:
                if len(task) == 3:
                    out.append(task)
                    continue
                node, depth = task
                if depth > nesting:
                    raise Misplaced("too-deep", node, limit=levels(nesting))
                handler = handlers.get(kind_of(node))
                if handler is None:
                    raise Misplaced("not-in-language", node, construct=construct(node))
                handler(self, node, depth, tasks)
            elif isinstance(task, Label):
                task.at = len(out)
            else:
                task()

    # ------------------------------------------------------------ expressions

    def constant(self, node: ast.Constant, depth: int, tasks: list[Task]) -> None:
        if isinstance(node.value, (bytes, complex)):
            raise Misplaced("string" if isinstance(node.value, bytes) else "not-a-number", node, got=repr(node.value))
        self.out.append((do.constant, node.value, node))

    def name(self, node: ast.Name, depth: int, tasks: list[Task]) -> None:
        self.out.append((do.name, node.id, node))

    def binary(self, node: ast.BinOp, depth: int, tasks: list[Task]) -> None:
        left, right = node.left, node.right
        if depth < self.nesting:
            # An operand that is a name or a number is read by the operator itself: most are.
            operand = plain_operand(right)
            if operand is not None:
                run = operating.BINARY_READING[type(node.op)]
                if isinstance(left, ast.Name):
                    self.out.append((run, (left.id, *operand), node))
                else:
                    tasks += [(run, (None, *operand), node), (left, depth)]
                return
        # A long sum leans to the left and is no deeper for its length.
        tasks += [(operating.BINARY[type(node.op)], None, node), (right, depth + 1), (left, depth)]

    def unary(self, node: ast.UnaryOp, depth: int, tasks: list[Task]) -> None:
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            if type(value) is int or type(value) is float:
                self.out.append((do.constant, -value, node))
                return
        tasks += [(operating.UNARY[type(node.op)], None, node), (node.operand, depth + 1)]

    def compare(self, node: ast.Compare, depth: int, tasks: list[Task]) -> None:
        tasks += [
            (operating.compare, tuple([type(sign) for sign in node.ops]), node),
            *[(part, depth + 1) for part in reversed(node.comparators)],
            (node.left, depth + 1),
        ]

    def logic(self, node: ast.BoolOp, depth: int, tasks: list[Task]) -> None:
        end = Label()
        jump = jumping.jump_if_true_or_drop if isinstance(node.op, ast.Or) else jumping.jump_if_false_or_drop
        parts: list[Task] = [end]
        for i, value in enumerate(reversed(node.values)):
            if i:
                parts.append((jump, end, value))
            parts.append((value, depth + 1))
        tasks += parts

    def choice(self, node: ast.IfExp, depth: int, tasks: list[Task]) -> None:
        other, end = Label(), Label()
        free = is_free(node.body) and is_free(node.orelse)
        tasks += [
            end,
            *([(jumping.chosen, None, node)] if free else []),
            (node.orelse, depth + 1),
            other,
            (jumping.first_chosen if free else jumping.jump, end, node),
            (node.body, depth + 1),
            (jumping.choose, (other, node), node.test) if free else (jumping.jump_if_false, other, node.test),
            (node.test, depth + 1),
        ]

    def attribute(self, node: ast.Attribute, depth: int, tasks: list[Task]) -> None:
        if type(node.value) is ast.Name and depth < self.nesting:
            self.out.append((do.attribute_of_name, (node.value.id, node.attr), node))
        else:
            tasks += [(do.attribute, node.attr, node), (node.value, depth + 1)]

    def subscript(self, node: ast.Subscript, depth: int, tasks: list[Task]) -> None:
        operand = plain_operand(node.slice) if depth < self.nesting else None
        if operand is not None:
            tasks += [(do.item_reading, operand, node), (node.value, depth + 1)]
        else:
            tasks += [(do.item, None, node), (node.slice, depth + 1), (node.value, depth + 1)]

    def slice(self, node: ast.Slice, depth: int, tasks: list[Task]) -> None:
        parts = [part if part is not None else NOTHING for part in (node.lower, node.upper, node.step)]
        tasks += [(do.slice_of, None, node), *[(part, depth + 1) for part in reversed(parts)]]

    def elements(self, node: ast.List | ast.Tuple | ast.Set, depth: int, tasks: list[Task]) -> None:
        run = {ast.List: do.make_list, ast.Tuple: do.make_tuple, ast.Set: do.make_set}[type(node)]
        if isinstance(node, ast.List) and node.elts and (literal := literal_list(node)) is not None:
            self.out.append((do.literal_list, literal, node))
            return
        if isinstance(node, ast.List) and node.elts and is_written_list(node):
            run = do.make_written_list
        elif type(node) is ast.Tuple and depth < self.nesting and (operands := plain_operands(node.elts)) is not None:
            self.out.append((do.make_tuple_reading, operands, node))
            return
        stars = tuple([isinstance(part, ast.Starred) for part in node.elts])
        tasks.append((run, stars if any(stars) else len(stars), node))
        for part in reversed(node.elts):
            self.operand(part, depth, tasks)

    def operand(self, part: ast.expr, depth: int, tasks: list[Task]) -> None:
        """An item or an argument; of a starred one all items are there before they are counted."""
        if isinstance(part, ast.Starred):
            tasks += [(jumping.gather, None, part), (part.value, depth + 1)]
        else:
            tasks.append((part, depth + 1))

    def dictionary(self, node: ast.Dict, depth: int, tasks: list[Task]) -> None:
        tasks.append((do.make_dict, tuple([key is None for key in node.keys]), node))
        for key, value in reversed(list(zip(node.keys, node.values))):
            tasks.append((value, depth + 1))
            tasks.append((key if key is not None else NOTHING, depth + 1))

    def call(self, node: ast.Call, depth: int, tasks: list[Task]) -> None:
        stars = tuple([isinstance(part, ast.Starred) for part in node.args])
        starred = True in stars
        target = self.targets.get(id(node))
        if node.keywords or starred or target is not None:
            names = tuple([k.arg for k in node.keywords])
            shape = CallShape(stars, names, not starred and not names, target)
        else:
            shape = plain_call(len(stars))
            if type(node.func) is ast.Name and depth < self.nesting:
                operands = plain_operands(node.args)
                if operands is not None:
                    self.out.append((bodies.call_reading, (node.func.id, operands), node))
                    return
        tasks.append((bodies.call, shape, node))
        if node.keywords:
            tasks += [(keyword.value, depth + 1) for keyword in reversed(node.keywords)]
        if starred:
            for part in reversed(node.args):
                self.operand(part, depth, tasks)
        else:
            tasks += [(part, depth + 1) for part in reversed(node.args)]
        function = node.func
        if isinstance(function, ast.Name):
            tasks.append((do.callee, function.id, function))
        elif isinstance(function, ast.Attribute):
            self.mentions.calls.add(dotted(function.value))
            if type(function.value) is ast.Name and depth < self.nesting:
                tasks.append((do.method_of_name, (function.value.id, function.attr, node), function))
            else:
                tasks += [(do.method, (function.attr, node), function), (function.value, depth + 1)]
        else:
            tasks.append((function, depth + 1))

    def function(self, node: ast.Lambda, depth: int, tasks: list[Task]) -> None:
        self.make_function(node.args, node.body, "lambda", node, tasks, depth)

    def make_function(
        self,
        arguments: ast.arguments,
        body: Sequence[ast.stmt] | ast.expr,
        name: str,
        node: ast.AST,
        tasks: list[Task],
        depth: int,
    ) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        parameters = tuple([a.arg for a in positional])
        keyword_only = tuple([a.arg for a in arguments.kwonlyargs])
        defaults = dict(zip(parameters[len(parameters) - len(arguments.defaults) :], arguments.defaults, strict=True))
        defaults |= {
            p: given for p, given in zip(keyword_only, arguments.kw_defaults, strict=True) if given is not None
        }
        rest = arguments.vararg.arg if arguments.vararg else None
        keywords = arguments.kwarg.arg if arguments.kwarg else None
        for parameter in (*parameters, *keyword_only, rest or "", keywords or ""):
            storing.check_name(parameter, node)
        if isinstance(body, list) and body and is_docstring(body[0]):
            body = body[1:]
        if isinstance(body, list):
            body = chosen(body)
        code = Code(
            name,
            "function",
            parameters=parameters,
            rest=rest,
            keyword_only=keyword_only,
            keywords=keywords,
            defaults=defaults,
            ours=self.code.ours,
        )
        Compiler(code, self.nesting, self.mentions).body(body)
        tasks.append((bodies.make_function, (code, tuple(defaults)), node))
        tasks += [(default, depth + 1) for default in reversed(defaults.values())]

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, depth: int, tasks: list[Task]
    ) -> None:
        kinds = {ast.ListComp: "list", ast.SetComp: "set", ast.GeneratorExp: "iterator", ast.DictComp: "dict"}
        code = Code(kinds[type(node)], "comprehension", ours=self.code.ours)
        code.local = frozenset(
            name.id for g in node.generators for name in ast.walk(g.target) if isinstance(name, ast.Name)
        )
        inner = Compiler(code, self.nesting, self.mentions, self)
        work: list[Task] = [(bodies.give_collected, code.name, node)]
        ends: list[Task] = []
        begins: list[Task] = []
        for i, generator in enumerate(node.generators):
            if generator.is_async:
                raise Misplaced("not-in-language", node, construct="async for")
            again, end = Label(), Label()
            if i:
                begins += [(generator.iter, depth + 1), (looping.iterate, None, generator.iter)]
            begins += [again, (looping.advance, end, generator.target)]
            begins += inner.stores(generator.target, generator.target, turn=True)
            for test in generator.ifs:
                begins += [(test, depth + 1), (jumping.jump_if_false, again, test)]
            ends = [(jumping.jump, again, node), end, *ends]
        if isinstance(node, ast.DictComp):
            element: list[Task] = [(node.key, depth + 1), (node.value, depth + 1), (bodies.collect_pair, None, node)]
        else:
            element = [(node.elt, depth + 1), (bodies.collect, code.name, node.elt)]
        work += reversed([*begins, *element, *ends])
        inner.run(work)
        first = node.generators[0].iter
        tasks += [(bodies.comprehend, code, node), (looping.iterate, None, first), (first, depth + 1)]

    def formatted(self, node: ast.JoinedStr, depth: int, tasks: list[Task]) -> None:
        tasks.append((do.join_text, len(node.values), node))
        tasks += [(part, depth + 1) for part in reversed(node.values)]

    def format(self, node: ast.FormattedValue, depth: int, tasks: list[Task]) -> None:
        spec: ast.expr = node.format_spec if node.format_spec is not None else ast.copy_location(ast.Constant(""), node)
        tasks += [(do.format_value, node.conversion, node), (spec, depth + 1), (node.value, depth + 1)]

    def named(self, node: ast.NamedExpr, depth: int, tasks: list[Task]) -> None:
        around = self
        while around.around is not None:
            around = around.around
        around.bound.add(node.target.id)
        store = storing.store_outside if around is not self else storing.store
        tasks += [(store, node.target.id, node), (jumping.duplicate, None, node), (node.value, depth + 1)]

    def yields(self, node: ast.Yield, depth: int, tasks: list[Task]) -> None:
        self.check_yields(node)
        tasks += [(bodies.yield_value, None, node), (node.value if node.value is not None else NOTHING, depth + 1)]

    def check_yields(self, node: ast.expr) -> None:
        if self.code.kind == "function":
            self.code.kind = "generator"
        if self.code.kind != "generator":
            raise Misplaced("return-outside", node, construct="yield")

    def yields_from(self, node: ast.YieldFrom, depth: int, tasks: list[Task]) -> None:
        self.check_yields(node)
        again, end = Label(), Label()
        tasks += [
            (bodies.delegate_ends, None, node),
            end,
            (jumping.jump, again, node),
            (bodies.yield_value, None, node),
            (bodies.advance_delegate, end, node),
            again,
            (bodies.delegated, None, node),
            (looping.iterate, None, node),
            (node.value, depth + 1),
        ]

    # ------------------------------------------------------------ statements

    def stores(self, target: ast.expr, statement: ast.AST, turn: bool = False) -> list[Task]:
        """The instructions that bind what lies on the stack, in order."""
        if isinstance(target, ast.Name):
            return [self.store_name(target.id, statement, turn)]
        found: list[Task] = []
        pending: list[ast.expr | Instruction] = [target]
        while pending:
            one = pending.pop()
            if isinstance(one, tuple):
                found.append(one)
                continue
            match one:
                case ast.Name(name):
                    found.append(self.store_name(name, statement, turn))
                case ast.Tuple(parts) | ast.List(parts):
                    star = [i for i, part in enumerate(parts) if isinstance(part, ast.Starred)]
                    if len(star) > 1:
                        raise Misplaced("not-in-language", parts[star[1]], construct="*")
                    found.append((storing.unpack, (len(parts), star[0] if star else None), statement))
                    pending += [part.value if isinstance(part, ast.Starred) else part for part in reversed(parts)]
                case ast.Attribute(ast.Name(held), name):
                    found.append((storing.store_attribute_of_name, (held, name), one))
                case ast.Attribute(value, name):
                    found += [(value, 1), (storing.store_attribute, name, one)]
                case ast.Subscript(value, place):
                    found += [(value, 1), (place, 1), (storing.store_item, None, one)]
                case _:
                    raise Misplaced("assignment-target", one)
        return found

    def store_name(self, name: str, statement: ast.AST, turn: bool) -> Instruction:
        if self.code.kind != "class":
            storing.check_name(name, statement)
        store = self.store_of(name)
        return (storing.bind_turn if turn and store is storing.store else store, name, statement)

    def store_of(self, name: str) -> Run:
        if name in self.globals:
            return storing.store_global
        if name in self.nonlocals:
            return storing.store_nonlocal
        self.bound.add(name)
        return storing.store

    def assign(self, node: ast.Assign, depth: int, tasks: list[Task]) -> None:
        work: list[Task] = [(node.value, 1)]
        first = node.targets[0]
        if isinstance(first, ast.Name) and len(node.targets) == 1:
            store = self.store_name(first.id, node, False)
            if self.code.kind == "program":
                if isinstance(node.value, ast.Call):
                    self.targets[id(node.value)] = first.id
                store = (storing.store_leaf, first.id, node)
            tasks += [store, (node.value, 1)]
            return
        if self.code.kind == "program" and isinstance(first, ast.Name):
            self.targets[id(node.value)] = first.id
        if any(isinstance(t, (ast.Name, ast.Tuple, ast.List)) for t in node.targets):
            work.append((storing.as_leaf, None, node))
        for i, target in enumerate(node.targets):
            if i < len(node.targets) - 1:
                work.append((jumping.duplicate, None, node))
            work += self.stores(target, node)
        tasks += reversed(work)

    def annotated(self, node: ast.AnnAssign, depth: int, tasks: list[Task]) -> None:
        if self.code.kind == "class" and isinstance(node.target, ast.Name):
            self.out.append((storing.annotate, node.target.id, node))
        if node.value is None:
            return
        work: list[Task] = [(node.value, 1)]
        if isinstance(node.target, ast.Name):
            work.append((storing.as_leaf, None, node))
        work += self.stores(node.target, node)
        tasks += reversed(work)

    def augmented(self, node: ast.AugAssign, depth: int, tasks: list[Task]) -> None:
        target = node.target
        if isinstance(target, ast.Name):
            storing.check_name(target.id, node)
            work: list[Task] = [
                (target, 1),
                (node.value, 1),
                (operating.change, type(node.op), node),
                (self.store_of(target.id), target.id, node),
            ]
        elif isinstance(target, ast.Attribute):
            work = [
                (target.value, 1),
                (jumping.duplicate, None, node),
                (do.attribute, target.attr, target),
                (node.value, 1),
                (operating.change, type(node.op), node),
                (jumping.swap, None, node),
                (storing.store_attribute, target.attr, target),
            ]
        else:
            assert isinstance(target, ast.Subscript)
            work = [
                (target.value, 1),
                (target.slice, 1),
                (jumping.duplicate_two, None, node),
                (do.item, None, target),
                (node.value, 1),
                (operating.change, type(node.op), node),
                (jumping.rotate, None, node),
                (storing.store_changed_item, type(node.op), target),
            ]
        tasks += reversed(work)

    def expression(self, node: ast.Expr, depth: int, tasks: list[Task]) -> None:
        if isinstance(node.value, ast.Constant) and (
            isinstance(node.value.value, str) or node.value.value is ...
        ):  # a docstring, or a body that is left out
            return
        if is_print(node.value):
            # What is printed is there already: of its nodes stay those that something else uses.
            end = Label()
            tasks += [end, (jumping.drop, None, node), (node.value, 1), (jumping.print_begins, end, node)]
            return
        run = jumping.last if self.code.kind == "program" else jumping.drop
        tasks += [(run, None, node), (node.value, 1)]

    def branch(self, node: ast.If, depth: int, tasks: list[Task]) -> None:
        one = as_one(node)
        if one is not None:
            tasks.append((one, 0))
            return
        other, end = Label(), Label()
        with_conditions = guarded(node)
        if with_conditions is not None:
            both = Label()
            tasks += reversed(
                [
                    (node.test, 1),
                    (jumping.choose_block, (other, both), node.test),
                    *[(s, 0) for s in node.body],
                    (jumping.jump, end, node),
                    other,
                    *[(s, 0) for s in node.orelse],
                    (jumping.jump, end, node),
                    both,
                    *[(s, 0) for s in with_conditions],
                    end,
                ]
            )
            return
        work: list[Task] = [(node.test, 1), (jumping.jump_if_false, other, node.test)]
        work += [(s, 0) for s in node.body]
        if node.orelse:
            work += [(jumping.jump, end, node), other, *[(s, 0) for s in node.orelse], end]
        else:
            work.append(other)
        tasks += reversed(work)

    def loop(self, node: ast.For, depth: int, tasks: list[Task]) -> None:
        again, end, after = Label(), Label(), Label()
        blocks = self.blocks
        work: list[Task] = [
            (node.iter, 1),
            (looping.iterate, None, node.iter),
            (looping.loop_begins, node, node),
            again,
            (looping.advance_turn, end, node),
            *self.stores(node.target, node.target, turn=True),
            lambda: self.loops.append((again, after, blocks)),
            *[(s, 0) for s in node.body],
            lambda: self.loops.pop() and None,
            (jumping.jump, again, node),
            *self.loop_end(node, end, after),
        ]
        tasks += reversed(work)

    def loop_end(self, node: ast.For | ast.While, end: Label, after: Label) -> list[Task]:
        """What follows a loop: its else where it was not broken off, which stands outside of it."""
        ends: Task = (looping.loop_ends, None, node)
        if not node.orelse:
            return [end, after, ends]
        done = Label()
        return [end, ends, *[(s, 0) for s in node.orelse], (jumping.jump, done, node), after, ends, done]

    def while_loop(self, node: ast.While, depth: int, tasks: list[Task]) -> None:
        again, end, after = Label(), Label(), Label()
        blocks = self.blocks
        work: list[Task] = [
            (looping.while_begins, node, node),
            again,
            (looping.next_turn, frozenset(ast.walk(node.test)), node),
            (node.test, 1),
            (jumping.jump_if_false, end, node.test),
            lambda: self.loops.append((again, after, blocks)),
            *[(s, 0) for s in node.body],
            lambda: self.loops.pop() and None,
            (jumping.jump, again, node),
            *self.loop_end(node, end, after),
        ]
        tasks += reversed(work)

    def leave(self, node: ast.Break | ast.Continue, depth: int, tasks: list[Task]) -> None:
        if not self.loops:
            raise Misplaced("break-outside", node, construct=construct(node))
        again, after, kept = self.loops[-1]
        at = after if isinstance(node, ast.Break) else again
        tasks.append((jumping.jump, at, node) if kept == self.blocks else (unwinding.jump_through, (at, kept), node))

    def returns(self, node: ast.Return, depth: int, tasks: list[Task]) -> None:
        if self.code.kind not in ("function", "generator"):
            raise Misplaced("return-outside", node, construct="return")
        tasks.append((unwinding.give_through if self.blocks else bodies.give, None, node))
        tasks.append((node.value if node.value is not None else NOTHING, 1))

    def within(self, count: int, work: Sequence[Task]) -> list[Task]:
        """Instructions that stand in so many blocks more."""

        def begins() -> None:
            self.blocks += count

        def ends() -> None:
            self.blocks -= count

        return [begins, *work, ends]

    def define(self, node: ast.FunctionDef, depth: int, tasks: list[Task]) -> None:
        storing.check_name(node.name, node) if self.code.kind != "class" else None
        work: list[Task] = [(decorator, 1) for decorator in node.decorator_list]
        sub: list[Task] = []
        self.make_function(node.args, node.body, node.name, node, sub, 0)
        work += reversed(sub)
        work += [(bodies.decorate, None, decorator) for decorator in reversed(node.decorator_list)]
        work.append((self.store_of(node.name), node.name, node))
        tasks += reversed(work)

    def define_class(self, node: ast.ClassDef, depth: int, tasks: list[Task]) -> None:
        storing.check_name(node.name, node)
        code = Code(node.name, "class", ours=self.code.ours)
        body = node.body[1:] if is_docstring(node.body[0]) else node.body
        Compiler(code, self.nesting, self.mentions).body(body)
        kept = [k for k in node.keywords if k.arg != "metaclass" or dotted(k.value)[-1:] not in PLAIN_METACLASSES]
        if kept:
            raise Misplaced("not-in-language", kept[0], construct="class …(…=…)")
        work: list[Task] = [(decorator, 1) for decorator in node.decorator_list]
        work += [(base, 1) for base in node.bases]
        finished = [k.value for k in node.keywords if k.arg == "metaclass" and dotted(k.value)[-1:] == ("ABCMeta",)]
        work += [(storing.abstract_base, None, node) for _ in finished]
        work.append((bodies.make_class, (code, len(node.bases) + len(finished)), node))
        work += [(bodies.decorate, None, decorator) for decorator in reversed(node.decorator_list)]
        work.append((self.store_of(node.name), node.name, node))
        tasks += reversed(work)

    def imports(self, node: ast.Import | ast.ImportFrom, depth: int, tasks: list[Task]) -> None:
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
        self.mentions.imports.update(modules)
        self.mentions.imported |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        self.bound |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names if alias.name != "*"}
        self.out.append((bodies.import_names, None, node))

    def withs_block(self, node: ast.With, depth: int, tasks: list[Task]) -> None:
        work: list[Task] = [(s, 0) for s in node.body]
        for item in reversed(node.items):
            at, end, manager = Label(), Label(), item.context_expr
            work = [
                (manager, 1),
                (unwinding.with_begins, None, manager),
                (unwinding.with_entered, at, manager),
                *self.within(
                    1,
                    [
                        *(
                            self.stores(item.optional_vars, node)
                            if item.optional_vars
                            else [(jumping.drop, None, node)]
                        ),
                        *work,
                    ],
                ),
                (unwinding.with_ends, None, node),
                (jumping.drop, None, node),
                (jumping.jump, end, node),
                at,
                (unwinding.with_exits, None, node),
                (unwinding.with_exited, end, manager),
                end,
            ]
        tasks += reversed(work)

    def attempt(self, node: ast.Try, depth: int, tasks: list[Task]) -> None:
        work: list[Task] = [(s, 0) for s in node.body]
        if node.handlers:
            work = self.handled(node, work)
        if node.finalbody:
            at = Label()
            work = [
                (unwinding.block_begins, ("finally", at, None), node),
                *self.within(1, work),
                (unwinding.final_begins, None, node),
                at,
                *self.within(1, [(s, 0) for s in node.finalbody]),
                (unwinding.final_ends, None, node),
            ]
        tasks += reversed(work)

    def handled(self, node: ast.Try, body: list[Task]) -> list[Task]:
        """A try with what handles its exceptions, and what is done where there was none."""
        at, after = Label(), Label()
        work: list[Task] = [
            (unwinding.block_begins, ("except", at, caught_by(node)), node),
            *self.within(1, body),
            (unwinding.block_ends, None, node),
            *[(s, 0) for s in node.orelse],
            (jumping.jump, after, node),
            at,
        ]
        for handler in node.handlers:
            other = Label()
            if handler.name is not None:
                storing.check_name(handler.name, handler)
                self.bound.add(handler.name)
            wanted: Task = (handler.type, 1) if handler.type else (do.constant, EXCEPTIONS["BaseException"], handler)
            work += [
                (jumping.duplicate, None, handler),
                wanted,
                (unwinding.matches, other, handler.type or handler),
                (unwinding.bind_exception, handler.name, handler) if handler.name else (jumping.drop, None, handler),
                *self.within(1, [(s, 0) for s in handler.body]),
                (unwinding.block_ends, None, handler),
                (jumping.jump, after, handler),
                other,
            ]
        return [*work, (unwinding.not_handled, None, node), after]

    def match(self, node: ast.Match, depth: int, tasks: list[Task]) -> None:
        end = Label()
        work: list[Task] = [(node.subject, 1)]
        for case in node.cases:
            other = Label()
            for part in ast.walk(case.pattern):
                name = part.rest if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
                if name is not None:
                    storing.check_name(name, case.pattern)
                    self.store_of(name)
            work.append((jumping.match_case, (case.pattern, other), case.pattern))
            if case.guard is not None:
                work += [(case.guard, 1), (jumping.jump_if_false, other, case.guard)]
            work += [(jumping.drop, None, case.pattern), *[(s, 0) for s in case.body], (jumping.jump, end, node), other]
        tasks += reversed([*work, (jumping.drop, None, node), end])

    def deletes(self, node: ast.Delete, depth: int, tasks: list[Task]) -> None:
        work: list[Task] = []
        for target in node.targets:
            match target:
                case ast.Name(name):
                    work.append((storing.delete_name, name, target))
                case ast.Attribute(value, name):
                    work += [(value, 1), (storing.delete_attribute, name, target)]
                case ast.Subscript(value, place):
                    work += [(value, 1), (place, 1), (storing.delete_item, None, target)]
                case _:
                    raise Misplaced("not-in-language", target, construct="del")
        tasks += reversed(work)

    def asserts(self, node: ast.Assert, depth: int, tasks: list[Task]) -> None:
        end = Label()
        message: list[Task] = [(node.msg, 1)] if node.msg is not None else []
        tasks += [end, (unwinding.assertion, bool(message), node), *message]
        tasks += [(unwinding.asserted, end, node), (node.test, 1)]

    def raises(self, node: ast.Raise, depth: int, tasks: list[Task]) -> None:
        if node.exc is None:
            self.out.append((unwinding.raised_again, None, node))
            return
        tasks.append((unwinding.raised, node.cause is not None, node))
        for part in (node.cause, node.exc):
            if part is not None:
                tasks += [(unwinding.exception_made, None, node), (part, 1)]

    def outer_names(self, node: ast.Global | ast.Nonlocal, depth: int, tasks: list[Task]) -> None:
        names = self.globals if isinstance(node, ast.Global) else self.nonlocals
        names.update(node.names)

    def nothing(self, node: ast.AST, depth: int, tasks: list[Task]) -> None:
        pass


NOTHING = ast.Constant(None, lineno=1, col_offset=0, end_lineno=1, end_col_offset=0)

HANDLERS: dict[type[ast.AST], Callable[[Compiler, Any, int, list[Task]], None]] = {
    ast.Constant: Compiler.constant,
    ast.Name: Compiler.name,
    ast.BinOp: Compiler.binary,
    ast.UnaryOp: Compiler.unary,
    ast.Compare: Compiler.compare,
    ast.BoolOp: Compiler.logic,
    ast.IfExp: Compiler.choice,
    ast.Attribute: Compiler.attribute,
    ast.Subscript: Compiler.subscript,
    ast.Slice: Compiler.slice,
    ast.List: Compiler.elements,
    ast.Tuple: Compiler.elements,
    ast.Set: Compiler.elements,
    ast.Dict: Compiler.dictionary,
    ast.Call: Compiler.call,
    ast.Lambda: Compiler.function,
    ast.ListComp: Compiler.comprehension,
    ast.SetComp: Compiler.comprehension,
    ast.DictComp: Compiler.comprehension,
    ast.GeneratorExp: Compiler.comprehension,
    ast.JoinedStr: Compiler.formatted,
    ast.FormattedValue: Compiler.format,
    ast.NamedExpr: Compiler.named,
    ast.Yield: Compiler.yields,
    ast.YieldFrom: Compiler.yields_from,
    ast.Assign: Compiler.assign,
    ast.AnnAssign: Compiler.annotated,
    ast.AugAssign: Compiler.augmented,
    ast.Expr: Compiler.expression,
    ast.If: Compiler.branch,
    ast.For: Compiler.loop,
    ast.Match: Compiler.match,
    ast.While: Compiler.while_loop,
    ast.Break: Compiler.leave,
    ast.Continue: Compiler.leave,
    ast.Return: Compiler.returns,
    ast.FunctionDef: Compiler.define,
    ast.ClassDef: Compiler.define_class,
    ast.Import: Compiler.imports,
    ast.ImportFrom: Compiler.imports,
    ast.With: Compiler.withs_block,
    ast.Try: Compiler.attempt,
    ast.Delete: Compiler.deletes,
    ast.Assert: Compiler.asserts,
    ast.Raise: Compiler.raises,
    ast.Pass: Compiler.nothing,
    ast.Global: Compiler.outer_names,
    ast.Nonlocal: Compiler.outer_names,
}


def plain_operand(node: ast.expr) -> tuple[str | None, Any] | None:
    """A name, or a number: (name, None) or (None, number); None of all else."""
    if isinstance(node, ast.Name):
        return node.id, None
    if isinstance(node, ast.Constant) and (kind_of(node.value) is float or kind_of(node.value) is int):
        return None, node.value
    return None


def plain_operands(nodes: list[ast.expr]) -> tuple[Operand, ...] | None:
    """Names and constants, each with its syntax; None where anything else is among them."""
    found: list[Operand] = []
    for node in nodes:
        if type(node) is ast.Name:
            found.append((node.id, None, node))
        elif type(node) is ast.Constant and type(node.value) in PLAIN_CONSTANTS:
            found.append((None, node.value, node))
        else:
            return None
    return tuple(found)


PLAIN_CONSTANTS = (float, int, str, bool, type(None))


def dotted(node: ast.expr) -> tuple[str, ...]:
    """The names of np.linalg, in order; of anything but names with dots, none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


PLAIN_METACLASSES = (("ABCMeta",), ("EnumMeta",), ("EnumType",), ("type",))


def caught_by(node: ast.Try) -> frozenset[str] | None:
    """The names of the exceptions that a try handles, as far as it names them; None for all."""
    found: set[str] = set()
    for handler in node.handlers:
        if handler.type is None:
            return None
        for part in handler.type.elts if isinstance(handler.type, ast.Tuple) else (handler.type,):
            found.add(part.id if isinstance(part, ast.Name) else "")
    return frozenset(found)


def is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def is_print(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "display")


def literal_list(node: ast.List) -> list[Any] | None:
    """A list of numbers, however deep, as Python has it; None where anything else stands in it."""
    result: list[Any] = []
    pending: list[tuple[ast.List, list[Any]]] = [(node, result)]
    while pending:
        one, into = pending.pop()
        for part in one.elts:
            if isinstance(part, ast.Constant) and isinstance(part.value, (int, float)):
                into.append(part.value)
            elif isinstance(part, ast.UnaryOp) and isinstance(part.operand, ast.Constant):
                value, sign = part.operand.value, part.op
                if not isinstance(value, (int, float)) or isinstance(value, bool):
                    return None
                if not isinstance(sign, (ast.USub, ast.UAdd)):
                    return None
                into.append(-value if isinstance(sign, ast.USub) else value)
            elif isinstance(part, ast.List):
                inner: list[Any] = []
                into.append(inner)
                pending.append((part, inner))
            else:
                return None
    return result


def is_written_list(node: ast.List) -> bool:
    """Whether a list is written of numbers alone, of which some have names: [inf, 1], [-np.pi, 2]."""
    pending: list[ast.expr] = list(node.elts)
    while pending:
        match pending.pop():
            case ast.List(items) if items:
                pending += items
            case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
                pending.append(operand)
            case ast.Constant(value) if type(value) in (int, float, bool):
                pass
            case ast.Attribute(ast.Name(), name) if name in CONSTANTS:
                pass
            case ast.Name(name) if name.strip("_") in CONSTANTS:
                pass
            case _:
                return False
    return True
