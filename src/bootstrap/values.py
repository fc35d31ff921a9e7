"""The kinds of values that settings are written in: Go durations, lists, addresses, addresses of servers.

Errors say what was read and how to write it; they become the lines that an operator sees with exit code 2.
"""

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from domain.time_range import parse_go_duration

_LONGEST_PORT: Final = 65535
_NO_SERVER: Final = "is no address of a server; write it like http://master:8081 (a / in a password is %2F)"


def _duration_seconds(value: object) -> object:
    if not isinstance(value, str):
        return value
    seconds = parse_go_duration(value)
    if seconds <= 0:
        raise ValueError(f"{value!r} must be longer than nothing")
    return seconds


def _words(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(word for word in (part.strip() for part in value.split(",")) if word)


def _headers(value: object) -> object:
    if not isinstance(value, str):
        return value
    headers: dict[str, str] = {}
    for position, item in enumerate(part for part in value.split(",") if part.strip()):
        name, separator, content = item.partition("=")
        if not separator or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name.strip()):
            # The content may be a secret, so only its place is named.
            raise ValueError(f"item {position + 1} is not written as Name=value")
        headers[name.strip()] = content.strip()
    return headers


def _base_url(value: str) -> str:
    text = value.strip()
    if "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        # The library's text quotes what it could not read, and that may be a password.
        raise ValueError(_NO_SERVER) from None
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"has the scheme {parts.scheme!r}; write http:// or https://")
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.path:
        raise ValueError(_NO_SERVER)
    return text.rstrip("/")


def _listen_address(value: str) -> str:
    host, colon, port = value.strip().rpartition(":")
    if not colon or not port.isdecimal() or int(port) > _LONGEST_PORT:
        raise ValueError(f"{value!r} is no address to listen on; write it like 0.0.0.0:8082")
    return f"{host or '0.0.0.0'}:{port}"  # noqa: S104 - an empty host means all, as in Go


Seconds = Annotated[float, BeforeValidator(_duration_seconds)]
"""A positive Go duration such as `10s`, in seconds."""
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
"""Words separated by commas; spaces around them do not count."""
Headers = Annotated[dict[str, str], BeforeValidator(_headers)]
"""`Name=value` pairs separated by commas."""
BaseUrl = Annotated[str, AfterValidator(_base_url)]
"""The address of a server, without a slash at its end; no scheme means http."""
ListenAddress = Annotated[str, AfterValidator(_listen_address)]
"""`host:port`; an empty host means all addresses."""


def split_address(address: str) -> tuple[str, int]:
    """Host and port of a validated address; brackets of IPv6 removed."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)
