"""In which pod the agent runs, as the API server tells: a pod's token names the pod that it was made for.

Nothing has to be configured for it, and a host name that somebody has changed does not mislead. Outside a cluster, with
a token of another kind, and before Kubernetes 1.28 there is no answer.

Source: authentication.k8s.io/v1 SelfSubjectReview; the extra keys are those of `serviceaccount.ServiceAccountInfo`.
"""

from typing import Final

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.schema.metadata import Partial
from ports.errors import Refused, UnexpectedAnswer

_PATH: Final = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_QUESTION: Final = b'{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}'
_POD_UID: Final = "authentication.kubernetes.io/pod-uid"


class _UserInfo(Partial, frozen=True):
    extra: dict[str, list[str]] | None = None


class _ReviewStatus(Partial, frozen=True):
    user_info: _UserInfo | None = None


class _Review(Partial, frozen=True):
    status: _ReviewStatus | None = None


_REVIEW: Final = msgspec.json.Decoder(_Review)


async def own_pod_uid(connection: KubernetesConnection) -> str:
    """UID of the pod that the agent runs in; empty where the API server does not know it.

    Raises:
        Unavailable: the API server cannot be reached now.
    """
    try:
        answer = await connection.send(
            "POST",
            _PATH,
            _QUESTION,
            content_type="application/json",
            operation="ask who is asking",
            resource="selfsubjectreviews",
        )
        status = decoded(_REVIEW, answer).status
    except (Refused, UnexpectedAnswer, msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    user = status.user_info if status is not None else None
    uids = (user.extra or {}).get(_POD_UID) if user is not None else None
    return uids[0] if uids else ""
