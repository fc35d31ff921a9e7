"""What the agent's statements cost a ClickHouse, beside the obvious ones, on ten million rows and more.

One real server as a child process, tables of collector 0.96, rows made inside the server. Every statement is asked by
the agent's own code, compared with one that anybody would write and that is right, and measured by the server
(`system.query_log`). `make bench-clickhouse` runs it; ROWS says how many rows. Nothing is asserted about speed.
"""

import argparse
from collections.abc import Awaitable, Callable
from typing import Final

import anyio
import naive_levels
import naive_logs
import naive_samples
import naive_spans
from comparing import Answer, Costs, differences, read_costs
from original_statements import original_errors
from telemetry_database import Workbench, filled
from whole_summary import WHOLE, refresh_all

from adapters.clickhouse.statements import statement_names
from tests.support.clickhouse_server import ChildServer, ClickHouseServer

CASES: Final[dict[str, tuple[Callable[[Workbench], Awaitable[tuple[Answer, Answer]]], tuple[str, ...]]]] = {
    "services": (naive_spans.services, ("list_services", "list_service_identities")),
    "calls": (naive_spans.calls, ("list_calls",)),
    "service steps": (naive_spans.service_steps, ("list_service_steps",)),
    "recent traces": (naive_spans.recent_traces, ("find_recent_traces", "read_trace_bounds", "summarize_traces")),
    "traces of a service": (naive_spans.traces_of_a_service, ("find_traces", "read_trace_bounds", "summarize_traces")),
    "slow traces": (naive_spans.slow_traces, ("find_slow_traces", "read_trace_bounds", "summarize_traces")),
    "trace detail": (naive_spans.trace_detail, ("read_trace_bounds", "list_trace_spans")),
    "one service": (naive_spans.service_questions, ("count_http_requests", "list_database_calls")),
    "log summary": (naive_logs.log_summary, ("count_logs",)),
    "log search": (naive_logs.log_search, ("count_log_facets", "list_logs")),
    "log steps": (naive_logs.log_steps, ("count_log_steps",)),
    "nodes": (naive_samples.nodes, ("list_node_gauges", "list_node_counters")),
    "node steps": (naive_samples.node_steps, ("list_node_gauge_steps", "list_node_counter_steps")),
    "node metric": (naive_samples.node_metric, ("list_metric_steps",)),
    "ingress": (naive_levels.ingress, ("list_ingress_requests", "list_ingress_latencies")),
    "ingress steps": (naive_levels.ingress_steps, ("list_ingress_requests", "list_ingress_latencies")),
    "ingress long": (
        naive_levels.ingress_long,
        (
            "list_ingress_requests_long",
            "list_ingress_latencies_long",
            "list_ingress_requests",
            "list_ingress_latencies",
        ),
    ),
    "mesh": (naive_levels.mesh, ("list_mesh",)),
    "mesh steps": (naive_levels.mesh_steps, ("list_mesh",)),
    "mesh long": (naive_levels.mesh_long, ("list_mesh_long", "list_mesh")),
}
"""By name: what asks both sides, and the statements of the agent that answer."""
SUMMARY: Final = ("services", "calls", "recent traces", "log summary", "nodes", "ingress", "mesh")
"""Cases that the OTel summary asks for in its short windows, the lines of the last hour included."""
LINES: Final = ("service steps", "node steps", "ingress steps", "mesh steps")
"""What it asks for on top at the start, and the naive side every time: it does not put minutes together."""
NODES: Final = (10, 200)


async def compare(bench: Workbench, rounds: int) -> bool:
    """Run every case on both sides; whether all answers were equal."""
    all_equal = True
    for name, (ask, _) in CASES.items():
        found: list[str] = []
        for number in range(rounds):
            bench.begin(name, number)
            ours, naive = await ask(bench)
            found = differences(ours, naive)
        print(f"{name}: {'equal, ' + str(len(naive)) + ' figures' if not found else '; '.join(found)}", flush=True)
        all_equal = all_equal and not found and bool(naive)
    for line in await original_errors(bench):
        print(line, flush=True)
    return all_equal


def table(costs: Costs) -> float:
    """Print what every case cost; the ratio of the statement that gained least, in CPU time."""
    print("| case | side | statements | cpu ms | time ms | rows | MB | memory MiB | cpu naive / ours |\n|" + "---|" * 9)
    for name, (_, statements) in CASES.items():
        for statement in (one for one in statements if (name, "ours", one) in costs):
            print(f"| {name} | {statement} | {costs[name, 'ours', statement].cells()} | |")
        naive, ratio = costs[name, "naive", ""], ratio_of(costs, name)
        print(f"| {name} | naive | {naive.cells()} | {ratio:.1f} |")
    for (name, side, statement), cost in costs.items():
        if side == "original" and statement == "":
            print(f"| original: {name} | | {cost.cells()} | |")
    measured = {statement for _, side, statement in costs if side == "ours"}
    print(f"statements without a measurement: {sorted(set(statement_names()) - measured) or 'none'}")
    slowest = max(CASES, key=lambda name: cpu_ms(costs, name))
    print(f"slowest: {slowest}")
    return ratio_of(costs, slowest)


def cpu_ms(costs: Costs, case: str) -> float:
    """CPU time of the agent's statements that answer a case."""
    return sum(costs[case, "ours", one].cpu_ms for one in CASES[case][1] if (case, "ours", one) in costs)


def ratio_of(costs: Costs, case: str) -> float:
    """CPU time of the naive side over the agent's."""
    return costs[case, "naive", ""].cpu_ms / max(0.001, cpu_ms(costs, case))


async def run(server: ClickHouseServer, rows: int, rounds: int) -> str:
    """Everything; the last line."""
    counts, sent = [], 0
    all_equal = True
    for nodes in NODES:
        database, _ = filled(server, rows if nodes == NODES[0] else max(rows // 4, 200_000), nodes)
        bench = Workbench(database)
        try:
            if nodes == NODES[0]:
                all_equal = await compare(bench, rounds)
            counts.append(await refresh_all(bench, nodes))
        finally:
            await bench.runner.aclose()
        sent += bench.runner.sent_in_cases
    costs = read_costs(server, sent)
    slowest_ratio = table(costs)
    for (case, _, statement), cost in costs.items():
        if case.startswith(WHOLE) and not statement:
            print(
                f"{case}: {cost.statements} statements, {cost.cpu_ms:.0f} ms CPU, {cost.rows} rows, "
                f"{cost.bytes / 1e6:.1f} MB"
            )
    ours = sum(cpu_ms(costs, name) for name in SUMMARY)
    obvious = [costs[name, "naive", ""] for name in (*SUMMARY, *LINES)]
    naive = sum(cost.cpu_ms for cost in obvious)
    print(f"summary: {sum(cost.statements for cost in obvious)} naive statements")
    without_lines = sum(costs[name, "naive", ""].cpu_ms for name in SUMMARY)
    print(f"summary without the lines on the naive side: ratio {without_lines / ours:.1f}")
    if any(count != counts[0] for count in counts):
        print(f"the number of statements is not constant: {counts}")
    return (
        f"summary_statements={counts[0]} summary_cpu_ratio={naive / ours:.1f} results_equal={int(all_equal)} "
        f"slowest_query_ratio={slowest_ratio:.1f}"
    )


def main() -> None:
    """Run the benchmark on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=2, help="of each case; the cheapest counts")
    arguments = parser.parse_args()
    server = ChildServer()
    server.start()
    try:
        print(anyio.run(run, server, arguments.rows, arguments.rounds))
    finally:
        server.remove()


if __name__ == "__main__":
    main()
