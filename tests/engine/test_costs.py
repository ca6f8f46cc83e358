"""What is counted before anything is computed is what is then computed: arithmetic of both passes, arrays held on the
way, turns of Python's own loops.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.ops import OPS
from gradlens.engine.ops.contraction import contracted, planned
from gradlens.engine.passes.kernels import forward_kernel
from gradlens.engine.passes.rules import edge_rule
from tests.each import each
from tests.engine.counting import function_calls
from tests.engine.test_ops import ALL, calls

LIMITS = engine.Limits(text_length=65_536, nesting=200, nodes=100_000, elements=4_000_000, flops=2e10)
FACTOR = 12  # of what is counted: an exponential takes as long as some sums
SMALL = 2_000  # operations that nobody counts


class Counted(np.ndarray):
    """An array that counts the arithmetic done on it, as NumPy reports every operation to it."""

    spent = 0

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        kwargs = (
            options if out is None else options | {"out": tuple(None if o is None else o.view(np.ndarray) for o in out)}
        )
        plain = [v.view(np.ndarray) if isinstance(v, Counted) else v for v in inputs]
        result = getattr(ufunc, method)(*plain, **kwargs)
        each, sizes = 1, [np.size(v) for v in plain if isinstance(v, np.ndarray)] + [np.size(result)]
        if ufunc.__name__ == "matmul":
            each, sizes = 2 * plain[0].shape[-1], [np.size(result)]
        Counted.spent += each * max(sizes)
        return tuple(map(counted, result)) if isinstance(result, tuple) else counted(result)

    def __array_function__(self, function, types, args, kwargs):
        if function.__module__.startswith("numpy.linalg"):  # done by LAPACK, out of NumPy's sight: some 2 n³
            args = [a.view(np.ndarray) if isinstance(a, Counted) else a for a in args]
            Counted.spent += 2 * args[0].size * args[0].shape[-1]
            result = function(*args, **kwargs)
        else:
            result = super().__array_function__(function, types, args, kwargs)
        return tuple(map(counted, result)) if isinstance(result, tuple) else counted(result)


def counted(value):
    return value.view(Counted) if isinstance(value, np.ndarray) else value


def spent(program, point) -> tuple[int, int]:
    """The operations of the forward and of the backward pass, as executed."""
    graph = program.graph
    values = program.forward(point)
    found = []
    with np.errstate(all="ignore"), pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(np, "asarray", np.asanyarray)  # which keeps what counts
        Counted.spent = 0
        for node in graph.nodes:
            if node.op is not None:
                forward_kernel(graph.use(node), False)(*[counted(np.array(values[i])) for i in node.inputs])
        found.append(Counted.spent)
        Counted.spent = 0
        for edge in program.edges:
            node = graph.nodes[edge.target]
            rule = edge_rule(graph, edge).array_kernel
            rule(
                counted(np.ones(node.shape)),
                counted(np.array(values[node.id])),
                *[counted(np.array(values[i])) for i in node.inputs],
            )
        found.append(Counted.spent)
    return tuple(found)


CHAIN = "ab,bc,cd,de,ef,fg,gh,hi"
# Uses large enough for the order of growth to show.
LARGE = [
    ("cumprod(x)", {"x": (300,)}),
    ("cumprod(x, axis=1)", {"x": (20, 100)}),
    ("prod_of_others(x)", {"x": (300,)}),
    ("prod(x, axis=0)", {"x": (300, 4)}),
    ("det(x)", {"x": (30, 30)}),
    ("det(x)", {"x": (50, 6, 6)}),
    ("logdet(x @ x.T)", {"x": (40, 40)}),
    ("inv(x)", {"x": (40, 40)}),
    ("cofactors(x)", {"x": (5, 5)}),
    ("cofactors(x)", {"x": (20, 20)}),
    ("cholesky(x @ x.T)", {"x": (40, 40)}),
    ("solve(x, y)", {"x": (40, 40), "y": (40, 3)}),
    ("eigvalsh(x + x.T)", {"x": (40, 40)}),
    ("expm(x)", {"x": (40, 40)}),
    ("eigenvectors(x + x.T)", {"x": (40, 40)}),
    *[(f"{name}(x)", {"x": (50, 30)}) for name in ("svdvals", "left_vectors", "right_vectors", "pinv")],
    *[(f"{name}(x)", {"x": (50, 30)}) for name in ("orthonormal", "triangular")],
    ("matrix_power(x, 1000)", {"x": (20, 20)}),
    ("matrix_power(x, -1000000000000)", {"x": (5, 5)}),
    ("diff(x, n=50)", {"x": (300,)}),
    ("diff(x, n=10 ** 18)", {"x": (300,)}),
    ("diff(x, n=299)", {"x": (300,)}),
    (f'einsum("{CHAIN}->ai", {", ".join(f"x{i}" for i in range(8))})', {f"x{i}": (12, 12) for i in range(8)}),
    ('einsum("bij,bjk,bkl->bil", x, y, x)', {"x": (30, 6, 7), "y": (30, 7, 6)}),
    ('einsum("i,j,k->", x, y, v)', {"x": (90,), "y": (90,), "v": (90,)}),
    ('einsum("ij,kj,lj->ikl", x, y, v)', {"x": (20, 9), "y": (21, 9), "v": (22, 9)}),
    ("tensordot(x, y, 2)", {"x": (30, 8, 9), "y": (8, 9, 20)}),
    ("kron(x, y)", {"x": (20, 20), "y": (10, 10)}),
    ("inner(x, y)", {"x": (40, 50), "y": (30, 50)}),
    ("dot(x, y)", {"x": (), "y": (3000,)}),
    ("dot(x, y)", {"x": (40, 40), "y": (40, 40)}),
    ("cross(x, y)", {"x": (1000, 3), "y": (3,)}),
    ("outer(x, y)", {"x": (80,), "y": (80,)}),
    ("unfold(x, 3, padding=40)", {"x": (1, 1, 5, 5)}),
    ("fold(x, (1, 1, 5, 5), 1, stride=100, padding=50)", {"x": (1, 1, 4)}),
    ("conv2d(x, W, padding=1)", {"x": (4, 3, 16, 16), "W": (5, 3, 3, 3)}),
    ("max_pool2d(x, 2)", {"x": (4, 3, 16, 16)}),
    ("conv2d(x, W)", {"x": (2, 2, 30, 30), "W": (1, 2, 29, 29)}),
    ("polygamma(x, n=40)", {"x": (500,)}),
    ("digamma(x)", {"x": (500,)}),
    ("lgamma(x)", {"x": (500,)}),
    ("tgamma(x)", {"x": (500,)}),
    ("erfinv(x / 9)", {"x": (500,)}),
    ("sort(x)", {"x": (1000,)}),
    ("median(x)", {"x": (1001,)}),
    ("one_hot([0, 1], 3000) * x", {"x": (3000,)}),
    ("x[3] + x[4] + x[5]", {"x": (3000,)}),
    ("tile(x, (30, 4))", {"x": (40, 3)}),
    ("repeat(x, 40)", {"x": (90,)}),
    ("split(x, 400)", {"x": (800,)}),
    (f"roll(x, {(1,) * 9}, axis={tuple(range(9))})", {"x": (2,) * 9}),
    ("norm(x, 3, axis=0)", {"x": (50, 50)}),
    ("std(x, axis=1)", {"x": (50, 50)}),
    ("layer_norm(x)", {"x": (50, 50)}),
    ("attention(x, x, x)", {"x": (30, 20)}),
    ("take(x, [1, 2], axis=0)", {"x": (3000,)}),
    ("max(x)", {"x": (3000,)}),
    ("logsumexp(x, axis=0)", {"x": (60, 60)}),
    ("trace(x)", {"x": (60, 60)}),
    ("expm(x)", {"x": (12, 12)}),
]


def point_of(shapes: dict) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    return {name: np.asarray(rng.uniform(0.5, 1.5, shape)) for name, shape in shapes.items()}


def test_every_op_whose_cost_its_options_or_its_rule_decide_is_driven_here():
    special = {
        op.name
        for op in OPS.values()
        if op.cost.work is not None or op.cost.back is not None or op.cost.between is not None
    }
    assert not {name for name in special if not any(f"{name}(" in call for call, _ in LARGE)}


@each("call, shapes", [*((call, shapes) for op, call, shapes in ALL if not op.elementwise), *LARGE])
def test_the_arithmetic_of_both_passes_is_counted_before(call, shapes):
    program = engine.compile(call, shapes, limits=LIMITS)
    graph = program.graph
    forward, backward = spent(program, point_of(shapes))
    moved = graph.elements + graph.contributions
    assert forward <= FACTOR * (graph.forward_flops + moved) + SMALL
    assert backward <= FACTOR * (graph.backward_flops + moved) + SMALL
    if (call, shapes) in LARGE:
        assert graph.forward_flops <= 100 * (forward + moved) and graph.backward_flops <= 100 * (backward + moved)


def steps_of(call: str, shapes: dict) -> int:
    """Calls of functions while a program runs both ways: what a loop in Python would multiply."""
    point = point_of(shapes)
    program = engine.compile(call, shapes, limits=LIMITS)
    program.gradients(point)
    return function_calls(lambda: program.gradients(point))


@each("op", [op for op in OPS.values() if op.elementwise and op.array is not None])
def test_no_element_costs_a_turn_of_pythons_loops_unless_that_is_counted(op):
    call, _ = calls(op)[0]
    few, many = (steps_of(call, dict.fromkeys(op.inputs, (n,))) for n in (30, 300))
    each = (many - few) / 270
    assert each < 0.1 or op.cost.flops(((1,),), (1,)) >= 50 * each


@each("call, shapes", LARGE)
def test_the_turns_of_pythons_loops_are_few_or_counted(call, shapes):
    graph = engine.compile(call, shapes).graph
    assert steps_of(call, shapes) <= 3_000 + (graph.forward_flops + graph.backward_flops) / 50


def test_matrices_of_a_batch_that_have_no_result_are_found_all_at_once():
    x = np.tile(np.eye(3), (400, 1, 1))
    x[::2, 2] = 0
    for name in ("inv", "cholesky"):
        steps = steps_of(f"{name}(x)", {"x": x.shape})
        found = engine.trace(f"z = {name}(x)", {"x": x})["z"].value
        assert np.isnan(found[::2]).all() and np.array_equal(found[1::2], np.tile(np.eye(3), (200, 1, 1)))
        assert steps < 3_000


# What a program would hold or compute is refused by its figure, before there is an array.
@each(
    "program, inputs, kind",
    [
        ("unfold(x, 1, stride=10 ** 9, padding=10 ** 6)", {"x": np.ones((1, 1, 4, 4))}, "too-many-elements"),
        ("unfold(x, 1, stride=10 ** 18, padding=10 ** 18)", {"x": np.ones((1, 1, 4, 4))}, "too-many-elements"),
        ("fold(x, (1, 1, 4, 4), 1, stride=10 ** 9, padding=10 ** 6)", {"x": np.ones((1, 1, 1))}, "too-many-elements"),
        ("cumprod(x, axis=1)", {"x": np.ones((0, 10_000))}, "too-many-elements"),
        ("cumprod(x)", {"x": np.ones(3_000)}, "too-many-elements"),
        ("polygamma(x, n=140)", {"x": np.ones(1_900_000)}, "too-much-work"),
        ("s = 0\nfor v in x:\n    s = s + v", {"x": np.ones(20_000)}, "too-many-elements"),
        ("diff(x, n=100_000)", {"x": np.ones(1_000_000)}, "too-much-work"),
        ("det(x)", {"x": np.ones((1_000, 1_000))}, "too-much-work"),
        ('einsum("abc,cde,efa,bdf->", x, x, x, x)', {"x": np.ones((90, 90, 90))}, "too-many-elements"),
        ("[x for i in range(310_000)]", {"x": 1.0}, "too-many-edges"),
        ("[x for i in range(310_000)]", {"x": np.ones((0, 3))}, "too-many-edges"),
        ("tile(x[:0], 2 ** 62)", {"x": np.ones(2)}, "empty-too-large"),
        ("repeat(x[:0], 2 ** 62)", {"x": np.ones(2)}, "empty-too-large"),
        ("zeros((0, 2 ** 63))", {}, "empty-too-large"),
        ("broadcast_to(x[:0], (2 ** 62, 0))", {"x": np.ones(2)}, "empty-too-large"),
        ("spread(x[:0], (2 ** 50, 0), 0)", {"x": np.ones(2)}, "empty-too-large"),
        ("eye(0, 2 ** 63)", {}, "empty-too-large"),
    ],
)
def test_what_is_too_much_is_refused_before_it_begins(program, inputs, kind):
    with pytest.raises(engine.EngineError) as error:
        engine.compile(program, {name: np.shape(value) for name, value in inputs.items()}, limits=LIMITS)
    assert error.value.kind == kind


def test_a_value_of_a_long_list_costs_its_own_size_and_no_compiled_rule():
    few, many = (engine.compile(f"[x for i in range({n})]", {"x": (3,)}).graph for n in (100, 1000))
    assert many.backward_flops == 10 * few.backward_flops == 3 * 1000
    assert steps_of("[x for i in range(1000)]", {"x": (3,)}) < 60 * 1000


def test_a_long_product_is_planned_pair_by_pair():
    letters = "abcdefghijklmnopqrstuvwxyz"
    terms = tuple(letters[i : i + 2] for i in range(20))
    values = tuple(np.random.default_rng(i).normal(size=(3, 3)) for i in range(20))
    plan = planned(terms, ((3, 3),) * 20, "au")
    assert plan.flops < 20 * 200 and plan.largest == 9
    assert np.allclose(contracted(terms, values, "au"), np.linalg.multi_dot(values))


def test_what_a_plan_counts_is_what_it_computes():
    rng = np.random.default_rng(5)
    for terms, shapes, right in [
        (("ij", "jk", "kl"), ((4, 5), (5, 6), (6, 7)), "il"),
        (("bi", "bi"), ((8, 9), (8, 9)), "b"),
        (("i", "j"), ((40,), (50,)), "ij"),
        (("ii", "i"), ((6, 6), (6,)), ""),
    ]:
        values = tuple(rng.normal(size=s) for s in shapes)
        Counted.spent = 0
        found = contracted(terms, tuple(map(counted, values)), right)
        computed, planned_flops = Counted.spent, planned(terms, shapes, right).flops
        assert np.allclose(found, np.einsum(f"{','.join(terms)}->{right}", *values))
        assert computed <= 2 * planned_flops and planned_flops <= 4 * (computed + sum(map(math.prod, shapes)))
