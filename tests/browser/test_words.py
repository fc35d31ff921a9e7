"""What the page says in words: peers of network policies, selectors, amounts."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from domain.cluster.kinds import Kind
from tests.browser import network_objects as network
from tests.browser.console import Console
from tests.browser.kinds import address
from tests.browser.network_objects import selector_text
from tests.browser.snapshots import JsonObject, a_namespace, a_pod, a_snapshot

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]
Show = Callable[..., Page]

PEERS: list[tuple[Mapping[str, Any], str]] = [
    ({"type": "podSelector", "selector": selector_text(matchLabels={"app": "edge"})}, "pods with app=edge of shop"),
    ({"type": "podSelector"}, "every pod of shop"),
    (
        {"type": "namespaceSelector", "selector": selector_text(matchLabels={"team": "ops"})},
        "every pod of namespaces with team=ops (now tools)",
    ),
    ({"type": "namespaceSelector", "selector": "{}"}, "every pod of every namespace"),
    (
        {
            "type": "podSelector",
            "selector": selector_text(
                podSelector={"matchLabels": {"app": "probe"}}, namespaceSelector={"matchLabels": {"team": "none"}}
            ),
        },
        "pods with app=probe of namespaces with team=none (none now)",
    ),
    (
        {
            "type": "podSelector",
            "selector": selector_text(
                matchExpressions=[
                    {"key": "tier", "operator": "In", "values": ["a", "b"]},
                    {"key": "old", "operator": "DoesNotExist"},
                ]
            ),
        },
        "pods with tier in (a, b), old not set of shop",
    ),
    ({"type": "ipBlock", "cidr": "10.0.0.0/8"}, "addresses in 10.0.0.0/8"),
    (
        {"type": "ipBlock", "cidr": "::/0", "except": ["fd00::/8", "fe80::/10"]},
        "addresses in ::/0 but not in fd00::/8, fe80::/10",
    ),
    ({"type": "podSelector", "selector": "not JSON"}, "podSelector not JSON"),
]


def a_policy_per_peer() -> JsonObject:
    """A snapshot in which the policy `rules-N` has the peer with that number."""
    policies = [
        network.a_network_policy(f"rules-{number}", ingress=[{"peers": [peer]}])
        for number, (peer, _) in enumerate(PEERS)
    ]
    snapshot = a_snapshot([a_pod("web-0")], networkPolicies=policies)
    tools = a_namespace("tools") | {"labels": {"team": "ops"}}
    return {**snapshot, "namespaces": [*snapshot["namespaces"], tools]}


@pytest.mark.parametrize("number", range(len(PEERS)), ids=[sentence for _, sentence in PEERS])
def test_a_peer_of_a_network_policy_is_a_sentence(show: Show, number: int) -> None:
    page = show("peers", a_policy_per_peer(), address(Kind.NETWORK_POLICY, f"rules-{number}", "shop"))

    expect(page.locator("#panel-title")).to_have_text(f"rules-{number}")
    expect(page.locator(".policy-peers li")).to_have_text([PEERS[number][1]])


@pytest.mark.parametrize(
    ("fields", "incoming", "outgoing"),
    [
        ({"types": ["Ingress"]}, "Nothing is let through", "Not limited by this policy"),
        ({"types": ["Egress"]}, "Not limited by this policy", "Nothing is let through"),
        ({"types": ["Ingress"], "ingress": [{}]}, "from anywhere\non every port", "Not limited by this policy"),
        (
            {
                "types": ["Ingress", "Egress"],
                "egress": [
                    {"ports": [{"protocol": "UDP", "port": "80", "endPort": 90}, {"protocol": "SCTP", "port": ""}]}
                ],
            },
            "Nothing is let through",
            "on UDP 80 to 90, every SCTP port",
        ),
    ],
)
def test_a_network_policy_says_what_it_shuts(
    serve: Serve, open_page: OpenPage, fields: dict[str, Any], incoming: str, outgoing: str
) -> None:
    console = serve()
    console.push(a_snapshot([a_pod("web-0")], networkPolicies=[network.a_network_policy("rules", **fields)]))
    page = open_page(console, address(Kind.NETWORK_POLICY, "rules", "shop"))

    for title, said in (("Incoming", incoming), ("Outgoing", outgoing)):
        part = page.locator(".part", has=page.get_by_role("heading", name=title))
        for line in said.split("\n"):
            expect(part).to_contain_text(line)


SELECTORS: list[tuple[str, dict[str, str], bool]] = [
    ("", {}, True),
    ("{}", {"a": "b"}, True),
    ('{"matchLabels":{"app":"web"}}', {"app": "web", "more": "x"}, True),
    ('{"matchLabels":{"app":"web"}}', {"app": "db"}, False),
    ('{"matchLabels":{"toString":"x"}}', {}, False),
    ('{"matchExpressions":[{"key":"a","operator":"In","values":["1","2"]}]}', {"a": "2"}, True),
    ('{"matchExpressions":[{"key":"a","operator":"In","values":["1"]}]}', {}, False),
    ('{"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]}', {}, True),
    ('{"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]}', {"a": "1"}, False),
    ('{"matchExpressions":[{"key":"a","operator":"Exists"}]}', {"a": ""}, True),
    ('{"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}', {"a": ""}, False),
    ('{"matchExpressions":[{"key":"a","operator":"Resembles"}]}', {"a": "1"}, False),
]


def test_selectors_take_the_pods_that_kubernetes_would_take(serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve())

    taken = page.evaluate(
        """async (cases) => {
          const { readSelector, selects } = await import("/page/js/relations/selectors.js");
          return cases.map(([text, labels]) => selects(readSelector(text), labels));
        }""",
        [[text, labels] for text, labels, _ in SELECTORS],
    )
    unreadable = page.evaluate(
        """async (texts) => {
          const { readSelector } = await import("/page/js/relations/selectors.js");
          return texts.map(readSelector);
        }""",
        ["{", "7", "null", "[]", json.dumps("text")],
    )

    assert taken == [expected for _, _, expected in SELECTORS]
    assert unreadable == [None] * 5


def test_amounts_are_read_by_the_name_of_their_resource(serve: Serve, open_page: OpenPage) -> None:
    page = open_page(serve())

    shown = page.evaluate(
        """async (cases) => {
          const { showResource } = await import("/page/js/quantities.js");
          return cases.map(([name, amount]) => showResource(name, amount));
        }""",
        [
            ["cpu", "1500m"],
            ["limits.cpu", "0.25"],
            ["requests.memory", "2048Mi"],
            ["gold.storageclass.storage.k8s.io/requests.storage", "1Ti"],
            ["hugepages-2Mi", "4Mi"],
            ["pods", "10"],
            ["requests.nvidia.com/gpu", "4"],
            ["memory", "much"],
        ],
    )

    assert shown == ["1.5", "250m", "2 GiB", "1 TiB", "4 MiB", "10", "4", "much"]
