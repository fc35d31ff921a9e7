"""What somebody adds to the running cluster: workloads, Services, namespaces, and what only stands there.

Controllers, Services and quotas find out by themselves, as with everything that was there from the beginning.
"""

from datetime import datetime
from typing import Final

from adapters.memory.world.blueprints import WorkloadPlan
from adapters.memory.world.declarations import config_map
from adapters.memory.world.fixtures import DEFAULT_ACCOUNT, ROOT_CA, born
from adapters.memory.world.network import new_service, selects
from adapters.memory.world.node_view import view_namespace
from adapters.memory.world.removal import remove_declared
from adapters.memory.world.state import SimWorkload, World
from domain.cluster.configuration import ServiceAccount
from domain.cluster.kinds import Kind
from domain.cluster.metadata import Resource
from domain.cluster.services import Service

_HASH_LETTERS: Final = 10


def add_workload(world: World, plan: WorkloadPlan) -> SimWorkload:
    """Somebody makes a workload; its controller has not seen it yet."""
    workload = SimWorkload(
        plan=plan,
        created_at=world.now,
        revision=world.letters(_HASH_LETTERS),
        images=tuple(one.container.image for one in plan.containers),
        init_images=tuple(one.container.image for one in plan.init_containers),
        desired=plan.replicas,
        resource_version=world.next_version(),
        asks=plan.asks,
        observed_generation=0,
    )
    world.workloads[workload.key] = workload
    workload.services += [found for found in world.services.values() if selects(found.service, workload)]
    world.mark(Kind(plan.kind.value), (plan.namespace, plan.name))
    return workload


def put_service(world: World, service: Service) -> None:
    """Somebody makes a Service, or changes one: its endpoints are found anew."""
    key = (service.namespace, service.name)
    known = world.declared[Kind.SERVICE].get(key)
    if known is not None:
        remove_declared(world, Kind.SERVICE, key)
    put(world, service, None if known is None else known.created_at)
    made = world.declared[Kind.SERVICE][key]
    if isinstance(made, Service) and made.selector:
        world.mark(Kind.ENDPOINT_SLICE, (made.namespace, new_service(world, made).slice_name))


def put(world: World, found: Resource, born_at: datetime | None = None) -> None:
    """Somebody declares something that only stands there, or changes it; it is born now unless it was before."""
    key = (found.namespace, found.name)
    known = world.declared[found.kind].get(key)
    at = born_at or (known.created_at if known is not None else None) or world.now
    world.declared[found.kind][key] = born(world, found, at)
    world.mark(found.kind, key)


def add_namespace(world: World, name: str) -> None:
    """Somebody makes a namespace; controllers put into it what every namespace has."""
    world.declared[Kind.NAMESPACE]["", name] = view_namespace(name, world.now)
    world.mark(Kind.NAMESPACE, ("", name))
    put(world, config_map(name, ROOT_CA, "ca.crt"))
    put(world, ServiceAccount(namespace=name, name=DEFAULT_ACCOUNT, secrets_count=0, image_pull_secrets_count=0))
