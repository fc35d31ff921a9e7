"""The test bed as a program, in the foreground until SIGTERM or SIGINT.

    python -m tests.kube.testbed up --nodes 10

The kubeconfig's path is the first line on stdout. SIGHUP restarts kube-apiserver.
"""

import argparse
import shutil
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.kube.testbed.cluster import Cluster
from tests.kube.testbed.errors import ClusterError
from tests.kube.testbed.options import Options


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _up(arguments: argparse.Namespace) -> int:
    restart = threading.Event()
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    signal.signal(signal.SIGHUP, lambda *_: restart.set())
    options = Options(metrics=not arguments.no_metrics, audit=arguments.audit, lease_seconds=arguments.lease_seconds)
    with Cluster(nodes=arguments.nodes, state=arguments.state, options=options) as cluster:
        if arguments.apply:
            print(cluster.apply(*arguments.apply), file=sys.stderr, end="")
        if arguments.kubeconfig:
            shutil.copy(cluster.kubeconfig, arguments.kubeconfig)
        print(arguments.kubeconfig or cluster.kubeconfig, flush=True)
        while True:
            cluster.check()
            if restart.wait(1):
                restart.clear()
                cluster.restart("kube-apiserver")


def main(argv: Sequence[str] | None = None) -> int:
    """Returns the exit status: 1 when the cluster did not start or a component ended."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.kube.testbed", description="A Kubernetes control plane on loopback with simulated nodes."
    )
    commands = parser.add_subparsers(required=True)
    up = commands.add_parser(
        "up", help="start, print the kubeconfig's path, stay till SIGTERM; SIGHUP restarts kube-apiserver"
    )
    up.add_argument("--nodes", type=int, default=10)
    up.add_argument("--state", type=Path, help="keep certificates, data and logs here (default: a temporary directory)")
    up.add_argument("--kubeconfig", type=Path, help="put a copy of the kubeconfig here")
    up.add_argument(
        "--apply", type=Path, action="append", default=[], metavar="FILE", help="manifests to apply once it is up"
    )
    up.add_argument("--audit", action="store_true", help="write an audit log into the state directory")
    up.add_argument("--no-metrics", action="store_true", help="without metrics-server")
    up.add_argument("--lease-seconds", type=int, default=40, help="lifetime of the nodes' leases; 0: no leases")
    try:
        return _up(parser.parse_args(argv))
    except ClusterError as error:
        print(f"testbed: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
