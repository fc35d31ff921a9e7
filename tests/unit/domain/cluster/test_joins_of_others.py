"""ReplicaSets of Deployments, backends of Services, quotas and counts of namespaces."""

from collections import Counter
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from domain.cluster.all_readings import RESOURCES, Readings
from domain.cluster.deployments import Deployment, ReplicaSet
from domain.cluster.joins import Joiner, Joins, briefs_of
from domain.cluster.metadata import Resource
from domain.cluster.namespace_contents import COUNTED, NamespaceResources
from domain.cluster.policy import LimitRange, ResourceQuota
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.services import BackendEndpoint, EndpointPort, EndpointSlice, Service
from domain.cluster.usage import Usage
from tests.support.domain_objects import NOW, a_namespace, a_pod, filled, readings_of


def joined(*objects: Resource) -> Joins:
    return Joiner().join(readings_of(objects), Usage())


def a_replica_set(name: str, revision: str = "1", *, owner: str = "web", kind: str = "Deployment") -> ReplicaSet:
    return replace(
        filled(ReplicaSet), name=name, namespace="shop", owner_kind=kind, owner_name=owner, revision=revision
    )


def test_the_replica_sets_of_a_deployment_are_its_own_the_newest_revision_first() -> None:
    sets = [a_replica_set("web-a", "9"), a_replica_set("web-b", "10"), a_replica_set("web-c", "odd")]
    others = [a_replica_set("api-a", owner="api"), a_replica_set("web-x", kind="Rollout")]
    briefs = joined(*sets, *others).replica_sets
    assert [brief.name for brief in briefs["shop", "web"]] == ["web-b", "web-a", "web-c"]
    assert [brief.name for brief in briefs["shop", "api"]] == ["api-a"]
    assert len(briefs) == 2


def test_a_revision_with_more_digits_than_numbers_have_costs_its_place_and_no_snapshot() -> None:
    many_digits = a_replica_set("web-odd", "9" * 5000)
    briefs = briefs_of([many_digits, a_replica_set("web-1", "1"), a_replica_set("web-max", str(2**63 - 1))])
    assert [brief.name for brief in briefs] == ["web-max", "web-1", "web-odd"]


def test_a_brief_says_what_its_replica_set_says() -> None:
    source = a_replica_set("web-a", "7")
    (brief,) = joined(source).replica_sets["shop", "web"]
    assert (brief.replicas, brief.ready, brief.available) == (
        source.replicas,
        source.ready_replicas,
        source.available_replicas,
    )
    assert (brief.revision, brief.image, brief.created_at) == ("7", source.image, source.created_at)


def a_service(name: str = "web", kind: str = "ClusterIP") -> Service:
    service = filled(Service)
    summary = replace(service.summary, name=name, namespace="shop")
    return replace(service, summary=summary, spec=replace(service.spec, type=kind))


def a_slice(*endpoints: tuple[str, bool], service: str = "web", port: int = 80, minutes: int = 0) -> EndpointSlice:
    return EndpointSlice(
        name=f"{service}-x",
        namespace="shop",
        service=service,
        ports=(EndpointPort(name="http", port=port, protocol="TCP"),),
        endpoints=tuple(BackendEndpoint(address=address, ready=ready) for address, ready in endpoints),
        changed_at=NOW + timedelta(minutes=minutes),
    )


def test_backends_come_from_all_slices_of_a_service() -> None:
    slices = [
        a_slice(("10.0.0.1", True), ("10.0.0.2", False), minutes=1),
        a_slice(("10.0.0.3", True), minutes=5),
        a_slice(("10.0.0.9", True), service="other"),
        a_slice(("10.0.0.8", True), service=""),
    ]
    backends = joined(a_service(), *slices).backends["shop", "web"]
    summary = backends.summary
    assert (summary.ready, summary.not_ready, summary.total, summary.slices) == (2, 1, 3, 2)
    assert summary.updated == NOW + timedelta(minutes=5)
    assert [endpoint.address for endpoint in backends.endpoints] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert len(backends.ports) == 1, "the same port in two slices is one port"


def test_ports_that_differ_are_all_told() -> None:
    backends = joined(a_service(), a_slice(("10.0.0.1", True)), a_slice(("10.0.0.2", True), port=81)).backends
    assert [port.port for port in backends["shop", "web"].ports] == [80, 81]


def test_a_service_without_slices_has_no_endpoints_and_an_external_name_has_no_backends() -> None:
    backends = joined(a_service(), a_service("outside", "ExternalName")).backends
    assert backends["shop", "web"].summary.total == 0
    assert ("shop", "outside") not in backends


@pytest.mark.parametrize("state", set(ReadingState) - {ReadingState.LIVE, ReadingState.STALE})
def test_nothing_is_said_of_backends_while_slices_cannot_be_read(state: ReadingState) -> None:
    readings = readings_of([a_service()])
    without = replace(readings, endpoint_slices=Reading((), state))
    assert Joiner().join(without, Usage()).backends == {}


def test_every_list_of_a_namespace_is_counted_under_its_own_name() -> None:
    expected = Counter({name: number for number, name in enumerate(COUNTED, start=1)})
    objects: list[Resource] = []
    for name, number in expected.items():
        one = filled(RESOURCES[name])
        objects += [_in_namespace(one, "shop")] * number + [_in_namespace(one, "elsewhere")]
    contents = joined(a_namespace("shop"), *objects).namespaces["shop"]
    assert contents.resources == NamespaceResources(**expected)
    assert {"pods", *COUNTED} == {field.name for field in fields(NamespaceResources) if "pods_" not in field.name}


def _in_namespace(one: Resource, namespace: str) -> Resource:
    if hasattr(one, "summary"):
        return replace(one, summary=replace(one.summary, namespace=namespace))  # type: ignore[type-var] # any kind
    return replace(one, namespace=namespace)  # type: ignore[type-var] # as above


def test_quotas_and_limit_ranges_stand_with_their_namespace() -> None:
    quota, limits = filled(ResourceQuota), filled(LimitRange)
    mine, other = replace(quota, namespace="shop"), replace(quota, namespace="elsewhere")
    contents = joined(a_namespace("shop"), mine, other, replace(limits, namespace="shop")).namespaces["shop"]
    assert contents.quotas == (mine,)
    assert [one.name for one in contents.limit_ranges] == [limits.name]


def test_what_did_not_change_is_not_computed_again() -> None:
    joiner = Joiner()
    objects: list[Resource] = [a_replica_set("web-a"), a_service(), a_slice(("10.0.0.1", True)), filled(Deployment)]
    readings = readings_of([*objects, a_namespace()])
    first = joiner.join(readings, Usage())
    changed: Readings = replace(readings, pods=Reading((a_pod(),), ReadingState.LIVE))
    second = joiner.join(changed, Usage())
    assert second.replica_sets is first.replica_sets
    assert second.backends is first.backends
    assert second.namespaces["shop"].resources.pods == 1
    again = replace(changed, endpoint_slices=Reading((a_slice(("10.0.0.2", True)),), ReadingState.LIVE))
    (endpoint,) = joiner.join(again, Usage()).backends["shop", "web"].endpoints
    assert endpoint.address == "10.0.0.2"
