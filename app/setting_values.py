"""What the environment may write for a setting: numbers in a range, host names and origins as browsers send them."""

from __future__ import annotations

import ipaddress
import re
from typing import TypeVar
from urllib.parse import urlsplit

WHOLE = re.compile(r"[+-]?[0-9]{1,40}")
NUMBER = re.compile(r"[+-]?([0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(e[+-]?[0-9]{1,4})?", re.IGNORECASE)
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://([^/?#@]+?)(?::([1-9][0-9]{0,4}))?")
USUAL_PORTS = {("http", "80"), ("https", "443")}  # a browser leaves them out
QUOTED_CHARACTERS = 80

Number = TypeVar("Number", int, float)


def number(text: str, kind: type[Number]) -> Number | None:
    """The number that `text` is in ASCII digits, or None."""
    pattern = WHOLE if kind is int else NUMBER
    return kind(text) if pattern.fullmatch(text.strip()) else None


def host_fault(text: str) -> str | None:
    """What keeps `text` from being a host name as a request's Host header has it, without port; None where nothing
    does.
    """
    return (
        None
        if text == "*" or _is_host(text.lower())
        else f'takes names such as "{_host_meant(text)}", without scheme, port and path, or "*" for any'
    )


def origin_fault(text: str) -> str | None:
    """What keeps `text` from being an origin as a browser sends it; None where nothing does."""
    return (
        None
        if _is_origin(text)
        else (
            f'takes origins as a browser sends them, such as "{_origin_meant(text)}": scheme, host and, where it is not'
            " the usual one, port, in small letters and without a path"
        )
    )


def embedding_fault(text: str) -> str | None:
    """What keeps `text` from being an origin as a browser sends it, or "*"; None where nothing does."""
    return None if text == "*" or (fault := origin_fault(text)) is None else f'{fault}, or "*" for any'


def proxy_fault(text: str) -> str | None:
    """What keeps `text` from being an address or a network of addresses; None where nothing does."""
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return 'takes addresses and networks such as "10.0.0.7" and "10.0.0.0/8"'
    return None


def quote(text: str) -> str:
    """At most a line of `text`, without characters that a terminal would obey."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text[:QUOTED_CHARACTERS])


def _is_host(text: str) -> bool:
    """Whether `text` is a name, an IPv4 address, or an IPv6 address in brackets, in its usual form."""
    address = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        labels = text.split(".")
        return len(text) <= 253 and all(map(LABEL.fullmatch, labels)) and not labels[-1].isdigit()
    return text == (f"[{found}]" if found.version == 6 else str(found))


def _is_origin(text: str) -> bool:
    match = ORIGIN.fullmatch(text)
    if not match:
        return False
    scheme, host, port = match.groups()
    return _is_host(host) and (scheme, port) not in USUAL_PORTS and int(port or 0) <= 65_535


def _parts(text: str) -> tuple[str, str, int | None]:
    """Scheme, host and port that `text` seems to mean; raises ValueError."""
    parts = urlsplit(text.strip().lower() if "://" in text else f"https://{text.strip().lower()}")
    host = (parts.hostname or "").rstrip(".")
    host = f"[{ipaddress.IPv6Address(host)}]" if ":" in host else host.encode("idna").decode()
    return parts.scheme, host, parts.port


def _host_meant(text: str) -> str:
    """The host name that `text` seems to mean, or an example."""
    try:
        host = (
            f"[{ipaddress.IPv6Address(text)}]"
            if text.count(":") > 1 and "/" not in text and "[" not in text
            else _parts(text)[1]
        )
    except ValueError:
        return "example.org"
    return host if _is_host(host) else "example.org"


def _origin_meant(text: str) -> str:
    """The origin that `text` seems to mean, or an example."""
    try:
        scheme, host, port = _parts(text)
    except ValueError:
        return "https://example.org"
    usual = port is None or (scheme, str(port)) in USUAL_PORTS
    origin = f"{scheme}://{host}" + ("" if usual else f":{port}")
    return origin if _is_origin(origin) and text != "null" else "https://example.org"
