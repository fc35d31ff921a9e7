"""The controllers: they want pods, and make or end them until there are as many as wanted.

Deployment: rolling update with a surge of a quarter, none unavailable that was available before (25 % each, rounded as
Kubernetes does). StatefulSet: one pod after the other, ordered. DaemonSet and static pods: one for each node that
matches. CronJob: a job per period, the last few kept.
"""

import math

from adapters.memory.world.blueprints import WorkloadKind, WorkloadPlan
from adapters.memory.world.kubelet import terminate
from adapters.memory.world.placement import labels_of, taints_of, tolerates
from adapters.memory.world.state import SimContainer, SimNode, SimPod, SimWorkload, Stage, World

MAX_PODS = 250
"""A quota on pods in all: whatever somebody scales to, the simulation stays small."""
_AT_ONCE = 20
"""Pods that one controller makes in one step."""
_SURGE = 0.25
_DAEMON_TROUBLE = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unschedulable")


def reconcile(world: World, workload: SimWorkload) -> None:
    """Let the workload's controller look at it, if there is anything to see."""
    is_due = workload.next_run_seconds <= world.seconds
    if not workload.needs_look and not is_due:
        return
    workload.needs_look = False
    match workload.plan.kind:
        case WorkloadKind.DEPLOYMENT:
            _deploy(world, workload)
        case WorkloadKind.STATEFUL_SET:
            _order(world, workload)
        case WorkloadKind.DAEMON_SET | WorkloadKind.NODE:
            _cover_nodes(world, workload)
        case WorkloadKind.CRON_JOB:
            _run_job(world, workload, is_due=is_due)
        case WorkloadKind.NONE:
            pass


def new_pod(world: World, workload: SimWorkload, name: str, *, owner: tuple[str, str], pinned_to: str = "") -> SimPod:
    """A pod from the workload's current template; it appears at once, unscheduled."""
    plan = workload.plan
    labels = {**plan.labels, **_labels(workload, name, owner[1])}
    pod = SimPod(
        name=name,
        uid=world.uid(),
        workload=workload,
        created_at=world.now,
        revision=workload.revision,
        owner_kind=owner[0],
        owner_name=owner[1],
        labels=labels,
        containers=[
            SimContainer(plan=container, image=image)
            for container, image in zip(plan.containers, workload.images, strict=True)
        ],
        init_containers=[
            SimContainer(plan=container, image=container.container.image) for container in plan.init_containers
        ],
        pinned_to=pinned_to,
        due_seconds=world.seconds + 1.0,
    )
    world.add(pod)
    return pod


def replica_set_of(workload: SimWorkload, revision: str) -> str:
    """Name of the ReplicaSet that stands for a revision of a Deployment."""
    return f"{workload.plan.name}-{revision}"


def add_replica(world: World, workload: SimWorkload) -> SimPod:
    """One more pod of a Deployment's current revision."""
    replica_set = replica_set_of(workload, workload.revision)
    return new_pod(world, workload, f"{replica_set}-{world.letters(5)}", owner=("ReplicaSet", replica_set))


def add_ordinal(world: World, workload: SimWorkload, ordinal: int) -> SimPod:
    """The pod of a StatefulSet with this number."""
    name = workload.plan.name
    return new_pod(world, workload, f"{name}-{ordinal}", owner=("StatefulSet", name))


def add_for_node(world: World, workload: SimWorkload, node: str) -> SimPod:
    """The pod of a DaemonSet, or the static pod, of one node."""
    name = workload.plan.name
    if workload.plan.kind is WorkloadKind.NODE:
        return new_pod(world, workload, f"{name}-{node}", owner=("Node", node), pinned_to=node)
    return new_pod(world, workload, f"{name}-{world.letters(5)}", owner=("DaemonSet", name), pinned_to=node)


def add_job(world: World, workload: SimWorkload, minute: int) -> SimPod:
    """The pod of the job that was due at this minute since the epoch."""
    job = f"{workload.plan.name}-{minute}"
    return new_pod(world, workload, f"{job}-{world.letters(5)}", owner=("Job", job))


def nodes_for(world: World, workload: SimWorkload) -> list[str]:
    """Names of the nodes on which a DaemonSet or static workload wants a pod."""
    return [node.plan.name for node in world.nodes.values() if _takes(node, workload.plan)]


def _takes(node: SimNode, plan: WorkloadPlan) -> bool:
    """Static pods run whatever the taints; those of a DaemonSet also on a node that is down or cordoned."""
    labels = labels_of(node)
    if any(labels.get(key) != value for key, value in plan.spec.node_selector.items()):
        return False
    taints = [taint for taint in taints_of(node) if taint.key not in _DAEMON_TROUBLE]
    return plan.kind is WorkloadKind.NODE or all(tolerates(plan.spec.tolerations, taint) for taint in taints)


def _labels(workload: SimWorkload, pod_name: str, owner_name: str) -> dict[str, str]:
    """What the controllers themselves add to the template's labels."""
    match workload.plan.kind:
        case WorkloadKind.DEPLOYMENT:
            return {"pod-template-hash": workload.revision}
        case WorkloadKind.STATEFUL_SET:
            return {
                "apps.kubernetes.io/pod-index": pod_name.rpartition("-")[2],
                "controller-revision-hash": f"{workload.plan.name}-{workload.revision}",
                "statefulset.kubernetes.io/pod-name": pod_name,
            }
        case WorkloadKind.DAEMON_SET:
            return {"controller-revision-hash": workload.revision, "pod-template-generation": "1"}
        case WorkloadKind.CRON_JOB:
            return {"batch.kubernetes.io/job-name": owner_name, "job-name": owner_name}
        case WorkloadKind.NODE | WorkloadKind.NONE:
            return {}


def _deploy(world: World, workload: SimWorkload) -> None:
    active = workload.active()
    current = [pod for pod in active if pod.revision == workload.revision]
    old = [pod for pod in active if pod.revision != workload.revision]
    surge = math.ceil(workload.desired * _SURGE) if old else 0
    missing = min(workload.desired - len(current), workload.desired + surge - len(active), _AT_ONCE)
    allowed = min(missing, MAX_PODS - len(world.pods))
    for _ in range(allowed):
        add_replica(world, workload)
    if missing > allowed or missing == _AT_ONCE:
        workload.needs_look = True
    _end(world, current, len(current) - workload.desired)
    unready = [pod for pod in old if not pod.is_ready]
    _end(world, unready, len(unready))
    available = sum(pod.is_ready for pod in active)
    least = workload.desired - math.floor(workload.desired * _SURGE)
    _end(world, [pod for pod in old if pod.is_ready], available - least)


def _end(world: World, pods: list[SimPod], number: int) -> None:
    """End so many of these: first what has no node, then what is not ready, then the youngest."""
    order = sorted(pods, key=lambda pod: (pod.node is not None, pod.is_ready, -pod.created_at.timestamp(), pod.name))
    for pod in order[: max(0, number)]:
        terminate(world, pod)


def _order(world: World, workload: SimWorkload) -> None:
    pods = {pod.ordinal: pod for pod in workload.pods.values() if pod.stage is not Stage.ENDED}
    if any(pod.stage is Stage.TERMINATING or not pod.is_ready for pod in pods.values()):
        surplus = [pod for ordinal, pod in pods.items() if ordinal >= workload.desired and not pod.is_ready]
        for pod in surplus:
            terminate(world, pod)
        return
    missing = next((ordinal for ordinal in range(workload.desired) if ordinal not in pods), None)
    if missing is not None:
        if len(world.pods) < MAX_PODS:
            add_ordinal(world, workload, missing)
        else:
            workload.needs_look = True
    elif pods and max(pods) >= workload.desired:
        terminate(world, pods[max(pods)])


def _cover_nodes(world: World, workload: SimWorkload) -> None:
    covered = {pod.pinned_to for pod in workload.pods.values() if pod.stage is not Stage.ENDED}
    for node in nodes_for(world, workload):
        if node not in covered:
            add_for_node(world, workload, node)


def _run_job(world: World, workload: SimWorkload, *, is_due: bool) -> None:
    if is_due:
        workload.next_run_seconds += workload.plan.every_seconds
        add_job(world, workload, int(world.now.timestamp() // 60))
    ended = [pod for pod in workload.pods.values() if pod.stage is Stage.ENDED]
    for pod in ended[: max(0, len(ended) - workload.plan.replicas)]:
        world.remove(pod)
