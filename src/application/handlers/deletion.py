"""Deletions: of any kind that is served and that the policy permits, and of pods."""

from application.command_context import CommandContext
from domain.commands.actions import Action
from domain.commands.target import Target
from domain.commands.workload_requests import DeletePodRequest, DeleteRequest, DeletionOptions
from domain.commands.workload_results import DeleteResult
from domain.errors import InvalidCommandError
from ports.resource_types import KindResolver
from ports.workloads import WorkloadOperator


class DeletionHandlers:
    """Carries out deletions; errors of the ports pass through."""

    def __init__(self, operator: WorkloadOperator, kinds: KindResolver) -> None:
        """Prepare.

        Args:
            operator: who deletes.
            kinds: who knows which kinds there are.
        """
        self._operator = operator
        self._kinds = kinds

    async def delete(self, request: DeleteRequest, context: CommandContext) -> DeleteResult:
        """Delete one object."""
        return await self._delete(request.target.kind, request.target, request.options, context)

    async def delete_pod(self, request: DeletePodRequest, context: CommandContext) -> DeleteResult:
        """Delete one pod."""
        return await self._delete("pods", request.target, request.options, context)

    async def _delete(
        self, kind: str, target: Target, options: DeletionOptions, context: CommandContext
    ) -> DeleteResult:
        resource = await self._kinds.resolve(kind)
        # The rules of `delete` are those of both: what a kind is protected by does not depend on the action's name.
        context.require_permitted(Action.DELETE, resource, target.namespace, target.name)
        if "delete" not in resource.verbs:
            raise InvalidCommandError("kind", f"{resource.qualified} cannot be deleted")
        if resource.namespaced and not target.namespace:
            raise InvalidCommandError("namespace", f"is required: {resource.kind} is namespaced")
        if not resource.namespaced and target.namespace:
            raise InvalidCommandError("namespace", f"must be left out: {resource.kind} is in none")
        return await self._operator.delete(resource, target, options)
