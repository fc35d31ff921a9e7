"""A pod as a reader sees it: the simulated state in the words of the API.

READY, RESTARTS and the reason follow from it as for a real pod (`domain.cluster.pod_status`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.container_state import SimContainer
from adapters.memory.world.state import SimPod, Stage
from domain.cluster.containers import Container
from domain.cluster.pod_parts import Volume
from domain.cluster.pod_status import ContainerFacts, PodFacts, derive_status
from domain.cluster.pods import Pod, PodCondition, PodContainer, PodStatus, PodSummary
from domain.redaction import annotations

_DECLARED: Final = tuple(field.name for field in fields(Container))
_EXIT_CODES: Final = {"Completed": 0, "OOMKilled": 137}
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
    phase, conditions = phase_of(pod), tuple(_conditions(pod))
    # A pod without a node has no container statuses.
    has_statuses = pod.node is not None
    derived = derive_status(
        PodFacts(
            phase=phase,
            reason=pod.reason,
            message=pod.message,
            is_being_deleted=pod.stage is Stage.TERMINATING,
            declared_containers=len(pod.containers),
            declared_init_containers=len(pod.init_containers),
            declared_sidecars=sum(container.plan.is_sidecar for container in pod.init_containers),
            init_containers=tuple(map(_facts, pod.init_containers)) if has_statuses else (),
            containers=tuple(map(_facts, pod.containers)) if has_statuses else (),
            conditions=conditions,
        )
    )
    return PodStatus(
        phase=phase,
        ready=derived.ready,
        restarts=derived.restarts,
        qos_class=pod.workload.plan.qos_class,
        pod_ip=pod.address,
        pod_ips=(pod.address,) if pod.address else (),
        host_ip=pod.node.plan.address if pod.node else "",
        reason=derived.reason,
        message=derived.message,
        conditions=conditions,
    )


def phase_of(pod: SimPod) -> str:
    """Its phase now."""
    if pod.stage is Stage.ENDED:
        return pod.phase_at_end
    ever_ran = any(container.state != "waiting" or container.restarts for container in pod.containers)
    return "Running" if ever_ran and pod.stage not in _NOT_STARTED else "Pending"


def _conditions(pod: SimPod) -> Iterator[PodCondition]:
    for kind, condition in pod.conditions.items():
        yield PodCondition(
            type=kind,
            status=condition.status,
            reason=condition.reason,
            message=condition.message,
            last_transition_time=rfc3339(condition.since),
        )


def _facts(container: SimContainer) -> ContainerFacts:
    return ContainerFacts(
        is_sidecar=container.plan.is_sidecar,
        state=container.state,
        reason=container.reason,
        message=container.message,
        exit_code=0 if container.state != "terminated" else _EXIT_CODES.get(container.reason, 1),
        ready=container.is_ready,
        started=container.is_ready,
        restart_count=container.restarts,
    )


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
    yield from pod.annotations.items()
    if pod.workload.plan.kind is WorkloadKind.NODE:
        yield "kubernetes.io/config.mirror", pod.uid.replace("-", "")
