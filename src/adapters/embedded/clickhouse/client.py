"""Says statements to the embedded server, as the user who may write."""

import io
from typing import Final, Self

import aiohttp

_STATEMENT_SECONDS: Final = 60.0
_LONGEST_ERROR_CHARACTERS: Final = 500


class StatementRefusedError(Exception):
    """Raised when the server does not do what a statement says: a mistake in this package."""


class ServerAwayError(Exception):
    """Raised when nobody answers; the server may be starting."""


class EmbeddedClient:
    """One user at one server; open for the block.

    Args:
        url: of the HTTP interface.
        username: who speaks.
        password: of that user.
    """

    def __init__(self, url: str, username: str, password: str) -> None:
        self._url = url
        self._headers = {"X-ClickHouse-User": username, "X-ClickHouse-Key": password}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open; no connection is made yet."""
        timeout = aiohttp.ClientTimeout(total=_STATEMENT_SECONDS)
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def execute(self, sql: str, body: bytes = b"", *, database: str = "default") -> str:
        """Run one statement; rows to insert are the body. What it answers, as text.

        Raises:
            StatementRefusedError: the server says why.
            ServerAwayError: there was no answer.
        """
        assert self._session is not None, "open it first"  # noqa: S101 - a mistake in the caller
        params = {"query": sql, "database": database, "date_time_input_format": "best_effort"}
        try:
            async with self._session.post(self._url, params=params, data=io.BytesIO(body or b" ")) as answer:
                text = await answer.text()
                if answer.ok:
                    return text
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ServerAwayError(type(error).__name__) from error
        raise StatementRefusedError(text[:_LONGEST_ERROR_CHARACTERS].strip())
