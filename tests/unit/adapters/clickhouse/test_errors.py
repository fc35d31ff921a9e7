"""Every error of the library becomes one of the port's; none says more than an operator may see."""

import inspect

import aiohttp
import pytest
from clickhouse_connect.driver import exceptions as library

from adapters.clickhouse.errors import UnknownColumn, error_of_code, library_errors
from ports.errors import AccessDenied, InvalidRequest, NotFound, PortError, Unavailable, UnexpectedAnswer

CLASSES = sorted(
    (one for _, one in inspect.getmembers(library, inspect.isclass) if issubclass(one, BaseException)),
    key=lambda one: one.__name__,
)
CODES: dict[int, type[PortError]] = {
    159: Unavailable, 160: Unavailable, 394: Unavailable, 241: Unavailable, 202: Unavailable,
    158: InvalidRequest, 307: InvalidRequest, 396: InvalidRequest,
    516: AccessDenied, 497: AccessDenied, 164: AccessDenied, 452: AccessDenied,
    60: NotFound, 81: NotFound,
    47: UnknownColumn, 62: UnexpectedAnswer, 26: UnexpectedAnswer, 456: UnexpectedAnswer, 457: UnexpectedAnswer,
    115: UnexpectedAnswer, 373: Unavailable, 99_999: UnexpectedAnswer,
}  # fmt: skip


def test_the_library_has_the_classes_that_are_known() -> None:
    assert len(CLASSES) >= 13


@pytest.mark.parametrize("of", CLASSES, ids=lambda of: of.__name__)
def test_no_exception_of_the_library_crosses_the_port(of: type[BaseException]) -> None:
    arguments = () if of is library.StreamClosedError else ("secret text",)
    with pytest.raises(PortError), library_errors("ask"):
        raise of(*arguments)


@pytest.mark.parametrize(
    "error",
    [
        TimeoutError(),
        ConnectionResetError(),
        aiohttp.ClientConnectionError("x"),
        OSError(5, "x"),
        EOFError(),
        KeyError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_exception_from_below_the_library_does_either(error: Exception) -> None:
    with pytest.raises(PortError), library_errors("ask"):
        raise error


@pytest.mark.parametrize(("code", "of"), CODES.items())
def test_a_code_is_named_for_what_to_do_about_it(code: int, of: type[PortError]) -> None:
    text = "DB::Exception: near 'card 4111' FROM otel_logs; the grant SELECT(a) ON db.otel_logs."
    error = library.DatabaseError(text, code=code)
    with pytest.raises(of) as caught, library_errors("ask"):
        raise error
    assert "4111" not in str(caught.value)


def test_a_refusal_names_the_grant_and_an_absence_the_table() -> None:
    text = "Not enough privileges. To execute this query, it's necessary to have the grant SELECT(Body) ON o.otel_logs"
    assert "grant SELECT(Body) ON o.otel_logs" in error_of_code("ask", 497, text).why
    assert "otel_traces" in error_of_code("ask", 60, "Table o.otel_traces does not exist").why


def test_a_busy_proxy_is_an_outage() -> None:
    with pytest.raises(Unavailable), library_errors("ask"):
        raise library.DatabaseError("HTTP driver received HTTP status 503")


def test_the_agents_own_errors_pass() -> None:
    with pytest.raises(NotFound), library_errors("ask"):
        raise NotFound("read", "gone")
