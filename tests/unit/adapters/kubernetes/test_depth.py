"""Objects nested deeper than the decoder goes cost neither the list nor the watch they are in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kubernetes.decoding import ObjectDecoder, head_of
from adapters.kubernetes.depth import DEEPEST, decoded, decoded_body, without_depths
from adapters.kubernetes.hooks import SILENT
from adapters.kubernetes.kinds import CONFIG_MAPS
from adapters.kubernetes.mappers.options import MappingOptions
from adapters.kubernetes.schema.envelopes import LIST_PAGE, WATCH_LINE

LEVELS = (DEEPEST, 900, 1500, 10_000)
"""As deep as the API server takes objects."""


def deep(levels: int) -> bytes:
    """What managed fields look like when somebody wants them to."""
    return b'{"f:a":' * levels + b"{}" + b"}" * levels


def a_config_map(levels: int, name: str = "deep") -> bytes:
    return (
        b'{"metadata":{"managedFields":[{"fieldsV1":%b}],"name":"%b","namespace":"shop","uid":"u","resourceVersion":"7"},'
        b'"data":{"a":"]}"}}' % (deep(levels), name.encode())
    )


@pytest.mark.parametrize("levels", LEVELS)
async def test_a_list_with_a_deep_object_is_read_whole(levels: int) -> None:
    items = b",".join(a_config_map(depth, f"c-{depth}") for depth in (0, levels, 1))
    body = b'{"metadata":{"continue":"next","resourceVersion":"9"},"items":[%b]}' % items
    page = await decoded_body(LIST_PAGE, body)
    assert page.metadata is not None
    assert (page.metadata.continue_, page.metadata.resource_version) == ("next", "9")
    decoder = ObjectDecoder(CONFIG_MAPS, MappingOptions(), SILENT)
    entries = [decoder.decode(raw)[1] for raw in page.items or ()]
    assert [entry.resource.name for entry in entries if entry is not None] == ["c-0", f"c-{levels}", "c-1"]
    assert decoder.skipped == 0


@pytest.mark.parametrize("levels", LEVELS)
def test_a_line_of_a_watch_with_a_deep_object_is_read(levels: int) -> None:
    event = decoded(WATCH_LINE, b'{"type":"ADDED","object":%b}' % a_config_map(levels))
    assert event.type == "ADDED"
    assert head_of(event.object).key == ("shop", "deep")


@pytest.mark.parametrize("levels", LEVELS)
def test_a_deep_object_alone_is_read(levels: int) -> None:
    raw = msgspec.Raw(a_config_map(levels))
    head = head_of(raw)
    assert (head.key, head.uid, head.resource_version) == (("shop", "deep"), "u", "7")
    assert CONFIG_MAPS.read(raw, MappingOptions()).name == "deep"


def test_what_is_cut_out_is_null_and_the_rest_is_untouched() -> None:
    cut = json.loads(without_depths(b'{"a":%b,"b":["\\"[{\\\\",1,%b],"c":2}' % (deep(500), deep(500))))
    assert (cut["b"][0], cut["b"][1], cut["c"]) == ('"[{\\', 1, 2)
    assert [_depth(cut["a"]), _depth(cut["b"][2])] == [DEEPEST - 1, DEEPEST - 2]


def _depth(value: Any) -> int:
    levels = 0
    while value is not None:
        (value,) = value.values()
        levels += 1
    return levels


_JSON = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(_JSON, st.booleans())
def test_what_is_not_deep_stays_as_it_is(value: object, ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert without_depths(body) == body


@pytest.mark.parametrize("body", [deep(2000)[:-1], deep(2000) + b"}", b"[" * 2000, b'{"a":"' + b"[" * 2000])
async def test_what_is_no_json_is_refused_as_such(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decoded(WATCH_LINE, body)
    with pytest.raises(msgspec.DecodeError):
        await decoded_body(LIST_PAGE, body)


def _decodings() -> Iterator[tuple[str, int]]:
    for path in sorted(Path("src/adapters/kubernetes").rglob("*.py")):
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if "decoder.decode(" in text and path.name != "depth.py" and "self._decoder.decode(" not in text:
                yield path.name, number


def test_nothing_from_the_api_is_decoded_past_this() -> None:
    assert list(_decodings()) == []
