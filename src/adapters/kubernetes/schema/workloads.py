"""Deployments, ReplicaSets, StatefulSets, DaemonSets.

Source: k8s.io/api `apps/v1`.
"""

from adapters.kubernetes.schema.metadata import IntOrString, ObjectMeta, Partial, Quantities, Text, Texts
from adapters.kubernetes.schema.templates import ConditionStruct, PodTemplateStruct, SelectorStruct


class RollingUpdateStruct(Partial, frozen=True):
    """How pods are replaced one after the other."""

    max_unavailable: IntOrString = None
    max_surge: IntOrString = None
    partition: int | None = None


class StrategyStruct(Partial, frozen=True):
    """How pods are replaced."""

    type: Text = None
    rolling_update: RollingUpdateStruct | None = None


class DeploymentSpecStruct(Partial, frozen=True):
    """What a Deployment asks for."""

    replicas: int | None = None
    selector: SelectorStruct | None = None
    template: PodTemplateStruct | None = None
    strategy: StrategyStruct | None = None
    min_ready_seconds: int | None = None
    revision_history_limit: int | None = None
    paused: bool | None = None
    progress_deadline_seconds: int | None = None


class DeploymentStatusStruct(Partial, frozen=True):
    """What became of a Deployment."""

    observed_generation: int | None = None
    replicas: int | None = None
    updated_replicas: int | None = None
    ready_replicas: int | None = None
    available_replicas: int | None = None
    unavailable_replicas: int | None = None
    collision_count: int | None = None
    conditions: list[ConditionStruct | None] | None = None


class DeploymentStruct(Partial, frozen=True):
    """A Deployment."""

    metadata: ObjectMeta | None = None
    spec: DeploymentSpecStruct | None = None
    status: DeploymentStatusStruct | None = None


class ImageOfContainer(Partial, frozen=True):
    """A container of which only the image counts."""

    image: Text = None


class ImagesSpec(Partial, frozen=True):
    """The images of a template."""

    containers: list[ImageOfContainer | None] | None = None


class ImagesTemplate(Partial, frozen=True):
    """A template of which only the images count."""

    spec: ImagesSpec | None = None


class ReplicaSetSpecStruct(Partial, frozen=True):
    """What a ReplicaSet asks for."""

    replicas: int | None = None
    selector: SelectorStruct | None = None
    template: ImagesTemplate | None = None


class ReplicaSetStatusStruct(Partial, frozen=True):
    """What became of a ReplicaSet."""

    ready_replicas: int | None = None
    available_replicas: int | None = None


class ReplicaSetStruct(Partial, frozen=True):
    """A ReplicaSet."""

    metadata: ObjectMeta | None = None
    spec: ReplicaSetSpecStruct | None = None
    status: ReplicaSetStatusStruct | None = None


class RetentionStruct(Partial, frozen=True):
    """What becomes of claims."""

    when_deleted: Text = None
    when_scaled: Text = None


class ClaimResources(Partial, frozen=True):
    """What a claim asks for."""

    requests: Quantities = None


class ClaimTemplateMeta(Partial, frozen=True):
    """Name of a claim."""

    name: Text = None


class ClaimTemplateSpec(Partial, frozen=True):
    """A claim that every pod gets."""

    access_modes: Texts = None
    storage_class_name: Text = None
    resources: ClaimResources | None = None
    selector: SelectorStruct | None = None


class ClaimTemplateStruct(Partial, frozen=True):
    """A claim that every pod gets."""

    metadata: ClaimTemplateMeta | None = None
    spec: ClaimTemplateSpec | None = None


class StatefulSetSpecStruct(Partial, frozen=True):
    """What a StatefulSet asks for."""

    replicas: int | None = None
    selector: SelectorStruct | None = None
    template: PodTemplateStruct | None = None
    volume_claim_templates: list[ClaimTemplateStruct | None] | None = None
    service_name: Text = None
    pod_management_policy: Text = None
    update_strategy: StrategyStruct | None = None
    revision_history_limit: int | None = None
    min_ready_seconds: int | None = None
    persistent_volume_claim_retention_policy: RetentionStruct | None = None


class StatefulSetStatusStruct(Partial, frozen=True):
    """What became of a StatefulSet."""

    observed_generation: int | None = None
    replicas: int | None = None
    ready_replicas: int | None = None
    current_replicas: int | None = None
    updated_replicas: int | None = None
    available_replicas: int | None = None
    current_revision: Text = None
    update_revision: Text = None
    collision_count: int | None = None
    conditions: list[ConditionStruct | None] | None = None


class StatefulSetStruct(Partial, frozen=True):
    """A StatefulSet."""

    metadata: ObjectMeta | None = None
    spec: StatefulSetSpecStruct | None = None
    status: StatefulSetStatusStruct | None = None


class DaemonSetSpecStruct(Partial, frozen=True):
    """What a DaemonSet asks for."""

    selector: SelectorStruct | None = None
    template: PodTemplateStruct | None = None
    update_strategy: StrategyStruct | None = None
    min_ready_seconds: int | None = None
    revision_history_limit: int | None = None


class DaemonSetStatusStruct(Partial, frozen=True):
    """What became of a DaemonSet."""

    observed_generation: int | None = None
    desired_number_scheduled: int | None = None
    current_number_scheduled: int | None = None
    number_ready: int | None = None
    number_available: int | None = None
    number_unavailable: int | None = None
    number_misscheduled: int | None = None
    updated_number_scheduled: int | None = None
    collision_count: int | None = None
    conditions: list[ConditionStruct | None] | None = None


class DaemonSetStruct(Partial, frozen=True):
    """A DaemonSet."""

    metadata: ObjectMeta | None = None
    spec: DaemonSetSpecStruct | None = None
    status: DaemonSetStatusStruct | None = None
