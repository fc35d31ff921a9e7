"""Makes a JSON value fit into so many bytes by leaving out what is large, and saying so in its place."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.gateway.wire.cleaning import clean_text

_NOTE_BYTES: Final = 64
"""What a note takes in the place of what it stands for."""


def size_of(value: object) -> int:
    """Bytes that a value takes as JSON."""
    return len(clean_text(json.dumps(value, ensure_ascii=False)).encode())


def fitted(value: Any, most_bytes: int) -> Any:  # noqa: ANN401 - JSON
    """The value, or as much of it as fits: small members whole, large ones in part, elements from the front.

    Only what stands around the notes may go beyond the size, by a few bytes for each.
    """
    size_bytes = size_of(value)
    if size_bytes <= max(most_bytes, _NOTE_BYTES):
        return value
    if most_bytes > _NOTE_BYTES:
        if isinstance(value, Mapping):
            return _fitted_members(value, most_bytes)
        if isinstance(value, list | tuple):
            return _fitted_elements(value, most_bytes)
    return f"[{size_bytes} bytes left out]"


def _fitted_members(members: Mapping[str, Any], most_bytes: int) -> dict[str, Any]:
    sizes = {name: size_of(name) + size_of(one) + 4 for name, one in members.items()}
    room_bytes = most_bytes
    kept: dict[str, Any] = {}
    for place, name in enumerate(sorted(sizes, key=lambda one: sizes[one])):
        share_bytes = room_bytes // (len(sizes) - place) - size_of(name) - 4
        if share_bytes < _NOTE_BYTES < sizes[name]:
            break
        kept[name] = fitted(members[name], share_bytes)
        room_bytes -= size_of(name) + size_of(kept[name]) + 4
    in_order = {name: kept[name] for name in members if name in kept}
    if len(kept) < len(members):
        in_order["..."] = f"{len(members) - len(kept)} members left out"
    return in_order


def _fitted_elements(elements: Sequence[Any], most_bytes: int) -> list[Any]:
    room_bytes = most_bytes - _NOTE_BYTES
    kept: list[Any] = []
    for one in elements:
        element = one if kept else fitted(one, room_bytes)
        room_bytes -= size_of(element) + 2
        if kept and room_bytes < 0:
            break
        kept.append(element)
    if len(kept) < len(elements):
        kept.append(f"[{len(elements) - len(kept)} elements left out]")
    return kept
