"""What every DynamicReader promises (ports.dynamic)."""

import json
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

import pytest
from typing_extensions import override

from adapters.kubernetes.discovery.kind_resolver import KubernetesKindResolver
from adapters.kubernetes.dynamic.reader import KubernetesDynamicReader
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.dynamic_reader import InMemoryDynamicReader
from adapters.memory.kind_resolver import SERVED
from domain.cluster.resource_types import ResourceType
from domain.objects.listing import Listing
from domain.objects.visibility import EVERYTHING, Visibility
from ports.dynamic import DynamicReader, EventQuery, ListQuery, ObjectQuery
from ports.errors import AccessDenied, NotFound, Unavailable
from tests.support.api_answers import Json, with_status
from tests.support.api_client import connected
from tests.support.api_objects import a_namespace, a_node, a_pod, a_workload
from tests.support.api_reading import ReadingApiServer

PORT = DynamicReader
ADAPTERS = (KubernetesDynamicReader, InMemoryDynamicReader)

KINDS: Final = {one.kind: one for one in SERVED}
PROTECTED: Final = Visibility(frozenset({"kube-system", "data"}))


class Cluster(Protocol):
    """Pods and events in several namespaces, `data` among them, a Deployment shop/web, a node."""

    reader: DynamicReader

    @abstractmethod
    def fall_silent(self) -> None:
        """Answer nothing any more."""


class LoopbackCluster(Cluster):
    """The Kubernetes adapter against an API server on loopback."""

    def __init__(self, reader: DynamicReader, server: ReadingApiServer) -> None:
        self.reader = reader
        self._server = server

    @override
    def fall_silent(self) -> None:
        self._server.fail(with_status(503, "down"), times=1_000)


def an_event(name: str, kind: str, about: str, namespace: str, minute: int = 0) -> Json:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "involvedObject": {"kind": kind, "name": about, "namespace": namespace},
        "type": "Warning",
        "reason": "BackOff",
        "message": f"about {kind} {about}",
        "lastTimestamp": f"2026-01-01T00:{minute:02}:00Z",
    }


def fill(server: ReadingApiServer) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "controller": True}
    for number in range(7):
        pod = a_pod(f"web-{number}", "shop")
        pod["metadata"] |= {"labels": {"app.kubernetes.io/name": "web"}, "ownerReferences": [owner]}
        server.put("pods", pod)
    server.put("pods", a_pod("db-0", "data"))
    server.put("pods", a_pod("coredns-1", "kube-system"))
    server.put("deployments", a_workload())
    server.put("nodes", a_node())
    for namespace in ("data", "kube-system", "shop"):
        server.put("namespaces", a_namespace(namespace))
    for number in range(5):
        server.put("events", an_event(f"e-{number}", "Pod", "web-0", "shop", number))
    server.put("events", an_event("e-secret", "Secret", "web-tls", "shop"))
    server.put("events", an_event("e-db", "Pod", "db-0", "data"))


@asynccontextmanager
async def _kubernetes(folder: Path) -> AsyncIterator[Cluster]:
    server, clock = ReadingApiServer(), ManualClock()
    fill(server)
    async with server.serving(), connected(server, folder) as connection:
        reading = ReadOnlyConnection(connection)
        reader = KubernetesDynamicReader(reading, KubernetesKindResolver(reading, clock), clock)
        yield LoopbackCluster(reader, server)


class SimulatedCluster(Cluster):
    """The in-memory cluster's."""

    def __init__(self) -> None:
        clock = ManualClock()
        self.reader = self._reader = InMemoryDynamicReader(InMemoryCluster(clock), clock)

    @override
    def fall_silent(self) -> None:
        for operation in ("get", "list_page", "describe", "events"):
            self._reader.fail_next(operation, Unavailable(operation, "planned"), times=9)


@asynccontextmanager
async def _memory(folder: Path) -> AsyncIterator[Cluster]:
    yield SimulatedCluster()


Opener = Callable[[Path], AbstractAsyncContextManager[Cluster]]
CLUSTERS: dict[str, Opener] = {"kubernetes": _kubernetes, "memory": _memory}


@pytest.fixture(params=sorted(CLUSTERS))
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cluster]:
    async with CLUSTERS[request.param](tmp_path) as cluster:
        yield cluster


def _list(kind: str, namespace: str = "", *, limit: int = 100, as_table: bool = False) -> ListQuery:
    return ListQuery(resource=KINDS[kind], namespace=namespace, limit=limit, as_table=as_table)


def _names(listing: Listing) -> list[str]:
    if listing.table is not None:
        return [row[0] for row in listing.table.rows]
    return [one["metadata"]["name"] for one in listing.objects]


def _places(listing: Listing) -> set[str]:
    """Namespaces that are in a list, as objects or as what they are in."""
    if listing.table is not None:
        return {cell for row in listing.table.rows for cell in row[:2]}
    return {place for one in listing.objects for place in (one["metadata"]["name"], one["metadata"].get("namespace"))}


async def test_an_object_is_told_in_full(cluster: Cluster) -> None:
    query = ObjectQuery(resource=KINDS["Deployment"], namespace="shop", name="web")
    found = await cluster.reader.get(query, PROTECTED)
    assert (found.kind, found.object["metadata"]["name"]) == ("Deployment", "web")
    assert found.object["kind"] == "Deployment"
    assert json.loads(json.dumps(found.object)) == found.object


async def test_an_object_of_no_namespace_is_told(cluster: Cluster) -> None:
    (name, *_) = _names(await cluster.reader.list_page(_list("Node"), PROTECTED))
    found = await cluster.reader.get(ObjectQuery(resource=KINDS["Node"], name=name), PROTECTED)
    assert found.object["metadata"]["name"] == name


@pytest.mark.parametrize("namespace", ["shop", "gone"])
async def test_what_is_not_there_is_not_found(cluster: Cluster, namespace: str) -> None:
    query = ObjectQuery(resource=KINDS["Pod"], namespace=namespace, name="gone")
    with pytest.raises(NotFound):
        await cluster.reader.get(query, PROTECTED)
    with pytest.raises(NotFound):
        await cluster.reader.describe(query, PROTECTED)


@pytest.mark.parametrize("as_table", [True, False])
async def test_a_list_of_a_namespace_holds_its_objects(cluster: Cluster, as_table: bool) -> None:
    listing = await cluster.reader.list_page(_list("Pod", "shop", as_table=as_table), PROTECTED)
    assert listing.count > 1
    assert any(name.startswith("web") for name in _names(listing))
    assert (listing.table is None) is not as_table
    assert (listing.hidden, listing.continue_token) == (0, "")
    if listing.table is not None:
        assert listing.table.columns[:2] == ("NAME", "NAMESPACE")
        assert {row[1] for row in listing.table.rows} == {"shop"}
        assert {len(row) for row in listing.table.rows} == {len(listing.table.columns)}


@pytest.mark.parametrize("as_table", [True, False])
@pytest.mark.parametrize("kind", ["Pod", "Namespace", "Event"])
async def test_what_is_hidden_is_left_out_of_lists_and_counted(cluster: Cluster, kind: str, as_table: bool) -> None:
    query = _list(kind, as_table=as_table)
    everything = await cluster.reader.list_page(query, EVERYTHING)
    shown = await cluster.reader.list_page(query, PROTECTED)
    assert shown.hidden > 0
    assert everything.hidden == 0
    assert shown.count + shown.hidden == everything.count
    assert {"kube-system", "data"} & _places(everything)
    assert not {"kube-system", "data"} & _places(shown)


async def test_what_is_hidden_cannot_be_named_either(cluster: Cluster) -> None:
    query = ObjectQuery(resource=KINDS["Namespace"], name="kube-system")
    assert (await cluster.reader.get(query, EVERYTHING)).object["metadata"]["name"] == "kube-system"
    for ask in (cluster.reader.get, cluster.reader.describe):
        with pytest.raises(AccessDenied, match="AGENT_PROTECTED_NAMESPACES"):
            await ask(query, PROTECTED)


@pytest.mark.parametrize("as_table", [True, False])
async def test_pages_follow_one_another_until_the_last(cluster: Cluster, as_table: bool) -> None:
    query = _list("Pod", "shop", limit=3, as_table=as_table)
    whole = _names(await cluster.reader.list_page(replace(query, limit=100), PROTECTED))
    names: list[str] = []
    while True:
        page = await cluster.reader.list_page(query, PROTECTED)
        names += _names(page)
        if not page.continue_token:
            break
        assert page.count == 3
        assert page.remaining == len(whole) - len(names)
        query = replace(query, continue_token=page.continue_token)
    assert names == whole
    assert len(names) > 3


async def test_labels_and_fields_select(cluster: Cluster) -> None:
    query = _list("Pod", "shop")
    web = replace(query, label_selector="app.kubernetes.io/name=web")
    names = _names(await cluster.reader.list_page(web, PROTECTED))
    assert names
    assert all(name.startswith("web-") for name in names)
    one = replace(query, field_selector=f"metadata.name={names[0]}")
    assert _names(await cluster.reader.list_page(one, PROTECTED)) == names[:1]
    none = replace(query, label_selector="app.kubernetes.io/name notin (web),app.kubernetes.io/name=web")
    assert not _names(await cluster.reader.list_page(none, PROTECTED))


@pytest.mark.parametrize("group", ["", "example.com"])
@pytest.mark.parametrize(("plural", "kind"), [("secrets", "Secret"), ("secrets", "Widget"), ("widgets", "ASecret")])
async def test_secrets_are_read_under_no_name(cluster: Cluster, group: str, plural: str, kind: str) -> None:
    resource = ResourceType(group=group, version="v7", kind=kind, plural=plural, namespaced=True)
    query = ObjectQuery(resource=resource, namespace="shop", name="web")
    with pytest.raises(AccessDenied, match="never read"):
        await cluster.reader.get(query, EVERYTHING)
    with pytest.raises(AccessDenied, match="never read"):
        await cluster.reader.describe(query, EVERYTHING)
    for as_table in (True, False):
        listing = ListQuery(resource=resource, limit=10, as_table=as_table)
        with pytest.raises(AccessDenied, match="never read"):
            await cluster.reader.list_page(listing, EVERYTHING)


async def test_the_newest_events_come_first(cluster: Cluster) -> None:
    listing = await cluster.reader.events(EventQuery(namespace="shop", limit=4), PROTECTED)
    times = [one["lastSeen"] for one in listing.objects]
    assert times == sorted(times, reverse=True)
    assert len(times) == 4
    assert listing.remaining
    assert all(one["object"] and one["message"] for one in listing.objects)


async def test_events_of_protected_namespaces_and_about_secrets_are_not_told(cluster: Cluster) -> None:
    everywhere = EventQuery(limit=100)
    shown = await cluster.reader.events(everywhere, PROTECTED)
    assert shown.hidden > 0
    assert {one["namespace"] for one in shown.objects} >= {"shop"}
    assert not {one["namespace"] for one in shown.objects} & {"kube-system", "data"}
    assert "Secret/" not in str(await cluster.reader.events(everywhere, EVERYTHING))


async def test_a_description_tells_owners_and_events(cluster: Cluster) -> None:
    listing = await cluster.reader.list_page(
        replace(_list("Pod", "shop"), label_selector="app.kubernetes.io/name=web"), PROTECTED
    )
    query = ObjectQuery(resource=KINDS["Pod"], namespace="shop", name=_names(listing)[0])
    description = await cluster.reader.describe(query, PROTECTED)
    assert description.found.object["metadata"]["name"] == query.name
    assert description.owners[-1].kind == "Deployment"
    assert description.owners[-1].object["metadata"]["name"] == "web"
    assert all(one["object"].endswith(query.name) for one in description.events.objects)
    assert not description.gaps


async def test_a_node_is_described_with_its_pods(cluster: Cluster) -> None:
    (name, *_) = _names(await cluster.reader.list_page(_list("Node"), PROTECTED))
    description = await cluster.reader.describe(ObjectQuery(resource=KINDS["Node"], name=name), PROTECTED)
    (pods,) = description.related
    assert pods.count > 0
    assert not {"kube-system", "data"} & _places(pods)


async def test_a_cluster_that_does_not_answer_is_unavailable(cluster: Cluster) -> None:
    query = ObjectQuery(resource=KINDS["Deployment"], namespace="shop", name="web")
    cluster.fall_silent()
    for ask in (
        lambda: cluster.reader.get(query, PROTECTED),
        lambda: cluster.reader.describe(query, PROTECTED),
        lambda: cluster.reader.list_page(_list("Pod"), PROTECTED),
        lambda: cluster.reader.events(EventQuery(limit=9), PROTECTED),
    ):
        with pytest.raises(Unavailable):
            await ask()
