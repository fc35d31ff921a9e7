"""Groups: what is remembered from objects to objects is what would be computed from nothing."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from domain.cluster.groups import Groups, Key
from domain.cluster.pods import Pod
from tests.support.domain_objects import a_pod


def _node_of(pod: Pod) -> Key | None:
    return (pod.namespace, pod.summary.node_name) if pod.summary.node_name else None


def _names(pods: Sequence[Pod]) -> tuple[str, ...]:
    return tuple(pod.name for pod in pods)


_PODS = [
    a_pod(f"pod-{number}", namespace, node_name=node)
    for number in range(4)
    for namespace in ("shop", "web")
    for node in ("", "node-1", "node-2")
]


@given(st.lists(st.lists(st.sampled_from(_PODS), unique_by=id), max_size=6))
def test_what_is_remembered_is_what_is_computed_anew(rounds: list[list[Pod]]) -> None:
    groups = Groups(_node_of, _names)
    for pods in rounds:
        objects = tuple(sorted(pods, key=lambda pod: (pod.namespace, pod.name)))
        assert groups.of(objects) == Groups(_node_of, _names).of(objects)


def test_only_groups_whose_objects_changed_are_computed() -> None:
    computed: list[tuple[str, ...]] = []

    def combine(pods: Sequence[Pod]) -> int:
        computed.append(_names(pods))
        return len(pods)

    groups = Groups(_node_of, combine)
    one, two, three = (a_pod(f"pod-{node}", node_name=f"node-{node}") for node in (1, 2, 3))
    before = groups.of((one, two, three))
    computed.clear()
    after = groups.of((one, a_pod("pod-2", node_name="node-2", restarts=5), three))
    assert computed == [("pod-2",)]
    assert after is before


def test_an_equal_result_stays_the_same_instance_and_what_was_given_never_changes() -> None:
    groups = Groups(_node_of, lambda pods: [pod.name for pod in pods])
    one, two = (a_pod(f"pod-{node}", node_name=f"node-{node}") for node in (1, 2))
    before = groups.of((one, two))
    kept = before["shop", "node-1"]
    after = groups.of((a_pod("pod-1", node_name="node-1", restarts=1), a_pod("pod-3", node_name="node-3")))
    assert after["shop", "node-1"] is kept
    assert set(before) == {("shop", "node-1"), ("shop", "node-2")}
    assert set(after) == {("shop", "node-1"), ("shop", "node-3")}


def test_objects_that_belong_to_nothing_are_in_no_group() -> None:
    assert Groups(_node_of, _names).of((a_pod(node_name=""),)) == {}
