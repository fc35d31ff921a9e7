"""Changes the image of one container as `kubectl set image` does."""

from collections.abc import Iterator
from typing import Any, Final

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.errors import capped
from adapters.kubernetes.operations.addressing import Address
from adapters.kubernetes.operations.conflicts import retried
from adapters.kubernetes.operations.templates import (
    Workload,
    containers_of,
    owners_of_image,
    patch_workload,
    pod_spec_path,
    read_workload,
    why_not_followed,
)
from domain.commands.images import ContainerImage, container_to_change
from domain.commands.workload_requests import UpdateImageRequest
from domain.commands.workload_results import UpdateImageResult
from ports.clock import Clock

_RECONCILERS: Final = frozenset(
    {
        "argocd-application-controller",
        "argocd-controller",
        "fleetagent",
        "helm-controller",
        "kustomize-controller",
    }
)
"""Managers that write their state again and again, also where they do not use server-side apply.

Source: field managers of Argo CD, Flux and Fleet."""
_APPLY: Final = "Apply"


class Imaging:
    """Sets images."""

    def __init__(self, connection: KubernetesConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def update_image(self, address: Address, request: UpdateImageRequest) -> UpdateImageResult:
        """As the port promises."""

        async def attempt() -> UpdateImageResult:
            workload = await read_workload(self._connection, address)
            container = container_to_change(containers_of(workload, address.resource.kind), request.container)
            if container.image != request.image:
                change = _change(address.resource.kind, container, request.image)
                await patch_workload(self._connection, address, workload, change)
            return UpdateImageResult(
                container=container.name,
                previous_image=container.image,
                image=request.image,
                warnings=tuple(_warnings(workload, address, container)),
            )

        return await retried(self._clock, attempt)


def _change(kind: str, container: ContainerImage, image: str) -> dict[str, Any]:
    """A strategic merge patch: lists of containers are merged by name."""
    list_name = "initContainers" if container.is_init else "containers"
    change: dict[str, Any] = {list_name: [{"name": container.name, "image": image}]}
    for segment in reversed(pod_spec_path(kind)):
        change = {segment: change}
    return change


def _warnings(workload: Workload, address: Address, container: ContainerImage) -> Iterator[str]:
    for entry in owners_of_image(workload, address.resource.kind, container):
        manager = capped(entry.manager or "")
        if entry.operation == _APPLY or manager in _RECONCILERS:
            yield f"{manager} manages the image of container {container.name} and may set it back"
    if workload.spec.paused:
        yield "its rollout is paused: pods stay as they are until it is resumed"
    yield from why_not_followed(workload)
    if address.resource.kind == "Pod":
        for owner in workload.metadata.owner_references or ():
            if owner is not None and owner.controller:
                yield f"the pod belongs to {owner.kind or ''} {owner.name or ''}: the next one has the old image again"
