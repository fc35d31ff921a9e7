"""Plays a course: starts the agents, lets it happen, mends it, and writes down all that came of it."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adapters.embedded.demo_master.records import Rejection
from domain.cluster.readings import ReadingState
from tests.kube.outages.courses import COURSES, Case, Course
from tests.kube.outages.outage import Outage
from tests.kube.outages.pictures import Existing, Picture, collected, differences, existing
from tests.kube.outages.samples import Sample
from tests.kube.outages.stage import Stage, staged, utc_now
from tests.kube.testbed.audit import arrived_at
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ClusterError, Json
from tests.kube.testbed.loopback import wait_for

_START_SECONDS = 60
_CALM_SECONDS = 3.0
"""How long all is watched once more when it is over."""
_LOOK_AGAIN_SECONDS = 0.1


@dataclass(kw_only=True)
class Record:
    """One agent's way through one outage; all times are UTC-aware."""

    case: Case
    struck_at: datetime
    noticed_at: datetime | None
    """None: not within its time."""
    mended_at: datetime
    recovered_at: datetime | None
    """None: not within its time."""
    last_difference: str
    """What kept it from being recovered; empty when it is."""
    exists: Existing
    """What the cluster had in the end."""
    pictures: Sequence[Picture]
    samples: Sequence[Sample]
    rejections: Sequence[Rejection]
    requests: Sequence[Json]
    """From the strike to the end."""
    statuses: Sequence[int]
    """Of the answers that came through its gate."""
    metrics: str
    log: Sequence[Json]
    exit_code: int


@dataclass
class _Part:
    """A stage and what is known of it while the course is played."""

    case: Case
    stage: Stage
    noticed_at: datetime | None = None
    recovered_at: datetime | None = None
    last_difference: str = ""


class Records:
    """The records of all outages; a course is played when one of its outages is asked for."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self._cluster = cluster
        self._directory = directory
        self._known: dict[Outage, Record] = {}
        self._failed: dict[Outage, ClusterError] = {}

    def of(self, outage: Outage) -> Record:
        """The record of an outage.

        Raises:
            ClusterError: it could not be played to its end; not tried again.
        """
        if outage in self._failed:
            raise self._failed[outage]
        if outage not in self._known:
            (course,) = (course for course in COURSES if outage in course.cases)
            try:
                self._known.update(play(self._cluster, course, self._directory))
            except ClusterError as error:
                self._failed.update(dict.fromkeys(course.cases, error))
                raise
        return self._known[outage]


def play(cluster: Cluster, course: Course, directory: Path) -> dict[Outage, Record]:
    """Play a course to its end."""
    with ExitStack() as stack:
        parts: dict[Outage, _Part] = {}
        for outage, case in course.cases.items():
            stage = stack.enter_context(staged(cluster, directory / outage.name.lower(), case.setting))
            stage.account.grant()
            stage.start()
            parts[outage] = _Part(case, stage)
        for part in parts.values():
            wait_for("all live", lambda: _is_live(part.stage.last), _START_SECONDS, part.stage.agent.check)  # noqa: B023 - used within the round
            part.stage.agent.push(2)
        struck_at = utc_now()
        for part in parts.values():
            part.case.strike(part.stage)
        course.strike(cluster)
        _await(list(parts.values()), _notice, [part.case.noticed_seconds for part in parts.values()])
        for part in parts.values():
            part.case.meanwhile(part.stage)
        time.sleep(max(0.0, course.lasts_seconds - (utc_now() - struck_at).total_seconds()))
        mended_at = utc_now()
        for part in parts.values():
            part.case.mend(part.stage)
        course.mend(cluster)
        _await(list(parts.values()), _recover, [part.case.recovered_seconds for part in parts.values()])
        time.sleep(_CALM_SECONDS)
        return {outage: _record(part, struck_at, mended_at) for outage, part in parts.items()}


def _await(parts: Sequence[_Part], look: Callable[[_Part, datetime], bool], seconds: Sequence[float]) -> None:
    """Look at every part until it is as it should be, or its time is over."""
    began_at = utc_now()
    left = list(zip(parts, seconds, strict=True))
    while left:
        passed_seconds = (utc_now() - began_at).total_seconds()
        left = [(part, limit) for part, limit in left if not look(part, began_at) and passed_seconds < limit]
        time.sleep(_LOOK_AGAIN_SECONDS)


def _notice(part: _Part, since: datetime) -> bool:
    last = _last(part, since)
    if last is None or last.states != {part.case.kinds} or last.usage not in part.case.usage:
        return False
    part.noticed_at = last.at
    return True


def _recover(part: _Part, since: datetime) -> bool:
    last = _last(part, since)
    if last is None or not _is_live(last):
        part.last_difference = f"{last}"
        return False
    newest = part.stage.newest
    assert newest is not None
    part.last_difference = "; ".join(differences(newest, existing(part.stage.cluster.api, collected(newest))))
    if part.last_difference:
        return False
    part.recovered_at = max(last.at, newest.received_at)
    return True


def _last(part: _Part, since: datetime) -> Sample | None:
    """Its newest word, if it is not from before."""
    part.stage.agent.check()
    last = part.stage.last
    return last if last is not None and last.at >= since else None


def _is_live(sample: Sample | None) -> bool:
    return sample is not None and sample.states == {ReadingState.LIVE} and sample.usage == ReadingState.LIVE


def _record(part: _Part, struck_at: datetime, mended_at: datetime) -> Record:
    stage = part.stage
    metrics = stage.metrics()
    exit_code, samples = stage.stop()
    pictures = stage.pictures
    return Record(
        case=part.case,
        struck_at=struck_at,
        noticed_at=part.noticed_at,
        mended_at=mended_at,
        recovered_at=part.recovered_at,
        last_difference=part.last_difference,
        exists=existing(stage.cluster.api, collected(pictures[-1])),
        pictures=pictures,
        samples=samples,
        rejections=stage.agent.master.rejections(),
        requests=[entry for entry in stage.requests() if arrived_at(entry) >= struck_at - timedelta(seconds=1)],
        statuses=tuple(stage.gate.statuses) if part.case.setting.has_gate else (),
        metrics=metrics,
        log=stage.log(),
        exit_code=exit_code,
    )
