"""Readings by kind, what is settled, the figures of the overview."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.cluster.all_readings import COLLECTED_KINDS, FOLLOWED_KINDS, RESOURCES
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.namespaces import Namespace
from domain.cluster.nodes import Node
from domain.cluster.readings import Reading, ReadingState
from domain.cluster.summary import summarise
from tests.support.domain_objects import a_namespace, a_node, a_pod, filled, readings_of


@pytest.mark.parametrize("of", RESOURCES.values())
def test_readings_are_found_under_their_kinds(of: type[Resource]) -> None:
    one = filled(of)
    by_kind = readings_of([one]).by_kind()
    assert tuple(by_kind) == FOLLOWED_KINDS
    assert {kind: reading.objects for kind, reading in by_kind.items() if reading.objects} == {of.kind: (one,)}


def test_the_kinds_are_those_of_the_enum_and_all_but_endpoint_slices_are_sent() -> None:
    assert sorted(FOLLOWED_KINDS) == sorted(Kind)
    assert set(Kind) - set(COLLECTED_KINDS) == {Kind.ENDPOINT_SLICE}


@pytest.mark.parametrize("of", RESOURCES.values())
def test_objects_of_every_kind_tell_name_namespace_and_birth_alike(of: type[Resource]) -> None:
    one = filled(of)
    assert isinstance(one.name, str)
    assert one.name
    assert bool(one.namespace) is (of not in {Node, Namespace})
    assert isinstance(one.created_at, datetime)


@pytest.mark.parametrize("state", ReadingState)
def test_only_a_kind_that_syncs_is_worth_waiting_for(state: ReadingState) -> None:
    assert Reading((), state).is_settled is (state is not ReadingState.SYNCING)


def test_the_overview_counts_what_the_snapshot_holds() -> None:
    phases = ["Running", "Running", "Pending", "Failed", "Succeeded"]
    not_ready = replace(a_node("node-2"), summary=replace(a_node().summary, name="node-2", ready="Unknown"))
    summary = summarise(readings_of([*(a_pod(phase=phase) for phase in phases), a_node(), not_ready, a_namespace()]))
    assert (summary.total_pods, summary.running_pods, summary.pending_pods, summary.failed_pods) == (5, 2, 1, 1)
    assert (summary.total_nodes, summary.ready_nodes, summary.total_namespaces) == (2, 1, 1)
    assert summary.total_deployments == summary.total_events == 0
