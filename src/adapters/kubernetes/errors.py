"""Maps what the API server answers, and what the HTTP library raises, to `ports.errors`.

One table for statuses, one context manager for exceptions, both used at one place (`connection`). Eight conditions have
classes of their own because this package acts on them; to anybody else they are what they inherit from.

Source: the Status object is `k8s.io/apimachinery/pkg/apis/meta/v1.Status`. The API server refuses (403) in a Status and
never otherwise; that a path is not served (404), and overload (429), it says in plain text. Proxies and load balancers
answer in plain text, in HTML, or in JSON of their own. So the body decides who has refused, and gives the message.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import aiohttp
import msgspec

from adapters.kubernetes.depth import decoded
from adapters.kubernetes.schema.envelopes import STATUS, Status
from domain.redaction import scrub
from ports.errors import AccessDenied, Conflict, InvalidRequest, NotFound, PortError, Unavailable, UnexpectedAnswer

LONGEST_MESSAGE_CHARS: Final = 256
"""Foreign text in a message: long enough to read, too short to flood a log."""

LONGEST_RETRY_AFTER_SECONDS: Final = 60.0
"""Who asks for more is asked again after this long all the same: a kind must not stand still for hours."""

_FIRST_ERROR_STATUS: Final = 400
_FIRST_SERVER_ERROR: Final = 500
_FIRST_UNKNOWN_STATUS: Final = 600
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_OF_BUDGETS: Final = frozenset({403, 429})
"""Forbidden: a budget whose status makes no sense at the moment."""
_REFUSED: Final[dict[int, type[PortError]]] = {
    400: InvalidRequest,
    403: AccessDenied,
    404: NotFound,
    409: Conflict,
    413: InvalidRequest,
    422: InvalidRequest,
}


class Unauthenticated(AccessDenied):
    """Raised when the API server does not know who is asking (401): the credentials are wrong or too old."""


class Blocked(AccessDenied):
    """Raised for a 403 that is no Status: not the API server has said it, but something on the way to it."""


class Unserved(NotFound):
    """Raised for a 404 that is no Status: the API server does not serve the path, or something on the way says so."""


class TooManyRequests(Unavailable):
    """Raised when the API server, or what it serves, takes no more for the moment (429)."""


class BudgetExceeded(TooManyRequests):
    """Raised when a disruption budget does not permit an eviction now."""


class NamespaceEnds(AccessDenied):
    """Raised when nothing can be made in a namespace, because it is being deleted."""


class Expired(UnexpectedAnswer):
    """Raised when a resource version or a continue token is too old to go on from (410): list again."""


class TooLarge(InvalidRequest):
    """Raised when an answer is larger than whoever asked can take: ask for less."""


class HistoryChanged(UnexpectedAnswer):
    """Raised when versions go backwards: one that is known may have another content by now."""


_UNAVAILABLE: Final[dict[int, type[Unavailable]]] = {408: Unavailable, 425: Unavailable, 429: TooManyRequests}
_OF_ANYBODY: Final[dict[int, type[PortError]]] = {401: Unauthenticated, 410: Expired}
"""Believed whoever says it: the next try will show."""


class RefusedUpgradeError(Exception):
    """Raised instead of an upgraded connection; the library alone would throw the body away, which says why.

    Attributes:
        status: HTTP status.
        body: how the answer's body begins.
        retry_after: the header of that name.
    """

    def __init__(self, status: int, body: bytes, retry_after: str | None) -> None:
        super().__init__(f"refused with status {status}")
        self.status = status
        self.body = body
        self.retry_after = retry_after


class ServerAnswer(Exception):  # noqa: N818 - no error, but what one is made of
    """The cause of an error: the answer that it stands for. Its body is never shown: it may repeat anything."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"an answer of {len(body)} bytes")
        self.status = status
        self.body = body


_WITHOUT_STATUS: Final[dict[int, type[PortError]]] = {403: Blocked, 404: Unserved}
_BUDGET_CAUSE: Final = "DisruptionBudget"
_NAMESPACE_CAUSE: Final = "NamespaceTerminating"
"""Source: k8s.io/api `policy/v1` DisruptionBudgetCause, `core/v1` NamespaceTerminatingCause."""


def capped(text: str) -> str:
    """Foreign text, fit for a message: one line, no control characters, bounded."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= LONGEST_MESSAGE_CHARS else line[: LONGEST_MESSAGE_CHARS - 1] + "…"


def error_of_status(operation: str, status: int, body: bytes, *, retry_after_seconds: float | None = None) -> PortError:
    """The error that an answer other than success stands for.

    Args:
        operation: what was tried.
        status: HTTP status, or the code of a Status that came in a watch.
        body: a Status object, plain text, HTML or nothing.
        retry_after_seconds: what the header said; the Status itself is asked otherwise.
    """
    details = _status_of(body)
    if retry_after_seconds is None and details is not None and details.details is not None:
        retry_after_seconds = details.details.retry_after_seconds
    if retry_after_seconds is not None:
        retry_after_seconds = min(retry_after_seconds, LONGEST_RETRY_AFTER_SECONDS)
    why = f"{_message_of(body, details)} (status {status})"
    of_cause = _error_of_cause(operation, status, details, retry_after_seconds)
    if of_cause is not None:
        return of_cause
    if status in _UNAVAILABLE or _FIRST_SERVER_ERROR <= status < _FIRST_UNKNOWN_STATUS:
        return _UNAVAILABLE.get(status, Unavailable)(operation, why, retry_after_seconds=retry_after_seconds)
    if status in _OF_ANYBODY:
        return _OF_ANYBODY[status](operation, why)
    if _is_page(body):
        # A refusal is believed from the API server only: who may not read a kind gives up all its objects.
        return UnexpectedAnswer(operation, why)
    if (details is None or details.kind != "Status") and status in _WITHOUT_STATUS:
        return _WITHOUT_STATUS[status](operation, why)
    return _REFUSED.get(status, UnexpectedAnswer)(operation, why)


def status_behind(error: PortError) -> Status | None:
    """The Status that an error stands for, where one line about it is not enough; None where there is none."""
    cause = error.__cause__
    return _status_of(cause.body) if isinstance(cause, ServerAnswer) else None


def error_of_event(operation: str, status_object: bytes) -> PortError:
    """The error that an ERROR line of a watch stands for."""
    details = _status_of(status_object)
    code = details.code if details is not None and details.code is not None else 0
    if code < _FIRST_ERROR_STATUS:
        return UnexpectedAnswer(operation, f"an error without a code: {_message_of(status_object, details)}")
    return error_of_status(operation, code, status_object)


def retry_after_seconds_of(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for; None for a date or anything else, which API servers never send."""
    if header is None or not header.strip().isdecimal():
        return None
    return float(header.strip()[:9])


@contextmanager
def library_errors(operation: str) -> Iterator[None]:
    """Turns every exception of the HTTP library into one of `ports.errors`; lets the agent's own pass."""
    try:
        yield
    except TimeoutError as error:
        raise Unavailable(operation, "no answer in time") from error
    except RefusedUpgradeError as error:
        wait_seconds = retry_after_seconds_of(error.retry_after)
        raise error_of_status(operation, error.status, error.body, retry_after_seconds=wait_seconds) from error
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        # The library's text is the address, which may hold a password.
        raise UnexpectedAnswer(operation, f"no usable address ({type(error).__name__})") from error
    except (aiohttp.ClientHttpProxyError, aiohttp.WSServerHandshakeError) as error:
        raise error_of_status(operation, error.status, error.message.encode()) from error
    except (aiohttp.ClientResponseError, aiohttp.RedirectClientError) as error:
        # The library's text holds the address, and with it every argument of an exec.
        why = capped(getattr(error, "message", "")) or type(error).__name__
        raise UnexpectedAnswer(operation, f"the answer is not HTTP as it should be: {why}") from error
    except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, ConnectionResetError) as error:
        raise Unavailable(operation, f"the connection broke off ({type(error).__name__})") from error
    except (aiohttp.ClientError, OSError) as error:
        raise Unavailable(operation, _text_of(error)) from error
    except ValueError as error:
        # An address or a header that cannot be written; the text may quote either.
        raise UnexpectedAnswer(operation, f"the request cannot be sent ({type(error).__name__})") from error


def _text_of(error: Exception) -> str:
    return capped(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def _status_of(body: bytes) -> Status | None:
    if not body.lstrip().startswith(b"{"):
        return None
    try:
        return decoded(STATUS, body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _error_of_cause(
    operation: str, status: int, details: Status | None, retry_after_seconds: float | None
) -> PortError | None:
    """The error that a Status names as the cause of a refusal that looks like any other."""
    causes = _causes_of(details)
    if status in _OF_BUDGETS and _BUDGET_CAUSE in causes:
        return BudgetExceeded(operation, causes[_BUDGET_CAUSE], retry_after_seconds=retry_after_seconds)
    if _NAMESPACE_CAUSE in causes:
        return NamespaceEnds(operation, causes[_NAMESPACE_CAUSE])
    return None


def _causes_of(status: Status | None) -> dict[str, str]:
    """The reasons that a Status gives one by one, each with its text."""
    if status is None or status.details is None:
        return {}
    causes = (cause for cause in status.details.causes or () if cause is not None)
    return {cause.reason or "": capped(cause.message or status.message or "no message") for cause in causes}


def _message_of(body: bytes, status: Status | None) -> str:
    if status is not None:
        # Who refuses an object likes to repeat it: admission webhooks, and whoever checks a field's value.
        return capped(scrub((status.message or status.reason or "no message")[: 4 * LONGEST_MESSAGE_CHARS]))
    if _is_page(body):
        return "an HTML page, so something before the API server answered"
    return capped(body[: 4 * LONGEST_MESSAGE_CHARS].decode("utf-8", "replace")) or "no message"


def _is_page(body: bytes) -> bool:
    return body.lstrip().startswith(b"<")
