"""Encoded objects, kept while the same object is in the snapshot; what changes around them is spliced in at both ends.

Three parts make an object on the wire: its opening with the age, its core, which follows from the object alone, and its
closing with what other sources say of it (usage, counts). The core is encoded once. So the cost of a snapshot follows
what changed and not how large the cluster is. An entry holds its object: an id without the object would be given to
another one and lie.
"""

import logging
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

import anyio.lowlevel

from adapters.gateway.wire.ages import EPOCH, FOREVER_US, age_until, microseconds
from adapters.gateway.wire.checks import UnsendableError
from adapters.gateway.wire.objects import ObjectEncoder
from domain.cluster.metadata import Resource
from domain.cluster.snapshot import ClusterSnapshot

_LONG_AGO_US: Final = -(2**63)
_STEP: Final = 2000
"""Work between two moments at which other tasks may run, counted in objects that are only walked over."""
_ENCODING: Final = 100
"""What encoding an object counts: so many others are walked over in the same time."""

R = TypeVar("R", bound=Resource)
J = TypeVar("J")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """How the objects of a kind begin on the wire."""

    cut: bytes
    """How every core's JSON begins; cut off."""
    before_age: bytes
    """Written instead, up to the age; the whole of it for kinds whose age the Master computes."""
    after_age: bytes = b""
    """What follows the age; empty: there is no age."""

    @property
    def has_age(self) -> bool:
        """Whether an age is sent."""
        return bool(self.after_age)


def nobody_joined(_snapshot: ClusterSnapshot) -> Mapping[Any, Any]:
    """For kinds of which no other source says anything."""
    return _NOTHING


def no_births(_joined: object) -> Iterable[datetime | None]:
    """For what is joined without an age in it."""
    return ()


def plain_closing(_joined: object, _now: datetime) -> bytes:
    """The end of an object of which no other source says anything."""
    return b"}"


_NOTHING: Final[Mapping[Any, Any]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindForm(Generic[R, J]):
    """How the objects of one kind look on the wire.

    The age comes first, what is joined last, so that both are spliced in without searching.
    """

    of: type[R]
    head: Head
    ending: bytes = b"}"
    """How every core's JSON ends; cut off, and written again by `closing`."""
    key: Callable[[R], Hashable] = id
    """Under which key other sources know the object."""
    joined: Callable[[ClusterSnapshot], Mapping[Any, J]] = nobody_joined
    """What other sources say, by key."""
    closing: Callable[[J | None, datetime], bytes] = plain_closing
    """That at this moment, encoded, with the ending. May raise UnsendableError."""
    births: Callable[[J], Iterable[datetime | None]] = no_births
    """Times of birth whose ages stand in the closing: with them it changes though what is joined does not."""


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
    closing_until_us: int


class KindEncoder(Generic[R, J]):
    """Encodes the objects of one kind, from snapshot to snapshot."""

    def __init__(self, form: KindForm[R, J]) -> None:
        self._form = form
        self._objects = ObjectEncoder(form.of)
        self._closing = form.closing(None, EPOCH)
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
        if now_us < self._now_us:
            self._forget_ages()
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
            if now_us >= entry.age_until_us:
                self._age(entry, now)
            known = joined.get(entry.key)
            if known is not entry.joined or now_us >= entry.closing_until_us:
                self._join(entry, known, now)
            pieces += (entry.opening, entry.core, entry.closing)
        self.left_out = left_out
        if len(entries) > len(objects):
            self._entries = {id(source): entries[id(source)] for source in objects}
        if pieces:
            pieces[0] = pieces[0].removeprefix(b",")
        return pieces

    def _new_entry(self, source: R) -> _Entry[R, J]:
        self.encoded += 1
        core, key = self._encode_core(source), self._form.key(source)
        return _Entry(source, key, b"", _LONG_AGO_US, core, None, self._closing, FOREVER_US)

    def _age(self, entry: _Entry[R, J], now: datetime) -> None:
        text, until_us = age_until(entry.source.created_at, now) if self._form.head.has_age else ("", FOREVER_US)
        entry.opening = _opening(self._form.head, text)
        entry.age_until_us = until_us

    def _encode_core(self, source: R) -> bytes:
        try:
            text = self._objects.encode(source)
            if not (text.startswith(self._form.head.cut) and text.endswith(self._form.ending)):
                raise UnsendableError("summary or status is missing")  # noqa: TRY301 - one place says so
        except UnsendableError as error:
            self._report("object left out: it cannot be encoded", source, error)
            return b""
        return text[len(self._form.head.cut) : -len(self._form.ending)]

    def _join(self, entry: _Entry[R, J], joined: J | None, now: datetime) -> None:
        """Encode what other sources say, unless it is equal to what they said and its ages are still true."""
        is_old = self._now_us >= entry.closing_until_us
        is_new = joined != entry.joined
        entry.joined = joined
        if not (is_new or is_old):
            return
        births = () if joined is None else self._form.births(joined)
        entry.closing_until_us = min((age_until(birth, now)[1] for birth in births), default=FOREVER_US)
        try:
            entry.closing = self._form.closing(joined, now)
        except UnsendableError as error:
            self._report("what other sources say of an object left out: it cannot be encoded", entry.source, error)
            entry.closing = self._closing

    def _forget_ages(self) -> None:
        """The clock went back: every age may be too high."""
        for entry in self._entries.values():
            entry.age_until_us = entry.closing_until_us = _LONG_AGO_US

    @staticmethod
    def _report(message: str, source: R, error: UnsendableError) -> None:
        fields = {"kind": source.kind.value, "namespace": source.namespace, "object": source.name, "error": str(error)}
        logger.error(message, extra=fields)


@lru_cache(maxsize=8192)
def _opening(head: Head, age: str) -> bytes:
    """Shared by all objects of one kind and age."""
    return b"," + head.before_age + age.encode() + head.after_age
