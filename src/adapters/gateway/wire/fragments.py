"""Encoded objects, kept while the same object is in the snapshot; what changes around them is spliced in at both ends.

Three parts make an object on the wire: its opening with the age, its core, which follows from the object alone, and its
closing with what other sources say of it (usage, counts). The core is encoded once. So the cost of a snapshot follows
what changed and not how large the cluster is. An entry holds its object: an id without the object would be given to
another one and lie.
"""

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

import anyio.lowlevel

from adapters.gateway.wire.ages import age_until, microseconds
from adapters.gateway.wire.checks import UnsendableError
from adapters.gateway.wire.objects import ObjectEncoder
from domain.cluster.metadata import Resource
from domain.cluster.snapshot import ClusterSnapshot

_OPENING: Final = b'{"summary":{'
_STEP: Final = 2000
"""Work between two moments at which other tasks may run, counted in objects that are only walked over."""
_ENCODING: Final = 100
"""What encoding an object counts: so many others are walked over in the same time."""

R = TypeVar("R", bound=Resource)
J = TypeVar("J")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindForm(Generic[R, J]):
    """How the objects of one kind look on the wire.

    Every kind's first member is `summary`, so that the age can be spliced in without searching.
    """

    of: type[R]
    ending: bytes
    """How every core's JSON ends; cut off, and written again by `closing`."""
    key: Callable[[R], Hashable]
    """Under which key other sources know the object."""
    joined: Callable[[ClusterSnapshot], Mapping[Any, J]]
    """What other sources say, by key."""
    closing: Callable[[J | None], bytes]
    """That, encoded, with the ending. May raise UnsendableError."""


@dataclass(slots=True)
class _Entry(Generic[R, J]):
    """An object and its parts on the wire."""

    source: R
    key: Hashable
    opening: bytes
    age_until_us: int
    core: bytes
    """Empty: the object cannot be sent."""
    joined: J | None
    closing: bytes


class KindEncoder(Generic[R, J]):
    """Encodes the objects of one kind, from snapshot to snapshot."""

    def __init__(self, form: KindForm[R, J]) -> None:
        self._form = form
        self._objects = ObjectEncoder(form.of)
        self._closing = form.closing(None)
        self._entries: dict[int, _Entry[R, J]] = {}
        self._now_us = 0
        self.encoded = 0
        """How many objects were encoded so far."""
        self.left_out = 0
        """How many objects the last list lacks because they cannot be encoded."""

    @property
    def kept(self) -> int:
        """How many objects are kept."""
        return len(self._entries)

    async def encode(self, objects: Sequence[R], joined: Mapping[Any, J], now: datetime) -> list[bytes]:
        """The list's JSON without its brackets, in pieces; the order is that of the objects.

        Args:
            objects: the same instances as before where nothing changed.
            joined: what other sources say, by key.
            now: the snapshot's time.
        """
        now_us = microseconds(now)
        entries = self._entries
        went_back = now_us < self._now_us
        self._now_us = now_us
        pieces: list[bytes] = []
        left_out = work = 0
        for source in objects:
            entry = entries.get(id(source))
            work += 1
            if entry is None:
                # Kept at once: what a cancelled snapshot has encoded need not be encoded again.
                entry = entries[id(source)] = self._new_entry(source)
                work += _ENCODING
            if work > _STEP:
                work = 0
                await anyio.lowlevel.checkpoint()
            if not entry.core:
                left_out += 1
                continue
            if now_us >= entry.age_until_us or went_back:
                text, entry.age_until_us = age_until(source.created_at, now)
                entry.opening = _opening(text)
            known = joined.get(entry.key)
            if known is not entry.joined:
                if known != entry.joined:
                    entry.closing = self._encode_closing(source, known)
                entry.joined = known
            pieces += (entry.opening, entry.core, entry.closing)
        self.left_out = left_out
        if len(entries) > len(objects):
            self._entries = {id(source): entries[id(source)] for source in objects}
        if pieces:
            pieces[0] = pieces[0].removeprefix(b",")
        return pieces

    def _new_entry(self, source: R) -> _Entry[R, J]:
        self.encoded += 1
        return _Entry(source, self._form.key(source), b"", -(2**63), self._encode_core(source), None, self._closing)

    def _encode_core(self, source: R) -> bytes:
        try:
            text = self._objects.encode(source)
            if not (text.startswith(_OPENING) and text.endswith(self._form.ending)):
                raise UnsendableError("summary or status is missing")  # noqa: TRY301 - one place says so
        except UnsendableError as error:
            self._report("object left out: it cannot be encoded", source, error)
            return b""
        return text[len(_OPENING) : -len(self._form.ending)]

    def _encode_closing(self, source: R, joined: J | None) -> bytes:
        try:
            return self._form.closing(joined)
        except UnsendableError as error:
            self._report("usage or counts of an object left out: they cannot be encoded", source, error)
            return self._closing

    @staticmethod
    def _report(message: str, source: R, error: UnsendableError) -> None:
        fields = {"kind": source.kind.value, "namespace": source.namespace, "object": source.name, "error": str(error)}
        logger.error(message, extra=fields)


@lru_cache(maxsize=8192)
def _opening(age: str) -> bytes:
    """Shared by all objects of one age."""
    return b',{"summary":{"age":"%b",' % age.encode()
