"""adapters.kubernetes.dynamic, against an API server on loopback that also answers with what it should not."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.kubernetes import read_only
from adapters.kubernetes.discovery.kind_resolver import KubernetesKindResolver
from adapters.kubernetes.dynamic.reader import KubernetesDynamicReader
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.memory.clock import ManualClock
from adapters.memory.kind_resolver import SERVED
from domain.cluster.resource_types import ResourceType
from domain.objects.visibility import EVERYTHING, HIDDEN, Visibility
from ports.dynamic import EventQuery, ListQuery, ObjectQuery
from ports.errors import AccessDenied, InvalidRequest, UnexpectedAnswer
from tests.support.api_answers import Json, with_status, with_text
from tests.support.api_client import connected
from tests.support.api_objects import a_namespace, a_node, a_pod, a_workload
from tests.support.api_reading import ReadingApiServer

KINDS = {one.kind: one for one in SERVED}
WIDGETS = ResourceType(group="example.com", version="v1", kind="Widget", plural="widgets", namespaced=True)
PROTECTED = Visibility(frozenset({"kube-system"}))
CANARY = "canary-7f3a9c"


class Scene:
    """A reader and the server that it asks."""

    def __init__(self, server: ReadingApiServer, reader: KubernetesDynamicReader) -> None:
        self.server = server
        self.reader = reader

    def answers(self, plural: str, text: str) -> None:
        self.server.fail(with_text(200, text, content_type="application/json"), plural=plural)

    @property
    def queries(self) -> list[dict[str, str]]:
        return [one.query for one in self.server.requests if one.plural]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    server, clock = ReadingApiServer(), ManualClock()
    async with server.serving(), connected(server, tmp_path) as connection:
        reading = ReadOnlyConnection(connection)
        yield Scene(server, KubernetesDynamicReader(reading, KubernetesKindResolver(reading, clock), clock))


def a_widget(name: str = "w", namespace: str = "shop", **spec: Any) -> Json:
    return {
        "apiVersion": "example.com/v1",
        "kind": "Widget",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def _list(resource: ResourceType, **more: Any) -> ListQuery:
    return ListQuery(resource=resource, **{"limit": 100, "as_table": True, **more})


async def test_the_columns_are_the_servers_own(scene: Scene) -> None:
    scene.server.put("pods", a_pod("web-1"))
    listing = await scene.reader.list_page(_list(KINDS["Pod"]), EVERYTHING)
    assert listing.table is not None
    assert listing.table.columns == ("NAME", "NAMESPACE", "STATUS")
    assert listing.table.rows == (("web-1", "shop", "Running"),)
    assert scene.queries == [{"limit": "100", "includeObject": "Metadata"}]


async def test_a_kind_without_namespaces_has_no_such_column(scene: Scene) -> None:
    scene.server.put("nodes", a_node())
    listing = await scene.reader.list_page(_list(KINDS["Node"]), EVERYTHING)
    assert listing.table is not None
    assert listing.table.columns == ("NAME", "CREATED AT")


async def test_a_server_that_prints_no_tables_gets_a_plain_one(scene: Scene) -> None:
    scene.server.prints_tables = False
    scene.server.put("pods", a_pod("web-1"))
    listing = await scene.reader.list_page(_list(KINDS["Pod"]), EVERYTHING)
    assert listing.table is not None
    assert listing.table.columns == ("NAME", "NAMESPACE", "AGE")
    assert listing.table.rows == (("web-1", "shop", "0m"),)


async def test_a_custom_kind_cannot_print_its_password(scene: Scene) -> None:
    scene.server.put("widgets", a_widget(login={"password": CANARY}, note=f"it is {CANARY}"))
    scene.server.put("widgets", a_widget("other", login={}, note="hello"))
    listing = await scene.reader.list_page(_list(WIDGETS), EVERYTHING)
    assert listing.table is not None
    assert listing.table.rows == (
        ("other", "shop", "<none>", "[redacted]"),
        ("w", "shop", "[redacted]", "[redacted]"),
    )
    assert scene.queries[0]["includeObject"] == "Object"


ODD_TABLE = json.dumps(
    {
        "kind": "Table",
        "columnDefinitions": [{"name": "Name"}, None, {"name": "Count", "priority": 0}],
        "rows": [
            None,
            {"cells": None, "object": None},
            {"cells": ["a\nb\u2028c\x1b[31m", True, 7], "object": {"metadata": {"namespace": "shop"}}},
            {"cells": ["x" * 400, None, ["odd"], "more"], "object": {"kind": "Widget", "metadata": {}}},
            {"cells": ["tls"], "object": {"kind": "Secret", "metadata": {}}},
        ],
    }
)


async def test_odd_rows_stay_one_line_each(scene: Scene) -> None:
    scene.answers("pods", ODD_TABLE)
    listing = await scene.reader.list_page(_list(KINDS["Pod"]), EVERYTHING)
    assert listing.table is not None
    assert listing.table.columns == ("NAME", "NAMESPACE", "", "COUNT")
    assert listing.table.rows == (
        ("<none>", "", "<none>", "<none>"),
        ("a b c [31m", "shop", "true", "7"),
        (f"{'x' * 255}…", "", "<none>", "<none>"),
    )
    assert listing.withheld == 1


async def test_a_volume_of_a_protected_namespace_is_hidden_in_a_table_too(scene: Scene) -> None:
    for name, namespace in (("v-1", "kube-system"), ("v-2", "shop")):
        volume = {"metadata": {"name": name}, "spec": {"claimRef": {"namespace": namespace, "name": "data"}}}
        scene.server.put("persistentvolumes", volume)
    listing = await scene.reader.list_page(_list(KINDS["PersistentVolume"]), PROTECTED)
    assert listing.table is not None
    assert [row[0] for row in listing.table.rows] == ["v-2"]
    assert listing.hidden == 1


async def test_events_about_secrets_are_withheld_from_a_table(scene: Scene) -> None:
    for name, kind in (("e-1", "Secret"), ("e-2", "Pod")):
        event = {
            "metadata": {"name": name, "namespace": "shop"},
            "involvedObject": {"kind": kind, "name": "web", "namespace": "shop"},
            "message": f"password={CANARY}",
        }
        scene.server.put("events", event)
    listing = await scene.reader.list_page(_list(KINDS["Event"]), PROTECTED)
    assert listing.table is not None
    assert [row[-1] for row in listing.table.rows] == ["password=[redacted]"]
    assert listing.withheld == 1


@pytest.mark.parametrize("as_table", [True, False])
async def test_a_token_that_is_too_old_asks_for_a_restart(scene: Scene, as_table: bool) -> None:
    for number in range(3):
        scene.server.put("pods", a_pod(f"web-{number}"))
    query = _list(KINDS["Pod"], limit=2, as_table=as_table)
    first = await scene.reader.list_page(query, EVERYTHING)
    scene.server.compact()
    page = await scene.reader.list_page(replace(query, continue_token=first.continue_token), EVERYTHING)
    assert (page.must_restart, page.count, page.continue_token) == (True, 0, "")


async def test_a_first_page_that_has_expired_is_no_restart(scene: Scene) -> None:
    scene.server.fail(with_status(410, "gone"), plural="pods")
    with pytest.raises(UnexpectedAnswer):
        await scene.reader.list_page(_list(KINDS["Pod"]), EVERYTHING)


async def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_only, "MAX_BODY_BYTES", 10_000)
    for number in range(20):
        scene.server.put("pods", a_pod(f"web-{number:02}", image="x" * 1000))
    listing = await scene.reader.list_page(_list(KINDS["Pod"], limit=20, as_table=False), EVERYTHING)
    assert [query["limit"] for query in scene.queries] == ["20", "5"]
    assert (listing.count, listing.remaining) == (5, 15)
    assert listing.continue_token


async def test_one_object_that_is_too_large_is_said_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_only, "MAX_BODY_BYTES", 500)
    scene.server.put("pods", a_pod("web-1", image="x" * 1000))
    with pytest.raises(InvalidRequest, match="larger than 500 bytes"):
        await scene.reader.list_page(_list(KINDS["Pod"], limit=3, as_table=False), EVERYTHING)
    assert [query["limit"] for query in scene.queries] == ["3", "1"]


async def test_a_server_that_answers_with_secrets_is_not_passed_on(scene: Scene) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "w"}, "data": {"x": CANARY}}
    scene.answers("widgets", json.dumps(secret))
    with pytest.raises(AccessDenied, match="holds secrets"):
        await scene.reader.get(ObjectQuery(resource=WIDGETS, namespace="shop", name="w"), EVERYTHING)
    scene.answers("widgets", json.dumps({"kind": "SecretList", "items": [secret]}))
    with pytest.raises(AccessDenied, match="holds secrets"):
        await scene.reader.list_page(_list(WIDGETS, as_table=False), EVERYTHING)
    scene.answers("widgets", json.dumps({"kind": "WidgetList", "items": [None, secret, a_widget()]}))
    listing = await scene.reader.list_page(_list(WIDGETS, as_table=False), EVERYTHING)
    assert (listing.count, listing.withheld) == (1, 1)
    assert CANARY not in str(listing)


async def test_an_event_about_a_secret_is_not_told(scene: Scene) -> None:
    event = {
        "kind": "Event",
        "metadata": {"name": "e", "namespace": "shop"},
        "involvedObject": {"kind": "Secret", "name": "web-tls"},
    }
    scene.server.put("events", event)
    query = ObjectQuery(resource=KINDS["Event"], namespace="shop", name="e")
    with pytest.raises(AccessDenied, match="tells of what does"):
        await scene.reader.get(query, EVERYTHING)


@pytest.mark.parametrize("text", ["[]", "7", "<html>", '{"kind": 7, "items": 8}'])
async def test_what_is_no_object_is_said_so(scene: Scene, text: str) -> None:
    scene.answers("pods", text)
    with pytest.raises(UnexpectedAnswer):
        await scene.reader.list_page(_list(KINDS["Pod"]), EVERYTHING)


async def test_a_release_of_helm_in_a_list_is_left_out(scene: Scene) -> None:
    release = {
        "metadata": {"name": "a", "namespace": "shop", "labels": {"owner": "helm"}},
        "data": {"release": CANARY},
    }
    scene.answers("configmaps", json.dumps({"kind": "ConfigMapList", "items": [release]}))
    listing = await scene.reader.list_page(_list(KINDS["ConfigMap"], as_table=False), EVERYTHING)
    assert listing.count == 1
    assert CANARY not in str(listing)


async def test_a_verb_that_a_kind_does_not_have_is_named(scene: Scene) -> None:
    reviews = ResourceType(
        group="authorization.k8s.io",
        version="v1",
        kind="SubjectAccessReview",
        plural="subjectaccessreviews",
        namespaced=False,
        verbs=frozenset({"create"}),
    )
    with pytest.raises(InvalidRequest, match="have no list; they have create"):
        await scene.reader.list_page(_list(reviews), EVERYTHING)
    assert not scene.server.requests


@pytest.mark.parametrize(
    ("namespace", "name", "named"),
    [
        ("", "web", "namespace: is required"),
        ("shop", "web/log", "name: "),
        ("shop", "../secrets/x", "name: "),
        ("..", "web", "namespace: "),
        ("shop", "%2e%2e", "name: "),
    ],
)
async def test_names_that_are_none_are_named_and_nothing_is_sent(
    scene: Scene, namespace: str, name: str, named: str
) -> None:
    query = ObjectQuery(resource=KINDS["Pod"], namespace=namespace, name=name)
    with pytest.raises(InvalidRequest, match=named):
        await scene.reader.get(query, EVERYTHING)
    assert not scene.server.requests


async def test_events_are_read_page_by_page_until_there_are_enough(scene: Scene) -> None:
    for number in range(600):
        event = {
            "metadata": {"name": f"e-{number:04}", "namespace": "shop"},
            "involvedObject": {"kind": "Pod", "name": "web", "namespace": "shop"},
            "lastTimestamp": f"2026-01-01T{number // 60:02}:{number % 60:02}:00Z",
        }
        scene.server.put("events", event)
    query = EventQuery(namespace="shop", involved_kind="Pod", involved_name="web", field_selector="type!=x", limit=3)
    listing = await scene.reader.events(query, EVERYTHING)
    assert [one["lastSeen"] for one in listing.objects] == [f"2026-01-01T09:{minute}:00Z" for minute in (59, 58, 57)]
    assert listing.remaining == 597
    assert [query["fieldSelector"] for query in scene.queries] == [
        "type!=x,involvedObject.kind=Pod,involvedObject.name=web"
    ] * 2


async def test_events_that_expire_on_the_way_are_those_that_were_read(scene: Scene) -> None:
    for number in range(501):
        event = {"metadata": {"name": f"e-{number:04}", "namespace": "shop"}, "message": "m"}
        scene.server.put("events", event)
    scene.server.fail(with_status(410, "gone"), plural="events", where=lambda request: "continue" in request.query)
    listing = await scene.reader.events(EventQuery(limit=100), EVERYTHING)
    assert (len(listing.objects), listing.remaining) == (100, 400)


def owned_by(obj: Json, *owners: Json) -> Json:
    return {**obj, "metadata": {**obj["metadata"], "ownerReferences": list(owners)}}


async def test_owners_are_followed_up_to_the_last(scene: Scene) -> None:
    replica_set = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5"}
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "controller": True}
    other = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x"}
    scene.server.put("pods", owned_by(a_pod("web-1"), replica_set))
    scene.server.put("replicasets", owned_by(a_workload("ReplicaSet", "web-5"), other, deployment))
    scene.server.put("deployments", a_workload())
    query = ObjectQuery(resource=KINDS["Pod"], namespace="shop", name="web-1")
    description = await scene.reader.describe(query, EVERYTHING)
    assert [one.object["metadata"]["name"] for one in description.owners] == ["web-5", "web"]
    assert description.owners[1].object["status"] == {"replicas": 2}
    assert "spec" not in description.owners[1].object
    assert not description.gaps


@pytest.mark.parametrize(
    "owner",
    [
        {"apiVersion": "v1", "kind": "Secret", "name": "canary-7f3a9c"},
        {"apiVersion": "v1", "kind": "Namespace", "name": "kube-system"},
        {"apiVersion": "v1/../..", "kind": "Pod", "name": "x"},
        {"apiVersion": "apps/v1", "kind": "Deployment", "name": "../../../secrets/x"},
        {"apiVersion": "gone.example.com/v1", "kind": "Gone", "name": "x"},
        {},
    ],
    ids=lambda owner: owner.get("kind", "nothing"),
)
async def test_owners_that_must_not_be_read_are_not(scene: Scene, owner: Json) -> None:
    scene.server.put("namespaces", a_namespace("kube-system"))
    scene.server.put("pods", owned_by(a_pod("web-1"), owner))
    query = ObjectQuery(resource=KINDS["Pod"], namespace="shop", name="web-1")
    description = await scene.reader.describe(query, PROTECTED)
    assert not description.owners
    assert CANARY not in str(description)
    assert not any("secrets" in one.http.raw_path for one in scene.server.requests)


@pytest.mark.parametrize(
    ("plural", "kind", "spec", "query"),
    [
        ("deployments", "Deployment", {"selector": {"matchLabels": {"app": "web", "tier": "a"}}}, "app=web,tier=a"),
        (
            "statefulsets",
            "StatefulSet",
            {
                "selector": {
                    "matchExpressions": [
                        {"key": "app", "operator": "In", "values": ["a", "b"]},
                        {"key": "tier", "operator": "NotIn", "values": ["c"]},
                        {"key": "x", "operator": "Exists"},
                        {"key": "y", "operator": "DoesNotExist"},
                    ]
                }
            },
            "app in (a,b),tier notin (c),x,!y",
        ),
        ("services", "Service", {"selector": {"app": "web"}}, "app=web"),
    ],
)
async def test_pods_that_belong_to_an_object_are_told(
    scene: Scene, plural: str, kind: str, spec: Json, query: str
) -> None:
    scene.server.put(plural, {"kind": kind, "metadata": {"name": "web", "namespace": "shop"}, "spec": spec})
    pod = a_pod("web-1")
    scene.server.put("pods", {**pod, "metadata": {**pod["metadata"], "labels": {"app": "a", "x": "1"}}})
    described = ObjectQuery(resource=KINDS[kind], namespace="shop", name="web")
    (pods,) = (await scene.reader.describe(described, EVERYTHING)).related
    assert pods.table is not None
    assert scene.queries[-1]["labelSelector"] == query


@pytest.mark.parametrize(
    "spec", [{}, {"selector": None}, {"selector": {"matchExpressions": [{"key": "a", "operator": "Odd"}]}}]
)
async def test_where_no_pods_are_selected_none_are_told(scene: Scene, spec: Json) -> None:
    scene.server.put("services", {"kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, "spec": spec})
    query = ObjectQuery(resource=KINDS["Service"], namespace="shop", name="web")
    assert not (await scene.reader.describe(query, EVERYTHING)).related


async def test_a_custom_kind_selects_nothing(scene: Scene) -> None:
    fake = replace(WIDGETS, kind="Deployment")
    scene.server.put("widgets", a_widget("web", selector={"app": "web"}))
    description = await scene.reader.describe(ObjectQuery(resource=fake, namespace="shop", name="web"), EVERYTHING)
    assert not description.related


async def test_what_cannot_be_read_beside_an_object_is_a_gap(scene: Scene) -> None:
    spec = {"selector": {"matchLabels": {"app": "web"}}}
    scene.server.put("deployments", {"metadata": {"name": "web", "namespace": "shop"}, "spec": spec})
    scene.server.denied |= {("list", "events"), ("list", "pods")}
    query = ObjectQuery(resource=KINDS["Deployment"], namespace="shop", name="web")
    description = await scene.reader.describe(query, EVERYTHING)
    assert description.found.object["metadata"]["name"] == "web"
    assert [gap.split(":")[0] for gap in description.gaps] == ["events", "pods"]
    assert description.events.count == 0


async def test_references_into_a_protected_namespace_are_not_told(scene: Scene) -> None:
    binding = ResourceType(
        group="rbac.authorization.k8s.io",
        version="v1",
        kind="ClusterRoleBinding",
        plural="clusterrolebindings",
        namespaced=False,
    )
    subjects = [{"kind": "ServiceAccount", "namespace": "kube-system", "name": "x"}]
    scene.server.put("clusterrolebindings", {"metadata": {"name": "system:x"}, "subjects": subjects})
    found = await scene.reader.get(ObjectQuery(resource=binding, name="system:x"), PROTECTED)
    assert found.object["subjects"] == [HIDDEN]
