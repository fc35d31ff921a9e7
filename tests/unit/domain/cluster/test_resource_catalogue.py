"""domain.cluster.resource_catalogue and resource_types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cluster.resource_catalogue import ResourceCatalogue, group_named_in, is_kind_name
from domain.cluster.resource_types import ResourceType


def _type(plural: str, kind: str, group: str = "", version: str = "v1", *short_names: str) -> ResourceType:
    return ResourceType(
        group=group,
        version=version,
        kind=kind,
        plural=plural,
        singular=kind.lower(),
        namespaced=True,
        short_names=short_names,
    )


PODS = _type("pods", "Pod", "", "v1", "po")
POD_METRICS = _type("pods", "PodMetrics", "metrics.k8s.io", "v1beta1")
SCALERS = _type("horizontalpodautoscalers", "HorizontalPodAutoscaler", "autoscaling", "v2", "hpa")
OLD_SCALERS = _type("horizontalpodautoscalers", "HorizontalPodAutoscaler", "autoscaling", "v1", "hpa")
GADGETS = _type("gadgets", "Gadget", "example.com", "v1beta1", "g")
OLD_GADGETS = _type("gadgets", "Gadget", "example.com", "v1alpha1", "g")
OTHER_GADGETS = _type("gadgets", "Gadget", "example.org", "v1", "g")
SCALING_GADGETS = _type("hpa", "Hpa", "example.com")
VERSION_LIKE = _type("oddities", "Oddity", "v1.example.com")
CATALOGUE = ResourceCatalogue(
    (
        POD_METRICS,
        PODS,
        SCALERS,
        OLD_SCALERS,
        GADGETS,
        OLD_GADGETS,
        OTHER_GADGETS,
        SCALING_GADGETS,
        VERSION_LIKE,
    )
)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("pods", (PODS,)),
        ("PodMetrics", (POD_METRICS,)),
        ("pods.metrics.k8s.io", (POD_METRICS,)),
        ("pods.v1beta1.metrics.k8s.io", (POD_METRICS,)),
        ("pods.v1", (PODS,)),
        ("pods.v1.", (PODS,)),
        ("pods.", (PODS,)),
        ("hpa", (SCALERS,)),
        ("hpa.v1.autoscaling", (OLD_SCALERS,)),
        ("hpa.example.com", (SCALING_GADGETS,)),
        ("gadget", (GADGETS, OTHER_GADGETS)),
        ("g", (GADGETS, OTHER_GADGETS)),
        ("g.example.com", (GADGETS,)),
        ("gadgets.v1alpha1.example.com", (OLD_GADGETS,)),
        ("gadgets.v9.example.com", ()),
        ("oddities.v1.example.com", (VERSION_LIKE,)),
        ("oddities.example.com", ()),
        ("", ()),
    ],
)
def test_names_find_what_they_mean(name: str, found: tuple[ResourceType, ...]) -> None:
    assert CATALOGUE.candidates(name) == found
    assert CATALOGUE.candidates(name.upper()) == found


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("deployments", ""),
        ("deployments.apps", "apps"),
        ("deployments.v1.apps", "apps"),
        ("Pods.v1beta1.Metrics.k8s.io", "metrics.k8s.io"),
        ("pods.v1", ""),
    ],
)
def test_a_name_says_its_group(name: str, group: str) -> None:
    assert group_named_in(name) == group


def test_a_kind_speaks_as_roles_and_objects_do() -> None:
    assert (PODS.qualified, PODS.api_version, PODS.group_kind) == ("pods", "v1", ("", "Pod"))
    assert (SCALERS.qualified, SCALERS.api_version) == ("horizontalpodautoscalers.autoscaling", "autoscaling/v2")


@given(st.text())
def test_what_is_taken_for_a_name_is_letters_digits_dashes_and_dots(text: str) -> None:
    if is_kind_name(text):
        assert set(text.lower()) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert text[0] not in "-."


@given(st.text())
def test_no_text_fails_the_search(text: str) -> None:
    assert set(CATALOGUE.candidates(text)) <= {PODS, POD_METRICS, SCALERS, GADGETS, OTHER_GADGETS, SCALING_GADGETS}
