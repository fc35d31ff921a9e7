"""adapters.kubernetes.identity; the port's contract is in tests/contract/test_cluster_identity.py."""

from pathlib import Path

import pytest

from adapters.kubernetes.identity import KubernetesClusterIdentity
from ports.errors import UnexpectedAnswer
from tests.support.api_answers import with_text
from tests.support.api_client import connected
from tests.support.api_server import ApiServer


@pytest.mark.parametrize("body", ["", "{}", '{"metadata":{"name":"kube-system"}}', "<html>", '{"metadata":{"uid":7}}'])
async def test_an_answer_without_a_uid_is_no_identity(tmp_path: Path, body: str) -> None:
    server = ApiServer()
    server.fail(with_text(200, body))
    async with server.serving(), connected(server, tmp_path) as connection:
        with pytest.raises(UnexpectedAnswer, match="kube-system"):
            await KubernetesClusterIdentity(connection).cluster_uid()
