"""Questions for Moodle."""

from __future__ import annotations

from html import escape
from xml.etree import ElementTree

from gradlens.app.jobs.exam_files.wording import WORDS, Content, answers, number, other_numbers, title


def moodle_xml(content: Content) -> str:
    """Numerical questions as Moodle XML (docs.moodle.org, "Moodle XML format"), in a category of their own."""
    words = WORDS[content.language]
    quiz = ElementTree.Element("quiz")
    category = ElementTree.SubElement(ElementTree.SubElement(quiz, "question", type="category"), "category")
    text_in(category, "$course$/top/gradlens")
    for k, variant in enumerate(content.variants):
        numbers = other_numbers(content.variants, k)
        for asked in variant["questions"]:
            one = ElementTree.SubElement(quiz, "question", type="numerical")
            text_in(ElementTree.SubElement(one, "name"), title(k, asked))
            lines = [
                f"<pre>{escape(content.program)}</pre>",
                *([f"<p>{escape(words['with'].format(numbers=numbers))}</p>"] if numbers else []),
                f"<p>{escape(words['ask'].format(symbol=asked['symbol']))}</p>",
                f"<p>{escape(words['within'].format(tolerance=number(asked['tolerance'])))}</p>",
            ]
            text_in(ElementTree.SubElement(one, "questiontext", format="html"), "\n".join(lines))
            solution = words["solution"].format(symbol=asked["symbol"], right=number(asked["right"]))
            text_in(ElementTree.SubElement(one, "generalfeedback", format="html"), f"<p>{escape(solution)}</p>")
            ElementTree.SubElement(one, "defaultgrade").text = "1"
            for value, fraction, said in answers(asked, words, content.credit):
                answer = ElementTree.SubElement(
                    one, "answer", fraction=f"{100 * fraction:g}", format="moodle_auto_format"
                )
                ElementTree.SubElement(answer, "text").text = number(value)
                ElementTree.SubElement(answer, "tolerance").text = number(asked["tolerance"])
                text_in(ElementTree.SubElement(answer, "feedback", format="html"), f"<p>{escape(said)}</p>")
    ElementTree.indent(quiz)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(quiz, encoding="unicode") + "\n"


def text_in(parent: ElementTree.Element, text: str) -> None:
    ElementTree.SubElement(parent, "text").text = text
