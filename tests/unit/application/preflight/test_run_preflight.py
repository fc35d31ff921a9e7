"""All sections together, the Master's and ClickHouse's."""

from collections.abc import Sequence

import anyio
import pytest
from typing_extensions import override

from adapters.memory.clock import ManualClock
from adapters.memory.otel import InMemoryOTelParts
from adapters.memory.preflight import InMemoryMasterPreflight
from application.preflight.check_clickhouse import CheckClickHouse
from application.preflight.check_master import CheckMaster
from application.preflight.run_preflight import RunPreflight
from application.preflight.section import SILENT, PreflightSection, Progress
from domain.errors import MisconfigurationError
from domain.otel.parts import PartName
from domain.preflight.findings import Finding, Section, Status
from domain.preflight.sights import LARGEST_SKEW_SECONDS, MasterSight
from ports.errors import AccessDenied, NotFound, PortError, Unavailable, UnexpectedAnswer
from ports.preflight import MasterPreflight


class Meeting(PreflightSection):
    """Ends when all have begun."""

    def __init__(self, section: Section, others: list[Section], size: int) -> None:
        self._section = section
        self._others = others
        self._size = size

    @override
    async def check(self, progress: Progress) -> Sequence[Finding]:
        self._others.append(self._section)
        while len(self._others) < self._size:
            await anyio.lowlevel.checkpoint()
        return (Finding(section=self._section, subject="met", status=Status.OK),)


async def test_sections_run_together_and_are_reported_in_their_order() -> None:
    begun: list[Section] = []
    sections = [Meeting(section, begun, len(Section)) for section in reversed(Section)]
    clock = ManualClock()
    report = await RunPreflight(sections, lambda: "c", clock).run()
    assert [finding.section for finding in report.findings] == list(Section)
    assert (report.cluster_id, report.checked_at) == ("c", clock.now())


async def test_clickhouse_is_not_configured() -> None:
    (finding,) = await CheckClickHouse().check(SILENT)
    assert (finding.section, finding.status, finding.detail) == (Section.CLICKHOUSE, Status.OFF, "not configured")


async def _telemetry(error: PortError | MisconfigurationError | None, *parts: PartName) -> dict[str, Finding]:
    store = InMemoryOTelParts(ManualClock(), lambda: ())
    store.fail_with(error, *parts)  # type: ignore[arg-type] # a setting that cannot be used fails the same way
    return {finding.subject: finding for finding in await CheckClickHouse(store).check(SILENT)}


async def test_every_kind_of_telemetry_is_asked_for() -> None:
    found = await _telemetry(None)
    assert {subject: finding.status for subject, finding in found.items()} == dict.fromkeys(
        ("traces", "service levels", "node metrics", "logs"), Status.OK
    )


@pytest.mark.parametrize(
    "error",
    [Unavailable("read", "connection refused"), MisconfigurationError("AGENT_CLICKHOUSE_ENDPOINT: x")],
    ids=["down", "misconfigured"],
)
async def test_a_store_that_does_not_answer_is_one_finding(error: Unavailable | MisconfigurationError) -> None:
    found = await _telemetry(error)
    assert set(found) == {"ClickHouse"}
    assert found["ClickHouse"].status is Status.MISSING


@pytest.mark.parametrize(
    ("error", "status", "remedy"),
    [
        (AccessDenied("read", "a grant is missing"), Status.MISSING, "GRANT"),
        (NotFound("read", "the table does not exist"), Status.OFF, ""),
        (UnexpectedAnswer("read", "odd"), Status.MISSING, ""),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_what_one_table_lacks_costs_what_comes_from_it(error: PortError, status: Status, remedy: str) -> None:
    found = await _telemetry(error, PartName.LOGS)
    assert (found["logs"].status, found["logs"].detail) == (status, error.why)
    assert remedy in found["logs"].remedy
    assert found["logs"].cost
    assert found["traces"].status is Status.OK


async def _look(master: MasterPreflight) -> dict[str, Finding]:
    return {finding.subject: finding for finding in await CheckMaster(master).check(SILENT)}


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (Unavailable("look", "connection refused"), "AGENT_MASTER_URL"),
        (AccessDenied("look", "status 401"), "AGENT_MASTER_TOKEN_FILE"),
        (UnexpectedAnswer("look", "a web page"), "agent port"),
    ],
)
async def test_a_master_that_is_not_there_takes_everything_that_leaves(error: PortError, advice: str) -> None:
    master = InMemoryMasterPreflight(ManualClock())
    master.fail_next("look", error)
    found = await _look(master)
    assert set(found) == {"Master"}
    assert (found["Master"].status, found["Master"].detail) == (Status.MISSING, error.why)
    assert "no snapshots" in found["Master"].cost
    assert advice in found["Master"].remedy


@pytest.mark.parametrize(
    ("ahead_seconds", "detail"),
    [
        (0, f"within {LARGEST_SKEW_SECONDS:g} s of the Master's"),
        (-LARGEST_SKEW_SECONDS, f"within {LARGEST_SKEW_SECONDS:g} s of the Master's"),
        (600, "ours is 600 s behind the Master's"),
        (-90, "ours is 90 s ahead of the Master's"),
    ],
)
async def test_a_clock_that_is_off_says_in_which_direction(ahead_seconds: float, detail: str) -> None:
    master = InMemoryMasterPreflight(ManualClock())
    master.ahead_seconds = ahead_seconds
    found = await _look(master)
    assert found["Master"].status is Status.OK
    is_off = abs(ahead_seconds) > LARGEST_SKEW_SECONDS
    assert found["clock"].status is (Status.MISSING if is_off else Status.OK)
    assert found["clock"].detail == detail
    assert bool(found["clock"].cost) is bool(found["clock"].remedy) is is_off


class Odd(MasterPreflight):
    """One without a clock, or one that cannot be asked."""

    def __init__(self, error: MisconfigurationError | None = None) -> None:
        self._error = error

    @override
    async def look(self) -> MasterSight:
        await anyio.lowlevel.checkpoint()
        if self._error is not None:
            raise self._error
        now = ManualClock().now()
        return MasterSight(address="m", asked_at=now, answered_at=now, master_time=None)


async def test_a_master_without_a_clock_is_no_problem() -> None:
    found = await _look(Odd())
    assert {finding.status for finding in found.values()} == {Status.OK}
    assert found["clock"].detail == "the Master does not tell its time"


async def test_certificates_that_cannot_be_used_let_nothing_start() -> None:
    found = await _look(Odd(MisconfigurationError("AGENT_MASTER_CA_FILE: is no certificate")))
    assert found["Master"].status is Status.FAILED
    assert found["Master"].detail.startswith("AGENT_MASTER_CA_FILE")
