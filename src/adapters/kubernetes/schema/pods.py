"""Pods.

Source: k8s.io/api `core/v1` Pod.
"""

import msgspec

from adapters.kubernetes.schema.containers import ContainerStruct
from adapters.kubernetes.schema.metadata import Marker, Named, ObjectMeta, Partial, Text, TextMap


class SecretVolume(Partial, frozen=True):
    """A volume made of a Secret: its name."""

    secret_name: Text = None


class ClaimVolume(Partial, frozen=True):
    """A volume made of a claim."""

    claim_name: Text = None


class HostPathVolume(Partial, frozen=True):
    """A directory of the node."""

    path: Text = None


class VolumeStruct(Partial, frozen=True):
    """A volume: what it is made of, not what it holds."""

    name: Text = None
    config_map: Named | None = None
    secret: SecretVolume | None = None
    empty_dir: Marker | None = None
    persistent_volume_claim: ClaimVolume | None = None
    host_path: HostPathVolume | None = None
    projected: Marker | None = None
    downward_api: Marker | None = msgspec.field(default=None, name="downwardAPI")


class TolerationStruct(Partial, frozen=True):
    """A taint that the pod accepts."""

    key: Text = None
    operator: Text = None
    value: Text = None
    effect: Text = None
    toleration_seconds: int | None = None


class AffinityRules(Partial, frozen=True):
    """One block of affinity: whether it requires, whether it prefers."""

    required: Marker | list[Marker | None] | None = msgspec.field(
        default=None, name="requiredDuringSchedulingIgnoredDuringExecution"
    )
    preferred: list[Marker | None] | None = msgspec.field(
        default=None, name="preferredDuringSchedulingIgnoredDuringExecution"
    )


class AffinityStruct(Partial, frozen=True):
    """The blocks of affinity."""

    node_affinity: AffinityRules | None = None
    pod_affinity: AffinityRules | None = None
    pod_anti_affinity: AffinityRules | None = None


class PodSpecStruct(Partial, frozen=True):
    """What the pod asks for."""

    node_name: Text = None
    restart_policy: Text = None
    service_account_name: Text = None
    node_selector: TextMap = None
    tolerations: list[TolerationStruct | None] | None = None
    affinity: AffinityStruct | None = None
    dns_policy: Text = None
    host_network: bool | None = None
    runtime_class_name: Text = None
    priority_class_name: Text = None
    termination_grace_period_seconds: int | None = None
    image_pull_secrets: list[Named | None] | None = None
    containers: list[ContainerStruct | None] | None = None
    init_containers: list[ContainerStruct | None] | None = None
    volumes: list[VolumeStruct | None] | None = None


class Waiting(Partial, frozen=True):
    """A container that has not started."""

    reason: Text = None
    message: Text = None


class Terminated(Partial, frozen=True):
    """A container that has ended."""

    exit_code: int | None = None
    signal: int | None = None
    reason: Text = None
    message: Text = None
    finished_at: Text = None


class ContainerState(Partial, frozen=True):
    """At most one of the three is set."""

    running: Marker | None = None
    waiting: Waiting | None = None
    terminated: Terminated | None = None


class ContainerStatusStruct(Partial, frozen=True):
    """What became of a container."""

    name: Text = None
    image: Text = None
    ready: bool | None = None
    started: bool | None = None
    restart_count: int | None = None
    state: ContainerState | None = None
    last_state: ContainerState | None = None


class PodConditionStruct(Partial, frozen=True):
    """A condition of a pod."""

    type: Text = None
    status: Text = None
    reason: Text = None
    message: Text = None
    last_transition_time: Text = None


class PodIP(Partial, frozen=True):
    """One address."""

    ip: Text = None


class PodStatusStruct(Partial, frozen=True):
    """What became of the pod."""

    phase: Text = None
    reason: Text = None
    message: Text = None
    qos_class: Text = None
    pod_ip: Text = msgspec.field(default=None, name="podIP")
    pod_ips: list[PodIP | None] | None = msgspec.field(default=None, name="podIPs")
    host_ip: Text = msgspec.field(default=None, name="hostIP")
    conditions: list[PodConditionStruct | None] | None = None
    init_container_statuses: list[ContainerStatusStruct | None] | None = None
    container_statuses: list[ContainerStatusStruct | None] | None = None


class PodStruct(Partial, frozen=True):
    """A pod."""

    metadata: ObjectMeta | None = None
    spec: PodSpecStruct | None = None
    status: PodStatusStruct | None = None
