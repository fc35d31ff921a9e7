"""adapters.kubernetes.errors."""

import json
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from yarl import URL

from adapters.kubernetes.errors import (
    LONGEST_MESSAGE_CHARS,
    Blocked,
    BudgetExceeded,
    Expired,
    NamespaceEnds,
    TooManyRequests,
    Unauthenticated,
    Unserved,
    capped,
    error_of_event,
    error_of_status,
    library_errors,
    retry_after_seconds_of,
)
from ports.errors import (
    AccessDenied,
    Conflict,
    InvalidRequest,
    NotFound,
    PortError,
    Unavailable,
    UnexpectedAnswer,
)

NAMED: dict[int, type[PortError]] = {
    400: InvalidRequest,
    401: Unauthenticated,
    403: AccessDenied,
    404: NotFound,
    408: Unavailable,
    409: Conflict,
    410: Expired,
    413: InvalidRequest,
    422: InvalidRequest,
    425: Unavailable,
    429: TooManyRequests,
}


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_is_an_error_of_the_port(status: int) -> None:
    expected = NAMED.get(status, Unavailable if status >= 500 else UnexpectedAnswer)
    error = error_of_status("list pods", status, b'{"kind":"Status"}')
    assert type(error) is expected
    assert str(status) in str(error)


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_a_refusal_by_a_page_is_not_the_api_servers(status: int) -> None:
    assert type(error_of_status("list pods", status, b"\n<!DOCTYPE html><title>blocked</title>")) is UnexpectedAnswer


@pytest.mark.parametrize("body", [b"", b"RBAC: access denied", b'{"error":"no"}', b'{"kind":"Error"}', b'{"kind":"Sta'])
@pytest.mark.parametrize(
    ("status", "expected"), [(403, Blocked), (404, Unserved), (409, Conflict), (422, InvalidRequest)]
)
def test_who_has_refused_is_read_from_the_body(status: int, expected: type[PortError], body: bytes) -> None:
    assert type(error_of_status("list pods", status, body)) is expected


@pytest.mark.parametrize("status", [200, 204, 302, 307, 600, 999])
def test_a_status_that_is_no_refusal_is_unexpected(status: int) -> None:
    assert type(error_of_status("list pods", status, b"")) is UnexpectedAnswer


def test_what_this_package_tells_apart_is_what_it_inherits_from_to_others() -> None:
    assert issubclass(Unauthenticated, AccessDenied)
    assert issubclass(Expired, UnexpectedAnswer)
    assert issubclass(Blocked, AccessDenied)
    assert issubclass(Unserved, NotFound)
    assert issubclass(TooManyRequests, Unavailable)
    assert issubclass(BudgetExceeded, TooManyRequests)
    assert issubclass(NamespaceEnds, AccessDenied)


def _with_causes(*causes: dict[str, str] | None) -> bytes:
    return json.dumps({"kind": "Status", "message": "no", "details": {"causes": causes}}).encode()


@pytest.mark.parametrize("status", [403, 429])
def test_a_refusal_by_a_budget_is_told_from_others_and_says_which(status: int) -> None:
    body = _with_causes(None, {"reason": "DisruptionBudget", "message": "The disruption budget db needs 2"})
    error = error_of_status("evict pod", status, body, retry_after_seconds=10)
    assert isinstance(error, BudgetExceeded)
    assert (error.why, error.retry_after_seconds) == ("The disruption budget db needs 2", 10)


def test_a_refusal_by_a_namespace_that_ends_is_told_from_others() -> None:
    error = error_of_status("evict pod", 403, _with_causes({"reason": "NamespaceTerminating", "message": ""}))
    assert isinstance(error, NamespaceEnds)
    assert error.why == "no"


@pytest.mark.parametrize(("status", "expected"), [(403, AccessDenied), (409, Conflict), (429, TooManyRequests)])
def test_other_causes_change_nothing(status: int, expected: type[PortError]) -> None:
    body = _with_causes({"reason": "FieldValueInvalid", "message": "budget"}, {})
    assert type(error_of_status("evict pod", status, body)) is expected


@pytest.mark.parametrize("status", [409, 500])
def test_a_budget_is_only_heard_where_it_refuses(status: int) -> None:
    error = error_of_status("evict pod", status, _with_causes({"reason": "DisruptionBudget", "message": "x"}))
    assert not isinstance(error, BudgetExceeded)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"kind":"Status","message":"pods is forbidden"}', "pods is forbidden"),
        (b'{"kind":"Status","message":null,"reason":"Forbidden"}', "Forbidden"),
        (b"{}", "no message"),
        (b'{"message":7}', '{"message":7}'),
        (b"Too many requests, please try again later.\n", "Too many requests, please try again later."),
        (b"<html><h1>502</h1></html>", "an HTML page, so something before the API server answered"),
        (b"", "no message"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b'{"message":"cut', '{"message":"cut'),
        (b'{"message":"\\u001b[31mred\\u2028line"}', "[31mred line"),
    ],
)
def test_whatever_the_body_is_there_is_a_message(body: bytes, message: str) -> None:
    assert error_of_status("list pods", 403, body).why == f"{message} (status 403)"


def test_a_message_is_bounded() -> None:
    body = json.dumps({"message": "x" * 10_000}).encode()
    assert len(error_of_status("list pods", 403, body).why) <= LONGEST_MESSAGE_CHARS + len(" (status 403)")
    assert len(capped("y" * 10_000)) == LONGEST_MESSAGE_CHARS


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), (" 1 ", 1.0), (None, None), ("soon", None), ("-1", None), ("1.5", None)]
)
def test_retry_after_is_read_as_seconds(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds_of(header) == seconds


def test_how_long_to_wait_may_stand_in_the_status() -> None:
    error = error_of_status("list pods", 429, b'{"details":{"retryAfterSeconds":3}}')
    assert isinstance(error, Unavailable)
    assert error.retry_after_seconds == 3


@pytest.mark.parametrize(("header", "status"), [(999_999_999.0, 3), (None, 999_999_999)])
def test_nobody_is_waited_for_longer_than_a_minute(header: float | None, status: int) -> None:
    body = json.dumps({"details": {"retryAfterSeconds": status}}).encode()
    error = error_of_status("list pods", 503, body, retry_after_seconds=header)
    assert isinstance(error, Unavailable)
    assert error.retry_after_seconds == 60


def test_the_header_wins_over_the_status() -> None:
    error = error_of_status("list pods", 429, b'{"details":{"retryAfterSeconds":3}}', retry_after_seconds=9)
    assert isinstance(error, Unavailable)
    assert error.retry_after_seconds == 9


@pytest.mark.parametrize(
    ("status_object", "expected"),
    [
        (b'{"code":410}', Expired),
        (b'{"code":429}', TooManyRequests),
        (b'{"code":500}', Unavailable),
        (b'{"kind":"Status","code":403}', AccessDenied),
        (b'{"code":401}', Unauthenticated),
        (b"{}", UnexpectedAnswer),
        (b'{"code":200}', UnexpectedAnswer),
        (b"null", UnexpectedAnswer),
        (b"", UnexpectedAnswer),
    ],
)
def test_an_error_line_is_the_error_that_its_code_says(status_object: bytes, expected: type[PortError]) -> None:
    assert type(error_of_event("watch pods", status_object)) is expected


def _subclasses(root: type[BaseException]) -> Iterator[type[BaseException]]:
    yield root
    for one in root.__subclasses__():
        if one.__module__.startswith("aiohttp"):
            yield from _subclasses(one)


_KEY = ConnectionKey("api", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)
_REQUEST = Mock(real_url=URL("https://api/"))
_ARGUMENTS: tuple[tuple[Any, ...], ...] = (
    (),
    (URL("https://api/"),),
    (_REQUEST, ()),
    (_KEY, OSError(111, "refused")),
    (_KEY, ValueError("certificate")),
    ("path", _KEY, OSError(111, "refused")),
    (b"1", b"2", "api", 443),
)


def _made(library_error: type[BaseException]) -> BaseException:
    for arguments in _ARGUMENTS:
        try:
            error = library_error(*arguments)
            str(error)
        except (TypeError, AttributeError):
            continue
        return error
    raise AssertionError(f"how is {library_error} made?")


@pytest.mark.parametrize("library_error", sorted(set(_subclasses(aiohttp.ClientError)), key=str))
def test_every_error_of_the_library_becomes_one_of_the_port(library_error: type[BaseException]) -> None:
    with pytest.raises(PortError) as raised, library_errors("list pods"):
        raise _made(library_error)
    assert isinstance(raised.value, Unavailable | UnexpectedAnswer)
    assert isinstance(raised.value.__cause__, library_error)


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionResetError(104, "reset"), OSError(101, "unreachable")])
def test_what_the_system_raises_means_that_nobody_answered(error: OSError) -> None:
    with pytest.raises(Unavailable), library_errors("list pods"):
        raise error


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.InvalidURL("http://user:s3cr3t@proxy:port"),
        aiohttp.NonHttpUrlClientError("user:s3cr3t@proxy:1"),
        ValueError("header 'Bearer s3cr3t' has a line break"),
    ],
)
def test_addresses_and_headers_are_not_quoted(error: Exception) -> None:
    with pytest.raises(UnexpectedAnswer) as raised, library_errors("list pods"):
        raise error
    assert "s3cr3t" not in str(raised.value)


def test_the_agents_own_errors_pass() -> None:
    own = Conflict("scale", "no")
    with pytest.raises(Conflict) as raised, library_errors("list pods"):
        raise own
    assert raised.value is own


def test_what_a_refusal_repeats_of_an_object_is_without_its_secrets() -> None:
    message = 'admission webhook "policy" denied the request: env DB_PASSWORD=canary-11 is not allowed'
    error = error_of_status("scale x", 403, json.dumps({"kind": "Status", "message": message}).encode())
    assert "canary-11" not in str(error)
    assert "is not allowed" in error.why
