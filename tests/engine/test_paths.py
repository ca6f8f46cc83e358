"""Paths: their number by the recursion, their sum by walking them."""

from __future__ import annotations

import pytest

from gradlens import engine
from gradlens.engine.deriving.graph_paths import Path, Paths, paths
from tests.engine.numerics import close

TWO_WAYS = ("t = x + y\nz = t ** 2 + t * x", {"x": 2, "y": 3})


def listed(found: Paths) -> list[Path]:
    """The paths themselves, of few enough."""
    assert found.paths is not None
    return found.paths


def test_every_path_is_shown_with_its_locals_and_its_product_and_the_sum_is_the_gradient():
    found = paths(*TWO_WAYS, source="x", target="z")
    # x → t → t², x → t → t·x, x → t·x: 1·2t, 1·x, and t.
    assert sorted(path.product for path in listed(found)) == [2, 5, 10]
    assert found.count == "3" and found.total == found.gradient == engine.trace(*TWO_WAYS).gradients["x"] == 17
    edges = {edge.id: edge for edge in engine.trace(*TWO_WAYS).edges}
    for path in listed(found):
        assert [edges[e].local for e in path.edges] == path.locals
        assert edges[path.edges[0]].source == found.source and edges[path.edges[-1]].target == found.target
        assert all(edges[a].target == edges[b].source for a, b in zip(path.edges, path.edges[1:]))


def test_two_uses_of_one_value_are_two_paths():
    found = paths("z = x * x", {"x": 3}, source="x")
    assert found.count == "2" and [path.product for path in listed(found)] == [3, 3] and found.total == 6


def test_a_hundred_doublings_have_two_to_the_hundred_paths_and_two_hundred_edges():
    found = paths("for i in range(100):\n    x = x + x", {"x": 1}, source=0)
    assert found.count == str(2**100) and found.edges == 200 and found.nodes == 101
    assert found.paths is None and found.total is None and found.gradient == 2.0**100


def test_beyond_a_thousand_digits_only_the_logarithm_is_told():
    found = paths("for i in range(5000):\n    x = x + x", {"x": 1}, source=0)
    assert found.count is None and found.log10 == pytest.approx(1505.14997831990)  # 5000 log10 2
    assert paths("for i in range(3321):\n    x = x + x", {"x": 1}, source=0).count == str(2**3321)


def test_at_the_limit_paths_are_listed_and_beyond_it_only_counted():
    grid = "a = x + 0\nfor i in range({n}):\n    a = a + x\na"
    assert len(listed(paths(grid.format(n=199), {"x": 1}, source="x"))) == 200
    assert paths(grid.format(n=200), {"x": 1}, source="x").paths is None


def test_long_paths_are_only_counted():
    found = paths("a = x * 1\nfor i in range(29999):\n    a = a * 1\na + a", {"x": 1}, source="x")
    assert found.count == "2" and found.paths is None and found.gradient == 2


def test_paths_of_arrays_are_counted_but_not_listed():
    found = paths("h = relu(W @ x)\nL = sum(h ** 2)", {"W": [[1, 2]], "x": [3, 4]}, source="x")
    assert found.count == "1" and found.paths is None and found.gradient is None
    inner = paths("h = [x, 2 * x]\nL = sum(h)", {"x": 3}, source="x")
    assert inner.count == "2" and inner.paths is None and inner.gradient == 3


def test_ops_on_whole_arrays_have_a_slope_when_the_arrays_are_numbers():
    found = paths("z = mean(x) + 2 * logsumexp(x)", {"x": 0.5}, source="x")
    assert sorted(path.product for path in listed(found)) == [1, 2] and found.total == found.gradient == 3


def test_no_path_is_an_empty_sum_and_a_node_reaches_itself_by_the_empty_path():
    found = paths("t = x * 2\nz = y * 3", {"x": 1, "y": 2}, source="x")
    assert (found.count, found.log10, found.paths, found.total, found.gradient, found.edges, found.nodes) == (
        "0",
        None,
        [],
        0,
        0,
        0,
        0,
    )
    same = paths("z = x * 2", {"x": 1}, source="z")
    assert same.count == "1" and [path.product for path in listed(same)] == [1] and same.total == same.gradient == 1


def test_where_no_gradient_flows_there_is_no_path():
    assert paths("z = (x > 0) * x", {"x": 2}, source="x").count == "1"
    assert paths("z = stop_gradient(x) * y", {"x": 2, "y": 1}, source="x").count == "0"


def test_what_does_not_reach_the_target_is_not_counted():
    found = paths("a = x * 2\nb = x * 3\nz = a + 1", {"x": 1}, source="x", target="a")
    assert (found.count, found.edges, found.nodes, found.gradient) == ("1", 1, 2, 2)


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("q", None, "unknown-node"),
        ("x", "q", "unknown-node"),
        (99, None, "node-number"),
        (-1, None, "node-number"),
        ("x", 99, "node-number"),
    ],
)
def test_a_node_that_is_not_there_is_an_error(source, target, kind):
    with pytest.raises(engine.EngineError) as caught:
        paths(*TWO_WAYS, source=source, target=target)
    assert caught.value.kind == kind


def test_the_sum_over_paths_is_the_gradient_of_the_books_examples():
    for program, inputs in (
        ("a = x ** 2\nb = exp(a)\nc = sin(a)\nz = b * c + a", {"x": 0.5}),
        ("u = x * y\nv = u + x\nz = tanh(v) * u / y", {"x": 0.3, "y": 1.7}),
    ):
        found = paths(program, inputs, source="x")
        assert close(found.total, found.gradient) and found.count == str(len(listed(found))) and len(listed(found)) > 2
