"""What a demo Master remembers, one immutable record per thing that arrived. All times are UTC-aware."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from adapters.embedded.demo_master.actions import CommandRequest

CommandStatus = Literal["queued", "running", "success", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """An accepted snapshot."""

    number: int
    """Counts the accepted snapshots of all clusters, from 1."""
    cluster_id: str
    document: bytes
    """The snapshot's JSON text."""
    wire_bytes: int
    """Size of the body as it came, compressed or not."""
    compressed: bool
    received_at: datetime
    fetched_at: str | None
    """As the agent wrote it; a valid timestamp."""

    @property
    def plain_bytes(self) -> int:
        """Size of the snapshot's JSON text."""
        return len(self.document)

    def parsed(self) -> dict[str, Any]:
        """The snapshot as Python values, decoded anew on each call; `{}` for the accepted body `null`."""
        return json.loads(self.document) or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A request of the agent port that was refused with 400."""

    at: datetime
    route: str
    cluster_id: str
    """As far as the header or the query told; empty otherwise."""
    answer: str
    """What the agent was told."""
    path: str
    """JSON path of the offending value, `$` when it is not about one value; capped."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPost:
    """A result as it was posted, known command or not."""

    at: datetime
    command_id: str
    success: bool
    output: str
    error: str
    exec_time_ns: int
    cluster_id: str

    @property
    def size(self) -> int:
        """Characters of foreign text held."""
        return len(self.output) + len(self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """A command at one moment; replaced as it moves on."""

    id: str
    request: CommandRequest
    created_at: datetime
    status: CommandStatus = "queued"
    started_at: datetime | None = None
    """When an agent took it."""
    finished_at: datetime | None = None
    result: ResultPost | None = None
    """The latest result posted for it."""

    def wire(self) -> dict[str, object]:
        """The command as an agent receives it: empty members left out."""
        request = self.request
        optional: Mapping[str, object] = {
            "kind": request.kind,
            "namespace": request.namespace,
            "name": request.name,
            "params": request.params,
        }
        return {
            "id": self.id,
            "clusterId": request.cluster_id,
            "action": request.action,
            **{name: value for name, value in optional.items() if value},
            "source": request.source,
            "createdAt": rfc3339(self.created_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRecord:
    """What is known of one cluster."""

    cluster_id: str
    online: bool
    last_heartbeat_at: datetime | None
    heartbeats: int
    accepted: int
    rejected: int
    """Pushes refused under this cluster's header."""
    last_push: Push | None
    last_rejection: Rejection | None
    polls: Mapping[str, int]
    """Polls for commands begun, by topic."""


def rfc3339(moment: datetime) -> str:
    """The moment as the wire writes times: UTC with `Z`."""
    return moment.isoformat().replace("+00:00", "Z")
