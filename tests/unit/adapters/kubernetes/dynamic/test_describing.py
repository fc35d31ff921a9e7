"""adapters.kubernetes.dynamic: descriptions."""

from dataclasses import replace

import pytest

from domain.cluster.resource_types import ResourceType
from domain.objects.visibility import EVERYTHING, HIDDEN
from ports.dynamic import ObjectQuery
from tests.support.api_answers import Json
from tests.support.api_objects import a_namespace, a_pod, a_workload
from tests.unit.adapters.kubernetes.dynamic.scene import CANARY, KINDS, PROTECTED, WIDGETS, Scene, a_widget


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
