"""A demo Master for a browser test, and the agent that the test plays towards it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from adapters.embedded.demo_master.server import DemoMaster

CLUSTER_ID = "test-cluster"
JsonObject = dict[str, Any]


class Console:
    """A running demo Master; the methods do what an agent does."""

    def __init__(self, master: DemoMaster, stop: Callable[[], object]) -> None:
        self.master = master
        self._stop = stop
        self._client = httpx.Client(base_url=master.agent_url, timeout=20.0, trust_env=False)

    def close(self) -> None:
        """Stop it; connections of the page break."""
        self._client.close()
        self._stop()

    def heartbeat(self) -> None:
        """Report that the agent is alive."""
        self._client.post("/agent/heartbeat", headers={"X-Cluster-ID": CLUSTER_ID}).raise_for_status()

    def push(self, snapshot: Mapping[str, Any]) -> None:
        """Deliver a snapshot, after a heartbeat."""
        self.heartbeat()
        answer = self._push(json.dumps(snapshot).encode())
        assert answer.status_code == 200, self.master.store.rejections[-1]

    def push_refused(self, body: bytes) -> None:
        """Deliver something that the Master must refuse."""
        assert self._push(body).status_code == 400

    def take_command(self, topic: str = "ops") -> JsonObject:
        """Poll until a command comes."""
        while True:
            answer = self._client.get("/agent/commands", params={"cluster_id": CLUSTER_ID, "topic": topic}).json()
            if answer["hasCommand"]:
                command: JsonObject = answer["command"]
                return command

    def report(self, command: Mapping[str, Any], *, output: str = "", error: str = "") -> None:
        """Post the result of a command; an error makes it a failure."""
        result = {
            "commandId": command["id"],
            "success": not error,
            "output": output,
            "error": error,
            "execTime": 12_000_000,
        }
        self._client.post("/agent/result", json=result).raise_for_status()

    def queued(self) -> Sequence[str]:
        """Actions of all commands that were queued so far, newest first."""
        return [record.request.action for record in self.master.store.commands.newest_first()]

    def _push(self, body: bytes) -> httpx.Response:
        return self._client.post("/agent/snapshot", content=body, headers={"X-Cluster-ID": CLUSTER_ID})
