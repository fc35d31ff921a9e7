"""Who the agent is, and that it lives."""

from collections import deque

import anyio
import pytest
from typing_extensions import override

from adapters.memory.clock import ManualClock
from adapters.memory.gateway import InMemoryMaster
from application.identify_cluster import IdentifyCluster
from application.send_heartbeat import SendHeartbeat
from domain.backoff import Backoff
from ports.cluster import ClusterIdentity
from ports.errors import AccessDenied, PortError, Unavailable


class Identity(ClusterIdentity):
    """Answers in order: an error or a uid."""

    def __init__(self, *answers: str | PortError) -> None:
        self.answers = deque(answers)

    @override
    async def cluster_uid(self) -> str:
        answer = self.answers.popleft()
        if isinstance(answer, PortError):
            raise answer
        return answer


async def test_a_configured_id_is_not_looked_up() -> None:
    identify = IdentifyCluster(Identity(), ManualClock(), configured_id="mine")
    assert identify.current() == "mine"
    assert await identify.resolve() == "mine"


async def test_the_id_is_looked_up_until_it_is_found(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    down = Unavailable("read namespace kube-system", "connection refused")
    denied = AccessDenied("read namespace kube-system", "forbidden")
    identify = IdentifyCluster(Identity(down, down, denied, "uid-1"), clock)
    async with anyio.create_task_group() as group:
        group.start_soon(identify.resolve)
        await anyio.wait_all_tasks_blocked()
        assert identify.current() == ""
        assert identify.last_error == "read namespace kube-system: connection refused"
        await clock.advance(60)
    assert identify.current() == "uid-1"
    assert identify.last_error == ""
    # One line for each new trouble, with what to do about it.
    advice = [vars(record)["advice"] for record in caplog.records if record.levelname == "WARNING"]
    assert advice == ["trying again until it answers", "grant get on namespaces, or set AGENT_CLUSTER_ID"]


async def test_a_heartbeat_arrives() -> None:
    clock = ManualClock()
    master = InMemoryMaster(clock)
    await SendHeartbeat(master, clock, timeout_seconds=4).send()
    assert master.heartbeats == 1


async def test_a_heartbeat_that_hangs_is_given_up_in_time() -> None:
    class HangingMaster(InMemoryMaster):
        @override
        async def send_heartbeat(self) -> None:
            await anyio.sleep_forever()

    clock = ManualClock()
    caught: list[Unavailable] = []

    async def send() -> None:
        try:
            await SendHeartbeat(HangingMaster(clock), clock, timeout_seconds=4).send()
        except Unavailable as error:
            caught.append(error)

    async with anyio.create_task_group() as group:
        group.start_soon(send)
        await clock.advance(4)
    assert [str(error) for error in caught] == ["heartbeat: no answer within 4 s"]


def test_pauses_grow_up_to_a_bound_with_full_jitter() -> None:
    backoff = Backoff(first_seconds=1, longest_seconds=30)
    pauses = [backoff.next_seconds() for _ in range(200)]
    assert all(0 <= pause <= min(30, 2**number) for number, pause in enumerate(pauses))
    assert max(pauses) > 20
    assert min(pauses[5:]) < 10
    backoff.reset()
    assert backoff.next_seconds() <= 1
    assert backoff.next_seconds(at_least_seconds=12) == 12
