"""Usage: one container keeps its text, several are summed exactly and then rounded."""

import pytest

from domain.cluster.usage import ResourceUsage, usage_of, usage_of_pod


def test_one_container_keeps_its_own_text() -> None:
    assert usage_of_pod([("12345678n", "12345Ki")]) == ResourceUsage("12345678n", "12345Ki")


def test_numbers_are_those_of_the_text() -> None:
    usage = usage_of("12345678n", "12345Ki")
    assert (usage.cpu_nanocores, usage.memory_bytes) == (12345678, 12345 * 1024)


def test_text_that_the_master_does_not_read_is_rewritten() -> None:
    assert usage_of("5u", "1.5Mi") == ResourceUsage("5000n", "1572864")


@pytest.mark.parametrize(
    ("containers", "cpu", "memory"),
    [
        ([("24990000n", "100Ki"), ("24990000n", "100Ki")], "50m", "200Ki"),
        ([("24990u", "1Mi"), ("24990u", "1Mi")], "50m", "2048Ki"),
        ([("499999n", "511"), ("0", "0")], "0m", "0Ki"),
        ([("250000n", "256"), ("250000n", "256")], "1m", "1Ki"),
        ([("2", "1Gi"), ("500m", "1Gi"), ("oops", "oops")], "2500m", "2097152Ki"),
        ([], "0m", "0Ki"),
    ],
)
def test_several_containers_are_summed_and_then_rounded(
    containers: list[tuple[str, str]], cpu: str, memory: str
) -> None:
    usage = usage_of_pod(containers)
    assert (usage.cpu, usage.memory) == (cpu, memory)
