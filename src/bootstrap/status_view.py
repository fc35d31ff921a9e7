"""`/statusz` as tables on a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def show_status(console: Console, report: Mapping[str, Any]) -> None:
    """Print what matters first: ready or not, then kinds, loops, commands."""
    pushed = report["secondsSincePush"]
    console.print(f"atlhyper-agent {report['version']}, cluster {report['clusterId'] or '(not known yet)'}")
    console.print("ready" if report["ready"] else f"not ready: {'; '.join(report['notReady'])}")
    console.print("no snapshot taken by the Master yet" if pushed is None else f"last snapshot {pushed:.0f} s ago")
    kinds = Table("kind", "objects", "state", "complete", "reason", title="Kinds", title_justify="left")
    for kind, reading in {**report["kinds"], "usage": {"objects": report["usage"]["pods"], **report["usage"]}}.items():
        age = reading["secondsSinceComplete"]
        kinds.add_row(
            kind,
            str(reading["objects"]),
            reading["state"],
            "" if age is None else f"{age:.0f} s ago",
            reading["reason"],
        )
    console.print(kinds)
    loops = Table("loop", "last round", "error", title="Loops", title_justify="left")
    for loop, state in report["loops"].items():
        loops.add_row(loop, f"{state['secondsSinceRound']:.0f} s ago", state["error"])
    console.print(loops)
    running = report["commands"]["running"]
    for command in running:
        progress = f": {command['progress']}" if command["progress"] else ""
        console.print(f"running: {command['action']} {command['target']} ({command['topic']}){progress}")
    ledger = report["ledger"]
    console.print(
        f"results not delivered: {ledger['unreported']}; ledger durable: {'yes' if ledger['durable'] else 'no'}"
    )
