"""Every op of the registry over generated shapes, axes, broadcasts, signs and magnitudes.

The same points on every run: hypothesis draws them without chance or memory.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

from gradlens import engine
from gradlens.engine.ops import OPS
from tests.each import case, each
from tests.engine.numerics import close, program_difference
from tests.engine.references import anp, autograd
from tests.engine.test_ops import REFERENCE, calls, numpy_name, smooth_point

EVERY_CHECK: Any = HealthCheck  # which lists those that are in use
SWEEP = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=6,
    suppress_health_check=list(EVERY_CHECK),
)
MAGNITUDES = [0.0, 5e-324, 1e-300, 1e-8, 0.5, 1.0, 2.0, 3.0, 40.0, 1e4, 1e16, 1e300]
numbers = st.builds(lambda sign, size: sign * size, st.sampled_from([1.0, -1.0]), st.sampled_from(MAGNITUDES))

ELEMENTWISE = [op for op in OPS.values() if op.elementwise]
REDUCTIONS = [
    op
    for op in OPS.values()
    if {"axis", "keepdims"} <= {o.name for o in op.options} and len(op.inputs) == 1 and not op.variadic
]
DEFINED = [op for op in OPS.values() if op.definition is not None and op.array is not None]


def by_name(op):
    return op.name


def drawn(data, shape):
    count = int(np.prod(shape))
    return np.array(data.draw(st.lists(numbers, min_size=count, max_size=count)), dtype=float).reshape(shape)


def check_properties(trace):
    """What holds at any point: shapes, types, and that a gradient is the sum of what its uses send."""
    order = {edge: i for i, edge in enumerate(trace.backward_order)}
    outgoing = {}
    for edge in trace.edges:
        if edge.id in order:
            outgoing.setdefault(edge.source, []).append(edge)
    for node in trace.nodes:
        assert np.shape(node.value) == node.shape
        assert np.asarray(node.value).dtype == np.float64
        if not node.differentiable:
            continue
        assert np.shape(node.gradient) == node.shape and np.asarray(node.gradient).dtype == np.float64
        total = trace.seed if node.id == trace.output else None
        for edge in sorted(outgoing.get(node.id, ()), key=lambda e: order[e.id]):
            assert np.shape(edge.contribution) == node.shape
            with np.errstate(all="ignore"):
                total = edge.contribution if total is None else total + edge.contribution
        assert np.array_equal(node.gradient, np.zeros(node.shape) if total is None else total, equal_nan=True)


def check_reference(op, call, point):
    """Value and gradient as HIPS autograd has them, and the gradient as central differences have it."""
    program = engine.compile(f"z = {call}", {name: np.shape(value) for name, value in point.items()})
    shape = program.graph.nodes[program.graph.output].shape
    weights = np.random.default_rng(9).uniform(0.5, 1.5, shape)
    trace = program.run(point, seed=weights)
    names = list(point)

    def reference(*values):
        known = {op.name: getattr(anp, numpy_name(op), None)} | REFERENCE | dict(zip(names, values, strict=True))
        return anp.sum(weights * (eval(call, vars(anp) | known) + np.zeros(shape))) + sum(
            0 * anp.sum(value) for value in values
        )

    assert close(np.sum(weights * trace["z"].value), reference(*point.values()))
    expected = autograd.grad(reference, argnum=tuple(range(len(names))))(*[np.array(v) for v in point.values()])
    for name, gradient in zip(names, expected, strict=True):
        assert close(trace.gradients[name], gradient), (call, point)
        if op.name != "stop_gradient":
            by_differences = program_difference(program, point, name, weights)
            assert close(trace.gradients[name], by_differences, rtol=1e-5, atol=1e-6), (call, point)


@each("op", ELEMENTWISE, sample=6)
@SWEEP
@given(data=st.data())
def test_elementwise_at_any_shape_sign_and_magnitude(op, data):
    shapes = data.draw(
        mutually_broadcastable_shapes(num_shapes=len(op.inputs), min_side=0, max_side=3, max_dims=5)
    ).input_shapes
    point = {name: drawn(data, shape) for name, shape in zip(op.inputs, shapes, strict=True)}
    trace = engine.trace(f"z = {op.name}({', '.join(op.inputs)})", point)
    assert trace["z"].shape == np.broadcast_shapes(*shapes)
    check_properties(trace)
    by_number = engine.compile(f"z = {op.name}({', '.join(op.inputs)})", dict.fromkeys(op.inputs, ()))
    arrays = np.broadcast_arrays(*point.values())
    for index in itertools.islice(np.ndindex(trace["z"].shape), 8):
        value, _ = by_number.gradients({name: float(a[index]) for name, a in zip(op.inputs, arrays, strict=True)})
        assert close(value, np.asarray(trace["z"].value)[index], rtol=1e-13, atol=1e-320), (point, index)


@each("op", [op for op in ELEMENTWISE if op.name in REFERENCE or hasattr(anp, numpy_name(op))], sample=6)
@SWEEP
@given(data=st.data())
def test_elementwise_against_hips_autograd_and_central_differences(op, data):
    shapes = data.draw(
        mutually_broadcastable_shapes(num_shapes=len(op.inputs), min_side=0, max_side=2, max_dims=4)
    ).input_shapes
    point = smooth_point(op, dict(zip(op.inputs, shapes, strict=True)), seed=data.draw(st.integers(0, 99)))
    check_reference(op, f"{op.name}({', '.join(op.inputs)})", point)


@st.composite
def axes(draw, op, rank):
    """An axis, several in any order, some counted from the end, or none."""
    several = next(o for o in op.options if o.name == "axis").kind in ("axis", "axes") and op.name not in (
        "argmax",
        "argmin",
    )
    order = draw(st.permutations(range(rank)))
    chosen = [a - rank if draw(st.booleans()) else a for a in order[: draw(st.integers(0, rank))]]
    form = draw(st.sampled_from(["none", "one", "several"]))
    if form == "one" and rank:
        return order[0] if draw(st.booleans()) else order[0] - rank
    return tuple(chosen) if form == "several" and several and chosen else None


def is_empty(shape, axis):
    reduced = range(len(shape)) if axis is None else [axis] if isinstance(axis, int) else axis
    return any(shape[a] == 0 for a in reduced)


@each("op", REDUCTIONS)
@SWEEP
@given(data=st.data())
def test_a_reduction_over_any_axes(op, data):
    shape = data.draw(st.one_of(st.just(()), array_shapes(min_dims=1, max_dims=5, min_side=0, max_side=3)))
    axis = data.draw(axes(op, len(shape)))
    call = f"{op.name}(x, axis={axis}, keepdims={data.draw(st.booleans())})"
    try:
        trace = engine.trace(f"z = {call}", {"x": drawn(data, shape)})
    except engine.EngineError as error:
        assert error.kind == "empty-reduction" and is_empty(shape, axis)
        return
    check_properties(trace)
    expected = np.sum(np.zeros(shape), axis=axis, keepdims="keepdims=True" in call).shape
    assert trace["z"].shape == expected
    many = engine.trace(f"z = {call}", {"x": np.ones(shape)})
    if op.name in ("sum", "mean", "prod", "max", "min") and not is_empty(shape, axis):
        one = np.asarray(getattr(np, op.name)(np.ones(shape), axis=axis, keepdims="keepdims=True" in call))
        assert close(many["z"].value, one)


# The reference of median sorts along one axis.
@each(
    "op",
    [
        op
        for op in REDUCTIONS
        if op.vjp and op.name != "median" and (op.name in REFERENCE or hasattr(anp, numpy_name(op)))
    ],
)
@SWEEP
@given(data=st.data())
def test_a_reduction_against_hips_autograd_and_central_differences(op, data):
    shape = data.draw(array_shapes(min_dims=1, max_dims=4, min_side=2, max_side=3))
    axis = data.draw(axes(op, len(shape)))
    point = smooth_point(op, {"x": shape}, seed=data.draw(st.integers(0, 99)))
    check_reference(op, f"{op.name}(x, axis={axis}, keepdims={data.draw(st.booleans())})", point)


@each("op", [op for op in OPS.values() if not op.elementwise])
@settings(SWEEP, max_examples=2)
@given(data=st.data())
def test_every_example_of_the_registry_at_any_sign_and_magnitude(op, data):
    for call, shapes in calls(op):
        with case(call, shapes):
            try:
                trace = engine.trace(f"z = {call}", {name: drawn(data, shape) for name, shape in shapes.items()})
            except engine.EngineError as error:
                assert error.detail  # an index that is none
            else:
                check_properties(trace)


@each("op", DEFINED)
@SWEEP
@given(data=st.data())
def test_a_fused_rule_agrees_with_its_definition_where_that_is_finite(op, data):
    call, shapes = data.draw(st.sampled_from(calls(op)))
    scale = data.draw(st.sampled_from([1e-8, 1.0, 5.0]))
    seed = data.draw(st.integers(0, 99))
    point = {name: x if name in op.tests.domain else x * scale for name, x in smooth_point(op, shapes, seed).items()}
    fused = engine.trace(f"z = {call}", point)
    opened = engine.trace(f"z = {call}", point, detail="expanded")
    for ours, theirs in [
        (fused["z"].value, opened["z"].value),
        *[(fused.gradients[name], opened.gradients[name]) for name in point],
    ]:
        ours, theirs = np.asarray(ours), np.asarray(theirs)
        sound = np.isfinite(theirs)
        assert np.isfinite(ours[sound]).all()
        size = max(1.0, float(np.max(np.abs(theirs[sound]), initial=0.0)))
        assert np.allclose(ours[sound], theirs[sound], rtol=1e-9, atol=1e-11 * size), (call, point)


LOGITS = [
    "softmax",
    "log_softmax",
    "softmax_cross_entropy",
    "sigmoid_cross_entropy",
    "sigmoid",
    "log_sigmoid",
    "softplus",
    "silu",
    "mish",
    "gelu",
    "gelu_tanh",
    "logsumexp",
    "logaddexp",
    "elu",
    "selu",
]


@each("name", LOGITS)
@each("logit", [1e4, -1e4, 1e150])
def test_values_and_gradients_are_finite_at_extreme_logits(name, logit):
    op = OPS[name]
    for call, shapes in calls(op):
        point = {
            name: np.full(shape, 0.25) if name == "t" else np.resize([logit, -logit, 0.0], shape)
            for name, shape in shapes.items()
        }
        trace = engine.trace(f"z = {call}", point)
        assert np.isfinite(trace["z"].value).all() and all(np.isfinite(trace.gradients[name]).all() for name in point)
