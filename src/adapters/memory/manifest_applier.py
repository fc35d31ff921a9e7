"""The port ManifestApplier in the simulated cluster: it lives by what it understands, and says what it does not.

Deployments and StatefulSets, Services, ConfigMaps and namespaces can be made and changed. Who manages which field is
not kept: nothing conflicts here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.cluster import InMemoryCluster
from adapters.memory.world.arrivals import add_namespace, add_workload, put, put_service
from adapters.memory.world.blueprints import WorkloadKind
from adapters.memory.world.changes import images_of, set_image, set_replicas
from adapters.memory.world.state import SimWorkload, World
from adapters.memory.written_objects import (
    config_map_of,
    images_written,
    replicas_of,
    service_of,
    workload_plan_of,
)
from domain.cluster.kinds import Kind
from domain.cluster.resource_types import ResourceType
from domain.commands.images import ContainerImage
from domain.commands.manifests.objects import InvalidManifestError, JsonObject, Manifest
from domain.commands.manifests.outcomes import ObjectOutcome, ObjectResult
from ports.errors import NotFound, PortError, Unavailable
from ports.manifests import ApplyOptions, ManifestApplier

OPERATION: Final = "apply_manifests"
_WORKLOADS: Final = {
    ("apps", "Deployment"): WorkloadKind.DEPLOYMENT,
    ("apps", "StatefulSet"): WorkloadKind.STATEFUL_SET,
}


@dataclass(frozen=True, slots=True)
class _Change:
    """What an object would be, and how it becomes that."""

    is_new: bool
    is_different: bool
    make: Callable[[], object]


class InMemoryManifestApplier(ManifestApplier):
    """Changes the simulated cluster."""

    def __init__(self, cluster: InMemoryCluster) -> None:
        self._cluster = cluster
        self._world = cluster.world
        self._applied: dict[tuple[str, str, str, str], JsonObject] = {}
        """What was applied last, by group, kind, namespace and name."""

    @override
    async def apply(self, manifest: Manifest, resource: ResourceType, options: ApplyOptions) -> ObjectResult:
        await checkpoint()
        try:
            self._cluster.meet(OPERATION)
            change = self._change(manifest, resource)
        except Unavailable:
            raise
        except PortError as error:
            return ObjectResult(manifest=manifest, outcome=ObjectOutcome.FAILED, error=error.why)
        except InvalidManifestError as error:
            return ObjectResult(manifest=manifest, outcome=ObjectOutcome.FAILED, error=str(error))
        key = (*resource.group_kind, manifest.namespace, manifest.name)
        last = self._applied.get(key)
        outcome = ObjectOutcome.UNCHANGED
        if change.is_new:
            outcome = ObjectOutcome.CREATED
        elif change.is_different or last not in (None, manifest.content):
            outcome = ObjectOutcome.CONFIGURED
        if not options.dry_run:
            self._applied[key] = manifest.content
            if outcome.is_change:
                change.make()
                self._cluster.changes += 1
        return ObjectResult(manifest=manifest, outcome=outcome)

    @override
    async def trouble_of_definition(self, name: str) -> str:
        await checkpoint()
        raise NotFound(f"look at CustomResourceDefinition {name}", "the simulated cluster has none")

    def _change(self, manifest: Manifest, resource: ResourceType) -> _Change:
        world, name = self._world, manifest.name
        if resource.namespaced and ("", manifest.namespace) not in world.declared[Kind.NAMESPACE]:
            raise InvalidManifestError(f'namespaces "{manifest.namespace}" not found')
        key = (manifest.namespace, name)
        match resource.group_kind:
            case ("", "Namespace"):
                is_new = ("", name) not in world.declared[Kind.NAMESPACE]
                return _Change(is_new, is_different=False, make=lambda: add_namespace(world, name) if is_new else None)
            case ("", "ConfigMap"):
                known, wanted = world.declared[Kind.CONFIG_MAP].get(key), config_map_of(manifest)
                is_different = known is None or getattr(known, "data_keys", ()) != wanted.data_keys
                return _Change(known is None, is_different, lambda: put(world, wanted))
            case ("", "Service"):
                return self._service(manifest)
            case group_kind if group_kind in _WORKLOADS:
                return _workload(world, manifest, _WORKLOADS[group_kind])
            case _:
                raise InvalidManifestError(f"the simulated cluster cannot apply {resource.qualified}")

    def _service(self, manifest: Manifest) -> _Change:
        world, key = self._world, (manifest.namespace, manifest.name)
        known = world.services.get(key)
        dice = Random(f"{world.seed}:address:{manifest}")  # noqa: S311 - no secret
        address = f"10.96.{dice.randrange(1, 255)}.{dice.randrange(1, 255)}"
        if known is not None and known.service.spec.cluster_ips:
            address = known.service.spec.cluster_ips[0]
        wanted = service_of(manifest, address)
        is_different = known is None or (known.service.ports, known.service.selector) != (wanted.ports, wanted.selector)
        is_new = key not in world.declared[Kind.SERVICE]
        return _Change(is_new, is_different, lambda: put_service(world, wanted))


def _workload(world: World, manifest: Manifest, kind: WorkloadKind) -> _Change:
    known = world.find(kind, manifest.namespace, manifest.name)
    if known is None:
        plan = workload_plan_of(manifest, kind)
        return _Change(is_new=True, is_different=True, make=lambda: add_workload(world, plan))
    replicas = replicas_of(manifest, otherwise=known.desired)
    images = _new_images(known, images_written(manifest))

    def make() -> None:
        if replicas != known.desired:
            set_replicas(world, known, replicas)
        for container, image in images:
            set_image(world, known, container, image)

    return _Change(is_new=False, is_different=bool(images) or replicas != known.desired, make=make)


def _new_images(known: SimWorkload, written: dict[str, str]) -> list[tuple[ContainerImage, str]]:
    containers = {one.name: one for one in images_of(known)}
    if unknown := sorted(set(written) - set(containers)):
        raise InvalidManifestError(f"the simulated cluster cannot add the container {unknown[0]} to a workload")
    return [(containers[name], image) for name, image in written.items() if containers[name].image != image]
