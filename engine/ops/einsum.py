"""Sums of products over named axes (Einstein's summation). Every derivative of such a sum is one again."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

import string
from typing import Any

import numpy as np

from gradlens.engine.errors import EngineError
from gradlens.engine.ops.contraction import Plan, contracted, planned
from gradlens.engine.ops.op import Cells, Cost, Op, Option, Shapes, Tests, Use, Words
from gradlens.engine.values import Array, Shape

MOST_OPERANDS = 32  # to plan their order takes their number cubed


def written(name: str, subscripts: str, shapes: Shapes) -> tuple[list[str], str]:
    """The subscripts of the operands and of the result, with letters for what an ellipsis stands for.

    Errors: einsum-text, einsum-operands, einsum-count, einsum-axes, einsum-letters, einsum-output.
    """
    text = subscripts.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if any(c not in string.ascii_letters for term in [*terms, right] for c in term.replace("...", "", 1)):
        raise EngineError("einsum-text", function=name, got=subscripts)
    if len(shapes) > MOST_OPERANDS:
        raise EngineError("einsum-operands", function=name, count=len(shapes), limit=MOST_OPERANDS)
    if len(terms) != len(shapes):
        raise EngineError("einsum-count", function=name, got=subscripts, left=len(terms), right=len(shapes))
    free = [c for c in string.ascii_uppercase + string.ascii_lowercase if c not in text]
    extra = [len(shape) - len(term.replace("...", "")) for term, shape in zip(terms, shapes)]
    for place, (term, shape, n) in enumerate(zip(terms, shapes, extra)):
        if n < 0 or (n > 0 and "..." not in term):
            raise EngineError("einsum-axes", function=name, operand=place + 1, shape=str(shape), got=term)
        if n > len(free):
            raise EngineError("einsum-letters", function=name, got=subscripts, limit=len(string.ascii_letters))
    rest = max([n for term, n in zip(terms, extra) if "..." in term], default=0)
    letters = "".join(free[:rest])
    terms = [term.replace("...", letters[rest - n :]) for term, n in zip(terms, extra)]
    if not arrow:
        named = "".join(terms)
        right = letters + "".join(sorted(c for c in set(named) - set(letters) if named.count(c) == 1))
    right = right.replace("...", letters)
    if missing := [c for c in right if c not in "".join(terms)]:
        raise EngineError("einsum-output", function=name, index=missing[0], got=subscripts)
    return terms, right


def sizes(name: str, terms: list[str], shapes: Shapes) -> dict[str, int]:
    """The size of every index; from operand to operand a size of 1 is stretched, as in NumPy.  Error: einsum-sizes."""
    found: dict[str, int] = {}
    for term, shape in zip(terms, shapes):
        own: dict[str, int] = {}
        for index, n in zip(term, shape):
            stretched = found.get(index, 1) == 1 or n == 1
            if own.setdefault(index, n) != n or not (stretched or found[index] == n):
                raise EngineError(
                    "einsum-sizes",
                    function=name,
                    index=index,
                    left=own[index] if own[index] != n else found[index],
                    right=n,
                )
        for index, n in own.items():
            found[index] = n if found.get(index, 1) == 1 else found[index]
    return found


def einsum_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    terms, right = written(name, options["subscripts"], shapes)
    size = sizes(name, terms, shapes)
    return tuple(size[c] for c in right), {"subscripts": f"{','.join(terms)}->{right}"}


def einsum_array(*values: Array, subscripts: str) -> Array:
    left, right = subscripts.split("->")
    different = "".join(dict.fromkeys(right))
    result = contracted(tuple(left.split(",")), values, different)
    if different == right:
        return result
    size = dict(zip(different, result.shape))
    whole = np.zeros([size[c] for c in right])
    np.einsum(f"{right}->{different}", whole)[...] = result  # a view of the diagonal
    return whole


def transposed(subscripts: str, shapes: Shapes, argnum: int) -> tuple[str, list[str], tuple[Shape, ...]]:
    """The sum that is an operand's gradient: its subscripts, its factors in the language, and their shapes.

    The upstream stands in the operand's place, and the operand's indices for the result's.
    Along an index that was summed over in the operand alone, a factor of ones stretches the gradient again.
    """
    left, right = subscripts.split("->")
    terms = left.split(",")
    size = sizes("einsum", terms, shapes)
    own = terms[argnum]
    factors = [(right, "g", tuple(size[c] for c in right))]
    factors += [(term, f"x{i}", shape) for i, (term, shape) in enumerate(zip(terms, shapes)) if i != argnum]
    whole = {c for term, _, shape in factors for c, n in zip(term, shape) if n == size[c]}
    alone = "".join(dict.fromkeys(c for c in own if c not in whole))
    if alone:
        stretched = tuple(size[c] for c in alone)
        factors.append((alone, f"broadcast_to(1, {stretched})", stretched))
    written, values, factor_shapes = zip(*factors)
    return f"{','.join(written)}->{own}", list(values), factor_shapes


def einsum_rule(use: Use, argnum: int) -> str:
    """The transposed sum, summed again along indices where the operand's size of 1 was stretched."""
    subscripts, values, shapes = transposed(use.options["subscripts"], use.shapes, argnum)
    text = f'einsum("{subscripts}", {", ".join(values)})'
    shape, own = use.shapes[argnum], subscripts.partition("->")[2]
    size = sizes("einsum", subscripts.partition("->")[0].split(","), shapes)
    return f"sum_to({text}, {shape})" if any(n != size[c] for c, n in zip(own, shape)) else text


def plan_of(subscripts: str, shapes: Shapes) -> Plan:
    left, right = subscripts.split("->")
    return planned(tuple(left.split(",")), shapes, "".join(dict.fromkeys(right)))


def einsum_work(shapes: Shapes, options: dict[str, Any]) -> int:
    return plan_of(options["subscripts"], shapes).flops


def einsum_back(shapes: Shapes, options: dict[str, Any], argnum: int) -> int:
    subscripts, _, factors = transposed(options["subscripts"], shapes, argnum)
    return plan_of(subscripts, factors).flops


def einsum_between(shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, ...]:
    """The largest array of the sum and of those that are its gradients."""
    text: str = options["subscripts"]
    backward = [transposed(text, shapes, i) for i in range(len(shapes))]
    sums = [(text, shapes), *[(subscripts, factors) for subscripts, _, factors in backward]]
    return ((max(plan_of(*each).largest for each in sums),),)


OPS = [
    Op(
        "einsum(*x)",
        vjp={"x": einsum_rule},
        words=Words(
            r"\sum_{{subscripts}} {x}",
            en=(
                'Products summed over named axes: "ij,jk->ik" is the matrix product. An index that the result lacks is'
                " summed over; one that stands twice in the result makes a diagonal."
            ),
            ko=(
                '이름 붙인 축에 대한 곱의 합. "ij,jk->ik"는 행렬 곱입니다. 결과에 없는 인덱스는 더해지고, 결과에 두 번'
                " 나오는 인덱스는 대각선을 만듭니다."
            ),
            precedence=2,
        ),
        family="linear algebra",
        options=(Option("subscripts", "text", required=True),),
        array=einsum_array,
        shape=einsum_shape,
        spellings=("np.einsum",),
        cells=Cells("einsum"),
        cost=Cost(work=einsum_work, back=einsum_back, between=einsum_between),
        tests=Tests(
            examples=(
                ('einsum("ij,jk->ik", x, y)', {"x": (2, 3), "y": (3, 2)}),
                ('einsum("ij,jk", x, y)', {"x": (2, 3), "y": (3, 2)}),
                ('einsum("i,i", x, y)', {"x": (3,), "y": (3,)}),
                ('einsum("ii", x)', {"x": (3, 3)}),
                ('einsum("ii->i", x)', {"x": (3, 3)}),
                ('einsum("i->ii", x)', {"x": (3,)}),
                ('einsum("ij->i", x)', {"x": (2, 3)}),
                ('einsum("ij->ji", x)', {"x": (2, 3)}),
                ('einsum("bij,bjk->bik", x, y)', {"x": (2, 2, 3), "y": (2, 3, 2)}),
                ('einsum("...ij,...j->...i", x, y)', {"x": (2, 2, 3), "y": (3,)}),
                ('einsum("i,ij,j", x, y, x)', {"x": (3,), "y": (3, 3)}),
                ('einsum("iij,jk->ik", x, y)', {"x": (2, 2, 3), "y": (3, 2)}),
                ('einsum("ij,j->", x, y)', {"x": (2, 3), "y": (1,)}),
                ('einsum("i,j->ij", x, y)', {"x": (2,), "y": (3,)}),
                ('einsum(",i", x, y)', {"x": (), "y": (3,)}),
            )
        ),
    ),
]
