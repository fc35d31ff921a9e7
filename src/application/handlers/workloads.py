"""Changes of workloads: the kind is resolved, held against the policy, and carried out by the port."""

from typing import Final

from application.command_context import CommandContext
from domain.cluster.resource_types import ResourceType
from domain.commands.actions import Action
from domain.commands.target import Target
from domain.commands.workload_requests import RestartRequest, ScaleRequest, UpdateImageRequest
from domain.commands.workload_results import RestartResult, ScaleResult, UpdateImageResult
from domain.errors import InvalidCommandError
from ports.clock import Clock
from ports.resource_types import KindResolver
from ports.workloads import WorkloadOperator

_RESTARTED: Final = (("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"))
_IMAGED: Final = (*_RESTARTED, ("batch", "CronJob"), ("", "Pod"))


class WorkloadHandlers:
    """Carries out what is asked of workloads; errors of the ports pass through."""

    def __init__(self, operator: WorkloadOperator, kinds: KindResolver, clock: Clock) -> None:
        """Prepare.

        Args:
            operator: who changes workloads.
            kinds: who knows which kinds there are.
            clock: tells the time of a command that does not say when it was made.
        """
        self._operator = operator
        self._kinds = kinds
        self._clock = clock

    async def scale(self, request: ScaleRequest, context: CommandContext) -> ScaleResult:
        """Set the replicas of anything that has a scale subresource."""
        resource = await self._permitted(Action.SCALE, request.target, context)
        if "scale" not in resource.subresources:
            raise InvalidCommandError("kind", f"{resource.kind} cannot be scaled: it has no scale subresource")
        return await self._operator.scale(resource, request)

    async def restart(self, request: RestartRequest, context: CommandContext) -> RestartResult:
        """Make all pods of a workload new."""
        resource = await self._permitted(Action.RESTART, request.target, context)
        _require_one_of(_RESTARTED, resource, "be restarted")
        return await self._operator.restart(resource, request.target, context.created_at or self._clock.now())

    async def update_image(self, request: UpdateImageRequest, context: CommandContext) -> UpdateImageResult:
        """Give one container of a workload another image."""
        resource = await self._permitted(Action.UPDATE_IMAGE, request.target, context)
        _require_one_of(_IMAGED, resource, "get another image")
        return await self._operator.update_image(resource, request)

    async def _permitted(self, action: Action, target: Target, context: CommandContext) -> ResourceType:
        resource = await self._kinds.resolve(target.kind)
        context.require_permitted(action, resource, target.namespace, target.name)
        return resource


def _require_one_of(allowed: tuple[tuple[str, str], ...], resource: ResourceType, what: str) -> None:
    if resource.group_kind not in allowed:
        kinds = ", ".join(kind for _, kind in allowed)
        raise InvalidCommandError("kind", f"{resource.qualified} cannot {what}; these can: {kinds}")
