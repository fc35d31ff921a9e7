"""Deployments and ReplicaSets.

Source: wire contract 2.4.5.
"""

from typing import Final

from adapters.kubernetes.mappers.metadata import NO_META, annotations, common_meta, owner
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.mappers.scalars import instant, int32, int64, int_or_string, optional_int32, present
from adapters.kubernetes.mappers.sharing import labels, name
from adapters.kubernetes.mappers.templates import label_selector, pod_template
from adapters.kubernetes.schema.metadata import ObjectMeta
from adapters.kubernetes.schema.templates import ConditionStruct
from adapters.kubernetes.schema.workloads import (
    DeploymentSpecStruct,
    DeploymentStatusStruct,
    DeploymentStruct,
    ImageOfContainer,
    ImagesTemplate,
    ReplicaSetSpecStruct,
    ReplicaSetStatusStruct,
    ReplicaSetStruct,
    StrategyStruct,
)
from domain.cluster.deployments import (
    Deployment,
    DeploymentCondition,
    DeploymentSpec,
    DeploymentStatus,
    DeploymentStrategy,
    DeploymentSummary,
    ReplicaSet,
    RollingUpdateStrategy,
)
from domain.cluster.metadata import EMPTY
from domain.cluster.rollouts import deployment_rollout
from domain.redaction import scrub

_REVISION: Final = "deployment.kubernetes.io/revision"
_NO_SPEC: Final = DeploymentSpecStruct()
_NO_STATUS: Final = DeploymentStatusStruct()
_NO_STRATEGY: Final = StrategyStruct()
_NO_SET_SPEC: Final = ReplicaSetSpecStruct()
_NO_SET_STATUS: Final = ReplicaSetStatusStruct()
_NO_CONTAINER: Final = ImageOfContainer()


def to_deployment(deployment: DeploymentStruct, options: MappingOptions) -> Deployment:
    """The Deployment as the domain knows it."""
    meta = deployment.metadata or NO_META
    spec = _spec(deployment.spec or _NO_SPEC)
    status = _status(deployment.status or _NO_STATUS)
    is_paused = bool((deployment.spec or _NO_SPEC).paused)
    return Deployment(
        summary=_summary(meta, spec, status, is_paused=is_paused),
        spec=spec,
        template=pod_template((deployment.spec or _NO_SPEC).template, options),
        status=status,
        rollout=deployment_rollout(spec, status, generation=meta.generation or 0, is_paused=is_paused),
        annotations=annotations(meta.annotations),
        labels=labels(meta.labels),
    )


def _summary(meta: ObjectMeta, spec: DeploymentSpec, status: DeploymentStatus, *, is_paused: bool) -> DeploymentSummary:
    return DeploymentSummary(
        name=meta.name or "",
        namespace=name(meta.namespace),
        created_at=instant(meta.creation_timestamp),
        strategy=spec.strategy.type if spec.strategy else "",
        replicas=spec.replicas or 0,
        updated=status.updated_replicas,
        ready=status.ready_replicas,
        available=status.available_replicas,
        unavailable=status.unavailable_replicas,
        paused=is_paused,
        selector=spec.selector.as_text() if spec.selector else "",
    )


def _spec(spec: DeploymentSpecStruct) -> DeploymentSpec:
    return DeploymentSpec(
        replicas=optional_int32(spec.replicas),
        selector=label_selector(spec.selector),
        strategy=_strategy(spec.strategy or _NO_STRATEGY),
        min_ready_seconds=int32(spec.min_ready_seconds),
        revision_history_limit=optional_int32(spec.revision_history_limit),
        progress_deadline_seconds=optional_int32(spec.progress_deadline_seconds),
    )


def _strategy(strategy: StrategyStruct) -> DeploymentStrategy:
    rolling = strategy.rolling_update
    return DeploymentStrategy(
        type=name(strategy.type),
        rolling_update=None
        if rolling is None
        else RollingUpdateStrategy(
            max_unavailable=int_or_string(rolling.max_unavailable), max_surge=int_or_string(rolling.max_surge)
        ),
    )


def _status(status: DeploymentStatusStruct) -> DeploymentStatus:
    return DeploymentStatus(
        observed_generation=int64(status.observed_generation or 0),
        replicas=int32(status.replicas),
        updated_replicas=int32(status.updated_replicas),
        ready_replicas=int32(status.ready_replicas),
        available_replicas=int32(status.available_replicas),
        unavailable_replicas=int32(status.unavailable_replicas),
        collision_count=optional_int32(status.collision_count),
        conditions=tuple([_condition(item) for item in present(status.conditions)]),
    )


def _condition(item: ConditionStruct) -> DeploymentCondition:
    return DeploymentCondition(
        type=name(item.type),
        status=name(item.status),
        reason=name(item.reason),
        message=scrub(item.message) if item.message else "",
        last_update_time=instant(item.last_update_time),
        last_transition_time=instant(item.last_transition_time),
    )


def to_replica_set(replica_set: ReplicaSetStruct, _options: MappingOptions) -> ReplicaSet:
    """The ReplicaSet as the domain knows it."""
    meta = replica_set.metadata or NO_META
    spec = replica_set.spec or _NO_SET_SPEC
    status = replica_set.status or _NO_SET_STATUS
    return ReplicaSet(
        **common_meta(meta),
        **owner(meta),
        replicas=1 if spec.replicas is None else int32(spec.replicas),
        ready_replicas=int32(status.ready_replicas),
        available_replicas=int32(status.available_replicas),
        selector=labels(spec.selector.match_labels) if spec.selector else EMPTY,
        revision=_revision(meta),
        image=_first_image(spec.template),
    )


def _revision(meta: ObjectMeta) -> str:
    """A number; an annotation can be anything, and this one is not redacted."""
    text = (meta.annotations or {}).get(_REVISION) or ""
    return text if text.isascii() and text.isdecimal() else ""


def _first_image(template: ImagesTemplate | None) -> str:
    if template is None or template.spec is None:
        return ""
    return name(next(present(template.spec.containers), _NO_CONTAINER).image)
