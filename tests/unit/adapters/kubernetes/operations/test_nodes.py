"""Nodes and their pods through the API server: what is sent, and what odd answers come to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from adapters.kubernetes.operations.nodes import KubernetesNodeOperator
from domain.commands.drain import DaemonSetSight, PodIdentity
from ports.errors import Conflict, InvalidRequest, NotFound, PortError, Unavailable, UnexpectedAnswer
from ports.nodes import Eviction, Removal
from tests.support.api_answers import Request, status_answer, with_status, with_text
from tests.support.api_client import connected
from tests.support.api_nodes import NodeApi, a_bound_pod
from tests.support.api_server import ApiServer

NODE = "node-1"
WEB = PodIdentity(namespace="shop", name="web-1", uid="uid-shop-web-1")


class Scene:
    """An operator, and the API server that it talks to."""

    def __init__(self) -> None:
        self.server = ApiServer()
        self.api = NodeApi(self.server)
        self.api.add_node(NODE)
        self.api.add_pod(a_bound_pod("web-1", NODE))
        self.operator: KubernetesNodeOperator

    def answers(self, answer: object, verb: str = "", plural: str = "", times: int = 1_000) -> None:
        """Before the API itself gets a chance."""
        self.server.fail(answer, verb=verb, plural=plural, times=times)  # type: ignore[arg-type] # an Answer
        self.server.faults.insert(0, self.server.faults.pop())


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    scene = Scene()
    async with scene.server.serving(), connected(scene.server, tmp_path) as connection:
        scene.operator = KubernetesNodeOperator(connection)
        yield scene


async def test_a_cordon_sends_the_uid_that_was_read_and_nothing_else(scene: Scene) -> None:
    await scene.operator.cordon(NODE)
    await scene.operator.cordon(NODE)
    assert scene.api.bodies == [
        ("/api/v1/nodes/node-1", {"metadata": {"uid": "uid-node-1"}, "spec": {"unschedulable": True}})
    ]


async def test_an_uncordon_removes_the_field(scene: Scene) -> None:
    await scene.operator.cordon(NODE)
    await scene.operator.uncordon(NODE)
    _, patch = scene.api.bodies[-1]
    assert patch["spec"] == {"unschedulable": None}
    assert scene.api.nodes[NODE]["spec"] == {"podCIDR": "10.0.0.0/24"}


async def test_a_dry_run_is_the_servers(scene: Scene) -> None:
    await scene.operator.cordon(NODE, dry_run=True)
    assert scene.api.bodies[-1][0] == "/api/v1/nodes/node-1?dryRun=All"


@pytest.mark.parametrize("replacement", ["uid-other", None])
async def test_another_node_under_the_same_name_is_a_conflict(scene: Scene, replacement: str | None) -> None:
    async def replaced(request: Request) -> web.StreamResponse:
        del scene.api.nodes[NODE]
        if replacement is not None:
            scene.api.nodes[NODE] = {"metadata": {"name": NODE, "uid": replacement}, "spec": {}}
        return status_answer(422, "metadata.uid: Invalid value", reason="Invalid")

    scene.answers(replaced, verb="patch")
    with pytest.raises(Conflict, match="another node has come under this name"):
        await scene.operator.cordon(NODE)


@pytest.mark.parametrize(("status", "expected"), [(409, Conflict), (422, InvalidRequest)])
async def test_another_refusal_of_a_cordon_stays_what_it_is(
    scene: Scene, status: int, expected: type[PortError]
) -> None:
    scene.answers(with_status(status, "an admission webhook says no"), verb="patch")
    with pytest.raises(expected, match="an admission webhook says no"):
        await scene.operator.cordon(NODE)


@pytest.mark.parametrize("name", ["", "..", "node-1/status", "a%2fb"])
async def test_what_is_no_name_reaches_no_other_path(scene: Scene, name: str) -> None:
    with pytest.raises(InvalidRequest):
        await scene.operator.cordon(name)
    with pytest.raises(InvalidRequest):
        await scene.operator.evict(PodIdentity(namespace="shop", name=name, uid="u"), Removal())
    assert scene.server.requests == []


async def test_an_answer_that_is_no_node_is_unexpected(scene: Scene) -> None:
    scene.answers(with_text(200, '{"spec":7}'), verb="get", plural="nodes")
    with pytest.raises(UnexpectedAnswer, match="no Node"):
        await scene.operator.cordon(NODE)


async def test_an_eviction_is_that_of_one_uid(scene: Scene) -> None:
    await scene.operator.evict(WEB, Removal(grace_period_seconds=7, dry_run=True))
    assert scene.api.bodies == [
        (
            "/api/v1/namespaces/shop/pods/web-1/eviction",
            {
                "apiVersion": "policy/v1",
                "kind": "Eviction",
                "metadata": {"namespace": "shop", "name": "web-1"},
                "deleteOptions": {"preconditions": {"uid": WEB.uid}, "gracePeriodSeconds": 7, "dryRun": ["All"]},
            },
        )
    ]


async def test_a_deletion_is_that_of_one_uid_and_takes_the_pods_own_time(scene: Scene) -> None:
    await scene.operator.evict(WEB, Removal(by_deletion=True))
    assert scene.api.bodies == [
        (
            "/api/v1/namespaces/shop/pods/web-1",
            {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": WEB.uid}},
        )
    ]


async def test_overload_is_told_from_a_budget_and_says_how_long_to_wait(scene: Scene) -> None:
    scene.answers(with_text(429, "Too many requests, please try again later.", retry_after="3"), verb="create")
    answer = await scene.operator.evict(WEB, Removal())
    assert (answer.eviction, answer.retry_after_seconds) == (Eviction.OVERLOADED, 3.0)
    assert "Too many requests" in answer.why


async def test_a_namespace_that_ends_is_told_from_a_missing_right(scene: Scene) -> None:
    scene.api.ending_namespaces.add("shop")
    assert (await scene.operator.evict(WEB, Removal())).eviction is Eviction.NAMESPACE_ENDS


async def test_a_pod_of_several_budgets_can_never_be_evicted(scene: Scene) -> None:
    scene.api.budgets["web"] = 2
    with pytest.raises(InvalidRequest, match="more than one PodDisruptionBudget"):
        await scene.operator.evict(WEB, Removal())


async def test_another_error_of_the_server_passes(scene: Scene) -> None:
    scene.answers(with_status(500, "etcdserver: leader changed"), verb="create")
    with pytest.raises(Unavailable, match="leader changed"):
        await scene.operator.evict(WEB, Removal())


async def test_a_server_without_evictions_is_told_from_a_pod_that_is_gone(scene: Scene) -> None:
    scene.answers(with_text(404, "404 page not found\n"), verb="create")
    with pytest.raises(InvalidRequest, match="disableEviction deletes pods instead"):
        await scene.operator.evict(WEB, Removal())


async def test_a_conflict_about_the_very_pod_passes(scene: Scene) -> None:
    scene.answers(with_status(409, "the object has been modified"), verb="create")
    answer = await scene.operator.evict(WEB, Removal())
    assert (answer.eviction, "modified" in answer.why) == (Eviction.OVERLOADED, True)
    del scene.api.pods["shop", "web-1"]
    assert (await scene.operator.evict(WEB, Removal())).eviction is Eviction.GONE


async def test_a_conflict_that_cannot_be_explained_is_unexpected(scene: Scene) -> None:
    scene.answers(with_status(409, "modified"), verb="create")
    scene.answers(with_text(200, "[]"), verb="get", plural="pods")
    with pytest.raises(UnexpectedAnswer, match="no pod"):
        await scene.operator.evict(WEB, Removal())


async def test_pods_come_in_pages_of_five_hundred(scene: Scene) -> None:
    for number in range(1100):
        scene.api.add_pod(a_bound_pod(f"api-{number:04}", NODE))
    scene.api.add_pod(a_bound_pod("elsewhere", "node-2"))
    found = await scene.operator.drain_candidates(NODE)
    assert len(found) == 1101
    queries = [one.query for one in scene.server.requests if one.verb == "list"]
    assert {(query["limit"], query["fieldSelector"]) for query in queries} == {("500", "spec.nodeName=node-1")}
    assert len(queries) == 3


async def test_pages_that_expire_are_read_again_in_one(scene: Scene) -> None:
    for number in range(600):
        scene.api.add_pod(a_bound_pod(f"api-{number:04}", NODE))
    scene.server.fail(with_status(410, "expired"), verb="list", where=lambda one: "continue" in one.query)
    scene.server.faults.insert(0, scene.server.faults.pop())
    assert len(await scene.operator.drain_candidates(NODE)) == 601
    assert "limit" not in scene.server.requests[-1].query


async def test_a_pod_that_cannot_be_read_is_not_overlooked(scene: Scene) -> None:
    scene.answers(with_text(200, '{"items":[{"metadata":{"name":7}}]}'), verb="list")
    with pytest.raises(UnexpectedAnswer, match="no list of pods"):
        await scene.operator.drain_candidates(NODE)


async def test_a_pod_with_next_to_nothing_is_a_candidate(scene: Scene) -> None:
    scene.answers(with_text(200, '{"items":[{},{"metadata":{"uid":"u"},"status":{"phase":null}}]}'), verb="list")
    assert [one.pod.uid for one in await scene.operator.drain_candidates(NODE)] == ["", "u"]
    remaining = await scene.operator.remaining(NODE, [PodIdentity(namespace="", name="", uid="u")])
    assert list(remaining.values()) == [None]


@pytest.mark.parametrize(
    ("owner", "sight"),
    [
        (("apps/v1", "DaemonSet", "proxy"), DaemonSetSight.FOUND),
        (("apps/v1", "DaemonSet", "gone"), DaemonSetSight.MISSING),
        (("apps/v1", "DaemonSet", "../x"), DaemonSetSight.UNKNOWN),
        (("example.com/v1", "DaemonSet", "proxy"), DaemonSetSight.NONE),
        (None, DaemonSetSight.NONE),
    ],
)
async def test_a_daemon_set_is_looked_up_once(
    scene: Scene, owner: tuple[str, str, str] | None, sight: DaemonSetSight
) -> None:
    scene.api.daemon_sets.add("proxy")
    for number in range(3):
        scene.api.add_pod(a_bound_pod(f"agent-{number}", NODE, owner=owner))
    found = [one for one in await scene.operator.drain_candidates(NODE) if one.pod.name.startswith("agent")]
    assert [one.daemon_set for one in found] == [sight] * 3
    assert bool(found[0].daemon_set_problem) is (sight in {DaemonSetSight.MISSING, DaemonSetSight.UNKNOWN})
    asked = sum(one.plural == "daemonsets" for one in scene.server.requests)
    assert asked == (sight in {DaemonSetSight.FOUND, DaemonSetSight.MISSING})


async def test_a_daemon_set_that_may_not_be_read_is_unknown(scene: Scene) -> None:
    scene.api.add_pod(a_bound_pod("agent", NODE, owner=("apps/v1", "DaemonSet", "proxy")))
    scene.api.denied.add(("get", "daemonsets"))
    (found,) = [one for one in await scene.operator.drain_candidates(NODE) if one.pod.name == "agent"]
    assert found.daemon_set is DaemonSetSight.UNKNOWN
    assert "daemonsets is forbidden" in found.daemon_set_problem


async def test_a_daemon_set_that_cannot_be_looked_up_now_is_unavailable(scene: Scene) -> None:
    scene.api.add_pod(a_bound_pod("agent", NODE, owner=("apps/v1", "DaemonSet", "proxy")))
    scene.answers(with_status(503, "down"), plural="daemonsets")
    with pytest.raises(Unavailable):
        await scene.operator.drain_candidates(NODE)


@pytest.mark.parametrize(
    "answer",
    [
        with_text(404, "404 page not found\n"),
        with_status(403, "no"),
        with_text(201, "{}"),
        with_text(201, '{"status":{"userInfo":{"extra":{"authentication.kubernetes.io/pod-uid":[]}}}}'),
        with_text(201, '{"status":{"userInfo":{"extra":null}}}'),
        with_text(201, '{"status":7}'),
    ],
)
async def test_who_is_not_told_its_own_pod_drains_without_knowing_it(scene: Scene, answer: object) -> None:
    scene.answers(answer, plural="selfsubjectreviews")
    assert [one.is_own for one in await scene.operator.drain_candidates(NODE)] == [False]


async def test_an_own_pod_that_cannot_be_asked_for_now_stops_the_drain(scene: Scene) -> None:
    """Otherwise the agent could end itself in the middle."""
    scene.answers(with_status(503, "down"), plural="selfsubjectreviews")
    with pytest.raises(Unavailable):
        await scene.operator.drain_candidates(NODE)


async def test_the_own_pod_is_asked_for_once(scene: Scene) -> None:
    scene.api.own_uid = WEB.uid
    for _ in range(3):
        assert [one.is_own for one in await scene.operator.drain_candidates(NODE)] == [True]
    assert sum(one.plural == "selfsubjectreviews" for one in scene.server.requests) == 1


async def test_a_node_that_is_gone_is_not_found(scene: Scene) -> None:
    with pytest.raises(NotFound):
        await scene.operator.uncordon("gone")
