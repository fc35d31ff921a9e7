"""A real Kubernetes control plane on loopback with simulated nodes: started, steered, stopped.

    with Cluster(nodes=10) as cluster:
        cluster.kubeconfig                            # path of the administrator's kubeconfig
        cluster.tokens.token("default", "agent")      # a service account's token

The binaries come from build.sh.
"""

import base64
import http.client
import json
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from tests.kube.testbed.api import Api
from tests.kube.testbed.arguments import build_components
from tests.kube.testbed.certificates import USERS
from tests.kube.testbed.components import Component
from tests.kube.testbed.errors import ApiError, ClusterError, Json
from tests.kube.testbed.installer import install_classes, install_metrics
from tests.kube.testbed.kwok_config import write_kwok_config
from tests.kube.testbed.layout import BUILD_COMMAND, MANIFESTS, Site
from tests.kube.testbed.loopback import HOST, fetch, wait_for
from tests.kube.testbed.nodes import is_settled, new_node, node_names
from tests.kube.testbed.options import Options
from tests.kube.testbed.pod_logs import PodLogWriter, seed
from tests.kube.testbed.tokens import Tokens

_STOP_SECONDS = 5.0


class Cluster:
    """etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok and metrics-server.

    Start it from a thread that lives as long as the cluster: the components die with that thread.
    """

    api: Api
    """Requests as the administrator; there from the start on."""
    tokens: Tokens
    """Service-account tokens; there from the start on."""

    def __init__(
        self,
        *,
        nodes: int = 10,
        bin_dir: Path | None = None,
        state: Path | None = None,
        options: Options | None = None,
    ) -> None:
        """Without `state` everything is in a temporary directory that goes away at the end."""
        self.options = options or Options()
        self.site = Site(state, bin_dir)
        self.kubeconfig = self.site.kubeconfig
        self.audit_log = self.site.audit_log
        self.url = self.site.url
        self.components: dict[str, Component] = {}
        self._node_count = nodes
        self._pod_logs = PodLogWriter(self.site.logs)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, timeout_seconds: float = 120) -> Self:
        """Returns when every component is ready and every node is registered and Ready."""
        try:
            self._prepare()
            for name in ("etcd", "kube-apiserver"):
                self.components[name].launch()
            self._wait_ready("kube-apiserver", timeout_seconds)
            install_classes(self.api)
            if self.options.metrics:
                install_metrics(self.api, self.site)
            for name in self.options.servers[2:]:
                self.components[name].launch()
            for name in self.components:
                self._wait_ready(name, timeout_seconds)
            self.wait_nodes(self.add_nodes(self._node_count), timeout_seconds)
            self._write_run()
            self._pod_logs.start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends every component; removes the state directory unless the caller gave it."""
        self._pod_logs.stop()
        running = [component for component in self.components.values() if component.pid is not None]
        # Nothing is kept of a temporary directory, so there is nothing to shut down with care.
        if not self.site.temporary:
            for component in reversed(running):
                component.send(signal.SIGTERM)
            deadline = time.monotonic() + _STOP_SECONDS
            for component in running:
                component.wait(deadline - time.monotonic())
        for component in self.components.values():
            component.kill_group()
        if hasattr(self, "api"):
            self.api.close()
        if self.site.temporary:
            shutil.rmtree(self.site.state, ignore_errors=True)

    def check(self) -> None:
        """Raises ClusterError when a component has ended by itself."""
        for component in self.components.values():
            component.check()

    # Outages

    def stop_component(self, name: str, sig: signal.Signals = signal.SIGKILL) -> None:
        """Ends one component and leaves it ended."""
        self.components[name].end(sig)

    def start_component(self, name: str, timeout_seconds: float = 60) -> None:
        """Starts an ended component again: same port, same data."""
        self.components[name].launch()
        self._wait_ready(name, timeout_seconds)
        self._write_run()

    def restart(self, name: str, *, down_seconds: float = 0, sig: signal.Signals = signal.SIGKILL) -> None:
        """Restarts one component, `down_seconds` after it has ended."""
        self.stop_component(name, sig)
        time.sleep(down_seconds)
        self.start_component(name)

    def signal(self, name: str, sig: signal.Signals) -> None:
        """For example SIGSTOP and SIGCONT: a server that accepts connections and does not answer."""
        self.components[name].send(sig)

    def compact(self) -> int:
        """Compacts etcd up to now, as an API server does every few minutes; returns the revision.

        The watch cache keeps serving older versions that it still holds, exact ones and "continue" tokens
        included. Restart kube-apiserver after this, and each of them is answered with 410.
        """
        key = base64.b64encode(b"/registry/").decode()
        revision = int(self._etcd("kv/range", {"key": key})["header"]["revision"])
        self._etcd("kv/compaction", {"revision": revision, "physical": True})
        return revision

    # Content

    def add_nodes(self, count: int, *, prefix: str = "node", first: int = 1) -> list[str]:
        """Registers nodes; kwok makes them Ready. Of three or more, the first is a control plane with a taint."""
        names = node_names(count, prefix, first)
        port = self.site.ports["kwok"]
        nodes = [new_node(first + index, name, port, together=count) for index, name in enumerate(names)]
        if nodes:
            with ThreadPoolExecutor(min(8, count)) as pool:
                list(pool.map(lambda node: self.api.ensure("/api/v1/nodes", node), nodes))
        return names

    def wait_nodes(self, names: Sequence[str], timeout_seconds: float = 120) -> None:
        """Waits till these nodes are Ready and free of the taint that a new node starts with."""

        def settled() -> bool:
            nodes = self.api.items("/api/v1/nodes")
            return set(names) <= {node["metadata"]["name"] for node in nodes if is_settled(node)}

        if self.options.controllers:
            wait_for("nodes ready", settled, timeout_seconds, self.check)

    def wait_metrics(self, timeout_seconds: float = 90) -> None:
        """Waits till metrics.k8s.io answers for at least one node; it needs two scrapes 10 s apart."""
        path = "/apis/metrics.k8s.io/v1beta1/nodes"
        wait_for("metrics", lambda: bool(self.api.items(path)), timeout_seconds, self.check)

    def apply(self, *manifests: Path | str) -> str:
        """Applies manifests, server side; a bare name is one of `manifests/`. Returns what kubectl said.

        Raises:
            ClusterError: one of them was refused; the message says why.
        """
        paths = [path if isinstance(path, Path) else MANIFESTS / path for path in manifests]
        done = self.kubectl("apply", "--server-side", *(f"--filename={path}" for path in paths), check=False)
        if done.returncode:
            raise ClusterError(f"kubectl apply: {done.stderr}")
        return done.stdout + done.stderr

    def kubectl(self, *args: str, stdin: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs kubectl as the administrator."""
        # Its cache would otherwise be left in the home directory, or where there is none in the current one.
        cache = f"--cache-dir={self.site.state / 'kubectl'}"
        command = [str(self.site.bin / "kubectl"), f"--kubeconfig={self.kubeconfig}", cache, *args]
        return subprocess.run(command, input=stdin, text=True, capture_output=True, check=check)

    # Start

    def _prepare(self) -> None:
        missing = self.site.missing([*self.options.servers, "kubectl"])
        if missing:
            raise ClusterError(f"no {', '.join(missing)} in {self.site.bin}: run {BUILD_COMMAND}")
        pki = self.site.pki
        pki.create()
        for user in USERS:
            credentials = {
                "client-certificate-data": pki.base64(f"{user}.crt"),
                "client-key-data": pki.base64(f"{user}.key"),
            }
            self.site.write_kubeconfig(self.site.user_kubeconfig(user), credentials)
        self.api = Api(self.site.ports["kube-apiserver"], pki)
        self.tokens = Tokens(self.api, self.site)
        seed(self.site.logs)
        write_kwok_config(self.site, lease_seconds=self.options.lease_seconds)
        self.components = build_components(self.site, self.options)

    def _wait_ready(self, name: str, timeout_seconds: float) -> None:
        health = self.components[name].health
        context: ssl.SSLContext = self.site.pki.context("admin")

        def ready() -> bool:
            status, _ = fetch(health, context=context)
            return status == http.client.OK

        wait_for(f"{name} ready", ready, timeout_seconds, self.check)

    def _write_run(self) -> None:
        running = {name: component.pid for name, component in self.components.items()}
        self.site.write_run({name: pid for name, pid in running.items() if pid is not None})

    def _etcd(self, method: str, body: Json) -> Json:
        url = f"http://{HOST}:{self.site.ports['etcd']}/v3/{method}"
        status, answer = fetch(url, body=json.dumps(body).encode())
        if status != http.client.OK:
            raise ApiError(status, answer.decode(errors="replace"))
        decoded: Json = json.loads(answer)
        return decoded
