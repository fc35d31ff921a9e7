"""Changes workloads through their scale subresource, as `kubectl scale` does.

Read first, then a merge patch that carries the version that was read: what somebody else changed in between is never
overwritten unseen. Such a conflict is answered by reading again, once, unless the caller named what must hold; then it
is the caller's to decide.

Source: autoscaling/v1 Scale; autoscaling/v2 HorizontalPodAutoscaler.
"""

import logging
from dataclasses import dataclass
from typing import Final

import msgspec
from typing_extensions import override

from adapters.kubernetes.access import may
from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.paths import PathSegmentError, api_path
from adapters.kubernetes.schema.envelopes import LIST_PAGE
from adapters.kubernetes.schema.metadata import Named, ObjectMeta, Partial, Text
from domain.commands.results import ScaleResult
from domain.commands.workload_requests import ScaleRequest
from ports.cluster import WorkloadOperator
from ports.errors import Conflict, InvalidRequest, PortError, UnexpectedAnswer

_SCALABLE: Final = {"Deployment": "deployments", "StatefulSet": "statefulsets"}
_BY_ANY_NAME: Final = {name: kind for kind, plural in _SCALABLE.items() for name in (kind.lower(), plural)} | {
    "deploy": "Deployment",
    "sts": "StatefulSet",
}
_MERGE_PATCH: Final = "application/merge-patch+json"
_AUTOSCALERS: Final = "horizontalpodautoscalers"

logger = logging.getLogger(__name__)


class _ScaleSpec(Partial, frozen=True):
    replicas: int | None = None


class _Scale(Partial, frozen=True):
    metadata: ObjectMeta | None = None
    spec: _ScaleSpec | None = None


class _TargetReference(Named, frozen=True):
    kind: Text = None


class _AutoscalerSpec(Partial, frozen=True):
    scale_target_ref: _TargetReference | None = None
    min_replicas: int | None = None
    max_replicas: int | None = None


class _Autoscaler(Partial, frozen=True):
    metadata: Named | None = None
    spec: _AutoscalerSpec | None = None


_SCALE: Final = msgspec.json.Decoder(_Scale)
_AUTOSCALER: Final = msgspec.json.Decoder(_Autoscaler)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Workload:
    """Where a workload is, and how it is spoken of."""

    kind: str
    plural: str
    namespace: str
    name: str
    path: str
    operation: str


@dataclass(frozen=True, slots=True)
class _Size:
    """How many replicas a workload shall have, and at which version it says so."""

    replicas: int
    resource_version: str


class KubernetesWorkloadOperator(WorkloadOperator):
    """Sends changes to the API server."""

    def __init__(self, connection: KubernetesConnection) -> None:
        self._connection = connection

    @override
    async def scale(self, request: ScaleRequest) -> ScaleResult:
        workload = _workload(request)
        first = await self._read(workload)
        _require(request, workload, first)
        if first.replicas != request.replicas:
            await self._change(request, workload, first)
        warnings = await self._warnings(workload)
        return ScaleResult(previous_replicas=first.replicas, replicas=request.replicas, warnings=warnings)

    async def _change(self, request: ScaleRequest, workload: _Workload, size: _Size) -> None:
        try:
            await self._write(workload, request.replicas, size)
        except Conflict:
            if request.resource_version or request.current_replicas is not None:
                raise
            again = await self._read(workload)
            if again.replicas != request.replicas:
                await self._write(workload, request.replicas, again)

    async def _read(self, workload: _Workload) -> _Size:
        body = await self._connection.get(
            workload.path, operation=workload.operation, resource=f"{workload.plural}/scale"
        )
        try:
            scale = decoded(_SCALE, body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(workload.operation, "the answer is no Scale") from error
        metadata, spec = scale.metadata or ObjectMeta(), scale.spec or _ScaleSpec()
        # The API leaves a zero out.
        return _Size(spec.replicas or 0, metadata.resource_version or "")

    async def _write(self, workload: _Workload, replicas: int, seen: _Size) -> None:
        patch = {"metadata": {"resourceVersion": seen.resource_version}, "spec": {"replicas": replicas}}
        await self._connection.send(
            "PATCH",
            workload.path,
            msgspec.json.encode(patch),
            content_type=_MERGE_PATCH,
            operation=workload.operation,
            resource=f"{workload.plural}/scale",
        )

    async def _warnings(self, workload: _Workload) -> tuple[str, ...]:
        """What may undo the change; silent where the agent cannot know."""
        try:
            if not await may(self._connection, "list", "autoscaling", _AUTOSCALERS, workload.namespace, unknown=False):
                return ()
            body = await self._connection.get(
                api_path("apis", "autoscaling", "v2", "namespaces", workload.namespace, _AUTOSCALERS),
                operation=f"look for autoscalers of {workload.kind} {workload.namespace}/{workload.name}",
                resource=_AUTOSCALERS,
            )
            autoscalers = [decoded(_AUTOSCALER, raw) for raw in decoded(LIST_PAGE, body).items or ()]
        except (PortError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            logger.debug("autoscalers cannot be read", extra={"error": str(error)})
            return ()
        return tuple(_warning(one, workload.namespace) for one in autoscalers if _targets(one, workload))


def _workload(request: ScaleRequest) -> _Workload:
    target = request.target
    kind = _BY_ANY_NAME.get(target.kind.lower())
    if kind is None:
        supported = " and ".join(_SCALABLE)
        raise InvalidRequest(f"scale {target}", f"only {supported} can be scaled")
    plural = _SCALABLE[kind]
    operation = f"scale {kind} {target.namespace}/{target.name}"
    try:
        path = api_path("apis", "apps", "v1", "namespaces", target.namespace, plural, target.name, "scale")
    except PathSegmentError as error:
        raise InvalidRequest(operation, str(error)) from error
    return _Workload(
        kind=kind, plural=plural, namespace=target.namespace, name=target.name, path=path, operation=operation
    )


def _require(request: ScaleRequest, workload: _Workload, seen: _Size) -> None:
    if request.resource_version and request.resource_version != seen.resource_version:
        raise Conflict(
            workload.operation, f"it is at version {seen.resource_version}, not at {request.resource_version[:64]}"
        )
    if request.current_replicas is not None and request.current_replicas != seen.replicas:
        raise Conflict(workload.operation, f"it asks for {seen.replicas} replicas, not for {request.current_replicas}")


def _targets(autoscaler: _Autoscaler, workload: _Workload) -> bool:
    target = autoscaler.spec.scale_target_ref if autoscaler.spec is not None else None
    return target is not None and (target.kind, target.name) == (workload.kind, workload.name)


def _warning(autoscaler: _Autoscaler, namespace: str) -> str:
    name = (autoscaler.metadata.name if autoscaler.metadata is not None else None) or ""
    spec = autoscaler.spec or _AutoscalerSpec()
    bounds = f"{1 if spec.min_replicas is None else spec.min_replicas} to {spec.max_replicas or '?'}"
    return f"HorizontalPodAutoscaler {namespace}/{name} keeps {bounds} replicas and may override this number"
