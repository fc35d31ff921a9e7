"""One picture of the cluster: what leaves for the Master every ten seconds."""

from dataclasses import dataclass
from datetime import datetime

from domain.cluster.all_readings import Readings
from domain.cluster.joins import Joins
from domain.cluster.summary import ClusterSummary
from domain.cluster.usage import Usage
from domain.otel.summary import OTelSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSnapshot:
    """The whole picture."""

    cluster_id: str
    collected_at: datetime
    """UTC, taken when collection started."""
    readings: Readings
    usage: Usage
    joins: Joins
    otel: OTelSummary | None
    """None: not configured, or not known yet."""
    summary: ClusterSummary
