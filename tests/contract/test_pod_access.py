"""What every PodAccess promises (ports.pods)."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from adapters.kubernetes.pod_access import KubernetesPodAccess
from adapters.memory.pod_access import InMemoryPodAccess
from domain.commands.pod_requests import ExecRequest, GetLogsRequest
from domain.commands.pod_results import ExecResult
from domain.commands.target import Target
from domain.errors import InvalidCommandError
from ports.errors import AccessDenied, Conflict, NotFound, PortError, Refused, Unavailable
from ports.pods import PodAccess
from tests.support.pod_scenes import SCENES, Scene

PORT = PodAccess
ADAPTERS = (KubernetesPodAccess, InMemoryPodAccess)

GONE = Target(kind="Pod", namespace="shop", name="gone")
STAMPED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z .+")


@pytest.fixture(params=sorted(SCENES))
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with SCENES[request.param](tmp_path) as scene:
        yield scene


async def _text(scene: Scene, request: GetLogsRequest) -> str:
    (log,) = (await scene.access.logs(request)).logs
    assert (log.problem, log.left_out_bytes, log.is_left) == ("", 0, False)
    return log.text


async def test_the_last_lines_of_the_program_are_read_not_those_of_its_proxy(scene: Scene) -> None:
    (log,) = (await scene.access.logs(GetLogsRequest(target=scene.running, tail_lines=5))).logs
    assert log.container == "web"
    assert log.text.count("\n") == 5
    more = await _text(scene, GetLogsRequest(target=scene.running, tail_lines=8))
    assert more.endswith(log.text)
    assert more.count("\n") == 8


async def test_a_container_can_be_named(scene: Scene) -> None:
    (log,) = (await scene.access.logs(GetLogsRequest(target=scene.running, container="linkerd-proxy"))).logs
    assert log.container == "linkerd-proxy"
    assert log.text


async def test_a_container_that_is_not_there_is_answered_by_those_that_are(scene: Scene) -> None:
    with pytest.raises(
        InvalidCommandError, match=r"container: .* has no container 'nope'; it has .*linkerd-proxy.* web"
    ):
        await scene.access.logs(GetLogsRequest(target=scene.running, container="nope"))


async def test_all_containers_are_read_in_the_order_in_which_they_run(scene: Scene) -> None:
    logs = (await scene.access.logs(GetLogsRequest(target=scene.running, all_containers=True, tail_lines=3))).logs
    assert [log.container for log in logs][-2:] == ["linkerd-proxy", "web"]
    assert logs[-1].text.count("\n") == 3
    assert not any(log.problem for log in logs)


async def test_one_container_that_has_no_log_takes_nothing_from_the_others(scene: Scene) -> None:
    logs = (await scene.access.logs(GetLogsRequest(target=scene.waiting, all_containers=True))).logs
    assert "has not started yet" in logs[-1].problem
    assert logs[-1].text == ""


async def test_every_line_can_have_its_time(scene: Scene) -> None:
    plain = await _text(scene, GetLogsRequest(target=scene.running, tail_lines=4))
    stamped = await _text(scene, GetLogsRequest(target=scene.running, tail_lines=4, timestamps=True))
    for line, bare in zip(stamped.splitlines(), plain.splitlines(), strict=True):
        assert STAMPED.fullmatch(line)
        assert line.endswith(f" {bare}")


async def test_only_what_is_young_enough_is_read(scene: Scene) -> None:
    everything = await _text(scene, GetLogsRequest(target=scene.running, tail_lines=1000))
    young = await _text(scene, GetLogsRequest(target=scene.running, tail_lines=1000, since_seconds=60))
    since = replace(
        GetLogsRequest(target=scene.running, tail_lines=1000), since_time=scene.now() - timedelta(seconds=60)
    )
    assert 0 < young.count("\n") < everything.count("\n")
    assert abs((await _text(scene, since)).count("\n") - young.count("\n")) <= 1
    future = replace(since, since_time=scene.now() + timedelta(hours=1))
    assert await _text(scene, future) == ""


async def test_a_limit_in_bytes_cuts_the_end(scene: Scene) -> None:
    whole = await _text(scene, GetLogsRequest(target=scene.running, tail_lines=3))
    assert await _text(scene, GetLogsRequest(target=scene.running, tail_lines=3, limit_bytes=4)) == whole[:4]


async def test_a_container_that_crashed_has_a_log_and_a_previous_one(scene: Scene) -> None:
    assert await _text(scene, GetLogsRequest(target=scene.crashing))
    assert await _text(scene, GetLogsRequest(target=scene.crashing, previous=True))


async def test_a_container_that_was_never_restarted_has_no_previous_log(scene: Scene) -> None:
    with pytest.raises(NotFound, match="container web has not been restarted: it has no previous log"):
        await scene.access.logs(GetLogsRequest(target=scene.running, previous=True))


async def test_a_container_that_has_not_started_says_why(scene: Scene) -> None:
    with pytest.raises(NotFound, match=r"has not started yet: (ImagePullBackOff: no such image|ErrImagePull)"):
        await scene.access.logs(GetLogsRequest(target=scene.waiting))


async def test_a_pod_on_no_node_says_so(scene: Scene) -> None:
    if scene.unscheduled is not None:
        with pytest.raises(NotFound, match="on no node yet: 0/3 nodes are available"):
            await scene.access.logs(GetLogsRequest(target=scene.unscheduled))


async def _call(scene: Scene, operation: str, target: Target) -> object:
    if operation == "logs":
        return await scene.access.logs(GetLogsRequest(target=target))
    return await scene.access.exec(ExecRequest(target=target, command=("true",)))


@pytest.mark.parametrize("operation", ["logs", "exec"])
async def test_a_pod_that_is_not_there_is_not_found(scene: Scene, operation: str) -> None:
    with pytest.raises(NotFound, match='"gone" not found'):
        await _call(scene, operation, GONE)


@pytest.mark.parametrize(("error", "status"), [(AccessDenied, 403), (Unavailable, 503)])
@pytest.mark.parametrize("operation", ["logs", "exec"])
async def test_what_is_refused_or_down_says_so(
    scene: Scene, operation: str, error: type[PortError], status: int
) -> None:
    scene.break_next(operation, error(operation, "planned"), status)
    with pytest.raises(error, match="planned"):
        await _call(scene, operation, scene.running)


def _exec(target: Target, *command: str, container: str = "", seconds: int = 20) -> ExecRequest:
    return ExecRequest(target=target, command=command, container=container, timeout_seconds=seconds)


async def test_a_command_says_what_it_has_to_say_and_how_it_ended(scene: Scene) -> None:
    result = await scene.access.exec(_exec(scene.running, "echo", "a", "b c"))
    assert (result.exit_code, result.problem) == (0, "")
    assert (result.stdout.text(), result.stderr.text()) == ("a b c\n", "")


async def test_an_exit_code_is_the_commands_own_word_and_no_failure(scene: Scene) -> None:
    result = await scene.access.exec(_exec(scene.running, "sh", "-c", "echo out; exit 3"))
    assert (result.exit_code, result.problem, result.stdout.text()) == (3, "", "out\n")


async def test_errors_come_on_their_own_stream(scene: Scene) -> None:
    result = await scene.access.exec(_exec(scene.running, "cat", "/nowhere"))
    assert (result.exit_code, result.stdout.text()) == (1, "")
    assert result.stderr.text() == "cat: can't open '/nowhere': No such file or directory\n"


async def _lasting(scene: Scene, lasts: str, *, seconds: int) -> ExecResult:
    results = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(scene.pass_time)
        results.append(await scene.access.exec(_exec(scene.running, "sleep", lasts, seconds=seconds)))
    return results[0]


async def test_the_container_that_was_chosen_is_said(scene: Scene) -> None:
    chosen = await scene.access.exec(_exec(scene.running, "echo"))
    assert chosen.container == "web"
    assert chosen.note.startswith("no container was named: web was chosen out of ")
    named = await scene.access.exec(_exec(scene.running, "echo", container="web"))
    assert (named.container, named.note) == ("web", "")


async def test_a_container_to_run_in_must_be_there(scene: Scene) -> None:
    with pytest.raises(InvalidCommandError, match="has no container 'nope'"):
        await scene.access.exec(_exec(scene.running, "echo", container="nope"))


async def test_when_the_time_is_over_nobody_claims_that_the_command_has_ended(scene: Scene) -> None:
    result = await _lasting(scene, "30", seconds=1)
    assert (result.exit_code, result.is_timed_out) == (None, True)
    assert result.problem.startswith("no end within 1 s; ")
    assert "in the container" in result.problem


async def test_a_command_that_ends_in_time_is_waited_for(scene: Scene) -> None:
    assert (await _lasting(scene, "0.3", seconds=5)).exit_code == 0


async def test_a_program_that_is_not_there_could_not_be_run(scene: Scene) -> None:
    with pytest.raises(Refused, match="the command could not be run"):
        await scene.access.exec(_exec(scene.running, "no-such-program"))


async def test_nothing_is_run_in_a_pod_that_has_ended(scene: Scene) -> None:
    for target in scene.ended:
        with pytest.raises(Conflict, match="has ended"):
            await scene.access.exec(_exec(target, "echo"))
