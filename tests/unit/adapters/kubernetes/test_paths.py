"""adapters.kubernetes.paths."""

import dataclasses
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from adapters.kubernetes.paths import ApiPath, DiscoveryPath, PathSegmentError, api_path
from domain.cluster.resource_types import ResourceType

DEPLOYMENTS = ResourceType(
    group="apps", version="v1", kind="Deployment", plural="deployments", singular="deployment", namespaced=True
)
NODES = ResourceType(group="", version="v1", kind="Node", plural="nodes", singular="node", namespaced=False)
ROLES = ResourceType(
    group="rbac.authorization.k8s.io",
    version="v1",
    kind="ClusterRole",
    plural="clusterroles",
    singular="clusterrole",
    namespaced=False,
)
HOSTILE = (
    ".",
    "..",
    "web/log",
    "web/proxy",
    "../secrets/key",
    "..%2fsecrets",
    "%2e%2e",
    "web%2flog",
    "web%",
    "/api/v1/secrets",
    "//example.com",
    "https://example.com",
    "web?watch=true",
    "web#x",
    "web;x",
    "a b",
    "a\nb",
    "a\x00",
    "a\u2028",
    "a\\b",
    "Web",
    "wéb",
    "\N{FULLWIDTH SOLIDUS}",
    "x" * 254,
)
_TEXTS = st.text() | st.sampled_from(HOSTILE) | st.text("./%\\?#:@~-ab", max_size=12)


def test_a_path_is_made_of_segments() -> None:
    path = api_path("apis", "apps", "v1", "namespaces", "shop", "deployments", "web", "scale")
    assert path == "/apis/apps/v1/namespaces/shop/deployments/web/scale"


@pytest.mark.parametrize(
    "hostile", ["", ".", "..", "web/log", "../secrets/key", "web%2flog", "a\nb", "a\x00", "a\u2028"]
)
def test_a_segment_cannot_be_anything_else(hostile: str) -> None:
    with pytest.raises(PathSegmentError):
        api_path("api", "v1", hostile)


def test_odd_characters_are_quoted() -> None:
    assert api_path("api", "v1", "a b?c#d;e") == "/api/v1/a%20b%3Fc%23d%3Be"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (ApiPath(resource=DEPLOYMENTS), "/apis/apps/v1/deployments"),
        (ApiPath(resource=DEPLOYMENTS, namespace="shop"), "/apis/apps/v1/namespaces/shop/deployments"),
        (
            ApiPath(resource=DEPLOYMENTS, namespace="shop", name="web"),
            "/apis/apps/v1/namespaces/shop/deployments/web",
        ),
        (
            ApiPath(resource=DEPLOYMENTS, namespace="shop", name="web", subresource="scale"),
            "/apis/apps/v1/namespaces/shop/deployments/web/scale",
        ),
        (ApiPath(resource=NODES), "/api/v1/nodes"),
        (ApiPath(resource=NODES, name="node-1.example.com"), "/api/v1/nodes/node-1.example.com"),
        (
            ApiPath(resource=ROLES, name="system:node"),
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node",
        ),
        (DiscoveryPath(), "/api"),
        (DiscoveryPath(of_groups=True), "/apis"),
        (DiscoveryPath(version="v1"), "/api/v1"),
        (DiscoveryPath(group="apps", version="v1"), "/apis/apps/v1"),
    ],
    ids=str,
)
def test_the_path_of_a_kind_is_as_the_api_has_it(path: ApiPath | DiscoveryPath, text: str) -> None:
    assert str(path) == text


@pytest.mark.parametrize(
    ("resource", "parts", "named"),
    [
        (DEPLOYMENTS, {"name": "web"}, "namespace: is required"),
        (DEPLOYMENTS, {"namespace": "shop", "subresource": "scale"}, "name: is required"),
        (NODES, {"namespace": "shop"}, "namespace: nodes have none"),
        (NODES, {"namespace": "shop", "name": "node-1"}, "namespace: nodes have none"),
        (dataclasses.replace(NODES, plural=""), {}, "plural: is required"),
        (dataclasses.replace(NODES, version=""), {}, "version: is required"),
    ],
)
def test_parts_that_do_not_fit_are_named(resource: ResourceType, parts: dict[str, str], named: str) -> None:
    with pytest.raises(PathSegmentError, match=named):
        ApiPath(resource=resource, **parts)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("part", ["namespace", "name", "subresource"])
def test_a_part_that_could_be_another_path_is_named(part: str, hostile: str) -> None:
    parts = {"namespace": "shop", "name": "web", part: hostile}
    with pytest.raises(PathSegmentError, match=rf"^{part}: "):
        ApiPath(resource=DEPLOYMENTS, **parts)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_kind_that_could_be_another_path_is_named(hostile: str) -> None:
    kinds = {
        "group": dataclasses.replace(DEPLOYMENTS, group=hostile),
        "version": dataclasses.replace(DEPLOYMENTS, version=hostile),
        "plural": dataclasses.replace(DEPLOYMENTS, plural=hostile),
    }
    for part, kind in kinds.items():
        with pytest.raises(PathSegmentError, match=rf"^{part}: "):
            ApiPath(resource=kind)


@pytest.mark.parametrize("hostile", [one for one in HOSTILE if one != "Web"])
def test_names_of_roles_are_no_less_segments(hostile: str) -> None:
    with pytest.raises(PathSegmentError, match=r"^name: "):
        ApiPath(resource=ROLES, name=hostile)


@given(namespace=_TEXTS, name=_TEXTS, subresource=_TEXTS, plural=_TEXTS, group=_TEXTS, version=_TEXTS)
def test_no_input_yields_another_segment(
    namespace: str, name: str, subresource: str, plural: str, group: str, version: str
) -> None:
    for resource in (DEPLOYMENTS, ROLES, dataclasses.replace(NODES, plural=plural, group=group, version=version)):
        try:
            path = ApiPath(
                resource=resource,
                namespace=namespace if resource.namespaced else "",
                name=name,
                subresource=subresource,
            )
        except PathSegmentError:
            continue
        _is_what_it_says(path)


@given(
    namespace=st.from_regex(r"[a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?", fullmatch=True),
    name=st.from_regex(r"[a-z0-9]([-a-z0-9.]{0,8}[a-z0-9])?", fullmatch=True),
    subresource=st.sampled_from(["", "scale", "status"]),
)
def test_every_good_name_yields_the_path_that_it_should(namespace: str, name: str, subresource: str) -> None:
    if ".." in name or ".-" in name or "-." in name:
        return
    _is_what_it_says(ApiPath(resource=DEPLOYMENTS, namespace=namespace, name=name, subresource=subresource))


def _is_what_it_says(path: ApiPath) -> None:
    """As the HTTP library sends it, and as a server that unquotes and cleans it would read it."""
    kind = path.resource
    root = ["apis", kind.group, kind.version] if kind.group else ["api", kind.version]
    namespace = ["namespaces", path.namespace] if path.namespace else []
    expected = [*root, *namespace, kind.plural, *filter(None, [path.name, path.subresource])]
    sent = URL(f"https://127.0.0.1:6443{path}", encoded=True)
    assert (sent.host, sent.port, sent.query_string, sent.fragment) == ("127.0.0.1", 6443, "", "")
    assert unquote(sent.raw_path).strip("/").split("/") == expected
    assert not {".", "..", ""} & set(expected)


@given(group=_TEXTS, version=_TEXTS)
def test_no_input_yields_another_path_of_discovery(group: str, version: str) -> None:
    try:
        text = str(DiscoveryPath(group=group, version=version))
    except PathSegmentError:
        return
    parts = [part for part in (group, version) if part]
    assert text.strip("/").split("/") == ["apis" if group else "api", *parts]
