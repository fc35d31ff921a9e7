"""What happens in the cluster: pods change, nodes report, events come and go.

Seven of ten changed pods change their status only, two become ready or unready, one is replaced by a new one. The
EndpointSlices of an application follow the latter two, as their controller does. Events leave as they come, because the
API server deletes them after an hour.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from synthetic_cluster import Key, PodFacts, SyntheticCluster
from synthetic_events import WARNING_EVERY, an_event, moments_ago, seen_again
from synthetic_parts import Json, decode

STAMP: Final = "bench.example/changed-at"
"""An annotation of changed pods: when, in seconds since the epoch. No label: the agent remembers sets of labels."""
HEARTBEATS_PER_SECOND: Final = 3.3
EVENTS_PER_SECOND: Final = 5.0
OTHERS_PER_SECOND: Final = 1.5

Publish = Callable[[str, str, Json], None]
"""Plural, type of the event, object."""


class Churn:
    """Changes the cluster; every change is published."""

    def __init__(self, cluster: SyntheticCluster, publish: Publish) -> None:
        self._cluster = cluster
        self._publish = publish
        self._rng = random.Random(1)
        self._pods = list(cluster.pods)
        self._others = [
            (plural, key)
            for plural in ("deployments", "replicasets", "jobs", "configmaps", "services", "resourcequotas")
            for key in islice(cluster.objects[plural], 100)
        ]

    def rates(self, pods_per_second: float) -> list[tuple[float, Callable[[], None]]]:
        """What happens how often."""
        return [
            (pods_per_second, self.change_pod),
            (HEARTBEATS_PER_SECOND, self.report_node),
            (EVENTS_PER_SECOND, self.happen),
            (OTHERS_PER_SECOND, self.change_other),
        ]

    def change_pod(self) -> None:
        """One pod."""
        place = self._rng.randrange(len(self._pods))
        key = self._pods[place]
        lot = self._rng.randrange(10)
        if lot == 0:
            self._pods[place] = self._replace(key)
            return
        pod = self._read("pods", key)
        pod["metadata"]["annotations"][STAMP] = now_text()
        status = pod["status"]
        status["containerStatuses"][0]["restartCount"] += 1
        if lot <= 2:
            is_ready = key in self._cluster.unready
            (self._cluster.unready.discard if is_ready else self._cluster.unready.add)(key)
            status["containerStatuses"][0]["ready"] = is_ready
            status["conditions"][2]["status"] = status["conditions"][3]["status"] = "True" if is_ready else "False"
        self._publish("pods", "MODIFIED", pod)
        if lot <= 2:
            self._follow(self._cluster.pods[key])

    def report_node(self) -> None:
        """The heartbeat of one node."""
        node = self._read("nodes", self._rng.choice(list(self._cluster.objects["nodes"])))
        node["status"]["conditions"][-1]["lastHeartbeatTime"] = moments_ago(0).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._publish("nodes", "MODIFIED", node)

    def happen(self) -> None:
        """One event: half are new and the oldest leaves, half were there before."""
        events = self._cluster.objects["events"]
        if self._rng.randrange(2):
            key = next(islice(reversed(events), self._rng.randrange(min(100, len(events))), None))
            self._publish("events", "MODIFIED", seen_again(self._read("events", key), moments_ago(0)))
            return
        self._new_event()
        self._publish("events", "DELETED", self._read("events", next(iter(events))))

    def change_other(self) -> None:
        """One object of another kind."""
        plural, key = self._rng.choice(self._others)
        made = self._read(plural, key)
        made["metadata"].setdefault("annotations", {})["bench.example/touched"] = now_text()
        self._publish(plural, "MODIFIED", made)

    def burst(self, count: int) -> Iterator[None]:
        """So many new events that nobody deletes; give back between them."""
        for number in range(count):
            self._new_event(number=number)
            yield

    def expire(self, keep: int) -> Iterator[None]:
        """The oldest events leave until so many are left."""
        events = self._cluster.objects["events"]
        while len(events) > keep:
            self._publish("events", "DELETED", self._read("events", next(iter(events))))
            yield

    def _new_event(self, number: int | None = None) -> None:
        pod = self._cluster.pods[self._rng.choice(self._pods)]
        is_warning = (self._rng.randrange(WARNING_EVERY) if number is None else number % BURST_WARNING_EVERY) == 0
        event = an_event(
            self._cluster.number(), pod.key[1], pod.key[0], pod.node, moments_ago(0), is_warning=is_warning
        )
        self._publish("events", "ADDED", event)

    def _replace(self, key: Key) -> Key:
        self._publish("pods", "DELETED", self._read("pods", key))
        old = self._cluster.forget_pod(key)
        number = self._cluster.number()
        name = f"{key[1].rpartition('-')[0]}-{number:05x}"
        fresh = replace(old, number=number, key=(key[0], name))
        pod = self._cluster.add_pod(fresh)
        pod["metadata"]["annotations"][STAMP] = now_text()
        self._publish("pods", "ADDED", pod)
        self._follow(fresh)
        return fresh.key

    def _follow(self, pod: PodFacts) -> None:
        for one in self._cluster.slices(pod.key[0], pod.app):
            self._publish("endpointslices", "MODIFIED", one)

    def _read(self, plural: str, key: Key) -> Json:
        made: Json = decode(self._cluster.objects[plural][key])
        return made


BURST_WARNING_EVERY: Final = 100
"""A burst is mostly noise: its Warnings alone stay below the agent's cap."""


def now_text() -> str:
    """Seconds since the epoch: two processes compare their wall clocks."""
    return f"{time.time():.3f}"  # noqa: TID251 - see above
