"""What namespaces hold against their ResourceQuotas, and whether one more pod is allowed.

Source: kubernetes ResourceQuota names; pods that have ended do not count.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, cast

from adapters.memory.world.owned import Key
from adapters.memory.world.state import SimPod, SimWorkload, Stage, World
from domain.cluster.kinds import Kind
from domain.cluster.policy import ResourceQuota
from domain.cluster.quantities import cpu_text, quantity, whole_units
from domain.cluster.storage import PersistentVolumeClaim

MAX_PODS = 250
"""Of the whole cluster: whatever somebody scales to, the simulation stays small."""
RETRY_SECONDS = 15.0
"""Before a pod that was refused is asked for again."""
_MEBIBYTE: Final = 1024**2
_GIBIBYTE: Final = 1024**3


def why_not(world: World, workload: SimWorkload) -> str:
    """Why one more pod of this workload is refused; empty when it is not."""
    namespace, name = workload.plan.namespace, workload.plan.name
    if len(world.pods) >= MAX_PODS:
        return f'pods "{name}-" is forbidden: the cluster takes no more than {MAX_PODS} pods'
    asked = _asked(workload)
    for quota in quotas_of(world, namespace):
        for resource, limit in quota.hard.items():
            wanted = asked.get(resource, "0")
            if wanted == "0":
                continue
            used = _USED[resource](world, namespace)
            if quantity(used) + quantity(wanted) > quantity(limit):
                return (
                    f'pods "{name}-" is forbidden: exceeded quota: {quota.name}, requested: {resource}={wanted},'
                    f" used: {resource}={used}, limited: {resource}={limit}"
                )
    return ""


def quotas_of(world: World, namespace: str) -> list[ResourceQuota]:
    """The quotas of a namespace, as declared."""
    declared = world.declared[Kind.RESOURCE_QUOTA]
    return [cast("ResourceQuota", quota) for key, quota in declared.items() if key[0] == namespace]


def view_quota(world: World, key: Key) -> ResourceQuota:
    """A quota with what is used of it now."""
    quota = cast("ResourceQuota", world.declared[Kind.RESOURCE_QUOTA][key])
    return replace(quota, used=used_of(world, quota))


def used_of(world: World, quota: ResourceQuota) -> dict[str, str]:
    """What is used of everything that the quota limits."""
    return {name: _USED[name](world, quota.namespace) for name in quota.hard}


def _asked(workload: SimWorkload) -> Mapping[str, str]:
    asks = workload.asks
    return {
        "pods": "1",
        "requests.cpu": cpu_text(asks.nanocores),
        "requests.memory": _memory_text(asks.memory_bytes),
        "requests.nvidia.com/gpu": str(asks.gpus),
    }


def _memory_text(size_bytes: int) -> str:
    for unit, text in ((_GIBIBYTE, "Gi"), (_MEBIBYTE, "Mi")):
        if size_bytes % unit == 0:
            return f"{size_bytes // unit}{text}"
    return str(size_bytes)


def _pods(world: World, namespace: str) -> Iterable[SimPod]:
    for workload in world.workloads.values():
        if workload.plan.namespace == namespace:
            yield from (pod for pod in workload.pods.values() if pod.stage is not Stage.ENDED)


def _number_of_pods(world: World, namespace: str) -> str:
    return str(sum(1 for _ in _pods(world, namespace)))


def _cpu(world: World, namespace: str) -> str:
    return cpu_text(sum(pod.workload.asks.nanocores for pod in _pods(world, namespace)))


def _memory(world: World, namespace: str) -> str:
    return _memory_text(sum(pod.workload.asks.memory_bytes for pod in _pods(world, namespace)))


def _gpus(world: World, namespace: str) -> str:
    return str(sum(pod.workload.asks.gpus for pod in _pods(world, namespace)))


def _claims(world: World, namespace: str) -> list[str]:
    """The storage that each claim asks for."""
    declared = world.declared[Kind.PERSISTENT_VOLUME_CLAIM]
    single = [cast("PersistentVolumeClaim", claim) for key, claim in declared.items() if key[0] == namespace]
    made = [claim.plan.storage for key, claim in world.claims.items() if key[0] == namespace]
    return [*(claim.requested_capacity for claim in single), *made]


def _storage(world: World, namespace: str) -> str:
    return _memory_text(sum(map(whole_units, _claims(world, namespace))))


def _number_of(kind: Kind) -> Callable[[World, str], str]:
    def number(world: World, namespace: str) -> str:
        return str(sum(key[0] == namespace for key in world.declared[kind]))

    return number


_USED: Final[Mapping[str, Callable[[World, str], str]]] = {
    "pods": _number_of_pods,
    "requests.cpu": _cpu,
    "requests.memory": _memory,
    "requests.nvidia.com/gpu": _gpus,
    "requests.storage": _storage,
    "persistentvolumeclaims": lambda world, namespace: str(len(_claims(world, namespace))),
    "services": _number_of(Kind.SERVICE),
    "configmaps": _number_of(Kind.CONFIG_MAP),
    "secrets": _number_of(Kind.SECRET),
}
QUOTABLE: Final = frozenset(_USED)
"""What a quota of the scenario can limit."""
