"""The dispatch table: a request's type decides who carries it out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from application.command_context import CommandContext
from application.execute_command import Handler
from application.handlers.configuration import ConfigurationHandlers
from application.handlers.deletion import DeletionHandlers
from application.handlers.dynamic import DynamicHandlers
from application.handlers.manifests import ManifestHandlers
from application.handlers.nodes import NodeHandlers
from application.handlers.pods import PodHandlers
from application.handlers.telemetry_queries import TelemetryHandlers
from application.handlers.workloads import WorkloadHandlers
from domain.commands.configuration_requests import GetConfigMapRequest, GetSecretRequest
from domain.commands.dynamic_requests import DynamicRequest
from domain.commands.manifest_requests import ApplyManifestsRequest
from domain.commands.node_requests import CordonRequest, DrainRequest, UncordonRequest
from domain.commands.pod_requests import ExecRequest, GetLogsRequest
from domain.commands.results import Content
from domain.commands.telemetry_requests import (
    QueryLogsRequest,
    QueryMetricsRequest,
    QuerySloRequest,
    QueryTraceDetailRequest,
    QueryTracesRequest,
)
from domain.commands.workload_requests import (
    DeletePodRequest,
    DeleteRequest,
    RestartRequest,
    ScaleRequest,
    UpdateImageRequest,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """One per group of actions."""

    workloads: WorkloadHandlers
    deletion: DeletionHandlers
    nodes: NodeHandlers
    pods: PodHandlers
    configuration: ConfigurationHandlers
    manifests: ManifestHandlers
    dynamic: DynamicHandlers
    telemetry: TelemetryHandlers


def dispatch_table(by: Handlers) -> dict[type, Handler]:
    """Who carries out which request."""
    return {
        ScaleRequest: by.workloads.scale,
        RestartRequest: by.workloads.restart,
        UpdateImageRequest: by.workloads.update_image,
        DeleteRequest: by.deletion.delete,
        DeletePodRequest: by.deletion.delete_pod,
        CordonRequest: by.nodes.cordon,
        UncordonRequest: by.nodes.uncordon,
        DrainRequest: by.nodes.drain,
        GetLogsRequest: by.pods.logs,
        ExecRequest: by.pods.exec,
        GetConfigMapRequest: by.configuration.config_map,
        GetSecretRequest: by.configuration.secret,
        ApplyManifestsRequest: by.manifests.apply,
        DynamicRequest: by.dynamic.read,
        QueryTracesRequest: _question(by.telemetry.traces),
        QueryTraceDetailRequest: _question(by.telemetry.trace_detail),
        QueryLogsRequest: _question(by.telemetry.logs),
        QueryMetricsRequest: _question(by.telemetry.metrics),
        QuerySloRequest: _question(by.telemetry.slo),
    }


def _question(answer: Callable[[Any], Awaitable[Content]]) -> Handler:
    """A handler for which only the request counts."""

    async def answered(request: Any, _context: CommandContext) -> Content:  # noqa: ANN401 - the table's key decides
        return await answer(request)

    return answered
