"""Deployments, ReplicaSets, StatefulSets and DaemonSets as a reader sees them.

Phases and badges of rollouts follow from the status as for real ones (`domain.cluster.rollouts`).
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from adapters.memory.world.blueprints import WorkloadPlan
from adapters.memory.world.deployments import HISTORY_LIMIT
from adapters.memory.world.owned import SimReplicaSet
from adapters.memory.world.rollout_progress import DEADLINE_SECONDS
from adapters.memory.world.state import SimWorkload, World
from domain.cluster.daemon_sets import DaemonSet, DaemonSetSpec, DaemonSetStatus, DaemonSetSummary
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
from domain.cluster.rollouts import PodCounts, deployment_rollout, pods_to_update, workload_rollout
from domain.cluster.stateful_sets import (
    PVCRetentionPolicy,
    StatefulSet,
    StatefulSetSpec,
    StatefulSetStatus,
    StatefulSetSummary,
    VolumeClaimTemplate,
)
from domain.cluster.templates import LabelSelector, PodTemplate, UpdateStrategy
from domain.redaction import annotations

_QUARTER: Final = "25%"
_ROLLING: Final = "RollingUpdate"


def template_of(
    plan: WorkloadPlan, images: tuple[str, ...], more_annotations: Mapping[str, str] = MappingProxyType({})
) -> PodTemplate:
    """The pods that a workload makes, with the images of a revision and what somebody added to the annotations."""
    spec = plan.spec
    return PodTemplate(
        labels=plan.labels,
        annotations=annotations({**plan.annotations, **more_annotations}),
        containers=tuple(
            replace(container.container, image=image) for container, image in zip(plan.containers, images, strict=True)
        ),
        volumes=tuple(volume for volume in plan.volumes if volume.name not in _own_claims(plan)),
        service_account_name=spec.service_account_name,
        node_selector=spec.node_selector,
        tolerations=spec.tolerations,
        affinity=spec.affinity,
        runtime_class_name=spec.runtime_class_name,
        image_pull_secrets=spec.image_pull_secrets,
        host_network=spec.host_network,
        dns_policy=spec.dns_policy,
    )


def view_deployment(_world: World, workload: SimWorkload) -> Deployment:
    """The Deployment now."""
    plan, counts = workload.plan, workload.counts
    spec = DeploymentSpec(
        replicas=workload.desired,
        selector=_selector(plan),
        strategy=DeploymentStrategy(
            type=_ROLLING, rolling_update=RollingUpdateStrategy(max_unavailable=_QUARTER, max_surge=_QUARTER)
        ),
        revision_history_limit=HISTORY_LIMIT,
        progress_deadline_seconds=int(DEADLINE_SECONDS),
    )
    status = DeploymentStatus(
        observed_generation=workload.observed_generation,
        replicas=counts.made,
        updated_replicas=counts.updated,
        ready_replicas=counts.ready,
        available_replicas=counts.ready,
        unavailable_replicas=max(0, counts.wanted - counts.ready),
        conditions=tuple(
            DeploymentCondition(
                type=kind,
                status=condition.status,
                reason=condition.reason,
                message=condition.message,
                last_update_time=condition.updated_at,
                last_transition_time=condition.since,
            )
            for kind, condition in workload.conditions.items()
        ),
    )
    current = workload.replica_sets.get(workload.revision)
    numbers = [found.number for found in workload.replica_sets.values()]
    return Deployment(
        summary=DeploymentSummary(
            name=plan.name,
            namespace=plan.namespace,
            created_at=workload.created_at,
            strategy=_ROLLING,
            replicas=workload.desired,
            updated=status.updated_replicas,
            ready=status.ready_replicas,
            available=status.available_replicas,
            unavailable=status.unavailable_replicas,
            selector=_selector(plan).as_text(),
        ),
        spec=spec,
        template=template_of(plan, workload.images, workload.annotations),
        status=status,
        rollout=deployment_rollout(spec, status, generation=workload.generation, is_paused=False),
        labels=plan.labels,
        annotations={"deployment.kubernetes.io/revision": str(current.number if current else max(numbers, default=0))},
    )


def view_replica_set(_world: World, found: SimReplicaSet) -> ReplicaSet:
    """The ReplicaSet now."""
    labels = {**found.plan.labels, "pod-template-hash": found.revision}
    return ReplicaSet(
        uid=found.uid,
        name=found.name,
        namespace=found.plan.namespace,
        owner_kind="" if found.is_orphan else "Deployment",
        owner_name="" if found.is_orphan else found.plan.name,
        labels=labels,
        created_at=found.created_at,
        replicas=found.desired,
        ready_replicas=found.ready,
        available_replicas=found.ready,
        selector={**_selector(found.plan).match_labels, "pod-template-hash": found.revision},
        revision=str(found.number),
        image=found.images[0],
    )


def view_stateful_set(_world: World, workload: SimWorkload) -> StatefulSet:
    """The StatefulSet now."""
    plan, counts = workload.plan, workload.counts
    settled = workload.settled_revision or workload.revision
    strategy = UpdateStrategy(type=_ROLLING, partition=0)
    wanted = PodCounts(
        wanted=workload.desired,
        ready=counts.ready,
        updated=counts.updated,
        to_update=pods_to_update(workload.desired, strategy.type, strategy.partition),
    )
    return StatefulSet(
        summary=StatefulSetSummary(
            name=plan.name,
            namespace=plan.namespace,
            created_at=workload.created_at,
            replicas=workload.desired,
            ready=counts.ready,
            current=_current(workload),
            updated=counts.updated,
            available=counts.ready,
            service_name=plan.serves,
            selector=_selector(plan).as_text(),
        ),
        spec=StatefulSetSpec(
            replicas=workload.desired,
            service_name=plan.serves,
            pod_management_policy="OrderedReady",
            update_strategy=strategy,
            revision_history_limit=HISTORY_LIMIT,
            persistent_volume_claim_retention_policy=PVCRetentionPolicy(when_deleted="Retain", when_scaled="Retain"),
            selector=_selector(plan),
            volume_claim_templates=tuple(
                VolumeClaimTemplate(
                    name=claim.name,
                    access_modes=("ReadWriteOnce",),
                    storage_class=claim.storage_class,
                    storage=claim.storage,
                )
                for claim in plan.claims
            ),
        ),
        template=template_of(plan, workload.images, workload.annotations),
        status=StatefulSetStatus(
            observed_generation=workload.observed_generation,
            replicas=counts.made,
            ready_replicas=counts.ready,
            current_replicas=_current(workload),
            updated_replicas=counts.updated,
            available_replicas=counts.ready,
            current_revision=f"{plan.name}-{settled}",
            update_revision=f"{plan.name}-{workload.revision}",
        ),
        rollout=workload_rollout(wanted),
        labels=plan.labels,
    )


def view_daemon_set(_world: World, workload: SimWorkload) -> DaemonSet:
    """The DaemonSet now."""
    plan, counts = workload.plan, workload.counts
    unavailable = counts.wanted - counts.ready
    strategy = UpdateStrategy(type=_ROLLING, max_unavailable="1", max_surge="0")
    wanted = PodCounts(
        wanted=counts.wanted,
        ready=counts.ready,
        updated=counts.updated,
        to_update=pods_to_update(counts.wanted, strategy.type),
    )
    return DaemonSet(
        summary=DaemonSetSummary(
            name=plan.name,
            namespace=plan.namespace,
            created_at=workload.created_at,
            desired_number_scheduled=counts.wanted,
            current_number_scheduled=counts.made,
            number_ready=counts.ready,
            number_available=counts.ready,
            number_unavailable=unavailable,
            number_misscheduled=0,
            updated_number_scheduled=counts.updated,
            selector=_selector(plan).as_text(),
        ),
        spec=DaemonSetSpec(update_strategy=strategy, revision_history_limit=HISTORY_LIMIT, selector=_selector(plan)),
        template=template_of(plan, workload.images, workload.annotations),
        status=DaemonSetStatus(
            observed_generation=workload.observed_generation,
            desired_number_scheduled=counts.wanted,
            current_number_scheduled=counts.made,
            number_ready=counts.ready,
            number_available=counts.ready,
            number_unavailable=unavailable,
            number_misscheduled=0,
            updated_number_scheduled=counts.updated,
        ),
        rollout=workload_rollout(wanted, *(("Unavailable",) if unavailable else ())),
        labels=plan.labels,
        annotations={"deprecated.daemonset.template.generation": str(workload.template_generation)},
    )


def _current(workload: SimWorkload) -> int:
    """Pods of a StatefulSet that have the template from before the rollout; all of them while there is none."""
    counts = workload.counts
    is_settled = workload.settled_revision in {"", workload.revision}
    return counts.made if is_settled else counts.made - counts.updated


def _selector(plan: WorkloadPlan) -> LabelSelector:
    """By the one label that names the application, as charts write it."""
    key, value = next(iter(plan.labels.items()))
    return LabelSelector(match_labels={key: value})


def _own_claims(plan: WorkloadPlan) -> set[str]:
    """Volumes that the controller adds to each pod, so that the template has none of them."""
    return {claim.name for claim in plan.claims}
