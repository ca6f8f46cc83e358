"""An error inside a definition is one of the call that the reader wrote: its place, and its function's name first."""

from __future__ import annotations

import random

import pytest

from gradlens import engine
from gradlens.engine.errors import BUDGETS
from gradlens.engine.ops import OPS
from tests.each import each
from tests.engine.test_ops import calls

SHAPES = [(), (0,), (3,), (2, 3), (3, 2), (2, 1, 3), (1, 2, 4, 4), (2, 3, 4, 5)]
VALUES = ["0", "-1", "2", "0.5", "None", "True", "(0, 1)", "nan", "inf", "[1, 2]", "'mean'", "()"]


def uses(op, count=40):
    """Calls of an op as the registry's examples have them, and with other shapes and options, in a program of three
    lines.
    """
    chance = random.Random(op.name)
    for _ in range(count):
        call, shapes = chance.choice(list(calls(op)))
        option = chance.choice(op.options) if op.options and chance.random() < 0.6 else None
        if option is not None and f"{option.name}=" not in call:
            call = f"{call[:-1]}, {option.name}={chance.choice(VALUES)})"
        yield (
            f"k = 1\n\ny = 2 * {call}",
            {name: chance.choice(SHAPES) if chance.random() < 0.5 else shape for name, shape in shapes.items()},
        )


@each("name", [name for name, op in OPS.items() if op.definition is not None], sample=6)
def test_what_a_definition_cannot_take_is_told_as_the_readers_call(name):
    for text, shapes in uses(OPS[name]):
        for building in ({}, {"detail": "expanded"}, {"expand": [name]}):
            try:
                engine.compile(text, shapes, **building)
            except engine.EngineError as error:
                assert error.span.start_line == error.span.end_line == 3, error.detail
                assert error.span.start_column >= 8 and error.span.end_column <= len(text.split("\n")[2])
                assert error.params.get("function", name).split(":")[0] in (
                    name,
                    "mul",
                    "add",
                    "matmul",
                ), error.detail  # operators stand in the calls too


@each("name", [name for name, op in OPS.items() if op.definition is not None])
def test_whatever_a_definition_is_made_of_stands_where_it_is_called_and_has_no_name_in_the_program(name):
    for call, shapes in calls(OPS[name]):
        for detail in ("fused", "expanded"):
            graph = engine.compile(f"k = 1\n\n{'#' * 200}\ny = 2 * {call}", shapes, detail=detail).graph
            opened = [node for node in graph.nodes if node.group is not None]
            assert {(node.place.lineno, node.place.col_offset, node.place.end_col_offset) for node in opened} <= {
                (4, 8, 8 + len(call))
            }, call
            assert graph.names.keys() == {"k", "y", *shapes}, call
            assert opened or detail == "fused"


@pytest.mark.parametrize(
    ("text", "inputs", "sentence"),
    [
        ("y = attention(q, k, v)", {"q": [[1, 2]], "k": 1, "v": [[1]]}, "attention needs a matrix, but got shape ()."),
        ("y = nll_loss(x, t)", {"x": [[1, 2], [3, 4]], "t": [0, 5]}, 'nll_loss: one_hot: "indices" holds 5'),
        (
            "y = cosine_similarity(x, t)",
            {"x": [[1, 2], [3, 4]], "t": [0, 5, 6]},
            "cosine_similarity got shapes (2, 2) and (3,)",
        ),
    ],
)
def test_the_sentence_begins_with_the_function_that_was_called(text, inputs, sentence):
    with pytest.raises(engine.EngineError) as caught:
        engine.trace(text, inputs, detail="expanded")
    assert caught.value.detail.startswith(sentence)


def test_a_budget_that_a_definition_exceeds_is_the_programs():
    with pytest.raises(engine.EngineError) as caught:
        engine.compile("k = 1\ny = softmax(x)", {"x": (1000,)}, detail="expanded", limits=engine.Limits(elements=1500))
    assert (
        caught.value.kind == "too-many-elements" and caught.value.kind in BUDGETS and caught.value.span.start_line == 2
    )
