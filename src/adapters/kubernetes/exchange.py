"""A request, how long it may take, how it is counted, and an answer that arrives piece by piece."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp

from adapters.kubernetes.errors import RefusedUpgradeError, capped, library_errors
from adapters.kubernetes.hooks import KubernetesHooks
from adapters.kubernetes.session import JSON
from adapters.kubernetes.timings import RequestTimings

_WARNING: Final = re.compile(r'299 \S+ ("(?:[^"\\]|\\.)*")')
"""Source: RFC 9111, 5.5, as k8s.io/apimachinery `pkg/util/net` writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """One request, so that it can be sent twice."""

    method: str = "GET"
    path: str
    operation: str
    resource: str
    limits: aiohttp.ClientTimeout
    query: Mapping[str, str] | None = None
    body: bytes | None = None
    content_type: str = ""
    accept: str = JSON
    most_bytes: int | None = None
    label: str = ""
    on_warning: Callable[[str], None] | None = None


class Stream:
    """The body of an answer, as it arrives."""

    def __init__(self, response: aiohttp.ClientResponse, operation: str) -> None:
        self._response = response
        self._operation = operation

    async def read(self) -> bytes:
        """The next piece; empty at the end.

        Raises:
            Unavailable: the connection broke, or was silent for longer than allowed.
        """
        with library_errors(self._operation):
            return await self._response.content.readany()


@dataclass(slots=True)
class Count:
    """What became of a request."""

    status: int = 0
    """HTTP status; 0 while there is none."""


@contextmanager
def counted(hooks: KubernetesHooks, request: ApiRequest) -> Iterator[Count]:
    """Tell the hooks how a request went, and let no exception of the HTTP library out."""
    began = time.monotonic()
    count = Count()
    try:
        with library_errors(request.operation):
            try:
                yield count
            except RefusedUpgradeError as refusal:
                count.status = refusal.status
                raise
    finally:
        hooks.on_request(request.label or request.method, request.resource, count.status, time.monotonic() - began)


def warnings_in(headers: Iterable[str]) -> Iterator[str]:
    """What `Warning` headers want whoever asked to read, each as one line; admission webhooks write them, too."""
    for header in headers:
        for quoted in _WARNING.findall(header):
            try:
                yield capped(str(json.loads(quoted)))
            except ValueError:
                yield capped(quoted.strip('"'))


def whole_limits(timings: RequestTimings, total_seconds: float | None = None) -> aiohttp.ClientTimeout:
    """For an exchange that has to end; None: in the usual time."""
    total_seconds = total_seconds or timings.total_seconds
    return aiohttp.ClientTimeout(
        total=total_seconds,
        connect=timings.connect_seconds,
        sock_connect=timings.connect_seconds,
        sock_read=min(total_seconds, timings.idle_seconds),
    )


def endless_limits(timings: RequestTimings, idle_seconds: float) -> aiohttp.ClientTimeout:
    """For an exchange that may go on as long as it is not silent."""
    return aiohttp.ClientTimeout(
        total=None, connect=timings.connect_seconds, sock_connect=timings.connect_seconds, sock_read=idle_seconds
    )
