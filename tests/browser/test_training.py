"""Training that is watched: played, stopped, stepped, and looked at in the graph."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from gradlens.engine.networks.weights import read_weights
from tests.app.serving import becomes, wait_until
from tests.browser.test_network import opened, paste
from tests.browser.test_page import node, value_said, write
from tests.browser.test_workbench import program


def begun(page: Page) -> Page:
    """The network's form at the start of a training, though a page keeps the run of its form."""
    again = opened(page).locator("#train-again")
    if again.is_enabled():
        again.click()
    expect(page.locator("#train-readout dd")).to_have_count(0)
    return page


def figure(page: Page, word: str) -> str:
    """A figure of the readout by its word."""
    return page.locator("#train-readout div", has=page.locator(f"dt:text-is('{word}')")).locator("dd").inner_text()


def step(page: Page) -> int:
    return int(figure(page, "Step")) if page.locator("#train-readout dd").count() else 0


def stepped(page: Page, to: int) -> None:
    for at in range(step(page) + 1, to + 1):
        page.locator("#train-step").click()
        expect(page.locator("#train-word")).to_contain_text(f"step {at};")


def circle(client, steps: int) -> list[dict]:
    """What the service says of the network that the page begins with."""
    answer = client.post("/api/train", json=trained(steps=steps, report_every=1))
    return [json.loads(line) for line in answer.text.splitlines()]


def trained(**more) -> dict:
    """The request for it."""
    return {
        "layers": [{"type": "affine", "units": 4}, "tanh", {"type": "affine", "units": 2}],
        "loss": "softmax_cross_entropy",
        "dataset": {"name": "circle", "seed": 0},
        "init": "he",
        "init_seed": 0,
        "batch_size": 10,
        "optimizer": {"type": "sgd", "lr": 0.3},
        **more,
    }


def rounded(value: float) -> str:
    """As the page writes it."""
    return f"≈{float(f'{value:.4g}')}"


def test_steps_and_epochs_are_walked_one_at_a_time_with_what_the_service_says_of_each(open_page, client):
    page = begun(open_page())
    stepped(page, 1)
    page.locator("#train-numbers summary").click()
    expect(page.locator("#train-numbers svg")).to_have_count(2)
    page.locator("#train-parameter").select_option("b2")
    expect(page.locator("#train-numbers figcaption").first).to_have_text("b2, before step 1")
    page.locator("#train-table summary").click()
    expect(page.locator("#train-table tbody tr")).to_have_count(1)
    stepped(page, 3)
    assert step(page) == 3
    loss = next(event for event in circle(client, 3) if event.get("step") == 3)["train"]["loss"]
    assert figure(page, "Loss") == rounded(loss)
    page.locator("#train-epoch").click()
    expect(page.locator("#train-word")).to_contain_text("step 32;")  # 320 samples to train on, ten a step
    assert figure(page, "Epoch") == "1"


def test_it_plays_until_it_is_paused_and_goes_on_from_there(open_page):
    page = begun(open_page())
    page.locator("#train-play").click()
    wait_until(lambda: step(page) >= 10)
    page.locator("#train-play").click()
    expect(page.locator("#train-word")).to_contain_text("Paused at step")
    paused = step(page)
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text(f"step {paused + 1};")


def loss_at_the_end(page: Page) -> str:
    """What the graph says of the loss at its last step; while a new graph is on its way, the one before it is shown."""
    page.locator("#timeline .scrubber").focus()
    page.keyboard.press("End")
    return value_said(page, "loss")


def test_the_step_that_is_shown_opens_in_the_graph_with_its_own_numbers(open_page, client):
    losses = {event["step"]: rounded(event["loss"]) for event in circle(client, 3) if event["event"] == "step"}
    page = begun(open_page())
    stepped(page, 2)
    page.locator("#train-graph").click()
    wait_until(lambda: loss_at_the_end(page) == losses[2])
    page.locator("#network-close").click()
    expect(page.locator("#training")).to_be_hidden()
    page.locator("#open-network").click()
    assert step(page) == 2  # the run is where it was
    stepped(page, 3)  # and the graph beside it goes on with it
    wait_until(lambda: loss_at_the_end(page) == losses[3])
    becomes(lambda: page.locator("#graph g.node").count(), 10)


def test_a_paused_step_says_at_every_parameter_how_its_update_moves_it_and_so_does_a_reload(open_page, client):
    page = begun(open_page())
    stepped(page, 2)
    page.locator("#train-graph").click()
    expect(page.locator("#graph g.node.updated")).to_have_count(4)
    expect(page.locator("#train-updates")).to_contain_text("this step's update raises")
    request = trained(steps=2, trace_at=[2])
    events = [json.loads(line) for line in client.post("/api/train", json=request).text.splitlines()]
    updates = next(event["updates"] for event in events if event["event"] == "trace")

    def is_told() -> None:
        for name, update in updates.items():
            added, hit = np.array(update["added"]), node(page, name).locator(".hit")
            counts = np.sum(added > 0), np.sum(added < 0)
            said = f"raises {counts[0]} of its numbers and lowers {counts[1]}. Its size is"
            expect(hit).to_have_attribute("aria-description", re.compile(re.escape(said)))
            share = float(f"{100 * update['ratio']:.2g}")
            expect(node(page, name).locator(".note")).to_have_text(f"↑{counts[0]} ↓{counts[1]} · {share:g} %")

    is_told()
    page.locator("#neurons-view").click()
    moved = sum(int(np.count_nonzero(update["added"])) for update in updates.values())
    expect(page.locator("#neurons .updates .arrow path")).to_have_count(moved)
    expect(page.locator("#neurons .readout")).to_contain_text("An arrow at a weight")
    page.locator("#neurons-view").click()
    page.reload()
    is_told()
    page.locator("#network-close").click()
    write(page, program(page).replace("tanh(x)", "relu(x)"))
    expect(page.locator("#graph g.node.updated")).to_have_count(0)  # of another program nobody knows it


def test_what_was_learnt_is_saved_and_a_network_begins_with_it(open_page, tmp_path):
    """The loss on all training samples is that of the weights before the step's update."""
    page = begun(open_page())
    stepped(page, 3)
    learnt = page.locator("#train-word").inner_text().partition("loss")[2]
    with page.expect_download() as download:
        page.locator("#train-save-safetensors").click()
    assert download.value.suggested_filename == "weights_3.safetensors"
    path = tmp_path / "weights.safetensors"
    download.value.save_as(path)
    assert {name: np.shape(value) for name, value in read_weights(path.read_bytes()).items()} == {
        "W1": (2, 4), "b1": (4,), "W2": (4, 2), "b2": (2,)
    }  # fmt: skip
    page.locator("#train-load-file").set_input_files(path)
    expect(page.locator("#train-said")).to_contain_text('begins with the weights of "weights.safetensors"')
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")
    assert page.locator("#train-word").inner_text().partition("loss")[2] == learnt
    path.write_bytes(b"none")
    page.locator("#train-load-file").set_input_files(path)
    expect(page.locator("#train-said")).to_contain_text("The file looks like .txt")
    page.locator("#train-unload").click()
    expect(page.locator("#train-unload")).to_be_hidden()


def test_the_spiral_is_told_apart_and_its_plane_is_painted(open_page):
    page = begun(open_page())
    page.locator("#net-starter").select_option("spiral")
    page.locator("#train-pace").select_option("100")
    page.locator("#train-play").click()
    expect(page.locator("#train-plane .sample")).to_have_count(400)
    wait_until(lambda: float(figure(page, "Test accuracy").removesuffix(" %")) > 95)
    page.locator("#train-play").click()
    # Painted in more than one colour.
    colours = page.evaluate(
        "new Set(new Uint32Array(document.querySelector('#train-plane canvas').getContext('2d').getImageData(0, 0, 36,"
        " 36).data.buffer)).size"
    )
    assert colours > 20


def test_ten_layers_show_what_becomes_of_the_gradient(open_page):
    page = begun(open_page())
    for starter, said in (("ten_sigmoids", "vanishes on its way back"), ("ten_relus", "changes only by a factor")):
        page.locator("#net-starter").select_option(starter)
        page.locator("#train-step").click()
        expect(page.locator("#train-gradients .meaning")).to_contain_text(said)
        expect(page.locator("#train-gradients .dot.train")).to_have_count(11)


def diverged(page: Page) -> None:
    page.locator("#net-starter").select_option("iris")
    page.locator("#net-optimizer-lr").fill("1e200")
    page.locator("#train-play").click()
    expect(page.locator("#train-word")).to_contain_text("stopped being a finite number at step 2, first in affine")


def test_a_loss_that_diverges_is_said_with_its_step_and_layer(open_page):
    page = begun(open_page())
    diverged(page)
    for button in ("step", "epoch", "play"):  # the same once more
        expect(page.locator(f"#train-{button}")).to_be_enabled()
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("stopped being a finite number at step 2")
    page.locator("#train-again").click()
    expect(page.locator("#train-readout dd")).to_have_count(0)


def test_a_loss_that_is_infinite_before_any_update_is_not_blamed_on_the_learning_rate(open_page):
    page = begun(open_page())
    paste(
        page,
        json.dumps(
            {
                "layers": [{"type": "affine", "W": [[1e308, 1e308], [1e308, 1e308]], "b": [0, 0]}],
                "loss": "mse",
                "x": [[10, 10]],
                "t": [[0, 0]],
            }
        ),
    )
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("before any update")
    expect(page.locator("#train-word")).not_to_contain_text("learning rate")
    expect(page.locator("#train-again")).to_be_enabled()
    page.locator("#train-again").click()
    expect(page.locator("#train-step")).to_be_enabled()


CHANGES = {
    "the learning rate": lambda page: page.locator("#net-optimizer-lr").fill("0.1"),
    "a layer": lambda page: page.locator("#net-layers-0-units").fill("7"),
    "the optimizer": lambda page: page.locator("#net-optimizer-type").select_option("adam"),
    "the seed": lambda page: page.locator("#net-init_seed").fill("3"),
}


def test_after_a_training_that_diverged_another_form_trains_at_once(open_page):
    page = begun(open_page())
    for (how, change), button in zip(CHANGES.items(), ["step", "epoch", "play", "step"], strict=True):
        page.locator("#net-starter").select_option("circle")  # the form is as it was at first
        diverged(page)
        change(page)
        expect(page.locator("#train-word"), how).to_contain_text("no training yet")
        if how != "the learning rate":
            page.locator("#net-optimizer-lr").fill("0.1")
        page.locator(f"#train-{button}").click()
        wait_until(lambda: figure(page, "Loss") != "NaN" and step(page) >= 1)
        expect(page.locator("#train-word"), how).not_to_contain_text("stopped being a finite number")


def test_a_form_that_says_the_same_again_is_where_it_was(open_page):
    page = begun(open_page())
    diverged(page)
    page.locator("#net-optimizer-lr").fill("0.1")
    expect(page.locator("#train-step")).to_be_enabled()
    page.locator("#net-optimizer-lr").fill("1e200")
    expect(page.locator("#train-word")).to_contain_text("stopped being a finite number at step 2")
    page.locator("#net-starter").select_option("circle")
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")


@pytest.mark.fresh_page  # a page keeps the curves that are compared
def test_another_network_begins_at_its_first_step_and_two_settings_are_compared_in_one_picture(open_page):
    page = begun(open_page())
    stepped(page, 2)
    page.locator("#train-keep").click()
    page.locator("#net-init").select_option("zeros")
    stepped(page, 0)
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")
    expect(page.locator("#train-loss .series.kept")).to_have_count(1)
    expect(page.locator("#train-loss .key")).to_contain_text("sgd · 0.3 · he · 4–2")
    page.locator("#train-keep").click()
    expect(page.locator("#train-loss .series.kept")).to_have_count(2)
    page.locator("#train-unkeep").click()
    expect(page.locator("#train-loss .series.kept")).to_have_count(0)
    page.locator("#net-layers-0-units").fill("6")
    expect(page.locator("#train-word")).to_contain_text("no training yet")
    expect(page.locator("#train-graph")).to_be_disabled()
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")


def test_what_is_wrong_with_the_training_is_said_at_its_field(open_page):
    page = begun(open_page())
    page.locator("#net-optimizer-lr").fill("-1")
    page.locator("#train-step").click()
    expect(page.locator("#net-optimizer-lr")).to_be_focused()
    expect(page.locator("#network .fault")).to_contain_text("optimizer.lr")
    expect(page.locator("#train-play")).to_be_enabled()


def test_leaving_the_place_ends_the_training(open_page):
    page = begun(open_page())
    page.locator("#train-play").click()
    wait_until(lambda: step(page) >= 5)
    page.keyboard.press("Escape")
    expect(page.locator("#network")).to_be_hidden()
    page.locator("#open-network").click()
    expect(page.locator("#train-play")).to_have_text("Train")


def test_a_file_in_cp949_keeps_its_classes_and_what_is_assumed_of_it_is_said(open_page, tmp_path):
    page = begun(open_page())
    page.locator("#net-dataset").select_option("csv")
    path = tmp_path / "꽃.csv"
    rows = [
        "2019,2020,종류",
        *(f'"1,{i}00",{i},{"똠방각하" if i % 2 else "펲시콜라"}' for i in range(10)),
    ]  # syllables that EUC-KR lacks
    path.write_bytes("\n".join(rows).encode("cp949"))
    page.locator("#net-file").set_input_files(path)
    expect(page.locator("#net-file-read")).to_have_text("꽃.csv was read as CP949 (EUC-KR).")
    expect(page.locator("#net-table-said")).to_contain_text("10 samples of 2 numbers each, in 2 classes")
    page.locator("#train-step").click()
    expect(page.locator("#train-word")).to_contain_text("step 1;")
    expect(page.locator("#train-plane figcaption")).to_contain_text("똠방각하")
    expect(page.locator("#train-remarks li")).to_have_count(2)  # the header of years, and the marks of thousands
    expect(page.locator("#train-remarks")).to_contain_text("1,000 is read as 1000")
    page.locator("#net-file").set_input_files(
        {"name": "book.xlsx", "mimeType": "application/zip", "buffer": b"PK\x03\x04\x00\x00\x08\x00"}
    )
    expect(page.locator("#network .fault")).to_contain_text("The file looks like .xlsx and cannot be read.")


def test_a_function_that_would_be_applied_twice_is_said_where_it_is_trained(open_page):
    page = begun(open_page(locale="ko-KR"))
    page.locator("#net-add").click()
    page.locator("#net-layers-3-type").select_option("softmax")
    page.locator("#train-step").click()
    expect(page.locator("#train-remarks")).to_contain_text("softmax_cross_entropy 손실은 그 함수를 한 번 더 적용합니다")


def test_one_setting_is_tried_with_several_values_and_where_each_ends_is_drawn_and_written(open_page):
    page = begun(open_page())
    page.locator("#net-starter").select_option("iris")
    page.locator("#train-trials summary").click()
    page.locator("#trials-values").fill("0.1, 1e200")
    page.locator("#trials-steps").fill("3")
    page.locator("#trials-run").click()
    rows = page.locator("#trials-table tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("td").first).to_contain_text(".")
    expect(rows.nth(1)).to_contain_text("diverged")
    expect(page.locator("#trials-chart .dot.train")).to_have_count(1)  # what diverged has no place
    page.locator("#net-layers-0-units").fill("5")
    expect(page.locator("#trials-table")).to_have_count(0)
    page.locator("#trials-setting").select_option("layers.0.units")
    becomes(lambda: page.locator("#trials-values").get_attribute("placeholder"), "2, 4, 8, 16, 32")
