"""What can go wrong with the test bed, and the shape of a decoded API object."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A decoded JSON object. What is in it is the API server's business, so its values are not typed."""


class ClusterError(RuntimeError):
    """The cluster did not start, or a component ended."""


class ApiError(ClusterError):
    """An answer of the API server with a status of 400 or above."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body[:500]}")
        self.status = status
        self.body = body
