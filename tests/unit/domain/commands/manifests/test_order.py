"""What others need comes first."""

import random

import pytest

from domain.commands.manifests.order import INSTALL_ORDER, defined_kind, in_order
from tests.support.manifests import a_definition, a_manifest


def test_every_kind_that_is_known_stands_where_the_order_says() -> None:
    manifests = [
        a_manifest(kind, kind.lower(), api_version=f"{group}/v1" if group else "v1") for group, kind in INSTALL_ORDER
    ]
    custom = a_manifest("Widget", api_version="e.com/v1")
    mixed = [*manifests, custom]
    random.Random(1).shuffle(mixed)
    assert [one for _, one in in_order(mixed)] == [*manifests, custom]
    assert all(mixed[number] is one for number, one in in_order(mixed))
    assert len({(one.group, one.kind) for one in manifests}) == len(INSTALL_ORDER)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Namespace", "Secret"),
        ("Secret", "ConfigMap"),
        ("PersistentVolume", "PersistentVolumeClaim"),
        ("PersistentVolumeClaim", "CustomResourceDefinition"),
        ("ClusterRole", "ClusterRoleBinding"),
        ("RoleBinding", "Service"),
        ("Service", "DaemonSet"),
        ("Deployment", "HorizontalPodAutoscaler"),
        ("HorizontalPodAutoscaler", "StatefulSet"),
        ("Job", "CronJob"),
        ("IngressClass", "Ingress"),
        ("Ingress", "APIService"),
    ],
)
def test_what_is_needed_comes_before_what_needs_it(first: str, second: str) -> None:
    kinds = [kind for _, kind in INSTALL_ORDER]
    assert kinds.index(first) < kinds.index(second)


def test_the_kind_of_another_group_is_a_custom_one_and_comes_last() -> None:
    own, other = a_manifest("Service", "a"), a_manifest("Service", "b", api_version="serving.knative.dev/v1")
    cron = a_manifest("CronJob", "c", api_version="batch/v1beta1")
    assert in_order([other, cron, own]) == ((2, own), (1, cron), (0, other))


def test_among_equals_the_written_order_stays() -> None:
    manifests = [a_manifest(name=name) for name in ("c", "a", "b")]
    assert list(in_order(manifests)) == list(enumerate(manifests))


def test_a_definition_says_which_kind_it_defines() -> None:
    assert defined_kind(a_definition("Widget", "e.com")) == ("e.com", "Widget")
    assert defined_kind(a_manifest()) is None
    odd = a_manifest("CustomResourceDefinition", api_version="apiextensions.k8s.io/v1", spec={"group": 1, "names": []})
    assert defined_kind(odd) is None
