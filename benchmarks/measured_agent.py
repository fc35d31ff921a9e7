"""The processes that are measured: the synthetic API server and the installed agent, seen through /proc."""

import base64
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthetic_api_server import CERTIFICATES

HERE = Path(__file__).resolve().parent
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
CLUSTER_ID = "bench-cluster"
_STOP_SECONDS = 30


class Process:
    """A child process."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        self.child = child
        self._proc = Path("/proc") / str(child.pid)

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def memory_mib(self, field: str) -> float:
        """`VmRSS` now or `VmHWM` at its highest."""
        lines = (self._proc / "status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(field))) / 1024


class ApiServer:
    """The synthetic API server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._tls = ssl.create_default_context(cafile=str(CERTIFICATES / "ca.pem"))

    def requests(self) -> Counter[str]:
        """Which requests it has had."""
        with urllib.request.urlopen(f"{self.url}/bench/stats", context=self._tls) as answer:
            return Counter(json.load(answer))

    def tell(self, what: str) -> None:
        """Make it do something and wait for it: `burst?events=9&per_second=1`, `expire?keep=9`, `forget/events`."""
        request = urllib.request.Request(f"{self.url}/bench/{what}", method="POST")
        with urllib.request.urlopen(request, context=self._tls) as answer:
            answer.read()


@contextmanager
def api_server(pods: int, pods_per_second: float) -> Iterator[ApiServer]:
    """The synthetic API server as a child."""
    command = [sys.executable, str(HERE / "synthetic_api_server.py")]
    command += ["--pods", str(pods), "--pods-per-second", str(pods_per_second)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert child.stdout is not None  # noqa: S101 - PIPE was asked for
        yield ApiServer(f"https://127.0.0.1:{json.loads(child.stdout.readline())['port']}")
    finally:
        child.kill()
        child.wait()


@contextmanager
def agent(api_url: str, master_url: str, directory: Path) -> Iterator[Process]:
    """The installed agent as a child, with TLS towards the API server, telemetry exported and scraped, ledger on."""
    kubeconfig = directory / "kubeconfig"
    kubeconfig.write_text(json.dumps(_kubeconfig(api_url)))
    environ = {
        "PATH": os.environ["PATH"],  # noqa: TID251 - a program of its own
        "AGENT_MASTER_URL": master_url,
        "AGENT_HEALTH_ADDRESS": f"127.0.0.1:{free_port()}",
        "AGENT_LOG_FORMAT": "json",
        "AGENT_LEDGER_PATH": str(directory / "ledger.db"),
        "OTEL_EXPORTER_OTLP_ENDPOINT": master_url,
    }
    console_script = Path(sys.executable).with_name("atlhyper-agent")
    with (directory / "agent.log").open("wb") as log:
        child = subprocess.Popen(
            [str(console_script), "run", "--kubeconfig", str(kubeconfig)], env=environ, stdout=log, stderr=log
        )
    try:
        yield Process(child)
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
        if child.returncode:
            sys.stderr.write((directory / "agent.log").read_text()[-4000:])


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _kubeconfig(api_url: str) -> dict[str, object]:
    authority = base64.b64encode((CERTIFICATES / "ca.pem").read_bytes()).decode()
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "bench",
        "clusters": [{"name": "bench", "cluster": {"server": api_url, "certificate-authority-data": authority}}],
        "users": [{"name": "bench", "user": {"token": "bench"}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}],
    }
