"""The book: both languages of a chapter are one chapter, its numbers are the published ones, and its exercises are
solved by what they call right and by nothing else.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from gradlens.app.jobs import lessons, networks
from gradlens.app.jobs.learning import files, handles, models, prose
from gradlens.app.jobs.learning.axes import scale_of
from gradlens.app.jobs.learning.figures import told
from gradlens.app.jobs.learning.particles import with_particle
from gradlens.app.jobs.learning.plots import drawn_series, value_at
from gradlens.app.jobs.learning.trainings import Trained
from gradlens.app.jobs.network_requests import dataset
from gradlens.app.problems import Problem
from gradlens.app.schemas.learning import AnswerRequest, ChapterName, ExerciseName, Language
from gradlens.app.schemas.training import TrainRequest
from gradlens.app.settings import Settings
from gradlens.engine.errors import EngineError
from gradlens.engine.ops import OPS
from tests.each import each

SETTINGS = Settings()
CHAPTERS = list(files.chapters())
EXERCISES = [(chapter, id) for chapter, shared in files.chapters().items() for id in shared.exercises]
SEEDS = (1, 2, 3, 4)
LANGUAGES: tuple[Language, ...] = ("en", "ko")


@lru_cache
def read(chapter: str, language: Language) -> dict[str, Any]:
    return orjson.loads(lessons.chapter(ChapterName(chapter=chapter, language=language), SETTINGS))


def asked(chapter: str, id: str, seed: int = 1, language: Language = "en") -> dict[str, Any]:
    return orjson.loads(
        lessons.exercise(ExerciseName(chapter=chapter, exercise=id, seed=seed, language=language), SETTINGS)
    )


def answered(
    chapter: str, id: str, answer: str | list[str], seed: int = 1, reveal: bool = False, language: Language = "en"
):
    request = AnswerRequest(chapter=chapter, exercise=id, seed=seed, answer=answer, reveal=reveal, language=language)
    return orjson.loads(lessons.answer(request, SETTINGS))


def test_what_the_workbench_leads_to_is_there_once():
    panels = (files.folder("static") / "js" / "panels" / "panels.js").read_text("utf-8")
    mistakes = (key for key in catalogue("en") if key.startswith("diagnose.name."))
    known = {*OPS, *(f"#{id}" for id in re.findall(r'id: "([\w-]+)"', panels))}
    known |= {f"!{key.removeprefix('diagnose.name.')}" for key in mistakes}
    explained = [
        (key, chapter, id) for chapter, shared in files.chapters().items() for key, id in shared.explains.items()
    ]
    assert len({key for key, *_ in explained}) == len(explained) > 10
    for key, chapter, id in explained:
        assert key in known, key
        assert id in outline(read(chapter, "en")["html"])["paragraphs"], (chapter, id)


def test_a_link_that_was_made_to_a_paragraph_stays_valid():
    """A paragraph may be written anew, and another may come; its id stays where somebody may have linked to it."""
    links = orjson.loads((Path(__file__).parent / "book_links.json").read_bytes())
    assert set(links) == set(CHAPTERS)
    for chapter, ids in links.items():
        for language in LANGUAGES:
            assert set(outline(read(chapter, language)["html"])["paragraphs"]) == set(ids), (
                f"{chapter}: a new paragraph goes into book_links.json; one that is there keeps its id"
            )


def outline(html: str) -> dict[str, list[str]]:
    """What the two languages of a chapter have in common."""
    return {
        "headings": re.findall(r"<(h[12])>", html),
        "figures": re.findall(r'data-figure="([^"]+)"', html),
        "trainings": re.findall(r'data-training="([^"]+)"', html),
        "exercises": re.findall(r'data-exercise="([^"]+)"', html),
        "terms": re.findall(r'data-term="([^"]+)"', html),
        "paragraphs": re.findall(r'<(?:p|h2) id="([^"]+)"', html),
        "formulas": re.findall(r"<math", html),
        "plots": re.findall(r'data-plot="([^"]+)"', html),
        "lines": re.findall(r'<li><svg class="swatch (series-\d)"', html),
    }


@each("chapter", CHAPTERS)
def test_the_two_languages_of_a_chapter_differ_in_words_alone(chapter):
    en, ko = (outline(read(chapter, language)["html"]) for language in LANGUAGES)
    assert en == ko
    shared = files.chapter(chapter)
    assert en["exercises"] == list(shared.exercises)
    assert sorted(en["paragraphs"]) == sorted(shared.scenes)
    assert set(en["figures"]) == set(shared.figures)
    assert set(en["plots"]) == set(shared.plots)
    assert set(en["trainings"]) == set(shared.trainings)
    assert 3 <= len(shared.exercises) <= 9


@each("chapter", CHAPTERS)
def test_a_link_into_a_chapter_leads_to_one_place(chapter):
    ids = re.findall(r'\sid="([^"]+)"', read(chapter, "ko")["html"])
    assert sorted(ids) == sorted(set(ids))


@each("chapter", CHAPTERS)
def test_the_figures_of_both_languages_are_one_graph(chapter):
    en, ko = (read(chapter, language)["figures"] for language in LANGUAGES)
    for id, figure in en.items():
        one, other = (
            [(node["op"], node["inputs"], node["value"], node["gradient"]) for node in drawn["trace"]["nodes"]]
            for drawn in (figure, ko[id])
        )
        assert one == other
        assert len(figure["geometry"]["nodes"]) == len(figure["trace"]["nodes"])


@each("chapter", CHAPTERS)
def test_no_formula_and_no_mark_of_the_template_is_left_in_a_chapter(chapter):
    for language in LANGUAGES:
        prose = re.sub(r"<[^>]+>", "", read(chapter, language)["html"])
        assert not re.search(r"\{\{|\}\}|\{%|\\\(|\\\[|\\frac|&lt;", prose)


@each("chapter", CHAPTERS)
def test_every_term_of_a_chapter_is_in_the_glossary(chapter):
    words = orjson.loads((files.folder("static") / "i18n" / "glossary.en.json").read_bytes())
    assert all(f"glossary.{term}.term" in words for term in outline(read(chapter, "en")["html"])["terms"])


# Saito, Deep Learning from Scratch (2016), 4.2.2, 4.5, 5.1 to 5.3 and 5.6.3.
PUBLISHED = {
    ("cross-entropy", "surprise", "value"): {"L": 0.510825457099338},
    ("softmax", "parts", "gradient"): {"z": [0.3, -0.8, 0.5]},
    ("graphs", "prices", "value"): {"total": 715, "apple_price": 200, "price": 650},
    ("graphs", "prices", "gradient"): {
        "apple": 2.2, "apple_count": 110, "orange": 3.3, "orange_count": 165, "tax": 650, "price": 1.1,
    },
    ("chain-rule", "square", "gradient"): {"x": 10, "y": 10, "t": 10},
    ("numerical", "parameters", "value"): {"n": 784 * 100 + 100 + 100 * 10 + 10, "evaluations": 159_020},
    ("numerical", "difference", "value"): {"slope": 3.25},
}  # fmt: skip


@each("place,numbers", list(PUBLISHED.items()))
def test_numbers_are_the_published_ones(place, numbers):
    chapter, figure, kind = place
    nodes = {node["name"]: node[kind] for node in read(chapter, "en")["figures"][figure]["trace"]["nodes"]}
    for name, number in numbers.items():
        assert nodes[name] == pytest.approx(number), name


def test_a_figure_tells_its_numbers_for_other_inputs_and_leads_its_curve_through_them():
    shared = files.chapter("cross-entropy")
    figure = prose.computed_figures(shared, "ko", SETTINGS)["surprise"]
    assert figure.moved({"p": 0.1}).value("L") == pytest.approx(2.302585092994046)
    assert figure.value("L") == pytest.approx(0.510825623765991)
    curve = str(handles.curve(figure, "p", shared.figures["surprise"].handles["p"], "{output}, {name}"))
    least, most, low, high, left, right, bottom, top, _ = map(
        float, re.findall(r'data-scale="([^"]+)"', curve)[0].split()
    )
    dot = {key: float(value) for key, value in re.findall(r'(c[xy])="([^"]+)"', curve)}
    assert least + (dot["cx"] - left) / (right - left) * (most - least) == pytest.approx(0.6, abs=0.002)
    assert low + (dot["cy"] - bottom) / (top - bottom) * (high - low) == pytest.approx(0.5108, abs=0.01)
    assert 'aria-label="L, p"' in curve


def test_a_figure_tells_a_step_of_descent_and_a_check_of_its_gradients():
    [net] = prose.computed_figures(files.chapter("network"), "en", SETTINGS).values()
    names = ["W1", "b1", "W2", "b2"]
    # Scores 1 and 0, of which the second is right: y - t is p and -p.
    p = 1 / (1 + math.exp(-1))
    assert net.gradient("W1") == pytest.approx(np.array([[p, 0], [2 * p, 0]]))
    stepped = net.descended(names, 0.5)
    assert stepped.value("W1") == pytest.approx(np.array([[1 - p / 2, -1], [-p, 1]]))
    assert stepped.value("L") < net.value("L")
    assert net.checked(names)["elements"] == 12
    assert net.checked(names)["error"] < 1e-9


def test_the_pictures_of_a_training_are_held_out_by_it_and_it_learns_more_than_eight_of_ten_in_one_epoch():
    shown = read("network", "en")["trainings"]["digits"]
    request = TrainRequest.model_validate(shown["request"] | {"epochs": 1, "report_every": 100})
    data = dataset(request)
    assert data is not None and data.classes is not None
    pictures = slice(data.train, data.train + len(shown["labels"]))
    np.testing.assert_array_equal(shown["request"]["predict"], data.x[pictures])
    assert shown["labels"] == [data.classes[int(at)] for at in data.t[pictures]]
    *_, end = map(orjson.loads, networks.train(request, SETTINGS))
    assert end["test"]["accuracy"] > 0.8
    trained = Trained(files.chapter("network").trainings["digits"]).numbers()
    assert trained["parameters"] == 64 * 32 + 32 + 32 * 10 + 10
    assert (trained["train"], trained["test"]) == (data.train, len(data.x) - data.train)


def test_a_figure_with_a_curve_has_one_handle():
    one = models.Handle(least=0, most=1, curve=True)
    with pytest.raises(ValueError, match="one handle"):
        models.MovedFigure(program="L = p * q", handles={"p": one, "q": one})


def right_answer(chapter: str, id: str, seed: int) -> str | list[str]:
    """What the service itself tells when it is asked for the solution, as an answer."""
    exercise, question = files.exercise(chapter, id), asked(chapter, id, seed)
    if exercise.kind == "derivation":
        return [line.text for line in exercise.lines]
    if exercise.kind == "order":
        return answered(chapter, id, exercise.among, seed, reveal=True)["solution"].split(", ")
    if exercise.kind == "edge":
        source, target = (one.strip() for one in exercise.of.split(">"))
        trace = question["figure"]["trace"]
        names = [node["name"] for node in trace["nodes"]]
        return next(
            str(edge["id"])
            for edge in trace["edges"]
            if (names[edge["source"]], names[edge["target"]]) == (source, target)
        )
    wrong = {"repair": question["program"], "sign": "?", "shape": "?"}.get(exercise.kind, "123456.789")
    found = answered(chapter, id, wrong, seed, reveal=True)
    assert not found["right"]
    return (
        found["solution"].replace("−", "-")
        if exercise.kind in ("gradient", "value", "contribution")
        else found["solution"]
    )


@each("chapter,id", EXERCISES)
def test_an_exercise_is_solved_by_its_solution_with_every_seed(chapter, id):
    for seed in SEEDS:
        answer = right_answer(chapter, id, seed)
        found = answered(chapter, id, answer, seed)
        assert found["right"] and found["sentence"] is None, (seed, answer)


@each("chapter,id", EXERCISES)
def test_what_is_wrong_is_not_told_with_its_solution_before_it_is_asked_for(chapter, id):
    exercise = files.exercise(chapter, id)
    wrong = {
        "derivation": ["12345.6 * 7"], "order": None, "edge": None, "repair": asked(chapter, id)["program"],
    }.get(exercise.kind, "?" if exercise.kind in ("sign", "shape") else "123456.789")  # fmt: skip
    if exercise.kind == "order":
        wrong = list(reversed(right_answer(chapter, id, 1)))
    if exercise.kind == "edge":
        edges = asked(chapter, id)["figure"]["trace"]["edges"]
        wrong = next(str(edge["id"]) for edge in edges if str(edge["id"]) != right_answer(chapter, id, 1))
    found = answered(chapter, id, wrong)
    assert not found["right"] and found["solution"] is None
    assert found["sentence"] and found["explanation"]
    words = catalogue("ko")
    assert found["sentence"] in words, found["sentence"]
    assert set(re.findall(r"\{(\w+)", words[found["sentence"]])) <= set(found["params"])


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    return {
        key: text
        for part in ("learn", "panels")
        for key, text in orjson.loads(
            (files.folder("static") / "i18n" / f"{part}.{language}.json").read_bytes()
        ).items()
    }


# Programs: local/upstream with a = 5, b = -2, k = -4, p = a b, L = k p; graphs/orange with 6 oranges and 1.05.
NAMED = [
    ("local", "upstream", "b", "learn.wrong.local-alone"),
    ("local", "upstream", "k", "learn.wrong.upstream-alone"),
    ("local", "upstream", "-(k * b)", "learn.wrong.sign"),
    ("local", "upstream", "a * k", "learn.wrong.other-edge"),
    ("graphs", "orange", "1.05", "diagnose.name.missing-factor"),
    ("graphs", "rise", "1", "learn.wrong.sign-right"),
    ("graphs", "rise", "-1", "learn.wrong.sign-wrong"),
    ("graphs", "orange", "orange", "learn.wrong.own-value"),
    ("softmax", "equal", "[1/3, 0.25, -2/3]", "learn.wrong.some-elements"),
    ("local", "upstream", "k + b", "learn.wrong.sum-for-product"),
    ("chain-rule", "path", "54", "learn.wrong.whole-gradient"),
    ("graphs", "largest", ["apple", "tax", "apple_count"], "learn.wrong.order"),
    ("chain-rule", "lost", "0", "learn.wrong.constant"),
    ("chain-rule", "lines", ["2*t*1", "t"], "learn.derivation.line"),
    ("chain-rule", "lines", ["2*t"], "learn.derivation.not-done"),
    ("chain-rule", "lines", ["2*t*1", "2 *"], "learn.derivation.unreadable"),
    ("chain-rule", "lines", ["x"], "learn.derivation.first-line"),
    ("graphs", "discount", "total = 1", "learn.wrong.repair-output"),
    ("softmax", "repair", "z = [10, 9]\nt = [0, 1]\nL = -sum(t * log(softmax(z)))", "learn.wrong.repair-input"),
    ("softmax", "equal", "[-1/3, -1/3, 2/3]", "learn.wrong.known"),
    ("network", "open-gate", "0", "learn.wrong.edge"),
    ("cross-entropy", "binary", "-1 / (1 - y)", "learn.wrong.known"),
    ("network", "bias", "[-22, 11]", "learn.wrong.known"),
    ("cross-entropy", "loudest", ["a", "b", "c"], "learn.wrong.order"),
    ("cross-entropy", "repair", "t = 1\ny = 0.8\nL = t * log(y) + (1 - t) * log(1 - y)", "learn.wrong.repair-output"),
    ("numerical", "square", "above - below", "learn.wrong.known"),
    ("numerical", "square", "slope * 2", "learn.wrong.known"),
    ("numerical", "cube", "-h*h", "learn.wrong.known"),
    ("numerical", "evaluations", "parameters", "learn.wrong.known"),
    ("proofs", "row", "one * (1 - y)", "learn.wrong.known"),
    ("proofs", "lost", "0", "learn.wrong.edge"),
    (
        "proofs",
        "two",
        ["(exp(a) * (exp(a) + exp(b)) - exp(a) * exp(a)) / (exp(a) + exp(b)) ** 2", "y * y"],
        "learn.derivation.line",
    ),
    ("proofs", "difference", ["-t / y * J + (1 - t) / (1 - y) * J", "t - y"], "learn.derivation.line"),
    ("proofs", "passes", "forward", "learn.wrong.known"),
    ("beyond", "mean", "where(x == L + m, 1, 0)", "learn.wrong.known"),
    ("beyond", "attend", "a", "learn.wrong.known"),
    ("beyond", "steps", "w", "learn.wrong.known"),
    ("beyond", "filter", "x1 + x2 + x3", "learn.wrong.known"),
    ("beyond", "closing-all", "(x + c) * d * 2", "learn.wrong.known"),
]


@each("chapter,id,answer,sentence", NAMED)
def test_a_mistake_is_called_by_its_name(chapter, id, answer, sentence):
    seed = next(
        seed
        for seed in range(1, 200)
        if (chapter, id) != ("chain-rule", "path") or "x = 3\na = 2" in asked(chapter, id, seed)["program"]
    )
    found = answered(chapter, id, answer, seed)
    assert not found["right"]
    assert found["sentence"] == sentence
    assert catalogue("en")[sentence].format(**found["params"]) == found["explanation"] or "diagnose" in sentence


UNREADABLE = [
    ("graphs", "orange", ""), ("graphs", "orange", "1 +"), ("graphs", "orange", "nobody"),
    ("graphs", "orange", "[1, 2"), ("graphs", "orange", ["1"]), ("graphs", "largest", "tax"),
    ("graphs", "largest", ["nobody"]), ("local", "wrong", "99"), ("local", "wrong", "x"),
    ("chain-rule", "lines", []), ("chain-rule", "lines", ["[1, 2]"]),
    ("graphs", "discount", ""),
    ("chain-rule", "lines", ["2 * t"] * 41), ("chain-rule", "lines", ["__import__('os')"]), ("nobody", "lines", "1"),
    ("graphs", "nobody", "1"),
]  # fmt: skip


@each("chapter,id,answer", UNREADABLE)
def test_what_cannot_be_read_is_refused_with_a_sentence(chapter, id, answer):
    with pytest.raises((Problem, EngineError)):
        answered(chapter, id, answer)
    if chapter != "nobody" and id != "nobody":
        found = answered(chapter, id, answer, reveal=True)
        assert not found["right"] and found["solution"]


def test_the_jacobian_of_softmax_and_y_minus_t_are_what_their_formulas_say():
    figures = read("proofs", "en")["figures"]
    row, loss = ({node["name"]: node for node in figures[id]["trace"]["nodes"]} for id in ("row", "loss"))
    y = row["y"]["value"]
    assert row["s"]["gradient"] == pytest.approx([y[0] * (1 - y[0]), -y[0] * y[1], -y[0] * y[2]])
    assert loss["s"]["gradient"] == pytest.approx([y[0], y[1] - 1, y[2]])
    assert "8 multiplications, and all 5 gradients" in read("proofs", "en")["html"]


def test_a_convolution_is_numpys_and_a_normalised_batch_ties_its_samples():
    figures = read("beyond", "en")["figures"]
    conv, normal = ({node["name"]: node for node in figures[id]["trace"]["nodes"]} for id in ("convolution", "normal"))
    assert conv["y"]["value"] == pytest.approx(np.correlate([1, 2, 0, -1], [1, -1], "valid"))
    assert conv["w"]["gradient"] == pytest.approx(np.correlate([1, 2, 0, -1], conv["y"]["value"], "valid"))
    y, spread = np.array(normal["y"]["value"]), math.sqrt(14 / 3)
    assert normal["x"]["gradient"] == pytest.approx((np.array([1, 0, 0]) - 1 / 3 - y * y[0] / 3) / spread)


def plotted(chapter: str, plot: str, seconds: float = 0.0):
    return {one.id: one for one in drawn_series(files.plot(chapter, plot), "en", SETTINGS, seconds)}


def test_the_error_of_a_central_difference_is_what_calculus_says_until_rounding_takes_over():
    drawn = plotted("numerical", "steps")
    errors = dict(drawn["error"].points)
    assert errors[0.1] == pytest.approx(1 - 0.1 / math.sinh(0.1), rel=1e-9)  # of the larger one
    assert errors[1e-12] > 1e-6 > errors[1e-3] > errors[1e-5] < errors[1e-8]
    assert value_at(list(drawn.values()), "error", 1e-12) == errors[1e-12]
    assert dict(drawn["truncation"].points)[0.1] == pytest.approx(0.01 / 6)


def test_the_cost_of_numerical_differentiation_is_carried_on_from_what_was_measured():
    drawn = plotted("numerical", "cost")
    last, took = drawn["numeric"].points[-1]
    assert drawn["numeric-carried"].points == [(last, took), (79_510, pytest.approx(took / last * 79_510))]
    assert [y for _, y in drawn["numeric-pass"].points] == [drawn["numeric-pass"].points[0][1]] * 2
    # 58 s and 53,500 times one backpropagation: measured for this network, float64, one thread.
    assert drawn["published"].points == [(79_510, 58)]
    assert "53,500" in read("numerical", "en")["html"] and "53,500" in read("numerical", "ko")["html"]


TOLD = {79510: "79510", -0.0: "0", -3.0: "−3", 1e-7: "10⁻⁷", 2e-7: "2 × 10⁻⁷", 1e9: "10⁹", 0.12345: "0.1235"}


@each("value,text", list(TOLD.items()))
def test_a_number_in_a_sentence_has_four_digits_and_a_whole_one_all(value, text):
    assert told(value) == text


AXES = [
    ([0.0, 8.0], False, ["0", "2", "4", "6", "8"]),
    ([-0.3, 1.0], False, ["−0.5", "0", "0.5", "1"]),
    ([1e-3, 10.0], True, ["10⁻³", "10⁻²", "10⁻¹", "1", "10"]),
    ([0.0, math.inf, 5.0], True, ["1", "10"]),
    ([3.0], False, ["3", "3.2"]),
]


@each("values,is_log,ticks", AXES)
def test_an_axis_has_round_numbers_around_what_it_shows(values, is_log, ticks):
    assert [text for _, text in scale_of(values, is_log).ticks] == ticks


def test_other_seeds_have_other_numbers_and_the_same_seed_the_same():
    programs = {asked("graphs", "orange", seed)["program"] for seed in range(1, 30)}
    assert len(programs) > 20
    assert asked("graphs", "orange", 7) == asked("graphs", "orange", 7)


def test_a_korean_answer_is_in_korean_names():
    assert answered("graphs", "orange", "귤_개수 × 소비세", language="ko")["right"]


PARTICLES = {
    "3": "과", "4": "와", "1": "과", "2.2": "와", "215.5": "와", "L": "과", "사과": "와", "값": "과", "10⁵": "과",
}  # fmt: skip


@each("word,fitting", list(PARTICLES.items()))
def test_a_particle_fits_the_number_before_it(word, fitting):
    assert with_particle(word, "과/와") == word + fitting
