"""Changes of workloads."""

from domain.commands.requests import ScaleRequest
from domain.commands.results import ScaleResult
from ports.cluster import WorkloadOperator


class WorkloadHandlers:
    """Carries out what is asked of workloads; errors of the port pass through."""

    def __init__(self, operator: WorkloadOperator) -> None:
        self._operator = operator

    async def scale(self, request: ScaleRequest) -> ScaleResult:
        """Set the replicas of a workload."""
        return await self._operator.scale(request)
