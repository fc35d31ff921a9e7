"""Which cluster this is: the UID of the namespace kube-system."""

from typing import Final

import msgspec
from typing_extensions import override

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.decoding import head_of
from adapters.kubernetes.paths import api_path
from ports.cluster import ClusterIdentity
from ports.errors import UnexpectedAnswer

_OPERATION: Final = "get namespace kube-system"


class KubernetesClusterIdentity(ClusterIdentity):
    """Asks the API server."""

    def __init__(self, connection: KubernetesConnection) -> None:
        self._connection = connection

    @override
    async def cluster_uid(self) -> str:
        path = api_path("api", "v1", "namespaces", "kube-system")
        body = await self._connection.get(path, operation=_OPERATION, resource="namespaces")
        uid = head_of(msgspec.Raw(body)).uid
        if not uid:
            raise UnexpectedAnswer(_OPERATION, "the answer has no UID")
        return uid
