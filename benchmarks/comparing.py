"""Whether two answers are the same, and what each cost the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.support.clickhouse_server import ClickHouseServer

_SAME: Final = 1e-6
"""Relative: sums of floating-point numbers depend on the order of adding."""
_QUANTILE: Final = 0.01
_SHOWN_DIFFERENCES: Final = 3
_MIB: Final = 1024 * 1024

Key = tuple[Any, ...]
Answer = Mapping[Key, Any]


@dataclass(frozen=True, slots=True)
class Exact:
    """All values behind a quantile."""

    values: tuple[float, ...]
    level: float

    def admits(self, quantile: float) -> bool:
        """Whether it is the quantile: within 1 %, or between neighbours where values are too few to tell."""
        ordered = sorted(self.values)
        place = self.level * (len(ordered) - 1)
        low, high = ordered[max(0, int(place) - 1)], ordered[min(len(ordered) - 1, int(place) + 2)]
        return low * (1 - _QUANTILE) <= quantile <= high * (1 + _QUANTILE)


def differences(ours: Answer, theirs: Answer) -> list[str]:
    """What differs, a few examples first; nothing when the answers are equal. Zero is as good as missing."""
    found = []
    for key in sorted(set(ours) | set(theirs), key=repr):
        one, other = ours.get(key, 0), theirs.get(key, 0)
        if isinstance(other, Exact):
            same = other.admits(one)
        elif isinstance(one, float | int) and isinstance(other, float | int):
            same = abs(one - other) <= _SAME * max(1.0, abs(one), abs(other))
        else:
            same = one == other
        if not same:
            found.append(f"{key}: {one} instead of {other}")
    return [*found[:_SHOWN_DIFFERENCES], f"{len(found)} of {len(theirs)} differ"] if found else []


@dataclass(frozen=True, slots=True)
class Cost:
    """What statements cost the server together."""

    statements: int
    rows: int
    bytes: int
    cpu_ms: float
    wall_ms: float
    memory: int
    """Peak of the largest."""

    def cells(self) -> str:
        """As cells of a table."""
        return (
            f"{self.statements} | {self.cpu_ms:.0f} | {self.wall_ms:.0f} | {self.rows} | "
            f"{self.bytes / 1e6:.1f} | {self.memory / _MIB:.0f}"
        )


Costs = dict[tuple[str, str, str], Cost]
"""By case, side and statement; all statements of a side together under an empty name."""


def read_costs(server: ClickHouseServer, statements: int) -> Costs:
    """Costs from the server's own record; of several rounds the one with the least CPU time: neighbours disturb.

    Args:
        server: which ran them.
        statements: how many there are to wait for, since they are written down after their answers have left.
    """
    rounds: dict[tuple[str, str, str], dict[str, list[dict[str, Any]]]] = {}
    for row in server.logged(
        "SELECT splitByChar('/', replaceOne(log_comment, 'atlhyper-agent:', '')) AS place, read_rows, read_bytes, "
        "memory_usage, query_duration_ms, ProfileEvents['UserTimeMicroseconds'] + "
        "ProfileEvents['SystemTimeMicroseconds'] AS cpu_us FROM system.query_log "
        "WHERE type = 'QueryFinish' AND startsWith(log_comment, 'atlhyper-agent:') AND length(place) = 4",
        lambda rows: len(rows) >= statements,
    ):
        case, number, side, statement = row["place"]
        for name in {statement, ""}:
            rounds.setdefault((case, side, name), {}).setdefault(number, []).append(row)
    return {key: min(map(_added, by_round.values()), key=lambda one: one.cpu_ms) for key, by_round in rounds.items()}


def _added(rows: list[dict[str, Any]]) -> Cost:
    return Cost(
        statements=len(rows),
        rows=sum(int(row["read_rows"]) for row in rows),
        bytes=sum(int(row["read_bytes"]) for row in rows),
        cpu_ms=sum(int(row["cpu_us"]) for row in rows) / 1000,
        wall_ms=sum(float(row["query_duration_ms"]) for row in rows),
        memory=max(int(row["memory_usage"]) for row in rows),
    )
