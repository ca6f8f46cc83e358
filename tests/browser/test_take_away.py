"""What the figure shows is taken away as files: each is opened, and holds what the page shows."""

from __future__ import annotations

import re
import struct
from base64 import b64encode
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.app.serving import becomes
from tests.browser.test_access import serious
from tests.browser.test_page import go_to, node, steps, write

SVG = "{http://www.w3.org/2000/svg}"
PROGRAM = "x = 3\nz = x * x"
STARTED_AND_CANCELLED = """() => {
  document.querySelector("#take-away-save").click();
  document.querySelector("#take-away-cancel").click();
}"""
PRINTED = """() => {
  window.print = () => {
    window.printed = document.querySelectorAll("#printed-pages img").length;
    window.dispatchEvent(new Event("afterprint"));
  };
}"""


def choose(page: Page, format: str, **options: str) -> None:
    """Wait until what is chosen can be taken."""
    page.locator("#take-away-format").select_option(format)
    for name, value in options.items():
        page.locator(f"#take-away-{name}").select_option(value)
    expect(page.locator("#take-away-save")).to_be_enabled()


def taken(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.locator("#take-away-save").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def told(page: Page) -> str:
    return page.locator("#take-away .size").inner_text()


def gif_frames(content: bytes) -> tuple[int, int]:
    """Frames, and what they last in hundredths of a second, by the blocks of GIF89a."""
    assert content[:6] == b"GIF89a" and content[-1:] == b";"
    at, frames, lasts = 13 + (3 << (content[10] & 7) + 1 if content[10] & 128 else 0), 0, 0
    while content[at : at + 1] != b";":
        if content[at] == 0x21:
            if content[at + 1] == 0xF9:
                lasts += struct.unpack_from("<H", content, at + 4)[0]
            at += 2
        else:
            assert content[at] == 0x2C
            frames += 1
            at += 11 + (3 << (content[at + 9] & 7) + 1 if content[at + 9] & 128 else 0)
        while content[at]:
            at += content[at] + 1
        at += 1
    return frames, lasts


def webm_frames(content: bytes) -> int:
    """The blocks of a WebM's clusters, by the elements of EBML."""

    def number(at: int, keeps_mark: bool) -> tuple[int, int]:
        length = 9 - content[at].bit_length()
        value = int.from_bytes(content[at : at + length], "big")
        return value if keeps_mark else value & (1 << 7 * length) - 1, at + length

    at, frames = 0, 0
    while at < len(content):
        id, at = number(at, True)
        size, at = number(at, False)
        if id in (0x18538067, 0x1F43B675, 0xA0):  # a segment, a cluster, a group of blocks: their content is next
            continue
        frames += id in (0xA3, 0xA1)
        at += size
    return frames


# How many pixels of a GIF's last frame are far from those of a PNG.
FAR = """async ([gif, png, last]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.codePointAt(0));
  const decoder = new ImageDecoder({data: bytes(gif), type: "image/gif"});
  await decoder.tracks.ready;
  const {image} = await decoder.decode({frameIndex: last});
  const pixels = (source, width, height) => {
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(source, 0, 0);
    return context.getImageData(0, 0, width, height).data;
  };
  const size = [image.displayWidth, image.displayHeight];
  const other = pixels(await createImageBitmap(new Blob([bytes(png)])), ...size);
  const own = pixels(image, ...size);
  image.close(); // or the browser complains of it when it is collected, in whichever test that is
  return own.filter((value, i) => Math.abs(value - other[i]) > 96).length;
}"""


def test_the_figure_is_taken_away_as_pictures_pages_animations_and_documents(open_page, client, tmp_path):
    page = open_page()
    write(page, PROGRAM)
    expect(node(page, "z")).to_be_visible()
    last = steps(page)
    go_to(page, last)
    page.locator("h1").click()
    page.keyboard.press("a")
    dialog = page.locator("#take-away")
    expect(dialog).to_be_visible()
    expect(dialog.locator("optgroup")).to_have_count(3)

    choose(page, "svg", theme="dark")
    page.get_by_label("Sentence of the step").check()
    expect(page.locator("#take-away-save")).to_be_enabled()
    assert serious(page, "dark") == []
    root = ElementTree.fromstring(taken(page, tmp_path).read_text("utf-8"))
    texts = list(root.iter(f"{SVG}text"))
    assert {"z", "9", "6"} <= {text.text for text in texts}
    assert page.locator("#timeline .sentence").inner_text() in " ".join(filter(None, (text.text for text in texts)))
    assert all(text.get("textLength") and text.get("font-size") for text in texts)
    attributes = {name: value for one in root.iter() for name, value in one.attrib.items()}
    assert not {"class", "style"} & attributes.keys()
    paints = {one.get(name) or "none" for one in root.iter() for name in ("fill", "stroke")} - {"none"}
    assert "#15171a" in paints and all(re.fullmatch("#[0-9a-f]{6}", paint) for paint in paints)

    choose(page, "svg", step="every")
    assert told(page).startswith(f"{last + 1} pictures")
    with ZipFile(taken(page, tmp_path)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"step-{i:03}.svg" for i in range(last + 1)]
        pictures = [archive.read(name).decode() for name in archive.namelist()]
        assert len({tuple(re.findall('viewBox="([^"]*)"', picture)) for picture in pictures}) == 1
        assert ">6</text>" not in pictures[last - 1] and ">6</text>" in pictures[last]

    choose(page, "png", scale="4")
    content = taken(page, tmp_path).read_bytes()
    width, height = struct.unpack_from(">II", content, 16)
    assert (
        told(page) == f"{width} × {height} px"
        and [f"{width / 4:g}", f"{height / 4:g}"] == root.get("viewBox", "").split()[2:]
    )

    page.evaluate(PRINTED)
    choose(page, "pdf", step="every")
    page.locator("#take-away-save").click()
    becomes(lambda: page.evaluate("window.printed"), last + 1)
    expect(page.locator("#printed-pages")).to_have_count(0)

    for format, frames_of in (("gif", lambda content: gif_frames(content)[0]), ("webm", webm_frames)):
        choose(page, format, scale="0.5", speed="4")
        [frames] = map(int, re.findall(r"(\d+) frames", told(page)))
        assert frames_of(taken(page, tmp_path).read_bytes()) == frames > last

    # What has travelled has arrived in the end.
    page.emulate_media(reduced_motion="no-preference")
    choose(page, "gif", scale="1", speed="4")
    moved, lasts = gif_frames(content := taken(page, tmp_path).read_bytes())
    [seconds] = map(float, re.findall(r"(\d+) s$", told(page)))
    assert moved > frames and lasts / 100 == pytest.approx(seconds, abs=1)
    choose(page, "png", scale="1")
    encoded = [b64encode(one).decode() for one in (content, taken(page, tmp_path).read_bytes())]
    assert page.evaluate(FAR, [*encoded, moved - 1]) == 0

    choose(page, "gif", scale="2", speed="0.5")
    page.evaluate(STARTED_AND_CANCELLED)
    expect(page.locator("#take-away-said")).to_have_text("Cancelled.")
    expect(page.locator("#take-away progress")).to_be_hidden()

    choose(page, "latex")
    asked = {"program": PROGRAM, "format": "latex", "options": {"language": "en"}}
    assert taken(page, tmp_path).read_bytes() == client.post("/api/export", json=asked).content
    expect(dialog.locator(".preview pre")).to_contain_text("\\documentclass")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".taken-figure")).to_have_count(0)


def test_a_browser_without_an_encoder_of_video_is_told_so_and_offered_a_gif(open_page):
    page = open_page()
    page.evaluate("delete window.VideoEncoder")
    page.locator("#open-take-away").click()
    page.locator("#take-away-format").select_option("mp4")
    expect(page.locator("#take-away-said")).to_contain_text("This browser encodes no video.")
    expect(page.locator("#take-away-save")).to_be_disabled()
    page.get_by_role("button", name="Take a GIF instead").click()
    expect(page.locator("#take-away-format")).to_have_value("gif")
    expect(page.locator("#take-away-save")).to_be_enabled()


def test_questions_are_made_with_the_names_of_their_wrong_answers(open_page, tmp_path):
    page = open_page()
    write(page, "y = 1\nt = 1\nL = (y - t) ** 2")
    expect(node(page, "L")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("a")
    page.locator("#take-away-exam").click()
    dialog = page.locator("#exam")
    expect(dialog.locator("section")).to_have_count(2)
    expect(dialog.locator(".hides")).to_contain_text("The sign")
    assert serious(page, "light") == []
    dialog.locator(".hides button").click()
    expect(dialog.locator(".hides")).to_have_count(0)
    expect(dialog.locator("dd").first).to_be_visible()
    dialog.get_by_label("t", exact=True).uncheck()
    dialog.get_by_label("Sets of numbers").fill("3")
    expect(dialog.locator(".count")).to_contain_text("3 questions")
    save = dialog.locator("#exam-save")
    expect(save).to_be_enabled()
    with page.expect_download() as download:
        save.click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    quiz = ElementTree.fromstring(saved.read_text("utf-8"))
    assert saved.name == "questions.xml" and len(quiz.findall("question[@type='numerical']")) == 3
    dialog.get_by_label("File").select_option("exercise")
    expect(dialog.locator("#exam-note")).to_contain_text("not from a determined student")
    expect(save).to_be_enabled()
    with page.expect_download() as download:
        save.click()
    assert download.value.suggested_filename == "exercise.html"
