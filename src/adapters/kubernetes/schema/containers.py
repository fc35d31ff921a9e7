"""Containers and what belongs to them, as pods and pod templates declare them.

Left out on purpose: keys of references to Secrets, headers of probes, security contexts.
Source: k8s.io/api `core/v1` Container.
"""

import msgspec

from adapters.kubernetes.schema.metadata import Named, Partial, Quantities, Text, Texts


class ContainerPortStruct(Partial, frozen=True):
    """A port that the container names."""

    name: Text = None
    container_port: int | None = None
    protocol: Text = None
    host_port: int | None = None


class FieldRef(Partial, frozen=True):
    """A field of the pod."""

    field_path: Text = None


class ResourceFieldRef(Partial, frozen=True):
    """A resource of a container."""

    resource: Text = None


class EnvSource(Partial, frozen=True):
    """Where the value of a variable comes from; of Secrets and ConfigMaps the name, never the key."""

    config_map_key_ref: Named | None = None
    secret_key_ref: Named | None = None
    field_ref: FieldRef | None = None
    resource_field_ref: ResourceFieldRef | None = None


class EnvVarStruct(Partial, frozen=True):
    """An environment variable."""

    name: Text = None
    value: Text = None
    value_from: EnvSource | None = None


class VolumeMountStruct(Partial, frozen=True):
    """Where a volume is seen."""

    name: Text = None
    mount_path: Text = None
    sub_path: Text = None
    read_only: bool | None = None


class Resources(Partial, frozen=True):
    """Requests and limits."""

    requests: Quantities = None
    limits: Quantities = None


class HttpGetAction(Partial, frozen=True):
    """A probe over HTTP."""

    path: Text = None
    port: int | str | None = None


class TcpSocketAction(Partial, frozen=True):
    """A probe that connects."""

    port: int | str | None = None


class ExecAction(Partial, frozen=True):
    """A probe that runs a command."""

    command: Texts = None


class GrpcAction(Partial, frozen=True):
    """A probe by the gRPC health protocol."""

    port: int | None = None


class ProbeStruct(Partial, frozen=True):
    """A health check."""

    http_get: HttpGetAction | None = None
    tcp_socket: TcpSocketAction | None = None
    exec_: ExecAction | None = msgspec.field(default=None, name="exec")
    grpc: GrpcAction | None = None
    initial_delay_seconds: int | None = None
    period_seconds: int | None = None
    timeout_seconds: int | None = None
    success_threshold: int | None = None
    failure_threshold: int | None = None


class ContainerStruct(Partial, frozen=True):
    """A container."""

    name: Text = None
    image: Text = None
    image_pull_policy: Text = None
    command: Texts = None
    args: Texts = None
    working_dir: Text = None
    ports: list[ContainerPortStruct | None] | None = None
    env: list[EnvVarStruct | None] | None = None
    volume_mounts: list[VolumeMountStruct | None] | None = None
    resources: Resources | None = None
    liveness_probe: ProbeStruct | None = None
    readiness_probe: ProbeStruct | None = None
    startup_probe: ProbeStruct | None = None
    restart_policy: Text = None
    """Only init containers have one; `Always` makes a native sidecar."""
