"""What must be known of a pod before its logs are read or a command is run in it.

Source: k8s.io/api `core/v1` Pod.
"""

from typing import Final

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.paths import PathSegmentError, api_path
from adapters.kubernetes.schema.metadata import Named, ObjectMeta, Partial, Text
from adapters.kubernetes.schema.pods import ContainerStatusStruct, PodConditionStruct, Waiting
from domain.commands.container_choice import DEFAULT_CONTAINER_ANNOTATION, PodContainers
from domain.commands.target import Target
from ports.errors import InvalidRequest, UnexpectedAnswer

_Names = list[Named | None] | None
_Statuses = list[ContainerStatusStruct | None] | None


class _Spec(Partial, frozen=True):
    node_name: Text = None
    containers: _Names = None
    init_containers: _Names = None
    ephemeral_containers: _Names = None


class _Status(Partial, frozen=True):
    phase: Text = None
    conditions: list[PodConditionStruct | None] | None = None
    container_statuses: _Statuses = None
    init_container_statuses: _Statuses = None
    ephemeral_container_statuses: _Statuses = None


class PodOverview(Partial, frozen=True):
    """A pod, as far as this package looks at it here."""

    metadata: ObjectMeta = ObjectMeta()
    spec: _Spec = _Spec()
    status: _Status = _Status()

    @property
    def phase(self) -> str:
        """Pending, Running, Succeeded, Failed or Unknown; empty where nothing is said."""
        return self.status.phase or ""

    @property
    def is_scheduled(self) -> bool:
        """Whether it is on a node."""
        return bool(self.spec.node_name)

    @property
    def why_not_scheduled(self) -> str:
        """What the scheduler says."""
        said = [one.message for one in self.status.conditions or () if one is not None and one.type == "PodScheduled"]
        return next(filter(None, said), "")

    def containers_of(self, pod: str) -> PodContainers:
        """The names of its containers, under the name it is spoken of."""
        return PodContainers(
            pod=pod,
            containers=_names(self.spec.containers),
            init_containers=_names(self.spec.init_containers),
            ephemeral_containers=_names(self.spec.ephemeral_containers),
            annotated=(self.metadata.annotations or {}).get(DEFAULT_CONTAINER_ANNOTATION) or "",
        )

    def waiting(self, container: str) -> Waiting | None:
        """Why a container has not started, where it says so."""
        status = self.status
        statuses = (status.container_statuses, status.init_container_statuses, status.ephemeral_container_statuses)
        for one in (one for group in statuses for one in group or ()):
            if one is not None and one.name == container and one.state is not None:
                return one.state.waiting
        return None


_POD: Final = msgspec.json.Decoder(PodOverview)


def pod_path(target: Target, operation: str, *rest: str) -> str:
    """The path of a pod, or of one of its subresources.

    Raises:
        InvalidRequest: its name cannot be one.
    """
    try:
        return api_path("api", "v1", "namespaces", target.namespace, "pods", target.name, *rest)
    except PathSegmentError as error:
        raise InvalidRequest(operation, str(error)) from error


async def read_pod(connection: KubernetesConnection, target: Target, operation: str) -> PodOverview:
    """The pod as it is now.

    Raises:
        PortError: as `errors` maps it.
    """
    body = await connection.get(pod_path(target, operation), operation=operation, resource="pods")
    try:
        return decoded(_POD, body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(operation, "the answer is no Pod") from error


def _names(containers: _Names) -> tuple[str, ...]:
    return tuple(one.name for one in containers or () if one is not None and one.name)
