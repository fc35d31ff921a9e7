"""Phases of an agent's life in which it may be told to stop: how each is reached, and what happens after the signal."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Final

import anyio
from aiohttp import web

from tests.e2e.stage import CLUSTER, Stage, until
from tests.support.api_answers import Request, stream_to, with_status
from tests.support.master_server import FOR_EVER, RESULT, SNAPSHOT, Answer, no_answer, no_reading, refusing

UNDECIDED: Final = "AGENT_NO_SUCH_SETTING"
"""Set for every agent: the warning about it is the first thing that is printed."""


class Phase(StrEnum):
    """What the agent is doing when the signal comes."""

    IMPORTING = auto()
    CLUSTER_ID_UNKNOWN = auto()
    FIRST_SYNC = auto()
    PUSH_NOT_READ = auto()
    PUSH_NOT_ANSWERED = auto()
    POLLS_HELD = auto()
    MASTER_UNREACHABLE = auto()
    COMMAND_ENDS_IN_TIME = auto()
    COMMAND_DOES_NOT_END = auto()
    RESULT_REFUSED_AT_FIRST = auto()
    RESULT_NOT_ANSWERED_AT_FIRST = auto()
    RESULT_NEVER_TAKEN = auto()
    SECOND_SIGNAL = auto()


async def _nothing(_: Stage) -> None:
    """For scenes that need no more than the signal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """How a phase is reached."""

    reached: Callable[[Stage], Awaitable[None]]
    """Waits, the agent running, until the signal may come."""
    prepare: Callable[[Stage], None] = lambda _: None
    """Before the agent starts."""
    after: Callable[[Stage], Awaitable[None]] = _nothing
    """Right after the signal."""
    poll_hold_seconds: float = 0.3
    environ: Mapping[str, str] = field(default_factory=dict)


def _printed(message: str) -> Callable[[Stage], Awaitable[None]]:
    async def reached(stage: Stage) -> None:
        await stage.line(message)

    return reached


def _arrived(route: str) -> Callable[[Stage], Awaitable[None]]:
    async def reached(stage: Stage) -> None:
        await until(route, lambda: stage.master.count(route))

    return reached


def _api_asked(verb: str, plural: str) -> Callable[[Stage], Awaitable[None]]:
    async def reached(stage: Stage) -> None:
        await until(f"{verb} {plural}", lambda: stage.api.count(verb, plural))

    return reached


async def _hang(request: Request) -> web.StreamResponse:
    """Never gets to the end of its answer, but does not look dead either."""
    response = await stream_to(request)
    while True:
        await response.write(b" ")
        await anyio.sleep(0.5)


def _no_cluster_id(stage: Stage) -> None:
    stage.api.fail(with_status(503), verb="get", plural="namespaces", times=FOR_EVER)


def _no_lists(stage: Stage) -> None:
    stage.api.fail(_hang, verb="list", times=FOR_EVER)


def _fault(route: str, answer: Answer) -> Callable[[Stage], None]:
    return lambda stage: stage.master.fail(route, answer)


async def _polls_are_held(stage: Stage) -> None:
    await until("both polls", lambda: stage.master.store.commands.open_polls == 2)


def order_scale(stage: Stage) -> str:
    """Order the Deployment of the small cluster to grow to 7."""
    return stage.master.order("scale", CLUSTER, kind="Deployment", namespace="shop", name="web", params={"replicas": 7})


def _order_one(stage: Stage) -> None:
    order_scale(stage)


def _order_one_that_hangs(stage: Stage) -> None:
    stage.api.fail(_hang, verb="get", plural="deployments")
    order_scale(stage)


def _order_one_that_hangs_for_a_while(stage: Stage) -> None:
    async def answer(_: Request) -> web.StreamResponse:
        await until("the stop", lambda: stage.lines("stopping"))
        version = stage.api.get("deployments", "web", "shop")["metadata"]["resourceVersion"]
        return web.json_response({"metadata": {"resourceVersion": version}, "spec": {"replicas": 2}})

    stage.api.fail(answer, verb="get", plural="deployments")
    order_scale(stage)


def _order_with(answer: Answer) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        stage.master.fail(RESULT, answer)
        order_scale(stage)

    return prepare


async def _heal_at_stop(stage: Stage) -> None:
    await stage.line("stopping")
    stage.master.heal()


async def _signal_again(stage: Stage) -> None:
    await stage.line("stopping")
    stage.agent.signal()


SCENES: Final[Mapping[Phase, Scene]] = {
    Phase.IMPORTING: Scene(reached=_printed("setting has no effect")),
    Phase.CLUSTER_ID_UNKNOWN: Scene(prepare=_no_cluster_id, reached=_printed("cluster id not found yet")),
    Phase.FIRST_SYNC: Scene(prepare=_no_lists, reached=_api_asked("list", "pods")),
    Phase.PUSH_NOT_READ: Scene(prepare=_fault(SNAPSHOT, no_reading), reached=_arrived(SNAPSHOT)),
    Phase.PUSH_NOT_ANSWERED: Scene(prepare=_fault(SNAPSHOT, no_answer), reached=_arrived(SNAPSHOT)),
    Phase.POLLS_HELD: Scene(reached=_polls_are_held, poll_hold_seconds=60.0),
    Phase.MASTER_UNREACHABLE: Scene(reached=_printed("loop fails"), environ={"AGENT_MASTER_URL": "http://127.0.0.1:1"}),
    Phase.COMMAND_ENDS_IN_TIME: Scene(
        prepare=_order_one_that_hangs_for_a_while, reached=_api_asked("get", "deployments")
    ),
    Phase.COMMAND_DOES_NOT_END: Scene(prepare=_order_one_that_hangs, reached=_api_asked("get", "deployments")),
    Phase.RESULT_REFUSED_AT_FIRST: Scene(
        prepare=_order_with(refusing(503)), reached=_printed("result not delivered yet"), after=_heal_at_stop
    ),
    Phase.RESULT_NOT_ANSWERED_AT_FIRST: Scene(
        prepare=_order_with(no_answer), reached=_arrived(RESULT), after=_heal_at_stop
    ),
    Phase.RESULT_NEVER_TAKEN: Scene(prepare=_order_with(refusing(503)), reached=_arrived(RESULT)),
    Phase.SECOND_SIGNAL: Scene(
        prepare=_order_one_that_hangs, reached=_api_asked("get", "deployments"), after=_signal_again
    ),
}
