"""Ops that choose elements by places known at run time only, and put gradients back there."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# The lambdas of entries take what their field says.
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradlens.engine.errors import EngineError
from gradlens.engine.ops.op import Cost, Op, Option, Shapes, Tests, Use, Words
from gradlens.engine.shapes import broadcast, kept_shape, normal_axis
from gradlens.engine.values import Array, Shape, size_of

Places = NDArray[np.intp]


def whole(name: str, argument: str, values: Array, low: int, size: int) -> Places:
    """Places as integers.  Errors: index-whole, index-value, for the first that is not from `low` to `size` - 1."""
    given = np.asarray(values, dtype=np.float64)
    broken = given[~np.isfinite(given) | (given != np.floor(given))]
    if broken.size:
        raise EngineError("index-whole", function=name, argument=argument, got=f"{broken.flat[0]:g}")
    outside = given[(given < low) | (given >= size)]
    if outside.size:
        raise EngineError(
            "index-value", function=name, argument=argument, got=f"{outside.flat[0]:.0f}", low=low, high=size - 1
        )
    return given.astype(np.intp)


def places(name: str, indices: Array, size: int) -> Places:
    """Places along an axis; negative ones count from its end, as in NumPy."""
    return whole(name, "indices", indices, -size, size)


def along(shape: Shape, axis: int | None) -> int:
    return size_of(shape) if axis is None else shape[axis]


def take_array(x: Array, indices: Array, axis: int | None) -> Array:
    return np.take(x, places("take", indices, along(np.shape(x), axis)), axis)


def take_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, indices = shapes
    if options["axis"] is None:
        return indices, options
    axis = normal_axis(name, options["axis"], shape)
    return (*shape[:axis], *indices, *shape[axis + 1 :]), {"axis": axis}


def add_at(sums: Array, index: Any, x: Array) -> None:
    """Add to what an index chooses; a place that it names twice gets both."""
    np.add.at(sums, index, x)


def index_add(x: Array, indices: Array, shape: Shape, axis: int | None) -> Array:
    result = np.zeros(shape)
    chosen = places("index_add", indices, along(shape, axis))
    if axis is None:
        add_at(result.reshape(-1), chosen, x)
    else:
        add_at(result, (slice(None),) * axis + (chosen,), x)
    return result


def index_add_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    chosen, normal = take_shape(name, (options["shape"], shapes[1]), {"axis": options["axis"]})
    if shapes[0] != chosen:
        raise EngineError("scatter-shapes", function=name, shape=str(shapes[0]), wanted=str(chosen))
    return options["shape"], normal | {"shape": options["shape"]}


def one_by_one(indices: Array, shape: Shape, axis: int) -> tuple[Places, ...]:
    """The index that chooses along one axis and stays in its place along all others."""
    grid: list[Places] = [
        np.arange(n).reshape([-1 if a == b else 1 for b in range(len(shape))]) for a, n in enumerate(shape)
    ]
    grid[axis] = places("take_along_axis", indices, shape[axis])
    return tuple(grid)


def along_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, indices = shapes
    axis = normal_axis(name, options["axis"], shape)
    try:
        if len(shape) != len(indices):
            raise EngineError("broadcast", function=name, left=str(shape), right=str(indices))
        beside = broadcast(name, (kept_shape(shape, (axis,)), kept_shape(indices, (axis,))))
    except EngineError:
        raise EngineError("along-shapes", function=name, axis=axis, left=str(shape), right=str(indices)) from None
    return (*beside[:axis], indices[axis], *beside[axis + 1 :]), {"axis": axis}


def along_array(x: Array, indices: Array, axis: int) -> Array:
    return x[one_by_one(indices, x.shape, axis)]


def scatter_add(x: Array, indices: Array, shape: Shape, axis: int) -> Array:
    result = np.zeros(shape)
    add_at(result, one_by_one(indices, shape, axis), x)
    return result


def scatter_add_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    chosen, normal = along_shape(name, (options["shape"], shapes[1]), options)
    if shapes[0] != chosen:
        raise EngineError("scatter-shapes", function=name, shape=str(shapes[0]), wanted=str(chosen))
    return options["shape"], normal | {"shape": options["shape"]}


def one_hot_array(indices: Array, classes: int) -> Array:
    return np.equal(np.arange(classes), whole("one_hot", "indices", indices, 0, classes)[..., None]).astype(np.float64)


def one_hot_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return (*shapes[0], options["classes"]), options


def embedding_array(indices: Array, W: Array) -> Array:
    return np.take(W, whole("embedding", "indices", indices, 0, len(W)), axis=0)


def embedding_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    indices, W = shapes
    if len(W) != 2:
        raise EngineError("matrix-needed", function=name, shape=str(W))
    return (*indices, W[1]), options


def same_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    return shapes[0], {"axis": normal_axis(name, options["axis"], shapes[0])}


def median_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    shape, axis = shapes[0], options["axis"]
    axes = tuple(range(len(shape))) if axis is None else (normal_axis(name, axis, shape),)
    if 0 in [shape[a] for a in axes]:
        raise EngineError("empty-reduction", function=name, shape=str(shape))
    kept = kept_shape(shape, axes)
    result = kept if options["keepdims"] else tuple(n for a, n in enumerate(shape) if a not in axes)
    return result, options | {"axis": axis if axis is None else axes[0]}


def middle(use: Use) -> dict[str, Any]:
    """Names for the rule of the median: which one or two of the elements in order are in the middle.

    flat: the shape in which it is taken along `line`; count: of middle elements; one: their mean's shape, kept, and
    middles: their own; widths: of the zeros around them.
    """
    shape, axis = use.shapes[0], use.options["axis"]
    flat, line = ((size_of(shape),), 0) if axis is None else (shape, axis)
    n = flat[line]
    count = 2 - n % 2
    before = (n - 1) // 2
    return {
        "flat": flat,
        "line": line,
        "count": float(count),
        "one": kept_shape(flat, (line,)),
        "middles": tuple(count if a == line else size for a, size in enumerate(flat)),
        "widths": tuple((before, n - before - count) if a == line else (0, 0) for a in range(len(flat))),
    }


def nothing(shapes: Shapes, out: Shape) -> int:
    return 0


def sorting(shapes: Shapes, out: Shape) -> int:
    # n log2 n comparisons, with 20 for log2: a million elements.
    return 20 * size_of(shapes[0])


AXIS = Option("axis", "integer", None)
LAST = Option("axis", "integer", -1)
SHAPE = Option("shape", "shape", required=True, least=0)


def placed_shape(name: str, shapes: Shapes, options: dict[str, Any]) -> tuple[Shape, dict[str, Any]]:
    if len(shapes[0]) != 1:
        raise EngineError("vector-needed", function=name, shape=str(shapes[0]))
    return shapes[1], options


OPS = [
    Op(
        "take(x, indices)",
        vjp={"x": "index_add(g, indices, x.shape, axis=axis)"},
        words=Words(
            "{x}[{indices}]",
            en=(
                "Elements of x, or slices along an axis, at places that may be values of the program. x[i] with a value"
                " i is take(x, i, axis=0). A place taken twice receives both gradients; the places receive none."
            ),
            ko=(
                "x의 원소(또는 축을 따라 자른 조각)를 자리로 고릅니다. 자리는 프로그램의 값이어도 됩니다. 값 i에 대한"
                " x[i]는 take(x, i, axis=0)입니다. 두 번 고른 자리에는 기울기가 더해지고, 자리 자체에는 기울기가 흐르지"
                " 않습니다."
            ),
            precedence=8,
        ),
        family="selection",
        options=(AXIS,),
        array=take_array,
        shape=take_shape,
        whole=("indices",),
        spellings=("np.take",),
        method=True,
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("take(x, [2, 0, 2])", {"x": (3,)}),
                ("take(x, [[0, 5], [5, -1]])", {"x": (2, 3)}),
                ("take(x, [1, 1], axis=0)", {"x": (2, 3)}),
                ("take(x, [[0, -1]], axis=-1)", {"x": (2, 3)}),
                ("take(x, 1, axis=1)", {"x": (2, 3)}),
                ("take(x, 2)", {"x": (3,)}),
            )
        ),
    ),
    Op(
        "index_add(x, indices)",
        vjp={"x": "take(g, indices, axis=axis)"},
        words=Words(
            r"\operatorname{add}_{{indices}}({x})",
            en="Zeros of a shape to which the slices of x are added at their places: what the gradient of take does.",
            ko="0으로 채운 배열의 지정한 자리마다 x의 조각을 더합니다. take의 기울기가 하는 일입니다.",
        ),
        family="selection",
        options=(SHAPE, AXIS),
        array=index_add,
        shape=index_add_shape,
        whole=("indices",),
        cost=Cost(flops=lambda shapes, out: size_of(shapes[0])),
        tests=Tests(
            examples=(
                ("index_add(x, [2, 0, 2], (3,))", {"x": (3,)}),
                ("index_add(x, [1, 1], (2, 3), axis=0)", {"x": (2, 3)}),
                ("index_add(x, [1, 1], (2, 3), axis=1)", {"x": (2, 2)}),
            )
        ),
    ),
    Op(
        "take_along_axis(x, indices)",
        vjp={"x": "scatter_add(g, indices, x.shape, axis=axis)"},
        words=Words(
            "{x}[{indices}]",
            en="For each place beside the axis, the elements along it that the indices name: log p[t] of every row.",
            ko="축을 따라 줄마다 indices가 가리키는 원소를 고릅니다. 행마다 log p[t]를 고를 때 씁니다.",
            precedence=8,
        ),
        family="selection",
        options=(LAST,),
        array=along_array,
        shape=along_shape,
        whole=("indices",),
        spellings=("np.take_along_axis",),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("take_along_axis(x, [[2], [0]], axis=1)", {"x": (2, 3)}),
                ("take_along_axis(x, [[0, 1, 1], [1, 1, 1]], axis=0)", {"x": (2, 3)}),
                ("take_along_axis(x, [[0, 2, 2]], axis=1)", {"x": (2, 3)}),
                ("take_along_axis(x, [0, -1, 0])", {"x": (4,)}),
            )
        ),
    ),
    Op(
        "scatter_add(x, indices)",
        vjp={"x": "take_along_axis(g, indices, axis=axis)"},
        words=Words(
            r"\operatorname{add}_{{indices}}({x})",
            en=(
                "Zeros of a shape to which x is added, each element at its place along the axis: what the gradient of"
                " take_along_axis does."
            ),
            ko="0으로 채운 배열에 x의 원소를 축을 따라 지정한 자리마다 더합니다. take_along_axis의 기울기가 하는"
            " 일입니다.",
        ),
        family="selection",
        options=(SHAPE, LAST),
        array=scatter_add,
        shape=scatter_add_shape,
        whole=("indices",),
        cost=Cost(flops=lambda shapes, out: size_of(shapes[0])),
        tests=Tests(
            examples=(
                ("scatter_add(x, [[2], [0]], (2, 3), axis=1)", {"x": (2, 1)}),
                ("scatter_add(x, [1, 1, 0], (4,))", {"x": (3,)}),
            )
        ),
    ),
    Op(
        "one_hot(indices)",
        words=Words(
            r"\operatorname{onehot}({indices})",
            en="For each class index a row with a 1 at its place and 0 elsewhere. It passes no gradient on.",
            ko="클래스 번호마다 그 자리는 1, 나머지는 0인 행을 만듭니다. 기울기를 보내지 않습니다.",
        ),
        family="selection",
        options=(Option("classes", "integer", required=True, least=1),),
        array=one_hot_array,
        shape=one_hot_shape,
        whole=("indices",),
        cost=Cost(flops=nothing),
        tests=Tests(examples=(("one_hot([0, 2, 2], 3) * x", {"x": (3, 3)}), ("one_hot(1, 3) * x", {"x": (3,)}))),
    ),
    Op(
        "embedding(indices, W)",
        vjp={"W": "index_add(g, indices, W.shape, axis=0)"},
        definition="take(W, indices, axis=0)",
        words=Words(
            "{W}[{indices}]",
            en=(
                "The rows of W that whole numbers name: what stands for each token. A row used several times receives"
                " the sum of the gradients."
            ),
            ko="정수가 가리키는 W의 행. 토큰마다 벡터 하나가 대응합니다. 여러 번 쓰인 행에는 기울기가 더해집니다.",
            precedence=8,
        ),
        family="neural",
        array=embedding_array,
        shape=embedding_shape,
        whole=("indices",),
        cost=Cost(flops=nothing),
        tests=Tests(
            examples=(
                ("embedding([1, 0, 1], W)", {"W": (3, 2)}),
                ("embedding([[1, 0], [2, 2]], W)", {"W": (3, 2)}),
                ("embedding(1, W)", {"W": (3, 2)}),
            )
        ),
    ),
    Op(
        "sort(x)",
        vjp={"x": "scatter_add(g, argsort(x, axis=axis), x.shape, axis=axis)"},
        words=Words(
            r"\operatorname{sort}({x})",
            en=(
                "The elements in increasing order along an axis. Each gradient goes back to where its element came"
                " from."
            ),
            ko="축을 따라 작은 것부터 늘어놓습니다. 기울기는 원소가 온 자리로 돌아갑니다.",
            convention={
                "en": (
                    "Equal elements keep their order, as in JAX; PyTorch's median shares the gradient among all"
                    " that tie."
                ),
                "ko": (
                    "같은 원소는 원래 순서를 지킵니다(JAX와 같음). PyTorch의 median은 같은 원소 모두에 기울기를"
                    " 나눕니다."
                ),
            },
        ),
        family="selection",
        options=(LAST,),
        array=lambda x, axis: np.sort(x, axis),
        shape=same_shape,
        kink="sum(diff(z, axis=axis) == 0)",
        spellings=("np.sort",),
        cost=Cost(flops=sorting),
        tests=Tests(
            examples=(("sort(x)", {"x": (4,)}), ("sort(x)", {"x": (2, 3)}), ("sort(x, axis=0)", {"x": (3, 2)}))
        ),
    ),
    Op(
        "argsort(x)",
        words=Words(
            r"\operatorname{argsort}({x})",
            en="The places of the elements in increasing order. It passes no gradient on.",
            ko="작은 것부터 늘어놓았을 때 원소들이 있던 자리. 기울기를 보내지 않습니다.",
        ),
        family="selection",
        options=(LAST,),
        array=lambda x, axis: np.argsort(x, axis, kind="stable").astype(np.float64),
        shape=same_shape,
        spellings=("np.argsort",),
        method=True,
        cost=Cost(flops=sorting),
        tests=Tests(examples=(("argsort(x)", {"x": (4,)}), ("argsort(x, axis=0)", {"x": (3, 2)}))),
    ),
    Op(
        "searchsorted(a, v)",
        words=Words(
            r"\operatorname{place}({v})",
            en=(
                "How many elements of the sorted vector a lie before v: those that are smaller, or with right=True"
                " those that are equal too. It passes no gradient on."
            ),
            ko=(
                "정렬된 벡터 a에서 v보다 앞에 오는 원소의 수. v보다 작은 것을 세고, right=True이면 같은 것도 셉니다."
                " 기울기를 보내지 않습니다."
            ),
        ),
        family="selection",
        options=(Option("right", "bool", False),),
        array=lambda a, v, right: np.asarray(np.searchsorted(a, v, "right" if right else "left"), dtype=np.float64),
        shape=placed_shape,
        cost=Cost(flops=lambda shapes, out: size_of(out) * max(size_of(shapes[0]).bit_length(), 1)),
        tests=Tests(
            examples=(
                ("searchsorted([0, 1, 2], v)", {"v": (3,)}),
                ("searchsorted(sort(a), v, right=True)", {"a": (4,), "v": (2, 2)}),
                ("searchsorted(sort(a), 0.5)", {"a": (4,)}),
            )
        ),
    ),
    Op(
        "median(x)",
        vjp={
            "x": (
                "w = pad(broadcast_to(reshape(g / count, one), middles), widths)\nreshape(scatter_add(w,"
                " argsort(reshape(x, flat), axis=line), flat, axis=line), x.shape)"
            )
        },
        words=Words(
            r"\operatorname{median}({x})",
            en="The element in the middle of the order; of an even number of elements, the mean of the two.",
            ko="순서대로 늘어놓았을 때 한가운데 원소. 짝수 개이면 가운데 둘의 평균입니다.",
            convention={
                "en": (
                    "Where elements tie in the middle, those that come first in order receive the gradient, as in JAX;"
                    " PyTorch shares it among all that tie, or chooses one along an axis."
                ),
                "ko": (
                    "가운데에 같은 원소가 여럿이면 순서가 앞선 것이 기울기를 받습니다(JAX와 같음). PyTorch는 같은 원소"
                    " 모두에 나누거나, 축을 따라서는 하나를 고릅니다."
                ),
            },
        ),
        family="selection",
        options=(AXIS, Option("keepdims", "bool", False)),
        statics=middle,
        array=lambda x, axis, keepdims: np.median(x, axis=axis, keepdims=keepdims),
        shape=median_shape,
        kink=(
            "s = sort(reshape(x, flat), axis=line)\nw = pad(broadcast_to(1, middles), widths)\nsum((diff(s, axis=line)"
            " == 0) * (diff(w, axis=line) != 0))"
        ),
        spellings=("np.median",),
        cost=Cost(flops=sorting),
        tests=Tests(
            examples=(
                ("median(x)", {"x": (3,)}),
                ("median(x)", {"x": (2, 3)}),
                ("median(x, axis=1)", {"x": (2, 4)}),
                ("median(x, axis=0, keepdims=True)", {"x": (3, 2)}),
            )
        ),
    ),
]
