"""A pod as a reader sees it: the simulated state in the words of the API and of `kubectl get pods`.

Source: wire contract 2.4.3, the table of the pod's reason included.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.state import SimContainer, SimPod, Stage
from domain.cluster.containers import Container
from domain.cluster.pod_parts import Volume
from domain.cluster.pods import Pod, PodCondition, PodContainer, PodStatus, PodSummary
from domain.redaction import annotations

_DECLARED: Final = tuple(field.name for field in fields(Container))
_NOT_STARTED: Final = frozenset({Stage.UNSCHEDULED, Stage.SCHEDULED, Stage.INITIALISING})


def view_pod(pod: SimPod) -> Pod:
    """The pod now."""
    plan = pod.workload.plan
    return Pod(
        summary=PodSummary(
            name=pod.name,
            namespace=plan.namespace,
            created_at=pod.created_at,
            node_name=pod.node.plan.name if pod.node else "",
            owner_kind=pod.owner_kind,
            owner_name=pod.owner_name,
        ),
        spec=plan.spec,
        containers=tuple(_container(pod, container) for container in pod.containers),
        init_containers=tuple(_container(pod, container) for container in pod.init_containers),
        volumes=tuple(_volume(pod, volume) for volume in plan.volumes),
        labels=pod.labels,
        annotations=annotations(dict(_annotations(pod))),
        status=_status(pod),
    )


def rfc3339(moment: datetime | None) -> str:
    """A moment as the API writes it; empty for none."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _status(pod: SimPod) -> PodStatus:
    counted = [container for container in pod.init_containers if container.plan.is_sidecar] + pod.containers
    ready = sum(container.is_ready and container.state == "running" for container in counted)
    reason, message = _reason(pod)
    return PodStatus(
        phase=_phase(pod),
        ready=f"{ready}/{len(counted)}",
        restarts=sum(container.restarts for container in counted),
        qos_class=pod.workload.plan.qos_class,
        pod_ip=pod.address,
        pod_ips=(pod.address,) if pod.address else (),
        host_ip=pod.node.plan.address if pod.node else "",
        reason=reason,
        message=message,
        conditions=tuple(
            PodCondition(
                type=kind,
                status=condition.status,
                reason=condition.reason,
                message=condition.message,
                last_transition_time=rfc3339(condition.since),
            )
            for kind, condition in pod.conditions.items()
        ),
    )


def _phase(pod: SimPod) -> str:
    if pod.stage is Stage.ENDED:
        return pod.phase_at_end
    ever_ran = any(container.state != "waiting" or container.restarts for container in pod.containers)
    return "Running" if ever_ran and pod.stage not in _NOT_STARTED else "Pending"


def _reason(pod: SimPod) -> tuple[str, str]:
    """Why the pod is not simply in its phase, and the words that go with it; the first rule that applies decides."""
    if pod.stage is Stage.TERMINATING:
        return "Terminating", ""
    if pod.reason:
        return pod.reason, pod.message
    if pod.node is None:
        return ("Unschedulable", pod.message) if pod.message else ("", "")
    if pod.stage in {Stage.SCHEDULED, Stage.INITIALISING}:
        for number, container in enumerate(pod.init_containers):
            if not container.is_ready:
                return f"Init:{number}/{len(pod.init_containers)}", ""
    return _container_reason(pod.containers) or _ready_reason(pod)


def _container_reason(containers: list[SimContainer]) -> tuple[str, str] | None:
    any_runs = any(container.state == "running" and container.is_ready for container in containers)
    for container in containers:
        if container.state != "running" and container.reason and not (container.has_succeeded and any_runs):
            return container.reason, container.message
    return None


def _ready_reason(pod: SimPod) -> tuple[str, str]:
    ready = pod.conditions.get("Ready")
    return (ready.reason, ready.message) if ready is not None and ready.status != "True" else ("", "")


def _container(pod: SimPod, container: SimContainer) -> PodContainer:
    has_status = pod.node is not None
    declared: dict[str, Any] = {name: getattr(container.plan.container, name) for name in _DECLARED}
    return PodContainer(
        **(declared | {"image": container.image}),
        state=container.state if has_status else "",
        state_reason=container.reason if has_status else "",
        state_message=container.message if has_status else "",
        ready=container.is_ready,
        restart_count=container.restarts,
        last_termination_reason=container.last_reason,
        last_termination_message=container.last_message,
        last_termination_time=rfc3339(container.last_at),
    )


def _volume(pod: SimPod, volume: Volume) -> Volume:
    """Every pod of a StatefulSet has a claim of its own."""
    if pod.workload.plan.kind is WorkloadKind.STATEFUL_SET and volume.type == "PVC":
        return replace(volume, source=f"{volume.source}-{pod.ordinal}")
    return volume


def _annotations(pod: SimPod) -> Iterable[tuple[str, str]]:
    yield from pod.workload.plan.annotations.items()
    if pod.workload.plan.kind is WorkloadKind.NODE:
        yield "kubernetes.io/config.mirror", pod.uid.replace("-", "")
