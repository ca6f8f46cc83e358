"""Functions, loops and shapes of a program: opened, unrolled and known beforehand."""

from __future__ import annotations

import dataclasses
import math

import pytest

from gradlens import engine
from tests.each import each
from tests.engine.numerics import close


def test_each_call_of_a_function_is_a_group_and_calls_nest():
    trace = engine.trace(
        "def g(x):\n    return x * w\ndef f(x):\n    return g(x) + g(x * 2)\nw = 3\ny = f(a)", {"a": 2.0}
    )
    assert close(trace["y"].value, 18) and close(trace.gradients["a"], 9) and close(trace.gradients["w"], 6)
    assert [(g.name, g.parent) for g in trace.groups] == [("f", None), ("g", 0), ("g", 0)]
    assert [trace.nodes[i].op for i in trace.groups[1].nodes] == ["mul"]


def test_defaults_and_keywords_bind_as_in_python_and_numbers_may_be_options():
    program = (
        "def f(x, n=2, axis=0):\n    return sum(x ** n, axis=axis)\na = f(X)\nb = f(n=3, x=X, axis=1)\nc = sum(a) +"
        " sum(b)"
    )
    trace = engine.trace(program, {"X": [[1.0, 2.0], [3.0, 4.0]]})
    assert close(trace["a"].value, [10, 20]) and close(trace["b"].value, [9, 91])
    assert close(trace.gradients["X"], [[2 + 3, 4 + 12], [6 + 27, 8 + 48]])


def test_a_function_of_ones_own_goes_before_a_function_of_the_language():
    assert close(
        engine.trace('def relu(x):\n    """mine"""\n    return x * 10\ny = relu(a)', {"a": -1.0})["y"].value, -10
    )


def test_names_inside_a_function_stay_inside():
    trace = engine.trace("def f(x):\n    h = x * 2\n    return h\nh = 5\ny = f(h) + h")
    assert trace["h"].value == 5 and trace["y"].value == 15 and trace.gradients == {"h": 3.0}


def test_what_a_function_returns_takes_its_callers_name_without_a_copy():
    trace = engine.trace("def f(x):\n    h = x * 2\n    return h\ny = f(a)", {"a": 1.0})
    assert [n.op for n in trace.nodes] == ["input", "constant", "mul"] and trace["y"].op == "mul"


@each(
    "program, inputs, value",
    [
        ("x = 1\nfor i in range(3):\n    x = x * 2 + i", {}, 12),
        ("s = 0\nfor i in range(2, 6, 2):\n    for j in range(i):\n        s = s + i * j", {}, 26),
        ("h = 0 * x[0]\nfor i in range(len(x)):\n    h = tanh(w * h + x[i])", {"x": [0.0, 0.0], "w": 0.5}, 0),
        ("n, m = X.shape\ny = sum(X) / (n * m)", {"X": [[1, 2, 3], [4, 5, 6]]}, 3.5),
        ("k = X.shape[0] * 2 - 1\ny = k + X.size + X.ndim", {"X": [[1, 2, 3], [4, 5, 6]]}, 11),
        ("y = X.reshape(X.size)[X.shape[1] - 1]", {"X": [[1, 2, 3], [4, 5, 6]]}, 3),
        ("for i in range(0):\n    x = 1\ny = 2", {}, 2),
    ],
)
def test_loops_are_unrolled_and_sizes_are_known_beforehand(program, inputs, value):
    trace = engine.trace(program, inputs)
    assert close(trace.nodes[trace.output].value, value)


@pytest.mark.parametrize(
    ("program", "names"),
    [
        ("n = x.shape[0]\ny = sum(x) * n", ["n", "x", "y"]),
        ("n, m = x.shape\ny = sum(x) * n * m", ["m", "n", "x", "y"]),
        ("n = m = len(x)\ny = sum(x) * n * m", ["m", "n", "x", "y"]),
        ("def f(u):\n    n = u.shape[0]\n    return sum(u) * n\ny = f(x)", ["x", "y"]),
        ("def f(u):\n    n, m = u.shape\n    return sum(u) * n * m\nn = 5.0\ny = f(x) * n", ["n", "x", "y"]),
    ],
)
def test_a_size_has_its_name_where_it_was_given_and_in_the_program_alone_others_may_read_it(program, names):
    trace = engine.trace(program, {"x": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]})
    assert sorted(trace.graph.names) == names and all(
        trace.graph.nodes[id].name == name for name, id in trace.graph.names.items()
    )
    sizes = {"n": 2, "m": 3 if "n, m" in program else 2}
    named = [n for n in trace.graph.nodes if n.kind == "constant" and n.name is not None]
    assert named and all(
        n.value == sizes[n.name] and (n.group is None) == (trace.graph.names.get(n.name) == n.id) for n in named
    )


def test_an_unrolled_recurrence_has_the_gradient_of_its_formula():
    trace = engine.trace("h = 0\nfor i in range(3):\n    h = w * h + 1", {"w": 2.0})
    assert close(trace["h"].value, 7) and close(trace.gradients["w"], 1 + 2 * 2)  # h = w**2 + w + 1


def test_functions_that_double_their_work_are_stopped_by_the_limit_of_nodes():
    program = "def f0(x):\n    return x + x\n" + "".join(
        f"def f{i}(x):\n    return f{i - 1}(x) * f{i - 1}(x)\n" for i in range(1, 40)
    )
    for call, kind in (("a = 1.0\ny = f39(a)", "too-many-nodes"), ("y = f39(1)", "too-many-steps")):  # 1 is no node
        with pytest.raises(engine.EngineError) as caught:
            engine.trace(program + call, limits=engine.Limits(nodes=10_000))
        assert caught.value.kind == kind


def test_one_library_function_is_opened_alone_also_within_a_function():
    program = "def f(x):\n    return softmax(x) * sigmoid(x)\nL = softmax_cross_entropy(f(x), [1, 0])"
    trace = engine.trace(program, {"x": [1.0, 2.0]}, expand=["softmax"])
    assert [(group.name, group.parent) for group in trace.groups] == [("f", None), ("softmax", 0)]
    ops = {node.op for node in trace.nodes}
    assert "exp" in ops and {"sigmoid", "softmax_cross_entropy"} <= ops and "softmax" not in ops
    assert close(trace.gradients["x"], engine.trace(program, {"x": [1.0, 2.0]}).gradients["x"])


def test_what_is_inside_an_opened_function_is_opened_only_if_it_is_named_too():
    program, inputs = "L = softmax_cross_entropy(x, t)", {"x": [1.0, 2.0], "t": [0.0, 1.0]}
    assert "softmax" in {n.op for n in engine.trace(program, inputs, expand=["softmax_cross_entropy"]).nodes}
    both = engine.trace(program, inputs, expand=["softmax_cross_entropy", "softmax"])
    assert [(group.name, group.parent) for group in both.groups] == [("softmax_cross_entropy", None), ("softmax", 0)]
    assert [n.op for n in both.nodes] == [n.op for n in engine.trace(program, inputs, detail="expanded").nodes]


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [("softmx", "unknown-function", "softmax"), ("exp", "no-definition", "exp"), ("f", "unknown-function", "f")],
)
def test_what_cannot_be_opened_is_an_error_that_says_why(name, kind, said):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace("y = softmax(x)", {"x": [1.0, 2.0]}, expand=[name])
    assert caught.value.kind == kind and said in caught.value.detail


def doubling(count: int, first: str) -> str:
    """Functions that each call the one before twice."""
    lines = [f"def f0(x):\n    {first}"]
    lines += [f"def f{i}(x):\n    return f{i - 1}(f{i - 1}(x))" for i in range(1, count + 1)]
    return "\n".join([*lines, f"y = f{count}(x)"])


ENDLESS = {
    "calls without a node": doubling(40, "return x"),
    "calls of calls": doubling(40, "return x * x"),
    "lambdas": (
        "f0 = lambda x: x\n"
        + "\n".join(f"f{i} = lambda x: f{i - 1}(f{i - 1}(x))" for i in range(1, 41))
        + "\ny = f40(x)"
    ),
    "results that nobody reads": (
        "def f0(x):\n    return x\n"
        + "\n".join(f"def f{i}(x):\n    a, b = f{i - 1}(x), f{i - 1}(x)\n    return a" for i in range(1, 41))
        + "\ny = f40(x)"
    ),
    "loops in loops": "".join("    " * i + f"for i{i} in range(100000):\n" for i in range(10)) + "    " * 10 + "x",
    "loops over nothing": (
        "".join("    " * i + f"for i{i} in range(1000):\n" for i in range(10))
        + "    " * 10
        + "for k in []:\n"
        + "    " * 11
        + "x"
    ),
    "a loop beyond every count": "for i in range(10000000000000000000000000000000):\n    x",
    "a loop backwards": "for i in reversed(range(1000000000000000)):\n    x",
    "two at once": "for a, b in zip(range(1000000000), range(1000000000)):\n    x",
    "numbers": "for a, b in enumerate(range(1000000000)):\n    x",
    "definitions": "for i in range(10000000):\n    def f(x):\n        return x",
    "targets": "for i in range(10000000):\n    () = ()",
    "shapes": "for i in range(10000000):\n    s = x.shape",
    "lists of places": "for i in range(1000000):\n    z[[" + ",".join("0" * 9000) + "]]",
    "lists to go through": "for i in range(1000000):\n    for k in [" + ",".join(["1"] * 9000) + "]:\n        x",
    "comprehensions": (
        "y = [[[[[[1 for a in range(100)] for b in range(100)] for c in range(100)] for d in range(100)] for e in"
        " range(100)] for f in range(100)]"
    ),
}


@each("name", ENDLESS)
def test_what_would_not_end_is_refused_beforehand_for_callers_without_limits_too(name) -> None:
    assert all(math.isfinite(getattr(engine.Limits(), field.name)) for field in dataclasses.fields(engine.Limits))
    with pytest.raises(engine.EngineError) as caught:
        engine.compile(ENDLESS[name], {"x": (3,), "z": (1, 0)}, limits=engine.Limits(nodes=20_000, steps=40_000))
    assert caught.value.kind in ("too-many-steps", "too-many-nodes") and caught.value.span is not None


def test_arguments_that_double_are_not_written_out() -> None:
    chain = "".join(f"def f{i}(a):\n    return f{i - 1}((a, a))\n" for i in range(1, 45))
    for use, kind in (
        ("x * a", "broadcast"),
        ("sum(x, axis=a)", "option-axis"),
        ("zeros(a)", "creation-shape"),
        ("pad(x, a)", "option-widths"),
        ("tensordot(x, x, a)", "option-pair"),
    ):
        for calls, told in ((2, kind), (44, "too-many-steps")):
            with pytest.raises(engine.EngineError) as caught:
                text = f"def f0(a):\n    return {use}\n{chain}f{calls}((1, 2))"
                engine.compile(text, {"x": (3,)}, limits=engine.Limits(steps=20_000))
            assert caught.value.kind == told


def test_the_steps_of_a_program_that_the_service_takes_at_its_longest_are_within_the_limit() -> None:
    for line in ("x = x + x\n", "y = -x\n", "y = x\n", "x\n"):
        text = line * (65_536 // len(line))
        engine.compile("x = 1\n" + text)


def test_a_group_knows_its_call_with_what_was_known_beforehand() -> None:
    trace = engine.trace(
        "w = 5\ndef g(t):\n    return t * 2\ndef f(a, b, c=4, d=w, h=g):\n    return h(a) * b + c * d\ny = f(x * 1, 2)",
        {"x": 3.0},
    )
    ids = {node.name: node.id for node in trace.nodes}
    assert trace.groups[0].call == (ids["x"] + 2, "2", "4", ids["w"], "g") and trace.groups[1].call == (ids["x"] + 2,)
    nested = engine.trace("def f(a):\n    return x * 2\nf((1, (2, 3), 4, 5, 6))", {"x": 3.0})
    assert nested.groups[0].call == ("(1, …, 4, 5, …)",)
    assert not engine.trace("def f(a):\n    return a\nf(x)", {"x": 3.0}).groups  # a call that makes no node


def test_masks_that_are_multiplied_by_themselves_are_judged_once_each():
    text = "m = np.greater(x, 0)\n" + "m = m * m\n" * 60 + "y = m + m"
    assert engine.trace(text, {"x": [1.0, -2.0]})["y"].value.tolist() == [1.0, 0.0]
