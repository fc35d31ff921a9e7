"""Scales through the scale subresource, as `kubectl scale` does: whatever kind has one, custom resources too.

Source: autoscaling/v1 Scale.
"""

from dataclasses import dataclass
from typing import Final

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.operations.addressing import Address
from adapters.kubernetes.operations.conflicts import retried
from adapters.kubernetes.operations.keepers import keepers_of
from adapters.kubernetes.operations.own_pod import OwnPod
from adapters.kubernetes.schema.metadata import ObjectMeta, Partial
from domain.commands.workload_requests import ScaleRequest
from domain.commands.workload_results import ScaleResult
from domain.errors import CommandRefusedError
from ports.clock import Clock
from ports.errors import Conflict, UnexpectedAnswer

MERGE_PATCH: Final = "application/merge-patch+json"
_MAX_QUOTED_CHARS: Final = 64


class _ScaleSpec(Partial, frozen=True):
    replicas: int | None = None


class _Scale(Partial, frozen=True):
    metadata: ObjectMeta | None = None
    spec: _ScaleSpec | None = None


_SCALE: Final = msgspec.json.Decoder(_Scale)


@dataclass(frozen=True, slots=True)
class _Size:
    """How many replicas an object shall have, and at which version it says so."""

    replicas: int
    resource_version: str
    uid: str


class Scaling:
    """Sets replicas."""

    def __init__(self, connection: KubernetesConnection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._own_pod = OwnPod(connection)

    async def scale(self, address: Address, request: ScaleRequest) -> ScaleResult:
        """As the port promises."""

        async def attempt() -> int:
            size = await self._read(address)
            _require(request, address, size)
            if size.replicas != request.replicas:
                if request.replicas == 0 and size.uid in await self._own_pod.lineage():
                    raise CommandRefusedError(
                        f"{address.operation}: the agent itself runs in it, and could not scale it up again"
                    )
                await self._write(address, request.replicas, size)
            return size.replicas

        is_bound = bool(request.resource_version) or request.current_replicas is not None
        # What must hold is the caller's to judge again; without that, a conflict is only a write that came in between.
        previous = await (attempt() if is_bound else retried(self._clock, attempt))
        warnings = await keepers_of(self._connection, address)
        return ScaleResult(previous_replicas=previous, replicas=request.replicas, warnings=warnings)

    async def _read(self, address: Address) -> _Size:
        body = await self._connection.get(
            f"{address.path}/scale", operation=address.operation, resource=f"{address.resource.plural}/scale"
        )
        try:
            scale = decoded(_SCALE, body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(address.operation, "the answer is no Scale") from error
        metadata, spec = scale.metadata or ObjectMeta(), scale.spec or _ScaleSpec()
        # The API leaves a zero out.
        return _Size(spec.replicas or 0, metadata.resource_version or "", metadata.uid or "")

    async def _write(self, address: Address, replicas: int, seen: _Size) -> None:
        patch = {"metadata": {"resourceVersion": seen.resource_version}, "spec": {"replicas": replicas}}
        await self._connection.send(
            "PATCH",
            f"{address.path}/scale",
            msgspec.json.encode(patch),
            content_type=MERGE_PATCH,
            operation=address.operation,
            resource=f"{address.resource.plural}/scale",
        )


def _require(request: ScaleRequest, address: Address, seen: _Size) -> None:
    if request.resource_version and request.resource_version != seen.resource_version:
        wanted = request.resource_version[:_MAX_QUOTED_CHARS]
        raise Conflict(
            address.operation, f"it is at version {seen.resource_version}, not at {wanted} (resourceVersion)"
        )
    if request.current_replicas is not None and request.current_replicas != seen.replicas:
        raise Conflict(
            address.operation,
            f"it asks for {seen.replicas} replicas, not for {request.current_replicas} (currentReplicas)",
        )
