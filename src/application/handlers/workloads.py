"""Changes of workloads."""

from application.command_context import CommandContext
from domain.commands.results import ScaleResult
from domain.commands.workload_requests import ScaleRequest
from ports.cluster import WorkloadOperator


class WorkloadHandlers:
    """Carries out what is asked of workloads; errors of the port pass through."""

    def __init__(self, operator: WorkloadOperator) -> None:
        self._operator = operator

    async def scale(self, request: ScaleRequest, _context: CommandContext) -> ScaleResult:
        """Set the replicas of a workload."""
        return await self._operator.scale(request)
