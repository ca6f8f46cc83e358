"""What an op gives of inputs of known shapes, and what it costs: found once for all nodes that use it so."""

from __future__ import annotations

from typing import Any

from gradlens.engine.ops.op import MOST_PARTS, MOST_USES, Op, Options, Shapes, Use, options_key, use_of
from gradlens.engine.shapes import broadcast
from gradlens.engine.values import Shape, check_axes, size_of, written_size

# The edges of a node as it has them, the flops of their rules, and through how many a gradient passes.
Passed = tuple[tuple[int, ...], int, int]


class Estimate:
    """All of one use of an op that is known before anything is computed.

    shape, options: of the result, the options in normal form.  size: its elements; elements: what it counts as.
    flops: of the forward.  back: by argnum, of the rule that passes a gradient there, with the product with the
    upstream; None where none passes.  delivered: elements of a contribution that is larger than the upstream, else 0.
    held: shapes of arrays that are held for a while.  use: None where a number in the text decides it.
    is_plain: whether it has elements, holds nothing for a while, and delivers nothing larger than the upstream.
    passed: of up to two inputs, by which of them are differentiable, and which are constants.
    """

    __slots__ = (
        "back", "delivered", "elements", "flops", "held", "is_plain", "op", "options", "passed", "shape", "size", "use",
    )  # fmt: skip

    def __init__(self, op: Op, shapes: Shapes, options: Options):
        """Errors: those of the shape rule, too-many-axes."""
        cost = op.cost
        if op.shape is not None:
            shape, options = op.shape(op.name, shapes, options)
        else:
            shape = broadcast(op.name, shapes)
        check_axes(shape)
        self.op = op
        self.shape: Shape = shape
        self.options = options
        self.size = size = size_of(shape)
        self.elements = written_size(shape)
        if cost.work is not None:
            flops = cost.work(shapes, options)
        else:
            flops = size if cost.flops is None else cost.flops(shapes, shape)
        self.flops = flops
        self.held: Shapes = () if cost.between is None else cost.between(shapes, options)
        passing = op.passing * len(shapes) if op.variadic else op.passing
        # A contribution is counted by the last input, whichever input it is for.
        last = size_of(shapes[-1])
        self.delivered = 0
        if op.variadic == "list":
            self.back = tuple([last if passed else None for passed in passing])  # parts of the upstream
        else:
            self.back = tuple([self.of_rule(argnum, passed, shapes) for argnum, passed in enumerate(passing)])
            if shapes[-1] and not cost.view and last > size:
                self.delivered = last
        self.is_plain = size > 0 and not self.held and not self.delivered
        self.passed: dict[tuple[bool, ...], Passed] = {}
        self.use: Use | None = None if op.numbers else use_of(op, shapes, options, (), shape)

    def elsewhere(self, options: Options) -> Estimate:
        """That of another item by whole numbers, which differs in nothing else; its use is found when it is run."""
        made = Estimate.__new__(Estimate)
        made.op, made.shape, made.size, made.elements, made.flops = (
            self.op, self.shape, self.size, self.elements, self.flops,
        )  # fmt: skip
        made.held, made.delivered, made.back, made.passed = self.held, self.delivered, self.back, self.passed
        made.is_plain, made.options, made.use = self.is_plain, options, None
        return made

    def of_rule(self, argnum: int, passed: str, shapes: Shapes) -> int | None:
        """The product with the upstream, and the local derivative where it is not a constant."""
        if not passed:
            return None
        if passed == "constant":
            return self.size
        back = self.op.cost.back
        return self.size + (self.flops if back is None else back(shapes, self.options, argnum))


ESTIMATES: dict[object, Estimate] = {}


def estimate_of(op: Op, shapes: Shapes, options: Options) -> Estimate:
    """The estimate of a use, made when it is first asked for.  Errors: those of the shape rule, too-many-axes."""
    if op.name == "index" and is_item(shapes[0], options["key"]):
        key = (op.name, shapes, len(options["key"]))
        found = ESTIMATES.get(key)
        if found is not None and found.op is op:
            return found.elsewhere(options)
        found = Estimate(op, shapes, options)
        remember(key, found)
        return found
    given = options_key(options, len(shapes)) if options else ()
    if given is None or len(shapes) > MOST_PARTS:
        return Estimate(op, shapes, options)
    key = (op.name, shapes, given)
    found = ESTIMATES.get(key)
    if found is None or found.op is not op:
        found = Estimate(op, shapes, options)
        remember(key, found)
    return found


def remember(key: object, made: Estimate) -> None:
    if len(ESTIMATES) >= MOST_USES:
        ESTIMATES.clear()
    ESTIMATES[key] = made


def is_item(shape: Shape, key: Any) -> bool:
    """Whether a key is whole numbers that are places of the first axes."""
    if not isinstance(key, tuple) or len(key) > len(shape):
        return False
    return not [at for at, size in zip(key, shape) if type(at) is not int or not 0 <= at < size]
