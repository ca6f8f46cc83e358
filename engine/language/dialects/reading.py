"""A call of another library, read by its signatures: what it means in ops."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from gradlens.engine.language import memory, nodes
from gradlens.engine.language.arithmetic import node_of_binary, unary_result
from gradlens.engine.language.calls.arguments import argument_text, keyword_place
from gradlens.engine.language.calls.named_ops import op_call, placed_call, tensors_call
from gradlens.engine.language.calls.number_types import CUT_TYPES, TRUTH_TYPES
from gradlens.engine.language.calls.sites import comes_again, note_site
from gradlens.engine.language.dialects.jax.shape_helpers import JAX_HELPERS
from gradlens.engine.language.dialects.known_results import KNOWN
from gradlens.engine.language.dialects.made_arrays import MADE
from gradlens.engine.language.dialects.numpy_helpers import NUMPY_HELPERS
from gradlens.engine.language.dialects.numpy_places import NUMPY_PLACES
from gradlens.engine.language.dialects.pytorch.forms import FORMS
from gradlens.engine.language.dialects.pytorch.shape_helpers import SHAPE_HELPERS
from gradlens.engine.language.dialects.pytorch.windows import WINDOWS
from gradlens.engine.language.dialects.signatures import (
    EXTENTS,
    HELPERS,
    LISTS,
    RANKS,
    SHAPES,
    STATICS,
    Held,
    Part,
    Signature,
    table,
)
from gradlens.engine.language.indexing import item
from gradlens.engine.language.objects import (
    Computed,
    Fresh,
    ListCell,
    Meant,
    Several,
    Tensor,
    Unreachable,
    become,
    kind_of,
)
from gradlens.engine.language.syntax import Misplaced, suggestion
from gradlens.engine.language.values import known_values, masks, rooms, value_texts
from gradlens.engine.language.values.rooms import NUMBERS_A_STEP
from gradlens.engine.ops import OPS, Op
from gradlens.engine.values import is_numpy, is_wholes, shape_of

if TYPE_CHECKING:
    from gradlens.engine.language.machine import Machine

TENSORS = {Tensor}
# Types of arguments that certainly are what a signature asks for.
CERTAIN: Mapping[str, tuple[type[Any], ...]] = {"int": (int,), "one_axis": (int, type(None)), "array": (Tensor,)}
# One library's keyword by another's name, where both mean the same.
KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "axis": ("dim", "dims"),
    "dim": ("axis", "dims", "axes"),
    "dims": ("axis", "dim", "axes", "reps"),
    "keepdims": ("keepdim",),
    "keepdim": ("keepdims",),
    "ddof": ("correction",),
    "correction": ("ddof",),
    "min": ("a_min",),
    "max": ("a_max",),
    "a_min": ("min",),
    "a_max": ("max",),
    "input": ("a", "x", "A", "tensor"),
    "a": ("input", "x"),
    "x": ("input", "a"),
    "other": ("b", "x2", "y"),
    "x1": ("x", "input"),
    "x2": ("y", "other"),
    "axes": ("dims",),
    "p": ("ord",),
    "ord": ("p",),
    "newshape": ("shape",),
    "weight": ("a",),
    "exponent": ("y",),
    "values": ("y",),
    "end": ("y",),
}
ALL_HELPERS: Mapping[str, Callable[..., object]] = {
    **HELPERS,
    **SHAPE_HELPERS,
    **WINDOWS,
    **JAX_HELPERS,
    **NUMPY_HELPERS,
    **NUMPY_PLACES,
}
OPS_ALONE = OPS.keys() - ALL_HELPERS.keys() - KNOWN.keys() - MADE.keys() - {"refuse", "instead", "each"}
COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Eq: "eq",
    ast.NotEq: "ne",
}
ANYWAY = ("inplace", "sparse_grad", "stable", "kind", "check_finite", "_stacklevel")  # says what holds here anyway


def read(
    m: Machine,
    function: str,
    signatures: tuple[Signature, ...],
    args: list[Any],
    keywords: dict[str, Any],
    node: Any,
    inner: bool = False,
) -> Any:
    """What a call gives: by the first signature that its arguments fit.

    function: as the reader spells it, for errors.  args: with the value before the dot of a method as the first.
    inner: whether it is a form within what the reader's call means.
    Errors: those of a call's arguments, argument-unsupported, argument-shape.
    """
    is_written = not inner and type(node) is ast.Call
    if is_written and not m.tries and (site := node.__dict__.get("site")) is not None and site.signatures is signatures:
        found = site.again(m, [*args, *keywords.values()] if keywords else args)
        if found is not None:
            return found
    op = signatures[0].same
    if op is not None and not keywords and len(args) == len(op.inputs) and {*map(type, args)} == TENSORS:
        if is_written and comes_again(node):
            note_site(m, signatures, op, [(i, None) for i in range(len(args))], args, node, node)
        return tensors_call(m, op, args, node)
    names, values = tuple(keywords), [*args, *keywords.values()]
    refusals: list[tuple[Misplaced, int] | Signature] = []
    for signature in signatures:
        arrangement = arranged(signature, len(args), names)
        if arrangement is not None and arrangement.fits(values):
            found = arrangement.call(m, values, node, inner)
            refused = [one for one in refusals if type(one) is tuple]
            if is_written and arrangement.placed and not refused and comes_again(node):
                note_site(
                    m, signatures, arrangement.op, arrangement.parts, values, node, arrangement.meant(node, inner)
                )
            return found
        if is_for_others(m, signature, args):
            refusals.append(signature)
            continue
        reading = Reading(m, function, signature, node)
        try:
            reading.fit(args, keywords)
        except Misplaced as error:
            refusals.append((error.with_traceback(None), reading.fitting))  # whose frames hold this list
            continue
        for name, value in signature.lines:
            reading.bound[name] = reading.meaning(value)
        found = reading.meaning(signature.body, outermost=not inner)
        return reading.written(found) if "inplace" in reading.given else found
    errors = [
        Reading(m, function, one, node).refusal(args, keywords) if isinstance(one, Signature) else one
        for one in refusals
    ]
    # What a nearer signature says of an argument is more to the point than that another has fewer of them.
    of_argument = [one for one in errors if one[0].kind.startswith("argument-")]
    raise max(of_argument, key=itemgetter(1))[0] if of_argument else errors[-1][0]


def is_for_others(m: Machine, signature: Signature, args: list[Any]) -> bool:
    """Whether a signature is seen not to fit without a look at what the arguments are worth: too many of them, or an
    array where it is for a constant.
    """
    if len(args) > len(signature.positional) and signature.rest is None:
        return True
    for name, value in zip(signature.positional, args) if signature.annotations else ():
        if type(signature.annotations.get(name)) is not ast.Constant:
            continue
        held = become(value)
        shape = m.graph.nodes[held.id].shape if type(held) is Tensor else type(held) is Fresh and shape_of(held.value)
        if shape:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the arguments of all calls of one shape are those of an op, whatever they are.

    parts: by the op's parameter, the place of an argument, or -1 and a constant.  by_place: how many arguments have no
    keyword.  keywords: of the others, as the call spells them.  wanted: by place, the types of which an argument is
    to be.  placed: whether they are all that the op must have, by their places.
    """

    op: Op
    parts: tuple[tuple[int, Any], ...]
    by_place: int
    keywords: tuple[str, ...]
    wanted: tuple[tuple[int, tuple[type[Any], ...]], ...]
    placed: bool

    def fits(self, values: list[Any]) -> bool:
        """Whether the signature certainly is for these arguments, by their types."""
        return not self.wanted or all(type(values[place]) in types for place, types in self.wanted)

    def call(self, m: Machine, values: list[Any], node: Any, inner: bool) -> Any:
        arguments = [constant if place < 0 else values[place] for place, constant in self.parts]
        if self.placed and Unreachable not in map(type, arguments):
            return placed_call(m, self.op, arguments, self.meant(node, inner))
        return op_call(m, self.op, arguments, {}, self.meant(node, inner))

    def meant(self, node: Any, inner: bool) -> Meant:
        """The place of what a call means; that of the reader's own call is kept with it, since loops come by again."""
        if type(node) is not ast.Call:
            return Meant(node, self.texts(node), inner)
        kept: Any = getattr(node, "meant", None)
        if kept is None or kept[0] is not self or kept[1].inner != inner:
            kept = self, Meant(node, self.texts, inner)
            node.meant = kept  # pyright: ignore[reportAttributeAccessIssue] - nodes of the syntax take any attribute
        return kept[1]

    def texts(self, node: Any) -> list[Any]:
        return [node if place < 0 else self.text(place, node) for place, _ in self.parts]

    def text(self, place: int, node: Any) -> Any:
        if place < self.by_place:
            return argument_text(node, place, self.by_place)
        return getattr(keyword_place(node, self.keywords[place - self.by_place]), "value", node)


def arranged(signature: Signature, count: int, keywords: tuple[str, ...]) -> Arrangement | None:
    """The arrangement of a call's arguments, by how many have no keyword, and the keywords of the others; None where
    what the arguments are decides.
    """
    known = signature.arrangements
    shape = (count, keywords)
    if shape not in known:
        known[shape] = arrangement_of(signature, count, keywords)
    return known[shape]


def arrangement_of(signature: Signature, count: int, keywords: tuple[str, ...]) -> Arrangement | None:
    body = signature.body
    if signature.rest is not None or signature.lines or count > len(signature.positional):
        return None
    if not isinstance(body, ast.Call) or not isinstance(body.func, ast.Name) or body.keywords:
        return None
    places = dict(zip(signature.positional, range(count)))
    for i, keyword in enumerate(keywords):
        name = next((n for n in (keyword, *KEYWORDS.get(keyword, ())) if n in signature.names), None)
        if name is None or name in places:
            return None
        places[name] = count + i
    if body.func.id not in OPS_ALONE:
        return None
    wanted: list[tuple[int, tuple[type[Any], ...]]] = []
    for name, annotation in signature.annotations.items():
        types = CERTAIN.get(annotation.id) if isinstance(annotation, ast.Name) else None
        if types is None or name not in places:
            return None
        wanted.append((places[name], types))
    if "inplace" in places or not all(signature.uses[name] for name in places):
        return None
    if any(name not in places and name not in signature.defaults for name in signature.names):
        return None
    parts: list[tuple[int, Any]] = []
    for part in body.args:
        if isinstance(part, ast.Name) and part.id in places:
            parts.append((places[part.id], None))
        elif isinstance(part, ast.Name) and signature.constants.get(part.id, NotImplemented) is not NotImplemented:
            parts.append((-1, signature.constants[part.id]))
        elif isinstance(part, ast.Constant):
            parts.append((-1, part.value))
        else:
            return None
    op = OPS[body.func.id]
    placed = not op.variadic and op.least <= len(parts) <= len(op.parameters)
    return Arrangement(op, tuple(parts), count, keywords, tuple(wanted), placed)


class Reading:
    """One call by one signature.  fitting: how many arguments were found to fit."""

    def __init__(self, m: Machine, function: str, signature: Signature, node: Any):
        self.m, self.function, self.signature, self.node = m, function, signature, node
        self.bound: dict[str, Any] = {}
        self.texts: dict[str, Any] = {}  # of the arguments that were asked for, and of those given by keyword
        self.given: tuple[str, ...] = ()
        self.rest: list[Any] = []
        self.fitting = 0
        self.by_place = 0  # how many arguments have no keyword

    def text(self, name: str) -> Any:
        """The syntax of an argument; of the call where that is not known."""
        found = self.texts.get(name)
        if found is None:
            names = self.signature.positional[: self.by_place]
            found = argument_text(self.node, names.index(name), self.by_place) if name in names else self.node
            self.texts[name] = found
        return found

    def fit(self, args: list[Any], keywords: dict[str, Any]) -> None:
        signature = self.signature
        self.bind(args, keywords)
        if "size_average" in self.bound or "reduce" in self.bound:
            self.name_reduction()
        self.given = tuple(self.bound)
        for name, default in signature.constants.items():
            if name not in self.bound:
                self.bound[name] = default
        for name, wanted in signature.annotations.items():
            if name not in self.given and type(wanted) is ast.Constant and signature.constants[name] != wanted.value:
                raise self.unsupported(name)  # a signature for another value than the default
        for name in self.given:
            if name in signature.annotations:
                self.check(name, signature.annotations[name])
            elif not signature.uses[name]:
                self.needless(name)
            self.fitting += 1
        for call, function, spoken in signature.calls:
            if function in ALL_HELPERS and all(name in self.bound or name == signature.rest for name in spoken):
                self.helped(call)  # of arguments alone: refused here, where another signature may fit

    def name_reduction(self) -> None:
        """PyTorch's older words for the reduction of a loss, where one of them is given, as the newer one."""
        said = [(name, self.static(name)) for name in ("size_average", "reduce") if name in self.bound]
        given = {name: value for name, value in said if value is not None}
        for name, value in given.items():
            if type(value) not in (bool, int):
                raise self.unsupported(name)
            self.texts["reduction"] = self.text(name)
        for name, _ in said:
            del self.bound[name]
        if given:
            mean = "mean" if given.get("size_average", True) else "sum"
            self.bound["reduction"] = mean if given.get("reduce", True) else "none"

    def refusal(self, args: list[Any], keywords: dict[str, Any]) -> tuple[Misplaced, int]:
        """Why a call does not fit that is known not to, and how many of its arguments did."""
        try:
            self.fit(args, keywords)
        except Misplaced as error:
            return error.with_traceback(None), self.fitting
        raise AssertionError(f"{self.function} takes this")

    def written(self, found: Any) -> Any:
        """What a call gives that says `inplace`: the argument itself, changed, where that is True."""
        held = self.bound[self.signature.names[0]]
        if self.static("inplace") is not True or type(held) is not Tensor or type(found) is not Tensor:
            return found
        memory.write(self.m, held, found.id, self.node)
        return held

    def facts(self) -> dict[str, str]:
        """How the function is called, for an error."""
        within = self.function.rpartition(".")[0] + "." * ("." in self.function)
        return {"function": self.function, "signature": within + self.signature.text}

    def bind(self, args: list[Any], keywords: dict[str, Any]) -> None:
        signature, node = self.signature, self.node
        count = len(signature.positional)
        if len(args) > count and signature.rest is None:
            raise Misplaced("too-many-arguments", node, limit=count, count=len(args), **self.facts())
        self.bound = dict(zip(signature.positional, args))
        self.by_place = len(args)
        self.rest = args[count:]
        if self.rest and signature.rest is not None:
            self.texts[signature.rest] = argument_text(node, count, len(args))
        for keyword, value in keywords.items():
            place = keyword_place(node, keyword)
            name = next(
                (n for n in (keyword, *KEYWORDS.get(keyword, ())) if n in signature.names or n == signature.rest),
                None,
            )
            if name is None:
                raise Misplaced(
                    "unknown-keyword", place, keyword=keyword, **self.facts(), **suggestion(keyword, signature.names)
                )
            if name in self.bound:
                raise Misplaced("repeated-argument", place, argument=name, **self.facts())
            self.texts[name] = getattr(place, "value", node)
            if name == signature.rest:
                self.rest = [value]
            else:
                self.bound[name] = value
        for name in signature.names:
            if name not in self.bound and name not in signature.defaults:
                raise Misplaced("missing-argument", node, argument=name, **self.facts())
        if signature.rest is not None and not self.rest:
            raise Misplaced("missing-argument", node, argument=signature.rest, **self.facts())

    def check(self, name: str, wanted: ast.expr) -> None:
        """Errors: argument-unsupported, argument-shape, where an argument is not what the signature is for."""
        m, value = self.m, self.bound[name]
        fits = False
        shape: Any = None
        match wanted:
            case ast.Name("int"):
                fits = type(self.static(name)) is int
            case ast.Name("ints"):
                static = self.static(name)
                fits = type(static) is int or is_wholes(static)
            case ast.Name("real"):
                fits = value is None or m.type_name(value) in m.REAL_TYPES
            case ast.Name("fixed"):
                self.bound[name] = self.constants(self.known_argument(value))
                fits = True
            case ast.Name("anything"):
                fits = True
            case ast.Name("unmoved"):
                fits = is_unmoved(value)
            case ast.Name("positive_number"):
                static = value if type(value) in (int, float) else None
                fits = static is not None and static > 0
            case ast.Name("one_axis"):
                fits = value is None or type(self.static(name)) is int
            case ast.Name("positive_whole"):
                static = self.static(name)
                fits = type(static) is int and static > 0
            case ast.Name("mask"):
                tensor = self.bound[name] = nodes.tensor_of(m, value, self.text(name))
                fits = masks.is_mask(m, nodes.id_of(m, tensor, self.node))
                shape = None
            case ast.Name("unnamed"):
                fits = type(self.static(name)) is not str
            case ast.Name("both_axes"):
                static = self.static(name)
                fits = is_wholes(static) and sorted(axis % 2 for axis in static) == [0, 1]
            case ast.Name("padding_mode"):
                fits = self.static(name) in ("edge", "reflect", "symmetric", "wrap")
            case ast.Call(ast.Name("turns"), [ast.Constant(turns)]):
                static = self.static(name)
                fits = type(static) is int and static % 4 == turns
            case ast.Name("whole_type"):
                fits = m.type_name(value) in CUT_TYPES
            case ast.Name("truth"):
                fits = m.type_name(value) in TRUTH_TYPES
            case ast.Name("places"):
                shape = self.shape(name)
                fits = self.places(name) is not None
            case ast.Name(kind) if kind in LISTS:
                if type(value) in (ListCell, tuple):
                    parts = m.listed(value, self.text(name))
                    held = [nodes.tensor_of(m, part, self.text(name)) for part in parts]
                    self.bound[name] = ListCell(list(held), place=self.text(name))
                    fits = bool(held) and all(LISTS[kind](len(m.graph.nodes[part.id].shape)) for part in held)
            case ast.Name(kind):
                shape = self.shape(name)
                fits = EXTENTS[kind](shape) if kind in EXTENTS else RANKS[kind](len(shape))
            case ast.Call(ast.Name(kind), [ast.Name(other)]) if kind in SHAPES:
                shape = self.shape(name)
                fits = SHAPES[kind](shape, self.shape(other))
            case ast.Call(ast.Name(kind), [ast.Name(other)]):
                fits = STATICS[kind](self.static(name), self.shape(other))
            case _:
                known = ast.literal_eval(wanted)
                static = self.static(name)
                fits = type(static) in (type(known), *((float,) if type(known) is int else ())) and static == known
        if fits:
            return
        if shape is None and type(value) is Tensor:
            shape = self.shape(name)
        if shape is None:
            raise self.unsupported(name)
        raise Misplaced("argument-shape", self.text(name), function=self.function, argument=name, shape=str(shape))

    def places(self, name: str) -> Any:
        """The whole numbers that an argument is known to hold, else None.  Error: value-needed."""
        at = self.text(name)
        found = np.asarray(known_values.known_array(self.m, self.bound[name], at))
        self.m.charge(found.size // 8, at)
        return found.astype(int) if np.all((found == np.trunc(found)) & (np.abs(found) < 2**53)) else None

    def needless(self, name: str) -> None:
        """Error: argument-unsupported, for what the body does not speak of, unless it is the default, or says what
        holds here anyway.
        """
        value = self.bound[name]
        static = self.static(name)
        same = name in self.signature.defaults and static is not NotImplemented
        same = same and static == self.signature.constants[name]
        if not (
            same
            or value is None
            or (name == "dtype" and self.m.type_name(value) in self.m.REAL_TYPES)
            or name in ANYWAY
        ):
            raise self.unsupported(name)

    def unsupported(self, name: str) -> Misplaced:
        text = self.text(name)
        inside = self.m.frame.place is not None  # of a layer's own lines, which the reader has not written
        shown = value_texts.shown(self.bound[name]) if inside else value_texts.text_of(text)
        return Misplaced("argument-unsupported", text, function=self.function, argument=name, got=shown)

    def static(self, name: str) -> Any:
        value = self.bound[name]
        if type(value) is Tensor and self.m.graph.nodes[value.id].shape:
            return NotImplemented
        try:
            return known_values.plain(self.m, value, self.text(name))
        except Misplaced:
            return NotImplemented

    def shape(self, name: str) -> Any:
        """The shape of an argument, which becomes a node by that."""
        if type(self.bound[name]) in (int, float, bool, Computed):
            return ()
        if type(self.bound[name]) is Fresh and not self.bound[name].drawn:
            return shape_of(self.bound[name].value)
        value = self.bound[name] = nodes.tensor_of(self.m, self.bound[name], self.text(name))
        return self.m.graph.nodes[nodes.id_of(self.m, value, self.node)].shape

    # ------------------------------------------------------------ the body, with the arguments in their places

    def meaning(self, node: ast.expr, outermost: bool = False) -> Any:
        m, at = self.m, self.node
        if type(node) is ast.Name and node.id in self.bound:
            return self.bound[node.id]
        if type(node) is ast.Call and type(node.func) is ast.Name and node.func.id in OPS_ALONE:
            return self.of_op(OPS[node.func.id], node, outermost)
        match node:
            case ast.Constant(value):
                return value
            case ast.Name("inf"):
                return math.inf
            case ast.Name("nan"):
                return math.nan
            case ast.Name(name) if name == self.signature.rest:
                return self.all_the_rest()
            case ast.Call() if is_helper(node):
                return self.computed(node)
            case ast.Call(ast.Name("refuse"), [ast.Constant(str(kind))]):
                raise Misplaced(kind, at)
            case ast.Call(ast.Name("instead"), [ast.Constant(str(written))]):
                raise Misplaced("not-read-here", at, function=self.function, instead=written)
            case ast.Call(ast.Name("each"), [ast.Name(parts), ast.Name(name)]):
                items = m.listed(self.bound[parts], self.text(parts))
                return ListCell([read(m, self.function, EACH[name], [item], {}, at) for item in items])
            case ast.Call(ast.Name(name), parts) if name in KNOWN:
                return self.known(name, [self.meaning(part) for part in parts])
            case ast.Call(ast.Name(name), parts) if name in MADE:
                return self.made(name, [self.meaning(part) for part in parts])
            case ast.Call(ast.Name(name), parts, []) if name in FORMS:
                arguments = [self.meaning(part) for part in parts]
                texts = [self.text(part.id) if isinstance(part, ast.Name) else at for part in parts]
                return read(m, self.function, FORMS[name], arguments, {}, Meant(at, texts, True), inner=not outermost)
            case ast.ListComp(part, [ast.comprehension(ast.Name(name), through)]):
                return ListCell(self.each(name, through, part), place=at)
            case ast.GeneratorExp(part, [ast.comprehension(ast.Name(name), through)]):
                return tuple(self.each(name, through, part))
            case ast.BinOp(left, sign, right):
                a, b = self.meaning(left), self.meaning(right)
                return node_of_binary(m, type(sign), a, b, Meant(at, None, not outermost))
            case ast.Compare(left, [sign], [right]):
                operands = [self.meaning(left), self.meaning(right)]
                return op_call(m, OPS[COMPARISONS[type(sign)]], operands, {}, Meant(at, None, not outermost))
            case ast.UnaryOp(sign, operand):
                if isinstance(operand, ast.Constant):
                    return ast.literal_eval(node)
                if isinstance(operand, ast.Name) and operand.id in ("inf", "nan"):
                    return -math.inf
                return unary_result(m, type(sign), self.meaning(operand), Meant(at, None, not outermost))
            case ast.Tuple(parts):
                return tuple([self.meaning(part) for part in parts])
            case ast.List(parts):
                return ListCell([self.meaning(part) for part in parts], place=at)
            case ast.Dict(keys, values):
                names = [ast.literal_eval(key) for key in keys if key is not None]
                made = [partial(self.meaning, value, outermost) for value in values]
                return Several(self.function, dict(zip(names, made, strict=True)))
            case ast.Attribute(value, "shape"):
                return m.graph.nodes[nodes.id_of(m, self.meaning(value), at)].shape
            case ast.Subscript(value, key):
                return item(m, self.meaning(value), self.key(key), Meant(at, None, not outermost))
            case _:
                raise AssertionError(ast.unparse(node))

    def of_op(self, op: Op, node: ast.Call, outermost: bool) -> Any:
        at = self.node
        arguments: list[Any] = []
        texts: list[Any] = []
        for part in node.args:
            if type(part) is ast.Starred:
                arguments += self.rest
                texts += [at] * len(self.rest)
            else:
                arguments.append(self.meaning(part))
                texts.append(self.text(part.id) if type(part) is ast.Name else at)
        named = {k.arg or "": self.meaning(k.value) for k in node.keywords}
        return op_call(self.m, op, arguments, named, Meant(at, None if named else texts, not outermost))

    def each(self, name: str, through: ast.expr, part: ast.expr) -> list[Any]:
        """What a comprehension makes of each item of what a helper gives."""
        made: list[Any] = []
        for one in self.meaning(through):
            self.m.charge(1, self.node)
            self.bound[name] = one
            made.append(self.meaning(part))
        return made

    def key(self, node: ast.expr) -> Any:
        match node:
            case ast.Slice(lower, upper, step):
                return slice(*[None if end is None else self.meaning(end) for end in (lower, upper, step)])
            case ast.Tuple(parts):
                return tuple([self.key(part) for part in parts])
            case _:
                return self.meaning(node)

    def all_the_rest(self) -> Any:
        """Sizes that need no parentheses: one argument that holds several is all of them."""
        if len(self.rest) == 1 and type(self.rest[0]) in (tuple, ListCell):
            return self.rest[0]
        return tuple(self.rest)

    def computed(self, node: ast.Call) -> Any:
        found = self.helped(node)
        if isinstance(found, Part):
            return item(self.m, found.value, found.key, Meant(self.node, None, True))
        if isinstance(found, list):
            inner = Meant(self.node, None, True)
            return ListCell([item(self.m, part.value, part.key, inner) for part in as_parts(found)], place=self.node)
        return self.constants(found)

    def known(self, name: str, arguments: list[Any]) -> Any:
        """What a function makes of the numbers that arrays are known to have: a constant of the graph."""
        m = self.m
        given = [self.known_argument(value) for value in arguments]
        m.charge(sum(map(np.size, given)) // NUMBERS_A_STEP, self.node)
        try:
            with np.errstate(all="ignore"):
                found = KNOWN[name](m, *given)
            if is_numpy(found) and found.dtype == object:  # of an integer beyond 64 bits
                found = found.astype(np.float64)
            value: Any = found.item() if is_numpy(found) and not found.shape else found
            number = float(value) if isinstance(value, (int, float)) else None
        except (ValueError, TypeError, IndexError, OverflowError) as error:
            at_fault = next((name for name in reversed(self.given) if self.signature.uses.get(name)), self.given[0])
            raise self.unsupported(at_fault) from error
        if number is not None:
            whole: Any = int(value) if type(value) is not bool and number.is_integer() else value
            known = None if isinstance(whole, float) else whole
            made = Tensor(m.constant(number, self.node), known, library="numpy")
            if type(known) is int:
                m.wholes[made.id] = True
            return made
        return self.constants(found)

    def known_argument(self, value: Any) -> Any:
        m = self.m
        value = become(value)
        if type(value) is Tensor and m.graph.nodes[nodes.id_of(m, value, self.node)].shape:
            return np.asarray(known_values.known_array(m, value, self.node))
        if type(value) is Tensor or (type(value) is Computed and value.flows):
            found = known_values.known_number(m, value, self.node)
            return found
        if type(value) is Fresh:
            return np.asarray(value.value)
        if type(value) in (ListCell, tuple, range) and nodes.is_numeric(m, as_list(value), rows=False):
            return np.asarray(known_values.known_array(m, value, self.node))
        found = known_values.plain(m, value, self.node)
        if found is NotImplemented:
            raise value_texts.no_number(m, value, self.node)
        return found

    def made(self, name: str, arguments: list[Any]) -> Any:
        """An array that is made from nothing: a literal, written shorter."""
        m = self.m
        given = [known_values.plain(m, value, self.node) for value in arguments]
        shape_of_made, make = MADE[name]
        try:
            rooms.check_room(m, shape_of_made(*given))
            with np.errstate(all="ignore"):
                found = np.asarray(make(*given))
                whole = found.dtype.kind in "iu"
                return Fresh(found.astype(np.float64), self.node, library="numpy", whole=whole)
        except (ValueError, TypeError, IndexError) as error:
            raise self.unsupported(self.given[0]) from error

    def constants(self, given: Any) -> Any:
        """Arrays of NumPy's among what a helper gives, as constants of the graph."""
        m = self.m
        if is_numpy(given):
            if not given.shape:
                return given.item()
            made = Tensor(m.constant(np.asarray(given, dtype=np.float64), self.node), library="numpy")
            if given.dtype == np.bool_:
                m.masks[made.id] = True
            if given.dtype.kind in "iu":
                m.wholes[made.id] = True
            return made
        if kind_of(given) is tuple:
            return tuple([self.constants(part) for part in given])
        return given

    def is_array(self, name: str) -> bool:
        """Whether a parameter is one of arrays, as its annotation tells."""
        match self.signature.annotations.get(name):
            case ast.Name(kind):
                return kind in RANKS or kind in EXTENTS or kind == "mask"
            case ast.Call(ast.Name(kind)):
                return kind in SHAPES
            case _:
                return False

    def is_annotated(self, part: ast.expr, kind: str) -> TypeGuard[ast.Name]:
        wanted = self.signature.annotations.get(part.id) if isinstance(part, ast.Name) else None
        return isinstance(wanted, ast.Name) and wanted.id == kind

    def helped(self, node: ast.Call) -> Any:
        """What a helper makes of shapes and of what is known beforehand."""
        m = self.m
        assert isinstance(node.func, ast.Name)
        values: list[Any] = []
        for part in node.args:
            argument = self.meaning(part)
            if self.is_annotated(part, "places"):
                values.append(self.places(part.id))
            elif self.is_annotated(part, "fixed"):
                values.append(self.known_argument(argument))
            elif isinstance(part, ast.Name) and self.is_array(part.id):
                values.append(Held(argument, self.shape(part.id)))
            elif type(argument) is Tensor and m.graph.nodes[nodes.id_of(m, argument, self.node)].shape != ():
                values.append(Held(argument, m.graph.nodes[argument.id].shape))
            elif type(argument) is Tensor and argument.known is None and m.values_missing(argument):
                values.append(Held(argument, ()))
            else:
                values.append(known_values.plain(m, argument, self.node))
        try:
            return ALL_HELPERS[node.func.id](*values)
        except (ValueError, TypeError, IndexError, AttributeError) as error:
            first, *spoken = [part.id for part in node.args if isinstance(part, ast.Name)]
            # An axis comes last; what does not fit otherwise comes right after the value.
            at_fault = [*(reversed(spoken) if isinstance(error, IndexError) else spoken), first]
            given = (*self.given, *([self.signature.rest] if self.signature.rest is not None and self.rest else []))
            name = next((name for name in at_fault if name in given), first)
            raise self.unsupported(name) from None


def is_unmoved(value: Any) -> bool:
    """Whether no input of the program flows into a number, or into one of a tuple."""
    if kind_of(value) is tuple:
        return all(map(is_unmoved, value))
    return type(value) not in (Tensor, ListCell) and not (type(value) is Computed and value.flows)


def as_parts(found: Any) -> list[Part]:
    return found


# What is done to each array of a list before they are joined.
EACH = table("""
def flat(a): ravel(a)
def at_least_1(a: number): reshape(a, (1,))
def at_least_1(a: array): identity(a)
def at_least_2(a: number): reshape(a, (1, 1))
def at_least_2(a: vector): expand_dims(a, 0)
def at_least_2(a: array): identity(a)
def at_least_3(a: number): reshape(a, (1, 1, 1))
def at_least_3(a: vector): reshape(a, (1, -1, 1))
def at_least_3(a: matrix): expand_dims(a, -1)
def at_least_3(a: array): identity(a)
def column(a: number): reshape(a, (1, 1))
def column(a: vector): expand_dims(a, 1)
def column(a: array): identity(a)
""")


def as_list(value: Any) -> ListCell:
    return value if type(value) is ListCell else ListCell(list(value))


def is_helper(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ALL_HELPERS
