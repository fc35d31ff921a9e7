"""Takes nodes out of service and back, and ends their pods.

A node is read first, and only changed where that changes something. The UID that was read goes along with the patch, so
that another node that comes under the same name in between stays as it is.

Source: core/v1 Node `spec.unschedulable`; kubectl 1.37, `pkg/drain/cordon.go`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.mappers.scalars import instant
from adapters.kubernetes.operations.eviction import evict_pod
from adapters.kubernetes.operations.node_pods import PodMeta, identity, pods_of_node, to_candidates
from adapters.kubernetes.operations.own_pod import OwnPod
from adapters.kubernetes.paths import PathSegmentError, api_path
from adapters.kubernetes.schema.metadata import ObjectMeta, Partial
from domain.commands.drain import DrainCandidate, PodIdentity
from domain.commands.node_results import CordonResult
from ports.errors import Conflict, InvalidRequest, NotFound, UnexpectedAnswer
from ports.nodes import EvictionAnswer, NodeOperator, Removal

_MERGE_PATCH: Final = "application/merge-patch+json"


class _NodeSpec(Partial, frozen=True):
    unschedulable: bool | None = None


class _Node(Partial, frozen=True):
    metadata: ObjectMeta | None = None
    spec: _NodeSpec | None = None


_NODE: Final = msgspec.json.Decoder(_Node)


class KubernetesNodeOperator(NodeOperator):
    """Sends changes to the API server."""

    def __init__(self, connection: KubernetesConnection) -> None:
        self._connection = connection
        self._own_pod = OwnPod(connection)

    @override
    async def cordon(self, node: str, *, dry_run: bool = False) -> CordonResult:
        return await self._set(node, f"cordon node {node}", unschedulable=True, dry_run=dry_run)

    @override
    async def uncordon(self, node: str) -> CordonResult:
        return await self._set(node, f"uncordon node {node}", unschedulable=False, dry_run=False)

    @override
    async def drain_candidates(self, node: str, pod_selector: str = "") -> tuple[DrainCandidate, ...]:
        own_uid = await self._own_pod.uid()
        operation = f"list the pods of node {node}"
        pods = await pods_of_node(self._connection, node, operation=operation, selector=pod_selector)
        return await to_candidates(self._connection, pods, own_uid)

    @override
    async def evict(self, pod: PodIdentity, removal: Removal) -> EvictionAnswer:
        return await evict_pod(self._connection, pod, removal)

    @override
    async def remaining(self, node: str, pods: Iterable[PodIdentity]) -> Mapping[PodIdentity, datetime | None]:
        asked = frozenset(pods)
        found = await pods_of_node(self._connection, node, operation=f"look which pods of node {node} are left")
        moments = {identity(pod): instant((pod.metadata or PodMeta()).deletion_timestamp) for pod in found}
        return {pod: moment for pod, moment in moments.items() if pod in asked}

    async def _set(self, name: str, operation: str, *, unschedulable: bool, dry_run: bool) -> CordonResult:
        try:
            path = api_path("api", "v1", "nodes", name)
        except PathSegmentError as error:
            raise InvalidRequest(operation, str(error)) from error
        uid, is_unschedulable = await self._read(path, operation)
        changed = is_unschedulable is not unschedulable
        if changed:
            # The field is removed, not set to false: so the object is as it was before.
            patch = {"metadata": {"uid": uid}, "spec": {"unschedulable": unschedulable or None}}
            await self._write(path, uid, patch, operation, dry_run=dry_run)
        return CordonResult(node=name, uid=uid, unschedulable=unschedulable, changed=changed)

    async def _read(self, path: str, operation: str) -> tuple[str, bool]:
        """UID of the node, and whether it takes no new pods."""
        body = await self._connection.get(path, operation=operation, resource="nodes")
        try:
            node = decoded(_NODE, body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(operation, "the answer is no Node") from error
        spec = node.spec or _NodeSpec()
        return (node.metadata or ObjectMeta()).uid or "", spec.unschedulable is True

    async def _write(self, path: str, uid: str, patch: Mapping[str, Any], operation: str, *, dry_run: bool) -> None:
        try:
            await self._connection.send(
                "PATCH",
                path,
                msgspec.json.encode(patch),
                content_type=_MERGE_PATCH,
                operation=operation,
                resource="nodes",
                query={"dryRun": "All"} if dry_run else None,
            )
        except (Conflict, InvalidRequest) as error:
            # The API server calls another UID a change of a field that never changes.
            if await self._is_another(path, uid, operation):
                raise Conflict(operation, "another node has come under this name in the meantime") from error
            raise

    async def _is_another(self, path: str, uid: str, operation: str) -> bool:
        try:
            found, _ = await self._read(path, operation)
        except NotFound:
            return True
        return found != uid
