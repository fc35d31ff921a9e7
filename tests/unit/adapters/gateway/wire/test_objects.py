"""What the Master would refuse never leaves; what can be mended is."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from adapters.gateway.wire.checks import UnsendableError, checker_of
from adapters.gateway.wire.objects import ObjectEncoder
from domain.cluster.containers import ContainerPort, EnvVar
from domain.cluster.node_usage import NodeResourceMetric
from domain.cluster.pod_parts import Toleration
from domain.cluster.pods import Pod, PodSpec
from tests.support.domain_objects import a_pod

ENCODER = ObjectEncoder(Pod)


def encoded(pod: Pod) -> dict[str, Any]:
    tree = json.loads(ENCODER.encode(pod))
    assert isinstance(tree, dict)
    return tree


def with_port(number: int) -> Pod:
    pod = a_pod()
    container = replace(pod.containers[0], ports=(ContainerPort(container_port=number),))
    return replace(pod, containers=(container,))


@pytest.mark.parametrize(
    ("number", "sent"),
    [(2**31 - 1, 2**31 - 1), (2**31, 2**31 - 1), (-(2**31), -(2**31)), (-(2**40), -(2**31)), (8080.0, 8080)],
)
def test_a_narrow_number_is_sent_within_its_width(number: int, sent: int) -> None:
    value = encoded(with_port(number))["containers"][0]["ports"][0]["containerPort"]
    assert value == sent
    assert type(value) is int


@pytest.mark.parametrize(("number", "sent"), [(2**63 - 1, 2**63 - 1), (2**63, 2**63 - 1), (-(2**70), -(2**63))])
def test_a_wide_number_is_sent_within_its_width(number: int, sent: int) -> None:
    pod = replace(a_pod(), spec=PodSpec(termination_grace_period_seconds=number))
    assert encoded(pod)["spec"]["terminationGracePeriodSeconds"] == sent


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\x00\x1f\x7f\x85\u2028\ufeff", "😀" * 3, "é\u0301"])
def test_every_text_is_sent_as_valid_utf_8(text: str) -> None:
    tree = json.loads(ENCODER.encode(a_pod(message=text)).decode("utf-8"))
    assert tree["status"]["message"] == text.encode("utf-8", "replace").decode()


def test_odd_keys_and_values_of_labels_are_sent_as_valid_utf_8() -> None:
    text = ENCODER.encode(replace(a_pod(), labels={"\ud800": "1", "b": "\udc00", "c": "3"})).decode("utf-8")
    assert json.loads(text)["labels"]["c"] == "3"
    assert len(json.loads(text)["labels"]) == 3


UNFIT: dict[str, Callable[[], Pod]] = {
    "a time without zone": lambda: a_pod(created_at=datetime(2026, 1, 1)),  # noqa: DTZ001 - the mistake that is tested
    "a text where a number belongs": lambda: a_pod(restarts="3"),
    "nothing where a number belongs": lambda: a_pod(restarts=None),
    "a number where a text belongs": lambda: a_pod(message=3),
    "a number in labels": lambda: replace(a_pod(), labels={"a": 1}),  # type: ignore[dict-item] # the mistake that is tested
    "no status": lambda: replace(a_pod(), status=None),  # type: ignore[arg-type] # the mistake that is tested
}


@pytest.mark.parametrize("pod", UNFIT.values(), ids=UNFIT)
def test_what_cannot_be_mended_is_refused(pod: Callable[[], Pod]) -> None:
    with pytest.raises(UnsendableError) as caught:
        ENCODER.encode(pod())
    assert str(caught.value)


def test_a_flag_is_no_number() -> None:
    check = checker_of(ContainerPort)
    assert check is not None
    with pytest.raises(UnsendableError, match="container_port"):
        check(ContainerPort(container_port=True))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_never_leaves(number: float) -> None:
    text = ObjectEncoder(NodeResourceMetric).encode(NodeResourceMetric(usage="", util_pct=number))
    assert json.loads(text) == {"usage": ""}


def test_types_in_which_nothing_can_be_wrong_cost_no_check() -> None:
    assert checker_of(EnvVar) is None
    assert checker_of(Toleration) is not None
