"""Objects as the API's shapes allow them, and as they do not: from the bytes of a list to the Master's judgement.

Whatever is in a list costs at most itself: it is mapped, or left out with a count and a log line. What was mapped can
be encoded, and a Master takes the body. One test per row of the kinds; then all kinds together, for what is joined.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import anyio
import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from adapters.embedded.demo_master.judge import judge_snapshot
from adapters.gateway.wire.snapshot import SnapshotEncoder
from adapters.kubernetes.decoding import ObjectDecoder
from adapters.kubernetes.hooks import SilentHooks
from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.listing import Lister
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.timings import RequestTimings
from adapters.memory.clock import ManualClock
from application.collect_snapshot import CollectSnapshot
from domain.cluster.metadata import Resource
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.usage import Usage
from ports.cluster import ClusterReader
from tests.support.odd_values import WRONG
from tests.support.openapi_objects import api_objects, as_bytes, fields_without_a_shape

CALM = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
"""The same objects at every run: what is found can be found again."""
LINE = "object cannot be read and is left out"


class Counting(SilentHooks):
    """Counts what is left out."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    @override
    def on_skipped(self, kind: str) -> None:
        self.skipped.append(kind)


class OnePage:
    """As much of a connection as a list of one page needs."""

    timings = RequestTimings()

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def get(self, path: str, query: Mapping[str, str], **_: object) -> bytes:
        assert path
        assert query
        return self._body


class Listed(ClusterReader):
    """A cluster of which this was listed."""

    def __init__(self, objects: Mapping[type[Resource], Sequence[Resource]]) -> None:
        self._objects = objects

    @override
    def read(self, resource: type[Any]) -> Reading[Any]:
        return Reading(tuple(self._objects.get(resource, ())), ReadingState.LIVE)

    @override
    def read_usage(self) -> Usage:
        return Usage()


@contextmanager
def logged(logger_name: str) -> Iterator[list[logging.LogRecord]]:
    """The lines of a logger."""
    records: list[logging.LogRecord] = []

    class Keeping(logging.Handler):
        @override
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler, logger = Keeping(), logging.getLogger(logger_name)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield records
    finally:
        logger.propagate = True
        logger.removeHandler(handler)


async def listed(row: KindRow[Any, Any], items: Sequence[bytes]) -> list[Resource]:
    """What is kept of a list; each item is either kept, or counted, told to who measures, and logged."""
    hooks = Counting()
    decoder = ObjectDecoder(row, MappingOptions(), hooks)
    body = b'{"metadata":{"resourceVersion":"7"},"items":[%b]}' % b",".join(items)
    lister: Lister[Any] = Lister(
        OnePage(body),  # type: ignore[arg-type] # as much of a connection as is used
        decoder,
        path=row.list_path(),
        plural=row.plural,
        page_limit=500,
        yield_every=20,
        trim=lambda _: None,
        after_page=lambda: None,
    )
    with logged("adapters.kubernetes.decoding") as lines:
        found = await lister.list({})
    assert len(found.entries) == len(items) - decoder.skipped
    assert hooks.skipped == [row.resource.kind.value] * decoder.skipped
    assert [line.getMessage() for line in lines] == [LINE] * decoder.skipped
    assert found.resource_version == "7"
    return [found.entries[key].resource for key in sorted(found.entries)]


async def judged(objects: Mapping[type[Resource], Sequence[Resource]]) -> dict[str, Any]:
    """The body of a snapshot of these objects, which a Master takes; nothing of them is missing in it."""
    collect = CollectSnapshot(
        Listed(objects), lambda: None, lambda: "odd", ManualClock(), initial_sync_timeout_seconds=1.0
    )
    encoder = _encoder()
    body = b"".join(await encoder.encode(collect.collect()))
    assert judge_snapshot(body).cluster_id == "odd"
    assert encoder.left_out == 0
    decoded: dict[str, Any] = json.loads(body)
    in_lists = sum(len(value) for value in decoded.values() if isinstance(value, list))
    carried = {row.resource for row in KINDS if row.in_snapshot}
    assert in_lists == sum(len(found) for of, found in objects.items() if of in carried)
    return decoded


@cache
def _encoder() -> SnapshotEncoder:
    """One for all: building its models takes longer than all that it encodes here."""
    return SnapshotEncoder()


def test_every_field_that_is_read_is_one_that_the_api_has() -> None:
    assert fields_without_a_shape(KINDS) == set()


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row.plural)
@settings(CALM, max_examples=40)
@given(data=st.data())
def test_odd_objects_cost_at_most_themselves(row: KindRow[Any, Any], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 3))
    items = [data.draw(api_objects(row, number)) for number in range(size)]
    junk = data.draw(st.lists(WRONG, max_size=1))
    anyio.run(_listed_and_judged, {row.plural: [*items, *map(as_bytes, junk)]})


@settings(CALM, max_examples=20)
@given(data=st.data())
def test_odd_objects_of_all_kinds_can_be_joined(data: st.DataObject) -> None:
    anyio.run(_listed_and_judged, {row.plural: [data.draw(api_objects(row, 0))] for row in KINDS})


async def _listed_and_judged(items: Mapping[str, Sequence[bytes]]) -> None:
    await judged({row.resource: await listed(row, items[row.plural]) for row in KINDS if row.plural in items})


@pytest.mark.parametrize("row", KINDS, ids=lambda row: row.plural)
def test_the_objects_are_odd_enough_and_not_too_odd(row: KindRow[Any, Any]) -> None:
    kept: list[int] = []

    @settings(CALM, max_examples=60)
    @given(api_objects(row, 0))
    def look(made: bytes) -> None:
        decoder = ObjectDecoder(row, MappingOptions(), SilentHooks())
        with logged("adapters.kubernetes.decoding"):
            kept.append(decoder.decode(msgspec.Raw(made))[1] is not None)

    look()
    # Which share is odd is chance; that there are both is the point.
    assert 0.2 < sum(kept) / len(kept) < 1
