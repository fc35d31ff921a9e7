"""The official ClickHouse image in a container, for the same tests as the embedded server."""

import tempfile
import time
from contextlib import suppress
from pathlib import Path

from docker.errors import DockerException
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from typing_extensions import override

from adapters.embedded.clickhouse.folder import free_port, users_xml
from tests.support.clickhouse_server import PROFILES, QUOTAS, USERS, ClickHouseServer

_HTTP_PORT = 8123
_ANYWHERE = "::/0"
"""The host's side of a container's network has no address that is known before."""
_LOGGING = (
    "<clickhouse><query_log><database>system</database><table>query_log</table>"
    "<flush_interval_milliseconds>200</flush_interval_milliseconds></query_log></clickhouse>"
)


def missing_engine() -> str:
    """Why no container engine can be used; empty where one answers a ping."""
    try:
        client = DockerClient().client
        try:
            client.ping()
        finally:
            client.close()
    except (DockerException, OSError) as error:
        return (str(error) or type(error).__name__).splitlines()[0][:200]
    return ""


class ContainerServer(ClickHouseServer):
    """One container; its data live as long as it does, crashes included."""

    def __init__(self, image: str) -> None:
        self._port = free_port()
        self._files = tempfile.TemporaryDirectory(prefix="clickhouse-", ignore_cleanup_errors=True)
        folder = Path(self._files.name)
        # Read by the image's own user.
        folder.chmod(0o755)
        (folder / "users.xml").write_text(
            f"<clickhouse>{users_xml(USERS, PROFILES, QUOTAS, network=_ANYWHERE)}</clickhouse>"
        )
        (folder / "logging.xml").write_text(_LOGGING)
        self._container = (
            DockerContainer(image)
            # A port of the host's that stays over restarts; one that the engine picks does not.
            .with_bind_ports(_HTTP_PORT, self._port)
            .with_env("CLICKHOUSE_SKIP_USER_SETUP", "1")
            .with_volume_mapping(folder / "users.xml", "/etc/clickhouse-server/users.d/tests.xml")
            .with_volume_mapping(folder / "logging.xml", "/etc/clickhouse-server/config.d/tests.xml")
        )
        self._is_created = False

    @property
    @override
    def url(self) -> str:
        host = self._container.get_container_host_ip() if self._is_created else "localhost"
        return f"http://{host}:{self._port}"

    @override
    def start(self, timeout_seconds: float = 60.0) -> None:
        if self._is_created:
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
            self._is_created = True
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            if self.answers():
                return
            time.sleep(0.1)
        out, err = self._container.get_logs()
        raise TimeoutError(f"clickhouse did not come up: {(out + err)[-2000:].decode(errors='replace')}")

    @override
    def stop(self) -> None:
        self._container.get_wrapped_container().stop(timeout=20)

    @override
    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    @override
    def pause(self, *, hang: bool) -> None:
        container = self._container.get_wrapped_container()
        container.reload()
        if hang:
            container.pause()
        elif container.status == "paused":
            container.unpause()

    @override
    def remove(self) -> None:
        with suppress(DockerException):
            self._container.stop()
        self._files.cleanup()
