"""Where one cluster lives: its directory, its binaries, its ports, and the files in between."""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.kube.testbed.certificates import Pki
from tests.kube.testbed.errors import Json
from tests.kube.testbed.loopback import HOST, free_ports

HERE = Path(__file__).resolve().parent
MANIFESTS = HERE / "manifests"
BUILD_COMMAND = "tests/kube/testbed/build.sh etcd kwok metrics-server kube kubectl"
"""What to run, from the top of the repository, when a binary is missing."""

_SERVERS = (
    "etcd",
    "etcd-peer",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok",
    "metrics-server",
)


def default_bin_dir() -> Path:
    """The directory build.sh fills."""
    cache = os.getenv("TESTBED_CACHE")
    if cache:
        return Path(cache) / "bin"
    base = os.getenv("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "atlhyper-testbed" / "bin"


def write_json(path: Path, content: Json, *, mode: int = 0o644) -> None:
    """Replaces the file in one step, so a reader never sees half of it."""
    temporary = path.with_name(path.name + ".new")
    temporary.touch(mode)
    temporary.write_text(json.dumps(content, indent=1))
    temporary.replace(path)


class Site:
    """Directory, binaries and ports of one cluster."""

    def __init__(self, state: Path | None, bin_dir: Path | None) -> None:
        self.bin = bin_dir or default_bin_dir()
        self.temporary = state is None
        self.state = state.resolve() if state else Path(tempfile.mkdtemp(prefix="testbed-"))
        self.state.mkdir(parents=True, exist_ok=True)
        # Commands of "exec" run as nobody and must reach their directory below this one.
        self.state.chmod(0o711)
        self.logs = self.state / "logs"
        self.logs.mkdir(exist_ok=True)
        self.kubeconfig = self.state / "kubeconfig"
        self.audit_log = self.logs / "audit.log"
        self.pki = Pki(self.state / "pki")
        self.ports = self._known_ports() or dict(zip(_SERVERS, free_ports(len(_SERVERS)), strict=True))
        self.url = f"https://{HOST}:{self.ports['kube-apiserver']}"

    def missing(self, names: list[str]) -> list[str]:
        """Those of these binaries that are not there."""
        return [name for name in names if not os.access(self.bin / name, os.X_OK)]

    def user_kubeconfig(self, user: str) -> Path:
        """Path of a user's kubeconfig."""
        return self.kubeconfig if user == "admin" else self.state / f"{user}.kubeconfig"

    def write_kubeconfig(self, path: Path, user: Mapping[str, str]) -> Path:
        """A kubeconfig with these credentials, readable for its owner alone."""
        cluster = {"server": self.url, "certificate-authority-data": self.pki.base64("ca.crt")}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "testbed",
            "clusters": [{"name": "testbed", "cluster": cluster}],
            "users": [{"name": "testbed", "user": dict(user)}],
            "contexts": [{"name": "testbed", "context": {"cluster": "testbed", "user": "testbed"}}],
        }
        write_json(path, config, mode=0o600)
        return path

    def write_run(self, pids: Mapping[str, int]) -> None:
        """Process ids and ports, for tools beside this process and for the next run in this directory."""
        run = {
            "pid": os.getpid(),
            "pids": dict(pids),
            "ports": self.ports,
            "url": self.url,
            "kubeconfig": str(self.kubeconfig),
        }
        write_json(self.state / "run.json", run)

    def _known_ports(self) -> dict[str, int]:
        """A state directory that is used again keeps its ports, so that kubeconfigs stay good."""
        with contextlib.suppress(FileNotFoundError):
            ports: dict[str, int] = json.loads((self.state / "run.json").read_text())["ports"]
            return ports
        return {}
