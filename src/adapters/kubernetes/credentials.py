"""Where the API server is and who asks: the service account of a pod, or a kubeconfig.

What can be wrong with either is said once, at start, as a `MisconfigurationError` that names the file, the reason and
what to do. Loading reads files and may run a credential plugin, so all of it happens in a worker thread.
"""

import asyncio
import os
from abc import abstractmethod
from pathlib import Path
from typing import Any, Final, Protocol

import anyio
import yaml
from kubernetes.aio import client, config
from kubernetes.aio.config.incluster_config import InClusterConfigLoader
from typing_extensions import override
from yarl import URL

from adapters.kubernetes.errors import capped
from domain.errors import MisconfigurationError

SERVICE_ACCOUNT_DIRECTORY: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_TOKEN_KEY: Final = "BearerToken"  # noqa: S105 - the name under which the library keeps it
_MALFORMED: Final = (config.ConfigException, OSError, ValueError, TypeError, LookupError, AttributeError)
"""What the library raises for files that are not as it expects; it has no one class for them."""


class CredentialSource(Protocol):
    """Loads the configuration of a connection."""

    @property
    @abstractmethod
    def token_expires(self) -> bool:
        """Whether the token is a file that somebody renews, so that it must be read again from time to time."""

    @abstractmethod
    async def load(self) -> Any:  # noqa: ANN401 - the library ships no types
        """A fresh `kubernetes.aio.client.Configuration`.

        Raises:
            MisconfigurationError: the files cannot be used.
        """


class InClusterCredentials(CredentialSource):
    """The service account that every pod has."""

    def __init__(self, host: str, port: str, directory: Path = SERVICE_ACCOUNT_DIRECTORY) -> None:
        """Name the API server.

        Args:
            host: value of KUBERNETES_SERVICE_HOST.
            port: value of KUBERNETES_SERVICE_PORT.
            directory: where `token` and `ca.crt` are mounted.
        """
        self._host = host
        self._port = port
        self._directory = directory

    @property
    @override
    def token_expires(self) -> bool:
        return True

    @override
    async def load(self) -> Any:
        if not self._host or not self._port:
            raise MisconfigurationError(
                "no cluster to talk to: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this is no "
                "pod; name a kubeconfig with AGENT_KUBECONFIG or --kubeconfig"
            )
        return await anyio.to_thread.run_sync(self._load)

    def _load(self) -> Any:  # noqa: ANN401 - the library ships no types
        configuration = _configuration()
        loader = InClusterConfigLoader(
            token_filename=str(self._directory / "token"),
            cert_filename=str(self._directory / "ca.crt"),
            try_refresh_token=False,  # the connection does it, in a thread
            environ={"KUBERNETES_SERVICE_HOST": self._host, "KUBERNETES_SERVICE_PORT": self._port},
        )
        try:
            loader.load_and_set(configuration)
        except _MALFORMED as error:
            raise MisconfigurationError(
                f"service account in {self._directory}: {_why(error)}; see that the pod mounts its token "
                "(automountServiceAccountToken), or name a kubeconfig with AGENT_KUBECONFIG"
            ) from error
        return _with_clean_token(configuration, f"service account in {self._directory}")


class KubeconfigCredentials(CredentialSource):
    """A kubeconfig, as kubectl reads it: several files joined by the system's separator are merged."""

    def __init__(self, path: Path, context: str | None = None) -> None:
        """Name the file.

        Args:
            path: the file, or several.
            context: which of its contexts; None: the current one.
        """
        self._path = path
        self._context = context

    @property
    @override
    def token_expires(self) -> bool:
        return False

    @override
    async def load(self) -> Any:
        return await anyio.to_thread.run_sync(self._load)

    def _load(self) -> Any:  # noqa: ANN401 - the library ships no types
        files = [Path(part).expanduser() for part in str(self._path).split(os.pathsep) if part]
        for file in files:
            _require_kubeconfig(file)
        configuration = _configuration()
        try:
            # A coroutine only because a credential plugin is a process; this thread has no loop, so it gets one.
            loader = asyncio.run(
                config.load_kube_config(
                    config_file=os.pathsep.join(str(file) for file in files),
                    context=self._context,
                    client_configuration=configuration,
                    persist_config=False,
                )
            )
        except _MALFORMED as error:
            raise self._unusable(_why(error)) from error
        if _has_silent_plugin(loader, configuration):
            raise self._unusable("its credential plugin gave no credentials; the line before this one says why")
        if not _is_http_address(configuration.host):
            raise self._unusable("its cluster has no server, or one that is no http address")
        if URL(configuration.host).raw_user is not None:
            raise self._unusable("the address of its server holds a user or a password; they belong under users")
        if configuration.proxy and not _is_http_address(configuration.proxy):
            raise self._unusable("its proxy-url is no http address of a proxy")
        return _with_clean_token(configuration, f"kubeconfig {self._path}")

    def _unusable(self, why: str) -> MisconfigurationError:
        context = f" (context {self._context})" if self._context else ""
        return MisconfigurationError(
            f"kubeconfig {self._path}{context}: {why}; try it with `kubectl --kubeconfig {self._path} version`"
        )


def _has_silent_plugin(loader: Any, configuration: Any) -> bool:  # noqa: ANN401 - the library ships no types
    """Whether a credential plugin failed, which the library logs and passes over.

    Without credentials the agent would be nobody, and nobody is forbidden everything: that is not the same as an empty
    cluster. On a reload, what the plugin gave before stays in use.
    """
    user = loader._user  # noqa: SLF001 - nothing public tells that there is a plugin
    return bool(user) and "exec" in user and not configuration.api_key and not configuration.cert_file


def _configuration() -> Any:  # noqa: ANN401 - the library ships no types
    return client.Configuration(host="")


def _require_kubeconfig(file: Path) -> None:
    """Say plainly what the library would say by a TypeError."""
    try:
        content = yaml.safe_load(file.read_bytes())
    except OSError as error:
        raise MisconfigurationError(
            f"kubeconfig {file}: cannot be read: {error.strerror or error}; check AGENT_KUBECONFIG, KUBECONFIG or "
            "--kubeconfig"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MisconfigurationError(f"kubeconfig {file}: is no YAML: {_where(error)}") from None
    if not isinstance(content, dict) or not {"clusters", "contexts"} <= content.keys():
        raise MisconfigurationError(f"kubeconfig {file}: is no kubeconfig: it has no clusters and contexts")


def _is_http_address(address: str) -> bool:
    """Whether requests can be sent there; the address itself may hold a password and is never shown."""
    try:
        return URL(address).scheme in {"http", "https"} and bool(URL(address).host)
    except ValueError:
        return False


def _with_clean_token(configuration: Any, where: str) -> Any:  # noqa: ANN401 - the library ships no types
    """A token file often ends with a newline, which no header may hold.

    Raises:
        MisconfigurationError: it holds more than that which no header may hold.
    """
    if token := configuration.api_key.get(_TOKEN_KEY):
        token = token.strip()
        if not (token.isascii() and token.isprintable()):
            raise MisconfigurationError(f"{where}: its token is no token: it has several lines, or odd characters")
        configuration.api_key[_TOKEN_KEY] = token
    return configuration


def _where(error: Exception) -> str:
    """What is wrong and where; the library's own text quotes the line, which may hold the token."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"syntax error in line {mark.line + 1}, column {mark.column + 1}"
    return f"cannot be understood ({type(error).__name__})"


def _why(error: Exception) -> str:
    """What is wrong; never the content of a file, which may be a secret."""
    if isinstance(error, config.ConfigException):
        return capped(str(error))
    if isinstance(error, OSError):
        return capped(f"{error.strerror or error} {error.filename or ''}".strip())
    return f"cannot be understood ({type(error).__name__})"
