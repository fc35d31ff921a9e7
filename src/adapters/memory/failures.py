"""Failures that a test or a demo plans for an in-memory adapter: a dead Master, a refused right.

An operation goes by the name of its port method, so that a plan for something that does not exist is a mistake that
is noticed at once.
"""

from collections import deque
from collections.abc import Iterable

from ports.errors import PortError


class PlannedFailures:
    """What goes wrong, and how often."""

    def __init__(self, operations: Iterable[str]) -> None:
        self._next: dict[str, deque[PortError]] = {operation: deque() for operation in operations}
        self._lasting: dict[str, PortError] = {}

    def fail_next(self, operation: str, error: PortError, times: int = 1) -> None:
        """The next calls of this operation fail; plans queue up behind each other.

        Raises:
            ValueError: there is no such operation.
        """
        self._require(operation)
        self._next[operation].extend([error] * times)

    def fail_until_told(self, operation: str, error: PortError | None) -> None:
        """Every call of this operation fails from now on; None: it works again.

        Raises:
            ValueError: there is no such operation.
        """
        self._require(operation)
        if error is None:
            self._lasting.pop(operation, None)
        else:
            self._lasting[operation] = error

    def meet(self, operation: str) -> None:
        """Raise what is planned for this call, if anything."""
        planned = self._next[operation]
        if planned:
            raise planned.popleft()
        if operation in self._lasting:
            raise self._lasting[operation]

    def _require(self, operation: str) -> None:
        if operation not in self._next:
            raise ValueError(f"no operation {operation!r}; there are {', '.join(sorted(self._next))}")
