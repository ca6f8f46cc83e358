"""Statements as instructions, and the code of a body."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from gradlens.engine.language.code import Code, Label, Task
from gradlens.engine.language.compiling.expressions import ExpressionCompiler
from gradlens.engine.language.compiling.forms import (
    NOTHING,
    PLAIN_METACLASSES,
    caught_by,
    dotted,
    is_docstring,
    is_print,
    plain_operands,
)
from gradlens.engine.language.rewriting.choices import as_one, guarded
from gradlens.engine.language.running import bodies, jumping, looping, operating, storing
from gradlens.engine.language.running import instructions as do
from gradlens.engine.language.standard import unwinding
from gradlens.engine.language.standard.exceptions import EXCEPTIONS
from gradlens.engine.language.syntax import Misplaced, construct


def compiled(
    body: Sequence[ast.stmt] | ast.expr, name: str, kind: str, nesting: float, ours: bool = False, **facts: Any
) -> Code:
    """The code of a body.  nesting: levels of expressions allowed.  Errors: too-deep, not-in-language, and others of
    syntax.
    """
    code = Code(name, kind, ours=ours, **facts)
    Compiler(code, nesting, code.mentions).body(body)
    return code


class Compiler(ExpressionCompiler):
    """Writes the instructions of one body; bodies inside it become codes of their own."""

    def assign(self, node: ast.Assign, depth: int, tasks: list[Task]) -> None:
        first, value = node.targets[0], node.value
        if len(node.targets) == 1 and not isinstance(first, (ast.Tuple, ast.List)):
            self.assign_one(first, value, node, tasks)
            return
        work: list[Task] = [(value, 1)]
        if self.code.kind == "program" and isinstance(first, ast.Name):
            self.targets[id(value)] = first.id
        if any(isinstance(t, (ast.Name, ast.Tuple, ast.List)) for t in node.targets):
            work.append((storing.as_leaf, None, node))
        for i, target in enumerate(node.targets):
            if i < len(node.targets) - 1:
                work.append((jumping.duplicate, None, node))
            work += self.stores(target, node)
        tasks += reversed(work)

    def assign_one(self, target: ast.expr, value: ast.expr, node: ast.Assign, tasks: list[Task]) -> None:
        """A value for a name, an attribute or an item."""
        if type(target) is ast.Name:
            store = self.store_name(target.id, node, False)
            if self.code.kind == "program":
                if type(value) is ast.Call:
                    self.targets[id(value)] = target.id
                store = (storing.store_leaf, target.id, node)
            tasks.append(store)
            self.work(value, 1, tasks)
            return
        if type(target) is ast.Attribute and type(target.value) is ast.Name:
            operands = plain_operands([value])
            if operands is not None:
                self.out.append((storing.store_attribute_reading, (target.value.id, target.attr, operands[0]), target))
                return
        tasks += [*reversed(self.stores(target, node)), (value, 1)]

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
            operands = plain_operands([target, node.value])
            work: list[Task] = (
                [(operating.change_reading, (type(node.op), operands), node)]
                if operands is not None
                else [(target, 1), (node.value, 1), (operating.change, type(node.op), node)]
            )
            work.append((self.store_of(target.id), target.id, node))
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
        self.mentions.classes = True
        storing.check_name(node.name, node)
        code = Code(node.name, "class", ours=self.code.ours)
        body = node.body[1:] if is_docstring(node.body[0]) else node.body
        type(self)(code, self.nesting, self.mentions).body(body)
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


Compiler.handlers = {
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
