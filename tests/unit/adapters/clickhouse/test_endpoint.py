"""Addresses as people write them."""

import pytest

from adapters.clickhouse.endpoint import EndpointError, parse_endpoint

FORMS = {
    "clickhouse": ("http://clickhouse:8123", False),
    "clickhouse.atlhyper.svc:8123": ("http://clickhouse.atlhyper.svc:8123", False),
    "http://h": ("http://h:8123", False),
    "https://h": ("https://h:8443", False),
    "https://h:443/store/": ("https://h:443/store", False),
    "http://[::1]:8123": ("http://[::1]:8123", False),
    "clickhouse://h:9000": ("http://h:8123", True),
    "clickhouse://h:9000/otel": ("http://h:8123", True),
    "tcp://h:9440": ("https://h:8443", True),
    "native://h": ("http://h:8123", True),
    "h:9000": ("http://h:8123", True),
    "clickhouse://h:9000?secure=true": ("https://h:8123", True),
    " http://h:8124 ": ("http://h:8124", False),
}


@pytest.mark.parametrize(("text", "expected"), FORMS.items())
def test_an_address_is_understood(text: str, expected: tuple[str, bool]) -> None:
    endpoint = parse_endpoint(text)
    assert (str(endpoint), bool(endpoint.warnings)) == expected


def test_login_and_database_may_stand_in_the_address_and_are_never_shown() -> None:
    endpoint = parse_endpoint("clickhouse://me:p%40ss@h:9000/otel")
    assert (endpoint.username, endpoint.password, endpoint.database) == ("me", "p@ss", "otel")
    assert "p@ss" not in f"{endpoint} {endpoint!r} {endpoint.warnings}"
    by_query = parse_endpoint("http://h:8123?username=me&password=secret&database=otel")
    assert (by_query.username, by_query.password, by_query.database) == ("me", "secret", "otel")


@pytest.mark.parametrize("text", ["", "http://", "ftp://h", "http://a:1,b:2", "http://h:port", "http://u:a/b@h", "a b"])
def test_what_is_no_address_is_refused_without_quoting_it(text: str) -> None:
    with pytest.raises(EndpointError) as caught:
        parse_endpoint(text)
    assert "a/b" not in str(caught.value)
