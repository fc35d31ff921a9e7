"""Why commands did not succeed, in the agent's own words: made by the agent's code, one case per way to end."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import anyio

from adapters.gateway.wire.commands import PollContext, parse_poll
from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.ledger import InMemoryLedger
from adapters.memory.pod_access import InMemoryPodAccess
from application.command_context import CommandContext
from application.execute_command import ExecuteCommand, Handler
from application.handlers.nodes import NodeHandlers
from application.handlers.pods import PodHandlers
from domain.cluster.pods import Pod
from domain.commands.actions import Action, Topic
from domain.commands.ledger_book import NOT_STARTED, OUTCOME_UNKNOWN, SAFE_TO_REPEAT
from domain.commands.pod_requests import ExecRequest
from domain.commands.policy import KEPT_UNLESS_ALLOWED, Policy
from domain.commands.requests import Command, MalformedCommand, Request
from domain.commands.results import Content, Outcome
from domain.commands.target import Target
from ports.errors import InvalidRequest, NotFound, Unavailable
from tests.support.command_bench import Bench
from tests.support.commands import a_command_for, a_malformed_command
from tests.support.resource_types import a_resource_type
from tests.support.scripted_nodes import BLOCKED, ScriptedNodes

FAILED: Final = (
    str(NotFound("scale", 'deployments.apps "web" not found')),
    str(Unavailable("scale", "is not reachable")),
    str(InvalidRequest("resolve", "this cannot be the name of a kind")),
    "",
)


def refusals() -> Iterator[str]:
    """Everything that the policy says, by its rules."""
    open_policy = Policy(allowed_actions=frozenset(Action))
    scale, exec_, secret = (a_command_for(action) for action in (Action.SCALE, Action.EXEC, Action.GET_SECRET))
    cases = (
        (Policy(), exec_),
        (open_policy, replace(secret, topic=Topic.AI)),
        (open_policy, replace(scale, topic=Topic.AI)),
        (Policy(read_only=True), scale),
        (open_policy, a_command_for(Action.SCALE, namespace="kube-system")),
        (open_policy, replace(scale, age_seconds=301.0)),
    )
    yield from (policy.refusal(command) for policy, command in cases)
    for parameters in ({"replicas": -1}, {"replicas": "many"}, {"replicas": 1, "resourceVersion": []}, {}):
        body = {"command": {"id": "c", "action": "scale", "kind": "Deployment", "name": "web", "params": parameters}}
        context = PollContext(topic=Topic.OPS, cluster_id="", answered_at=None)
        malformed = parse_poll(json.dumps(body).encode(), context)
        yield malformed.error if isinstance(malformed, MalformedCommand) else ""
    for kind in ("Secret", "SealedSecret", "CertificateSigningRequest"):
        yield open_policy.refusal_of_object(Action.DYNAMIC, Topic.AI, a_resource_type(kind), "shop", "x")
    for kind in KEPT_UNLESS_ALLOWED:
        yield open_policy.refusal_of_object(Action.DELETE, Topic.OPS, a_resource_type(kind), "", "x")


async def results() -> list[tuple[Outcome, str]]:
    """What becomes of commands that hang, wait in vain, are malformed or not supported, or are cut short."""
    told: list[tuple[Outcome, str]] = []
    for command, handled in (
        (a_malformed_command(), True),
        (a_command_for(Action.SCALE), True),
        (a_command_for(Action.GET_LOGS), True),
        (a_command_for(Action.RESTART), False),
    ):
        clock, execute, ledger = _execution(command, handled=handled)
        async with anyio.create_task_group() as group:
            group.start_soon(execute.execute, command)
            await anyio.wait_all_tasks_blocked()
            await clock.advance(60)
        told.extend((result.outcome, result.error) for result in await ledger.unreported())
    for action in (Action.SCALE, Action.EXEC):
        command = a_command_for(action)
        _, execute, ledger = _execution(command, handled=True)
        async with anyio.create_task_group() as group:
            group.start_soon(execute.execute, command)
            await anyio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()
        told.extend((result.outcome, result.error) for result in await ledger.unreported())
    return [
        *told,
        *await unfinished(),
        (Outcome.FAILED, NOT_STARTED),
        (Outcome.FAILED, SAFE_TO_REPEAT),
        (Outcome.UNKNOWN, OUTCOME_UNKNOWN),
    ]


async def unfinished() -> list[tuple[Outcome, str]]:
    """A drain that a budget holds until its time is over, and a program that does not end."""
    clock = ManualClock()
    nodes = ScriptedNodes(clock)
    nodes.add("db-0", *[BLOCKED] * 100)
    drain = await _told_of(clock, a_command_for(Action.DRAIN), NodeHandlers(nodes, clock).drain)
    cluster = InMemoryCluster(clock)
    pod = next(pod for pod in cluster.read(Pod).objects if pod.status.phase == "Running" and pod.namespace == "shop")
    target = Target(kind="Pod", namespace=pod.namespace, name=pod.name)
    command = replace(
        a_command_for(Action.EXEC), request=ExecRequest(target=target, command=("sleep", "60"), timeout_seconds=20)
    )
    handlers = PodHandlers(InMemoryPodAccess(cluster, clock), max_log_lines=100)
    return [*drain, *await _told_of(clock, command, handlers.exec)]


async def _told_of(clock: ManualClock, command: Command, handler: Handler) -> list[tuple[Outcome, str]]:
    bench = Bench(
        clock=clock, handlers={type(command.request): handler}, policy=Policy(allowed_actions=frozenset(Action))
    )
    async with anyio.create_task_group() as group:
        group.start_soon(bench.execute.execute, command)
        for _ in range(300):
            await anyio.wait_all_tasks_blocked()
            await clock.advance(1)
    return [(result.outcome, result.error) for result in await bench.ledger.unreported()]


def _execution(
    command: Command | MalformedCommand, *, handled: bool
) -> tuple[ManualClock, ExecuteCommand, InMemoryLedger]:
    async def hang(_request: Request, _context: CommandContext) -> Content:
        await anyio.sleep_forever()
        raise AssertionError

    bench = Bench(
        handlers={type(command.request): hang} if handled and isinstance(command, Command) else {},
        policy=Policy(allowed_actions=frozenset(Action)),
    )
    return bench.clock, bench.execute, bench.ledger
