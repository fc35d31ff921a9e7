"""What is made of the API server's answers."""

from collections.abc import Collection, Sequence

import anyio
import pytest
from anyio.lowlevel import checkpoint
from typing_extensions import override

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.preflight import InMemoryClusterPreflight
from application.preflight.check_cluster import ACCESS_SECONDS, CheckCluster
from application.preflight.section import SILENT, Progress
from domain.cluster.kinds import Kind
from domain.commands.actions import Action
from domain.commands.policy import Policy
from domain.errors import MisconfigurationError
from domain.preflight.findings import Finding, Section, Status, verdict_of
from domain.preflight.rights import Access, Need, Purpose, Right
from domain.preflight.sights import ClusterSight
from ports.errors import AccessDenied, NotFound, PortError, Unavailable, UnexpectedAnswer


class World:
    """A simulated cluster, and what is checked of it."""

    def __init__(self, namespaces: Sequence[str] = ()) -> None:
        self.clock = ManualClock()
        self.preflight = InMemoryClusterPreflight(namespaces=namespaces)
        self.cluster = InMemoryCluster(self.clock)

    def check(
        self, *, configured_id: str = "", exclude: Collection[Kind] = (), policy: Policy | None = None
    ) -> CheckCluster:
        return CheckCluster(
            self.preflight, self.cluster, self.clock, configured_id=configured_id, exclude=exclude, policy=policy
        )

    async def found(self, **settings: object) -> dict[str, Finding]:
        findings = await self.check(**settings).check(SILENT)  # type: ignore[arg-type] # as they come
        assert len({(one.section, one.subject) for one in findings}) == len(findings)
        return {one.subject: one for one in findings}

    def rights(self, *purposes: Purpose) -> list[Right]:
        return [right for need in self.preflight.needs() if need.purpose in purposes for right in need.rights]


def statuses(found: dict[str, Finding]) -> set[Status]:
    return {one.status for one in found.values()}


def test_the_world_needs_something_of_every_purpose() -> None:
    assert {need.purpose for need in World().preflight.needs()} == set(Purpose)


async def test_where_everything_is_granted_everything_is_ok() -> None:
    world = World()
    found = await world.found()
    assert statuses(found) == {Status.OK}
    assert found["API server"].detail == "v0.0.0 at simulated as simulated-agent"
    assert found["cluster id"].detail == f"{await world.cluster.cluster_uid()} (UID of kube-system)"
    assert {one.section for one in found.values()} == {Section.CLUSTER, Section.KINDS, Section.USAGE, Section.COMMANDS}
    assert [one.cost or one.remedy for one in found.values() if one.cost or one.remedy] == []


async def test_each_missing_right_is_one_finding_with_its_cost_and_its_line() -> None:
    for need in World().preflight.needs():
        for right in need.rights:
            world = World()
            world.preflight.deny(right)
            found = await world.found()
            (gap,) = [one for one in found.values() if one.status is not Status.OK]
            # Where it is all that somebody has to choose, nobody has chosen it.
            is_off = bool(need.optional) and set(need.chosen or need.rights) == {right}
            assert (gap.subject, gap.missing) == (need.subject, (right,))
            assert gap.status is (Status.OFF if is_off else Status.MISSING)
            assert gap.cost
            assert gap.remedy
            assert verdict_of(statuses(found)) == ("ok" if is_off else "degraded")


async def test_an_action_whose_role_is_not_chosen_is_off_although_it_may_read_what_it_would_change() -> None:
    world = World()
    restart = next(need for need in world.preflight.needs() if need.subject == "restart")
    world.preflight.deny(*restart.chosen)
    found = (await world.found())["restart"]
    assert (found.status, found.missing) == (Status.OFF, restart.chosen)
    assert len(restart.chosen) < len(restart.rights)


async def test_what_is_off_by_default_is_no_gap() -> None:
    world = World()
    world.preflight.deny(*world.rights(Purpose.COMMAND))
    scale = (await world.found())["scale"]
    assert (scale.status, scale.detail.split(";")[0]) == (Status.OFF, "off, as by default")
    assert scale.remedy


async def test_restricted_to_namespaces_the_rights_of_a_cluster_role_are_no_gap() -> None:
    world = World(("shop",))
    world.preflight.deny(*(right for right in world.rights(*Purpose) if not right.namespace))
    found = await world.found(configured_id="c")
    assert verdict_of(statuses(found)) == "ok"
    assert {name for name, one in found.items() if one.status is Status.OFF} == {"Node", "Namespace", "usage of nodes"}


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (Policy(read_only=True), "AGENT_READ_ONLY"),
        (Policy(allowed_actions=frozenset({Action.RESTART})), "AGENT_ALLOWED_ACTIONS"),
    ],
)
async def test_a_command_that_the_operator_does_not_permit_needs_no_right(policy: Policy, reason: str) -> None:
    world = World()
    world.preflight.deny(world.rights(Purpose.COMMAND)[0])
    scale = (await world.found(policy=policy))["scale"]
    assert scale.status is Status.OFF
    assert reason in scale.detail


async def test_a_kind_that_is_left_out_is_not_asked_about() -> None:
    world = World()
    pods = [right for right in world.rights(Purpose.KIND) if right.resource == "pods"]
    world.preflight.deny(*pods)
    pod = (await world.found(exclude={Kind.POD}))["Pod"]
    assert (pod.status, pod.detail) == (Status.OFF, "left out by AGENT_EXCLUDE_KINDS")
    assert pod.cost


async def test_where_no_kind_can_be_read_the_agent_cannot_work() -> None:
    world = World()
    world.preflight.deny(*(right for right in world.rights(Purpose.KIND) if right.verb == "watch"))
    found = await world.found()
    assert found["all kinds"].status is Status.FAILED
    assert "deploy/kustomize/base" in found["all kinds"].remedy


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (Unavailable("ask", "connection refused"), "kubectl version"),
        (AccessDenied("ask", "who are you"), "kubectl auth whoami"),
        (UnexpectedAnswer("ask", "a page"), "kubectl version"),
    ],
)
async def test_without_an_api_server_nothing_else_is_asked(error: PortError, advice: str) -> None:
    world = World()
    world.preflight.fail_next("see", error)
    world.preflight.fail_next("access", UnexpectedAnswer("ask", "asked all the same"))
    found = await world.found()
    server = found.pop("API server")
    assert (server.status, server.detail) == (Status.FAILED, error.why)
    assert advice in server.remedy
    assert statuses(found) == {Status.SKIPPED}
    assert set(found) == {"cluster id", "all kinds", "metrics-server", "all commands"}


async def test_a_configured_id_is_known_without_an_api_server() -> None:
    world = World()
    world.preflight.fail_next("see", Unavailable("ask", "down"))
    check = world.check(configured_id="mine")
    found = {one.subject: one for one in await check.check(SILENT)}
    assert found["cluster id"].status is Status.OK
    assert check.cluster_id() == "mine"


class Unusable(InMemoryClusterPreflight):
    """Credentials that cannot be loaded."""

    @override
    async def see(self) -> ClusterSight:
        await checkpoint()
        raise MisconfigurationError("kubeconfig /nowhere: cannot be read")

    @override
    async def try_usage(self) -> str:
        await checkpoint()
        raise MisconfigurationError("the certificate went away")


async def test_credentials_that_cannot_be_used_are_a_finding() -> None:
    world = World()
    world.preflight = Unusable()
    server = (await world.found())["API server"]
    assert (server.status, server.detail) == (Status.FAILED, "kubeconfig /nowhere: cannot be read")


@pytest.mark.parametrize(
    ("error", "advice"),
    [(AccessDenied("get", "no"), "grant get on namespaces"), (NotFound("get", "none"), "AGENT_CLUSTER_ID=")],
)
async def test_a_cluster_without_an_id_cannot_be_reported(error: PortError, advice: str) -> None:
    world = World()
    world.cluster.fail_next("cluster_uid", error)
    check = world.check()
    found = {one.subject: one for one in await check.check(SILENT)}
    assert found["cluster id"].status is Status.FAILED
    assert advice in found["cluster id"].remedy
    assert check.cluster_id() == ""


async def test_a_question_without_an_answer_is_not_a_missing_right() -> None:
    world = World()
    world.preflight.fail_next("access", Unavailable("ask", "down"))
    found = await world.found()
    (unknown,) = [one for one in found.values() if one.status is Status.UNKNOWN]
    assert (unknown.detail, unknown.missing) == ("ask: down", ())
    assert unknown.cost


async def test_where_no_question_is_answered_nothing_can_be_said_to_work() -> None:
    world = World()
    world.preflight.fail_until_told("access", Unavailable("ask", "down"))
    nothing = (await world.found())["all kinds"]
    assert (nothing.status, nothing.detail, nothing.remedy) == (Status.FAILED, "ask: down", "")


class Silent(InMemoryClusterPreflight):
    """A server that never says whether pods may be read."""

    @override
    async def access(self, need: Need) -> Access:
        if need.kind is Kind.POD:
            await anyio.sleep_forever()
        return await super().access(need)


async def test_questions_end_in_time_and_what_was_answered_counts() -> None:
    world = World()
    world.preflight = Silent()
    findings: list[Finding] = []

    async def check() -> None:
        findings.extend(await world.check().check(SILENT))

    async with anyio.create_task_group() as group:
        group.start_soon(check)
        await world.clock.advance(ACCESS_SECONDS + 1)
    by_status = {one.subject: one.status for one in findings}
    assert by_status.pop("Pod") is Status.UNKNOWN
    assert set(by_status.values()) == {Status.OK}


@pytest.mark.parametrize(
    ("error", "status", "advice"),
    [
        (NotFound("usage", "not served"), Status.MISSING, "kubectl apply -f https://"),
        (Unavailable("usage", "no endpoints"), Status.MISSING, "logs deployment/metrics-server"),
        (AccessDenied("usage", "no right"), Status.SKIPPED, ""),
    ],
)
async def test_metrics_server_is_a_finding_of_its_own(error: PortError, status: Status, advice: str) -> None:
    world = World()
    world.preflight.fail_next("try_usage", error)
    metrics = (await world.found())["metrics-server"]
    assert metrics.status is status
    assert error.why in metrics.detail
    assert advice in metrics.remedy


async def test_credentials_that_go_while_usage_is_asked_for_are_a_finding() -> None:
    world = World()
    world.preflight = Vanishing()
    metrics = (await world.found())["metrics-server"]
    assert (metrics.status, metrics.detail) == (Status.MISSING, "the certificate went away")


class Vanishing(Unusable):
    """Credentials that go later."""

    @override
    async def see(self) -> ClusterSight:
        return await InMemoryClusterPreflight.see(self)


class Counting(Progress):
    """Counts."""

    def __init__(self) -> None:
        self.planned = self.answered = 0

    @override
    def plan(self, questions: int) -> None:
        self.planned += questions

    @override
    def answer(self, subject: str) -> None:
        assert subject
        self.answered += 1


@pytest.mark.parametrize("error", [None, Unavailable("ask", "down")])
async def test_progress_reaches_what_was_planned(error: PortError | None) -> None:
    world, progress = World(), Counting()
    if error is not None:
        world.preflight.fail_next("see", error)
    await world.check().check(progress)
    assert progress.answered == progress.planned > 5
