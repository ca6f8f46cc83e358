"""Build static/built: the page's own modules, styles, words and workers as a wheel serves them.

Each file carries a hash of its content in its name, and the manifest says which one stands for which file of static/.
hatch_build.py, which has esbuild for static/vendor, calls this.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent
STATIC = ROOT / "static"
BUILT = STATIC / "built"
SOURCES = ("js", "css", "i18n", "icon.svg")  # of static/


class SingleFile(NamedTuple):
    """A script with all that it imports, the style sheet and the words that go with it, for where no server is.

    Paths below static/.  words: the catalogue of each language.
    """

    entry: str
    style: str
    words: dict[str, str]


# Another page, or another thing to be exported, is one row more.
PAGES = ("js/main.js", "js/learn.js", "js/embed.js")
SINGLE_FILES = {
    "figure": SingleFile(
        "js/figure_file.js", "css/figure_file.css", {language: f"i18n/{language}.json" for language in ("en", "ko")}
    ),
}

OPTIONS = (
    "--bundle",
    "--format=esm",
    "--minify",
    "--target=es2022",
    "--charset=utf8",
    "--legal-comments=none",  # the full texts are in vendor/LICENSES.txt
    "--entry-names=[name]-[hash]",
    "--chunk-names=[name]-[hash]",
    "--log-level=warning",
)
IMPORTED_STYLE = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s]+)""")


class Build(NamedTuple):
    """What one run of esbuild made."""

    outputs: dict[str, Any]  # its metafile's, by file name
    inputs: set[str]  # below static/

    def named(self, entries: Iterable[str]) -> dict[str, str]:
        """The entries, and the file name of each."""
        names = {output.get("entryPoint"): name for name, output in self.outputs.items()}
        return {entry: names[entry] for entry in entries}

    def needed(self, entry: str) -> list[str]:
        """The file names of an entry, first, and of all that it imports before it runs."""
        found, waiting = [], list(self.named([entry]).values())
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found.append(name)
                waiting += [
                    Path(one["path"]).name
                    for one in self.outputs[name]["imports"]
                    if one["kind"] == "import-statement" and not one.get("external")
                ]
        return found


class Bundler:
    """Fills a folder `built` in `work`.

    esbuild: runs it with these arguments in a folder.
    packages: the third-party modules' specifiers, and the file of each below static/.
    """

    def __init__(self, esbuild: Callable[[list[str], Path], None], work: Path, packages: dict[str, str]):
        self.esbuild, self.work, self.packages = esbuild, work, packages
        self.built = work / "built"
        self.inside = [f"--alias:{name}={STATIC / path}" for name, path in packages.items()]

    def bundle(self) -> dict[str, Any]:
        """Build everything and return the manifest's files, modules and single_files, as paths below static/."""
        styles, workers = stylesheets(), [below_static(path) for path in sorted(STATIC.glob("js/**/*_worker.js"))]
        outside = [f"--external:{name}" for name in self.packages]
        # Each page by itself: what two pages share would be cut into smaller files, which are more to transfer.
        pages = {page: self.run([page], "--splitting", *outside) for page in PAGES if (STATIC / page).is_file()}
        # No import map reaches a worker: each is one file that imports nothing by name.
        files = {page: file for page, build in pages.items() for file in build.named([page]).values()}
        files |= self.run(styles, *outside).named(styles) | self.run(workers, *self.inside).named(workers)
        files |= {below_static(path): self.copy(path) for path in sources() if path.suffix not in (".js", ".css")}
        return {
            "files": {path: f"built/{name}" for path, name in sorted(files.items())},
            "modules": {page: [f"built/{name}" for name in build.needed(page)] for page, build in pages.items()},
            "single_files": {
                name: self.one_file(name, one) for name, one in SINGLE_FILES.items() if (STATIC / one.entry).is_file()
            },
        }

    def one_file(self, name: str, one: SingleFile) -> dict[str, Any]:
        """Build a single file.  Returns where its script, style and words are, and the digest of all that is in them.

        Of the words those are kept whose kind, the part of the key before its first point, the script names.
        """
        aside = self.work / name
        script = self.run(
            [one.entry], *self.inside, "--format=iife", "--define:import.meta.resolve=undefined", into=aside
        )
        style = self.run([one.style], into=aside)
        text = (aside / script.named([one.entry])[one.entry]).read_text("utf-8")
        kinds = set(re.findall(r"[\"'`](\w+)\.", text))
        words = {language: json.loads((STATIC / path).read_text("utf-8")) for language, path in one.words.items()}
        words = {
            language: {key: said for key, said in catalogue.items() if key.partition(".")[0] in kinds}
            for language, catalogue in words.items()
        }
        sheet = (aside / style.named([one.style])[one.style]).read_bytes()
        paths = sorted({*script.inputs, *style.inputs, *one.words.values()})
        return {
            "script": f"built/{self.keep(f'{name}.js', text.encode())}",
            "style": f"built/{self.keep(f'{name}.css', sheet)}",
            "words": f"built/{self.keep(f'{name}.json', json.dumps(words, ensure_ascii=False).encode())}",
            "sources": {path: digest_of(STATIC / path) for path in paths},
        }

    def run(self, entries: list[str], *options: str, into: Path | None = None) -> Build:
        """Bundle entries, which are paths below static/, into a folder, by default `built`."""
        metafile = self.work / "page.json"
        self.esbuild([*entries, *OPTIONS, f"--outdir={into or self.built}", f"--metafile={metafile}", *options], STATIC)
        meta = json.loads(metafile.read_text("utf-8"))
        inputs = {path for path in meta["inputs"] if not path.startswith(("..", "/")) and (STATIC / path).is_file()}
        return Build({Path(path).name: output for path, output in meta["outputs"].items()}, inputs)

    def copy(self, path: Path) -> str:
        """Copy a catalogue, without its white space, or a picture.  Returns the file's new name."""
        content = path.read_bytes()
        if path.suffix == ".json":
            content = json.dumps(json.loads(content), ensure_ascii=False, separators=(",", ":")).encode()
        return self.keep(path.name, content)

    def keep(self, name: str, content: bytes) -> str:
        """Write a file, its hash in its name.  Returns that name."""
        stem, dot, suffix = name.rpartition(".")
        hashed = f"{stem}-{hashlib.sha256(content).hexdigest()[:8].upper()}{dot}{suffix}"
        (self.built / hashed).write_bytes(content)
        return hashed


def sources() -> list[Path]:
    """The files of static/ that are the page's own."""
    return sorted(path for name in SOURCES for path in (STATIC / name, *(STATIC / name).rglob("*")) if path.is_file())


def stylesheets() -> list[str]:
    """The style sheets that a page names: those that no other one imports."""
    sheets = sorted((STATIC / "css").rglob("*.css"))
    imported = {
        (path.parent / name).resolve() for path in sheets for name in IMPORTED_STYLE.findall(path.read_text("utf-8"))
    }
    return [below_static(path) for path in sheets if path not in imported]


def fingerprint(vendor: str) -> str:
    """The hash of everything that decides what static/built holds; `vendor` is that of static/vendor."""
    digest = hashlib.sha256(vendor.encode() + Path(__file__).read_bytes())
    for path in sources():
        digest.update(f"\n{below_static(path)} {digest_of(path)}".encode())
    return digest.hexdigest()


def below_static(path: Path) -> str:
    return path.relative_to(STATIC).as_posix()


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
