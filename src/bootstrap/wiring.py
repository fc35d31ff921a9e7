"""How settings become arguments: the small translations between what an operator writes and what adapters take."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from adapters.clickhouse.endpoint import EndpointError, parse_endpoint
from adapters.clickhouse.settings import ClickHouseSettings
from adapters.gateway.settings import GatewaySettings
from adapters.kubernetes.credentials import (
    SERVICE_ACCOUNT_DIRECTORY,
    CredentialSource,
    InClusterCredentials,
    KubeconfigCredentials,
)
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.scheduler.scheduler import LoopTimings
from application.identify_cluster import IdentifyCluster
from application.otel_part import OTelTimings
from application.refresh_otel_summary import RefreshOTelSummary
from bootstrap.clickhouse_settings import TelemetryStoreSettings
from bootstrap.settings import (
    AgentSettings,
    ClusterSettings,
    CommandSettings,
    EnvValues,
    LoopSettings,
    MasterSettings,
    ProcessSettings,
)
from bootstrap.values import split_address
from bootstrap.version import VERSION
from domain.cluster.kinds import Kind
from domain.cluster.nodes import Node
from domain.commands.actions import Action
from domain.commands.policy import Policy
from domain.errors import MisconfigurationError
from domain.otel.summary import OTelSummary
from ports.clock import Clock
from ports.cluster import ClusterReader
from ports.otel import OTelParts

FINISH_SECONDS: Final = 15.0
"""How long commands that run at a stop may go on; the rest of the grace period is for delivering results."""
_LONGEST_BACKOFF_SECONDS: Final = 60.0
_DEFAULT_DATABASE: Final = "atlhyper"


def credential_source(cluster: ClusterSettings, environ: Mapping[str, str]) -> CredentialSource:
    """The kubeconfig that was given, else the pod's service account.

    Raises:
        MisconfigurationError: there is neither.
    """
    path = cluster.kubeconfig_path
    if path is not None:
        return KubeconfigCredentials(path)
    host, port = environ.get("KUBERNETES_SERVICE_HOST"), environ.get("KUBERNETES_SERVICE_PORT")
    if host and port:
        return InClusterCredentials(host, port, cluster.service_account_directory or SERVICE_ACCOUNT_DIRECTORY)
    raise MisconfigurationError(
        "no cluster to talk to: this is no pod of a cluster, and neither --kubeconfig nor AGENT_KUBECONFIG or "
        "KUBECONFIG names a file; try 'atlhyper-agent demo' for a simulated one"
    )


def excluded_kinds(cluster: ClusterSettings) -> frozenset[Kind]:
    """Kinds to leave out."""
    return frozenset(Kind(name) for name in cluster.exclude_kinds)


def mapping_options(cluster: ClusterSettings) -> MappingOptions:
    """What the mappers are told."""
    return MappingOptions(env_values=cluster.env_values.value)


def shows_env_values(cluster: ClusterSettings) -> bool:
    """Whether values of environment variables are shown, redacted."""
    return cluster.env_values is not EnvValues.NONE


def gateway_settings(master: MasterSettings) -> GatewaySettings:
    """What the gateway is told."""
    return GatewaySettings(
        url=master.url,
        token_file=master.token_file,
        ca_file=master.ca_file,
        cert_file=master.cert_file,
        key_file=master.key_file,
        proxy=master.proxy,
        headers=master.headers,
        http_timeout_seconds=master.http_timeout_seconds,
        poll_timeout_seconds=master.poll_timeout_seconds,
        heartbeat_timeout_seconds=master.heartbeat_timeout_seconds,
        user_agent=f"atlhyper-agent/{VERSION}",
    )


def clickhouse_settings(store: TelemetryStoreSettings) -> ClickHouseSettings:
    """What the OTel store is told.

    Raises:
        MisconfigurationError: there is no endpoint, or it is none.
    """
    try:
        endpoint = parse_endpoint(store.endpoint or "")
    except EndpointError as error:
        raise MisconfigurationError(f"AGENT_CLICKHOUSE_ENDPOINT: {error}") from error
    return ClickHouseSettings(
        endpoint=endpoint,
        database=store.database or endpoint.database or _DEFAULT_DATABASE,
        username=store.username,
        password_file=store.password_file,
        ca_file=store.ca_file,
        timeout_seconds=store.timeout_seconds,
    )


def current_id(identify: IdentifyCluster) -> Callable[[], str]:
    """The cluster's id, whenever it is asked for."""
    return identify.current


def policy(commands: CommandSettings) -> Policy:
    """What the operator permits."""
    return Policy(
        read_only=commands.read_only,
        allowed_actions=frozenset(Action(name) for name in commands.allowed_actions),
        protected_namespaces=frozenset(commands.protected_namespaces),
        deletable_kinds=frozenset(commands.deletable_kinds),
        apply_escalation=commands.apply_escalation,
    )


def loop_timings(loops: LoopSettings) -> LoopTimings:
    """Periods of the loops."""
    return LoopTimings(
        snapshot_interval_seconds=loops.snapshot_interval_seconds,
        snapshot_timeout_seconds=loops.snapshot_timeout_seconds,
        heartbeat_interval_seconds=loops.heartbeat_interval_seconds,
    )


def longest_rounds(settings: AgentSettings) -> dict[str, float]:
    """For `/livez`: how long a round of each loop and the pause after it take at the most."""
    loops, master = settings.loops, settings.master
    # Polling pauses while too many commands wait, for as long as one of them may take.
    poll_seconds = master.poll_timeout_seconds + _LONGEST_BACKOFF_SECONDS + settings.commands.timeout_seconds
    return {
        "snapshot": loops.snapshot_interval_seconds + loops.snapshot_timeout_seconds,
        "heartbeat": loops.heartbeat_interval_seconds + master.heartbeat_timeout_seconds,
        "commands.ops": poll_seconds,
        "commands.ai": poll_seconds,
    }


def node_addresses(cluster: ClusterReader) -> Callable[[], Sequence[str]]:
    """Addresses of the cluster's nodes, under which telemetry knows them."""
    return lambda: [node.addresses.internal_ip for node in cluster.read(Node).objects]


def refresh_otel(
    parts: OTelParts | None, cluster: ClusterReader, clock: Clock, loops: LoopSettings
) -> RefreshOTelSummary | None:
    """The use case, where there is a store."""
    if parts is None:
        return None
    timings = OTelTimings(
        cache_ttl_seconds=loops.otel_cache_ttl_seconds,
        fast_ttl_seconds=loops.otel_fast_ttl_seconds,
        max_staleness_seconds=loops.otel_max_staleness_seconds,
    )
    return RefreshOTelSummary(parts, cluster, clock, timings=timings)


def current_otel(refresh: RefreshOTelSummary | None) -> Callable[[], OTelSummary | None]:
    """The summary as it is, or nothing where there is no store."""
    return refresh.current if refresh is not None else lambda: None


def health_address(process: ProcessSettings) -> tuple[str, int]:
    """Where the health endpoints are served."""
    return split_address(process.health_address)
