"""What every ManifestReader promises (ports.manifests)."""

import json

import pytest

from adapters.yaml.limits import ReadingLimits
from adapters.yaml.reader import YamlManifestReader
from domain.errors import InvalidCommandError
from ports.manifests import ManifestReader

PORT = ManifestReader
ADAPTERS = (YamlManifestReader,)

TEXT = """\
# what a person writes
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {mode: "0644"}
---
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec: {replicas: 2}
"""


@pytest.fixture(params=ADAPTERS)
def reader(request: pytest.FixtureRequest) -> ManifestReader:
    made: ManifestReader = request.param()
    return made


async def _error(reader: ManifestReader, text: str) -> str:
    with pytest.raises(InvalidCommandError) as raised:
        await reader.read(text)
    assert raised.value.field == "manifests"
    return raised.value.why


async def test_objects_come_in_order_with_what_they_say_of_themselves(reader: ManifestReader) -> None:
    first, second = await reader.read(TEXT)
    assert (first.api_version, first.kind, first.namespace, first.name) == ("v1", "ConfigMap", "shop", "settings")
    assert (str(first), str(first.place)) == ("ConfigMap shop/settings", "document 1, line 3")
    assert first.content["data"] == {"mode": "0644"}
    assert (second.group, second.version, second.namespace) == ("apps", "v1", "")
    assert (str(second), str(second.place)) == ("Deployment web", "document 3, line 9")


async def test_json_is_read_as_well(reader: ManifestReader) -> None:
    one = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"smile": "\U0001f600"}}
    (alone,) = await reader.read(json.dumps(one, indent=2))
    assert alone.content == one
    first, second = await reader.read(json.dumps(one) + "\n" + json.dumps(one))
    assert (str(first.place), str(second.place)) == ("document 1, line 1", "document 2, line 2")
    mixed = await reader.read("---\n" + json.dumps({**one, "data": {}}) + "\n---\n" + TEXT)
    assert [str(item) for item in mixed] == ["ConfigMap a", "ConfigMap shop/settings", "Deployment web"]


async def test_lists_are_taken_apart(reader: ManifestReader) -> None:
    text = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: a}
- apiVersion: v1
  kind: ConfigMapList
  items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
---
{apiVersion: v1, kind: List, items: []}
---
{apiVersion: v1, kind: List}
"""
    found = await reader.read(text)
    assert [(one.name, one.place.line) for one in found] == [("a", 4), ("b", 7), ("c", 11)]


async def test_a_kind_that_only_ends_like_a_list_is_an_object(reader: ManifestReader) -> None:
    (found,) = await reader.read("{apiVersion: e.com/v1, kind: AllowList, metadata: {name: a}, spec: {items: [b]}}")
    assert found.kind == "AllowList"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no object in it"),
        ("# nothing\n---\n---\n", "there is no object in it"),
        ("null", "there is no object in it"),
        ("just words", "document 1, line 1: is no object"),
        ("[1, 2]", "is no object"),
        ("kind: ConfigMap\nmetadata: {name: a}", "apiVersion is required"),
        ("apiVersion: v1\nmetadata: {name: a}", "kind is required"),
        ("apiVersion: 1\nkind: ConfigMap\nmetadata: {name: a}", "apiVersion must be a text"),
        ("apiVersion: v1/../x\nkind: ConfigMap\nmetadata: {name: a}", "apiVersion is no version"),
        ("apiVersion: a/b/c\nkind: ConfigMap\nmetadata: {name: a}", "apiVersion is no version"),
        ("apiVersion: v1\nkind: Config/Map\nmetadata: {name: a}", "kind is no name of a kind"),
        ("apiVersion: v1\nkind: ConfigMap", "ConfigMap: metadata is required"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: [a]", "ConfigMap: metadata is required"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {}", "ConfigMap: metadata.name is required"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 1}", "ConfigMap: metadata.name must be a text"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ../a}", "metadata.name is no valid name"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ..}", "metadata.name is no valid name"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a%2fb}", "metadata.name is no valid name"),
        (f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {'a' * 254}}}", "metadata.name is no valid name"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}", "generateName cannot be applied"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: a/b}", "namespace is no valid namespace"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: 1}", "namespace is no valid namespace"),
        ("kind: List\nitems:\n- a\n", "document 1, line 1: is no object"),
        ("kind: List\nitems: {a: b}", "apiVersion is required"),
        ("a: 1\na: 2", "document 1, line 2: the key 'a' is there twice"),
        ('{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "\\ud800"}}', "half of a character"),
        ("a: \ud800", "half of a character"),
    ],
)
async def test_what_no_object_can_be_made_of_is_an_error_that_names_it(
    reader: ManifestReader, text: str, why: str
) -> None:
    assert why in await _error(reader, text)


async def test_everything_that_is_wrong_is_named_at_once(reader: ManifestReader) -> None:
    error = await _error(reader, "a: 1\n---\n" + TEXT + "---\nkind: Pod\n---\nb: [\n")
    assert error.split("; ") == [
        "document 1, line 1: apiVersion is required",
        "document 6, line 17: apiVersion is required",
        "document 7, line 20: did not find expected node content (while parsing a flow node)",
    ]
    assert "and 5 more" in await _error(reader, "---\na: 1\n" * 15)


async def test_names_that_roles_have_are_names(reader: ManifestReader) -> None:
    (role,) = await reader.read(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: 'system:x'}"
    )
    assert role.name == "system:x"


async def test_too_much_of_anything_is_an_error() -> None:
    reader = YamlManifestReader(ReadingLimits(text_bytes=2000, objects=3))
    one = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
    assert len(await reader.read(one * 3)) == 3
    assert "more than 3 objects" in await _error(reader, one * 4)
    assert "2360 bytes, of which at most 2000" in await _error(reader, one * 40)
    empty = "{kind: List, items: [" + "{kind: List}, " * 10 + "]}"
    assert "more than 3 objects" in await _error(reader, empty)


async def test_a_large_set_is_read_without_holding_the_loop(reader: ManifestReader) -> None:
    text = "".join(
        f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{number}}}\ndata: {{a: {'x' * 500}}}\n"
        for number in range(900)
    )
    assert len(await reader.read(text)) == 900
