"""What several objects say of the same thing, and where they disagree."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from domain.cluster.all_readings import Readings
from domain.cluster.containers import ContainerPort
from domain.cluster.events import MOST_EVENTS
from domain.cluster.joins import Joiner
from domain.cluster.metadata import Resource
from domain.cluster.pods import Pod, PodContainer
from domain.cluster.quantities import quantity
from domain.cluster.usage import Usage
from tests.unit.adapters.memory.relations import by_key, selected, selectors_in


def disagreements(readings: Readings) -> list[str]:
    """Everything that is wrong, in words."""
    return [f"{name}: {words}" for name, found in AGREEMENTS.items() for words in found(readings)]


def is_ready(pod: Pod) -> bool:
    """What its condition says."""
    return any(one.type == "Ready" and one.status == "True" for one in pod.status.conditions)


def counts_for_its_owner(pod: Pod) -> bool:
    """Whether a controller counts on it: it has neither ended nor been told to."""
    return not pod.has_ended and pod.status.reason != "Terminating"


class _Owners:
    """Pods by their owner."""

    def __init__(self, readings: Readings) -> None:
        self._pods: defaultdict[tuple[str, str, str], list[Pod]] = defaultdict(list)
        for pod in readings.pods.objects:
            self._pods[pod.summary.owner_kind, pod.namespace, pod.summary.owner_name].append(pod)

    def pods(self, owner: Resource) -> list[Pod]:
        return self._pods[owner.kind.value, owner.namespace, owner.name]

    def that_count(self, owner: Resource) -> list[Pod]:
        return [pod for pod in self.pods(owner) if counts_for_its_owner(pod)]


def _replica_sets(readings: Readings) -> Iterator[str]:
    owners = _Owners(readings)
    for one in readings.replica_sets.objects:
        pods = owners.that_count(one)
        if one.ready_replicas != sum(map(is_ready, pods)):
            yield f"{one.name} has {one.ready_replicas} ready pods, not {sum(map(is_ready, pods))}"
        if any(not one.selector.items() <= pod.labels.items() for pod in pods):
            yield f"{one.name} does not select its own pods"


def _deployments(readings: Readings) -> Iterator[str]:
    joins, owners = Joiner().join(readings, Usage()), _Owners(readings)
    for one in readings.deployments.objects:
        sets = [
            found
            for found in readings.replica_sets.objects
            if (found.namespace, found.owner_name) == (one.namespace, one.name)
        ]
        newest = joins.replica_sets[one.namespace, one.name][0]
        pods = [pod for found in sets for pod in owners.that_count(found)]
        status = one.status
        if status.replicas != len(pods):
            yield f"{one.name} has {status.replicas} pods, not {len(pods)}"
        if status.ready_replicas != sum(found.ready_replicas for found in sets):
            yield f"{one.name} counts other ready pods than its ReplicaSets"
        is_observed = f'"{newest.name}"' in "".join(condition.message for condition in status.conditions)
        if one.rollout and one.rollout.phase == "Available" and sum(found.replicas > 0 for found in sets) > 1:
            yield f"{one.name} is done, but more than one ReplicaSet wants pods"
        if one.annotations["deployment.kubernetes.io/revision"] != newest.revision:
            yield f"{one.name} is at another revision than its newest ReplicaSet"
        if is_observed and one.template.containers[0].image != newest.image:
            yield f"{one.name} runs another image than its newest ReplicaSet"
        if any(found.created_at < one.created_at for found in sets if found.created_at and one.created_at):
            yield f"{one.name} is younger than one of its ReplicaSets"
        if one.spec.replicas != one.summary.replicas or status.unavailable_replicas > one.summary.replicas:
            yield f"{one.name} has an odd summary"


def _stateful_sets(readings: Readings) -> Iterator[str]:
    claims, owners = by_key(readings.pvcs.objects), _Owners(readings)
    for one in readings.stateful_sets.objects:
        pods = owners.pods(one)
        if one.status.ready_replicas != sum(is_ready(pod) and counts_for_its_owner(pod) for pod in pods):
            yield f"{one.name} has other ready pods than it says"
        for pod in pods:
            for template in one.spec.volume_claim_templates:
                claim = claims[one.namespace, f"{template.name}-{pod.name}"]
                if pod.summary.node_name and claim.phase != "Bound":
                    yield f"{pod.name} runs without its claim"


def _daemon_sets(readings: Readings) -> Iterator[str]:
    owners = _Owners(readings)
    for one in readings.daemon_sets.objects:
        pods = owners.that_count(one)
        if (one.status.current_number_scheduled, one.status.number_ready) != (len(pods), sum(map(is_ready, pods))):
            yield f"{one.name} has {len(pods)} pods"


def _jobs(readings: Readings) -> Iterator[str]:
    owners = _Owners(readings)
    for job in readings.jobs.objects:
        phases = Counter(pod.status.phase for pod in owners.pods(job))
        counted = (phases["Running"] + phases["Pending"], phases["Succeeded"], phases["Failed"])
        if (job.active, job.succeeded, job.failed) != counted:
            yield f"{job.name} has {job.active} active, {job.succeeded} succeeded; its pods are {phases}"
        ends = {condition.type for condition in job.conditions} & {"Complete", "Failed"}
        if bool(ends) != (job.finish_time is not None) or job.complete != ("Complete" in ends):
            yield f"{job.name} has ended or not: {ends}"
    for one in readings.cron_jobs.objects:
        active = [job for job in readings.jobs.objects if job.owner_name == one.name and not job.finish_time]
        if one.active_jobs != len(active):
            yield f"{one.name} has {len(active)} jobs that run"


def _services(readings: Readings) -> Iterator[str]:
    slices = {(one.namespace, one.service): one for one in readings.endpoint_slices.objects}
    for one in readings.services.objects:
        if not one.selector:
            continue
        pods = [
            pod
            for pod in selected(readings.pods.objects, one.namespace, one.selector)
            if pod.status.pod_ip and not pod.has_ended
        ]
        wanted = {(pod.status.pod_ip, is_ready(pod) and pod.status.reason != "Terminating", pod.name) for pod in pods}
        found = slices[one.namespace, one.name]
        got = {(end.address, end.ready, end.target_ref.name if end.target_ref else "") for end in found.endpoints}
        if wanted != got:
            yield f"{one.name} has {got}, not {wanted}"
        declared: set[ContainerPort] = {
            declared for pod in pods for container in pod.containers for declared in container.ports
        }
        for service_port, port in zip(one.ports, found.ports, strict=False):
            names = {each.name: each.container_port for each in declared}
            if port.port != names.get(service_port.target_port, port.port) or port.port not in names.values():
                yield f"{one.name} leads to port {port.port}, on which nobody listens"


def _ingresses(readings: Readings) -> Iterator[str]:
    services = by_key(readings.services.objects)
    for one in readings.ingresses.objects:
        for path in (path for rule in one.spec.rules for path in rule.paths):
            assert path.backend is not None
            assert path.backend.service is not None
            backend = services[one.namespace, path.backend.service.name]
            if path.backend.service.port_name not in {port.name for port in backend.ports}:
                yield f"{one.name} leads to a port that {backend.name} has not"


def _storage(readings: Readings) -> Iterator[str]:
    volumes = by_key(readings.pvs.objects)
    for claim in readings.pvcs.objects:
        if claim.phase != "Bound":
            continue
        volume = volumes["", claim.volume_name]
        if (volume.claim_ref_namespace, volume.claim_ref_name) != (claim.namespace, claim.name):
            yield f"{volume.name} is bound to another claim than {claim.name}"
        if (volume.capacity, volume.storage_class) != (claim.actual_capacity, claim.storage_class):
            yield f"{volume.name} is not what {claim.name} got"


def _quotas(readings: Readings) -> Iterator[str]:
    for one in readings.resource_quotas.objects:
        pods = [pod for pod in readings.pods.objects if pod.namespace == one.namespace and not pod.has_ended]
        cpu = sum(
            (quantity(container.requests.get("cpu", "0")) for pod in pods for container in _that_count(pod)), Decimal()
        )
        counted = {
            "pods": Decimal(len(pods)),
            "requests.cpu": cpu,
            "services": Decimal(sum(found.namespace == one.namespace for found in readings.services.objects)),
            "secrets": Decimal(sum(found.namespace == one.namespace for found in readings.secrets.objects)),
            "persistentvolumeclaims": Decimal(sum(found.namespace == one.namespace for found in readings.pvcs.objects)),
        }
        if one.used.keys() != one.hard.keys():
            yield f"{one.name} does not say what is used of everything"
        for name, used in one.used.items():
            if quantity(used) > quantity(one.hard[name]):
                yield f"{one.name}: {name} is exceeded"
            if name in counted and quantity(used) != counted[name]:
                yield f"{one.name}: {name} is {used}, counted {counted[name]}"


def _that_count(pod: Pod) -> list[PodContainer]:
    """Containers, and the one init container of the scenario that goes on running."""
    return [*pod.containers, *(one for one in pod.init_containers if one.name == "linkerd-proxy")]


def _policies(readings: Readings) -> Iterator[str]:
    templates = [
        (one.namespace, one.template)
        for found in (readings.deployments.objects, readings.stateful_sets.objects)
        for one in found
    ]
    for one in readings.network_policies.objects:
        for labels in selectors_in(one.pod_selector):
            made = [template for namespace, template in templates if namespace == one.namespace]
            if not any(labels.items() <= template.labels.items() for template in made):
                yield f"{one.name} is for pods that nobody makes"


def _events(readings: Readings) -> Iterator[str]:
    now = readings.events.observed_at
    assert now is not None
    if len(readings.events.objects) > MOST_EVENTS:
        yield "too many"
    for one in readings.events.objects:
        assert one.first_timestamp is not None
        assert one.last_timestamp is not None
        if not one.first_timestamp <= one.last_timestamp <= now:
            yield f"{one.name} happened from {one.first_timestamp} to {one.last_timestamp}"
        if now - one.last_timestamp > timedelta(hours=1) or one.count < 1:
            yield f"{one.name} is too old or never was"


def _joins(readings: Readings) -> Iterator[str]:
    joins = Joiner().join(readings, Usage())
    for name in ("deployments", "services", "config_maps", "replica_sets", "pvcs", "jobs"):
        counted = sum(getattr(held.resources, name) for held in joins.namespaces.values())
        if counted != len(getattr(readings, name).objects):
            yield f"namespaces hold {counted} {name}"
    if sum(len(held.quotas) for held in joins.namespaces.values()) != len(readings.resource_quotas.objects):
        yield "a quota is in no namespace"
    for key, backends in joins.backends.items():
        if backends.summary.total != len(backends.endpoints):
            yield f"{key} has an odd number of backends"


AGREEMENTS: Final[dict[str, Callable[[Readings], Iterator[str]]]] = {
    "ReplicaSets": _replica_sets,
    "Deployments": _deployments,
    "StatefulSets": _stateful_sets,
    "DaemonSets": _daemon_sets,
    "Jobs": _jobs,
    "Services": _services,
    "Ingresses": _ingresses,
    "storage": _storage,
    "quotas": _quotas,
    "policies": _policies,
    "Events": _events,
    "joins": _joins,
}
"""Each gives what is wrong, in words."""
