"""The typed models of the `kubernetes` package stay out of a running agent: they cost memory and seconds."""

import json
import sys
from pathlib import Path

from tests.kube.agent import running_agent
from tests.kube.testbed.cluster import Cluster

PROGRAM = """
import json, sys
from pathlib import Path

from bootstrap.__main__ import main

sys.argv = ["atlhyper-agent", "run"]
try:
    main()
finally:
    Path(LOADED).write_text(json.dumps([name for name in sys.modules if name.startswith("kubernetes")]))
"""


def test_no_model_is_loaded_while_the_agent_runs(
    cluster: Cluster, cluster_uid: str, usage: None, tmp_path: Path
) -> None:
    loaded = tmp_path / "loaded.json"
    program = (sys.executable, "-c", PROGRAM.replace("LOADED", repr(str(loaded))))
    with running_agent(tmp_path, cluster_uid, {"AGENT_KUBECONFIG": str(cluster.kubeconfig)}, program) as agent:
        agent.wait_for("usage", lambda: agent.status()["usage"]["pods"] > 0)
        assert agent.next_snapshot()["pods"]
        assert agent.stop() == 0
    names = json.loads(loaded.read_text())
    assert "kubernetes" in names
    assert [name for name in names if {"models", "api"} & set(name.split(".")[:-1])] == []
