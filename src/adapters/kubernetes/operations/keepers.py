"""Who may undo a change of the number of replicas: an autoscaler, or the controller that owns the object.

Only for a warning, so silent where the agent cannot know: it asks for the right first, because a try that is denied
stands in the cluster's audit log.

Source: autoscaling/v2 HorizontalPodAutoscaler (KEDA's ScaledObject makes one); meta/v1 OwnerReference.
"""

import logging
from typing import Final

import msgspec

from adapters.kubernetes.access import may
from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.operations.addressing import Address
from adapters.kubernetes.paths import api_path
from adapters.kubernetes.schema.envelopes import LIST_PAGE
from adapters.kubernetes.schema.metadata import Named, ObjectMeta, Partial, Text
from ports.errors import PortError

_AUTOSCALERS: Final = "horizontalpodautoscalers"

logger = logging.getLogger(__name__)


class _TargetReference(Named, frozen=True):
    api_version: Text = None
    kind: Text = None


class _AutoscalerSpec(Partial, frozen=True):
    scale_target_ref: _TargetReference | None = None
    min_replicas: int | None = None
    max_replicas: int | None = None


class _Autoscaler(Partial, frozen=True):
    metadata: Named | None = None
    spec: _AutoscalerSpec | None = None


class _Owned(Partial, frozen=True):
    metadata: ObjectMeta | None = None


_AUTOSCALER: Final = msgspec.json.Decoder(_Autoscaler)
_OWNED: Final = msgspec.json.Decoder(_Owned)


async def keepers_of(connection: KubernetesConnection, address: Address) -> tuple[str, ...]:
    """A warning for everything that may undo the change, in words for a person."""
    try:
        owners = await _owners(connection, address)
        autoscalers = await _autoscalers(connection, address)
    except (PortError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        logger.debug("who else keeps the replicas cannot be read", extra={"error": str(error)})
        return ()
    return owners + autoscalers


async def _owners(connection: KubernetesConnection, address: Address) -> tuple[str, ...]:
    group, plural = address.resource.group, address.resource.plural
    if not await may(connection, "get", group, plural, address.namespace, unknown=False):
        return ()
    body = await connection.get(address.path, operation=f"look for owners of {address.label}", resource=plural)
    metadata = decoded(_OWNED, body).metadata or ObjectMeta()
    return tuple(
        f"{address.label} is controlled by {owner.kind or ''} {owner.name or ''}, which may override this number"
        for owner in metadata.owner_references or ()
        if owner is not None and owner.controller
    )


async def _autoscalers(connection: KubernetesConnection, address: Address) -> tuple[str, ...]:
    if not address.namespace or not await may(
        connection, "list", "autoscaling", _AUTOSCALERS, address.namespace, unknown=False
    ):
        return ()
    body = await connection.get(
        api_path("apis", "autoscaling", "v2", "namespaces", address.namespace, _AUTOSCALERS),
        operation=f"look for autoscalers of {address.label}",
        resource=_AUTOSCALERS,
    )
    found = [decoded(_AUTOSCALER, raw) for raw in decoded(LIST_PAGE, body).items or ()]
    return tuple(_warning(one, address.namespace) for one in found if _targets(one, address))


def _targets(autoscaler: _Autoscaler, address: Address) -> bool:
    target = autoscaler.spec.scale_target_ref if autoscaler.spec is not None else None
    if target is None:
        return False
    group = (target.api_version or "").rpartition("/")[0]
    return (group, target.kind, target.name) == (address.resource.group, address.resource.kind, address.name)


def _warning(autoscaler: _Autoscaler, namespace: str) -> str:
    name = (autoscaler.metadata.name if autoscaler.metadata is not None else None) or ""
    spec = autoscaler.spec or _AutoscalerSpec()
    bounds = f"{1 if spec.min_replicas is None else spec.min_replicas} to {spec.max_replicas or '?'}"
    return f"HorizontalPodAutoscaler {namespace}/{name} keeps {bounds} replicas and may override this number"
