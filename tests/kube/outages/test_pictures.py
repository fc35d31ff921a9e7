"""The checker of bodies itself: what it must find, and what is no loss."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from adapters.embedded.demo_master.records import Push
from tests.kube.outages.pictures import (
    Existing,
    Key,
    Picture,
    Window,
    differences,
    incomplete,
    losses,
    picture_of,
)

NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
A, B = ("shop", "a"), ("shop", "b")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def series(*contents: Iterable[Key]) -> list[Picture]:
    """A picture a second from noon on, of one list."""
    return [Picture(at(number), at(number), {"pods": frozenset(keys)}) for number, keys in enumerate(contents)]


def having(*keys: Key, created_at: datetime = NOON - timedelta(hours=1)) -> Existing:
    return {"pods": dict.fromkeys(keys, created_at)}


@pytest.mark.parametrize(
    ("contents", "exists", "expected"),
    [
        ([[A, B], [A], [A]], having(A, B), "lost ('shop', 'b') at 12:00:01.000000, and it still exists"),
        ([[A, B], [A], [A, B]], having(A, B), "lost ('shop', 'b') at 12:00:01.000000 and had it again at 12:00:02"),
        ([[A, B], [A], [A, B]], having(A), "lost ('shop', 'b') at 12:00:01.000000 and had it again at 12:00:02"),
        ([[A], [], []], having(), "became empty at 12:00:01.000000; it had 1 objects"),
        ([[], [A], [], [A]], having(A), "became empty at 12:00:02.000000; it had 1 objects"),
    ],
)
def test_a_loss_is_found(contents: list[list[Key]], exists: Existing, expected: str) -> None:
    assert any(found.startswith(f"pods {expected}") for found in losses(series(*contents), exists))


@pytest.mark.parametrize(
    ("contents", "exists"),
    [
        ([[A], [A], [A]], having(A)),
        ([[A], [A, B], [A, B]], having(A, B)),
        ([[A, B], [A], [A]], having(A)),
        ([[], [], [A]], having(A)),
        ([[A, B], [A], [A, B]], {"pods": {**having(A)["pods"], B: at(1.5)}}),
        ([[A, B], [A], [A]], {"pods": {**having(A)["pods"], B: at(3)}}),
    ],
)
def test_what_was_deleted_or_made_again_is_no_loss(contents: list[list[Key]], exists: Existing) -> None:
    assert list(losses(series(*contents), exists)) == []


def test_without_rights_a_list_may_be_empty_but_not_half_and_not_longer() -> None:
    blind = Window(at(1), at(2))
    assert list(losses(series([A, B], [], [], [A, B]), having(A, B), blind)) == []
    assert len(list(losses(series([A, B], [A], [], [A, B]), having(A, B), blind))) == 1
    assert len(list(losses(series([A, B], [], [], [], [A, B]), having(A, B), blind))) > 1


def test_a_list_of_which_everything_was_deleted_may_be_empty() -> None:
    assert list(losses(series([A], []), having(), is_deleted=lambda key: key == A)) == []
    assert len(list(losses(series([A, B], []), having(), is_deleted=lambda key: key == A))) == 1


def test_a_first_picture_has_all_that_was_there_before() -> None:
    (picture,) = series([A])
    assert list(incomplete(picture, having(A, B))) == ["pods has 1 objects and not [('shop', 'b')]"]
    assert list(incomplete(picture, having(A, B, created_at=NOON))) == []


def test_differences_are_found_both_ways() -> None:
    (picture,) = series([A])
    assert list(differences(picture, having(A))) == []
    assert list(differences(picture, having(A, B))) == ["pods: [('shop', 'b')]"]
    assert list(differences(picture, having())) == ["pods: [('shop', 'a')]"]


def test_a_body_is_reduced_to_its_lists() -> None:
    names = ("deployments", "services", "namespaces")
    body = {
        "clusterId": "one",
        "fetchedAt": "2026-01-01T12:00:00.123456789Z",
        "summary": {"totalPods": 1},
        "otel": {"slo": [{}]},
        **{name: [] for name in names},
        "pvs": [{"uid": "u", "name": "disk"}],
        "services": [
            {"summary": {"name": "web", "namespace": "shop"}, "backends": {"endpoints": [{}]}},
            {"summary": {"name": "db", "namespace": "shop"}},
        ],
        "namespaces": [{"summary": {"name": "shop"}, "quotas": [{"name": "most"}], "limitRanges": []}],
    }
    push = Push(
        number=1,
        cluster_id="one",
        document=json.dumps(body).encode(),
        wire_bytes=1,
        compressed=True,
        received_at=at(1),
        fetched_at="",
    )
    picture = picture_of(push)
    assert picture.collected_at == at(0.123456)
    assert {name: keys for name, keys in picture.lists.items() if keys} == {
        "pvs": {("", "disk")},
        "namespaces": {("", "shop")},
        "services": {("shop", "web"), ("shop", "db")},
        "namespaces.quotas": {("", "shop/most")},
        "services.backends": {("shop", "web/")},
    }
