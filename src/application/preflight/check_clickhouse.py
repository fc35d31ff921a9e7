"""CheckClickHouse: whether the store of telemetry answers, and what of it is there.

Every part is asked as the agent itself would ask, over a short window: that proves address, login, grants, tables and
their layout at once.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from typing_extensions import override

from application.preflight.section import PreflightSection, Progress
from domain.errors import MisconfigurationError
from domain.otel.parts import Scan
from domain.preflight.findings import Finding, Section, Status
from ports.errors import AccessDenied, NotFound, PortError, Unavailable
from ports.otel import OTelParts

_SUBJECT: Final = "ClickHouse"
_NOTHING: Final = "no overview of traces, service levels, logs and node metrics"
_WINDOW_SECONDS: Final = 300
_GRANT: Final = "GRANT SHOW, SELECT ON <database>.* TO <user>    # and readonly = 2 in the user's profile"
_REACH: Final = (
    "see that ClickHouse runs and that AGENT_CLICKHOUSE_ENDPOINT is its HTTP interface; the agent goes on trying"
)
_QUESTIONS: Final[dict[str, tuple[Callable[[OTelParts], Awaitable[Scan[Any]]], str]]] = {
    "traces": (lambda store: store.apm(_WINDOW_SECONDS), "no services, operations, topology and traces"),
    "service levels": (lambda store: store.slo(_WINDOW_SECONDS), "no service levels of ingress and mesh"),
    "node metrics": (lambda store: store.nodes(_WINDOW_SECONDS), "no hardware of the nodes"),
    "logs": (lambda store: store.logs(_WINDOW_SECONDS), "no counts of logs, no search"),
}
"""What is asked, and what it costs when there is no answer."""


class CheckClickHouse(PreflightSection):
    """One question per kind of telemetry."""

    def __init__(self, store: OTelParts | None = None) -> None:
        """Without a store nothing is configured."""
        self._store = store

    @override
    async def check(self, progress: Progress) -> Sequence[Finding]:
        if self._store is None:
            return (_finding(_SUBJECT, Status.OFF, "not configured", _NOTHING),)
        progress.plan(len(_QUESTIONS))
        findings: list[Finding] = []
        for subject in _QUESTIONS:
            if findings and findings[-1].status is Status.MISSING and findings[-1].subject == _SUBJECT:
                progress.answer(subject)
                continue
            findings.append(await self._ask(self._store, subject))
            progress.answer(subject)
        return tuple(findings)

    async def _ask(self, store: OTelParts, subject: str) -> Finding:
        ask, cost = _QUESTIONS[subject]
        try:
            await ask(store)
        except MisconfigurationError as error:
            return _finding(_SUBJECT, Status.MISSING, str(error), _NOTHING)
        except Unavailable as error:
            return _finding(_SUBJECT, Status.MISSING, error.why, _NOTHING, _REACH)
        except AccessDenied as error:
            return _finding(subject, Status.MISSING, error.why, cost, _GRANT)
        except NotFound as error:
            return _finding(subject, Status.OFF, error.why, cost)
        except PortError as error:
            return _finding(subject, Status.MISSING, error.why, cost)
        return _finding(subject, Status.OK, "can be read")


def _finding(subject: str, status: Status, detail: str, cost: str = "", remedy: str = "") -> Finding:
    return Finding(section=Section.CLICKHOUSE, subject=subject, status=status, detail=detail, cost=cost, remedy=remedy)
