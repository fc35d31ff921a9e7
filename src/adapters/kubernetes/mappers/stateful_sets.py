"""StatefulSets.

Source: wire contract 2.4.6.
"""

from typing import Final

from adapters.kubernetes.mappers.metadata import NO_META, annotations, quantity
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import instant, int32, int64, optional_int32, present, texts
from adapters.kubernetes.mappers.sharing import labels, name
from adapters.kubernetes.mappers.templates import conditions, label_selector, pod_template, update_strategy
from adapters.kubernetes.schema.workloads import (
    ClaimTemplateMeta,
    ClaimTemplateSpec,
    ClaimTemplateStruct,
    RetentionStruct,
    StatefulSetSpecStruct,
    StatefulSetStatusStruct,
    StatefulSetStruct,
)
from domain.cluster.metadata import EMPTY
from domain.cluster.rollouts import PodCounts, pods_to_update, workload_rollout
from domain.cluster.stateful_sets import (
    PVCRetentionPolicy,
    StatefulSet,
    StatefulSetSpec,
    StatefulSetStatus,
    StatefulSetSummary,
    VolumeClaimTemplate,
)
from domain.cluster.templates import Rollout

_NO_SPEC: Final = StatefulSetSpecStruct()
_NO_STATUS: Final = StatefulSetStatusStruct()
_NO_CLAIM_META: Final = ClaimTemplateMeta()
_NO_CLAIM: Final = ClaimTemplateSpec()


def to_stateful_set(stateful_set: StatefulSetStruct, options: MappingOptions) -> StatefulSet:
    """The StatefulSet as the domain knows it."""
    meta = stateful_set.metadata or NO_META
    spec = _spec(stateful_set.spec or _NO_SPEC)
    status = _status(stateful_set.status or _NO_STATUS)
    replicas = 1 if spec.replicas is None else spec.replicas
    return StatefulSet(
        summary=StatefulSetSummary(
            name=meta.name or "",
            namespace=name(meta.namespace),
            created_at=instant(meta.creation_timestamp),
            replicas=replicas,
            ready=status.ready_replicas,
            current=status.current_replicas,
            updated=status.updated_replicas,
            available=status.available_replicas,
            service_name=spec.service_name,
            selector=spec.selector.as_text() if spec.selector else "",
        ),
        spec=spec,
        template=pod_template((stateful_set.spec or _NO_SPEC).template, options),
        status=status,
        rollout=_rollout(spec, status, replicas),
        labels=labels(meta.labels),
        annotations=annotations(meta.annotations),
    )


def _rollout(spec: StatefulSetSpec, status: StatefulSetStatus, replicas: int) -> Rollout:
    strategy = spec.update_strategy
    to_update = pods_to_update(replicas, strategy.type, strategy.partition) if strategy else replicas
    counts = PodCounts(
        wanted=replicas, ready=status.ready_replicas, updated=status.updated_replicas, to_update=to_update
    )
    is_new = status.current_revision != status.update_revision
    return workload_rollout(counts, *(("NewRevision",) if is_new else ()))


def _spec(spec: StatefulSetSpecStruct) -> StatefulSetSpec:
    return StatefulSetSpec(
        replicas=optional_int32(spec.replicas),
        service_name=name(spec.service_name),
        pod_management_policy=name(spec.pod_management_policy),
        update_strategy=update_strategy(spec.update_strategy),
        revision_history_limit=optional_int32(spec.revision_history_limit),
        min_ready_seconds=int32(spec.min_ready_seconds),
        persistent_volume_claim_retention_policy=_retention(spec.persistent_volume_claim_retention_policy),
        selector=label_selector(spec.selector),
        volume_claim_templates=tuple([_claim(item) for item in present(spec.volume_claim_templates)]),
    )


def _retention(policy: RetentionStruct | None) -> PVCRetentionPolicy | None:
    if policy is None:
        return None
    return PVCRetentionPolicy(when_deleted=name(policy.when_deleted), when_scaled=name(policy.when_scaled))


def _claim(claim: ClaimTemplateStruct) -> VolumeClaimTemplate:
    spec = claim.spec or _NO_CLAIM
    requests = (spec.resources.requests if spec.resources else None) or {}
    return VolumeClaimTemplate(
        name=name((claim.metadata or _NO_CLAIM_META).name),
        access_modes=tuple(map(name, texts(spec.access_modes))),
        storage_class=name(spec.storage_class_name),
        storage=quantity("storage", requests.get("storage")),
        selector=labels(spec.selector.match_labels) if spec.selector else EMPTY,
    )


def _status(status: StatefulSetStatusStruct) -> StatefulSetStatus:
    return StatefulSetStatus(
        observed_generation=int64(status.observed_generation or 0),
        replicas=int32(status.replicas),
        ready_replicas=int32(status.ready_replicas),
        current_replicas=int32(status.current_replicas),
        updated_replicas=int32(status.updated_replicas),
        available_replicas=int32(status.available_replicas),
        current_revision=status.current_revision or "",
        update_revision=status.update_revision or "",
        collision_count=optional_int32(status.collision_count),
        conditions=conditions(status.conditions),
    )
