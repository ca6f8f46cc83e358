"""Expressions as instructions: no depth of them needs Python's stack."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from gradlens.engine.language.code import CallShape, Code, Instruction, Label, Mentions, Run, Task, call_shape
from gradlens.engine.language.compiling.forms import (
    NOTHING,
    NUMBERS,
    dotted,
    is_docstring,
    is_written_list,
    literal_list,
    plain_key,
    plain_operands,
)
from gradlens.engine.language.locations import in_place_of
from gradlens.engine.language.objects import kind_of
from gradlens.engine.language.rewriting.choices import chosen, is_free, never_fails
from gradlens.engine.language.running import bodies, jumping, looping, operating, storing
from gradlens.engine.language.running import instructions as do
from gradlens.engine.language.syntax import Misplaced, construct, levels


class ExpressionCompiler:
    """Writes the instructions of one body, statement by statement and expression by expression.

    handlers: by the type of syntax, what writes its instructions.  around: the compiler of the body around this one.
    """

    handlers: ClassVar[Mapping[type[ast.AST], Callable[[Any, Any, int, list[Task]], None]]] = {}

    def __init__(self, code: Code, nesting: float, mentions: Mentions, around: ExpressionCompiler | None = None):
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
        out, work = self.out, self.work
        while tasks:
            task: Any = tasks.pop()
            if kind_of(task) is tuple:
                if len(task) == 3:
                    out.append(task)
                else:
                    work(*task, tasks)
            elif isinstance(task, Label):
                task.at = len(out)
            else:
                task()

    def work(self, node: ast.AST, depth: int, tasks: list[Task]) -> None:
        """Write a piece of syntax; what comes later becomes tasks.  Errors: too-deep, not-in-language."""
        if depth > self.nesting:
            raise Misplaced("too-deep", node, limit=levels(self.nesting))
        handler = self.handlers.get(kind_of(node))
        if handler is None:
            raise Misplaced("not-in-language", node, construct=construct(node))
        handler(self, node, depth, tasks)

    # ------------------------------------------------------------ expressions

    def constant(self, node: ast.Constant, depth: int, tasks: list[Task]) -> None:
        if isinstance(node.value, bytes):
            raise Misplaced("string", node, got=repr(node.value))
        if isinstance(node.value, complex):
            raise Misplaced("complex-number", node, what=repr(node.value))
        self.out.append((do.constant, node.value, node))

    def name(self, node: ast.Name, depth: int, tasks: list[Task]) -> None:
        self.out.append((do.name, node.id, node))

    def binary(self, node: ast.BinOp, depth: int, tasks: list[Task]) -> None:
        left, right, sign = node.left, node.right, type(node.op)
        # An operand that is a name or a number is read by the operator itself: most are.
        if depth >= self.nesting:
            pass
        elif type(right) is ast.Name:
            if type(left) is ast.Name:
                self.out.append((operating.OF_NAMES[sign], (left.id, right.id), node))
            else:
                tasks += ((operating.BY_NAME[sign], right.id, node), (left, depth))
            return
        elif type(right) is ast.Constant and kind_of(right.value) in NUMBERS:
            if type(left) is ast.Name:
                self.out.append((operating.OF_NAME_AND_NUMBER[sign], (left.id, right.value), node))
            else:
                tasks += ((operating.BY_NUMBER[sign], right.value, node), (left, depth))
            return
        # A long sum leans to the left and is no deeper for its length.
        tasks += ((operating.BINARY[sign], None, node), (right, depth + 1), (left, depth))

    def unary(self, node: ast.UnaryOp, depth: int, tasks: list[Task]) -> None:
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            if type(value) is int or type(value) is float:
                self.out.append((do.constant, -value, node))
                return
        tasks += [(operating.UNARY[type(node.op)], None, node), (node.operand, depth + 1)]

    def compare(self, node: ast.Compare, depth: int, tasks: list[Task]) -> None:
        if not all(map(never_fails, node.comparators[1:])):
            self.compare_in_turn(node, depth, tasks)
            return
        signs = tuple([type(sign) for sign in node.ops])
        if len(signs) == 1 and depth < self.nesting:
            both = plain_operands([node.left, *node.comparators])
            operands = both or plain_operands(node.comparators)
            if operands is not None:
                comparing = (operating.compare_reading, (signs, operands), node)
                tasks += [comparing] if both else [comparing, (node.left, depth + 1)]
                return
        tasks += [
            (operating.compare, signs, node),
            *[(part, depth + 1) for part in reversed(node.comparators)],
            (node.left, depth + 1),
        ]

    def compare_in_turn(self, node: ast.Compare, depth: int, tasks: list[Task]) -> None:
        """a < b < c where c must not be evaluated unless a < b: (a < b) and (b < c), b evaluated once."""
        end = Label()
        parts: list[Task] = [(node.left, depth + 1)]
        left = node.left
        for sign, right in zip(node.ops, node.comparators):
            one = in_place_of(node, ast.Compare(left, [sign], [right]))
            comparing: Task = (operating.compare, (type(sign),), one)
            parts.append((right, depth + 1))
            if right is node.comparators[-1]:
                parts += [comparing, end]
            else:
                parts += [(jumping.keep_second, None, node), comparing, (jumping.jump_if_false_or_go_on, end, one)]
            left = right
        tasks += reversed(parts)

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
        operand = plain_key(node.slice) if depth < self.nesting else None
        if operand is not None and type(node.value) is ast.Name:
            self.out.append((do.item_of_name, (node.value.id, *operand), node))
        elif operand is not None:
            tasks += [(do.item_reading, operand, node), (node.value, depth + 1)]
        else:
            tasks += [(do.item, None, node), (node.slice, depth + 1), (node.value, depth + 1)]

    def slice(self, node: ast.Slice, depth: int, tasks: list[Task]) -> None:
        parts = [part if part is not None else NOTHING for part in (node.lower, node.upper, node.step)]
        tasks += [(do.slice_of, None, node), *[(part, depth + 1) for part in reversed(parts)]]
        if isinstance(node.step, ast.Constant) and isinstance(node.step.value, complex):
            tasks[-3] = (do.constant, node.step.value, node.step)  # np.mgrid[0:1:5j], where it is a count

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
        starred = ast.Starred in map(type, node.args)
        target = self.targets.get(id(node)) if self.targets else None
        names = tuple([k.arg for k in node.keywords]) if node.keywords else ()
        if starred:
            shape = CallShape(tuple([type(part) is ast.Starred for part in node.args]), names, False, target)
        else:
            shape = call_shape(len(node.args), names, target)
        function = node.func
        if depth < self.nesting and not starred:
            # Arguments that are names or constants are read by the call itself: most are.
            if type(function) is ast.Name and shape.plain:
                operands = plain_operands(node.args)
                if operands is not None:
                    self.out.append((bodies.call_reading, (function.id, operands, target), node))
                    return
            elif type(function) is ast.Attribute and type(function.value) is ast.Name:
                given = [*node.args, *[k.value for k in node.keywords]] if names else node.args
                operands = plain_operands(given)
                if operands is not None:
                    held = function.value.id
                    self.mentions.calls.add((held,))
                    self.out.append((bodies.call_of_name, (held, function.attr, operands, shape), node))
                    return
        tasks.append((bodies.call, shape, node))
        if node.keywords:
            tasks += [(keyword.value, depth + 1) for keyword in reversed(node.keywords)]
        if starred:
            for part in reversed(node.args):
                self.operand(part, depth, tasks)
        else:
            tasks += [(part, depth + 1) for part in reversed(node.args)]
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
        type(self)(code, self.nesting, self.mentions).body(body)
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
        inner = type(self)(code, self.nesting, self.mentions, self)
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

    # ------------------------------------------------------------ what is bound

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
        if name[:2] == "__" and self.code.kind != "class":
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
