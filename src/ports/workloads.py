"""Changes of workloads, and deletions."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from domain.cluster.resource_types import ResourceType
from domain.commands.target import Target
from domain.commands.workload_requests import DeletionOptions, ScaleRequest, UpdateImageRequest
from domain.commands.workload_results import DeleteResult, RestartResult, ScaleResult, UpdateImageResult


class WorkloadOperator(Protocol):
    """Changes objects as kubectl would.

    Nothing is overwritten unseen: every write is bound to what was read just before. Where somebody else wrote in
    between, it is read and tried again a few times, within two seconds, unless the caller said what must hold. Which
    kinds are meant, and whether the operator of the agent permits it, is decided before.

    Every method raises, beside what it names:
        NotFound: no such object, or no such API.
        AccessDenied: the agent lacks the right; the text names it.
        InvalidRequest: the API server calls the change wrong.
        Unavailable: the API server did not answer; whether the change happened is not known.
    """

    @abstractmethod
    async def scale(self, resource: ResourceType, request: ScaleRequest) -> ScaleResult:
        """Set the replicas of an object that has a scale subresource; a number that it has already changes nothing.

        Returns:
            The number before and after, and who may override it.

        Raises:
            Conflict: the object is not as the request's preconditions say, or others keep writing it.
        """

    @abstractmethod
    async def restart(self, resource: ResourceType, target: Target, asked_at: datetime) -> RestartResult:
        """Make all pods of a Deployment, StatefulSet or DaemonSet new, as its update strategy says.

        Args:
            resource: its kind.
            target: which one.
            asked_at: when the command was made, UTC-aware; the same time again changes nothing.

        Raises:
            Conflict: its rollout is paused, or others keep writing it.
        """

    @abstractmethod
    async def update_image(self, resource: ResourceType, request: UpdateImageRequest) -> UpdateImageResult:
        """Give one container of a workload or pod another image; one that it has already changes nothing.

        Returns:
            The image before and after, who may set it back, and why pods may not follow.

        Raises:
            InvalidCommandError: naming `container`: there is none of that name, or several and none was named.
            Conflict: others keep writing it.
        """

    @abstractmethod
    async def delete(self, resource: ResourceType, target: Target, options: DeletionOptions) -> DeleteResult:
        """Delete the object that bears this name now, and no other that takes the name later; never waits.

        Returns:
            Whether it is gone or terminating, and what that waits for.

        Raises:
            Conflict: it is not the object, or not the version, that the options name, or it was replaced meanwhile.
            CommandRefusedError: it is the pod that the agent itself runs in, or what keeps that pod.
        """
