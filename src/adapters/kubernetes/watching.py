"""WATCH: what changes after a version, line by line, until one side ends it.

Every line advances the version from which the next watch goes on; bookmarks do only that. An ERROR line is an error and
no object. So is a line that is no JSON: something before the API server answered.

Versions of one kind only grow along a watch. A line with a smaller one than the line before is from another order or
from another history (etcd put back from a backup): what it says may be undone already, so it is not applied.
Source: KEP-5504, resource versions are decimal numbers that can be compared; others are not compared here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import anyio
import msgspec
from anyio.lowlevel import checkpoint

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.decoding import ObjectDecoder, head_of
from adapters.kubernetes.depth import decoded_body
from adapters.kubernetes.errors import HistoryChanged, capped, error_of_event
from adapters.kubernetes.exchange import Stream
from adapters.kubernetes.hooks import KubernetesHooks
from adapters.kubernetes.lines import LONGEST_LINE_BYTES, LineSplitter
from adapters.kubernetes.schema.envelopes import WATCH_LINE
from adapters.kubernetes.store import ObjectStore
from domain.cluster.metadata import Resource
from ports.errors import UnexpectedAnswer

R = TypeVar("R", bound=Resource)

_TYPES: Final = frozenset({"ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"})


@dataclass(slots=True)
class Progress:
    """How far a watch has come; outlives it, also when it ends by an error."""

    resource_version: str
    lines: int = 0
    opened: bool = False
    cut: bool = False
    """The stream ended in the middle of a line."""


class Watcher(Generic[R]):
    """Follows one kind, everywhere or in one namespace."""

    def __init__(
        self,
        connection: KubernetesConnection,
        decoder: ObjectDecoder[R],
        store: ObjectStore[R],
        hooks: KubernetesHooks,
        *,
        kind: str,
        path: str,
        plural: str,
        yield_every: int,
        gather_seconds: float = 0.0,
        longest_line_bytes: int = LONGEST_LINE_BYTES,
    ) -> None:
        self._connection = connection
        self._decoder = decoder
        self._store = store
        self._hooks = hooks
        self._kind = kind
        self._path = path
        self._plural = plural
        self._operation = f"watch {plural}"
        self._yield_every = yield_every
        self._gather_seconds = gather_seconds
        self._longest_line_bytes = longest_line_bytes

    async def follow(
        self, progress: Progress, *, seconds: float, slack_seconds: float, on_sign: Callable[[], None]
    ) -> None:
        """Apply what happens to the store until the server ends the stream.

        Args:
            progress: where to begin; kept up to date.
            seconds: after which the server is asked to end it.
            slack_seconds: how much longer it may be silent.
            on_sign: called when the watch has been opened and after every piece of it.

        Raises:
            PortError: it could not be opened, broke, or an ERROR line came.
        """
        query = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": progress.resource_version,
            "timeoutSeconds": str(max(1, round(seconds))),
        }
        async with self._connection.stream(
            self._path,
            query,
            operation=self._operation,
            resource=self._plural,
            idle_seconds=seconds + slack_seconds,
        ) as stream:
            progress.opened = True
            on_sign()
            await self._read(stream, progress, on_sign)

    async def _read(self, stream: Stream, progress: Progress, on_sign: Callable[[], None]) -> None:
        splitter = LineSplitter(self._longest_line_bytes)
        skipped = 0
        while chunk := await stream.read():
            for line in splitter.feed(chunk):
                await self._apply(line, progress)
                progress.lines += 1
                if progress.lines % self._yield_every == 0:
                    await checkpoint()
            for _ in range(splitter.skipped - skipped):
                self._decoder.skip(("", ""), "a line of the watch is longer than any object should be")
            skipped = splitter.skipped
            on_sign()
            if self._gather_seconds:
                await anyio.sleep(self._gather_seconds)
        progress.cut = splitter.has_rest

    async def _apply(self, line: bytes, progress: Progress) -> None:
        try:
            event = await decoded_body(WATCH_LINE, line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(self._operation, "a line that is no event") from error
        event_type = event.type or ""
        self._hooks.on_event(self._kind, event_type if event_type in _TYPES else "unknown")
        if event_type == "ERROR":
            raise error_of_event(self._operation, bytes(event.object))
        is_content = event_type in {"ADDED", "MODIFIED"}
        head, entry = self._decoder.decode(event.object) if is_content else (head_of(event.object), None)
        if _is_older(head.resource_version, progress.resource_version):
            why = f"version {capped(head.resource_version)} after {capped(progress.resource_version)}"
            raise HistoryChanged(self._operation, f"{why}: not the order in which things happened")
        if entry is not None:
            self._store.put(head.key, entry)
        elif event_type == "DELETED":
            self._store.remove(head.key)
        progress.resource_version = head.resource_version or progress.resource_version


def _is_older(version: str, reached: str) -> bool:
    """Whether a version is certainly the smaller one: both are numbers, without zeros before them."""
    if not (version.isdecimal() and reached.isdecimal()):
        return False
    return (len(version), version) < (len(reached), reached)
