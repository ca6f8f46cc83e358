"""Loops and comprehensions: unrolled, as if their body were written once for every item."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from gradlens.engine.errors import Place
from gradlens.engine.language.builder_part import BuilderPart
from gradlens.engine.language.names import own_name
from gradlens.engine.language.scope import Item, Part, Step
from gradlens.engine.language.syntax import Misplaced, construct, is_literal_list, source
from gradlens.engine.ops import OPS
from gradlens.engine.values import number


class Loops(BuilderPart):
    """The builder's part for what goes through a range, a list or an array."""

    def items(self, node: ast.expr, target: ast.expr) -> Iterator[Item]:
        """What a loop goes through: range(…), enumerate(…), zip(…), reversed(…), a list, or an array's first axis."""
        for item in self.iterable(node):
            self.charge(target)  # a body may make no node at all
            yield item

    def iterable(self, node: ast.expr) -> Iterable[Item]:
        match self.own_name(node), node:
            case "enumerate", ast.Call(_, [inner], []):
                return enumerate(self.iterable(inner))
            case "enumerate", ast.Call(_, [inner, start], []) | ast.Call(_, [inner], [ast.keyword("start", start)]):
                return enumerate(self.iterable(inner), self.known.whole(start))
            case "zip", ast.Call(_, inner, []):
                return zip(*[self.iterable(part) for part in inner])
            case "reversed", ast.Call(_, [inner], []) if self.own_name(inner) not in ("enumerate", "zip", "reversed"):
                return self.sequence(inner, -1)
            case _:
                return self.sequence(node, 1)

    def sequence(self, node: ast.expr, step: int) -> Iterable[Item]:
        """A range, a list, or an array's first axis, forwards or backwards.

        A list's items are made before the first turn.
        """
        if isinstance(node, (ast.List, ast.Tuple)):
            return [self.item(part) for part in node.elts][::step]
        if isinstance(node, ast.Call) and self.own_name(node) == "range":
            if not 1 <= len(node.args) <= 3 or node.keywords:
                raise Misplaced("range-bounds", node)
            return self.whole_range(node.args)[::step]
        id = self.expression(node)
        shape = self.graph.nodes[id].shape
        if not shape:
            raise Misplaced("not-iterable", node, got=source(node))
        return (Part(id, place) for place in range(shape[0])[::step])

    def item(self, node: ast.expr) -> Item:
        """One item of a list that a loop goes through; numbers of the text wait until they have a name."""
        if type(value := self.known.static(node)) is int:
            return value
        if isinstance(node, ast.Tuple):
            return tuple(map(self.item, node.elts))
        if isinstance(node, ast.List) and not is_literal_list(node, self.scope):
            return list(map(self.item, node.elts))
        return node if self.fixed(node) is not None else Part(self.expression(node))

    def own_name(self, node: ast.expr) -> str:
        """The language's function that a call is of, else ""."""
        return own_name(node.func, self.scope) if isinstance(node, ast.Call) else ""

    def whole_range(self, bounds: list[ast.expr]) -> range:
        numbers: list[int] = []
        for bound in bounds:
            found = self.known.static(bound)
            if type(found) is not int:
                raise Misplaced("range-bounds", bound)
            numbers.append(found)
        if len(numbers) == 3 and numbers[2] == 0:
            raise Misplaced("slice-step", bounds[2])
        return range(*numbers)

    def bind_item(self, target: ast.expr, item: Item, origin: Place) -> None:
        """A loop's name for one item: a whole number is known beforehand, all else is a value."""
        scope = self.scope
        if isinstance(target, (ast.Tuple, ast.List)):
            if isinstance(item, Part):
                item = [Part(id) for id in self.parts(self.made(item, origin), len(target.elts), target)]
            elif isinstance(item, ast.List):
                item = [*item.elts]
            if not isinstance(item, (tuple, list)) or len(item) != len(target.elts):
                raise Misplaced(
                    "unpack-count",
                    target,
                    count=len(target.elts),
                    got=len(item) if isinstance(item, (tuple, list)) else 1,
                )
            for part, value in zip(target.elts, item, strict=True):
                self.bind_item(part, value, origin)
            return
        if not isinstance(target, ast.Name) or isinstance(item, tuple):
            raise Misplaced("assignment-target", target)
        if type(item) is int:
            scope.know(target.id, item, target)
        else:
            scope.bind(target.id, self.made(item, origin), target)

    def made(self, item: Item, origin: Place) -> int:
        """The node of one item."""
        if isinstance(item, int):
            return self.graph.add_constant(number(item), self.scope.group, self.scope.place or origin)
        if isinstance(item, Part):
            return item.id if item.place is None else self.part(item.id, item.place, origin)
        if isinstance(item, list):
            ids = tuple([self.made(part, origin) for part in item])
            return self.graph.add_op(OPS["stack"], ids, {"axis": 0}, self.scope.group, self.scope.place or origin)
        if isinstance(item, tuple):
            raise Misplaced("not-in-language", origin, construct=construct(ast.Tuple([])))
        return self.expression(item)

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Step:
        """[x[i]**2 for i in range(3)]: the values stacked, as a list of values is."""
        generator = node.generators[0]
        if len(node.generators) > 1 or generator.ifs:
            raise Misplaced("not-in-language", node, construct=construct(node))
        scope = self.scope
        own = [name.id for name in ast.walk(generator.target) if isinstance(name, ast.Name)]  # its names end with it
        variables = {name: scope.variables[name] for name in own if name in scope.variables}
        statics = {name: scope.statics[name] for name in own if name in scope.statics}
        ids: list[int] = []
        for item in self.items(generator.iter, generator.target):
            self.charge(node.elt)
            self.bind_item(generator.target, item, generator.target)
            ids.append(self.expression(node.elt))
        for name in own:
            scope.variables.pop(name, None)
            scope.statics.pop(name, None)
        scope.variables.update(variables)
        scope.statics.update(statics)
        return Step(node, OPS["stack"], {"axis": 0}, built=tuple(ids), listed=True)

    def part(self, id: int, place: int, origin: Place) -> int:
        scope = self.scope
        found = self.graph.add_op(OPS["index"], (id,), {"key": (place,)}, scope.group, scope.place or origin)
        if id in self.lists and self.graph.nodes[found].shape:
            self.lists.add(found)
        return found
