"""The objects of one kind, or of one kind in one namespace, as they were last seen.

An object that has not changed stays the same instance, and the ordered tuple stays the same instance while no object
has changed: encoding what did not change again would cost more than everything else together.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Generic, TypeAlias, TypeVar

from domain.cluster.metadata import Resource

R = TypeVar("R", bound=Resource)

Key: TypeAlias = tuple[str, str]
"""(namespace, name); the order in which objects are read."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[R]):
    """An object with what tells its versions apart."""

    uid: str
    resource_version: str
    resource: R

    def is_version(self, uid: str, resource_version: str) -> bool:
        """Whether this is that very version, so that it need not be read again."""
        return bool(resource_version) and self.resource_version == resource_version and self.uid == uid


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Generic[R]):
    """Which objects of a kind are not kept although they exist: those that nobody would look at any more."""

    most: int
    """So many are kept at most."""
    slack: int
    """How many more may pile up before somebody looks: choosing costs a walk over all of them."""
    surplus: Callable[[Mapping[Key, R], datetime, int], list[Key]]
    """Keys of those not to keep at this moment (UTC), if so many are kept at most."""

    def shared(self, stores: int) -> "Retention[R]":
        """The same for one of several stores, that together keep no more than one alone would."""
        return replace(self, most=max(1, self.most // stores), slack=max(1, self.slack // stores))


_LOOK_SECONDS: Final = 10.0
"""Between two looks for what has become too old, as long as there are not too many."""


class ObjectStore(Generic[R]):
    """Entries by key.

    Args:
        retention: which are not kept; None keeps all.
        now: the time, UTC; asked for where there is a retention only.
    """

    def __init__(self, retention: Retention[R] | None = None, now: Callable[[], datetime] | None = None) -> None:
        self._retention = retention
        self._now = now
        self._looked_at: datetime | None = None
        self._entries: dict[Key, Entry[R]] = {}
        self._ordered: tuple[R, ...] | None = ()
        self._keys: list[Key] | None = []
        """In order; None: to be sorted. Kept in order, because sorting ten thousand for every pod that comes or goes
        costs more than everything else here."""
        self._objects: list[R] = []
        """In the order of the keys."""

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> Mapping[Key, Entry[R]]:
        """What is known now."""
        return self._entries

    def put(self, key: Key, entry: Entry[R]) -> None:
        """Take an object in; one that is equal to what is known stays the instance it was."""
        known = self._entries.get(key)
        if known is not None and known.resource == entry.resource:
            entry = Entry(entry.uid, entry.resource_version, known.resource)
        else:
            self._ordered = None
            if self._keys is not None:
                place = bisect_left(self._keys, key)
                if known is None:
                    self._keys.insert(place, key)
                    self._objects.insert(place, entry.resource)
                else:
                    self._objects[place] = entry.resource
        self._entries[key] = entry
        self._trim_pile()

    def _trim_pile(self) -> None:
        if self._retention is not None and len(self._entries) > self._retention.most + self._retention.slack:
            self._trim_own()

    def trim(self, entries: dict[Key, Entry[R]]) -> bool:
        """Take out of these what is not kept; whether there was anything."""
        surplus = self._surplus(entries)
        for key in surplus:
            del entries[key]
        return bool(surplus)

    def _surplus(self, entries: Mapping[Key, Entry[R]]) -> list[Key]:
        if self._retention is None or self._now is None:
            return []
        resources = {key: entry.resource for key, entry in entries.items()}
        return self._retention.surplus(resources, self._now(), self._retention.most)

    def _trim_own(self) -> None:
        if self._now is not None:
            self._looked_at = self._now()
        for key in self._surplus(self._entries):
            self.remove(key)

    def _trim_if_due(self) -> None:
        if self._retention is None or self._now is None:
            return
        age = None if self._looked_at is None else (self._now() - self._looked_at).total_seconds()
        # A clock that went back is no reason to wait.
        if age is None or not 0 <= age < _LOOK_SECONDS or len(self._entries) > self._retention.most:
            self._trim_own()

    def remove(self, key: Key) -> None:
        """Forget an object, if it is known."""
        if self._entries.pop(key, None) is not None:
            self._ordered = None
            if self._keys is not None:
                place = bisect_left(self._keys, key)
                del self._keys[place], self._objects[place]

    def swap(self, entries: dict[Key, Entry[R]]) -> None:
        """Replace everything at once; nobody ever sees half of a list."""
        same = len(entries) == len(self._entries)
        for key, entry in entries.items():
            known = self._entries.get(key)
            if known is None:
                same = False
            elif known.resource is not entry.resource:
                if known.resource == entry.resource:
                    entries[key] = Entry(entry.uid, entry.resource_version, known.resource)
                else:
                    same = False
        self._entries = entries
        if not same:
            self._ordered = self._keys = None

    def clear(self) -> None:
        """Forget everything."""
        self.swap({})

    def ordered(self) -> tuple[R, ...]:
        """All objects by namespace, then name; the same instance while none has changed."""
        self._trim_if_due()
        if self._ordered is None:
            if self._keys is None:
                self._keys = sorted(self._entries)
                self._objects = [self._entries[key].resource for key in self._keys]
            self._ordered = tuple(self._objects)
        return self._ordered
