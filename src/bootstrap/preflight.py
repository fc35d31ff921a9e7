"""The preflight, composed and run: which section asks whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from dependency_injector import containers, providers

from adapters.gateway.preflight import HttpMasterPreflight
from adapters.kubernetes.preflight import KubernetesPreflight
from adapters.memory.preflight import InMemoryClusterPreflight, InMemoryMasterPreflight
from application.preflight.check_clickhouse import CheckClickHouse
from application.preflight.check_cluster import CheckCluster
from application.preflight.check_master import CheckMaster
from application.preflight.run_preflight import RunPreflight
from bootstrap import wiring
from bootstrap.settings import AgentSettings
from domain.preflight.findings import Finding, Report, Section, Status


class Preflight(containers.DeclarativeContainer):
    """What `check` asks, and whom. A new section is one more provider in `sections`."""

    settings = providers.Dependency(instance_of=AgentSettings)
    choices: providers.Dependency[Any] = providers.Dependency()
    """`bootstrap.container.Choices`."""
    adapters = providers.DependenciesContainer()
    otel = providers.DependenciesContainer()

    cluster_preflight = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(
            KubernetesPreflight, adapters.connection, namespaces=settings.provided.cluster.namespaces
        ),
        memory=providers.Singleton(InMemoryClusterPreflight, namespaces=settings.provided.cluster.namespaces),
    )
    master_preflight = providers.Selector(
        choices.provided.master,
        real=providers.Singleton(
            HttpMasterPreflight,
            providers.Callable(wiring.gateway_settings, settings.provided.master),
            adapters.clock,
        ),
        memory=providers.Singleton(InMemoryMasterPreflight, adapters.clock),
    )
    check_cluster = providers.Singleton(
        CheckCluster,
        cluster_preflight,
        adapters.cluster_identity,
        adapters.clock,
        configured_id=settings.provided.cluster.cluster_id,
        exclude=providers.Callable(wiring.excluded_kinds, settings.provided.cluster),
        policy=providers.Callable(wiring.policy, settings.provided.commands),
    )
    sections = providers.List(
        check_cluster,
        providers.Singleton(CheckMaster, master_preflight),
        providers.Singleton(CheckClickHouse, otel.otel_parts),
    )
    run_preflight = providers.Singleton(RunPreflight, sections, check_cluster.provided.cluster_id, adapters.clock)


def misconfigured(problems: Iterable[str], checked_at: datetime) -> Report:
    """The report where settings let nothing be asked: a finding for each problem.

    Args:
        problems: one line each; what stands before a colon names the setting.
        checked_at: now.
    """
    findings = []
    for number, problem in enumerate(problems, start=1):
        name, colon, text = problem.partition(": ")
        subject, detail = (name, text) if colon and name.isupper() else (f"problem {number}", problem)
        findings.append(
            Finding(
                section=Section.SETTINGS,
                subject=subject,
                status=Status.FAILED,
                detail=detail,
                cost="the agent does not start",
            )
        )
    return Report(checked_at=checked_at, cluster_id="", findings=tuple(findings))
