"""Lists of metrics.k8s.io, from bytes to usage by name.

A list is decoded at once where it is sound, and item by item where one item is odd: that one then costs its own usage
and no other.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import msgspec

from adapters.kubernetes.depth import decoded
from adapters.kubernetes.schema.envelopes import LIST_PAGE
from adapters.kubernetes.schema.usage import (
    NODE_METRICS,
    NODE_METRICS_LIST,
    POD_METRICS,
    POD_METRICS_LIST,
    NodeMetrics,
    PodMetrics,
    Quantity,
    UsageList,
)
from domain.cluster.usage import ResourceUsage, usage_of, usage_of_pod
from ports.errors import UnexpectedAnswer

K = TypeVar("K")
M = TypeVar("M", NodeMetrics, PodMetrics)


@dataclass(frozen=True, slots=True)
class UsageSource(Generic[K, M]):
    """How usage of the pods, or of the nodes, is read."""

    plural: str
    whole: Callable[[bytes], Iterable[M | None]]
    """A list at once."""
    item: Callable[[msgspec.Raw], M]
    read: Callable[[M], tuple[K, ResourceUsage] | None]
    """Whose usage it is, and how much; None where it does not say whose."""

    def decode(self, body: bytes, operation: str) -> Iterable[M | None]:
        """The items of a list.

        Raises:
            UnexpectedAnswer: it is none.
        """
        try:
            return self.whole(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._one_by_one(body, operation)

    def _one_by_one(self, body: bytes, operation: str) -> Iterable[M]:
        """The same where one odd item costs only its own usage."""
        try:
            page = decoded(LIST_PAGE, body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise UnexpectedAnswer(operation, "the answer is no list") from error
        sound = []
        for raw in page.items or ():
            with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                sound.append(self.item(raw))
        return sound


def _node_usage(node: NodeMetrics) -> tuple[str, ResourceUsage] | None:
    name = node.metadata.name if node.metadata is not None else None
    return (name, usage_of(*_texts(node.usage))) if name else None


def _pod_usage(pod: PodMetrics) -> tuple[tuple[str, str], ResourceUsage] | None:
    metadata = pod.metadata
    if metadata is None or not metadata.name or not metadata.namespace:
        return None
    pairs = [_texts(one.usage) for one in pod.containers or () if one is not None]
    return (metadata.namespace, metadata.name), usage_of_pod(pairs)


def _texts(usage: UsageList | None) -> tuple[str, str]:
    if usage is None:
        return "0", "0"
    cpu, memory = usage.cpu, usage.memory
    if isinstance(cpu, str) and isinstance(memory, str):
        return cpu, memory
    return _text(cpu), _text(memory)


def _text(quantity: Quantity) -> str:
    return "0" if quantity is None else str(quantity)


OF_NODES: Final = UsageSource(
    "nodes",
    lambda body: NODE_METRICS_LIST.decode(body).items or (),
    lambda raw: decoded(NODE_METRICS, raw),
    _node_usage,
)
OF_PODS: Final = UsageSource(
    "pods", lambda body: POD_METRICS_LIST.decode(body).items or (), lambda raw: decoded(POD_METRICS, raw), _pod_usage
)
