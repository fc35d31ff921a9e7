"""The test bed does what the other control-plane tests rely on."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kube.testbed.audit import denials, entries
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ClusterError
from tests.kube.testbed.hostile import CANARY
from tests.kube.testbed.layout import MANIFESTS
from tests.kube.testbed.loopback import wait_for

ROOT = Path(__file__).parents[2]


def test_the_audit_log_tells_denials_from_answers(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    token = cluster.tokens.token(namespace, "default")
    kubeconfig = cluster.tokens.token_kubeconfig(tmp_path / "kubeconfig", token)
    user = f"system:serviceaccount:{namespace}:default"
    done = subprocess.run(
        [cluster.site.bin / "kubectl", f"--kubeconfig={kubeconfig}", "get", "--raw", "/api/v1/secrets"],
        check=False,
        capture_output=True,
    )
    assert done.returncode != 0
    wait_for("the entry", lambda: bool(list(entries(cluster.audit_log, user))), 10)
    assert denials(cluster.audit_log, user) == ["403 list /api/v1/secrets"]


def test_a_refused_manifest_says_why(cluster: Cluster, namespace: str, tmp_path: Path) -> None:
    manifest = tmp_path / "odd.yaml"
    manifest.write_text(f"{{apiVersion: v1, kind: Pod, metadata: {{name: odd, namespace: {namespace}}}, spec: {{}}}}")
    with pytest.raises(ClusterError, match=r"spec\.containers"):
        cluster.apply(manifest)


def test_every_planted_secret_carries_the_canary(hostile: str, cluster: Cluster) -> None:
    pod = cluster.api.get(f"/api/v1/namespaces/{hostile}/pods/leaky")
    container = pod["spec"]["containers"][0]
    values = [item["value"] for item in container["env"]]
    assert len(values) > 20
    assert all(CANARY in value.lower().encode() for value in values)
    assert CANARY not in pod["metadata"]["name"].encode()
    names = [item["name"] for item in container["env"]]
    assert not [name for name in names if CANARY in name.lower().encode()]


def test_the_program_runs_until_sigterm_and_restarts_the_api_server_on_sighup(binaries: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.kube.testbed", "up", "--nodes", "1", "--no-metrics"]
    command += ["--state", str(tmp_path / "state"), "--apply", str(MANIFESTS / "fill.yaml")]
    log = tmp_path / "state" / "logs" / "kube-apiserver.log"
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout
        kubeconfig = Path(program.stdout.readline().strip())
        assert kubeconfig.is_file()
        started = log.read_text().count("Version: v")
        program.send_signal(signal.SIGHUP)
        wait_for("a second start", lambda: log.read_text().count("Version: v") > started, 60)
        program.send_signal(signal.SIGTERM)
        assert program.wait(60) == 0
