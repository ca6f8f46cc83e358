"""Syntax to graph: names resolved, calls bound to ops, one node a value. Nothing is computed."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.calls import Function, bind_arguments, prefixed
from engine.errors import EngineError, Span
from engine.graph import Graph, Group, Limits
from engine.language import (
    BINARY,
    COMPARE,
    PREFIXES,
    SYMBOLS,
    Misplaced,
    Place,
    Syntax,
    construct,
    is_literal_list,
    is_name,
    levels,
    literal,
    normal_name,
    parse,
    registry_body,
    suggestion,
)
from engine.ops import METHODS, OPS, Op
from engine.statics import Known, mentions_shape
from engine.values import Shape, Value, shape_of

DETAILS = ("fused", "expanded")
PAIRED = {"max": "maximum", "min": "minimum"}  # with two values, as in Python


@dataclass(slots=True)
class Scope:
    """What names mean: in the program, or in a definition that is being opened.

    statics: values known beforehand, such as options and the counters of loops.
    outer: the program's scope, inside a function of the program.
    place: of the call that is opened, inside a definition; its nodes have no text of their own.
    """

    variables: dict[str, int] = field(default_factory=dict)
    statics: dict[str, object] = field(default_factory=dict)
    group: int | None = None
    outer: Scope | None = None
    place: Place | None = None

    @property
    def is_program(self) -> bool:
        return self.outer is None and self.place is None


@dataclass(slots=True)
class Step:
    """An expression on its way to a node: its op and options, once its operands are there."""

    node: ast.expr
    op: Op | None = None
    options: dict = field(default_factory=dict)
    function: Function | None = None
    constant: Value | None = None
    operands: list[ast.expr] = field(default_factory=list)


def build(text: str, shapes: Mapping[str, Shape], *, output: str | None = None, detail: str = "fused", limits: Limits = Limits()) -> tuple[Syntax, Graph]:
    """Parse a program and build its graph.

    shapes: of the inputs that are given.  output: the name to differentiate, by default the last statement.
    Errors: every kind but those of values and seeds.
    """
    if detail not in DETAILS:
        raise EngineError("unknown-detail", detail=str(detail))
    syntax = parse(text, limits.text_length, limits.nesting)
    builder = Builder(syntax, check_names(shapes), detail == "expanded", limits)
    try:
        return syntax, builder.program(output)
    except RecursionError:
        raise EngineError("too-deep", builder.span(), limit=levels(limits.nesting)) from None


def check_names(shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """The inputs' shapes by normalised name.  Errors: input-name, reserved-name, input-repeated."""
    checked: dict[str, Shape] = {}
    for name, shape in shapes.items():
        normal = normal_name(name)
        if not is_name(normal):
            raise EngineError("input-name", name=name)
        if normal.startswith("__"):
            raise EngineError("reserved-name", name=normal)
        if normal in checked:
            raise EngineError("input-repeated", name=normal)
        checked[normal] = shape
    return checked


class Builder:
    """Walks the statements once, in order; expressions with a stack of its own, so that depth costs no recursion."""

    def __init__(self, syntax: Syntax, given: dict[str, Shape], expanded: bool, limits: Limits):
        self.syntax = syntax
        self.given = given
        self.expanded = expanded
        self.limits = limits
        self.graph = Graph(limits)
        self.scope = Scope()
        self.functions: dict[str, Function] = {}
        self.running: list[str] = []
        self.place: Place | None = None

    def program(self, output: str | None) -> Graph:
        graph = self.graph
        try:
            last = self.statements(self.syntax.body)
        except Misplaced as error:
            raise EngineError(error.kind, self.syntax.span(self.scope.place or error.place), **error.params) from None
        except EngineError as error:
            raise error.at(self.span()) from None
        if last < 0:
            raise EngineError("empty-program")
        self.unused_inputs()
        graph.output = last
        if output is not None:
            name = normal_name(output)
            if name not in graph.names:
                raise EngineError("unknown-output", name=output, **suggestion(name, graph.names))
            graph.output = graph.names[name]
        return graph

    def span(self) -> Span | None:
        return self.syntax.span(self.place)

    def unused_inputs(self) -> None:
        graph = self.graph
        for name, shape in self.given.items():
            if name in graph.inputs:
                continue
            if name in graph.names:
                raise EngineError("input-computed", self.syntax.span(graph.nodes[graph.names[name]].place), name=name)
            graph.add_input(name, shape, None, None)
            graph.unused.append(name)

    # ------------------------------------------------------------ statements

    def statements(self, body: tuple[ast.stmt, ...]) -> int:
        """Every statement in order. Returns the id of the last one's value."""
        last = -1
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Name(name)], value=value):
                    last = self.assign(name, value, statement)
                case ast.Assign(targets=[ast.Tuple(names)], value=value) if all(isinstance(n, ast.Name) for n in names):
                    self.unpack([n.id for n in names], value, statement)
                case ast.Expr(value=value):
                    last = self.expression(value)
                case ast.FunctionDef() if self.scope.is_program:
                    self.define(statement)
                case ast.For(target=ast.Name(name), iter=ast.Call(ast.Name("range"), bounds, []), body=inner, orelse=[]) if 1 <= len(bounds) <= 3:
                    last = self.loop(name, bounds, inner, last)
                case _:
                    raise self.refused(statement)
        return last

    def assign(self, name: str, value: ast.expr, statement: ast.stmt) -> int:
        graph, scope = self.graph, self.scope
        if name.startswith("__"):
            raise Misplaced("reserved-name", statement, name=name)
        if mentions_shape(value):
            found = self.known.static(value)
            if type(found) is int:
                return self.size(name, found, statement)
            if found is not NotImplemented:
                scope.statics[name] = found
                scope.variables.pop(name, None)
                return len(graph.nodes) - 1
        before = len(graph.nodes)
        is_stack = isinstance(value, ast.List) and not is_literal_list(value, scope.variables)
        constant = literal(value, scope.variables) if scope.is_program and not is_stack else None
        if constant is not None:
            self.place = statement
            given = self.given.get(name)
            id = graph.add_input(name, shape_of(constant) if given is None else given, constant if given is None else None, self.place)
        else:
            id = self.expression(value)
            node = graph.nodes[id]
            returned = id >= before and node.group != scope.group  # from a function: its caller's name is the better one
            if node.op is None or (node.name is not None and not returned):
                id = graph.add_op(OPS["identity"], (id,), {}, scope.group, scope.place or value)
            if scope.is_program:
                graph.name(id, name)
                graph.nodes[id].place = statement
            else:
                graph.nodes[id].name = name
        scope.variables[name] = id
        scope.statics.pop(name, None)
        return id

    def unpack(self, names: list[str], value: ast.expr, statement: ast.stmt) -> None:
        """n, m = x.shape: names for sizes, which are known beforehand."""
        sizes = self.known.static(value) if mentions_shape(value) else None
        if not isinstance(sizes, tuple) or len(sizes) != len(names):
            raise Misplaced("assignment-target", statement)
        for name, size in zip(names, sizes, strict=True):
            self.size(name, size, statement)

    def size(self, name: str, value: int, statement: ast.stmt) -> int:
        """A name for a size: a constant node where it is used as a value, a whole number where one is needed."""
        scope = self.scope
        id = self.graph.add_constant(float(value), scope.group, scope.place or statement)
        if scope.is_program:
            self.graph.name(id, name)
        else:
            self.graph.nodes[id].name = name
        scope.variables[name] = id
        scope.statics[name] = value
        return id

    def loop(self, name: str, bounds: list[ast.expr], body: list[ast.stmt], last: int) -> int:
        """for name in range(…): the body once for every number, as if written so often."""
        numbers = [self.known.static(bound) for bound in bounds]
        for bound, found in zip(bounds, numbers, strict=True):
            if type(found) is not int:
                raise Misplaced("range-bounds", bound)
        if len(numbers) == 3 and numbers[2] == 0:
            raise Misplaced("slice-step", bounds[2])
        for counter in range(*numbers):
            self.scope.statics[name] = counter
            self.scope.variables.pop(name, None)
            last = self.statements(tuple(body))
        return last

    def define(self, statement: ast.FunctionDef) -> None:
        arguments = statement.args
        if statement.name.startswith("__"):
            raise Misplaced("reserved-name", statement, name=statement.name)
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or statement.decorator_list:
            raise Misplaced("not-in-language", statement, construct="*" if not statement.decorator_list else "@")
        parameters = tuple(a.arg for a in (*arguments.posonlyargs, *arguments.args))
        defaults = dict(zip(parameters[len(parameters) - len(arguments.defaults):], arguments.defaults, strict=True))
        body = statement.body
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
            body = body[1:]  # a docstring
        if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
            raise Misplaced("return-missing", statement, name=statement.name)
        self.functions[statement.name] = Function(statement.name, parameters, defaults, tuple(body[:-1]), body[-1].value)

    def refused(self, statement: ast.stmt) -> Misplaced:
        match statement:
            case ast.Import() | ast.ImportFrom():
                return Misplaced("import-statement", statement)
            case ast.AugAssign(target=ast.Name(name), op=op) if type(op) in SYMBOLS:
                return Misplaced("augmented-assignment", statement, name=name, operator=SYMBOLS[type(op)])
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                return Misplaced("assignment-target", statement)
        return Misplaced("not-in-language", statement, construct=construct(statement))

    # ----------------------------------------------------------- expressions

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
            for operand in step.operands:
                # A long sum leans to the left and is no deeper for its length.
                pending.append((operand, depth if operand is leaning else deeper))
        values: list[int] = []
        for step in reversed(steps):
            count = len(step.operands)
            inputs = tuple(values[len(values) - count:])
            if count:
                del values[len(values) - count:]
            values.append(self.make(step, inputs))
        return values[0]

    def read(self, node: ast.expr) -> Step:
        """What an expression asks for, before its operands exist."""
        kind = type(node)
        if kind is ast.Name:
            return Step(node)
        if kind in (ast.Attribute, ast.Subscript, ast.Call) and mentions_shape(node) and type(size := self.known.static(node)) is int:
            return Step(node, constant=float(size))
        if kind is ast.BinOp:
            name = BINARY.get(type(node.op))
            if isinstance(node.op, ast.BitXor):
                raise Misplaced("caret", node)
            if name is None:
                    raise Misplaced("not-in-language", node, construct=construct(node.op))
            return Step(node, OPS[name], operands=[node.left, node.right])
        if kind is ast.JoinedStr:
            raise Misplaced("string", node)
        if kind is ast.List and not is_literal_list(node, self.scope.variables):
            return Step(node, OPS["stack"], {"axis": 0}, operands=node.elts)
        if kind is ast.Constant or kind is ast.List:
            return Step(node, constant=literal(node, self.scope.variables))
        if kind is ast.UnaryOp:
            constant = literal(node, self.scope.variables)
            if constant is not None:
                return Step(node, constant=constant)
            if isinstance(node.op, ast.USub):
                return Step(node, OPS["neg"], operands=[node.operand])
            if isinstance(node.op, ast.UAdd):
                return Step(node, operands=[node.operand])
            raise Misplaced("not-in-language", node, construct=construct(node.op))
        if kind is ast.Call:
            return self.read_call(node)
        if kind is ast.Attribute:
            return self.read_attribute(node)
        if kind is ast.Subscript:
            return Step(node, OPS["index"], {"key": self.known.key(node.slice)}, operands=[node.value])
        if kind is ast.Compare and len(node.ops) == 1 and type(node.ops[0]) in COMPARE:
            return Step(node, OPS[COMPARE[type(node.ops[0])]], operands=[node.left, node.comparators[0]])
        raise Misplaced("not-in-language", node, construct=construct(node))

    def make(self, step: Step, inputs: tuple[int, ...]) -> int:
        """The node of one expression whose operands are nodes."""
        scope = self.scope
        self.place = scope.place or step.node
        if step.constant is not None:
            return self.graph.add_constant(step.constant, scope.group, self.place)
        if step.function is not None:
            return self.call(step, inputs)
        if step.op is None:
            return inputs[0] if inputs else self.variable(step.node)
        if step.op.definition is not None and (self.expanded or step.op.array is None):
            return self.open(step.op, inputs, step.options)
        return self.graph.add_op(step.op, inputs, step.options, scope.group, self.place)

    def open(self, op: Op, inputs: tuple[int, ...], options: dict) -> int:
        """A library function as its definition: a group of simpler nodes."""
        graph, outer = self.graph, self.scope
        use_shapes = tuple(graph.nodes[i].shape for i in inputs)
        if op.shape is not None:
            _, options = op.shape(op.name, use_shapes, options)
        group = Group(len(graph.groups), op.name, op.name, outer.group)
        graph.groups.append(group)
        self.scope = Scope(dict(zip(op.inputs, inputs)), dict(options), group.id, place=self.place)
        try:
            return self.statements(registry_body(op.definition))
        finally:
            self.scope = outer

    def call(self, step: Step, inputs: tuple[int, ...]) -> int:
        """A function of the program: its body as a group of nodes."""
        graph, outer, function = self.graph, self.scope, step.function
        if function.name in self.running:
            raise Misplaced("recursion", step.node, name=function.name)
        names = [name for name in function.parameters if name not in step.options]
        group = Group(len(graph.groups), function.name, function.name, outer.group)
        graph.groups.append(group)
        program = outer if outer.is_program else outer.outer
        self.scope = Scope(dict(zip(names, inputs, strict=True)), dict(step.options), group.id, program)
        self.running.append(function.name)
        self.statements(function.body)
        result = self.expression(function.result)
        self.running.pop()
        self.scope = outer
        return result

    def variable(self, node: ast.Name) -> int:
        name, scope = node.id, self.scope
        id = scope.variables.get(name)
        if id is not None:
            return id
        constant = scope.statics.get(name, NotImplemented)
        if isinstance(constant, (int, float)) and not isinstance(constant, bool):
            return self.graph.add_constant(float(constant), scope.group, self.place)
        program = scope.outer or scope
        if name in program.variables:
            return program.variables[name]
        if name in self.given and scope.place is None:
            id = self.graph.add_input(name, self.given[name], None, self.place)
            program.variables[name] = id
            return id
        constant = literal(node)
        if constant is not None:
            return self.graph.add_constant(constant, scope.group, self.place)
        if name in self.functions:
            raise Misplaced("function-as-value", node, name=name, signature=self.functions[name].signature)
        if name in OPS:
            raise Misplaced("function-as-value", node, name=name, signature=OPS[name].signature)
        raise Misplaced("unknown-name", node, name=name, **suggestion(name, [*scope.variables, *self.given]))

    @property
    def known(self) -> Known:
        """What is known beforehand here."""
        return Known(self.scope.statics, self.shape_of_name)

    def shape_of_name(self, name: str) -> Shape | None:
        """The shape of a variable or an input; None where there is none of the name."""
        scope = self.scope
        for variables in (scope.variables, (scope.outer or scope).variables):
            if name in variables:
                return self.graph.nodes[variables[name]].shape
        return self.given.get(name) if scope.place is None else None

    # ----------------------------------------------------------------- calls

    def read_attribute(self, node: ast.Attribute) -> Step:
        constant = literal(node, self.scope.variables)
        if constant is not None:
            return Step(node, constant=constant)
        if node.attr == "T":
            return Step(node, OPS["transpose"], {"axes": None}, operands=[node.value])
        if node.attr in METHODS:
            raise Misplaced("function-as-value", node, name=node.attr, signature=f"x.{node.attr}()")
        raise Misplaced("attribute", node, name=node.attr, **suggestion(node.attr, ["T", *METHODS]))

    def read_call(self, node: ast.Call) -> Step:
        constant = literal(node, self.scope.variables)
        if constant is not None:
            return Step(node, constant=constant)
        if isinstance(node.func, ast.Name) and node.func.id in self.functions and self.scope.place is None:
            return self.bind_function(self.functions[node.func.id], node)
        op, first = self.callee(node)
        if len(node.args) + len(first) == 2 and op.name in PAIRED and not node.keywords:
            op = OPS[PAIRED[op.name]]
        return self.bind(op, first, node)

    def callee(self, node: ast.Call) -> tuple[Op, list[ast.expr]]:
        """The op that a call means, and the value before the dot of a method."""
        function = node.func
        match function:
            case ast.Name(name):
                if name in OPS:
                    return OPS[name], []
                if name in self.scope.variables:
                    raise Misplaced("not-a-function", node)
                raise Misplaced("unknown-function", function, name=name, **suggestion(name, [*OPS, *self.functions]))
            case ast.Attribute(ast.Name(prefix), name) if prefix in PREFIXES and prefix not in self.scope.variables:
                return prefixed(function, PREFIXES[prefix], name), []
            case ast.Attribute(ast.Attribute(ast.Name("np" | "numpy" as prefix), "linalg"), name) if prefix not in self.scope.variables:
                return prefixed(function, "np.linalg", name), []
            case ast.Attribute(value, name):
                if name not in METHODS:
                    raise Misplaced("attribute", function, name=name, **suggestion(name, ["T", *METHODS]))
                return OPS[name], [value]
        raise Misplaced("not-a-function", node)

    def bind(self, op: Op, first: list[ast.expr], node: ast.Call) -> Step:
        """A call's arguments, by name: those that carry gradients as operands, the others as options."""
        names = [*op.inputs, *(o.name for o in op.options)]
        arguments: list[ast.expr] = [*first, *node.args]
        if first and len(arguments) > len(names) - 1 and op.options and op.options[0].kind in ("shape", "axes"):
            # x.reshape(2, 3), x.transpose(1, 0): the sizes need no parentheses.
            whole = ast.copy_location(ast.Tuple(node.args), node)
            arguments = [*first, whole] if len(node.args) > 1 else arguments
        if op.variadic and arguments and isinstance(arguments[0], (ast.List, ast.Tuple)):
            values, arguments = arguments[0].elts, [ast.copy_location(ast.Constant(0), node), *arguments[1:]]
        elif op.variadic and arguments:
            raise Misplaced("list-needed", arguments[0], function=op.name, signature=op.signature)
        else:
            values = None
        required = [*op.inputs, *(o.name for o in op.options if o.required)]
        bound = bind_arguments(op.name, op.signature, names, required, arguments, node)
        known = self.known
        options = {o.name: known.option(op, o, bound[o.name]) if o.name in bound else o.default for o in op.options}
        return Step(node, op, options, operands=[bound[name] for name in op.inputs] if values is None else values)

    def bind_function(self, function: Function, node: ast.Call) -> Step:
        """A call of a function of the program: numbers known beforehand as statics, all else as operands."""
        required = [name for name in function.parameters if name not in function.defaults]
        bound = bind_arguments(function.name, function.signature, list(function.parameters), required, node.args, node)
        given = {name: bound.get(name, function.defaults.get(name)) for name in function.parameters}
        statics = {name: self.known.static(argument) for name, argument in given.items()}
        known = {name: value for name, value in statics.items() if value is not NotImplemented}
        return Step(node, function=function, options=known, operands=[given[name] for name in function.parameters if name not in known])
