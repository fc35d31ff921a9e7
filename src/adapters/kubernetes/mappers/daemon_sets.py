"""DaemonSets.

Source: wire contract 2.4.7.
"""

from typing import Final

from adapters.kubernetes.mappers.metadata import NO_META, annotations
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import instant, int32, int64, optional_int32
from adapters.kubernetes.mappers.sharing import labels, name
from adapters.kubernetes.mappers.templates import conditions, label_selector, pod_template, update_strategy
from adapters.kubernetes.schema.workloads import DaemonSetSpecStruct, DaemonSetStatusStruct, DaemonSetStruct
from domain.cluster.daemon_sets import DaemonSet, DaemonSetSpec, DaemonSetStatus, DaemonSetSummary
from domain.cluster.rollouts import PodCounts, pods_to_update, workload_rollout
from domain.cluster.templates import Rollout

_NO_SPEC: Final = DaemonSetSpecStruct()
_NO_STATUS: Final = DaemonSetStatusStruct()


def to_daemon_set(daemon_set: DaemonSetStruct, options: MappingOptions) -> DaemonSet:
    """The DaemonSet as the domain knows it."""
    meta = daemon_set.metadata or NO_META
    spec = _spec(daemon_set.spec or _NO_SPEC)
    status = _status(daemon_set.status or _NO_STATUS)
    return DaemonSet(
        summary=DaemonSetSummary(
            name=meta.name or "",
            namespace=name(meta.namespace),
            created_at=instant(meta.creation_timestamp),
            desired_number_scheduled=status.desired_number_scheduled,
            current_number_scheduled=status.current_number_scheduled,
            number_ready=status.number_ready,
            number_available=status.number_available,
            number_unavailable=status.number_unavailable,
            number_misscheduled=status.number_misscheduled,
            updated_number_scheduled=status.updated_number_scheduled,
            selector=spec.selector.as_text() if spec.selector else "",
        ),
        spec=spec,
        template=pod_template((daemon_set.spec or _NO_SPEC).template, options),
        status=status,
        rollout=_rollout(spec, status),
        labels=labels(meta.labels),
        annotations=annotations(meta.annotations),
    )


def _rollout(spec: DaemonSetSpec, status: DaemonSetStatus) -> Rollout:
    desired = status.desired_number_scheduled
    counts = PodCounts(
        wanted=desired,
        ready=status.number_ready,
        updated=status.updated_number_scheduled,
        to_update=pods_to_update(desired, spec.update_strategy.type if spec.update_strategy else ""),
    )
    more = (("Misscheduled", status.number_misscheduled), ("Unavailable", status.number_unavailable))
    return workload_rollout(counts, *(badge for badge, number in more if number > 0))


def _spec(spec: DaemonSetSpecStruct) -> DaemonSetSpec:
    return DaemonSetSpec(
        update_strategy=update_strategy(spec.update_strategy),
        min_ready_seconds=int32(spec.min_ready_seconds),
        revision_history_limit=optional_int32(spec.revision_history_limit),
        selector=label_selector(spec.selector),
    )


def _status(status: DaemonSetStatusStruct) -> DaemonSetStatus:
    return DaemonSetStatus(
        observed_generation=int64(status.observed_generation or 0),
        desired_number_scheduled=int32(status.desired_number_scheduled),
        current_number_scheduled=int32(status.current_number_scheduled),
        number_ready=int32(status.number_ready),
        number_available=int32(status.number_available),
        number_unavailable=int32(status.number_unavailable),
        number_misscheduled=int32(status.number_misscheduled),
        updated_number_scheduled=int32(status.updated_number_scheduled),
        collision_count=optional_int32(status.collision_count),
        conditions=conditions(status.conditions),
    )
