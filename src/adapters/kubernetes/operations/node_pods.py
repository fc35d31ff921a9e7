"""The pods that are bound to a node, with what a drain looks at.

Read from the API server and not from the agent's own picture: that may be seconds old, and a pod that it does not know
yet would be overlooked. Pages are of one moment; where the cluster changes faster than they are read, all come at once.

Source: core/v1 Pod; `metav1.GetControllerOf`; kubectl asks about DaemonSets of `apps/v1` and about no other controller.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import anyio
import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded, decoded_body
from adapters.kubernetes.errors import Expired
from adapters.kubernetes.mappers.scalars import instant, present
from adapters.kubernetes.paths import PathSegmentError, api_path
from adapters.kubernetes.schema.envelopes import LIST_PAGE, ListMeta
from adapters.kubernetes.schema.metadata import Marker, Partial, Text, TextMap
from domain.commands.drain import MIRROR_ANNOTATION, DaemonSetSight, DrainCandidate, PodIdentity
from ports.errors import NotFound, PortError, Unavailable, UnexpectedAnswer

_PATH: Final = "/api/v1/pods"
_PAGE_LIMIT: Final = "500"
_QUESTIONS_AT_ONCE: Final = 8
_DAEMON_SET: Final = ("apps/v1", "DaemonSet")


class Owner(Partial, frozen=True):
    """An owner of a pod."""

    api_version: Text = None
    kind: Text = None
    name: Text = None
    controller: bool | None = None


class PodMeta(Partial, frozen=True):
    """Which pod, whose, and whether it has been deleted."""

    name: Text = None
    namespace: Text = None
    uid: Text = None
    deletion_timestamp: Text = None
    annotations: TextMap = None
    owner_references: list[Owner | None] | None = None


class Volume(Partial, frozen=True):
    """Whether a volume is a directory that ends with the pod."""

    empty_dir: Marker | None = None


class PodSpec(Partial, frozen=True):
    """Its volumes."""

    volumes: list[Volume | None] | None = None


class PodStatus(Partial, frozen=True):
    """Its phase."""

    phase: Text = None


class NodePod(Partial, frozen=True):
    """A pod of a node."""

    metadata: PodMeta | None = None
    spec: PodSpec | None = None
    status: PodStatus | None = None


_POD: Final = msgspec.json.Decoder(NodePod)


async def pods_of_node(
    connection: KubernetesConnection, node: str, *, operation: str, selector: str = ""
) -> tuple[NodePod, ...]:
    """Every pod of a node, at one moment, sorted by namespace and name.

    Args:
        connection: who is asked.
        node: name of the node.
        operation: for messages.
        selector: only pods with such labels.

    Raises:
        PortError: a half list is worth nothing, so the first failure ends it.
    """
    query = {"fieldSelector": f"spec.nodeName={node}"} | ({"labelSelector": selector} if selector else {})
    try:
        pods = await _list(connection, query | {"limit": _PAGE_LIMIT}, operation)
    except Expired:
        pods = await _list(connection, query, operation)
    return tuple(sorted(pods, key=_key))


def identity(pod: NodePod) -> PodIdentity:
    """Which pod this is."""
    found = pod.metadata or PodMeta()
    return PodIdentity(namespace=found.namespace or "", name=found.name or "", uid=found.uid or "")


async def to_candidates(
    connection: KubernetesConnection, pods: Sequence[NodePod], own_uid: str
) -> tuple[DrainCandidate, ...]:
    """The pods as the filters look at them, after a look at the DaemonSets that they name.

    Raises:
        Unavailable: a DaemonSet could not be looked up now; trying again may help.
    """
    sights = await _look_up(connection, {daemon_set for pod in pods if (daemon_set := _daemon_set(pod)) is not None})
    return tuple(_candidate(pod, sights, own_uid) for pod in pods)


async def _list(connection: KubernetesConnection, first_query: Mapping[str, str], operation: str) -> list[NodePod]:
    pods: list[NodePod] = []
    query = dict(first_query)
    while True:
        body = await connection.get(
            _PATH,
            query,
            operation=operation,
            resource="pods",
            total_seconds=connection.timings.list_page_seconds,
        )
        try:
            page = await decoded_body(LIST_PAGE, body)
            pods += [decoded(_POD, item) for item in page.items or ()]
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            # A pod that cannot be read must not be overlooked: nothing would be said about it.
            raise UnexpectedAnswer(operation, "the answer is no list of pods that can be read") from error
        token = (page.metadata or ListMeta()).continue_
        if not token:
            return pods
        query["continue"] = token


async def _look_up(
    connection: KubernetesConnection, daemon_sets: set[tuple[str, str]]
) -> Mapping[tuple[str, str], tuple[DaemonSetSight, str]]:
    """What is found under each (namespace, name), and what went wrong."""
    sights: dict[tuple[str, str], tuple[DaemonSetSight, str]] = {}
    unavailable: list[Unavailable] = []
    slots = anyio.CapacityLimiter(_QUESTIONS_AT_ONCE)

    async def look(key: tuple[str, str]) -> None:
        async with slots:
            try:
                sights[key] = await _sight(connection, *key)
            except Unavailable as error:
                unavailable.append(error)

    async with anyio.create_task_group() as group:
        for key in daemon_sets:
            group.start_soon(look, key)
    if unavailable:
        raise unavailable[0]
    return sights


async def _sight(connection: KubernetesConnection, namespace: str, name: str) -> tuple[DaemonSetSight, str]:
    try:
        path = api_path("apis", "apps", "v1", "namespaces", namespace, "daemonsets", name)
        await connection.get(path, operation=f"look up DaemonSet {namespace}/{name}", resource="daemonsets")
    except NotFound as error:
        return DaemonSetSight.MISSING, error.why
    except Unavailable:
        raise
    except PortError as error:
        return DaemonSetSight.UNKNOWN, error.why
    except PathSegmentError as error:
        return DaemonSetSight.UNKNOWN, str(error)
    return DaemonSetSight.FOUND, ""


def _candidate(
    pod: NodePod, sights: Mapping[tuple[str, str], tuple[DaemonSetSight, str]], own_uid: str
) -> DrainCandidate:
    metadata = pod.metadata or PodMeta()
    daemon_set = _daemon_set(pod)
    sight, problem = (DaemonSetSight.NONE, "") if daemon_set is None else sights[daemon_set]
    volumes = pod.spec.volumes if pod.spec is not None else None
    return DrainCandidate(
        pod=identity(pod),
        phase=(pod.status.phase if pod.status is not None else None) or "",
        has_controller=_controller(pod) is not None,
        daemon_set=sight,
        daemon_set_problem=problem,
        is_mirror=MIRROR_ANNOTATION in (metadata.annotations or {}),
        has_empty_dir=any(volume.empty_dir is not None for volume in present(volumes)),
        deletion_at=instant(metadata.deletion_timestamp),
        is_own=bool(own_uid) and metadata.uid == own_uid,
    )


def _controller(pod: NodePod) -> Owner | None:
    owners = pod.metadata.owner_references if pod.metadata is not None else None
    return next((owner for owner in present(owners) if owner.controller), None)


def _daemon_set(pod: NodePod) -> tuple[str, str] | None:
    controller = _controller(pod)
    if controller is None or (controller.api_version, controller.kind) != _DAEMON_SET:
        return None
    return identity(pod).namespace, controller.name or ""


def _key(pod: NodePod) -> tuple[str, str]:
    found = identity(pod)
    return found.namespace, found.name
