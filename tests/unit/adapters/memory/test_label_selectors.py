"""adapters.memory.label_selectors: as kubectl reads them."""

import pytest

from adapters.memory.label_selectors import SelectorError, matches

LABELS = {"app": "web", "tier": "front", "app.kubernetes.io/name": "web", "empty": ""}


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "app=web",
        "app==web,tier=front",
        " app = web , tier != back ",
        "canary!=true",
        "app in (api, web)",
        "app notin (api),canary notin (true)",
        "app",
        "!canary",
        "app.kubernetes.io/name=web",
        "empty=",
        "empty in ()",
    ],
)
def test_labels_that_are_so(selector: str) -> None:
    assert matches(selector, LABELS)


@pytest.mark.parametrize(
    "selector",
    ["app=api", "app!=web", "app in (api)", "app notin (api,web)", "canary", "!app", "app=web,tier=back", "none="],
)
def test_labels_that_are_not(selector: str) -> None:
    assert not matches(selector, LABELS)


@pytest.mark.parametrize("selector", ["!!", "a=b=c", "app in web", "app,", ",", "a b", "(", "app in (web", "=web"])
@pytest.mark.parametrize("before", ["", "app=api,"])
def test_what_is_no_selector(selector: str, before: str) -> None:
    with pytest.raises(SelectorError):
        matches(before + selector, LABELS)
