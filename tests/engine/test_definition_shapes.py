"""The shape rule of an op that is opened: what its definition refuses it refuses first, by its own name, and what it
says of the result is so.
"""

from __future__ import annotations

import random
from itertools import product

from gradlens import engine
from gradlens.engine.ops import OPS
from tests.each import each
from tests.engine.test_ops import calls

SHAPES = [
    (),
    (0,),
    (1,),
    (2,),
    (3,),
    (4,),
    (2, 3),
    (3, 2),
    (3, 3),
    (1, 3),
    (0, 3),
    (2, 2, 3),
    (3, 1, 2),
    (1, 2, 4, 4),
    (2, 2, 3, 3),
]
DEFINED = [op for op in OPS.values() if op.definition is not None]


def combinations(op) -> list[tuple]:
    every = list(product(SHAPES, repeat=len(op.inputs)))
    return every if len(every) < 150 else random.Random(op.name).sample(every, 150)


@each("op", DEFINED, sample=3)
def test_an_opened_function_is_refused_by_its_own_name_or_has_the_shape_it_says(op):
    for call in dict.fromkeys(
        call for call, _ in calls(op) if call.startswith(f"{op.name}(") and not {"+", "@"} & {*call}
    ):
        for shapes in combinations(op):
            given = dict(zip(op.inputs, shapes))
            try:
                graph = engine.compile(call, given, detail="expanded").graph
            except engine.EngineError as error:
                assert str(error.params.get("function", op.name)).startswith(op.name), (call, given, str(error))
                assert error.kind != "opened-shapes", (call, given, str(error))
                continue
            group = graph.groups[0]
            shape = tuple(graph.nodes[i].shape for i in group.operands)
            if op.shape is not None:
                assert op.shape(op.name, shape, group.options)[0] == graph.nodes[group.output].shape, (call, given)
