"""The controllers: they want pods, and make or end them until there are as many as wanted.

Deployment: `deployments`. StatefulSet: one pod after the other, ordered, each with claims of its own. DaemonSet and
static pods: one for each node that matches. CronJob: `batch`.
"""

import math

from adapters.memory.world.batch import count_jobs, run_jobs
from adapters.memory.world.blueprints import WorkloadKind, WorkloadPlan
from adapters.memory.world.deployments import deploy
from adapters.memory.world.event_log import DAEMON_SET_CONTROLLER, STATEFUL_SET_CONTROLLER
from adapters.memory.world.kubelet import terminate
from adapters.memory.world.owned import PodCounts
from adapters.memory.world.placement import labels_of, taints_of, tolerates
from adapters.memory.world.pod_making import add_for_node, add_ordinal
from adapters.memory.world.quotas import RETRY_SECONDS, why_not
from adapters.memory.world.removal import forget_workload
from adapters.memory.world.rollout_progress import count_deployment
from adapters.memory.world.state import SimNode, SimPod, SimWorkload, Stage, World
from adapters.memory.world.storage import claim_storage
from adapters.memory.world.telling import KIND_OF, tell, workload_ref

_DAEMON_TROUBLE = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unschedulable")


def reconcile(world: World, workload: SimWorkload) -> None:
    """Let the workload's controller look at it, if there is anything to see."""
    is_due = workload.next_run_seconds <= world.seconds or workload.retry_seconds <= world.seconds
    if not workload.needs_look and not is_due:
        return
    workload.needs_look = False
    if workload.is_going:
        if not workload.pods:
            forget_workload(world, workload)
        return
    if workload.observed_generation != workload.generation:
        workload.observed_generation = workload.generation
        workload.needs_count = True
    match workload.plan.kind:
        case WorkloadKind.DEPLOYMENT:
            deploy(world, workload)
        case WorkloadKind.STATEFUL_SET:
            _order(world, workload)
        case WorkloadKind.DAEMON_SET | WorkloadKind.NODE:
            _cover_nodes(world, workload)
        case WorkloadKind.CRON_JOB:
            run_jobs(world, workload)
        case WorkloadKind.NONE:
            pass


def count(world: World, workload: SimWorkload) -> None:
    """Bring the workload's status up to date, if something about it may be other than counted."""
    if not workload.needs_count and workload.progress.deadline_seconds > world.seconds:
        return
    workload.needs_count = False
    match workload.plan.kind:
        case WorkloadKind.DEPLOYMENT:
            count_deployment(world, workload)
        case WorkloadKind.STATEFUL_SET:
            workload.counts = _counts(workload, workload.desired)
        case WorkloadKind.DAEMON_SET:
            workload.counts = _counts(workload, len(nodes_for(world, workload)))
        case WorkloadKind.CRON_JOB:
            count_jobs(world, workload)
        case WorkloadKind.NODE | WorkloadKind.NONE:
            return
    world.mark(KIND_OF[workload.plan.kind], (workload.plan.namespace, workload.plan.name))


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


def _counts(workload: SimWorkload, wanted: int) -> PodCounts:
    active = workload.active()
    updated = sum(pod.revision == workload.revision for pod in active)
    if updated == len(active) == wanted:
        workload.settled_revision = workload.revision
    return PodCounts(wanted=wanted, made=len(active), updated=updated, ready=sum(pod.is_ready for pod in active))


def _order(world: World, workload: SimWorkload) -> None:
    pods = {pod.ordinal: pod for pod in workload.pods.values() if pod.stage is not Stage.ENDED}
    if any(pod.stage is Stage.TERMINATING or not pod.is_ready for pod in pods.values()):
        surplus = [pod for ordinal, pod in pods.items() if ordinal >= workload.desired and not pod.is_ready]
        for pod in surplus:
            _take(world, workload, pod)
        return
    missing = next((ordinal for ordinal in range(workload.desired) if ordinal not in pods), None)
    if missing is not None:
        _add(world, workload, missing)
    elif pods and max(pods) >= workload.desired:
        _take(world, workload, pods[max(pods)])
    else:
        # One at a time, the highest ordinal first: the next one follows when this one is ready again.
        outdated = [ordinal for ordinal, pod in pods.items() if pod.revision != workload.revision]
        if outdated:
            _take(world, workload, pods[max(outdated)])


def _add(world: World, workload: SimWorkload, ordinal: int) -> None:
    about, name = workload_ref(world, workload), workload.plan.name
    workload.refusal = why_not(world, workload)
    if workload.refusal:
        message = f"create Pod {name}-{ordinal} in StatefulSet {name} failed error: {workload.refusal}"
        tell(world, about, STATEFUL_SET_CONTROLLER, "FailedCreate", message, is_warning=True)
        workload.retry_seconds = world.seconds + RETRY_SECONDS
        return
    workload.retry_seconds = math.inf
    pod = add_ordinal(world, workload, ordinal)
    for claim in claim_storage(world, pod):
        message = f"create Claim {claim.name} Pod {pod.name} in StatefulSet {name} success"
        tell(world, about, STATEFUL_SET_CONTROLLER, "SuccessfulCreate", message)
    message = f"create Pod {pod.name} in StatefulSet {name} successful"
    tell(world, about, STATEFUL_SET_CONTROLLER, "SuccessfulCreate", message)


def _take(world: World, workload: SimWorkload, pod: SimPod) -> None:
    if pod.stage is not Stage.TERMINATING:
        message = f"delete Pod {pod.name} in StatefulSet {workload.plan.name} successful"
        tell(world, workload_ref(world, workload), STATEFUL_SET_CONTROLLER, "SuccessfulDelete", message)
    terminate(world, pod)


def _cover_nodes(world: World, workload: SimWorkload) -> None:
    covered = {pod.pinned_to for pod in workload.pods.values() if pod.stage is not Stage.ENDED}
    for node in nodes_for(world, workload):
        if node in covered:
            continue
        pod = add_for_node(world, workload, node)
        if workload.plan.kind is WorkloadKind.DAEMON_SET:
            message = f"Created pod: {pod.name}"
            tell(world, workload_ref(world, workload), DAEMON_SET_CONTROLLER, "SuccessfulCreate", message)
    if workload.plan.kind is WorkloadKind.DAEMON_SET:
        _replace_outdated(world, workload)


def _replace_outdated(world: World, workload: SimWorkload) -> None:
    """What does not work goes at once; of what works one at a time, and only while everything else does."""
    pods = [pod for pod in workload.pods.values() if pod.stage is not Stage.ENDED]
    outdated = [pod for pod in pods if pod.is_active and pod.revision != workload.revision]
    broken = [pod for pod in outdated if not pod.is_ready]
    is_whole = all(pod.is_active and pod.is_ready for pod in pods)
    for pod in broken or (outdated[:1] if is_whole else ()):
        message = f"Deleted pod: {pod.name}"
        tell(world, workload_ref(world, workload), DAEMON_SET_CONTROLLER, "SuccessfulDelete", message)
        terminate(world, pod)
