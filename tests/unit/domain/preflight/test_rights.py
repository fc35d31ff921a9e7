"""Rights as an operator reads them."""

import pytest

from domain.cluster.kinds import Kind
from domain.commands.actions import Action
from domain.preflight.costs import KIND_COSTS, cost_of, is_read_somewhere
from domain.preflight.rights import Need, Purpose, Right, spelt

PODS = tuple(Right(verb, "pods", namespace=place) for place in ("shop", "zoo") for verb in ("get", "list", "watch"))


def a_need(purpose: Purpose = Purpose.KIND, subject: str = "Pod", rights: tuple[Right, ...] = PODS) -> Need:
    kind = Kind(subject) if purpose is Purpose.KIND else None
    return Need(subject=subject, purpose=purpose, rights=rights, kind=kind, actions=frozenset({Action.SCALE}))


@pytest.mark.parametrize(
    ("right", "text"),
    [
        (Right("get", "pods"), "pods"),
        (Right("get", "pods/log"), "pods/log"),
        (Right("get", "deployments", "apps"), "deployments.apps"),
        (Right("get", "deployments/scale", "apps", "shop"), "deployments.apps/scale"),
    ],
)
def test_a_resource_is_named_as_kubectl_does(right: Right, text: str) -> None:
    assert right.qualified == text


@pytest.mark.parametrize(
    ("rights", "text"),
    [
        ((), ""),
        (PODS[:1], "get on pods in shop"),
        (PODS, "get, list, watch on pods in shop, zoo"),
        ((*PODS[:3], PODS[5]), "get, list, watch on pods in shop; watch on pods in zoo"),
        ((Right("list", "nodes"), Right("list", "pods")), "list on nodes, pods"),
    ],
)
def test_rights_are_one_text(rights: tuple[Right, ...], text: str) -> None:
    assert spelt(rights) == text


def test_every_kind_says_what_its_absence_costs() -> None:
    assert set(KIND_COSTS) == set(Kind)
    assert len(set(KIND_COSTS.values())) == len(KIND_COSTS)


@pytest.mark.parametrize("verb", ["list", "watch"])
def test_a_kind_that_cannot_be_followed_is_gone_where_it_cannot(verb: str) -> None:
    everywhere = Right(verb, "pods")
    assert cost_of(a_need(rights=(everywhere,)), [everywhere]) == KIND_COSTS[Kind.POD]
    lost = [right for right in PODS if (right.verb, right.namespace) == (verb, "zoo")]
    assert cost_of(a_need(), lost) == f"{KIND_COSTS[Kind.POD]} (of zoo)"
    assert is_read_somewhere(a_need(), lost)
    assert not is_read_somewhere(a_need(), [right for right in PODS if right.verb == verb])


def test_without_get_the_snapshot_is_complete() -> None:
    missing = [right for right in PODS if right.verb == "get"]
    assert "the snapshot is complete" in cost_of(a_need(), missing)
    assert is_read_somewhere(a_need(), missing)


def test_usage_and_commands_have_costs_of_their_own() -> None:
    assert "usage of nodes stays empty" in cost_of(a_need(Purpose.USAGE, "usage of nodes"), PODS)
    assert cost_of(a_need(Purpose.COMMAND, "scale"), PODS).startswith("the command scale is answered with")
    assert "no Event" in cost_of(a_need(Purpose.TARGET_EVENTS, "events on targets"), PODS)
