"""The port WorkloadOperator in the simulated cluster: it obeys, and its controllers do the rest."""

from datetime import UTC, datetime
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.cluster import InMemoryCluster
from adapters.memory.deletable import Deletable, find_deletable
from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.changes import (
    annotate_template,
    images_of,
    images_of_pod,
    set_image,
    set_image_of_pod,
    set_replicas,
    set_replicas_of_set,
)
from adapters.memory.world.state import SimWorkload
from domain.cluster.kinds import Kind
from domain.cluster.resource_types import ResourceType
from domain.commands.images import container_to_change
from domain.commands.target import Target
from domain.commands.workload_requests import DeletionOptions, Propagation, ScaleRequest, UpdateImageRequest
from domain.commands.workload_results import (
    DeleteResult,
    DeletionState,
    RestartResult,
    ScaleResult,
    UpdateImageResult,
)
from ports.errors import Conflict, NotFound
from ports.workloads import WorkloadOperator

_FINALIZERS: Final = {
    Propagation.BACKGROUND: (),
    Propagation.FOREGROUND: ("foregroundDeletion",),
    Propagation.ORPHAN: ("orphan",),
}
"""What the API server adds, and its garbage collector takes away."""
RESTARTED_AT: Final = "kubectl.kubernetes.io/restartedAt"


class InMemoryWorkloadOperator(WorkloadOperator):
    """Changes the simulated cluster."""

    def __init__(self, cluster: InMemoryCluster) -> None:
        self._cluster = cluster
        self._world = cluster.world

    @override
    async def scale(self, resource: ResourceType, request: ScaleRequest) -> ScaleResult:
        await checkpoint()
        self._cluster.meet("scale")
        target, operation = request.target, f"scale {request.target}"
        found = self._world.replica_sets.get((target.namespace, target.name))
        is_set = resource.kind == Kind.REPLICA_SET.value
        owner = found.plan.name if is_set and found is not None else target.name
        kind = WorkloadKind.DEPLOYMENT.value if is_set else resource.kind
        if is_set and found is None:
            raise _not_found(operation, resource, target)
        workload = self._workload(operation, kind, target.namespace, owner)
        previous = found.desired if is_set and found is not None else workload.desired
        _require(request, operation, previous, str(workload.resource_version))
        if request.replicas != previous:
            if is_set and found is not None:
                set_replicas_of_set(self._world, workload, found, request.replicas)
            else:
                set_replicas(self._world, workload, request.replicas)
            self._cluster.note_change(workload)
        warnings = [f"{resource.kind} is controlled by Deployment {owner}, which may override this number"] * is_set
        warnings += _autoscaler_warnings(workload, request.replicas)
        return ScaleResult(previous_replicas=previous, replicas=request.replicas, warnings=tuple(warnings))

    @override
    async def restart(self, resource: ResourceType, target: Target, asked_at: datetime) -> RestartResult:
        await checkpoint()
        self._cluster.meet("restart")
        workload = self._workload(f"restart {target}", resource.kind, target.namespace, target.name)
        stamp = asked_at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
        changed = annotate_template(self._world, workload, RESTARTED_AT, stamp)
        if changed:
            self._cluster.note_change(workload)
        return RestartResult(restarted_at=stamp, changed=changed)

    @override
    async def update_image(self, resource: ResourceType, request: UpdateImageRequest) -> UpdateImageResult:
        await checkpoint()
        self._cluster.meet("update_image")
        target, operation = request.target, f"set the image of {request.target}"
        warnings: tuple[str, ...] = ()
        if resource.kind == Kind.POD.value:
            pod = self._world.pods.get((target.namespace, target.name))
            if pod is None:
                raise _not_found(operation, resource, target)
            container = container_to_change(images_of_pod(pod), request.container)
            if container.image != request.image:
                set_image_of_pod(self._world, pod, container, request.image)
                self._cluster.note_change(pod.workload)
            if pod.owner_kind:
                warnings = (
                    f"the pod belongs to {pod.owner_kind} {pod.owner_name}: the next one has the old image again",
                )
        else:
            workload = self._workload(operation, resource.kind, target.namespace, target.name)
            container = container_to_change(images_of(workload), request.container)
            if container.image != request.image:
                set_image(self._world, workload, container, request.image)
                self._cluster.note_change(workload)
        return UpdateImageResult(
            container=container.name, previous_image=container.image, image=request.image, warnings=warnings
        )

    @override
    async def delete(self, resource: ResourceType, target: Target, options: DeletionOptions) -> DeleteResult:
        await checkpoint()
        self._cluster.meet("delete")
        operation = f"delete {target}"
        kinds = {kind.value: kind for kind in Kind}
        key = (target.namespace, target.name)
        found = find_deletable(self._world, kinds[resource.kind], key) if resource.kind in kinds else None
        if found is None:
            raise _not_found(operation, resource, target)
        for field, wanted, is_now in (
            ("uid", options.uid, found.uid),
            ("resourceVersion", options.resource_version, found.resource_version),
        ):
            if wanted and wanted != is_now:
                raise Conflict(operation, f"its {field} is {is_now}, not {wanted}")
        if not options.dry_run:
            found.remove(options)
            self._cluster.changes += 1
        return _deleted(resource, options, found)

    def _workload(self, operation: str, kind: str, namespace: str, name: str) -> SimWorkload:
        found = self._world.workloads.get((kind, namespace, name))
        if found is None:
            raise NotFound(operation, f"there is no {kind} {namespace}/{name}")
        return found


def _deleted(resource: ResourceType, options: DeletionOptions, found: Deletable) -> DeleteResult:
    finalizers = _FINALIZERS[options.propagation]
    own_seconds = found.grace_seconds
    grace_seconds = own_seconds if own_seconds is None or options.grace_seconds is None else options.grace_seconds
    is_terminating = bool(finalizers) or bool(grace_seconds)
    if options.dry_run:
        state = DeletionState.DRY_RUN
    else:
        state = DeletionState.TERMINATING if is_terminating else DeletionState.DELETED
    warnings = ["it was terminating already"] * found.is_terminating
    if resource.kind == Kind.POD.value and not found.is_owned:
        warnings.append("no controller makes it again")
    return DeleteResult(
        state=state,
        uid=found.uid,
        finalizers=finalizers,
        grace_period_seconds=grace_seconds if is_terminating else None,
        warnings=tuple(warnings),
    )


def _not_found(operation: str, resource: ResourceType, target: Target) -> NotFound:
    place = f"{target.namespace}/{target.name}" if target.namespace else target.name
    return NotFound(operation, f"there is no {resource.kind} {place}")


def _require(request: ScaleRequest, operation: str, replicas: int, version: str) -> None:
    if request.current_replicas is not None and request.current_replicas != replicas:
        raise Conflict(operation, f"it asks for {replicas} replicas, not for {request.current_replicas}")
    if request.resource_version and request.resource_version != version:
        raise Conflict(operation, f"it is at version {version}, not at {request.resource_version}")


def _autoscaler_warnings(workload: SimWorkload, replicas: int) -> list[str]:
    """What a person who scales should know."""
    if workload.plan.autoscaled is None:
        return []
    least, most = workload.plan.autoscaled
    if replicas == 0:
        return [f"a HorizontalPodAutoscaler manages {workload.plan.name}; at 0 replicas it does nothing"]
    return [
        f"a HorizontalPodAutoscaler keeps {workload.plan.name} between {least} and {most} replicas and may override it"
    ]
