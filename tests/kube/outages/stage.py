"""One agent under an account of its own, watched from all sides: its bodies, its own word, the cluster's audit log."""

import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from secrets import token_hex

from tests.kube.agent import Agent, running_agent
from tests.kube.outages.accounts import Account
from tests.kube.outages.gate import Gate, opened_gate
from tests.kube.outages.pictures import Key, Picture, picture_of
from tests.kube.outages.samples import Sample, Sampler
from tests.kube.testbed.audit import requests
from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import wait_for

_WORLD = Path(__file__).with_name("world.yaml")

INTERVAL_SECONDS = 1
"""Between two snapshots."""
KEPT_BODIES = 1000
"""More than arrive in the longest outage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How an agent is set up before anything happens."""

    token_seconds: float | None = None
    """When its first token expires; None: not while the tests run."""
    has_gate: bool = False
    """With a gate between it and the API server."""
    is_patient: bool = False
    """The gate lets requests wait for an API server that does not listen."""
    many_pods: int = 0
    """Pods that are there before it starts, for lists of several pages."""
    environ: Mapping[str, str] | None = None
    """More of its environment."""


class Stage:
    """Made by `staged`; `start` puts the agent on it."""

    def __init__(self, cluster: Cluster, directory: Path, setting: Setting, namespace: str, stack: ExitStack) -> None:
        self.cluster = cluster
        self.account = Account(cluster, namespace, directory)
        self.cluster_id = str(cluster.api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"])
        self._directory = directory
        self._setting = setting
        self._stack = stack
        self._gate = (
            stack.enter_context(opened_gate(cluster, is_patient=setting.is_patient)) if setting.has_gate else None
        )
        self._environ = {
            "AGENT_SNAPSHOT_INTERVAL": f"{INTERVAL_SECONDS}s",
            **self.account.environ(self._gate.port if self._gate else None),
            **(setting.environ or {}),
        }
        self.cluster_id = self._environ.get("AGENT_CLUSTER_ID", self.cluster_id)
        self._agent: Agent | None = None
        self._sampler: Sampler | None = None
        self._kubectl("apply", "doomed")
        for name in ("staying", *(f"many-{number:04d}" for number in range(setting.many_pods))):
            self._create_pod(name)

    @property
    def agent(self) -> Agent:
        """The agent, once it has been started."""
        assert self._agent is not None
        return self._agent

    @property
    def gate(self) -> Gate:
        """Its gate, where it was given one."""
        assert self._gate is not None
        return self._gate

    @property
    def last(self) -> Sample | None:
        """Its newest word about itself."""
        assert self._sampler is not None
        return self._sampler.last

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every body so far."""
        return tuple(map(picture_of, self.agent.master.pushes(self.cluster_id)))

    @property
    def newest(self) -> Picture | None:
        """The newest body."""
        pushes = self.agent.master.pushes(self.cluster_id)
        return picture_of(pushes[-1]) if pushes else None

    def start(self) -> None:
        """Start the agent; returns at once."""
        if self._setting.token_seconds is not None:
            self.account.renew(self._setting.token_seconds)
        self._agent = self._stack.enter_context(
            running_agent(self._directory, self.cluster_id, self._environ, keep_bodies=KEPT_BODIES)
        )
        self._sampler = Sampler(self._agent)
        self._sampler.start()
        self._stack.callback(self._sampler.stop)

    def wait_until(self, seconds: float, *, kinds: AbstractSet[str], usage: str = "") -> None:
        """Wait until the agent says that its kinds are in these states, all of them; and usage, if it is named.

        Raises:
            ClusterError: not in time, or the agent has ended.
        """
        since = utc_now()

        def holds() -> bool:
            last = self.last
            return last is not None and last.at > since and last.states == kinds and usage in {"", last.usage}

        wait_for(f"kinds {sorted(kinds)}, usage {usage}", holds, seconds, self.agent.check)

    def change_the_world(self) -> None:
        """Of every kind an object goes, and one comes; whether the agent can see it or not."""
        self._kubectl("delete", "doomed", "--wait=false")
        self._kubectl("apply", "born")

    def is_deleted(self, key: Key) -> bool:
        """Whether an object is one that `change_the_world` deletes, or that belongs to one."""
        namespace, name = key
        return namespace == self.account.namespace and name.startswith("doomed")

    def touch(self) -> None:
        """A pod changes."""
        path = f"/api/v1/namespaces/{self.account.namespace}/pods/staying"
        self.cluster.api.patch(path, {"metadata": {"labels": {"touched": "yes"}}})

    def shows_change(self, picture: Picture) -> bool:
        """Whether a picture has what `change_the_world` made and has not what it took away."""
        namespace = self.account.namespace
        return all(
            (namespace, "born") in picture.lists[name] and (namespace, "doomed") not in picture.lists[name]
            for name in ("pods", "configMaps", "deployments", "jobs", "ingresses")
        )

    def requests(self) -> list[Json]:
        """What the agent asked of the API server, each request once, in the order of arrival."""
        return requests(self.cluster.audit_log, self.account.user)

    def metrics(self) -> str:
        """Its `/metrics`."""
        status, text = self.agent.ask("/metrics")
        assert status == HTTPStatus.OK
        return text

    def stop(self) -> tuple[int, tuple[Sample, ...]]:
        """End the agent in order; its exit code, and all samples."""
        assert self._sampler is not None
        samples = self._sampler.stop()
        return self.agent.stop(), samples

    def log(self) -> list[Json]:
        """Every line of its log."""
        return [json.loads(line) for line in self.agent.output.splitlines()]

    def _kubectl(self, verb: str, name: str, *options: str) -> None:
        namespace = self.account.namespace
        world = _WORLD.read_text().replace("NAMESPACE", namespace).replace("NAME", name)
        self.cluster.kubectl(verb, f"--namespace={namespace}", "--filename=-", *options, stdin=world)

    def _create_pod(self, name: str) -> None:
        """A pod that stays as it is: nobody schedules it."""
        body: Json = {
            "metadata": {"name": name},
            "spec": {
                "schedulingGates": [{"name": "example.com/never"}],
                "containers": [{"name": "app", "image": "registry.example/app:1"}],
            },
        }
        self.cluster.api.request("POST", f"/api/v1/namespaces/{self.account.namespace}/pods", body)


@contextmanager
def staged(cluster: Cluster, directory: Path, setting: Setting | None = None, namespace: str = "") -> Iterator[Stage]:
    """An account without rights, and everything for its agent, which is not started yet; all ends with the block."""
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        yield Stage(cluster, directory, setting or Setting(), namespace or f"outage-{token_hex(4)}", stack)


def utc_now() -> datetime:
    """The present, UTC-aware."""
    return datetime.now(UTC)
