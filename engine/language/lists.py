"""Python's lists, where they are not arrays: + joins two of them, * repeats one."""

from __future__ import annotations

import ast

from gradlens.engine.language.builder_part import BuilderPart
from gradlens.engine.language.scope import Step
from gradlens.engine.language.syntax import Misplaced, source
from gradlens.engine.ops import OPS
from gradlens.engine.values import Shape


class Lists(BuilderPart):
    """The builder's part for lists.

    In a program of another library a list under a name is Python's; else it is an array, as on the page.
    """

    def list_arithmetic(self, node: ast.BinOp) -> Step | None:
        """A sum of lists as the longer list, a product with a whole number as the repeated one; None for all else."""
        if self.scope.registry or not isinstance(node.op, (ast.Add, ast.Mult)):
            return None
        left, right = node.left, node.right
        if isinstance(node.op, ast.Add):
            if self.is_list(right) and self.is_list(left):
                return self.joined(node, [self.shape_and_id(left), self.shape_and_id(right)])
            return None
        for items, count in ((left, right), (right, left)):
            if not self.is_list(items):
                continue
            if type(times := self.known.static(count)) is int:
                shape, id = self.shape_and_id(items)
                return Step(
                    node, OPS["tile"], {"reps": (max(times, 0), *[1] * (len(shape) - 1))}, built=(id,), listed=True
                )
            if self.is_whole(count):
                raise Misplaced("list-repeat", node, count=source(count))
        return None

    def extended(self, name: str, node: ast.BinOp) -> ast.expr:
        """What `name += [x]` assigns: a list that is extended by a list, wherever the program stands."""
        holder = self.scope.holder(name)
        if (
            isinstance(node.op, ast.Add)
            and holder is not None
            and holder.variables.get(name) in self.lists
            and self.is_list(node.right)
        ):
            node.left = ast.copy_location(ast.List([ast.copy_location(ast.Starred(node.left), node)]), node)
        return node

    def joined(self, node: ast.BinOp, parts: list[tuple[Shape, int]]) -> Step:
        filled = [(shape, id) for shape, id in parts if shape[0] > 0] or parts[:1]
        if len(filled) == 1:
            return Step(node, OPS["identity"], built=(filled[0][1],), listed=True)
        if filled[0][0][1:] != filled[1][0][1:]:
            raise Misplaced("ragged-list", node, left=len(filled[0][0]), right=len(filled[1][0]))
        return Step(node, OPS["concat"], {"axis": 0}, built=tuple(id for _, id in filled), listed=True)

    def shape_and_id(self, node: ast.expr) -> tuple[Shape, int]:
        if isinstance(node, ast.List) and len(node.elts) == 1 and isinstance(node.elts[0], ast.Starred):
            node = node.elts[0].value
        id = self.scope.variables[self.hold(node).id]
        return self.graph.nodes[id].shape, id

    def is_whole(self, node: ast.expr) -> bool:
        """Whether an expression is made of whole numbers, and of inputs that the program writes as such: n = 3."""
        match node:
            case ast.Constant(value):
                return type(value) is int
            case ast.Name(name):
                holder = self.scope.holder(name)
                return holder is not None and holder.variables.get(name) in self.wholes
            case ast.UnaryOp(_, operand):
                return self.is_whole(operand)
            case ast.BinOp(left, sign, right):
                return not isinstance(sign, ast.Div) and self.is_whole(right) and self.is_whole(left)
            case _:
                return False

    def is_list(self, node: ast.expr) -> bool:
        """Whether an expression is a list of Python's: written as one, made of such, or the name of one in a program of
        another library.
        """
        match node:
            case ast.List() | ast.ListComp():
                return True
            case ast.Name(name) if self.libraries:
                holder = self.scope.holder(name)
                return holder is not None and holder.variables.get(name) in self.lists
            case ast.Subscript() if self.libraries:
                depth = 0
                while isinstance(node, ast.Subscript) and type(self.known.static(node.slice)) is int:
                    node, depth = node.value, depth + 1
                shape = self.shape_of_name(node.id) if isinstance(node, ast.Name) and self.is_list(node) else None
                return shape is not None and len(shape) > depth
            case ast.BinOp(left, ast.Add(), right):
                return self.is_list(right) and self.is_list(left)
            case ast.BinOp(left, ast.Mult(), right):
                return any(
                    self.is_list(items) and type(self.known.static(count)) is int
                    for items, count in ((left, right), (right, left))
                )
            case _:
                return False
