"""Expressions to nodes: names resolved, calls bound to ops, library functions opened. Nothing is computed."""

from __future__ import annotations

import ast
from dataclasses import replace

from gradlens.engine.errors import BUDGETS, EngineError, quote
from gradlens.engine.graph import CALL, Group
from gradlens.engine.language.builder_part import BuilderPart
from gradlens.engine.language.calls import Foreign, bind_arguments, bind_op, method, named, no_value
from gradlens.engine.language.creation import SIGNATURES, created, creating
from gradlens.engine.language.dialects.signatures import OpCall
from gradlens.engine.language.dialects.suggestions import function_suggestion
from gradlens.engine.language.foreign_calls import PAIRED, op_call
from gradlens.engine.language.names import CONSTANTS, own_name
from gradlens.engine.language.scope import Function, Scope, Step, check_name
from gradlens.engine.language.statics import Known, array_of, mentions_shape
from gradlens.engine.language.syntax import (
    BINARY,
    COMPARE,
    LOGIC,
    Misplaced,
    array_argument,
    construct,
    is_literal_list,
    levels,
    literal,
    name_of,
    registry_body,
    source,
    suggestion,
)
from gradlens.engine.ops import OPS, Op, Options, Use
from gradlens.engine.shapes import broadcast
from gradlens.engine.values import Shape, Value, check_shape, is_tuple, number

LOOPED = ("range", "enumerate", "zip", "reversed")  # of Python's, for loops to go through
KNOWN_SHOWN = 4  # sizes of a tuple that a call shows


class Expressions(BuilderPart):
    """The builder's part for expressions, with a stack of its own, so that depth costs no recursion."""

    def expression(self, root: ast.expr) -> int:
        """The id of an expression's node. Its parts are read first, then made into nodes from left to right."""
        steps: list[Step] = []
        pending: list[tuple[ast.expr, int]] = [(root, 1)]
        while pending:
            node, depth = pending.pop()
            if depth > self.limits.nesting:
                raise Misplaced("too-deep", node, limit=levels(self.limits.nesting))
            step = self.read(node)
            steps.append(step)
            leaning = node.left if isinstance(node, ast.BinOp) else None
            deeper = depth + 1
            # A long sum leans to the left and is no deeper for its length.
            pending += [(operand, depth if operand is leaning else deeper) for operand in step.operands]
        values: list[int] = []
        for step in reversed(steps):
            count = len(step.operands)
            inputs = tuple(values[len(values) - count :])
            if count:
                del values[len(values) - count :]
            values.append(self.make(step, inputs))
        return values[0]

    def read(self, node: ast.expr) -> Step:
        """What an expression asks for, before its operands exist."""
        kind = type(node)
        if kind is ast.Name:
            return Step(node)
        if (
            kind in (ast.Attribute, ast.Subscript, ast.Call)
            and mentions_shape(node)
            and type(size := self.known.static(node)) is int
        ):
            return Step(node, constant=number(size))
        if kind is ast.BinOp:
            assert isinstance(node, ast.BinOp)
            name = BINARY.get(type(node.op)) or LOGIC.get(type(node.op))
            if isinstance(node.op, ast.BitXor):
                raise Misplaced("caret", node)
            if name is None:
                raise Misplaced("not-in-language", node, construct=construct(node.op))
            return self.list_arithmetic(node) or Step(node, OPS[name], operands=[node.left, node.right])
        if kind is ast.JoinedStr:
            raise Misplaced("string", node)
        if kind is ast.Constant:
            return Step(node, constant=literal(node, self.scope))
        if kind is ast.List:
            assert isinstance(node, ast.List)
            if is_literal_list(node, self.scope):
                return Step(node, constant=literal(node, self.scope), listed=True)
            return Step(node, OPS["stack"], {"axis": 0}, operands=node.elts, listed=True)
        if kind is ast.UnaryOp:
            assert isinstance(node, ast.UnaryOp)
            constant = literal(node, self.scope)
            if constant is not None:
                return Step(node, constant=constant)
            if isinstance(node.op, ast.USub):
                return Step(node, OPS["neg"], operands=[node.operand])
            if isinstance(node.op, ast.UAdd):
                return Step(node, operands=[node.operand])
            if isinstance(node.op, ast.Invert):
                return Step(node, OPS["logical_not"], operands=[node.operand])
            if isinstance(node.op, ast.Not):
                raise Misplaced("logic-word", node)
            raise Misplaced("not-in-language", node, construct=construct(node.op))
        if kind is OpCall:
            assert isinstance(node, OpCall)
            return self.read_arguments(OPS[name_of(node.func)], node)
        if kind is ast.Call:
            assert isinstance(node, ast.Call)
            return self.read_call(node)
        if kind in (ast.Subscript, ast.Attribute) and (part := self.part_of_result(node)) is not None:
            return self.standing_for(node, part)
        if isinstance(node, ast.Attribute):
            return self.read_attribute(node)
        if isinstance(node, ast.Subscript):
            if self.known.is_value(node.slice):
                return Step(node, OPS["take"], {"axis": 0}, operands=[node.value, node.slice])
            if (rows := self.chosen_in_rows(node)) is not None:
                return self.read(rows)
            return Step(node, OPS["index"], {"key": self.known.key(node.slice)}, operands=[node.value])
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return self.comprehension(node)
        if isinstance(node, ast.Compare):
            for sign in node.ops:
                if type(sign) not in COMPARE:
                    raise Misplaced("not-in-language", node, construct=construct(sign))
            if len(node.ops) == 1:
                return Step(node, OPS[COMPARE[type(node.ops[0])]], operands=[node.left, node.comparators[0]])
            # a < b < c is (a < b) & (b < c), as in Python.
            *first, sign = node.ops
            *values, last = [node.left, *node.comparators]
            parts = [ast.Compare(values[0], first, values[1:]), ast.Compare(values[-1], [sign], [last])]
            return Step(node, OPS["logical_and"], operands=[ast.copy_location(part, node) for part in parts])
        if kind is ast.IfExp:
            raise Misplaced("branch", node)
        if kind is ast.BoolOp:
            raise Misplaced("logic-word", node)
        raise Misplaced("not-in-language", node, construct=construct(node))

    def chosen_in_rows(self, node: ast.Subscript) -> ast.expr | None:
        """p[np.arange(n), t], one place of each row by a value t, as the place's op; None for any other index."""
        match node.slice:
            case ast.Tuple([first, second]) if (
                self.known.is_value(second) and (numbers := self.known.counted(first)) is not None
            ):
                if numbers != range(len(numbers)):
                    raise Misplaced("index-type", first)
                column = op_call("expand_dims", [second, ast.Constant(1)], node)
                chosen = op_call("take_along_axis", [node.value, column, ast.Constant(1)], node)
                place = ast.parse("p[:, 0]", mode="eval").body
                assert isinstance(place, ast.Subscript)
                return ast.copy_location(ast.Subscript(chosen, place.slice), node)
            case _:
                return None

    def make(self, step: Step, inputs: tuple[int, ...]) -> int:
        """The node of one expression whose operands are nodes."""
        id = self.node_of(step, inputs)
        if step.listed:
            self.lists.add(id)
        return id

    def node_of(self, step: Step, inputs: tuple[int, ...]) -> int:
        scope = self.scope
        self.place = scope.place or step.node
        if step.built is not None:
            inputs = step.built
        if step.constant is not None:
            return self.graph.add_constant(step.constant, scope.group, self.place)
        if step.function is not None:
            results = self.call(step, inputs)
            if isinstance(step.function.result, ast.Tuple):
                kind = {0: "no-value", 1: "value-in-tuple"}.get(len(results), "several-values")
                raise Misplaced(kind, step.node, name=step.function.name, count=len(results))
            return results[0]
        if step.op is None:
            if inputs:
                return inputs[0]
            assert isinstance(step.node, ast.Name)
            return self.variable(step.node)
        if step.op.labels is not None:
            inputs = self.one_hot(step.op, inputs)
        self.check_conditions(step.node, inputs)
        if step.op.name == "add" and self.are_masks(inputs):
            return self.graph.add_op(OPS["logical_or"], inputs, {}, scope.group, self.place)
        if step.op.name in self.opened:
            return self.open(step.op, inputs, step.options)
        return self.graph.add_op(step.op, inputs, step.options, scope.group, self.place)

    def one_hot(self, op: Op, inputs: tuple[int, ...]) -> tuple[int, ...]:
        """Class indices made one-hot; labels of the first input's shape stay as they are."""
        graph, at = self.graph, op.inputs.index(op.labels)
        shape = graph.nodes[inputs[0]].shape
        if not shape or graph.nodes[inputs[at]].shape != shape[:-1] or shape[-1] == 0:
            return inputs
        labels = graph.add_op(OPS["one_hot"], (inputs[at],), {"classes": shape[-1]}, self.scope.group, self.place)
        graph.made_for[labels] = op.name
        return (*inputs[:at], labels, *inputs[at + 1 :])

    def open(self, op: Op, inputs: tuple[int, ...], options: Options) -> int:
        """A library function as its definition: a group of simpler nodes."""
        graph, outer = self.graph, self.scope
        use_shapes = tuple(graph.nodes[i].shape for i in inputs)
        shape, options = (
            (broadcast(op.name, use_shapes), options) if op.shape is None else op.shape(op.name, use_shapes, options)
        )
        check_shape(shape, self.limits.elements)
        group = Group(len(graph.groups), op.name, op.name, outer.group, op=op, operands=inputs, options=options)
        graph.groups.append(group)
        place = self.place
        self.scope = Scope(dict(zip(op.inputs, inputs)), dict(options), group.id, place=place, registry=True)
        try:
            group.output = self.statements(registry_body(op.opened(Use(op, use_shapes, options))))
            return group.output
        except (Misplaced, EngineError) as error:
            raise refused(op, use_shapes, error).at(self.syntax.span(place)) from None
        finally:
            self.scope = outer

    def call(self, step: Step, inputs: tuple[int, ...]) -> list[int]:
        """A function of the program: its body as a group of nodes. Returns its results, one or several."""
        graph, outer, function = self.graph, self.scope, step.function
        assert function is not None
        if function in self.running:
            raise Misplaced("recursion", step.node, name=function.name)
        variables = dict(zip(step.names, inputs, strict=True))
        variables |= {
            name: id for name, id in function.nodes.items() if name not in variables and name not in step.options
        }
        call = tuple(
            [variables[name] if name in variables else known_text(step.options[name]) for name in function.parameters]
        )
        group = Group(len(graph.groups), function.name, function.name, outer.group, call=call)
        graph.groups.append(group)
        self.scope = Scope(variables, dict(step.options), group.id, function.scope, local=function.local)
        self.running.append(function)
        self.statements(function.body)
        self.charge(function.result, CALL)
        results = function.result.elts if isinstance(function.result, ast.Tuple) else [function.result]
        ids = [self.expression(result) for result in results]
        self.running.pop()
        self.scope = outer
        return ids

    def variable(self, node: ast.Name) -> int:
        """The node that a name stands for: a variable, a number known beforehand, an input, or else a constant of the
        language.
        """
        name, scope = node.id, self.scope
        holder = scope.holder(name)
        if holder is None:
            return self.language_name(node)
        if name in holder.variables:
            return holder.variables[name]
        if name in holder.statics:
            found = holder.statics[name]
            if isinstance(found, Function):
                raise Misplaced("function-as-value", node, name=name, signature=found.signature)
            value = number(found) if isinstance(found, (int, float)) else array_of(found, self.limits.elements)
            if value is None:
                raise Misplaced("not-a-number", node, got=name)
            return self.graph.add_constant(value, scope.group, self.place)
        if name in holder.local:
            raise Misplaced("local-name", node, name=name)
        holder.variables[name] = self.graph.add_input(name, holder.given[name], None, self.place)
        return holder.variables[name]

    def language_name(self, node: ast.Name) -> int:
        """Errors: function-as-value, unknown-name."""
        name = own_name(node, self.scope)
        if name in CONSTANTS:
            return self.graph.add_constant(CONSTANTS[name], self.scope.group, self.place)
        if name in OPS:
            raise Misplaced("function-as-value", node, name=name, signature=OPS[name].signature)
        raise self.unknown(node)

    def check_root(self, node: ast.expr) -> None:
        """Error: unknown-name, where what stands before the dots is a name without a value, such as a library that is
        not read here.
        """
        while isinstance(node, ast.Attribute):
            node = node.value
        if (
            isinstance(node, ast.Name)
            and node.id not in self.scope
            and (name := own_name(node, self.scope)) not in CONSTANTS
            and name not in OPS
        ):
            raise self.unknown(node)

    def unknown(self, node: ast.Name) -> Misplaced:
        check_name(node.id, node)
        return Misplaced("unknown-name", node, name=node.id, **suggestion(node.id, set(self.scope.names()) - {node.id}))

    @property
    def known(self) -> Known:
        """What is known beforehand here."""
        return Known(self.scope, self.shape_of_name)

    def shape_of_name(self, name: str) -> Shape | None:
        """The shape of a variable or an input; None where there is none of the name."""
        holder = self.scope.holder(name)
        if holder is None:
            return None
        if name in holder.variables:
            return self.graph.nodes[holder.variables[name]].shape
        return holder.given.get(name) if name not in holder.statics else None

    def fixed(self, node: ast.expr) -> Value | None:
        """A value that the text alone tells: a number, a list of numbers, or zeros(3) and its like."""
        constant = literal(node, self.scope)
        return (
            created(node, self.known, self.limits.elements)
            if constant is None and isinstance(node, ast.Call)
            else constant
        )

    def read_attribute(self, node: ast.Attribute) -> Step:
        constant = literal(node, self.scope)
        if constant is not None:
            return Step(node, constant=constant)
        if node.attr == "T":
            return Step(node, OPS["transpose"], {"axes": None}, operands=[node.value])
        if node.attr == "mT":
            return Step(node, OPS["swapaxes"], {"axis1": -1, "axis2": -2}, operands=[node.value])
        if made := creating(node, self.scope)[1]:
            raise Misplaced(
                "function-as-value",
                node,
                name=source(node),
                signature=source(node).removesuffix(made) + SIGNATURES[made],
            )
        raise no_value(node, self.scope)

    def read_call(self, node: ast.Call) -> Step:
        constant = self.fixed(node)
        if constant is not None:
            return Step(node, constant=constant)
        if (values := array_argument(node, self.scope)) is not None:
            return replace(self.read(values), listed=False)  # np.array([x, y]) is [x, y], as an array
        if (function := self.program_function(node)) is not None:
            return self.bind_function(function, node)
        callee, first = self.callee(node)
        if isinstance(callee, Foreign):
            return self.standing_for(node, self.translated(callee, first, node))
        if not self.scope.registry and (built_in := self.built_in(callee, node)) is not None:
            return self.standing_for(node, built_in)
        if len(node.args) == 2 and callee.name in PAIRED and not node.keywords:
            callee = OPS[PAIRED[callee.name]]
        return self.read_arguments(callee, node)

    def program_function(self, node: ast.Call) -> Function | None:
        """The function of the program that a call means, else None."""
        found = self.scope.static(node.func.id) if isinstance(node.func, ast.Name) else None
        return found if isinstance(found, Function) else None

    def callee(self, node: ast.Call) -> tuple[Op | Foreign, list[ast.expr]]:
        """The op or the other library's function that a call means, and the value before the dot of a method."""
        function = node.func
        found = named(function, () if self.scope.registry else self.scope)
        if found is not None:
            return found, []
        match function:
            case ast.Name(name):
                if name in self.scope:
                    raise Misplaced("function-hidden" if named(function, ()) else "not-a-function", node, name=name)
                if name == "print":
                    raise Misplaced("print-needless", node)
                if name in LOOPED:
                    raise Misplaced("loop-function", node, name=name)
                if name == "len":
                    raise Misplaced("len-argument", node)
                functions = [known for known in self.scope.names() if isinstance(self.scope.static(known), Function)]
                raise Misplaced(
                    "unknown-function", function, name=name, **function_suggestion(name, [*OPS, *functions])
                )
            case ast.Attribute(value):
                self.check_root(value)
                return method(function, node, self.libraries), [value]
            case _:
                raise Misplaced("not-a-function", node)

    def read_arguments(self, op: Op, node: ast.Call) -> Step:
        """A call's arguments, by name: those that carry gradients as operands, the others as options."""
        values, bound = bind_op(op, node)
        known = self.known
        options = {o.name: known.option(op, o, bound[o.name]) if o.name in bound else o.default for o in op.options}
        return Step(node, op, options, operands=[bound[name] for name in op.inputs] if values is None else values)

    def bind_function(self, function: Function, node: ast.Call) -> Step:
        """A call of a function of the program: numbers known beforehand as statics, all else as operands."""
        required = [name for name in function.parameters if name not in function.defaults]
        bound = bind_arguments(function.name, function.signature, list(function.parameters), required, node.args, node)
        known = {
            name: value
            for name, argument in bound.items()
            if (value := self.known.static(argument)) is not NotImplemented
        }
        names = tuple([name for name in bound if name not in known])
        unsaid = {name: value for name, value in function.known.items() if name not in bound}
        return Step(
            node, function=function, options=known | unsaid, operands=[bound[name] for name in names], names=names
        )


def refused(op: Op, shapes: tuple[Shape, ...], error: Misplaced | EngineError) -> EngineError:
    """An error in an op's definition as one of its call: the reader wrote no more than that."""
    if isinstance(error, EngineError) and "function" in error.params:
        return error.within(op.name)
    if error.kind in BUDGETS:
        return error if isinstance(error, EngineError) else EngineError(error.kind, **error.params)
    return EngineError("opened-shapes", function=op.name, shapes=", ".join(map(str, shapes)))


def known_text(value: object) -> str:
    """A value that is known beforehand as a call shows it; of nested sizes only that there are some."""
    if isinstance(value, Function):
        return value.name
    if is_tuple(value):
        parts = ["…" if is_tuple(part) else known_text(part) for part in value[:KNOWN_SHOWN]]
        return f"({', '.join(parts)}{', …' if len(value) > KNOWN_SHOWN else ''})"
    return quote(f"{value:g}" if isinstance(value, float) else repr(value))
