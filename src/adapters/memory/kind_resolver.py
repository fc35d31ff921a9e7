"""InMemoryKindResolver: what the simulated cluster serves, under the names that real clusters have for it."""

from collections.abc import Iterable
from typing import Final

from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.failures import PlannedFailures
from domain.cluster.resource_catalogue import ResourceCatalogue, is_kind_name
from domain.cluster.resource_types import ResourceType
from ports.errors import InvalidRequest, NotFound, PortError
from ports.resource_types import KindResolver

_VERBS: Final = frozenset({"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"})


def _kind(
    kind: str,
    plural: str,
    *short_names: str,
    group: str = "",
    version: str = "v1",
    namespaced: bool = True,
    subresources: Iterable[str] = (),
) -> ResourceType:
    return ResourceType(
        group=group,
        version=version,
        kind=kind,
        plural=plural,
        singular=kind.lower(),
        namespaced=namespaced,
        short_names=short_names,
        verbs=_VERBS,
        subresources=frozenset(subresources),
    )


_SCALED: Final = ("scale", "status")

SERVED: Final = (
    _kind("Pod", "pods", "po", subresources=("eviction", "exec", "log", "status")),
    _kind("Node", "nodes", "no", namespaced=False, subresources=("status",)),
    _kind("Service", "services", "svc", subresources=("status",)),
    _kind("Namespace", "namespaces", "ns", namespaced=False, subresources=("status",)),
    _kind("ConfigMap", "configmaps", "cm"),
    _kind("Secret", "secrets"),
    _kind("ResourceQuota", "resourcequotas", "quota", subresources=("status",)),
    _kind("LimitRange", "limitranges", "limits"),
    _kind("ServiceAccount", "serviceaccounts", "sa", subresources=("token",)),
    _kind("PersistentVolume", "persistentvolumes", "pv", namespaced=False, subresources=("status",)),
    _kind("PersistentVolumeClaim", "persistentvolumeclaims", "pvc", subresources=("status",)),
    _kind("Event", "events", "ev"),
    _kind("Deployment", "deployments", "deploy", group="apps", subresources=_SCALED),
    _kind("StatefulSet", "statefulsets", "sts", group="apps", subresources=_SCALED),
    _kind("DaemonSet", "daemonsets", "ds", group="apps", subresources=("status",)),
    _kind("ReplicaSet", "replicasets", "rs", group="apps", subresources=_SCALED),
    _kind("Job", "jobs", group="batch", subresources=("status",)),
    _kind("CronJob", "cronjobs", "cj", group="batch", subresources=("status",)),
    _kind("HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", group="autoscaling", version="v2"),
    _kind("Ingress", "ingresses", "ing", group="networking.k8s.io", subresources=("status",)),
    _kind("NetworkPolicy", "networkpolicies", "netpol", group="networking.k8s.io"),
    _kind("EndpointSlice", "endpointslices", group="discovery.k8s.io"),
)
"""The kinds of the simulated cluster, named as Kubernetes names them."""


class InMemoryKindResolver(KindResolver):
    """Knows what `SERVED` tells, and what is added."""

    def __init__(self, served: Iterable[ResourceType] = SERVED) -> None:
        self._served = tuple(served)
        self._failures = PlannedFailures(("resolve",))

    def serve(self, resource: ResourceType) -> None:
        """From now on this is served, too, as after a CustomResourceDefinition."""
        self._served += (resource,)

    def fail_next(self, error: PortError, times: int = 1) -> None:
        """The next questions fail."""
        self._failures.fail_next("resolve", error, times)

    @override
    async def resolve(self, name: str) -> ResourceType:
        await checkpoint()
        self._failures.meet("resolve")
        operation = f"find the kind {name[:64]}"
        if not is_kind_name(name):
            raise InvalidRequest(operation, "this cannot be the name of a kind")
        found = ResourceCatalogue(self._served).candidates(name)
        if len(found) > 1:
            named = ", ".join(one.qualified for one in found)
            raise InvalidRequest(operation, f"several kinds have this name: {named}; say which")
        if not found:
            raise NotFound(operation, "nothing that is served has this name")
        return found[0]

    @override
    def forget(self) -> None:
        """Nothing is kept here: what is added is known at once."""
