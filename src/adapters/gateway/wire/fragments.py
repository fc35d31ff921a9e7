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
from adapters.gateway.wire.objects import UNFIT, ObjectEncoder
from domain.cluster.metadata import Resource
from domain.cluster.snapshot import ClusterSnapshot

_LONG_AGO_US: Final = -(2**63)
_ENCODED_AT_ONCE: Final = 20
_JOINED_AT_ONCE: Final = 200
"""Between two moments at which other tasks may run: less than a millisecond of work, or two."""

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
    core: bytes
    """Empty: the object cannot be sent; it is kept so that this is found out and told once."""
    closing: bytes
    opening: bytes = b""
    joined: J | None = None
    age_until_us: int = _LONG_AGO_US
    closing_until_us: int = FOREVER_US
    until_us: int = _LONG_AGO_US
    """The earlier of the two: when to look again though neither the object nor what is joined has changed."""


class KindEncoder(Generic[R, J]):
    """Encodes the objects of one kind, from snapshot to snapshot.

    Nearly all objects are as they were ten seconds ago, and a kind may have ten thousand: so nothing is asked of each
    object that can be known of all at once. Pieces are made anew only where one of them changed.
    """

    def __init__(self, form: KindForm[R, J]) -> None:
        self._form = form
        self._objects = ObjectEncoder(form.of)
        self._closing = form.closing(None, EPOCH)
        self._entries: dict[int, _Entry[R, J]] = {}
        self._ordered: list[_Entry[R, J]] = []
        self._pieces: list[bytes] = []
        self._last_objects: Sequence[R] | None = None
        self._last_joined: Mapping[Any, J] | None = None
        self._now_us = 0
        self._next_look_us = _LONG_AGO_US
        """Before that no age ends."""
        self.encoded = 0
        """How many objects were encoded so far."""
        self.left_out = 0
        """How many objects the last list lacks because they cannot be encoded."""

    @property
    def kept(self) -> int:
        """How many objects are kept."""
        return len(self._entries)

    async def encode(self, objects: Sequence[R], joined: Mapping[Any, J], now: datetime) -> Sequence[bytes]:
        """The list's JSON without its brackets, in pieces; the order is that of the objects.

        Args:
            objects: the same instances as before where nothing changed; the same sequence when none did.
            joined: what other sources say, by key; the same mapping when they said nothing new.
            now: the snapshot's time.
        """
        self._now_us, before_us = microseconds(now), self._now_us
        if self._now_us < before_us:
            self._forget_ages()
        # A snapshot may be cancelled halfway; the next one then takes nothing for granted.
        last_objects, self._last_objects = self._last_objects, None
        last_joined, self._last_joined = self._last_joined, None
        changed = objects is not last_objects
        if changed:
            fresh = await self._take(objects)
            if joined is last_joined:
                await self._join_all(fresh, joined, now)
        if joined is not last_joined:
            changed |= await self._join_all(self._ordered, joined, now)
        if self._now_us >= self._next_look_us:
            changed |= await self._look_again(now)
        if changed:
            self._pieces = self._put_together()
        self._last_objects, self._last_joined = objects, joined
        return self._pieces

    async def _take(self, objects: Sequence[R]) -> list[_Entry[R, J]]:
        """Make these the objects; gives back the entries of those that were not there before and can be sent."""
        entries = self._entries
        fresh = []
        ordered = []
        for source in objects:
            entry = entries.get(id(source))
            if entry is None:
                # Kept at once: what a cancelled snapshot has encoded need not be encoded again.
                entry = entries[id(source)] = self._new_entry(source)
                if entry.core:
                    fresh.append(entry)
                if len(fresh) % _ENCODED_AT_ONCE == 1:
                    await anyio.lowlevel.checkpoint()
            if entry.core:
                ordered.append(entry)
        if len(entries) != len(objects):
            # At once: one that came back would have the age, and what was joined, of when it went.
            for gone in entries.keys() - set(map(id, objects)):
                del entries[gone]
        self._ordered = ordered
        self.left_out = len(objects) - len(ordered)
        return fresh

    def _new_entry(self, source: R) -> _Entry[R, J]:
        self.encoded += 1
        self._next_look_us = _LONG_AGO_US
        return _Entry(source, self._form.key(source), self._encode_core(source), self._closing)

    async def _join_all(self, entries: Sequence[_Entry[R, J]], joined: Mapping[Any, J], now: datetime) -> bool:
        """Encode what other sources say where it is not what they said; whether there was anything."""
        told = 0
        for entry in entries:
            known = joined.get(entry.key)
            if known is entry.joined:
                continue
            is_news = known != entry.joined
            entry.joined = known
            if is_news:
                self._close(entry, now)
                told += 1
                if told % _JOINED_AT_ONCE == 0:
                    await anyio.lowlevel.checkpoint()
        return told > 0

    async def _look_again(self, now: datetime) -> bool:
        """Renew the ages that are no longer true; whether there was one."""
        now_us = self._now_us
        due = [entry for entry in self._ordered if entry.until_us <= now_us]
        for number, entry in enumerate(due, start=1):
            if now_us >= entry.closing_until_us:
                self._close(entry, now)
            if now_us >= entry.age_until_us:
                self._age(entry, now)
            if number % _JOINED_AT_ONCE == 0:
                await anyio.lowlevel.checkpoint()
        self._next_look_us = min((entry.until_us for entry in self._ordered), default=FOREVER_US)
        return bool(due)

    def _age(self, entry: _Entry[R, J], now: datetime) -> None:
        text, until_us = age_until(entry.source.created_at, now) if self._form.head.has_age else ("", FOREVER_US)
        entry.opening = _opening(self._form.head, text)
        entry.age_until_us = until_us
        entry.until_us = min(until_us, entry.closing_until_us)

    def _close(self, entry: _Entry[R, J], now: datetime) -> None:
        """Encode what is joined."""
        joined, form = entry.joined, self._form
        entry.closing, entry.closing_until_us = self._closing, FOREVER_US
        try:
            entry.closing = form.closing(joined, now)
            if joined is not None and form.births is not no_births:
                births = form.births(joined)
                entry.closing_until_us = min((age_until(birth, now)[1] for birth in births), default=FOREVER_US)
        except UNFIT as error:
            # Ages are reckoned outside the encoder: a time without zone raises something else than what it raises.
            self._report("what other sources say of an object left out: it cannot be encoded", entry.source, error)
        entry.until_us = min(entry.age_until_us, entry.closing_until_us)
        self._next_look_us = min(self._next_look_us, entry.until_us)

    def _put_together(self) -> list[bytes]:
        """A new list: the last one may still be on its way to the Master."""
        pieces: list[bytes] = []
        for entry in self._ordered:
            pieces += (entry.opening, entry.core, entry.closing)
        if pieces:
            pieces[0] = pieces[0].removeprefix(b",")
        return pieces

    def _encode_core(self, source: R) -> bytes:
        try:
            text = self._objects.encode(source)
            if not (text.startswith(self._form.head.cut) and text.endswith(self._form.ending)):
                raise UnsendableError("summary or status is missing")  # noqa: TRY301 - one place says so
        except UnsendableError as error:
            self._report("object left out: it cannot be encoded", source, error)
            return b""
        return text[len(self._form.head.cut) : -len(self._form.ending)]

    def _forget_ages(self) -> None:
        """The clock went back: every age may be too high."""
        self._next_look_us = _LONG_AGO_US
        for entry in self._ordered:
            entry.age_until_us = entry.closing_until_us = entry.until_us = _LONG_AGO_US

    @staticmethod
    def _report(message: str, source: R, error: Exception) -> None:
        fields = {"kind": source.kind.value, "namespace": source.namespace, "object": source.name, "error": str(error)}
        logger.error(message, extra=fields)


@lru_cache(maxsize=8192)
def _opening(head: Head, age: str) -> bytes:
    """Shared by all objects of one kind and age."""
    return b"," + head.before_age + age.encode() + head.after_age
