"""What a browser gets: the page and its files, the reference, headers; and the API's own description."""

import asyncio
import base64
import hashlib
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx
import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from gradlens.app.assets import Assets, Manifest, folder
from gradlens.app.routes.pages import LISTS, language
from gradlens.app.schemas.reference import Examples, Health, Ops
from gradlens.app.settings import Settings
from tests.app.serving import kind, serve, there
from tests.each import each

BUILT = Manifest(folder("static")).built
needs_vendor = pytest.mark.skipif(not BUILT, reason="static/vendor is not built: python hatch_build.py")
INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


@needs_vendor
@pytest.mark.parametrize("path", ["/", "/embed", "/docs", "/learn/en/language", "/learn/ko/functions"])
def test_a_page_loads_from_nowhere_else_and_runs_no_script_that_its_policy_does_not_name(client, path):
    page = client.get(path)
    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert addresses and all(
        address.startswith(("/", "#", "data:")) and not address.startswith("//") for address in addresses
    )
    policy = page.headers["content-security-policy"]
    for script in INLINE.findall(page.text):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]


@needs_vendor
@pytest.mark.parametrize("path", ["/", "/embed", "/docs"])
def test_everything_that_a_page_names_is_there(client, path):
    page = client.get(path).text
    named = [address for address in re.findall(r'(?:src|href)="([^"#]+)"', page) if address.startswith("/")]
    imports = [
        address
        for script in INLINE.findall(page)
        if '"imports"' in script
        for address in orjson.loads(script)["imports"].values()
    ]
    for address in named + [
        address for address in imports if not address.endswith("/")
    ]:  # a checkout's "#static/" is a folder
        assert client.get(address).status_code == 200, address


@needs_vendor
def test_built_files_are_kept_for_a_year_and_our_own_are_asked_for_again(client):
    built = client.get(Manifest(folder("static")).library("imports", "katex"))
    assert built.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert built.headers["content-type"] == "text/javascript; charset=utf-8"
    own = client.get("/static/vendor/manifest.json")
    assert own.headers["cache-control"] == "no-cache"


@needs_vendor
@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_the_page_starts_with_is_kept_for_good_under_the_name_that_says_what_is_in_it(client, name):
    address = there(re.search(rf'"#static/lists/{name}.json":"([^"]+)"', client.get("/").text))[1]
    named = client.get(address)
    assert named.json() == client.get(f"/api/{name}").json()
    assert (
        named.headers["cache-control"] == "public, max-age=31536000, immutable"
        and named.headers["content-encoding"] == "gzip"
    )
    for other in (
        f"/static/lists/{name}.json",
        f"/static/lists/{name}-00000000.json",
    ):  # of a page that was opened before an update
        assert client.get(other).headers["cache-control"] == "no-cache" and client.get(other).json() == named.json()
    for wrong in ("nothing.json", f"{name}", f"{name}-0.json", f"{name}-00000000.js", f"..%2f{name}.json"):
        assert kind(client.get(f"/static/lists/{wrong}")) == "not-found"


@needs_vendor
def test_the_page_opens_where_a_list_cannot_be_had():
    with serve(Settings(workers=1, long_workers=0), jobs="tests.app.failing_jobs") as client:
        page = client.get("/")
        assert page.status_code == 200 and '"/static/lists/ops.json"' in page.text


def test_without_built_libraries_the_page_says_which_command_builds_them(tmp_path):
    manifest = Manifest(tmp_path)
    assert not manifest.built


@each(
    "header, expected",
    [
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("en;q=0.5, ko;q=0.9", "ko"),
        ("fr, ko;q=0.2", "ko"),
        ("de, *", "en"),
        ("ko;q=high", "en"),
        ("ko;q=0, en", "en"),
    ],
)
def test_the_page_opens_in_the_language_that_the_browser_prefers(header, expected):
    assert language(header) == expected


@pytest.fixture
def files(tmp_path):
    """A folder of files, an Assets over it, and something outside that must not be reached."""
    (tmp_path / "secret.txt").write_text("outside")
    root = tmp_path / "static"
    (root / "js").mkdir(parents=True)
    (root / "js" / "main.js").write_text("export const x = 1;\n" * 100)
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    return Assets(root)


def fetch(assets: Assets, name: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Ask for a file, without a server."""

    async def ask() -> httpx.Response:
        app = Starlette(routes=[Mount("/static", assets)])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.request(method, f"/static/{name}", headers={"Accept-Encoding": "", **headers})

    with ThreadPoolExecutor(1) as thread:  # in this one a loop of the browser tests may run
        return thread.submit(asyncio.run, ask()).result()


def test_a_file_is_sent_compressed_where_the_browser_takes_it(files):
    plain = fetch(files, "js/main.js")
    packed = fetch(files, "js/main.js", **{"Accept-Encoding": "gzip"})
    assert plain.content == packed.content
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip" and int(packed.headers["content-length"]) < len(plain.content)
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


def test_a_file_that_the_browser_has_is_not_sent_again_until_it_changes(files):
    etag = fetch(files, "js/main.js").headers["etag"]
    again = fetch(files, "js/main.js", **{"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    (files.root / "js" / "main.js").write_text("export const x = 2;")
    changed = fetch(files, "js/main.js", **{"If-None-Match": etag})
    assert (changed.status_code, changed.text) == (200, "export const x = 2;")


@each(
    "name",
    [
        "",
        "js",
        "js/",
        "nothing.js",
        "../secret.txt",
        "%2e%2e/secret.txt",
        "js/%2e%2e/%2e%2e/secret.txt",
        "link.txt",
        "%00",
        "x" * 5_000,
        "..%5csecret.txt",
    ],
)
def test_nothing_outside_the_folder_is_served(files, name):
    assert fetch(files, name).status_code == 404


def test_a_file_cannot_be_posted_to(files):
    refused = fetch(files, "js/main.js", "POST")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/api/ops", "/nothing", "/static/nothing"])
def test_every_answer_has_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    for rule in (
        "default-src 'none'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ):
        assert rule in headers["content-security-policy"]


@needs_vendor
def test_a_figure_may_be_framed_by_the_sites_that_are_named_and_no_other_page_by_another_site():
    named = ("https://lms.example", "http://127.0.0.1:8888")
    with serve(Settings(workers=1, long_workers=0, embedding_origins=named), jobs="tests.app.failing_jobs") as client:
        policies = {path: client.get(path).headers["content-security-policy"] for path in ("/embed", "/", "/docs")}
        assert "frame-ancestors 'self' https://lms.example http://127.0.0.1:8888" in policies.pop("/embed")
        assert all(policy.endswith("frame-ancestors 'self'") for policy in policies.values())
        page = client.get("/embed?language=ko&theme=dark", headers={"Accept-Language": "en"}).text
        assert '<html lang="ko" data-theme="dark">' in page
        page = client.get('/embed?language="><script>&theme=</script>').text
        assert '<html lang="en">' in page and "&gt;" not in page


def test_what_is_not_there_is_a_problem_whose_type_can_be_read(client):
    missing = client.get("/nothing" + "x" * 200)
    assert (missing.status_code, kind(missing)) == (404, "not-found")
    assert len(missing.json()["params"]["path"]) == 80
    explained = client.get(missing.json()["type"])
    assert explained.json()["title"] == missing.json()["title"]
    assert client.get("/problems/unknown-function").json()["status"] == 422
    assert kind(client.get("/problems/unheard-of")) == "not-found"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/api/expression", "POST"),
        ("PUT", "/api/expression", "POST"),
        ("POST", "/api/ops", "GET"),
        ("DELETE", "/healthz", "GET"),
    ],
)
def test_another_method_is_a_problem_that_names_the_right_one(client, method, path, allow):
    refused = client.request(method, path)
    assert (refused.status_code, kind(refused), refused.headers["allow"]) == (405, "method-not-allowed", allow)


def test_head_answers_as_get_does_without_the_body(client):
    for path in ("/healthz", "/api/ops", "/api/examples"):
        head, get = client.head(path), client.get(path)
        assert head.status_code == 200 and head.content == b""
        assert head.headers["content-length"] == get.headers["content-length"]


def test_health_is_told_with_the_version(client):
    answer = client.get("/healthz")
    assert Health.model_validate_json(answer.content).model_dump() == answer.json()


def test_the_ops_are_listed_with_their_rules_and_conventions_and_need_not_be_sent_again(client):
    answer = client.get("/api/ops")
    assert Ops.model_validate_json(answer.content).model_dump() == answer.json()
    ops = {op["name"]: op for op in answer.json()["ops"]}
    assert ops["tanh"]["rules"][0]["rule"] == "1 - z**2" or ops["tanh"]["rules"][0]["kind"] == "local"
    assert set(ops["relu"]["convention"]) == {"en", "ko"}
    again = client.get("/api/ops", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    whole = client.get("/api/ops", headers={"Accept-Encoding": "identity"})
    assert answer.headers["content-encoding"] == "gzip" and "content-encoding" not in whole.headers
    assert whole.content == answer.content and int(answer.headers["content-length"]) < len(whole.content) / 3


@needs_vendor
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_pages_of_the_language_and_of_its_functions_open_every_example_in_the_workbench(client, lang):
    language, functions = (client.get(f"/learn/{lang}/{name}").text for name in ("language", "functions"))
    ops = client.get("/api/ops").json()["ops"]
    assert {op["name"] for op in ops} <= set(re.findall(r'<article class="op" id="(\w+)">', functions))
    for page, least in ((language, 10), (functions, len(ops))):
        shown = [unescape(code).strip() for code in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)]
        opened = [program_of(address) for address in re.findall(r'href="(/#1=[^"]+)"', page)]
        assert shown == opened and len(shown) >= least


def program_of(address: str) -> str:
    """The program that the workbench opens at an address."""
    packed = base64.urlsafe_b64decode(address.removeprefix("/#1=") + "==")
    return orjson.loads(zlib.decompress(packed, -zlib.MAX_WBITS))["p"]


def test_the_examples_are_listed_as_documented(client):
    answer = client.get("/api/examples")
    assert Examples.model_validate_json(answer.content).model_dump() == answer.json()


def test_the_openapi_description_names_every_endpoint_and_every_reference_resolves(client):
    description = client.get("/openapi.json").json()
    assert {"/api/expression", "/api/ops", "/api/examples", "/healthz"} <= set(description["paths"])
    for reference in re.findall(r'"\$ref":"#/([^"]+)"', orjson.dumps(description).decode()):
        found = description
        for part in reference.split("/"):
            found = found[part]
    post = description["paths"]["/api/expression"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/ExpressionRequest"}
    assert description["components"]["schemas"]["ExpressionRequest"]["examples"]
    assert post["responses"]["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Trace"}
    assert set(post["responses"]["422"]["content"]) == {"application/problem+json"}


def test_no_answer_is_described_by_a_framework_default(client):
    assert "HTTPValidationError" not in client.get("/openapi.json").text
