"""Namespaces."""

from adapters.kubernetes.kinds import NAMESPACES
from adapters.kubernetes.mappers.options import MappingOptions
from domain.cluster.namespaces import Namespace
from tests.support.objects import Json, a_namespace, raw


def _read(namespace: Json) -> Namespace:
    return NAMESPACES.read(raw(namespace), MappingOptions())


def test_a_namespace_that_is_going_says_so() -> None:
    assert _read(a_namespace(phase="Terminating")).status.phase == "Terminating"


def test_a_namespace_without_status_has_no_phase() -> None:
    assert _read({"metadata": {"name": "x"}}).status.phase == ""


def test_annotations_are_sorted_and_the_noisy_ones_dropped() -> None:
    noisy = "kubectl.kubernetes.io/last-applied-configuration"
    namespace = _read(a_namespace(annotations={"b": "2", "a": None, noisy: "{}"}))
    assert list(namespace.annotations.items()) == [("a", ""), ("b", "2")]
    assert _read(a_namespace(annotations={noisy: "{}"})).annotations == {}
