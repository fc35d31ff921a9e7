"""The backends of Services, joined from EndpointSlices.

Source: wire contract 2.4.9; a slice names its Service by the label `kubernetes.io/service-name`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain

from domain.cluster.services import BackendSummary, EndpointSlice, ServiceBackends

Key = tuple[str, str]
"""(namespace, name) of a Service."""


def backends_of_services(slices: Iterable[EndpointSlice]) -> Mapping[Key, ServiceBackends]:
    """What stands behind each Service that has slices."""
    by_service: defaultdict[Key, list[EndpointSlice]] = defaultdict(list)
    for one in slices:
        if one.service:
            by_service[one.namespace, one.service].append(one)
    return {key: _backends(found) for key, found in by_service.items()}


NO_BACKENDS = ServiceBackends(summary=BackendSummary(ready=0, not_ready=0, total=0))
"""Of a Service for which no slice exists, although slices can be read."""


def _backends(slices: list[EndpointSlice]) -> ServiceBackends:
    if len(slices) == 1:
        endpoints, ports = slices[0].endpoints, slices[0].ports
    else:
        endpoints = tuple(chain.from_iterable([one.endpoints for one in slices]))
        ports = tuple(dict.fromkeys(chain.from_iterable([one.ports for one in slices])))
    ready = sum([endpoint.ready for endpoint in endpoints])
    return ServiceBackends(
        summary=BackendSummary(
            ready=ready,
            not_ready=len(endpoints) - ready,
            total=len(endpoints),
            slices=len(slices),
            updated=max((one.changed_at for one in slices if one.changed_at is not None), default=None),
        ),
        ports=ports,
        endpoints=endpoints,
    )
