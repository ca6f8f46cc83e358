"""Derivations of products and of linear algebra, from indices."""

from __future__ import annotations

import string
from collections.abc import Callable

from gradlens.engine.deriving.step import (
    AS_PRODUCT,
    BATCH,
    CHAIN,
    RULE,
    Derivations,
    Line,
    Steps,
    say,
    steps,
)
from gradlens.engine.ops import OPS, Use

INDICES = say(
    "By indices: an element of {input} enters the outputs, in each multiplied by a number. The upstream gradients of"
    " those outputs are multiplied by that number, and added up.",
    "인덱스로 쓰면, {input}의 한 원소는 출력마다 어떤 수와 곱해져 들어갑니다. 그 출력들의 상류에서 온 기울기에 그 수를"
    " 곱해 더합니다.",
)
BROADCAST = say(
    "Broadcasting repeated it, so what its copies receive is summed.",
    "브로드캐스팅으로 되풀이해 쓰였으므로 사본마다 받은 기울기를 더합니다.",
)
WITH_TRANSPOSES = say(
    "Products with transposes: an index that is summed over stands at the inner places.",
    "합하는 인덱스가 안쪽에 오도록 전치하면 행렬 곱이 됩니다.",
)
IDENTITY = say(
    "From {x} {z} = I: d{x} {z} + {x} d{z} = 0, so d{z} = −{z} d{x} {z}; by indices.",
    "{x} {z} = I에서 d{x} {z} + {x} d{z} = 0, 따라서 d{z} = −{z} d{x} {z}입니다. 인덱스로 씁니다.",
)
LAPLACE = say(
    "Expand along the row of the element: it is multiplied by its cofactor, which does not contain it.",
    "원소가 있는 행으로 전개하면 원소에 여인수가 곱해지고, 그 여인수에는 이 원소가 들어 있지 않습니다.",
)
BY_INVERSE = say(
    "The inverse is the transposed matrix of cofactors over the determinant.",
    "역행렬은 여인수 행렬의 전치를 행렬식으로 나눈 것입니다.",
)
TRIPLE = say(
    "A triple product keeps its value when the three vectors are turned round.",
    "스칼라 삼중곱은 세 벡터를 차례로 돌려도 값이 같습니다.",
)
EACH_FACTOR = say(
    "Product rule: the factors are differentiated one after the other, and the results added.",
    "곱의 미분법: 인수를 하나씩 미분하여 더합니다.",
)


def matmul_left_indices(use: Use) -> str:
    match [len(shape) for shape in use.shapes]:
        case [0, _] | [_, 0]:
            return "g * y"
        case [1, 1]:
            return 'einsum(",k->k", g, y)'
        case [1, 2]:
            return 'einsum("j,kj->k", g, y)'
        case [2, 1]:
            return 'einsum("i,k->ik", g, y)'
        case [2, 2]:
            return 'einsum("ij,kj->ik", g, y)'
        case [1, _]:
            return 'einsum("...j,...kj->...k", g, y)'
        case [_, 1]:
            return 'einsum("...i,k->...ik", g, y)'
        case _:
            pass
    return 'einsum("...ij,...kj->...ik", g, y)'


def matmul_right_indices(use: Use) -> str:
    match [len(shape) for shape in use.shapes]:
        case [0, _] | [_, 0]:
            return "g * x"
        case [1, 1]:
            return 'einsum("k,->k", x, g)'
        case [1, 2]:
            return 'einsum("k,j->kj", x, g)'
        case [2, 1]:
            return 'einsum("ik,i->k", x, g)'
        case [2, 2]:
            return 'einsum("ik,ij->kj", x, g)'
        case [1, _]:
            return 'einsum("k,...j->...kj", x, g)'
        case [_, 1]:
            return 'einsum("...ik,...i->...k", x, g)'
        case _:
            pass
    return 'einsum("...ik,...ij->...kj", x, g)'


def affine_indices(use: Use) -> str:
    return 'einsum("ik,ij->kj", x, g)' if len(use.shapes[0]) == 2 else 'einsum("k,j->kj", x, g)'


def solved_indices(use: Use, right: bool) -> str:
    """Of z = A⁻¹ b: the gradient of b, or of A."""
    columns = "" if len(use.shapes[1]) == 1 else "c"
    if right:
        return f'einsum("...ai,...a{columns}->...i{columns}", inv(A), g)'
    return f'-einsum("...ai,...a{columns},...j{columns}->...ij", inv(A), g, z)'


def contracted(name: str, argnum: int) -> Callable[[Use], str]:
    """The index line of a product that einsum defines: the upstream takes the operand's place."""

    def line(use: Use) -> str:
        definition = OPS[name].opened(use)
        other = "yx"[argnum]
        if "einsum" not in definition:
            return f"g * {other}"
        left, right = definition.split('"')[1].split("->")
        terms = left.split(",")
        return f'einsum("{right},{terms[1 - argnum]}->{terms[argnum]}", g, {other})'

    return line


def kron_indices(use: Use, argnum: int) -> str:
    """Of the Kronecker product: the upstream by places in x and places in y, times the other factor."""
    rank = max(len(shape) for shape in use.shapes)
    x, y = ((1,) * (rank - len(shape)) + shape for shape in use.shapes)
    terms = string.ascii_lowercase[:rank], string.ascii_uppercase[:rank]
    every = "".join(a + b for a, b in zip(*terms))
    sizes = tuple(n for pair in zip(x, y) for n in pair)
    other, shape, own = ("y", y, "x") if argnum == 0 else ("x", x, "y")
    return (
        f'reshape(einsum("{every},{terms[1 - argnum]}->{terms[argnum]}", reshape(g, {sizes}), reshape({other},'
        f" {shape})), {own}.shape)"
    )


def power_line(use: Use) -> str:
    """Each of n factors in turn: the transposed powers before and after it, around the upstream."""
    n = use.options["n"]
    if n == 0:
        return "0 * g"
    before = "t = swapaxes(x, -1, -2)\n" if n > 0 else "t = swapaxes(inv(x), -1, -2)\n"
    powers = [
        " @ ".join([*["t"] * k, "g", *["t"] * (n - 1 - k if n > 0 else -n + 1 - k)])
        for k in (range(n) if n > 0 else range(1, -n + 1))
    ]
    return f"{before}{'' if n > 0 else '-'}({' + '.join(powers)})"


def indexed(x: Line, y: Line) -> dict[str, Steps]:
    return {"x": steps((x, INDICES), (RULE, AS_PRODUCT)), "y": steps((y, INDICES), (RULE, AS_PRODUCT))}


PRODUCTS: Derivations = {
    "matmul": indexed(matmul_left_indices, matmul_right_indices),
    "dot": indexed(matmul_left_indices, matmul_right_indices),
    "outer": indexed('einsum("ij,j->i", g, y)', 'einsum("i,ij->j", x, g)'),
    "affine": {
        "x": steps(
            (
                lambda use: 'einsum("ij,kj->ik", g, W)' if len(use.shapes[0]) == 2 else 'einsum("j,kj->k", g, W)',
                INDICES,
            ),
            (RULE, AS_PRODUCT),
        ),
        "W": steps((affine_indices, INDICES), (RULE, AS_PRODUCT)),
        "b": steps(
            ("sum_to(g, b.shape)", BATCH),
            (
                RULE,
                say(
                    "What broadcasting repeated is summed by the backward pass itself, so the rule is the upstream"
                    " alone.",
                    "브로드캐스팅된 축의 합은 역전파가 스스로 처리하므로, 규칙에는 상류에서 온 기울기만 적습니다.",
                ),
            ),
        ),
    },
    "linear": {
        "x": steps(('einsum("...j,jk->...k", g, W)', INDICES), ("g @ W", AS_PRODUCT)),
        "W": steps(
            ('einsum("...j,...k->jk", g, x)', INDICES),
            (
                lambda use: (
                    "g.T @ x" if len(use.shapes[0]) == 2 else "outer(g, x)" if len(use.shapes[0]) == 1 else None
                ),
                AS_PRODUCT,
            ),
        ),
        "b": steps(("sum_to(g, b.shape)", BATCH)),
    },
    "addmm": {
        "b": steps(("sum_to(g, b.shape)", BROADCAST)),
        "x": steps(('einsum("ij,kj->ik", g, y)', INDICES), ("g @ y.T", AS_PRODUCT)),
        "y": steps(('einsum("ik,ij->kj", x, g)', INDICES), ("x.T @ g", AS_PRODUCT)),
    },
    "einsum": {"x": steps((RULE, INDICES))},
    "cross": {
        "x": steps(
            ("D(sum(x * cross(y, g)), x)", TRIPLE),
            (
                RULE,
                say(
                    "The factor beside {x} does not contain {x}.",
                    "{x}에 곱해진 벡터에는 {x} 자신이 들어 있지 않습니다.",
                ),
            ),
        ),
        "y": steps(
            ("D(sum(y * cross(g, x)), y)", TRIPLE),
            (
                RULE,
                say(
                    "The factor beside {y} does not contain {y}.",
                    "{y}에 곱해진 벡터에는 {y} 자신이 들어 있지 않습니다.",
                ),
            ),
        ),
    },
    "vecdot": {
        "x": steps(("expand_dims(g, axis) * y", INDICES)),
        "y": steps(("expand_dims(g, axis) * x", INDICES)),
    },
    "inner": {"x": steps((contracted("inner", 0), INDICES)), "y": steps((contracted("inner", 1), INDICES))},
    "tensordot": {"x": steps((contracted("tensordot", 0), INDICES)), "y": steps((contracted("tensordot", 1), INDICES))},
    "kron": {
        "x": steps((lambda use: kron_indices(use, 0), INDICES)),
        "y": steps((lambda use: kron_indices(use, 1), INDICES)),
    },
    "matrix_power": {"x": steps((power_line, EACH_FACTOR))},
    "trace": {
        "x": steps(
            (
                RULE,
                say(
                    "Only the elements of the diagonal are in the sum, each once.",
                    "대각 원소만 합에 한 번씩 들어갑니다.",
                ),
            )
        )
    },
}

MATRICES: Derivations = {
    "inv": {"x": steps(('-einsum("...ai,...ab,...jb->...ij", z, g, z)', IDENTITY), (RULE, WITH_TRANSPOSES))},
    "det": {"x": steps((RULE, LAPLACE))},
    "cofactors": {
        "x": steps(
            (
                RULE,
                say(
                    "A cofactor is a determinant, linear in each of its rows: its derivative by an element is the"
                    " cofactor with that row replaced by a unit vector.",
                    "여인수는 행렬식이고 각 행에 대해 선형입니다. 한 원소로 미분하면 그 행을 단위벡터로 바꾼"
                    " 여인수가 됩니다.",
                ),
            )
        )
    },
    "logdet": {
        "x": steps(
            (
                lambda use: (
                    "g / det(x) * cofactors(x)"
                    if len(use.shapes[0]) == 2
                    else "expand_dims(expand_dims(g / det(x), -1), -1) * cofactors(x)"
                ),
                CHAIN,
            ),
            (RULE, BY_INVERSE),
        )
    },
    "cholesky": {
        "x": steps(
            (
                RULE,
                say(
                    "From {x} = {z} {z}ᵀ: {z}⁻¹ d{x} {z}⁻ᵀ = {z}⁻¹ d{z} + ({z}⁻¹ d{z})ᵀ, so {z}⁻¹ d{z} is its lower"
                    " triangle with half of the diagonal; {x} is symmetric, so both sides share.",
                    "{x} = {z} {z}ᵀ에서 {z}⁻¹ d{x} {z}⁻ᵀ = {z}⁻¹ d{z} + ({z}⁻¹ d{z})ᵀ이므로, {z}⁻¹ d{z} 행렬은 그"
                    " 아래 삼각 부분에서 대각을 절반으로 한 것입니다. {x} 행렬이 대칭이므로 양쪽에 나눕니다.",
                ),
            )
        )
    },
    "solve": {
        "b": steps(
            (
                lambda use: solved_indices(use, True),
                say("The solution is {A}⁻¹ {b}; by indices.", "해는 {A}⁻¹ {b}입니다. 인덱스로 씁니다."),
            ),
            (
                RULE,
                say(
                    "Multiplying with the transposed inverse is solving with the transposed matrix.",
                    "역행렬의 전치를 곱하는 것은 전치행렬로 연립방정식을 푸는 것과 같습니다.",
                ),
            ),
        ),
        "A": steps(
            (
                lambda use: solved_indices(use, False),
                say(
                    "From {A} {z} = {b}: d{A} {z} + {A} d{z} = 0, so d{z} = −{A}⁻¹ d{A} {z}; by indices.",
                    "{A} {z} = {b}에서 d{A} {z} + {A} d{z} = 0, 따라서 d{z} = −{A}⁻¹ d{A} {z}입니다. 인덱스로 씁니다.",
                ),
            ),
            (RULE, WITH_TRANSPOSES),
        ),
    },
}
