"""The OTel summary as a whole: every part as the agent asks for it, and how many statements that takes."""

from datetime import timedelta
from typing import Final

from telemetry_database import END_AT, Workbench

from adapters.clickhouse.otel_parts import ClickHouseOTelParts
from application.otel_part import OTelTimings
from application.otel_plan import plan_parts
from domain.otel.parts import SloWindow

WHOLE: Final = "summary"
_ROUNDS: Final = 2
"""The first finds out the layout and where metrics live, which is kept for ten minutes; the second is the rule."""


async def refresh_all(bench: Workbench, nodes: int) -> int:
    """Renew every part twice, a minute apart; the statements of the second time, of short windows."""
    parts = plan_parts(ClickHouseOTelParts(bench.store, bench.clock), OTelTimings())
    overview = 0
    for number in range(_ROUNDS):
        bench.store.at = END_AT - timedelta(minutes=_ROUNDS - 1 - number)
        for part in parts.all():
            plan = part.plan
            bench.begin(f"{WHOLE} of {nodes} nodes, {plan.name.value}", 0 if number == _ROUNDS - 1 else number + 100)
            with bench.side("ours" if number == _ROUNDS - 1 else "first"):
                before = bench.runner.sent
                await plan.scan(plan.window_seconds)
                sent = bench.runner.sent - before
            if number == _ROUNDS - 1:
                print(f"{nodes} nodes, {plan.name.value}: {sent} statements", flush=True)
                is_long = plan.window_seconds >= SloWindow.DAY.length_seconds
                overview += 0 if is_long else sent
    print(f"{nodes} nodes, short windows: {overview} statements", flush=True)
    return overview
