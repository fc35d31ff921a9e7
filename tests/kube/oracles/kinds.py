"""The twenty kinds: what the wire must say about an object of each, and what else that depends on.

Everything that compares kinds goes through this table, so that no kind is forgotten.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tests.kube.oracles.batch import cron_job, job
from tests.kube.oracles.configuration import config_map, secret
from tests.kube.oracles.events import event, may_be_gone
from tests.kube.oracles.ingresses import ingress
from tests.kube.oracles.matching import Shape
from tests.kube.oracles.namespaces import COUNTED, namespace, within
from tests.kube.oracles.nodes import node
from tests.kube.oracles.pods import pod
from tests.kube.oracles.policies import limit_range, network_policy, resource_quota, service_account
from tests.kube.oracles.services import service, slices_of
from tests.kube.oracles.storage import persistent_volume, persistent_volume_claim
from tests.kube.oracles.workloads import controlled, daemon_set, deployment, replica_set, stateful_set
from tests.kube.oracles.world import ENDPOINT_SLICES, World, uid, version
from tests.kube.testbed.errors import Json


def _nothing(raw: Json, world: World) -> Hashable:
    return None


def _stays(raw: Json, fetched_at: datetime) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Kind:
    """How the objects of one list are read."""

    expect: Callable[[Json, datetime, World], Shape]
    """What the wire must say about the object at the snapshot's own time."""
    joined: Callable[[Json, World], Hashable] = _nothing
    """Differs when something that the object is joined with has changed."""
    may_be_missing: Callable[[Json, datetime], bool] = _stays
    """Whether the snapshot need not hold the object."""


def _pods_on(raw: Json, world: World) -> Hashable:
    name = raw["metadata"]["name"]
    return frozenset(
        (uid(item), item["status"].get("phase")) for item in world.every("pods") if item["spec"].get("nodeName") == name
    )


def _inside(raw: Json, world: World) -> Hashable:
    name, lists = raw["metadata"]["name"], {kind: world.every(kind) for kind in COUNTED}
    copies = {kind: world.every(kind) for kind in ("resourceQuotas", "limitRanges")}
    counted = {uid(item) for kind in COUNTED for item in within(name, lists, kind)}
    phases = {(uid(item), item["status"].get("phase")) for item in within(name, lists, "pods")}
    return frozenset(counted | phases | {version(item) for kind in copies for item in within(name, copies, kind)})


def _namespace(raw: Json, fetched_at: datetime, world: World) -> Shape:
    lists = {kind: world.every(kind) for kind in (*COUNTED, "resourceQuotas", "limitRanges")}
    return namespace(raw, fetched_at, lists)


KINDS: Mapping[str, Kind] = {
    "pods": Kind(lambda raw, at, world: pod(raw, at)),
    "nodes": Kind(lambda raw, at, world: node(raw, at, world.every("pods")), _pods_on),
    "deployments": Kind(
        lambda raw, at, world: deployment(raw, at, world.every("replicaSets")),
        lambda raw, world: frozenset(map(version, controlled(raw, world.every("replicaSets")))),
    ),
    "statefulSets": Kind(lambda raw, at, world: stateful_set(raw, at)),
    "daemonSets": Kind(lambda raw, at, world: daemon_set(raw, at)),
    "replicaSets": Kind(lambda raw, at, world: replica_set(raw)),
    "jobs": Kind(lambda raw, at, world: job(raw)),
    "cronJobs": Kind(lambda raw, at, world: cron_job(raw)),
    "services": Kind(
        lambda raw, at, world: service(raw, at, world.every(ENDPOINT_SLICES)),
        lambda raw, world: frozenset(map(version, slices_of(raw, world.every(ENDPOINT_SLICES)))),
    ),
    "ingresses": Kind(lambda raw, at, world: ingress(raw, at)),
    "namespaces": Kind(_namespace, _inside),
    "configMaps": Kind(lambda raw, at, world: config_map(raw)),
    "secrets": Kind(lambda raw, at, world: secret(raw)),
    "resourceQuotas": Kind(lambda raw, at, world: resource_quota(raw, at)),
    "limitRanges": Kind(lambda raw, at, world: limit_range(raw, at)),
    "serviceAccounts": Kind(lambda raw, at, world: service_account(raw, at)),
    "networkPolicies": Kind(lambda raw, at, world: network_policy(raw, at)),
    "pvs": Kind(lambda raw, at, world: persistent_volume(raw)),
    "pvcs": Kind(lambda raw, at, world: persistent_volume_claim(raw)),
    "events": Kind(lambda raw, at, world: event(raw), may_be_missing=may_be_gone),
}
"""By the names of the lists on the wire."""
