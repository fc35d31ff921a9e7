"""Gives births and UIDs to what the scenario declares, and adds what every namespace has anyway.

That is the ServiceAccount `default` and the cluster's own certificate, and the accounts under which its pods run.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, cast

from adapters.memory.world.declarations import config_map
from adapters.memory.world.network import new_service
from adapters.memory.world.node_view import view_namespace
from adapters.memory.world.owned import SimService
from adapters.memory.world.state import World
from domain.cluster.configuration import ServiceAccount
from domain.cluster.kinds import Kind
from domain.cluster.metadata import CommonMeta, Resource, Summarised
from domain.cluster.services import BackendEndpoint, EndpointPort, Service

ROOT_CA: Final = "kube-root-ca.crt"
DEFAULT_ACCOUNT: Final = "default"
_OLDEST_SHARE, _YOUNGEST_SHARE = 0.995, 0.93
"""Of the time that the cluster exists: when somebody declared a thing."""
_SOON_SECONDS: Final = 40.0


def declare(world: World) -> None:
    """Put everything that is declared into a world that has its nodes and workloads."""
    born_at = min((node.created_at for node in world.nodes.values()), default=world.now)
    for name in world.scenario.namespaces:
        _keep(world, view_namespace(name, born_at))
    for found in (*world.scenario.objects, *_of_every_namespace(world)):
        _keep(world, born(world, found, _birth_of(world, found, born_at)))
    for service in world.declared[Kind.SERVICE].values():
        if isinstance(service, Service) and not service.spec.external_name:
            _follow(world, service)


def born(world: World, found: Resource, at: datetime) -> Resource:
    """The same object with a time of birth and, where its kind has one, a UID."""
    changes: dict[str, Any] = {"created_at": at}
    if isinstance(found, Summarised):
        changes = {"summary": replace(found.summary, created_at=at)}
    elif isinstance(found, CommonMeta):
        changes["uid"] = world.uid_of(found.kind, found.namespace, found.name)
    # Every kind is a dataclass; the protocol cannot say so.
    born: Resource = replace(cast("Any", found), **changes)
    return born


def _keep(world: World, found: Resource) -> None:
    world.declared[found.kind][found.namespace, found.name] = found


def _of_every_namespace(world: World) -> Iterator[Resource]:
    secrets: dict[tuple[str, str], tuple[str, ...]] = {}
    for plan in world.scenario.workloads:
        if plan.spec.service_account_name:
            key = (plan.namespace, plan.spec.service_account_name)
            secrets[key] = tuple(sorted({*secrets.get(key, ()), *plan.spec.image_pull_secrets}))
    for namespace in world.scenario.namespaces:
        yield config_map(namespace, ROOT_CA, "ca.crt")
        secrets.setdefault((namespace, DEFAULT_ACCOUNT), ())
    for (namespace, name), pull_secrets in sorted(secrets.items()):
        yield ServiceAccount(
            namespace=namespace,
            name=name,
            secrets_count=0,
            image_pull_secrets_count=len(pull_secrets),
            image_pull_secret_names=pull_secrets,
        )


def _birth_of(world: World, found: Resource, born_at: datetime) -> datetime:
    if found.name in {DEFAULT_ACCOUNT, ROOT_CA, "kubernetes"} or found.namespace.startswith("kube-"):
        return born_at + timedelta(seconds=_SOON_SECONDS)
    chance = Random(f"{world.seed}:birth:{found.kind}:{found.namespace}/{found.name}")  # noqa: S311 - no secret
    share = 1.0 - chance.uniform(_YOUNGEST_SHARE, _OLDEST_SHARE)
    return (born_at + (world.now - born_at) * share).replace(microsecond=0)


def _follow(world: World, service: Service) -> None:
    found = new_service(world, service)
    if not service.selector:
        _serve_from_control_plane(world, found)


def _serve_from_control_plane(world: World, found: SimService) -> None:
    """The API servers write their own addresses."""
    found.slice_name = found.service.name
    found.ports = tuple(
        EndpointPort(name=port.name, port=int(port.target_port), protocol=port.protocol) for port in found.service.ports
    )
    found.endpoints = tuple(
        BackendEndpoint(address=node.plan.address, ready=True)
        for node in world.nodes.values()
        if "control-plane" in node.plan.roles
    )
