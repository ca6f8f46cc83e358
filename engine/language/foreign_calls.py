"""Calls of other libraries, and of Python itself, put into the language."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import numpy as np

from gradlens.engine.graph import FOREIGN_CALL
from gradlens.engine.language.builder_part import BuilderPart
from gradlens.engine.language.calls import IN_PLACE, Foreign, in_place
from gradlens.engine.language.dialects.libraries import METHOD_TABLES, spoken
from gradlens.engine.language.dialects.reading import read as read_foreign
from gradlens.engine.language.dialects.signatures import OpCall
from gradlens.engine.language.scope import Step, bound_names
from gradlens.engine.language.syntax import Misplaced, array_argument, is_literal_list, source
from gradlens.engine.ops import Op

PASSING = (
    "identity",
    "index",
    "reshape",
    "ravel",
    "transpose",
    "swapaxes",
    "expand_dims",
    "squeeze",
)  # of which an array of True and False makes one
ATTRIBUTE = re.compile(r"\.[\s\\]*[^\W\d]")  # a dot before a name, which every call of a library has
PAIRED = {"max": "maximum", "min": "minimum"}  # with two values, as in Python


def op_call(name: str, arguments: list[ast.expr], node: ast.expr) -> OpCall:
    """A call of an op that stands for an expression of the program."""
    return ast.copy_location(
        OpCall(
            ast.Name(name), [ast.copy_location(a, node) if isinstance(a, ast.Constant) else a for a in arguments], []
        ),
        node,
    )


class ForeignCalls(BuilderPart):
    """The builder's part for calls that are not in the language's own order."""

    def translated(self, callee: Foreign, first: list[ast.expr], node: ast.Call) -> ast.expr:
        """Another library's call in the language.

        Errors: those of its arguments, values-alone, in-place, method-ambiguous.
        """
        self.charge(node, FOREIGN_CALL)
        held: dict[int, ast.Name] = {}
        signatures = (
            METHOD_TABLES["torch"]["item"]
            if callee.name == "float" and not first and "torch" in self.libraries
            else callee.signatures
        )
        try:
            meant = read_foreign(callee.name, signatures, first, node, self, held)
        except Misplaced as refusal:
            if not callee.other or self.libraries & {"numpy", "torch"}:
                raise
            try:
                meant = read_foreign(
                    callee.name, callee.other, first, node, self, held
                )  # NumPy refuses it, so it is PyTorch's
            except Misplaced:
                raise refusal from None
        if callee.other and self.libraries >= {"numpy", "torch"}:
            try:
                same = ast.dump(meant) == ast.dump(read_foreign(callee.name, callee.other, first, node, self, held))
            except Misplaced:
                same = False
            if not same:
                raise Misplaced("method-ambiguous", node, name=callee.name)
        if isinstance(meant, ast.Dict):
            if first and callee.name in IN_PLACE and "torch" not in self.libraries:
                raise in_place(first[0], node)
            raise Misplaced("values-alone", node, name=callee.name)
        return meant

    def part_of_result(self, node: ast.expr) -> ast.expr | None:
        """One of several results of a call: torch.max(x, 1)[0], x.sort().indices; None for any other expression."""
        match node:
            case ast.Subscript(OpCall()) | ast.Attribute(OpCall()):
                return None
            case ast.Subscript(ast.Call() as call, place) if type(wanted := self.known.static(place)) is int:
                pass
            case ast.Attribute(ast.Call() as call, "values" | "indices" as wanted):
                pass
            case _:
                return None
        if (
            self.fixed(call) is not None
            or array_argument(call, self.scope) is not None
            or self.program_function(call) is not None
        ):
            return None
        callee, first = self.callee(call)
        if (
            not isinstance(callee, Foreign)
            or callee.other
            or not any(isinstance(s.body, ast.Dict) for s in callee.signatures)
        ):
            return None
        self.charge(call, FOREIGN_CALL)
        meant = read_foreign(callee.name, callee.signatures, first, call, self, {})
        if not isinstance(meant, ast.Dict):
            return None
        names = [key.value for key in meant.keys if isinstance(key, ast.Constant)]
        if wanted in names:
            return meant.values[names.index(wanted)]
        if isinstance(wanted, str) or wanted not in range(-len(names), len(names)):
            raise Misplaced("index-range", node, index=wanted, axis=0, size=len(names))
        return meant.values[wanted]

    def built_in(self, op: Op, node: ast.Call) -> ast.expr | None:
        """Python's own sum and max, where a call means those and not the op: of items that are listed, or in a program
        of Python's libraries.
        """
        arguments = node.args
        if (
            not isinstance(node.func, ast.Name)
            or node.func.id != op.name
            or node.keywords
            or not arguments
            or any(isinstance(a, ast.Starred) for a in arguments)
        ):
            return None
        if (
            op.name in PAIRED
            and len(arguments) > 2
            and not (isinstance(arguments[2], ast.Constant) and isinstance(arguments[2].value, bool))
        ):
            # max(a, b, c), as in Python.
            return op_call(op.name, [ast.copy_location(ast.List(arguments), node), ast.Constant(0)], node)
        if op.name != "sum" or len(arguments) > 2:
            return None
        items, *start = arguments
        listed = isinstance(items, (ast.ListComp, ast.GeneratorExp)) or (
            isinstance(items, ast.List) and (len(start) > 0 or not is_literal_list(items, self.scope))
        )
        if not (listed or self.libraries):
            return None
        if start and not listed and type(self.known.static(start[0])) is int and self.known.static(start[0]) != 0:
            raise Misplaced("sum-start", start[0])
        rows = self.hold(items)
        total = op_call("sum", [rows, ast.Constant(0)] if len(self.shape_of_name(rows.id) or ()) > 1 else [rows], node)
        if start and self.known.static(start[0]) != 0:
            return ast.copy_location(ast.BinOp(total, ast.Add(), start[0]), node)
        return total

    def standing_for(self, node: ast.expr, meaning: ast.expr) -> Step:
        """The step of what an expression means, which keeps the reader's text for its place."""
        node.meaning = meaning  # pyright: ignore[reportAttributeAccessIssue] - for whoever reads the tree later
        return replace(self.read(meaning), node=node)

    def are_masks(self, ids: tuple[int, ...]) -> bool:
        """Whether values are arrays of True and False in a program of another library, where + means "or"."""
        return (
            bool(self.libraries - {"math"})
            and any(self.graph.nodes[id].shape for id in ids)
            and all(map(self.is_mask, ids))
        )

    def is_mask(self, id: int) -> bool:
        """Whether a value is made of comparisons alone. Each node is judged once, however many ways lead to it."""
        nodes, judged = self.graph.nodes, self.masks
        pending = [id]
        while pending:
            node = nodes[pending[-1]]
            parts = node.inputs if node.kind in PASSING or node.kind == "mul" else ()
            if waiting := [i for i in parts if i not in judged]:
                pending += waiting
                continue
            pending.pop()
            judged[node.id] = (
                all(judged[i] for i in parts) if parts else node.op is not None and node.op.family == "comparison"
            )
        return judged[id]

    def check_conditions(self, node: ast.expr, ids: tuple[int, ...]) -> None:
        """Error: bits, for whole numbers joined by & | ~, which in Python are those of their binary digits."""
        if isinstance(node, (ast.BinOp, ast.UnaryOp)) and isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.Invert)):
            for id in ids:
                leaf = self.graph.nodes[id]
                written = leaf.value
                if written is not None and not np.all(np.isin(written, (0.0, 1.0))):
                    raise Misplaced("bits", node, got=source(node))

    def hold(self, node: ast.expr) -> ast.Name:
        """An expression as a node under a name that no program can write, for who needs its shape or needs it twice."""
        if isinstance(node, ast.Name) and node.id in self.scope.variables:
            return node
        id = self.expression(node)
        name = f"·{id}"
        self.scope.variables[name] = id
        held = ast.copy_location(ast.Name(name), node)
        held.stands_for = node  # pyright: ignore[reportAttributeAccessIssue] - likewise
        return held

    @property
    def libraries(self) -> frozenset[str]:
        """The libraries that the program uses; the registry's definitions use none."""
        if self.scope.registry:
            return frozenset()
        if self.used is None:
            body = (
                self.syntax.body if ATTRIBUTE.search(self.syntax.text) else ()
            )  # most programs on the page call no library
            self.used = spoken(body, bound_names(body) | set(self.given))
        return self.used
