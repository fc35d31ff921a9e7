"""The models of the `kubernetes` package cost 25 MiB and half a second; nothing of the adapter may load them."""

import subprocess
import sys
from pathlib import Path

import anyio

from tests.support.api_client import write_kubeconfig
from tests.support.api_server import ApiServer

PROGRAM = """
import importlib, pkgutil, sys
from pathlib import Path

import anyio

import adapters.kubernetes

for module in pkgutil.walk_packages(adapters.kubernetes.__path__, "adapters.kubernetes."):
    importlib.import_module(module.name)

from adapters.kubernetes.connection import KubernetesConnection
from adapters.kubernetes.credentials import KubeconfigCredentials
from adapters.kubernetes.identity import KubernetesClusterIdentity


async def main():
    async with KubernetesConnection(KubeconfigCredentials(Path(sys.argv[1])), version="0") as connection:
        print(await KubernetesClusterIdentity(connection).cluster_uid())


anyio.run(main)
names = [name.split(".") for name in sys.modules if name.startswith("kubernetes.")]
loaded = [name for name in names if {"models", "api"} & set(name[:-1])]
print(loaded)
"""


async def test_no_model_of_the_library_is_loaded_by_imports_or_by_requests(tmp_path: Path) -> None:
    server = ApiServer()
    server.put("namespaces", {"metadata": {"name": "kube-system", "uid": "uid-1"}})
    async with server.serving():
        path = write_kubeconfig(tmp_path / "kubeconfig", server.url)
        result = await anyio.run_process([sys.executable, "-c", PROGRAM, str(path)], stderr=subprocess.PIPE)
    assert result.stdout.decode().split("\n")[:2] == ["uid-1", "[]"]
