"""Who carries out commands: for each group of actions an adapter, real or simulated, and the handlers over it."""

from dependency_injector import containers, providers

from adapters.kubernetes.discovery.kind_resolver import KubernetesKindResolver
from adapters.kubernetes.dynamic.reader import KubernetesDynamicReader
from adapters.kubernetes.manifests.applier import KubernetesManifestApplier
from adapters.kubernetes.operations.configuration import KubernetesConfigurationReader
from adapters.kubernetes.operations.nodes import KubernetesNodeOperator
from adapters.kubernetes.operations.workloads import KubernetesWorkloadOperator
from adapters.kubernetes.pod_access import KubernetesPodAccess
from adapters.kubernetes.read_only import ReadOnlyConnection
from adapters.kubernetes.target_events import KubernetesTargetEvents
from adapters.memory.configuration_reader import InMemoryConfigurationReader
from adapters.memory.dynamic_reader import InMemoryDynamicReader
from adapters.memory.kind_resolver import InMemoryKindResolver
from adapters.memory.manifest_applier import InMemoryManifestApplier
from adapters.memory.node_operator import InMemoryNodeOperator
from adapters.memory.pod_access import InMemoryPodAccess
from adapters.memory.target_events import InMemoryTargetEvents
from adapters.memory.workload_operator import InMemoryWorkloadOperator
from adapters.yaml.reader import YamlManifestReader
from application.handlers.configuration import ConfigurationHandlers
from application.handlers.deletion import DeletionHandlers
from application.handlers.dynamic import DynamicHandlers
from application.handlers.manifests import ManifestHandlers
from application.handlers.nodes import NodeHandlers
from application.handlers.pods import PodHandlers
from application.handlers.telemetry_queries import TelemetryHandlers
from application.handlers.workloads import WorkloadHandlers
from bootstrap import wiring
from bootstrap.choices import Choices
from bootstrap.dispatch import Handlers, dispatch_table
from bootstrap.settings import AgentSettings


class CommandAdapters(containers.DeclarativeContainer):
    """The side of the cluster that obeys, and the dispatch table."""

    settings = providers.Dependency(instance_of=AgentSettings)
    choices = providers.Dependency(instance_of=Choices)
    adapters = providers.DependenciesContainer()
    otel = providers.DependenciesContainer()

    read_only_connection = providers.Singleton(ReadOnlyConnection, adapters.connection)
    kind_resolver = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(KubernetesKindResolver, read_only_connection, adapters.clock),
        memory=providers.Singleton(InMemoryKindResolver),
    )
    workload_operator = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(KubernetesWorkloadOperator, adapters.connection, adapters.clock),
        memory=providers.Singleton(InMemoryWorkloadOperator, adapters.simulated_cluster),
    )
    node_operator = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(KubernetesNodeOperator, adapters.connection),
        memory=providers.Singleton(InMemoryNodeOperator, adapters.simulated_cluster),
    )
    pod_access = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(KubernetesPodAccess, adapters.connection),
        memory=providers.Singleton(InMemoryPodAccess, adapters.simulated_cluster, adapters.clock),
    )
    configuration_reader = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(KubernetesConfigurationReader, adapters.connection),
        memory=providers.Singleton(InMemoryConfigurationReader, adapters.simulated_cluster),
    )
    manifest_reader = providers.Singleton(YamlManifestReader)
    manifest_applier = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(KubernetesManifestApplier, adapters.connection),
        memory=providers.Singleton(InMemoryManifestApplier, adapters.simulated_cluster),
    )
    dynamic_reader = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(KubernetesDynamicReader, read_only_connection, kind_resolver, adapters.clock),
        memory=providers.Singleton(InMemoryDynamicReader, adapters.simulated_cluster, adapters.clock),
    )
    target_events = providers.Selector(
        choices.provided.cluster,
        real=providers.Singleton(KubernetesTargetEvents, adapters.connection, kind_resolver, adapters.clock),
        memory=providers.Singleton(InMemoryTargetEvents, adapters.simulated_cluster, kind_resolver),
    )

    handlers = providers.Singleton(
        dispatch_table,
        providers.Factory(
            Handlers,
            workloads=providers.Factory(WorkloadHandlers, workload_operator, kind_resolver, adapters.clock),
            deletion=providers.Factory(DeletionHandlers, workload_operator, kind_resolver),
            nodes=providers.Factory(NodeHandlers, node_operator, adapters.clock),
            pods=providers.Factory(PodHandlers, pod_access, max_log_lines=settings.provided.commands.logs_max_lines),
            configuration=providers.Factory(ConfigurationHandlers, configuration_reader),
            manifests=providers.Factory(
                ManifestHandlers, manifest_reader, kind_resolver, manifest_applier, adapters.clock
            ),
            dynamic=providers.Factory(
                DynamicHandlers,
                kind_resolver,
                dynamic_reader,
                env_values=providers.Callable(wiring.shows_env_values, settings.provided.cluster),
            ),
            telemetry=providers.Factory(
                TelemetryHandlers, otel.telemetry_stores, adapters.cluster_reader, adapters.clock
            ),
        ),
    )
