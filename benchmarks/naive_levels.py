"""Cases about service levels: the agent's statements beside window functions over explicit labels."""

from collections import Counter
from typing import Any, Final

from comparing import Answer
from naive_samples import FRESH, STEP, lagged
from telemetry_database import Workbench

from adapters.clickhouse.grid import Grid
from adapters.clickhouse.ingress import read_ingress
from adapters.clickhouse.mesh import read_mesh
from adapters.clickhouse.otel_parts import ClickHouseOTelParts
from domain.otel.parts import SloWindow

Both = tuple[Answer, Answer]
_STEP: Final = STEP.replace("f_ms", "o_ms")
"""Steps begin where minutes do, windows do not."""
_INGRESS: Final = ("service", "code", "method", "protocol")
_MESH: Final = (
    "direction",
    "deployment",
    "namespace",
    "dst_deployment",
    "dst_namespace",
    "status_code",
    "tls",
    "srv_name",
    "pod",
)


async def ingress(bench: Workbench) -> Both:
    """Requests and durations behind the ingress in five minutes."""
    with bench.side("ours"):
        await read_ingress(bench.store, Grid.over_minutes(bench.window(300, 10)))
    return await _ingress(bench, "")


async def ingress_steps(bench: Workbench) -> Both:
    """The same minute by minute over an hour."""
    with bench.side("ours"):
        await read_ingress(bench.store, Grid.of_minutes(bench.window(3600, 10)))
    return await _ingress(bench, "")


async def ingress_long(bench: Workbench) -> Both:
    """The same hour by hour over all there is."""
    with bench.side("ours"):
        await ClickHouseOTelParts(bench.store, bench.clock).slo_window(SloWindow.DAY)
    return await _ingress(bench, "_long")


async def _ingress(bench: Workbench, ending: str) -> Both:
    requests, latencies = f"list_ingress_requests{ending}", f"list_ingress_latencies{ending}"
    ours: Counter[Any] = Counter()
    for row in bench.answer(requests):
        ours[row["service_key"], row["code"], row["method"], row["step"]] += row["requests"]
    for row in bench.answer(latencies):
        key = (row["service_key"], row["step"])
        ours.update({(*key, place): count for place, count in enumerate(row["counts"])} | {(*key, "s"): row["seconds"]})
    where = "MetricName = {name:String} AND TimeUnix >= {f0:DateTime64(9,'UTC')}"
    states = f"""(SELECT Attributes['service'] AS service, toUnixTimestamp64Milli(TimeUnix) AS at_ms, row_number()
      OVER w AS number,
        CAST(BucketCounts, 'Array(Int64)') AS now, lagInFrame(CAST(BucketCounts, 'Array(Int64)'), 1) OVER w AS before,
        number > 1 AND arrayExists((x, y) -> x < y, now, before) AS is_reset,
        multiIf(number = 1, arrayMap(x -> toInt64(0), now), is_reset, now, arrayMap((x, y) -> x - y, now, before))
          AS increase,
        multiIf(number = 1, 0, is_reset, Sum, Sum - lagInFrame(Sum, 1) OVER w) AS seconds
        FROM otel_metrics_histogram WHERE {where} AND {FRESH}
        WINDOW w AS (PARTITION BY ResourceAttributes['service.instance.id'], Attributes['service'], Attributes['code'],
          Attributes['method'], Attributes['protocol'] ORDER BY TimeUnix ROWS BETWEEN UNBOUNDED PRECEDING AND
            CURRENT ROW))"""
    states = states.replace(
        "arrayExists((x, y) -> x < y, now, before)",
        "arrayExists((x, y) -> x < y, now, arrayResize(before, length(now)))",
    )
    states = states.replace("x - y, now, before)", "x - y, now, arrayResize(before, length(now)))")
    with bench.side("naive"):
        rows = await bench.ask(
            f"SELECT service, code, method, {_STEP} AS step, sum(increase) AS n FROM "
            f"{lagged('otel_metrics_sum', _INGRESS, where)} "
            "WHERE at_ms >= {f_ms:Int64} GROUP BY service, code, method, step",
            requests,
            o_ms=_origin(bench, requests),
        )
        naive = {(row["service"], row["code"], row["method"], row["step"]): row["n"] for row in rows}
        rows = await bench.ask(
            f"SELECT service, {_STEP} AS step, sumForEach(increase) AS counts, sum(seconds) AS s FROM {states} "
            "WHERE at_ms >= {f_ms:Int64} GROUP BY service, step",
            latencies,
            o_ms=_origin(bench, latencies),
        )
    for row in rows:
        key = (row["service"], row["step"])
        naive |= {(*key, place): count for place, count in enumerate(row["counts"])} | {(*key, "s"): row["s"]}
    return ours, naive


async def mesh(bench: Workbench) -> Both:
    """Requests and durations in the mesh in five minutes."""
    with bench.side("ours"):
        await read_mesh(bench.store, Grid.over_minutes(bench.window(300, 10)))
    return await _mesh(bench, "")


async def mesh_steps(bench: Workbench) -> Both:
    """The same minute by minute over an hour."""
    with bench.side("ours"):
        await read_mesh(bench.store, Grid.of_minutes(bench.window(3600, 10)))
    return await _mesh(bench, "")


async def mesh_long(bench: Workbench) -> Both:
    """The same over all there is."""
    with bench.side("ours"):
        await ClickHouseOTelParts(bench.store, bench.clock).slo_window(SloWindow.DAY)
    return await _mesh(bench, "_long")


async def _mesh(bench: Workbench, ending: str) -> Both:
    statement = f"list_mesh{ending}"
    requests = bench.runner.bound[statement]["requests"]
    (buckets,) = (name for name in bench.runner.bound[statement]["names"] if name.endswith("_bucket"))
    ours: Counter[Any] = Counter()
    for row in bench.answer(statement):
        ends = (row["direction"], row["workload"], row["dst_workload"], row["step"])
        if row["metric"] == requests:
            ours[(*ends, row["code"], row["is_mtls"])] += row["increase"]
        ours.update({(*ends, float(bound)): count for bound, count in row["cumulative"].items()})
    where = "MetricName = {name:String} AND TimeUnix >= {f0:DateTime64(9,'UTC')}"
    step = f"if(direction = 'inbound', {_STEP}, 0)"
    known = "at_ms >= {f_ms:Int64} AND (direction = 'inbound' OR dst_deployment != '')"
    naive: dict[Any, Any] = {}
    with bench.side("naive"):
        for row in await bench.ask(
            f"SELECT direction, deployment, dst_deployment, status_code, tls, {step} AS step, sum(increase) AS n "
            f"FROM {lagged('otel_metrics_gauge', _MESH, where)} WHERE {known} "
            "GROUP BY direction, deployment, dst_deployment, status_code, tls, step",
            statement,
            name=requests,
            o_ms=_origin(bench, statement),
        ):
            ends = (row["direction"], row["deployment"], row["dst_deployment"], row["step"])
            naive[(*ends, row["status_code"], int(row["tls"] == "true"))] = row["n"]
        for row in await bench.ask(
            f"SELECT direction, deployment, dst_deployment, toFloat64OrZero(le) AS bound, {step} AS step, "
            f"sum(increase) AS n FROM {lagged('otel_metrics_gauge', (*_MESH, 'le'), where)} WHERE {known} "
            "GROUP BY direction, deployment, dst_deployment, bound, step",
            statement,
            name=buckets,
            o_ms=_origin(bench, statement),
        ):
            ends = (row["direction"], row["deployment"], row["dst_deployment"], row["step"])
            naive[(*ends, row["bound"])] = row["n"]
    return ours, naive


def _origin(bench: Workbench, statement: str) -> int:
    bound = bench.runner.bound[statement]
    origin_ms: int = bound.get("o_ms", bound["f_ms"])
    return origin_ms
