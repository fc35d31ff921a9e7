"""Keeps the session with the API server open and its credentials fresh.

Tokens expire and certificates are replaced under the same names. What the server refuses is loaded again at once, at
most so often; what is being replaced at that moment is not taken for the end of what was loaded before.
"""

import logging
import time
from typing import Final

import anyio

from adapters.kubernetes.credentials import CredentialSource
from adapters.kubernetes.session import ApiSession
from adapters.kubernetes.timings import RequestTimings
from domain.errors import MisconfigurationError
from ports.errors import Unavailable

_CLOSE_SECONDS: Final = 2.0

logger = logging.getLogger(__name__)


class SessionKeeper:
    """One session at a time, and the one before while its requests go on."""

    def __init__(self, source: CredentialSource, user_agent: str, timings: RequestTimings) -> None:
        self._source = source
        self._user_agent = user_agent
        self._timings = timings
        self._lock = anyio.Lock()
        self._session: ApiSession | None = None
        self._retired: ApiSession | None = None
        self._loaded_at = 0.0
        self._generation = 0
        self._is_closed = False

    @property
    def address(self) -> str:
        """Where the API server is; empty while nothing is open."""
        return self._session.host if self._session is not None else ""

    async def open(self) -> None:
        """Load the credentials; nothing is sent.

        Raises:
            MisconfigurationError: they cannot be used; the text says what to do.
        """
        async with self._lock:
            if self._session is None:
                await self._load()

    async def aclose(self) -> None:
        """End everything that is open; requests after this are refused."""
        self._is_closed = True
        sessions = [one for one in (self._session, self._retired) if one is not None]
        self._session = self._retired = None
        # Also when whoever used it was cancelled: half closed is not closed.
        with anyio.move_on_after(_CLOSE_SECONDS, shield=True):
            for session in sessions:
                await session.aclose()

    def current(self, operation: str) -> ApiSession:
        """The open session.

        Raises:
            Unavailable: there is none.
        """
        if self._session is None:
            raise Unavailable(operation, "the connection is closed")
        return self._session

    async def ready(self, operation: str) -> int:
        """Open, and a fresh token where tokens expire; which credentials these are."""
        if self._is_closed:
            raise Unavailable(operation, "the connection is closed")
        if self._session is None:
            await self.open()
        elif self._source.token_expires and time.monotonic() - self._loaded_at >= self._timings.token_seconds:
            await self.reload(self._generation, at_least_seconds=self._timings.token_seconds)
        return self._generation

    async def reload(self, refused_generation: int, *, at_least_seconds: float | None = None) -> bool:
        """Load the credentials again unless somebody has in the meantime; whether trying again makes sense."""
        pause_seconds = self._timings.reload_pause_seconds if at_least_seconds is None else at_least_seconds
        async with self._lock:
            if self._generation != refused_generation:
                return True
            if self._generation > 1 and time.monotonic() - self._loaded_at < pause_seconds:
                return False
            try:
                await self._load()
            except MisconfigurationError as error:
                # Files that are being replaced are incomplete for a moment; what was loaded may go on working.
                self._loaded_at = time.monotonic()
                logger.warning("credentials cannot be loaded again", extra={"error": str(error)})
                return False
            return True

    async def _load(self) -> None:
        configuration = await self._source.load()
        if self._session is None or not await self._session.adopt(configuration):
            fresh = await ApiSession.open(configuration, self._user_agent)
            # Requests in flight go on over the session they began with; it is closed with the next change.
            retired, self._retired, self._session = self._retired, self._session, fresh
            if retired is not None:
                await retired.aclose()
        self._generation += 1
        self._loaded_at = time.monotonic()
