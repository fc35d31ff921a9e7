"""Which pod the agent itself runs in, and what keeps that pod, so that the agent is never hit by its own hand.

The API server knows: a token that is bound to a pod carries the pod's name and UID. Nothing has to be configured, and
nothing in the pod's environment has to be believed.

Source: authentication.k8s.io/v1 SelfSubjectReview; the names of `extra` are Kubernetes' own.
"""

from dataclasses import dataclass
from typing import Final

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.paths import PathSegmentError, api_path
from adapters.kubernetes.schema.metadata import Partial, Text, Texts
from ports.errors import Refused, UnexpectedAnswer

_PATH: Final = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_QUESTION: Final = b'{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}'
_POD_UID: Final = "authentication.kubernetes.io/pod-uid"
_POD_NAME: Final = "authentication.kubernetes.io/pod-name"
_ACCOUNT_PREFIX: Final = "system:serviceaccount:"
_REPLICA_SET: Final = "ReplicaSet"


class _UserInfo(Partial, frozen=True):
    username: Text = None
    extra: dict[str, Texts] | None = None


class _ReviewStatus(Partial, frozen=True):
    user_info: _UserInfo = msgspec.field(default_factory=_UserInfo)


class _Review(Partial, frozen=True):
    status: _ReviewStatus = msgspec.field(default_factory=_ReviewStatus)


class _Owner(Partial, frozen=True):
    kind: Text = None
    name: Text = None
    uid: Text = None
    controller: bool | None = None


class _Meta(Partial, frozen=True):
    owner_references: list[_Owner | None] | None = None


class _Owned(Partial, frozen=True):
    metadata: _Meta = msgspec.field(default_factory=_Meta)


_REVIEW: Final = msgspec.json.Decoder(_Review)
_OWNED: Final = msgspec.json.Decoder(_Owned)


@dataclass(frozen=True, slots=True)
class _Self:
    uid: str = ""
    name: str = ""
    namespace: str = ""


class OwnPod:
    """Asks until it has an answer, and then never again; a process never changes its pod."""

    def __init__(self, connection: KubernetesConnection) -> None:
        self._connection = connection
        self._known: _Self | None = None
        self._lineage: frozenset[str] | None = None

    async def uid(self) -> str:
        """UID of the agent's pod; empty where it runs in none, or the API server does not say.

        Raises:
            Unavailable: the API server cannot be reached now.
        """
        return (await self._self()).uid

    async def lineage(self) -> frozenset[str]:
        """UIDs of the agent's pod and of what keeps it: its ReplicaSet and Deployment, its DaemonSet ...

        As far as they can be read; none where the agent runs in no pod.

        Raises:
            Unavailable: the API server cannot be reached now.
        """
        if self._lineage is not None:
            return self._lineage
        own = await self._self()
        if not own.uid:
            return frozenset()
        try:
            self._lineage = frozenset({own.uid, *await self._keepers(own)})
        except (Refused, UnexpectedAnswer, PathSegmentError, msgspec.MsgspecError, UnicodeDecodeError):
            return frozenset({own.uid})
        return self._lineage

    async def _self(self) -> _Self:
        if self._known is not None:
            return self._known
        try:
            body = await self._connection.send(
                "POST",
                _PATH,
                _QUESTION,
                content_type="application/json",
                operation="ask which pod this is",
                resource="selfsubjectreviews",
                is_question=True,
            )
            info = decoded(_REVIEW, body).status.user_info
        except (Refused, UnexpectedAnswer, msgspec.MsgspecError, UnicodeDecodeError):
            return _Self()
        extra = info.extra or {}
        namespace = (info.username or "").removeprefix(_ACCOUNT_PREFIX).partition(":")[0]
        self._known = _Self(_first(extra.get(_POD_UID)), _first(extra.get(_POD_NAME)), namespace)
        return self._known

    async def _keepers(self, own: _Self) -> list[str]:
        owner = await self._controller(api_path("api", "v1", "namespaces", own.namespace, "pods", own.name), "pods")
        found = [owner]
        if owner.kind == _REPLICA_SET:
            path = api_path("apis", "apps", "v1", "namespaces", own.namespace, "replicasets", owner.name or "")
            found.append(await self._controller(path, "replicasets"))
        return [one.uid for one in found if one.uid]

    async def _controller(self, path: str, plural: str) -> _Owner:
        body = await self._connection.get(path, operation="look for what keeps the agent's pod", resource=plural)
        owners = decoded(_OWNED, body).metadata.owner_references or ()
        return next((owner for owner in owners if owner is not None and owner.controller), _Owner())


def _first(values: Texts) -> str:
    return (values or [""])[0] or ""
