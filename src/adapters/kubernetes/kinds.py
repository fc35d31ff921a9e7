"""The kinds that are followed, one row each: the twenty of the snapshot, and EndpointSlices for joins."""

from typing import Any, Final

import msgspec

from adapters.kubernetes.kind_row import KindRow, RbacRole
from adapters.kubernetes.mappers.batch import to_cron_job, to_job
from adapters.kubernetes.mappers.configuration import to_config_map, to_secret, to_service_account
from adapters.kubernetes.mappers.daemon_sets import to_daemon_set
from adapters.kubernetes.mappers.deployments import to_deployment, to_replica_set
from adapters.kubernetes.mappers.events import to_event
from adapters.kubernetes.mappers.ingresses import to_ingress
from adapters.kubernetes.mappers.namespaces import to_namespace
from adapters.kubernetes.mappers.network_policies import to_network_policy
from adapters.kubernetes.mappers.nodes import to_node
from adapters.kubernetes.mappers.pods import to_pod
from adapters.kubernetes.mappers.policy import to_limit_range, to_resource_quota
from adapters.kubernetes.mappers.services import to_endpoint_slice, to_service
from adapters.kubernetes.mappers.stateful_sets import to_stateful_set
from adapters.kubernetes.mappers.storage import to_persistent_volume, to_persistent_volume_claim
from adapters.kubernetes.schema.batch import CronJobStruct, JobStruct
from adapters.kubernetes.schema.configuration import ConfigMapStruct, SecretStruct, ServiceAccountStruct
from adapters.kubernetes.schema.events import EventStruct
from adapters.kubernetes.schema.ingresses import IngressStruct
from adapters.kubernetes.schema.namespaces import NamespaceStruct
from adapters.kubernetes.schema.network_policies import NetworkPolicyStruct
from adapters.kubernetes.schema.nodes import NodeStruct
from adapters.kubernetes.schema.pods import PodStruct
from adapters.kubernetes.schema.policy import LimitRangeStruct, ResourceQuotaStruct
from adapters.kubernetes.schema.services import EndpointSliceStruct, ServiceStruct
from adapters.kubernetes.schema.storage import PersistentVolumeClaimStruct, PersistentVolumeStruct
from adapters.kubernetes.schema.workloads import DaemonSetStruct, DeploymentStruct, ReplicaSetStruct, StatefulSetStruct
from adapters.kubernetes.store import Retention
from domain.cluster.batch import CronJob, Job
from domain.cluster.configuration import ConfigMap, Secret, ServiceAccount
from domain.cluster.daemon_sets import DaemonSet
from domain.cluster.deployments import Deployment, ReplicaSet
from domain.cluster.events import MOST_EVENTS, Event, surplus_events
from domain.cluster.ingresses import Ingress
from domain.cluster.namespaces import Namespace
from domain.cluster.network_policies import NetworkPolicy
from domain.cluster.nodes import Node
from domain.cluster.pods import Pod
from domain.cluster.policy import LimitRange, ResourceQuota
from domain.cluster.services import EndpointSlice, Service
from domain.cluster.stateful_sets import StatefulSet
from domain.cluster.storage import PersistentVolume, PersistentVolumeClaim

EVENT_RETENTION: Final = Retention(most=MOST_EVENTS, slack=1000, surplus=surplus_events)

PODS: Final = KindRow(
    resource=Pod,
    plural="pods",
    decoder=msgspec.json.Decoder(PodStruct),
    to_domain=to_pod,
)
NODES: Final = KindRow(
    resource=Node,
    plural="nodes",
    namespaced=False,
    decoder=msgspec.json.Decoder(NodeStruct),
    to_domain=to_node,
)
DEPLOYMENTS: Final = KindRow(
    resource=Deployment,
    group="apps",
    plural="deployments",
    decoder=msgspec.json.Decoder(DeploymentStruct),
    to_domain=to_deployment,
)
STATEFUL_SETS: Final = KindRow(
    resource=StatefulSet,
    group="apps",
    plural="statefulsets",
    decoder=msgspec.json.Decoder(StatefulSetStruct),
    to_domain=to_stateful_set,
)
DAEMON_SETS: Final = KindRow(
    resource=DaemonSet,
    group="apps",
    plural="daemonsets",
    decoder=msgspec.json.Decoder(DaemonSetStruct),
    to_domain=to_daemon_set,
)
REPLICA_SETS: Final = KindRow(
    resource=ReplicaSet,
    group="apps",
    plural="replicasets",
    decoder=msgspec.json.Decoder(ReplicaSetStruct),
    to_domain=to_replica_set,
)
JOBS: Final = KindRow(
    resource=Job,
    group="batch",
    plural="jobs",
    decoder=msgspec.json.Decoder(JobStruct),
    to_domain=to_job,
)
CRON_JOBS: Final = KindRow(
    resource=CronJob,
    group="batch",
    plural="cronjobs",
    decoder=msgspec.json.Decoder(CronJobStruct),
    to_domain=to_cron_job,
)
SERVICES: Final = KindRow(
    resource=Service,
    plural="services",
    decoder=msgspec.json.Decoder(ServiceStruct),
    to_domain=to_service,
)
INGRESSES: Final = KindRow(
    resource=Ingress,
    group="networking.k8s.io",
    plural="ingresses",
    decoder=msgspec.json.Decoder(IngressStruct),
    to_domain=to_ingress,
)
NAMESPACES: Final = KindRow(
    resource=Namespace,
    plural="namespaces",
    namespaced=False,
    decoder=msgspec.json.Decoder(NamespaceStruct),
    to_domain=to_namespace,
)
CONFIG_MAPS: Final = KindRow(
    resource=ConfigMap,
    plural="configmaps",
    decoder=msgspec.json.Decoder(ConfigMapStruct),
    to_domain=to_config_map,
)
SECRETS: Final = KindRow(
    resource=Secret,
    plural="secrets",
    decoder=msgspec.json.Decoder(SecretStruct),
    to_domain=to_secret,
    role=RbacRole.SECRETS,
)
RESOURCE_QUOTAS: Final = KindRow(
    resource=ResourceQuota,
    plural="resourcequotas",
    decoder=msgspec.json.Decoder(ResourceQuotaStruct),
    to_domain=to_resource_quota,
)
LIMIT_RANGES: Final = KindRow(
    resource=LimitRange,
    plural="limitranges",
    decoder=msgspec.json.Decoder(LimitRangeStruct),
    to_domain=to_limit_range,
)
NETWORK_POLICIES: Final = KindRow(
    resource=NetworkPolicy,
    group="networking.k8s.io",
    plural="networkpolicies",
    decoder=msgspec.json.Decoder(NetworkPolicyStruct),
    to_domain=to_network_policy,
)
SERVICE_ACCOUNTS: Final = KindRow(
    resource=ServiceAccount,
    plural="serviceaccounts",
    decoder=msgspec.json.Decoder(ServiceAccountStruct),
    to_domain=to_service_account,
)
PERSISTENT_VOLUMES: Final = KindRow(
    resource=PersistentVolume,
    plural="persistentvolumes",
    namespaced=False,
    decoder=msgspec.json.Decoder(PersistentVolumeStruct),
    to_domain=to_persistent_volume,
)
PERSISTENT_VOLUME_CLAIMS: Final = KindRow(
    resource=PersistentVolumeClaim,
    plural="persistentvolumeclaims",
    decoder=msgspec.json.Decoder(PersistentVolumeClaimStruct),
    to_domain=to_persistent_volume_claim,
)
EVENTS: Final = KindRow(
    resource=Event,
    plural="events",
    decoder=msgspec.json.Decoder(EventStruct),
    to_domain=to_event,
    retention=EVENT_RETENTION,
)
ENDPOINT_SLICES: Final = KindRow(
    resource=EndpointSlice,
    group="discovery.k8s.io",
    plural="endpointslices",
    decoder=msgspec.json.Decoder(EndpointSliceStruct),
    to_domain=to_endpoint_slice,
    in_snapshot=False,
)

KINDS: Final[tuple[KindRow[Any, Any], ...]] = (
    PODS,
    NODES,
    DEPLOYMENTS,
    STATEFUL_SETS,
    DAEMON_SETS,
    REPLICA_SETS,
    JOBS,
    CRON_JOBS,
    SERVICES,
    INGRESSES,
    NAMESPACES,
    CONFIG_MAPS,
    SECRETS,
    RESOURCE_QUOTAS,
    LIMIT_RANGES,
    NETWORK_POLICIES,
    SERVICE_ACCOUNTS,
    PERSISTENT_VOLUMES,
    PERSISTENT_VOLUME_CLAIMS,
    EVENTS,
    ENDPOINT_SLICES,
)
"""Every kind that is followed, in the order of the readings."""
