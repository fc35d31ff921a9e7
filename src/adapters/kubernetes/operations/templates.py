"""Workloads as the commands `restart` and `update_image` read them: the pod template, and what decides about it.

Source: apps/v1, batch/v1 CronJob, core/v1 Pod; meta/v1 ManagedFieldsEntry and FieldsV1.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.operations.addressing import Address
from adapters.kubernetes.schema.metadata import IntOrString, OwnerReference, Partial, Text, TextMap
from domain.commands.images import ContainerImage
from ports.errors import UnexpectedAnswer

STRATEGIC_MERGE_PATCH: Final = "application/strategic-merge-patch+json"


class ManagedFields(Partial, frozen=True):
    """Which fields somebody wrote last."""

    manager: Text = None
    operation: Text = None
    subresource: Text = None
    fields: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="fieldsV1")
    """A tree of `f:NAME` and `k:{"name":"NAME"}`; empty bytes where there is none."""


class Container(Partial, frozen=True):
    """A container of a template."""

    name: Text = None
    image: Text = None


class PodSpec(Partial, frozen=True):
    """What the pods consist of."""

    containers: list[Container | None] | None = None
    init_containers: list[Container | None] | None = None


class TemplateMeta(Partial, frozen=True):
    """Metadata that pods will have."""

    annotations: TextMap = None


class Template(Partial, frozen=True):
    """What pods are made from."""

    metadata: TemplateMeta | None = None
    spec: PodSpec | None = None


class JobSpec(Partial, frozen=True):
    """What a job consists of."""

    template: Template | None = None


class JobTemplate(Partial, frozen=True):
    """What jobs are made from."""

    spec: JobSpec | None = None


class RollingUpdate(Partial, frozen=True):
    """How far a rollout goes."""

    partition: IntOrString = None


class Strategy(Partial, frozen=True):
    """Whether pods follow the template by themselves."""

    type: Text = None
    rolling_update: RollingUpdate | None = None


class Spec(PodSpec, frozen=True):
    """The specs of all kinds that have pods: each has some of these."""

    paused: bool | None = None
    template: Template | None = None
    job_template: JobTemplate | None = None
    update_strategy: Strategy | None = None


class Metadata(Partial, frozen=True):
    """What identifies the object, and who writes it."""

    uid: Text = None
    resource_version: Text = None
    owner_references: list[OwnerReference | None] | None = None
    managed_fields: list[ManagedFields | None] | None = None


class Workload(Partial, frozen=True):
    """Anything that has pods, or is one."""

    metadata: Metadata = msgspec.field(default_factory=Metadata)
    spec: Spec = msgspec.field(default_factory=Spec)


_WORKLOAD: Final = msgspec.json.Decoder(Workload)
_FIELDS: Final = msgspec.json.Decoder(dict[str, Any])

_POD_SPEC_PATHS: Final = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
_USUAL_POD_SPEC_PATH: Final = ("spec", "template", "spec")


async def read_workload(connection: KubernetesConnection, address: Address) -> Workload:
    """The object as it is now.

    Raises:
        PortError: as `errors` maps it.
    """
    body = await connection.get(address.path, operation=address.operation, resource=address.resource.plural)
    try:
        return decoded(_WORKLOAD, body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(address.operation, f"the answer is no {address.resource.kind}") from error


async def patch_workload(
    connection: KubernetesConnection, address: Address, seen: Workload, change: dict[str, Any]
) -> None:
    """Write a change, on condition that the object is still the version that was read.

    Raises:
        Conflict: it is not.
        PortError: as `errors` maps it.
    """
    # A resource version belongs to one object only, so it stands for the UID as well.
    patch = {"metadata": {"resourceVersion": seen.metadata.resource_version}, **change}
    await connection.send(
        "PATCH",
        address.path,
        msgspec.json.encode(patch),
        content_type=STRATEGIC_MERGE_PATCH,
        operation=address.operation,
        resource=address.resource.plural,
    )


def pod_spec_path(kind: str) -> tuple[str, ...]:
    """Where in an object of this kind its pods are described."""
    return _POD_SPEC_PATHS.get(kind, _USUAL_POD_SPEC_PATH)


def containers_of(workload: Workload, kind: str) -> list[ContainerImage]:
    """Containers, then init containers."""
    pod_spec: PodSpec | None = workload.spec
    if kind != "Pod":
        job = workload.spec.job_template.spec if workload.spec.job_template is not None else None
        template = (job.template if job is not None else None) if kind == "CronJob" else workload.spec.template
        pod_spec = template.spec if template is not None else None
    if pod_spec is None:
        return []
    return [
        ContainerImage(name=one.name or "", image=one.image or "", is_init=is_init)
        for is_init, group in ((False, pod_spec.containers), (True, pod_spec.init_containers))
        for one in group or ()
        if one is not None
    ]


def restarted_at(workload: Workload, annotation: str) -> str:
    """Value of a template's annotation; empty where there is none."""
    template = workload.spec.template
    metadata = template.metadata if template is not None else None
    return ((metadata.annotations if metadata is not None else None) or {}).get(annotation) or ""


def why_not_followed(workload: Workload) -> Iterator[str]:
    """Why pods do not, or not all, follow a new template."""
    strategy = workload.spec.update_strategy
    if strategy is None:
        return
    if strategy.type == "OnDelete":
        yield "its update strategy is OnDelete: pods stay as they are until somebody deletes them"
    partition = strategy.rolling_update.partition if strategy.rolling_update is not None else None
    if strategy.type != "OnDelete" and partition:
        yield f"its update has partition {partition}: pods with a lower ordinal stay as they are"


def owners_of_image(workload: Workload, kind: str, container: ContainerImage) -> Iterator[ManagedFields]:
    """Who owns the image's field, by what the API server keeps about writers."""
    list_name = "initContainers" if container.is_init else "containers"
    key = f"k:{msgspec.json.encode({'name': container.name}).decode()}"
    path = [f"f:{segment}" for segment in (*pod_spec_path(kind), list_name)] + [key, "f:image"]
    for entry in workload.metadata.managed_fields or ():
        if entry is not None and not entry.subresource and _holds(entry.fields, path):
            yield entry


def _holds(raw: msgspec.Raw, path: list[str]) -> bool:
    try:
        fields: Any = decoded(_FIELDS, raw)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    for segment in path:
        fields = fields.get(segment) if isinstance(fields, dict) else None
    return fields is not None
