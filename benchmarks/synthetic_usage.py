"""What metrics-server says: about 590 bytes for a pod, and other numbers at every scrape."""

import random
from collections.abc import Iterable

from synthetic_cluster import PodFacts
from synthetic_parts import app_labels, encode

_STAMP = "2026-01-01T00:00:00Z"
_MORE_LABELS = {
    "app.kubernetes.io/managed-by": "Helm",
    "app.kubernetes.io/version": "v1.2.0",
    "helm.sh/chart": "service-4.11.2",
    "pod-template-hash": "0123456789",
}
_IDLE_EVERY = 10
"""So many pods do nothing: their text stays the same."""


class SyntheticUsage:
    """Makes PodMetricsList and NodeMetricsList."""

    def __init__(self) -> None:
        self._scrapes = 0
        self._heads: dict[PodFacts, bytes] = {}

    def pods(self, pods: Iterable[PodFacts]) -> bytes:
        """Usage of all pods that run."""
        self._scrapes += 1
        rng = random.Random(self._scrapes)
        return _list("PodMetrics", (self._pod(facts, rng) for facts in pods if not facts.has_ended))

    def nodes(self, names: Iterable[str]) -> bytes:
        """Usage of all nodes."""
        self._scrapes += 1
        rng = random.Random(self._scrapes)
        return _list("NodeMetrics", (_node(name, rng) for name in names))

    def _pod(self, facts: PodFacts, rng: random.Random) -> bytes:
        head = self._heads.get(facts)
        if head is None:
            namespace, name = facts.key
            labels = app_labels(facts.app) | _MORE_LABELS
            metadata = {"name": name, "namespace": namespace, "creationTimestamp": _STAMP, "labels": labels}
            head = self._heads[facts] = b'{"metadata":%b,"timestamp":"%b","window":"15.013s","containers":[' % (
                encode(metadata),
                _STAMP.encode(),
            )
        idle = facts.number % _IDLE_EVERY == 0
        usages = b",".join(
            b'{"name":"%b","usage":{"cpu":"%b","memory":"%b"}}'
            % (
                facts.app.encode() + (b"-%d" % index if index else b""),
                _cpu(0 if idle else rng.getrandbits(27)),
                _memory(100_000 + 4 * (facts.number if idle else rng.getrandbits(17))),
            )
            for index in range(2)
        )
        return head + usages + b"]}"


def _cpu(nanocores: int) -> bytes:
    """As the API machinery writes a quantity: in the largest unit that is exact."""
    if nanocores == 0:
        return b"0"
    return b"%dn" % nanocores if nanocores % 1000 else b"%du" % (nanocores // 1000)


def _memory(kibibytes: int) -> bytes:
    return b"%dKi" % kibibytes if kibibytes % 1024 else b"%dMi" % (kibibytes // 1024)


def _node(name: str, rng: random.Random) -> bytes:
    return (
        b'{"metadata":{"name":"%b","creationTimestamp":"%b"},"timestamp":"%b","window":"20.1s","usage":{"cpu":"%dn","memory":"%dKi"}}'
        % (
            name.encode(),
            _STAMP.encode(),
            _STAMP.encode(),
            2 * 10**9 + rng.getrandbits(30),
            23_000_000 + rng.getrandbits(20),
        )
    )


def _list(kind: str, items: Iterable[bytes]) -> bytes:
    return b'{"kind":"%bList","apiVersion":"metrics.k8s.io/v1beta1","metadata":{},"items":[%b]}' % (
        kind.encode(),
        b",".join(items),
    )
