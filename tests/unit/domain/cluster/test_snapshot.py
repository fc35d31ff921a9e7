"""Readings by kind, what is settled, the figures of the overview."""

from dataclasses import replace

import pytest

from domain.cluster.kinds import Kind
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.snapshot import COLLECTED_KINDS, Readings
from domain.cluster.summary import summarise
from tests.support.domain_objects import CREATED_AT, a_namespace, a_node, a_pod


def test_readings_are_found_under_their_kinds() -> None:
    readings = Readings(
        pods=Reading((a_pod(),), ReadingState.LIVE),
        nodes=Reading((a_node(),), ReadingState.STALE),
        namespaces=Reading((a_namespace(),), ReadingState.FORBIDDEN),
    )
    by_kind = readings.by_kind()
    assert tuple(by_kind) == COLLECTED_KINDS == (Kind.POD, Kind.NODE, Kind.NAMESPACE)
    for kind, reading in by_kind.items():
        assert [item.kind for item in reading.objects] == [kind]


def test_objects_tell_name_namespace_and_birth_alike() -> None:
    told = [(item.name, item.namespace, item.created_at) for item in (a_pod(), a_node(), a_namespace())]
    assert told == [("web-1", "shop", CREATED_AT), ("node-1", "", CREATED_AT), ("shop", "", CREATED_AT)]


@pytest.mark.parametrize("state", ReadingState)
def test_only_a_kind_that_syncs_is_worth_waiting_for(state: ReadingState) -> None:
    assert Reading((), state).is_settled is (state is not ReadingState.SYNCING)


def test_the_overview_counts_what_the_snapshot_holds() -> None:
    phases = ["Running", "Running", "Pending", "Failed", "Succeeded"]
    not_ready = replace(a_node("node-2"), summary=replace(a_node().summary, name="node-2", ready="Unknown"))
    summary = summarise([a_pod(phase=phase) for phase in phases], [a_node(), not_ready], [a_namespace()])
    assert (summary.total_pods, summary.running_pods, summary.pending_pods, summary.failed_pods) == (5, 2, 1, 1)
    assert (summary.total_nodes, summary.ready_nodes, summary.total_namespaces) == (2, 1, 1)
    assert summary.total_deployments == summary.total_events == 0
