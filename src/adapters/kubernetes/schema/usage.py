"""Usage as metrics.k8s.io reports it.

The list is decoded item by item (`ListPage`), like every other one.
Source: k8s.io/metrics `metrics/v1beta1` PodMetrics and NodeMetrics.
"""

from typing import Final

import msgspec

from adapters.kubernetes.schema.metadata import ObjectMeta, Partial, Quantities, Text


class ContainerMetrics(Partial, frozen=True):
    """Usage of one container."""

    name: Text = None
    usage: Quantities = None


class PodMetrics(Partial, frozen=True):
    """Usage of a pod."""

    metadata: ObjectMeta | None = None
    containers: list[ContainerMetrics | None] | None = None


class NodeMetrics(Partial, frozen=True):
    """Usage of a node."""

    metadata: ObjectMeta | None = None
    usage: Quantities = None


POD_METRICS: Final = msgspec.json.Decoder(PodMetrics)
NODE_METRICS: Final = msgspec.json.Decoder(NodeMetrics)
