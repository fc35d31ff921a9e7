"""One object has one key, however it is spelt."""

import pytest

from adapters.memory.kind_resolver import InMemoryKindResolver
from application.target_keys import TargetKeys
from domain.commands.actions import Action
from domain.commands.requests import Request
from domain.commands.target import Target
from domain.commands.workload_requests import DeletePodRequest, DeleteRequest
from ports.errors import Unavailable
from tests.support.commands import a_command, a_command_for, a_scale_request

WEB = Target(kind="deployments.apps", namespace="shop", name="web")


async def key_of(request: Request) -> Target:
    return await TargetKeys(InMemoryKindResolver()).key_of(a_command(request))


@pytest.mark.parametrize("kind", ["Deployment", "deployment", "deploy", "deployments", "deployments.apps", "DEPLOY"])
async def test_every_spelling_of_a_kind_is_one_key(kind: str) -> None:
    assert await key_of(a_scale_request(kind=kind)) == WEB


async def test_a_pod_is_one_key_whatever_is_done_with_it() -> None:
    pod = Target(kind="pods", namespace="shop", name="web-1")
    for request in (
        DeletePodRequest(target=Target(namespace="shop", name="web-1")),
        DeleteRequest(target=Target(kind="po", namespace="shop", name="web-1")),
        a_command_for(Action.EXEC).request,
    ):
        assert await key_of(request) == pod


@pytest.mark.parametrize("action", [Action.CORDON, Action.UNCORDON, Action.DRAIN])
async def test_a_node_is_one_key_and_has_no_namespace(action: Action) -> None:
    node = Target(kind="nodes", name="node-1")
    assert await key_of(a_command_for(action, namespace="shop").request) == node
    assert await key_of(DeleteRequest(target=Target(kind="Node", namespace="shop", name="node-1"))) == node


async def test_manifests_are_one_key_among_themselves() -> None:
    assert await key_of(a_command_for(Action.APPLY_MANIFESTS).request) == Target()


async def test_where_nobody_can_say_what_a_kind_is_its_letters_decide() -> None:
    resolver = InMemoryKindResolver()
    resolver.fail_next(Unavailable("resolve", "planned"))
    command = a_command(a_scale_request(kind="Deploy"))
    assert await TargetKeys(resolver).key_of(command) == Target(kind="deploy", namespace="shop", name="web")
