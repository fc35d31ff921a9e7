"""What may go wrong outside, named for what the caller does next.

```
AgentError
|- PortError(operation)      something outside did not do what was asked
   |- Unavailable            try again later; degrade meanwhile
   |  |- Unanswered          a change was sent, and nobody knows what came of it: do not send it again, say so
   |- Refused                trying again will not help
   |  |- AccessDenied        a right or a credential is missing
   |  |- NotFound            the object, or the whole API, is not there
   |  |- Conflict            the object is not as the caller said
   |  |- InvalidRequest      the other side calls the request wrong
   |- UnexpectedAnswer       version skew or a bug: said loudly, never retried in a loop
```
Adapters map every library's exception to one of these, `raise ... from` it, and let none through.
"""

from domain.errors import AgentError


class PortError(AgentError):
    """Something outside did not do what was asked.

    Attributes:
        operation: what was tried, for example `scale Deployment shop/web`.
        why: what happened, short and safe to show: no secret, no unbounded foreign text.
    """

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(f"{operation}: {why}")
        self.operation = operation
        self.why = why


class Unavailable(PortError):  # noqa: N818 - named for what the caller does next
    """Raised when the other side cannot be reached or is overloaded: try again later.

    Attributes:
        retry_after_seconds: how long the other side asked to wait; None when it did not say.
    """

    def __init__(self, operation: str, why: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(operation, why)
        self.retry_after_seconds = retry_after_seconds


class Unanswered(Unavailable):
    """Raised when a change was sent and nobody has said what came of it: it may have happened, or happen yet."""


class Refused(PortError):  # noqa: N818 - as above
    """Raised when the other side said no; trying again will not help."""


class AccessDenied(Refused):
    """Raised when a right or a credential is missing."""


class NotFound(Refused):
    """Raised when the object, or the API that serves it, is not there."""


class Conflict(Refused):
    """Raised when the object is not in the state that the caller said it is in."""


class InvalidRequest(Refused):
    """Raised when the other side calls the request wrong."""


class UnexpectedAnswer(PortError):  # noqa: N818 - as above
    """Raised when the answer makes no sense: version skew or a bug."""
