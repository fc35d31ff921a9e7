"""Each outage once, with the installed agent under exactly its roles; then one question at a time, for each of them."""

import re
from collections import Counter
from datetime import timedelta
from http import HTTPStatus
from itertools import pairwise

import pytest

from adapters.kubernetes.kinds import KINDS
from domain.cluster.readings import ReadingState
from tests.kube.outages.courses import COURSES
from tests.kube.outages.outage import Outage
from tests.kube.outages.pictures import Window, incomplete, losses
from tests.kube.outages.play import Record, Records
from tests.kube.outages.stage import INTERVAL_SECONDS
from tests.kube.testbed.audit import status_of
from tests.kube.testbed.errors import Json

LONGEST_GAP_SECONDS = 5.0
"""Half of the interval that an agent has unless it is told otherwise; here everything shares two cores."""
REVIEWS = ("create", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
MOST_REVIEWS_PER_KIND = 8
"""Questions for rights: two verbs of each kind, asked for as long as an outage lasts."""
MOST_UNANSWERED = 20
"""Of one kind in a minute: pauses double up to half a minute, and are anything up to that."""
LIVE, STALE, FORBIDDEN = ReadingState.LIVE, ReadingState.STALE, ReadingState.FORBIDDEN
SYNCING = ReadingState.SYNCING


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
    possible = {LIVE, STALE, record.case.kinds} | ({SYNCING} if record.case.kinds is FORBIDDEN else set())
    for sample in known:
        assert sample.states <= possible, sample


def test_no_list_is_ever_emptied_and_no_object_lost_that_still_exists(record: Record) -> None:
    assert record.exists.keys() >= {"pods", "nodes", "namespaces"}
    assert all(record.exists.values())
    assert list(incomplete(record.pictures[0], record.exists)) == []
    assert list(losses(record.pictures, record.exists, _blind(record))) == []
    assert all(any(picture.lists.values()) for picture in record.pictures)


def test_it_is_over_within_the_stated_time(record: Record) -> None:
    assert record.recovered_at is not None, record.last_difference
    after = [sample for sample in record.samples if sample.at > record.recovered_at]
    assert after
    for sample in after:
        assert sample.states == {LIVE}, sample
        assert sample.usage == LIVE, sample


def test_a_snapshot_leaves_every_interval_and_is_accepted(record: Record) -> None:
    blind = _blind(record)
    gaps = [
        (after.received_at - before.received_at).total_seconds()
        for before, after in pairwise(record.pictures)
        # While nothing at all may be read nothing is sent, which is better than to say that all is gone.
        if blind is None or not blind.covers(before.received_at)
    ]
    assert max(gaps) <= LONGEST_GAP_SECONDS
    assert sum(gaps) / len(gaps) <= 1.25 * INTERVAL_SECONDS
    for picture in record.pictures:
        assert abs(picture.received_at - picture.collected_at) < timedelta(seconds=LONGEST_GAP_SECONDS)
    assert list(record.rejections) == []


def test_no_task_dies(record: Record) -> None:
    assert {sample.livez for sample in record.samples} == {HTTPStatus.OK}
    assert [line for line in record.log if line["level"] not in {"info", "warning"}] == []
    assert "task_crashes_total{" not in record.metrics
    assert record.exit_code == 0


def test_requests_are_bounded(record: Record) -> None:
    asked = Counter(map(_what, record.requests))
    refused = Counter(_what(entry) for entry in record.requests if status_of(entry) == HTTPStatus.FORBIDDEN)
    # An API server that boots refuses these questions as well, so they count as questions only.
    reviews, _ = asked.pop(REVIEWS, 0), refused.pop(REVIEWS, 0)
    assert asked
    assert max(asked.values()) <= record.case.requests_per_path, asked.most_common(5)
    assert max(refused.values(), default=0) <= record.case.refusals_per_path, refused.most_common(5)
    assert reviews <= MOST_REVIEWS_PER_KIND * len(KINDS)


def test_tries_without_an_answer_are_bounded(record: Record) -> None:
    """The audit log knows nothing of them; the agent counts them itself."""
    unanswered = re.findall(r'kubernetes_request_duration_seconds_count{.*status="0"} (.*)', record.metrics)
    assert max(map(float, unanswered), default=0) <= MOST_UNANSWERED


def test_what_is_gone_is_answered_with_410_in_the_stream_and_as_astatus_of(records: Records) -> None:
    """Otherwise two of the outages would prove nothing."""
    by_stream, by_status = records.of(Outage.HISTORY_COMPACTED), records.of(Outage.PAGES_COMPACTED)
    assert HTTPStatus.GONE not in by_stream.statuses
    assert 'kubernetes_relists_total{kind="Pod",reason="expired"}' in by_stream.metrics
    assert HTTPStatus.GONE in by_status.statuses
    gone = [entry for entry in by_status.requests if status_of(entry) == HTTPStatus.GONE]
    assert {entry["verb"] for entry in gone} == {"list"}


def test_an_api_server_that_is_down_for_two_seconds_makes_everything_stale_until_it_is_back(records: Records) -> None:
    record = records.of(Outage.API_SERVER_DOWN_2_SECONDS)
    assert {STALE} in [sample.states for sample in record.samples if sample.at > record.struck_at]


def test_a_permission_that_is_removed_is_used_until_the_watches_end(records: Records) -> None:
    record = records.of(Outage.PERMISSION_REMOVED)
    assert record.noticed_at is not None
    before = [sample for sample in record.samples if sample.at < record.struck_at + timedelta(seconds=5)]
    assert {state for sample in before if sample.at > record.struck_at for state in sample.states} == {LIVE}


def test_a_token_that_was_renewed_in_time_is_never_refused_twice(records: Records) -> None:
    record = records.of(Outage.TOKEN_RENEWED)
    assert [line["error"] for line in record.log if "401" in line.get("error", "")] == []


def _what(entry: Json) -> tuple[str, str]:
    return entry["verb"], entry["requestURI"].partition("?")[0]


def _blind(record: Record) -> Window | None:
    """From when the right was taken away to when it was back: only then may what is read be nothing."""
    if record.case.kinds is not FORBIDDEN or record.noticed_at is None:
        return None
    return Window(record.struck_at, record.recovered_at or record.samples[-1].at)
