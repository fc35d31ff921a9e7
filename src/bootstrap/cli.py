"""The command line: `atlhyper-agent run | demo | check | snapshot | status | version`.

Exit codes: 0 it went well or was stopped by a signal; 1 something outside refused; 2 the settings or the call are
wrong, every problem listed, nothing opened.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import anyio
import typer
from rich.console import Console

from adapters.telemetry.logging import configure_logging
from bootstrap.settings import AgentSettings, LogFormat, SettingsError, load_settings, warnings_about
from bootstrap.signals import unwind_at_signals
from bootstrap.values import split_address
from bootstrap.version import VERSION
from domain.errors import AgentError, MisconfigurationError

app = typer.Typer(
    name="atlhyper-agent",
    help="AtlHyper Agent V3: reports a Kubernetes cluster's live state to the Master and carries out its commands.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
Kubeconfig = Annotated[
    Path | None, typer.Option("--kubeconfig", help="Kubeconfig of the cluster; default: AGENT_KUBECONFIG, KUBECONFIG.")
]


@app.command()
def run(kubeconfig: Kubeconfig = None) -> None:
    """Run the agent of one cluster; settings come from the environment."""
    environ = os.environ
    settings = _settings(environ, kubeconfig)
    _configure_logging(settings, environ)
    from bootstrap.programs import run_production

    _run(lambda: run_production(settings, environ))


@app.command()
def demo(
    kubeconfig: Annotated[
        Path | None, typer.Option("--kubeconfig", help="Show this real cluster instead of the simulated one.")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port of the console; 0 takes a free one.")] = 0,
    allow_changes: Annotated[
        bool, typer.Option("--allow-changes", help="Permit commands that change a real cluster.")
    ] = False,
    clickhouse_url: Annotated[
        str,
        typer.Option("--clickhouse-url", help="Read telemetry of this ClickHouse; default: AGENT_CLICKHOUSE_ENDPOINT."),
    ] = "",
) -> None:
    """Try the agent on this machine: a simulated cluster, a demo Master and its console in the browser."""
    environ = dict(os.environ)
    if clickhouse_url:
        environ["AGENT_CLICKHOUSE_ENDPOINT"] = clickhouse_url
    environ.setdefault("AGENT_HEALTH_ADDRESS", "127.0.0.1:0")
    settings = _settings(environ, kubeconfig)
    _configure_logging(settings, environ)
    from bootstrap.demo import DemoOptions, run_demo

    options = DemoOptions(
        real_cluster=kubeconfig is not None, web_port=port, allow_changes=allow_changes or kubeconfig is None
    )
    _run(lambda: run_demo(settings, environ, options, _announce_console))


@app.command()
def check(
    kubeconfig: Kubeconfig = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON on stdout; docs/check.md describes it.")] = False,
    simulated: Annotated[bool, typer.Option("--simulated", help="Of the simulated cluster.")] = False,
) -> None:
    """See before a start what is missing, what it costs and what mends it; nothing is changed.

    Exit code 0: all good; 1: it works, but something is missing; 2: it cannot work.
    """
    # Whoever interrupts it has no verdict, least of all a good one.
    unwind_at_signals(exit_code=1)
    environ = os.environ
    from bootstrap.check_json import EXIT_CODES, report_as_json
    from bootstrap.check_view import show_report, shown_progress
    from bootstrap.preflight import misconfigured
    from bootstrap.programs import run_check

    try:
        settings = load_settings(_with_kubeconfig(environ, kubeconfig))
    except SettingsError as error:
        report = misconfigured(error.problems, datetime.now(UTC))
    else:
        _configure_logging(settings, environ)
        with shown_progress(Console(stderr=True)) as progress:
            report = _run(lambda: run_check(settings, environ, progress, simulated=simulated))
    if as_json:
        sys.stdout.write(json.dumps(report_as_json(report), indent=2, ensure_ascii=False) + "\n")
    else:
        show_report(Console(), report)
    raise SystemExit(EXIT_CODES[report.verdict])


@app.command()
def snapshot(
    kubeconfig: Kubeconfig = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of to the screen.")] = None,
    simulated: Annotated[bool, typer.Option("--simulated", help="Of the simulated cluster.")] = False,
) -> None:
    """Take one snapshot and write it as the Master would get it, as JSON."""
    environ = os.environ
    settings = _settings(environ, kubeconfig)
    _configure_logging(settings, environ)
    from bootstrap.programs import take_snapshot

    unwind_at_signals()
    console = Console(stderr=True)
    with console.status("reading the cluster ..."):
        body = _run(lambda: take_snapshot(settings, environ, simulated=simulated))
    if output is None:
        sys.stdout.write(json.dumps(json.loads(body), indent=2, ensure_ascii=False) + "\n")
        return
    try:
        output.write_bytes(body)
    except OSError as error:
        raise _failure(f"cannot write {output}: {error.strerror}", code=1) from error
    console.print(f"{len(body):,} bytes written to {output}")


@app.command()
def status(
    address: Annotated[
        str, typer.Option("--address", help="Where the agent serves its health; default: AGENT_HEALTH_ADDRESS.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="As it is.")] = False,
) -> None:
    """Ask a running agent how it does."""
    settings = _settings(os.environ, None)
    host, port = split_address(address or settings.process.health_address)
    host = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - where it listens on all, ask locally
    url = f"http://{host}:{port}/statusz"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            report = json.load(answer)
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise _failure(f"no agent answers at {url}: {getattr(error, 'reason', error)}", code=1) from error
    if as_json:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
        return
    from bootstrap.status_view import show_status

    show_status(Console(), report)


@app.command()
def version() -> None:
    """Print the version."""
    sys.stdout.write(f"atlhyper-agent {VERSION}\n")


def _settings(environ: Mapping[str, str], kubeconfig: Path | None) -> AgentSettings:
    try:
        return load_settings(_with_kubeconfig(environ, kubeconfig))
    except SettingsError as error:
        lines = "\n".join(f"  - {problem}" for problem in error.problems)
        raise _failure(f"the settings cannot be used:\n{lines}", code=2) from error


def _with_kubeconfig(environ: Mapping[str, str], kubeconfig: Path | None) -> Mapping[str, str]:
    """The environment as if the option were a variable."""
    return dict(environ) if kubeconfig is None else {**environ, "AGENT_KUBECONFIG": str(kubeconfig)}


def _configure_logging(settings: AgentSettings, environ: Mapping[str, str]) -> None:
    log_format = settings.process.log_format
    as_json = log_format is LogFormat.JSON or (log_format is LogFormat.AUTO and not sys.stderr.isatty())
    configure_logging(settings.process.log_level.value, as_json=as_json)
    import logging

    for line in warnings_about(environ):
        logging.getLogger(__name__).warning("setting has no effect", extra={"setting": line})


def _run(program: Callable[[], Any]) -> Any:  # noqa: ANN401 - passes a program's result on
    """Run an async program once; errors an operator must act on become one line."""
    try:
        return anyio.run(program)
    except (AgentError, OSError) as error:
        failure: Exception = error
    except ExceptionGroup as group:
        expected = _first_expected(group)
        if expected is None:
            raise
        failure = expected
    raise _failure(str(failure), code=2 if isinstance(failure, MisconfigurationError) else 1)


def _first_expected(group: ExceptionGroup) -> Exception | None:
    """One of the errors in nested groups, if all of them are such that an operator must act on; a bug is not hidden."""
    _, unexpected = group.split((AgentError, OSError))
    if unexpected is not None:
        return None
    error: Exception = group
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _announce_console(url: str) -> None:
    Console().print(f"\n  Console: [link={url}]{url}[/link]\n  Stop with Ctrl-C.\n", highlight=False, soft_wrap=True)


def _failure(message: str, *, code: int) -> SystemExit:
    """Say what is wrong; the caller raises what is returned."""
    sys.stderr.write(f"atlhyper-agent: {message}\n")
    return SystemExit(code)
