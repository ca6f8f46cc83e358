"""The rule of an edge is resolved once for all that use an op alike; a trace is made when it is read, and is
readable.
"""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine import estimates, graph
from gradlens.engine.ops import OPS, Op, op
from gradlens.engine.ops.arithmetic import where
from gradlens.engine.ops.op import Words
from gradlens.engine.passes import kernels, rules
from gradlens.engine.passes.rules import edge_rule
from tests.each import each


@pytest.fixture
def counted(monkeypatch) -> list[str]:
    """What is resolved from now on: texts of rules, kernels, and templates."""
    found: list[str] = []

    def counting(module, name):
        function = getattr(module, name)

        def counted(*arguments):
            found.append(name)
            return function(*arguments)

        monkeypatch.setattr(module, name, counted)

    for name in ("rule_text", "kernel", "template"):
        counting(rules, name)
    nothing_kept(monkeypatch)
    return found


def nothing_kept(monkeypatch) -> dict:
    """The uses that are kept from now on."""
    found: dict = {}
    for module in (estimates, graph):
        monkeypatch.setattr(module, "ESTIMATES", found)
    monkeypatch.setattr(op, "_uses", {})
    return op._uses


CHAIN = "y = x\nfor i in range(1000):\n    y = tanh(y) * x"


def read(trace) -> None:
    """Everything that can be read in a trace."""
    assert trace.warnings is not None
    for node in trace.nodes:
        assert node.latex and node.value is not None
    for edge in trace.edges:
        assert edge.local is not None and edge.contribution is not None
        assert edge.local_latex and edge.rule_latex and edge.local_template and edge.rule_template


def test_a_thousand_equal_edges_resolve_their_rule_once(counted):
    program = engine.compile(CHAIN, {"x": ()})
    assert len(program.edges) == 3001
    program.gradients({"x": 0.5})
    assert counted.count("rule_text") == 4  # identity, tanh, and mul by either
    assert len({id(edge_rule(program.graph, edge)) for edge in program.edges}) == 4


def test_reading_a_trace_resolves_nothing_that_the_passes_did_and_writes_each_rule_once(counted):
    program = engine.compile(CHAIN, {"x": ()})
    trace = program.run({"x": 0.5})
    before = len(counted)
    read(trace)
    assert counted.count("rule_text") == 4
    assert counted[before:].count("template") == 8  # the local derivative and the contribution of each of the four
    done = len(counted)
    read(program.run({"x": 0.7}))
    assert len(counted) == done


def test_another_program_that_uses_an_op_alike_shares_its_rule():
    one, two = (engine.compile(text, {"a": (2, 3), "b": (3,)}) for text in ("a * b", "c = 1 + a\nd = c * b"))
    assert edge_rule(one.graph, one.edges[0]) is edge_rule(two.graph, two.edges[0])


@each(
    "one, other",
    [
        ("sum(x, axis=0)", "sum(x, axis=1)"),
        ("sum(x, axis=0)", "sum(x, axis=0, keepdims=True)"),
        ("x[0:1]", "x[0:2]"),
        ("x[0]", "x[[0]]"),
        ("x ** 2", "x ** 3"),
        ("x ** 0", "x ** -0.0"),
        ("norm(x, 1)", "norm(x, 2)"),
        ("x * 2", "x * [[1.0]]"),
    ],
)
def test_uses_that_differ_in_anything_static_are_two(one, other):
    uses = [
        program.graph.use_at(program.graph.output)
        for program in (engine.compile(t, {"x": (2, 2)}) for t in (one, other))
    ]
    assert uses[0] is not uses[1]


def test_a_number_that_no_rule_asks_for_makes_no_use_of_its_own():
    one, two = (engine.compile(text, {"x": ()}) for text in ("x * 2", "x * 3"))
    assert one.graph.use_at(one.graph.output) is two.graph.use_at(two.graph.output)


@pytest.mark.parametrize("name", [name for name, entry in OPS.items() if entry.numbers], ids=str)
def test_an_op_that_chooses_by_a_number_says_by_which_input(name):
    entry = OPS[name]
    assert set(entry.numbers) <= set(entry.inputs)


def test_uses_that_are_kept_are_bounded_and_rules_of_live_programs_stay(monkeypatch):
    nothing_kept(monkeypatch)
    monkeypatch.setattr(estimates, "MOST_USES", 10)
    monkeypatch.setattr(op, "MOST_USES", 10)
    program = engine.compile("tanh(x)", {"x": ()})
    rule = edge_rule(program.graph, program.edges[0])
    for n in range(30):
        engine.compile(f"sum(x) + {n}", {"x": (n + 1,)})
    assert len(op._uses) <= 10
    assert edge_rule(program.graph, program.edges[0]) is rule


def test_a_rule_knows_no_node_no_name_and_no_place():
    program = engine.compile("사과 = 2\n합계 = 사과 * 3", {})
    rule = edge_rule(program.graph, program.edges[0])
    assert rule.form.template((0, 1, 2)) == r"@{~2} \cdot @{1}" and rule.kernel(5.0, None, 2.0, 3.0) == 15.0
    assert set(vars(rule)) <= {
        "use",
        "argnum",
        "is_local",
        "text",
        "formula",
        "contribution",
        "push",
        "kernel",
        "array_kernel",
        "deliver",
        "local",
        "local_form",
        "form",
    }


def test_rules_compile_the_registrys_text_alone():
    assert (
        kernels.kernel("1 - z ** 2", engine.compile("tanh(x)", {"x": ()}).graph.use_at(1), True)(None, 0.5, 0.0) == 0.75
    )


def test_a_name_that_there_is_not_is_told_with_the_nearest():
    trace = engine.trace("total = apple * 2", {"apple": 3.0})
    with pytest.raises(engine.EngineError, match='no value of the name "totel"') as error:
        trace["totel"]
    assert isinstance(error.value, KeyError) and 'Did you mean "total"?' in str(error.value)
    assert "total" in trace and "totel" not in trace


def test_a_program_says_what_it_takes_and_what_it_is():
    assert repr(engine.compile("z = x * y", {"x": (2, 3), "y": ()})) == "<Program of x(2, 3), y(), 3 nodes:\nz = x * y>"


@each("ask", ["trace", "check", "check_sweep", "diagnose", "derivatives", "paths", "derive", "write_gradient_program"])
def test_every_question_takes_a_program_or_its_text(ask):
    more = {
        "diagnose": {"gradients": {"x": 10.0}},
        "derivatives": {"kind": "jacobian"},
        "paths": {"source": "x"},
        "derive": {"node": "z"},
    }.get(ask, {})
    inputs = {"x": 2.0, "y": 3.0}
    question = getattr(engine, ask)
    program = engine.compile("t = x + y\nz = t ** 2", {"x": (), "y": ()})
    assert repr(question(program, inputs, **more))[:20] == repr(question("t = x + y\nz = t ** 2", inputs, **more))[:20]
    with pytest.raises(TypeError, match="compiled already: give output to compile"):
        question(program, inputs, output="t", **more)


def test_a_question_about_another_output_leaves_the_program_as_it_is():
    program = engine.compile("t = x * 2\nz = t ** 2", {"x": ()})
    assert engine.paths(program, {"x": 1.0}, source="x", target="t").count == "1"
    assert program.run({"x": 1.0}).gradients == {"x": 8.0}


@pytest.mark.parametrize(
    "text",
    [
        "sum(stack([" + ", ".join(["x"] * 1000) + "]))",
        "sum(y[[" + ", ".join(["0"] * 1000) + "]])",
        "sum(tile(y, (1, 1, 1)))",
    ],
    ids=["list", "index", "short"],
)
def test_a_use_of_many_parts_is_kept_by_its_program_alone(text, monkeypatch):
    kept = nothing_kept(monkeypatch)
    program = engine.compile(text, {"x": (), "y": (3,)})
    program.run({"x": 1.0, "y": np.ones(3)})
    assert ("tile" in text) == any(use.op.name == "tile" for use in kept.values())
    assert max(len(use.shapes) for use in kept.values()) < 65
    assert not any(use.op.name in ("stack", "index") for use in kept.values())


@pytest.mark.parametrize("text", ["x * 2", "softmax(exp(x))", "stack([x, x])[0]", "x[1:] ** 2"])
def test_a_trace_and_an_error_can_be_copied_and_pickled(text):
    trace = engine.trace(text, {"x": [1.0, 2.0]})
    again = pickle.loads(pickle.dumps(trace))
    assert repr(again) == repr(trace) and repr(copy.deepcopy(trace)) == repr(trace)
    assert [edge.rule_latex for edge in again.edges] == [edge.rule_latex for edge in trace.edges]
    with pytest.raises(engine.EngineError) as error:
        trace["nothing"]
    for found in (pickle.loads(pickle.dumps(error.value)), copy.copy(error.value)):
        assert (type(found), found.kind, str(found)) == (type(error.value), "unknown-node", str(error.value))


@pytest.mark.parametrize("call", ["f()", "f(x", "f x", "", "f(x)(y)"])
def test_an_entry_whose_call_is_none_is_refused_by_name(call):
    with pytest.raises(ValueError, match=r"is no call such as|which its call does not name"):
        Op(call, local={"x": "1"}, words=Words("{x}", en="It.", ko="그것."), array=np.abs)


def test_an_entry_with_a_rule_for_an_input_that_it_does_not_have_is_refused():
    with pytest.raises(ValueError, match="f has rules for y, which its call does not name"):
        Op("f(x)", local={"x": "1", "y": "1"}, words=Words("{x}", en="It.", ko="그것."), array=np.abs)


@pytest.mark.parametrize("wrong", [5, None, b"x", ["x"]])
def test_what_is_neither_a_program_nor_a_text_is_refused(wrong):
    for question in (engine.trace, engine.check, engine.write_gradient_program):
        with pytest.raises(TypeError, match="a program or its text is needed"):
            question(wrong)


def test_an_option_that_there_is_not_is_named_with_those_that_there_are():
    program = engine.compile("x * 2", {"x": ()})
    for subject in (program, "x * 2"):
        with pytest.raises(
            TypeError, match='no option "details": a text is compiled with output, detail, expand, limits'
        ):
            engine.trace(subject, {"x": 1.0}, details=1)  # type: ignore[reportCallIssue]
    assert engine.trace(program, {"x": 1.0}, output=None, limits=None).gradients == {"x": 2.0}
    assert engine.trace(program, {"x": 1.0}, detail="fused", expand=[]).gradients == {"x": 2.0}


@pytest.mark.parametrize(
    ("inputs", "kind"),
    [({"q": 3.0}, "unknown-input"), ({"x": [1.0, 2.0]}, "input-shape"), ({"z": 1.0}, "input-computed")],
)
def test_the_gradient_program_of_a_program_is_not_asked_with_other_inputs(inputs, kind):
    program = engine.compile("z = x * 2", {"x": ()})
    with pytest.raises(engine.EngineError) as error:
        engine.write_gradient_program(program, inputs)
    assert error.value.kind == kind


def test_a_node_is_asked_for_by_its_name():
    trace = engine.trace("ﬁ = 2\nz = ﬁ * 3")
    assert trace["ﬁ"].value == trace["fi"].value == 2.0 and "ﬁ" in trace
    with pytest.raises(TypeError, match=r"trace.nodes\[0\]"):
        trace[0]  # type: ignore[reportArgumentType]


def test_what_a_mask_chooses_is_what_where_gives_bit_for_bit():
    g = np.array([[-1.5, -0.0, np.inf, -np.inf, np.nan, 3.0, 0.0]] * 3)
    mask = np.arange(21).reshape(3, 7) % 3 > 0
    cases = (
        (mask, g), (mask.T, g.T), (mask[:, ::2], g[::-1, ::2]), (mask, np.broadcast_to(-2.5, (3, 7))), (mask[:1], g),
        (mask, g[:1]), (np.array(False), np.array(-1.0)), (np.bool_(False), np.float64(-2.0)), (mask, -2.0), (0.0, g),
    )  # fmt: skip
    for condition, value in cases:
        wanted = np.where(condition, value, 0.0)
        for found in (kernels.chosen(condition, value), where(condition, value, 0.0)):
            found = np.asarray(found)
            assert (found.shape, found.dtype, found.tobytes()) == (wanted.shape, wanted.dtype, wanted.tobytes())
    for condition, other in ((mask, -0.0), (np.where(mask, g, 0.0), 0.0), (mask, g[:1])):
        assert where(condition, g, other).tobytes() == np.where(condition, g, other).tobytes()
