"""Declarations are written short and come out whole, without secrets."""

from adapters.memory.world.parts import container, environment
from domain.cluster.containers import EnvVar


def test_a_variable_is_a_redacted_literal_or_says_where_it_comes_from() -> None:
    found = environment({"MODE": "fast", "API_TOKEN": "abc", "DB": "postgres://u:pw@db/x", "KEY": "from secret:keys"})
    assert found == (
        EnvVar(name="MODE", value="fast"),
        EnvVar(name="API_TOKEN", value="[redacted]"),
        EnvVar(name="DB", value="postgres://u:[redacted]@db/x"),
        EnvVar(name="KEY", value_from="secret:keys"),
    )


def test_requests_are_written_as_cpu_memory_and_gpus() -> None:
    assert container("a", "b", requests="1 2Gi 3").requests == {"cpu": "1", "memory": "2Gi", "nvidia.com/gpu": "3"}
    assert container("a", "b", requests="").requests == {}


def test_arguments_lose_their_secrets() -> None:
    assert container("a", "b", args=("--requirepass", "x", "--port=1")).args == (
        "--requirepass",
        "[redacted]",
        "--port=1",
    )
