"""What a run leaves behind in the process that it runs in: no array, no warning, no switch."""

import gc
import threading
import warnings
import weakref

import numpy as np
import pytest

from gradlens import engine
from gradlens.engine.networks.network import NetworkSpec, trace_network
from gradlens.engine.networks.training import Training, TrainingLimits, TrainingPlan, samples_of
from gradlens.engine.program import paused_collector
from tests.each import each

PROGRAM = (
    "def f(a, b=2): return a * b\nh = tanh(x @ w)\ny = softmax_cross_entropy(h, t)\nz = f(y) + sum(h ** 2) +"
    " einsum('ij,jk->', stack([x[0], x[1]]), w)"
)
LAYERS = [{"type": "affine", "units": 3}, {"type": "batch_norm"}, {"type": "dropout"}, {"type": "affine", "units": 2}]


def inputs():
    return {"x": np.linspace(-1, 1, 12).reshape(3, 4), "w": np.linspace(0, 1, 8).reshape(4, 2), "t": np.eye(3, 2)}


def along():
    return {"w": np.ones((4, 2))}


def claims(gradient):
    return {"w": np.full((4, 2), gradient).tolist(), "h": np.zeros((3, 2)).tolist()}


def read_whole(trace):
    """Everything that a trace makes when it is first asked for."""
    return (
        [(edge.local, edge.rule_latex, edge.local_latex) for edge in trace.edges],
        [(node.latex, node.template, node.span) for node in trace.nodes],
        trace.cost,
    )


def spec():
    return NetworkSpec(LAYERS, {"type": "softmax_cross_entropy"}, "he", 0, 0, 0, {})


def train():
    samples = samples_of({"x": np.linspace(-1, 1, 40).reshape(10, 4)}, np.eye(10, 2))
    return list(
        Training(
            spec(), samples, TrainingPlan(steps=3, trace_at=(1, 3)), TrainingLimits(100, 1e9, engine.Limits())
        ).events(lambda: False)
    )


def refused(program, **given):
    try:
        engine.trace(program, **given)
    except engine.EngineError as error:
        return error.kind


RUNS = {
    "trace": lambda: engine.trace(PROGRAM, inputs()),
    "a trace that is read": lambda: read_whole(engine.trace(PROGRAM, inputs())),
    "a trace that is opened": lambda: engine.trace(PROGRAM, inputs(), detail="expanded").edges,
    "a trace with a direction": lambda: engine.trace(PROGRAM, inputs(), direction=along()).edges,
    "a trace with remarks": (
        lambda: engine.trace("y = sqrt(x - x) * where(x > 2, 1 / (x - x), 0) + log(x - x)", {"x": 2.0}).edges
    ),
    "program": lambda: engine.compile(PROGRAM, {name: value.shape for name, value in inputs().items()}),
    "gradients": (
        lambda: engine.compile(PROGRAM, {name: value.shape for name, value in inputs().items()}).gradients(inputs())
    ),
    "gradient program": lambda: engine.write_gradient_program(PROGRAM, inputs()),
    "check": lambda: engine.check(PROGRAM, inputs()),
    "complex step": lambda: engine.check("z = sin(x) * exp(x)", {"x": np.ones(3)}, method="complex"),
    "sweep": lambda: engine.check_sweep(PROGRAM, inputs()),
    "diagnosis": lambda: engine.diagnose(PROGRAM, inputs(), gradients=claims(1.0)),
    "diagnosis of values": lambda: engine.diagnose(PROGRAM, inputs(), values={"h": np.zeros((3, 2)).tolist()}),
    "derivation": lambda: engine.derive(PROGRAM, inputs(), node="h"),
    "paths": lambda: engine.paths("y = x * x + x", {"x": 2.0}, source="x"),
    "jacobian": lambda: engine.derivatives(PROGRAM, inputs(), kind="jacobian"),
    "hessian": lambda: engine.derivatives("z = sum(tanh(x) * y)", {"x": np.ones(2), "y": np.ones(2)}, kind="hessian"),
    "hvp": lambda: engine.derivatives(
        "z = sum(tanh(x) * y)", {"x": np.ones(2), "y": np.ones(2)}, kind="hvp", direction={"x": np.ones(2)}
    ),
    "network": lambda: trace_network(spec(), np.ones((5, 4)), np.eye(5, 2))[0].edges,
    "training": train,
    "an error of syntax": lambda: refused("y = (x"),
    "an error of shapes": lambda: refused("def f(a): return a @ a\ny = f(x)", inputs={"x": np.ones((2, 3))}),
    "an error of values": lambda: refused("y = embedding(w, i)", inputs={"w": np.ones((3, 2)), "i": np.array([7.0])}),
}


def of_the_engine(thing) -> bool:
    """Whether an object is the engine's, or syntax that it has read; a server of other tests may run in this process
    too.
    """
    module = str(getattr(thing, "__module__", "") if callable(thing) else type(thing).__module__)
    return module == "ast" or module.startswith("gradlens.engine.")


@pytest.fixture(scope="module")
def others_frozen():
    """What other tests have left is not gone through again by every collection here."""
    gc.collect()
    gc.freeze()


@pytest.mark.usefixtures("others_frozen")
@pytest.mark.parametrize("run", RUNS)
def test_a_run_is_freed_with_the_last_reference_to_it_and_waits_for_no_collector(run):
    RUNS[run]()  # caches of the registry's own texts are filled once
    gc.collect()
    gc.disable()
    try:
        answer = RUNS[run]()
        del answer
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        assert not [thing for thing in gc.garbage if of_the_engine(thing)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_a_program_is_freed_at_once_where_a_call_was_tried_by_other_signatures():
    text = "x = torch.tensor([[2., 7.], [5., 3.]], requires_grad=True)\nz = (torch.max(x, dim=1)[0] ** 2).sum()"
    gc.disable()
    try:
        program = engine.compile(text)
        graph = weakref.ref(program.graph)
        del program
        assert graph() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("call", ["var(x, ddof=1)", "std(x, ddof=1)", "logaddexp(x, y)", "logaddexp2(x, y)", "norm(x)"])
def test_ops_of_single_numbers_that_numpy_computes_warn_nobody(call):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for x, y in ((np.inf, -np.inf), (np.nan, 0.0), (0.7, 1e308)):
            inputs = {"x": x, "y": y} if "y" in call else {"x": x}
            trace = engine.trace(f"{call} * 2", inputs)
            engine.compile(f"{call} * 2", dict.fromkeys(inputs, ())).gradients(inputs)
            assert trace.edges[0].contribution is not None


HOSTILE = [0.0, -0.0, -1.0, 5e-324, 1e308, np.inf, -np.inf, np.nan]
HOSTILE_PROGRAM = (
    "y = (a / b) ** a + sqrt(a - b) * log(b) + std([a, b]) + mod(a, b) + softmax([a, b])[0] + norm([a, b])"
)


@each("a", HOSTILE)
@each("shape", [(), (2,)])
def test_no_number_of_a_program_is_worth_a_warning_of_the_host(a, shape):
    given = {"a": np.full(shape, a), "b": np.linspace(0, 1e308, 2) if shape else 0.0}
    direction = {"a": np.full(shape, 1e308)}
    program = HOSTILE_PROGRAM if not shape else HOSTILE_PROGRAM.replace("[a, b]", "stack([a, b])")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_whole(engine.trace(program, given, direction=direction))
        engine.trace(program, given, detail="expanded")
        engine.check(program, given)
        engine.check_sweep(program, given)
        engine.diagnose(program, given, gradients={"a": np.full(shape, 1e308).tolist()})
        engine.derive(program, given, node="y")
        engine.paths(program, given, source="a")
        engine.derivatives(program, given, kind="jacobian")
        if not shape:
            engine.derivatives(program, given, kind="hessian")


TEXTS = ["y = x + 1", "y = 1if x else 2", "y = (x", 'y = "\\d"', "y = x[0]or x"]


@pytest.mark.parametrize("action", ["error", "ignore", "always"])
def test_threads_that_compile_leave_the_filters_of_the_host_as_they_were_and_are_not_swayed_by_them(action):
    def kinds():
        return [None if text == TEXTS[0] else refused(text, inputs={"x": 1.0}) for text in TEXTS]

    expected, found = kinds(), []
    with warnings.catch_warnings():
        warnings.simplefilter(action)
        engine.compile(TEXTS[0], {"x": ()})
        filters, before = warnings.filters, list(warnings.filters)
        threads = [threading.Thread(target=lambda: found.extend(kinds() for _ in range(20))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert warnings.filters is filters and filters == before
    assert len(found) == 160 and all(one == expected for one in found)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_paused_until_the_last_of_several_threads_is_done_and_then_as_it_was(enabled):
    inside, leave = threading.Event(), threading.Event()

    def other():
        with paused_collector:
            inside.set()
            leave.wait(60)

    (gc.enable if enabled else gc.disable)()
    try:
        thread = threading.Thread(target=other)
        thread.start()
        inside.wait(60)
        engine.compile("y = x", {"x": ()})  # comes after the other and leaves before it
        assert not gc.isenabled()
        leave.set()
        thread.join()
        assert gc.isenabled() == enabled
    finally:
        gc.enable()
