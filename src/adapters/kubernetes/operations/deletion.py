"""Deletes one object as `kubectl delete` does, and always that one: the UID that was read goes with the request.

A pod of a StatefulSet comes back under its name within a second. A request that names only the name, sent again or sent
late, would hit the new one.

Source: meta/v1 DeleteOptions; kubectl `delete.go`.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.operations.addressing import Address
from adapters.kubernetes.operations.own_pod import OwnPod
from adapters.kubernetes.schema.metadata import OwnerReference, Partial, Text, TextMap, Texts
from domain.commands.workload_requests import DeletionOptions
from domain.commands.workload_results import DeleteResult, DeletionState
from domain.errors import CommandRefusedError
from ports.errors import Conflict, UnexpectedAnswer

_METADATA_ONLY: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json"
"""So that the values of a Secret that shall go are not even asked for."""
_KEEPS_PODS: Final = {("", "Pod")} | {
    ("apps", kind) for kind in ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")
}
_MIRROR: Final = "kubernetes.io/config.mirror"
_MAX_QUOTED_CHARS: Final = 64


class _Meta(Partial, frozen=True):
    uid: Text = None
    resource_version: Text = None
    deletion_timestamp: Text = None
    deletion_grace_period_seconds: int | None = None
    finalizers: Texts = None
    annotations: TextMap = None
    owner_references: list[OwnerReference | None] | None = None


class _Object(Partial, frozen=True):
    kind: Text = None
    metadata: _Meta = msgspec.field(default_factory=_Meta)


_OBJECT: Final = msgspec.json.Decoder(_Object)


class Deletion:
    """Deletes objects of any kind."""

    def __init__(self, connection: KubernetesConnection) -> None:
        self._connection = connection
        self._own_pod = OwnPod(connection)

    async def delete(self, address: Address, options: DeletionOptions) -> DeleteResult:
        """As the port promises."""
        plural = address.resource.plural
        found = self._object(
            address,
            await self._connection.get(
                address.path, operation=address.operation, resource=plural, accept=_METADATA_ONLY
            ),
        )
        seen = found.metadata
        _require(options, address, seen)
        if address.resource.group_kind in _KEEPS_PODS and seen.uid in await self._own_pod.lineage():
            what = "this is the agent's own pod" if address.is_pod else "the agent itself runs in it"
            raise CommandRefusedError(f"{address.operation}: {what}")
        answer = self._object(
            address,
            await self._connection.send(
                "DELETE",
                address.path,
                msgspec.json.encode(_body(options, seen)),
                content_type="application/json",
                operation=address.operation,
                resource=plural,
            ),
        )
        return _result(address, options, seen, answer)

    def _object(self, address: Address, body: bytes) -> _Object:
        try:
            return decoded(_OBJECT, body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(address.operation, "the answer is no object") from error


def _require(options: DeletionOptions, address: Address, seen: _Meta) -> None:
    if not seen.uid:
        raise UnexpectedAnswer(address.operation, "the object has no UID, so it could be mistaken for another")
    for field, wanted, found in (
        ("uid", options.uid, seen.uid),
        ("resourceVersion", options.resource_version, seen.resource_version),
    ):
        if wanted and wanted != found:
            raise Conflict(address.operation, f"its {field} is {found}, not {wanted[:_MAX_QUOTED_CHARS]}")


def _body(options: DeletionOptions, seen: _Meta) -> dict[str, Any]:
    preconditions = {"uid": seen.uid}
    if options.resource_version:
        preconditions["resourceVersion"] = options.resource_version
    body: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": options.propagation.value,
        "preconditions": preconditions,
    }
    if options.grace_seconds is not None:
        body["gracePeriodSeconds"] = options.grace_seconds
    if options.dry_run:
        body["dryRun"] = ["All"]
    return body


def _result(address: Address, options: DeletionOptions, seen: _Meta, answer: _Object) -> DeleteResult:
    # Gone: a Status. Going: the object. Some servers answer with the object as it was at its end.
    left = answer.metadata if answer.kind != "Status" else _Meta()
    finalizers = tuple(name for name in left.finalizers or () if name)
    is_terminating = bool(left.deletion_timestamp) and (bool(finalizers) or bool(left.deletion_grace_period_seconds))
    if options.dry_run:
        state = DeletionState.DRY_RUN
    elif is_terminating:
        state = DeletionState.TERMINATING
    else:
        state = DeletionState.DELETED
    return DeleteResult(
        state=state,
        uid=seen.uid or "",
        finalizers=finalizers if is_terminating else (),
        grace_period_seconds=left.deletion_grace_period_seconds if is_terminating else None,
        warnings=tuple(_warnings(address, options, seen)),
    )


def _warnings(address: Address, options: DeletionOptions, seen: _Meta) -> Iterator[str]:
    if seen.deletion_timestamp:
        yield f"it was terminating already, since {seen.deletion_timestamp}"
    if not address.is_pod:
        return
    if options.grace_seconds == 0:
        yield "nobody waits for its containers to end: they may run on its node for a while"
    if _MIRROR in (seen.annotations or {}):
        yield "it is the mirror of a static pod: its node makes it again, and the containers go on running"
    elif not any(owner is not None and owner.controller for owner in seen.owner_references or ()):
        yield "no controller makes it again"
