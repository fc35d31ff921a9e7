"""What crosses from the worker to the page: only what changed, and exactly that."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from tests.browser.console import Console
from tests.browser.snapshots import a_pod, a_snapshot

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]

# Differs, crosses as a message would, is applied; of each step: what arrived, how many objects crossed and stayed.
FOLLOW = """async (snapshots) => {
  const { SnapshotDiffer, applyPatch } = await import("/page/js/snapshot/patch.js");
  const differ = new SnapshotDiffer();
  let held = null;
  return snapshots.map((snapshot) => {
    const patch = structuredClone(differ.diff(snapshot));
    for (const list of Object.values(patch.lists)) list.fresh = list.fresh.map((text) => JSON.parse(text));
    const next = applyPatch(held, patch);
    const kept = (held?.pods ?? []).filter((pod) => next.pods.includes(pod)).length;
    held = next;
    const crossed = Object.values(patch.lists).reduce((sum, { fresh }) => sum + fresh.length, 0);
    return { held: structuredClone(next), crossed, kept };
  });
}"""


def a_list() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lists in which objects repeat, change, move and go."""
    return st.lists(
        st.builds(lambda name, value: {"name": name, "value": value}, st.sampled_from("abc"), st.integers(0, 2)),
        max_size=6,
    )


def test_any_sequence_of_snapshots_arrives_as_it_was_sent(serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve())

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    @given(
        st.lists(
            st.fixed_dictionaries({"clusterId": st.just("c"), "pods": a_list(), "nodes": a_list()}),
            min_size=1,
            max_size=5,
        )
    )
    def follow(snapshots: list[dict[str, Any]]) -> None:
        assert [step["held"] for step in page.evaluate(FOLLOW, snapshots)] == snapshots

    follow()


def test_objects_that_did_not_change_do_not_cross_again(serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve())
    first = {"pods": [{"name": f"pod-{number}"} for number in range(100)], "nodes": [{"name": "node-1"}]}
    second = {
        "pods": [{"name": "new"}, *first["pods"][:50], {"name": "pod-50", "restarts": 1}],
        "nodes": first["nodes"],
    }

    steps = page.evaluate(FOLLOW, [first, second, second])

    assert [step["crossed"] for step in steps] == [101, 2, 0]
    assert [step["kept"] for step in steps] == [0, 50, 52]


def test_the_page_follows_snapshot_after_snapshot(serve: Serve, open_page: OpenPage) -> None:
    console = serve()
    console.push(a_snapshot([a_pod("one"), a_pod("two", restarts=1)]))
    page = open_page(console, "#/pods")
    expect(page.locator(".row")).to_have_count(2)

    console.push(a_snapshot([a_pod("one", restarts=5), a_pod("three")]))
    expect(page.locator('.row[data-key="shop/three"]')).to_be_visible()
    expect(page.locator('.row[data-key="shop/two"]')).to_have_count(0)
    expect(page.locator('.row[data-key="shop/one"]')).to_contain_text("5")

    console.push(a_snapshot([]))
    expect(page.get_by_text("No pods in this snapshot")).to_be_visible()
    console.push(a_snapshot([a_pod("two")]))
    expect(page.locator('.row[data-key="shop/two"]')).to_be_visible()
