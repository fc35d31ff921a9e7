"""Pods.

Source: wire contract 2.4.3. What kubectl would print of a pod is derived in `domain.cluster.pod_status`.
"""

from typing import Final

from adapters.kubernetes.mappers.containers import declared
from adapters.kubernetes.mappers.metadata import NO_META, annotations, first_owner
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.pod_parts import affinity, secret_names, tolerations, volumes
from adapters.kubernetes.mappers.scalars import instant, int32, int64, present, time_text
from adapters.kubernetes.mappers.sharing import labels, name
from adapters.kubernetes.schema.containers import ContainerStruct
from adapters.kubernetes.schema.pods import (
    ContainerState,
    ContainerStatusStruct,
    PodConditionStruct,
    PodSpecStruct,
    PodStatusStruct,
    PodStruct,
    Terminated,
)
from domain.cluster.pod_status import ContainerFacts, PodFacts, derive_status
from domain.cluster.pods import Pod, PodCondition, PodContainer, PodSpec, PodStatus, PodSummary
from domain.redaction import scrub

_NO_SPEC: Final = PodSpecStruct()
_NO_STATUS: Final = PodStatusStruct()
_NO_CONTAINER_STATUS: Final = ContainerStatusStruct()
_NO_STATE: Final = ContainerState()
_NOT_TERMINATED: Final = Terminated()
_NOT_STARTED: Final = ContainerFacts()


def to_pod(pod: PodStruct, options: MappingOptions) -> Pod:
    """The pod as the domain knows it."""
    meta = pod.metadata or NO_META
    spec = pod.spec or _NO_SPEC
    status = pod.status or _NO_STATUS
    init = tuple(present(spec.init_containers))
    main = tuple(present(spec.containers))
    sidecars = frozenset(item.name for item in init if item.restart_policy == "Always")
    init_statuses = tuple(present(status.init_container_statuses))
    statuses = tuple(present(status.container_statuses))
    init_facts = tuple([_facts(item, is_sidecar=item.name in sidecars) for item in init_statuses])
    facts = tuple([_facts(item, is_sidecar=False) for item in statuses])
    conditions = tuple([_condition(item) for item in present(status.conditions)])
    owner_kind, owner_name = first_owner(meta)
    return Pod(
        summary=PodSummary(
            name=meta.name or "",
            namespace=name(meta.namespace),
            node_name=name(spec.node_name),
            owner_kind=owner_kind,
            owner_name=owner_name,
            created_at=instant(meta.creation_timestamp),
        ),
        spec=_spec(spec),
        containers=_containers(main, statuses, facts, options),
        init_containers=_containers(init, init_statuses, init_facts, options),
        volumes=volumes(spec.volumes),
        labels=labels(meta.labels),
        annotations=annotations(meta.annotations),
        status=_status(
            status,
            conditions,
            PodFacts(
                phase=status.phase or "",
                reason=name(status.reason),
                message=scrub(status.message) if status.message else "",
                is_being_deleted=bool(meta.deletion_timestamp),
                declared_containers=len(main),
                declared_init_containers=len(init),
                declared_sidecars=sum(item.name in sidecars for item in init),
                init_containers=init_facts,
                containers=facts,
                conditions=conditions,
            ),
        ),
    )


def _spec(spec: PodSpecStruct) -> PodSpec:
    grace = spec.termination_grace_period_seconds
    return PodSpec(
        restart_policy=name(spec.restart_policy),
        service_account_name=name(spec.service_account_name),
        node_selector=labels(spec.node_selector),
        tolerations=tolerations(spec.tolerations),
        affinity=affinity(spec.affinity),
        dns_policy=name(spec.dns_policy),
        host_network=bool(spec.host_network),
        runtime_class_name=name(spec.runtime_class_name),
        priority_class_name=name(spec.priority_class_name),
        termination_grace_period_seconds=None if grace is None else int64(grace),
        image_pull_secrets=secret_names(spec.image_pull_secrets),
    )


def _status(status: PodStatusStruct, conditions: tuple[PodCondition, ...], facts: PodFacts) -> PodStatus:
    derived = derive_status(facts)
    return PodStatus(
        phase=name(facts.phase),
        ready=name(derived.ready),
        restarts=derived.restarts,
        qos_class=name(status.qos_class),
        pod_ip=status.pod_ip or "",
        pod_ips=tuple([item.ip for item in present(status.pod_ips) if item.ip]),
        host_ip=name(status.host_ip),
        reason=name(derived.reason),
        message=derived.message,
        conditions=conditions,
    )


def _condition(item: PodConditionStruct) -> PodCondition:
    return PodCondition(
        type=name(item.type),
        status=name(item.status),
        reason=name(item.reason),
        message=scrub(item.message) if item.message else "",
        last_transition_time=time_text(item.last_transition_time),
    )


def _facts(item: ContainerStatusStruct, *, is_sidecar: bool) -> ContainerFacts:
    state, reason, message, ended = _state(item.state or _NO_STATE)
    return ContainerFacts(
        is_sidecar=is_sidecar,
        state=state,
        reason=name(reason),
        message=scrub(message) if message else "",
        exit_code=int32(ended.exit_code),
        signal=int32(ended.signal),
        ready=bool(item.ready),
        started=bool(item.started),
        restart_count=int32(item.restart_count),
    )


def _state(state: ContainerState) -> tuple[str, str | None, str | None, Terminated]:
    """Name of the state, its reason and message, and how it ended; in kubectl's order should several be set."""
    if state.terminated is not None:
        return "terminated", state.terminated.reason, state.terminated.message, state.terminated
    if state.waiting is not None:
        return "waiting", state.waiting.reason, state.waiting.message, _NOT_TERMINATED
    return "running" if state.running is not None else "", None, None, _NOT_TERMINATED


def _containers(
    declared: tuple[ContainerStruct, ...],
    statuses: tuple[ContainerStatusStruct, ...],
    facts: tuple[ContainerFacts, ...],
    options: MappingOptions,
) -> tuple[PodContainer, ...]:
    """Each declared container with its status, which is the first of its name."""
    if not declared:
        return ()
    known = {status.name: (status, fact) for status, fact in zip(reversed(statuses), reversed(facts), strict=True)}
    nothing = _NO_CONTAINER_STATUS, _NOT_STARTED
    return tuple([_container(item, *known.get(item.name, nothing), options) for item in declared])


def _container(
    item: ContainerStruct, status: ContainerStatusStruct, facts: ContainerFacts, options: MappingOptions
) -> PodContainer:
    last = (status.last_state or _NO_STATE).terminated or _NOT_TERMINATED
    return PodContainer(
        **declared(item, image=status.image, options=options),
        state=facts.state,
        state_reason=facts.reason,
        state_message=facts.message,
        ready=facts.ready,
        restart_count=facts.restart_count,
        last_termination_reason=name(last.reason),
        last_termination_message=scrub(last.message) if last.message else "",
        last_termination_time=time_text(last.finished_at),
    )
