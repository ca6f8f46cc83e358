"""Every English sentence of the engine or the service is in the Korean catalogue, with the same things named."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from gradlens.app.jobs.network_answers import KINDS as TRAININGS
from gradlens.app.problems import KINDS as SERVICE_KINDS
from gradlens.engine.advising.advice import HINTS
from gradlens.engine.advising.advice import KINDS as REMARKS
from gradlens.engine.deriving.derivations import steps_of
from gradlens.engine.diagnosing.wording import KINDS as DIAGNOSES
from gradlens.engine.errors import KINDS as ENGINE_KINDS
from gradlens.engine.errors import PLURAL, filled
from gradlens.engine.networks.data.table import KINDS as TABLES
from gradlens.engine.networks.heads import KINDS as HEADS
from gradlens.engine.ops import OPS
from tests.each import each

ROOT = Path(__file__).parent.parent
KOREAN = json.loads((ROOT / "static" / "i18n" / "problems.ko.json").read_text(encoding="utf-8"))
SENTENCES = (
    {f"problem.{kind}": sentence for kind, (_, sentence, _) in ENGINE_KINDS.items()}
    | {f"problem.{kind}": sentence for kind, (_, _, sentence) in SERVICE_KINDS.items()}
    | {f"warning.{kind}": sentence for kind, sentence in REMARKS.items()}
    | {f"warning.{kind}": sentence for kind, sentence in (HEADS | TABLES | TRAININGS).items()}
    | {f"warning.{param}": hint for param, hint in HINTS.items()}
    | {f"diagnosis.{kind}": sentence for kind, sentence in DIAGNOSES.items()}
)


def named(sentence: str) -> set[str]:
    """What a sentence is filled with. Two are added elsewhere: a suggestion, and the convention of an op."""
    return set(re.findall(r"(?<!\{)\{(\w+)", sentence)) - {"suggestion", "convention"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_key_says_one_thing(language):
    """The page puts its catalogues together: of two that have one key, the later is heard."""
    catalogues = sorted((ROOT / "static" / "i18n").glob(f"*{language}.json"))
    keys = Counter(key for file in catalogues for key in json.loads(file.read_text(encoding="utf-8")))
    assert [key for key, times in keys.items() if times > 1] == []


@each("key", SENTENCES)
def test_a_sentence_is_said_in_korean_with_the_same_things_named(key):
    assert named(KOREAN[key]) == named(SENTENCES[key])
    assert re.search("[가-힣]", KOREAN[key])
    if key.startswith("problem."):
        assert re.search("[가-힣]", KOREAN[f"{key}.title"])


def test_no_sentence_is_kept_that_nobody_says():
    said = set(SENTENCES) | {f"{key}.title" for key in SENTENCES}
    page = set(json.loads((ROOT / "static" / "i18n" / "problems.en.json").read_text(encoding="utf-8")))
    kept = {key for key in KOREAN if key.startswith(("problem.", "warning.", "diagnosis."))}
    assert kept <= said | page


ENGLISH = dict(SENTENCES) | {
    key: sentence
    for file in (ROOT / "static" / "i18n").glob("*en.json")
    for key, sentence in json.loads(file.read_text(encoding="utf-8")).items()
}
FORMS = [pair for sentence in ENGLISH.values() for _, *pair in PLURAL.findall(sentence)]
WORDS = {one.split()[0]: many.split()[0] for one, many in FORMS if one.split()[0] != "is"}  # element: elements
FACTORS = {"factor": 1.5, "ratio": 1.5, "most": 1000}  # "1.5 times as long" counts nothing


@pytest.mark.parametrize("count", [0, 1, 2])
def test_no_english_sentence_counts_in_the_wrong_number(count):
    wrong = WORDS if count != 1 else WORDS.values()
    assert {"element", "node", "mistake"} <= set(WORDS)
    found = []
    for key, sentence in ENGLISH.items():
        said = filled(
            re.sub(r":[^{}:]*g\}", "}", sentence),
            dict.fromkeys(named(sentence) | {"suggestion", "convention"}, count) | FACTORS,
        )
        # "the number 1": a count stands before its noun, perhaps with one word between.
        if re.search(rf"(?<![\d.(×]){count} ((floating-point|forward|other) )?({'|'.join(wrong)})\b(?! [=×])", said):
            found.append((key, said))
    assert found == []


def test_the_page_and_the_engine_read_plurals_alike():
    source = (ROOT / "static" / "js" / "lib" / "i18n.js").read_text(encoding="utf-8")
    assert r"(\w*)(?:\?([^{}:]*):([^{}]*)|" in source and PLURAL.pattern == r"\{(\w+)\?([^{}:]*):([^{}]*)\}"


# Forms that hang on the word before them; and particles, which no space precedes.
HANGING = r"이|가|은|는|을|를|와|과|으로|로|이라는|라는|나|이어야|여야"
PARTICLES = rf"{HANGING}|의|에|에는|에서|처럼|까지|부터|만|인|인데|입니다"
CATALOGUES = sorted((ROOT / "static" / "i18n").glob("*ko.json"))
# Read as something else, or said in two ways: an addressee and a sender (inverted), a seam, a side of a polygon.
FOREIGN = [
    "받는 곳",
    "보내는 곳",
    "이음매",
    "꺾인 점",
    "국소 미분",
    "상류 기울기",
    "상류의 기울기",
    "유효 숫자",
    r"(?<![가-힣])변[을이은과](?= )",
    r"(?<![가-힣])변마다",
]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_korean_says_one_thing_with_one_word(path):
    for key, sentence in json.loads(path.read_text(encoding="utf-8")).items():
        assert not [word for word in FOREIGN if re.search(word, sentence)], key


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_korean_particles_fit_what_they_are_filled_with_and_are_attached(path):
    for key, sentence in json.loads(path.read_text(encoding="utf-8")).items():
        aside = re.sub(
            r"(?<=[가-힣])\([^()]*\)", "", sentence
        )  # the particle after an aside is that of the noun before it
        assert not re.search(rf"\{{\w+\}}[\"”’)\]]*(?:{HANGING})(?![가-힣])", aside), key
        assert not re.search(r"[은이을과]\([는가를와]\)|[와과]\([과와]\)|\(으\)로", sentence), key
        assert not re.search(
            rf"[}}A-Za-z0-9\"”)\]*@~] (?:{PARTICLES})(?=[ .,:;]|$)", sentence.replace(" 이 언어", "")
        ), key


def in_korean() -> list[str]:
    """What the engine says in Korean itself."""
    reasons = [step.reason["ko"] for op in OPS.values() for steps in steps_of(op).values() for step in steps]
    return reasons + [text["ko"] for op in OPS.values() for text in ({"ko": op.words.ko}, op.words.convention) if text]


def test_the_engines_own_korean_keeps_to_these_words_too():
    assert [sentence for sentence in in_korean() if any(re.search(word, sentence) for word in FOREIGN)] == []
    assert [
        sentence for sentence in in_korean() if re.search(rf"[A-Za-z0-9)\]] (?:{PARTICLES})(?=[ .,:;]|$)", sentence)
    ] == []
