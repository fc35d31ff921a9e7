"""RunPreflight: look at everything at the same time, and report it in the order in which people read it."""

from collections.abc import Callable, Sequence
from typing import Final

import anyio

from application.preflight.section import SILENT, PreflightSection, Progress
from domain.preflight.findings import Finding, Report, Section
from ports.clock import Clock

_ORDER: Final = {section: place for place, section in enumerate(Section)}


class RunPreflight:
    """All sections together."""

    def __init__(self, sections: Sequence[PreflightSection], cluster_id: Callable[[], str], clock: Clock) -> None:
        """Take the sections.

        Args:
            sections: run at the same time.
            cluster_id: the cluster's id, asked for at the end; empty where it is not known.
            clock: for the stamp.
        """
        self._sections = tuple(sections)
        self._cluster_id = cluster_id
        self._clock = clock

    async def run(self, progress: Progress = SILENT) -> Report:
        """Everything that was found; changes nothing anywhere."""
        found: list[Finding] = []

        async def check(section: PreflightSection) -> None:
            found.extend(await section.check(progress))

        checked_at = self._clock.now()
        async with anyio.create_task_group() as group:
            for section in self._sections:
                group.start_soon(check, section)
        found.sort(key=lambda finding: _ORDER[finding.section])
        return Report(checked_at=checked_at, cluster_id=self._cluster_id(), findings=tuple(found))
