"""The programs of simulated containers: harmless, and honest about what they are not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.memory.clock import ManualClock
from adapters.memory.cluster import InMemoryCluster
from adapters.memory.world.shell import PROGRAMS, Place, Said, run
from domain.cluster.containers import EnvVar
from domain.cluster.pods import Pod

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def place() -> Place:
    pod = next(one for one in InMemoryCluster(ManualClock()).read(Pod).objects if one.name.startswith("web-"))
    variables = (EnvVar(name="LOG_LEVEL", value="info"), EnvVar(name="TOKEN", value_from="secret:login"))
    container = replace(pod.containers[0], envs=variables, command=(), args=())
    return Place(pod=pod, container=container, now=NOW)


def _said(place: Place, *command: str) -> Said:
    said = run(place, command)
    assert said is not None
    return said


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_every_program_takes_any_arguments(place: Place, name: str) -> None:
    for arguments in ((), ("x",), ("-c",), ("-c", ""), ("-c", "'"), ("\u00fc",) * 9):
        assert isinstance(run(place, (name, *arguments)), Said)


@pytest.mark.parametrize(
    ("command", "stdout", "code"),
    [
        (["echo", "a", "b"], "a b\n", 0),
        (["echo", "-n", "a"], "a", 0),
        (["/bin/date"], "Fri Jan 02 03:04:05 UTC 2026\n", 0),
        (["printenv", "LOG_LEVEL"], "info\n", 0),
        (["printenv", "TOKEN"], "", 1),
        (["false"], "", 1),
        (["sh", "-c", "echo a; echo b"], "a\nb\n", 0),
        (["sh", "-c", "true && echo yes"], "yes\n", 0),
        (["sh", "-c", "false && echo no"], "", 1),
        (["sh", "-c", "echo a; exit 259"], "a\n", 3),
        (["sh", "-c", "false; exit"], "", 1),
        (["sh", "-c", "no-such-thing"], "", 127),
        (["sh", "-c", "echo 'a;b'"], "a;b\n", 0),
        (["sh", "-c", "echo a | cat"], "", 2),
        (["sh", "-c", "exit x"], "", 2),
        (["sh", "script"], "", 2),
    ],
)
def test_programs_do_what_their_names_say(place: Place, command: Sequence[str], stdout: str, code: int) -> None:
    said = _said(place, *command)
    assert (said.stdout, said.exit_code) == (stdout, code)
    assert bool(said.stderr) is (code in {2, 127})


def test_a_container_knows_where_it_is(place: Place) -> None:
    assert _said(place, "hostname").stdout == _said(place, "cat", "/etc/hostname").stdout == f"{place.pod.name}\n"
    assert "secret" not in _said(place, "env").stdout
    assert "/web" in _said(place, "ps").stdout


def test_sleeping_takes_its_time(place: Place) -> None:
    assert _said(place, "sleep", "1.5").lasts_seconds == 1.5
    assert _said(place, "sh", "-c", "sleep 1; sleep 2").lasts_seconds == 3
    assert _said(place, "sleep", "soon").exit_code == 1


def test_other_programs_are_not_there(place: Place) -> None:
    assert run(place, ["rm", "-rf", "/"]) is None
