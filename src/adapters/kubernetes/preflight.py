"""Asks the API server what the agent may do, and whether metrics-server answers; nothing is created or changed.

Access reviews are questions, although they are sent by POST: the API server keeps none of them, and what is not allowed
stands in no audit log as a denied try.

Source: version.Info at `/version`; authentication.k8s.io/v1 SelfSubjectReview; authorization.k8s.io/v1
SelfSubjectAccessReview; every authenticated account may use them (`system:basic-user`, `system:public-info-viewer`).
"""

from collections.abc import Sequence
from typing import Any, Final

import anyio
import msgspec
from typing_extensions import override

from adapters.kubernetes.access import is_allowed
from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.depth import decoded
from adapters.kubernetes.errors import Unauthenticated
from adapters.kubernetes.granting import grant_line
from adapters.kubernetes.kind_row import KindRow
from adapters.kubernetes.kinds import KINDS
from adapters.kubernetes.needs import needs
from adapters.kubernetes.paths import api_path
from adapters.kubernetes.schema.metadata import Partial, Text
from adapters.kubernetes.usage import GROUP, served_version
from domain.preflight.rights import Access, Need, Right
from domain.preflight.sights import ClusterSight
from ports.errors import AccessDenied, PortError, Refused, UnexpectedAnswer
from ports.preflight import ClusterPreflight

QUESTIONS_AT_ONCE: Final = 8
"""Few, because they all come in the same moment, and nobody is in a hurry."""
_SOME_VERSION: Final = "unknown version"
_REVIEW_PATH: Final = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_REVIEW: Final = b'{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}'


class _Version(Partial, frozen=True):
    git_version: Text = None


class _UserInfo(Partial, frozen=True):
    username: Text = None


class _ReviewStatus(Partial, frozen=True):
    user_info: _UserInfo | None = None


class _SelfSubjectReview(Partial, frozen=True):
    status: _ReviewStatus | None = None


_VERSION: Final = msgspec.json.Decoder(_Version)
_SELF: Final = msgspec.json.Decoder(_SelfSubjectReview)


class KubernetesPreflight(ClusterPreflight):
    """Sends the questions."""

    def __init__(
        self,
        connection: KubernetesConnection,
        *,
        rows: Sequence[KindRow[Any, Any]] = KINDS,
        namespaces: Sequence[str] = (),
    ) -> None:
        """Prepare; nothing is sent.

        Args:
            connection: through what.
            rows: the kinds.
            namespaces: only these; empty for all.
        """
        self._connection = connection
        self._needs = needs(rows, namespaces)
        self._namespaces = tuple(sorted(set(namespaces)))
        self._account = ""
        self._places = anyio.CapacityLimiter(QUESTIONS_AT_ONCE)

    @override
    async def see(self) -> ClusterSight:
        version = await self._version()
        self._account = await self._whoami()
        return ClusterSight(address=self._connection.address, version=version, account=self._account)

    @override
    def needs(self) -> tuple[Need, ...]:
        return self._needs

    @override
    async def access(self, need: Need) -> Access:
        allowed: dict[Right, bool] = {}
        refused: list[PortError] = []

        async def ask(right: Right) -> None:
            async with self._places:
                if refused:
                    return
                try:
                    allowed[right] = await is_allowed(
                        self._connection, right.verb, right.group, right.resource, right.namespace
                    )
                except PortError as error:
                    refused.append(error)

        async with anyio.create_task_group() as group:
            for right in need.rights:
                group.start_soon(ask, right)
        if refused:
            raise refused[0]
        missing = tuple(right for right in need.rights if not allowed[right])
        return Access(missing=missing, grant=grant_line(missing, self._account))

    @override
    async def try_usage(self) -> str:
        version = await served_version(self._connection)
        for plural, namespace in self._usage_lists():
            if await is_allowed(self._connection, "list", GROUP, plural, namespace):
                scope = ("namespaces", namespace) if namespace else ()
                path = api_path("apis", GROUP, version, *scope, plural)
                operation = f"list usage of {plural}"
                await self._connection.get(path, operation=operation, resource=f"{plural}.{GROUP}")
                return f"{GROUP}/{version}"
        raise AccessDenied("list usage", "the right to list usage is missing")

    def _usage_lists(self) -> tuple[tuple[str, str], ...]:
        """Nodes first: there are few of them."""
        return ("nodes", ""), *(("pods", namespace) for namespace in self._namespaces or ("",))

    async def _version(self) -> str:
        operation = "ask for the version"
        try:
            body = await self._connection.get("/version", operation=operation, resource="version")
            return decoded(_VERSION, body).git_version or _SOME_VERSION
        except Unauthenticated:
            raise
        except AccessDenied:
            # Some take the right to see the version away, which costs nothing else.
            return _SOME_VERSION
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(operation, "the answer is no version; is this an API server?") from error

    async def _whoami(self) -> str:
        """As whom the API server knows the agent; empty where it does not tell, as before Kubernetes 1.28."""
        try:
            answer = await self._connection.send(
                "POST",
                _REVIEW_PATH,
                _REVIEW,
                content_type="application/json",
                operation="ask who is asking",
                resource="selfsubjectreviews",
                is_question=True,
            )
            found = decoded(_SELF, answer).status
        except (Refused, UnexpectedAnswer, msgspec.MsgspecError, UnicodeDecodeError):
            return ""
        return (found.user_info.username if found is not None and found.user_info is not None else None) or ""
