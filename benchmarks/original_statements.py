"""Statements that are often written and are wrong, each timed with its error beside the right answer.

They are no measure of speed: a wrong answer may cost anything. They show what the agent's statements pay for.
"""

from collections.abc import AsyncIterator
from typing import Final

from naive_samples import lagged
from telemetry_database import Workbench

_LABELS: Final = ("service", "code", "method", "protocol")
_WHERE: Final = "MetricName = {name:String} AND TimeUnix >= {f0:DateTime64(9,'UTC')}"
_SERIES: Final = "GROUP BY ResourceAttributes['service.instance.id'], mapSort(Attributes)"
_OF_POINTS: Final = (
    f"FROM otel_metrics_sum WHERE {_WHERE} AND TimeUnix < {{t:DateTime64(9,'UTC')}} AND bitAnd(Flags, 1) = 0"
)
_RIGHT: Final = f"SELECT sum(increase) AS n FROM {lagged('otel_metrics_sum', _LABELS, _WHERE)}"
_COUNTERS: Final = {
    "sum of a counter": f"SELECT sum(Value) AS n {_OF_POINTS}",
    "last less first": f"SELECT sum(d) AS n FROM (SELECT argMax(Value, TimeUnix) - argMin(Value, TimeUnix) AS d "
    f"{_OF_POINTS} {_SERIES})",
    "one reset at most": "SELECT sum(if(m > l, m - f + l, l - f)) AS n FROM (SELECT max(Value) AS m, argMax(Value, "
    "TimeUnix) AS l, "
    f"argMin(Value, TimeUnix) AS f {_OF_POINTS} {_SERIES})",
    "deltaSumTimestamp": f"SELECT sum(d) AS n FROM (SELECT deltaSumTimestamp(Value, "
    f"toUnixTimestamp64Milli(TimeUnix)) AS d {_OF_POINTS} {_SERIES})",
    "replicas as one series": _RIGHT.replace(
        "ResourceAttributes['net.host.name'], ResourceAttributes['service.instance.id'], ", ""
    ),
    "differences within minutes": _RIGHT.replace("PARTITION BY ", "PARTITION BY toStartOfMinute(TimeUnix), "),
}
_SPANS: Final = "Timestamp >= {f:DateTime64(9,'UTC')} AND Timestamp < {t:DateTime64(9,'UTC')}"
_PER_TRACE: Final = (
    "SELECT avg(n) AS n, avg(d) AS d FROM (SELECT {0} AS d, count() AS n FROM otel_traces WHERE {1} GROUP BY TraceId)"
)
_WALL: Final = "toInt64(max(toUnixTimestamp64Nano(Timestamp) + Duration)) - toUnixTimestamp64Nano(min(Timestamp))"
_WITH_PAYMENT: Final = f"TraceId IN (SELECT TraceId FROM otel_traces WHERE {_SPANS} AND ServiceName = 'payment')"


async def original_errors(bench: Workbench) -> list[str]:
    """One line each: what it is, and how far off."""
    bench.begin("right totals", 0)
    with bench.side("reference"):
        right = (await bench.ask(_RIGHT, "list_ingress_requests_long"))[0]["n"]
    lines = []
    for name, sql in _COUNTERS.items():
        bench.begin(name, 0)
        with bench.side("original"):
            wrong = (await bench.ask(sql, "list_ingress_requests_long"))[0]["n"]
        lines.append(
            f"original: {name}: {wrong:.0f} requests instead of {right:.0f} ({100 * (wrong / right - 1):+.1f} %)"
        )
    lines += [line async for line in _traces(bench)]
    bench.begin("memory by joining on maps", 0)
    with bench.side("original"):
        joined = await bench.ask(
            "SELECT count() AS n FROM (SELECT * FROM otel_metrics_gauge WHERE MetricName = "
            "'node_memory_MemAvailable_bytes' "
            "AND TimeUnix >= {f:DateTime64(9,'UTC')}) AS a INNER JOIN (SELECT * FROM otel_metrics_gauge WHERE "
            "MetricName = 'node_memory_MemTotal_bytes' AND TimeUnix >= {f:DateTime64(9,'UTC')}) AS b "
            "USING (ResourceAttributes, TimeUnix)",
            "list_node_gauges",
        )
    there = await bench.ask(
        "SELECT count() AS n FROM otel_metrics_gauge WHERE MetricName = 'node_memory_MemAvailable_bytes' "
        "AND TimeUnix >= {f:DateTime64(9,'UTC')}",
        "list_node_gauges",
    )
    lines.append(f"original: memory by joining on maps: {joined[0]['n']} rows of {there[0]['n']}")
    return lines


async def _traces(bench: Workbench) -> AsyncIterator[str]:
    bench.begin("right traces", 0)
    with bench.side("reference"):
        right = (await bench.ask(_PER_TRACE.format(_WALL, _WITH_PAYMENT), "find_traces"))[0]
    for name, duration, where in (
        ("traces filtered span by span", _WALL, f"{_SPANS} AND ServiceName = 'payment'"),
        ("longest span as duration", "max(Duration)", _WITH_PAYMENT),
    ):
        bench.begin(name, 0)
        with bench.side("original"):
            wrong = (await bench.ask(_PER_TRACE.format(duration, where), "find_traces"))[0]
        yield (
            f"original: {name}: {wrong['n']:.1f} spans of {right['n']:.1f}, "
            f"{100 * wrong['d'] / right['d']:.0f} % of the duration"
        )
