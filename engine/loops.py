"""Loops and comprehensions: unrolled, as if their body were written once for every item."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from engine.language import Misplaced, Place, construct, source
from engine.ops import OPS
from engine.scope import Item, Part, Step


class Loops:
    """The builder's part for what goes through a range, a list or an array."""

    def items(self, node: ast.expr) -> Iterator[Item]:
        """What a loop goes through: range(…), enumerate(…), zip(…), reversed(…), a list, or an array's first axis."""
        for item in self.iterable(node):
            self.turns += 1
            if self.turns > self.limits.nodes:  # a body may make no node at all
                raise Misplaced("too-many-nodes", node, limit=int(self.limits.nodes))
            yield item

    def iterable(self, node: ast.expr) -> Iterable[Item]:
        match node:
            case ast.Call(ast.Name("range"), bounds, []) if 1 <= len(bounds) <= 3:
                return self.whole_range(bounds)
            case ast.Call(ast.Name("enumerate"), [inner], []):
                return enumerate(self.iterable(inner))
            case ast.Call(ast.Name("enumerate"), [inner, start], []) | ast.Call(ast.Name("enumerate"), [inner], [ast.keyword("start", start)]):
                return enumerate(self.iterable(inner), self.known.whole(start))
            case ast.Call(ast.Name("zip"), [_, *_] as inner, []):
                return zip(*[self.iterable(part) for part in inner])
            case ast.Call(ast.Name("reversed"), [ast.Call(ast.Name("range"), bounds, [])]) if 1 <= len(bounds) <= 3:
                return reversed(self.whole_range(bounds))
            case ast.Call(ast.Name("reversed"), [inner], []):
                return reversed(list(self.iterable(inner)))
            case ast.List(parts) | ast.Tuple(parts):
                values = [self.known.static(part) for part in parts]
                return [value if type(value) is int else part for value, part in zip(values, parts, strict=True)]
        id = self.expression(node)
        shape = self.graph.nodes[id].shape
        if not shape:
            raise Misplaced("not-iterable", node, got=source(node))
        return (Part(id, place) for place in range(shape[0]))

    def whole_range(self, bounds: list[ast.expr]) -> range:
        numbers = [self.known.static(bound) for bound in bounds]
        for bound, found in zip(bounds, numbers, strict=True):
            if type(found) is not int:
                raise Misplaced("range-bounds", bound)
        if len(numbers) == 3 and numbers[2] == 0:
            raise Misplaced("slice-step", bounds[2])
        return range(*numbers)

    def bind_item(self, target: ast.expr, item: Item, origin: Place) -> None:
        """A loop's name for one item: a whole number is known beforehand, all else is a value."""
        scope = self.scope
        if isinstance(target, (ast.Tuple, ast.List)):
            if isinstance(item, Part):
                item = tuple(Part(self.part(item.id, item.place, origin), place) for place in range(len(target.elts)))
            elif isinstance(item, (ast.Tuple, ast.List)):
                item = tuple(item.elts)
            if not isinstance(item, tuple) or len(item) != len(target.elts):
                raise Misplaced("unpack-count", target, count=len(target.elts), got=len(item) if isinstance(item, tuple) else 1)
            for part, value in zip(target.elts, item, strict=True):
                self.bind_item(part, value, origin)
            return
        if not isinstance(target, ast.Name) or isinstance(item, tuple):
            raise Misplaced("assignment-target", target)
        if type(item) is int:
            scope.statics[target.id] = item
            scope.variables.pop(target.id, None)
            return
        id = self.part(item.id, item.place, origin) if isinstance(item, Part) else self.expression(item)
        scope.variables[target.id] = id
        scope.statics.pop(target.id, None)

    def comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Step:
        """[x[i]**2 for i in range(3)]: the values stacked, as a list of values is."""
        generator = node.generators[0]
        if len(node.generators) > 1 or generator.ifs:
            raise Misplaced("not-in-language", node, construct=construct(node))
        scope = self.scope
        own = [name.id for name in ast.walk(generator.target) if isinstance(name, ast.Name)]  # its names end with it
        before = [(names, {name: names[name] for name in own if name in names}) for names in (scope.variables, scope.statics)]
        ids = []
        for item in self.items(generator.iter):
            self.bind_item(generator.target, item, generator.target)
            ids.append(self.expression(node.elt))
        for names, kept in before:
            for name in own:
                names.pop(name, None)
            names.update(kept)
        return Step(node, OPS["stack"], {"axis": 0}, built=tuple(ids))

    def part(self, id: int, place: int, origin: Place) -> int:
        scope = self.scope
        return self.graph.add_op(OPS["index"], (id,), {"key": (place,)}, scope.group, scope.place or origin)
