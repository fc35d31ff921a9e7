"""Every body that a Master received, reduced to which objects it lists, and what such a series must never do.

A list that had objects never becomes empty, and never loses an object that still exists: to the Master both mean that
somebody deleted them. Nothing here knows a kind: lists are found in the bodies, what exists is asked of the API server
under the same names, through an answer that shares no code with the agent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from adapters.embedded.demo_master.records import Push
from adapters.kubernetes.kinds import KINDS
from tests.kube.testbed.api import Api
from tests.kube.testbed.errors import Json

Key = tuple[str, str]
"""Namespace and name."""

Existing = Mapping[str, Mapping[Key, datetime]]
"""What the API server has: for each list the objects, and when each was created."""

EVENTS = "events"
"""The one list that is not complete by design: old ones leave it, and new ones come at any moment."""

JOINED = (
    ("deployments", "replicaSets"),
    ("services", "backends"),
    ("namespaces", "quotas"),
    ("namespaces", "limitRanges"),
)
"""What objects have from objects of other kinds; each is a list of its own here, under both their names."""

_ROOTS = ("/api/v1", "/apis/apps/v1", "/apis/batch/v1", "/apis/networking.k8s.io/v1")
_SHORT = {"pvs": "persistentvolumes", "pvcs": "persistentvolumeclaims"}
_LATENCY = timedelta(seconds=2)
"""An object that is older than this is known to an agent that follows its kind."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One body."""

    collected_at: datetime
    """When the agent took it."""
    received_at: datetime
    """When the Master had it."""
    lists: Mapping[str, frozenset[Key]]


@dataclass(frozen=True, slots=True)
class Window:
    """A time in which the agent may read nothing, so that lists may be empty: all of a list, never a part of it."""

    begin: datetime
    end: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether the moment lies in it."""
        return self.begin <= moment <= self.end


def picture_of(push: Push) -> Picture:
    """What a body lists."""
    body = push.parsed()
    lists = {name: frozenset(map(_key, items)) for name, items in body.items() if isinstance(items, list)}
    for name, part in JOINED:
        lists[f"{name}.{part}"] = frozenset(key for item in body[name] for key in _joined(_key(item), item.get(part)))
    return Picture(datetime.fromisoformat(body["fetchedAt"]), push.received_at, lists)


def collected(picture: Picture) -> list[str]:
    """The lists of kinds that are collected; the others are in every body, and empty."""
    plurals = {row.plural for row in KINDS if row.in_snapshot}
    return [name for name in picture.lists if _resource(name) in plurals]


def existing(api: Api, names: Iterable[str], namespace: str | None = None) -> Existing:
    """What the API server has under the names of a snapshot's lists, everywhere or in one namespace."""
    paths = _paths(api)
    found: dict[str, dict[Key, datetime]] = {}
    for name in names:
        root, resource = paths[_resource(name)]
        if namespace is None:
            items = api.items(f"{root}/{resource['name']}")
        else:
            items = api.items(f"{root}/namespaces/{namespace}/{resource['name']}") if resource["namespaced"] else []
        found[name] = {_key(item["metadata"]): _created_at(item) for item in items}
    return found


def differences(picture: Picture, exists: Existing) -> Iterator[str]:
    """What a picture has and the cluster has not, and the other way round; events are not counted."""
    for name, keys in exists.items():
        if name != EVENTS and (wrong := picture.lists[name] ^ keys.keys()):
            yield f"{name}: {sorted(wrong)[:3]}"


def incomplete(picture: Picture, exists: Existing) -> Iterator[str]:
    """What a picture should have had: objects that were there well before, and still are."""
    for name, keys in exists.items():
        if name != EVENTS:
            known = {key for key, created_at in keys.items() if created_at + _LATENCY < picture.collected_at}
            if missing := known - picture.lists[name]:
                yield f"{name} has {len(picture.lists[name])} objects and not {sorted(missing)[:3]}"


def losses(
    pictures: Sequence[Picture],
    exists: Existing,
    blind: Window | None = None,
    is_deleted: Callable[[Key], bool] = lambda _: False,
) -> Iterator[str]:
    """What a series of pictures lost by mistake.

    Args:
        pictures: in the order of their arrival.
        exists: what the API server has, asked after the last of them.
        blind: when lists may be empty because nothing may be read.
        is_deleted: what the test has deleted, so that a list that has nothing else may be empty.
    """
    for name in dict.fromkeys(name for picture in pictures for name in picture.lists):
        series = [
            (picture.collected_at, keys)
            for picture in pictures
            if (keys := picture.lists.get(name, frozenset())) or blind is None or not blind.covers(picture.collected_at)
        ]
        yield from (f"{name} {what}" for what in _emptied(series, is_deleted))
        yield from (f"{name} {what}" for what in _lost(series, exists.get(name, {})))


def _emptied(series: Sequence[tuple[datetime, frozenset[Key]]], is_deleted: Callable[[Key], bool]) -> Iterator[str]:
    for (_, before), (at, after) in pairwise(series):
        if not after and not all(map(is_deleted, before)):
            yield f"became empty at {at:%H:%M:%S.%f}; it had {len(before)} objects"


def _lost(series: Sequence[tuple[datetime, frozenset[Key]]], exists: Mapping[Key, datetime]) -> Iterator[str]:
    """An object that is missing in a picture, although the one that an earlier picture had is there to this day."""
    seen_at: dict[Key, datetime] = {}
    missing: dict[Key, datetime] = {}
    for at, keys in series:
        for key in seen_at.keys() - keys - missing.keys():
            missing[key] = at
        for key in keys:
            if key in missing and exists.get(key, seen_at[key]) <= seen_at[key]:
                yield f"lost {key} at {missing[key]:%H:%M:%S.%f} and had it again at {at:%H:%M:%S.%f}"
            missing.pop(key, None)
            seen_at[key] = at
    for key, at in missing.items():
        if key in exists and exists[key] <= seen_at[key]:
            yield f"lost {key} at {at:%H:%M:%S.%f}, and it still exists"


def _resource(name: str) -> str:
    """The plural name that the API server uses."""
    return _SHORT.get(name, name.lower())


def _key(item: Json) -> Key:
    head = item.get("summary", item)
    return str(head.get("namespace", "")), str(head["name"])


def _joined(key: Key, part: Any) -> Iterator[Key]:
    namespace, name = key
    for entry in part if isinstance(part, list) else [part] if part else ():
        yield namespace, f"{name}/{entry.get('name', '')}"


def _created_at(item: Json) -> datetime:
    return datetime.fromisoformat(item["metadata"]["creationTimestamp"])


def _paths(api: Api) -> dict[str, tuple[str, Json]]:
    """By plural name, as the API server itself says; the first API group that has it."""
    found: dict[str, tuple[str, Json]] = {}
    for root in _ROOTS:
        for resource in api.get(root)["resources"]:
            found.setdefault(resource["name"], (root, resource))
    return found
