"""What was given is shown in the error that refuses it, whatever it is, within a line."""

from __future__ import annotations

import json

import pytest

from gradlens import engine
from gradlens.engine.errors import QUOTED_CHARACTERS
from gradlens.engine.networks.fields import shown
from gradlens.engine.networks.layers import LAYERS
from gradlens.engine.networks.network import NetworkSpec, build_network
from tests.each import each

GIVEN = {
    "[-1, 8]": [-1, 8],
    "[1.5, null]": [1.5, None],
    '["a", true]': ["a", True],
    "[]": [],
    "{}": {},
    "[[1, 2], [3]]": [[1, 2], [3]],
    '{"type": "relu", "units": [3, -1]}': {"type": "relu", "units": [3, -1]},
    "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …]": list(range(1000)),
    "[[[[…]]]]": [[[[[[1]]]]]],
    "하나": "하나",
    '["하나"]': ["하나"],
    "null": None,
    "false": False,
    "1e+300": 1e300,
}


@each("text", GIVEN)
def test_what_was_given_is_written_as_json_has_it(text):
    assert shown(GIVEN[text]) == text


def test_however_much_was_given_little_is_shown_and_nothing_is_walked_to_its_end():
    deep: object = 1
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, [["x" * 10**6] * 100] * 100, {"k" * 10**6: {"k": [10**400] * 50}}):
        assert len(shown(value)) < 50_000
        with pytest.raises(engine.EngineError) as error:
            build_network(NetworkSpec([{"type": "reshape", "shape": value}]), {"x": (2, 3)})
        assert len(error.value.params["got"]) <= QUOTED_CHARACTERS


ODD = [[-1, 8], [0], [1.5, 2], ["x", 2], [3, 3, 3], [[2], [3]], {"a": [1]}, [None]]


@each("layer", LAYERS)
def test_no_field_of_a_layer_hides_what_it_refuses(layer):
    for name in LAYERS[layer].fields:
        for value in ODD:
            try:
                build_network(NetworkSpec([{"type": layer, name: value}]), {"x": (2, 3)})
            except engine.EngineError as error:
                if "got" in error.params and error.params.get("place") == f"layers[0].{name}":
                    assert (
                        "…" not in error.detail
                        and error.params["got"] in (json.dumps(value), str(error.params["got"]))
                        and ("[" not in str(error.params["got"]) or json.dumps(value) == error.params["got"])
                    )


@pytest.mark.parametrize(
    ("layer_class", "option", "value"),
    [
        ("Reshape", "target_shape", [-1, -1]),
        ("Conv2D", "kernel_size", [0, 3]),
        ("Conv2D", "dilation_rate", [0, 2]),
        ("Dense", "kernel_constraint", {"class_name": "MaxNorm"}),
        ("Flatten", "data_format", ["x"]),
    ],
)
def test_no_option_of_keras_hides_what_is_refused(layer_class, option, value):
    config = {"Dense": {"units": 3}, "Conv2D": {"filters": 2, "kernel_size": [2, 2]}}.get(layer_class, {})
    with pytest.raises(engine.EngineError) as error:
        layers = {
            "class_name": "Sequential",
            "config": {"layers": [{"class_name": layer_class, "config": {**config, option: value}}]},
        }
        build_network(NetworkSpec(layers), {"x": (1, 4, 4, 2)})
    assert "…" not in error.value.detail and json.dumps(value) in error.value.detail, error.value.detail


@each("layer", LAYERS)
def test_which_fields_and_choices_there_are_is_told_whole(layer):
    with pytest.raises(engine.EngineError) as error:
        build_network(NetworkSpec([{"type": layer, "qqqqqq": 1}]), {"x": (2, 3)})
    assert (
        error.value.kind == "spec-field"
        and set(LAYERS[layer].fields) <= set(error.value.params["fields"].split(", "))
        and "…" not in error.value.detail
    )


def test_a_key_that_stands_twice_in_a_keras_text_is_told_and_a_mark_before_it_is_none_of_its_letters():
    text = '{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"units": 3%s}}]}}'
    for mark in ("", "\ufeff", "\ufeff\n ", " \n"):
        assert build_network(NetworkSpec(mark + text % ""), {"x": (2, 3)}).output_shape == (2, 3)
        with pytest.raises(engine.EngineError) as error:
            build_network(NetworkSpec(mark + text % ', "units": 4'), {"x": (2, 3)})
        assert error.value.kind == "spec-repeated" and error.value.params == {"key": "units"}
