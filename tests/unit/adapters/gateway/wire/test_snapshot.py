"""The whole snapshot: complete, typed, equal to a plain reading of the same, and cheap where nothing changed."""

import json
import logging
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings

from adapters.gateway.wire.gzip_stream import compressed
from adapters.gateway.wire.names import LIST_NAMES
from adapters.gateway.wire.snapshot import SnapshotEncoder
from domain.cluster.all_readings import COLLECTED_KINDS
from domain.cluster.kinds import Kind
from domain.cluster.policy import ResourceQuota
from domain.cluster.snapshot import ClusterSnapshot
from domain.cluster.usage import ResourceUsage, Usage
from tests.support.domain_objects import (
    NOW,
    a_full_snapshot,
    a_namespace,
    a_node,
    a_pod,
    a_snapshot,
    a_usage,
    any_snapshot,
    filled,
)
from tests.support.golden_files import golden
from tests.support.naive_wire import naive_snapshot
from tests.support.otel import a_full_summary, a_summary


async def text_of(encoder: SnapshotEncoder, snapshot: ClusterSnapshot) -> bytes:
    return b"".join(await encoder.encode(snapshot))


async def tree_of(snapshot: ClusterSnapshot, encoder: SnapshotEncoder | None = None) -> dict[str, Any]:
    tree = json.loads(await text_of(encoder or SnapshotEncoder(), snapshot))
    assert isinstance(tree, dict)
    return tree


def shapes(value: Any, path: str = "$") -> Iterator[tuple[str, str]]:
    """Every path with its JSON type; keys of free maps are one path."""
    yield path, type(value).__name__
    if isinstance(value, dict):
        for key, member in value.items():
            is_free = key[:1] == "k" and key[1:].isdigit()
            yield from shapes(member, f"{path}.{'*' if is_free else key}")
    elif isinstance(value, list):
        for member in value:
            yield from shapes(member, f"{path}[]")


async def test_a_snapshot_with_everything_set_has_every_path_of_the_golden_one_with_its_type() -> None:
    ours = dict(shapes(await tree_of(a_full_snapshot())))
    wanted = dict(shapes(golden_part()))
    assert ours == wanted
    assert len(wanted) > 250


def golden_part() -> dict[str, Any]:
    """The golden snapshot without its telemetry, and without the one member that nothing in Kubernetes is."""
    tree: dict[str, Any] = golden("snapshot-max.json")
    del tree["otel"]
    for ingress in tree["ingresses"]:
        backends = [ingress["spec"]["defaultBackend"]]
        backends += [path["backend"] for rule in ingress["spec"]["rules"] for path in rule["paths"]]
        for backend in backends:
            del backend["resource"]["namespace"]
    return tree


async def test_the_otel_summary_is_sent_exactly_when_there_is_one() -> None:
    encoder = SnapshotEncoder()
    with_otel = await tree_of(a_snapshot(otel=a_full_summary()), encoder)
    assert set(golden("snapshot-max.json")["otel"]) <= set(with_otel["otel"])
    assert "otel" not in await tree_of(a_snapshot(), encoder)


async def test_an_otel_summary_is_encoded_once_while_it_is_the_same() -> None:
    encoder = SnapshotEncoder()
    summary = a_summary()
    first = await encoder._encode_otel(summary)
    assert await encoder._encode_otel(summary) is first
    assert await encoder._encode_otel(a_summary()) is not first


async def test_all_twenty_lists_are_always_there() -> None:
    tree = await tree_of(a_snapshot())
    assert all(tree[name] == [] for name in LIST_NAMES.values())
    assert tuple(LIST_NAMES) == tuple(sorted(COLLECTED_KINDS, key=list(LIST_NAMES).index))
    assert len(LIST_NAMES) == 20


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=any_snapshot(), later=any_snapshot())
def test_kept_and_spliced_fragments_say_what_a_plain_encoding_says(
    first: ClusterSnapshot, later: ClusterSnapshot
) -> None:
    mixed = a_snapshot(
        (*first.readings.pods.objects, *later.readings.pods.objects),
        (*later.readings.nodes.objects, *first.readings.nodes.objects),
        first.readings.namespaces.objects,
        collected_at=later.collected_at,
        usage=later.usage,
    )

    async def check() -> None:
        encoder = SnapshotEncoder()
        for snapshot in (first, mixed, later, first):
            assert await tree_of(snapshot, encoder) == naive_snapshot(snapshot)
            assert encoder.left_out == 0

    anyio.run(check)


async def test_the_same_snapshot_has_the_same_bytes() -> None:
    pods = [a_pod(f"web-{number}") for number in range(50)]
    snapshot = a_snapshot(pods, [a_node()], [a_namespace()], usage=a_usage(pods))
    encoder = SnapshotEncoder()
    first, again = [compressed(await encoder.encode(snapshot)) for _ in range(2)]
    other = compressed(await SnapshotEncoder().encode(snapshot))
    assert b"".join(first) == b"".join(again) == b"".join(other)


async def test_only_changed_objects_are_encoded_again_and_gone_ones_leave() -> None:
    pods = [a_pod(f"web-{number}") for number in range(100)]
    encoder = SnapshotEncoder()
    kept = encoder.kinds[Kind.POD]
    await text_of(encoder, a_snapshot(pods))
    assert (kept.encoded, kept.kept) == (100, 100)

    later = NOW + timedelta(days=2)
    usage = a_usage(pods, cpu="300m")
    await text_of(encoder, a_snapshot(pods, collected_at=later, usage=usage))
    assert kept.encoded == 100

    pods[7] = a_pod("web-7", restarts=1)
    tree = await tree_of(a_snapshot(pods[:50], collected_at=later, usage=usage), encoder)
    assert kept.encoded == 101
    assert kept.kept == 50
    assert tree["pods"][7]["status"]["restarts"] == 1
    assert {pod["summary"]["age"] for pod in tree["pods"]} == {"5d"}
    assert {pod["status"]["cpuUsage"] for pod in tree["pods"]} == {"300m"}

    await text_of(encoder, a_snapshot())
    assert kept.kept == 0


async def test_a_clock_that_goes_back_takes_the_ages_with_it() -> None:
    snapshot = a_snapshot([a_pod()])
    encoder = SnapshotEncoder()
    assert (await tree_of(snapshot, encoder))["pods"][0]["summary"]["age"] == "3d"
    earlier = replace(snapshot, collected_at=NOW - timedelta(days=2))
    assert (await tree_of(earlier, encoder))["pods"][0]["summary"]["age"] == "1d"


async def test_usage_comes_and_goes_without_the_pod_changing() -> None:
    pod = a_pod()
    encoder = SnapshotEncoder()

    async def status(usage: Usage) -> dict[str, Any]:
        tree = await tree_of(a_snapshot([pod], usage=usage), encoder)
        found: dict[str, Any] = tree["pods"][0]["status"]
        return found

    assert "cpuUsage" not in await status(Usage())
    assert (await status(a_usage([pod], cpu="7m")))["cpuUsage"] == "7m"
    hostile = Usage(pods={("shop", "web-1"): ResourceUsage('1"}\ud800,', "")})
    assert (await status(hostile))["cpuUsage"] == '1"}?,'
    assert "memoryUsage" not in await status(hostile)
    assert "cpuUsage" not in await status(Usage())


async def test_a_namespace_without_counts_and_a_node_without_usage_are_still_sent() -> None:
    snapshot = a_snapshot([], [a_node()], [a_namespace()])
    unknown = replace(snapshot, joins=replace(snapshot.joins, nodes={}, namespaces={}))
    tree = await tree_of(unknown)
    assert "metrics" not in tree["nodes"][0]
    assert tree["namespaces"][0]["resources"]["pods"] == 0
    assert len(tree["namespaces"][0]["resources"]) == 18


async def test_an_object_that_cannot_be_encoded_is_left_out_counted_and_named_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    naive_time = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake that is tested
    pods = [a_pod("good-1"), a_pod("bad", created_at=naive_time), a_pod("good-2")]
    encoder = SnapshotEncoder()
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            tree = await tree_of(a_snapshot(pods), encoder)
    assert [pod["summary"]["name"] for pod in tree["pods"]] == ["good-1", "good-2"]
    assert encoder.left_out == 1
    [record] = caplog.records
    assert (record.kind, record.namespace, record.object) == ("Pod", "shop", "bad")  # type: ignore[attr-defined] # extra fields
    await text_of(encoder, a_snapshot([pods[0]]))
    assert encoder.left_out == 0


async def test_counts_that_cannot_be_encoded_cost_neither_the_object_nor_the_snapshot() -> None:
    snapshot = a_snapshot([], [a_node()])
    joined = snapshot.joins.nodes["node-1"]
    broken = replace(joined, cpu=replace(joined.cpu, usage=None))  # type: ignore[arg-type] # the mistake that is tested
    tree = await tree_of(replace(snapshot, joins=replace(snapshot.joins, nodes={"node-1": broken})))
    assert tree["nodes"][0]["summary"]["name"] == "node-1"


async def test_ages_that_cannot_be_reckoned_cost_neither_the_object_nor_the_snapshot() -> None:
    naive_time = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake that is tested
    quota = replace(filled(ResourceQuota), namespace="shop", created_at=naive_time)
    encoder = SnapshotEncoder()
    tree = await tree_of(a_snapshot([], [], [a_namespace("shop"), a_namespace("web")], others=[quota]), encoder)
    assert [one["summary"]["name"] for one in tree["namespaces"]] == ["shop", "web"]
    assert tree["resourceQuotas"] == []
    assert encoder.left_out == 1


async def test_times_are_sent_in_utc_whatever_their_zone() -> None:
    tokyo = timezone(timedelta(hours=9))
    snapshot = a_snapshot(
        [a_pod(created_at=datetime(2026, 1, 1, 9, tzinfo=tokyo))],
        cluster_id="\ud800 cluster",
        collected_at=datetime(2026, 1, 2, 9, 0, 0, 5, tzinfo=tokyo),
    )
    tree = await tree_of(snapshot)
    assert tree["fetchedAt"] == "2026-01-02T00:00:00.000005Z"
    assert tree["clusterId"] == "? cluster"
    assert tree["pods"][0]["summary"]["createdAt"] == "2026-01-01T00:00:00Z"
    assert tree["pods"][0]["summary"]["age"] == "1d"


async def test_other_tasks_run_while_many_objects_are_encoded() -> None:
    turns = 0
    is_over = False

    async def others() -> None:
        nonlocal turns
        while not is_over:
            turns += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as group:
        group.start_soon(others)
        await text_of(SnapshotEncoder(), a_snapshot([a_pod(f"web-{number}") for number in range(400)]))
        is_over = True
    assert turns >= 400 // 25


async def test_a_cancelled_snapshot_keeps_what_it_has_encoded() -> None:
    pods = [a_pod(f"web-{number}") for number in range(200)]
    encoder = SnapshotEncoder()
    kept = encoder.kinds[Kind.POD]
    with anyio.CancelScope() as scope:
        scope.cancel()
        await text_of(encoder, a_snapshot(pods))
    done = kept.encoded
    tree = await tree_of(a_snapshot(pods), encoder)
    assert kept.encoded == 200
    assert done < 200
    assert len(tree["pods"]) == 200


async def test_what_follows_a_cancelled_snapshot_is_whole() -> None:
    pods = [a_pod(f"web-{number}") for number in range(100)]
    encoder = SnapshotEncoder()
    first = a_snapshot(pods, usage=a_usage(pods, cpu="1m"))
    await text_of(encoder, first)
    pods[50:] = [a_pod(f"web-{number}", restarts=1) for number in range(50, 100)]
    second = a_snapshot(pods, usage=a_usage(pods, cpu="2m"))
    with anyio.CancelScope() as scope:
        scope.cancel()
        await text_of(encoder, second)
    for snapshot in (second, first, second):
        assert await text_of(encoder, snapshot) == await text_of(SnapshotEncoder(), snapshot)


async def test_the_body_is_one_gzip_member() -> None:
    snapshot = a_snapshot([a_pod(f"web-{number}", message="x" * 2000) for number in range(500)])
    encoder = SnapshotEncoder()
    body = b"".join(compressed(await encoder.encode(snapshot)))
    decompressor = zlib.decompressobj(wbits=31)  # stops after the first member, as common clients do
    assert decompressor.decompress(body) == await text_of(encoder, snapshot)
    assert decompressor.eof
    assert decompressor.unused_data == b""
