"""Findings, and the verdict that follows from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.preflight.rights import Right


class Section(StrEnum):
    """What a finding is about; in the order in which people read them."""

    SETTINGS = "settings"
    CLUSTER = "cluster"
    KINDS = "kinds"
    USAGE = "usage"
    COMMANDS = "commands"
    MASTER = "master"
    CLICKHOUSE = "clickhouse"


class Status(StrEnum):
    """How a thing was found."""

    OK = "ok"
    OFF = "off"
    """Not there, and that is normal: by default, or because a setting says so."""
    MISSING = "missing"
    """Not as it should be: a feature is gone, the rest works."""
    UNKNOWN = "unknown"
    """Asked, and no answer: a feature may be gone."""
    SKIPPED = "skipped"
    """Not asked, because something else has to be mended first."""
    FAILED = "failed"
    """The agent cannot work like this."""


class Verdict(StrEnum):
    """All findings in one word."""

    OK = "ok"
    DEGRADED = "degraded"
    """It works, but something is missing."""
    FAILED = "failed"
    """It cannot work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    section: Section
    subject: str
    """Unique within its section: `Pod`, `API server`."""
    status: Status
    detail: str = ""
    """What was found, in words for an operator."""
    cost: str = ""
    """Which feature that takes away; empty where none."""
    remedy: str = ""
    """What mends it, or turns it on: one line for a shell where there is one, else a sentence."""
    missing: tuple[Right, ...] = ()
    """Rights that are not granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that was found, by section."""

    checked_at: datetime
    cluster_id: str
    """Empty where it could not be found out."""
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst finding decides."""
        return verdict_of(finding.status for finding in self.findings)


def verdict_of(statuses: Iterable[Status]) -> Verdict:
    """What the findings mean together."""
    found = set(statuses)
    if Status.FAILED in found:
        return Verdict.FAILED
    return Verdict.DEGRADED if found & {Status.MISSING, Status.UNKNOWN} else Verdict.OK
