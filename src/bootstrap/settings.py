"""All settings, read once from one mapping; every field carries the full name of its variable.

An empty value counts as unset. `load_settings` reports every problem at once, before anything is opened.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bootstrap.clickhouse_settings import TelemetryStoreSettings
from bootstrap.values import BaseUrl, Headers, ListenAddress, Seconds, Words
from domain.cluster.kinds import Kind
from domain.commands.actions import Action
from domain.commands.policy import DEFAULT_ALLOWED_ACTIONS, DEFAULT_PROTECTED_NAMESPACES, KEPT_UNLESS_ALLOWED


class SettingsError(Exception):
    """Raised when settings cannot be used.

    Attributes:
        problems: one readable line each.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class _Group(BaseModel):
    """A group of settings that belong together."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class EnvValues(StrEnum):
    """What becomes of the values of environment variables."""

    REDACTED = "redacted"
    NONE = "none"


class LogLevel(StrEnum):
    """From which level on lines are written."""

    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


class LogFormat(StrEnum):
    """How lines are written."""

    JSON = "json"
    TEXT = "text"
    AUTO = "auto"


class ClusterSettings(_Group):
    """The cluster, and what is read of it."""

    cluster_id: str = Field("", validation_alias="AGENT_CLUSTER_ID", max_length=253)
    """The id under which the Master knows this cluster; empty: the UID of the namespace kube-system."""
    kubeconfig: Path | None = Field(None, validation_alias="AGENT_KUBECONFIG")
    """A kubeconfig; unset: `KUBECONFIG`, else the service account of the pod the agent runs in."""
    fallback_kubeconfig: Path | None = Field(None, validation_alias="KUBECONFIG")
    """The usual variable; `AGENT_KUBECONFIG` wins."""
    service_account_directory: Path | None = Field(None, validation_alias="AGENT_SERVICE_ACCOUNT_DIRECTORY")
    """Where token and certificate of the pod's service account are, if not where Kubernetes mounts them."""
    namespaces: Words = Field((), validation_alias="AGENT_NAMESPACES")
    """Restricts the agent to these namespaces, so that it needs no cluster role; empty: all."""
    exclude_kinds: Words = Field((), validation_alias="AGENT_EXCLUDE_KINDS")
    """Kinds to leave out, for example `ConfigMap,Secret`."""
    env_values: EnvValues = Field(EnvValues.REDACTED, validation_alias="AGENT_ENV_VALUES")
    """`none` leaves out the values of all environment variables, also those that look harmless."""
    initial_sync_timeout_seconds: Seconds = Field(60.0, validation_alias="AGENT_INITIAL_SYNC_TIMEOUT")
    """How long the first snapshot waits for every readable kind; after that it leaves without the missing ones."""

    @property
    def kubeconfig_path(self) -> Path | None:
        """The kubeconfig to use, if any."""
        return self.kubeconfig or self.fallback_kubeconfig


class MasterSettings(_Group):
    """The Master, and how patient the agent is with it."""

    url: BaseUrl = Field("http://localhost:8081", validation_alias="AGENT_MASTER_URL", repr=False)
    """The Master's *agent* port (8081), not its web port (8080)."""
    token_file: Path | None = Field(None, validation_alias="AGENT_MASTER_TOKEN_FILE")
    """Bearer token for a secured edge in front of the Master; read again when it changes."""
    ca_file: Path | None = Field(None, validation_alias="AGENT_MASTER_CA_FILE")
    """Certificates to trust instead of the system's."""
    cert_file: Path | None = Field(None, validation_alias="AGENT_MASTER_CERT_FILE")
    """Client certificate; reloaded when it changes. Needs the key."""
    key_file: Path | None = Field(None, validation_alias="AGENT_MASTER_KEY_FILE")
    """Key of the client certificate."""
    proxy: str = Field("", validation_alias="AGENT_MASTER_PROXY", repr=False)
    """Proxy for the Master only; the API server is never reached through it."""
    headers: Headers = Field(default_factory=dict, validation_alias="AGENT_MASTER_HEADERS", repr=False)
    """Extra headers, `Name=value,Name=value`."""
    http_timeout_seconds: Seconds = Field(10.0, validation_alias="AGENT_TIMEOUT_HTTP_CLIENT")
    """Pushes and results; the Master closes slow bodies after 30 s."""
    poll_timeout_seconds: Seconds = Field(75.0, validation_alias="AGENT_TIMEOUT_COMMAND_POLL")
    """Read timeout of a poll; well above the 60 s for which the Master holds it."""
    heartbeat_timeout_seconds: Seconds = Field(4.0, validation_alias="AGENT_TIMEOUT_HEARTBEAT")
    """One try of a heartbeat; the Master's view expires after 45 s, so there must be time for several."""


class LoopSettings(_Group):
    """Periods."""

    snapshot_interval_seconds: Seconds = Field(10.0, validation_alias="AGENT_SNAPSHOT_INTERVAL")
    """How often a snapshot leaves."""
    snapshot_timeout_seconds: Seconds = Field(10.0, validation_alias="AGENT_TIMEOUT_SNAPSHOT_COLLECT")
    """How long collecting and pushing one may take together."""
    heartbeat_interval_seconds: Seconds = Field(30.0, validation_alias="AGENT_HEARTBEAT_INTERVAL")
    """How often the agent says that it lives; below the Master's 45 s."""
    poll_interval_seconds: Seconds = Field(0.1, validation_alias="AGENT_COMMAND_POLL_INTERVAL")
    """Pause after an empty answer: empty answers that come at once are normal, and must not spin."""
    otel_cache_ttl_seconds: Seconds = Field(300.0, validation_alias="AGENT_OTEL_CACHE_TTL")
    """How long a part of the OTel summary counts as fresh, at most."""
    otel_fast_ttl_seconds: Seconds = Field(60.0, validation_alias="AGENT_OTEL_FAST_TTL")
    """The same for the parts that pages draw finely."""
    otel_max_staleness_seconds: Seconds = Field(900.0, validation_alias="AGENT_OTEL_MAX_STALENESS")
    """How long the last good content of a failing part is still sent."""


class CommandSettings(_Group):
    """What the agent may be asked to do."""

    timeout_seconds: Seconds = Field(25.0, validation_alias="AGENT_COMMAND_TIMEOUT")
    """One command, waiting included; the Master's callers wait 30 s."""
    read_only: bool = Field(default=False, validation_alias="AGENT_READ_ONLY")
    """Refuse everything that changes the cluster."""
    allowed_actions: Words = Field(tuple(sorted(DEFAULT_ALLOWED_ACTIONS)), validation_alias="AGENT_ALLOWED_ACTIONS")
    """Actions that are carried out; `exec` and `get_secret` have to be named to be allowed."""
    protected_namespaces: Words = Field(
        tuple(sorted(DEFAULT_PROTECTED_NAMESPACES)), validation_alias="AGENT_PROTECTED_NAMESPACES"
    )
    """Namespaces in which nothing is changed, and which the assistant does not see."""
    deletable_kinds: Words = Field((), validation_alias="AGENT_DELETE_KINDS")
    """Of Namespace, Node, PersistentVolume, CustomResourceDefinition and APIService those that `delete` may delete."""
    logs_max_lines: int = Field(2000, validation_alias="AGENT_LOGS_MAX_LINES", ge=1, le=100_000)
    """Lines of a log that are read at once, per container; whoever asks for more gets so many and is told."""
    apply_escalation: bool = Field(default=False, validation_alias="AGENT_APPLY_ALLOW_ESCALATION")
    """Let manifests hold RBAC, webhooks, CustomResourceDefinitions, Secrets, and pods above Pod Security `baseline`."""
    ledger_path: Path = Field(Path("/var/lib/atlhyper-agent/ledger.db"), validation_alias="AGENT_LEDGER_PATH")
    """File that remembers which commands were carried out; it should survive the container. The demo has none."""


class ProcessSettings(_Group):
    """The process itself."""

    health_address: ListenAddress = Field("0.0.0.0:8082", validation_alias="AGENT_HEALTH_ADDRESS")
    """Where `/livez`, `/readyz`, `/metrics` and `/statusz` are served."""
    log_level: LogLevel = Field(LogLevel.INFO, validation_alias="AGENT_LOG_LEVEL")
    log_format: LogFormat = Field(LogFormat.AUTO, validation_alias="AGENT_LOG_FORMAT")
    """`json`, or `text` for people; unset: text on a terminal, json elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSettings:
    """Everything."""

    cluster: ClusterSettings
    master: MasterSettings
    loops: LoopSettings
    commands: CommandSettings
    process: ProcessSettings
    telemetry_store: TelemetryStoreSettings = field(default_factory=lambda: TelemetryStoreSettings.model_validate({}))


GROUPS: Final = (
    ClusterSettings,
    MasterSettings,
    LoopSettings,
    CommandSettings,
    ProcessSettings,
    TelemetryStoreSettings,
)
_GroupT = TypeVar("_GroupT", bound=BaseModel)


def load_settings(environ: Mapping[str, str]) -> AgentSettings:
    """Read all settings.

    Raises:
        SettingsError: with every problem of every group.
    """
    given = {name: value for name, value in environ.items() if value.strip()}
    problems: list[str] = []
    cluster = _load(ClusterSettings, given, problems)
    master = _load(MasterSettings, given, problems)
    loops = _load(LoopSettings, given, problems)
    commands = _load(CommandSettings, given, problems)
    process = _load(ProcessSettings, given, problems)
    store = _load(TelemetryStoreSettings, given, problems)
    if cluster is None or master is None or loops is None or commands is None or process is None or store is None:
        raise SettingsError(problems)
    settings = AgentSettings(
        cluster=cluster, master=master, loops=loops, commands=commands, process=process, telemetry_store=store
    )
    if contradictions := tuple(_contradictions(settings)):
        raise SettingsError(contradictions)
    return settings


def warnings_about(environ: Mapping[str, str]) -> tuple[str, ...]:
    """What an operator should hear about variables that look like settings but have no effect."""
    known = {str(field.validation_alias) for group in GROUPS for field in group.model_fields.values()}
    lines = []
    for name in sorted(environ):
        if not name.startswith("AGENT_") or name in known:
            continue
        close = difflib.get_close_matches(name, known, n=1)
        lines.append(f"{name} is no setting" + (f"; did you mean {close[0]}?" if close else ""))
    return tuple(lines)


def _load(group: type[_GroupT], given: Mapping[str, str], problems: list[str]) -> _GroupT | None:
    try:
        return group.model_validate(given)
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False, include_context=False):
            message = problem["msg"].removeprefix("Value error, ")
            problems.append(f"{problem['loc'][0]}: {message}")
        return None


def _contradictions(settings: AgentSettings) -> Iterable[str]:
    cluster, master, commands, loops = settings.cluster, settings.master, settings.commands, settings.loops
    if cluster.namespaces and not cluster.cluster_id:
        yield "AGENT_CLUSTER_ID: is required with AGENT_NAMESPACES, where the agent may not read kube-system"
    for kind in set(cluster.exclude_kinds) - {kind.value for kind in Kind}:
        yield f"AGENT_EXCLUDE_KINDS: {kind!r} is no kind; known are {', '.join(Kind)}"
    for action in sorted(set(commands.allowed_actions) - {action.value for action in Action}):
        yield f"AGENT_ALLOWED_ACTIONS: {action!r} is no action; known are {', '.join(Action)}"
    for kind in sorted(set(commands.deletable_kinds) - KEPT_UNLESS_ALLOWED):
        yield f"AGENT_DELETE_KINDS: {kind!r} is none of {', '.join(sorted(KEPT_UNLESS_ALLOWED))}"
    if (master.cert_file is None) != (master.key_file is None):
        yield "AGENT_MASTER_CERT_FILE and AGENT_MASTER_KEY_FILE: one without the other is of no use"
    for name, path in (
        ("AGENT_MASTER_TOKEN_FILE", master.token_file),
        ("AGENT_MASTER_CA_FILE", master.ca_file),
        ("AGENT_MASTER_CERT_FILE", master.cert_file),
        ("AGENT_MASTER_KEY_FILE", master.key_file),
        ("AGENT_CLICKHOUSE_PASSWORD_FILE", settings.telemetry_store.password_file),
        ("AGENT_CLICKHOUSE_CA_FILE", settings.telemetry_store.ca_file),
    ):
        if path is not None and not path.is_file():
            yield f"{name}: there is no such file; it takes a path, not the content"
    if loops.otel_fast_ttl_seconds > loops.otel_cache_ttl_seconds:
        yield "AGENT_OTEL_FAST_TTL: must not be longer than AGENT_OTEL_CACHE_TTL"
