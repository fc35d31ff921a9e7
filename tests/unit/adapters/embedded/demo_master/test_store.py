"""Liveness, bounds and counts of what arrived."""

from datetime import UTC, datetime, timedelta

from adapters.embedded.demo_master.judge import JudgedSnapshot
from adapters.embedded.demo_master.settings import DemoMasterSettings
from adapters.embedded.demo_master.store import KEEP_CLUSTERS, Store

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def push(store: Store, text: bytes = b"{}", cluster_id: str = "c") -> None:
    store.note_push(cluster_id, JudgedSnapshot(text, cluster_id, None), wire_bytes=1, compressed=True)


def is_online(store: Store) -> bool:
    record = store.cluster("c")
    assert record is not None
    return record.online


def test_a_cluster_is_offline_when_heartbeats_stay_away() -> None:
    clock = Hands()
    store = Store(DemoMasterSettings(), clock)
    store.note_heartbeat("c")
    clock.forward(45)
    assert is_online(store)
    clock.forward(0.001)
    assert not is_online(store)
    store.note_heartbeat("c")
    assert is_online(store)


def test_a_snapshot_makes_a_cluster_known_but_does_not_keep_it_alive() -> None:
    clock = Hands()
    store = Store(DemoMasterSettings(), clock)
    push(store)
    assert is_online(store)
    clock.forward(46)
    push(store)
    assert not is_online(store)


def test_as_many_bodies_are_kept_as_asked_for() -> None:
    store = Store(DemoMasterSettings(keep_bodies=2))
    for text in (b'{"a":1}', b'{"a":2}', b"null"):
        push(store, text)

    assert [kept.parsed() for kept in store.pushes("c")] == [{"a": 2}, {}]
    record = store.cluster("c")
    assert record is not None
    assert record.accepted == 3


def test_a_refused_push_and_a_poll_make_no_cluster() -> None:
    store = Store(DemoMasterSettings(keep_rejections=2))
    store.note_poll("c", "ops")
    for number in range(3):
        store.note_rejection("/agent/snapshot", "c", "Invalid JSON", path="$.x", reason=f"{number}" * 1000)

    assert store.cluster("c") is None
    assert [rejection.reason[:1] for rejection in store.rejections] == ["1", "2"]
    assert all(len(rejection.reason) == 256 for rejection in store.rejections)
    push(store)
    record = store.cluster("c")
    assert record is not None
    assert (record.rejected, record.polls) == (3, {"ops": 1})


def test_only_so_many_clusters_are_remembered() -> None:
    store = Store(DemoMasterSettings())
    for number in range(KEEP_CLUSTERS + 5):
        push(store, cluster_id=f"c{number}")
        store.note_heartbeat("c0")

    known = {record.cluster_id for record in store.clusters()}
    assert len(known) == KEEP_CLUSTERS
    assert "c0" in known


def test_nothing_is_known_of_a_stranger() -> None:
    store = Store(DemoMasterSettings())

    assert (store.pushes("c"), store.polls("c", "ops"), store.heartbeats("c")) == ((), 0, 0)
    assert store.clusters() == ()
