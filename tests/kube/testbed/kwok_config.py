"""kwok's generated configuration: what kwok.yaml cannot know, that is ports, files, and where "exec" runs commands.

With options from a file, logs and exec are off unless `enableDebuggingHandlers` is set.
"""

import json
import os

from tests.kube.testbed.errors import Json
from tests.kube.testbed.layout import Site
from tests.kube.testbed.loopback import HOST
from tests.kube.testbed.pod_logs import NAMED

_NOBODY = 65534


def write_kwok_config(site: Site, *, lease_seconds: int) -> None:
    """Writes it into the cluster's directory."""
    documents = [_options(site, lease_seconds), _logs(site), _exec(site), _attach(site)]
    (site.state / "kwok.yaml").write_text("\n---\n".join(json.dumps(document) for document in documents))


def _options(site: Site, lease_seconds: int) -> Json:
    options = {
        # With more than one address a node is reached under its ExternalDNS; see nodes.py.
        "nodeIP": HOST,
        "nodeName": "localhost",
        "nodePort": site.ports["kwok"],
        "serverAddress": f"{HOST}:{site.ports['kwok']}",
        "tlsCertFile": site.pki.crt("kwok"),
        "tlsPrivateKeyFile": site.pki.key("kwok"),
        "manageAllNodes": True,
        "enableDebuggingHandlers": True,
        "nodeLeaseDurationSeconds": lease_seconds,
        "nodeLeaseParallelism": 8,
        "nodePlayStageParallelism": 8,
        "podPlayStageParallelism": 16,
    }
    return {"apiVersion": "config.kwok.x-k8s.io/v1alpha1", "kind": "KwokConfiguration", "options": options}


def _logs(site: Site) -> Json:
    previous = str(site.logs / "pod-previous.log")
    logs: list[Json] = [{"logsFile": str(site.logs / "pod.log"), "previousLogsFile": previous, "follow": True}]
    logs += [
        {"containers": [name], "logsFile": str(site.logs / f"pod-{name}.log"), "previousLogsFile": previous}
        for name in NAMED
    ]
    return _document("ClusterLogs", {"logs": logs})


def _exec(site: Site) -> Json:
    sandbox = site.state / "exec"
    sandbox.mkdir(exist_ok=True)
    local: Json = {"workDir": str(sandbox), "envs": [{"name": "PATH", "value": "/usr/local/bin:/usr/bin:/bin"}]}
    if os.geteuid() == 0:
        # These are commands on this machine. Nobody's rights are enough for what tests run.
        sandbox.chmod(0o1777)
        local["securityContext"] = {"runAsUser": _NOBODY, "runAsGroup": _NOBODY}
    return _document("ClusterExec", {"execs": [{"local": local}]})


def _attach(site: Site) -> Json:
    return _document("ClusterAttach", {"attaches": [{"logsFile": str(site.logs / "pod.log")}]})


def _document(kind: str, spec: Json) -> Json:
    name = {"ClusterLogs": "logs", "ClusterExec": "exec", "ClusterAttach": "attach"}[kind]
    return {"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}
