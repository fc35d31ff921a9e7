"""The readings of every kind at one moment; adding a kind adds a field here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Final, TypeAlias, get_args, get_type_hints

from domain.cluster.batch import CronJob, Job
from domain.cluster.configuration import ConfigMap, Secret, ServiceAccount
from domain.cluster.daemon_sets import DaemonSet
from domain.cluster.deployments import Deployment, ReplicaSet
from domain.cluster.events import Event
from domain.cluster.ingresses import Ingress
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.namespaces import Namespace
from domain.cluster.network_policies import NetworkPolicy
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.policy import LimitRange, ResourceQuota
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.services import EndpointSlice, Service
from domain.cluster.stateful_sets import StatefulSet
from domain.cluster.storage import PersistentVolume, PersistentVolumeClaim

Read: TypeAlias = Callable[[type[Any]], Reading[Any]]
"""Answers with the reading of a kind, given the kind's type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """One reading per kind that is followed."""

    pods: Reading[Pod]
    nodes: Reading[Node]
    deployments: Reading[Deployment]
    stateful_sets: Reading[StatefulSet]
    daemon_sets: Reading[DaemonSet]
    replica_sets: Reading[ReplicaSet]
    jobs: Reading[Job]
    cron_jobs: Reading[CronJob]
    services: Reading[Service]
    ingresses: Reading[Ingress]
    namespaces: Reading[Namespace]
    config_maps: Reading[ConfigMap]
    secrets: Reading[Secret]
    resource_quotas: Reading[ResourceQuota]
    limit_ranges: Reading[LimitRange]
    network_policies: Reading[NetworkPolicy]
    service_accounts: Reading[ServiceAccount]
    pvs: Reading[PersistentVolume]
    pvcs: Reading[PersistentVolumeClaim]
    events: Reading[Event]
    endpoint_slices: Reading[EndpointSlice]

    @classmethod
    def taken(cls, read: Read) -> "Readings":
        """Ask for every kind."""
        return cls(**{name: read(of) for name, of in RESOURCES.items()})

    def all(self) -> tuple[Reading[Resource], ...]:
        """The readings in field order."""
        return tuple(getattr(self, name) for name in RESOURCES)

    def by_kind(self) -> dict[Kind, Reading[Resource]]:
        """The readings under the kinds they are of."""
        return dict(zip(FOLLOWED_KINDS, self.all(), strict=True))

    @property
    def is_blank(self) -> bool:
        """Whether no kind was ever read, or none may be: this is no empty cluster, but no picture of one."""
        return not any(reading.objects or reading.state in _READ for reading in self.all())


_READ: Final = frozenset({ReadingState.LIVE, ReadingState.STALE})


def _resources() -> Mapping[str, type[Resource]]:
    hints = get_type_hints(Readings)
    return MappingProxyType({field.name: get_args(hints[field.name])[0] for field in fields(Readings)})


RESOURCES: Final = _resources()
"""The type of each field's objects."""
FOLLOWED_KINDS: Final = tuple(of.kind for of in RESOURCES.values())
"""The kinds of `Readings`, in the order of its fields."""
COLLECTED_KINDS: Final = tuple(kind for kind in FOLLOWED_KINDS if kind is not Kind.ENDPOINT_SLICE)
"""Those that a snapshot carries."""
