"""Starting, stopping and starting again; ports in use; quick closing with polls held."""

import errno
import socket

import anyio
import pytest

from adapters.embedded.demo_master.server import CannotListenError, DemoMaster
from adapters.embedded.demo_master.settings import DemoMasterSettings
from tests.unit.adapters.embedded.demo_master.running import a_running_master, client_of, eventually


async def test_both_ports_answer_once_it_has_started(master: DemoMaster) -> None:
    async with client_of() as client:
        assert (await client.get(f"{master.agent_url}/health")).text == "ok"
        assert (await client.get(master.console_url)).status_code == 200
    assert master.agent_port != master.web_port
    assert master.agent_url == f"http://127.0.0.1:{master.agent_port}"
    assert master.console_url == f"http://127.0.0.1:{master.web_port}/?token={master.console_token}"


@pytest.mark.parametrize("taken", ["agent_port", "web_port"])
async def test_a_port_in_use_is_said_before_it_has_started(taken: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        master = DemoMaster(DemoMasterSettings(**{taken: port}))
        with pytest.raises(CannotListenError) as refused:
            await master.run()

    assert refused.value.errno == errno.EADDRINUSE
    assert f"127.0.0.1:{port}: the port is in use" in str(refused.value)


async def test_an_address_of_another_machine_is_said_too() -> None:
    with pytest.raises(CannotListenError, match=r"cannot listen on 192\.0\.2\.1:0"):
        await DemoMaster(DemoMasterSettings(agent_host="192.0.2.1")).run()


async def test_after_a_failure_to_start_the_other_port_is_free_again() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        master = DemoMaster(DemoMasterSettings(web_port=holder.getsockname()[1]))
        with pytest.raises(CannotListenError):
            await master.run()
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", master.agent_port))


async def test_it_closes_with_polls_held_and_answers_them_empty() -> None:
    answers: list[dict[str, object]] = []
    async with client_of() as agent, anyio.create_task_group() as polls:

        async def poll(url: str) -> None:
            answers.append((await agent.get(url)).json())

        async with a_running_master(DemoMasterSettings(poll_hold_seconds=50)) as master:
            for topic in ("ops", "ai"):
                polls.start_soon(poll, f"{master.agent_url}/agent/commands?cluster_id=c&topic={topic}")
            await eventually(lambda: master.store.commands.open_polls == 2)

    assert answers == [{"hasCommand": False}] * 2


async def test_it_closes_in_the_middle_of_a_body() -> None:
    stream = None
    async with a_running_master() as master:
        stream = await anyio.connect_tcp("127.0.0.1", master.agent_port)
        await stream.send(b"POST /agent/snapshot HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        await stream.send(b" ")
    await stream.aclose()


async def test_run_again_it_keeps_ports_token_and_what_it_knows() -> None:
    master = DemoMaster()
    seen = []
    for _ in range(2):
        async with anyio.create_task_group() as tasks:
            await tasks.start(master.run)
            async with client_of(master.agent_url) as agent:
                await agent.post("/agent/heartbeat", headers={"X-Cluster-ID": "c"})
            seen.append((master.agent_url, master.console_url, master.store.heartbeats("c")))
            tasks.cancel_scope.cancel()

    assert seen[0][:2] == seen[1][:2]
    assert [heartbeats for _, _, heartbeats in seen] == [1, 2]


@pytest.mark.parametrize(
    "settings", [{"agent_port": -1}, {"web_port": 65_536}, {"poll_hold_seconds": 0}, {"keep_bodies": 0}]
)
def test_settings_that_cannot_work_are_refused_by_name(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        DemoMasterSettings(**settings)  # type: ignore[arg-type] # by name
