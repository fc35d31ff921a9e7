"""The backends of Services, joined from EndpointSlices.

Source: wire contract 2.4.9; a slice names its Service by the label `kubernetes.io/service-name`.
"""

from collections.abc import Sequence
from itertools import chain

from domain.cluster.services import BackendSummary, EndpointSlice, ServiceBackends

Key = tuple[str, str]
"""(namespace, name) of a Service."""


NO_BACKENDS = ServiceBackends(summary=BackendSummary(ready=0, not_ready=0, total=0))
"""Of a Service for which no slice exists, although slices can be read."""


def service_of(one: EndpointSlice) -> Key | None:
    """The Service that a slice belongs to."""
    return (one.namespace, one.service) if one.service else None


def backends_of(slices: Sequence[EndpointSlice]) -> ServiceBackends:
    """What stands behind a Service, from its slices in their order."""
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
