"""domain.commands.container_choice: which container is meant."""

from collections.abc import Callable

import pytest

from domain.commands.container_choice import (
    SIDECARS,
    ContainerChoice,
    PodContainers,
    choose_for_exec,
    choose_for_logs,
)
from domain.errors import InvalidCommandError

Chooser = Callable[[PodContainers, str], ContainerChoice]
CHOOSERS: list[Chooser] = [choose_for_exec, choose_for_logs]


def _pod(*containers: str, init: tuple[str, ...] = (), annotated: str = "") -> PodContainers:
    return PodContainers(
        pod="Pod shop/web-1",
        containers=containers,
        init_containers=init,
        ephemeral_containers=("debugger",) if init else (),
        annotated=annotated,
    )


@pytest.mark.parametrize("choose", CHOOSERS)
def test_the_only_container_is_chosen_without_a_word(choose: Chooser) -> None:
    assert choose(_pod("web"), "") == ContainerChoice("web", "")


@pytest.mark.parametrize("choose", CHOOSERS)
@pytest.mark.parametrize("wanted", ["app", "proxy", "migrate", "debugger"])
def test_a_named_container_is_taken_whatever_it_is(choose: Chooser, wanted: str) -> None:
    assert choose(_pod("app", "proxy", init=("migrate",), annotated="proxy"), wanted) == ContainerChoice(wanted)


@pytest.mark.parametrize("choose", CHOOSERS)
def test_an_unknown_name_is_answered_by_those_there_are(choose: Chooser) -> None:
    with pytest.raises(
        InvalidCommandError, match="container: Pod shop/web-1 has no container 'x'; it has migrate, app"
    ):
        choose(_pod("app", init=("migrate",)), "x")


@pytest.mark.parametrize("choose", CHOOSERS)
def test_the_annotation_decides_before_the_order(choose: Chooser) -> None:
    choice = choose(_pod("first", "second", annotated="second"), "")
    assert choice.name == "second"
    assert choice.note == "no container was named: second was chosen out of first, second"


@pytest.mark.parametrize("choose", CHOOSERS)
def test_an_annotation_that_names_nothing_is_passed_over(choose: Chooser) -> None:
    assert choose(_pod("first", "second", annotated="gone"), "").name == "first"


@pytest.mark.parametrize("sidecar", sorted(SIDECARS))
def test_logs_are_those_of_the_program_and_exec_goes_to_the_first_as_kubectl_does(sidecar: str) -> None:
    pod = _pod(sidecar, "app")
    assert choose_for_logs(pod, "").name == "app"
    assert choose_for_exec(pod, "").name == sidecar


def test_where_all_are_sidecars_the_first_is_chosen() -> None:
    assert choose_for_logs(_pod("istio-proxy", "vault-agent"), "").name == "istio-proxy"


@pytest.mark.parametrize("choose", CHOOSERS)
def test_a_pod_without_containers_has_nothing_to_choose(choose: Chooser) -> None:
    with pytest.raises(InvalidCommandError, match="has no container"):
        choose(_pod(), "")
