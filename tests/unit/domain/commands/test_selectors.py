"""domain.commands.selectors: what the API server takes for a selector, and nothing else."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from domain.commands.selectors import require_field_selector, require_label_selector
from domain.errors import InvalidCommandError

HOSTILE = (
    "app=web&limit=100000",
    "app=web&watch=true",
    "app=web#",
    "app=web?x",
    "app=web;b=c",
    "app=web%26limit",
    "app=web\nb=c",
    "app=web/../secrets",
    "../secrets",
    "app in (a",
    "app in a",
    "app in ()x",
    "=web",
    ",",
    "a=b,,c=d",
    "a=b,",
    "a==b=c",
    "(a)",
    "https://example.com",
    "\N{FULLWIDTH LATIN SMALL LETTER A}=b",
    "a=\N{FULLWIDTH SOLIDUS}",
    "a\x00=b",
    "x" * 64,
    "UPPER.example.com/a=b",
)


@pytest.mark.parametrize(
    "selector",
    [
        "",
        "app",
        "!app",
        "app=web",
        "app==web",
        "app != web",
        "app=",
        "app.kubernetes.io/name=web,tier!=front",
        "app in (a,b),tier notin (c)",
        "app in (a, b) , tier",
        "app in ()",
        "generation>3,generation<9",
    ],
)
def test_selectors_of_labels_are_taken(selector: str) -> None:
    require_label_selector("label_selector", selector)


@pytest.mark.parametrize(
    "selector",
    ["", "metadata.name=web", "status.phase!=Running", "spec.nodeName=", "status.podIP=2001:db8::1", "a==b, c.d=e"],
)
def test_selectors_of_fields_are_taken(selector: str) -> None:
    require_field_selector("field_selector", selector)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_no_selector_of_labels_is_named(hostile: str) -> None:
    with pytest.raises(InvalidCommandError) as error:
        require_label_selector("label_selector", hostile)
    assert error.value.field == "label_selector"


@pytest.mark.parametrize("hostile", [*HOSTILE, "!a", "a", "a in (b)", "a>1", "a.=b", ".a=b", "a/b=c"])
def test_what_is_no_selector_of_fields_is_named(hostile: str) -> None:
    with pytest.raises(InvalidCommandError) as error:
        require_field_selector("field_selector", hostile)
    assert error.value.field == "field_selector"


@pytest.mark.parametrize("path", ["spec.password", "spec.login.apiKey", "token", "spec.authToken"])
def test_nobody_guesses_a_secret_by_selecting(path: str) -> None:
    for operator in ("=", "==", "!="):
        with pytest.raises(InvalidCommandError, match="may be a secret"):
            require_field_selector("field_selector", f"{path}{operator}guess")
        with pytest.raises(InvalidCommandError, match="may be a secret"):
            require_field_selector("field_selector", f"metadata.name=x,{path}{operator}")


@given(st.text() | st.sampled_from(HOSTILE) | st.text("abc=!,() <>/.-&#%;?", max_size=16))
def test_whatever_is_taken_is_one_member_of_the_query(text: str) -> None:
    for require in (require_label_selector, require_field_selector):
        try:
            require("selector", text)
        except InvalidCommandError:
            continue
        url = URL("http://127.0.0.1/api/v1/pods").with_query({"labelSelector": text, "limit": "1"})
        assert parse_qsl(url.raw_query_string, keep_blank_values=True) == [("labelSelector", text), ("limit", "1")]
        assert (url.path, url.fragment) == ("/api/v1/pods", "")
        assert not set(text) & set("&#%;?\\\n\x00")
