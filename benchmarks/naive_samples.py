"""Cases about metrics of nodes: the agent's statements beside window functions over explicit labels."""

from typing import Any, Final

from comparing import Answer
from telemetry_database import Workbench

from adapters.clickhouse.grid import Grid
from adapters.clickhouse.node_queries import ClickHouseNodeMetricQueries
from adapters.clickhouse.node_samples import COUNTER_NAMES, GAUGE_NAMES, VMSTAT_NAMES, read_samples
from adapters.clickhouse.node_series import read_node_series
from domain.otel.queries import Period

Both = tuple[Answer, Answer]
_NODE: Final = "ResourceAttributes['net.host.name']"
FRESH: Final = "TimeUnix < {t:DateTime64(9,'UTC')} AND bitAnd(Flags, 1) = 0"
_NODE_COUNTER: Final = ("device", "mode", "cpu")
STEP: Final = "intDiv(at_ms - {f_ms:Int64}, {step_ms:Int64})"
_GAUGE_FIGURES: Final = {
    "load1": "node_load1",
    "load5": "node_load5",
    "load15": "node_load15",
    "mem_total": "node_memory_MemTotal_bytes",
    "mem_available": "node_memory_MemAvailable_bytes",
    "swap_total": "node_memory_SwapTotal_bytes",
    "swap_free": "node_memory_SwapFree_bytes",
    "temperature_c": "node_hwmon_temp_celsius",
    "estab": "node_netstat_Tcp_CurrEstab",
    "sockets_used": "node_sockstat_sockets_used",
    "disk_avail_bytes": "node_filesystem_avail_bytes",
}
_COUNTER_FIGURES: Final = {
    "cpu": ("node_cpu_seconds_total", "mode"),
    "disk_read": ("node_disk_read_bytes_total", "device"),
    "disk_written": ("node_disk_written_bytes_total", "device"),
    "disk_busy": ("node_disk_io_time_seconds_total", "device"),
    "rx_bytes": ("node_network_receive_bytes_total", ""),
    "tx_bytes": ("node_network_transmit_bytes_total", ""),
    "rx_packets": ("node_network_receive_packets_total", ""),
    "tx_packets": ("node_network_transmit_packets_total", ""),
    "cpu_waiting": ("node_pressure_cpu_waiting_seconds_total", ""),
    "mem_waiting": ("node_pressure_memory_waiting_seconds_total", ""),
    "io_waiting": ("node_pressure_io_waiting_seconds_total", ""),
}


def lagged(table: str, labels: tuple[str, ...], where: str) -> str:
    """Points of counters with their increase since the point before, by a window function: right, and obvious."""
    columns = ", ".join(f"Attributes['{label}'] AS {label}" for label in labels)
    key = ", ".join((_NODE, "ResourceAttributes['service.instance.id']", "MetricName", *labels))
    return f"""(SELECT {_NODE} AS node, ResourceAttributes['service.instance.id'] AS target, MetricName AS metric,
      {columns},
        toUnixTimestamp64Milli(TimeUnix) AS at_ms, row_number() OVER w AS number,
        lagInFrame(Value, 1) OVER w AS before, lagInFrame(at_ms, 1) OVER w AS before_ms,
        multiIf(number = 1, 0, Value < before, Value, Value - before) AS increase,
        if(number = 1, 0, at_ms - before_ms) AS passed_ms
        FROM {table} WHERE {where} AND {FRESH}
        WINDOW w AS (PARTITION BY {key} ORDER BY TimeUnix ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))"""


async def nodes(bench: Workbench) -> Both:
    """Figures of all nodes: 22 statements a node."""
    with bench.side("ours"):
        window = bench.window(300, 0)
        await read_samples(bench.store, window, Grid.over_minutes(window))
    ours: dict[Any, Any] = {}
    for row in bench.answer("list_node_gauges"):
        ours[row["node"], row["metric"], repr(sorted(row["labels"].items()))] = row["value"]
        ours[row["node"], row["metric"], "rate"] = row["rate"]
    for row in bench.answer("list_node_counters"):
        ours[row["node"], row["metric"], row["device"], row["mode"]] = row["rate"]
    naive: dict[Any, Any] = {}
    with bench.side("naive"):
        since = "TimeUnix >= {f:DateTime64(9,'UTC')}"
        for row in await bench.ask(f"SELECT DISTINCT {_NODE} AS node FROM otel_metrics_gauge WHERE MetricName = "
                                   f"'node_load1' "
                                   f"AND {since} AND {FRESH}", "list_node_gauges"):  # fmt: skip
            await _node(
                bench,
                row["node"],
                f"{_NODE} = {{node:String}} AND MetricName IN {{names:Array(String)}} AND {since}",
                naive,
            )
    return ours, naive


async def _node(bench: Workbench, node: str, where: str, answer: dict[Any, Any]) -> None:
    for names in _families((*GAUGE_NAMES, *VMSTAT_NAMES)):
        sql = (
            "SELECT MetricName AS metric, mapSort(Attributes) AS labels, argMax(Value, TimeUnix) AS value, "
            "max(TimeUnix) "
            f"FROM otel_metrics_gauge WHERE {where} AND {FRESH} GROUP BY metric, labels"
        )
        for row in await bench.ask(sql, "list_node_gauges", node=node, names=names):
            answer[node, row["metric"], repr(sorted(row["labels"].items()))] = row["value"]
    rate = "sum(increase) / ((max(at_ms) - min(at_ms)) / 1000)"
    for table, names in (("gauge", VMSTAT_NAMES), *(("sum", tuple(names)) for names in _families(COUNTER_NAMES))):
        sql = (
            f"SELECT metric, device, mode, sum(rate) AS rate FROM (SELECT metric, device, mode, cpu, {rate} AS rate "
            f"FROM {lagged(f'otel_metrics_{table}', _NODE_COUNTER, where)} GROUP BY metric, device, mode, cpu "
            "HAVING max(at_ms) > min(at_ms)) GROUP BY metric, device, mode"
        )
        for row in await bench.ask(sql, "list_node_gauges", node=node, names=list(names)):
            labels = ("rate",) if table == "gauge" else (row["device"], row["mode"])
            answer[(node, row["metric"], *labels)] = row["rate"]


def _families(names: tuple[str, ...]) -> list[list[str]]:
    """One statement a subject, as one writes them one after the other."""
    families: dict[str, list[str]] = {}
    for name in names:
        families.setdefault(name.split("_")[1], []).append(name)
    return list(families.values())


async def node_steps(bench: Workbench) -> Both:
    """Nodes minute by minute: one statement a figure, each for all nodes."""
    with bench.side("ours"):
        await read_node_series(bench.store, Grid.of_minutes(bench.window(3600, 10)))
    ours: dict[Any, Any] = {}
    for row in bench.answer("list_node_gauge_steps"):
        ours |= {(row["node_name"], row["step"], name): row[name] for name in _GAUGE_FIGURES}
    for row in bench.answer("list_node_counter_steps"):
        for name in _COUNTER_FIGURES:
            of_label = row[name] if isinstance(row[name], dict) else {"": row[name]}
            ours |= {(row["node_name"], row["step"], name, label): value for label, value in of_label.items()}
    naive: dict[Any, Any] = {}
    with bench.side("naive"):
        for name, metric in _GAUGE_FIGURES.items():
            of_root = " AND Attributes['mountpoint'] = '/'" if "filesystem" in metric else ""
            sql = (
                "SELECT node, step, max(last) AS value FROM (SELECT ResourceAttributes['net.host.name'] AS node, "
                "mapSort(Attributes) AS labels, intDiv(toUnixTimestamp64Milli(TimeUnix) - {f_ms:Int64}, "
                "{step_ms:Int64}) AS step, "
                f"argMax(Value, TimeUnix) AS last FROM otel_metrics_gauge WHERE MetricName = '{metric}'{of_root} "
                f"AND TimeUnix >= {{f:DateTime64(9,'UTC')}} AND {FRESH} GROUP BY node, labels, step) GROUP BY "
                f"node, step"
            )
            for row in await bench.ask(sql, "list_node_gauge_steps"):
                naive[row["node"], row["step"], name] = row["value"]
        for name, (metric, label) in _COUNTER_FIGURES.items():
            where = f"MetricName = '{metric}' AND TimeUnix >= {{f0:DateTime64(9,'UTC')}}"
            value = (
                "sum(increase)" if name == "cpu" else "if(sum(passed_ms) > 0, sum(increase) * 1000 / sum(passed_ms), 0)"
            )
            sql = (
                f"SELECT node, step, {label or chr(39) * 2} AS label, sum(value) AS total FROM (SELECT node, "
                f"device, mode, cpu, "
                f"{STEP} AS step, {value} AS value FROM {lagged('otel_metrics_sum', _NODE_COUNTER, where)} "
                "WHERE at_ms >= {f_ms:Int64} AND NOT (startsWith(metric, 'node_network') AND device = 'lo') "
                "GROUP BY node, device, mode, cpu, step) GROUP BY node, step, label"
            )
            for row in await bench.ask(sql, "list_node_counter_steps"):
                naive[row["node"], row["step"], name, row["label"]] = row["total"]
    return ours, naive


async def node_metric(bench: Workbench) -> Both:
    """One counter of one node over six hours."""
    with bench.side("ours"):
        await ClickHouseNodeMetricQueries(bench.store).get_series(
            ["10.0.0.11"], "node_cpu_seconds_total", Period(seconds=21600)
        )
    since = "MetricName = {name:String} AND TimeUnix >= {f0:DateTime64(9,'UTC')}"
    where = f"{since} AND has({{nodes:Array(String)}}, {_NODE})"
    with bench.side("naive"):
        rows = await bench.ask(
            "SELECT step, sum(rate) AS growth FROM (SELECT cpu, mode, "
            f"{STEP} AS step, if(sum(passed_ms) > 0, sum(increase) * 1000 / sum(passed_ms), 0) AS rate "
            f"FROM {lagged('otel_metrics_sum', _NODE_COUNTER, where)} WHERE at_ms >= {{f_ms:Int64}} "
            "GROUP BY cpu, mode, step) GROUP BY step",
            "list_metric_steps",
        )
    ours = {(row["step"],): row["growth"] for row in bench.answer("list_metric_steps")}
    return ours, {(row["step"],): row["growth"] for row in rows}
