"""Settings of ClickHouse, where traces, logs and metrics are. Without an endpoint nothing of it is used."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from adapters.clickhouse.endpoint import parse_endpoint
from bootstrap.values import Seconds


def _endpoint(value: str) -> str:
    parse_endpoint(value)
    return value


class TelemetryStoreSettings(BaseModel):
    """One server, one database."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    endpoint: Annotated[str, AfterValidator(_endpoint)] | None = Field(
        None, validation_alias="AGENT_CLICKHOUSE_ENDPOINT", repr=False
    )
    """Address of the HTTP interface; it may carry login and database. Unset: no telemetry is read."""
    database: str = Field("", validation_alias="AGENT_CLICKHOUSE_DATABASE", max_length=253)
    """Database with the exporter's tables; unset: the one in the endpoint, else `atlhyper`."""
    timeout_seconds: Seconds = Field(30.0, validation_alias="AGENT_CLICKHOUSE_TIMEOUT")
    """Longest time for one statement; a command's own deadline may be shorter."""
    username: str = Field("", validation_alias="AGENT_CLICKHOUSE_USERNAME", max_length=253)
    """Login; unset: the one in the endpoint, else the server's default user."""
    password_file: Path | None = Field(None, validation_alias="AGENT_CLICKHOUSE_PASSWORD_FILE")
    """File with the password; read again at every login."""
    ca_file: Path | None = Field(None, validation_alias="AGENT_CLICKHOUSE_CA_FILE")
    """Certificates to trust instead of the system's."""
