"""Whose request it is: waiting is fair by these."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import NamedTuple

from starlette.requests import Request


class Client(NamedTuple):
    """Who asks: an address, and one of its connections."""

    address: str
    connection: int


NOBODY = Client("", 0)  # the service itself


def client_of(request: Request) -> Client:
    """The client that a request comes from; behind a trusted proxy, the one that the proxy names."""
    return Client(_network(request.client.host), request.client.port) if request.client else NOBODY


@lru_cache(1024)
def _network(host: str) -> str:
    """An address as one client has it: of IPv6 the half that a provider gives a household."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host
