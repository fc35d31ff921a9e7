"""The objects of one kind, or of one kind in one namespace, as they were last seen.

An object that has not changed stays the same instance, and the ordered tuple stays the same instance while no object
has changed: encoding what did not change again would cost more than everything else together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

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


class ObjectStore(Generic[R]):
    """Entries by key."""

    def __init__(self) -> None:
        self._entries: dict[Key, Entry[R]] = {}
        self._ordered: tuple[R, ...] | None = ()
        self._objects: list[R] = []
        self._places: dict[Key, int] | None = {}
        """Where each object stands in the order. Made again only when a key came or went: most events change an
        object that is there."""

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
            if known is None:
                self._places = None
            elif self._places is not None:
                self._objects[self._places[key]] = entry.resource
        self._entries[key] = entry

    def remove(self, key: Key) -> None:
        """Forget an object, if it is known."""
        if self._entries.pop(key, None) is not None:
            self._ordered = self._places = None

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
            self._ordered = self._places = None

    def clear(self) -> None:
        """Forget everything."""
        self.swap({})

    def ordered(self) -> tuple[R, ...]:
        """All objects by namespace, then name; the same instance while none has changed."""
        if self._ordered is None:
            if self._places is None:
                keys = sorted(self._entries)
                self._objects = [self._entries[key].resource for key in keys]
                self._places = {key: place for place, key in enumerate(keys)}
            self._ordered = tuple(self._objects)
        return self._ordered
