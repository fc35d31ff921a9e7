"""adapters.kubernetes.credentials."""

import json
import os
import traceback
from pathlib import Path

import pytest

from adapters.kubernetes.credentials import InClusterCredentials, KubeconfigCredentials
from domain.errors import MisconfigurationError
from tests.support.api_client import write_kubeconfig

TOKEN = "BearerToken"


def _service_account(folder: Path) -> Path:
    (folder / "token").write_text("abc\n")
    (folder / "ca.crt").write_text("certificate")
    return folder


async def test_a_pod_speaks_for_its_service_account(tmp_path: Path) -> None:
    source = InClusterCredentials("10.96.0.1", "443", _service_account(tmp_path))
    configuration = await source.load()
    assert configuration.host == "https://10.96.0.1:443"
    assert configuration.ssl_ca_cert == str(tmp_path / "ca.crt")
    assert configuration.api_key[TOKEN] == "bearer abc"
    assert source.token_expires


async def test_an_address_of_version_6_is_bracketed(tmp_path: Path) -> None:
    configuration = await InClusterCredentials("fd00::1", "443", _service_account(tmp_path)).load()
    assert configuration.host == "https://[fd00::1]:443"


@pytest.mark.parametrize(("host", "port"), [("", "443"), ("10.96.0.1", "")])
async def test_no_pod_and_no_kubeconfig_says_what_to_set(tmp_path: Path, host: str, port: str) -> None:
    with pytest.raises(MisconfigurationError, match="AGENT_KUBECONFIG"):
        await InClusterCredentials(host, port, _service_account(tmp_path)).load()


@pytest.mark.parametrize("missing", ["token", "ca.crt"])
async def test_a_service_account_without_its_files_says_which(tmp_path: Path, missing: str) -> None:
    (_service_account(tmp_path) / missing).unlink()
    with pytest.raises(MisconfigurationError, match="automountServiceAccountToken") as raised:
        await InClusterCredentials("10.96.0.1", "443", tmp_path).load()
    assert str(tmp_path) in str(raised.value)


@pytest.mark.parametrize("empty", ["token", "ca.crt"])
async def test_empty_files_are_no_service_account(tmp_path: Path, empty: str) -> None:
    (_service_account(tmp_path) / empty).write_text("")
    with pytest.raises(MisconfigurationError):
        await InClusterCredentials("10.96.0.1", "443", tmp_path).load()


async def test_a_kubeconfig_names_server_and_token(tmp_path: Path) -> None:
    source = KubeconfigCredentials(write_kubeconfig(tmp_path / "kubeconfig", "https://api.example:6443/", "secret"))
    configuration = await source.load()
    assert configuration.host == "https://api.example:6443"
    assert configuration.api_key[TOKEN] == "Bearer secret"
    assert not source.token_expires


async def test_a_token_file_beside_the_kubeconfig_may_end_with_a_newline(tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path / "kubeconfig", "http://api.example")
    path.write_text(path.read_text().replace("token: token-1", "tokenFile: token.txt"))
    (tmp_path / "token.txt").write_text("from-file\n")
    configuration = await KubeconfigCredentials(path).load()
    assert configuration.api_key[TOKEN] == "Bearer from-file"


async def test_another_context_can_be_chosen(tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path / "kubeconfig", "http://first.example")
    text = path.read_text().replace("]\nclusters", ", {name: other, context: {cluster: other, user: test}}]\nclusters")
    path.write_text(text.replace("}}]\nusers", "}}, {name: other, cluster: {server: http://other.example}}]\nusers"))
    configuration = await KubeconfigCredentials(path, "other").load()
    assert configuration.host == "http://other.example"


async def test_several_kubeconfigs_are_merged_as_kubectl_does(tmp_path: Path) -> None:
    first = write_kubeconfig(tmp_path / "first", "http://first.example")
    second = write_kubeconfig(tmp_path / "second", "http://second.example")
    configuration = await KubeconfigCredentials(Path(f"{first}{os.pathsep}{second}")).load()
    assert configuration.host == "http://first.example"


async def test_the_kubeconfig_is_never_written_to(tmp_path: Path) -> None:
    path = write_kubeconfig(tmp_path / "kubeconfig", "http://api.example")
    before = path.read_text()
    path.chmod(0o400)
    await KubeconfigCredentials(path).load()
    assert path.read_text() == before


USER = "users: [{name: u, user: {token: t}}]\n"
CONTEXT = "contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n"


@pytest.mark.parametrize(
    "text",
    ['users:\n- user:\n    token: "s3cr3t\n', "users:\n- user:\n    token: s3cr3t: x\n", "a: b\n\ttoken: s3cr3t\n"],
)
async def test_a_line_that_is_no_yaml_is_named_and_not_quoted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config"
    path.write_text(text)
    with pytest.raises(MisconfigurationError, match="is no YAML: syntax error in line") as caught:
        await KubeconfigCredentials(path).load()
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "is no kubeconfig"),
        ("just text", "is no kubeconfig"),
        ("a: [", "is no YAML"),
        ("\x00\x01", "is no YAML"),
        ("clusters: []\ncontexts: []\n", "current-context"),
        ("clusters: []\ncontexts: []\ncurrent-context: gone\n", "gone"),
        ("clusters: 7\ncontexts: 7\ncurrent-context: x\n", "kubectl --kubeconfig"),
        (f"clusters: [{{name: c, cluster: {{}}}}]\n{USER}{CONTEXT}", "no server"),
        (f"clusters: [{{name: c, cluster: {{server: 'ftp://x'}}}}]\n{USER}{CONTEXT}", "no http address"),
        (f"clusters: [{{name: c, cluster: {{server: 'https://x:99999'}}}}]\n{USER}{CONTEXT}", "no http address"),
        (f"clusters: [{{name: c, cluster: {{server: 'https://[x'}}}}]\n{USER}{CONTEXT}", "no http address"),
        (f"clusters: [{{name: c, cluster: {{server: 'https://u:s3cr3t@x'}}}}]\n{USER}{CONTEXT}", "belong under users"),
        (
            f"clusters: [{{name: c, cluster: {{server: 'https://x', proxy-url: 'socks5://u:s3cr3t@p'}}}}]\n{USER}{CONTEXT}",
            "proxy-url",
        ),
        (
            "clusters: [{name: c, cluster: {server: 'https://x'}}]\n"
            + USER.replace("token: t", 'token: "s3cr3t\\nmore"')
            + CONTEXT,
            "its token is no token",
        ),
        (
            f"clusters: [{{name: c, cluster: {{server: 'https://x', certificate-authority: gone.crt}}}}]\n{USER}"
            + CONTEXT,
            "gone.crt",
        ),
    ],
)
async def test_a_kubeconfig_that_cannot_be_used_says_file_and_reason(tmp_path: Path, content: str, why: str) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text(content)
    with pytest.raises(MisconfigurationError) as raised:
        await KubeconfigCredentials(path).load()
    assert str(path) in str(raised.value)
    assert why in str(raised.value)
    assert "s3cr3t" not in str(raised.value)


def _with_plugin(path: Path, command: str) -> Path:
    plugin = f"{{apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, {json.dumps(command)}]}}"
    path.write_text(
        f"clusters: [{{name: c, cluster: {{server: 'http://x'}}}}]\n{CONTEXT}"
        f"users: [{{name: u, user: {{exec: {plugin}}}}}]\n"
    )
    return path


async def test_a_credential_plugin_is_asked(tmp_path: Path) -> None:
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "abc"}}
    path = _with_plugin(tmp_path / "kubeconfig", f"echo '{json.dumps(answer)}'")
    assert (await KubeconfigCredentials(path).load()).api_key[TOKEN] == "Bearer abc"


@pytest.mark.parametrize("command", ["exit 1", "echo s3cr3t", "echo '{\"status\":{}}'", "exec no-such-program"])
async def test_a_credential_plugin_that_fails_does_not_make_the_agent_nobody(tmp_path: Path, command: str) -> None:
    with pytest.raises(MisconfigurationError, match="credential plugin") as raised:
        await KubeconfigCredentials(_with_plugin(tmp_path / "kubeconfig", command)).load()
    assert "s3cr3t" not in str(raised.value)


async def test_a_missing_kubeconfig_says_where_the_path_comes_from(tmp_path: Path) -> None:
    with pytest.raises(MisconfigurationError, match=r"No such file.*AGENT_KUBECONFIG") as raised:
        await KubeconfigCredentials(tmp_path / "gone").load()
    assert str(tmp_path / "gone") in str(raised.value)


async def test_a_directory_is_no_kubeconfig(tmp_path: Path) -> None:
    with pytest.raises(MisconfigurationError, match="cannot be read"):
        await KubeconfigCredentials(tmp_path).load()


async def test_a_reason_never_shows_what_the_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "kubeconfig"
    path.write_text("clusters: []\ncontexts: []\nusers: [{name: u, user: {token: CANARY}}]\ncurrent-context: 7\n")
    with pytest.raises(MisconfigurationError) as raised:
        await KubeconfigCredentials(path).load()
    assert "CANARY" not in str(raised.value)
