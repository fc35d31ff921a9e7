"""Requests to the API server as the administrator: the few that the test bed and its tests need.

Deliberately not a Kubernetes client: what tests compare the product with shares no code with it.
"""

import contextlib
import http.client
import json
import queue
from http import HTTPStatus
from typing import cast

from tests.kube.testbed.certificates import Pki
from tests.kube.testbed.errors import ApiError, Json
from tests.kube.testbed.loopback import HOST

MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


class Api:
    """Keeps its connections, and may be used from several threads at once."""

    def __init__(self, port: int, pki: Pki, user: str = "admin") -> None:
        self._port = port
        self._context = pki.context(user)
        self._idle: queue.LifoQueue[http.client.HTTPSConnection] = queue.LifoQueue()

    def request(
        self, method: str, path: str, body: Json | None = None, *, content_type: str = "application/json"
    ) -> Json:
        """The decoded answer; `path` may carry a query.

        Raises:
            ApiError: the answer has a status of 400 or above.
        """
        return cast("Json", json.loads(self.text(method, path, body, content_type=content_type)))

    def text(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        content_type: str = "application/json",
        accept: str = "application/json, */*",
    ) -> str:
        """The answer as it came, for example a log or `/metrics`; errors as for `request`."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Accept": accept} | ({"Content-Type": content_type} if data is not None else {})
        try:
            status, text = self._exchange(method, path, data, headers)
        except (OSError, http.client.HTTPException):
            # A kept connection may have been closed by a restart: one more try on a new one.
            self.close()
            status, text = self._exchange(method, path, data, headers)
        if status >= HTTPStatus.BAD_REQUEST:
            raise ApiError(status, text)
        return text

    def get(self, path: str) -> Json:
        """One object, or a list with all its items."""
        return self.request("GET", path)

    def items(self, path: str) -> list[Json]:
        """The items of a list."""
        return list(self.get(path)["items"])

    def table(self, path: str) -> Json:
        """A list as the API server prints it for kubectl: columns, and a row for each object with its metadata."""
        return cast("Json", json.loads(self.text("GET", path, accept=_TABLE)))

    def patch(self, path: str, body: Json, *, content_type: str = MERGE_PATCH) -> Json:
        """A merge patch; `/status` at the end of the path patches what a kubelet would report."""
        return self.request("PATCH", path, body, content_type=content_type)

    def ensure(self, path: str, body: Json) -> None:
        """Creates an object unless it is there."""
        try:
            self.request("POST", path, body)
        except ApiError as error:
            if error.status != HTTPStatus.CONFLICT:
                raise

    def close(self) -> None:
        """Closes the idle connections; the next request opens a new one."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def _exchange(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = http.client.HTTPSConnection(HOST, self._port, timeout=30, context=self._context)
        try:
            connection.request(method, path, body=data, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        return answer.status, text
