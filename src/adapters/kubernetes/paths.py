"""Paths of the API, made of segments that can be nothing but segments.

A path that is joined from strings lets a name such as `web/log` or `../secrets/key` reach another resource than the one
that was allowed. So every segment is checked and quoted, here and nowhere else.
"""

from urllib.parse import quote


class PathSegmentError(ValueError):
    """Raised when a text cannot be one segment of a path."""


def api_path(*segments: str) -> str:
    """`/api/v1/namespaces/shop/pods` from its segments.

    Raises:
        PathSegmentError: a segment is empty, is a relative one, or holds a separator.
    """
    return "".join(f"/{_segment(one)}" for one in segments)


def _segment(text: str) -> str:
    if not text or text in {".", ".."} or "/" in text or "%" in text or not text.isprintable():
        raise PathSegmentError(f"{text[:64]!r} is no segment of a path")
    return quote(text, safe=":")
