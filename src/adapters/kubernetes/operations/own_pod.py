"""Which pod the agent itself runs in, so that it is never hit by its own hand.

The API server knows: a token that is bound to a pod carries its UID. Nothing has to be configured, and nothing in the
pod's environment has to be believed.

Source: authentication.k8s.io/v1 SelfSubjectReview, `extra["authentication.kubernetes.io/pod-uid"]`.
"""

from typing import Final

import msgspec

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.schema.metadata import Partial, Texts
from ports.errors import Refused, UnexpectedAnswer

_PATH: Final = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_QUESTION: Final = b'{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}'
_POD_UID: Final = "authentication.kubernetes.io/pod-uid"


class _UserInfo(Partial, frozen=True):
    extra: dict[str, Texts] | None = None


class _ReviewStatus(Partial, frozen=True):
    user_info: _UserInfo | None = None


class _Review(Partial, frozen=True):
    status: _ReviewStatus | None = None


_REVIEW: Final = msgspec.json.Decoder(_Review)


class OwnPod:
    """Asks once; a process never changes its pod."""

    def __init__(self, connection: KubernetesConnection) -> None:
        self._connection = connection
        self._uid: str | None = None

    async def uid(self) -> str:
        """UID of the agent's pod; empty where it runs in none, or the API server does not say.

        Raises:
            Unavailable: the API server cannot be reached now.
        """
        if self._uid is None:
            self._uid = await self._ask()
        return self._uid

    async def _ask(self) -> str:
        try:
            body = await self._connection.send(
                "POST",
                _PATH,
                _QUESTION,
                content_type="application/json",
                operation="ask which pod this is",
                resource="selfsubjectreviews",
            )
            status = decoded(_REVIEW, body).status
        except (Refused, UnexpectedAnswer, msgspec.MsgspecError, UnicodeDecodeError):
            return ""
        info = status.user_info if status is not None else None
        values = ((info.extra if info is not None else None) or {}).get(_POD_UID)
        return (values or [""])[0] or ""
