"""Every fault of a Master at every endpoint: few requests, then the newest snapshot, no result lost, no task dead."""

import logging
from collections import Counter

import pytest

from tests.contract.master_faults.agent import PATIENCE_SECONDS, working
from tests.contract.master_faults.answers import ANSWERS
from tests.support.api_client import eventually
from tests.support.master_faults import Endpoint, MasterFault
from tests.support.master_server import refusing

pytestmark = pytest.mark.timeout(240)

HELD_SECONDS = 40.0
MOST_REQUESTS = {Endpoint.PUSH: 10, Endpoint.HEARTBEAT: 44, Endpoint.POLL: 60, Endpoint.RESULT: 30}
"""In 40 s, each try that breaks being made twice: a push every 10 s, a heartbeat every 2 s; polls of two topics and
results after pauses that double, of which full jitter lets a few more fit."""
MOST_ROUNDS = {"snapshot": 5, "heartbeat": 22, "commands.ops": 42, "commands.ai": 42, "results": 15}
"""The same as the loops see it, also where nobody is there to count requests. Empty polls come once a second here."""
DROPPED = {MasterFault.BAD_REQUEST, MasterFault.TOO_LARGE}
"""What is said about the content of a result: the same will never be taken, so it is dropped, and said to be."""
HARMLESS = {MasterFault.IDLE_CLOSED, MasterFault.EMPTY_AT_ONCE}
"""Nothing fails: the loops go on as if there were no fault."""
CASES = [
    (fault, endpoint)
    for fault in MasterFault
    for endpoint in Endpoint
    if fault is not MasterFault.EMPTY_AT_ONCE or endpoint is Endpoint.POLL
]


def test_every_fault_has_an_answer() -> None:
    assert set(ANSWERS) | {MasterFault.REFUSED} == set(MasterFault)
    assert set(MOST_REQUESTS) == set(Endpoint)


@pytest.mark.parametrize("fault", MasterFault, ids=lambda fault: fault.name)
async def test_a_master_that_fails_everywhere_is_left_in_peace_and_found_again(
    fault: MasterFault, caplog: pytest.LogCaptureFixture
) -> None:
    """All endpoints at once; each is held to its own bounds."""
    async with working() as agent:
        # The result is ready when the fault begins, so that it meets the fault, too.
        agent.fail(refusing(503), Endpoint.RESULT)
        first = agent.order(replicas=3)
        await eventually(lambda: agent.observer.commands, PATIENCE_SECONDS)
        agent.server.heal()
        if fault is MasterFault.REFUSED:
            await agent.stop_listening()
        else:
            agent.fail(ANSWERS[fault], *(one for case, one in CASES if case is fault))
        second = agent.order(replicas=4)
        caplog.clear()
        rounds_before = len(agent.observer.rounds)
        requests = await agent.hold(HELD_SECONDS)
        rounds = Counter(loop for loop, _ in agent.observer.rounds[rounds_before:])
        rounds["results"] = sum(one.getMessage() == "result not delivered yet" for one in caplog.records)
        assert {loop: count for loop, count in rounds.items() if count > MOST_ROUNDS[loop]} == {}
        for endpoint, most in MOST_REQUESTS.items():
            assert requests[endpoint] <= most, endpoint
        if fault in HARMLESS:
            assert requests[Endpoint.PUSH] >= 2
        mended_at = await agent.mend()
        await agent.is_fresh(since=mended_at)
        heartbeats = agent.heartbeats
        await eventually(lambda: agent.heartbeats > heartbeats, PATIENCE_SECONDS)
        await agent.is_reported(agent.order(replicas=5))
        refused = [one for one in caplog.records if one.getMessage() == "result refused for good"]
        assert bool(refused) is (fault in DROPPED)
        assert {one.levelno for one in refused} <= {logging.ERROR}
        for command_id in {first, second} - {vars(one)["command_id"] for one in refused}:
            await agent.is_reported(command_id)
        assert agent.observer.crashes == []


@pytest.mark.parametrize("fault", [MasterFault.HANG, MasterFault.INTERNAL], ids=lambda fault: fault.name)
@pytest.mark.parametrize("broken", Endpoint, ids=lambda endpoint: endpoint.name)
async def test_an_endpoint_that_fails_disturbs_no_other(fault: MasterFault, broken: Endpoint) -> None:
    async with working() as agent:
        agent.fail(ANSWERS[fault], broken)
        pushes, heartbeats = len(agent.collected_at), agent.heartbeats
        command_id = agent.order(replicas=3)
        requests = await agent.hold(HELD_SECONDS)
        assert requests[broken] <= MOST_REQUESTS[broken]
        assert (len(agent.collected_at) > pushes) is (broken is not Endpoint.PUSH)
        assert (agent.heartbeats > heartbeats) is (broken is not Endpoint.HEARTBEAT)
        is_answered = broken not in {Endpoint.POLL, Endpoint.RESULT}
        # A poll that was open when the fault began is answered: it may have brought the command.
        if broken is not Endpoint.POLL:
            assert (agent.server.command(command_id).status == "success") is is_answered
        await agent.mend()
        await agent.is_reported(command_id)
        assert agent.observer.crashes == []
