"""Leaves Events on what commands have changed, where the role `events` is granted.

Asked for before it is tried, so that a missing right stands in no audit log of the cluster as a denial. Whatever goes
wrong costs the Event and nothing else.

Source: events.k8s.io/v1 Event (k8s.io/api/events/v1): `eventTime`, `reportingController`, `reportingInstance`, `action`
and `reason` are required; an Event lives in the namespace of its object, or in `default` where that has none. `kubectl
describe` finds Events by the UID of the object, so it is looked up.
"""

import hashlib
import logging
from datetime import UTC
from typing import Final

import msgspec
from typing_extensions import override

from adapters.kubernetes.access import may
from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.paths import ApiPath, PathSegmentError, api_path
from adapters.kubernetes.schema.metadata import Partial, Text
from domain.cluster.resource_types import ResourceType
from domain.commands.target_events import TargetEvent
from ports.clock import Clock
from ports.errors import AccessDenied, Conflict, PortError
from ports.resource_types import KindResolver
from ports.target_events import TargetEvents

LEAVE_SECONDS: Final = 5.0
"""For everything together: nobody waits for an Event."""
ASK_AGAIN_SECONDS: Final = 300.0
"""A right that was missing may have been granted since."""
_GROUP: Final = "events.k8s.io"
_PLURAL: Final = "events"
_REPORTER: Final = "atlhyper.io/agent"
_INSTANCE: Final = "atlhyper-agent"
_WITHOUT_NAMESPACE: Final = "default"
_DIGEST_CHARS: Final = 20
_METADATA_ONLY: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json"

logger = logging.getLogger(__name__)


class _Metadata(Partial, frozen=True):
    uid: Text = None


class _Object(Partial, frozen=True):
    metadata: _Metadata | None = None


_OBJECT: Final = msgspec.json.Decoder(_Object)


class KubernetesTargetEvents(TargetEvents):
    """Creates Events at the API server."""

    def __init__(self, connection: KubernetesConnection, resolver: KindResolver, clock: Clock) -> None:
        self._connection = connection
        self._resolver = resolver
        self._clock = clock
        self._ask_at_seconds: dict[str, float] = {}
        """By namespace: granted for ever until it is refused, or not granted until it is asked about again."""
        self._granted: set[str] = set()
        self._is_said = False

    @override
    async def leave(self, event: TargetEvent) -> None:
        try:
            async with self._clock.deadline(LEAVE_SECONDS):
                await self._leave(event)
        except (PortError, PathSegmentError, TimeoutError) as error:
            logger.debug("event not left", extra={"command_id": event.command_id, "error": str(error)})

    async def _leave(self, event: TargetEvent) -> None:
        kind = await self._resolver.resolve(event.target.kind)
        namespace = event.target.namespace if kind.namespaced else ""
        place = namespace or _WITHOUT_NAMESPACE
        if not await self._is_granted(place):
            return
        uid = event.uid or await self._uid(kind, namespace, event.target.name)
        try:
            await self._connection.send(
                "POST",
                api_path("apis", _GROUP, "v1", "namespaces", place, _PLURAL),
                msgspec.json.encode(self._body(event, kind, namespace, uid)),
                content_type="application/json",
                operation="leave an event",
                resource=_PLURAL,
            )
        except Conflict:
            logger.debug("event is there already", extra={"command_id": event.command_id})
        except AccessDenied:
            self._granted.discard(place)
            raise

    async def _is_granted(self, namespace: str) -> bool:
        if namespace in self._granted:
            return True
        now_seconds = self._clock.monotonic()
        if now_seconds < self._ask_at_seconds.get(namespace, now_seconds):
            return False
        if await may(self._connection, "create", _GROUP, _PLURAL, namespace, unknown=False):
            self._granted.add(namespace)
            return True
        self._ask_at_seconds[namespace] = now_seconds + ASK_AGAIN_SECONDS
        if not self._is_said:
            self._is_said = True
            logger.info(
                "no events are left on what commands change: not granted",
                extra={"right": f"create on {_PLURAL}.{_GROUP}", "component": "deploy/kustomize/components/events"},
            )
        return False

    async def _uid(self, kind: ResourceType, namespace: str, name: str) -> str:
        """The object's UID; empty where it is gone or may not be read."""
        path = ApiPath(resource=kind, namespace=namespace, name=name)
        try:
            body = await self._connection.get(
                str(path), operation="look up a UID", resource=kind.plural, accept=_METADATA_ONLY
            )
            metadata = decoded(_OBJECT, body).metadata
        except (AccessDenied, msgspec.MsgspecError, UnicodeDecodeError):
            return ""
        except PortError as error:
            logger.debug("UID of a target not found", extra={"error": str(error)})
            return ""
        return (metadata.uid if metadata is not None else None) or ""

    def _body(self, event: TargetEvent, kind: ResourceType, namespace: str, uid: str) -> dict[str, object]:
        digest = hashlib.sha256(event.command_id.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARS]
        regarding = {"apiVersion": kind.api_version, "kind": kind.kind, "name": event.target.name}
        regarding |= {key: value for key, value in (("namespace", namespace), ("uid", uid)) if value}
        moment = self._clock.now().astimezone(UTC)
        return {
            "apiVersion": f"{_GROUP}/v1",
            "kind": "Event",
            # One name per command: whoever tries again finds the Event there.
            "metadata": {"name": f"{_INSTANCE}.{digest}", "namespace": namespace or _WITHOUT_NAMESPACE},
            "eventTime": moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "reportingController": _REPORTER,
            "reportingInstance": _INSTANCE,
            "action": event.action.value,
            "reason": event.reason,
            "type": "Warning" if event.is_warning else "Normal",
            "note": event.note,
            "regarding": regarding,
        }
