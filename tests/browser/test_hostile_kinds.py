"""Hostile text in every field of every kind: shown as text, harmless, and still readable."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console import Console
from tests.browser.kinds import LIST_OF

EVERY_FIELD = Path(__file__).parent.parent / "support" / "goldens" / "snapshot-max.json"
# What the golden file writes where a text may be anything: `s` or `k` and a number.
FREE_TEXT = re.compile(r"[sk]\d+")
STEERING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
HOSTILE = {
    "markup": '"><img src=x onerror=alert(1)><script>alert(2)</script>',
    "address": "javascript:alert(1)",
    "template": "${alert(1)}{{7*7}}`",
    "prototype": "__proto__",
    "path": "../../..?ns=x#/pods/%2e%2e/%E0%A4%A",
    "very long": "n" * 4_000,
    "right to left": "\u202egnp.exe\u2066\u05d0\u05d1\u05d2 \u0645\u0631\u062d\u0628\u0627",
    "control characters": "\u0000\u0007\u001b[31mred\u001b[0m\r\n\t\u0085\u2028line",
    "combining": "a" + "\u0301" * 200,
    "selector": '{"matchLabels":{"a":"<b>"},"matchExpressions":[{"key":"k","operator":"In"}]}',
}

Serve = Callable[..., Console]
OpenPage = Callable[..., Page]


def poisoned(value: Any, text: str) -> Any:
    """The same value with every free text, keys too, replaced."""
    if isinstance(value, str):
        return text if FREE_TEXT.fullmatch(value) else value
    if isinstance(value, list):
        return [poisoned(entry, text) for entry in value]
    if isinstance(value, Mapping):
        return {poisoned(key, text): poisoned(entry, text) for key, entry in value.items()}
    return value


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [1400, 900])
def test_hostile_text_is_harmless_in_every_kind(serve: Serve, open_page: OpenPage, name: str, width: int) -> None:
    text = HOSTILE[name]
    console = serve()
    snapshot = poisoned(json.loads(EVERY_FIELD.read_text()), text)
    console.push({**snapshot, "clusterId": "test-cluster"})
    page = open_page(console, width=width)
    expect(page.locator(".overview")).to_be_visible()

    for kind, list_name in LIST_OF.items():
        page.goto(f"{console.master.console_url}#/{list_name}")
        page.locator(".cell-link").first.click()
        expect(page.locator(".panel-kind")).to_have_text(kind.value)
        expect(page.locator("#panel-title")).not_to_be_empty()
        expect(page.locator(".panel .part").first).to_be_visible()
        assert page.locator("#app img, #app script, #app style, #app iframe").count() == 0, kind
        assert page.locator('#app a:not([href^="#/"]):not(.skip)').count() == 0, kind
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), kind
        cut = page.evaluate(
            """() => {
              const body = document.querySelector(".panel-body");
              return body.scrollWidth - body.clientWidth;
            }"""
        )
        assert cut <= 0, f"{kind}: the panel is {cut} px wider than it shows"
        assert STEERING.search(page.locator("#app").inner_text()) is None, kind
        page.get_by_role("button", name="JSON").click()
        shown = page.locator(".json").inner_text()
        assert STEERING.search(shown) is None, kind
        if name == "markup":
            assert json.dumps(text)[1:-1] in shown, kind
