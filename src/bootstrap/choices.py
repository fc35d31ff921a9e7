"""Where each part of the outside world comes from: one choice per outside system."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where a part of the outside world comes from."""

    REAL = "real"
    MEMORY = "memory"


class OTelSource(StrEnum):
    """Where the OTel summary comes from."""

    OFF = "off"
    MEMORY = "memory"
    REAL = "real"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """One choice per outside system."""

    cluster: Source = Source.REAL
    master: Source = Source.REAL
    otel: OTelSource = OTelSource.OFF
    ledger: Source = Source.MEMORY
