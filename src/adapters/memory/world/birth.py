"""Makes the cluster as it is when the simulation begins: as if it had run for weeks."""

from datetime import datetime, timedelta

from adapters.memory.world.batch import FAILED_JOBS_KEPT, add_job, count_jobs, seconds_to_next_run
from adapters.memory.world.blueprints import Fault, NodePlan, Scenario, WorkloadKind, WorkloadPlan
from adapters.memory.world.conditions import settle
from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.controllers import nodes_for
from adapters.memory.world.fixtures import declare
from adapters.memory.world.kubelet import LONGEST_BACKOFF_SECONDS, backoff_message, end, give_address
from adapters.memory.world.node_trouble import well_conditions
from adapters.memory.world.past import remember
from adapters.memory.world.placement import place
from adapters.memory.world.pod_making import add_for_node, add_ordinal, add_replica, add_run, new_pod
from adapters.memory.world.state import SimNode, SimPod, SimWorkload, Stage, World

DAY_SECONDS = 86_400.0
_HASH_LETTERS = 10
_CORDONED_SECONDS_AGO = 5_400.0
_EVICTED_SECONDS_AGO = 31_000.0
_JOB_SECONDS = 40.0
_NODE_SETTLES = timedelta(minutes=2)


def give_birth(world: World) -> None:
    """Fill an empty world with what its scenario says."""
    scenario = world.scenario
    for plan in scenario.nodes:
        world.nodes[plan.name] = _node(world, plan)
    for workload_plan in scenario.workloads:
        workload = _workload(world, workload_plan)
        world.workloads[workload.key] = workload
    declare(world)
    for workload in world.workloads.values():
        for pod in _pods(world, workload):
            _settle_in(world, pod)
        if workload.jobs:
            count_jobs(world, workload)
    _cordon(world, scenario)
    _look_for_nodes_again(world)
    _evicted_pod(world)
    remember(world)


def _node(world: World, plan: NodePlan) -> SimNode:
    created_at = world.ago(plan.age_days * DAY_SECONDS)
    return SimNode(
        plan=plan,
        created_at=created_at,
        conditions=well_conditions(created_at),
        heartbeat_at=world.ago(world.random.randrange(300)),
    )


def _workload(world: World, plan: WorkloadPlan) -> SimWorkload:
    workload = SimWorkload(
        plan=plan,
        created_at=world.ago(plan.age_days * DAY_SECONDS),
        revision=world.letters(_HASH_LETTERS),
        images=tuple(container.container.image for container in plan.containers),
        init_images=tuple(container.container.image for container in plan.init_containers),
        desired=plan.replicas,
        resource_version=world.next_version(),
        asks=plan.asks,
    )
    if plan.every_seconds:
        workload.next_run_seconds = 0.0 if _is_due(world, plan) else seconds_to_next_run(plan, world.now)
    return workload


def _pods(world: World, workload: SimWorkload) -> list[SimPod]:
    plan = workload.plan
    match plan.kind:
        case WorkloadKind.DEPLOYMENT:
            return [add_replica(world, workload) for _ in range(plan.replicas)]
        case WorkloadKind.STATEFUL_SET:
            return [add_ordinal(world, workload, ordinal) for ordinal in range(plan.replicas)]
        case WorkloadKind.DAEMON_SET | WorkloadKind.NODE:
            return [add_for_node(world, workload, node) for node in nodes_for(world, workload)]
        case WorkloadKind.CRON_JOB:
            return _old_runs(world, workload)
        case WorkloadKind.NONE:
            return [new_pod(world, workload, plan.name, owner=("", ""))]


def _old_runs(world: World, workload: SimWorkload) -> list[SimPod]:
    """As many as are kept; none of what is suspended."""
    plan = workload.plan
    fails = any(container.fault is Fault.CRASH for container in plan.containers)
    kept = (FAILED_JOBS_KEPT if fails else plan.replicas) if plan.every_seconds else 0
    return [_old_job(world, workload, number) for number in range(kept, 0, -1)]


def _old_job(world: World, workload: SimWorkload, number: int) -> SimPod:
    """The pod of the last job but so many, and the job."""
    plan = workload.plan
    since_last_seconds = plan.every_seconds - seconds_to_next_run(plan, world.now)
    runs = number if _is_due(world, plan) else number - 1
    due_at = world.ago(since_last_seconds + runs * plan.every_seconds)
    job = add_job(world, workload, due_at)
    job.created_at, job.finished_at = due_at, due_at + timedelta(seconds=_JOB_SECONDS)
    pod = add_run(world, workload, job.name)
    pod.created_at = due_at
    return pod


def _is_due(world: World, plan: WorkloadPlan) -> bool:
    """Whether a run began so shortly ago that it is still to be seen."""
    return plan.every_seconds - seconds_to_next_run(plan, world.now) < _JOB_SECONDS


def _settle_in(world: World, pod: SimPod) -> None:
    """Let a new pod be one that has been there for a while."""
    plan = pod.workload.plan
    if plan.kind is not WorkloadKind.CRON_JOB:
        youngest = 0.02 if plan.is_rolled else 0.4
        pod.created_at = world.ago(plan.age_days * DAY_SECONDS * world.random.uniform(youngest, 0.95))
    pod.node, pod.message = place(world, pod)
    if pod.node is not None:
        pod.created_at = max(pod.created_at, pod.node.created_at + _NODE_SETTLES)
    now, world.now = world.now, pod.created_at
    if pod.node is not None:
        pod.started_at = pod.created_at
        pod.stage = Stage.STARTED
        give_address(world, pod)
        for container in pod.init_containers:
            container.is_ready = True
            container.state = "running" if container.plan.is_sidecar else "terminated"
            container.reason = "" if container.plan.is_sidecar else "Completed"
        for container in pod.containers:
            _settle_container(world, pod, container, now)
        if plan.kind is WorkloadKind.CRON_JOB:
            world.now = world.ago(-_JOB_SECONDS)
            end(world, pod, "Succeeded" if all(one.has_succeeded for one in pod.containers) else "Failed")
        else:
            pod.due_seconds = min(container.due_seconds for container in pod.containers)
    settle(world, pod)
    world.now = now


def _settle_container(world: World, pod: SimPod, container: SimContainer, now: datetime) -> None:
    chance = world.random
    if pod.workload.plan.kind is WorkloadKind.CRON_JOB:
        is_well = container.plan.fault is not Fault.CRASH
        container.state, container.reason = "terminated", "Completed" if is_well else "Error"
        container.message = "" if is_well else container.plan.last_words
        return
    match container.plan.fault:
        case Fault.NONE:
            container.state, container.is_ready = "running", True
            container.restarts = chance.choice((0, 0, 0, 0, 1, 2))
            if container.restarts:
                container.last_reason = "Error"
                container.last_at = pod.created_at + (now - pod.created_at) * chance.uniform(0.1, 0.9)
        case Fault.CRASH:
            container.state, container.reason = "waiting", "CrashLoopBackOff"
            container.restarts = round((now - pod.created_at).total_seconds() / (LONGEST_BACKOFF_SECONDS + 10.0))
            container.backoff_seconds = LONGEST_BACKOFF_SECONDS
            container.message = backoff_message(pod, container)
            container.last_reason, container.last_message = "Error", container.plan.last_words
            container.due_seconds = chance.uniform(30.0, 90.0)
            container.last_at = now + timedelta(seconds=container.due_seconds - LONGEST_BACKOFF_SECONDS)
        case Fault.IMAGE:
            container.reason = "ErrImagePull"
            container.backoff_seconds = LONGEST_BACKOFF_SECONDS
            container.due_seconds = 1.0


def _cordon(world: World, scenario: Scenario) -> None:
    node = world.nodes.get(scenario.cordoned)
    if node is not None:
        node.is_cordoned = True
        node.cordoned_at = world.ago(_CORDONED_SECONDS_AGO)


def _look_for_nodes_again(world: World) -> None:
    """What says why no node takes it says so of the nodes as they are now."""
    for pod in world.pods.values():
        if pod.node is None:
            _, pod.message = place(world, pod)
            now, world.now = world.now, pod.created_at
            settle(world, pod)
            world.now = now


def _evicted_pod(world: World) -> None:
    """What a node short of memory left behind: a pod that has failed and that nobody cleaned up."""
    workload = world.find(WorkloadKind.DEPLOYMENT, "monitoring", "grafana")
    if workload is None:
        return
    pod = add_replica(world, workload)
    now, world.now = world.now, world.ago(_EVICTED_SECONDS_AGO)
    pod.created_at = world.ago(_EVICTED_SECONDS_AGO)
    pod.started_at = pod.created_at
    pod.node, _ = place(world, pod)
    pod.reason = "Evicted"
    pod.message = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 88Mi."
    for container in pod.containers:
        container.state, container.reason, container.ended_at = "terminated", "Error", world.now
    end(world, pod, "Failed")
    settle(world, pod)
    world.now = now
