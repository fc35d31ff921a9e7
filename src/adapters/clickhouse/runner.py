"""Runs statements: one client, opened on the first use, at most four statements at once, each with a deadline.

A statement that nobody waits for any more is stopped on the server too: the connection closes, which ends read-only
queries there, and it is killed by its id in case a proxy keeps the connection open. The id names the command.
"""

import re
import uuid
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import anyio
from clickhouse_connect.driver import AsyncClient

from adapters.clickhouse.errors import LoginRefused, library_errors
from adapters.clickhouse.hooks import SILENT, ClickHouseHooks
from adapters.clickhouse.settings import MAX_STATEMENTS_AT_ONCE, ClickHouseSettings, server_limits
from ports.clock import Clock
from ports.errors import PortError, Unavailable
from ports.origin import asking_command

Row = dict[str, Any]

_RESERVE_SECONDS: Final = 1.0
"""Of what is left to whoever asks: time to say what happened."""
_KILL_SECONDS: Final = 2.0
_CONNECT_SECONDS: Final = 5.0
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.:-]")
_MAX_ID_CHARS: Final = 64
_KILL: Final = "KILL QUERY WHERE query_id = {id:String} ASYNC"


class ClickHouseRunner:
    """A server, as far as statements can be run there."""

    def __init__(
        self, settings: ClickHouseSettings, clock: Clock, *, version: str = "0", hooks: ClickHouseHooks = SILENT
    ) -> None:
        """Nothing happens until the first statement: an unreachable server never stops the start."""
        self._settings = settings
        self._clock = clock
        self._version = version
        self._hooks = hooks
        self._client: AsyncClient | None = None
        self._connecting = anyio.Lock()
        self._places = anyio.Semaphore(MAX_STATEMENTS_AT_ONCE)
        self._numbers = count(1)
        self._process = uuid.uuid4().hex[:8]

    @property
    def database(self) -> str:
        """The database in which unqualified tables are looked up."""
        return self._settings.database

    async def rows(self, name: str, sql: str, parameters: Mapping[str, Any], *, operation: str) -> list[Row]:
        """All rows of one statement, by column name.

        Args:
            name: of the statement, for logs and measurements.
            sql: its text; a constant of this program.
            parameters: bound by the server.
            operation: what is tried, for errors.

        Raises:
            Unavailable: unreachable, overloaded, or no answer within the deadline.
            AccessDenied: login or grant.
            NotFound: table or database.
            InvalidRequest: the answer would be too large.
            UnexpectedAnswer: anything else.
        """
        started = self._clock.monotonic()
        seconds = self._seconds_left()
        summary: Mapping[str, Any] = {}
        outcome = "Cancelled"
        try:
            rows, summary = await self._within(seconds, name, sql, parameters, operation)
            outcome = "ok"
        except PortError as error:
            outcome = type(error).__name__
            raise
        finally:
            rows_read, bytes_read = int(summary.get("read_rows", 0)), int(summary.get("read_bytes", 0))
            self._hooks.on_statement(name, outcome, self._clock.monotonic() - started, rows_read, bytes_read)
        return rows

    async def aclose(self) -> None:
        """Close the connections; the next statement opens new ones."""
        async with self._connecting:
            client, self._client = self._client, None
            if client is not None:
                await client.close()

    def _seconds_left(self) -> float:
        left = anyio.current_effective_deadline() - anyio.current_time() - _RESERVE_SECONDS
        return min(self._settings.timeout_seconds, left)

    async def _within(
        self, seconds: float, name: str, sql: str, parameters: Mapping[str, Any], operation: str
    ) -> tuple[list[Row], Mapping[str, Any]]:
        query_id = self._next_id()
        is_sent = False
        try:
            with anyio.fail_after(max(0.0, seconds)):
                async with self._places:
                    client = await self._connect(operation)
                    limits = server_limits(seconds, name)
                    with library_errors(operation):
                        is_sent = True
                        result = await client.query(
                            sql, parameters=dict(parameters), settings={**limits, "query_id": query_id}
                        )
                        is_sent = False
                        names = result.column_names
                        return [dict(zip(names, row, strict=True)) for row in result.result_rows], result.summary
        except TimeoutError as error:
            await self._kill(query_id, is_sent=is_sent)
            raise Unavailable(operation, f"no answer within {max(0.0, seconds):.3g} s") from error
        except LoginRefused:
            # The next statement logs in anew. Not for a missing grant: others are using the connections.
            await self.aclose()
            raise
        except anyio.get_cancelled_exc_class():
            await self._kill(query_id, is_sent=is_sent)
            raise

    async def _connect(self, operation: str) -> AsyncClient:
        async with self._connecting:
            if self._client is None:
                with library_errors(operation):
                    self._client = await self._open(operation)
            return self._client

    async def _open(self, operation: str) -> AsyncClient:
        settings, endpoint = self._settings, self._settings.endpoint
        password = endpoint.password
        if settings.password_file is not None:
            password = await _content_of(settings.password_file, "password", operation)
        if settings.ca_file is not None:
            await _content_of(settings.ca_file, "CA certificate", operation)
        client = AsyncClient(
            interface="https" if endpoint.is_tls else "http",
            host=endpoint.host,
            port=endpoint.port,
            proxy_path=endpoint.path,
            username=settings.username or endpoint.username or None,
            password=password.rstrip("\r\n"),
            database=settings.database,
            ca_cert=str(settings.ca_file) if settings.ca_file else None,
            client_name=f"atlhyper-agent/{self._version}",
            tz_mode="aware",
            autogenerate_session_id=False,
            connect_timeout=_CONNECT_SECONDS,
            # The deadline of each statement is the runner's; this only frees what hangs for ever.
            send_receive_timeout=settings.timeout_seconds + _CONNECT_SECONDS,
            query_retries=0,
            show_clickhouse_errors=True,
        )
        # A proxy in the environment is meant for other traffic, and the library has no option to leave it alone.
        client._backend.proxy_url = None  # noqa: SLF001 - guarded by a test
        return await client.__aenter__()

    async def _kill(self, query_id: str, *, is_sent: bool) -> None:
        """Stop a statement on the server; best effort, since its connection is closed anyway."""
        client = self._client
        if client is None or not is_sent:
            return
        with anyio.move_on_after(_KILL_SECONDS, shield=True):
            try:
                with library_errors("stop a statement"):
                    await client.query(_KILL, parameters={"id": query_id})
            except PortError:
                return

    def _next_id(self) -> str:
        """`<command>-<process>-<number>`: unique, and found by whoever looks for the command."""
        asking = _UNSAFE.sub("_", asking_command())[:_MAX_ID_CHARS] or "otel-summary"
        return f"{asking}-{self._process}-{next(self._numbers)}"


async def _content_of(file: Path, what: str, operation: str) -> str:
    """Text of a mounted file; one that is not there is no fault of the server's."""
    try:
        return await anyio.Path(file).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(operation, f"the file with the {what} cannot be read ({type(error).__name__})") from error
