"""What may go wrong with the Master, as what the caller does next; the only place that knows httpx's exceptions.

| what happened | becomes |
|---|---|
| no connection, no answer in time, 408, 425, 429, 5xx | Unavailable |
| 401, 403, 407 | AccessDenied |
| 404 and 405 of a route that every Master has, redirects, other text than JSON | UnexpectedAnswer |
| 400, 422: what was sent is wrong | InvalidRequest; with a web page UnexpectedAnswer |
| 413: it is too large | TooLarge, an InvalidRequest |
| any other 4xx | UnexpectedAnswer |

InvalidRequest means that the very same content will never be taken, so it is said only where the content is what was
judged. A Master answers 400 and nothing else of the kind (wire contract 1.2-1.5), and never with a page: a proxy does
that, for example for a client certificate that is missing. 413 comes from proxies, most of which let 1 MiB through
where nobody told them otherwise. Every other 4xx is about the way, not about what was sent.

404 is no "not found" here: it is how the Master's web port, or somebody else's server, answers to an agent.
"""

import os
import ssl
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

import httpx

from ports.errors import AccessDenied, InvalidRequest, PortError, Unavailable, UnexpectedAnswer

MAX_TEXT_CHARS: Final = 256
"""How much of somebody else's text stands in an error."""
LONGEST_RETRY_AFTER_SECONDS: Final = 60.0
"""A Master that asks for more is asked again after this long all the same: it forgets an agent after 45 s."""

BROKEN_CONNECTION: Final = (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)
"""The connection ended in the middle; a pooled one that the other side had closed looks like this, too."""


class TooLarge(InvalidRequest):
    """Raised when what was sent is larger than what is let through; less of it may be taken."""


_HINT: Final = "is AGENT_MASTER_URL the Master's agent port? That is 8081 by default; 8080 is its web port"
_TRY_LATER: Final = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_SERVER_ERRORS: Final = range(500, 600)
_REDIRECTS: Final = range(300, 400)
_MEANINGS: Final[tuple[tuple[Container[int], type[PortError], str], ...]] = (
    (
        {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED},
        AccessDenied,
        "see AGENT_MASTER_TOKEN_FILE, AGENT_MASTER_CERT_FILE and what guards it",
    ),
    ({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}, UnexpectedAnswer, _HINT),
    ({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}, InvalidRequest, ""),
    (
        {HTTPStatus.REQUEST_ENTITY_TOO_LARGE},
        TooLarge,
        "raise the limit for bodies of what stands before the Master",
    ),
    (range(400, 500), UnexpectedAnswer, "no Master answers that, so something before it does"),
)
"""The first that fits counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read."""

    status: int
    headers: httpx.Headers
    body: bytes


@contextmanager
def mapped(operation: str, shown_url: str, timeout_seconds: float) -> Iterator[None]:
    """Turn httpx's exceptions, and a deadline that passed, into the port's."""
    try:
        yield
    except TimeoutError as error:
        raise Unavailable(operation, f"{shown_url} gave no answer within {timeout_seconds:g} s") from error
    except httpx.HTTPError as error:
        raise to_port_error(operation, shown_url, error) from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise UnexpectedAnswer(operation, f"{shown_url} is no address that can be asked") from error
    except OSError as error:
        # httpx lets the alerts pass that TLS 1.3 brings after the handshake: "certificate required", "expired".
        raise Unavailable(operation, f"the connection to {shown_url} broke: {reason(error)}") from error


def to_port_error(operation: str, shown_url: str, error: httpx.HTTPError) -> PortError:
    """What an exception of httpx means for the caller."""
    match error:
        case httpx.ConnectTimeout() | httpx.ConnectError() | httpx.ProxyError():
            return Unavailable(operation, f"cannot reach {shown_url}: {reason(error)}")
        case httpx.TimeoutException():
            return Unavailable(operation, f"{shown_url} gave no answer in time ({type(error).__name__})")
        case httpx.TransportError():
            return Unavailable(operation, f"the connection to {shown_url} broke: {reason(error)}")
        case httpx.HTTPStatusError():
            answer = Answer(error.response.status_code, error.response.headers, b"")
            return refusal(operation, shown_url, answer)
        case _:
            return UnexpectedAnswer(operation, f"the answer of {shown_url} cannot be read: {reason(error)}")


def refusal(operation: str, shown_url: str, answer: Answer) -> PortError:
    """What an answer that is no success means for the caller."""
    status, said = answer.status, f"{shown_url} answered {answer.status}{_quoted(answer)}"
    if status in _TRY_LATER or status in _SERVER_ERRORS:
        return Unavailable(operation, said, retry_after_seconds=retry_after_seconds(answer.headers))
    if status in _REDIRECTS:
        place = _without_userinfo(answer.headers.get("location", ""))
        return UnexpectedAnswer(operation, f"{said}, a redirect to {place or 'nowhere'}; {_HINT}")
    for statuses, meaning, advice in _MEANINGS:
        if status in statuses:
            if meaning is InvalidRequest and _is_page(answer):
                return UnexpectedAnswer(operation, f"{said} with a web page, so something before the Master answered")
            return meaning(operation, f"{said}; {advice}" if advice else said)
    return UnexpectedAnswer(operation, said)


def not_a_master(operation: str, shown_url: str, answer: Answer, why: str = "") -> UnexpectedAnswer:
    """A success whose content no Master sends."""
    looks = "a web page" if _is_page(answer) else "something else than a Master's JSON"
    said = f"{shown_url} answered with {looks}" + (f" ({why[:MAX_TEXT_CHARS]})" if why else "")
    return UnexpectedAnswer(operation, f"{said}; {_HINT}")


def retry_after_seconds(headers: httpx.Headers) -> float | None:
    """How long the other side asked to wait: seconds, or a date held against its own clock; None when it did not."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_RETRY_AFTER_SECONDS)
    try:
        seconds = (parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, seconds), LONGEST_RETRY_AFTER_SECONDS)


def reason(error: BaseException) -> str:
    """The deepest known cause in words: libraries say "all attempts failed", the system says "connection refused"."""
    text = str(error) or type(error).__name__
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        if isinstance(cause, ssl.SSLCertVerificationError):
            text = f"its certificate is not trusted ({cause.verify_message})"
        elif isinstance(cause, OSError) and cause.strerror:
            has_number = bool(cause.errno and cause.errno > 0) and not isinstance(cause, ssl.SSLError)
            text = os.strerror(cause.errno or 0) if has_number else cause.strerror
        cause = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else cause.__cause__ or cause.__context__
    return text[:MAX_TEXT_CHARS]


def _is_page(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] == b"<"


def _quoted(answer: Answer) -> str:
    """The first line of a plain answer; pages are not quoted."""
    text = answer.body[: MAX_TEXT_CHARS * 4].decode(errors="replace").strip()
    if not text or text.startswith("<"):
        return ""
    line = "".join(char if char.isprintable() else " " for char in text.splitlines()[0])
    return f" ({line[:MAX_TEXT_CHARS]})"


def _without_userinfo(location: str) -> str:
    try:
        parts = urlsplit(location)
    except ValueError:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"[:MAX_TEXT_CHARS] if host else parts.path[:MAX_TEXT_CHARS]
