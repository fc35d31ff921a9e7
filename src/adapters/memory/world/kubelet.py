"""Moves pods through their lives: sandbox, init containers, containers, crashes, the end.

A pod says itself when something happens to it next (`due_seconds`), so that a step costs nothing for all the others.
Timings are those of a small cluster with warm image caches. Back-off of crashing containers and failing pulls: 10 s
doubling to 5 minutes, as the kubelet does.
"""

import math

from adapters.memory.world.blueprints import Fault
from adapters.memory.world.conditions import settle
from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.kubelet_events import (
    tell_killing,
    tell_pull_failed,
    tell_started,
    tell_unhealthy,
    tell_waiting,
)
from adapters.memory.world.placement import place
from adapters.memory.world.scheduler_events import tell_scheduled, tell_unschedulable
from adapters.memory.world.state import SimPod, Stage, World
from adapters.memory.world.storage import provision

_TRY_PLACING_AGAIN_SECONDS = 10.0
_SANDBOX_SECONDS = 1.0
_GRACE_SECONDS = (2.0, 4.0)
_CRASH_VISIBLE_SECONDS = 2.0
_PULL_SECONDS = 3.0
_FIRST_PROBE_SECONDS = 5.0
"""A container that needs longer than this has its first probe fail."""
_FIRST_ADDRESS, _LAST_ADDRESS = 2, 254
_ADDRESSES = _LAST_ADDRESS - _FIRST_ADDRESS + 1
"""Of a /24, without the network, its gateway and the broadcast; more than a node takes pods."""
FIRST_BACKOFF_SECONDS = 10.0
LONGEST_BACKOFF_SECONDS = 300.0


def live(world: World, pod: SimPod) -> None:
    """What is due for one pod."""
    if pod.due_seconds > world.seconds:
        return
    match pod.stage:
        case Stage.UNSCHEDULED:
            _schedule(world, pod)
        case Stage.SCHEDULED:
            _make_sandbox(world, pod)
        case Stage.INITIALISING:
            _initialise(world, pod)
        case Stage.STARTED:
            _run(world, pod)
        case Stage.TERMINATING:
            world.remove(pod)
            return
        case Stage.ENDED:
            pod.due_seconds = math.inf
    settle(world, pod)


def terminate(world: World, pod: SimPod, *, at_once: bool = False) -> None:
    """Ask a pod to end; one that never started is gone at once, as is one that nobody waits for."""
    if at_once:
        world.remove(pod)
        return
    if pod.stage is Stage.TERMINATING:
        return
    if pod.node is None:
        world.remove(pod)
        return
    if pod.stage is not Stage.ENDED:
        tell_killing(world, pod)
    pod.stage = Stage.TERMINATING
    pod.due_seconds = world.seconds + world.random.uniform(*_GRACE_SECONDS)
    world.touch(pod)


def crash(world: World, pod: SimPod, container: SimContainer, reason: str) -> None:
    """A running container dies."""
    if reason == "Error" and container.plan.fault is Fault.NONE:
        tell_unhealthy(world, pod, container, "Liveness")
    container.state, container.reason, container.is_ready = "terminated", reason, False
    container.message = container.plan.last_words
    container.ended_at = world.now
    container.due_seconds = world.seconds + _CRASH_VISIBLE_SECONDS
    pod.due_seconds = min(pod.due_seconds, container.due_seconds)
    settle(world, pod)


def replace_container(world: World, pod: SimPod, container: SimContainer) -> None:
    """A running container is ended, because it shall have another image; it starts again with that."""
    if pod.stage is not Stage.STARTED or container.state != "running":
        return
    container.last_reason, container.last_message, container.last_at = "Completed", "", world.now
    _restart(world, pod, container)
    pod.due_seconds = min(pod.due_seconds, container.due_seconds)
    settle(world, pod)


def _schedule(world: World, pod: SimPod) -> None:
    node, why_not = place(world, pod)
    if node is None:
        tell_unschedulable(world, pod, why_not, is_news=pod.message != why_not)
        pod.message = why_not
        pod.due_seconds = world.seconds + _TRY_PLACING_AGAIN_SECONDS
        return
    pod.node, pod.message = node, ""
    tell_scheduled(world, pod)
    provision(world, pod)
    pod.started_at = world.now
    pod.stage = Stage.SCHEDULED
    waits_for = "PodInitializing" if pod.init_containers else "ContainerCreating"
    for container in (*pod.init_containers, *pod.containers):
        container.reason = waits_for
    pod.due_seconds = world.seconds + _SANDBOX_SECONDS


def _make_sandbox(world: World, pod: SimPod) -> None:
    give_address(world, pod)
    pod.stage = Stage.INITIALISING
    _initialise(world, pod)


def give_address(world: World, pod: SimPod) -> None:
    """The network plugin of the node gives the pod an address that no other pod has."""
    node = pod.node
    if node is None:
        return
    if pod.workload.plan.spec.host_network:
        pod.address = node.plan.address
        return
    taken = {other.address for other in world.pods.values()}
    for _ in range(_ADDRESSES):
        pod.address = f"{node.plan.pod_network}.{node.next_address}"
        node.next_address = node.next_address + 1 if node.next_address < _LAST_ADDRESS else _FIRST_ADDRESS
        if pod.address not in taken:
            return


def _initialise(world: World, pod: SimPod) -> None:
    """One init container after the other; a native sidecar goes on running once it is ready."""
    for container in pod.init_containers:
        plan = container.plan
        if container.state == "waiting":
            container.state, container.reason = "running", ""
            tell_started(world, pod, container)
            lasts_seconds = plan.ready_after_seconds if plan.is_sidecar else plan.runs_seconds or 0.0
            container.due_seconds = pod.due_seconds = world.seconds + lasts_seconds
            return
        if container.is_ready:
            continue
        container.due_seconds = math.inf
        container.is_ready = True
        if not plan.is_sidecar:
            container.state, container.reason, container.ended_at = "terminated", "Completed", world.now
    pod.stage = Stage.STARTED
    for container in pod.containers:
        _start(world, pod, container)
    pod.due_seconds = min(container.due_seconds for container in pod.containers)


def _start(world: World, pod: SimPod, container: SimContainer) -> None:
    plan = container.plan
    if plan.fault is Fault.IMAGE:
        container.reason = "ContainerCreating"
        container.due_seconds = world.seconds + _PULL_SECONDS
        return
    container.state, container.reason, container.message = "running", "", ""
    tell_started(world, pod, container)
    container.is_ready = plan.ready_after_seconds <= 0.0
    container.due_seconds = world.seconds + (
        plan.runs_seconds if container.is_ready and plan.runs_seconds is not None else plan.ready_after_seconds
    )


def _run(world: World, pod: SimPod) -> None:
    everything = [container for container in pod.init_containers if container.plan.is_sidecar] + pod.containers
    for container in everything:
        if container.due_seconds <= world.seconds:
            _step(world, pod, container)
    if all(container.state == "terminated" for container in pod.containers) and _stays_ended(pod):
        end(world, pod, "Succeeded" if all(container.has_succeeded for container in pod.containers) else "Failed")
        return
    pod.due_seconds = min(container.due_seconds for container in everything)


def _stays_ended(pod: SimPod) -> bool:
    return pod.workload.plan.spec.restart_policy == "Never"


def end(world: World, pod: SimPod, phase: str) -> None:
    """A pod will not run again."""
    pod.stage, pod.phase_at_end, pod.due_seconds = Stage.ENDED, phase, math.inf
    world.touch(pod)


def _step(world: World, pod: SimPod, container: SimContainer) -> None:
    """What is due for one container."""
    plan = container.plan
    container.due_seconds = math.inf
    if container.state == "running":
        if not container.is_ready and plan.ready_after_seconds > _FIRST_PROBE_SECONDS:
            tell_unhealthy(world, pod, container, "Readiness")
        if plan.fault is Fault.CRASH:
            crash(world, pod, container, "Error")
        elif not container.is_ready:
            container.is_ready = True
            if plan.runs_seconds is not None:
                container.due_seconds = world.seconds + plan.runs_seconds
        elif plan.runs_seconds is not None:
            container.state, container.reason, container.is_ready = "terminated", "Completed", False
            container.ended_at = world.now
    elif container.state == "terminated":
        if not _stays_ended(pod):
            _after_crash(world, pod, container)
    elif plan.fault is Fault.IMAGE:
        _pull(world, pod, container)
    else:
        _restart(world, pod, container)


def _after_crash(world: World, pod: SimPod, container: SimContainer) -> None:
    """The first crash is forgiven at once; one that crashes again and again waits longer and longer."""
    container.last_reason, container.last_message = container.reason, container.message
    container.last_at = container.ended_at
    if container.plan.fault is not Fault.CRASH:
        _restart(world, pod, container)
        return
    container.backoff_seconds = _longer(container.backoff_seconds)
    container.state, container.reason = "waiting", "CrashLoopBackOff"
    container.message = backoff_message(pod, container)
    container.due_seconds = world.seconds + container.backoff_seconds
    tell_waiting(world, pod, container)


def backoff_message(pod: SimPod, container: SimContainer) -> str:
    """In the kubelet's words."""
    minutes, seconds = divmod(int(container.backoff_seconds), 60)
    text = f"{minutes}m{seconds}s" if minutes else f"{seconds}s"
    name, namespace = container.plan.container.name, pod.workload.plan.namespace
    return f"back-off {text} restarting failed container={name} pod={pod.name}_{namespace}({pod.uid})"


def _restart(world: World, pod: SimPod, container: SimContainer) -> None:
    container.restarts += 1
    _start(world, pod, container)


def _pull(world: World, pod: SimPod, container: SimContainer) -> None:
    image = container.image
    if container.reason == "ErrImagePull":
        container.backoff_seconds = _longer(container.backoff_seconds)
        container.reason = "ImagePullBackOff"
        container.message = f'Back-off pulling image "{image}": ErrImagePull: {image}: not found'
        container.due_seconds = world.seconds + container.backoff_seconds
        tell_waiting(world, pod, container)
        return
    container.reason = "ErrImagePull"
    container.message = f'failed to pull and unpack image "{image}": failed to resolve reference "{image}": not found'
    container.due_seconds = world.seconds + _CRASH_VISIBLE_SECONDS
    tell_pull_failed(world, pod, container)


def _longer(backoff_seconds: float) -> float:
    return min(LONGEST_BACKOFF_SECONDS, max(FIRST_BACKOFF_SECONDS, 2 * backoff_seconds))
