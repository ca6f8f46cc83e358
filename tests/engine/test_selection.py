"""Choosing by places: whole numbers that are values of the program, labels, and what other libraries call all this."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.shapes import index_shape
from tests.each import each
from tests.engine.numerics import close

X = [[1.0, 2.0, 3.0], [0.5, -1.0, 1.0]]


def run(program, inputs=None):
    trace = engine.trace(program, inputs)
    return trace.nodes[trace.output].value, trace.gradients


def test_the_gradient_of_a_place_chosen_twice_is_the_sum_of_both():
    value, gradients = run("z = x[[0, 0, 2]] @ [1, 10, 100]", {"x": [3.0, 5.0, 7.0]})
    assert close(value, 3 + 30 + 700) and close(gradients["x"], [11, 0, 100])


def test_an_index_may_be_a_value_and_receives_no_gradient():
    trace = engine.trace("z = x[i] ** 2", {"x": [3.0, 5.0], "i": 1})
    assert close(trace["z"].value, 25) and close(trace.gradients["x"], [0, 10]) and close(trace.gradients["i"], 0)
    assert [edge.contribution for edge in trace.edges if trace.nodes[edge.source].name == "i"] == [None]


def test_a_row_of_an_embedding_that_is_used_twice_receives_both_gradients():
    value, gradients = run(
        "z = sum(embedding(t, W) * [[1, 1], [10, 10], [100, 100]])", {"t": [1, 0, 1], "W": [[1.0, 2.0], [3.0, 4.0]]}
    )
    assert close(value, 7 + 30 + 700) and close(gradients["W"], [[10, 10], [101, 101]])


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "F.cross_entropy", "nll_loss"])
def test_class_indices_give_what_their_one_hot_rows_give(loss):
    by_index = run(f"L = {loss}(x, t)", {"x": X, "t": [2, 0]})
    one_hot = run(f"L = {loss}(x, t)", {"x": X, "t": [[0, 0, 1], [1, 0, 0]]})
    assert by_index[0] == one_hot[0] and np.array_equal(by_index[1]["x"], one_hot[1]["x"])
    assert close(by_index[1]["t"], [0, 0])


def test_the_loss_of_a_class_index_is_minus_the_logarithm_of_its_probability():
    value, gradients = run("L = softmax_cross_entropy(x, 1)", {"x": [0.0, math.log(3.0)]})  # probabilities 1/4 and 3/4
    assert close(value, math.log(4 / 3)) and close(gradients["x"], [0.25, -0.25])


def test_a_class_that_no_label_names_may_have_a_logit_of_minus_infinity():
    value, gradients = run("L = softmax_cross_entropy(x, t)", {"x": [[0.0, "-Infinity", 0.0]], "t": [0]})
    assert close(value, math.log(2)) and close(gradients["x"], [[-0.5, 0, 0.5]])


@each(
    "program, inputs, kind, named",
    [
        ("i = 5\nz = x[i]", {"x": [1.0, 2.0]}, "index-range", "Index 5 is out of range for axis 0 of size 2"),
        ("take(x, [0.5])", {"x": [1.0, 2.0]}, "index-whole", "0.5"),
        ("take(x, i)", {"x": [1.0, 2.0], "i": "NaN"}, "index-whole", "nan"),
        ("embedding(t, W)", {"t": [0, -1], "W": X}, "index-value", "embedding"),
        ("one_hot(t, 2)", {"t": [2]}, "index-value", "from 0 to 1"),
        ("softmax_cross_entropy(x, t)", {"x": X, "t": [3, 0]}, "index-value", "from 0 to 2"),
        ("softmax_cross_entropy(x, t)", {"x": X, "t": [1.5, 0]}, "index-whole", "1.5"),
        ("softmax_cross_entropy(x, t)", {"x": X, "t": [1, 0, 1]}, "label-shapes", "shape (2,)"),
        ("take_along_axis(x, [[5], [0]], axis=1)", {"x": X}, "index-value", "-3 to 2"),
        ("x[[0, 1], [0, 1, 2]]", {"x": X}, "index-lists", "(2,) and (3,)"),
        ("x[..., ...]", {"x": X}, "index-ellipsis", "..."),
        ("x[[0, 7]]", {"x": X}, "index-range", "7"),
        ("x[[True, 0]]", {"x": X}, "index-mask", "x[x > 0]"),
        ("x[x.sum() > 0]", {"x": X}, "index-mask", "x[x > 0]"),
        ("x[[True, False, True]]", {"x": X}, "mask-shape", "(3,)"),
        ("x[x[:, 1:] > 0]", {"x": X}, "mask-shape", "(2, 2)"),
        ("x[[[0, 1], [1]]]", {"x": X}, "ragged-list", "2 and 1"),
        ("x[[0.5]]", {"x": X}, "index-type", "x[[0, 2]]"),
        ('einsum("ij,jk->iz", x, x.T)', {"x": X}, "einsum-output", "index z"),
        ('einsum("ij,jk->ik", x, x)', {"x": X}, "einsum-sizes", "index j"),
        ('einsum("ij", x, x)', {"x": X}, "einsum-count", "1 operand,"),
        ('einsum("i", x)', {"x": X}, "einsum-axes", "(2, 3)"),
        ('einsum("i1", x)', {"x": X}, "einsum-text", "i1"),
        ("einsum(x, x)", {"x": X}, "option-text", "subscripts"),
        ("dropout(x, 1)", {"x": X}, "dropout-rate", "rate"),
        ("dropout(x, seed=-1)", {"x": X}, "option-least", "seed"),
        ("dropout(x, seed=0.5)", {"x": X}, "option-integer", "seed"),
        ("pad(x, 1.5)", {"x": X}, "option-widths", "1.5"),
        ("pad(x, -1)", {"x": X}, "option-least", "width"),
        ("pad(x, ((1, 1), (0, 0), (1, 1)))", {"x": X}, "pad-widths", "2 axes"),
        ('pad(x, 1, "edge")', {"x": X}, "option-mode", "edge"),
        ("repeat(x, -1)", {"x": X}, "option-least", "repeats"),
        ("roll(x, (1, 2))", {"x": X}, "roll-axes", "shift"),
        ("cross([1, 2], [3, 4])", {}, "cross-shapes", "3 elements"),
        ("tensordot(x, x, 5)", {"x": X}, "tensordot-axes", "5"),
        ("tensordot(x, x, axes=1.5)", {"x": X}, "option-pair", "1.5"),
        ("glu(x)", {"x": X}, "halves", "axis 1"),
        ("linear(x, [[1], [2]])", {"x": X}, "linear-shapes", "(2, 1)"),
        ("inner(x, [1, 2])", {"x": X}, "inner-shapes", "(2,)"),
        ("sort(x, axis=1.0)", {"x": X}, "option-integer", "1.0"),
        ("median([])", {}, "empty-reduction", "median"),
        ("inv(x)", {"x": X}, "square-needed", "(2, 3)"),
        ("matrix_power(x, 2)", {"x": X}, "square-needed", "(2, 3)"),
        ("scipy.stats.levy_stable(x)", {"x": X}, "prefix-function", "stats"),
    ],
)
def test_a_place_or_an_argument_that_does_not_fit_is_named(program, inputs, kind, named):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(program, inputs)
    assert caught.value.kind == kind
    assert named in caught.value.detail
    assert caught.value.span is not None


KEY_PARTS = [0, -1, slice(None), slice(None, None, -1), slice(1, None), None, ..., (0, 0, 1), (1,), ((0, 1), (1, 0))]


def test_the_shape_of_an_index_is_numpys_for_every_mixture():
    for shape in [(2,), (2, 3), (3, 2, 2)]:
        for key in itertools.chain(*[itertools.product(KEY_PARTS, repeat=n) for n in range(4)]):
            try:
                expected = np.zeros(shape)[key].shape
            except IndexError:
                expected = None
            try:
                found = index_shape(shape, key)
            except engine.EngineError:
                found = None
            assert found == expected, (shape, key)


@each(
    "program, inputs, value",
    [
        ("jax.nn.gelu(x)", {"x": 1.0}, 0.8411919906082768),
        ("scipy.special.expit(x)", {"x": 0.0}, 0.5),
        ("torch.nn.functional.relu(x)", {"x": -1.0}, 0),
        ("jax.numpy.sin(x)", {"x": 0.0}, 0),
        ("nn.functional.softmax(x, dim=-1)", {"x": [1.0, 1.0]}, [0.5, 0.5]),
        ("scipy.special.softmax(x)", {"x": [[0.0, 0.0], [0.0, 0.0]]}, [[0.25] * 2] * 2),
        ("torch.std(x)", {"x": [1.0, 3.0]}, math.sqrt(2)),
        ("np.std(x)", {"x": [1.0, 3.0]}, 1),
        ("x.pow(2).sum()", {"x": [1.0, 2.0]}, 5),
        ("torch.clamp(x, max=1)", {"x": [-1.0, 2.0]}, [-1, 1]),
        ("np.clip(x, None, 1)", {"x": [-1.0, 2.0]}, [-1, 1]),
        ("torch.gather(x, 1, t)", {"x": X, "t": [[2], [0]]}, [[3], [0.5]]),
        ("x.gather(1, t.unsqueeze(1))", {"x": X, "t": [2, 0]}, [[3], [0.5]]),
        ("torch.polygamma(1, x)", {"x": 1.0}, math.pi**2 / 6),
        ("F.dropout(x, p=0.2, training=False)", {"x": [1.0, 2.0]}, [1, 2]),
        ("np.pad(x, [(1, 0)], 'constant', constant_values=7)", {"x": [1.0]}, [7, 1]),
        ("F.one_hot(t, num_classes=3)", {"t": 1}, [0, 1, 0]),
        ("F.linear(x, W)", {"x": [1.0, 2.0], "W": [[3.0, 4.0]]}, [11]),
        ("affine(x, W)", {"x": [1.0, 2.0], "W": [[3.0], [4.0]]}, [11]),
        ("swish(x) - silu(x)", {"x": 2.0}, 0),
        ("ln(np.e)", {}, 1),
        ("arcsin(x)", {"x": 1.0}, math.pi / 2),
        ("-7 % 3 + -7 // 3", {}, -1),
        ("F.sum()", {"F": [1.0, 2.0]}, 3),
        ("dropout(x, 0.5, seed=1) - dropout(x, 0.5, seed=1)", {"x": [1.0, 2.0, 3.0]}, [0, 0, 0]),
        ("matrix_power(x, 0)", {"x": [[5.0, 1.0], [2.0, 3.0]]}, [[1, 0], [0, 1]]),
    ],
)
def test_what_other_libraries_call_it_means_the_same(program, inputs, value):
    assert close(run(program, inputs)[0], value)


@each(
    "program, value",
    [  # Abramowitz and Stegun, 6.3.2, 6.4.2, 6.3.3, and the values of the functions where the float ends
        ("digamma(1)", -0.5772156649015329),
        ("polygamma(1, n=2)", -2.4041138063191886),
        ("digamma(1 / 2)", -1.9635100260214235),
        ("lgamma(171)", 706.5730622457873),
        ("digamma(-inf)", "NaN"),
        ("digamma(1e308)", math.log(1e308)),
        ("digamma(-1e-300)", 1e300),
        ("polygamma(-1e-300)", "Infinity"),
        ("polygamma(1e300)", 1e-300),
        ("lgamma(-1)", "Infinity"),
        ("tgamma(172)", "Infinity"),
        ("erfinv(1)", "Infinity"),
        ("erfinv(2)", "NaN"),
        ("erf(erfinv(1e-300))", 1e-300),
        ("erfinv(1 - 2 ** -53)", 5.863584748755168),
        ("7.0 % 0", "NaN"),
        ("7.0 // 0", "Infinity"),
        ("sech(1000)", 0),
        ("log_cosh(-1000)", 1000 - math.log(2)),
        ("log_cosh(1e-9)", 5e-19),
        ("logit(0.5 + 1e-12)", 4 * ((0.5 + 1e-12) - 0.5)),
        ("csch(0)", "Infinity"),
        ("tanhshrink(inf)", "Infinity"),
        ("celu(-1000)", -1),
        ("sinc(0)", 1),
        ("mod(-1, 3)", 2),
        ("fmod(-1, 3)", -1),
        ("hardshrink(nan)", "NaN"),
    ],
)
def test_a_function_on_a_number_never_fails_and_keeps_its_digits(program, value):
    assert close(run(f"z = {program}")[0], value, rtol=2e-15, atol=0)


def test_the_determinant_of_a_singular_matrix_has_its_cofactors_for_gradient_and_its_inverse_is_remarked():
    assert close(run("det(x)", {"x": [[1.0, 2.0], [2.0, 4.0]]})[1]["x"], [[4, -2], [-2, 1]])
    trace = engine.trace("inv(x)", {"x": [[[1.0, 2.0], [2.0, 4.0]], [[2.0, 0.0], [0.0, 4.0]]]})
    assert close(trace.nodes[-1].value[1], [[0.5, 0], [0, 0.25]]) and np.isnan(trace.nodes[-1].value[0]).all()
    assert any(remark.kind == "non-finite-value" for remark in trace.warnings)


def test_inputs_that_choose_are_left_out_of_the_numeric_check():
    result = engine.check("L = softmax_cross_entropy(x[i], t)", {"x": [X, X], "i": 1, "t": [2, 0]})
    assert [(r.name, r.verdict) for r in result.results] == [("x", "agree")]


def test_the_rule_of_a_sum_of_products_is_shown_with_the_names_of_the_program():
    trace = engine.trace('z = einsum("ij,jk->ik", a, b)', {"a": X, "b": [[1.0], [2.0], [3.0]]})
    assert [e.rule_latex for e in trace.edges] == [
        r"\frac{\partial z}{\partial a} = \sum_{ik{,}jk \to ij} \frac{\partial z}{\partial z} \, b",
        r"\frac{\partial z}{\partial b} = \sum_{ik{,}ij \to jk} \frac{\partial z}{\partial z} \, a",
    ]


def test_the_running_product_is_differentiated_exactly_through_zeros():
    value, gradients = run("z = sum(cumprod(x))", {"x": [2.0, 0.0, 5.0]})  # x0 + x0 x1 + x0 x1 x2
    assert close(value, 2) and close(gradients["x"], [1, 2 + 2 * 5, 0])


def test_dropout_keeps_the_expected_value_and_its_gradient_is_its_mask():
    trace = engine.trace("z = dropout(x, rate=0.25, seed=7)", {"x": np.ones(10_000)})
    assert set(np.unique(trace["z"].value)) == {0, 1 / 0.75}
    assert np.array_equal(trace.gradients["x"], trace["z"].value)
    assert abs(np.mean(trace["z"].value) - 1) < 4 * math.sqrt(1 / 3 / 10_000)  # four standard deviations of the mean
