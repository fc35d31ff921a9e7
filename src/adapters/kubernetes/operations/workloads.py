"""The port WorkloadOperator on the API server."""

from datetime import datetime

from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.operations.addressing import address_of
from adapters.kubernetes.operations.deletion import Deletion
from adapters.kubernetes.operations.imaging import Imaging
from adapters.kubernetes.operations.restarting import Restarting
from adapters.kubernetes.operations.scaling import Scaling
from domain.cluster.resource_types import ResourceType
from domain.commands.target import Target
from domain.commands.workload_requests import DeletionOptions, ScaleRequest, UpdateImageRequest
from domain.commands.workload_results import DeleteResult, RestartResult, ScaleResult, UpdateImageResult
from ports.clock import Clock
from ports.workloads import WorkloadOperator


class KubernetesWorkloadOperator(WorkloadOperator):
    """Sends changes to the API server."""

    def __init__(self, connection: KubernetesConnection, clock: Clock) -> None:
        """Prepare; nothing is sent.

        Args:
            connection: through what.
            clock: measures the pauses between tries.
        """
        self._scaling = Scaling(connection, clock)
        self._restarting = Restarting(connection, clock)
        self._imaging = Imaging(connection, clock)
        self._deletion = Deletion(connection)

    @override
    async def scale(self, resource: ResourceType, request: ScaleRequest) -> ScaleResult:
        return await self._scaling.scale(address_of("scale", resource, request.target), request)

    @override
    async def restart(self, resource: ResourceType, target: Target, asked_at: datetime) -> RestartResult:
        return await self._restarting.restart(address_of("restart", resource, target), asked_at)

    @override
    async def update_image(self, resource: ResourceType, request: UpdateImageRequest) -> UpdateImageResult:
        return await self._imaging.update_image(address_of("set the image of", resource, request.target), request)

    @override
    async def delete(self, resource: ResourceType, target: Target, options: DeletionOptions) -> DeleteResult:
        return await self._deletion.delete(address_of("delete", resource, target), options)
