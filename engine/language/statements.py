"""Statements: what is assigned, unpacked, defined, repeated."""

from __future__ import annotations

import ast

from gradlens.engine.errors import Place
from gradlens.engine.language.builder_part import BuilderPart
from gradlens.engine.language.scope import Function, bound_names, check_name
from gradlens.engine.language.statics import mentions_shape
from gradlens.engine.language.syntax import Misplaced, construct, is_literal_list
from gradlens.engine.ops import OPS
from gradlens.engine.values import Value, is_tuple, number, shape_of

Assignment = ast.Assign | ast.AnnAssign | ast.AugAssign


class Statements(BuilderPart):
    """The builder's part for statements; each is read once, in order."""

    def statements(self, body: tuple[ast.stmt, ...]) -> int:
        """Every statement in order. Returns the id of the last value that one of them has; -1 where none has."""
        last = -1
        for statement in body:
            self.charge(statement)
            before, last = last, -1
            match statement:
                case ast.Assign(targets=[ast.Name(name)], value=ast.Lambda(args=arguments, body=result)):
                    self.add_function(name, arguments, (), result, statement)
                case (
                    ast.Assign(targets=[ast.Name(name)], value=value)
                    | ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value)
                ):
                    last = self.assign(name, value, statement)
                case ast.Assign(targets=[ast.Tuple(targets) | ast.List(targets)], value=value):
                    last = self.unpack(targets, value, statement)
                case ast.Assign(targets=targets, value=value):
                    last = self.assign_several(targets, value, statement)
                case ast.AugAssign(target=ast.Name(name) as target, op=sign, value=value):
                    whole = ast.copy_location(ast.BinOp(target, sign, value), statement)
                    last = self.assign(name, self.extended(name, whole), statement)
                case ast.Expr(value=ast.Call(ast.Attribute(value, "backward"), [], [])) if self.scope.is_program:
                    last = self.expression(value)  # y.backward() differentiates y
                case ast.Expr(value=value):
                    last = self.expression(value)
                case ast.FunctionDef():
                    self.define(statement)
                case ast.For(target=target, iter=items, body=inner, orelse=[]):
                    for item in self.items(items, target):
                        self.bind_item(target, item, statement)
                        found = self.statements(tuple(inner))
                        last = last if found < 0 else found
                case _:
                    raise self.refused(statement)
            last = before if last < 0 else last
        return last

    def assign(self, name: str, value: ast.expr, statement: Assignment) -> int:
        check_name(name, statement)
        if (found := self.sizes(value)) is not NotImplemented:
            return self.assign_known(
                statement.targets[0] if isinstance(statement, ast.Assign) else statement.target, found, statement
            )
        if (constant := self.leaf_value(value)) is not None:
            id = self.leaf(name, constant, statement)
            if isinstance(value, ast.List):
                self.lists.add(id)
            if isinstance(value, ast.Constant) and type(value.value) is int:
                self.wholes.add(id)
            return id
        before = len(self.graph.nodes)
        id = self.expression(value)
        return self.bind_name(name, id, statement, fresh=id >= before)

    def assign_several(self, targets: list[ast.expr], value: ast.expr, statement: ast.Assign) -> int:
        """x = y = 3: all names for one value."""
        if (found := self.sizes(value)) is not NotImplemented:
            return max([self.assign_known(target, found, statement) for target in targets])
        first, *others = targets
        if isinstance(first, ast.Name):
            id = self.assign(first.id, value, statement)
        else:
            id = self.expression(value)
            others = targets
        last = id
        for target in others:
            last = self.bind(target, id, statement)
        return last

    def sizes(self, value: ast.expr) -> object:
        """What an expression that speaks of a shape is known to be, else NotImplemented."""
        return self.known.static(value) if mentions_shape(value) else NotImplemented

    def assign_known(self, target: ast.expr, value: object, statement: ast.stmt) -> int:
        """A name for a size, or several for the sizes of a shape.

        Returns the id of the last that is a number; -1 for none.
        """
        if isinstance(target, (ast.Tuple, ast.List)):
            if not is_tuple(value):
                raise Misplaced("unpack-count", statement, count=len(target.elts), got=1)
            self.check_count(target.elts, len(value), statement)
            return max([self.assign_known(t, part, statement) for t, part in zip(target.elts, value)], default=-1)
        if not isinstance(target, ast.Name):
            raise Misplaced("assignment-target", target)
        if type(value) is int:
            return self.size(target.id, value, statement)
        self.scope.know(target.id, value, statement)
        return -1

    def leaf(self, name: str, constant: Value, statement: ast.stmt) -> int:
        """An input whose value stands in the text, where none is given."""
        self.place = statement
        given = self.given.get(name)
        id = self.graph.add_input(
            name, shape_of(constant) if given is None else given, constant if given is None else None, self.place
        )
        self.scope.bind(name, id, statement)
        return id

    def bind(self, target: ast.expr, id: int, statement: ast.stmt, fresh: bool = False) -> int:
        """A name, or several, for a node. Returns the id of the last."""
        if isinstance(target, (ast.Tuple, ast.List)):
            return self.unpack_ids(target.elts, self.parts(id, len(target.elts), statement), statement)
        if not isinstance(target, ast.Name):
            raise Misplaced("assignment-target", target)
        return self.bind_name(target.id, id, statement, fresh)

    def bind_name(self, name: str, id: int, statement: ast.stmt, fresh: bool) -> int:
        """A name for a node; a node of its own where the value has a name already. Returns the id.

        fresh: whether the statement has just made the node.
        """
        graph, scope = self.graph, self.scope
        scope.bind(name, id, statement)
        node = graph.nodes[id]
        returned = fresh and node.group != scope.group  # from a function: its caller's name is the better one
        if node.op is None or (node.name is not None and not returned):
            listed = id in self.lists
            id = graph.add_op(OPS["identity"], (id,), {}, scope.group, scope.place or statement)
            if listed:
                self.lists.add(id)
        if scope.is_program:
            graph.name(id, name)
            graph.nodes[id].place = statement
        else:
            graph.nodes[id].name = name
        scope.variables[name] = id
        return id

    def unpack(self, targets: list[ast.expr], value: ast.expr, statement: ast.Assign) -> int:
        """n, m = x.shape; a, b = 1, 2; a, b = f(x); a, b = x: as many values as names, all taken before a name is
        bound.
        """
        last = -1
        if (found := self.sizes(value)) is not NotImplemented:
            return self.assign_known(statement.targets[0], found, statement)
        if isinstance(value, (ast.Tuple, ast.List)):
            self.check_count(targets, len(value.elts), statement)
            constants = [self.leaf_value(part) for part in value.elts]
            leaves = [(t.id, c) for t, c in zip(targets, constants) if isinstance(t, ast.Name) and c is not None]
            if len(leaves) == len(targets):
                for name, constant in leaves:
                    last = self.leaf(name, constant, statement)
                return last
            return self.unpack_ids(targets, [self.expression(part) for part in value.elts], statement)
        if (
            isinstance(value, ast.Call)
            and isinstance(function := self.program_function(value), Function)
            and isinstance(function.result, ast.Tuple)
        ):
            self.check_count(targets, len(function.result.elts), statement)
            step = self.bind_function(function, value)
            return self.unpack_ids(
                targets, self.call(step, tuple([self.expression(operand) for operand in step.operands])), statement
            )
        return self.unpack_ids(targets, self.parts(self.expression(value), len(targets), statement), statement)

    def unpack_ids(self, targets: list[ast.expr], ids: list[int], statement: ast.stmt) -> int:
        """Names for values that exist, from left to right."""
        last = -1
        for target, id in zip(targets, ids, strict=True):
            last = self.bind(target, id, statement, fresh=True)
        return last

    def parts(self, id: int, count: int, origin: Place) -> list[int]:
        """An array's parts along its first axis, one node each.  Error: unpack-count."""
        shape = self.graph.nodes[id].shape
        if not shape or shape[0] != count:
            raise Misplaced("unpack-count", origin, count=count, got=shape[0] if shape else 1)
        return [self.part(id, place, origin) for place in range(count)]

    def leaf_value(self, value: ast.expr) -> Value | None:
        """The value of an input that an assigned value makes: a number or a list of numbers, in the program itself;
        else None.
        """
        is_stack = isinstance(value, ast.List) and not is_literal_list(value, self.scope)
        return self.fixed(value) if self.scope.is_program and not is_stack else None

    def check_count(self, targets: list[ast.expr], got: int, statement: ast.stmt) -> None:
        if len(targets) != got:
            raise Misplaced("unpack-count", statement, count=len(targets), got=got)

    def size(self, name: str, value: int, statement: ast.stmt) -> int:
        """A name for a size: a constant node where it is used as a value, a whole number where one is needed."""
        scope = self.scope
        id = self.graph.add_constant(number(value), scope.group, scope.place or statement)
        if scope.is_program:
            self.graph.name(id, name)
        else:
            self.graph.nodes[id].name = name
        scope.bind(name, id, statement)
        scope.statics[name] = value
        return id

    def define(self, statement: ast.FunctionDef) -> None:
        if statement.decorator_list:
            raise Misplaced("not-in-language", statement, construct="@")
        body = statement.body
        if (
            isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
            and isinstance(body[0].value.value, str)
        ):
            body = body[1:]  # a docstring
        if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
            raise Misplaced("return-missing", statement, name=statement.name)
        self.add_function(statement.name, statement.args, tuple(body[:-1]), body[-1].value, statement)

    def add_function(
        self, name: str, arguments: ast.arguments, body: tuple[ast.stmt, ...], result: ast.expr, statement: ast.stmt
    ) -> None:
        """A function of the program, from def or lambda.

        What a parameter is by default is found out here, as in Python.
        """
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
            raise Misplaced("not-in-language", statement, construct="*")
        parameters = tuple(a.arg for a in (*arguments.posonlyargs, *arguments.args))
        for parameter in parameters:
            check_name(parameter, statement)
        defaults = dict(zip(parameters[len(parameters) - len(arguments.defaults) :], arguments.defaults, strict=True))
        known = {
            parameter: value
            for parameter, text in defaults.items()
            if (value := self.known.static(text)) is not NotImplemented
        }
        nodes = {parameter: self.expression(text) for parameter, text in defaults.items() if parameter not in known}
        local = bound_names(body) | set(parameters)
        self.defining.append(self.scope)
        self.scope.know(
            name, Function(name, parameters, defaults, known, nodes, body, result, local, self.scope), statement
        )

    def refused(self, statement: ast.stmt) -> Misplaced:
        match statement:
            case ast.Import() | ast.ImportFrom():
                return Misplaced("import-statement", statement)
            case ast.Assign() | ast.AugAssign() | ast.AnnAssign():
                return Misplaced("assignment-target", statement)
            case ast.If():
                return Misplaced("branch", statement)
            case ast.While():
                return Misplaced("while-loop", statement)
            case _:
                return Misplaced("not-in-language", statement, construct=construct(statement))
