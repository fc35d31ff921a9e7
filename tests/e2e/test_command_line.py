"""The console script's answers that need no cluster."""

import json
import signal
from pathlib import Path

import anyio

from tests.support.agent_process import running_agent


async def test_version_is_printed() -> None:
    async with running_agent("version") as agent:
        assert await agent.ended() == 0
        assert agent.stdout.startswith("atlhyper-agent 3.")


async def test_without_a_command_the_commands_are_listed() -> None:
    async with running_agent() as agent:
        await agent.ended()
        for command in ("run", "demo", "check", "snapshot", "status", "version"):
            assert command in agent.output


async def test_wrong_settings_end_with_2_and_every_problem() -> None:
    environ = {"AGENT_MASTER_URL": "ftp://x", "AGENT_SNAPSHOT_INTERVAL": "soon", "AGENT_HEALTH_ADDRESS": "here"}
    async with running_agent("run", **environ) as agent:
        assert await agent.ended() == 2
        for variable in environ:
            assert f"- {variable}: " in agent.stderr


async def test_an_unreadable_kubeconfig_ends_with_2_and_says_which(tmp_path: Path) -> None:
    async def try_with(path: Path) -> None:
        async with running_agent("run", "--kubeconfig", str(path)) as agent:
            assert await agent.ended() == 2
            assert str(path) in agent.stderr
            assert "Traceback" not in agent.stderr

    contents = ["no: [yaml", "just text", "{}", "apiVersion: v1\nkind: Config\ncurrent-context: x\n", "\x00\x01"]
    # All at once: each costs a second of imports.
    async with anyio.create_task_group() as group:
        group.start_soon(try_with, tmp_path / "missing")
        group.start_soon(try_with, tmp_path)
        for number, content in enumerate(contents):
            path = anyio.Path(tmp_path / f"kubeconfig-{number}")
            await path.write_text(content)
            group.start_soon(try_with, Path(path))


async def test_no_cluster_at_all_ends_with_2_and_says_what_to_do() -> None:
    async with running_agent("run") as agent:
        assert await agent.ended() == 2
        assert "--kubeconfig" in agent.stderr
        assert "Traceback" not in agent.stderr


async def test_status_of_no_agent_ends_with_1_and_names_the_address() -> None:
    async with running_agent("status", "--address", "127.0.0.1:1") as agent:
        assert await agent.ended() == 1
        assert "no agent answers at http://127.0.0.1:1/statusz" in agent.stderr


async def test_one_snapshot_of_the_simulated_cluster_is_json_on_stdout() -> None:
    async with running_agent("snapshot", "--simulated") as agent:
        assert await agent.ended() == 0
        snapshot = json.loads(agent.stdout)
        assert snapshot["summary"]["totalPods"] == len(snapshot["pods"]) > 0


async def test_a_snapshot_that_cannot_be_written_is_said() -> None:
    async with running_agent("snapshot", "--simulated", "--output", "/nowhere/snapshot.json") as agent:
        assert await agent.ended() == 1
        assert "cannot write /nowhere/snapshot.json: No such file or directory" in agent.stderr


async def test_the_demo_stops_with_0() -> None:
    async def stop_with(number: signal.Signals) -> None:
        async with running_agent("demo") as agent:
            await agent.printed("Console: http://127.0.0.1:")
            agent.signal(number)
            assert await agent.ended() == 0
            assert "Traceback" not in agent.output

    async with anyio.create_task_group() as group:
        for number in (signal.SIGTERM, signal.SIGINT):
            group.start_soon(stop_with, number)
