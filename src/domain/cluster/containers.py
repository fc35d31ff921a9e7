"""Containers as pods and pod templates declare them.

Source: wire contract 2.4.2. Quantities are canonical text (`domain.cluster.quantities`); environment values and
arguments are already redacted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.cluster.metadata import empty_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerPort:
    """A port that a container says it listens on."""

    name: str = ""
    container_port: int
    protocol: str = ""
    host_port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvVar:
    """An environment variable: a redacted literal, or where the value comes from."""

    name: str
    value: str = ""
    value_from: str = ""
    """`configmap:<name>`, `secret:<name>`, `field:<path>` or `resource:<resource>`; never a key or value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeMount:
    """Where a container sees a volume."""

    name: str
    mount_path: str
    sub_path: str = ""
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A health check."""

    type: str
    """`httpGet`, `tcpSocket`, `exec` or `grpc`."""
    path: str = ""
    port: int = 0
    """Number of the port; a named port is resolved against the container's own ports, 0 when it names none."""
    command: str = ""
    """Arguments of an exec probe joined with single spaces."""
    initial_delay_seconds: int = 0
    period_seconds: int = 0
    timeout_seconds: int = 0
    success_threshold: int = 0
    failure_threshold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container as declared."""

    name: str
    image: str
    image_pull_policy: str = ""
    ports: tuple[ContainerPort, ...] = ()
    envs: tuple[EnvVar, ...] = ()
    volume_mounts: tuple[VolumeMount, ...] = ()
    requests: Mapping[str, str] = field(default_factory=empty_mapping)
    limits: Mapping[str, str] = field(default_factory=empty_mapping)
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    working_dir: str = ""
