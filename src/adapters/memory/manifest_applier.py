"""The port ManifestApplier in the simulated cluster."""

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.cluster import InMemoryCluster
from domain.cluster.resource_types import ResourceType
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ObjectOutcome, ObjectResult
from ports.errors import NotFound
from ports.manifests import ApplyOptions, ManifestApplier


class InMemoryManifestApplier(ManifestApplier):
    """Changes the simulated cluster."""

    def __init__(self, cluster: InMemoryCluster) -> None:
        self._cluster = cluster

    @override
    async def apply(self, manifest: Manifest, resource: ResourceType, options: ApplyOptions) -> ObjectResult:
        await checkpoint()
        why = f"the simulated cluster cannot apply {resource.qualified}"
        return ObjectResult(manifest=manifest, outcome=ObjectOutcome.FAILED, error=why)

    @override
    async def trouble_of_definition(self, name: str) -> str:
        await checkpoint()
        raise NotFound(f"look at CustomResourceDefinition {name}", "the simulated cluster has none")
