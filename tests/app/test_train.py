"""Training, through the API: a stream that ends well, and a service that goes on answering meanwhile."""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress

import pytest

from gradlens.app.settings import Settings
from gradlens.engine.networks.losses import LOSSES
from tests.app.serving import kind, serve, wait_until
from tests.each import each

NEURON = {
    "layers": [{"type": "affine", "units": 1, "W": [[0]], "b": [0]}],
    "loss": "mse",
    "x": [[0], [1], [2], [3]],
    "t": [1, 3, 5, 7],
    "optimizer": {"type": "sgd", "lr": 0.1},
}
ENDLESS = {**NEURON, "steps": 100_000, "report_every": 1, "optimizer": {"type": "sgd", "lr": 1e-6}}


def events(response) -> list[dict]:
    assert response.status_code == 200 and response.headers["content-type"] == "application/x-ndjson", response.text
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.fixture
def train(client):
    """Post a training; keyword arguments are its fields."""
    return lambda **fields: client.post("/api/train", json=NEURON | fields)


def computing() -> set[int]:
    """The processes that the nurseries of this process have forked, and that still live."""
    parents = {}
    for name in os.listdir("/proc"):
        with suppress(OSError, ValueError), open(f"/proc/{int(name)}/stat", encoding="utf-8") as file:
            state, parent = file.read().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(name)] = int(parent)
    return {process for process, nursery in parents.items() if parents.get(nursery) == os.getpid()}


def test_a_steps_trace_comes_in_the_detail_that_is_wanted(train):
    """The mean squared error opened into its definition, with the same loss: 21, as by hand."""
    fused, opened = (
        next(event["trace"] for event in events(train(steps=1, trace_at=[1], **more)) if event["event"] == "trace")
        for more in ({}, {"detail": "expanded"})
    )
    assert len(opened["nodes"]) > len(fused["nodes"])
    assert [trace["nodes"][trace["output"]]["value"] for trace in (fused, opened)] == [21.0, 21.0]


def test_the_first_steps_are_those_of_a_calculation_by_hand(train):
    """See tests/engine/test_training.py: the loss 21, the gradient -17 by W and -8 by b."""
    start, step, end = events(train(steps=1))
    assert (start["event"], start["steps"], start["samples"], start["batch_size"]) == (
        "start",
        1,
        {"train": 4, "test": 0},
        4,
    )
    assert (
        start["parameters"] == {"W1": [[0]], "b1": [0]}
        and start["layers"][0]["parameters"] == 2
        and "affine(x, W, b)" in start["program"]
    )
    assert (step["loss"], step["gradient_norms"], step["accuracy"]) == (21, {"W1": 17, "b1": 8}, None)
    assert (end["reason"], end["parameters"]["b1"]) == ("steps", [0.8])


def test_a_chosen_step_brings_its_trace(train):
    found = events(train(steps=2, trace_at=[2]))
    assert [event["event"] for event in found] == ["start", "step", "step", "trace", "end"]
    trace = found[3]["trace"]
    assert trace["gradients"]["b1"] and found[2]["loss"] == trace["nodes"][trace["output"]]["value"]


def test_two_posts_are_answered_with_the_same_bytes(client):
    request = {
        "layers": [{"type": "affine", "units": 8}, {"type": "dropout"}, "relu", {"type": "affine", "units": 3}],
        "loss": "softmax_cross_entropy",
        "dataset": "iris",
        "optimizer": "adam",
        "epochs": 2,
        "batch_size": 16,
    }
    first, second = (client.post("/api/train", json=request).content for _ in range(2))
    assert first == second and b'"test":{"loss"' in first


def test_an_end_can_be_gone_on_from(train):
    whole = events(train(steps=6, optimizer="adam"))[-1]
    half = events(train(steps=4, optimizer="adam"))[-1]
    rest = events(train(steps=2, optimizer="adam", parameters=half["parameters"], resume=half["resume"]))[-1]
    assert rest == whole


def test_data_of_a_set_comes_with_the_start_where_it_is_small(client):
    layers = [{"type": "affine", "units": 1}]
    start, *_ = events(
        client.post(
            "/api/train",
            json={
                "layers": layers,
                "loss": "sigmoid_cross_entropy",
                "dataset": {"name": "xor", "samples": 50, "test": 10},
                "steps": 1,
                "predict": [[1, 1]],
            },
        )
    )
    assert (
        len(start["data"]["x"]) == 50
        and start["data"]["classes"] == ["0", "1"]
        and start["samples"] == {"train": 40, "test": 10}
    )
    start, step, _ = events(
        client.post(
            "/api/train",
            json={"layers": layers, "loss": "mse", "dataset": "diabetes", "steps": 1, "predict": [[0] * 10]},
        )
    )
    assert (
        start["data"]["x"] is None and len(start["data"]["scaling"]["x_mean"]) == 10 and len(step["predictions"]) == 1
    )


def test_what_was_assumed_of_a_table_and_of_a_loss_comes_with_the_start(client):
    csv = "2019,2020,kind\n" + "".join(f'"1,{n}00",{n},{1 + n % 2}\n' for n in range(1, 9))
    request = {
        "layers": [{"type": "affine", "units": 2}, "softmax"],
        "loss": "softmax_cross_entropy",
        "dataset": {"csv": csv},
    }
    start, *_ = events(client.post("/api/train", json={**request, "steps": 1}))
    assert [warning["kind"] for warning in start["warnings"]] == ["csv-header", "csv-reading", "head-twice"] and start[
        "loss_function"
    ] == "cross_entropy"
    assert start["data"]["classes"] == ["1", "2"] and start["samples"] == {"train": 6, "test": 2}
    assert {"csv-header", "csv-reading", "head-twice"} <= {
        warning["kind"] for warning in client.post("/api/network", json=request).json()["warnings"]
    }


def test_events_come_as_server_sent_events_where_they_are_asked_for(client):
    response = client.post("/api/train", json={**NEURON, "steps": 1}, headers={"Accept": "text/event-stream"})
    blocks = response.text.split("\n\n")
    assert response.headers["content-type"].startswith("text/event-stream") and blocks.pop() == ""
    assert [json.loads(block.removeprefix("data: "))["event"] for block in blocks] == ["start", "step", "end"]


def test_a_diverging_loss_ends_with_the_step_and_the_first_node_to_blame(train):
    end = events(train(steps=100, optimizer={"type": "sgd", "lr": 1e10}))[-1]
    assert end["reason"] == "diverged" and end["loss"] == "Infinity"
    assert isinstance(end["warning"]["node"], int) and end["warning"]["message"]


def test_a_label_that_only_the_run_meets_ends_it_with_a_problem(client):
    request = {
        "layers": [{"type": "embedding", "vocabulary": 2, "units": 2}],
        "loss": "mse",
        "x": [[0], [5]],
        "t": [[[0, 0]], [[0, 0]]],
        "steps": 3,
    }
    end = events(client.post("/api/train", json=request))[-1]
    assert end["reason"] == "failed" and end["problem"]["type"] == "/problems/index-value"


@each(
    "fields, found, part",
    [
        ({}, "training-length", "epochs"),
        ({"steps": 10**6}, "training-steps", "100000"),
        ({"steps": 0}, "wrong-field", "steps"),
        ({"steps": 1, "x": None}, "data-missing", "x"),
        ({"steps": 1, "loss": None}, "training-loss", "reduction"),
        ({"steps": 1, "t": [1, 2]}, "sample-count", "4 and 2"),
        ({"steps": 1, "train": 5}, "split-size", "4"),
        ({"steps": 1, "optimizer": {"type": "adam", "lr": "NaN"}}, "spec-number", "optimizer.lr"),
        ({"steps": 1, "freeze": ["W7"]}, "unknown-parameter", "W7"),
        (
            {
                "steps": 50_000,
                "layers": [{"type": "affine", "units": 500}] * 3,
                "x": [[1] * 500] * 4,
                "t": [[1] * 500] * 4,
            },
            "training-work",
            "1000000000000",
        ),
        ({"steps": 1, "resume": {"step": 2, "slots": {}}, "optimizer": "adam"}, "training-state", "W1.mean"),
        ({"steps": 1, "resume": {"stop": 2}}, "wrong-field", "resume"),
        ({"steps": 1, "x": None, "t": None, "dataset": {"csv": "a,b\n1,2\nx,3\n"}}, "csv-number", "Line 3, column 1"),
        (
            {"steps": 1, "x": None, "t": None, "dataset": "diabetes", "loss": "cross_entropy"},
            "labels-quantities",
            "cross_entropy",
        ),
    ],
)
def test_what_cannot_be_run_is_a_problem_before_the_stream_begins(train, fields, found, part):
    response = train(**fields)
    assert response.status_code == 422 and kind(response) == found and part in response.json()["detail"]


@each("loss", [name for name, loss in LOSSES.items() if loss.decides is not None])
@each(
    "labels, found",
    [
        (("1.5", "2.5", "0.5"), "labels-quantities"),
        (("0.25", "0.75", "1"), "labels-quantities"),
        (("-1", "1", "1"), "labels-quantities"),
        (("a", "b", "c"), "labels-range"),
        (("0", "1", "2"), "labels-range"),
        (("10", "20", "20"), None),
        (("no", "yes", "no"), None),
    ],
)
def test_a_loss_that_tells_two_classes_apart_takes_labels_of_two_classes(train, loss, labels, found):
    rows = "".join(f"{i},{label}\n" for i, label in enumerate(labels))
    units = 2 if LOSSES[loss].decides == "classes" else 1
    head = ["sigmoid"] if loss == "binary_cross_entropy" else []
    response = train(
        steps=1,
        layers=[{"type": "affine", "units": units}, *head],
        loss=loss,
        x=None,
        t=None,
        dataset={"csv": f"x,y\n{rows}", "test": 0},
    )
    if found is None:
        assert response.status_code == 200 and set(events(response)[0]["data"]["t"]) == {0.0, 1.0}
    else:
        assert response.status_code == 422 and kind(response) == found


def test_other_requests_are_answered_while_one_trains_though_there_is_one_worker(client, post):
    with client.stream("POST", "/api/train", json=ENDLESS) as response:
        lines = response.iter_lines()
        assert json.loads(next(lines))["event"] == "start"
        before = json.loads(next(lines))["step"]
        assert post("x = 3\nx ** 2").json()["gradients"] == {"x": 6.0}
        assert json.loads(next(lines))["step"] > before  # and the training was not lost to it


@pytest.fixture(scope="module")
def strict():
    """A server that trains one network at a time and waits for no client."""
    with serve(Settings(workers=1, long_workers=0, trainings=1, answer_seconds=0.3)) as client:
        yield client


def test_it_is_stopped_when_the_client_leaves_and_its_place_is_free_again(strict):
    idle = computing()
    with strict.stream("POST", "/api/train", json=ENDLESS) as response:
        lines = response.iter_lines()
        next(lines)
        assert len(computing() - idle) == 1
        busy = strict.post("/api/train", json=ENDLESS)
        assert busy.status_code == 503 and kind(busy) == "trainings-busy" and busy.headers["retry-after"]
    wait_until(lambda: computing() == idle)
    wait_until(lambda: strict.post("/api/train", json={**NEURON, "steps": 1}).status_code == 200)


def test_a_training_that_has_ended_leaves_no_process(client):
    before = computing()
    assert client.post("/api/train", json={**NEURON, "steps": 1}).status_code == 200
    wait_until(lambda: computing() <= before)


def test_a_training_at_its_limit_of_time_ends_with_what_it_has_learnt():
    with serve(Settings(workers=1, long_workers=0, training_seconds=0.2)) as client:
        end = events(client.post("/api/train", json={**ENDLESS, "report_every": 1000}))[-1]
        assert end["reason"] == "budget" and 0 < end["step"] < 100_000 and end["parameters"]["W1"][0][0] > 0


def test_a_client_that_reads_nothing_is_cut_off_and_its_training_ended(strict):
    idle = computing()
    # Large events fill the buffers on the way sooner.
    body = json.dumps({**ENDLESS, "predict": [[0]] * 10_000}).encode()
    head = (
        "POST /api/train HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((strict.base_url.host, strict.base_url.port)) as connection:
        connection.sendall(head.encode() + body)
        wait_until(lambda: len(computing() - idle) == 1)
        wait_until(lambda: computing() == idle)


def test_a_service_that_stops_ends_its_trainings():
    before = computing()
    with (
        serve(Settings(workers=1, long_workers=0)) as client,
        client.stream("POST", "/api/train", json=ENDLESS) as response,
    ):
        lines = response.iter_lines()
        next(lines)
    wait_until(lambda: computing() <= before)


def test_a_training_whose_process_dies_says_so(strict):
    idle = computing()
    with strict.stream("POST", "/api/train", json=ENDLESS) as response:
        lines = response.iter_lines()
        next(lines)
        (process,) = computing() - idle
        os.kill(process, 9)
        *_, last = lines
    end = json.loads(last)
    assert end["reason"] == "failed" and end["problem"]["type"] == "/problems/worker-killed"
    assert strict.post("/api/train", json={**NEURON, "steps": 1}).status_code == 200


KINDS_OF_LABELS = {
    "words": ("a", "b", "c"),
    "numbers of their own": ("5", "7", "9"),
    "Korean": ("가", "나", "다"),
    "numbers from 0": ("0", "1", "2"),
    "two words": ("no", "yes", "no"),
}


@each("labels", KINDS_OF_LABELS)
@each("loss", ["mse", "mae", "huber"])
def test_names_of_classes_are_never_taken_for_quantities(client, labels, loss):
    names = KINDS_OF_LABELS[labels]
    dataset = {
        "csv": "x,y\n" + "".join(f"{i}.5,{names[i % 3]}\n" for i in range(9)),
        "task": "classification",
        "test": 0,
    }
    for layers in (
        [{"type": "affine", "units": 1}],
        [{"type": "affine", "units": 1}, {"type": "reshape", "shape": [1]}],
    ):
        for path, more in (("/api/train", {"steps": 1}), ("/api/network", {})):
            response = client.post(path, json={"layers": layers, "loss": loss, "dataset": dataset, **more})
            if labels in ("numbers from 0", "two words"):
                assert response.status_code == 200
                continue
            assert kind(response) == "labels-classes" and all(
                name in response.json()["detail"] for name in (*names, loss)
            )
            wide = [{"type": "affine", "units": response.json()["params"]["count"]}]  # as it is advised
            assert client.post(path, json={"layers": wide, "loss": loss, "dataset": dataset, **more}).status_code == 200


def test_a_catalogued_set_of_classes_is_not_regressed_by_one_output(client):
    assert (
        kind(
            client.post(
                "/api/train",
                json={"layers": [{"type": "affine", "units": 1}], "loss": "mse", "dataset": "iris", "steps": 1},
            )
        )
        == "labels-classes"
    )


@pytest.mark.parametrize(
    ("labels", "loss", "units", "said"),
    [
        (("no", "yes"), "mse", 1, [("no", "yes")]),
        (("가", "나"), "huber", 1, [("가", "나")]),
        (("no", "yes"), "mse", 2, []),
        (("0", "1"), "mse", 1, []),
        (("no", "yes"), "sigmoid_cross_entropy", 1, []),
        (("65kg", "75kg"), "mse", 1, []),
    ],
)
def test_two_words_that_are_compared_as_numbers_are_said_to_be_so(client, labels, loss, units, said):
    dataset = {"csv": "x,y\n" + "".join(f"{i}.5,{labels[i % 2]}\n" for i in range(6)), "test": 0}
    for path in ("/api/train", "/api/network"):
        response = client.post(
            path,
            json={
                "layers": [{"type": "affine", "units": units}],
                "loss": loss,
                "dataset": dataset,
                **({"steps": 1} if path == "/api/train" else {}),
            },
        )
        warnings = json.loads(response.text.splitlines()[0])["warnings"]
        assert [
            (remark["params"]["first"], remark["params"]["second"])
            for remark in warnings
            if remark["kind"] == "labels-coded"
        ] == said


def test_numbers_of_a_table_are_compared_with_every_output_and_it_is_said(client):
    request = {"layers": [{"type": "affine", "units": 2}], "loss": "mse", "steps": 1}
    start, *_ = events(client.post("/api/train", json={**request, "dataset": {"csv": "a,y\n1,2.5\n2,3.5\n4,4.25\n"}}))
    assert [warning["kind"] for warning in start["warnings"]] == ["labels-repeated"]
    assert client.post("/api/train", json={**request, "x": [[1], [2]], "t": [1.5, 2.5]}).status_code == 422
