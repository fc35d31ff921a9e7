"""The conditions of a pod: what they say follows from its containers, since when is remembered."""

from collections.abc import Iterator

from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.state import SimCondition, SimPod, Stage, World


def settle(world: World, pod: SimPod) -> None:
    """Bring the conditions of a pod up to date after something about it changed."""
    settled: dict[str, SimCondition] = {}
    for kind, wanted in _conditions_of(pod):
        known = pod.conditions.get(kind)
        wanted.since = known.since if known is not None and known.status == wanted.status else world.now
        settled[kind] = wanted
    pod.conditions = settled
    world.touch(pod)


def is_initialised(pod: SimPod) -> bool:
    """Whether every init container has done its part; a native sidecar has when it runs."""
    return all(container.is_ready for container in pod.init_containers if not container.plan.is_sidecar) and (
        pod.stage not in {Stage.UNSCHEDULED, Stage.SCHEDULED, Stage.INITIALISING}
    )


def _conditions_of(pod: SimPod) -> Iterator[tuple[str, SimCondition]]:
    """In the API server's order; a pod that no scheduler has looked at has none."""
    if pod.node is None:
        if pod.message:
            yield "PodScheduled", SimCondition("False", "Unschedulable", pod.message)
        return
    has_sandbox = bool(pod.address) and pod.stage is not Stage.ENDED
    yield "PodReadyToStartContainers", SimCondition("True" if has_sandbox else "False")
    if is_initialised(pod):
        yield "Initialized", SimCondition("True")
    else:
        names = _names([container for container in pod.init_containers if not container.is_ready])
        yield (
            "Initialized",
            SimCondition("False", "ContainersNotInitialized", f"containers with incomplete status: [{names}]"),
        )
    readiness = _readiness(pod)
    # The node controller takes the word of a kubelet that is down back, for the pod and not for its containers.
    yield "Ready", readiness if pod.node.is_ready or pod.stage is Stage.ENDED else SimCondition("False")
    yield "ContainersReady", readiness
    yield "PodScheduled", SimCondition("True")


def _readiness(pod: SimPod) -> SimCondition:
    if pod.stage is Stage.ENDED:
        return SimCondition("False", "PodCompleted" if pod.phase_at_end == "Succeeded" else "PodFailed")
    sidecars = [container for container in pod.init_containers if container.plan.is_sidecar]
    unready = [container for container in (*sidecars, *pod.containers) if not container.is_ready]
    if not unready:
        return SimCondition("True")
    return SimCondition("False", "ContainersNotReady", f"containers with unready status: [{_names(unready)}]")


def _names(containers: list[SimContainer]) -> str:
    return " ".join(container.plan.container.name for container in containers)
