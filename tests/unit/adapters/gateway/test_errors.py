"""Every exception of httpx and every status becomes what the caller does next."""

import itertools
import socket
import ssl
from collections.abc import Iterator

import httpx
import pytest

from adapters.gateway.errors import (
    BROKEN_CONNECTION,
    LONGEST_RETRY_AFTER_SECONDS,
    Answer,
    TooLarge,
    mapped,
    not_a_master,
    reason,
    refusal,
    retry_after_seconds,
    to_port_error,
)
from ports.errors import AccessDenied, InvalidRequest, PortError, Unavailable, UnexpectedAnswer

URL = "http://master:8081"


def subclasses(of: type[Exception]) -> Iterator[type[Exception]]:
    for child in of.__subclasses__():
        yield child
        yield from subclasses(child)


HTTPX_ERRORS = sorted(set(subclasses(httpx.HTTPError)), key=lambda error: error.__name__)


def an_error(of: type[Exception], status: int = 503) -> Exception:
    if of is httpx.HTTPStatusError:
        response = httpx.Response(status, request=httpx.Request("GET", URL))
        return httpx.HTTPStatusError("status", request=response.request, response=response)
    return of("what happened")


@pytest.mark.parametrize("of", HTTPX_ERRORS, ids=lambda error: error.__name__)
def test_no_exception_of_the_library_crosses_the_port(of: type[Exception]) -> None:
    with pytest.raises(PortError) as caught, mapped("push snapshot", URL, 10.0):
        raise an_error(of)
    is_transport = issubclass(of, httpx.TransportError) or of is httpx.HTTPStatusError
    if of is not httpx.RequestError:
        assert type(caught.value) is (Unavailable if is_transport else UnexpectedAnswer)
    assert caught.value.operation == "push snapshot"
    assert isinstance(caught.value.__cause__, of)


def test_there_are_errors_to_test() -> None:
    assert len(HTTPX_ERRORS) >= 20
    assert set(BROKEN_CONNECTION) <= set(HTTPX_ERRORS)


def test_a_deadline_that_passed_is_unavailable_and_says_how_long_it_was() -> None:
    with pytest.raises(Unavailable, match=r"http://master:8081 gave no answer within 7\.5 s"), mapped("poll", URL, 7.5):
        raise TimeoutError


def expected(status: int) -> type[PortError]:
    if status in {401, 403, 407}:
        return AccessDenied
    if status in {408, 425, 429} or status >= 500:
        return Unavailable
    if status == 413:
        return TooLarge
    return InvalidRequest if status in {400, 422} else UnexpectedAnswer


@pytest.mark.parametrize("status", [*range(300, 309), *range(400, 600)])
def test_every_status_becomes_what_the_caller_does_next(status: int) -> None:
    error = refusal("push snapshot", URL, Answer(status, httpx.Headers(), b"what it said"))
    assert type(error) is expected(status)
    assert str(status) in error.why
    assert "what it said" in error.why


@pytest.mark.parametrize("status", [400, 422])
def test_a_page_is_no_judgement_of_what_was_sent(status: int) -> None:
    page = b"\r\n<html><title>400 No required SSL certificate was sent</title></html>"
    error = refusal("report result", URL, Answer(status, httpx.Headers(), page))
    assert type(error) is UnexpectedAnswer
    assert "something before the Master" in error.why


@pytest.mark.parametrize(("status", "body"), [(404, b"404 page not found"), (405, b""), (301, b"<a href>"), (302, b"")])
def test_an_address_that_is_no_agent_port_is_said_to_be_none(status: int, body: bytes) -> None:
    headers = httpx.Headers({"location": "https://u:secret@login.example.com/path?token=1"})
    why = refusal("poll ops", URL, Answer(status, headers, body)).why
    assert "AGENT_MASTER_URL" in why
    assert "8081" in why
    assert "secret" not in why
    assert "token=1" not in why
    assert ("https://login.example.com/path" in why) == (status in {301, 302})


def test_a_web_page_is_not_quoted_and_no_foreign_text_is_unbounded() -> None:
    assert "<html>" not in refusal("x", URL, Answer(502, httpx.Headers(), b"<html>gone</html>")).why
    assert "a web page" in not_a_master("x", URL, Answer(200, httpx.Headers(), b"\n <html>")).why
    long = refusal("x", URL, Answer(400, httpx.Headers(), b"y" * 10**6 + b"\nsecond line")).why
    assert len(long) < 400
    assert "second" not in long
    assert "\x1b" not in refusal("x", URL, Answer(400, httpx.Headers(), b"\x1b[31mred")).why


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "999999999999999999999999"}, LONGEST_RETRY_AFTER_SECONDS),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 07:45:42 GMT", "date": "Sun, 22 Nov 2026 07:45:32 GMT"}, 10.0),
        ({"retry-after": "Sun, 22 Nov 2026 07:45:02 GMT", "date": "Sun, 22 Nov 2026 07:45:32 GMT"}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2026 07:45:42 GMT"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 07:45:42 -0000", "date": "Sun, 22 Nov 2026 07:45:32 GMT"}, None),
    ],
)
def test_how_long_the_other_side_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_seconds(httpx.Headers(headers)) == seconds
    error = refusal("x", URL, Answer(503, httpx.Headers(headers), b""))
    assert isinstance(error, Unavailable)
    assert error.retry_after_seconds == seconds


def chained(*errors: BaseException) -> BaseException:
    """The first error, caused by the second, caused by the third."""
    for outer, inner in itertools.pairwise(errors):
        outer.__cause__ = inner
    return errors[0]


def test_the_reason_is_the_systems_word_and_not_the_librarys() -> None:
    refused = ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 1)")
    assert reason(chained(httpx.ConnectError("All attempts failed"), OSError("all"), refused)) == "Connection refused"
    group = ExceptionGroup("many", [refused, TimeoutError()])
    assert reason(chained(httpx.ConnectError("All attempts failed"), group)) == "Connection refused"
    unknown = socket.gaierror(-2, "Name or service not known")
    assert reason(chained(httpx.ConnectError("x"), unknown)) == "Name or service not known"
    untrusted = ssl.SSLCertVerificationError(1, "certificate verify failed")
    untrusted.verify_message = "self-signed certificate"
    assert "self-signed certificate" in reason(chained(httpx.ConnectError("x"), untrusted))
    assert reason(httpx.ReadError("")) == "ReadError"
    circle = httpx.ReadError("round")
    circle.__context__ = OSError("and")
    circle.__context__.__context__ = circle
    assert reason(circle) == "round"


def test_a_status_error_of_the_library_counts_by_its_status() -> None:
    error = an_error(httpx.HTTPStatusError, 403)
    assert isinstance(error, httpx.HTTPError)
    assert type(to_port_error("x", URL, error)) is AccessDenied
