"""Every sub-action of every question, from the sender's parameters to the text that is reported."""

import json
from typing import Any

import pytest

from adapters.gateway.wire.params import Params
from adapters.gateway.wire.results import WireOutputRenderer
from adapters.gateway.wire.telemetry_params import (
    to_query_logs,
    to_query_metrics,
    to_query_slo,
    to_query_trace_detail,
    to_query_traces,
)
from adapters.memory.clock import ManualClock
from application.handlers.telemetry_queries import TelemetryHandlers, TelemetryStores
from domain.cluster.readings import ReadingState
from domain.commands.results import CommandResult, Outcome
from domain.commands.target import Target
from ports.errors import NotFound
from tests.support.otel_world import NodesOnly, a_node
from tests.support.query_stores import in_memory
from tests.support.telemetry_shop import ADDRESSES, NOW

CLUSTER = NodesOnly([a_node("alpha", ADDRESSES[0]), a_node("beta", ADDRESSES[1]), a_node("silent", "10.0.0.7")])


class Desk:
    """Asks as the Master does, and reads what it would get."""

    def __init__(self, stores: TelemetryStores | None, cluster: NodesOnly = CLUSTER) -> None:
        handlers = TelemetryHandlers(stores, cluster, ManualClock(NOW))
        self._ways: dict[str, Any] = {
            "query_traces": (to_query_traces, handlers.traces),
            "query_trace_detail": (to_query_trace_detail, handlers.trace_detail),
            "query_logs": (to_query_logs, handlers.logs),
            "query_metrics": (to_query_metrics, handlers.metrics),
            "query_slo": (to_query_slo, handlers.slo),
        }

    async def ask(self, action: str, **params: Any) -> Any:
        parse, handle = self._ways[action]
        content = await handle(parse(Target(), Params(params)))
        result = CommandResult(outcome=Outcome.SUCCEEDED, content=content)
        return json.loads(WireOutputRenderer().render("c-1", result, 0.1).output)


@pytest.fixture
def desk() -> Desk:
    return Desk(in_memory().stores)


LISTS = {
    "list_traces": ("query_traces", {}, {"traceId", "rootService", "durationMs", "timestamp"}),
    "list_services": ("query_traces", {"sub_action": "list_services"}, {"name", "successRate", "p99Ms"}),
    "list_operations": ("query_traces", {"sub_action": "list_operations"}, {"serviceName", "operationName"}),
    "http_stats": ("query_traces", {"sub_action": "http_stats", "service": "api"}, {"statusCode", "method", "count"}),
    "db_stats": ("query_traces", {"sub_action": "db_stats", "service": "catalog"}, {"dbSystem", "dbName", "callCount"}),
    "list_all": ("query_metrics", {"sub_action": "list_all"}, {"nodeName", "nodeIP", "cpu", "disks"}),
    "get_series": (
        "query_metrics",
        {"sub_action": "get_series", "node_name": "alpha", "metric": "node_load1"},
        {"timestamp", "value"},
    ),
    "list_ingress": ("query_slo", {"sub_action": "list_ingress"}, {"serviceKey", "totalRequests", "successRate"}),
    "list_service": ("query_slo", {"sub_action": "list_service"}, {"namespace", "name", "mtlsEnabled"}),
    "list_edges": ("query_slo", {"sub_action": "list_edges"}, {"srcName", "dstName", "rps"}),
}


@pytest.mark.parametrize(("action", "params", "members"), LISTS.values(), ids=LISTS)
async def test_a_list_is_a_bare_array(desk: Desk, action: str, params: dict[str, Any], members: set[str]) -> None:
    answer = await desk.ask(action, **params)
    assert isinstance(answer, list)
    assert answer
    assert all(members <= set(element) for element in answer)


OBJECTS = {
    "get_topology": ("query_traces", {"sub_action": "get_topology"}, {"nodes", "edges"}),
    "service_series": ("query_traces", {"sub_action": "service_series", "service": "api"}, {"service", "points"}),
    "search": ("query_logs", {}, {"logs", "total", "facets"}),
    "histogram": ("query_logs", {"sub_action": "histogram"}, {"buckets", "intervalMs"}),
    "get_summary": ("query_metrics", {}, {"totalNodes", "onlineNodes", "maxCpuTemp"}),
    "get_node": ("query_metrics", {"sub_action": "get_node", "node_name": "alpha"}, {"nodeName", "cpu"}),
    "get_history": (
        "query_metrics",
        {"sub_action": "get_history", "node_name": "alpha", "since": "1h"},
        {"cpu", "memory", "disk", "temp"},
    ),
    "slo_summary": ("query_slo", {}, {"totalServices", "avgSuccessRate"}),
    "level_series": (
        "query_slo",
        {"sub_action": "get_time_series", "name": "shop/web"},
        {"namespace", "name", "points"},
    ),
}


@pytest.mark.parametrize(("action", "params", "members"), OBJECTS.values(), ids=OBJECTS)
async def test_an_object_has_its_members(desk: Desk, action: str, params: dict[str, Any], members: set[str]) -> None:
    answer = await desk.ask(action, **params)
    assert members <= set(answer)


async def test_a_trace_of_the_list_has_a_detail(desk: Desk) -> None:
    (trace,) = await desk.ask("query_traces", limit=1)
    detail = await desk.ask("query_trace_detail", traceId=trace["traceId"])
    assert detail["traceId"] == trace["traceId"]
    assert detail["spans"][0]["spanKind"] == "SPAN_KIND_SERVER"


async def test_nodes_go_by_the_clusters_names_and_are_held_against_its_nodes(desk: Desk) -> None:
    nodes = await desk.ask("query_metrics", sub_action="list_all")
    assert [node["nodeName"] for node in nodes] == [ADDRESSES[2], "alpha", "beta"]
    summary = await desk.ask("query_metrics")
    assert (summary["totalNodes"], summary["onlineNodes"]) == (3, 2)
    by_name = await desk.ask("query_metrics", sub_action="get_node", node_name="alpha")
    by_address = await desk.ask("query_metrics", sub_action="get_node", node_name=ADDRESSES[0])
    assert by_name == by_address


async def test_while_the_cluster_has_not_said_its_nodes_addresses_will_do() -> None:
    desk = Desk(in_memory().stores, NodesOnly((), ReadingState.SYNCING))
    summary = await desk.ask("query_metrics")
    assert (summary["totalNodes"], summary["onlineNodes"]) == (3, 3)
    assert await desk.ask("query_metrics", sub_action="get_history", node_name=ADDRESSES[0], since="1h")


@pytest.mark.parametrize("sub_action", ["get_node", "get_series", "get_history"])
async def test_an_unknown_node_is_named(desk: Desk, sub_action: str) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        await desk.ask("query_metrics", sub_action=sub_action, node_name="nobody", metric="node_load1")


@pytest.mark.parametrize("action", ["query_traces", "query_trace_detail", "query_logs", "query_metrics", "query_slo"])
async def test_without_a_store_every_question_says_so(action: str) -> None:
    with pytest.raises(NotFound, match="AGENT_CLICKHOUSE_ENDPOINT"):
        await Desk(None).ask(action, trace_id="x")
