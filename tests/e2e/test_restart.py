"""An agent that is killed and started again on the same ledger: nothing is carried out twice, no result is lost."""

import signal
from pathlib import Path

import anyio

from tests.e2e.scenes import order_scale
from tests.e2e.stage import a_stage, until
from tests.support.api_answers import with_stream
from tests.support.master_server import RESULT, refusing


async def test_a_result_that_the_master_did_not_take_is_delivered_by_the_next_process(tmp_path: Path) -> None:
    ledger = str(tmp_path / "ledger.db")
    async with a_stage(tmp_path) as stage:
        stage.master.fail(RESULT, refusing(503))
        async with stage.running(AGENT_LEDGER_PATH=ledger) as agent:
            command_id = order_scale(stage)
            await stage.line("result not delivered yet")
            assert stage.api.get("deployments", "web", "shop")["spec"]["replicas"] == 7
            agent.signal(signal.SIGKILL)
            assert await agent.ended() == -signal.SIGKILL
        stage.master.heal()
        stage.api.get("deployments", "web", "shop")["spec"]["replicas"] = 1
        async with stage.running(AGENT_LEDGER_PATH=ledger):
            await until("the result", lambda: stage.master.command(command_id).result)
            assert stage.master.command(command_id).status == "success"
            assert (await stage.status())["ledger"]["durable"] is True
            await stage.snapshot()
        assert stage.api.count("patch", "deployments") == 1, "the next process carries out nothing"
        assert stage.api.get("deployments", "web", "shop")["spec"]["replicas"] == 1


async def test_a_command_that_was_interrupted_is_answered_with_what_is_known_of_it(tmp_path: Path) -> None:
    ledger = str(tmp_path / "ledger.db")
    async with a_stage(tmp_path) as stage:
        stage.api.fail(with_stream(then=anyio.sleep_forever), verb="get", plural="deployments")
        async with stage.running(AGENT_LEDGER_PATH=ledger) as agent:
            command_id = order_scale(stage)
            await until("the command", lambda: stage.api.count("get", "deployments"))
            agent.signal(signal.SIGKILL)
            await agent.ended()
        async with stage.running(AGENT_LEDGER_PATH=ledger):
            line = await stage.line("commands of the last run closed")
            assert line["commands"] == 1
            await until("the result", lambda: stage.master.command(command_id).result)
        result = stage.master.command(command_id).result
        assert result is not None
        assert result.error == "interrupted, safe to repeat"
        assert stage.api.count("patch", "deployments") == 0
