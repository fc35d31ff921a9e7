"""Makes a JSON value fit into so many bytes by leaving out what is large, and saying so in its place.

Every part is measured once, whatever it is nested in: whoever may write an object decides how deep it is, and nothing
else is answered while it is fitted.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from adapters.gateway.wire.cleaning import clean_text

_NOTE_BYTES: Final = 64
"""What a note takes in the place of what it stands for."""
_BRACKETS_BYTES: Final = 2
_BETWEEN_BYTES: Final = 2
"""Of `, ` between members or elements, and of `: ` behind a name."""

_Sizes: TypeAlias = dict[int, int]
"""Bytes of every mapping and list of a value, by identity; the value outlives this."""


def size_of(value: object) -> int:
    """Bytes that a value takes as JSON."""
    return len(clean_text(json.dumps(value, ensure_ascii=False)).encode())


def fitted(value: Any, most_bytes: int) -> Any:  # noqa: ANN401 - JSON
    """The value, or as much of it as fits: small members whole, large ones in part, elements from the front.

    Only what stands around the notes may go beyond the size, by a few bytes for each.
    """
    if size_of(value) <= max(most_bytes, _NOTE_BYTES):
        return value
    sizes: _Sizes = {}
    _measured(value, sizes)
    shown, _ = _fitted(value, most_bytes, sizes)
    return shown


def _measured(value: object, sizes: _Sizes) -> int:
    """Bytes of a value, from those of its parts."""
    if isinstance(value, Mapping):
        parts_bytes = sum(size_of(name) + _BETWEEN_BYTES + _measured(one, sizes) for name, one in value.items())
    elif isinstance(value, list | tuple):
        parts_bytes = sum(_measured(one, sizes) for one in value)
    else:
        return size_of(value)
    size_bytes = _BRACKETS_BYTES + parts_bytes + _BETWEEN_BYTES * max(0, len(value) - 1)
    sizes[id(value)] = size_bytes
    return size_bytes


def _size(value: object, sizes: _Sizes) -> int:
    known_bytes = sizes.get(id(value)) if isinstance(value, Mapping | list | tuple) else None
    return size_of(value) if known_bytes is None else known_bytes


def _fitted(value: Any, most_bytes: int, sizes: _Sizes) -> tuple[Any, int]:  # noqa: ANN401 - JSON
    """What is shown of a value, and how many bytes that takes."""
    size_bytes = _size(value, sizes)
    if size_bytes <= max(most_bytes, _NOTE_BYTES):
        return value, size_bytes
    if most_bytes > _NOTE_BYTES:
        if isinstance(value, Mapping):
            return _fitted_members(value, most_bytes, sizes)
        if isinstance(value, list | tuple):
            return _fitted_elements(value, most_bytes, sizes)
    return _noted(f"[{size_bytes} bytes left out]")


def _fitted_members(members: Mapping[str, Any], most_bytes: int, all_sizes: _Sizes) -> tuple[dict[str, Any], int]:
    sizes = {name: size_of(name) + _size(one, all_sizes) + 4 for name, one in members.items()}
    room_bytes = most_bytes
    kept: dict[str, Any] = {}
    for place, name in enumerate(sorted(sizes, key=lambda one: sizes[one])):
        share_bytes = room_bytes // (len(sizes) - place) - size_of(name) - 4
        if share_bytes < _NOTE_BYTES < sizes[name]:
            break
        kept[name], kept_bytes = _fitted(members[name], share_bytes, all_sizes)
        room_bytes -= size_of(name) + kept_bytes + 4
    in_order = {name: kept[name] for name in members if name in kept}
    if len(kept) < len(members):
        in_order["..."], note_bytes = _noted(f"{len(members) - len(kept)} members left out")
        room_bytes -= size_of("...") + note_bytes + 4
    return in_order, most_bytes - room_bytes


def _fitted_elements(elements: Sequence[Any], most_bytes: int, sizes: _Sizes) -> tuple[list[Any], int]:
    room_bytes = most_bytes - _NOTE_BYTES
    kept: list[Any] = []
    for one in elements:
        element, element_bytes = (one, _size(one, sizes)) if kept else _fitted(one, room_bytes, sizes)
        room_bytes -= element_bytes + _BETWEEN_BYTES
        if kept and room_bytes < 0:
            room_bytes += element_bytes + _BETWEEN_BYTES
            break
        kept.append(element)
    if len(kept) < len(elements):
        kept.append(f"[{len(elements) - len(kept)} elements left out]")
    return kept, most_bytes - room_bytes


def _noted(note: str) -> tuple[str, int]:
    return note, size_of(note)
