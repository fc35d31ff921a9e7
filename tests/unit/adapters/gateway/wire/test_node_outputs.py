"""Results about nodes: JSON that says what went, what stays and why, and is never cut in the middle."""

import json
from dataclasses import replace

import pytest

from adapters.gateway.wire.node_outputs import cordon_output, drain_output
from adapters.gateway.wire.results import WireOutputRenderer
from domain.commands.drain import DrainCandidate, PlannedEviction, PodIdentity, Skip, Warn
from domain.commands.drain_course import Stage
from domain.commands.node_results import CordonResult, DrainResult, PodLeft
from domain.commands.results import CommandResult, Content, Outcome

LIMIT_BYTES = 2 * 1024 * 1024


def a_pod(name: str) -> PodIdentity:
    return PodIdentity(namespace="shop", name=name, uid=f"uid-{name}")


FULL = DrainResult(
    node="node-1",
    dry_run=True,
    was_schedulable=True,
    evicted=(
        PlannedEviction(candidate=DrainCandidate(pod=a_pod("web")), warnings=(Warn.LOCAL_DATA, Warn.UNMANAGED)),
        PlannedEviction(candidate=DrainCandidate(pod=a_pod("api"))),
    ),
    skipped=((a_pod("proxy"), Skip.DAEMON_SET),),
    left=(
        PodLeft(pod=a_pod("db"), stage=Stage.PRESENT, why="The disruption budget db needs 2\udcff"),
        PodLeft(pod=a_pod("stuck"), stage=Stage.NOT_WAITED_FOR, why=""),
    ),
    own_pod=a_pod("agent"),
)


def test_a_node_that_takes_no_new_pods() -> None:
    result = CordonResult(node="node-1", uid="uid", unschedulable=True, changed=False)
    assert json.loads(cordon_output(result)) == {"node": "node-1", "unschedulable": True, "changed": False}


def test_a_drain_says_everything() -> None:
    assert json.loads(drain_output(FULL, LIMIT_BYTES)) == {
        "node": "node-1",
        "unschedulable": True,
        "changed": True,
        "dryRun": True,
        "evicted": [
            {
                "namespace": "shop",
                "name": "web",
                "warnings": ["its data in an emptyDir is lost", "nothing makes it again: it has no controller"],
            },
            {"namespace": "shop", "name": "api"},
        ],
        "skipped": [{"namespace": "shop", "name": "proxy", "reason": "its DaemonSet would make it again at once"}],
        "left": [
            {"namespace": "shop", "name": "db", "state": "present", "reason": "The disruption budget db needs 2?"},
            {"namespace": "shop", "name": "stuck", "state": "not waited for"},
        ],
        "ownPod": {"namespace": "shop", "name": "agent"},
    }


@pytest.mark.parametrize("limit_bytes", [400, 900, 5_000, 100_000])
def test_a_list_that_is_too_long_loses_its_end_and_says_how_much(limit_bytes: int) -> None:
    pods = tuple(PlannedEviction(candidate=DrainCandidate(pod=a_pod(f"web-{number}"))) for number in range(3000))
    text = drain_output(replace(FULL, evicted=pods), limit_bytes)
    assert len(text.encode()) <= limit_bytes
    found = json.loads(text)
    kept = sum(len(found[name]) for name in ("evicted", "left", "skipped"))
    assert found["leftOut"] == 3003 - kept
    assert [one["name"] for one in found["evicted"]] == [f"web-{number}" for number in range(len(found["evicted"]))]


def test_what_cannot_be_shortened_stays_json() -> None:
    assert json.loads(drain_output(FULL, 10))["leftOut"] == 5


@pytest.mark.parametrize("content", [FULL, CordonResult(node="node-1", uid="u", unschedulable=False, changed=True)])
def test_the_renderer_knows_them(content: Content) -> None:
    rendered = WireOutputRenderer().render("c-1", CommandResult(outcome=Outcome.SUCCEEDED, content=content), 0.1)
    assert json.loads(rendered.output)["node"] == "node-1"
