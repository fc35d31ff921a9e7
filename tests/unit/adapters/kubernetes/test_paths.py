"""adapters.kubernetes.paths."""

import pytest

from adapters.kubernetes.paths import PathSegmentError, api_path


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
