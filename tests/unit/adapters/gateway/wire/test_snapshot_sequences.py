"""Snapshot after snapshot: what is kept says what is true, whatever changed, came back, grew old or was cut short."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final

import anyio
import anyio.lowlevel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.gateway.wire import fragments
from adapters.gateway.wire.snapshot import SnapshotEncoder
from domain.cluster.all_readings import RESOURCES, Readings
from domain.cluster.joins import Joiner
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.snapshot import ClusterSnapshot
from domain.cluster.summary import summarise
from domain.cluster.usage import ResourceUsage, Usage
from tests.support.domain_objects import NOW, filled
from tests.support.naive_wire import naive_snapshot

NAMES: Final = ("one", "two")
AGES: Final = (timedelta(minutes=59), timedelta(hours=23, minutes=30))
"""Of the two versions of an object; an age text of each changes soon."""
LINKS: Final[dict[Kind, dict[str, str]]] = {
    Kind.REPLICA_SET: {"owner_kind": "Deployment", "owner_name": "one"},
    Kind.ENDPOINT_SLICE: {"service": "one"},
}
STEPS: Final = (
    timedelta(0),
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
    -timedelta(seconds=10),
    -timedelta(hours=25),
)
USAGES: Final = tuple(
    Usage(
        pods={("one", name): ResourceUsage(cpu, "64Mi") for name in NAMES},
        nodes={name: ResourceUsage(cpu, "1Gi") for name in NAMES},
    )
    for cpu in ("1m", "2m")
)


def _version(of: type[Any], name: str, age: timedelta) -> Any:
    """Everything is in the namespace `one`, and belongs to `one` where it belongs to something."""
    full: Any = filled(of)
    changes: dict[str, Any] = {"name": name, "namespace": "one", "node_name": "one", "created_at": NOW - age}
    changes |= {"creation_time": NOW - age}
    if hasattr(full, "summary"):
        known = {field.name for field in fields(full.summary)}
        own = {key: value for key, value in changes.items() if key in known}
        return replace(full, summary=replace(full.summary, **own))
    known = {field.name for field in fields(full)}
    changes |= LINKS.get(of.kind, {})
    return replace(full, **{key: value for key, value in changes.items() if key in known})


POOL: Final = {
    (field, name): tuple(_version(of, name, age) for age in AGES) for field, of in RESOURCES.items() for name in NAMES
}


@dataclass(frozen=True, slots=True)
class Round:
    """A snapshot of a sequence."""

    versions: dict[tuple[str, str], int]
    """Which version of an object is there; without an entry there is none."""
    after: timedelta
    usage: Usage
    cancelled_after: int | None
    """After so many turns of the loop; None: not at all."""


@st.composite
def rounds(draw: st.DrawFn) -> list[Round]:
    """Few changes from one to the next; what has gone may come back as the instance that it was."""
    versions = dict.fromkeys(POOL, 0)
    found = []
    for _ in range(draw(st.integers(2, 7))):
        for key, version in draw(
            st.lists(st.tuples(st.sampled_from(list(POOL)), st.sampled_from([None, 0, 1])), max_size=4)
        ):
            if version is None:
                versions.pop(key, None)
            else:
                versions[key] = version
        found.append(
            Round(
                dict(versions),
                draw(st.sampled_from(STEPS)),
                draw(st.sampled_from(USAGES)),
                draw(st.none() | st.integers(0, 30)),
            )
        )
    return found


class Cluster:
    """Readings as a reader gives them: a list of which nothing has changed is the same tuple."""

    def __init__(self) -> None:
        self._joiner = Joiner()
        self._lists: dict[str, tuple[Resource, ...]] = {}

    def snapshot(self, one: Round, collected_at: datetime) -> ClusterSnapshot:
        readings = Readings(**{field: Reading(self._list(field, one), ReadingState.LIVE) for field in RESOURCES})
        return ClusterSnapshot(
            cluster_id="cluster-1",
            collected_at=collected_at,
            readings=readings,
            usage=one.usage,
            joins=self._joiner.join(readings, one.usage),
            otel=None,
            summary=summarise(readings),
        )

    def _list(self, field: str, one: Round) -> tuple[Any, ...]:
        keys = [(field, name) for name in NAMES]
        objects = tuple(POOL[key][one.versions[key]] for key in keys if key in one.versions)
        before = self._lists.get(field)
        if before is None or list(map(id, before)) != list(map(id, objects)):
            self._lists[field] = objects
        return self._lists[field]


async def _cancelled(encoder: SnapshotEncoder, snapshot: ClusterSnapshot, turns: int) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(encoder.encode, snapshot)
        for _ in range(turns):
            await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()


async def _play(sequence: Sequence[Round]) -> None:
    encoder, cluster, collected_at = SnapshotEncoder(), Cluster(), NOW
    for one in sequence:
        collected_at += one.after
        snapshot = cluster.snapshot(one, collected_at)
        if one.cancelled_after is not None:
            await _cancelled(encoder, snapshot, one.cancelled_after)
        else:
            assert json.loads(b"".join(await encoder.encode(snapshot))) == naive_snapshot(snapshot)
            assert encoder.left_out == 0


async def test_an_object_that_comes_back_has_what_is_joined_now_and_its_age_of_now() -> None:
    encoder, cluster = SnapshotEncoder(), Cluster()
    all_there = dict.fromkeys(POOL, 0)
    gone = {key: version for key, version in all_there.items() if key[1] != "two"}
    steps = [(all_there, NOW, 0), (gone, NOW + timedelta(hours=2), 1), (all_there, NOW + timedelta(hours=2), 1)]
    for versions, collected_at, usage in steps:
        snapshot = cluster.snapshot(Round(versions, timedelta(0), USAGES[usage], None), collected_at)
        assert json.loads(b"".join(await encoder.encode(snapshot))) == naive_snapshot(snapshot)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(sequence=rounds())
def test_every_snapshot_of_a_sequence_says_what_a_plain_encoding_says(sequence: list[Round]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragments, "_JOINED_AT_ONCE", 1)  # cut short at any object, not at each 200th
        anyio.run(_play, sequence)
