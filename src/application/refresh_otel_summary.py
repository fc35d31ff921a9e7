"""RefreshOTelSummary: keep the OTel summary as new as it should be, beside the snapshots and never in their way.

Every part has its own lifetime, age and failure. A part that cannot be renewed is shown as it was, up to a limit, and
then left out; it is never replaced by zeros. There is no summary at all before services, service levels and nodes
have each been read once: the Master would draw their absence as zeros.
"""

import logging
from collections.abc import Sequence
from typing import Any

import anyio

from application.otel_node_names import OTelNodeNames
from application.otel_part import OTelPart, OTelTimings
from application.otel_plan import plan_parts
from domain.otel.parts import PartName
from domain.otel.status import PartState, PartStatus
from domain.otel.summary import OTelSummary
from ports.clock import Clock
from ports.cluster import ClusterReader
from ports.errors import NotFound, PortError, Unavailable
from ports.otel import OTelParts

logger = logging.getLogger(__name__)


class RefreshOTelSummary:
    """Asks the store for what is due, and answers at once with what is known."""

    def __init__(
        self, store: OTelParts, cluster: ClusterReader, clock: Clock, *, timings: OTelTimings | None = None
    ) -> None:
        self._clock = clock
        self._timings = timings or OTelTimings()
        self._parts = plan_parts(store, self._timings)
        self._names = OTelNodeNames(cluster)
        self._flight = anyio.Lock()
        self._reported: dict[PartName, PartState] = {}

    def current(self) -> OTelSummary | None:
        """What is known now, without waiting for anything.

        None before every part that the summary cannot do without was read once, and again when all short windows are
        too old to be shown; a month that is still fresh does not keep old figures alive.
        """
        now = self._clock.monotonic()
        parts = self._parts
        apm, slo, nodes = parts.apm.at(now), parts.slo.at(now), parts.nodes.at(now)
        if apm is None or slo is None or nodes is None:
            return None
        topology, series, logs = parts.topology.at(now), parts.series.at(now), parts.logs.at(now)
        recent_traces = parts.recent_traces.at(now)
        short = (apm, slo, nodes, topology, series, logs, recent_traces)
        if all(part is None or part.expired for part in short):
            return None
        nodes, series = self._names.name(nodes, series)
        windows = {window: part.at(now) for window, part in parts.slo_windows.items()}
        return OTelSummary(
            apm=apm,
            slo=slo,
            nodes=nodes,
            topology=topology,
            series=series,
            logs=logs,
            recent_traces=recent_traces,
            slo_windows={window: part for window, part in windows.items() if part is not None},
        )

    def seconds_until_due(self) -> float:
        """Until some part is to be asked for; 0 when one is due now."""
        now = self._clock.monotonic()
        return min(part.seconds_until_due(now) for part in self._parts.all())

    def status(self) -> tuple[PartStatus, ...]:
        """How every part is doing, in the order of a round."""
        now = self._clock.monotonic()
        return tuple(part.status(now) for part in self._parts.all())

    async def refresh(self) -> None:
        """One round: ask for every part that is due, all at once, within the round's own deadline.

        One round at a time: who comes meanwhile waits for it, and then finds nothing due. What the store refuses or
        fails to answer becomes the state of the part; nothing is raised for it. When a part answers again, the others
        that failed are asked at once: most likely the store is back.
        """
        async with self._flight:
            started = self._clock.monotonic()
            due = [part for part in self._parts.all() if part.is_due(started)]
            if not due:
                return
            unanswered: dict[PartName, OTelPart[Any]] = {}
            try:
                async with self._clock.deadline(self._timings.deadline_seconds):
                    failing = [part for part in self._parts.all() if part.may_recover]
                    await self._ask_all(due, unanswered)
                    if any(not part.may_recover for part in failing):
                        await self._ask_all([part for part in failing if part not in due], unanswered)
            except TimeoutError:
                why = f"no answer within {self._timings.deadline_seconds:g} s"
                for part in unanswered.values():
                    part.failed(why, self._clock.now(), self._clock.monotonic(), may_pass=True)
            self._report_changes(self._clock.monotonic() - started)

    async def _ask_all(self, parts: Sequence[OTelPart[Any]], unanswered: dict[PartName, OTelPart[Any]]) -> None:
        """Ask for all of these; `unanswered` holds those that have not answered yet, also when this is cancelled."""
        unanswered.update((part.plan.name, part) for part in parts)
        async with anyio.create_task_group() as group:
            for part in parts:
                group.start_soon(self._ask, part, unanswered)

    async def _ask(self, part: OTelPart[Any], unanswered: dict[PartName, OTelPart[Any]]) -> None:
        """Ask for one part and remember what came of it."""
        try:
            scan = await part.plan.scan(part.plan.window_seconds)
        except NotFound as error:
            part.absent(str(error), self._clock.now(), self._clock.monotonic())
        except Unavailable as error:
            part.failed(
                str(error),
                self._clock.now(),
                self._clock.monotonic(),
                may_pass=True,
                retry_after_seconds=error.retry_after_seconds or 0.0,
            )
        except PortError as error:
            part.failed(str(error), self._clock.now(), self._clock.monotonic(), may_pass=False)
        else:
            part.succeeded(scan, self._clock.now(), self._clock.monotonic())
        del unanswered[part.plan.name]

    def _report_changes(self, seconds: float) -> None:
        """One line per kind of change since the last round, with the parts it concerns; none when nothing changed."""
        changed: dict[PartState, list[PartStatus]] = {}
        for status in self.status():
            if self._reported.get(status.name) is not status.state:
                self._reported[status.name] = status.state
                changed.setdefault(status.state, []).append(status)
        for state, parts in changed.items():
            self._report(state, parts, seconds)

    def _report(self, state: PartState, parts: Sequence[PartStatus], seconds: float) -> None:
        names = [part.name.value for part in parts]
        why = parts[0].error
        match state:
            case PartState.FRESH:
                fields = {"parts": names, "seconds": round(seconds, 3), **self._counts()}
                logger.info("OTel summary refreshed", extra=fields)
            case PartState.ABSENT:
                logger.info("OTel store has no such data", extra={"parts": names, "reason": why})
            case PartState.STALE:
                age_seconds = max(part.age_seconds or 0.0 for part in parts)
                fields = {"parts": names, "age_seconds": round(age_seconds, 1), "error": why}
                logger.warning("OTel summary is stale", extra=fields)
            case _:  # never read, or too old by now: either way nothing of it is shown
                since = min((part.failing_since or self._clock.now()) for part in parts)
                fields = {"parts": names, "since": since.isoformat(), "error": why}
                logger.warning("OTel data is unavailable", extra=fields)

    def _counts(self) -> dict[str, int]:
        """How much there is of what an operator would look for first."""
        now = self._clock.monotonic()
        parts = self._parts
        apm, slo, nodes = parts.apm.at(now), parts.slo.at(now), parts.nodes.at(now)
        return {
            "services": len(apm.content.services) if apm else 0,
            "ingress_services": len(slo.content.ingress) if slo else 0,
            "mesh_services": len(slo.content.services) if slo else 0,
            "nodes": len(nodes.content.nodes) if nodes else 0,
        }
