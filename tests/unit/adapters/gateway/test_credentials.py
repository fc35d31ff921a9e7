"""Files are read again when they change, and a half-done rotation leaves what was known."""

import logging
from pathlib import Path

import pytest

from adapters.gateway.credentials import BearerToken, TlsFiles
from adapters.gateway.settings import GatewaySettings
from domain.errors import MisconfigurationError
from ports.errors import AccessDenied


async def test_a_token_is_read_again_when_its_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("first\n")
    token = BearerToken(path)
    assert await token.current() == "first"
    path.write_text(" second-token ")
    assert await token.current() == "second-token"


async def test_a_token_file_that_vanishes_leaves_the_last_token_with_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "token"
    path.write_text("first")
    token = BearerToken(path)
    await token.current()
    path.unlink()
    with caplog.at_level(logging.WARNING):
        assert await token.current() == "first"
        assert await token.current() == "first"
    assert [record.message for record in caplog.records] == ["token file not readable"]


@pytest.mark.parametrize("content", [b"", b" \n", b"two\nlines", b"\xc3\xbc", b"\x00"])
async def test_what_cannot_be_a_token_is_denied_without_being_shown(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    with pytest.raises(AccessDenied, match="AGENT_MASTER_TOKEN_FILE"):
        await BearerToken(path).current()


async def test_a_token_file_that_never_was_is_denied(tmp_path: Path) -> None:
    with pytest.raises(AccessDenied):
        await BearerToken(tmp_path / "none").current()


async def test_certificates_that_cannot_be_used_end_the_start(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("no certificate")
    for ca_file in (path, tmp_path / "none"):
        files = TlsFiles(GatewaySettings(url="https://master", ca_file=ca_file))
        with pytest.raises(MisconfigurationError, match="certificates for the Master cannot be used"):
            await files.current()


async def test_without_files_the_context_stays_the_same() -> None:
    files = TlsFiles(GatewaySettings())
    assert await files.current() is await files.current()
