"""Requests refuse to be built wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands.actions import Action
from domain.commands.names import require_name
from domain.commands.requests import Target
from domain.commands.workload_requests import ScaleRequest
from domain.errors import InvalidCommandError
from tests.support.commands import a_command, a_command_for, a_scale_request


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("kind", {"kind": ""}),
        ("namespace", {"namespace": ""}),
        ("namespace", {"namespace": "../x"}),
        ("namespace", {"namespace": "a.b"}),
        ("name", {"name": ""}),
        ("name", {"name": "Web"}),
        ("name", {"name": "web/log"}),
        ("name", {"name": "%2e%2e"}),
        ("name", {"name": "a" * 254}),
    ],
)
def test_a_target_that_cannot_be_is_refused_by_its_field(field: str, arguments: dict[str, str]) -> None:
    with pytest.raises(InvalidCommandError) as caught:
        a_scale_request(**arguments)  # type: ignore[arg-type]  # the table holds texts only
    assert caught.value.field == field


@pytest.mark.parametrize("replicas", [-1, 2**31])
def test_impossible_numbers_of_replicas_are_refused(replicas: int) -> None:
    with pytest.raises(InvalidCommandError, match="replicas: must be between 0 and 2147483647"):
        a_scale_request(replicas)
    with pytest.raises(InvalidCommandError, match="currentReplicas: must be between"):
        ScaleRequest(target=a_scale_request().target, replicas=1, current_replicas=replicas)


@given(st.text(max_size=300))
def test_no_name_that_is_accepted_can_be_another_path_segment(name: str) -> None:
    try:
        require_name("name", name)
    except InvalidCommandError:
        return
    assert len(name) <= 253
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert ".." not in name


def test_a_target_reads_like_kubectl_writes_it() -> None:
    assert str(Target(kind="Deployment", namespace="shop", name="web")) == "Deployment shop/web"
    assert str(Target(kind="Node", name="n1")) == "Node n1"
    assert str(Target()) == ""


def test_a_command_is_about_its_requests_action_and_target() -> None:
    command = a_command()
    assert (command.action, command.target.name) == (Action.SCALE, "web")
    assert a_command_for(Action.DRAIN).action is Action.DRAIN
