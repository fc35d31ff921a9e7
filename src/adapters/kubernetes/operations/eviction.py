"""Asks for the end of one pod: evicts it under its budgets, or deletes it.

The UID goes along as a precondition. A StatefulSet makes a new pod under the old name; evicting by name alone would
end that one, too, again and again.

Source: policy/v1 Eviction; meta/v1 DeleteOptions; `registry/core/pod/storage/eviction.go` of kube-apiserver: 429 with
the cause DisruptionBudget for a budget, 500 for more than one budget, 409 for another UID; pods that have ended or do
not run yet pass every budget.
"""

from typing import Any, Final

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.errors import BudgetExceeded, NamespaceEnds, TooManyRequests, Unserved
from adapters.kubernetes.paths import PathSegmentError, api_path
from adapters.kubernetes.schema.metadata import ObjectMeta, Partial
from domain.commands.drain import PodIdentity
from ports.errors import Conflict, InvalidRequest, NotFound, Unavailable, UnexpectedAnswer
from ports.nodes import Eviction, EvictionAnswer, Removal

_JSON: Final = "application/json"
_SEVERAL_BUDGETS: Final = "more than one PodDisruptionBudget"
"""The API server gives this refusal a status that otherwise means "try again", and no reason but the text."""


class _AnyObject(Partial, frozen=True):
    metadata: ObjectMeta | None = None


_OBJECT: Final = msgspec.json.Decoder(_AnyObject)


async def evict_pod(connection: KubernetesConnection, pod: PodIdentity, removal: Removal) -> EvictionAnswer:
    """Send the request and read its answer; `ports.nodes.NodeOperator.evict` says what is raised."""
    operation = f"{'delete' if removal.by_deletion else 'evict'} pod {pod}"
    try:
        await _send(connection, pod, removal, operation)
    except Unserved as error:
        raise InvalidRequest(operation, f"{error.why}; disableEviction deletes pods instead") from error
    except NotFound:
        return EvictionAnswer(eviction=Eviction.GONE)
    except BudgetExceeded as error:
        return EvictionAnswer(eviction=Eviction.BLOCKED, why=error.why, retry_after_seconds=error.retry_after_seconds)
    except TooManyRequests as error:
        return EvictionAnswer(
            eviction=Eviction.OVERLOADED, why=error.why, retry_after_seconds=error.retry_after_seconds
        )
    except NamespaceEnds as error:
        return EvictionAnswer(eviction=Eviction.NAMESPACE_ENDS, why=error.why)
    except Conflict as error:
        # Another pod of this name, or somebody who changes this very pod at the moment.
        is_there = await _is_there(connection, pod, operation)
        return EvictionAnswer(eviction=Eviction.OVERLOADED if is_there else Eviction.GONE, why=error.why)
    except Unavailable as error:
        if _SEVERAL_BUDGETS in error.why:
            raise InvalidRequest(operation, error.why) from error
        raise
    return EvictionAnswer(eviction=Eviction.DONE)


async def _send(connection: KubernetesConnection, pod: PodIdentity, removal: Removal, operation: str) -> None:
    options: dict[str, Any] = {"preconditions": {"uid": pod.uid}}
    if removal.grace_period_seconds is not None:
        options["gracePeriodSeconds"] = removal.grace_period_seconds
    if removal.dry_run:
        options["dryRun"] = ["All"]
    if removal.by_deletion:
        method, resource, path = "DELETE", "pods", _path(pod, operation)
        body = {"apiVersion": "v1", "kind": "DeleteOptions", **options}
    else:
        method, resource, path = "POST", "pods/eviction", _path(pod, operation, "eviction")
        metadata = {"namespace": pod.namespace, "name": pod.name}
        body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata, "deleteOptions": options}
    await connection.send(
        method, path, msgspec.json.encode(body), content_type=_JSON, operation=operation, resource=resource
    )


async def _is_there(connection: KubernetesConnection, pod: PodIdentity, operation: str) -> bool:
    try:
        body = await connection.get(_path(pod, operation), operation=operation, resource="pods")
        found = decoded(_OBJECT, body).metadata or ObjectMeta()
    except NotFound:
        return False
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnexpectedAnswer(operation, "the answer is no pod") from error
    return found.uid == pod.uid


def _path(pod: PodIdentity, operation: str, *subresource: str) -> str:
    try:
        return api_path("api", "v1", "namespaces", pod.namespace, "pods", pod.name, *subresource)
    except PathSegmentError as error:
        raise InvalidRequest(operation, str(error)) from error
