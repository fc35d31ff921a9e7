"""The whole cluster: 20 kinds and EndpointSlices, as bytes that an API server would send.

10,000 pods, 1,000 nodes, 5,000 events and what belongs to them make 34,704 objects; other sizes in proportion. Who owns
whom is consistent: pods belong to ReplicaSets, Jobs, StatefulSets and DaemonSets that exist, services select pods.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from synthetic_configuration import (
    a_claim,
    a_config_map,
    a_limit_range,
    a_namespace,
    a_resource_quota,
    a_secret,
    a_service_account,
    a_volume,
)
from synthetic_events import WARNING_EVERY, an_event, moments_ago
from synthetic_parts import WORDS, Json, Owner, encode
from synthetic_pods import a_node, a_pod, pod_ip
from synthetic_services import a_network_policy, a_service, an_endpoint, an_endpoint_slice, an_ingress
from synthetic_workloads import (
    REVISIONS,
    a_cron_job,
    a_daemon_set,
    a_deployment,
    a_job,
    a_replica_set,
    a_stateful_set,
    replica_set_name,
)

Key = tuple[str, str]
"""(namespace, name)."""

PATHS: Final = {
    "pods": "/api/v1",
    "nodes": "/api/v1",
    "namespaces": "/api/v1",
    "services": "/api/v1",
    "configmaps": "/api/v1",
    "secrets": "/api/v1",
    "serviceaccounts": "/api/v1",
    "resourcequotas": "/api/v1",
    "limitranges": "/api/v1",
    "persistentvolumes": "/api/v1",
    "persistentvolumeclaims": "/api/v1",
    "events": "/api/v1",
    "deployments": "/apis/apps/v1",
    "replicasets": "/apis/apps/v1",
    "statefulsets": "/apis/apps/v1",
    "daemonsets": "/apis/apps/v1",
    "jobs": "/apis/batch/v1",
    "cronjobs": "/apis/batch/v1",
    "ingresses": "/apis/networking.k8s.io/v1",
    "networkpolicies": "/apis/networking.k8s.io/v1",
    "endpointslices": "/apis/discovery.k8s.io/v1",
}
"""Where each kind is served, by plural."""
_EVERYWHERE: Final = 2
"""DaemonSets that run on every node; the others run on a few."""
_SMALL_DAEMON_SET: Final = 8
_STATEFUL_PODS: Final = 3


@dataclass(frozen=True, slots=True)
class ClusterSize:
    """How many of what, from the number of pods."""

    pods: int

    def of(self, at_ten_thousand: int, least: int = 1) -> int:
        """A count that is known for 10,000 pods."""
        return max(least, at_ten_thousand * self.pods // 10_000)


@dataclass(frozen=True, slots=True)
class PodFacts:
    """What must be known of a pod to change it."""

    number: int
    key: Key
    app: str
    node: str
    owner: Owner
    has_ended: bool = False

    def build(self) -> Json:
        """The pod as it starts."""
        return a_pod(
            self.number,
            name=self.key[1],
            namespace=self.key[0],
            app=self.app,
            node=self.node,
            owner=self.owner,
            has_ended=self.has_ended,
        )


class SyntheticCluster:
    """Every object as bytes, by plural and key."""

    def __init__(self, pods: int) -> None:
        self.size = ClusterSize(pods)
        self.objects: dict[str, dict[Key, bytes]] = {plural: {} for plural in PATHS}
        self.pods: dict[Key, PodFacts] = {}
        self.pods_of: dict[Key, set[Key]] = defaultdict(set)
        """By (namespace, application)."""
        self.slices_of: dict[Key, list[tuple[int, str]]] = defaultdict(list)
        """Number and Service of each EndpointSlice, by (namespace, application)."""
        self.unready: set[Key] = set()
        self._namespaces = [f"team-{number:03d}" for number in range(self.size.of(100, 2))]
        self._nodes = [f"node-{number:04d}" for number in range(self.size.of(1000, 2))]
        self._next = 0
        self._fill()

    def count(self) -> int:
        """Objects of the 20 kinds."""
        return sum(len(objects) for plural, objects in self.objects.items() if plural != "endpointslices")

    def number(self) -> int:
        """A number that no object has had."""
        self._next += 1
        return self._next

    def add_pod(self, facts: PodFacts) -> Json:
        """Take a pod in."""
        pod = facts.build()
        self.pods[facts.key] = facts
        self.pods_of[facts.key[0], facts.app].add(facts.key)
        return pod

    def forget_pod(self, key: Key) -> PodFacts:
        """Take a pod out."""
        facts = self.pods.pop(key)
        self.pods_of[key[0], facts.app].discard(key)
        self.unready.discard(key)
        return facts

    def slices(self, namespace: str, app: str) -> Iterator[Json]:
        """The EndpointSlices of an application as they are now."""
        members = sorted(self.pods_of[namespace, app])
        for number, service in self.slices_of[namespace, app]:
            endpoints = [
                an_endpoint(
                    key[1], namespace, pod_ip(self.pods[key].number), self.pods[key].node, ready=key not in self.unready
                )
                for key in members
            ]
            yield an_endpoint_slice(number, service, namespace, endpoints)

    def put(self, plural: str, made: Json) -> None:
        """Take an object in."""
        metadata = made["metadata"]
        self.objects[plural][metadata.get("namespace", ""), metadata["name"]] = encode(made)

    def _fill(self) -> None:
        size = self.size
        for number, name in enumerate(self._namespaces):
            self.put("namespaces", a_namespace(number, name))
            self.put("resourcequotas", a_resource_quota(self.number(), name))
            self.put("limitranges", a_limit_range(self.number(), name))
        for number in range(len(self._nodes)):
            self.put("nodes", a_node(number))
        apps = [
            *self._stateful_sets(size.of(200)),
            *self._daemon_sets(size.of(50, _EVERYWHERE)),
            *self._jobs(size.of(600), size.of(150)),
        ]
        deployments = self._deployments(size.of(1500))
        self._network(deployments, apps[: size.of(200)])
        for number in range(size.of(3000)):
            namespace, app = deployments[number % len(deployments)]
            self.put("configmaps", a_config_map(self.number(), f"{app}-config-{number // len(deployments)}", namespace))
            self.put("secrets", a_secret(self.number(), f"{app}-secret-{number // len(deployments)}", namespace))
        for namespace, app in (*deployments, *apps)[: size.of(1404)]:
            self.put("serviceaccounts", a_service_account(self.number(), app, namespace))
        for number, facts in zip(range(size.of(5000)), self._pods_for_ever(), strict=False):
            event = an_event(
                self.number(),
                facts.key[1],
                facts.key[0],
                facts.node,
                moments_ago(3000.0 * (size.of(5000) - number) / size.of(5000)),
                is_warning=number % WARNING_EVERY == 0,
            )
            self.put("events", event)

    def _pods_for_ever(self) -> Iterator[PodFacts]:
        while True:
            yield from self.pods.values()

    def _place(self, number: int, kind: str) -> Key:
        """Namespace and name of a workload."""
        return self._namespaces[number % len(self._namespaces)], f"{WORDS[number % len(WORDS)]}-{kind}{number:04d}"

    def _new_pod(self, name: str, app: Key, owner: Owner, *, node: str = "", has_ended: bool = False) -> None:
        number = self.number()
        node = node or self._nodes[number % len(self._nodes)]
        self.put("pods", self.add_pod(PodFacts(number, (app[0], name), app[1], node, owner, has_ended)))

    def _stateful_sets(self, count: int) -> Iterator[Key]:
        for number in range(count):
            app = namespace, name = self._place(number, "db")
            self.put("statefulsets", a_stateful_set(self.number(), name, namespace, _STATEFUL_PODS))
            for ordinal in range(_STATEFUL_PODS):
                self._new_pod(f"{name}-{ordinal}", app, Owner("StatefulSet", name))
                claim, volume = f"data-{name}-{ordinal}", self.number()
                self.put("persistentvolumeclaims", a_claim(volume, claim, name, namespace))
                self.put("persistentvolumes", a_volume(volume, claim, namespace))
            yield app

    def _daemon_sets(self, count: int) -> Iterator[Key]:
        for number in range(count):
            app = namespace, name = self._place(number, "ds")
            nodes = self._nodes if number < _EVERYWHERE else self._nodes[:_SMALL_DAEMON_SET]
            self.put("daemonsets", a_daemon_set(self.number(), name, namespace, len(nodes)))
            for node in nodes:
                self._new_pod(f"{name}-{self.number():05x}", app, Owner("DaemonSet", name), node=node)
            yield app

    def _jobs(self, count: int, cron_jobs: int) -> Iterator[Key]:
        for number in range(cron_jobs):
            app = namespace, name = self._place(number, "cron")
            self.put("cronjobs", a_cron_job(self.number(), name, namespace))
            for run in range(count // cron_jobs + (number < count % cron_jobs)):
                job = f"{name}-{29_000_000 + run}"
                self.put("jobs", a_job(self.number(), job, name, namespace))
                self._new_pod(f"{job}-{self.number():05x}", app, Owner("Job", job, "batch/v1"), has_ended=True)
            yield app

    def _deployments(self, count: int) -> list[Key]:
        """Deployments take all the pods that are left."""
        left = max(count, self.size.pods - len(self.pods))
        made = []
        for number in range(count):
            app = namespace, name = self._place(number, "")
            replicas = left // count + (number < left % count)
            self.put("deployments", a_deployment(self.number(), name, namespace, replicas))
            for revision in range(1, REVISIONS + 1):
                self.put("replicasets", a_replica_set(self.number(), name, namespace, revision, replicas))
            owner = Owner("ReplicaSet", replica_set_name(name, REVISIONS))
            for _ in range(replicas):
                self._new_pod(f"{owner.name}-{self.number():05x}", app, owner)
            made.append(app)
        return made

    def _network(self, deployments: list[Key], stateful_sets: list[Key]) -> None:
        extra = max(0, self.size.of(2000) - len(deployments) - len(stateful_sets))
        services = [(app, app[1], False) for app in deployments]
        services += [(app, app[1], True) for app in stateful_sets]
        services += [(app, f"{app[1]}-internal", False) for app in deployments[:extra]]
        for (namespace, app), name, headless in services:
            self.put("services", a_service(self.number(), name, app, namespace, headless=headless))
            self.slices_of[namespace, app].append((self.number(), name))
        for namespace, app in self.slices_of:
            for one in self.slices(namespace, app):
                self.put("endpointslices", one)
        for namespace, app in deployments[: self.size.of(500)]:
            self.put("ingresses", an_ingress(self.number(), app, namespace))
        for namespace, app in deployments[: self.size.of(300)]:
            self.put("networkpolicies", a_network_policy(self.number(), app, namespace))
