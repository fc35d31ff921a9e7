"""Kinds as every cluster serves them, and the simulated cluster as it is told to change."""

from adapters.memory.cluster import InMemoryCluster
from adapters.memory.kind_resolver import SERVED
from adapters.memory.workload_operator import InMemoryWorkloadOperator
from domain.cluster.resource_types import ResourceType
from domain.commands.workload_requests import ScaleRequest
from domain.commands.workload_results import ScaleResult


def served(kind: str) -> ResourceType:
    """What discovery says of one of Kubernetes' own kinds."""
    return next(one for one in SERVED if one.kind == kind)


async def scale(cluster: InMemoryCluster, request: ScaleRequest) -> ScaleResult:
    """Scale something in the simulated cluster."""
    return await InMemoryWorkloadOperator(cluster).scale(served(request.target.kind), request)
