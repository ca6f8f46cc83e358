"""Korean particles that fit the word before them, as it is read: the same rules as static/js/lib/particles.js."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

PLACEHOLDER = re.compile(r"\{(\w*)(?:\?([^{}:]*):([^{}]*)|\|([^{}]*))?\}")

# The forms that follow a consonant; each has a partner that follows a vowel.
AFTER_CONSONANT = {"이", "은", "을", "과", "으로", "이라는", "이나", "이어야"}
ALSO_AFTER_L = "으로"  # the form whose partner follows ㄹ as it follows a vowel
# How what is no Hangul ends when it is read: 0 is 영, 1 is 일, L is 엘. All others end in a vowel.
CONSONANTS, ENDING_IN_L = "036mnεου′", "178lr"
POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"  # "10⁵" is 10의 5제곱
SILENT = " \t\n\"'`“”‘’.,;:…)]}⟩"
FIRST_SYLLABLE, LAST_SYLLABLE, FINALS, FINAL_L = "가", "힣", 28, 8


def with_particle(word: str, pair: str) -> str:
    """A word with the particle that fits it: 4와, 3과 for "과/와"."""
    closed, open = sorted(pair.split("/"), key=lambda form: form not in AFTER_CONSONANT)
    end = ending(word)
    return word + (closed if end == "consonant" or (end == "ㄹ" and closed != ALSO_AFTER_L) else open)


def ending(word: str) -> str:
    """How a word ends when it is read: "vowel", "consonant" or "ㄹ"."""
    letters = unicodedata.normalize("NFC", word).rstrip(SILENT)
    if not letters:
        return "vowel"
    last = letters[-1]
    if last in POWERS:
        return "consonant"
    letter = unicodedata.normalize("NFKC", last).lower()
    if FIRST_SYLLABLE <= letter <= LAST_SYLLABLE:
        final = (ord(letter) - ord(FIRST_SYLLABLE)) % FINALS
        return "vowel" if final == 0 else "ㄹ" if final == FINAL_L else "consonant"
    if letter in ENDING_IN_L:
        return "ㄹ"
    return "consonant" if letter in CONSONANTS else "vowel"


def filled(sentence: str, params: Mapping[str, object]) -> str:
    """A sentence of the page's catalogues with names and numbers in place, as static/js/lib/i18n.js fills it.

    {name}; {name?one:many} by a count; {name|이/가} with the particle that fits it; {|이/가} after what stands before.
    """
    written, at = "", 0
    for found in PLACEHOLDER.finditer(sentence):
        written += sentence[at : found.start()]
        at = found.end()
        name, one, many, pair = found.groups()
        if name and name not in params:
            written += found[0]
        elif pair:
            written = written + with_particle(str(params[name]), pair) if name else with_particle(written, pair)
        elif one is not None:
            written += one if params[name] == 1 else many
        else:
            written += str(params[name])
    return written + sentence[at:]
