"""Addresses as people write them; what cannot work is refused before anything is opened."""

from pathlib import Path

import pytest

from adapters.gateway.settings import GatewaySettings
from adapters.gateway.transport import Transport
from domain.errors import MisconfigurationError


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://master:8081", "http://master:8081"),
        ("http://master:8081/", "http://master:8081"),
        ("http://master:8081///", "http://master:8081"),
        ("master:8081", "http://master:8081"),
        (" master ", "http://master"),
        ("https://edge.example.com/atlhyper/", "https://edge.example.com/atlhyper"),
        ("http://[::1]:8081/", "http://[::1]:8081"),
        ("https://user:p%40ss@edge/", "https://edge"),
    ],
)
def test_an_address_is_understood_as_people_write_it(url: str, base: str) -> None:
    assert GatewaySettings(url=url).base_url == base


def test_a_password_in_the_address_is_shown_nowhere() -> None:
    settings = GatewaySettings(url="http://user:secret@master:8081/")
    assert settings.shown_url == "http://***@master:8081"
    assert settings.userinfo == "user:secret"
    assert "secret" not in settings.shown_url + settings.base_url


@pytest.mark.parametrize("url", ["ftp://master", "http://", "http://master:99999", "http://master?x=1", "http://[::1"])
@pytest.mark.parametrize("field", ["url", "proxy"])
def test_what_is_no_address_is_refused_naming_the_setting(url: str, field: str) -> None:
    with pytest.raises(MisconfigurationError, match=f"AGENT_MASTER_{field.upper()}"):
        GatewaySettings(**{field: url})  # type: ignore[arg-type] # one of two text fields


def test_a_password_with_a_slash_is_not_taken_for_a_path() -> None:
    with pytest.raises(MisconfigurationError, match="%2F") as caught:
        GatewaySettings(url="http://user:80/s3cr3t@master:8081")
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [
        (GatewaySettings(url="http://u:p@master"), True),
        (GatewaySettings(url="http://master", headers={"authorization": "x"}), True),
        (GatewaySettings(url="http://master", token_file=Path("token")), True),
        (GatewaySettings(url="https://master", token_file=Path("token")), False),
        (GatewaySettings(url="http://127.0.0.1:8081", token_file=Path("token")), False),
        (GatewaySettings(url="http://master"), False),
    ],
)
async def test_credentials_that_leave_unencrypted_are_warned_about(
    settings: GatewaySettings, is_open: bool, caplog: pytest.LogCaptureFixture
) -> None:
    transport = Transport(settings)
    await transport.open()
    await transport.close()
    assert ["unencrypted" in record.message for record in caplog.records] == [True] * is_open


@pytest.mark.parametrize("headers", [{"X-A": "a\r\nX-B: c"}, {"X A": "a"}, {"": "a"}, {"X-A": "\x00"}])
def test_a_header_that_cannot_be_sent_is_refused_without_showing_its_value(headers: dict[str, str]) -> None:
    with pytest.raises(MisconfigurationError, match="AGENT_MASTER_HEADERS") as caught:
        GatewaySettings(headers=headers)
    assert "X-B" not in str(caught.value)


def test_secrets_are_not_in_the_settings_own_text() -> None:
    text = repr(GatewaySettings(proxy="http://u:secret@proxy:3128", headers={"X-Key": "secret"}))
    assert "secret" not in text
