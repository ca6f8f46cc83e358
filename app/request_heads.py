"""What RFC 9112 says of a request's head and the parser lets pass: whose request it is, and where its body ends."""

from __future__ import annotations

import re

from gradlens.app.problems import Problem

VERSIONS = ("1.0", "1.1")
# uri-host [":" port], RFC 3986: a name, an IPv4 address or an IPv6 address in brackets.
AUTHORITY = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]*)?")
ABSOLUTE = re.compile(rb"(?i:https?)://([^/?#]+)([^#]*)")

Headers = list[tuple[bytes, bytes]]


def head_fault(version: str, headers: Headers) -> Problem | None:
    """What is wrong with a request's head, or None.

    Two hosts, or two ends of a body, are where a proxy and a server read different requests.
    """
    hosts = [value for name, value in headers if name == b"host"]
    if version not in VERSIONS:
        return Problem.of("not-http")
    if (len(hosts) != 1 and (hosts or version == "1.1")) or not all(map(AUTHORITY.fullmatch, hosts)):
        return Problem.of("not-one-host")
    return _transfer_fault(version, headers)


def _transfer_fault(version: str, headers: Headers) -> Problem | None:
    given = b",".join(value for name, value in headers if name == b"transfer-encoding")
    codings = [coding.strip().lower() for coding in given.split(b",")] if given else []
    if codings in ([], [b"chunked"]) and not (codings and version == "1.0"):
        return None
    # Without chunks at the end, or with chunks within chunks, nobody knows where the body ends.
    if version == "1.0" or codings[-1] != b"chunked" or b"chunked" in codings[:-1]:
        return Problem.of("not-http")
    return Problem.of("transfer-coding", got=given.decode("latin-1"))


def origin_form(url: bytes, headers: Headers) -> bytes:
    """The path and query of a request's target.  Its authority, where it has one, replaces the host in `headers`.

    Raises Problem where the target is none of ours.
    """
    if url.startswith(b"/") or url == b"*":
        return url
    found = ABSOLUTE.fullmatch(url)
    if not found or not AUTHORITY.fullmatch(found[1]):
        raise Problem.of("not-http")
    headers[:] = [(name, found[1] if name == b"host" else value) for name, value in headers]
    return found[2] if found[2].startswith(b"/") else b"/" + found[2]
