"""Short ways in which the components of the simulated cluster write Events about what they do."""

from typing import Final

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.event_log import KUBELET, Words, Writer
from adapters.memory.world.owned import SimClaim, SimJob, SimReplicaSet
from adapters.memory.world.state import SimNode, SimPod, SimWorkload, World
from domain.cluster.events import ResourceRef
from domain.cluster.kinds import Kind

KIND_OF: Final = {
    WorkloadKind.DEPLOYMENT: Kind.DEPLOYMENT,
    WorkloadKind.STATEFUL_SET: Kind.STATEFUL_SET,
    WorkloadKind.DAEMON_SET: Kind.DAEMON_SET,
    WorkloadKind.CRON_JOB: Kind.CRON_JOB,
}
"""The kinds of workloads that are objects of their own."""


def tell(
    world: World, about: ResourceRef, writer: Writer, reason: str, message: str, *, is_warning: bool = False
) -> None:
    """Something happened just now."""
    words = Words(about=about, writer=writer, reason=reason, message=message, is_warning=is_warning)
    world.events.write(words, world.now)


def tell_of_pod(
    world: World, pod: SimPod, reason: str, message: str, *, writer: Writer = KUBELET, is_warning: bool = False
) -> None:
    """The same about a pod; the kubelet says on which node it runs."""
    world.events.write(words_of_pod(pod, reason, message, writer=writer, is_warning=is_warning), world.now)


def tell_of_node(
    world: World, node: SimNode, reason: str, message: str, *, writer: Writer = KUBELET, is_warning: bool = False
) -> None:
    """The same about a node."""
    words = Words(
        about=ResourceRef(kind=Kind.NODE.value, name=node.plan.name, uid=node.plan.name),
        writer=writer,
        reason=reason,
        message=message,
        is_warning=is_warning,
        node=node.plan.name if writer is KUBELET else "",
    )
    world.events.write(words, world.now)


def words_of_pod(
    pod: SimPod, reason: str, message: str, *, writer: Writer = KUBELET, is_warning: bool = False
) -> Words:
    """What an Event about a pod says."""
    return Words(
        about=ResourceRef(kind=Kind.POD.value, namespace=pod.workload.plan.namespace, name=pod.name, uid=pod.uid),
        writer=writer,
        reason=reason,
        message=message,
        is_warning=is_warning,
        node=pod.node.plan.name if pod.node and writer is KUBELET else "",
    )


def workload_ref(world: World, workload: SimWorkload) -> ResourceRef:
    """A Deployment, StatefulSet, DaemonSet or CronJob as an Event names it."""
    kind, plan = KIND_OF[workload.plan.kind], workload.plan
    uid = world.uid_of(kind, plan.namespace, plan.name)
    return ResourceRef(kind=kind.value, namespace=plan.namespace, name=plan.name, uid=uid)


def replica_set_ref(found: SimReplicaSet) -> ResourceRef:
    """A ReplicaSet as an Event names it."""
    return ResourceRef(kind=Kind.REPLICA_SET.value, namespace=found.plan.namespace, name=found.name, uid=found.uid)


def job_ref(found: SimJob) -> ResourceRef:
    """A Job as an Event names it."""
    return ResourceRef(kind=Kind.JOB.value, namespace=found.plan.namespace, name=found.name, uid=found.uid)


def claim_ref(found: SimClaim) -> ResourceRef:
    """A claim as an Event names it."""
    kind = Kind.PERSISTENT_VOLUME_CLAIM.value
    return ResourceRef(kind=kind, namespace=found.workload.namespace, name=found.name, uid=found.uid)
