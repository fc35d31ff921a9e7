"""InMemoryNodeOperator: takes nodes of the simulated cluster out of service and ends their pods.

The controllers, the scheduler and the kubelets of the simulation do the rest: a cordoned node shows as unschedulable
and gets no new pods, and what is evicted comes back elsewhere.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.cluster import InMemoryCluster
from adapters.memory.failures import PlannedFailures
from adapters.memory.label_selectors import SelectorError, matches
from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.kubelet import terminate
from adapters.memory.world.node_trouble import take_into_service, take_out_of_service
from adapters.memory.world.pod_view import phase_of
from adapters.memory.world.state import SimNode, SimPod, Stage, World
from domain.cluster.kinds import Kind
from domain.commands.drain import DaemonSetSight, DrainCandidate, PodIdentity
from domain.commands.node_results import CordonResult
from ports.errors import InvalidRequest, NotFound, PortError
from ports.nodes import Eviction, EvictionAnswer, NodeOperator, Removal

OPERATIONS: Final = ("cordon", "uncordon", "drain_candidates", "evict", "remaining")
BUDGETS: Final[Mapping[tuple[str, str], int]] = MappingProxyType({("data", "postgres"): 1, ("shop", "web"): 2})
"""Of which workloads, by namespace and name, how many pods have to stay ready."""
_CONTROLLED: Final = frozenset(WorkloadKind) - {WorkloadKind.NONE}
_BEFORE_IT_RUNS: Final = frozenset({Stage.UNSCHEDULED, Stage.SCHEDULED, Stage.INITIALISING})


class InMemoryNodeOperator(NodeOperator):
    """Changes the simulated cluster."""

    def __init__(
        self,
        cluster: InMemoryCluster,
        *,
        budgets: Mapping[tuple[str, str], int] = BUDGETS,
        own_pod: tuple[str, str] | None = None,
    ) -> None:
        """Prepare; nothing changes.

        Args:
            cluster: in which.
            budgets: how many pods have to stay ready, by namespace and name of their workload.
            own_pod: namespace and name of the pod that the agent runs in; None: outside.
        """
        self._cluster = cluster
        self._budgets = budgets
        self._own_pod = own_pod
        self._failures = PlannedFailures(OPERATIONS)

    def fail_next(self, operation: str, error: PortError, times: int = 1) -> None:
        """The next calls of a method of the port fail and change nothing.

        Raises:
            ValueError: there is no such method.
        """
        self._failures.fail_next(operation, error, times)

    @override
    async def cordon(self, node: str, *, dry_run: bool = False) -> CordonResult:
        await self._meet("cordon")
        found = self._find(f"cordon node {node}", node)
        changed = not found.is_cordoned
        if changed and not dry_run:
            take_out_of_service(self._world, found)
        return CordonResult(node=node, uid=self._uid(found), unschedulable=True, changed=changed)

    @override
    async def uncordon(self, node: str) -> CordonResult:
        await self._meet("uncordon")
        found = self._find(f"uncordon node {node}", node)
        changed = found.is_cordoned
        if changed:
            take_into_service(self._world, found)
        return CordonResult(node=node, uid=self._uid(found), unschedulable=False, changed=changed)

    @override
    async def drain_candidates(self, node: str, pod_selector: str = "") -> tuple[DrainCandidate, ...]:
        await self._meet("drain_candidates")
        try:
            pods = [pod for pod in self._pods_on(node) if matches(pod_selector, pod.labels)]
            matches(pod_selector, {})
        except SelectorError as error:
            raise InvalidRequest(f"list the pods of node {node}", str(error)) from error
        return tuple(self._candidate(pod) for pod in pods)

    @override
    async def evict(self, pod: PodIdentity, removal: Removal) -> EvictionAnswer:
        await self._meet("evict")
        found = self._world.pods.get((pod.namespace, pod.name))
        if found is None or found.uid != pod.uid:
            return EvictionAnswer(eviction=Eviction.GONE)
        if not removal.by_deletion and (why_not := self._why_not(found)):
            return EvictionAnswer(eviction=Eviction.BLOCKED, why=why_not)
        if not removal.dry_run:
            terminate(self._world, found)
            if removal.grace_period_seconds is not None:
                end_seconds = self._world.seconds + removal.grace_period_seconds
                found.due_seconds = min(found.due_seconds, end_seconds)
        return EvictionAnswer(eviction=Eviction.DONE)

    @override
    async def remaining(self, node: str, pods: Iterable[PodIdentity]) -> Mapping[PodIdentity, datetime | None]:
        await self._meet("remaining")
        asked = frozenset(pods)
        return {_identity(pod): self._deletion_at(pod) for pod in self._pods_on(node) if _identity(pod) in asked}

    @property
    def _world(self) -> World:
        return self._cluster.world

    async def _meet(self, operation: str) -> None:
        await checkpoint()
        self._failures.meet(operation)

    def _find(self, operation: str, name: str) -> SimNode:
        node = self._world.nodes.get(name)
        if node is None:
            raise NotFound(operation, f'nodes "{name[:64]}" not found')
        return node

    def _uid(self, node: SimNode) -> str:
        return self._world.uid_of(Kind.NODE, "", node.plan.name)

    def _pods_on(self, node: str) -> list[SimPod]:
        pods = (pod for pod in self._world.pods.values() if pod.node is not None and pod.node.plan.name == node)
        return sorted(pods, key=lambda pod: pod.key)

    def _candidate(self, pod: SimPod) -> DrainCandidate:
        kind = pod.workload.plan.kind
        return DrainCandidate(
            pod=_identity(pod),
            phase=phase_of(pod),
            has_controller=kind in _CONTROLLED,
            daemon_set=DaemonSetSight.FOUND if kind is WorkloadKind.DAEMON_SET else DaemonSetSight.NONE,
            is_mirror=kind is WorkloadKind.NODE,
            has_empty_dir=any(volume.type == "EmptyDir" for volume in pod.workload.plan.volumes),
            deletion_at=self._deletion_at(pod),
            is_own=pod.key == self._own_pod,
        )

    def _deletion_at(self, pod: SimPod) -> datetime | None:
        if pod.stage is not Stage.TERMINATING:
            return None
        return self._world.now + timedelta(seconds=math.ceil(pod.due_seconds - self._world.seconds))

    def _why_not(self, pod: SimPod) -> str:
        """What its budget says against the end of a pod; pods that do not run, or end already, pass every budget."""
        plan = pod.workload.plan
        needed = self._budgets.get((plan.namespace, plan.name))
        if needed is None or not pod.is_active or pod.stage in _BEFORE_IT_RUNS:
            return ""
        ready = sum(other.is_ready for other in pod.workload.active())
        if ready > needed:
            return ""
        return f"The disruption budget {plan.name} needs {needed} healthy pods and has {ready} currently"


def _identity(pod: SimPod) -> PodIdentity:
    namespace, name = pod.key
    return PodIdentity(namespace=namespace, name=name, uid=pod.uid)
