"""Where the page's files are, and how they are sent: revalidated, compressed once, cached in memory."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import anyio.to_thread
import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_ROOT = Path(__file__).resolve().parents[1]
COMPRESSED = {".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt"}
BUILD_COMMAND = "python hatch_build.py"
# Not import(): what is imported by a call is wanted later.
STATIC_IMPORT = re.compile(r'(?:^|;)(?:import|export)\b[^;"(]*"([^"]+)"', re.MULTILINE)
BUILT = ("vendor/", "built/")
KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
HASHED = re.compile(r"-[A-Z0-9]{8}\.\w+$")

# Browsers run modules and WebAssembly only under these types, which some systems' tables lack.
CONTENT_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}


def folder(name: str) -> Path:
    """The folder `static` or `templates`."""
    return _ROOT / name


class Manifest:
    """Where the page's files are, as URLs: a checkout's own as they are, in a wheel what the build made of them.

    bundled: of a checkout, too, what the build made.
    """

    def __init__(self, static: Path, prefix: str = "/static/", bundled: bool = False):
        self.static, self.prefix = static, prefix
        self.is_checkout = (static / "js").is_dir() and not bundled
        self.libraries = _read(static / "vendor" / "manifest.json")
        self.own = _read(static / "built" / "manifest.json")
        self.built = bool(self.libraries and (self.is_checkout or self.own))

    def library(self, kind: str, name: str) -> str:
        """A third-party file; `kind` is "imports", "styles" or "scripts"."""
        return self.prefix + self.libraries[kind][name]

    def address(self, path: str) -> str:
        """A file of our own, which a checkout has at `path` below static/."""
        return self.prefix + (path if self.is_checkout else self.own["files"][path])

    def read(self, path: str) -> bytes:
        """What stands in a file of our own."""
        return (self.static / self.address(path).removeprefix(self.prefix)).read_bytes()

    def modules(self, entry: str) -> list[str]:
        """The modules that `entry` needs before it runs, itself first, then those of others."""
        own = modules(self.static, entry) if self.is_checkout else self.own["modules"][entry]
        named = self.libraries["imports"]
        needed = {named[name] for path in own for name in imports(self.static / path) if name in named}
        return [self.prefix + path for path in [*own, *modules(self.static, *sorted(needed))]]

    def import_map(self) -> dict[str, str]:
        """What modules import by name; and, as "#static/…", where the workers and words are that they fetch."""
        own = {"": ""} if self.is_checkout else self.own["files"]
        paths = self.libraries["imports"] | {f"#static/{name}": path for name, path in own.items()}
        return {name: self.prefix + path for name, path in paths.items()}


def _read(manifest: Path) -> dict[str, Any]:
    """A manifest; empty where nothing has been built."""
    try:
        return orjson.loads(manifest.read_bytes())
    except FileNotFoundError:
        return {}


def modules(static: Path, *entries: str) -> list[str]:
    """The modules that entries need before they run, themselves first, by their addresses, as paths below `static`.

    Named in the page's head, they are asked for together instead of one import after the other.
    """
    found: dict[Path, None] = {}
    waiting = [static / entry for entry in entries]
    while waiting:
        path = waiting.pop(0)
        if path in found or not path.is_file():
            continue
        found[path] = None
        waiting += [(path.parent / name).resolve() for name in imports(path) if name.startswith(".")]
    return [path.relative_to(static).as_posix() for path in found]


def imports(path: Path) -> tuple[str, ...]:
    """What a module imports before it runs, by address or by name."""
    return _imports(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1024)  # more than there are modules
def _imports(path: Path, changed: int) -> tuple[str, ...]:
    return tuple(STATIC_IMPORT.findall(path.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Packed:
    """A body that many ask for, ready to send.  `compressed` is empty where gzip does not help."""

    content_type: str
    etag: str
    body: bytes
    compressed: bytes

    @property
    def mark(self) -> str:
        """What stands for the content in the name of a file that may be kept for good."""
        return self.etag[3:11].upper()

    def answer(
        self, request: Request, cache_control: str = "no-cache", further: dict[str, str] | None = None
    ) -> Response:
        """The body as the client takes it, or 304 where it has it already; with `further` headers."""
        headers = {"ETag": self.etag, "Cache-Control": cache_control, **(further or {})}
        if self.compressed:
            headers["Vary"] = ", ".join(["Accept-Encoding", *filter(None, [headers.get("Vary")])])
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if self.compressed and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                self.compressed, headers={**headers, "Content-Encoding": "gzip"}, media_type=self.content_type
            )
        return Response(self.body, headers=headers, media_type=self.content_type)


def packed(body: bytes, content_type: str, compress: bool = True) -> Packed:
    compressed = gzip.compress(body, mtime=0) if compress and len(body) > 500 else b""
    return Packed(content_type, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"', body, compressed)


class Assets:
    """An ASGI app that serves the files below `root`.

    Built files, and a wheel has no others, carry a hash of their content in their name and are cached for a year; a
    checkout's own are revalidated, so that an edit shows on reload.
    """

    def __init__(self, root: Path):
        self.root = root.resolve()
        self.loaded: dict[Path, tuple[tuple[int, int], Packed]] = {}  # beside the time and size that it had

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        name = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        asset = await anyio.to_thread.run_sync(self.load, name)
        hashed = name.startswith(BUILT) and HASHED.search(name)
        response = asset.answer(request, KEPT_FOR_GOOD if hashed else "no-cache")
        await response(scope, receive, send)

    def load(self, name: str) -> Packed:
        """The file called `name` as it is on disk now.  Raises HTTPException 404."""
        try:
            path = (self.root / name).resolve()
            if not path.is_relative_to(self.root) or not path.is_file():
                raise HTTPException(404)
            status = path.stat()
        except (OSError, ValueError):  # a name with a zero byte, or longer than the system takes
            raise HTTPException(404) from None
        stamp = (status.st_mtime_ns, status.st_size)
        known, asset = self.loaded.get(path, (None, None))
        if asset is None or known != stamp:
            content_type = (
                CONTENT_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            )
            asset = packed(path.read_bytes(), content_type, path.suffix in COMPRESSED)
            self.loaded[path] = stamp, asset
        return asset
