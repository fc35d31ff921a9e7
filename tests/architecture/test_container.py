"""Every provider resolves, for every choice of every selector, to what its port promises."""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import containers, providers

from bootstrap.container import AgentContainer, Choices, OTelSource, Source
from bootstrap.lifespan import Agent
from bootstrap.programs import build_agent, build_container
from bootstrap.settings import load_settings
from domain.commands.actions import Action
from domain.commands.requests import Request
from domain.commands.workload_requests import (
    ScaleRequest,
)
from domain.errors import MisconfigurationError
from ports.clock import Clock
from ports.cluster import ClusterIdentity, ClusterReader
from ports.dynamic import DynamicReader
from ports.gateway import MasterGateway, OutputRenderer
from ports.ledger import CommandLedger
from ports.manifests import ManifestApplier, ManifestReader
from ports.nodes import NodeOperator
from ports.otel import OTelParts
from ports.preflight import ClusterPreflight, MasterPreflight
from ports.resource_types import KindResolver
from ports.workloads import WorkloadOperator

EVERY_CHOICE = [
    Choices(cluster=cluster, master=master, otel=otel, ledger=ledger)
    for cluster, master, otel, ledger in product(Source, Source, OTelSource, Source)
]
PORTS = {
    "clock": Clock,
    "cluster_reader": ClusterReader,
    "cluster_identity": ClusterIdentity,
    "workload_operator": WorkloadOperator,
    "node_operator": NodeOperator,
    "dynamic_reader": DynamicReader,
    "kind_resolver": KindResolver,
    "manifest_reader": ManifestReader,
    "manifest_applier": ManifestApplier,
    "cluster_preflight": ClusterPreflight,
    "master_preflight": MasterPreflight,
    "gateway": MasterGateway,
    "master": MasterGateway,
    "renderer": OutputRenderer,
    "ledger": CommandLedger,
    "ledger_file": CommandLedger,
}


def a_container(choices: Choices, environ: Mapping[str, str] | None = None) -> AgentContainer:
    if environ is None:
        environ = {"KUBECONFIG": "/made/up", "AGENT_CLICKHOUSE_ENDPOINT": "http://127.0.0.1:1"}
    return build_container(load_settings(environ), environ, choices)


def providers_of(container: containers.Container) -> Iterator[tuple[str, providers.Provider[Any]]]:
    for name, provider in container.providers.items():
        if isinstance(provider, providers.Container):
            yield from providers_of(provider.container)
        elif not isinstance(provider, providers.DependenciesContainer) and name != "command_loop":
            yield name, provider


@pytest.mark.parametrize("choices", EVERY_CHOICE, ids=str)
def test_every_provider_resolves_to_what_its_port_promises(choices: Choices) -> None:
    resolved = [(name, provider()) for name, provider in providers_of(a_container(choices))]
    assert len(resolved) > 30
    for name, thing in resolved:
        if name in PORTS:
            assert PORTS[name] in type(thing).__mro__
        if name == "otel_parts":
            assert (thing is None) is (choices.otel is OTelSource.OFF)
            assert thing is None or OTelParts in type(thing).__mro__


@pytest.mark.parametrize("choices", EVERY_CHOICE, ids=str)
def test_an_agent_can_be_built_without_any_io(choices: Choices) -> None:
    agent = build_agent(a_container(choices), choices)
    assert isinstance(agent, Agent)
    assert agent.tasks[0][0] == "health"
    assert bool(agent.opens) is (Source.REAL in {choices.cluster, choices.master, choices.ledger})


def test_two_containers_share_nothing() -> None:
    choices = Choices(cluster=Source.MEMORY, master=Source.MEMORY)
    first, second = a_container(choices), a_container(choices)
    assert first.adapters.ledger() is not second.adapters.ledger()
    assert first.adapters.ledger() is first.adapters.ledger()


def test_no_cluster_to_talk_to_is_a_misconfiguration_that_says_what_to_do() -> None:
    with pytest.raises(MisconfigurationError, match=r"--kubeconfig.*atlhyper-agent demo"):
        a_container(Choices(), {}).adapters.connection()


def test_a_pod_uses_its_service_account(tmp_path: Path) -> None:
    environ = {
        "KUBERNETES_SERVICE_HOST": "10.0.0.1",
        "KUBERNETES_SERVICE_PORT": "443",
        "AGENT_SERVICE_ACCOUNT_DIRECTORY": str(tmp_path),
    }
    assert a_container(Choices(), environ).adapters.connection() is not None


def test_every_request_type_has_a_handler() -> None:
    handlers = a_container(Choices(cluster=Source.MEMORY, master=Source.MEMORY)).use_cases.execute()._handlers
    assert set(handlers) == set(Request.__args__)
    assert ScaleRequest.action is Action.SCALE
