"""The files that prove who the agent is and whom it trusts: token, certificates; read again when they change.

Files are looked at in a thread: a volume that hangs must not stop the loop. A rotation that is half done leaves what
was read before in place, with one warning.
"""

import logging
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeAlias

import anyio.to_thread

from adapters.gateway.settings import GatewaySettings
from domain.errors import MisconfigurationError
from ports.errors import AccessDenied

Signature: TypeAlias = tuple[tuple[int, int, int], ...]
"""Tells one content of some files from another, as well as the file system can."""

_MAX_TOKEN_BYTES: Final = 64 * 1024

logger = logging.getLogger(__name__)


class BearerToken:
    """The token in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._signature: Signature = ()
        self._token = ""
        self._problem = ""

    async def current(self) -> str:
        """The token.

        Raises:
            AccessDenied: there is none, or the file cannot be read and never could.
        """
        await anyio.to_thread.run_sync(self._read_if_changed)
        if not self._token:
            raise AccessDenied("read token", f"{self._path} (AGENT_MASTER_TOKEN_FILE) holds no token")
        return self._token

    def _read_if_changed(self) -> None:
        try:
            signature = signature_of([self._path])
            if signature == self._signature:
                return
            with self._path.open("rb") as file:
                text = file.read(_MAX_TOKEN_BYTES).decode("ascii", "replace").strip()
        except OSError as error:
            if str(error) != self._problem:
                logger.warning("token file not readable", extra={"path": str(self._path), "error": str(error)})
            self._problem = str(error)
            return
        self._problem = ""
        self._signature = signature
        self._token = text if text.isascii() and text.isprintable() else ""


class TlsFiles:
    """The TLS context that certificates in files make."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._signature: Signature | None = None
        self._context: ssl.SSLContext | None = None
        self._problem = ""

    async def current(self) -> ssl.SSLContext:
        """The context; the same instance until a file changes.

        Raises:
            MisconfigurationError: the files cannot be used and never could.
        """
        if self._context is not None and not self._settings.files:
            return self._context
        return await anyio.to_thread.run_sync(self._load_if_changed)

    def _load_if_changed(self) -> ssl.SSLContext:
        try:
            signature = signature_of(self._settings.files)
            if self._context is None or signature != self._signature:
                self._context, self._signature = self._load(), signature
        except OSError as error:  # ssl.SSLError is one
            files = ", ".join(str(path) for path in self._settings.files)
            if self._context is None:
                raise MisconfigurationError(f"certificates for the Master cannot be used ({files}): {error}") from error
            if str(error) != self._problem:
                fields = {"files": files, "error": str(error)}
                logger.warning("changed certificates not usable, keeping the old", extra=fields)
            self._problem = str(error)
        else:
            self._problem = ""
        return self._context

    def _load(self) -> ssl.SSLContext:
        settings = self._settings
        if not settings.base_url.startswith("https:") and not settings.proxy_url.startswith("https:"):
            # Nothing uses it: a context that trusts nobody costs nothing.
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context = ssl.create_default_context(cafile=settings.ca_file)
        if settings.cert_file is not None:
            context.load_cert_chain(settings.cert_file, settings.key_file, password="")
        return context


def signature_of(paths: Iterable[Path]) -> Signature:
    """What changes when a file is written or exchanged.

    Raises:
        OSError: a file is not there.
    """
    found = [path.stat() for path in paths]
    return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in found)
