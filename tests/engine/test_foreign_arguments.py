"""The arguments of another library's call: bound as there, under its names or another's, and refused with its
signature.
"""

from __future__ import annotations

import numpy as np
import pytest

from gradlens import engine
from tests.each import each
from tests.engine.numerics import close

X, V = np.arange(1.0, 7).reshape(2, 3), np.array([4.0, 1.0, 3.0, 2.0])
INPUTS = {"x": X, "v": V, "s": 0.5}
NUMPY = "np.sin(s)\n"
TORCH = "torch.sin(s)\n"


def caught(program: str) -> engine.EngineError:
    with pytest.raises(engine.EngineError) as found:
        engine.trace(program, INPUTS)
    return found.value


def value(program: str):
    trace = engine.trace(program, INPUTS)
    return trace.nodes[trace.output].value


SAME = [  # a call, and what NumPy writes for it
    ("np.sum(x, dim=0)", "x.sum(0)"),
    ("torch.sum(x, axis=0)", "x.sum(0)"),
    ("torch.sum(x, dim=0, keepdims=True)", "x.sum(0, keepdims=True)"),
    ("np.sum(x, keepdim=True, axis=1)", "x.sum(1, keepdims=True)"),
    ("np.sum(x, None)", "x.sum()"),
    ("np.sum(x, dtype=float)", "x.sum()"),
    ("np.sum(x, dtype=None)", "x.sum()"),
    ("np.sum(x, dtype=np.float64, axis=1)", "x.sum(1)"),
    ("np.sum(x, out=None)", "x.sum()"),
    ("np.sum(a=x)", "x.sum()"),
    ("torch.sum(input=x)", "x.sum()"),
    ("np.sum(x, 0, None, None, True)", "x.sum(0, keepdims=True)"),
    ("torch.add(x, other=2)", "x + 2"),
    ("torch.add(x, 2, alpha=3)", "x + 6"),
    ("torch.add(input=x, other=x, alpha=2)", "3 * x"),
    ("torch.sub(x, 1, alpha=2)", "x - 2"),
    ("F.relu(x, inplace=True)", "x"),
    ("torch.sort(v, stable=True)[0]", "np.sort(v)"),
    ("torch.sort(v)[1]", "np.argsort(v)"),
    ("torch.sort(v).values", "np.sort(v)"),
    ("torch.sort(v).indices", "np.argsort(v)"),
    ("torch.max(x, dim=1).values", "x.max(1)"),
    ("torch.max(x, 0)[1]", "x.argmax(0)"),
    (TORCH + "x.max(1)[0] * 2", "x.max(1) * 2"),
    (TORCH + "x.max(1).values - x.max(1).indices", "x.max(1) - 2"),
    ("x.sort().values", "np.sort(x)"),
    ("torch.max(x, 1)[True]", "x.argmax(1)"),
    ("a, b = torch.max(x, 1)\na - b", "x.max(1) - 2"),
    ("x.masked_fill_(x > 2, 0)", "np.where(x > 2, 0, x)"),
    ("float() + x", "x"),
    ("sizes = {'axis': 1}\nnp.sum(x, **sizes)", "x.sum(1)"),
    ("sizes = [3, 2]\nx.reshape(*sizes)", "x.reshape(3, 2)"),
    ("x.reshape(3, 2)", "x.reshape(3, 2)"),
    ("x.reshape((3, 2))", "x.reshape(3, 2)"),
    ("x.reshape([3, 2])", "x.reshape(3, 2)"),
    ("n = x.shape\nx.T.reshape(n)", "x.T.reshape(x.shape)"),
    ("x.T.reshape(x.shape)", "x.T.reshape(x.shape)"),
    ("x.view(-1)", "x.ravel()"),
    ("x.reshape(6)", "x.ravel()"),
    ("x.reshape(len(v) - 1, x.shape[0])", "x.reshape(3, 2)"),
    (TORCH + "x.permute(1, 0)", "x.T"),
    (TORCH + "x.permute((1, 0))", "x.T"),
    (TORCH + "x.permute(dims=(1, 0))", "x.T"),
    (TORCH + "x.expand(2, 2, 3)", "np.broadcast_to(x, (2, 2, 3))"),
    (TORCH + "v.repeat(2, 1)", "np.tile(v, (2, 1))"),
    (TORCH + "x.flatten(start_dim=0)", "x.ravel()"),
    ("x.transpose()", "x.T"),
    ("x.transpose(1, 0)", "x.T"),
    ("np.transpose(x, axes=(1, 0))", "x.T"),
    ("x.transpose(-2, -1)", "x.T"),
    (TORCH + "x.transpose(0, 1)", "x.T"),
    (NUMPY + "x.transpose(0, 1)", "x"),
    (NUMPY + "x.transpose(1, 0)", "x.T"),
    (NUMPY + TORCH + "x.sum(0)", "x.sum(0)"),
    ("x.std(dim=0)", "x.std(0, ddof=1)"),
    ("x.std(axis=0)", "x.std(0)"),
    ("x.std(unbiased=False)", "x.std()"),
    ("x.std(ddof=1)", "x.std(ddof=1)"),
    ("x.std(correction=1)", "x.std(ddof=1)"),
    ("math.exp(0) * x.std()", "x.std()"),
    (TORCH + "x.std(correction=0)", "x.std()"),
    (TORCH + "x.std(dim=1, keepdim=True)", "x.std(1, ddof=1, keepdims=True)"),
    ("x.clip(min=2)", "x.clip(2)"),
    ("x.clip(2, 3)", "x.clip(2, 3)"),
    ("x.clamp(2, 3)", "x.clip(2, 3)"),
    ("x.clamp(max=3)", "x.clip(None, 3)"),
    ("np.clip(x, a_min=2, a_max=3)", "x.clip(2, 3)"),
    ("np.clip(x, min=2, max=3)", "x.clip(2, 3)"),
    ("np.max(x, 0, None, True)", "x.max(0, keepdims=True)"),
    ("np.concatenate([x, x], axis=1)", "np.concatenate([x, x], 1)"),
    ("np.concatenate((x, x))", "np.concatenate([x, x])"),
    ("np.stack((v, v), 1)", "np.stack([v, v], 1)"),
    ("torch.cat((x, x), dim=1)", "np.concatenate([x, x], 1)"),
    ("torch.cat(tensors=[x, x])", "np.concatenate([x, x])"),
    ("torch.stack([v, v], dim=-1)", "np.stack([v, v], -1)"),
    ("np.hstack([v, v])", "np.hstack([v, v])"),
    ("np.vstack([v, v])", "np.vstack([v, v])"),
    ("torch.unsqueeze(v, dim=-1)", "v[:, None]"),
    ("torch.mean(x, dim=(0, 1), keepdim=True)", "x.mean(keepdims=True)"),
    ("np.linalg.norm(v, ord=1)", "np.linalg.norm(v, 1)"),
    ("torch.norm(v, p=1)", "np.linalg.norm(v, 1)"),
    ("F.mse_loss(x, x * 2, reduction='sum')", "(x * x).sum()"),
    ("F.mse_loss(x, x * 2, reduction='none')", "x * x"),
    ("F.mse_loss(x, x * 2, None, None, 'mean')", "(x * x).mean()"),
    ("F.mse_loss(x, target=x * 2)", "(x * x).mean()"),
    ("np.var(x, ddof=0.0)", "x.var()"),
    ("np.roll(x, shift=1, axis=1)", "np.roll(x, 1, 1)"),
    ("torch.roll(x, shifts=1, dims=0)", "np.roll(x, 1, 0)"),
    ("torch.pow(x, exponent=2)", "x * x"),
    ("torch.pow(2, v)", "2 ** v"),
    ("np.round(x / 3, decimals=1)", "np.round(x / 3, 1)"),
    ("x.dot(v[:3])", "x.dot(v[:3])"),
    ("x.astype(float)", "x"),
    ("x.float()", "x"),
    ("x[0, 0].item()", "x[0, 0]"),
    ("float(s)", "s"),
    ("x.T.sum(0)", "x.T.sum(0)"),
    ("x.masked_fill(x > 2, 0)", "np.where(x > 2, 0, x)"),
    ("(x * 2).std(axis=0)", "(x * 2).std(0)"),
    ("np.std(exp(x), axis=0)", "np.exp(x).std(0)"),
    ("F.softmax(x - 1, dim=1)", "np.exp(x) / np.exp(x).sum(1, keepdims=True)"),
    ("F.softmax(dim=1, input=x)", "np.exp(x) / np.exp(x).sum(1, keepdims=True)"),
    ("x.exp().sum(dim=1).log()", "np.log(np.exp(x).sum(1))"),
    ("x.swapaxes(0, 1)", "x.T"),
    ("torch.where(x > 2, x, 0)", "np.where(x > 2, x, 0)"),
    ("torch.linalg.solve(B=x[:, :2] + 1, A=x[:, :2] * 2)", "np.linalg.solve(x[:, :2] * 2, x[:, :2] + 1)"),
]


@each("program, meant", SAME)
def test_a_call_is_read_by_its_librarys_names_and_by_anothers(program, meant):
    assert close(value(program), np.asarray(eval(meant, {"np": np, "x": X, "v": V, "s": 0.5})))  # the test's own text


REFUSED = [  # program, kind, place, what is named
    ("np.sum(x, axis=0, foo=1)", "unknown-keyword", (18, 23), {"function": "np.sum", "keyword": "foo"}),
    ("np.sum(x, axs=0)", "unknown-keyword", (10, 15), {"suggestion": "axis"}),
    ("np.sum(x, 0, axis=0)", "repeated-argument", (13, 19), {"argument": "axis"}),
    ("np.sum(x, 0, dim=0)", "repeated-argument", (13, 18), {"argument": "axis"}),
    ("np.sum()", "missing-argument", (0, 8), {"argument": "a"}),
    ("np.sum(*x)", "option-axis", (7, 9), {"got": "*x"}),
    ("np.sum(x, **v)", "not-a-dict", (10, 13), {"got": "an array"}),
    ("np.sum(x, 0, None, None, False, 0, True, 1)", "too-many-arguments", (0, 43), {"limit": 7, "count": 8}),
    ("np.sum(x, dtype=int)", "argument-unsupported", (16, 19), {"argument": "dtype", "got": "int"}),
    ("np.sum(x, out=x)", "in-place-shape", (0, 16), {}),
    ("torch.relu(x, inplace=True)", "unknown-keyword", (14, 26), {"function": "torch.relu"}),
    ("torch.sort(v)[2]", "index-range", (0, 16), {"index": 2, "size": 2}),
    ("torch.sort(v)[-3]", "index-range", (0, 17), {"index": -3, "size": 2}),
    ("torch.max(x, 1)[s]", "index-type", (16, 17), {}),
    ("torch.max(x, dim=1).foo", "values-alone", (0, 23), {"name": "torch.max"}),
    ("x.max(1).values", "attribute", (0, 15), {"name": "values"}),
    ("torch.max(x, 1)", "values-alone", (0, 15), {"name": "torch.max"}),
    ("a, b, c = torch.max(x, 1)", "unpack-count", (0, 25), {"count": 3, "got": 2}),
    ("x.reshape()", "missing-argument", (0, 11), {"argument": "shape", "function": "reshape"}),
    ("x.transpose(0, 1)", "transpose-nothing", (0, 17), {}),
    ("np.max(x, out=3)", "argument-unsupported", (14, 15), {"argument": "out", "got": "3"}),
    (
        "F.mse_loss(x, x * 2, reduction='foo')",
        "argument-unsupported",
        (31, 36),
        {"argument": "reduction", "got": "'foo'"},
    ),
    ("np.concatenate(x)", "list-needed", (15, 16), {}),
    ("x.astype('text')", "argument-unsupported", (9, 15), {"argument": "dtype", "got": "'text'"}),
    ("float(s, 2)", "too-many-arguments", (0, 11), {"limit": 1, "count": 2}),
    ("x.masked_fill_(x > 2)", "missing-argument", (0, 21), {"argument": "value", "function": "masked_fill_"}),
    ("x.where_(x > 2, 0)", "attribute", (0, 8), {"name": "where_"}),
    (
        "F.softmin(v[0:2, None, None] * x)",
        "argument-shape",
        (10, 32),
        {"function": "F.softmin", "argument": "input"},
    ),
    ("torch.dot(x, x)", "argument-shape", (10, 11), {"shape": "(2, 3)"}),
    ("np.sum(x, bar=1, foo=2)", "unknown-keyword", (10, 15), {"keyword": "bar"}),
]


@each("call, kind, place, named", REFUSED)
def test_an_argument_that_cannot_be_read_is_named_with_its_place(call, kind, place, named):
    error = caught(call)
    assert error.kind == kind
    assert (error.span.start_column, error.span.end_column) == place
    assert named.items() <= error.params.items(), error.params


@pytest.mark.parametrize(
    "call",
    [
        "np.sum(foo=1)",
        "np.sum(x, foo=1)",
        "np.sum()",
        "np.sum(x, 0, axis=0)",
        "np.sum(x, 0, None, None, False, 0, True, 1)",
    ],
)
def test_the_signature_in_a_sentence_is_the_call_as_its_library_writes_it(call):
    assert caught(call).params["signature"].startswith("np.sum(a, axis=None,")


def test_a_methods_signature_has_no_library():
    assert caught("x.reshape()").params["signature"] == "reshape(a, *shape)"


@each(
    "call",
    ["x.transpose(0, 1)", "x.transpose(1, 0)", "x.std()", "x.std(dim=0)", "x.std(axis=0)", "x.max(0)", "v.repeat(2)"],
)
def test_a_method_that_differs_is_refused_in_a_program_of_both_libraries(call):
    error = caught(NUMPY + TORCH + call)
    assert (
        error.kind == "method-ambiguous"
        and error.params["name"] == call[2:].partition("(")[0]
        and error.span.start_line == 3
    )


@pytest.mark.parametrize(
    "call",
    [
        "F.softmax(exp(x), dim=1)",
        "np.std(exp(x))",
        "torch.var(exp(x), dim=1)",
        "F.mse_loss(exp(x), exp(s) * x)",
        "exp(x).std(dim=0)",
        "torch.max(exp(x), 1)[0] + s",
    ],
)
def test_an_argument_is_one_node_however_often_its_call_needs_it(call):
    ops = [node.op for node in engine.trace(call, INPUTS).nodes]
    assert ops.count("exp") == call.count("exp(")


@pytest.mark.parametrize(
    "call",
    [
        "torch.std(x, unbiased=False)",
        "np.linalg.norm(x - 1, axis=1)",
        "F.mse_loss(x - 1, x * 2)",
        "torch.addmm(x, x, x.T @ x)",
        "x.masked_fill(x - 1 > 2, 0)",
    ],
)
def test_a_node_of_a_call_is_shown_at_text_that_the_reader_wrote(call):
    for node in engine.trace(call, INPUTS).nodes:
        if node.span is not None:
            assert 0 <= node.span.start_column < node.span.end_column <= len(call) and node.span.start_line == 1
            assert call[node.span.start_column : node.span.end_column].strip()


# ------------------------------------------------------------------ lists

LISTS = [
    ("[1, 2] + [s]", [1, 2, 0.5]),
    ("[s] + [1, 2]", [0.5, 1, 2]),
    ("[] + []", []),
    ("[s] * 0", []),
    ("[s] * -2", []),
    ("(2 - 1) * [s]", [0.5]),
    ("[[1, 2]] + [[3, s]]", [[1, 2], [3, 0.5]]),
    ("[[1, 2]] * 2 + [[3, s]]", [[1, 2], [1, 2], [3, 0.5]]),
    ("[1, 2] * 2.0", [2, 4]),
    ("[1, 2] * s", [0.5, 1]),
    ("n = len(x)\n[s] * n", [0.5, 0.5]),
    ("[1, 2] - [1, 1]", [0, 1]),
    ("[1, 2] + 1", [2, 3]),
    ("[1] + v", [5, 2, 4, 3]),
    ("[s for i in range(2)] * 2", [0.5] * 4),
    ("[1] + [2] * 2 + [s]", [1, 2, 2, 0.5]),
    *[
        (f"{NUMPY}a = {a}\nfor v in a:\n    y = {y}\ny", expected)
        for a, y, expected in (
            ("[s, 2]", "v * 2", 4),
            ("[s, 2]", "v + [3]", [5]),
            ("[[s], [2]]", "v + [3]", [2, 3]),
            ("[[s], [2]]", "v * 2", [2, 2]),
        )
    ],
    ("a = [s]\na += [1]\na += [2] * 2\na", [0.5, 1, 2, 2]),
    ("a = [s, 1]\na += 1\na", [1.5, 2]),
    ("a = [s]\na += 2 * [1] + [3]\na", [0.5, 1, 1, 3]),
    ("a = [s]\na += [k for k in range(2)] * 2\na", [0.5, 0, 1, 0, 1]),
    ("a = v\na += [1, 1, 1, 1]\na", [5, 2, 4, 3]),
    ("a = []\nfor k in [s, 2]:\n    a += [k * 2]\na", [1, 4]),
    (NUMPY + "a = [1, 2]\na *= 2\nnp.array(a)", [1, 2, 1, 2]),
    (NUMPY + "a = [[1, 2], [3, 4]]\nnp.array(a[0] + a[1])", [1, 2, 3, 4]),
    (NUMPY + "a = [[1, 2], [3, 4]]\na[0][1] + a[1][0]", 5),
    (NUMPY + "a = [1, 2]\na[0] * 2", 2),
    (NUMPY + "a = [1, 2]\nnp.array(a) * 2", [2, 4]),
    (NUMPY + "a = [s, 2]\nb = a + a\nnp.array(b)", [0.5, 2, 0.5, 2]),
    (NUMPY + "a = np.array([1, 2])\na * 2", [2, 4]),
    ("a = [1, 2]\na * 2", [2, 4]),
    ("a = [1, 2]\na + a", [2, 4]),
    ("[1, 2] * (3 / 2)", [1.5, 3]),
    ("n = 2\n[s] * n", [0.5, 0.5]),
    ("n = 2\n[s] * (n + 1)", [0.5] * 3),
    ("n = 2\n[s] * -n", []),
    ("n = 2\n[4.0, 2] * (n / 2)", [4, 2]),
    ("n = 2.0\n[s] * n", [1]),
    ("n = 2\nm = n\n[s] * (3 * m)", [0.5] * 6),
    (NUMPY + "n = 2.0\n[s] * n", "list-repeat"),
    (NUMPY + "[s] * np.sum(v)", "list-repeat"),
    ("[[1, 2]] + [[3]]", "stack-shapes"),
    ("[1, 2] + [[3]]", "stack-shapes"),
    ("[[1, 2], [3]]", "ragged-list"),
    ("n = 2\n[[1, 2], [3]]", "ragged-list"),
]


@each("program, expected", LISTS)
def test_a_list_is_joined_and_repeated_as_pythons_where_it_is_one(program, expected):
    if isinstance(expected, str):
        assert caught(program).kind == expected
    else:
        assert close(value(program), expected)


@each(
    "program, expected",
    [
        ("max(s, 1, 2)", 2),
        ("min(s, 1, 2)", 0.5),
        ("max(s, 1)", 1),
        ("min(v, 2)", [2, 1, 2, 2]),
        ("max(v)", 4),
        ("max([s, 2])", 2),
        ("max(x, 0)", X),
        ("max(x, 0, True)", [[4, 5, 6]]),
        ("max(x, axis=0)", [4, 5, 6]),
        ("max(k * s for k in range(4))", 1.5),
        ("sum([s, 1])", 1.5),
        ("sum([v, v])", 2 * V),
        ("sum([s, 1], 2)", 3.5),
        ("sum([s, 1], 0)", 1.5),
        ("sum((v for k in range(3)), v)", 4 * V),
        ("sum(x)", 21),
        ("sum(x, 0)", [5, 7, 9]),
        ("sum([[1, 2], [3, 4]])", 10),
        ("sum([1, 2], s)", 3.5),
        ("sum([1, 2])", 3),
        (NUMPY + "sum(x)", [5, 7, 9]),
        (NUMPY + "sum(v)", 10),
        (NUMPY + "sum(x, 0)", [5, 7, 9]),
        (NUMPY + "sum(x, 1)", "sum-start"),
        (NUMPY + "sum(x, s)", [5.5, 7.5, 9.5]),
        (NUMPY + "sum(x, axis=1)", [6, 15]),
        (NUMPY + "sum(x, 0, True)", [[5, 7, 9]]),
        ("sum(*x)", sum(*X)),
        ("sum()", "missing-argument"),
        (NUMPY + "np.sum(x)", 21),
    ],
)
def test_sum_max_and_min_are_pythons_of_listed_items_and_the_languages_of_arrays(program, expected):
    if isinstance(expected, str):
        assert caught(program).kind == expected
    else:
        assert close(value(program), expected)


@each(
    "program, expected",
    [
        ("(x > 2) + (x > 4)", [[0, 0, 1], [1, 1, 1]]),
        ("(s > 0) + (s > 0.1)", 2),
        ("((x > 2) * (x < 5)) + (x > 5)", [[0, 0, 1], [1, 0, 1]]),
        ("(x > 2).T + (x > 4).T", [[0, 1], [0, 1], [1, 1]]),
        ("(x > 2) + (s > 0)", [[1] * 3] * 2),
        ("(x > 2) + 1", [[1, 1, 2], [2, 2, 2]]),
        ("(x > 2) + x", [[1, 2, 4], [5, 6, 7]]),
        ("(x[0] > 2) + (x[1] > 4)", [0, 1, 1]),
        ("(x > 2) * 1 + (x > 4) * 1", [[0, 0, 1], [1, 2, 2]]),
        ("(x > 2) * s + (x > 4)", [[0, 0, 0.5], [0.5, 1.5, 1.5]]),
    ],
)
def test_masks_add_up_as_in_numpy_where_numpy_is_spoken(program, expected):
    assert close(value(NUMPY + program), expected)


def test_masks_add_up_to_counts_where_no_array_library_is_spoken():
    assert close(value("(x > 2) + (x > 4)"), [[0, 0, 1], [1, 2, 2]]) and close(
        value("math.sin(s)\n(x > 2) + (x > 4)"), [[0, 0, 1], [1, 2, 2]]
    )


@each(
    "program, refused",
    [
        ("6 & 3", False),
        ("5 | x", True),
        ("~2", False),
        ("n = 3\nn & 1", False),
        ("1.5 & 1", True),
        ("s & 2", True),
        ("1 & 0", False),
        ("[0, 1] | [1, 1]", False),
        ("[0, 2] | [1, 1]", True),
        ("(x > 1) & 1", False),
        ("x & 1", True),
        ("~(x > 2)", False),
        ("-2 + 5", False),
    ],
)
def test_bits_are_of_known_whole_numbers_alone(program, refused):
    if refused:
        assert caught(program).kind == "bits"
    else:
        value(program)


# ------------------------------------------------------------------ what a signature asks of an argument

ONES = "np.ones((1, 1, 4, 4))"
NORMAL = (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + 1e-5)
ASKED = [
    (f"F.avg_pool2d({ONES}, 2, stride=(1, 2))", np.ones((1, 1, 3, 2))),
    (f"F.avg_pool2d({ONES}, 2, stride=2)", np.ones((1, 1, 2, 2))),
    (f"F.avg_pool2d({ONES}, 2, stride=None)", np.ones((1, 1, 2, 2))),
    (f"F.avg_pool2d({ONES}, 2, stride=(1, 0.5))", "stride"),
    (f"F.avg_pool2d({ONES}, 2, stride=0.5)", "stride"),
    (f"F.avg_pool2d({ONES}, 2, stride='a')", "stride"),
    (f"F.max_pool2d({ONES}, 2, stride=s)", "stride"),
    (f"F.max_pool2d({ONES}, 2, stride=(True, 1))", "stride"),
    (f"F.max_pool2d({ONES}, 2, dilation=2)", "dilation"),
    ("F.layer_norm(x, (3,))", NORMAL),
    ("F.layer_norm(x, 3)", NORMAL),
    ("F.layer_norm(x, [3])", NORMAL),
    ("F.layer_norm(x * 1, x.shape[1:])", NORMAL),
    ("F.layer_norm(x, (2, 3))", (X - X.mean()) / np.sqrt(X.var() + 1e-5)),
    ("F.layer_norm(x, 2)", "normalized_shape"),
    ("torch.median(x, 1)[0]", [2, 5]),
    ("torch.median(x, dim=-1).values", [2, 5]),
    ("torch.median(x, 0)[0]", [1, 2, 3]),
    ("torch.median(x, 1, True)[0]", [[2], [5]]),
    ("torch.median(v)", 2),
    ("torch.gather(x, 1, [[0], [1]])", [[1], [5]]),
    ("torch.gather(x, 1, v)", "index"),
    ("np.hstack([s, s])", [0.5, 0.5]),
    ("np.hstack([x, x])", np.hstack([X, X])),
    ("np.hstack((v, v * 2))", np.hstack([V, V * 2])),
    ("np.hstack([s, v])", [0.5, *V]),
    ("np.hstack(x)", np.hstack(list(X))),
    ("np.vstack([v, v])", [V, V]),
    ("np.vstack([x, x])", [*X, *X]),
    ("np.linalg.solve(x @ x.T, [1, 2])", np.linalg.solve(X @ X.T, [1, 2])),
    ("np.linalg.cholesky(x @ x.T, upper=False)", np.linalg.cholesky(X @ X.T)),
    ("jax.nn.gelu(s, approximate=False) - F.gelu(s, approximate='none')", 0),
    ("jax.nn.gelu(s, approximate=True) - F.gelu(s, approximate='tanh')", 0),
    ("jax.nn.gelu(s, approximate=1)", "approximate"),
    ("jax.nn.gelu(s, approximate=0)", "approximate"),
    ("np.round(x, 0)", X),
    ("np.round(x, 0.0)", X),
    ("np.round(x, False)", "decimals"),
    ("np.round(x, '0')", "decimals"),
    ("np.ravel(x, order='F')", X.ravel(order="F")),
    ("np.ravel(x, 'C')", X.ravel()),
    ("np.trace(x[:, :2], 0, 0, 1)", 6),
    ("np.trace(x[:, :2], 1)", 2),
    ("np.tril(x, 0)", np.tril(X)),
    ("np.tril(x, 1)", np.tril(X, 1)),
    ("x.astype('float64')", X),
    ("x.astype(np.double)", X),
    ("x.astype('int')", X),
    ("(x > 2).astype(bool)", X > 2),
    ("x.astype(np.bool_)", X > 0),
    ("(x > 2).astype(int)", X > 2),
    ("np.sum(x, dtype='float64')", 21),
    ("np.sum(x, dtype='bool')", "dtype"),
    ("torch.sum(x, dtype=torch.double)", 21),
    ("F.relu(x, inplace=False)", X),
    ("np.sum(x, where=True)", 21),
    ("np.sum(x, where=x)", "where"),
    ("torch.sort(v)[-1]", np.argsort(V)),
    ("torch.sort(v)[-2]", np.sort(V)),
    ("torch.sort(v)[len(x) - 1]", np.argsort(V)),
    ("np.sum(x, initial=0)", 21),
    ("torch.dot(x, v)", "input"),
    ("x.t()", X.T),
    ("v.t()", V),
    ("np.ones((1, 2, 2)).t()", "input"),
]


@each("program, expected", ASKED)
def test_an_argument_is_what_its_signature_asks_or_is_named(program, expected):
    if isinstance(expected, str):
        error = caught(program)
        assert error.kind in ("argument-unsupported", "argument-shape") and error.params["argument"] == expected
        assert program[error.span.start_column : error.span.end_column].strip()
    else:
        assert close(value(program), np.asarray(expected, dtype=float), rtol=1e-5)


KNOWN = [
    (NUMPY + "def f(k):\n    return sum(k)\nf((1, 2))", 3),
    (NUMPY + "for k in range(3):\n    y = sum(k)\ny * 1", 2),
    ("def f(k):\n    return F.softmax(k, dim=0)\nf((1, 1))", [0.5, 0.5]),
    ("for k in range(1, 3):\n    y = torch.clamp(v, min=k)\ny * 1", V.clip(2)),
    ("for k in range(1, 3):\n    y = np.linalg.norm(k)\ny * 1", 2),
    ("n = len(x)\ntorch.clamp(v, max=n)", V.clip(None, 2)),
    ("def f(n):\n    return torch.sum(x, dim=n)\nf(0)", X.sum(0)),
    ("def f(n):\n    return x.reshape(n, -1)\nf(3)", X.reshape(3, 2)),
    ("def f(n):\n    return x.reshape(n)\nf((3, 2))", X.reshape(3, 2)),
    ("for k in range(1, 3):\n    y = torch.dot(k, v)\ny * 1", "argument-shape"),
    ("for k in range(1, 3):\n    y = F.layer_norm(k, 3)\ny * 1", "argument-unsupported"),
    ("for k in range(3):\n    y = F.softmax(v, dim=k)\ny * 1", "axis-range"),
    ("for k in range(3):\n    y = torch.median(k, 0)[0]\ny * 1", "argument-unsupported"),
]


@each("program, expected", KNOWN)
def test_what_is_known_beforehand_may_be_an_argument(program, expected):
    if isinstance(expected, str):
        assert caught(program).kind == expected
    else:
        assert close(value(program), expected)
