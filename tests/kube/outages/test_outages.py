"""Each outage once, with the installed agent under exactly its roles; then one question at a time, for each of them."""

from collections import Counter
from datetime import timedelta
from http import HTTPStatus
from itertools import pairwise

import pytest

from domain.cluster.readings import ReadingState
from tests.kube.outages.courses import COURSES
from tests.kube.outages.outage import Outage
from tests.kube.outages.pictures import Window, incomplete, losses
from tests.kube.outages.play import Record, Records
from tests.kube.outages.stage import INTERVAL_SECONDS
from tests.kube.testbed.errors import Json

LONGEST_GAP_SECONDS = 3 * INTERVAL_SECONDS
ALWAYS_POSSIBLE = {ReadingState.LIVE, ReadingState.STALE}


@pytest.fixture(params=list(Outage), ids=lambda outage: outage.name.lower())
def record(request: pytest.FixtureRequest, records: Records) -> Record:
    return records.of(request.param)


def test_every_outage_has_a_case() -> None:
    assert Counter(outage for course in COURSES for outage in course.cases) == Counter(Outage)


def test_every_kind_has_the_right_state_while_it_lasts(record: Record) -> None:
    assert record.noticed_at is not None, "not noticed in time"
    seen = [sample for sample in record.samples if record.noticed_at <= sample.at < record.mended_at]
    assert seen
    for sample in seen:
        assert sample.states == {record.case.kinds}, sample
        assert sample.usage in record.case.usage, sample


def test_no_kind_is_ever_in_a_state_that_this_cannot_bring_about(record: Record) -> None:
    known = [sample for sample in record.samples if sample.at > record.pictures[0].received_at]
    assert known
    for sample in known:
        assert sample.states <= ALWAYS_POSSIBLE | {record.case.kinds}, sample


def test_no_list_is_ever_emptied_and_no_object_lost_that_still_exists(record: Record) -> None:
    assert record.exists.keys() >= {"pods", "nodes", "namespaces"}
    assert all(record.exists.values())
    assert list(incomplete(record.pictures[0], record.exists)) == []
    assert list(losses(record.pictures, record.exists, _blind(record))) == []


def test_it_is_over_within_the_stated_time(record: Record) -> None:
    assert record.recovered_at is not None, record.last_difference
    after = [sample for sample in record.samples if sample.at > record.recovered_at]
    assert after
    for sample in after:
        assert sample.states == {ReadingState.LIVE}, sample
        assert sample.usage == ReadingState.LIVE, sample


def test_a_snapshot_leaves_every_interval_and_is_accepted(record: Record) -> None:
    gaps = [(after.received_at - before.received_at).total_seconds() for before, after in pairwise(record.pictures)]
    assert max(gaps) <= LONGEST_GAP_SECONDS
    assert sum(gaps) / len(gaps) <= 1.1 * INTERVAL_SECONDS
    for picture in record.pictures:
        assert abs(picture.received_at - picture.collected_at) < timedelta(seconds=LONGEST_GAP_SECONDS)
    assert list(record.rejections) == []


def test_no_task_dies(record: Record) -> None:
    assert {sample.livez for sample in record.samples} == {HTTPStatus.OK}
    assert [line for line in record.log if line["level"] not in {"info", "warning"}] == []
    assert "task_crashes_total{" not in record.metrics
    assert record.exit_code == 0


def test_requests_are_bounded(record: Record) -> None:
    asked = Counter((entry["verb"], entry["requestURI"].partition("?")[0]) for entry in record.requests)
    assert asked
    assert max(asked.values()) <= record.case.requests_per_path, asked.most_common(5)
    refused = [entry for entry in record.requests if _status(entry) == HTTPStatus.FORBIDDEN]
    assert len(refused) <= record.case.refusals, [entry["requestURI"] for entry in refused]


def _status(entry: Json) -> int:
    return int((entry.get("responseStatus") or {}).get("code", 0))


def _blind(record: Record) -> Window | None:
    """From when the right was taken away to when it was back: only then may what is read be nothing."""
    if record.case.kinds is not ReadingState.FORBIDDEN or record.noticed_at is None:
        return None
    return Window(record.struck_at, record.recovered_at or record.samples[-1].at)
