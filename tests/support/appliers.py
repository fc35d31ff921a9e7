"""A ManifestApplier that answers as it is told, for the tests of what surrounds it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.clock import ManualClock
from domain.cluster.resource_types import ResourceType
from domain.commands.manifests.objects import Manifest
from domain.commands.manifests.outcomes import ObjectOutcome, ObjectResult
from ports.errors import NotFound, PortError
from ports.manifests import ApplyOptions, ManifestApplier


@dataclass
class ScriptedApplier(ManifestApplier):
    """Says `created` to everything that no script is for."""

    clock: ManualClock
    scripts: dict[str, list[ObjectOutcome | PortError | float]] = field(default_factory=dict)
    """By name of the object, what comes of each try: an outcome, an error, or seconds that it takes."""
    troubles: list[str] = field(default_factory=list)
    """What is said of definitions, one after the other; nothing after that."""
    on_apply: Callable[[Manifest], None] = lambda _: None
    applied: list[str] = field(default_factory=list)
    options: list[ApplyOptions] = field(default_factory=list)

    @override
    async def apply(self, manifest: Manifest, resource: ResourceType, options: ApplyOptions) -> ObjectResult:
        await checkpoint()
        assert (resource.api_version, resource.kind) == (manifest.api_version, manifest.kind)
        self.applied.append(str(manifest))
        self.options.append(options)
        script = self.scripts.get(manifest.name, [])
        answer = script.pop(0) if script else ObjectOutcome.CREATED
        if isinstance(answer, float):
            await self.clock.sleep(answer)
            answer = ObjectOutcome.CREATED
        if isinstance(answer, PortError):
            raise answer
        self.on_apply(manifest)
        error = "the cluster said no" if answer.is_trouble else ""
        return ObjectResult(manifest=manifest, outcome=answer, error=error, warnings=("told by the cluster",))

    @override
    async def trouble_of_definition(self, name: str) -> str:
        await checkpoint()
        said = self.troubles.pop(0) if self.troubles else ""
        if said == "gone":
            raise NotFound(f"look at {name}", "gone")
        return said
